/* SPDX-License-Identifier: MIT */
/* From rows to tickets, and to who was busy when. The sums: report_sum.c. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "journal/report_internal.h"
#include "queue/queue.h"

#define HOUR_MS 3600000
#define DAY_MS (24LL * HOUR_MS)
#define VIETNAM_OFFSET_S 25200
#define MOST_OFFSET_S 86400
/* So that no sum of a doctored journal's numbers overflows, here or in SQL. */
#define MOST_MS 253402300799999LL /* the end of the year 9999 */
#define MOST_STEP_MS 1000000000000LL

/* What a row of a kind says: that people were about, how many more wait then,
 * and where its ticket is. */
static const struct {
	bool busy;
	int8_t waiting;
	bool moves;
	enum report_state to;
} effects[QUEUE_KINDS] = {
    [QUEUE_ISSUED] = {true, 1, true, REPORT_WAITING},
    [QUEUE_CALLED] = {true, -1, true, REPORT_AT_COUNTER},
    [QUEUE_RECALLED] = {true, 0, true, REPORT_AT_COUNTER},
    [QUEUE_FINISHED] = {true, 0, true, REPORT_SERVED},
    [QUEUE_NO_SHOW] = {true, 0, true, REPORT_NO_SHOW},
    [QUEUE_TRANSFERRED] = {true, 1, true, REPORT_WAITING},
    [QUEUE_RETURNED] = {true, 1, true, REPORT_WAITING},
    [QUEUE_RESTORED] = {true, 1, true, REPORT_WAITING},
    [QUEUE_CANCELLED] = {true, -1, true, REPORT_CANCELLED},
    /* The day's end does that, not people. */
    [QUEUE_EXPIRED] = {false, -1, true, REPORT_EXPIRED},
    [QUEUE_RATED] = {true, 0, false, REPORT_WAITING},
    [QUEUE_COUNTER_OPENED] = {true, 0, false, REPORT_WAITING},
    [QUEUE_COUNTER_PAUSED] = {true, 0, false, REPORT_WAITING},
    [QUEUE_COUNTER_CLOSED] = {true, 0, false, REPORT_WAITING},
};

/* ---- texts and tickets ---- */

/* *copy: the one copy of text, by whose address it is known; NULL of NULL. */
static int keep_text(struct day_report *report, const char *text,
		     const char **copy)
{
	char **grown;

	*copy = NULL;
	for (size_t i = 0; text && i < report->n_texts; i++) {
		if (strcmp(report->texts[i], text) == 0)
			*copy = report->texts[i];
	}
	if (!text || *copy)
		return 0;
	grown = reallocarray(report->texts, report->n_texts + 1,
			     sizeof(report->texts[0]));
	if (!grown)
		return -ENOMEM;
	report->texts = grown;
	grown[report->n_texts] = strdup(text);
	*copy = grown[report->n_texts];
	if (!*copy)
		return -ENOMEM;
	report->n_texts++;
	return 0;
}

/* Where the map has the ticket, or would have it. */
static uint32_t *map_slot(const struct day_report *report, const char *service,
			  int64_t number)
{
	uint64_t hash = (uint64_t)(uintptr_t)service ^
			(uint64_t)number * 0x9e3779b97f4a7c15U;
	size_t at = (size_t)((hash * 0xbf58476d1ce4e5b9U) >> 32);

	for (;; at++) {
		uint32_t *slot = &report->map[at & (report->map_size - 1)];
		const struct report_ticket *ticket;

		if (*slot == 0)
			return slot;
		ticket = &report->tickets[*slot - 1];
		if (ticket->service == service && ticket->number == number)
			return slot;
	}
}

static int grow_map(struct day_report *report)
{
	size_t old_size = report->map_size;
	uint32_t *old = report->map;
	size_t size = old_size ? 2 * old_size : 256;
	uint32_t *map = calloc(size, sizeof(map[0]));

	if (!map)
		return -ENOMEM;
	report->map = map;
	report->map_size = size;
	for (size_t i = 0; i < old_size; i++) {
		const struct report_ticket *ticket;

		if (old[i] == 0)
			continue;
		ticket = &report->tickets[old[i] - 1];
		*map_slot(report, ticket->service, ticket->number) = old[i];
	}
	free(old);
	return 0;
}

