/* SPDX-License-Identifier: MIT */
/* From tickets to sums. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "journal/report_internal.h"

/* A ticket's wait or service time. */
struct value {
	int64_t s;
	uint32_t ticket;
};

static struct report_part *parts_of(const struct day_report *report, size_t by)
{
	return report->result.by[by].parts;
}

static bool same_key(const struct report_part *a, const struct report_part *b)
{
	return a->name == b->name && a->has_number == b->has_number &&
	       a->number == b->number;
}

/* The index of the part with the key's name and number; makes it where it is
 * not there yet. -ENOMEM. */
static int64_t find_part(struct day_report *report, size_t by,
			 const struct report_part *key)
{
	size_t n = report->result.by[by].n;
	struct report_part *grown;

	for (size_t i = 0; i < n; i++) {
		if (same_key(&parts_of(report, by)[i], key))
			return (int64_t)i;
	}
	grown = reallocarray(parts_of(report, by), n + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	grown[n] = *key;
	report->result.by[by].parts = grown;
	report->result.by[by].n = n + 1;
	return (int64_t)n;
}

static void count(struct report_part *part, const struct report_ticket *ticket)
{
	part->issued++;
	part->called += ticket->first_call.set;
	if (ticket->stars > 0)
		part->stars[ticket->stars - 1]++;
	switch (ticket->state) {
	case REPORT_WAITING:
	case REPORT_AT_COUNTER:
		part->open++;
		break;
	case REPORT_SERVED:
		part->served++;
		break;
	case REPORT_NO_SHOW:
		part->no_show++;
		break;
	case REPORT_CANCELLED:
		part->cancelled++;
		break;
	case REPORT_EXPIRED:
		part->expired++;
		break;
	}
}

static int count_ticket(struct day_report *report, struct report_ticket *ticket)
{
	const struct report_part keys[REPORT_BYS] = {
	    [REPORT_BY_SERVICE] = {.name = ticket->service},
	    [REPORT_BY_HOUR] = {.number = ticket->hour, .has_number = true},
	    [REPORT_BY_COUNTER] = {.number = ticket->counter,
				   .has_number = ticket->has_counter},
	    [REPORT_BY_CLASS] = {.name = ticket->class},
	};

	for (size_t by = 0; by < REPORT_BYS; by++) {
		int64_t part = find_part(report, by, &keys[by]);

		if (part < 0)
			return (int)part;
		ticket->part[by] = (uint32_t)part;
		count(&parts_of(report, by)[part], ticket);
	}
	return 0;
}

/* The day and its busy hours are there also where nothing was issued. */
static int add_busy(struct day_report *report)
{
	struct report_part key = {0};
	struct report_part *day;

	if (find_part(report, REPORT_DAY, &key) < 0)
		return -ENOMEM;
	day = parts_of(report, REPORT_DAY);
	day->waiting = report->waiting_most;
	day->waiting_at_ms =
	    report->waiting_most > 0 ? report->waiting_at_ms : 0;
	key.has_number = true;
	for (size_t hour = 0; hour < 24; hour++) {
		const struct report_busy *busy = &report->hours[hour];

		if (!busy->any)
			continue;
		key.number = (int64_t)hour;
		key.counters_open = busy->counters_open;
		key.waiting = busy->waiting;
		if (find_part(report, REPORT_BY_HOUR, &key) < 0)
			return -ENOMEM;
		if (day->counters_open < busy->counters_open)
			day->counters_open = busy->counters_open;
	}
	return 0;
}

/* ---- percentiles ---- */

static int by_value(const void *a, const void *b)
{
	int64_t x = ((const struct value *)a)->s;
	int64_t y = ((const struct value *)b)->s;

	return (x > y) - (x < y);
}

static int64_t wait_of(const struct report_ticket *ticket)
{
	return ticket->wait_s;
}

static int64_t service_of(const struct report_ticket *ticket)
{
	return ticket->service_s;
}

static struct report_times *wait_in(struct report_part *part)
{
	return &part->wait;
}

static struct report_times *service_in(struct report_part *part)
{
	return &part->service;
}

/*
 * Of each part. Sorted all together, a part's values come by in order, so the
 * k-th one to come is its k-th: one sort serves all parts.
 */
static int fill_times(struct day_report *report, struct value *values,
		      size_t by, size_t n,
		      struct report_times *(*times_in)(struct report_part *))
{
	size_t n_parts = report->result.by[by].n;
	struct {
		size_t all, seen;
	} *of = calloc(n_parts + 1, sizeof(*of));

	if (!of)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		of[report->tickets[values[i].ticket].part[by]].all++;
	for (size_t i = 0; i < n; i++) {
		size_t p = report->tickets[values[i].ticket].part[by];
		struct report_times *times = times_in(&parts_of(report, by)[p]);
		size_t rank = ++of[p].seen;

		times->any = true;
		if (rank == (of[p].all + 1) / 2)
			times->p50_s = values[i].s;
		if (rank == (9 * of[p].all + 9) / 10)
			times->p90_s = values[i].s;
		times->max_s = values[i].s;
	}
	free(of);
	return 0;
}

static int sum_times(struct day_report *report,
		     int64_t (*value_of)(const struct report_ticket *),
		     struct report_times *(*times_in)(struct report_part *))
{
	struct value *values = calloc(report->n_tickets + 1, sizeof(*values));
	size_t n = 0;
	int rc = 0;

	if (!values)
		return -ENOMEM;
	for (size_t i = 0; i < report->n_tickets; i++) {
		const struct report_ticket *ticket = &report->tickets[i];

		if (ticket->of_day && value_of(ticket) >= 0)
			values[n++] =
			    (struct value){value_of(ticket), (uint32_t)i};
	}
	qsort(values, n, sizeof(*values), by_value);
	for (size_t by = 0; rc == 0 && by < REPORT_BYS; by++)
		rc = fill_times(report, values, by, n, times_in);
	free(values);
	return rc;
}

/* ---- outcomes ---- */

static int count_outcome(struct report_result *result,
			 const struct report_ticket *ticket)
{
	struct report_outcome *outcome = result->outcomes;

	if (ticket->state != REPORT_SERVED || !ticket->outcome)
		return 0;
	for (size_t i = 0; i < result->n_outcomes; i++, outcome++) {
		if (outcome->service == ticket->service &&
		    outcome->name == ticket->outcome) {
			outcome->tickets++;
			return 0;
		}
	}
	outcome = reallocarray(result->outcomes, result->n_outcomes + 1,
			       sizeof(*outcome));
	if (!outcome)
		return -ENOMEM;
	result->outcomes = outcome;
	outcome[result->n_outcomes++] =
	    (struct report_outcome){ticket->service, ticket->outcome, 1};
	return 0;
}

static int by_service_and_name(const void *a, const void *b)
{
	const struct report_outcome *x = a, *y = b;
	int order = strcmp(x->service, y->service);

	return order ? order : strcmp(x->name, y->name);
}

/* ---- all of it ---- */

static int by_key(const void *a, const void *b)
{
	const struct report_part *x = a, *y = b;

	if (x->name && y->name)
		return strcmp(x->name, y->name);
	if (x->has_number && y->has_number)
		return (x->number > y->number) - (x->number < y->number);
	return (x->name || x->has_number) ? -1 : (y->name || y->has_number);
}

int day_report_sum(struct day_report *report)
{
	struct report_result *result = &report->result;
	int rc = add_busy(report);

	for (size_t i = 0; rc == 0 && i < report->n_tickets; i++) {
		struct report_ticket *ticket = &report->tickets[i];

		if (!ticket->of_day)
			continue;
		rc = count_ticket(report, ticket);
		if (rc == 0)
			rc = count_outcome(result, ticket);
	}
	if (rc == 0)
		rc = sum_times(report, wait_of, wait_in);
	if (rc == 0)
		rc = sum_times(report, service_of, service_in);
	if (rc != 0)
		return rc;
	for (size_t by = 0; by < REPORT_BYS; by++) {
		if (result->by[by].n > 1)
			qsort(result->by[by].parts, result->by[by].n,
			      sizeof(struct report_part), by_key);
	}
	if (result->n_outcomes > 1)
		qsort(result->outcomes, result->n_outcomes,
		      sizeof(*result->outcomes), by_service_and_name);
	return 0;
}
