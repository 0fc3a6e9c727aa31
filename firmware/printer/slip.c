/* SPDX-License-Identifier: MIT */
#include "printer/slip.h"

#include <errno.h>
#include <stdbool.h>

#include "printer/bitmap.h"
#include "printer/fonts.h"
#include "printer/slip_text.h"
#include "printer/typeset.h"

/* 58 mm paper has 384 dots, 80 mm paper 576; 8 dots are 1 mm at 203 dpi. */
#define NARROW_DOTS 480

/*
 * The code's capitals are 20 mm high, to be read at arm's length without
 * glasses. A code that is too wide is condensed first, down to this part of
 * its natural width, and only then made lower.
 */
#define CODE_CAP_DOTS 164
#define CODE_MIN_PERCENT 66

#define MARGIN_TOP 8
#define MARGIN_BOTTOM 8
#define RULE_DOTS 2
#define COPY_SPACE 14
#define BAR_MARGIN 10 /* above and below the text in a black bar */

enum field {
	FIELD_COPY,
	FIELD_OFFICE,
	FIELD_SERVICE,
	FIELD_CODE,
	FIELD_CLASS,
	FIELD_AHEAD,
	FIELD_TIME,
	FIELD_NOTICE,
	FIELD_RULE,
};

/*
 * Sizes are ems in dots: on 80 mm paper, on 58 mm paper. A first language that
 * takes more than MAX_LINES is set in the size of smaller, if that is not 0.
 */
#define MAX_LINES 2

struct item {
	enum field field;
	enum font_weight weight; /* of the first language */
	int space;               /* above, in dots */
	int first[2], second[2]; /* second: 0 where it is not said twice */
	int smaller[2];
};

/*
 * The slip from top to bottom. A capital is 0.71 em: what has to be read is
 * 40 (3.6 mm) or more in the first language, for eyes that are not young.
 */
static const struct item layout[] = {
    {FIELD_COPY, FONT_BOLD, 0, {48, 44}, {32, 28}, {0}},
    {FIELD_OFFICE, FONT_REGULAR, 0, {36, 36}, {28, 26}, {32, 30}},
    {FIELD_RULE, FONT_REGULAR, 14, {0}, {0}, {0}},
    {FIELD_SERVICE, FONT_BOLD, 14, {56, 48}, {36, 30}, {44, 40}},
    {FIELD_CODE, FONT_BOLD, 24, {0}, {0}, {0}},
    {FIELD_CLASS, FONT_BOLD, 30, {48, 44}, {32, 28}, {0}},
    {FIELD_AHEAD, FONT_BOLD, 26, {44, 42}, {30, 26}, {0}},
    {FIELD_TIME, FONT_REGULAR, 14, {40, 40}, {0}, {0}},
    {FIELD_RULE, FONT_REGULAR, 18, {0}, {0}, {0}},
    {FIELD_NOTICE, FONT_REGULAR, 16, {40, 40}, {28, 26}, {0}},
};

struct page {
	struct slip_fonts *fonts;
	const struct slip *slip;
	struct bitmap *bitmap;
	int left, width; /* of what may be drawn on */
	bool narrow;
	int y;
};

/* Makes sure that the rows from y on down are there to be drawn on. */
static int need_rows(struct page *page, int rows)
{
	int height = page->bitmap->height;

	if (page->y + rows <= height)
		return 0;
	return bitmap_set_height(page->bitmap, page->y + rows + 512);
}

static const char *field_text(const struct slip *slip, enum field field,
			      enum language language,
			      char buffer[SLIP_TEXT_SIZE])
{
	switch (field) {
	case FIELD_COPY:
		return slip_text_copy(language);
	case FIELD_OFFICE:
		return text_in(slip->office, language);
	case FIELD_SERVICE:
		return text_in(slip->service, language);
	case FIELD_CLASS:
		return slip_text_class(slip->class, language);
	case FIELD_AHEAD:
		slip_text_ahead(buffer, slip->ahead, language);
		return buffer;
	case FIELD_TIME:
		slip_text_time(buffer, slip->issued_at_ms, language);
		return buffer;
	case FIELD_NOTICE:
		return slip_text_notice(language);
	case FIELD_CODE:
	case FIELD_RULE:
		break;
	}
	return "";
}

