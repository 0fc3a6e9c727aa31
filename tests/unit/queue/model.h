/* SPDX-License-Identifier: MIT */
/*
 * The queue's rules a second time, as plainly as can be: one list of tickets in
 * the order of issue, one list of calls, one of what happened to the clock, and
 * linear scans over them. It acts on commands, not on events, and notes which
 * events it expects of the real queue.
 */
#ifndef KIOSK_TEST_QUEUE_MODEL_H
#define KIOSK_TEST_QUEUE_MODEL_H

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "queue/queue.h"

#define MODEL_TICKETS 512
#define MODEL_CALLS 20000
#define MODEL_HISTORY 20000
#define MODEL_EVENTS (MODEL_TICKETS + 2)

/* A boot, a step of the clock, or the clock found right. */
struct model_happening {
	bool boot, synced;
	int64_t step_ms, at_ms;
};

/* A number given out: what the clock said, and after how many happenings. */
struct model_mark {
	uint32_t number;
	int64_t told_ms;
	size_t after;
	size_t old_from, old_to; /* when it was before a restart; or 0, 0 */
};

struct model_ticket {
	struct queue_ticket ticket;
	struct model_mark mark;
	double place; /* as it came, from 0; between two where put there */
};

struct model_service {
	struct model_mark last, before;
	uint32_t today;
};

struct model_counter {
	enum queue_counter_state state;
	bool rateable;
	int rate_service;
	uint32_t rate_number;
};

/* A call, and whether a normal ticket waited for its counter. */
struct model_call {
	struct queue_call call;
	bool passed_over;
	bool recall;
	bool shown; /* on the board, where it is among the last 8 */
};

struct model {
	struct queue_rules rules;
	char day[QUEUE_DAY_SIZE];
	struct model_ticket tickets[MODEL_TICKETS];
	size_t n_tickets;
	struct model_service services[QUEUE_MAX_SERVICES];
	struct model_counter counters[QUEUE_MAX_COUNTERS];
	struct model_call calls[MODEL_CALLS]; /* and recalls, oldest first */
	size_t n_calls;
	struct model_happening history[MODEL_HISTORY];
	size_t n_history;

	const struct queue
	    *oracle; /* for the estimates, which are not its own */
	int64_t now_ms, seq;
	struct queue_event events[MODEL_EVENTS]; /* of the latest command */
	int n_events;
};

/* ---- looking ---- */

static struct model_ticket *model_find(struct model *model, int service,
				       uint32_t number)
{
	for (size_t i = 0; i < model->n_tickets; i++) {
		struct queue_ticket *ticket = &model->tickets[i].ticket;

		if (ticket->service == service && ticket->number == number)
			return &model->tickets[i];
	}
	return NULL;
}

static struct model_ticket *model_serving(struct model *model, int counter)
{
	for (size_t i = 0; i < model->n_tickets; i++) {
		struct queue_ticket *ticket = &model->tickets[i].ticket;

		if (ticket->state == QUEUE_AT_COUNTER &&
		    ticket->counter == counter)
			return &model->tickets[i];
	}
	return NULL;
}

/* Whether it waits there: in a service's line, or (QUEUE_NONE) a counter's. */
static bool model_in_line(const struct queue_ticket *ticket, int service,
			  int counter)
{
	if (ticket->state != QUEUE_WAITING)
		return false;
	if (counter != QUEUE_NONE)
		return ticket->for_counter == counter;
	return ticket->for_counter == QUEUE_NONE && ticket->queue == service;
}

/* How many wait in the line, of one class or (-1) of all, among the first
 * n tickets. */
static size_t model_waiting(const struct model *model, int service, int counter,
			    int class, size_t n)
{
	size_t waiting = 0;

	for (size_t i = 0; i < n; i++) {
		const struct queue_ticket *ticket = &model->tickets[i].ticket;

		waiting += model_in_line(ticket, service, counter) &&
			   (class < 0 || (int)ticket->class == class);
	}
	return waiting;
}

/* By place, and where that is the same, by arrival. */
static bool model_stands_before(const struct model_ticket *a,
				const struct model_ticket *b)
{
	return a->place < b->place || (a->place == b->place && a < b);
}

