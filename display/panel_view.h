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
#define PANEL_CLASS 1010 /* and the class */

/* What the citizens have done so far, and what the kiosk answered. */
struct panel_hand {
	struct touch touch;
	size_t page;
	int64_t page_until_ms;
	struct languages usual;     /* the office's order */
	struct languages languages; /* as this citizen wants them */
	int64_t language_until_ms;
	bool choosing_class;
	int chosen; /* the service whose class is asked for */
	int64_t class_until_ms;
	struct model_words asked_name;
	struct client_answer answer;
};

/* A tile as it is shown. */
struct panel_tile {
	char prefix[MODEL_PREFIX_SIZE];
	struct model_words name;
	int waiting;
	bool open, pressed, turns_page, last_call;
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
	bool classes; /* priority or not? */
	struct model_words priority_for;
	int pressed_target;
	struct model_words office;
	char clock[WORDS_CLOCK_SIZE];
	char date[2][48];
	size_t page;
	struct panel_tile tiles[PANEL_TILES];
	size_t n_tiles;
	enum panel_card card;
	char code[TICKET_CODE_SIZE];
	struct model_words service, ahead, next; /* ahead: and how long */
	bool last_call;
};

/* Whether a citizen changed the order of the languages. */
bool panel_swapped(const struct panel_hand *hand);

void panel_compose(const struct panel_hand *hand,
		   const struct panel_layout *layout, const struct model *model,
		   struct moment now, struct panel_view *view);

#endif
