/* SPDX-License-Identifier: MIT */
/*
 * Drawing on an SDL surface in memory: rectangles, lines, text. Nothing here
 * knows what a ticket is, or whether the surface is a window's.
 *
 * draw_new() once a surface; draw_target() when the surface changes. Text is
 * fitted, shaped and rendered once and then kept, in bounded memory, until
 * something newer needs the room.
 */
#ifndef KIOSK_DRAW_H
#define KIOSK_DRAW_H

#include <SDL.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "display/box.h"
#include "display/font.h"

/* 0xRRGGBB */
typedef uint32_t draw_colour;

struct draw;

/*
 * Opens the fonts (files may be freed afterwards). -EIO with *why (a static
 * text) when SDL_ttf cannot; -ENOMEM.
 */
int draw_new(const struct font_files *files, struct draw **out,
	     const char **why) __attribute__((warn_unused_result));
void draw_free(struct draw *draw);

/*
 * Draws on surface from now on; it must be SDL_PIXELFORMAT_RGB888 or
 * ARGB8888 and outlive its use here. Keeps what text it has.
 */
void draw_target(struct draw *draw, SDL_Surface *surface);

void draw_fill(struct draw *draw, struct box box, draw_colour colour);

/* With round corners, from one colour at the top to another at the bottom. */
void draw_card(struct draw *draw, struct box box, int radius, draw_colour top,
	       draw_colour bottom);

/* A line with round ends; width and coordinates in pixels. */
void draw_line(struct draw *draw, float x0, float y0, float x1, float y1,
	       float width, draw_colour colour);

/* An arrow to the right that fills the middle of box. */
void draw_arrow(struct draw *draw, struct box box, draw_colour colour);

/* A five-pointed star that fills the middle of box. */
void draw_star(struct draw *draw, struct box box, draw_colour colour);

/* A picture in the middle of box, cut to it. */
void draw_picture(struct draw *draw, struct box box, SDL_Surface *picture);

/* Lays colour over everything; alpha 255 hides it. */
void draw_veil(struct draw *draw, struct box box, draw_colour colour,
	       uint8_t alpha);

enum draw_align { DRAW_LEFT, DRAW_CENTRE, DRAW_RIGHT };
enum draw_valign { DRAW_MIDDLE, DRAW_TOP, DRAW_BOTTOM };

struct draw_style {
	enum font_weight weight;
	int size;     /* of the letter's em, px: the largest to use */
	int min_size; /* shrinks down to it before it cuts; 0: 7/10 of size */
	draw_colour colour;
	enum draw_align align;
	enum draw_valign valign;
	int max_lines; /* 0: one */
	/*
	 * Capital letters and digits only (a code, a clock): size is their
	 * height, and they are placed by it, with no room for marks.
	 */
	bool capitals;
};

/*
 * Draws text inside box: at the largest size that fits, broken between words
 * into at most max_lines; what does not fit at min_size ends in "…".
 * The box that the text takes up.
 */
struct box draw_text(struct draw *draw, struct box box, const char *text,
		     const struct draw_style *style);

/* The box that draw_text() would take up. */
struct box draw_measure(struct draw *draw, struct box box, const char *text,
			const struct draw_style *style);

/*
 * How well it fits: the size that it would be drawn in, in percent of the
 * largest; 0 where it would be cut.
 */
int draw_fit(struct draw *draw, struct box box, const char *text,
	     const struct draw_style *style);

/* For tests and benches. */
struct draw_counts {
	unsigned cut;      /* texts drawn that had to end in "…" */
	unsigned outside;  /* texts drawn whose ink left their box */
	unsigned rendered; /* texts that were not in the cache */
	unsigned kept;     /* texts in the cache now … */
	size_t kept_bytes; /* … and their size */
};
struct draw_counts draw_counts(const struct draw *draw);

#endif
