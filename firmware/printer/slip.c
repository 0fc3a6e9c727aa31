/* SPDX-License-Identifier: MIT */
#include "printer/slip.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "printer/bitmap.h"
#include "printer/fonts.h"
#include "printer/slip_qr.h"
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

/* What sizes are given for; another head's are scaled. */
#define DESIGN_DPI 203

#define MARGIN_TOP 8
#define MARGIN_BOTTOM 8
#define RULE_DOTS 2
#define COPY_SPACE 14 /* below its bar */
#define QR_DOTS 200   /* 25 mm: a telephone reads it from a hand's breadth */
#define BAR_MARGIN 10 /* above and below the text in a black bar */

/*
 * A first language that takes more than MAX_LINES is set in the size of
 * smaller, if that is not 0.
 */
#define MAX_LINES 2

/* Sizes are ems in dots. */
struct item {
	enum config_slip_field field;
	bool bold;         /* the first language */
	int space;         /* above */
	int first, second; /* second: 0 where it is not said twice */
	int smaller;       /* or 0 */
	enum config_align align;
	const struct text *text; /* CONFIG_SLIP_TEXT */
};

/*
 * The slip from top to bottom, on 80 mm paper and on 58 mm paper. A capital is
 * 0.71 em: what has to be read is 40 (3.6 mm) or more in the first language,
 * for eyes that are not young.
 */
static const struct {
	enum config_slip_field field;
	bool bold;
	int space;
	int first[2], second[2], smaller[2];
} built_in[] = {
    {CONFIG_SLIP_OFFICE, false, 0, {32, 32}, {26, 24}, {30, 28}},
    {CONFIG_SLIP_RULE, false, 14, {0}, {0}, {0}},
    {CONFIG_SLIP_SERVICE, true, 14, {52, 46}, {32, 28}, {44, 40}},
    {CONFIG_SLIP_CODE, true, 24, {0}, {0}, {0}},
    {CONFIG_SLIP_CLASS, true, 30, {48, 44}, {32, 28}, {0}},
    {CONFIG_SLIP_AHEAD, true, 26, {44, 42}, {28, 26}, {0}},
    {CONFIG_SLIP_WAIT, false, 14, {40, 40}, {26, 26}, {0}},
    {CONFIG_SLIP_LAST_CALL, false, 14, {40, 40}, {28, 26}, {0}},
    {CONFIG_SLIP_TIME, false, 14, {36, 36}, {0}, {0}},
    {CONFIG_SLIP_SESSION, false, 4, {36, 36}, {0}, {0}},
    {CONFIG_SLIP_QR, false, 18, {0}, {0}, {0}},
    {CONFIG_SLIP_RULE, false, 18, {0}, {0}, {0}},
    {CONFIG_SLIP_NOTICE, false, 16, {36, 36}, {26, 24}, {0}},
};
#define N_BUILT_IN (sizeof(built_in) / sizeof(*built_in))

struct page {
	struct slip_fonts *fonts;
	const struct slip *slip;
	const struct slip_form *form;
	struct bitmap *bitmap;
	int left, width; /* of what may be drawn on */
	bool narrow;
	int y;
};

static int scaled(const struct page *page, int dots)
{
	return dots * page->form->dpi / DESIGN_DPI;
}

/* Makes sure that the rows from y on down are there to be drawn on. */
static int need_rows(struct page *page, int rows)
{
	int height = page->bitmap->height;

	if (page->y + rows <= height)
		return 0;
	return bitmap_set_height(page->bitmap, page->y + rows + 512);
}

