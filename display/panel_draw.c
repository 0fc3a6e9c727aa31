/* SPDX-License-Identifier: MIT */
#include "display/panel_draw.h"

#include <stdio.h>

static void waiting_words(enum language language, int waiting, const char *wait,
			  char *out, size_t size)
{
	snprintf(out, size, "%s: %d%s%.99s", words(WORDS_WAITING, language),
		 waiting, *wait ? " · " : "", wait);
}

static struct model_words foot_of(const struct panel_tile *tile, bool posted)
{
	struct model_words wait = parts_wait(&tile->wait);
	struct model_words out;
	if (posted)
		return parts_words(tile->posted ? WORDS_TOUCH_TO_READ
						: WORDS_NOTHING_POSTED);
	if (!tile->open)
		return parts_why(tile->why, &tile->opens);
	if (tile->last_call)
		return parts_words(WORDS_LAST_CALL_BRIEF);
	waiting_words(LANGUAGE_VI, tile->waiting, wait.vi, out.vi,
		      sizeof(out.vi));
	waiting_words(LANGUAGE_EN, tile->waiting, wait.en, out.en,
		      sizeof(out.en));
	return out;
}

static void draw_tile_foot(const struct parts *p, struct box foot,
			   const struct panel_tile *tile, bool posted)
{
	const struct theme *t = p->theme;
	struct model_words text = foot_of(tile, posted);
	struct parts_pair pair = {
	    .size = p->em,
	    .min_percent = 70,
	    .second_percent = 85,
	    .colour = tile->open ? t->accent : t->soft,
	    .second_colour = t->soft,
	    .drop_second = true,
	};
	parts_pair(p, foot, &text, &pair);
}

static void draw_service_tile(const struct parts *p, struct box box,
			      const struct panel_tile *tile, bool posted)
{
	const struct theme *t = p->theme;
	int em = p->em;
	struct box in = box_inset(box, em * 8 / 10, em * 6 / 10);
	struct box foot = box_cut_bottom(&in, em * 22 / 10);
	box_cut_bottom(&in, em * 2 / 10);
	int side = box_min(box_min(in.h, in.w / 4), em * 42 / 10);
	struct box chip = box_cut_left(&in, side);
	parts_chip(p, box_middle(chip, side, side), tile->prefix, tile->open);
	box_cut_left(&in, em * 7 / 10);
	struct parts_pair name = {
	    .size = em * 17 / 10,
	    .second_percent = 66,
	    .colour = tile->open ? t->text : t->soft,
	    .second_colour = t->soft,
	    .max_lines = 3,
	};
	parts_pair(p, in, &tile->name, &name);
	draw_tile_foot(p, foot, tile, posted);
}

static void draw_page_tile(const struct parts *p, struct box box,
			   const struct panel_tile *tile)
{
	struct box in = box_inset(box, p->em, p->em * 6 / 10);
	int side = box_min(in.h, p->em * 24 / 10);
	draw_arrow(p->draw, box_cut_right(&in, side), p->theme->accent);
	box_cut_right(&in, p->em / 2);
	struct parts_pair name = {
	    .size = p->em * 17 / 10,
	    .second_percent = 66,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .max_lines = 2,
	};
	parts_pair(p, in, &tile->name, &name);
}

static void draw_tile(const struct parts *p, struct box box,
		      const struct panel_tile *tile, bool posted)
{
	const struct theme *t = p->theme;
	int edge = box_max(2, p->em / 10);
	/* A frame as well as a colour says which can be pressed. */
	if (tile->pressed)
		draw_card(p->draw, box, p->radius, t->accent, t->accent);
	else if (tile->open)
		draw_card(p->draw, box, p->radius, t->card_edge, t->card_edge);
	if (tile->pressed)
		edge *= 3;
	draw_colour face = !tile->open     ? t->off
			   : tile->pressed ? t->pressed
					   : t->card;
	struct box in = tile->open ? box_inset(box, edge, edge) : box;
	draw_card(p->draw, in, p->radius - edge, face, face);
	if (tile->turns_page)
		draw_page_tile(p, box, tile);
	else
		draw_service_tile(p, box, tile, posted);
}

