/* SPDX-License-Identifier: MIT */
#include "display/counter_view.h"

#include <string.h>

static void compose_services(struct counter_view *view,
			     const struct model_state *state, uint32_t served)
{
	for (size_t i = 0;
	     i < state->n_services && view->n_services < COUNTER_SERVICES; i++)
		if (served & 1u << i)
			view->services[view->n_services++] =
			    state->services[i].name;
}

static void name_counter(struct counter_view *view,
			 const struct model_counter *counter, int id)
{
	if (counter && counter->name.vi[0]) {
		view->name = counter->name;
		return;
	}
	words_counter(LANGUAGE_VI, id, view->name.vi, sizeof(view->name.vi));
	words_counter(LANGUAGE_EN, id, view->name.en, sizeof(view->name.en));
}

static enum counter_mood mood_of(const struct model_counter *counter)
{
	if (!counter)
		return COUNTER_UNKNOWN;
	if (counter->serving.ticket[0])
		return COUNTER_SERVING;
	switch (counter->state) {
	case MODEL_OPEN:
		break;
	case MODEL_PAUSED:
		return COUNTER_PAUSED;
	case MODEL_CLOSED:
		return COUNTER_CLOSED;
	}
	return COUNTER_FREE;
}

static void compose_serving(struct counter_view *view,
			    const struct model *model,
			    const struct model_counter *counter, int64_t now_ms)
{
	const struct stage *stage = &model->stage;
	const struct model_service *service =
	    model_service_of(&model->state, counter->serving.ticket);
	memcpy(view->code, counter->serving.ticket, sizeof(view->code));
	view->class = counter->serving.class;
	if (service)
		view->service = service->name;
	view->lit = stage->has && stage->fresh &&
		    now_ms < stage->hold_until_ms &&
		    strcmp(stage->now.ticket, view->code) == 0;
}

void counter_compose(const struct model *model, int id, const struct rate *rate,
		     const struct touch *touch, struct moment now,
		     struct counter_view *view)
{
	memset(view, 0, sizeof(*view));
	header_compose(model, now, &view->header);
	view->stale = model_stale(model, now);
	if (view->stale)
		words_clock(model->heard.wall_ms, view->as_of);
	view->pressed = TOUCH_NOTHING;
	const struct model_counter *counter = model_counter(&model->state, id);
	name_counter(view, counter, id);
	if (!model->has_state)
		return;
	view->mood = mood_of(counter);
	if (!counter)
		return;
	if (view->mood == COUNTER_SERVING)
		compose_serving(view, model, counter, now.mono_ms);
	else
		compose_services(view, &model->state, counter->services);
	view->step = rate->step;
	if (rate->step == RATE_IDLE)
		return;
	memcpy(view->rated, rate->ticket, sizeof(view->rated));
	view->reasons = rate->reasons;
	if (touch->state == TOUCH_PRESSED && touch->inside)
		view->pressed = touch->target;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t counter_next_ms(const struct model *model, const struct rate *rate,
			const struct touch *touch, struct moment now)
{
	const struct stage *stage = &model->stage;
	int64_t next = now.mono_ms + 60000 - now.wall_ms % 60000;
	next = earlier(next, model_stale_at_ms(model, now));
	next = earlier(next, rate_next_ms(rate));
	next = earlier(next, touch_next_ms(touch));
	if (stage->has && stage->fresh && now.mono_ms < stage->hold_until_ms)
		next = earlier(next, stage->hold_until_ms);
	return next;
}

/* ---- where ---- */

static int ems(const struct counter_layout *l, int tenths)
{
	return l->em * tenths / 10;
}

static void layout_card(struct counter_layout *l, struct box card)
{
	l->card = card;
	struct box in = box_inset(card, ems(l, 14), ems(l, 8));
	int h = in.h;
	l->label = box_cut_top(&in, box_max(h * 14 / 100, ems(l, 18)));
	l->service = box_cut_bottom(&in, h * 20 / 100);
	l->code = box_inset(in, 0, h * 4 / 100);
	/* A code of four digits is about three times as wide as high. */
	l->code_height = box_min(l->code.h, l->code.w * 30 / 100);
}

/* The tiles: stars beside one another, upright one above the other; reasons
 * two by two, with the button that sends them as the last. */
static void layout_rating(struct counter_layout *l, struct box area)
{
	struct box head =
	    box_cut_top(&area, area.h * (l->portrait ? 16 : 27) / 100);
	box_cut_top(&head, l->gap / 2);
	l->ticket = box_cut_bottom(&head, head.h * 32 / 100);
	l->title = head;
	box_cut_top(&area, l->gap / 2);
	for (int i = 0; i < RATING_STARS; i++)
		l->stars[i] = l->portrait
				  ? box_row(area, i, RATING_STARS, l->gap)
				  : box_column(area, i, RATING_STARS, l->gap);
	int columns = l->portrait ? 1 : 2;
	int rows = (RATING_REASONS + columns) / columns;
	for (int i = 0; i <= RATING_REASONS; i++) {
		struct box row = box_row(area, i / columns, rows, l->gap);
		struct box cell = box_column(row, i % columns, columns, l->gap);
		if (i < RATING_REASONS)
			l->reasons[i] = cell;
		else
			l->send = cell;
	}
}

void counter_layout(int w, int h, struct counter_layout *out)
{
	struct counter_layout *l = out;
	memset(l, 0, sizeof(*l));
	l->portrait = h > w;
	l->em = l->portrait ? box_min(w / 34, h / 58) : box_min(w / 52, h / 31);
	l->em = box_max(l->em, 8);
	l->gap = ems(l, 8);
	l->radius = ems(l, 6);
	struct box all = {0, 0, w, h};
	struct box rest = all;
	header_layout(&rest, l->em, l->portrait, 4, &l->header);
	rest = box_inset(rest, ems(l, 12), l->gap);
	struct box below = rest;
	struct box bar =
	    box_cut_top(&below, rest.h * (l->portrait ? 18 : 24) / 100);
	box_cut_top(&below, l->gap);
	l->name = bar;
	layout_card(l, below);
	struct box area = rest;
	struct box brief =
	    box_cut_top(&area, rest.h * (l->portrait ? 14 : 16) / 100);
	l->brief_call = box_cut_right(&brief, brief.w * 45 / 100);
	box_cut_right(&brief, l->gap);
	l->brief_name = brief;
	layout_rating(l, area);
	l->thanks = area;
	box_cut_top(&l->thanks, l->gap);
	l->sign = box_middle(all, box_min(all.w - 2 * l->gap, ems(l, 380)),
			     box_min(all.h - 2 * l->gap, ems(l, 150)));
}

int counter_target_at(const struct counter_layout *l, enum rate_step step,
		      int x, int y)
{
	switch (step) {
	case RATE_STARS:
		for (int i = 0; i < RATING_STARS; i++)
			if (box_has(l->stars[i], x, y))
				return COUNTER_STARS + i + 1;
		break;
	case RATE_WHY:
		for (int i = 0; i < RATING_REASONS; i++)
			if (box_has(l->reasons[i], x, y))
				return COUNTER_REASON + i;
		if (box_has(l->send, x, y))
			return COUNTER_SEND;
		break;
	case RATE_IDLE:
	case RATE_GIVING:
	case RATE_THANKS:
	case RATE_FAILED:
		break;
	}
	return TOUCH_NOTHING;
}
