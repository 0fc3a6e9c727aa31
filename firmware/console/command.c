/* SPDX-License-Identifier: MIT */
#include "console/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hours.h"
#include "base/rating.h"
#include "console/body.h"
#include "console/messages.h"
#include "console/state.h"
#include "journal/journal.h"

#define LIST_SIZE 200

/* A command on its way through the kiosk. */
struct under_way {
	struct kiosk *kiosk;
	struct http_request *request;
	enum queue_verb verb;
	int service; /* index, or QUEUE_NONE; likewise below */
	int counter;
	bool answered;
	char *outcome; /* or NULL */
};

struct body_field {
	unsigned bit;
	const char *name;
	const char *type_vi, *type_en; /* of its value */
};

static const struct body_field body_fields[] = {
    {FIELD_SERVICE, "service", "chuỗi, ví dụ \"land\"",
     "a string, such as \"land\""},
    {FIELD_COUNTER, "counter", "số nguyên, ví dụ 3", "an integer, such as 3"},
    {FIELD_CLASS, "class", "chuỗi, ví dụ \"normal\"",
     "a string, such as \"normal\""},
    {FIELD_EXPECT, "expect", "mã phiếu, ví dụ \"A025\", hoặc null",
     "a ticket, such as \"A025\", or null"},
    {FIELD_TICKET, "ticket", "mã phiếu, ví dụ \"A025\"",
     "a ticket, such as \"A025\""},
    {FIELD_OUTCOME, "outcome", "chuỗi", "a string"},
    {FIELD_STARS, "stars", "số nguyên từ 1 đến 5", "an integer, 1 to 5"},
    {FIELD_REASONS, "reasons", "danh sách chuỗi, ví dụ [\"wait\"]",
     "a list of strings, such as [\"wait\"]"},
    {FIELD_WINDOW, "window", "chuỗi, ví dụ \"09:00-09:30\"",
     "a string, such as \"09:00-09:30\""},
};
#define N_FIELDS (sizeof(body_fields) / sizeof(body_fields[0]))

/* Adds ", text" where it fits. */
static void list_add(char list[LIST_SIZE], const char *text)
{
	size_t at = strlen(list);

	(void)snprintf(list + at, LIST_SIZE - at, "%s%s", at ? ", " : "", text);
}

static void refuse_with(struct http_request *request, enum refusal why,
			const char *first, const char *second)
{
	const char *args[] = {first, second};

	refuse(request, why, args);
}

/* ---- the body ---- */

/* An object, or NULL where the request has been refused. */
static json_t *parse_body(struct http_request *request,
			  const struct command_spec *spec)
{
	if (!spec->needs)
		return body_object(request, NULL);
	return body_object(request, spec->needs & FIELD_SERVICE
					? "{\"service\":\"land\"}"
					: "{\"stars\":5}");
}

static const struct body_field *field_of(const struct command_spec *spec,
					 const char *name)
{
	for (size_t i = 0; i < N_FIELDS; i++) {
		if ((spec->fields & body_fields[i].bit) &&
		    strcmp(body_fields[i].name, name) == 0)
			return &body_fields[i];
	}
	return NULL;
}

static bool refuse_unknown_field(struct http_request *request,
				 const struct command_spec *spec,
				 const char *name)
{
	char known[LIST_SIZE] = "";

	for (size_t i = 0; i < N_FIELDS; i++) {
		if (spec->fields & body_fields[i].bit)
			list_add(known, body_fields[i].name);
	}
	refuse_with(request, REFUSE_UNKNOWN_FIELD, name, *known ? known : "-");
	return false;
}

static void refuse_wrong_type(struct http_request *request,
			      const struct body_field *field)
{
	const char *args[] = {field->name, field->type_vi, field->type_en};

	refuse(request, REFUSE_WRONG_TYPE, args);
}

static bool are_strings(const json_t *value)
{
	bool fine = json_is_array(value);

	for (size_t i = 0; i < json_array_size(value); i++)
		fine = fine && json_is_string(json_array_get(value, i));
	return fine;
}

static bool type_fits(unsigned bit, const json_t *value)
{
	if (bit == FIELD_STARS || bit == FIELD_COUNTER)
		return json_is_integer(value);
	if (bit == FIELD_REASONS)
		return are_strings(value);
	if (bit == FIELD_EXPECT && json_is_null(value))
		return true;
	return json_is_string(value);
}

