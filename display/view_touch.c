/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "display/panel_layout.h"
#include "display/parts.h"
#include "display/touch.h"
#include "display/view.h"

#define TARGET_NEXT_PAGE 1000 /* services are 0..31 */
#define TARGET_LANGUAGE 1001
#define TARGET_BACK 1002
#define TARGET_CLASS 1010        /* and the class */
#define FINGER_KEY INT64_C(-100) /* less the digit */
#define CLASS_BACK_MS 15000      /* who does not answer has gone */
#define PAGE_BACK_MS 30000       /* a later citizen starts at the first page */

/* A tile as it is shown. */
struct tile {
	char prefix[MODEL_PREFIX_SIZE];
	struct model_words name;
	int waiting;
	bool open, pressed, turns_page, last_call;
	struct model_wait wait;
	enum model_why why;
	struct model_words opens;
};

enum card { CARD_NONE, CARD_TICKET, CARD_REFUSED, CARD_NO_ANSWER };

/* Plain data, every unused byte zero: see struct board_view. */
struct panel_view {
	bool connecting, stale, asking;
	bool swapped; /* the office's second language comes first */
	bool classes; /* priority or not? */
	struct model_words priority_for;
	int pressed_target;
	struct model_words office;
	char clock[WORDS_CLOCK_SIZE];
	char date[2][48];
	size_t page;
	struct tile tiles[PANEL_TILES];
	size_t n_tiles;
	enum card card;
	char code[TICKET_CODE_SIZE];
	struct model_words service, ahead, next; /* ahead: and how long */
	bool last_call;
};

struct view {
	struct view_setup setup;
	struct panel_shape shape;
	struct panel_layout layout;
	struct touch touch;
	size_t page;
	int64_t page_until_ms;
	struct languages languages; /* as this citizen wants them */
	int64_t language_until_ms;
	bool choosing_class;
	int chosen; /* the service whose class is asked for */
	int64_t class_until_ms;
	/* As update() saw the kiosk: what a touch is judged by. */
	struct model_service services[MODEL_MAX_SERVICES];
	size_t n_services;
	bool blind;
	struct moment now;
	/* What was asked and what came. */
	struct model_words asked_name;
	struct client_answer answer;
	struct panel_view shown, next;
	bool drawn;
};

static struct view *touch_new(const struct view_setup *setup)
{
	struct view *view = calloc(1, sizeof(*view));
	if (!view)
		return NULL;
	view->setup = *setup;
	if (!view->setup.theme)
		view->setup.theme = &theme_dark;
	view->languages = setup->languages;
	touch_init(&view->touch, 0);
	return view;
}

static void touch_free(struct view *view)
{
	if (view && view->setup.abandon)
		view->setup.abandon(view->setup.arg, view);
	free(view);
}

/* ---- what is shown ---- */

static void compose_tiles(struct view *view, const struct model_state *state,
			  struct panel_view *out)
{
	const struct panel_layout *l = &view->layout;
	size_t from = view->page * l->a_page;
	bool down = view->touch.state == TOUCH_PRESSED && view->touch.inside;
	bool asking = view->touch.state == TOUCH_ASKING;
	for (size_t i = from; i < state->n_services && i < from + l->a_page;
	     i++) {
		const struct model_service *service = &state->services[i];
		struct tile *tile = &out->tiles[out->n_tiles++];
		memcpy(tile->prefix, service->prefix, sizeof(tile->prefix));
		tile->name = service->name;
		tile->waiting = service->waiting;
		tile->open = service->open;
		tile->last_call = service->last_call;
		tile->wait = service->wait;
		tile->why = service->why;
		tile->opens = service->opens;
		tile->pressed =
		    (down || asking) && view->touch.target == (int)i;
	}
	if (l->n_pages > 1) {
		struct tile *tile = &out->tiles[l->n_tiles - 1];
		out->n_tiles = l->n_tiles;
		tile->turns_page = tile->open = true;
		tile->name = parts_words(WORDS_NEXT_PAGE);
		tile->pressed = down && view->touch.target == TARGET_NEXT_PAGE;
	}
}

