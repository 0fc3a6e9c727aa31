/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "display/panel_draw.h"
#include "display/panel_layout.h"
#include "display/panel_view.h"
#include "display/parts.h"
#include "display/touch.h"
#include "display/view.h"

#define FINGER_KEY INT64_C(-100) /* less the digit */
#define CLASS_BACK_MS 15000      /* who does not answer has gone */
#define PAGE_BACK_MS 30000       /* a later citizen starts at the first page */

struct view {
	struct view_setup setup;
	struct panel_shape shape;
	struct panel_layout layout;
	struct panel_hand hand;
	/* As update() saw the kiosk: what a touch is judged by. */
	struct model_service services[MODEL_MAX_SERVICES];
	size_t n_services;
	bool blind;
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
	touch_init(&view->hand.touch, 0);
	return view;
}

static void touch_free(struct view *view)
{
	if (view && view->setup.abandon)
		view->setup.abandon(view->setup.arg, view);
	free(view);
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
		view->hand.choosing_class = false;
	}
	view->n_services = state->n_services;
	memcpy(view->services, state->services, sizeof(view->services));
}

/* A later citizen finds everything as it was. */
static void go_back(struct view *view, int64_t now_ms)
{
	if (view->hand.touch.state != TOUCH_TILES)
		return;
	if (view->hand.page > 0 && now_ms >= view->hand.page_until_ms)
		view->hand.page = 0;
	if (view->hand.choosing_class && now_ms >= view->hand.class_until_ms)
		view->hand.choosing_class = false;
	if (now_ms >= view->hand.language_until_ms)
		view->hand.languages = view->hand.usual;
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
		view->hand.page = 0;
	}
	look_at_services(view, &model->state);
	view->blind = !model->has_state || model_stale(model, now);
	if (view->blind)
		step(view, TOUCH_BLIND);
	step(view, TOUCH_TIME);
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
	     view->hand.choosing_class ? view->hand.class_until_ms : INT64_MAX,
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
	if (tile >= l->a_page || service >= view->n_services ||
	    !view->services[service].open)
		return TOUCH_NOTHING;
	return (int)service;
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
	if (view->hand.choosing_class)
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

static void act(struct view *view, int target, int64_t now_ms)
{
	if (target == PANEL_NEXT_PAGE) {
		turn_page(view, now_ms);
	} else if (target == PANEL_LANGUAGE) {
		swap_languages(view, now_ms);
	} else if (target == PANEL_BACK) {
		view->hand.choosing_class = false;
	} else if (target >= PANEL_CLASS) {
		view->hand.choosing_class = false;
		if (view->services[view->hand.chosen].open)
			ask_kiosk(view, view->hand.chosen,
				  (enum ticket_class)(target - PANEL_CLASS),
				  now_ms);
	} else if (view->setup.ask_class) {
		view->hand.choosing_class = true;
		view->hand.chosen = target;
		view->hand.class_until_ms = now_ms + CLASS_BACK_MS;
		view->hand.language_until_ms = now_ms + PAGE_BACK_MS;
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
	if (view->hand.choosing_class)
		return key == 1   ? PANEL_CLASS + TICKET_NORMAL
		       : key == 2 ? PANEL_CLASS + TICKET_PRIORITY
		       : key == 9 ? PANEL_BACK
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