/* How many stand before the ticket in the line where it is or was last. */
static size_t model_before(const struct model *model,
			   const struct model_ticket *of)
{
	size_t before = 0;

	for (size_t i = 0; i < model->n_tickets; i++)
		before +=
		    model_in_line(&model->tickets[i].ticket, of->ticket.queue,
				  of->ticket.for_counter) &&
		    model_stands_before(&model->tickets[i], of);
	return before;
}

/* Where the service stands in the counter's list, or -1. */
static int model_place(const struct model *model, int counter, int service)
{
	for (size_t i = 0; i < model->rules.counters[counter].n_services; i++) {
		if (model->rules.counters[counter].services[i] == service)
			return (int)i;
	}
	return -1;
}

/* Whether the counter may call it. */
static bool model_calls(const struct model *model, int counter,
			const struct queue_ticket *ticket)
{
	if (ticket->for_counter != QUEUE_NONE)
		return ticket->for_counter == counter;
	return model_place(model, counter, ticket->queue) >= 0;
}

/* The counter's first choice among the tickets of class a or b. */
static struct model_ticket *model_first(struct model *model, int counter,
					enum ticket_class a,
					enum ticket_class b)
{
	struct model_ticket *best = NULL, *own = NULL;
	int best_place = 0;

	for (size_t i = 0; i < model->n_tickets; i++) {
		struct queue_ticket *ticket = &model->tickets[i].ticket;
		int place = model_place(model, counter, ticket->queue);

		if (ticket->state != QUEUE_WAITING ||
		    !model_calls(model, counter, ticket) ||
		    (ticket->class != a && ticket->class != b))
			continue;
		if (ticket->for_counter == counter) {
			if (!own ||
			    model_stands_before(&model->tickets[i], own))
				own = &model->tickets[i];
			continue;
		}
		if (model->rules.counters[counter].prefer != QUEUE_ORDER)
			place = 0;
		if (!best || place < best_place ||
		    (place == best_place &&
		     model_stands_before(&model->tickets[i], best))) {
			best = &model->tickets[i];
			best_place = place;
		}
	}
	return !best || (own && model_stands_before(own, best)) ? own : best;
}

/* Privileged calls since the last normal one that passed a normal one over. */
static uint32_t model_run(const struct model *model, int counter)
{
	uint32_t run = 0;

	for (size_t i = model->n_calls; i > 0; i--) {
		const struct model_call *call = &model->calls[i - 1];

		if (call->call.counter != counter || call->recall)
			continue;
		if (call->call.class == TICKET_NORMAL)
			break;
		run += call->passed_over;
	}
	return run;
}

static int64_t model_when(const struct model *model,
			  const struct model_mark *mark,
			  enum queue_clock *clock);

static struct model_ticket *model_most_credit(struct model *model, int counter)
{
	struct model_ticket *best = NULL;
	int64_t most = 0;

	for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
		struct model_ticket *first = model_first(model, counter, c, c);
		enum queue_clock clock;
		int64_t credit;

		if (!first)
			continue;
		credit =
		    model->now_ms - model_when(model, &first->mark, &clock);
		credit = credit < 0 ? 0 : credit * model->rules.rates[c];
		if (!best || credit > most ||
		    (credit == most && model_stands_before(first, best))) {
			best = first;
			most = credit;
		}
	}
	return best;
}

static struct model_ticket *model_next(struct model *model, int counter)
{
	struct model_ticket *normal =
	    model_first(model, counter, TICKET_NORMAL, TICKET_NORMAL);
	struct model_ticket *other;

	if (model->rules.policy == QUEUE_ACCUMULATE)
		return model_most_credit(model, counter);
	if (model->rules.policy == QUEUE_STRICT) {
		other = model_first(model, counter, TICKET_PRIORITY,
				    TICKET_PRIORITY);
		if (!other)
			other = model_first(model, counter, TICKET_APPOINTMENT,
					    TICKET_APPOINTMENT);
		return other ? other : normal;
	}
	other =
	    model_first(model, counter, TICKET_PRIORITY, TICKET_APPOINTMENT);
	if (other && normal)
		return model_run(model, counter) >= model->rules.priority_ratio
			   ? normal
			   : other;
	return other ? other : normal;
}

/* ---- the clock ---- */

/* Whether it had been set since its boot, after so many happenings. */
static bool model_clock_set(const struct model *model, size_t after)
{
	return after > 0 && !model->history[after - 1].boot;
}