/* Which fields are there and of which type. False: refused. */
static bool check_fields(struct http_request *request,
			 const struct command_spec *spec, json_t *body)
{
	unsigned missing = spec->needs;
	const char *name;
	json_t *value;

	json_object_foreach(body, name, value)
	{
		const struct body_field *field = field_of(spec, name);

		if (!field)
			return refuse_unknown_field(request, spec, name);
		if (!type_fits(field->bit, value)) {
			refuse_wrong_type(request, field);
			return false;
		}
		missing &= ~field->bit;
	}
	for (size_t i = 0; i < N_FIELDS; i++) {
		if (missing & body_fields[i].bit) {
			refuse_with(request, REFUSE_MISSING_FIELD,
				    body_fields[i].name, NULL);
			return false;
		}
	}
	return true;
}

int command_find_code(const struct config *config, const char *code,
		      int *service, uint32_t *number)
{
	int length = ticket_code_parse(code, number);

	if (length < 0)
		return -ENOENT;
	for (int i = 0; i < (int)config->n_services; i++) {
		const char *prefix = config->services[i].prefix;

		if (strlen(prefix) == (size_t)length &&
		    strncmp(prefix, code, (size_t)length) == 0) {
			*service = i;
			return 0;
		}
	}
	return -ENOENT;
}

/* ---- body -> command. Each: false where the request has been refused. ---- */

/* A transfer's service is where the ticket goes. */
static bool take_service(const struct config *config,
			 struct http_request *request, const json_t *body,
			 struct queue_command *command)
{
	const char *id = json_string_value(json_object_get(body, "service"));
	int *service = command->verb == QUEUE_TRANSFER ? &command->to_service
						       : &command->service;
	char known[LIST_SIZE] = "";

	if (!id)
		return true;
	for (size_t i = 0; i < config->n_services; i++) {
		if (strcmp(config->services[i].id, id) == 0) {
			*service = (int)i;
			return true;
		}
		list_add(known, config->services[i].id);
	}
	refuse_with(request, REFUSE_SERVICE, id, known);
	return false;
}

/* Where a transfer goes: the one or the other. */
static bool take_target(const struct config *config,
			struct http_request *request, const json_t *body,
			struct queue_command *command)
{
	const json_t *value = json_object_get(body, "counter");
	json_int_t wanted = json_integer_value(value);
	char known[LIST_SIZE] = "", id[24];

	if (command->verb != QUEUE_TRANSFER)
		return true;
	if (!value == (command->to_service == QUEUE_NONE)) {
		refuse(request, REFUSE_TARGET, NULL);
		return false;
	}
	if (!value)
		return true;
	for (size_t i = 0; i < config->n_counters; i++) {
		if (config->counters[i].id == wanted) {
			command->to_counter = (int)i;
			return true;
		}
		(void)snprintf(id, sizeof(id), "%d", config->counters[i].id);
		list_add(known, id);
	}
	(void)snprintf(id, sizeof(id), "%" JSON_INTEGER_FORMAT, wanted);
	refuse_with(request, REFUSE_COUNTER, id, known);
	return false;
}

static bool take_class(struct http_request *request, const json_t *body,
		       struct queue_command *command)
{
	const char *name = json_string_value(json_object_get(body, "class"));
	int class = name ? ticket_class_from(name) : TICKET_NORMAL;

	if (class < 0) {
		refuse_with(request, REFUSE_BAD_CLASS, name, NULL);
		return false;
	}
	command->class = (enum ticket_class) class;
	return true;
}

/* An appointment's time of today. */
static bool take_window(struct http_request *request, const json_t *body,
			struct queue_command *command)
{
	const char *text = json_string_value(json_object_get(body, "window"));

	if (!text)
		return true;
	if (command->class != TICKET_APPOINTMENT) {
		refuse_with(request, REFUSE_NO_WINDOW,
			    ticket_class_name(command->class), NULL);
		return false;
	}
	if (hours_window(text, clock_wall_ms(), &command->from_ms,
			 &command->until_ms) != 0) {
		refuse_with(request, REFUSE_BAD_WINDOW, text, NULL);
		return false;
	}
	return true;
}

static bool take_ticket(const struct config *config,
			struct http_request *request, const json_t *body,
			struct queue_command *command)
{
	const char *code = json_string_value(json_object_get(body, "ticket"));

	if (!code)
		return true;
	if (command_find_code(config, code, &command->service,
			      &command->number) < 0) {
		refuse_with(request, REFUSE_TICKET, code, NULL);
		return false;
	}
	if (command->verb == QUEUE_CALL_NEXT)
		command->verb = QUEUE_CALL_TICKET;
	return true;
}

/* A text that is no code of today's differs from whoever is at the counter,
 * which queue_decide() then says, as with any other ticket. */
static void take_expect(const struct config *config, const json_t *body,
			struct queue_command *command)
{
	const json_t *value = json_object_get(body, "expect");
	const char *code = json_string_value(value);

