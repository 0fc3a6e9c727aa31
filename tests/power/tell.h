/* SPDX-License-Identifier: MIT */
/* The guest's line to the host: what is written here has left the machine, and
 * no power cut takes it back. One line a call, whole, whoever else writes. */
#ifndef KIOSK_POWER_TELL_H
#define KIOSK_POWER_TELL_H

#include <stdbool.h>
#include <stddef.h>

#define TELL_MAX 2048 /* a terminal takes no more in one piece */

/* Opens the first serial line, raw. 0 or a negative errno. */
int tell_open(void) __attribute__((warn_unused_result));

/* Without the newline. What is too long is cut. */
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The next line from the host, without its newline. false: none will come. */
bool tell_hear(char *line, size_t size);

#endif
