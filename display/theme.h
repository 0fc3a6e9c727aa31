/* SPDX-License-Identifier: MIT */
/*
 * The colours. Every text stands on a ground with a contrast of at least 7:1
 * (WCAG 2.1, 1.4.6), which a test reckons for each pair below.
 */
#ifndef KIOSK_THEME_H
#define KIOSK_THEME_H

#include <stddef.h>

#include "base/config.h"
#include "display/draw.h"

struct theme {
	draw_colour ground;                   /* behind everything */
	draw_colour bar;                      /* header and footer */
	draw_colour card, card_edge;          /* a row, a cell, a tile */
	draw_colour pressed;                  /* a tile under a finger */
	draw_colour off;                      /* a card that is out of use */
	draw_colour stage_top, stage_bottom;  /* the call everyone looks for */
	draw_colour accent;                   /* where to go */
	draw_colour on_accent;                /* text on it */
	draw_colour text, soft;               /* on all the grounds above */
	draw_colour sign, on_sign, sign_edge; /* something is wrong */
	draw_colour rule;                     /* a thin line */
};

extern const struct theme theme_dark, theme_light, theme_contrast;

const struct theme *theme_of(enum config_theme theme);

/* Pairs of text and ground as the views use them. */
struct theme_pair {
	const char *name;
	draw_colour text, ground;
};
/* How many were written to pairs, at most max. */
size_t theme_pairs(const struct theme *theme, struct theme_pair *pairs,
		   size_t max);

/* 1 to 21. */
double theme_ratio(draw_colour a, draw_colour b);

#endif
