/* SPDX-License-Identifier: MIT */
/* A view without a kiosk and without a screen: states go in, pictures come
 * out. */
#ifndef KIOSK_TESTS_EASEL_H
#define KIOSK_TESTS_EASEL_H

#include "display/snapshot.h"
#include "display/view.h"
#include "tests/unit/support/sample_state.h"

/* When every picture is drawn. */
extern const struct moment easel_start;

enum then {
	AS_IT_IS,
	SILENT,      /* for six seconds */
	PRESSED,     /* a finger on the second tile */
	ISSUED,      /* and lifted, and answered with a ticket */
	ISSUED_LATE, /* with a warning */
	REFUSED,     /* or with a refusal */
	UNANSWERED,
	BURST,   /* nine more calls at once */
	CLASSES, /* the second tile, where the class is asked for */
	SWAPPED, /* after a press on the language */
	SLIDES,  /* the first of them, on its way */
	POSTED,  /* which service's procedures? */
	READ,    /* those of the first */
	READ_ON, /* their second page */
	CALLED,  /* the newest call just now, once more */
	WHY,     /* two stars at a counter, and one reason */
	THANKED  /* five stars, and they were recorded */
};

enum office {
	USUAL,
	ENGLISH_FIRST,
	ONE_LANGUAGE,
	NOTHING_HEARD,
	LIGHT,
	CONTRAST,
	POSTER, /* it has pictures for the board */
	POSTS   /* it has posted procedures; each office that shows them has */
};

struct picture_of {
	const char *name, *view;
	int w, h;
	struct sample_state sample;
	enum then then;
	enum office office;
};

#define MORNING                                                             \
	{                                                                   \
		.seq = 100, .n_services = 5, .n_counters = 4, .n_calls = 8, \
		.n_notices = 1                                              \
	}
#define CROWD                                                                 \
	{                                                                     \
		.seq = 100, .n_services = 32, .n_counters = 32, .n_calls = 8, \
		.n_notices = 1, .long_names = true,                           \
		.last_service_closed = true                                   \
	}
#define WAITS                                                               \
	{                                                                   \
		.seq = 100, .n_services = 5, .n_counters = 4, .n_calls = 8, \
		.n_notices = 1, .last_service_closed = true, .waits = true  \
	}
#define FREE                                                  \
	{                                                     \
		.seq = 100, .n_services = 5, .n_counters = 4, \
		.nobody_there = true                          \
	}
#define PAUSED                                                \
	{                                                     \
		.seq = 100, .n_services = 5, .n_counters = 4, \
		.counter_state = "paused"                     \
	}
#define RATES                                                               \
	{                                                                   \
		.seq = 100, .n_services = 5, .n_counters = 4, .n_calls = 8, \
		.to_rate = "A024"                                           \
	}
#define EMPTY                                                                 \
	{                                                                     \
		.seq = 100, .n_services = 5, .n_counters = 4, .n_notices = 1, \
		.printer = "none", .last_service_closed = true                \
	}

struct easel {
	struct model model;
	const struct view_kind *kind;
	struct view *view;
	struct draw *draw;
	SDL_Surface *surface;
	client_answer_fn *answer;
	void *answer_arg;
};

/* Draws it; the caller closes the easel. */
void easel_draw(struct easel *easel, const struct picture_of *of);
/* In another theme and other languages than its office's; NULL: in those. */
void easel_draw_in(struct easel *easel, const struct picture_of *of,
		   const struct theme *theme,
		   const struct languages *languages);
void easel_close(struct easel *easel);

/* Setup and teardown of a group of tests. */
int easel_find_fonts(void **state);
int easel_clear_fonts(void **state);

#endif
