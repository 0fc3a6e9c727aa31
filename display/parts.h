/* SPDX-License-Identifier: MIT */
/* What the views draw alike: text in two languages, chips, signs. */
#ifndef KIOSK_PARTS_H
#define KIOSK_PARTS_H

#include "display/board.h"
#include "display/draw.h"
#include "display/theme.h"

struct parts {
	struct draw *draw;
	const struct theme *theme;
	const struct languages *languages;
	int em, radius;
};

/* Our own words, in both languages. */
struct model_words parts_words(enum words which);

/* Why no ticket of a service can be had, or when one can. */
struct model_words parts_why(enum model_why why,
			     const struct model_words *opens);

/* The wait in both languages, "" where nothing is known. */
struct model_words parts_wait(const struct model_wait *wait);

/* A text in the office's first language and, smaller, in its second. */
struct parts_pair {
	int size;           /* of the first, em in px: the largest */
	int min_percent;    /* of it: the smallest before it is cut; 0: 55 */
	int second_percent; /* of it: the second */
	draw_colour colour, second_colour;
	enum draw_align align;
	int max_lines;    /* of each; 0: one */
	bool beside;      /* the second to the right of the first */
	bool first_only;  /* no second */
	bool drop_second; /* no second where not both fit at full size */
	bool regular;     /* the first is not bold */
};
void parts_pair(const struct parts *parts, struct box box,
		const struct model_words *words, const struct parts_pair *how);

/* "first · second" */
#define PARTS_BOTH_SIZE (2 * MODEL_WORDS_SIZE + 8)
void parts_both(const struct parts *parts, const struct model_words *words,
		char out[PARTS_BOTH_SIZE]);

/* A plain card. */
void parts_card(const struct parts *parts, struct box box, draw_colour colour);

/* What can be pressed: a face in a frame. */
void parts_tile(const struct parts *parts, struct box box, bool pressed);

/* A service's prefix on its square. */
void parts_chip(const struct parts *parts, struct box box, const char *prefix,
		bool on);

/* A few words in a frame at the right end of box; what is left of box. */
struct box parts_pill(const struct parts *parts, struct box box,
		      const struct model_words *words);
/* The same without drawing it. */
struct box parts_pill_room(const struct parts *parts, struct box box,
			   const struct model_words *words);
/* Whether all its words fit at their full size. */
bool parts_pill_fits(const struct parts *parts, struct box box,
		     const struct model_words *words);

/* Crosses out what was drawn at ink. */
void parts_strike(const struct parts *parts, struct box ink);

/* A QR code of the text, black on white with the margin that readers need, in
 * the middle of box. Nothing where it does not fit. */
void parts_qr(const struct parts *parts, struct box box, const char *text);

/* The "i" in a circle. */
void parts_info(const struct parts *parts, struct box box);

/* A sign over the picture: a headline and what it means. */
void parts_sign(const struct parts *parts, struct box box,
		const struct model_words *headline,
		const struct model_words *meaning, const char *small);

/* The kiosk is silent; as_of: since when, or NULL. */
void parts_stale_sign(const struct parts *parts, struct box box,
		      const char *as_of);

#endif
