/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "display/parts.h"
#include "display/pictures.h"
#include "display/view.h"

struct view {
	struct view_setup setup;
	struct board_shape shape;
	struct board_layout layout;
	struct pictures *pictures; /* NULL: none */
	struct board_view shown, next;
	size_t n_pictures;
	bool drawn; /* shown is what is on the screen */
};

static struct view *board_new(const struct view_setup *setup)
{
	struct view *view = calloc(1, sizeof(*view));
	if (!view)
		return NULL;
	view->setup = *setup;
	if (!view->setup.theme)
		view->setup.theme = &theme_dark;
	if (setup->pictures && *setup->pictures) {
		view->pictures = pictures_new(setup->pictures);
		if (!view->pictures) {
			free(view);
			return NULL;
		}
	}
	return view;
}

static void board_free(struct view *view)
{
	if (view)
		pictures_free(view->pictures);
	free(view);
}

static struct board_room room_of(const struct view *view)
{
	const struct board_layout *layout = &view->layout;
	return (struct board_room){.cells = layout->n_cells,
				   .desks = layout->n_desks,
				   .pictures = box_empty(layout->picture)
						   ? 0
						   : view->n_pictures};
}

static bool board_update(struct view *view, const struct model *model,
			 struct moment now, int w, int h)
{
	view->n_pictures = pictures_count(view->pictures, now.mono_ms);
	struct board_shape shape = {
	    .pictures = view->n_pictures > 0,
	    .w = w,
	    .h = h,
	    .n_services = model->state.n_services,
	    .n_counters = model->state.n_counters,
	    .notices =
		model->state.n_notices > 0 || model->state.priority_for.vi[0],
	};
	if (shape.w != view->shape.w || shape.h != view->shape.h ||
	    shape.n_services != view->shape.n_services ||
	    shape.n_counters != view->shape.n_counters ||
	    shape.notices != view->shape.notices ||
	    shape.pictures != view->shape.pictures) {
		view->shape = shape;
		board_layout(&shape, &view->layout);
		view->drawn = false;
	}
	struct board_room room = room_of(view);
	board_compose(model, now, &room, &view->next);
	/*
	 * Both were zeroed whole before they were filled in, so padding is
	 * equal; were it not, a frame too many would be drawn, never one too
	 * few.
	 */
	return !view->drawn ||
	       /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
	       memcmp(&view->next, &view->shown, sizeof(view->next)) != 0;
}

static int64_t board_view_next_ms(const struct view *view,
				  const struct model *model, struct moment now)
{
	struct board_room room = room_of(view);
	return board_next_ms(model, now, &room);
}

/* ---- the newest call ---- */

/* "Quầy 3": what is shown where the counter's whole name finds no room, since
 * a name that ends in dots has lost its number. */
static struct model_words short_counter(const struct board_call *call)
{
	struct model_words out = {.vi = ""};
	words_counter(LANGUAGE_VI, call->counter_id, out.vi, sizeof(out.vi));
	words_counter(LANGUAGE_EN, call->counter_id, out.en, sizeof(out.en));
	return out;
}

static void draw_counter_bar(const struct parts *p,
			     const struct board_layout *l,
			     const struct board_call *call)
{
	struct box bar = l->stage_counter;
	draw_colour ink = p->theme->on_accent;
	parts_card(p, bar, p->theme->accent);
	struct box in = box_inset(bar, bar.h / 4, bar.h / 16);
	draw_arrow(p->draw,
		   box_inset(box_cut_left(&in, bar.h * 3 / 4), 0, bar.h / 10),
		   ink);
	box_cut_left(&in, bar.h / 4);
	struct box left = in, right = box_cut_right(&left, in.w * 42 / 100);
	struct draw_style big = {
	    .weight = FONT_BOLD,
	    .size = bar.h * 62 / 100,
	    .min_size = bar.h * 15 / 100,
	    .colour = ink,
	};
	struct parts_pair small = {
	    .size = bar.h * 26 / 100,
	    .second_percent = 80,
	    .colour = ink,
	    .second_colour = ink,
	    .align = DRAW_RIGHT,
	    .max_lines = 3,
	    .drop_second = true,
	};
	enum language language = p->languages->shown[0];
	const char *name = model_in(&call->counter, language);
	const char *other =
	    model_in(&call->counter, p->languages->shown[p->languages->n - 1]);
	if (draw_fit(p->draw, left, name, &big) >= 75) {
		/* The second language beside it, at the other end. */
		struct model_words second;
		model_set_words(&second, strcmp(name, other) ? other : "", "");
		small.regular = true;
		draw_text(p->draw, left, name, &big);
		parts_pair(p, right, &second, &small);
	} else if (draw_fit(p->draw, in, name, &big) >= 60) {
		draw_text(p->draw, in, name, &big);
	} else {
		struct model_words brief = short_counter(call);
		small.align = DRAW_LEFT;
		left = in;
		right = box_cut_right(&left, in.w * 54 / 100);
		box_cut_right(&left, in.w * 3 / 100);
		draw_text(p->draw, left, model_in(&brief, language), &big);
		parts_pair(p, right, &call->counter, &small);
	}
}

