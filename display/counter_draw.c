/* SPDX-License-Identifier: MIT */
#include "display/counter_draw.h"

#include <string.h>

/* The counter's name on its bar: what one looks for from afar. */
static void draw_name(const struct parts *p, struct box bar,
		      const struct model_words *name)
{
	struct parts_pair pair = {
	    .size = bar.h * 52 / 100,
	    .min_percent = 25,
	    .second_percent = 42,
	    .colour = p->theme->on_accent,
	    .second_colour = p->theme->on_accent,
	    .align = DRAW_CENTRE,
	    .max_lines = 2,
	};
	parts_card(p, bar, p->theme->accent);
	parts_pair(p, box_inset(bar, p->em, bar.h / 20), name, &pair);
}

static void draw_frame(const struct parts *p, struct box box, bool lit)
{
	const struct theme *t = p->theme;
	int edge = lit ? box_max(3, p->em * 3 / 10) : box_max(1, p->em / 12);
	draw_colour colour = lit ? t->accent : t->rule;
	draw_card(p->draw, box, p->radius, colour, colour);
	draw_card(p->draw, box_inset(box, edge, edge), p->radius - edge,
		  t->stage_top, t->stage_bottom);
}

static enum words label_of(const struct counter_view *v)
{
	switch (v->class) {
	case TICKET_PRIORITY:
		return WORDS_SERVING_PRIORITY;
	case TICKET_APPOINTMENT:
		return WORDS_APPOINTMENT;
	case TICKET_NORMAL:
		break;
	}
	return v->lit ? WORDS_NOW_SERVING : WORDS_SERVING;
}

static void draw_serving(const struct parts *p, const struct counter_layout *l,
			 const struct counter_view *v)
{
	const struct theme *t = p->theme;
	struct model_words label = parts_words(label_of(v));
	struct parts_pair pair = {
	    .size = box_min(p->em * 19 / 10, l->label.h * 62 / 100),
	    .second_percent = 72,
	    .colour = v->class == TICKET_NORMAL ? t->text : t->accent,
	    .second_colour = t->soft,
	    .align = DRAW_CENTRE,
	};
	char both[PARTS_BOTH_SIZE];
	struct draw_style style = {
	    .weight = FONT_BOLD,
	    .size = pair.size,
	    .min_size = pair.size / 2,
	    .colour = pair.colour,
	    .align = DRAW_CENTRE,
	};
	draw_frame(p, l->card, v->lit);
	parts_both(p, &label, both);
	draw_text(p->draw, l->label, both, &style);
	struct draw_style code = {
	    .weight = FONT_BOLD,
	    .size = l->code_height,
	    .min_size = p->em,
	    .colour = t->text,
	    .align = DRAW_CENTRE,
	    .capitals = true,
	};
	struct box ink = draw_text(p->draw, l->code, v->code, &code);
	if (v->stale)
		parts_strike(p, ink);
	pair.size = p->em * 19 / 10;
	pair.second_percent = 66;
	pair.colour = t->text;
	pair.max_lines = 2;
	parts_pair(p, l->service, &v->service, &pair);
}

/* Nobody is there: what this counter is for, and whether it works. */
static void draw_empty(const struct parts *p, const struct counter_layout *l,
		       const struct counter_view *v)
{
	const struct theme *t = p->theme;
	enum words which = WORDS_CONNECTING, under = WORDS_COUNT;
	switch (v->mood) {
	case COUNTER_CONNECTING:
	case COUNTER_SERVING:
		break;
	case COUNTER_UNKNOWN:
		which = WORDS_NO_SUCH_COUNTER;
		break;
	case COUNTER_CLOSED:
		which = WORDS_THIS_COUNTER_CLOSED;
		under = WORDS_WATCH_THE_BOARD;
		break;
	case COUNTER_PAUSED:
		which = WORDS_THIS_COUNTER_PAUSED;
		under = WORDS_WATCH_THE_BOARD;
		break;
	case COUNTER_FREE:
		which = WORDS_WAIT_FOR_CALL;
		break;
	}
	struct model_words text = parts_words(which);
	bool open = v->mood == COUNTER_FREE;
	if (open || v->mood == COUNTER_CONNECTING)
		draw_frame(p, l->card, false);
	else
		draw_card(p->draw, l->card, p->radius, t->off, t->off);
	struct box in = box_inset(l->card, p->em * 2, p->em * 15 / 10);
	struct parts_pair pair = {
	    .size = p->em * 34 / 10,
	    .second_percent = 52,
	    .colour = open ? t->text : t->soft,
	    .second_colour = t->soft,
	    .align = DRAW_CENTRE,
	    .max_lines = 2,
	};
	bool lists = open && v->n_services > 0;
	if (lists || under != WORDS_COUNT) {
		parts_pair(p, box_cut_top(&in, in.h * 50 / 100), &text, &pair);
	} else {
		parts_pair(p, in, &text, &pair);
		return;
	}
	pair.size = p->em * 17 / 10;
	pair.second_percent = 76;
	if (!lists) {
		text = parts_words(under);
		parts_pair(p, in, &text, &pair);
		return;
	}
	pair.second_percent = 72;
	int n = (int)v->n_services;
	int columns = n > 3 ? 2 : 1, rows = (n + columns - 1) / columns;
	in.h = box_min(in.h, rows * p->em * 46 / 10);
	for (int i = 0; i < n; i++)
		parts_pair(p,
			   box_column(box_row(in, i / columns, rows, p->em / 4),
				      i % columns, columns, p->em),
			   &v->services[i], &pair);
}

