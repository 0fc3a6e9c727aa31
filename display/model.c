/* SPDX-License-Identifier: MIT */
#include "display/model.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* Where in the state we read, so that a problem can name it. */
struct reader {
	char *problem;
	const char *list; /* "services" … */
	size_t index;
};

__attribute__((format(printf, 3, 4))) static int
wrong(const struct reader *reader, const char *field, const char *format, ...)
{
	char what[100];
	va_list args;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (reader->list)
		snprintf(reader->problem, MODEL_PROBLEM_SIZE, "%s[%zu]%s%s: %s",
			 reader->list, reader->index, *field ? "." : "", field,
			 what);
	else
		snprintf(reader->problem, MODEL_PROBLEM_SIZE, "%s: %s", field,
			 what);
	return -EINVAL;
}

void model_copy(char *to, size_t size, const char *from)
{
	size_t n = strlen(from);
	if (n >= size) {
		n = size - 1;
		while (n > 0 && ((unsigned char)from[n] & 0xC0) == 0x80)
			n--;
	}
	memset(to, 0, size);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)from[i];
		to[i] = c < 0x20 || c == 0x7F ? ' ' : from[i];
	}
}

void model_set_words(struct model_words *words, const char *vi, const char *en)
{
	model_copy(words->vi, sizeof(words->vi), vi ? vi : "");
	model_copy(words->en, sizeof(words->en), en ? en : "");
}

const char *model_in(const struct model_words *words, enum language language)
{
	switch (language) {
	case LANGUAGE_VI:
		break;
	case LANGUAGE_EN:
		if (words->en[0])
			return words->en;
		break;
	}
	return words->vi;
}

/* Absent, null or of another type all read as "not said". */
static const char *string_or(const json_t *object, const char *key,
			     const char *otherwise)
{
	const char *value = json_string_value(json_object_get(object, key));
	return value ? value : otherwise;
}

static int64_t integer_or(const json_t *object, const char *key, int64_t low,
			  int64_t high, int64_t otherwise)
{
	const json_t *value = json_object_get(object, key);
	if (!json_is_integer(value))
		return otherwise;
	json_int_t number = json_integer_value(value);
	return number < low ? low : number > high ? high : number;
}

static void read_words(struct model_words *words, const json_t *value)
{
	model_set_words(words, string_or(value, "vi", ""),
			string_or(value, "en", ""));
}

static int read_id(const struct reader *reader, const json_t *object,
		   const char *key, int *out)
{
	const json_t *value = json_object_get(object, key);
	json_int_t number = json_integer_value(value);
	if (!json_is_integer(value) || number < 1 || number > 99)
		return wrong(reader, key, "a number from 1 to 99 is expected");
	*out = (int)number;
	return 0;
}

static int read_ticket(const struct reader *reader, const json_t *object,
		       char ticket[TICKET_CODE_SIZE])
{
	const char *code = string_or(object, "ticket", NULL);
	uint32_t number;
	if (!code || strlen(code) >= TICKET_CODE_SIZE ||
	    ticket_code_parse(code, &number) < 0)
		return wrong(reader, "ticket",
			     "a code such as A025 is expected");
	model_copy(ticket, TICKET_CODE_SIZE, code);
	return 0;
}

/* A class we do not know is a new one: the ticket is shown without a sign. */
static bool read_class(const json_t *object, enum ticket_class *out)
{
	const char *name = string_or(object, "class", NULL);
	int class = name ? ticket_class_from(name) : -1;
	*out = class < 0 ? TICKET_NORMAL : (enum ticket_class) class;
	return class >= 0;
}

void model_read_wait(struct model_wait *wait, const json_t *value)
{
	int64_t low = integer_or(value, "low", 0, MODEL_WAIT_MOST_S, -1);
	int64_t high = integer_or(value, "high", 0, MODEL_WAIT_MOST_S, -1);
	*wait = (struct model_wait){.low_s = 0};
	if (low < 0 || high < low || high == 0)
		return;
	wait->low_s = (int)low;
	wait->high_s = (int)high;
}

