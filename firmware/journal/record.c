/* SPDX-License-Identifier: MIT */
/* From events to rows. The way back: record_read.c. */
#include "journal/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/rating.h"
#include "journal/escape.h"
#include "journal/journal_schema.h"

/* Text that grows in the caller's buffer; once it did not fit, it never does.
 */
struct line {
	char *text;
	size_t length;
	bool full;
};

static void put_bytes(struct line *line, const char *bytes, size_t n)
{
	if (line->full || n >= JOURNAL_DETAIL_MAX - line->length) {
		line->full = true;
		return;
	}
	memcpy(line->text + line->length, bytes, n);
	line->length += n;
	line->text[line->length] = '\0';
}

__attribute__((format(printf, 2, 3))) static void put(struct line *line,
						      const char *format, ...)
{
	size_t room = JOURNAL_DETAIL_MAX - line->length;
	va_list arguments;
	int n;

	if (line->full)
		return;
	va_start(arguments, format);
	n = vsnprintf(line->text + line->length, room, format, arguments);
	va_end(arguments);
	if (n < 0 || (size_t)n >= room)
		line->full = true;
	else
		line->length += (size_t)n;
}

/* A JSON string, the quotes included. */
static void put_string(struct line *line, const char *text)
{
	char piece[ESCAPE_PIECE_MAX];

	put_bytes(line, "\"", 1);
	while (*text && !line->full) {
		size_t plain = escape_plain(text);

		if (plain > 0) {
			put_bytes(line, text, plain);
			text += plain;
		} else {
			plain = escape_next(&text, piece);
			put_bytes(line, piece, plain);
		}
	}
	put_bytes(line, "\"", 1);
}

static void put_member(struct line *line, const char *name, const char *text)
{
	put(line, ",\"%s\":", name);
	put_string(line, text ? text : "");
}

/* {"ticket":"A025", the object left open; false where it is about none. */
static bool put_ticket(struct line *line, const struct config *config,
		       const struct queue_event *event)
{
	char code[TICKET_CODE_SIZE];

	if (event->service == QUEUE_NONE || event->number == 0)
		return false;
	/* The configuration allows nothing in a prefix that needs escaping. */
	ticket_code(code, config->services[event->service].prefix,
		    event->number);
	put(line, "{\"ticket\":\"%s\"", code);
	return true;
}

/* What was told, and what was shown. */
static void put_issued(struct line *line, const struct queue_event *event)
{
	put(line, ",\"ahead\":%" PRIu32, event->ahead);
	if (event->wait_high_s > 0)
		put(line, ",\"wait_s\":[%" PRIu32 ",%" PRIu32 "]",
		    event->wait_low_s, event->wait_high_s);
	if (event->last_call)
		put(line, ",\"last_call\":true");
	if (event->from_ms != 0 || event->until_ms != 0)
		put(line, ",\"window_ms\":[%" PRId64 ",%" PRId64 "]",
		    event->from_ms, event->until_ms);
}

static void put_target(struct line *line, const struct config *config,
		       const struct queue_event *event)
{
	if (event->to_counter != QUEUE_NONE)
		put(line, ",\"to_counter\":%d",
		    config->counters[event->to_counter].id);
	else if (event->to_service != QUEUE_NONE)
		put_member(line, "to_service",
			   config->services[event->to_service].id);
}

static void put_seed(struct line *line, const char *prefix,
		     const struct queue_seed *seed)
{
	put(line,
	    ":{\"prefix\":\"%s\",\"last\":%" PRIu32 ",\"issued_at_ms\":%" PRId64
	    ",\"clock\":\"%s\"",
	    prefix, seed->last, seed->last_issued_ms,
	    queue_clock_name(seed->last_clock));
	if (seed->before > 0)
		put(line,
		    ",\"before\":%" PRIu32 ",\"before_issued_at_ms\":%" PRId64
		    ",\"before_clock\":\"%s\"",
		    seed->before, seed->before_issued_ms,
		    queue_clock_name(seed->before_clock));
	put(line, "}");
}

static void put_seeds(struct line *line, const struct config *config,
		      const struct queue_event *event)
{
	const char *comma = "";

	put(line,
	    "{\"carried\":%s,\"clock_set\":%s,\"utc_offset_s\":%d,"
	    "\"seeds\":{",
	    event->carried ? "true" : "false",
	    event->clock_set ? "true" : "false",
	    clock_utc_offset_s(event->at_ms));
	for (size_t i = 0; i < config->n_services; i++) {
		const struct queue_seed *seed = &event->seeds[i];

		if (seed->last == 0 && seed->before == 0)
			continue;
		put(line, "%s", comma);
		put_string(line, config->services[i].id);
		put_seed(line, config->services[i].prefix, seed);
		comma = ",";
	}
	put(line, "}}");
}

static void put_config(struct line *line, const struct queue_event *event,
		       const struct record_extra *extra)
{
	put(line, "{\"version\":\"" KIOSK_VERSION "\"");
	put_member(line, "boot", extra->boot_id);
	put(line, ",\"booted\":%s,\"offset_ms\":%" PRId64 "}",
	    event->booted ? "true" : "false", extra->clock_offset_ms);
}

static void put_reasons(struct line *line, unsigned reasons)
{
	const char *before = ",\"reasons\":[";

	for (int i = 0; i < RATING_REASONS; i++) {
		if (!(reasons & 1u << i))
			continue;
		put(line, "%s", before);
		put_string(line, rating_reason_name((enum rating_reason)i));
		before = ",";
	}
	if (reasons != 0)
		put(line, "]");
}

