/* SPDX-License-Identifier: MIT */
/*
 * The screen over one counter, before any pixel: what it says and where. Both
 * are pure. It shows the counter's name and whom it serves, and asks whoever
 * was served last for a rating (rate.h).
 */
#ifndef KIOSK_COUNTER_VIEW_H
#define KIOSK_COUNTER_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "display/board.h"
#include "display/box.h"
#include "display/header.h"
#include "display/model.h"
#include "display/rate.h"
#include "display/touch.h"
#include "display/words.h"

/* What a press may act upon. */
#define COUNTER_STARS 0   /* and how many, 1..5 */
#define COUNTER_REASON 10 /* and which */
#define COUNTER_SEND 20

#define COUNTER_SERVICES 6 /* named while nobody is served */

/* ---- what it says ---- */

enum counter_mood {
	COUNTER_CONNECTING, /* nothing is known yet */
	COUNTER_UNKNOWN,    /* the kiosk has no such counter */
	COUNTER_CLOSED,
	COUNTER_PAUSED,
	COUNTER_FREE, /* open, and nobody is there */
	COUNTER_SERVING
};

/* Plain data, every unused byte zero: see struct board_view. */
struct counter_view {
	enum counter_mood mood;
	bool stale;
	char as_of[WORDS_CLOCK_SIZE];
	struct header_words header;
	struct model_words name; /* of the counter */
	char code[TICKET_CODE_SIZE];
	enum ticket_class class;
	struct model_words service;
	bool lit; /* it was called just now */
	struct model_words services[COUNTER_SERVICES];
	size_t n_services;
	enum rate_step step;
	char rated[TICKET_CODE_SIZE]; /* who is asked */
	unsigned reasons;
	int pressed; /* or TOUCH_NOTHING */
};

void counter_compose(const struct model *model, int id, const struct rate *rate,
		     const struct touch *touch, struct moment now,
		     struct counter_view *view);

/* When (mono ms) it will say something else without news. */
int64_t counter_next_ms(const struct model *model, const struct rate *rate,
			const struct touch *touch, struct moment now);

/* ---- where it says it ---- */

struct counter_layout {
	int em, gap, radius;
	bool portrait;
	struct header_boxes header;
	struct box name; /* the counter's, on its bar */
	struct box card; /* whom it serves */
	struct box label, code, service;
	int code_height;
	/* While a rating is asked: both of these in the place of the bar. */
	struct box brief_name, brief_call;
	struct box title, ticket; /* the question, and whom it is put to */
	struct box stars[RATING_STARS], reasons[RATING_REASONS], send;
	struct box thanks;
	struct box sign; /* over all of it, when stale */
};

/* Any size from 320x240 to 7680x4320. */
void counter_layout(int w, int h, struct counter_layout *out);

/* What lies there in that step, or TOUCH_NOTHING. */
int counter_target_at(const struct counter_layout *layout, enum rate_step step,
		      int x, int y);

#endif
