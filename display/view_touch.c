/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "display/panel_draw.h"
#include "display/panel_layout.h"
#include "display/panel_view.h"
#include "display/parts.h"
#include "display/procedures.h"
#include "display/touch.h"
#include "display/view.h"

#define FINGER_KEY INT64_C(-100) /* less the digit */
#define CLASS_BACK_MS 15000      /* who does not answer has gone */
#define PAGE_BACK_MS 30000       /* a later citizen starts at the first page */
#define READING_BACK_MS 60000    /* since the last touch */

struct view {
	struct view_setup setup;
	struct panel_shape shape;
	struct panel_layout layout;
	struct panel_hand hand;
	/* As update() saw the kiosk: what a touch is judged by. */
	struct model_service services[MODEL_MAX_SERVICES];
	size_t n_services;
	bool blind;
	int64_t refused_ms; /* of the refusal that was told last */
	struct moment now;
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
	view->hand.usual = view->hand.languages = setup->languages;
	view->hand.qr = setup->qr;
	view->hand.kiosk = setup->kiosk;
	touch_init(&view->hand.touch, 0);
	return view;
}

static void touch_free(struct view *view)
{
	if (view && view->setup.abandon)
		view->setup.abandon(view->setup.arg, view);
	if (view)
		free(view->hand.text);
	free(view);
}

/* ---- where one is ---- */

static void go_to(struct view *view, enum panel_place place, int64_t stay_ms)
{
	view->hand.place = place;
	view->hand.place_until_ms = view->now.mono_ms + stay_ms;
	view->hand.language_until_ms = view->hand.place_until_ms + PAGE_BACK_MS;
	if (place != PANEL_READING) {
		free(view->hand.text);
		view->hand.text = NULL;
	}
}

static void look_for_procedures(struct view *view)
{
	view->hand.posted = 0;
	for (size_t i = 0; i < view->n_services; i++)
		if (procedures_has(view->setup.procedures,
				   view->services[i].id))
			view->hand.posted |= 1u << i;
}

static void read_procedure(struct view *view, int service)
{
	char *text =
	    procedures_read(view->setup.procedures, view->services[service].id,
			    view->hand.languages.shown[0]);
	if (!text) {
		look_for_procedures(view);
		return;
	}
	free(view->hand.text);
	view->hand.text = text;
	view->hand.text_page = 0;
	view->hand.chosen = service;
	go_to(view, PANEL_READING, READING_BACK_MS);
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
	(void)touch_step(&view->hand.touch, &input, view->now.mono_ms);
}

static void look_at_services(struct view *view, const struct model_state *state)
{
	/* Other services than those the finger came down on: no press. */
	if (!same_services(view, state)) {
		step(view, TOUCH_BLIND);
		go_to(view, PANEL_SERVICES, 0);
		view->n_services = 0;
	}
	bool others = view->n_services != state->n_services;
	view->n_services = state->n_services;
	memcpy(view->services, state->services, sizeof(view->services));
	if (others)
		look_for_procedures(view);
}

/* A press of one of the kiosk's own buttons that got no number: who pressed it
 * looks here. */
static void tell_refusal(struct view *view, const struct model_state *state)
{
	int64_t at_ms = state->refused.at_ms;
	if (at_ms == view->refused_ms || view->blind)
		return;
	view->refused_ms = at_ms;
	if (at_ms == 0 || state->at_ms - at_ms >= TOUCH_RESULT_MS ||
	    !touch_tell(&view->hand.touch, view->now.mono_ms))
		return;
	go_to(view, PANEL_SERVICES, 0);
	panel_refusal(state, &view->hand.answer);
}

/* A later citizen finds everything as it was. */
static void go_back(struct view *view, int64_t now_ms)
{
	if (view->hand.touch.state != TOUCH_TILES)
		return;
	if (view->hand.page > 0 && now_ms >= view->hand.page_until_ms)
		view->hand.page = 0;
	if (view->hand.place != PANEL_SERVICES &&
	    now_ms >= view->hand.place_until_ms)
		go_to(view, PANEL_SERVICES, 0);
	if (now_ms >= view->hand.language_until_ms)
		view->hand.languages = view->hand.usual;
}

