/* SPDX-License-Identifier: MIT */
/*
 * A text in one style, broken to lines of a width, and drawn centred. Lines
 * break at spaces, and behind "-" and "/"; a word that is too long for a line
 * breaks anywhere between letters. Lines of one text come out about equally
 * long, since "one two three / four" looks like a mistake on a centred slip.
 */
#ifndef KIOSK_PRINTER_TYPESET_H
#define KIOSK_PRINTER_TYPESET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/config.h"
#include "printer/fonts.h"

struct typeset_line {
	size_t first, end; /* glyphs; the space at a break is in no line */
};

struct typeset {
	struct font_style style;
	struct glyph_run run;
	struct typeset_line *lines; /* malloc()ed */
	size_t n_lines;             /* 0 for an empty text */
};

/* 0, or what fonts_shape() gives; then there is nothing to free. */
int typeset_new(struct slip_fonts *fonts, struct font_style style,
		const char *text, int width, struct typeset *out)
    __attribute__((warn_unused_result));
void typeset_free(struct typeset *typeset);

/* From one base line to the next, and what all lines take, in dots. */
int typeset_pitch(struct font_style style);
int typeset_height(const struct typeset *typeset);

/* Where something begins that leaves so many dots free. */
int typeset_indent(int free_dots, enum config_align align);

/* The width of the widest line, in dots. */
int typeset_width(const struct typeset *typeset);

/*
 * Draws the lines, each aligned in width dots from left, from top down; white
 * where they stand on a black bar. -ENOMEM, -EIO.
 */
int typeset_draw(struct slip_fonts *fonts, const struct typeset *typeset,
		 struct bitmap *bitmap, int left, int top, int width,
		 enum config_align align, bool white)
    __attribute__((warn_unused_result));

#endif
