/* SPDX-License-Identifier: MIT */
/*
 * A view: one kind of picture of the model, on one screen. It knows neither
 * where the model comes from nor what its surface is; it says when it would
 * look different and is asked to draw only then.
 */
#ifndef KIOSK_VIEW_H
#define KIOSK_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "display/board.h"
#include "display/client.h"
#include "display/draw.h"
#include "display/model.h"
#include "display/theme.h"

struct view;

enum view_input_kind {
	VIEW_DOWN,
	VIEW_MOVE,
	VIEW_UP,
	VIEW_CANCEL, /* the system took the finger away */
	VIEW_KEY_DOWN,
	VIEW_KEY_UP
};

struct view_input {
	enum view_input_kind kind;
	int64_t finger; /* which one; VIEW_MOUSE for the mouse's left button */
	int x, y;       /* of a pointer */
	int key;        /* 1..9, of a key; 0: any other */
};
#define VIEW_MOUSE INT64_C(-1)

/* What a view needs of the world. */
struct view_setup {
	struct languages languages;
	const struct theme *theme; /* NULL: theme_dark */
	bool ask_class;         /* whether one has priority is asked of each */
	int counter;            /* whose screen it is, by its id */
	const char *pictures;   /* the folder of the board's, or NULL */
	const char *procedures; /* the folder of what is posted, or NULL */
	const char *qr;    /* what the code of a ticket holds, or NULL: all */
	const char *kiosk; /* its name, for that */
	/*
	 * Asks for a ticket; fn is called once, later, never from inside.
	 * Less than 0: it cannot be asked now. NULL for a view that must not.
	 */
	int (*issue)(void *arg, const char *service, enum ticket_class class,
		     client_answer_fn *fn, void *fn_arg);
	/* Gives a rating, likewise. */
	int (*rate)(void *arg, const struct client_rating *rating,
		    client_answer_fn *fn, void *fn_arg);
	/* Calls back no more for that fn_arg. */
	void (*abandon)(void *arg, void *fn_arg);
	/* The view has changed by itself: update() it. */
	void (*changed)(void *arg);
	void *arg;
};

struct view_kind {
	const char *name; /* as on the command line */
	bool takes_input;
	bool of_counter; /* its name goes on: ":3" */
	struct view *(*new)(const struct view_setup *setup); /* or NULL */
	void (*free)(struct view *view);
	/*
	 * Looks at the model; true when the picture for a w by h surface is
	 * another one than draw() drew last.
	 */
	bool (*update)(struct view *view, const struct model *model,
		       struct moment now, int w, int h);
	/* Draws the whole picture that update() saw. */
	void (*draw)(struct view *view, struct draw *draw);
	/* When (mono ms) update() is worth a call without any news. */
	int64_t (*next_ms)(const struct view *view, const struct model *model,
			   struct moment now);
	/* NULL where takes_input is false. */
	void (*input)(struct view *view, const struct view_input *input,
		      struct moment now);
};

extern const struct view_kind view_board, view_touch, view_counter;

/* A view as it is asked for: of which counter, where that matters. */
struct view_wish {
	const struct view_kind *kind;
	int counter; /* its id; 0: of none */
};

/* "board", "touch", "counter:3". -EINVAL: there is no such view. */
int view_wish_from(const char *name, struct view_wish *out)
    __attribute__((warn_unused_result));

#endif