static enum words slip_words(enum model_printer printer)
{
	switch (printer) {
	case MODEL_PRINTER_OK:
	case MODEL_PRINTER_PAPER_LOW:
		return WORDS_TAKE_SLIP;
	case MODEL_PRINTER_UNKNOWN:
		return WORDS_SLIP_OR_REMEMBER;
	case MODEL_PRINTER_PAPER_OUT:
	case MODEL_PRINTER_COVER_OPEN:
	case MODEL_PRINTER_OFFLINE:
	case MODEL_PRINTER_FAULT:
	case MODEL_PRINTER_NONE:
		break;
	}
	return WORDS_REMEMBER;
}

/* "…, chờ khoảng 10–15 phút" */
static void append_wait(const struct model_wait *wait, struct model_words *to)
{
	struct model_words range = parts_wait(wait);
	size_t vi = strlen(to->vi), en = strlen(to->en);
	if (!range.vi[0])
		return;
	snprintf(to->vi + vi, sizeof(to->vi) - vi, "%schờ %.99s",
		 vi ? ", " : "", range.vi);
	snprintf(to->en + en, sizeof(to->en) - en, "%swait %.99s",
		 en ? ", " : "", range.en);
}

static void compose_ticket(const struct view *view,
			   const struct model_state *state,
			   struct panel_view *out)
{
	memcpy(out->code, view->answer.ticket, sizeof(out->code));
	out->service = view->asked_name;
	if (view->answer.ahead >= 0) {
		words_ahead(LANGUAGE_VI, view->answer.ahead, out->ahead.vi,
			    sizeof(out->ahead.vi));
		words_ahead(LANGUAGE_EN, view->answer.ahead, out->ahead.en,
			    sizeof(out->ahead.en));
	}
	append_wait(&view->answer.wait, &out->ahead);
	out->last_call = view->answer.last_call;
	out->next = parts_words(slip_words(state->printer));
}

static void compose_card(const struct view *view,
			 const struct model_state *state,
			 struct panel_view *out)
{
	switch (view->answer.result) {
	case CLIENT_ISSUED:
		out->card = CARD_TICKET;
		compose_ticket(view, state, out);
		break;
	case CLIENT_REFUSED:
		out->card = CARD_REFUSED;
		out->next = view->answer.message;
		if (!out->next.vi[0] && !out->next.en[0])
			out->next = parts_words(WORDS_NO_ANSWER_MEND);
		break;
	case CLIENT_NO_ANSWER:
		out->card = CARD_NO_ANSWER;
		out->next = parts_words(WORDS_NO_ANSWER_MEND);
		break;
	}
}

static void compose(struct view *view, const struct model *model,
		    struct panel_view *out)
{
	memset(out, 0, sizeof(*out));
	words_clock(view->now.wall_ms, out->clock);
	words_date(LANGUAGE_VI, view->now.wall_ms, out->date[0],
		   sizeof(out->date[0]));
	words_date(LANGUAGE_EN, view->now.wall_ms, out->date[1],
		   sizeof(out->date[1]));
	out->connecting = !model->has_state;
	out->stale = model_stale(model, view->now);
	out->office = model->state.office;
	out->page = view->page;
	out->asking = view->touch.state == TOUCH_ASKING;
	out->swapped =
	    view->languages.shown[0] != view->setup.languages.shown[0];
	out->priority_for = model->state.priority_for;
	out->pressed_target =
	    view->touch.state == TOUCH_PRESSED && view->touch.inside
		? view->touch.target
		: TOUCH_NOTHING;
	if (view->touch.state == TOUCH_RESULT)
		compose_card(view, &model->state, out);
	else if (view->choosing_class)
		out->classes = true;
	else
		compose_tiles(view, &model->state, out);
}

