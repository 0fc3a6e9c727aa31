/* SPDX-License-Identifier: MIT */
/*
 * Setting type: measuring, breaking and rendering text in the two weights of
 * one font, at any size.
 */
#ifndef KIOSK_TYPE_H
#define KIOSK_TYPE_H

#include <SDL.h>
#include <stdbool.h>
#include <stddef.h>

#include "display/font.h"

#define TYPE_LINES 4
#define TYPE_LINE_SIZE 400

struct type;

/* As draw_new(). */
int type_new(const struct font_files *files, struct type **out,
	     const char **why) __attribute__((warn_unused_result));
void type_free(struct type *type);

/* How a text is to be set. */
struct type_wish {
	enum font_weight weight;
	int size, min_size; /* em, px */
	int w, h;           /* room */
	int max_lines;      /* 1..TYPE_LINES */
	bool capitals;      /* the room's height is for capitals alone */
};

/* How it can be. */
struct type_setting {
	int size;
	int n_lines;
	bool cut;
	char lines[TYPE_LINES][TYPE_LINE_SIZE];
};

void type_set(struct type *type, const char *text, const struct type_wish *wish,
	      struct type_setting *out);

/* Of a line at that size: the distance from its top to the base line, … */
int type_ascent(const struct type *type, enum font_weight weight, int size);
/* … from the base line to its bottom, … */
int type_descent(const struct type *type, enum font_weight weight, int size);
/* … from the base line to the next one, … */
int type_pitch(const struct type *type, enum font_weight weight, int size);
/* … and the height of its digits. */
int type_capitals(const struct type *type, enum font_weight weight, int size);

/* The size at which digits are that high. */
int type_size_for(const struct type *type, enum font_weight weight,
		  int capitals);

/*
 * The line as an ARGB surface of the caller's; its top is the line's top and
 * its left edge the first letter's origin. NULL when SDL_ttf cannot.
 */
SDL_Surface *type_render(struct type *type, enum font_weight weight, int size,
			 const char *line, SDL_Color colour);

#endif
