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

/* A ticket called again is one line, not two. */
static bool newer_call_of_same(const struct model_state *state, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(state->calls[k].ticket, state->calls[i].ticket) == 0)
			return true;
	return false;
}

static void compose_calls(struct board_view *view,
			  const struct model_state *state)
{
	compose_call(&view->stage, state, &state->calls[0]);
	view->stage_label = model_serving_counter(state, view->stage.code)
				? WORDS_NOW_SERVING
				: WORDS_LAST_CALLED;
	const struct model_service *service =
	    model_service_of(state, view->stage.code);
	if (service)
		view->stage_service = service->name;
	for (size_t i = 1; i < state->n_calls && view->n_rows < BOARD_ROWS; i++)
		if (!newer_call_of_same(state, i))
			compose_call(&view->rows[view->n_rows++], state,
				     &state->calls[i]);
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

void board_compose(const struct model *model, struct moment now,
		   size_t cells_a_page, struct board_view *view)
{
	const struct model_state *state = &model->state;
	memset(view, 0, sizeof(*view));
	words_clock(now.wall_ms, view->clock);
	words_date(LANGUAGE_VI, now.wall_ms, view->date[0],
		   sizeof(view->date[0]));
	words_date(LANGUAGE_EN, now.wall_ms, view->date[1],
		   sizeof(view->date[1]));
	view->stale = model_stale(model, now);
	if (view->stale)
		words_clock(model->heard.wall_ms, view->as_of);
	view->n_pages = 1;
	if (!model->has_state)
		return;
	view->office = state->office;
	view->mood = state->n_calls > 0 ? BOARD_CALLING : BOARD_IDLE;
	if (state->n_calls > 0)
		compose_calls(view, state);
	view->n_pages = pages(state->n_services, cells_a_page);
	view->page = page_of(now.mono_ms, view->n_pages);
	compose_cells(view, state, cells_a_page);
	if (state->n_notices > 0)
		view->notice =
		    state->notices[page_of(now.mono_ms, state->n_notices)];
}

int64_t board_next_ms(const struct model *model, struct moment now,
		      size_t cells_a_page)
{
	int64_t next = now.mono_ms + 60000 - now.wall_ms % 60000;
	int64_t stale = model_stale_at_ms(model, now);
	if (stale < next)
		next = stale;
	const struct model_state *state = &model->state;
	if (state->n_notices > 1 ||
	    pages(state->n_services, cells_a_page) > 1) {
		int64_t page =
		    (now.mono_ms / BOARD_PAGE_MS + 1) * BOARD_PAGE_MS;
		if (page < next)
			next = page;
	}
	return next;
}
