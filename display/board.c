/* SPDX-License-Identifier: MIT */
#include "display/board.h"

#include <string.h>

static void name_counter(struct model_words *name,
			 const struct model_state *state, int id)
{
	const struct model_counter *counter = model_counter(state, id);
	if (counter && counter->name.vi[0]) {
		*name = counter->name;
		return;
	}
	words_counter(LANGUAGE_VI, id, name->vi, sizeof(name->vi));
	words_counter(LANGUAGE_EN, id, name->en, sizeof(name->en));
}

static void compose_call(struct board_call *out,
			 const struct model_state *state,
			 const struct model_call *call)
{
	memcpy(out->code, call->ticket, sizeof(out->code));
	out->counter_id = call->counter;
	name_counter(&out->counter, state, call->counter);
	out->calls = call->calls;
	const struct model_counter *counter =
	    model_serving_counter(state, call->ticket);
	if (call->class_known)
		out->class = call->class;
	else
		out->class = counter ? counter->serving.class : TICKET_NORMAL;
}

static bool same_ticket(const struct model_call *a, const struct model_call *b)
{
	return strcmp(a->ticket, b->ticket) == 0;
}

/* A ticket called again is one line, not two. */
static bool shown_already(const struct stage *stage, size_t i)
{
	const struct model_call *call = &stage->before[i];
	bool shown = same_ticket(&stage->now, call);
	for (size_t k = 0; !shown && k < stage->n_queue; k++)
		shown = same_ticket(&stage->queue[k], call);
	for (size_t k = 0; !shown && k < i; k++)
		shown = same_ticket(&stage->before[k], call);
	return shown;
}

static void compose_rows(struct board_view *view,
			 const struct model_state *state,
			 const struct stage *stage)
{
	for (size_t i = 0; i < stage->n_queue && view->n_rows < BOARD_ROWS;
	     i++) {
		struct board_call *row = &view->rows[view->n_rows++];
		compose_call(row, state, &stage->queue[i]);
		row->queued = true;
	}
	view->n_more = stage->n_queue - view->n_rows;
	for (size_t i = 0; i < stage->n_before && view->n_rows < BOARD_ROWS;
	     i++)
		if (!shown_already(stage, i))
			compose_call(&view->rows[view->n_rows++], state,
				     &stage->before[i]);
}

/* From 1000 down to 0, fast first: eases out. */
static int slide_at(int64_t after_ms)
{
	if (after_ms < 0 || after_ms >= BOARD_SLIDE_MS)
		return 0;
	int64_t left = 1000 - after_ms * 1000 / BOARD_SLIDE_MS;
	return (int)(left * left / 1000);
}

static void compose_calls(struct board_view *view,
			  const struct model_state *state,
			  const struct stage *stage, int64_t now_ms)
{
	compose_call(&view->stage, state, &stage->now);
	view->lit = stage->fresh && now_ms < stage->hold_until_ms;
	view->stage_label =
	    view->lit || model_serving_counter(state, view->stage.code)
		? WORDS_NOW_SERVING
		: WORDS_LAST_CALLED;
	if (stage->fresh)
		view->slide = slide_at(now_ms - stage->since_ms);
	const struct model_service *service =
	    model_service_of(state, view->stage.code);
	if (service)
		view->stage_service = service->name;
	compose_rows(view, state, stage);
}

static size_t pages(size_t n, size_t a_page)
{
	return n == 0 ? 1 : (n + a_page - 1) / a_page;
}

/* Pages change together, so that the board moves once, not twice. */
static size_t page_of(int64_t mono_ms, size_t n_pages)
{
	return (size_t)(mono_ms / BOARD_PAGE_MS) % n_pages;
}

static void compose_cells(struct board_view *view,
			  const struct model_state *state, size_t a_page)
{
	size_t from = view->page * a_page;
	for (size_t i = from; i < state->n_services && i < from + a_page; i++) {
		const struct model_service *service = &state->services[i];
		struct board_cell *cell = &view->cells[view->n_cells++];
		memcpy(cell->prefix, service->prefix, sizeof(cell->prefix));
		cell->name = service->name;
		cell->waiting = service->waiting;
		cell->open = service->open;
		cell->wait = service->wait;
		cell->why = service->why;
		cell->opens = service->opens;
	}
}

