/* SPDX-License-Identifier: MIT */
/* The kiosk without its HTTP: kiosk.h in this process, on a journal of its
 * own. What it costs beyond the floor is the journal's and the rules'. */
#ifndef KIOSK_BENCH_INSIDE_H
#define KIOSK_BENCH_INSIDE_H

#include "office.h"

struct inside;

/* office: made, and not started. */
struct inside *inside_open(const struct office *office);

/* Issues a ticket; microseconds from submit to the answer. */
double inside_issue(struct inside *inside, const char *key);

void inside_close(struct inside *inside);

#endif