/* What is known today of when the number was given out, and of that clock. */
static int64_t model_when(const struct model *model,
			  const struct model_mark *mark,
			  enum queue_clock *clock)
{
	bool this_boot = true, set = model_clock_set(model, mark->after);
	int64_t when_ms = mark->told_ms;

	for (size_t i = mark->after; i < model->n_history; i++) {
		const struct model_happening *what = &model->history[i];

		if (what->boot) {
			this_boot = false;
			continue;
		}
		if (what->synced) {
			if (!this_boot && !set &&
			    !(mark->old_from <= i && i < mark->old_to)) {
				if (when_ms < what->at_ms)
					when_ms = what->at_ms;
				this_boot = true;
			}
			set |= this_boot;
			continue;
		}
		if (this_boot || (!set && what->step_ms > 0)) {
			when_ms += what->step_ms;
			this_boot = true;
			set = true;
		}
	}
	if (this_boot)
		*clock = set ? QUEUE_CLOCK_SET : QUEUE_CLOCK_RUNNING;
	else
		*clock = set ? QUEUE_CLOCK_TRUSTED : QUEUE_CLOCK_DOUBTED;
	return when_ms;
}

static bool model_young(const struct model *model,
			const struct model_mark *mark)
{
	enum queue_clock clock;

	return mark->number > 0 &&
	       model->now_ms - model_when(model, mark, &clock) < QUEUE_REUSE_MS;
}

static void model_take_back(const struct model *model,
			    struct model_service *service, bool goes_on)
{
	if (service->before.number <= service->last.number)
		return;
	if (goes_on)
		service->last.number = service->before.number;
	else
		service->last = service->before;
	if (!goes_on)
		service->last.old_to = model->n_history;
	service->before.number = 0;
}

static void model_step(struct model *model, int64_t step_ms)
{
	model->history[model->n_history++] =
	    (struct model_happening){.step_ms = step_ms};
	for (size_t i = 0; i < model->rules.n_services; i++) {
		struct model_service *service = &model->services[i];

		if (model_young(model, &service->before))
			model_take_back(model, service,
					service->last.number > 0);
	}
}

static void model_sync(struct model *model)
{
	model->history[model->n_history++] =
	    (struct model_happening){.synced = true, .at_ms = model->now_ms};
	for (size_t i = 0; i < model->rules.n_services; i++) {
		struct model_service *service = &model->services[i];

		if (model_young(model, &service->before))
			model_take_back(model, service,
					service->last.number > 0);
	}
}

static void model_boot(struct model *model)
{
	bool was_set = model_clock_set(model, model->n_history);

	model->history[model->n_history++] =
	    (struct model_happening){.boot = true};
	for (size_t i = 0; i < model->rules.n_services; i++) {
		struct model_service *service = &model->services[i];

		if (was_set)
			service->before.number = 0;
		else if (model_young(model, &service->before))
			model_take_back(model, service,
					service->last.number > 0);
	}
}

/* ---- acting ---- */

static struct queue_event *model_note(struct model *model, enum queue_kind kind,
				      int counter)
{
	struct queue_event *event = &model->events[model->n_events++];

	memset(event, 0, sizeof(*event));
	event->kind = kind;
	event->seq = ++model->seq;
	event->at_ms = model->now_ms;
	event->service = QUEUE_NONE;
	event->class = QUEUE_NONE;
	event->counter = counter;
	event->to_service = QUEUE_NONE;
	event->to_counter = QUEUE_NONE;
	return event;
}

static struct queue_event *model_note_of(struct model *model,
					 enum queue_kind kind,
					 const struct model_ticket *of,
					 int counter)
{
	struct queue_event *event = model_note(model, kind, counter);

	event->service = of->ticket.service;
	event->number = of->ticket.number;
	event->class = (int)of->ticket.class;
	return event;
}

/* Takes the ticket's line off the board. */
static void model_hide(struct model *model, const struct queue_ticket *ticket)
{
	for (size_t i = 0; i < model->n_calls; i++) {
		if (model->calls[i].call.service == ticket->service &&
		    model->calls[i].call.number == ticket->number)
			model->calls[i].shown = false;
	}
}

/* A line pushed off the board stays off. */
static void model_trim_board(struct model *model)
{
	size_t shown = 0;

	for (size_t i = model->n_calls; i > 0; i--) {
		if (model->calls[i - 1].shown && ++shown > QUEUE_CALLS)
			model->calls[i - 1].shown = false;
	}
}