static const char *field_text(const struct slip *slip, const struct item *item,
			      enum language language,
			      char buffer[SLIP_TEXT_SIZE])
{
	buffer[0] = '\0';
	switch (item->field) {
	case CONFIG_SLIP_OFFICE:
		return text_in(slip->office, language);
	case CONFIG_SLIP_SERVICE:
		return text_in(slip->service, language);
	case CONFIG_SLIP_CLASS:
		return slip_text_class(slip->class, language);
	case CONFIG_SLIP_AHEAD:
		slip_text_ahead(buffer, slip->ahead, language);
		break;
	case CONFIG_SLIP_WAIT:
		slip_text_wait(buffer, slip->wait_low_s, slip->wait_high_s,
			       language);
		break;
	case CONFIG_SLIP_LAST_CALL:
		return slip->last_call ? slip_text_last_call(language) : "";
	case CONFIG_SLIP_TIME:
		slip_text_time(buffer, slip->issued_at_ms, language);
		break;
	case CONFIG_SLIP_SESSION:
		return slip_text_session(slip->issued_at_ms, language);
	case CONFIG_SLIP_NOTICE:
		return slip_text_notice(language);
	case CONFIG_SLIP_TEXT:
		return item->text ? text_in(item->text, language)
				  : slip_text_copy(language);
	case CONFIG_SLIP_CODE:
	case CONFIG_SLIP_QR:
	case CONFIG_SLIP_RULE:
		break;
	}
	return buffer;
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
	const char *text =
	    field_text(page->slip, item, page->slip->languages[0], buffer);
	enum font_weight weight = item->bold ? FONT_BOLD : FONT_REGULAR;
	int status = set_text(page, text, weight, item->first, out);

	if (status != 0 || out->n_lines <= MAX_LINES || !item->smaller)
		return status;
	typeset_free(out);
	return set_text(page, text, weight, item->smaller, out);
}

static int set_second(struct page *page, const struct item *item,
		      struct typeset *out)
{
	char buffer[SLIP_TEXT_SIZE];
	const char *text =
	    field_text(page->slip, item, page->slip->languages[1], buffer);

	return set_text(page, text, FONT_REGULAR, item->second, out);
}

/* The second language only where it says something else than the first. */
static bool says_twice(const struct page *page, const struct item *item)
{
	char first[SLIP_TEXT_SIZE], second[SLIP_TEXT_SIZE];
	const struct slip *slip = page->slip;

	return slip->n_languages > 1 && item->second &&
	       strcmp(field_text(slip, item, slip->languages[0], first),
		      field_text(slip, item, slip->languages[1], second)) != 0;
}

static int draw_typesets(struct page *page, const struct typeset *texts,
			 size_t n, enum config_align align, bool bar)
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
				      page->left, y, page->width, align, bar);
		if (status != 0)
			return status;
		y += typeset_height(&texts[i]);
	}
	page->y += height;
	return 0;
}

/* What is white on black: what the eye has to fall on. */
static bool in_a_bar(const struct item *item)
{
	return item->field == CONFIG_SLIP_CLASS ||
	       (item->field == CONFIG_SLIP_TEXT && !item->text);
}

/* A text that says nothing takes no room, nor does the space above it. */
static int draw_text(struct page *page, const struct item *item)
{
	struct typeset texts[2] = {0};
	size_t n = 1;
	int status = set_first(page, item, &texts[0]);

	if (status == 0 && texts[0].n_lines > 0) {
		page->y += item->space;
		if (says_twice(page, item)) {
			status = set_second(page, item, &texts[1]);
			n = 2;
		}
		if (status == 0)
			status = draw_typesets(page, texts, n, item->align,
					       in_a_bar(item));
	}
	typeset_free(&texts[0]);
	typeset_free(&texts[1]);
	return status;
}