/* The ticket that the row is about, or NULL. */
static struct report_ticket *find_ticket(struct day_report *report,
					 const struct journal_row *row)
{
	const char *service = NULL;
	uint32_t slot;

	if (!row->service || !row->has_number || report->map_size == 0)
		return NULL;
	for (size_t i = 0; i < report->n_texts && !service; i++) {
		if (strcmp(report->texts[i], row->service) == 0)
			service = report->texts[i];
	}
	slot = service ? *map_slot(report, service, row->number) : 0;
	return slot ? &report->tickets[slot - 1] : NULL;
}

static int make_room(struct day_report *report)
{
	size_t size = report->tickets_size ? 2 * report->tickets_size : 256;
	struct report_ticket *grown;

	if (report->n_tickets < report->tickets_size)
		return 0;
	grown = reallocarray(report->tickets, size, sizeof(grown[0]));
	if (!grown)
		return -ENOMEM;
	report->tickets = grown;
	report->tickets_size = size;
	return 0;
}

/* ---- the clock ---- */

static struct report_moment moment(const struct day_report *report,
				   const struct journal_row *row)
{
	uint32_t boot = (uint32_t)report->n_boots - 1;

	return (struct report_moment){
	    .set = true,
	    .boot = boot,
	    .ms = row->at_ms - report->boots[boot],
	};
}

/* Whole seconds from one to the other; -1 where one is not there. */
static int64_t seconds_between(const struct day_report *report,
			       const struct report_moment *from,
			       const struct report_moment *to)
{
	int64_t ms;

	if (!from->set || !to->set)
		return -1;
	ms = to->ms + report->boots[to->boot] -
	     (from->ms + report->boots[from->boot]);
	return ms > 0 ? ms / 1000 : 0;
}

static uint8_t hour_of(const struct day_report *report, int64_t at_ms)
{
	int64_t offset_ms =
	    report->has_offset ? report->offset_ms : VIETNAM_OFFSET_S * 1000LL;
	int64_t of_day = ((at_ms + offset_ms) % DAY_MS + DAY_MS) % DAY_MS;

	return (uint8_t)(of_day / HOUR_MS);
}

static int add_boot(struct day_report *report)
{
	int64_t *grown =
	    reallocarray(report->boots, report->n_boots + 1, sizeof(grown[0]));

	if (!grown)
		return -ENOMEM;
	report->boots = grown;
	grown[report->n_boots++] = 0;
	return 0;
}

/* ---- runs ---- */

/* Now that all steps of its clock are known. */
static void close_run(struct day_report *report)
{
	for (size_t i = report->run_from; i < report->n_tickets; i++) {
		struct report_ticket *ticket = &report->tickets[i];

		ticket->wait_s = seconds_between(report, &ticket->issued,
						 &ticket->first_call);
		ticket->service_s = -1;
		if (ticket->state == REPORT_SERVED)
			ticket->service_s =
			    seconds_between(report, &ticket->last_call,
					    &ticket->finished);
	}
	report->run_from = report->n_tickets;
}

static void begin_run(struct day_report *report)
{
	close_run(report);
	if (report->map)
		memset(report->map, 0, report->map_size * sizeof(uint32_t));
	report->n_mapped = 0;
	report->n_boots = 1;
	report->boots[0] = 0;
	report->n_counters = 0;
	report->n_open = 0;
	report->n_waiting = 0;
	report->has_offset = false;
}

static json_t *parse(const char *detail)
{
	struct json_problem problem;

	return detail ? json_parse_object(detail, strlen(detail), &problem)
		      : NULL;
}

/* An integer of the row's detail within -most..most, else otherwise. */
static int64_t detail_number(const struct journal_row *row, const char *name,
			     int64_t most, int64_t otherwise)
{
	json_t *detail = parse(row->detail);
	const json_t *value = json_object_get(detail, name);
	int64_t number = json_integer_value(value);

	if (!json_is_integer(value) || number > most || number < -most)
		number = otherwise;
	json_decref(detail);
	return number;
}