static void model_announce(struct model *model, struct queue_ticket *ticket,
			   bool passed_over, bool recall)
{
	ticket->calls++;
	ticket->recalls = recall ? ticket->recalls + 1 : 0;
	ticket->called_at_ms = model->now_ms;
	model_hide(model, ticket);
	model->calls[model->n_calls++] = (struct model_call){
	    .call =
		{
		    .id = model->seq,
		    .service = ticket->service,
		    .number = ticket->number,
		    .class = ticket->class,
		    .counter = ticket->counter,
		    .at_ms = model->now_ms,
		    .calls = ticket->calls,
		},
	    .passed_over = passed_over,
	    .recall = recall,
	    .shown = true,
	};
	model_trim_board(model);
}

static void model_end(struct model *model, int counter,
		      enum queue_ticket_state state, enum queue_kind kind)
{
	struct model_ticket *there = model_serving(model, counter);

	model_note_of(model, kind, there, counter);
	there->ticket.state = state;
	if (state == QUEUE_WAITING)
		model_hide(model, &there->ticket);
	if (state == QUEUE_SERVED) {
		model->counters[counter].rateable = true;
		model->counters[counter].rate_service = there->ticket.service;
		model->counters[counter].rate_number = there->ticket.number;
	}
}

static void model_call(struct model *model, int counter,
		       struct model_ticket *next)
{
	bool normal_waits;

	if (model->counters[counter].state != QUEUE_COUNTER_IS_OPEN) {
		model_note(model, QUEUE_COUNTER_OPENED, counter);
		model->counters[counter].state = QUEUE_COUNTER_IS_OPEN;
	}
	if (model_serving(model, counter))
		model_end(model, counter, QUEUE_SERVED, QUEUE_FINISHED);
	if (!next)
		return;
	model_note_of(model, QUEUE_CALLED, next, counter);
	normal_waits =
	    model_first(model, counter, TICKET_NORMAL, TICKET_NORMAL) != NULL;
	next->ticket.state = QUEUE_AT_COUNTER;
	next->ticket.counter = counter;
	model_announce(model, &next->ticket, normal_waits, false);
}

static enum ticket_class model_class(const struct model *model,
				     const struct queue_command *command)
{
	bool named = command->from_ms != 0 || command->until_ms != 0;

	if (command->class == TICKET_APPOINTMENT && named &&
	    (model->now_ms < command->from_ms - 15 * 60000 ||
	     model->now_ms > command->until_ms + 15 * 60000))
		return TICKET_NORMAL;
	return command->class;
}

static enum queue_refusal model_issue(struct model *model,
				      const struct queue_command *command)
{
	int service = command->service;
	struct model_service *of = &model->services[service];
	enum ticket_class class = model_class(model, command);
	struct queue_wait wait;
	bool late;
	uint32_t cap;
	struct queue_event *event;

	if (service < 0 || service >= (int)model->rules.n_services)
		return QUEUE_UNKNOWN_SERVICE;
	if (command->closed)
		return QUEUE_CLOSED;
	late =
	    queue_wait(model->oracle, service, class, model->now_ms, &wait) &&
	    model->rules.last_call != QUEUE_LAST_OFF && command->left_ms != 0 &&
	    wait.high_s * 1000LL > command->left_ms;
	cap = model->rules.services[service].daily_cap;
	if (cap != 0 && of->today >= cap)
		return QUEUE_CAP_REACHED;
	if (late && model->rules.last_call == QUEUE_LAST_STOP)
		return QUEUE_TOO_LATE;
	if (model->n_tickets == model->rules.max_tickets)
		return QUEUE_FULL;
	event = model_note(model, QUEUE_ISSUED, QUEUE_NONE);
	event->ahead = (uint32_t)model_waiting(model, service, QUEUE_NONE, -1,
					       model->n_tickets);
	event->service = service;
	event->class = (int)class;
	event->number = of->last.number + 1;
	event->wait_low_s = wait.low_s;
	event->wait_high_s = wait.high_s;
	event->last_call = late;
	if (command->class == TICKET_APPOINTMENT) {
		event->from_ms = command->from_ms;
		event->until_ms = command->until_ms;
	}
	of->today++;
	of->last = (struct model_mark){.number = event->number,
				       .told_ms = model->now_ms,
				       .after = model->n_history};
	model->tickets[model->n_tickets] = (struct model_ticket){
	    .ticket = {.service = service,
		       .number = event->number,
		       .queue = service,
		       .for_counter = QUEUE_NONE,
		       .class = class,
		       .state = QUEUE_WAITING,
		       .counter = QUEUE_NONE,
		       .issued_at_ms = model->now_ms,
		       .seq = model->seq},
	    .mark = of->last,
	    .place = (double)model->n_tickets,
	};
	model->n_tickets++;
	return QUEUE_OK;
}