	command->expects = value;
	command->expect_service = QUEUE_NONE;
	if (code && command_find_code(config, code, &command->expect_service,
				      &command->expect_number) < 0) {
		command->expect_service = 0;
		command->expect_number = 0; /* no ticket's: they begin at 1 */
	}
}

static bool take_stars(struct http_request *request, const json_t *body,
		       struct queue_command *command)
{
	const json_t *value = json_object_get(body, "stars");
	json_int_t stars = json_integer_value(value);

	if (!value)
		return true;
	if (stars < 1 || stars > 5) {
		refuse(request, REFUSE_BAD_STARS, NULL);
		return false;
	}
	command->stars = (uint8_t)stars;
	return true;
}

static bool take_reasons(struct http_request *request, const json_t *body,
			 struct kiosk_command *command)
{
	const json_t *list = json_object_get(body, "reasons");
	char known[LIST_SIZE] = "";

	if (json_array_size(list) > 0 &&
	    command->queue.stars > RATING_ASK_WHY) {
		refuse(request, REFUSE_NO_REASONS, NULL);
		return false;
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));
		int reason = rating_reason_from(name);

		if (reason < 0) {
			for (int k = 0; k < RATING_REASONS; k++)
				list_add(known, rating_reason_name(
						    (enum rating_reason)k));
			refuse_with(request, REFUSE_BAD_REASON, name, known);
			return false;
		}
		command->reasons |= 1u << reason;
	}
	return true;
}

static bool take_key(struct http_request *request,
		     struct kiosk_command *command)
{
	const char *key = http_header(request, "Idempotency-Key");
	size_t length = key ? strlen(key) : 1;
	bool fine = length >= 1 && length <= JOURNAL_KEY_MAX;

	for (const char *c = key; fine && c && *c; c++)
		fine = *c >= 0x20 && *c <= 0x7e;
	if (!fine) {
		refuse(request, REFUSE_BAD_KEY, NULL);
		return false;
	}
	command->key = key;
	return true;
}

/* ---- answers ---- */

static const char *counter_state_after(enum queue_verb verb)
{
	enum queue_counter_state state =
	    verb == QUEUE_OPEN    ? QUEUE_COUNTER_IS_OPEN
	    : verb == QUEUE_PAUSE ? QUEUE_COUNTER_IS_PAUSED
				  : QUEUE_COUNTER_IS_CLOSED;

	return queue_counter_state_name(state);
}

static void answer_counter(const struct under_way *at,
			   const struct kiosk_answer *answer)
{
	const struct config *config = kiosk_config(at->kiosk);
	int64_t seq = answer->result == KIOSK_DONE ? answer->event.seq
						   : kiosk_seq(at->kiosk);

	reply_json(at->request, 200,
		   json_pack("{s:i, s:s, s:I}", "counter",
			     config->counters[at->counter].id, "state",
			     counter_state_after(at->verb), "seq",
			     (json_int_t)seq));
}

static void answer_rating(const struct under_way *at,
			  const struct queue_event *event)
{
	const struct config *config = kiosk_config(at->kiosk);

	reply_json(at->request, 200,
		   json_pack("{s:o, s:i, s:i, s:I}", "ticket",
			     state_code(at->kiosk, event->service,
					event->number),
			     "counter", config->counters[at->counter].id,
			     "stars", (int)event->stars, "seq",
			     (json_int_t)event->seq));
}

static void answer_ticket(const struct under_way *at,
			  const struct kiosk_answer *answer)
{
	json_t *body = state_answer(at->kiosk, answer);

	if (body && at->outcome &&
	    json_object_set_new(body, "outcome", json_string(at->outcome)) !=
		0) {
		json_decref(body);
		body = NULL;
	}
	reply_json(at->request, at->verb == QUEUE_ISSUE ? 201 : 200, body);
}

/* It was done, or there was nothing to do. */
static void answer_done(const struct under_way *at,
			const struct kiosk_answer *answer)
{
	switch (at->verb) {
	case QUEUE_OPEN:
	case QUEUE_PAUSE:
	case QUEUE_CLOSE:
		answer_counter(at, answer);
		return;
	case QUEUE_RATE:
		answer_rating(at, &answer->event);
		return;
	case QUEUE_CALL_NEXT:
	case QUEUE_CALL_TICKET:
		/* Whoever was there is finished, and nobody waits. */
		if (answer->result == KIOSK_NOTHING ||
		    answer->event.kind != QUEUE_CALLED)
			reply_nothing(at->request, NULL);
		else
			answer_ticket(at, answer);
		return;
	case QUEUE_ISSUE:
	case QUEUE_RECALL:
	case QUEUE_FINISH:
	case QUEUE_MISS:
	case QUEUE_RETURN:
	case QUEUE_TRANSFER:
	case QUEUE_RESTORE:
	case QUEUE_CANCEL:
	case QUEUE_OPEN_DAY:
		if (answer->result == KIOSK_NOTHING)
			reply_nothing(at->request, NULL);
		else
			answer_ticket(at, answer);
		return;
	}
}

