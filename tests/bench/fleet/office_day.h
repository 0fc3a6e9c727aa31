/* SPDX-License-Identifier: MIT */
/* A day of a made-up office as journal rows: arrivals with a morning's rush, a
 * counter for each 80 tickets, waits that come of it. The same for the same
 * seed. */
#ifndef KIOSK_OFFICE_DAY_H
#define KIOSK_OFFICE_DAY_H

#include "journal/journal.h"

struct office_day {
	struct journal_row *rows; /* all but seq and chain */
	size_t n;                 /* 5 a ticket at most, and 1 */
	char day[11];
	char *texts; /* what the rows point at */
};

/* day_ms: 07:30 of the day in Vietnam. Dies when out of memory. */
void office_day_make(struct office_day *office, uint64_t seed, int64_t day_ms,
		     int tickets);
void office_day_free(struct office_day *office);

#endif