/* ---- the model and the finger ---- */

static bool same_services(const struct view *view,
			  const struct model_state *state)
{
	if (view->n_services != state->n_services)
		return false;
	for (size_t i = 0; i < state->n_services; i++)
		if (strcmp(view->services[i].id, state->services[i].id) != 0)
			return false;
	return true;
}

static void step(struct view *view, enum touch_event event)
{
	struct touch_input input = {.event = event,
				    .finger = TOUCH_NO_FINGER,
				    .target = TOUCH_NOTHING};
	(void)touch_step(&view->touch, &input, view->now.mono_ms);
}

static void look_at_services(struct view *view, const struct model_state *state)
{
	/* Other services than those the finger came down on: no press. */
	if (!same_services(view, state)) {
		step(view, TOUCH_BLIND);
		view->choosing_class = false;
	}
	view->n_services = state->n_services;
	memcpy(view->services, state->services, sizeof(view->services));
}

/* A later citizen finds everything as it was. */
static void go_back(struct view *view, int64_t now_ms)
{
	if (view->touch.state != TOUCH_TILES)
		return;
	if (view->page > 0 && now_ms >= view->page_until_ms)
		view->page = 0;
	if (view->choosing_class && now_ms >= view->class_until_ms)
		view->choosing_class = false;
	if (now_ms >= view->language_until_ms)
		view->languages = view->setup.languages;
}

static bool touch_update(struct view *view, const struct model *model,
			 struct moment now, int w, int h)
{
	view->now = now;
	struct panel_shape shape = {.w = w,
				    .h = h,
				    .n_services = model->state.n_services};
	if (shape.w != view->shape.w || shape.h != view->shape.h ||
	    shape.n_services != view->shape.n_services) {
		view->shape = shape;
		panel_layout(&shape, &view->layout);
		view->drawn = false;
		view->page = 0;
	}
	look_at_services(view, &model->state);
	view->blind = !model->has_state || model_stale(model, now);
	if (view->blind)
		step(view, TOUCH_BLIND);
	step(view, TOUCH_TIME);
	go_back(view, now.mono_ms);
	compose(view, model, &view->next);
	/*
	 * Both were zeroed whole before they were filled in, so padding is
	 * equal; were it not, a frame too many would be drawn, never one too
	 * few.
	 */
	return !view->drawn ||
	       /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
	       memcmp(&view->next, &view->shown, sizeof(view->next)) != 0;
}

static bool swapped(const struct view *view)
{
	return view->languages.shown[0] != view->setup.languages.shown[0] &&
	       view->touch.state == TOUCH_TILES;
}

static int64_t touch_view_next_ms(const struct view *view,
				  const struct model *model, struct moment now)
{
	int64_t next = now.mono_ms + 60000 - now.wall_ms % 60000;
	int64_t others[] = {model_stale_at_ms(model, now),
			    touch_next_ms(&view->touch),
			    view->page > 0 ? view->page_until_ms : INT64_MAX,
			    view->choosing_class ? view->class_until_ms
						 : INT64_MAX,
			    swapped(view) ? view->language_until_ms
					  : INT64_MAX};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i] < next)
			next = others[i];
	return next;
}

/* What a press at that place would act upon. */
static int target_of_tile(const struct view *view, size_t tile)
{
	const struct panel_layout *l = &view->layout;
	if (l->n_pages > 1 && tile == l->n_tiles - 1)
		return TARGET_NEXT_PAGE;
	size_t service = view->page * l->a_page + tile;
	if (tile >= l->a_page || service >= view->n_services ||
	    !view->services[service].open)
		return TOUCH_NOTHING;
	return (int)service;
}