static int set_text(struct page *page, const char *text,
		    enum font_weight weight, int em, struct typeset *out)
{
	const struct font_style style = {weight, em, em};

	return typeset_new(page->fonts, style, text, page->width, out);
}

static int set_first(struct page *page, const struct item *item,
		     struct typeset *out)
{
	char buffer[SLIP_TEXT_SIZE];
	const char *text = field_text(page->slip, item->field,
				      page->slip->languages[0], buffer);
	int smaller = item->smaller[page->narrow];
	int status =
	    set_text(page, text, item->weight, item->first[page->narrow], out);

	if (status != 0 || out->n_lines <= MAX_LINES || !smaller)
		return status;
	typeset_free(out);
	return set_text(page, text, item->weight, smaller, out);
}

static int set_second(struct page *page, const struct item *item,
		      struct typeset *out)
{
	char buffer[SLIP_TEXT_SIZE];
	const char *text = field_text(page->slip, item->field,
				      page->slip->languages[1], buffer);

	return set_text(page, text, FONT_REGULAR, item->second[page->narrow],
			out);
}

/* The second language only where it says something else than the first. */
static bool says_twice(const struct page *page, const struct item *item)
{
	const struct slip *slip = page->slip;

	if (slip->n_languages < 2 || !item->second[page->narrow])
		return false;
	const struct text *text = item->field == FIELD_OFFICE    ? slip->office
				  : item->field == FIELD_SERVICE ? slip->service
								 : NULL;
	return !text || text_in(text, slip->languages[0]) !=
			    text_in(text, slip->languages[1]);
}

static int draw_typesets(struct page *page, const struct typeset *texts,
			 size_t n, bool bar)
{
	int height = bar ? 2 * BAR_MARGIN : 0;

	for (size_t i = 0; i < n; i++)
		height += typeset_height(&texts[i]);
	int status = need_rows(page, height);
	if (status != 0)
		return status;
	if (bar)
		bitmap_fill(page->bitmap, page->left, page->y, page->width,
			    height);
	int y = page->y + (bar ? BAR_MARGIN : 0);
	for (size_t i = 0; i < n; i++) {
		status = typeset_draw(page->fonts, &texts[i], page->bitmap,
				      page->left, y, page->width, bar);
		if (status != 0)
			return status;
		y += typeset_height(&texts[i]);
	}
	page->y += height;
	return 0;
}

static int draw_text(struct page *page, const struct item *item)
{
	struct typeset texts[2] = {0};
	size_t n = 1;
	int status = set_first(page, item, &texts[0]);

	if (status == 0 && says_twice(page, item)) {
		status = set_second(page, item, &texts[1]);
		n = 2;
	}
	if (status == 0)
		status = draw_typesets(page, texts, n,
				       item->field == FIELD_CLASS ||
					   item->field == FIELD_COPY);
	typeset_free(&texts[0]);
	typeset_free(&texts[1]);
	return status;
}

static int draw_rule(struct page *page)
{
	int status = need_rows(page, RULE_DOTS);

	if (status != 0)
		return status;
	bitmap_fill(page->bitmap, page->left, page->y, page->width, RULE_DOTS);
	page->y += RULE_DOTS;
	return 0;
}

/* Where a run's ink begins and ends: dots from its origin. */
struct ink {
	int left, right, top, bottom;
};

static int measure_ink(struct slip_fonts *fonts, struct font_style style,
		       const struct glyph_run *run, struct ink *out)
{
	bool any = false;

	*out = (struct ink){0};
	for (size_t i = 0; i < run->n; i++) {
		struct glyph_picture picture;
		int status =
		    fonts_picture(fonts, style, run->glyphs[i].id, &picture);
		if (status != 0)
			return status;
		if (!picture.width)
			continue;
		int left = run->glyphs[i].x + picture.left;
		int top = picture.top - run->glyphs[i].rise;
		int right = left + picture.width;
		int bottom = top + picture.height;
		if (!any || left < out->left)
			out->left = left;
		if (!any || right > out->right)
			out->right = right;
		if (!any || top < out->top)
			out->top = top;
		if (!any || bottom > out->bottom)
			out->bottom = bottom;
		any = true;
	}
	return 0;
}

