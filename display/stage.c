/* SPDX-License-Identifier: MIT */
#include "display/stage.h"

#include <string.h>

/* The first state, or another journal's: what was called out before stays
 * called out, and only what comes from here on is news. */
static void begin(struct stage *stage, const struct model_call *calls,
		  size_t n_calls)
{
	memset(stage, 0, sizeof(*stage));
	stage->taken = true;
	if (n_calls == 0)
		return;
	stage->newest = calls[0].id;
	stage->has = true;
	stage->now = calls[0];
	stage->since_ms = INT64_MIN;
	stage->hold_until_ms = INT64_MIN;
	for (size_t i = 1; i < n_calls && stage->n_before < STAGE_BEFORE; i++)
		stage->before[stage->n_before++] = calls[i];
}

static void enqueue(struct stage *stage, const struct model_call *call)
{
	if (stage->n_queue == STAGE_QUEUE) {
		stage->lost++;
		return;
	}
	stage->queue[stage->n_queue++] = *call;
}

static void leave(struct stage *stage)
{
	size_t n =
	    stage->n_before < STAGE_BEFORE ? stage->n_before : STAGE_BEFORE - 1;
	memmove(&stage->before[1], &stage->before[0],
		n * sizeof(stage->before[0]));
	stage->before[0] = stage->now;
	stage->n_before = n + 1;
}

/* Nobody is to be asked for any more: it only counts as called. */
static void take_late(struct stage *stage, const struct model_call *call)
{
	if (stage->has)
		leave(stage);
	stage->has = true;
	stage->fresh = false;
	stage->now = *call;
	stage->since_ms = stage->hold_until_ms = INT64_MIN;
}

void stage_take(struct stage *stage, const struct model_call *calls,
		size_t n_calls, int64_t at_ms)
{
	/* A new day has no calls; a new journal counts from 1 again. */
	if (!stage->taken || n_calls == 0 || calls[0].id < stage->newest) {
		begin(stage, calls, n_calls);
		return;
	}
	for (size_t i = n_calls; i > 0; i--) {
		const struct model_call *call = &calls[i - 1];
		if (call->id <= stage->newest)
			continue;
		if (stage->n_queue == 0 && at_ms - call->at_ms > STAGE_LATE_MS)
			take_late(stage, call);
		else
			enqueue(stage, call);
	}
	stage->newest = calls[0].id;
}

bool stage_step(struct stage *stage, int64_t hold_ms, bool speaking,
		int64_t now_ms)
{
	if (stage->n_queue == 0)
		return false;
	if (stage->has && (speaking || now_ms < stage->hold_until_ms))
		return false;
	if (stage->has)
		leave(stage);
	stage->has = stage->fresh = true;
	stage->now = stage->queue[0];
	stage->since_ms = now_ms;
	stage->hold_until_ms = now_ms + hold_ms;
	stage->n_queue--;
	memmove(&stage->queue[0], &stage->queue[1],
		stage->n_queue * sizeof(stage->queue[0]));
	/* A state is compared by its bytes. */
	memset(&stage->queue[stage->n_queue], 0, sizeof(stage->queue[0]));
	return true;
}

int64_t stage_next_ms(const struct stage *stage)
{
	return stage->n_queue > 0 ? stage->hold_until_ms : INT64_MAX;
}