static int class_target_at(const struct panel_layout *l, int x, int y)
{
	if (box_has(l->back, x, y))
		return TARGET_BACK;
	if (box_has(l->classes[0], x, y))
		return TARGET_CLASS + TICKET_NORMAL;
	return box_has(l->classes[1], x, y) ? TARGET_CLASS + TICKET_PRIORITY
					    : TOUCH_NOTHING;
}

/* A finger that rolls a little over the edge is still on its tile. */
static int target_at(const struct view *view, int x, int y)
{
	const struct panel_layout *l = &view->layout;
	if (view->blind)
		return TOUCH_NOTHING;
	if (view->setup.languages.n > 1 && box_has(l->language, x, y))
		return TARGET_LANGUAGE;
	if (view->choosing_class)
		return class_target_at(l, x, y);
	for (size_t i = 0; i < l->n_tiles; i++)
		if (box_has(box_inset(l->tiles[i], -l->gap / 2, -l->gap / 2), x,
			    y))
			return target_of_tile(view, i);
	return TOUCH_NOTHING;
}

static void answered(void *arg, const struct client_answer *answer)
{
	struct view *view = arg;
	view->answer = *answer;
	step(view, TOUCH_ANSWER);
	view->setup.changed(view->setup.arg);
}

static void ask_kiosk(struct view *view, int service, enum ticket_class class,
		      int64_t now_ms)
{
	view->touch.target = service;
	view->asked_name = view->services[service].name;
	view->language_until_ms = now_ms + TOUCH_RESULT_MS + PAGE_BACK_MS;
	touch_asked(&view->touch, now_ms);
	if (!view->setup.issue ||
	    view->setup.issue(view->setup.arg, view->services[service].id,
			      class, answered, view) < 0) {
		/* Not asked, so nothing was issued: that is certain. */
		view->answer = (struct client_answer){.result = CLIENT_REFUSED};
		step(view, TOUCH_ANSWER);
	}
}

static void turn_page(struct view *view, int64_t now_ms)
{
	view->page = (view->page + 1) % view->layout.n_pages;
	view->page_until_ms = now_ms + PAGE_BACK_MS;
	view->touch.quiet_until_ms = now_ms;
}

static void swap_languages(struct view *view, int64_t now_ms)
{
	struct languages *l = &view->languages;
	enum language first = l->shown[0];
	l->shown[0] = l->shown[1];
	l->shown[1] = first;
	view->language_until_ms = now_ms + PAGE_BACK_MS;
}

static void act(struct view *view, int target, int64_t now_ms)
{
	if (target == TARGET_NEXT_PAGE) {
		turn_page(view, now_ms);
	} else if (target == TARGET_LANGUAGE) {
		swap_languages(view, now_ms);
	} else if (target == TARGET_BACK) {
		view->choosing_class = false;
	} else if (target >= TARGET_CLASS) {
		view->choosing_class = false;
		if (view->services[view->chosen].open)
			ask_kiosk(view, view->chosen,
				  (enum ticket_class)(target - TARGET_CLASS),
				  now_ms);
	} else if (view->setup.ask_class) {
		view->choosing_class = true;
		view->chosen = target;
		view->class_until_ms = now_ms + CLASS_BACK_MS;
		view->language_until_ms = now_ms + PAGE_BACK_MS;
	} else {
		ask_kiosk(view, target, TICKET_NORMAL, now_ms);
	}
}

static const enum touch_event events[] = {
    [VIEW_DOWN] = TOUCH_DOWN,     [VIEW_MOVE] = TOUCH_MOVE,
    [VIEW_UP] = TOUCH_UP,         [VIEW_CANCEL] = TOUCH_LOST,
    [VIEW_KEY_DOWN] = TOUCH_DOWN, [VIEW_KEY_UP] = TOUCH_UP,
};

