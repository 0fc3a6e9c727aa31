/* SPDX-License-Identifier: MIT */
#include "display/parts.h"

#include <qrencode.h>
#include <stdio.h>
#include <string.h>

struct model_words parts_words(enum words which)
{
	struct model_words out;
	model_set_words(&out, words(which, LANGUAGE_VI),
			words(which, LANGUAGE_EN));
	return out;
}

struct model_words parts_why(enum model_why why,
			     const struct model_words *opens)
{
	struct model_words out = {.vi = ""};
	switch (why) {
	case MODEL_WHY_CAP:
		return parts_words(WORDS_CAP_REACHED);
	case MODEL_WHY_LAST_CALL:
		return parts_words(WORDS_NO_TIME_LEFT);
	case MODEL_WHY_HOURS:
	case MODEL_WHY_OTHER:
		break;
	}
	if (!opens->vi[0])
		return parts_words(WORDS_CLOSED);
	words_opens(LANGUAGE_VI, opens->vi, out.vi, sizeof(out.vi));
	words_opens(LANGUAGE_EN, model_in(opens, LANGUAGE_EN), out.en,
		    sizeof(out.en));
	return out;
}

struct model_words parts_wait(const struct model_wait *wait)
{
	struct model_words out = {.vi = ""};
	words_wait(LANGUAGE_VI, wait->low_s, wait->high_s, out.vi,
		   sizeof(out.vi));
	words_wait(LANGUAGE_EN, wait->low_s, wait->high_s, out.en,
		   sizeof(out.en));
	return out;
}

/* The second language's text, or NULL where it would say the same again. */
static const char *second_of(const struct parts *parts,
			     const struct model_words *text)
{
	if (parts->languages->n < 2)
		return NULL;
	const char *first = model_in(text, parts->languages->shown[0]);
	const char *second = model_in(text, parts->languages->shown[1]);
	return *second && strcmp(first, second) != 0 ? second : NULL;
}

static void pair_beside(const struct parts *parts, struct box box,
			const char *first, const char *second,
			const struct draw_style *big,
			const struct draw_style *small)
{
	struct box left = box;
	if (second)
		left.w = box.w * 62 / 100;
	struct box ink = draw_text(parts->draw, left, first, big);
	if (!second)
		return;
	box_cut_left(&box, ink.x + ink.w - box.x + big->size * 45 / 100);
	/* Both stand on one base line, so the smaller one hangs lower. */
	int drop = (big->size - small->size) * 36 / 100;
	box.y += drop;
	box.h -= drop;
	/* Better left out than too small to read. */
	if (draw_fit(parts->draw, box, second, small) >= 80)
		draw_text(parts->draw, box, second, small);
}

/* The room that the second text takes at the bottom of box, in so many lines
 * at most. */
static int second_height(const struct parts *parts, struct box box,
			 const char *second, struct draw_style *small,
			 int lines)
{
	small->max_lines = lines;
	box.h = box_max(box.h * 2 / 5, small->size * 14 / 10);
	return draw_measure(parts->draw, box, second, small).h;
}

/*
 * The first language is what most people read: the second takes only as many
 * lines as leave the first nearly its size, and none where the first would
 * lose words that it could keep.
 */
static int share_height(const struct parts *parts, struct box box,
			const char *first, const char *second,
			const struct draw_style *big, struct draw_style *small)
{
	int lines = box_max(1, small->max_lines);
	int best = -1, best_height = 0, best_lines = 1;
	for (; lines >= 0; lines--) {
		int height =
		    lines ? second_height(parts, box, second, small, lines) : 0;
		struct box upper = box;
		upper.h -= height;
		int fit = draw_fit(parts->draw, upper, first, big);
		if (fit > best && (lines > 0 || best == 0) &&
		    !(lines == 0 && fit == 0)) {
			best = fit;
			best_height = height;
			best_lines = lines;
		}
		if (best >= 75)
			break;
	}
	small->max_lines = best_lines;
	return best_height;
}

static void pair_below(const struct parts *parts, struct box box,
		       const char *first, const char *second,
		       const struct draw_style *big,
		       const struct draw_style *small)
{
	struct draw_style top = *big, bottom = *small;
	struct box upper = box, lower = box;
	lower.h = share_height(parts, box, first, second, big, &bottom);
	upper.h = box.h - lower.h;
	struct box ink = draw_measure(parts->draw, upper, first, big);
	/* Both together stand in the middle. */
	upper.y += (upper.h - ink.h) / 2;
	upper.h = ink.h;
	top.valign = bottom.valign = DRAW_TOP;
	draw_text(parts->draw, upper, first, &top);
	lower.y = upper.y + ink.h;
	if (lower.h > 0)
		draw_text(parts->draw, lower, second, &bottom);
}

