/* SPDX-License-Identifier: MIT */
/*
 * Whose turn it is to be called out. Calls come in bursts, and a call that is
 * replaced at once is a call that nobody saw: so each has the stage for hold_ms
 * at least, and for as long as the voice speaks it; those that come meanwhile
 * queue in their order, none is skipped. Board and voice follow the one stage,
 * so they never say two things. Pure: time comes in as a parameter.
 *
 * stage_take() for each state that comes, stage_step() before each look. After
 * a start in mid-day the newest call is on the stage at once, as one that was
 * called out before; and so is a call that comes here more than STAGE_LATE_MS
 * after it was made, when contact was lost: by now its citizen has been served,
 * or the clerk calls again.
 */
#ifndef KIOSK_STAGE_H
#define KIOSK_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ticket.h"

#define STAGE_HOLD_MS 8000
#define STAGE_QUEUE 64 /* more than 32 counters, each calling twice */
#define STAGE_BEFORE 8 /* calls that had the stage */
#define STAGE_LATE_MS 60000

struct model_call {
	int64_t id; /* the journal's seq of the call */
	char ticket[TICKET_CODE_SIZE];
	int counter; /* its id */
	int64_t at_ms;
	int calls;        /* 2 and more: called again */
	bool class_known; /* the state says so for tickets at a counter, … */
	enum ticket_class class; /* … and where it does for each call */
};

struct stage {
	bool taken;     /* a first state came */
	int64_t newest; /* id of the newest call seen */
	bool has;       /* somebody is on it */
	struct model_call now;
	int64_t since_ms;      /* mono; when it took the stage */
	bool fresh;            /* it was called out by us: to be spoken */
	int64_t hold_until_ms; /* mono; not left before */
	struct model_call before[STAGE_BEFORE]; /* newest first */
	size_t n_before;
	struct model_call queue[STAGE_QUEUE]; /* next first */
	size_t n_queue;
	unsigned lost; /* calls that found the queue full */
};

/* calls: newest first, as the state of at_ms has them. */
void stage_take(struct stage *stage, const struct model_call *calls,
		size_t n_calls, int64_t at_ms);

/*
 * Lets the next one on, when its time has come. speaking: the voice has not
 * ended yet. True where another call has the stage now.
 */
bool stage_step(struct stage *stage, int64_t hold_ms, bool speaking,
		int64_t now_ms);

/* When (mono ms) stage_step() will change something; INT64_MAX: never. */
int64_t stage_next_ms(const struct stage *stage);

#endif
