/* SPDX-License-Identifier: MIT */
/*
 * The touch panel, before any pixel: what it says. Pure. Where it says it is
 * panel_layout.h, which touches make a ticket is touch.h, and how it looks is
 * panel_draw.h.
 */
#ifndef KIOSK_PANEL_VIEW_H
#define KIOSK_PANEL_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "display/board.h"
#include "display/client.h"
#include "display/model.h"
#include "display/panel_layout.h"
#include "display/touch.h"
#include "display/words.h"

/* What a press may act upon; a service is its index, 0..31. */
#define PANEL_NEXT_PAGE 1000
#define PANEL_LANGUAGE 1001
#define PANEL_BACK 1002
#define PANEL_PROCEDURES 1003
#define PANEL_TEXT_BEFORE 1004 /* a page of it */
#define PANEL_TEXT_AFTER 1005
#define PANEL_CLASS 1010 /* and the class */

/* What is on the panel, while no ticket is asked for. */
enum panel_place {
	PANEL_SERVICES, /* which one? */
	PANEL_CLASSES,  /* priority or not? */
	PANEL_POSTED,   /* which one's procedures? */
	PANEL_READING   /* they are read */
};

/* What the citizens have done so far, and what the kiosk answered. */
struct panel_hand {
	struct touch touch;
	size_t page;
	int64_t page_until_ms;
	struct languages usual;     /* the office's order */
	struct languages languages; /* as this citizen wants them */
	int64_t language_until_ms;
	enum panel_place place;
	int64_t place_until_ms; /* then back to the services */
	int chosen; /* the service whose class is asked for, or that is read */
	uint32_t posted; /* services with something to read: bits */
	char *text;      /* what is read, or NULL */
	size_t text_page;
	const char *qr; /* what a ticket's code holds, see base/fill.h */
	const char *kiosk;
	struct model_words asked_name;
	struct client_answer answer;
};

#define PANEL_QR_SIZE 320

/* A tile as it is shown. */
struct panel_tile {
	char prefix[MODEL_PREFIX_SIZE];
	struct model_words name;
	int waiting;
	bool open, pressed, turns_page, last_call;
	bool posted; /* it leads to what is posted */
	struct model_wait wait;
	enum model_why why;
	struct model_words opens;
};

enum panel_card {
	PANEL_CARD_NONE,
	PANEL_CARD_TICKET,
	PANEL_CARD_REFUSED,
	PANEL_CARD_NO_ANSWER
};

/* Plain data, every unused byte zero: see struct board_view. */
struct panel_view {
	bool connecting, stale, asking;
	bool swapped; /* the office's second language comes first */
	enum panel_place place;
	bool posted; /* there is something to read */
	struct model_words priority_for;
	int pressed_target;
	struct header_words header;
	size_t page;
	struct panel_tile tiles[PANEL_TILES];
	size_t n_tiles;
	enum panel_card card;
	char code[TICKET_CODE_SIZE];
	struct model_words service, ahead, next; /* ahead: and how long */
	bool last_call;
	char qr[PANEL_QR_SIZE]; /* "": none */
	struct reading_line lines[READING_LINES];
	size_t n_lines, text_page, n_text_pages;
};

/* Whether a citizen changed the order of the languages. */
bool panel_swapped(const struct panel_hand *hand);

/* Why a button of the kiosk's gave no number, as an answer to be shown. */
void panel_refusal(const struct model_state *state,
		   struct client_answer *answer);

void panel_compose(const struct panel_hand *hand,
		   const struct panel_layout *layout, const struct model *model,
		   struct moment now, struct panel_view *view);

#endif
