/* SPDX-License-Identifier: MIT */
/*
 * A day: who comes, what each needs, and when counters are away. It is the same
 * whatever the policy, so that policies are compared on the same days.
 */
#ifndef KIOSK_SIMULATE_DAY_H
#define KIOSK_SIMULATE_DAY_H

#include "setting.h"

struct citizen {
	int64_t at_ms; /* since midnight */
	int service;
	enum ticket_class class;
	bool absent;    /* when called */
	double work_ms; /* at a counter of common speed; or until given up */

	/* What became of it: hall.h. */
	int64_t called_ms;
	bool at_once;    /* a counter was free */
	bool told;       /* a range, and what the common rule says */
	bool met_change; /* staff came or went while it waited */
	double low_s, high_s;
	double rule_s;       /* with the day's mean so far */
	double rule_exact_s; /* with the day's true mean */
};

/* A counter is away. */
struct away {
	int64_t from_ms, until_ms;
};
#define AWAYS 4

struct day {
	const struct office *office;
	size_t n;
	struct citizen *citizens; /* by time of coming */
	struct {
		double slowness; /* of the one who sits there */
		struct away away[AWAYS];
		size_t n_away;
	} counters[QUEUE_MAX_COUNTERS];
	struct {
		double mean_s;      /* on this day, no-shows among them */
		uint32_t typical_s; /* what the office has set */
	} services[QUEUE_MAX_SERVICES];
};

/* The same day for the same seed. False where there is no memory. */
bool day_make(const struct office *office, const struct load *load,
	      uint64_t seed, struct day *day);
void day_free(struct day *day);

/* From the slip to the call, in reception time; once it was called. */
double citizen_wait_s(const struct citizen *citizen);

#endif