static enum model_why read_why(const json_t *object)
{
	static const struct {
		const char *name;
		enum model_why why;
	} names[] = {
	    {"service_closed", MODEL_WHY_HOURS},
	    {"cap_reached", MODEL_WHY_CAP},
	    {"last_call", MODEL_WHY_LAST_CALL},
	};
	const char *name = string_or(object, "why", "");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].why;
	return MODEL_WHY_OTHER;
}

static int read_service(const struct reader *reader, const json_t *object,
			struct model_service *service)
{
	const char *id = string_or(object, "id", "");
	if (!*id || strlen(id) >= sizeof(service->id))
		return wrong(reader, "id", "1 to %zu bytes are expected",
			     sizeof(service->id) - 1);
	model_copy(service->id, sizeof(service->id), id);
	const char *prefix = string_or(object, "prefix", "");
	if (!*prefix || strlen(prefix) >= sizeof(service->prefix))
		return wrong(reader, "prefix", "1 to %zu letters are expected",
			     sizeof(service->prefix) - 1);
	model_copy(service->prefix, sizeof(service->prefix), prefix);
	read_words(&service->name, json_object_get(object, "name"));
	if (!service->name.vi[0])
		model_copy(service->name.vi, sizeof(service->name.vi), id);
	/* Not said: offer it, the kiosk refuses what it must. */
	service->open = !json_is_false(json_object_get(object, "open"));
	service->waiting =
	    (int)integer_or(object, "waiting", 0, TICKET_MAX_NUMBER, 0);
	model_read_wait(&service->wait, json_object_get(object, "wait_s"));
	service->last_call = json_is_true(json_object_get(object, "last_call"));
	service->why = read_why(object);
	read_words(&service->opens, json_object_get(object, "opens"));
	return 0;
}

static enum model_counter_state counter_state(const char *name)
{
	if (strcmp(name, "paused") == 0)
		return MODEL_PAUSED;
	return strcmp(name, "closed") == 0 ? MODEL_CLOSED : MODEL_OPEN;
}

static int read_counter(const struct reader *reader, const json_t *object,
			struct model_counter *counter)
{
	int r = read_id(reader, object, "id", &counter->id);
	if (r < 0)
		return r;
	read_words(&counter->name, json_object_get(object, "name"));
	counter->state = counter_state(string_or(object, "state", "open"));
	const json_t *serving = json_object_get(object, "serving");
	const json_t *rate = json_object_get(object, "to_rate");
	if (json_is_object(rate)) {
		r = read_ticket(reader, rate, counter->to_rate);
		counter->finished_at_ms =
		    integer_or(rate, "finished_at_ms", 0, INT64_MAX, 0);
	}
	if (r < 0 || !json_is_object(serving))
		return r;
	read_class(serving, &counter->serving.class);
	return read_ticket(reader, serving, counter->serving.ticket);
}

/* Once the services are known. */
static void read_served(const json_t *root, struct model_state *state)
{
	const json_t *list = json_object_get(root, "counters");
	for (size_t i = 0; i < state->n_counters; i++) {
		const json_t *ids =
		    json_object_get(json_array_get(list, i), "services");
		for (size_t k = 0; k < json_array_size(ids); k++) {
			const char *id =
			    json_string_value(json_array_get(ids, k));
			for (size_t s = 0; id && s < state->n_services; s++)
				if (strcmp(state->services[s].id, id) == 0)
					state->counters[i].services |= 1u << s;
		}
	}
}

static int read_call(const struct reader *reader, const json_t *object,
		     struct model_call *call)
{
	int r = read_ticket(reader, object, call->ticket);
	if (r == 0)
		r = read_id(reader, object, "counter", &call->counter);
	if (r < 0)
		return r;
	call->id = integer_or(object, "id", 0, INT64_MAX, 0);
	call->at_ms = integer_or(object, "at_ms", 0, INT64_MAX, 0);
	call->calls = (int)integer_or(object, "calls", 1, 999, 1);
	call->class_known = read_class(object, &call->class);
	return 0;
}