/* ---- the rating ---- */

static void draw_brief(const struct parts *p, const struct counter_layout *l,
		       const struct counter_view *v)
{
	const struct theme *t = p->theme;
	draw_name(p, l->brief_name, &v->name);
	struct box box = l->brief_call;
	draw_frame(p, box, v->lit);
	struct box in = box_inset(box, p->em, p->em / 4);
	struct model_words label =
	    parts_words(v->mood == COUNTER_SERVING ? WORDS_NOW_SERVING
						   : WORDS_WAIT_FOR_CALL);
	struct parts_pair pair = {
	    .size = p->em * 14 / 10,
	    .second_percent = 72,
	    .colour = t->text,
	    .second_colour = t->soft,
	    .max_lines = 2,
	};
	if (v->mood != COUNTER_SERVING) {
		pair.align = DRAW_CENTRE;
		parts_pair(p, in, &label, &pair);
		return;
	}
	parts_pair(p, box_cut_left(&in, in.w * 36 / 100), &label, &pair);
	box_cut_left(&in, p->em * 7 / 10);
	struct draw_style code = {
	    .weight = FONT_BOLD,
	    .size = box.h * 58 / 100,
	    .min_size = p->em / 2,
	    .colour = t->text,
	    .align = DRAW_RIGHT,
	    .capitals = true,
	};
	draw_text(p->draw, in, v->code, &code);
}

static void draw_question(const struct parts *p, const struct counter_layout *l,
			  const struct counter_view *v, enum words which)
{
	struct model_words title = parts_words(which), ticket = {.vi = ""};
	struct parts_pair pair = {
	    .size = p->em * 20 / 10,
	    .second_percent = 66,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .align = DRAW_CENTRE,
	};
	parts_pair(p, l->title, &title, &pair);
	words_ticket(LANGUAGE_VI, v->rated, ticket.vi, sizeof(ticket.vi));
	words_ticket(LANGUAGE_EN, v->rated, ticket.en, sizeof(ticket.en));
	char both[PARTS_BOTH_SIZE];
	parts_both(p, &ticket, both);
	struct draw_style style = {
	    .weight = FONT_BOLD,
	    .size = p->em * 13 / 10,
	    .colour = p->theme->accent,
	    .align = DRAW_CENTRE,
	};
	draw_text(p->draw, l->ticket, both, &style);
}

/* A star and its number, and what it means in words. */
static void draw_star_tile(const struct parts *p, struct box box, int stars,
			   bool pressed)
{
	static const enum words meanings[] = {WORDS_STARS_1, WORDS_STARS_2,
					      WORDS_STARS_3, WORDS_STARS_4,
					      WORDS_STARS_5};
	const struct theme *t = p->theme;
	parts_tile(p, box, pressed);
	struct box in = box_inset(box, p->em * 5 / 10, p->em * 5 / 10);
	bool row = in.w > 2 * in.h;
	struct box words_box = row ? box_cut_right(&in, in.w * 70 / 100)
				   : box_cut_bottom(&in, in.h * 36 / 100);
	int side = box_min(in.w, in.h);
	struct box star = box_middle(in, side, side);
	draw_star(p->draw, star, t->accent);
	char number[2] = {(char)('0' + stars), '\0'};
	struct draw_style style = {
	    .weight = FONT_BOLD,
	    .size = side * 26 / 100,
	    .min_size = side * 10 / 100,
	    .colour = t->on_accent,
	    .align = DRAW_CENTRE,
	    .capitals = true,
	};
	struct box middle = star;
	middle.y += side * 4 / 100; /* a star's weight is below its middle */
	draw_text(p->draw, middle, number, &style);
	struct model_words meaning = parts_words(meanings[stars - 1]);
	struct parts_pair pair = {
	    .size = p->em * (row ? 20 : 13) / 10,
	    .second_percent = row ? 70 : 80,
	    .colour = t->text,
	    .second_colour = t->soft,
	    .align = row ? DRAW_LEFT : DRAW_CENTRE,
	    .max_lines = 2,
	};
	parts_pair(p, words_box, &meaning, &pair);
}