/*
 * Priority, or called again: each in words, in a frame of its own. The law's
 * notice of priority is a sentence: it gets the room, and where it is called
 * again as well, its one word does.
 */
static void draw_stage_sign(const struct parts *p, struct box box,
			    const struct board_call *call)
{
	struct model_words sign = {.vi = ""};
	struct parts one = *p;
	struct languages first = *p->languages;
	first.n = 1;
	switch (call->class) {
	case TICKET_PRIORITY:
		sign = parts_words(call->calls > 1 ? WORDS_PRIORITY
						   : WORDS_SERVING_PRIORITY);
		break;
	case TICKET_APPOINTMENT:
		sign = parts_words(WORDS_APPOINTMENT);
		break;
	case TICKET_NORMAL:
		break;
	}
	if (sign.vi[0]) {
		if (!parts_pill_fits(p, box, &sign))
			one.languages = &first;
		box = parts_pill(&one, box, &sign);
	}
	if (call->calls > 1) {
		words_again(LANGUAGE_VI, call->calls, sign.vi, sizeof(sign.vi));
		words_again(LANGUAGE_EN, call->calls, sign.en, sizeof(sign.en));
		one.languages =
		    parts_pill_fits(p, box, &sign) ? p->languages : &first;
		(void)parts_pill(&one, box, &sign);
	}
}

static void draw_stage_head(const struct parts *p, const struct board_layout *l,
			    const struct board_view *v)
{
	struct model_words label = parts_words(v->stage_label);
	bool sign = v->stage.class != TICKET_NORMAL || v->stage.calls > 1;
	struct box box = l->stage_label;
	box.w = l->stage_sign.x + l->stage_sign.w - box.x;
	struct parts_pair pair = {
	    .size = box_min(l->em * 17 / 10, l->stage_label.h * 7 / 10),
	    .second_percent = 70,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .beside = true,
	    .first_only = sign,
	};
	if (sign)
		draw_stage_sign(p, box_cut_right(&box, box.w * 70 / 100),
				&v->stage);
	parts_pair(p, box, &label, &pair);
}

/* The card: in a frame while its call is new. */
static void draw_stage_card(const struct parts *p, const struct board_layout *l,
			    bool lit)
{
	const struct theme *t = p->theme;
	int edge = lit ? box_max(3, l->em * 3 / 10) : box_max(1, l->em / 12);
	draw_colour colour = lit ? t->accent : t->rule;
	draw_card(p->draw, l->stage, l->radius, colour, colour);
	draw_card(p->draw, box_inset(l->stage, edge, edge), l->radius - edge,
		  t->stage_top, t->stage_bottom);
}

static void draw_stage(const struct parts *p, const struct board_layout *l,
		       const struct board_view *v)
{
	const struct theme *t = p->theme;
	draw_stage_card(p, l, v->lit);
	draw_stage_head(p, l, v);
	struct draw_style code = {
	    .weight = FONT_BOLD,
	    .size = l->code_height,
	    .min_size = l->em / 2,
	    .colour = t->text,
	    .align = DRAW_CENTRE,
	    .capitals = true,
	};
	struct box at = l->stage_code;
	/* It comes in from the right edge of the card, and is never cut. */
	struct box ink = draw_measure(p->draw, at, v->stage.code, &code);
	at.x += (at.x + at.w - ink.x - ink.w) * v->slide / 1000;
	ink = draw_text(p->draw, at, v->stage.code, &code);
	struct parts_pair service = {
	    .size = l->em * 15 / 10,
	    .second_percent = 68,
	    .colour = t->text,
	    .second_colour = t->soft,
	    .align = DRAW_CENTRE,
	    .max_lines = 2,
	};
	parts_pair(p, l->stage_service, &v->stage_service, &service);
	draw_counter_bar(p, l, &v->stage);
	if (v->stale)
		parts_strike(p, ink);
}

