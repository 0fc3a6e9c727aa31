/* SPDX-License-Identifier: MIT */
/*
 * The words every room shares about a ticket: its class, and its code, which
 * is the service's prefix and the number padded to three digits ("A025",
 * "A1000").
 */
#ifndef KIOSK_TICKET_H
#define KIOSK_TICKET_H

#include <stddef.h>
#include <stdint.h>

enum ticket_class {
	TICKET_NORMAL,
	TICKET_PRIORITY,
	TICKET_APPOINTMENT,
};
#define TICKET_CLASSES 3

#define TICKET_MAX_NUMBER 99999
#define TICKET_CODE_SIZE 12 /* prefix (3) + number (5) + NUL, with room */

/* "normal", "priority" or "appointment". */
const char *ticket_class_name(enum ticket_class class);

/* The class of that name, or -EINVAL. */
int ticket_class_from(const char *name);

void ticket_code(char code[TICKET_CODE_SIZE], const char *prefix,
		 uint32_t number);

/*
 * Takes a code apart: the length of the prefix (1..3, upper-case letters), and
 * the number in *number; -EINVAL where it is no code that ticket_code() gives.
 */
int ticket_code_parse(const char *code, uint32_t *number);

#endif