static void open_day(struct day_report *report, const struct journal_row *row)
{
	if (journal_begins_run(row->detail))
		begin_run(report);
	if (!row->day || strcmp(row->day, report->day) != 0)
		return;
	report->result.known = true;
	if (report->has_offset)
		return; /* opened again in the same run */
	report->has_offset = true;
	report->offset_ms =
	    1000 *
	    detail_number(row, "utc_offset_s", MOST_OFFSET_S, VIETNAM_OFFSET_S);
}

static int load_config(struct day_report *report, const struct journal_row *row)
{
	json_t *detail = parse(row->detail);
	bool booted = json_is_true(json_object_get(detail, "booted"));

	json_decref(detail);
	return booted ? add_boot(report) : 0;
}

/* ---- counters and tickets ---- */

static int set_counter(struct day_report *report, const struct journal_row *row,
		       bool open)
{
	struct report_counter *counter = NULL;

	for (size_t i = 0; i < report->n_counters && !counter; i++) {
		if (report->counters[i].id == row->counter)
			counter = &report->counters[i];
	}
	if (!counter) {
		counter = reallocarray(report->counters, report->n_counters + 1,
				       sizeof(*counter));
		if (!counter)
			return -ENOMEM;
		report->counters = counter;
		counter += report->n_counters++;
		*counter = (struct report_counter){.id = row->counter};
	}
	if (counter->open != open)
		report->n_open += open ? 1 : -1;
	counter->open = open;
	return 0;
}

static int issue(struct day_report *report, const struct journal_row *row)
{
	struct report_ticket ticket = {
	    .number = row->number,
	    .of_day = row->day && strcmp(row->day, report->day) == 0,
	    .hour = hour_of(report, row->at_ms),
	    .state = REPORT_WAITING,
	    .issued = moment(report, row),
	};
	uint32_t *slot;
	int rc;

	if (!row->service || !row->has_number)
		return 0;
	rc = keep_text(report, row->service, &ticket.service);
	if (rc == 0)
		rc = keep_text(report, row->class, &ticket.class);
	if (rc == 0)
		rc = make_room(report);
	if (rc == 0 && 2 * report->n_mapped >= report->map_size)
		rc = grow_map(report);
	if (rc != 0)
		return rc;
	slot = map_slot(report, ticket.service, ticket.number);
	if (*slot == 0)
		report->n_mapped++;
	report->tickets[report->n_tickets++] = ticket;
	*slot = (uint32_t)report->n_tickets;
	return 0;
}

static void call(struct day_report *report, struct report_ticket *ticket,
		 const struct journal_row *row)
{
	ticket->last_call = moment(report, row);
	if (!ticket->first_call.set)
		ticket->first_call = ticket->last_call;
	ticket->has_counter = row->has_counter;
	ticket->counter = row->has_counter ? row->counter : 0;
}

static int finish(struct day_report *report, struct report_ticket *ticket,
		  const struct journal_row *row)
{
	json_t *detail = parse(row->detail);
	int rc =
	    keep_text(report,
		      json_string_value(json_object_get(detail, "outcome")),
		      &ticket->outcome);

	ticket->finished = moment(report, row);
	json_decref(detail);
	return rc;
}

static void rate(struct report_ticket *ticket, const struct journal_row *row)
{
	int64_t stars = detail_number(row, "stars", 5, 0);

	ticket->stars = (uint8_t)(stars >= 1 ? stars : 0);
}

/* ---- rows ---- */

static int take_of_ticket(struct day_report *report, enum queue_kind kind,
			  const struct journal_row *row)
{
	struct report_ticket *ticket = find_ticket(report, row);

	if (!ticket)
		return 0;
	if (effects[kind].moves)
		ticket->state = effects[kind].to;
	if (kind == QUEUE_CALLED)
		call(report, ticket, row);
	else if (kind == QUEUE_RATED)
		rate(ticket, row);
	return kind == QUEUE_FINISHED ? finish(report, ticket, row) : 0;
}

