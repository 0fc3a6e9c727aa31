/* SPDX-License-Identifier: MIT */
#include "printer/typeset.h"

#include <errno.h>
#include <stdlib.h>

#include "printer/bitmap.h"

/*
 * Thousandths of the em: the tallest Vietnamese capitals (two marks above, as
 * in "Ẵ", moved up by the hinting) and the lowest marks below ("ự") fit in.
 */
#define ASCENT 1100
#define PITCH 1350

struct breaker {
	const struct glyph_run *run;
	const char *text;
	int width;
	struct typeset_line *lines; /* NULL: only count */
	size_t n;
};

static char character(const struct breaker *breaker, size_t glyph)
{
	return breaker->text[breaker->run->glyphs[glyph].cluster];
}

/* Control characters were shaped as spaces, and so they break as well. */
static bool is_space(char c)
{
	return (unsigned char)c <= ' ';
}

static int line_width(const struct glyph_run *run, size_t first, size_t end)
{
	if (first == end)
		return 0;
	int start = first > 0 ? run->glyphs[first - 1].end : 0;
	return run->glyphs[end - 1].end - start;
}

static bool fits(const struct breaker *breaker, size_t first, size_t end)
{
	return line_width(breaker->run, first, end) <= breaker->width;
}

/* A letter and the marks on it that the font holds apart stay together. */
static size_t cluster_end(const struct glyph_run *run, size_t glyph)
{
	size_t end = glyph + 1;

	while (end < run->n &&
	       run->glyphs[end].cluster == run->glyphs[glyph].cluster)
		end++;
	return end;
}

/* The longest line from first on that fits; at least one letter. */
static size_t line_end(const struct breaker *breaker, size_t first)
{
	size_t n = breaker->run->n;
	size_t best = 0, at = first;

	while (at < n) {
		char c = character(breaker, at);
		size_t next = cluster_end(breaker->run, at);
		if (is_space(c) && fits(breaker, first, at))
			best = at;
		if (!is_space(c) && !fits(breaker, first, next))
			break;
		if ((c == '-' || c == '/') && next < n)
			best = next;
		at = next;
	}
	if (at == n || best > first)
		return at == n ? n : best;
	return at > first ? at : cluster_end(breaker->run, first);
}

static size_t trim_end(const struct breaker *breaker, size_t first, size_t end)
{
	while (end > first && is_space(character(breaker, end - 1)))
		end--;
	return end;
}

static void break_lines(struct breaker *breaker)
{
	size_t at = 0;

	breaker->n = 0;
	for (;;) {
		while (at < breaker->run->n && is_space(character(breaker, at)))
			at++;
		if (at == breaker->run->n)
			return;
		size_t end = line_end(breaker, at);
		if (breaker->lines)
			breaker->lines[breaker->n] =
			    (struct typeset_line){at,
						  trim_end(breaker, at, end)};
		breaker->n++;
		at = end;
	}
}

/* The least width that still gives as few lines as the whole width does. */
static void balance(struct breaker *breaker)
{
	int high = breaker->width;

	break_lines(breaker);
	size_t n = breaker->n;
	if (n < 2)
		return;
	int low = high / 2;
	while (high - low > 4) {
		breaker->width = low + (high - low) / 2;
		break_lines(breaker);
		if (breaker->n > n)
			low = breaker->width;
		else
			high = breaker->width;
	}
	breaker->width = high;
	break_lines(breaker);
}

int typeset_new(struct slip_fonts *fonts, struct font_style style,
		const char *text, int width, struct typeset *out)
{
	*out = (struct typeset){.style = style};
	int status = fonts_shape(fonts, style, text, &out->run);
	if (status != 0)
		return status;

	struct breaker breaker = {.run = &out->run,
				  .text = text,
				  .width = width};
	balance(&breaker);
	out->lines = calloc(breaker.n ? breaker.n : 1, sizeof(*out->lines));
	if (!out->lines) {
		glyph_run_free(&out->run);
		return -ENOMEM;
	}
	breaker.lines = out->lines;
	break_lines(&breaker);
	out->n_lines = breaker.n;
	return 0;
}

void typeset_free(struct typeset *typeset)
{
	glyph_run_free(&typeset->run);
	free(typeset->lines);
	*typeset = (struct typeset){0};
}

int typeset_pitch(struct font_style style)
{
	return (style.em * PITCH + 999) / 1000;
}

int typeset_height(const struct typeset *typeset)
{
	return (int)typeset->n_lines * typeset_pitch(typeset->style);
}

int typeset_indent(int free_dots, enum config_align align)
{
	switch (align) {
	case CONFIG_ALIGN_LEFT:
		return 0;
	case CONFIG_ALIGN_RIGHT:
		return free_dots;
	case CONFIG_ALIGN_CENTER:
		break;
	}
	return free_dots / 2;
}

int typeset_width(const struct typeset *typeset)
{
	int widest = 0;

	for (size_t i = 0; i < typeset->n_lines; i++) {
		int width = line_width(&typeset->run, typeset->lines[i].first,
				       typeset->lines[i].end);
		if (width > widest)
			widest = width;
	}
	return widest;
}

static int draw_line(struct slip_fonts *fonts, const struct typeset *typeset,
		     const struct typeset_line *line, struct bitmap *bitmap,
		     int x, int base, bool white)
{
	const struct placed_glyph *glyphs = typeset->run.glyphs;
	int start = line->first > 0 ? glyphs[line->first - 1].end : 0;

	for (size_t i = line->first; i < line->end; i++) {
		struct glyph_picture picture;
		int status = fonts_picture(fonts, typeset->style, glyphs[i].id,
					   &picture);
		if (status != 0)
			return status;
		bitmap_stamp(bitmap, x + glyphs[i].x - start + picture.left,
			     base - glyphs[i].rise + picture.top, picture.bits,
			     picture.width, picture.height, picture.stride,
			     white);
	}
	return 0;
}

int typeset_draw(struct slip_fonts *fonts, const struct typeset *typeset,
		 struct bitmap *bitmap, int left, int top, int width,
		 enum config_align align, bool white)
{
	int base = top + (typeset->style.em * ASCENT + 999) / 1000;

	for (size_t i = 0; i < typeset->n_lines; i++) {
		const struct typeset_line *line = &typeset->lines[i];
		int used = line_width(&typeset->run, line->first, line->end);
		int status =
		    draw_line(fonts, typeset, line, bitmap,
			      left + typeset_indent(width - used, align), base,
			      white);
		if (status != 0)
			return status;
		base += typeset_pitch(typeset->style);
	}
	return 0;
}