static bool both_fit(const struct parts *parts, struct box box,
		     const char *first, const char *second,
		     const struct draw_style *big,
		     const struct draw_style *small)
{
	if (draw_fit(parts->draw, box, second, small) < 100)
		return false;
	struct box need = draw_measure(parts->draw, box, second, small);
	box.h -= need.h;
	return draw_fit(parts->draw, box, first, big) == 100;
}

void parts_pair(const struct parts *parts, struct box box,
		const struct model_words *text, const struct parts_pair *how)
{
	const char *first = model_in(text, parts->languages->shown[0]);
	const char *second = how->first_only ? NULL : second_of(parts, text);
	struct draw_style big = {
	    .weight = how->regular ? FONT_REGULAR : FONT_BOLD,
	    .size = how->size,
	    .min_size =
		box_max(9, how->size *
			       (how->min_percent ? how->min_percent : 55) /
			       100),
	    .colour = how->colour,
	    .align = how->align,
	    .max_lines = how->max_lines,
	};
	struct draw_style small = {
	    .weight = FONT_REGULAR,
	    .size = box_max(9, how->size * how->second_percent / 100),
	    .colour = how->second_colour,
	    .align = how->align,
	    .max_lines = how->max_lines,
	};
	small.min_size = box_max(8, small.size * 65 / 100);
	if (how->drop_second && second &&
	    !both_fit(parts, box, first, second, &big, &small))
		second = NULL;
	if (how->beside)
		pair_beside(parts, box, first, second, &big, &small);
	else if (second)
		pair_below(parts, box, first, second, &big, &small);
	else
		draw_text(parts->draw, box, first, &big);
}

void parts_both(const struct parts *parts, const struct model_words *text,
		char out[PARTS_BOTH_SIZE])
{
	const char *first = model_in(text, parts->languages->shown[0]);
	const char *second = second_of(parts, text);
	snprintf(out, PARTS_BOTH_SIZE, "%s%s%s", first, second ? " · " : "",
		 second ? second : "");
}

void parts_card(const struct parts *parts, struct box box, draw_colour colour)
{
	draw_card(parts->draw, box, box_min(parts->radius, box.h / 5), colour,
		  colour);
}

void parts_tile(const struct parts *parts, struct box box, bool pressed)
{
	const struct theme *t = parts->theme;
	int edge = box_max(2, parts->em / 10) * (pressed ? 3 : 1);
	draw_colour frame = pressed ? t->accent : t->card_edge;
	draw_colour face = pressed ? t->pressed : t->card;
	draw_card(parts->draw, box, parts->radius, frame, frame);
	draw_card(parts->draw, box_inset(box, edge, edge), parts->radius - edge,
		  face, face);
}

void parts_chip(const struct parts *parts, struct box box, const char *prefix,
		bool on)
{
	const struct theme *t = parts->theme;
	draw_card(parts->draw, box, box.h / 5, on ? t->accent : t->soft,
		  on ? t->accent : t->soft);
	struct draw_style style = {
	    .weight = FONT_BOLD,
	    .size = box.h * 46 / 100,
	    .min_size = box.h * 20 / 100,
	    .colour = t->on_accent,
	    .align = DRAW_CENTRE,
	    .capitals = true,
	};
	draw_text(parts->draw, box_inset(box, box.w / 12, 0), prefix, &style);
}

static struct draw_style pill_style(const struct parts *parts, struct box box)
{
	return (struct draw_style){
	    .weight = FONT_BOLD,
	    .size = box_min(parts->em * 11 / 10, box.h * 56 / 100),
	    .colour = parts->theme->on_accent,
	    .align = DRAW_CENTRE,
	};
}

bool parts_pill_fits(const struct parts *parts, struct box box,
		     const struct model_words *text)
{
	char both[PARTS_BOTH_SIZE];
	parts_both(parts, text, both);
	struct draw_style style = pill_style(parts, box);
	return draw_fit(parts->draw, box_inset(box, style.size * 7 / 10, 0),
			both, &style) == 100;
}

static struct box pill(const struct parts *parts, struct box box,
		       const struct model_words *text, bool visible)
{
	const struct theme *t = parts->theme;
	char both[PARTS_BOTH_SIZE];
	parts_both(parts, text, both);
	struct draw_style style = pill_style(parts, box);
	int margin = style.size * 7 / 10;
	struct box ink =
	    draw_measure(parts->draw, box_inset(box, margin, 0), both, &style);
	struct box frame = box_cut_right(&box, ink.w + 2 * margin);
	frame =
	    box_middle(frame, frame.w, box_min(frame.h, style.size * 17 / 10));
	box_cut_right(&box, margin);
	if (visible) {
		draw_card(parts->draw, frame, frame.h / 2, t->accent,
			  t->accent);
		draw_text(parts->draw, frame, both, &style);
	}
	return box;
}