static int take(struct day_report *report, enum queue_kind kind,
		const struct journal_row *row)
{
	switch (kind) {
	case QUEUE_DAY_OPENED:
		open_day(report, row);
		return 0;
	case QUEUE_CONFIG_LOADED:
		return load_config(report, row);
	case QUEUE_CLOCK_STEPPED:
		report->boots[report->n_boots - 1] +=
		    detail_number(row, "step_ms", MOST_STEP_MS, 0);
		return 0;
	case QUEUE_ISSUED:
		return issue(report, row);
	case QUEUE_CALLED:
	case QUEUE_RECALLED:
	case QUEUE_FINISHED:
	case QUEUE_NO_SHOW:
	case QUEUE_TRANSFERRED:
	case QUEUE_RETURNED:
	case QUEUE_RESTORED:
	case QUEUE_CANCELLED:
	case QUEUE_EXPIRED:
	case QUEUE_RATED:
		return take_of_ticket(report, kind, row);
	case QUEUE_COUNTER_OPENED:
	case QUEUE_COUNTER_PAUSED:
	case QUEUE_COUNTER_CLOSED:
		return row->has_counter
			   ? set_counter(report, row,
					 kind == QUEUE_COUNTER_OPENED)
			   : 0;
	case QUEUE_JOURNAL_OPENED:
	case QUEUE_PRINTED:
	case QUEUE_PRINT_FAILED:
	case QUEUE_CLOCK_SYNCED:
	case QUEUE_PRINTER_CHANGED:
	case QUEUE_BUTTON_FAULT:
	case QUEUE_BUTTON_OK:
	case QUEUE_NUMBERS_RAISED:
		break;
	}
	return 0;
}

static int64_t more(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* In the row's hour of the day, so many waited and so many were open. */
static void note_busy(struct day_report *report, int64_t at_ms, int64_t waiting,
		      int64_t open)
{
	struct report_busy *hour = &report->hours[hour_of(report, at_ms)];

	hour->any = true;
	hour->counters_open = more(hour->counters_open, open);
	hour->waiting = more(hour->waiting, waiting);
	if (waiting > report->waiting_most ||
	    (waiting == report->waiting_most && at_ms < report->waiting_at_ms))
		report->waiting_at_ms = at_ms;
	report->waiting_most = more(report->waiting_most, waiting);
}

int day_report_add(struct day_report *report, const struct journal_row *row)
{
	int kind = row->kind ? queue_kind_from(row->kind) : -EINVAL;
	int64_t waiting = report->n_waiting, open = report->n_open;
	int rc;

	report->result.last_seq = row->seq;
	if (kind < 0 || row->at_ms > MOST_MS || row->at_ms < -MOST_MS)
		return 0;
	rc = take(report, (enum queue_kind)kind, row);
	/* Who expires at a counter did not wait. */
	if (kind != QUEUE_EXPIRED || !row->has_counter)
		report->n_waiting += effects[kind].waiting;
	if (rc == 0 && effects[kind].busy && row->day &&
	    strcmp(row->day, report->day) == 0)
		note_busy(report, row->at_ms, more(waiting, report->n_waiting),
			  more(open, report->n_open));
	return rc;
}

int day_report_finish(struct day_report *report,
		      const struct report_result **result)
{
	close_run(report);
	*result = &report->result;
	return day_report_sum(report);
}

int day_report_new(const char *day, struct day_report **out)
{
	struct day_report *report = calloc(1, sizeof(*report));

	*out = NULL;
	if (!report || add_boot(report) != 0) {
		free(report);
		return -ENOMEM;
	}
	(void)snprintf(report->day, sizeof(report->day), "%s", day);
	*out = report;
	return 0;
}

void day_report_free(struct day_report *report)
{
	if (!report)
		return;
	for (size_t i = 0; i < report->n_texts; i++)
		free(report->texts[i]);
	for (size_t i = 0; i < REPORT_BYS; i++)
		free(report->result.by[i].parts);
	free(report->result.outcomes);
	free(report->texts);
	free(report->tickets);
	free(report->map);
	free(report->boots);
	free(report->counters);
	free(report);
}