/* Numbers up to that one may have been given out and lost. */
static inline void model_raise(struct model *model, int service,
			       uint32_t number)
{
	struct model_service *of = &model->services[service];

	if (number > of->last.number)
		of->last = (struct model_mark){.number = number,
					       .told_ms = model->now_ms,
					       .after = model->n_history};
}

static enum queue_refusal model_rate(struct model *model,
				     const struct queue_command *command)
{
	struct model_counter *at = &model->counters[command->counter];
	struct queue_event *event;

	if (command->stars == 0 || command->stars > 5)
		return QUEUE_BAD_STARS;
	if (!at->rateable || (command->service != QUEUE_NONE &&
			      (command->service != at->rate_service ||
			       command->number != at->rate_number)))
		return QUEUE_NOTHING_TO_RATE;
	event =
	    model_note_of(model, QUEUE_RATED,
			  model_find(model, at->rate_service, at->rate_number),
			  command->counter);
	event->stars = command->stars;
	at->rateable = false;
	return QUEUE_OK;
}

static enum queue_refusal model_set_counter(struct model *model, int counter,
					    enum queue_counter_state state,
					    enum queue_kind kind)
{
	if (model->counters[counter].state == state)
		return QUEUE_OK;
	if (state == QUEUE_COUNTER_IS_CLOSED && model_serving(model, counter))
		return QUEUE_TICKET_AT_COUNTER;
	model_note(model, kind, counter);
	model->counters[counter].state = state;
	return QUEUE_OK;
}

/* ---- the day ---- */

static void model_forget_old(struct model *model)
{
	size_t kept = 0;

	for (size_t i = 0; i < model->n_tickets; i++) {
		if (model_young(model, &model->tickets[i].mark))
			model->tickets[kept++] = model->tickets[i];
	}
	model->n_tickets = kept;
	for (size_t i = 0; i < kept; i++)
		model->tickets[i].place = (double)i;
	for (size_t i = 0; i < model->n_calls; i++) {
		struct queue_call *call = &model->calls[i].call;

		if (!model_find(model, call->service, call->number))
			model->calls[i].shown = false;
	}
	for (size_t i = 0; i < model->rules.n_counters; i++) {
		struct model_counter *at = &model->counters[i];

		if (!model_find(model, at->rate_service, at->rate_number))
			at->rateable = false;
	}
}

static void model_seed(struct model *model, int service,
		       struct queue_event *event)
{
	struct model_service *of = &model->services[service];
	struct queue_seed *seed = &event->seeds[service];
	bool goes_on = model_young(model, &of->last);

	for (size_t i = 0; event->carried && i < model->n_tickets; i++)
		goes_on |= model->tickets[i].ticket.service == service;
	if (!goes_on && of->last.number > 0) {
		of->before = of->last;
		of->before.old_from = model->n_history;
		of->before.old_to = SIZE_MAX;
		of->last.number = 0;
	}
	of->today = 0;
	for (size_t i = 0; event->carried && i < model->n_tickets; i++)
		of->today += model->tickets[i].ticket.service == service;
	if (of->last.number > 0) {
		seed->last = of->last.number;
		seed->last_issued_ms =
		    model_when(model, &of->last, &seed->last_clock);
	}
	if (of->before.number > 0) {
		seed->before = of->before.number;
		seed->before_issued_ms =
		    model_when(model, &of->before, &seed->before_clock);
	}
}