static void compose_desks(struct board_view *view,
			  const struct model_state *state, size_t a_page)
{
	size_t from = view->desk_page * a_page;
	for (size_t i = from; i < state->n_counters && i < from + a_page; i++) {
		const struct model_counter *counter = &state->counters[i];
		struct board_desk *desk = &view->desks[view->n_desks++];
		desk->id = counter->id;
		name_counter(&desk->name, state, counter->id);
		desk->state = counter->state;
		memcpy(desk->code, counter->serving.ticket, sizeof(desk->code));
		desk->class = counter->serving.class;
	}
}

/* The office's notices, and whom it serves first, as its last. */
static size_t notices(const struct model_state *state)
{
	return state->n_notices + (state->priority_for.vi[0] != '\0');
}

static void compose_notice(struct board_view *view,
			   const struct model_state *state, size_t page)
{
	if (page < state->n_notices) {
		view->notice = state->notices[page];
		return;
	}
	char whole[MODEL_WORDS_SIZE + 40];
	words_priority_for(LANGUAGE_VI, state->priority_for.vi, whole,
			   sizeof(whole));
	model_copy(view->notice.vi, sizeof(view->notice.vi), whole);
	words_priority_for(LANGUAGE_EN,
			   model_in(&state->priority_for, LANGUAGE_EN), whole,
			   sizeof(whole));
	model_copy(view->notice.en, sizeof(view->notice.en), whole);
}

void board_compose(const struct model *model, struct moment now,
		   const struct board_room *room, struct board_view *view)
{
	const struct model_state *state = &model->state;
	memset(view, 0, sizeof(*view));
	header_compose(model, now, &view->header);
	view->stale = model_stale(model, now);
	if (view->stale)
		words_clock(model->heard.wall_ms, view->as_of);
	view->n_pages = view->n_desk_pages = 1;
	if (!model->has_state)
		return;
	view->mood = model->stage.has ? BOARD_CALLING : BOARD_IDLE;
	if (model->stage.has)
		compose_calls(view, state, &model->stage, now.mono_ms);
	view->n_pages = pages(state->n_services, room->cells);
	view->page = page_of(now.mono_ms, view->n_pages);
	compose_cells(view, state, room->cells);
	view->n_desk_pages = pages(state->n_counters, room->desks);
	view->desk_page = page_of(now.mono_ms, view->n_desk_pages);
	compose_desks(view, state, room->desks);
	view->n_pictures = room->pictures;
	if (room->pictures > 0)
		view->picture = page_of(now.mono_ms, room->pictures);
	if (notices(state) > 0)
		compose_notice(view, state,
			       page_of(now.mono_ms, notices(state)));
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Of the call on the stage: its next frame, or the end of its hold. */
static int64_t stage_change_ms(const struct stage *stage, int64_t now_ms)
{
	if (!stage->fresh || now_ms >= stage->hold_until_ms)
		return INT64_MAX;
	if (now_ms < stage->since_ms + BOARD_SLIDE_MS)
		return now_ms + BOARD_FRAME_MS;
	return stage->hold_until_ms;
}

int64_t board_next_ms(const struct model *model, struct moment now,
		      const struct board_room *room)
{
	const struct model_state *state = &model->state;
	int64_t next = now.mono_ms + 60000 - now.wall_ms % 60000;
	next = earlier(next, model_stale_at_ms(model, now));
	next = earlier(next, stage_change_ms(&model->stage, now.mono_ms));
	if (notices(state) > 1 || room->pictures > 0 ||
	    pages(state->n_services, room->cells) > 1 ||
	    pages(state->n_counters, room->desks) > 1)
		next = earlier(next, (now.mono_ms / BOARD_PAGE_MS + 1) *
					 BOARD_PAGE_MS);
	return next;
}