/* Else an older call would be taken for news, and called out with each state
 * anew. */
static int check_order(struct reader *reader, const struct model_state *state)
{
	for (size_t i = 1; i < state->n_calls; i++) {
		reader->index = i;
		if (state->calls[i].id >= state->calls[i - 1].id)
			return wrong(reader, "id",
				     "a smaller one than of the call before it "
				     "is expected");
	}
	return 0;
}

/* The list of that name with at most max objects in it; absent: none. */
static int open_list(struct reader *reader, const json_t *root,
		     const char *name, size_t max, const json_t **list,
		     size_t *n)
{
	reader->list = NULL;
	*list = json_object_get(root, name);
	*n = 0;
	if (!json_is_array(*list))
		return wrong(reader, name, "a list is expected");
	reader->list = name;
	size_t size = json_array_size(*list);
	*n = size < max ? size : max;
	for (size_t i = 0; i < *n; i++) {
		reader->index = i;
		if (!json_is_object(json_array_get(*list, i)))
			return wrong(reader, "", "an object is expected");
	}
	return 0;
}

/* Reads every element of a list by its function; r and the rest are the
 * caller's. */
#define READ_LIST(name, max, read_one, into)                             \
	do {                                                             \
		const json_t *list_;                                     \
		r = open_list(&reader, root, name, max, &list_,          \
			      &state->n_##into);                         \
		for (size_t i = 0; r == 0 && i < state->n_##into; i++) { \
			reader.index = i;                                \
			r = read_one(&reader, json_array_get(list_, i),  \
				     &state->into[i]);                   \
		}                                                        \
		if (r < 0)                                               \
			return r;                                        \
	} while (0)

static void read_notices(const json_t *root, struct model_state *state)
{
	const json_t *list = json_object_get(root, "notices");
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (state->n_notices == MODEL_MAX_NOTICES)
			break;
		struct model_words *notice = &state->notices[state->n_notices];
		read_words(notice, json_array_get(list, i));
		if (notice->vi[0])
			state->n_notices++;
		else
			memset(notice, 0, sizeof(*notice));
	}
}

static enum model_printer read_printer(const json_t *root)
{
	static const struct {
		const char *name;
		enum model_printer printer;
	} names[] = {
	    {"ok", MODEL_PRINTER_OK},
	    {"paper_low", MODEL_PRINTER_PAPER_LOW},
	    {"unknown", MODEL_PRINTER_UNKNOWN},
	    {"paper_out", MODEL_PRINTER_PAPER_OUT},
	    {"cover_open", MODEL_PRINTER_COVER_OPEN},
	    {"offline", MODEL_PRINTER_OFFLINE},
	    {"none", MODEL_PRINTER_NONE},
	};
	const char *name =
	    string_or(json_object_get(root, "health"), "printer", "none");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].printer;
	return MODEL_PRINTER_FAULT;
}

static void read_refused(const json_t *root, struct model_press *press)
{
	static const struct {
		const char *name;
		enum model_refused why;
	} names[] = {
	    {"cap_reached", MODEL_REFUSED_SERVICE},
	    {"service_closed", MODEL_REFUSED_SERVICE},
	    {"last_call", MODEL_REFUSED_SERVICE},
	    {"printer_out", MODEL_REFUSED_PAPER},
	    {"too_soon", MODEL_REFUSED_TOO_SOON},
	    {"already_used", MODEL_REFUSED_USED},
	};
	const json_t *health = json_object_get(root, "health");
	const json_t *refused =
	    json_object_get(json_object_get(health, "panel"), "refused");
	const char *name = string_or(refused, "error", "");
	press->at_ms = integer_or(refused, "at_ms", 0, INT64_MAX, 0);
	model_copy(press->service, sizeof(press->service),
		   string_or(refused, "service", ""));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, name) == 0)
			press->why = names[i].why;
}

