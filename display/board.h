/* SPDX-License-Identifier: MIT */
/*
 * The board, before any pixel: what it says (board_compose()) and where it
 * says it (board_layout()). Both are pure.
 */
#ifndef KIOSK_BOARD_H
#define KIOSK_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "display/box.h"
#include "display/header.h"
#include "display/model.h"
#include "display/words.h"

#define BOARD_ROWS 7                 /* calls below the newest */
#define BOARD_DESKS (2 * BOARD_ROWS) /* counters at a time */
#define BOARD_CELLS 16               /* services at a time */
#define BOARD_PAGE_MS 15000
#define BOARD_SLIDE_MS 400 /* a call slides in, once, and stands */
#define BOARD_FRAME_MS 33

/* The languages of the office, the first one large. */
struct languages {
	enum language shown[2];
	size_t n;
};

/* ---- what it says ---- */

enum board_mood {
	BOARD_CONNECTING, /* nothing is known yet */
	BOARD_IDLE,       /* nobody has been called today */
	BOARD_CALLING
};

struct board_call {
	char code[TICKET_CODE_SIZE];
	int counter_id;
	struct model_words counter;
	enum ticket_class class;
	int calls;
	bool queued; /* called, and yet to have the stage */
};

/* A counter and whom it serves. */
struct board_desk {
	int id;
	struct model_words name;
	enum model_counter_state state;
	char code[TICKET_CODE_SIZE]; /* "": nobody */
	enum ticket_class class;
};

struct board_cell {
	char prefix[MODEL_PREFIX_SIZE];
	struct model_words name;
	int waiting;
	bool open;
	struct model_wait wait;
	enum model_why why;
	struct model_words opens;
};

/*
 * Plain data with every unused byte zero: the picture is another one only if
 * the bytes are.
 */
struct board_view {
	enum board_mood mood;
	bool stale;
	char as_of[WORDS_CLOCK_SIZE]; /* when stale: the last sign of life */
	struct header_words header;
	struct board_call stage;
	enum words stage_label; /* of it: asked for now, or the last one */
	struct model_words stage_service;
	bool lit;  /* it took the stage just now */
	int slide; /* how far it is from its place, 0..1000 */
	struct board_call rows[BOARD_ROWS]; /* those queued first */
	size_t n_rows;
	size_t n_more; /* queued, and no row left for them */
	struct board_desk desks[BOARD_DESKS]; /* of this page */
	size_t n_desks;
	size_t desk_page, n_desk_pages;
	struct board_cell cells[BOARD_CELLS]; /* of this page */
	size_t n_cells;
	size_t page, n_pages;
	struct model_words notice;
	size_t picture, n_pictures;
};

/* As the layout has room for, each at least 1. */
struct board_room {
	size_t cells, desks; /* a page: ..BOARD_CELLS, ..BOARD_DESKS */
	size_t pictures;     /* that take turns; may be 0 */
};

void board_compose(const struct model *model, struct moment now,
		   const struct board_room *room, struct board_view *view);

/*
 * When (mono ms) board_compose() will give something else without news: the
 * next minute, the next page, the next frame of a call that slides in, the end
 * of its hold, or silence.
 */
int64_t board_next_ms(const struct model *model, struct moment now,
		      const struct board_room *room);

/* ---- where it says it ---- */

struct board_shape {
	int w, h;
	size_t n_services; /* of the office */
	size_t n_counters;
	bool notices;  /* or whom it serves first */
	bool pictures; /* there are some; small screens leave them out */
};

struct board_layout {
	int em;     /* the size of plain text; all else follows from it */
	int gap;    /* between cards */
	int radius; /* of their corners */
	bool portrait;
	struct header_boxes header;
	struct box stage, stage_label, stage_sign, stage_code, stage_service,
	    stage_counter;
	int code_height;    /* of the digits on the stage, at most */
	struct box picture; /* below the stage; empty: none */
	struct box list, list_label, rows[BOARD_ROWS];
	int row_digit_height;
	struct box desk_list, desk_label, desks[BOARD_DESKS];
	size_t n_desks; /* a page */
	struct box strip, strip_label, cells[BOARD_CELLS];
	size_t n_cells; /* a page */
	struct box footer;
	struct box sign; /* over all of it, when stale */
};

/* Any size from 320x240 to 7680x4320. */
void board_layout(const struct board_shape *shape, struct board_layout *out);

#endif
