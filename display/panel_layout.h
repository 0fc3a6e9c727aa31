/* SPDX-License-Identifier: MIT */
/* Where the touch panel has what. Pure. */
#ifndef KIOSK_PANEL_LAYOUT_H
#define KIOSK_PANEL_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "display/box.h"
#include "display/header.h"
#include "display/model.h"
#include "display/reading.h"

#define PANEL_TILES 20 /* a page, with the one that turns it */
#define PANEL_WARNING_PERCENT 14

struct panel_shape {
	int w, h;
	size_t n_services;
	bool procedures; /* there are some to read */
};

struct panel_layout {
	int em, gap, radius;
	bool portrait;
	struct header_boxes header;
	struct box title;
	struct box language;   /* the button that changes it */
	struct box procedures; /* the button that leads to them, and back */
	struct box classes[2]; /* normal, priority: in the tiles' place */
	struct box back;
	struct box tiles[PANEL_TILES];
	size_t n_tiles;  /* places; the last turns the page when n_pages > 1 */
	size_t a_page;   /* services on one */
	size_t n_pages;  /* at least 1 */
	struct box card; /* of a result */
	struct box card_label, card_code, card_service, card_ahead, card_next;
	/* Where a warning stands as well: between them, and a smaller code. */
	struct box card_warning, warned_code;
	/* In the card's right, above its last line, where no slip comes. */
	struct box qr;
	int qr_shift; /* how much narrower the lines beside it are */
	/* A posted procedure, and what is pressed below it. */
	struct box text_card, text, text_back, text_before, text_after;
	int text_size; /* of its letters */
	struct reading_shape reading;
	struct box hint;
	struct box sign;
};

/* Any size from 320x240 to 7680x4320. */
void panel_layout(const struct panel_shape *shape, struct panel_layout *out);

#endif
