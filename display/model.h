/* SPDX-License-Identifier: MIT */
/*
 * What a display knows of the kiosk: the last state it was sent, and when it
 * last heard from it. Pure: time comes in as a parameter, nothing is drawn,
 * and what comes in is outside input: whatever it is, it is taken whole or
 * refused with a reason.
 *
 * A state is plain data of a fixed size with every unused byte zero, so two of
 * them are equal when their bytes are.
 */
#ifndef KIOSK_MODEL_H
#define KIOSK_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/ticket.h"
#include "display/stage.h"

#define MODEL_MAX_SERVICES 32
#define MODEL_MAX_COUNTERS 32
#define MODEL_MAX_CALLS 8
#define MODEL_MAX_NOTICES 16
#define MODEL_WORDS_SIZE 400 /* longer texts are cut at a whole character */
#define MODEL_ID_SIZE 33
#define MODEL_PREFIX_SIZE 4
#define MODEL_PROBLEM_SIZE 200
#define MODEL_WAIT_MOST_S 86400

#define MODEL_STALE_MS 5000 /* silence after which numbers are not live */

/* The same instant by both clocks (base/clock.h). */
struct moment {
	int64_t wall_ms; /* what people's clocks say */
	int64_t mono_ms; /* what durations are measured by */
};

struct model_words {
	char vi[MODEL_WORDS_SIZE];
	char en[MODEL_WORDS_SIZE]; /* "": the Vietnamese stands in */
};

/* How long someone waits, a range; high_s 0: nothing is known. */
struct model_wait {
	int low_s, high_s;
};

/* Why no ticket can be had; what we do not know is MODEL_WHY_OTHER. */
enum model_why {
	MODEL_WHY_OTHER,
	MODEL_WHY_HOURS,    /* there is no reception now */
	MODEL_WHY_CAP,      /* the numbers of the day are given out */
	MODEL_WHY_LAST_CALL /* who waits now takes all the time left */
};

struct model_service {
	char id[MODEL_ID_SIZE];
	char prefix[MODEL_PREFIX_SIZE];
	struct model_words name;
	bool open; /* whether a ticket can be had */
	int waiting;
	struct model_wait wait;   /* of one who comes now */
	bool last_call;           /* who may not be served before closing */
	enum model_why why;       /* where it is not open … */
	struct model_words opens; /* … when it will be, as people say it */
};

struct model_serving {
	char ticket[TICKET_CODE_SIZE]; /* "": nobody */
	enum ticket_class class;
};

/* A press of a button of the kiosk's that got no number. */
enum model_refused {
	MODEL_REFUSED_OTHER,
	MODEL_REFUSED_SERVICE, /* as the service's own why has it */
	MODEL_REFUSED_PAPER,
	MODEL_REFUSED_TOO_SOON, /* the press before was only just now */
	MODEL_REFUSED_USED      /* the code that was scanned has a number */
};

struct model_press {
	int64_t at_ms; /* by the kiosk's clock; 0: there was none */
	char service[MODEL_ID_SIZE];
	enum model_refused why;
};

enum model_counter_state { MODEL_OPEN, MODEL_PAUSED, MODEL_CLOSED };

struct model_counter {
	int id;
	struct model_words name;
	enum model_counter_state state;
	struct model_serving serving;
	uint32_t services; /* that it serves: bits, by their place */
	char to_rate[TICKET_CODE_SIZE]; /* who may rate it; "": nobody … */
	int64_t finished_at_ms; /* … since when, by the kiosk's clock */
};

enum model_printer {
	MODEL_PRINTER_OK, /* a slip comes out */
	MODEL_PRINTER_PAPER_LOW,
	MODEL_PRINTER_UNKNOWN,   /* it may: the printer tells nothing */
	MODEL_PRINTER_PAPER_OUT, /* from here on none does */
	MODEL_PRINTER_COVER_OPEN,
	MODEL_PRINTER_OFFLINE,
	MODEL_PRINTER_FAULT, /* any other, and words that are new to us */
	MODEL_PRINTER_NONE
};

struct model_state {
	int64_t seq;
	int64_t at_ms; /* by the kiosk's clock; 0: not said */
	struct model_words office;
	struct model_words priority_for; /* whom the office serves first */
	struct model_service services[MODEL_MAX_SERVICES];
	size_t n_services;
	struct model_counter counters[MODEL_MAX_COUNTERS];
	size_t n_counters;
	struct model_call calls[MODEL_MAX_CALLS]; /* newest first */
	size_t n_calls;
	struct model_words notices[MODEL_MAX_NOTICES];
	size_t n_notices;
	enum model_printer printer;
	struct model_press refused; /* the last one */
};

struct model {
	bool has_state; /* a first state has come */
	bool broken;    /* what came last could not be read */
	struct moment heard;
	struct model_state state;
	struct stage stage; /* of its calls */
};

/* No state yet; the silence counts from now. */
void model_init(struct model *model, struct moment now);

enum model_source {
	MODEL_FROM_STREAM, /* in order: what comes is the newest */
	MODEL_FROM_PROBE   /* may have been overtaken by the stream */
};

/*
 * Takes /v1/state. 0 if the state was taken or was older than what is there;
 * -EINVAL, -ENOMEM with problem filled in ("services[2].prefix: …"): then the
 * state before stays, and counts as stale until a good one comes.
 */
int model_take(struct model *model, const char *json, size_t length,
	       enum model_source source, char problem[MODEL_PROBLEM_SIZE])
    __attribute__((warn_unused_result));

/* A sign of life came from the kiosk. */
void model_heard(struct model *model, struct moment now);

/* Whether the numbers may no longer be shown as live. */
bool model_stale(const struct model *model, struct moment now);

/* When (mono ms) silence alone will make it so; INT64_MAX if it has. */
int64_t model_stale_at_ms(const struct model *model, struct moment now);

/* The counter of that id, or NULL. */
const struct model_counter *model_counter(const struct model_state *state,
					  int id);

/* The service whose prefix the ticket's code has, or NULL. */
const struct model_service *model_service_of(const struct model_state *state,
					     const char *ticket);

/* The counter that serves the ticket now, or NULL. */
const struct model_counter *
model_serving_counter(const struct model_state *state, const char *ticket);

/* Reads {"low":…,"high":…} in seconds; null, or a range that is none, is
 * high_s 0. value: a json_t, or NULL. */
struct json_t;
void model_read_wait(struct model_wait *wait, const struct json_t *value);

/* As text_in(). */
const char *model_in(const struct model_words *words, enum language language);

/* Copies as much of from as fits, whole characters only, control characters
 * as spaces; fills the rest with zeros. */
void model_copy(char *to, size_t size, const char *from);

/* vi and en, either of which may be NULL. */
void model_set_words(struct model_words *words, const char *vi, const char *en);

#endif