static void model_open_day(struct model *model,
			   const struct queue_command *command)
{
	bool stepped = command->stepped || strcmp(command->day, model->day) < 0;
	struct queue_event *event;

	if (strcmp(command->day, model->day) == 0)
		return;
	for (size_t i = 0; i < model->n_tickets; i++) {
		struct model_ticket *of = &model->tickets[i];
		bool there = of->ticket.state == QUEUE_AT_COUNTER;

		if ((!there && of->ticket.state != QUEUE_WAITING) ||
		    (stepped && model_young(model, &of->mark)))
			continue;
		model_note_of(model, QUEUE_EXPIRED, of,
			      there ? of->ticket.counter : QUEUE_NONE);
		of->ticket.state = QUEUE_STALE;
	}
	if (stepped)
		model_forget_old(model);
	event = model_note(model, QUEUE_DAY_OPENED, QUEUE_NONE);
	event->carried = stepped && model->n_tickets > 0;
	event->clock_set = model_clock_set(model, model->n_history);
	memcpy(event->day, command->day, sizeof(event->day));
	memcpy(model->day, command->day, sizeof(model->day));
	for (size_t i = 0; i < model->rules.n_services; i++)
		model_seed(model, (int)i, event);
	if (!event->carried) {
		model->n_tickets = 0;
		model->n_calls = 0;
		memset(model->counters, 0, sizeof(model->counters));
	}
}

/* ---- commands ---- */

/* The one of the ticket's line and class with so many before it, or NULL. */
static struct model_ticket *model_at(struct model *model,
				     const struct model_ticket *of, size_t rank)
{
	for (size_t i = 0; i < model->n_tickets; i++) {
		struct model_ticket *one = &model->tickets[i];
		size_t before = 0;

		if (!model_in_line(&one->ticket, of->ticket.queue,
				   of->ticket.for_counter) ||
		    one->ticket.class != of->ticket.class)
			continue;
		for (size_t j = 0; j < model->n_tickets; j++)
			before +=
			    model_in_line(&model->tickets[j].ticket,
					  of->ticket.queue,
					  of->ticket.for_counter) &&
			    model->tickets[j].ticket.class == of->ticket.class
			    && model_stands_before(&model->tickets[j], one);
		if (before == rank)
			return one;
	}
	return NULL;
}

/* Behind the next n of its line and class, but not before its arrival. */
static void model_put(struct model *model, struct model_ticket *of, uint32_t n)
{
	double arrived = (double)(of - model->tickets);
	size_t rank = n;

	of->place = arrived;
	while (rank > 0 && !model_at(model, of, rank - 1))
		rank--;
	for (; rank > 0; rank--) {
		double before = model_at(model, of, rank - 1)->place;
		const struct model_ticket *next = model_at(model, of, rank);
		double end = (double)(int64_t)before + 1;

		if (before < arrived)
			return;
		if (next && next->place < end)
			end = next->place;
		if (end - before > 1 / 4294967296.0) {
			of->place = before + (end - before) / 2;
			return;
		}
	}
}

/* Restore, cancel, and the call of a ticket. */
static enum queue_refusal model_with_ticket(struct model *model,
					    const struct queue_command *command)
{
	struct model_ticket *of =
	    model_find(model, command->service, command->number);

	if (command->service < 0 ||
	    command->service >= (int)model->rules.n_services)
		return QUEUE_UNKNOWN_SERVICE;
	if (!of)
		return QUEUE_UNKNOWN_TICKET;
	if (of->ticket.state !=
	    (command->verb == QUEUE_RESTORE ? QUEUE_MISSED : QUEUE_WAITING))
		return QUEUE_WRONG_STATE;
	if (command->verb == QUEUE_RESTORE) {
		model_note_of(model, QUEUE_RESTORED, of, QUEUE_NONE)->after =
		    model->rules.restore_after;
		model_put(model, of, model->rules.restore_after);
		of->ticket.state = QUEUE_WAITING;
		model_hide(model, &of->ticket);
	} else if (command->verb == QUEUE_CANCEL) {
		model_note_of(model, QUEUE_CANCELLED, of, QUEUE_NONE);
		of->ticket.state = QUEUE_GONE;
	} else if (!model_calls(model, command->counter, &of->ticket)) {
		return QUEUE_NOT_SERVED_HERE;
	} else {
		model_call(model, command->counter, of);
	}
	return QUEUE_OK;
}

/* Recall, finish, no-show, return. */
static enum queue_refusal model_at_counter(struct model *model,
					   enum queue_verb verb, int counter)
{
	struct model_ticket *there = model_serving(model, counter);