/* A tile of ours: a frame, a face, and two languages. */
static void draw_button(const struct parts *p, struct box box, bool pressed,
			const struct model_words *text, int size)
{
	const struct theme *t = p->theme;
	parts_tile(p, box, pressed);
	struct parts_pair pair = {
	    .size = size,
	    .second_percent = 66,
	    .colour = t->text,
	    .second_colour = t->soft,
	    .align = DRAW_CENTRE,
	    .max_lines = 2,
	};
	parts_pair(p, box_inset(box, p->em, p->em / 5), text, &pair);
}

/* In the language it changes to, so that who needs it can read it. */
static void draw_language(const struct parts *p, const struct panel_layout *l,
			  const struct panel_view *v)
{
	struct model_words text = {.vi = ""};
	if (p->languages->n < 2)
		return;
	model_set_words(&text,
			p->languages->shown[1] == LANGUAGE_EN ? "English"
							      : "Tiếng Việt",
			"");
	draw_button(p, l->language, v->pressed_target == PANEL_LANGUAGE, &text,
		    p->em * 11 / 10);
}

static void draw_classes(const struct parts *p, const struct panel_layout *l,
			 const struct panel_view *v)
{
	struct model_words title = parts_words(WORDS_WHICH_CLASS);
	struct model_words normal = parts_words(WORDS_CLASS_NORMAL);
	struct model_words back = parts_words(WORDS_BACK);
	struct model_words priority = parts_words(WORDS_PRIORITY);
	bool pressed = v->pressed_target == PANEL_CLASS + (int)TICKET_PRIORITY;
	struct parts_pair pair = {
	    .size = p->em * 19 / 10,
	    .second_percent = 62,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .align = DRAW_CENTRE,
	};
	parts_pair(p, l->title, &title, &pair);
	draw_button(p, l->classes[0],
		    v->pressed_target == PANEL_CLASS + (int)TICKET_NORMAL,
		    &normal, p->em * 20 / 10);
	struct model_words none = {.vi = ""};
	draw_button(p, l->classes[1], pressed, &none, p->em);
	struct box in = box_inset(l->classes[1], p->em, p->em);
	pair.size = p->em * 22 / 10;
	pair.colour = p->theme->accent;
	parts_pair(p, box_cut_top(&in, in.h * 40 / 100), &priority, &pair);
	pair.size = p->em * 13 / 10;
	pair.second_percent = 80;
	pair.colour = p->theme->text;
	pair.max_lines = 4;
	pair.regular = true;
	parts_pair(p, in, &v->priority_for, &pair);
	draw_button(p, l->back, v->pressed_target == PANEL_BACK, &back,
		    p->em * 14 / 10);
}

static void draw_tiles(const struct parts *p, const struct panel_layout *l,
		       const struct panel_view *v)
{
	struct model_words title =
	    parts_words(v->connecting              ? WORDS_CONNECTING
			: v->asking                ? WORDS_ONE_MOMENT
			: v->place == PANEL_POSTED ? WORDS_CHOOSE_TO_READ
						   : WORDS_CHOOSE);
	struct parts_pair pair = {
	    .size = p->em * 19 / 10,
	    .second_percent = 62,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .align = DRAW_CENTRE,
	};
	parts_pair(p, l->title, &title, &pair);
	for (size_t i = 0; i < v->n_tiles; i++)
		if (v->tiles[i].name.vi[0])
			draw_tile(p, l->tiles[i], &v->tiles[i],
				  v->place == PANEL_POSTED);
}

/* The button that leads to what is posted, or back from there. */
static void draw_procedures(const struct parts *p, const struct panel_layout *l,
			    const struct panel_view *v)
{
	bool there = v->place == PANEL_POSTED;
	int target = there ? PANEL_BACK : PANEL_PROCEDURES;
	struct model_words text =
	    parts_words(there ? WORDS_BACK : WORDS_PROCEDURES);
	if (v->posted)
		draw_button(p, l->procedures, v->pressed_target == target,
			    &text, p->em * 11 / 10);
}

