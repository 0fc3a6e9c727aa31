/* SPDX-License-Identifier: MIT */
/*
 * The fonts behind slip.h: text to glyphs (HarfBuzz), glyphs to 1-bit pictures
 * (FreeType), both kept, so that the second slip costs little. What is kept is
 * bounded: a few sizes and a few hundred glyphs.
 */
#ifndef KIOSK_PRINTER_FONTS_H
#define KIOSK_PRINTER_FONTS_H

#include <stddef.h>
#include <stdint.h>

#include "printer/slip.h"

enum font_weight { FONT_REGULAR, FONT_BOLD };

/* em is the height of the em square in dots; em_width is less to condense. */
struct font_style {
	enum font_weight weight;
	int em, em_width;
};

/* A glyph where it stands: x dots right of the line's start. */
struct placed_glyph {
	uint32_t id;
	uint32_t cluster; /* the byte of the text that it comes from */
	int x;            /* of its origin */
	int rise;         /* dots above the base line */
	int end;          /* x after it: where the next one begins */
};

struct glyph_run {
	struct placed_glyph *glyphs; /* malloc()ed */
	size_t n;
};
void glyph_run_free(struct glyph_run *run);

/*
 * Shapes one line of UTF-8 text, without breaking it; control characters are
 * taken for spaces. -EINVAL for a size out of 4..512, -ENOMEM, -EIO.
 */
int fonts_shape(struct slip_fonts *fonts, struct font_style style,
		const char *text, struct glyph_run *out)
    __attribute__((warn_unused_result));

/* left and top: from the origin on the base line to the picture's corner. */
struct glyph_picture {
	int left, top, width, height;
	size_t stride;
	const uint8_t *bits;
};

/*
 * The picture stays valid until the next call. An empty one (a space) has no
 * width. -ENOMEM, -EIO for a glyph that the font file does not hold soundly.
 */
int fonts_picture(struct slip_fonts *fonts, struct font_style style,
		  uint32_t id, struct glyph_picture *out)
    __attribute__((warn_unused_result));

/* The height of a capital in thousandths of the em, as the font says it. */
int fonts_capital_height(const struct slip_fonts *fonts,
			 enum font_weight weight);

/* How many glyphs are kept, and the bytes of their pictures. For tests. */
size_t fonts_kept(const struct slip_fonts *fonts, size_t *bytes);

#endif