/* All that is between the header and the waiting. */
static struct box idle_box(const struct board_layout *l)
{
	struct box all = l->stage;
	struct box last = box_empty(l->desk_list) ? l->list : l->desk_list;
	all.w = last.x + last.w - all.x;
	all.h = last.y + last.h - all.y;
	return all;
}

/* While nobody is called there is room for a large one. */
static struct box idle_picture(const struct board_layout *l)
{
	struct box all = idle_box(l);
	return l->portrait ? box_cut_bottom(&all, all.h * 55 / 100)
			   : box_cut_right(&all, all.w * 55 / 100);
}

/* Nobody has been called, or nothing is known. */
static void draw_idle(const struct parts *p, const struct board_layout *l,
		      const struct board_view *v)
{
	const struct theme *t = p->theme;
	struct box all = idle_box(l);
	if (v->n_pictures > 0 && v->mood == BOARD_IDLE) {
		struct box picture = idle_picture(l);
		if (l->portrait)
			all.h = picture.y - l->gap - all.y;
		else
			all.w = picture.x - l->gap - all.x;
	}
	draw_card(p->draw, all, l->radius, t->stage_top, t->stage_bottom);
	struct box in = box_inset(all, l->em * 2, l->em * 2);
	struct parts_pair big = {
	    .size = l->em * 42 / 10,
	    .second_percent = 45,
	    .colour = t->text,
	    .second_colour = t->soft,
	    .align = DRAW_CENTRE,
	    .max_lines = 2,
	};
	if (v->mood == BOARD_CONNECTING) {
		struct model_words connecting = parts_words(WORDS_CONNECTING);
		big.size = l->em * 24 / 10;
		parts_pair(p, in, &connecting, &big);
		return;
	}
	struct model_words welcome = parts_words(WORDS_WELCOME);
	struct model_words take = parts_words(WORDS_TAKE_A_NUMBER);
	struct box above = box_cut_top(&in, in.h * 48 / 100);
	parts_pair(p, above, &welcome, &big);
	struct box rule = box_cut_top(&in, l->em);
	draw_fill(p->draw, box_middle(rule, all.w / 8, box_max(2, l->em / 8)),
		  t->accent);
	big.size = l->em * 20 / 10;
	big.second_percent = 65;
	parts_pair(p, in, &take, &big);
}

/* ---- the calls before ---- */

/* What a row says beside the counter, if anything. */
static enum words row_sign(const struct board_call *call)
{
	if (call->queued)
		return WORDS_JUST_CALLED;
	switch (call->class) {
	case TICKET_PRIORITY:
		return WORDS_PRIORITY;
	case TICKET_APPOINTMENT:
		return WORDS_APPOINTMENT;
	case TICKET_NORMAL:
		break;
	}
	return WORDS_COUNT;
}

/* The sign in words: to the right of the counter's name, or where the row is
 * too short for that, under it. What is left. */
static struct box draw_row_sign(const struct parts *p, struct box in,
				const struct board_call *call,
				const struct draw_style *name,
				const char *brief)
{
	/* There is room for one language. */
	struct model_words sign;
	model_set_words(&sign, words(row_sign(call), p->languages->shown[0]),
			"");
	struct box pill = box_inset(in, 0, in.h / 6);
	struct box rest = parts_pill_room(p, pill, &sign);
	rest.y = in.y;
	rest.h = in.h;
	struct draw_style one_line = *name;
	one_line.max_lines = 1;
	if (draw_fit(p->draw, rest, brief, &one_line) >= 70) {
		parts_pill(p, pill, &sign);
		return rest;
	}
	rest = in;
	pill = box_cut_bottom(&rest, in.h * 40 / 100);
	pill.h -= in.h * 4 / 100;
	struct parts_pair small = {
	    .size = in.h * 27 / 100,
	    .colour = p->theme->accent,
	    .first_only = true,
	};
	parts_pair(p, pill, &sign, &small);
	return rest;
}

