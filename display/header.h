/* SPDX-License-Identifier: MIT */
/* The bar that every view has at its top: the office, the date, the clock. */
#ifndef KIOSK_HEADER_H
#define KIOSK_HEADER_H

#include <stdbool.h>

#include "display/box.h"
#include "display/model.h"
#include "display/words.h"

struct parts;

/* Whole pixels. */
struct header_boxes {
	struct box bar, office, clock, date;
};

/* Cuts the bar off the top of *rest. air, in tenths of an em: what is left
 * free above and below the text. */
void header_layout(struct box *rest, int em, bool portrait, int air,
		   struct header_boxes *out);

/* Without bytes of chance, so that views can compare them. */
struct header_words {
	struct model_words office; /* empty until the kiosk has told it */
	char clock[WORDS_CLOCK_SIZE];
	char date[2][48]; /* by language, Vietnamese first */
};

/* out is zeroed by the caller. The clock is this machine's own: it goes on
 * being right when the kiosk is silent. */
void header_compose(const struct model *model, struct moment now,
		    struct header_words *out);

void header_draw(const struct parts *parts, const struct header_boxes *boxes,
		 const struct header_words *words, bool portrait);

#endif
