/* SPDX-License-Identifier: MIT */
/* From rows back to events. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/ticket.h"
#include "journal/record.h"

#define OUTCOME_SIZE 64

/* What a kind cannot do without. */
#define NEEDS_TICKET 1u /* service and number */
#define NEEDS_COUNTER 2u
#define NEEDS_CLASS 4u
#define NEEDS_DETAIL 8u

static const unsigned needs[QUEUE_KINDS] = {
    [QUEUE_DAY_OPENED] = NEEDS_DETAIL,
    [QUEUE_ISSUED] = NEEDS_TICKET | NEEDS_CLASS | NEEDS_DETAIL,
    [QUEUE_CALLED] = NEEDS_TICKET | NEEDS_COUNTER,
    [QUEUE_RECALLED] = NEEDS_TICKET | NEEDS_COUNTER,
    [QUEUE_FINISHED] = NEEDS_TICKET,
    [QUEUE_NO_SHOW] = NEEDS_TICKET,
    [QUEUE_TRANSFERRED] = NEEDS_TICKET | NEEDS_DETAIL,
    [QUEUE_RETURNED] = NEEDS_TICKET,
    [QUEUE_RESTORED] = NEEDS_TICKET,
    [QUEUE_CANCELLED] = NEEDS_TICKET,
    [QUEUE_EXPIRED] = NEEDS_TICKET,
    [QUEUE_COUNTER_OPENED] = NEEDS_COUNTER,
    [QUEUE_COUNTER_PAUSED] = NEEDS_COUNTER,
    [QUEUE_COUNTER_CLOSED] = NEEDS_COUNTER,
    [QUEUE_RATED] = NEEDS_COUNTER | NEEDS_DETAIL,
    [QUEUE_PRINTED] = NEEDS_TICKET,
    [QUEUE_PRINT_FAILED] = NEEDS_TICKET,
    [QUEUE_CONFIG_LOADED] = NEEDS_DETAIL,
    [QUEUE_CLOCK_STEPPED] = NEEDS_DETAIL,
    [QUEUE_NUMBERS_RAISED] = NEEDS_DETAIL,
};

static int service_by_id(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->n_services; i++) {
		if (strcmp(config->services[i].id, id) == 0)
			return (int)i;
	}
	return QUEUE_NONE;
}

static int service_by_code(const struct config *config, const char *code)
{
	uint32_t number;
	int length = code ? ticket_code_parse(code, &number) : -EINVAL;

	for (size_t i = 0; length > 0 && i < config->n_services; i++) {
		const char *prefix = config->services[i].prefix;

		if (strlen(prefix) == (size_t)length &&
		    memcmp(prefix, code, (size_t)length) == 0)
			return (int)i;
	}
	return QUEUE_NONE;
}

static int counter_by_id(const struct config *config, int64_t id)
{
	for (size_t i = 0; i < config->n_counters; i++) {
		if (config->counters[i].id == id)
			return (int)i;
	}
	return QUEUE_NONE;
}

static json_t *parse(const char *detail)
{
	struct json_problem problem;

	return detail ? json_parse_object(detail, strlen(detail), &problem)
		      : NULL;
}

/* An integer in 0..max, or -1. */
static int64_t count_of(const json_t *object, const char *name, int64_t max)
{
	const json_t *value = json_object_get(object, name);
	int64_t count = json_integer_value(value);

	return json_is_integer(value) && count >= 0 && count <= max ? count
								    : -1;
}

struct mark {
	uint32_t number;
	int64_t issued_ms;
	enum queue_clock clock;
};

/* Where two marks meet, the higher number and the later time are the safe
 * ones. */
static void raise_mark(struct mark *mark, const struct mark *by)
{
	if (by->number > mark->number)
		mark->number = by->number;
	if (by->number > 0 && by->issued_ms >= mark->issued_ms) {
		mark->issued_ms = by->issued_ms;
		mark->clock = by->clock;
	}
}

static void raise_seed(struct queue_seed *seed, const struct mark *last,
		       const struct mark *before)
{
	struct mark mine = {seed->last, seed->last_issued_ms, seed->last_clock};

	raise_mark(&mine, last);
	seed->last = mine.number;
	seed->last_issued_ms = mine.issued_ms;
	seed->last_clock = mine.clock;
	mine = (struct mark){seed->before, seed->before_issued_ms,
			     seed->before_clock};
	raise_mark(&mine, before);
	seed->before = mine.number;
	seed->before_issued_ms = mine.issued_ms;
	seed->before_clock = mine.clock;
}

static int read_mark(const json_t *seed, const char *number_name,
		     const char *issued_name, const char *clock_name,
		     struct mark *mark)
{
	int64_t number = count_of(seed, number_name, TICKET_MAX_NUMBER);
	int64_t issued_ms = count_of(seed, issued_name, INT64_MAX);
	const char *name = json_string_value(json_object_get(seed, clock_name));
	int clock = name ? queue_clock_from(name) : -EINVAL;

	if (number < 0 || issued_ms < 0 || clock < 0)
		return -EINVAL;
	*mark =
	    (struct mark){(uint32_t)number, issued_ms, (enum queue_clock)clock};
	return 0;
}