/* Room for a usual code; a longer one shrinks. So codes stand in a column. */
static int code_width(const struct parts *p, const struct draw_style *style,
		      struct box in)
{
	struct box ink = draw_measure(p->draw, in, "A0000", style);
	return box_min(ink.w + p->em * 4 / 10, in.w * 52 / 100);
}

static void draw_row(const struct parts *p, const struct board_layout *l,
		     struct box row, const struct board_call *call, bool stale)
{
	const struct theme *t = p->theme;
	int edge = box_max(2, l->em / 6);
	parts_card(p, row, call->queued ? t->accent : t->card);
	if (call->queued)
		parts_card(p, box_inset(row, edge, edge), t->card);
	struct box in = box_inset(row, l->em * 6 / 10, 0);
	struct draw_style code = {
	    .weight = FONT_BOLD,
	    .size = l->row_digit_height,
	    .min_size = l->row_digit_height / 4, /* smaller, never cut */
	    .colour = t->text,
	    .capitals = true,
	};
	struct box left = box_cut_left(&in, code_width(p, &code, in));
	struct box ink = draw_text(p->draw, left, call->code, &code);
	if (stale)
		parts_strike(p, ink);
	int side = l->row_digit_height * 7 / 10;
	struct box arrow = box_cut_left(&in, side);
	draw_arrow(p->draw, box_middle(arrow, side, side), t->accent);
	box_cut_left(&in, l->em * 5 / 10);
	struct draw_style name = {
	    .weight = FONT_BOLD,
	    .size = row.h * 58 / 100,
	    .min_size = row.h * 26 / 100,
	    .colour = t->text,
	    .max_lines = 2,
	};
	enum language language = p->languages->shown[0];
	struct model_words brief = short_counter(call);
	const char *text = model_in(&call->counter, language);
	if (row_sign(call) != WORDS_COUNT)
		in = draw_row_sign(p, in, call, &name,
				   model_in(&brief, language));
	if (draw_fit(p->draw, in, text, &name) == 0) {
		text = model_in(&brief, language);
		name.max_lines = 1;
	}
	/* A counter that has lost its number leads nowhere. */
	char number[16];
	snprintf(number, sizeof(number), "%d", call->counter_id);
	if (draw_fit(p->draw, in, text, &name) == 0)
		text = number;
	draw_text(p->draw, in, text, &name);
}

static void draw_list(const struct parts *p, const struct board_layout *l,
		      const struct board_view *v)
{
	struct model_words label = parts_words(WORDS_CALLED_BEFORE);
	struct parts_pair pair = {
	    .size = l->em * 11 / 10,
	    .second_percent = 80,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .beside = true,
	};
	struct box place = l->list_label;
	if (v->n_more > 0) {
		char more[24];
		struct draw_style small = {
		    .weight = FONT_BOLD,
		    .size = l->em,
		    .colour = p->theme->accent,
		    .align = DRAW_RIGHT,
		};
		snprintf(more, sizeof(more), "+%zu", v->n_more);
		draw_text(p->draw, box_cut_right(&place, l->em * 2), more,
			  &small);
	}
	parts_pair(p, place, &label, &pair);
	for (size_t i = 0; i < BOARD_ROWS; i++) {
		if (i < v->n_rows)
			draw_row(p, l, l->rows[i], &v->rows[i], v->stale);
		else
			parts_card(p, l->rows[i], p->theme->off);
	}
}

/* ---- the counters ---- */