	if (!there)
		return QUEUE_NOBODY_AT_COUNTER;
	if (verb == QUEUE_RECALL) {
		model_note_of(model, QUEUE_RECALLED, there, counter);
		model_announce(model, &there->ticket, false, true);
	} else if (verb == QUEUE_FINISH) {
		model_end(model, counter, QUEUE_SERVED, QUEUE_FINISHED);
	} else if (verb == QUEUE_MISS) {
		model_end(model, counter, QUEUE_MISSED, QUEUE_NO_SHOW);
	} else {
		model_end(model, counter, QUEUE_WAITING, QUEUE_RETURNED);
	}
	return QUEUE_OK;
}

static enum queue_refusal model_transfer(struct model *model,
					 const struct queue_command *command)
{
	struct model_ticket *there = model_serving(model, command->counter);
	bool to_counter = command->to_counter != QUEUE_NONE;
	bool served = to_counter;
	struct queue_event *event;

	if (!there)
		return QUEUE_NOBODY_AT_COUNTER;
	if (to_counter && (command->to_counter < 0 ||
			   command->to_counter >= (int)model->rules.n_counters))
		return QUEUE_UNKNOWN_COUNTER;
	if (!to_counter &&
	    (command->to_service < 0 ||
	     command->to_service >= (int)model->rules.n_services))
		return QUEUE_UNKNOWN_SERVICE;
	if (to_counter ? command->to_counter == command->counter
		       : there->ticket.for_counter == QUEUE_NONE &&
			     there->ticket.queue == command->to_service)
		return QUEUE_ALREADY_THERE;
	for (size_t c = 0; c < model->rules.n_counters; c++)
		served |= model_place(model, (int)c, command->to_service) >= 0;
	if (!served)
		return QUEUE_NOT_SERVED;
	model_end(model, command->counter, QUEUE_WAITING, QUEUE_TRANSFERRED);
	event = &model->events[model->n_events - 1];
	there->ticket.for_counter = event->to_counter = command->to_counter;
	there->place = (double)(there - model->tickets);
	if (!to_counter)
		there->ticket.queue = event->to_service = command->to_service;
	return QUEUE_OK;
}

static bool model_conflicts(struct model *model,
			    const struct queue_command *command)
{
	struct model_ticket *there = model_serving(model, command->counter);

	if (!command->expects)
		return false;
	if (command->expect_service == QUEUE_NONE)
		return there != NULL;
	return !there || there->ticket.service != command->expect_service ||
	       there->ticket.number != command->expect_number;
}

/* Acts, and leaves what it expects of the queue in model->events. */
static enum queue_refusal model_act(struct model *model,
				    const struct queue_command *command)
{
	int counter = command->counter;

	model->n_events = 0;
	if (command->verb == QUEUE_OPEN_DAY) {
		model_open_day(model, command);
		return QUEUE_OK;
	}
	if (model->day[0] == '\0')
		return QUEUE_NO_DAY;
	if (command->verb == QUEUE_ISSUE)
		return model_issue(model, command);
	if (command->verb == QUEUE_RESTORE || command->verb == QUEUE_CANCEL)
		return model_with_ticket(model, command);
	if (counter < 0 || counter >= (int)model->rules.n_counters)
		return QUEUE_UNKNOWN_COUNTER;
	if (model_conflicts(model, command))
		return QUEUE_CONFLICT;
	if (command->verb == QUEUE_CALL_NEXT) {
		model_call(model, counter, model_next(model, counter));
		return QUEUE_OK;
	}
	if (command->verb == QUEUE_CALL_TICKET)
		return model_with_ticket(model, command);
	if (command->verb == QUEUE_TRANSFER)
		return model_transfer(model, command);
	if (command->verb == QUEUE_RATE)
		return model_rate(model, command);
	if (command->verb == QUEUE_OPEN)
		return model_set_counter(model, counter, QUEUE_COUNTER_IS_OPEN,
					 QUEUE_COUNTER_OPENED);
	if (command->verb == QUEUE_PAUSE)
		return model_set_counter(model, counter,
					 QUEUE_COUNTER_IS_PAUSED,
					 QUEUE_COUNTER_PAUSED);
	if (command->verb == QUEUE_CLOSE)
		return model_set_counter(model, counter,
					 QUEUE_COUNTER_IS_CLOSED,
					 QUEUE_COUNTER_CLOSED);
	return model_at_counter(model, command->verb, counter);
}

#endif