static void draw_lines(const struct parts *p, const struct panel_layout *l,
		       const struct panel_view *v)
{
	int height = l->text.h / (int)l->reading.rows;
	for (size_t i = 0; i < v->n_lines; i++) {
		struct box row = l->text;
		row.y += (int)i * height;
		row.h = height;
		struct draw_style style = {
		    .weight = v->lines[i].heading ? FONT_BOLD : FONT_REGULAR,
		    .size = l->text_size,
		    .min_size = l->text_size * 6 / 10,
		    .colour =
			v->lines[i].heading ? p->theme->accent : p->theme->text,
		};
		draw_text(p->draw, row, v->lines[i].text, &style);
	}
}

static void draw_text_button(const struct parts *p, struct box box,
			     const struct panel_view *v, int target, bool on)
{
	enum words which = target == PANEL_BACK          ? WORDS_BACK
			   : target == PANEL_TEXT_BEFORE ? WORDS_PAGE_BEFORE
							 : WORDS_PAGE_AFTER;
	struct model_words text = parts_words(which);
	if (on)
		draw_button(p, box, v->pressed_target == target, &text,
			    p->em * 14 / 10);
}

static void draw_reading(const struct parts *p, const struct panel_layout *l,
			 const struct panel_view *v)
{
	struct parts_pair pair = {
	    .size = p->em * 17 / 10,
	    .second_percent = 66,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .align = DRAW_CENTRE,
	};
	if (v->n_text_pages > 1) {
		char page[48];
		snprintf(page, sizeof(page), "%zu/%zu", v->text_page + 1,
			 v->n_text_pages);
		struct draw_style small = {
		    .weight = FONT_BOLD,
		    .size = p->em * 14 / 10,
		    .colour = p->theme->accent,
		    .align = DRAW_CENTRE,
		};
		draw_text(p->draw, l->procedures, page, &small);
	}
	parts_pair(p, l->title, &v->service, &pair);
	parts_card(p, l->text_card, p->theme->card);
	draw_lines(p, l, v);
	draw_text_button(p, l->text_back, v, PANEL_BACK, true);
	draw_text_button(p, l->text_before, v, PANEL_TEXT_BEFORE,
			 v->text_page > 0);
	draw_text_button(p, l->text_after, v, PANEL_TEXT_AFTER,
			 v->text_page + 1 < v->n_text_pages);
}

static void draw_place(const struct parts *p, const struct panel_layout *l,
		       const struct panel_view *v)
{
	switch (v->place) {
	case PANEL_SERVICES:
	case PANEL_POSTED:
		draw_tiles(p, l, v);
		draw_procedures(p, l, v);
		break;
	case PANEL_CLASSES:
		draw_classes(p, l, v);
		break;
	case PANEL_READING:
		draw_reading(p, l, v);
		break;
	}
	draw_language(p, l, v);
}

static void draw_hint(const struct parts *p, const struct panel_layout *l)
{
	struct model_words hint = parts_words(WORDS_TOUCH_TO_GO_BACK);
	struct draw_style style = {
	    .size = p->em * 11 / 10,
	    .colour = p->theme->soft,
	    .align = DRAW_CENTRE,
	    .max_lines = 2,
	};
	char both[PARTS_BOTH_SIZE];
	parts_both(p, &hint, both);
	draw_text(p->draw, l->hint, both, &style);
}

static void draw_warning(const struct parts *p, struct box box)
{
	const struct theme *t = p->theme;
	struct model_words warning = parts_words(WORDS_LAST_CALL);
	struct parts_pair pair = {
	    .size = p->em * 14 / 10,
	    .second_percent = 72,
	    .colour = t->on_sign,
	    .second_colour = t->on_sign,
	    .align = DRAW_CENTRE,
	    .max_lines = 2,
	};
	draw_card(p->draw, box, p->radius, t->sign, t->sign);
	parts_pair(p, box_inset(box, p->em, 0), &warning, &pair);
}