static bool touch_update(struct view *view, const struct model *model,
			 struct moment now, int w, int h)
{
	view->now = now;
	look_at_services(view, &model->state);
	struct panel_shape shape = {.w = w,
				    .h = h,
				    .n_services = model->state.n_services,
				    .procedures = view->hand.posted != 0};
	if (shape.w != view->shape.w || shape.h != view->shape.h ||
	    shape.n_services != view->shape.n_services ||
	    shape.procedures != view->shape.procedures) {
		view->shape = shape;
		panel_layout(&shape, &view->layout);
		view->drawn = false;
		view->hand.page = view->hand.text_page = 0;
	}
	view->blind = !model->has_state || model_stale(model, now);
	if (view->blind)
		step(view, TOUCH_BLIND);
	step(view, TOUCH_TIME);
	tell_refusal(view, &model->state);
	go_back(view, now.mono_ms);
	panel_compose(&view->hand, &view->layout, model, now, &view->next);
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
	return panel_swapped(&view->hand) &&
	       view->hand.touch.state == TOUCH_TILES;
}

static int64_t touch_view_next_ms(const struct view *view,
				  const struct model *model, struct moment now)
{
	int64_t next = now.mono_ms + 60000 - now.wall_ms % 60000;
	int64_t others[] =
	    {model_stale_at_ms(model, now), touch_next_ms(&view->hand.touch),
	     view->hand.page > 0 ? view->hand.page_until_ms : INT64_MAX,
	     view->hand.place != PANEL_SERVICES ? view->hand.place_until_ms
						: INT64_MAX,
	     swapped(view) ? view->hand.language_until_ms : INT64_MAX};
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
		return PANEL_NEXT_PAGE;
	size_t service = view->hand.page * l->a_page + tile;
	if (tile >= l->a_page || service >= view->n_services)
		return TOUCH_NOTHING;
	bool there = view->hand.place == PANEL_POSTED
			 ? view->hand.posted & 1u << service
			 : view->services[service].open;
	return there ? (int)service : TOUCH_NOTHING;
}

static int tile_target_at(const struct view *view, int x, int y)
{
	const struct panel_layout *l = &view->layout;
	if (box_has(l->procedures, x, y))
		return view->hand.place == PANEL_POSTED ? PANEL_BACK
							: PANEL_PROCEDURES;
	for (size_t i = 0; i < l->n_tiles; i++)
		if (box_has(box_inset(l->tiles[i], -l->gap / 2, -l->gap / 2), x,
			    y))
			return target_of_tile(view, i);
	return TOUCH_NOTHING;
}

static int text_target_at(const struct panel_layout *l, int x, int y)
{
	if (box_has(l->text_back, x, y))
		return PANEL_BACK;
	if (box_has(l->text_before, x, y))
		return PANEL_TEXT_BEFORE;
	return box_has(l->text_after, x, y) ? PANEL_TEXT_AFTER : TOUCH_NOTHING;
}

static int class_target_at(const struct panel_layout *l, int x, int y)
{
	if (box_has(l->back, x, y))
		return PANEL_BACK;
	if (box_has(l->classes[0], x, y))
		return PANEL_CLASS + TICKET_NORMAL;
	return box_has(l->classes[1], x, y) ? PANEL_CLASS + TICKET_PRIORITY
					    : TOUCH_NOTHING;
}

/* A finger that rolls a little over the edge is still on its tile. */
static int target_at(const struct view *view, int x, int y)
{
	const struct panel_layout *l = &view->layout;
	if (view->blind)
		return TOUCH_NOTHING;
	if (view->setup.languages.n > 1 && box_has(l->language, x, y))
		return PANEL_LANGUAGE;
	switch (view->hand.place) {
	case PANEL_SERVICES:
	case PANEL_POSTED:
		break;
	case PANEL_CLASSES:
		return class_target_at(l, x, y);
	case PANEL_READING:
		return text_target_at(l, x, y);
	}
	return tile_target_at(view, x, y);
}

static void answered(void *arg, const struct client_answer *answer)
{
	struct view *view = arg;
	view->hand.answer = *answer;
	step(view, TOUCH_ANSWER);
	view->setup.changed(view->setup.arg);
}

static void ask_kiosk(struct view *view, int service, enum ticket_class class,
		      int64_t now_ms)
{
	view->hand.touch.target = service;
	view->hand.asked_name = view->services[service].name;
	view->hand.language_until_ms = now_ms + TOUCH_RESULT_MS + PAGE_BACK_MS;
	touch_asked(&view->hand.touch, now_ms);
	if (!view->setup.issue ||
	    view->setup.issue(view->setup.arg, view->services[service].id,
			      class, answered, view) < 0) {
		/* Not asked, so nothing was issued: that is certain. */
		view->hand.answer =
		    (struct client_answer){.result = CLIENT_REFUSED};
		step(view, TOUCH_ANSWER);
	}
}