/* The em, and how far condensed, that makes the code as large as it may be. */
static int choose_code_style(struct page *page, struct font_style *out)
{
	struct font_style style = {.weight = FONT_BOLD};
	struct glyph_run run;

	style.em = CODE_CAP_DOTS * 1000 /
		   fonts_capital_height(page->fonts, style.weight);
	style.em_width = style.em;
	int status = fonts_shape(page->fonts, style, page->slip->code, &run);
	if (status != 0)
		return status;
	int natural = run.n ? run.glyphs[run.n - 1].end : 0;
	glyph_run_free(&run);

	/* By advances and not by ink: so A011 and A088 are one size. */
	if (natural > 0 && natural > page->width) {
		int least = style.em * CODE_MIN_PERCENT / 100;
		style.em_width = style.em * page->width / natural;
		if (style.em_width < least)
			style.em = style.em * style.em_width / least;
	}
	*out = style;
	return 0;
}

static int draw_code_run(struct page *page, struct font_style style,
			 const struct glyph_run *run)
{
	struct ink ink;
	int status = measure_ink(page->fonts, style, run, &ink);

	if (status == 0)
		status = need_rows(page, ink.bottom - ink.top);
	if (status != 0)
		return status;
	int x =
	    page->left + (page->width - (ink.right - ink.left)) / 2 - ink.left;
	int base = page->y - ink.top;
	for (size_t i = 0; i < run->n; i++) {
		struct glyph_picture picture;
		status = fonts_picture(page->fonts, style, run->glyphs[i].id,
				       &picture);
		if (status != 0)
			return status;
		bitmap_stamp(page->bitmap, x + run->glyphs[i].x + picture.left,
			     base - run->glyphs[i].rise + picture.top,
			     picture.bits, picture.width, picture.height,
			     picture.stride, false);
	}
	page->y += ink.bottom - ink.top;
	return 0;
}

static int draw_code(struct page *page)
{
	struct font_style style;
	struct glyph_run run;
	int status = choose_code_style(page, &style);

	if (status == 0)
		status =
		    fonts_shape(page->fonts, style, page->slip->code, &run);
	if (status != 0)
		return status;
	status = draw_code_run(page, style, &run);
	glyph_run_free(&run);
	return status;
}

static int draw_item(struct page *page, const struct item *item)
{
	if (item->field == FIELD_COPY) {
		if (!page->slip->copy)
			return 0;
		int status = draw_text(page, item);
		page->y += COPY_SPACE;
		return status;
	}
	page->y += item->space;
	switch (item->field) {
	case FIELD_CODE:
		return draw_code(page);
	case FIELD_RULE:
		return draw_rule(page);
	case FIELD_CLASS:
		if (page->slip->class == TICKET_NORMAL) {
			page->y -= item->space;
			return 0;
		}
		return draw_text(page, item);
	case FIELD_COPY:
	case FIELD_OFFICE:
	case FIELD_SERVICE:
	case FIELD_AHEAD:
	case FIELD_TIME:
	case FIELD_NOTICE:
		return draw_text(page, item);
	}
	return 0;
}

int slip_draw(struct slip_fonts *fonts, const struct slip *slip, int width_dots,
	      struct bitmap *out)
{
	*out = (struct bitmap){0};
	if (width_dots % 8 || width_dots < 256 || width_dots > 832 ||
	    slip->n_languages < 1)
		return -EINVAL;

	bool narrow = width_dots < NARROW_DOTS;
	int margin = narrow ? 8 : 16;
	struct page page = {
	    .fonts = fonts,
	    .slip = slip,
	    .bitmap = out,
	    .left = margin,
	    .width = width_dots - 2 * margin,
	    .narrow = narrow,
	    .y = MARGIN_TOP,
	};
	int status = bitmap_new(out, width_dots, 1024);
	for (size_t i = 0; status == 0 && i < sizeof(layout) / sizeof(*layout);
	     i++)
		status = draw_item(&page, &layout[i]);
	page.y += MARGIN_BOTTOM;
	if (status == 0)
		status = bitmap_set_height(out, page.y);
	if (status != 0)
		bitmap_free(out);
	return status;
}