static void draw_desk(const struct parts *p, const struct board_layout *l,
		      struct box box, const struct board_desk *desk, bool stale)
{
	const struct theme *t = p->theme;
	bool open = desk->state == MODEL_OPEN || desk->code[0];
	parts_card(p, box, open ? t->card : t->off);
	struct box in = box_inset(box, l->em * 6 / 10, 0);
	struct draw_style code = {
	    .weight = FONT_BOLD,
	    .size = l->row_digit_height,
	    .min_size = l->row_digit_height / 4,
	    .colour = t->text,
	    .align = DRAW_RIGHT,
	    .capitals = true,
	};
	struct box right = box_cut_right(&in, code_width(p, &code, in));
	box_cut_right(&in, l->em * 3 / 10);
	struct draw_style name = {
	    .weight = FONT_BOLD,
	    .size = box_min(box.h * 50 / 100, l->em * 14 / 10),
	    .min_size = l->em * 7 / 10,
	    .colour = open ? t->text : t->soft,
	    .max_lines = 2,
	};
	enum language language = p->languages->shown[0];
	struct board_call call = {.counter_id = desk->id};
	struct model_words brief = short_counter(&call);
	const char *text = model_in(&desk->name, language);
	if (draw_fit(p->draw, in, text, &name) < 70) {
		text = model_in(&brief, language);
		name.max_lines = 1;
	}
	draw_text(p->draw, in, text, &name);
	if (desk->code[0]) {
		struct box ink = draw_text(p->draw, right, desk->code, &code);
		if (stale)
			parts_strike(p, ink);
		return;
	}
	if (desk->state == MODEL_OPEN)
		return;
	struct draw_style small = {
	    .size = l->em,
	    .min_size = l->em * 6 / 10,
	    .colour = t->soft,
	    .align = DRAW_RIGHT,
	    .max_lines = 2,
	};
	draw_text(p->draw, right,
		  words(desk->state == MODEL_PAUSED ? WORDS_COUNTER_PAUSED
						    : WORDS_COUNTER_CLOSED,
			language),
		  &small);
}

/* "2/3" at the right end of a label's box; what is left of it. */
static struct box draw_page(const struct parts *p, struct box box, size_t page,
			    size_t n_pages)
{
	char text[48];
	struct draw_style small = {
	    .size = p->em * 8 / 10,
	    .colour = p->theme->soft,
	    .align = DRAW_RIGHT,
	};
	if (n_pages < 2)
		return box;
	snprintf(text, sizeof(text), "%zu/%zu", page + 1, n_pages);
	draw_text(p->draw, box_cut_right(&box, p->em * 25 / 10), text, &small);
	return box;
}

static void draw_desks(const struct parts *p, const struct board_layout *l,
		       const struct board_view *v)
{
	struct model_words label = parts_words(WORDS_COUNTERS);
	struct parts_pair pair = {
	    .size = l->em * 11 / 10,
	    .second_percent = 80,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .beside = true,
	};
	parts_pair(p,
		   draw_page(p, l->desk_label, v->desk_page, v->n_desk_pages),
		   &label, &pair);
	for (size_t i = 0; i < v->n_desks; i++)
		draw_desk(p, l, l->desks[i], &v->desks[i], v->stale);
}

/* ---- who waits ---- */

static void draw_cell(const struct parts *p, const struct board_layout *l,
		      struct box cell, const struct board_cell *service,
		      bool stale)
{
	const struct theme *t = p->theme;
	parts_card(p, cell, service->open ? t->card : t->off);
	struct box in = box_inset(cell, l->em * 6 / 10, cell.h * 7 / 100);
	struct box top = box_cut_top(&in, cell.h * 42 / 100);
	char waiting[12];
	snprintf(waiting, sizeof(waiting), "%d", service->waiting);
	struct draw_style number = {
	    .weight = FONT_BOLD,
	    .size = top.h * 76 / 100,
	    .colour = service->open ? t->accent : t->soft,
	    .align = DRAW_RIGHT,
	    .capitals = true,
	};
	parts_chip(p, box_cut_left(&top, top.h), service->prefix,
		   service->open);
	struct box ink = draw_text(p->draw, top, waiting, &number);
	if (stale)
		parts_strike(p, ink);
	struct model_words state =
	    service->open ? parts_wait(&service->wait)
			  : parts_why(service->why, &service->opens);
	struct box middle = box_inset(top, l->em / 2, 0);
	box_cut_right(&middle, ink.w);
	struct draw_style small = {
	    .size = l->em * 95 / 100,
	    .min_size = l->em * 58 / 100,
	    .colour = service->open ? t->text : t->soft,
	    .max_lines = 3,
	};
	const char *text = model_in(&state, p->languages->shown[0]);
	/* A wait that is no longer live is not shown at all. */
	if (!(stale && service->open) &&
	    draw_fit(p->draw, middle, text, &small) > 0)
		draw_text(p->draw, middle, text, &small);
	struct parts_pair name = {
	    .size = l->em * 9 / 10,
	    .min_percent = 72,
	    .second_percent = 80,
	    .colour = service->open ? t->text : t->soft,
	    .second_colour = t->soft,
	    .max_lines = 2,
	    .drop_second = true,
	};
	parts_pair(p, in, &service->name, &name);
}