/*
 * A seed is its service's, by id, and its prefix's: prefixes may have been
 * moved between services since, and codes are what must not be given out
 * twice.
 */
static int read_seeds(const struct config *config, json_t *seeds,
		      struct queue_event *event)
{
	const char *id;
	json_t *seed;

	if (!json_is_object(seeds))
		return -EINVAL;
	json_object_foreach(seeds, id, seed)
	{
		struct mark last, before = {0};
		const char *prefix =
		    json_string_value(json_object_get(seed, "prefix"));
		int rc =
		    read_mark(seed, "last", "issued_at_ms", "clock", &last);

		if (rc == 0 && json_object_get(seed, "before"))
			rc = read_mark(seed, "before", "before_issued_at_ms",
				       "before_clock", &before);
		if (rc != 0 || !prefix)
			return -EINVAL;
		for (size_t i = 0; i < config->n_services; i++) {
			if (strcmp(config->services[i].id, id) == 0 ||
			    strcmp(config->services[i].prefix, prefix) == 0)
				raise_seed(&event->seeds[i], &last, &before);
		}
	}
	return 0;
}

static int read_day(const struct config *config, const struct journal_row *row,
		    const json_t *detail, struct queue_event *event)
{
	static const char shape[] = "dddd-dd-dd";

	if (!row->day || strlen(row->day) != QUEUE_DAY_SIZE - 1)
		return -EINVAL;
	for (size_t i = 0; i < QUEUE_DAY_SIZE - 1; i++) {
		bool digit = row->day[i] >= '0' && row->day[i] <= '9';

		if (shape[i] == 'd' ? !digit : row->day[i] != '-')
			return -EINVAL;
	}
	memcpy(event->day, row->day, QUEUE_DAY_SIZE);
	event->carried = json_is_true(json_object_get(detail, "carried"));
	event->clock_set = json_is_true(json_object_get(detail, "clock_set"));
	return read_seeds(config, json_object_get(detail, "seeds"), event);
}

static int read_step(const json_t *detail, struct queue_event *event)
{
	const json_t *step = json_object_get(detail, "step_ms");

	event->step_ms = json_integer_value(step);
	return json_is_integer(step) ? 0 : -EINVAL;
}

static int read_outcome(const json_t *detail, char *outcome)
{
	const char *text =
	    json_string_value(json_object_get(detail, "outcome"));

	if (!text || !outcome)
		return 0;
	if (strlen(text) >= OUTCOME_SIZE)
		return -EINVAL;
	snprintf(outcome, OUTCOME_SIZE, "%s", text);
	return 0;
}

/* The two integers of an array, or 0 and 0. */
static void read_pair(const json_t *detail, const char *name, int64_t *a,
		      int64_t *b)
{
	const json_t *pair = json_object_get(detail, name);

	*a = json_integer_value(json_array_get(pair, 0));
	*b = json_integer_value(json_array_get(pair, 1));
}

static int read_issued(const json_t *detail, struct queue_event *event)
{
	int64_t ahead = count_of(detail, "ahead", UINT32_MAX), low, high;

	read_pair(detail, "wait_s", &low, &high);
	read_pair(detail, "window_ms", &event->from_ms, &event->until_ms);
	if (ahead < 0 || low < 0 || high < low || high > UINT32_MAX)
		return -EINVAL;
	event->ahead = (uint32_t)ahead;
	event->wait_low_s = (uint32_t)low;
	event->wait_high_s = (uint32_t)high;
	event->last_call = json_is_true(json_object_get(detail, "last_call"));
	return 0;
}

/* A target that is gone from the configuration is none: the ticket has left
 * its counter all the same. */
static void read_target(const struct config *config, const json_t *detail,
			struct queue_event *event)
{
	const json_t *counter = json_object_get(detail, "to_counter");
	const char *id =
	    json_string_value(json_object_get(detail, "to_service"));

	if (json_is_integer(counter))
		event->to_counter =
		    counter_by_id(config, json_integer_value(counter));
	else if (id)
		event->to_service = service_by_id(config, id);
}

/* What only the detail tells. detail is NULL where it was not needed. */
static int read_detail(const struct config *config,
		       const struct journal_row *row, const json_t *detail,
		       struct queue_event *event, char *outcome)
{
	int64_t count;