static void draw_ticket(const struct parts *p, const struct panel_layout *l,
			const struct panel_view *v)
{
	const struct theme *t = p->theme;
	draw_card(p->draw, l->card, p->radius, t->stage_top, t->stage_bottom);
	struct model_words label = parts_words(WORDS_YOUR_NUMBER);
	struct draw_style small = {
	    .weight = FONT_BOLD,
	    .size = p->em * 15 / 10,
	    .colour = t->soft,
	    .align = DRAW_CENTRE,
	};
	char both[PARTS_BOTH_SIZE];
	struct box label_box = l->card_label;
	struct box code_box = v->last_call ? l->warned_code : l->card_code;
	struct box service = l->card_service, ahead = l->card_ahead;
	struct box warning = l->card_warning;
	if (v->qr[0]) {
		label_box.w -= l->qr_shift;
		code_box.w -= l->qr_shift;
		service.w -= l->qr_shift;
		ahead.w -= l->qr_shift;
		warning.w -= l->qr_shift;
		parts_qr(p, l->qr, v->qr);
	}
	parts_both(p, &label, both);
	draw_text(p->draw, label_box, both, &small);
	if (v->last_call) {
		int up = l->card_code.h - l->warned_code.h;
		service.y -= up;
		ahead.y -= up;
		draw_warning(p, warning);
	}
	struct draw_style code = {
	    .weight = FONT_BOLD,
	    .size = code_box.h,
	    .min_size = p->em,
	    .colour = t->text,
	    .align = DRAW_CENTRE,
	    .capitals = true,
	};
	draw_text(p->draw, code_box, v->code, &code);
	struct parts_pair pair = {
	    .size = p->em * 16 / 10,
	    .second_percent = 70,
	    .colour = t->text,
	    .second_colour = t->soft,
	    .align = DRAW_CENTRE,
	    .max_lines = 2,
	};
	parts_pair(p, service, &v->service, &pair);
	parts_pair(p, ahead, &v->ahead, &pair);
	struct box next = l->card_next;
	draw_card(p->draw, next, p->radius, t->accent, t->accent);
	pair.colour = pair.second_colour = t->on_accent;
	pair.size = p->em * 15 / 10;
	pair.second_percent = 72;
	parts_pair(p, box_inset(next, p->em, p->em * 3 / 10), &v->next, &pair);
}

static void draw_card_of(const struct parts *p, const struct panel_layout *l,
			 const struct panel_view *v)
{
	struct model_words headline = {.vi = ""};
	switch (v->card) {
	case PANEL_CARD_NONE:
		return;
	case PANEL_CARD_TICKET:
		draw_ticket(p, l, v);
		break;
	case PANEL_CARD_REFUSED:
		headline = parts_words(WORDS_REFUSED);
		break;
	case PANEL_CARD_NO_ANSWER:
		headline = parts_words(WORDS_NO_ANSWER);
		break;
	}
	if (headline.vi[0])
		parts_sign(p, l->sign, &headline, &v->next, NULL);
	draw_hint(p, l);
}

void panel_draw(const struct parts *p, const struct panel_layout *l,
		const struct panel_view *v, int w, int h)
{
	struct box all = {0, 0, w, h};
	draw_fill(p->draw, all, p->theme->ground);
	if (v->card != PANEL_CARD_NONE)
		draw_card_of(p, l, v);
	else
		draw_place(p, l, v);
	/* A ticket in hand stays true when the kiosk is silent. */
	bool sign = v->stale && v->card == PANEL_CARD_NONE && !v->asking;
	if (sign)
		draw_veil(p->draw, all, p->theme->bar, 190);
	header_draw(p, &l->header, &v->header, l->portrait);
	if (sign) {
		struct model_words headline = parts_words(WORDS_UNREACHABLE);
		struct model_words mend = parts_words(WORDS_UNREACHABLE_MEND);
		parts_sign(p, l->sign, &headline, &mend, NULL);
	}
}