static void draw_strip(const struct parts *p, const struct board_layout *l,
		       const struct board_view *v)
{
	struct model_words label = parts_words(WORDS_WAITING);
	struct parts_pair pair = {
	    .size = l->em * 11 / 10,
	    .second_percent = 80,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .beside = l->portrait,
	};
	struct box place = l->strip_label;
	if (v->n_pages > 1 && l->portrait) {
		place = draw_page(p, place, v->page, v->n_pages);
	} else if (v->n_pages > 1) {
		struct box at = box_cut_bottom(&place, l->em * 14 / 10);
		at.w = l->em * 25 / 10;
		(void)draw_page(p, at, v->page, v->n_pages);
	}
	parts_pair(p, place, &label, &pair);
	for (size_t i = 0; i < v->n_cells; i++)
		draw_cell(p, l, l->cells[i], &v->cells[i], v->stale);
}

static void draw_footer(const struct parts *p, const struct board_layout *l,
			const struct board_view *v)
{
	draw_fill(p->draw, l->footer, p->theme->bar);
	struct box in = box_inset(l->footer, l->em, l->em * 2 / 10);
	int size = l->em * 14 / 10;
	parts_info(p, box_middle(box_cut_left(&in, size), size, size));
	box_cut_left(&in, l->em * 7 / 10);
	struct parts_pair pair = {
	    .size = l->em,
	    .second_percent = 82,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .regular = true,
	    .max_lines = 1,
	};
	parts_pair(p, in, &v->notice, &pair);
}

/* The picture whose turn it is, or where that is broken the next that is not.
 */
static void draw_page_picture(struct view *view, const struct parts *p,
			      struct box box)
{
	draw_colour ground = p->theme->card;
	parts_card(p, box, ground);
	box = box_inset(box, p->radius, p->radius);
	for (size_t n = view->next.n_pictures; n > 0;) {
		SDL_Surface *picture =
		    pictures_get(view->pictures, view->next.picture % n, box.w,
				 box.h, ground);
		if (picture) {
			draw_picture(p->draw, box, picture);
			return;
		}
		n--;
	}
}

static void board_draw(struct view *view, struct draw *draw)
{
	const struct board_layout *l = &view->layout;
	const struct board_view *v = &view->next;
	struct parts p = {
	    .draw = draw,
	    .theme = view->setup.theme,
	    .languages = &view->setup.languages,
	    .em = l->em,
	    .radius = l->radius,
	};
	draw_fill(draw, (struct box){0, 0, view->shape.w, view->shape.h},
		  p.theme->ground);
	if (v->mood == BOARD_CALLING) {
		draw_stage(&p, l, v);
		draw_list(&p, l, v);
		if (v->n_desks > 0)
			draw_desks(&p, l, v);
	} else {
		draw_idle(&p, l, v);
	}
	if (v->n_pictures > 0 && v->mood != BOARD_CONNECTING)
		draw_page_picture(view, &p,
				  v->mood == BOARD_IDLE ? idle_picture(l)
							: l->picture);
	if (v->n_cells > 0)
		draw_strip(&p, l, v);
	if (!box_empty(l->footer))
		draw_footer(&p, l, v);
	if (v->stale)
		draw_veil(draw,
			  (struct box){0, 0, view->shape.w, view->shape.h},
			  p.theme->bar, 170);
	/* The clock is this machine's own and goes on being right. */
	header_draw(&p, &l->header, &v->header, l->portrait);
	if (v->stale)
		parts_stale_sign(&p, l->sign,
				 v->mood == BOARD_CONNECTING ? NULL : v->as_of);
	memcpy(&view->shown, &view->next, sizeof(view->shown));
	view->drawn = true;
}

const struct view_kind view_board = {
    .name = "board",
    .new = board_new,
    .free = board_free,
    .update = board_update,
    .draw = board_draw,
    .next_ms = board_view_next_ms,
};
