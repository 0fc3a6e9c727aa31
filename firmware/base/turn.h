/* SPDX-License-Identifier: MIT */
/*
 * How long one turn of the event loop held up all others. A turn is one event
 * source at work; while it works, no button, request or lamp is looked at. It
 * may take 50 ms, beside commits, which take what the card takes and are
 * counted apart. For the thread of the loop alone.
 */
#ifndef KIOSK_TURN_H
#define KIOSK_TURN_H

#include <stdint.h>

#define TURN_MOST_US 50000

struct turn_longest {
	/* The longest turn since the start, commits left out: by the wall, and
	 * its time on a core, which a busy machine does not lengthen. Each with
	 * what it was about; "" before the first turn. */
	int64_t held_us, cpu_us;
	const char *held_by, *cpu_by;
	uint64_t late; /* turns of more than TURN_MOST_US by the wall */
};

void turn_begin(void);

/* What this turn is about, the last word counts: a text that stays. */
void turn_is(const char *what);

/* So much of this turn was a commit. */
void turn_committed(int64_t us);

void turn_end(void);

struct turn_longest turn_longest(void);

#endif