static int draw_rule(struct page *page, const struct item *item)
{
	page->y += item->space;
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

/*
 * The em, and how far condensed, that makes the code as large as it may be: at
 * half the size that it is printed in.
 */
static int choose_code_style(struct page *page, struct font_style *out)
{
	int width = page->width / 2;
	struct font_style style = {.weight = FONT_BOLD};
	struct glyph_run run;

	style.em = scaled(page, CODE_CAP_DOTS / 2) * 1000 /
		   fonts_capital_height(page->fonts, style.weight);
	style.em_width = style.em;
	int status = fonts_shape(page->fonts, style, page->slip->code, &run);
	if (status != 0)
		return status;
	int natural = run.n ? run.glyphs[run.n - 1].end : 0;
	glyph_run_free(&run);

	/* By advances and not by ink: so A011 and A088 are one size. */
	if (natural > 0 && natural > width) {
		int least = style.em * CODE_MIN_PERCENT / 100;
		style.em_width = style.em * width / natural;
		if (style.em_width < least)
			style.em = style.em * style.em_width / least;
	}
	*out = style;
	return 0;
}

/*
 * At two by two dots a dot, at x + 2 left and y: what large letters lose by it
 * is a quarter of a millimetre, and the printer gets a quarter of the bytes.
 */
static void stamp_doubled(struct bitmap *bitmap, int x, int y, int left,
			  const struct glyph_picture *picture)
{
	for (int r = 0; r < picture->height; r++) {
		const uint8_t *row =
		    picture->bits + (size_t)r * picture->stride;
		for (int c = 0; c < picture->width; c++)
			if (row[c / 8] & (0x80 >> (c % 8)))
				bitmap_fill(bitmap, x + 2 * (left + c),
					    y + 2 * r, 2, 2);
	}
}

static int draw_code_run(struct page *page, struct font_style style,
			 const struct glyph_run *run, enum config_align align)
{
	struct ink ink;
	int status = measure_ink(page->fonts, style, run, &ink);

	if (status == 0)
		status = need_rows(page, 2 * (ink.bottom - ink.top));
	if (status != 0)
		return status;
	int free_dots = page->width - 2 * (ink.right - ink.left);
	int x = page->left + typeset_indent(free_dots, align);
	/* At an even dot, or the printer's squares would not meet ours. */
	x = (x & ~1) - 2 * ink.left;
	int base = page->y - 2 * ink.top;
	for (size_t i = 0; i < run->n; i++) {
		struct glyph_picture picture;
		status = fonts_picture(page->fonts, style, run->glyphs[i].id,
				       &picture);
		if (status != 0)
			return status;
		stamp_doubled(page->bitmap, x,
			      base + 2 * (picture.top - run->glyphs[i].rise),
			      run->glyphs[i].x + picture.left, &picture);
	}
	page->y += 2 * (ink.bottom - ink.top);
	return 0;
}

static int draw_code(struct page *page, const struct item *item)
{
	struct font_style style;
	struct glyph_run run;
	int status = choose_code_style(page, &style);

	if (status == 0)
		status =
		    fonts_shape(page->fonts, style, page->slip->code, &run);
	if (status != 0)
		return status;
	page->y += item->space;
	status = draw_code_run(page, style, &run, item->align);
	glyph_run_free(&run);
	return status;
}

/* What the form says, or an address with the ticket in it. */
static int draw_qr(struct page *page, const struct item *item)
{
	const struct slip *slip = page->slip;
	const struct slip_qr_names names = {slip->code, slip->kiosk,
					    slip->service_id, slip->token};
	struct bitmap symbol;
	int status = slip_qr_draw(page->form->qr, &names, scaled(page, QR_DOTS),
				  page->width, &symbol);

	if (status == -ENODATA)
		return 0;
	if (status == 0) {
		page->y += item->space;
		status = need_rows(page, symbol.height);
	}
	int x = page->left +
		typeset_indent(page->width - symbol.width, item->align);
	if (status == 0)
		bitmap_stamp(page->bitmap, x & ~1, page->y, symbol.bits,
			     symbol.width, symbol.height, symbol.stride, false);
	page->y += symbol.height;
	bitmap_free(&symbol);
	return status;
}

static int draw_item(struct page *page, const struct item *item)
{
	switch (item->field) {
	case CONFIG_SLIP_CODE:
		return draw_code(page, item);
	case CONFIG_SLIP_RULE:
		return draw_rule(page, item);
	case CONFIG_SLIP_QR:
		return draw_qr(page, item);
	case CONFIG_SLIP_OFFICE:
	case CONFIG_SLIP_SERVICE:
	case CONFIG_SLIP_CLASS:
	case CONFIG_SLIP_AHEAD:
	case CONFIG_SLIP_WAIT:
	case CONFIG_SLIP_LAST_CALL:
	case CONFIG_SLIP_TIME:
	case CONFIG_SLIP_SESSION:
	case CONFIG_SLIP_NOTICE:
	case CONFIG_SLIP_TEXT:
		return draw_text(page, item);
	}
	return 0;
}

/* ---- the form ---- */

static struct item built_in_item(const struct page *page, size_t i)
{
	return (struct item){
	    .field = built_in[i].field,
	    .bold = built_in[i].bold,
	    .space = scaled(page, built_in[i].space),
	    .first = scaled(page, built_in[i].first[page->narrow]),
	    .second = scaled(page, built_in[i].second[page->narrow]),
	    .smaller = scaled(page, built_in[i].smaller[page->narrow]),
	};
}

/* What the configuration leaves open is as in the slip that is built in. */
static struct item item_of(const struct page *page,
			   const struct config_slip_line *line)
{
	struct item item = {
	    .field = line->field,
	    .space = scaled(page, 14),
	    .first = scaled(page, 40),
	    .second = scaled(page, page->narrow ? 26 : 28),
	};

	for (size_t i = 0; i < N_BUILT_IN; i++)
		if (built_in[i].field == line->field) {
			item = built_in_item(page, i);
			break;
		}
	if (line->size >= 0) {
		item.first = scaled(page, line->size);
		item.smaller = item.first * 4 / 5;
	}
	if (line->second >= 0)
		item.second = scaled(page, line->second);
	if (line->space >= 0)
		item.space = scaled(page, line->space);
	if (line->bold >= 0)
		item.bold = line->bold == 1;
	item.align = line->align;
	item.text = &line->text;
	return item;
}

/* The first thing on it, whatever the form says. */
static int draw_copy(struct page *page)
{
	const struct item item = {
	    .field = CONFIG_SLIP_TEXT,
	    .bold = true,
	    .first = scaled(page, page->narrow ? 44 : 48),
	    .second = scaled(page, page->narrow ? 28 : 32),
	};
	int status = draw_text(page, &item);

	page->y += scaled(page, COPY_SPACE);
	return status;
}

static int draw_form(struct page *page)
{
	const struct slip_form *form = page->form;
	size_t n = form->lines ? form->n_lines : N_BUILT_IN;
	int status = page->slip->copy ? draw_copy(page) : 0;

	for (size_t i = 0; status == 0 && i < n; i++) {
		const struct item item = form->lines
					     ? item_of(page, &form->lines[i])
					     : built_in_item(page, i);
		status = draw_item(page, &item);
	}
	return status;
}

int slip_draw(struct slip_fonts *fonts, const struct slip *slip,
	      const struct slip_form *form, struct bitmap *out)
{
	int width = form->width_dots;

	*out = (struct bitmap){0};
	if (width % 8 || width < 256 || width > 832 || form->dpi < 100 ||
	    form->dpi > 300 || slip->n_languages < 1)
		return -EINVAL;

	bool narrow = width < NARROW_DOTS * form->dpi / DESIGN_DPI;
	int margin = narrow ? 8 : 16;
	struct page page = {
	    .fonts = fonts,
	    .slip = slip,
	    .form = form,
	    .bitmap = out,
	    .left = margin,
	    .width = width - 2 * margin,
	    .narrow = narrow,
	    .y = MARGIN_TOP,
	};
	int status = bitmap_new(out, width, 1024);
	if (status == 0)
		status = draw_form(&page);
	page.y += MARGIN_BOTTOM;
	if (status == 0)
		status = bitmap_set_height(out, page.y);
	if (status != 0)
		bitmap_free(out);
	return status;
}