/* Leaves line empty where detail is to be NULL. */
static void put_detail(struct line *line, const struct config *config,
		       const struct queue_event *event,
		       const struct record_extra *extra)
{
	bool about_ticket = false;

	switch (event->kind) {
	case QUEUE_JOURNAL_OPENED:
		put(line, "{\"journal\":");
		put_string(line, extra->journal_id ? extra->journal_id : "");
		put(line, ",\"schema\":%d}", SCHEMA_VERSION);
		break;
	case QUEUE_DAY_OPENED:
		put_seeds(line, config, event);
		break;
	case QUEUE_CONFIG_LOADED:
		put_config(line, event, extra);
		break;
	case QUEUE_CLOCK_STEPPED:
		put(line, "{\"step_ms\":%" PRId64 "}", event->step_ms);
		break;
	case QUEUE_ISSUED:
		about_ticket = put_ticket(line, config, event);
		if (about_ticket)
			put_issued(line, event);
		break;
	case QUEUE_RESTORED:
		about_ticket = put_ticket(line, config, event);
		if (about_ticket && event->after > 0)
			put(line, ",\"after\":%" PRIu32, event->after);
		break;
	case QUEUE_FINISHED:
		about_ticket = put_ticket(line, config, event);
		if (about_ticket && extra->outcome && *extra->outcome)
			put_member(line, "outcome", extra->outcome);
		break;
	case QUEUE_TRANSFERRED:
		about_ticket = put_ticket(line, config, event);
		if (about_ticket)
			put_target(line, config, event);
		break;
	case QUEUE_RATED:
		about_ticket = put_ticket(line, config, event);
		put(line, "%c\"stars\":%d", about_ticket ? ',' : '{',
		    event->stars);
		put_reasons(line, extra->reasons);
		about_ticket = true;
		break;
	case QUEUE_PRINT_FAILED:
		about_ticket = put_ticket(line, config, event);
		if (about_ticket)
			put_member(line, "why", extra->why);
		if (about_ticket && extra->copy)
			put(line, ",\"copy\":true");
		break;
	case QUEUE_PRINTED:
		about_ticket = put_ticket(line, config, event);
		if (about_ticket)
			put(line, ",\"confirmed\":%s%s",
			    extra->unconfirmed ? "false" : "true",
			    extra->copy ? ",\"copy\":true" : "");
		break;
	case QUEUE_PRINTER_CHANGED:
		put(line, "{\"from\":");
		put_string(line, extra->from ? extra->from : "");
		put_member(line, "to", extra->to);
		put(line, "}");
		break;
	case QUEUE_BUTTON_FAULT:
	case QUEUE_BUTTON_OK:
		put(line, "{\"button\":");
		put_string(line, extra->button ? extra->button : "");
		if (event->kind == QUEUE_BUTTON_FAULT)
			put_member(line, "fault", extra->why);
		put(line, "}");
		break;
	case QUEUE_NUMBERS_RAISED:
		put(line, "{\"last\":%" PRIu32, event->number);
		put_member(line, "why", extra->why);
		put(line, "}");
		break;
	case QUEUE_CALLED:
	case QUEUE_RECALLED:
	case QUEUE_NO_SHOW:
	case QUEUE_RETURNED:
	case QUEUE_CANCELLED:
	case QUEUE_EXPIRED:
		about_ticket = put_ticket(line, config, event);
		break;
	case QUEUE_COUNTER_OPENED:
	case QUEUE_COUNTER_PAUSED:
	case QUEUE_COUNTER_CLOSED:
	case QUEUE_CLOCK_SYNCED:
		break;
	}
	if (about_ticket)
		put(line, "}");
}

static bool target_in_config(const struct config *config,
			     const struct queue_event *event)
{
	return (event->to_service == QUEUE_NONE ||
		(event->to_service >= 0 &&
		 (size_t)event->to_service < config->n_services)) &&
	       (event->to_counter == QUEUE_NONE ||
		(event->to_counter >= 0 &&
		 (size_t)event->to_counter < config->n_counters));
}

static bool in_config(const struct config *config,
		      const struct queue_event *event)
{
	if (event->kind == QUEUE_TRANSFERRED &&
	    !target_in_config(config, event))
		return false;
	return (event->service == QUEUE_NONE ||
		(event->service >= 0 &&
		 (size_t)event->service < config->n_services)) &&
	       (event->counter == QUEUE_NONE ||
		(event->counter >= 0 &&
		 (size_t)event->counter < config->n_counters)) &&
	       (event->class == QUEUE_NONE ||
		(event->class >= 0 && event->class < TICKET_CLASSES));
}

int record_to_row(const struct config *config, const struct queue_event *event,
		  const char *day, const struct record_extra *extra,
		  char detail[JOURNAL_DETAIL_MAX], struct journal_row *row)
{
	static const struct record_extra nothing;
	struct line line = {.text = detail};

	*row = (struct journal_row){0};
	detail[0] = '\0';
	if (!in_config(config, event))
		return -EINVAL;
	if (!extra)
		extra = &nothing;
	put_detail(&line, config, event, extra);
	if (line.full)
		return -EMSGSIZE;
	*row = (struct journal_row){
	    .at_ms = event->at_ms,
	    .day = day,
	    .kind = queue_kind_name(event->kind),
	    .number = event->number,
	    .has_number =
		event->number > 0 && event->kind != QUEUE_NUMBERS_RAISED,
	    .actor = extra->actor,
	    .detail = line.length > 0 ? detail : NULL,
	    .key = extra->key,
	};
	if (event->service != QUEUE_NONE)
		row->service = config->services[event->service].id;
	if (event->class != QUEUE_NONE)
		row->class = ticket_class_name((enum ticket_class)event->class);
	if (event->counter != QUEUE_NONE) {
		row->counter = config->counters[event->counter].id;
		row->has_counter = true;
	}
	return 0;
}