static void draw_stars(const struct parts *p, const struct counter_layout *l,
		       const struct counter_view *v)
{
	draw_question(p, l, v, WORDS_RATE_TITLE);
	for (int i = 0; i < RATING_STARS; i++)
		draw_star_tile(p, l->stars[i], i + 1,
			       v->pressed == COUNTER_STARS + i + 1);
}

static void draw_check(const struct parts *p, struct box box, bool on)
{
	const struct theme *t = p->theme;
	int edge = box_max(2, box.w / 10);
	draw_card(p->draw, box, box.w / 6, t->accent, t->accent);
	if (!on) {
		draw_card(p->draw, box_inset(box, edge, edge), box.w / 6 - edge,
			  t->card, t->card);
		return;
	}
	float x = (float)box.x, y = (float)box.y, s = (float)box.w;
	draw_line(p->draw, x + s * 0.24F, y + s * 0.54F, x + s * 0.43F,
		  y + s * 0.72F, s * 0.12F, t->on_accent);
	draw_line(p->draw, x + s * 0.43F, y + s * 0.72F, x + s * 0.76F,
		  y + s * 0.30F, s * 0.12F, t->on_accent);
}

static void draw_reasons(const struct parts *p, const struct counter_layout *l,
			 const struct counter_view *v)
{
	static const enum words reasons[RATING_REASONS] = {
	    [RATING_WAIT] = WORDS_WHY_WAIT,
	    [RATING_ATTITUDE] = WORDS_WHY_ATTITUDE,
	    [RATING_GUIDANCE] = WORDS_WHY_GUIDANCE,
	    [RATING_PROCEDURE] = WORDS_WHY_PROCEDURE,
	    [RATING_OTHER] = WORDS_WHY_OTHER,
	};
	struct parts_pair pair = {
	    .size = p->em * 16 / 10,
	    .second_percent = 76,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .max_lines = 2,
	};
	draw_question(p, l, v, WORDS_WHY_TITLE);
	for (int i = 0; i < RATING_REASONS; i++) {
		struct model_words text = parts_words(reasons[i]);
		parts_tile(p, l->reasons[i], v->pressed == COUNTER_REASON + i);
		struct box in = box_inset(l->reasons[i], p->em, p->em * 3 / 10);
		int side = box_min(in.h, p->em * 22 / 10);
		draw_check(p, box_middle(box_cut_left(&in, side), side, side),
			   v->reasons & 1u << i);
		box_cut_left(&in, p->em);
		parts_pair(p, in, &text, &pair);
	}
	struct model_words send = parts_words(WORDS_SEND);
	draw_colour face =
	    v->pressed == COUNTER_SEND ? p->theme->pressed : p->theme->accent;
	draw_card(p->draw, l->send, p->radius, face, face);
	pair.colour = pair.second_colour =
	    v->pressed == COUNTER_SEND ? p->theme->text : p->theme->on_accent;
	pair.align = DRAW_CENTRE;
	parts_pair(p, box_inset(l->send, p->em, p->em * 3 / 10), &send, &pair);
}

static void draw_thanks(const struct parts *p, const struct counter_layout *l,
			enum words which)
{
	struct model_words thanks = parts_words(which);
	draw_frame(p, l->thanks, false);
	struct parts_pair pair = {
	    .size = p->em * 32 / 10,
	    .second_percent = 55,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .align = DRAW_CENTRE,
	    .max_lines = 2,
	};
	parts_pair(p, box_inset(l->thanks, p->em * 2, p->em), &thanks, &pair);
}

static void draw_main(const struct parts *p, const struct counter_layout *l,
		      const struct counter_view *v)
{
	switch (v->step) {
	case RATE_IDLE:
		draw_name(p, l->name, &v->name);
		if (v->mood == COUNTER_SERVING)
			draw_serving(p, l, v);
		else
			draw_empty(p, l, v);
		return;
	case RATE_STARS:
		draw_stars(p, l, v);
		break;
	case RATE_WHY:
		draw_reasons(p, l, v);
		break;
	case RATE_GIVING:
		draw_thanks(p, l, WORDS_SENDING);
		break;
	case RATE_THANKS:
		draw_thanks(p, l, WORDS_THANKS);
		break;
	case RATE_FAILED:
		draw_thanks(p, l, WORDS_NOT_RATED);
		break;
	}
	draw_brief(p, l, v);
}

void counter_draw(const struct parts *p, const struct counter_layout *l,
		  const struct counter_view *v, int w, int h)
{
	struct box all = {0, 0, w, h};
	draw_fill(p->draw, all, p->theme->ground);
	draw_main(p, l, v);
	if (v->stale)
		draw_veil(p->draw, all, p->theme->bar, 150);
	header_draw(p, &l->header, &v->header, l->portrait);
	if (v->stale)
		parts_stale_sign(p, l->sign,
				 v->mood == COUNTER_CONNECTING ? NULL
							       : v->as_of);
}