static int read_state(const json_t *root, struct model_state *state,
		      char problem[MODEL_PROBLEM_SIZE])
{
	struct reader reader = {.problem = problem};
	int r;
	const json_t *seq = json_object_get(root, "seq");
	if (!json_is_integer(seq))
		return wrong(&reader, "seq", "a number is expected");
	state->seq = json_integer_value(seq);
	state->at_ms = integer_or(root, "at_ms", 0, INT64_MAX, 0);
	read_words(&state->office, json_object_get(root, "office"));
	read_words(&state->priority_for, json_object_get(root, "priority_for"));
	READ_LIST("services", MODEL_MAX_SERVICES, read_service, services);
	READ_LIST("counters", MODEL_MAX_COUNTERS, read_counter, counters);
	read_served(root, state);
	READ_LIST("calls", MODEL_MAX_CALLS, read_call, calls);
	r = check_order(&reader, state);
	if (r < 0)
		return r;
	read_notices(root, state);
	state->printer = read_printer(root);
	read_refused(root, &state->refused);
	return 0;
}

void model_init(struct model *model, struct moment now)
{
	memset(model, 0, sizeof(*model));
	model->heard = now;
}

static int parse(const char *json, size_t length, struct model_state *state,
		 char problem[MODEL_PROBLEM_SIZE])
{
	struct json_problem why;
	json_t *root = json_parse_object(json, length, &why);
	if (!root) {
		snprintf(problem, MODEL_PROBLEM_SIZE,
			 "line %d, column %d: %.150s", why.line, why.column,
			 why.what);
		return -EINVAL;
	}
	int r = read_state(root, state, problem);
	json_decref(root);
	return r;
}

int model_take(struct model *model, const char *json, size_t length,
	       enum model_source source, char problem[MODEL_PROBLEM_SIZE])
{
	struct model_state *state = calloc(1, sizeof(*state));
	if (!state) {
		snprintf(problem, MODEL_PROBLEM_SIZE, "out of memory");
		return -ENOMEM;
	}
	int r = parse(json, length, state, problem);
	if (r < 0) {
		model->broken = true;
	} else if (source == MODEL_FROM_STREAM || !model->has_state ||
		   state->seq >= model->state.seq) {
		model->state = *state;
		model->has_state = true;
		model->broken = false;
		stage_take(&model->stage, state->calls, state->n_calls,
			   state->at_ms);
	}
	free(state);
	return r;
}

void model_heard(struct model *model, struct moment now)
{
	model->heard = now;
}

bool model_stale(const struct model *model, struct moment now)
{
	return model->broken ||
	       now.mono_ms - model->heard.mono_ms >= MODEL_STALE_MS;
}

int64_t model_stale_at_ms(const struct model *model, struct moment now)
{
	return model_stale(model, now) ? INT64_MAX
				       : model->heard.mono_ms + MODEL_STALE_MS;
}

const struct model_counter *model_counter(const struct model_state *state,
					  int id)
{
	for (size_t i = 0; i < state->n_counters; i++)
		if (state->counters[i].id == id)
			return &state->counters[i];
	return NULL;
}

const struct model_service *model_service_of(const struct model_state *state,
					     const char *ticket)
{
	uint32_t number;
	int n = ticket_code_parse(ticket, &number);
	for (size_t i = 0; n > 0 && i < state->n_services; i++) {
		const struct model_service *service = &state->services[i];
		if (strlen(service->prefix) == (size_t)n &&
		    memcmp(service->prefix, ticket, (size_t)n) == 0)
			return service;
	}
	return NULL;
}

const struct model_counter *
model_serving_counter(const struct model_state *state, const char *ticket)
{
	for (size_t i = 0; i < state->n_counters; i++)
		if (strcmp(state->counters[i].serving.ticket, ticket) == 0)
			return &state->counters[i];
	return NULL;
}
