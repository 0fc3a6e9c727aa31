/* SPDX-License-Identifier: MIT */
/* What report.c (rows to tickets) and report_sum.c (tickets to sums) share. */
#ifndef KIOSK_REPORT_INTERNAL_H
#define KIOSK_REPORT_INTERNAL_H

#include "journal/report.h"

enum report_state {
	REPORT_WAITING,
	REPORT_AT_COUNTER,
	REPORT_SERVED,
	REPORT_NO_SHOW,
	REPORT_CANCELLED,
	REPORT_EXPIRED,
};

/* A row's time, to be corrected by what its boot's clock was set by in all. */
struct report_moment {
	bool set;
	uint32_t boot;
	int64_t ms; /* wall time less the boot's steps until then */
};

/* Texts are the report's own, one for each that differs: to be compared by
 * address. */
struct report_ticket {
	const char *service, *class, *outcome;
	int64_t number;
	bool of_day; /* issued on the report's day */
	uint8_t hour;
	uint8_t stars; /* 0: not rated */
	enum report_state state;
	bool has_counter;
	int64_t counter;
	struct report_moment issued, first_call, last_call, finished;
	int64_t wait_s, service_s; /* -1: none */
	uint32_t part[REPORT_BYS]; /* report_sum.c's */
};

struct report_busy {
	bool any;
	int64_t counters_open, waiting;
};

struct report_counter {
	int64_t id;
	bool open;
};

struct day_report {
	char day[11];
	char **texts;
	size_t n_texts;
	struct report_ticket *tickets;
	size_t n_tickets, tickets_size;

	/* The run that is being read: */
	size_t run_from;           /* its first ticket */
	uint32_t *map;             /* by service and number; 1 is tickets[0] */
	size_t map_size, n_mapped; /* a power of 2 */
	int64_t *boots;            /* what each set its clock by */
	size_t n_boots;            /* at least 1 */
	struct report_counter *counters; /* as heard of */
	size_t n_counters;
	int64_t n_open, n_waiting;
	bool has_offset;
	int64_t offset_ms; /* of the office's zone on that day */

	struct report_busy hours[24];
	int64_t waiting_at_ms;
	int64_t waiting_most;
	struct report_result result;
};

/* Fills in report->result. -ENOMEM. */
int day_report_sum(struct day_report *report)
    __attribute__((warn_unused_result));

#endif
