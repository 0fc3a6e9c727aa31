/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "display/counter_draw.h"
#include "display/counter_view.h"
#include "display/parts.h"
#include "display/view.h"

#define FINGER_KEY INT64_C(-100) /* less the digit */
#define KEY_SEND 6               /* after the reasons 1..5; 9 does too */

struct view {
	struct view_setup setup;
	int w, h;
	struct counter_layout layout;
	struct touch touch;
	struct rate rate;
	bool blind;
	struct moment now;
	struct counter_view shown, next;
	bool drawn;
};

static struct view *counter_new(const struct view_setup *setup)
{
	struct view *view = calloc(1, sizeof(*view));
	if (!view)
		return NULL;
	view->setup = *setup;
	if (!view->setup.theme)
		view->setup.theme = &theme_dark;
	touch_init(&view->touch, 0);
	return view;
}

static void counter_free(struct view *view)
{
	if (view && view->setup.abandon)
		view->setup.abandon(view->setup.arg, view);
	free(view);
}

static void answered(void *arg, const struct client_answer *answer)
{
	struct view *view = arg;
	rate_answered(&view->rate, answer->result == CLIENT_ISSUED,
		      view->now.mono_ms);
	view->setup.changed(view->setup.arg);
}

static void give(struct view *view)
{
	struct client_rating rating = {
	    .counter = view->setup.counter,
	    .ticket = view->rate.ticket,
	    .stars = view->rate.stars,
	    .reasons = view->rate.reasons,
	};
	if (!view->setup.rate ||
	    view->setup.rate(view->setup.arg, &rating, answered, view) < 0)
		rate_answered(&view->rate, false, view->now.mono_ms);
}

/* A finger on what is not there any more presses nothing. */
static void lift(struct view *view)
{
	struct touch_input input = {.event = TOUCH_BLIND,
				    .finger = TOUCH_NO_FINGER,
				    .target = TOUCH_NOTHING};
	(void)touch_step(&view->touch, &input, view->now.mono_ms);
}

static void look_at_rating(struct view *view, const struct model *model)
{
	const struct model_counter *counter =
	    model_counter(&model->state, view->setup.counter);
	enum rate_step before = view->rate.step;
	struct touch_input time = {.event = TOUCH_TIME,
				   .finger = TOUCH_NO_FINGER,
				   .target = TOUCH_NOTHING};
	if (counter)
		rate_look(&view->rate, counter->to_rate,
			  counter->finished_at_ms, model->state.at_ms,
			  view->now.mono_ms);
	if (rate_time(&view->rate, view->now.mono_ms))
		give(view);
	(void)touch_step(&view->touch, &time, view->now.mono_ms);
	if (view->blind || view->rate.step != before)
		lift(view);
}

static bool counter_update(struct view *view, const struct model *model,
			   struct moment now, int w, int h)
{
	view->now = now;
	if (w != view->w || h != view->h) {
		view->w = w;
		view->h = h;
		counter_layout(w, h, &view->layout);
		view->drawn = false;
	}
	view->blind = !model->has_state || model_stale(model, now);
	look_at_rating(view, model);
	counter_compose(model, view->setup.counter, &view->rate, &view->touch,
			now, &view->next);
	/* Both were zeroed whole before they were filled in: see view_touch.c.
	 */
	return !view->drawn ||
	       /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
	       memcmp(&view->next, &view->shown, sizeof(view->next)) != 0;
}

static int64_t counter_view_next_ms(const struct view *view,
				    const struct model *model,
				    struct moment now)
{
	return counter_next_ms(model, &view->rate, &view->touch, now);
}

static void act(struct view *view, int target)
{
	int64_t now_ms = view->now.mono_ms;
	bool complete = false;
	if (target == COUNTER_SEND) {
		complete = rate_send(&view->rate, now_ms);
	} else if (target >= COUNTER_REASON) {
		rate_toggle(&view->rate,
			    (enum rating_reason)(target - COUNTER_REASON),
			    now_ms);
		/* The next reason may follow at once. */
		view->touch.quiet_until_ms = now_ms;
	} else {
		complete =
		    rate_choose(&view->rate, target - COUNTER_STARS, now_ms);
	}
	if (complete)
		give(view);
}

static int target_of_key(const struct view *view, int key)
{
	if (view->rate.step == RATE_STARS && key >= 1 && key <= RATING_STARS)
		return COUNTER_STARS + key;
	if (view->rate.step != RATE_WHY)
		return TOUCH_NOTHING;
	if (key >= 1 && key <= RATING_REASONS)
		return COUNTER_REASON + key - 1;
	return key == KEY_SEND || key == 9 ? COUNTER_SEND : TOUCH_NOTHING;
}

static void counter_input(struct view *view, const struct view_input *in,
			  struct moment now)
{
	static const enum touch_event events[] = {
	    [VIEW_DOWN] = TOUCH_DOWN,     [VIEW_MOVE] = TOUCH_MOVE,
	    [VIEW_UP] = TOUCH_UP,         [VIEW_CANCEL] = TOUCH_LOST,
	    [VIEW_KEY_DOWN] = TOUCH_DOWN, [VIEW_KEY_UP] = TOUCH_UP,
	};
	struct touch_input input = {.event = events[in->kind],
				    .finger = in->finger,
				    .target = TOUCH_NOTHING};
	view->now = now;
	bool key = in->kind == VIEW_KEY_DOWN || in->kind == VIEW_KEY_UP;
	if (key)
		input.finger = FINGER_KEY - in->key;
	if (!view->blind)
		input.target =
		    key ? target_of_key(view, in->key)
			: counter_target_at(&view->layout, view->rate.step,
					    in->x, in->y);
	int target = touch_step(&view->touch, &input, now.mono_ms);
	if (target != TOUCH_NOTHING)
		act(view, target);
	view->setup.changed(view->setup.arg);
}

static void counter_view_draw(struct view *view, struct draw *draw)
{
	struct parts p = {
	    .draw = draw,
	    .theme = view->setup.theme,
	    .languages = &view->setup.languages,
	    .em = view->layout.em,
	    .radius = view->layout.radius,
	};
	counter_draw(&p, &view->layout, &view->next, view->w, view->h);
	memcpy(&view->shown, &view->next, sizeof(view->shown));
	view->drawn = true;
}

const struct view_kind view_counter = {
    .name = "counter",
    .takes_input = true,
    .of_counter = true,
    .new = counter_new,
    .free = counter_free,
    .update = counter_update,
    .draw = counter_view_draw,
    .next_ms = counter_view_next_ms,
    .input = counter_input,
};
