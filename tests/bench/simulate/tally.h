/* SPDX-License-Identifier: MIT */
/* What the days of one office, load and policy come to. */
#ifndef KIOSK_SIMULATE_TALLY_H
#define KIOSK_SIMULATE_TALLY_H

#include "day.h"

/*
 * How good what was told is, over those who had to wait and were told. Waits
 * are in reception time, as the estimate's. What the estimate says is the
 * middle of its range.
 */
struct errors {
	double n;
	double wait_s;                       /* the sum; likewise below */
	double ours_s, rule_s, rule_exact_s; /* |told - real| */
	double inside, width_s;              /* of the range */
};

struct waits {
	double *s; /* all of them; sorted by tally_end() */
	size_t n, size;
	double sum_s;
	double fair; /* Jain's index, summed over the days */
	double days; /* in which anyone had to wait */
};

struct tally {
	struct waits waits[TICKET_CLASSES];
	struct errors errors[TICKET_CLASSES];
	struct errors changed; /* of these, who met a change of staff */
	double not_told;       /* had to wait, and were told nothing */
};

/* False where there is no memory. */
bool tally_add(struct tally *tally, const struct day *day);
void tally_end(struct tally *tally);
void tally_free(struct tally *tally);

/* Of all classes. */
struct errors tally_errors(const struct tally *tally);
void errors_add(struct errors *to, const struct errors *more);

/* What share of the waits do not exceed; after tally_end(). */
double waits_at(const struct waits *waits, double share);

#endif