	switch (event->kind) {
	case QUEUE_DAY_OPENED:
		return read_day(config, row, detail, event);
	case QUEUE_ISSUED:
		return read_issued(detail, event);
	case QUEUE_RESTORED:
		count = count_of(detail, "after", QUEUE_MAX_RESTORE);
		event->after = count > 0 ? (uint32_t)count : 0;
		return 0;
	case QUEUE_FINISHED:
		return read_outcome(detail, outcome);
	case QUEUE_TRANSFERRED:
		read_target(config, detail, event);
		return 0;
	case QUEUE_RATED:
		count = count_of(detail, "stars", 5);
		event->stars = (uint8_t)count;
		return count >= 1 ? 0 : -EINVAL;
	case QUEUE_CONFIG_LOADED:
		event->booted = json_is_true(json_object_get(detail, "booted"));
		return 0;
	case QUEUE_CLOCK_STEPPED:
		return read_step(detail, event);
	case QUEUE_NUMBERS_RAISED:
		count = count_of(detail, "last", TICKET_MAX_NUMBER);
		event->number = count > 0 ? (uint32_t)count : 0;
		return count > 0 && event->service != QUEUE_NONE ? 0 : -EINVAL;
	case QUEUE_JOURNAL_OPENED:
	case QUEUE_CALLED:
	case QUEUE_RECALLED:
	case QUEUE_NO_SHOW:
	case QUEUE_RETURNED:
	case QUEUE_CANCELLED:
	case QUEUE_EXPIRED:
	case QUEUE_COUNTER_OPENED:
	case QUEUE_COUNTER_PAUSED:
	case QUEUE_COUNTER_CLOSED:
	case QUEUE_PRINTED:
	case QUEUE_PRINT_FAILED:
	case QUEUE_CLOCK_SYNCED:
	case QUEUE_PRINTER_CHANGED:
	case QUEUE_BUTTON_FAULT:
	case QUEUE_BUTTON_OK:
		break;
	}
	return 0;
}

/* The columns; a service under another id is looked for by detail's code. */
static int read_columns(const struct config *config,
			const struct journal_row *row, const json_t *detail,
			struct queue_event *event)
{
	unsigned need = needs[event->kind];

	if (row->service) {
		event->service = service_by_id(config, row->service);
		if (event->service == QUEUE_NONE)
			event->service =
			    service_by_code(config,
					    json_string_value(
						json_object_get(detail,
								"ticket")));
		if (event->service == QUEUE_NONE)
			return -EINVAL;
	}
	if (row->has_number) {
		if (row->number < 1 || row->number > TICKET_MAX_NUMBER)
			return -EINVAL;
		event->number = (uint32_t)row->number;
	}
	if (row->class) {
		event->class = ticket_class_from(row->class);
		if (event->class < 0)
			return -EINVAL;
	}
	if (row->has_counter) {
		event->counter = counter_by_id(config, row->counter);
		if (event->counter == QUEUE_NONE && (need & NEEDS_TICKET) == 0)
			return -EINVAL;
	}
	if ((need & NEEDS_TICKET) != 0 &&
	    (event->service == QUEUE_NONE || event->number == 0))
		return -EINVAL;
	/* A ticket goes on where its counter is gone from the configuration;
	 * a rating or a counter's own event without it means nothing. */
	if ((need & NEEDS_COUNTER) != 0 && event->counter == QUEUE_NONE &&
	    ((need & NEEDS_TICKET) == 0 || event->kind == QUEUE_RATED))
		return -EINVAL;
	if ((need & NEEDS_CLASS) != 0 && event->class == QUEUE_NONE)
		return -EINVAL;
	return 0;
}

/* Replay reads ten thousand rows before the first press is served, so JSON is
 * only looked into where something in it is wanted. */
static bool wants_detail(const struct config *config, const char *outcome,
			 const struct journal_row *row, enum queue_kind kind)
{
	return (needs[kind] & NEEDS_DETAIL) != 0 ||
	       (kind == QUEUE_FINISHED && outcome && row->detail) ||
	       (kind == QUEUE_RESTORED && row->detail) ||
	       (row->service &&
		service_by_id(config, row->service) == QUEUE_NONE);
}

int record_from_row(const struct config *config, const struct journal_row *row,
		    struct queue_event *event, char outcome[OUTCOME_SIZE])
{
	int kind = row->kind ? queue_kind_from(row->kind) : -EINVAL;
	json_t *detail = NULL;
	int rc;

	*event = (struct queue_event){
	    .seq = row->seq,
	    .at_ms = row->at_ms,
	    .service = QUEUE_NONE,
	    .class = QUEUE_NONE,
	    .counter = QUEUE_NONE,
	    .to_service = QUEUE_NONE,
	    .to_counter = QUEUE_NONE,
	};
	if (outcome)
		outcome[0] = '\0';
	if (kind < 0)
		return -EINVAL;
	event->kind = (enum queue_kind)kind;
	if (wants_detail(config, outcome, row, event->kind)) {
		detail = parse(row->detail);
		if (!detail)
			return -EINVAL;
	}
	rc = read_columns(config, row, detail, event);
	if (rc == 0)
		rc = read_detail(config, row, detail, event, outcome);
	json_decref(detail);
	return rc;
}

int record_print_from_row(const struct journal_row *row,
			  struct record_print *print)
{
	int kind = row->kind ? queue_kind_from(row->kind) : -EINVAL;
	json_t *detail;

	*print = (struct record_print){0};
	if (kind != QUEUE_PRINTED && kind != QUEUE_PRINT_FAILED)
		return -EINVAL;
	detail = parse(row->detail);
	if (!detail)
		return -EINVAL;
	print->printed = kind == QUEUE_PRINTED;
	print->confirmed = json_is_true(json_object_get(detail, "confirmed"));
	print->copy = json_is_true(json_object_get(detail, "copy"));
	json_decref(detail);
	return 0;
}