/* The n-th tile, or the n-th answer. */
static int target_of_key(const struct view *view, int key)
{
	if (view->choosing_class)
		return key == 1   ? TARGET_CLASS + TICKET_NORMAL
		       : key == 2 ? TARGET_CLASS + TICKET_PRIORITY
		       : key == 9 ? TARGET_BACK
				  : TOUCH_NOTHING;
	if (key < 1 || (size_t)key > view->layout.n_tiles)
		return TOUCH_NOTHING;
	return target_of_tile(view, (size_t)key - 1);
}

static void touch_input_event(struct view *view, const struct view_input *in,
			      struct moment now)
{
	struct touch_input input = {.event = events[in->kind],
				    .finger = in->finger};
	view->now = now;
	if (in->kind == VIEW_KEY_DOWN || in->kind == VIEW_KEY_UP) {
		input.finger = FINGER_KEY - in->key;
		input.target = TOUCH_NOTHING;
		if (!view->blind)
			input.target = target_of_key(view, in->key);
	} else {
		input.target = target_at(view, in->x, in->y);
	}
	int target = touch_step(&view->touch, &input, now.mono_ms);
	if (target != TOUCH_NOTHING)
		act(view, target, now.mono_ms);
	view->setup.changed(view->setup.arg);
}

/* ---- drawing ---- */

static void waiting_words(enum language language, int waiting, const char *wait,
			  char *out, size_t size)
{
	snprintf(out, size, "%s: %d%s%.99s", words(WORDS_WAITING, language),
		 waiting, *wait ? " · " : "", wait);
}

static void draw_tile_foot(const struct parts *p, struct box foot,
			   const struct tile *tile)
{
	const struct theme *t = p->theme;
	struct model_words wait = parts_wait(&tile->wait);
	struct model_words out;
	if (tile->open && tile->last_call) {
		out = parts_words(WORDS_LAST_CALL_BRIEF);
	} else if (tile->open) {
		waiting_words(LANGUAGE_VI, tile->waiting, wait.vi, out.vi,
			      sizeof(out.vi));
		waiting_words(LANGUAGE_EN, tile->waiting, wait.en, out.en,
			      sizeof(out.en));
	} else {
		out = parts_why(tile->why, &tile->opens);
	}
	struct parts_pair pair = {
	    .size = p->em,
	    .min_percent = 70,
	    .second_percent = 85,
	    .colour = tile->open ? t->accent : t->soft,
	    .second_colour = t->soft,
	    .drop_second = true,
	};
	parts_pair(p, foot, &out, &pair);
}

static void draw_service_tile(const struct parts *p, struct box box,
			      const struct tile *tile)
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
	draw_tile_foot(p, foot, tile);
}

static void draw_page_tile(const struct parts *p, struct box box,
			   const struct tile *tile)
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
		      const struct tile *tile)
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
		draw_service_tile(p, box, tile);
}

/* A tile of ours: a frame, a face, and two languages. */
static void draw_button(const struct parts *p, struct box box, bool pressed,
			const struct model_words *text, int size)
{
	const struct theme *t = p->theme;
	int edge = box_max(2, p->em / 10) * (pressed ? 3 : 1);
	draw_colour frame = pressed ? t->accent : t->card_edge;
	draw_card(p->draw, box, p->radius, frame, frame);
	draw_card(p->draw, box_inset(box, edge, edge), p->radius - edge,
		  pressed ? t->pressed : t->card,
		  pressed ? t->pressed : t->card);
	struct parts_pair pair = {
	    .size = size,
	    .second_percent = 66,
	    .colour = t->text,
	    .second_colour = t->soft,
	    .align = DRAW_CENTRE,
	    .max_lines = 2,
	};
	parts_pair(p, box_inset(box, p->em, edge), text, &pair);
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
	draw_button(p, l->language, v->pressed_target == TARGET_LANGUAGE, &text,
		    p->em * 11 / 10);
}