struct box parts_pill(const struct parts *parts, struct box box,
		      const struct model_words *text)
{
	return pill(parts, box, text, true);
}

struct box parts_pill_room(const struct parts *parts, struct box box,
			   const struct model_words *text)
{
	return pill(parts, box, text, false);
}

void parts_strike(const struct parts *parts, struct box ink)
{
	if (box_empty(ink))
		return;
	float y = (float)ink.y + (float)ink.h / 2;
	float width = (float)box_max(2, ink.h / 9);
	float over = (float)ink.h * 0.12F;
	draw_line(parts->draw, (float)ink.x - over, y,
		  (float)(ink.x + ink.w) + over, y, width, parts->theme->soft);
}

void parts_qr(const struct parts *parts, struct box box, const char *text)
{
	/* L: a screen is neither folded nor smudged, and larger modules are
	 * read from farther away. */
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
	if (!code)
		return;
	/* ISO/IEC 18004 asks for four modules of white around the symbol. */
	int side = code->width + 8;
	int module = box_min(box.w, box.h) / side;
	if (module > 0) {
		struct box white =
		    box_middle(box, side * module, side * module);
		draw_fill(parts->draw, white, 0xFFFFFF);
		for (int i = 0; i < code->width * code->width; i++)
			if (code->data[i] & 1)
				draw_fill(parts->draw,
					  (struct box){white.x +
							   (i % code->width +
							    4) *
							       module,
						       white.y +
							   (i / code->width +
							    4) *
							       module,
						       module, module},
					  0x000000);
	}
	QRcode_free(code);
}

void parts_info(const struct parts *parts, struct box box)
{
	const struct theme *t = parts->theme;
	draw_card(parts->draw, box, box.w / 2, t->accent, t->accent);
	float x = (float)box.x + (float)box.w / 2, h = (float)box.h;
	float y = (float)box.y;
	draw_line(parts->draw, x, y + h * 0.46F, x, y + h * 0.74F, h * 0.14F,
		  t->on_accent);
	draw_line(parts->draw, x, y + h * 0.26F, x, y + h * 0.26F, h * 0.16F,
		  t->on_accent);
}

void parts_sign(const struct parts *parts, struct box box,
		const struct model_words *headline,
		const struct model_words *meaning, const char *small)
{
	const struct theme *t = parts->theme;
	int em = parts->em, edge = box_max(3, em / 4);
	draw_card(parts->draw, box, parts->radius, t->sign_edge, t->sign_edge);
	struct box in = box_inset(box, edge, edge);
	draw_card(parts->draw, in, parts->radius - edge / 2, t->sign, t->sign);
	in = box_inset(in, em * 12 / 10, em * 8 / 10);
	if (small) {
		struct draw_style style = {
		    .size = em * 95 / 100,
		    .min_size = em / 2,
		    .colour = t->on_sign,
		    .align = DRAW_CENTRE,
		};
		draw_text(parts->draw, box_cut_bottom(&in, em * 15 / 10), small,
			  &style);
	}
	struct parts_pair pair = {
	    .size = em * 20 / 10,
	    .second_percent = 60,
	    .colour = t->on_sign,
	    .second_colour = t->on_sign,
	    .align = DRAW_CENTRE,
	    .max_lines = 2,
	};
	parts_pair(parts, box_cut_top(&in, in.h * 56 / 100), headline, &pair);
	pair.size = em * 12 / 10;
	pair.second_percent = 80;
	parts_pair(parts, in, meaning, &pair);
}

void parts_stale_sign(const struct parts *parts, struct box box,
		      const char *as_of)
{
	struct model_words headline = parts_words(WORDS_NO_CONTACT);
	struct model_words meaning =
	    parts_words(as_of ? WORDS_NUMBERS_OLD : WORDS_CONNECTING);
	char small[120] = "";
	for (size_t i = 0; as_of && i < parts->languages->n; i++) {
		size_t length = strlen(small);
		if (i > 0) {
			snprintf(small + length, sizeof(small) - length, " · ");
			length = strlen(small);
		}
		words_as_of(parts->languages->shown[i], as_of, small + length,
			    sizeof(small) - length);
	}
	parts_sign(parts, box, &headline, &meaning, *small ? small : NULL);
}
