/* SPDX-License-Identifier: MIT */
/*
 * What a business day came to, counted from the journal's rows alone. Pure: it
 * reads no journal and no clock; the caller gives it the rows of the day's runs
 * (journal_day_runs()), whole and in order. The central log's views report_…
 * (sync/central/) count by the same rules, and a test holds all three to the
 * same answers.
 *
 * Tickets
 *	A ticket is an `issued` row. It is counted once, on the day of that row,
 *	also where a step of the clock carried it into another; what happened to
 *	it there is counted too. A later row of that service and number is about
 *	the last ticket that was issued with them. Ids are taken as the rows say
 *	them, whether the configuration still knows them or not.
 *	The last row says what became of it: served, no_show (nobody came, and
 *	nobody came back), cancelled, expired; else it is open: it waits or is
 *at a counter. So issued = served + no_show + cancelled + expired + open. Its
 *counter is the one that called it last: none where it never was. Its hour is
 *that of its issue, as the slip has it.
 *
 * Times
 *	wait: from the issue to the first call, whatever came after. Returned,
 *	transferred and restored tickets had their first call already.
 *	service: from the call that began the last turn at a counter to its
 *	finish. Recalls within the turn do not begin it anew; turns that ended
 *in a no-show, a return or a transfer do not count. Served tickets only. Each
 *is cut to whole seconds, and 0 where the clock went back unnoticed. p50 and
 *p90 are by nearest rank: the smallest value that half, or nine tenths, of all
 *values do not exceed (percentile_disc in SQL). A step of the clock
 *(clock_stepped) does not make anyone wait longer: each row's time is corrected
 *by the steps that came after it while the machine ran, so that what a boot's
 *clock told before it was set counts as if it had been set from the beginning.
 *Of a boot whose clock was never set nothing better is known than what it told.
 *
 * Counters and the longest queue
 *	How many counters were open (not paused) and how many tickets waited, of
 *	all services, is looked at before and after each row that people made:
 *	issues, calls, ratings, a counter that opens. In an hour in which
 *	nothing happened nothing is said, so that a counter that nobody closed
 *	does not stay open through the night.
 *
 * Rows whose clock tells a time 10,000 years away are passed over.
 */
#ifndef KIOSK_REPORT_H
#define KIOSK_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal/journal.h"

/* Whole seconds; not looked at where none is. */
struct report_times {
	bool any;
	int64_t p50_s, p90_s, max_s;
};

/* The day, or a part of it. */
struct report_part {
	const char *name; /* of a service or a class; NULL: the rows had none */
	int64_t number;   /* the hour (0..23) or the counter's id */
	bool has_number;

	uint32_t issued, called, served, no_show, cancelled, expired, open;
	struct report_times wait, service;
	uint32_t stars[5]; /* tickets whose last rating was 1..5 */

	/* Of the day and of an hour only: the most at one time. */
	int64_t counters_open, waiting;
	/* The earliest time at which so many waited; of the day, and only where
	 * anyone did. */
	int64_t waiting_at_ms;
};

enum report_by {
	REPORT_DAY, /* one part, always there */
	REPORT_BY_SERVICE,
	REPORT_BY_HOUR, /* in which anything happened */
	REPORT_BY_COUNTER,
	REPORT_BY_CLASS,
};
#define REPORT_BYS 5

/* Served tickets of a service that ended so. */
struct report_outcome {
	const char *service, *name;
	uint32_t tickets;
};

struct report_result {
	bool known;       /* the rows opened that day */
	int64_t last_seq; /* of the last row given; 0: none */
	/* By name or number; who has none comes last. */
	struct {
		struct report_part *parts;
		size_t n;
	} by[REPORT_BYS];
	struct report_outcome *outcomes; /* by service and name */
	size_t n_outcomes;
};

struct day_report;

/* day: "2026-11-24". -ENOMEM. */
int day_report_new(const char *day, struct day_report **out)
    __attribute__((warn_unused_result));
/* NULL is fine. */
void day_report_free(struct day_report *report);

/* Takes the next row; copies what it needs. -ENOMEM. */
int day_report_add(struct day_report *report, const struct journal_row *row)
    __attribute__((warn_unused_result));

/*
 * After the last row, once: sums it all up. *result is valid as long as the
 * report. -ENOMEM.
 */
int day_report_finish(struct day_report *report,
		      const struct report_result **result)
    __attribute__((warn_unused_result));

#endif