static void draw_classes(const struct parts *p, const struct panel_layout *l,
			 const struct panel_view *v)
{
	struct model_words title = parts_words(WORDS_WHICH_CLASS);
	struct model_words normal = parts_words(WORDS_CLASS_NORMAL);
	struct model_words back = parts_words(WORDS_BACK);
	struct model_words priority = parts_words(WORDS_PRIORITY);
	bool pressed = v->pressed_target == TARGET_CLASS + (int)TICKET_PRIORITY;
	struct parts_pair pair = {
	    .size = p->em * 19 / 10,
	    .second_percent = 62,
	    .colour = p->theme->text,
	    .second_colour = p->theme->soft,
	    .align = DRAW_CENTRE,
	};
	parts_pair(p, l->title, &title, &pair);
	draw_button(p, l->classes[0],
		    v->pressed_target == TARGET_CLASS + (int)TICKET_NORMAL,
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
	draw_button(p, l->back, v->pressed_target == TARGET_BACK, &back,
		    p->em * 14 / 10);
}

static void draw_tiles(const struct parts *p, const struct panel_layout *l,
		       const struct panel_view *v)
{
	struct model_words title = parts_words(v->connecting ? WORDS_CONNECTING
					       : v->asking   ? WORDS_ONE_MOMENT
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
			draw_tile(p, l->tiles[i], &v->tiles[i]);
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
	parts_both(p, &label, both);
	draw_text(p->draw, l->card_label, both, &small);
	struct box code_box = v->last_call ? l->warned_code : l->card_code;
	struct box service = l->card_service, ahead = l->card_ahead;
	if (v->last_call) {
		int up = l->card_code.h - l->warned_code.h;
		service.y -= up;
		ahead.y -= up;
		draw_warning(p, l->card_warning);
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
	case CARD_NONE:
		return;
	case CARD_TICKET:
		draw_ticket(p, l, v);
		break;
	case CARD_REFUSED:
		headline = parts_words(WORDS_REFUSED);
		break;
	case CARD_NO_ANSWER:
		headline = parts_words(WORDS_NO_ANSWER);
		break;
	}
	if (headline.vi[0])
		parts_sign(p, l->sign, &headline, &v->next, NULL);
	draw_hint(p, l);
}

static void touch_draw(struct view *view, struct draw *draw)
{
	const struct panel_layout *l = &view->layout;
	const struct panel_view *v = &view->next;
	struct box all = {0, 0, view->shape.w, view->shape.h};
	struct parts p = {
	    .draw = draw,
	    .theme = view->setup.theme,
	    .languages = &view->languages,
	    .em = l->em,
	    .radius = l->radius,
	};
	draw_fill(draw, all, p.theme->ground);
	if (v->card != CARD_NONE)
		draw_card_of(&p, l, v);
	else if (v->classes)
		draw_classes(&p, l, v);
	else
		draw_tiles(&p, l, v);
	if (v->card == CARD_NONE)
		draw_language(&p, l, v);
	/* A ticket in hand stays true when the kiosk is silent. */
	bool sign = v->stale && v->card == CARD_NONE && !v->asking;
	if (sign)
		draw_veil(draw, all, p.theme->bar, 190);
	parts_header(&p, &(struct parts_header){
			     .bar = l->header,
			     .office_box = l->office,
			     .clock_box = l->clock,
			     .date_box = l->date,
			     .office = &v->office,
			     .clock = v->clock,
			     .date = v->date,
			     .portrait = l->portrait,
			 });
	if (sign) {
		struct model_words headline = parts_words(WORDS_UNREACHABLE);
		struct model_words mend = parts_words(WORDS_UNREACHABLE_MEND);
		parts_sign(&p, l->sign, &headline, &mend, NULL);
	}
	memcpy(&view->shown, &view->next, sizeof(view->shown));
	view->drawn = true;
}

const struct view_kind view_touch = {
    .name = "touch",
    .takes_input = true,
    .new = touch_new,
    .free = touch_free,
    .update = touch_update,
    .draw = touch_draw,
    .next_ms = touch_view_next_ms,
    .input = touch_input_event,
};