static void turn_page(struct view *view, int64_t now_ms)
{
	view->hand.page = (view->hand.page + 1) % view->layout.n_pages;
	view->hand.page_until_ms = now_ms + PAGE_BACK_MS;
	view->hand.touch.quiet_until_ms = now_ms;
}

static void swap_languages(struct view *view, int64_t now_ms)
{
	struct languages *l = &view->hand.languages;
	enum language first = l->shown[0];
	l->shown[0] = l->shown[1];
	l->shown[1] = first;
	view->hand.language_until_ms = now_ms + PAGE_BACK_MS;
}

static void turn_text(struct view *view, int by)
{
	size_t n = view->next.n_text_pages;
	size_t page = view->hand.text_page;
	if (by < 0 ? page == 0 : page + 1 >= n)
		return;
	view->hand.text_page = by < 0 ? page - 1 : page + 1;
	view->hand.place_until_ms = view->now.mono_ms + READING_BACK_MS;
	view->hand.language_until_ms = view->hand.place_until_ms + PAGE_BACK_MS;
	view->hand.touch.quiet_until_ms = view->now.mono_ms;
}

/* The text in the language that stands first now. */
static void change_language(struct view *view, int64_t now_ms)
{
	swap_languages(view, now_ms);
	if (view->hand.place == PANEL_READING)
		read_procedure(view, view->hand.chosen);
}

static void act_on_class(struct view *view, enum ticket_class class,
			 int64_t now_ms)
{
	go_to(view, PANEL_SERVICES, 0);
	if (view->services[view->hand.chosen].open)
		ask_kiosk(view, view->hand.chosen, class, now_ms);
}

static void act_on_service(struct view *view, int service, int64_t now_ms)
{
	if (view->hand.place == PANEL_POSTED) {
		read_procedure(view, service);
	} else if (view->setup.ask_class) {
		go_to(view, PANEL_CLASSES, CLASS_BACK_MS);
		view->hand.chosen = service;
	} else {
		ask_kiosk(view, service, TICKET_NORMAL, now_ms);
	}
}

static void act(struct view *view, int target, int64_t now_ms)
{
	switch (target) {
	case PANEL_NEXT_PAGE:
		turn_page(view, now_ms);
		break;
	case PANEL_LANGUAGE:
		change_language(view, now_ms);
		break;
	case PANEL_BACK:
		/* From a text to the others. */
		if (view->hand.place == PANEL_READING)
			go_to(view, PANEL_POSTED, PAGE_BACK_MS);
		else
			go_to(view, PANEL_SERVICES, 0);
		break;
	case PANEL_PROCEDURES:
		look_for_procedures(view);
		go_to(view, PANEL_POSTED, PAGE_BACK_MS);
		break;
	case PANEL_TEXT_BEFORE:
		turn_text(view, -1);
		break;
	case PANEL_TEXT_AFTER:
		turn_text(view, 1);
		break;
	default: /* numbers, not names */
		if (target >= PANEL_CLASS)
			act_on_class(view,
				     (enum ticket_class)(target - PANEL_CLASS),
				     now_ms);
		else
			act_on_service(view, target, now_ms);
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
	switch (view->hand.place) {
	case PANEL_SERVICES:
	case PANEL_POSTED:
		break;
	case PANEL_CLASSES:
		return key == 1   ? PANEL_CLASS + TICKET_NORMAL
		       : key == 2 ? PANEL_CLASS + TICKET_PRIORITY
		       : key == 9 ? PANEL_BACK
				  : TOUCH_NOTHING;
	case PANEL_READING:
		return key == 1   ? PANEL_TEXT_BEFORE
		       : key == 2 ? PANEL_TEXT_AFTER
		       : key == 9 ? PANEL_BACK
				  : TOUCH_NOTHING;
	}
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
	int target = touch_step(&view->hand.touch, &input, now.mono_ms);
	if (target != TOUCH_NOTHING)
		act(view, target, now.mono_ms);
	view->setup.changed(view->setup.arg);
}

static void touch_draw(struct view *view, struct draw *draw)
{
	struct parts p = {
	    .draw = draw,
	    .theme = view->setup.theme,
	    .languages = &view->hand.languages,
	    .em = view->layout.em,
	    .radius = view->layout.radius,
	};
	panel_draw(&p, &view->layout, &view->next, view->shape.w,
		   view->shape.h);
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