static void answer_refused(const struct under_way *at,
			   const struct kiosk_answer *answer)
{
	json_t *extras = NULL;

	if (answer->why == QUEUE_CLOSED) {
		int64_t now_ms = clock_wall_ms();
		struct kiosk_offer offer;

		kiosk_offer(at->kiosk, at->service, TICKET_NORMAL, now_ms,
			    &offer);
		refuse_closed(at->request, offer.hours.opens_ms, now_ms);
		return;
	}
	if (answer->why == QUEUE_WRONG_STATE && answer->has_ticket) {
		refuse_wrong_state(at->request, kiosk_config(at->kiosk),
				   &answer->ticket);
		return;
	}
	if (answer->why == QUEUE_CONFLICT)
		extras =
		    json_pack("{s:o}", "serving",
			      state_code(at->kiosk, answer->serving_service,
					 answer->serving_number));
	refuse_by_queue(at->request, answer->why, extras);
}

static void answer_bad_outcome(const struct under_way *at,
			       const struct kiosk_answer *answer)
{
	char known[LIST_SIZE] = "";

	if (answer->serving_service != QUEUE_NONE) {
		const struct config_service *service =
		    &kiosk_config(at->kiosk)->services[answer->serving_service];

		for (size_t i = 0; i < service->n_outcomes; i++)
			list_add(known, service->outcomes[i]);
	}
	refuse_with(at->request, REFUSE_BAD_OUTCOME,
		    at->outcome ? at->outcome : "", *known ? known : "-");
}

static void on_answer(void *arg, const struct kiosk_answer *answer)
{
	struct under_way *at = arg;

	at->answered = true;
	switch (answer->result) {
	case KIOSK_DONE:
	case KIOSK_NOTHING:
		answer_done(at, answer);
		return;
	case KIOSK_REFUSED:
		answer_refused(at, answer);
		return;
	case KIOSK_UNAVAILABLE:
		refuse(at->request, REFUSE_JOURNAL, NULL);
		return;
	case KIOSK_KEY_REUSED:
		refuse(at->request, REFUSE_KEY_REUSED, NULL);
		return;
	case KIOSK_BAD_OUTCOME:
		answer_bad_outcome(at, answer);
		return;
	}
}

static void on_end(void *arg)
{
	struct under_way *at = arg;

	if (!at->answered)
		kiosk_abandon(at->kiosk, at);
	free(at->outcome);
	free(at);
}

static void submit(struct api *api, struct http_request *request,
		   const struct kiosk_command *command)
{
	struct under_way *at = calloc(1, sizeof(*at));

	if (at && command->outcome)
		at->outcome = strdup(command->outcome);
	if (!at || (command->outcome && !at->outcome)) {
		free(at);
		refuse(request, REFUSE_MEMORY, NULL);
		return;
	}
	at->kiosk = api->kiosk;
	at->request = request;
	at->verb = command->queue.verb;
	at->service = command->queue.service;
	at->counter = command->queue.counter;
	http_at_end(request, on_end, at);
	kiosk_submit(api->kiosk, command, on_answer, at);
}

void command_run(struct api *api, struct http_request *request,
		 const struct visitor *visitor, const struct command_spec *spec,
		 int counter, int service, uint32_t number)
{
	char actor[ACCESS_ACTOR_SIZE];
	const struct config *config = kiosk_config(api->kiosk);
	struct kiosk_command command = {
	    .queue = {.verb = spec->verb,
		      .service = service,
		      .number = number,
		      .class = TICKET_NORMAL,
		      .counter = counter,
		      .to_service = QUEUE_NONE,
		      .to_counter = QUEUE_NONE},
	    .actor = actor,
	};
	json_t *body = parse_body(request, spec);

	access_actor(visitor, actor);
	if (!body)
		return;
	if (check_fields(request, spec, body) &&
	    take_service(config, request, body, &command.queue) &&
	    take_target(config, request, body, &command.queue) &&
	    take_class(request, body, &command.queue) &&
	    take_window(request, body, &command.queue) &&
	    take_ticket(config, request, body, &command.queue) &&
	    take_stars(request, body, &command.queue) &&
	    take_reasons(request, body, &command) &&
	    take_key(request, &command)) {
		take_expect(config, body, &command.queue);
		command.outcome =
		    json_string_value(json_object_get(body, "outcome"));
		submit(api, request, &command);
	}
	json_decref(body);
}
