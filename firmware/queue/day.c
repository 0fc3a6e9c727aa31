/* SPDX-License-Identifier: MIT */
/*
 * The business day and the clock.
 *
 * A number may be given out again once QUEUE_REUSE_MS have really passed. What
 * the wall clock says of that is only as good as the clock, and a Pi has no
 * battery: it starts with the time of its last shutdown and is set when the
 * network comes. So each number's time is kept with the clock that told it:
 *
 *	clock		a step of the clock		a new boot makes it
 *	RUNNING, SET	moves it, and it is SET		DOUBTED, TRUSTED
 *	DOUBTED		forward: moves it, and it is	DOUBTED
 *			SET; back: leaves it
 *	TRUSTED		leaves it			TRUSTED
 *
 *	clock		the clock is found right, with no step seen
 *	RUNNING		it was right all along: SET
 *	DOUBTED		when that was cannot be known, but it was before now: as
 *			if issued now, SET
 *	SET, TRUSTED	leaves it
 *
 * In this boot what has passed between a time and now is known, whatever the
 * clock said, and a step moves both. An earlier boot whose clock was set told
 * the truth. One whose clock was never set was behind by no more than this
 * boot's is, so a step forward moves its times to where they are, or later.
 * A time that is too late makes a number seem younger than it is, and then
 * numbers go on where they stood, which is always safe. So is it where a time
 * lies in the future.
 *
 * Found right with no step seen: the network was there before kioskd, or the
 * machine has a clock with a battery. The day that was open under a doubted
 * clock may then be this one, whatever its name: where queue_in_doubt(), a day
 * that is opened now is opened as after a step.
 *
 * Should the clock have been ahead when numbers began at 1 again, then the
 * restart is taken back once the clock is set back, or a boot finds it earlier:
 * numbers go on from where they stood before, at once, even where that leaves a
 * gap in the day. A restart that a set clock has borne out stands.
 */
#include <errno.h>
#include <string.h>

#include "queue/internal.h"
#include "queue/waiting.h"

/* a + b, held at the ends: times may come from a doctored journal. */
static int64_t add_ms(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return b > 0 ? INT64_MAX : INT64_MIN;
	return sum;
}

/* Whether the number must not be given out again yet. */
static bool is_young(const struct mark *mark, int64_t now_ms)
{
	return mark->number > 0 &&
	       now_ms < add_ms(mark->issued_ms, QUEUE_REUSE_MS);
}

struct mark day_mark(const struct queue *queue, uint32_t number, int64_t now_ms)
{
	return (struct mark){
	    .number = number,
	    .clock = queue->clock_set ? QUEUE_CLOCK_SET : QUEUE_CLOCK_RUNNING,
	    .issued_ms = now_ms,
	};
}

/* ---- steps and boots ---- */

static void step_mark(struct mark *mark, int64_t step_ms)
{
	bool moves = false;

	switch (mark->clock) {
	case QUEUE_CLOCK_RUNNING:
	case QUEUE_CLOCK_SET:
		moves = true;
		break;
	case QUEUE_CLOCK_DOUBTED:
		moves = step_ms > 0;
		break;
	case QUEUE_CLOCK_TRUSTED:
		break;
	}
	if (mark->number > 0 && moves) {
		mark->issued_ms = add_ms(mark->issued_ms, step_ms);
		mark->clock = QUEUE_CLOCK_SET;
	}
}

static void age_mark(struct mark *mark)
{
	if (mark->clock == QUEUE_CLOCK_RUNNING)
		mark->clock = QUEUE_CLOCK_DOUBTED;
	else if (mark->clock == QUEUE_CLOCK_SET)
		mark->clock = QUEUE_CLOCK_TRUSTED;
}

/*
 * The restart came too early: numbers go on from where they stood before.
 * goes_on: those given out since count, and are the younger ones.
 */
static void take_back_restart(struct service *service, bool goes_on)
{
	if (service->before.number <= service->last.number)
		return;
	if (goes_on)
		service->last.number = service->before.number;
	else
		service->last = service->before;
	service->before = (struct mark){0};
}

void day_apply_stepped(struct queue *queue, int64_t step_ms, int64_t now_ms)
{
	queue->clock_set = true;
	for (size_t i = 0; i < queue->rules.n_services; i++) {
		struct service *service = &queue->services[i];

		step_mark(&service->last, step_ms);
		step_mark(&service->before, step_ms);
		if (is_young(&service->before, now_ms))
			take_back_restart(service, service->last.number > 0);
	}
	for (uint32_t slot = 1; slot <= queue->n_tickets; slot++)
		step_mark(&slot_at(queue, slot)->mark, step_ms);
}

static void sync_mark(struct mark *mark, int64_t now_ms)
{
	if (mark->number == 0)
		return;
	if (mark->clock == QUEUE_CLOCK_DOUBTED && mark->issued_ms < now_ms)
		mark->issued_ms = now_ms;
	if (mark->clock == QUEUE_CLOCK_DOUBTED ||
	    mark->clock == QUEUE_CLOCK_RUNNING)
		mark->clock = QUEUE_CLOCK_SET;
}

void day_apply_synced(struct queue *queue, int64_t now_ms)
{
	queue->clock_set = true;
	for (size_t i = 0; i < queue->rules.n_services; i++) {
		struct service *service = &queue->services[i];

		sync_mark(&service->last, now_ms);
		/* A restart was right where it is right by this clock. */
		if (service->before.clock == QUEUE_CLOCK_RUNNING)
			sync_mark(&service->before, now_ms);
		if (is_young(&service->before, now_ms))
			take_back_restart(service, service->last.number > 0);
	}
	for (uint32_t slot = 1; slot <= queue->n_tickets; slot++)
		sync_mark(&slot_at(queue, slot)->mark, now_ms);
}

bool queue_in_doubt(const struct queue *queue)
{
	for (uint32_t slot = 1; slot <= queue->n_tickets; slot++) {
		if (slot_at(queue, slot)->mark.clock == QUEUE_CLOCK_DOUBTED)
			return true;
	}
	return false;
}

void day_apply_booted(struct queue *queue, int64_t now_ms)
{
	for (size_t i = 0; i < queue->rules.n_services; i++) {
		struct service *service = &queue->services[i];

		age_mark(&service->last);
		age_mark(&service->before);
		/* A clock that was set has borne the restart out. */
		if (queue->clock_set)
			service->before = (struct mark){0};
		else if (is_young(&service->before, now_ms))
			take_back_restart(service, service->last.number > 0);
	}
	for (uint32_t slot = 1; slot <= queue->n_tickets; slot++)
		age_mark(&slot_at(queue, slot)->mark);
	queue->clock_set = false;
}

/* ---- deciding ---- */

/* "2026-11-24", as far as a pure function can tell. */
static bool is_day(const char day[QUEUE_DAY_SIZE])
{
	static const char shape[QUEUE_DAY_SIZE] = "dddd-dd-dd";

	for (size_t i = 0; i < QUEUE_DAY_SIZE; i++) {
		bool digit = day[i] >= '0' && day[i] <= '9';

		if (shape[i] == 'd' ? !digit : day[i] != shape[i])
			return false;
	}
	return true;
}

static bool is_open(const struct queue_ticket *ticket)
{
	return ticket->state == QUEUE_WAITING ||
	       ticket->state == QUEUE_AT_COUNTER;
}

/* A ticket that the day's end closes, or SLOT_NONE. The expired events go up
 * through the slots, so that all of them together cost one pass. */
static uint32_t next_to_expire(const struct queue *queue, bool stepped,
			       int64_t now_ms)
{
	for (uint32_t slot = queue->expire_from + 1; slot <= queue->n_tickets;
	     slot++) {
		if (is_open(&slot_at(queue, slot)->ticket) &&
		    !(stepped && is_young(&slot_at(queue, slot)->mark, now_ms)))
			return slot;
	}
	return SLOT_NONE;
}

/* Where the numbers go on; stays: tickets of the service outlive the day. */
static struct queue_seed make_seed(struct service service, bool stays,
				   int64_t now_ms)
{
	bool goes_on = stays || is_young(&service.last, now_ms);

	if (!goes_on && service.last.number > 0) {
		service.before = service.last;
		service.last = (struct mark){0};
	}
	return (struct queue_seed){
	    .last = service.last.number,
	    .last_issued_ms = service.last.issued_ms,
	    .last_clock = service.last.clock,
	    .before = service.before.number,
	    .before_issued_ms = service.before.issued_ms,
	    .before_clock = service.before.clock,
	};
}

static void decide_opened(const struct queue *queue, bool stepped,
			  int64_t now_ms, struct queue_event *event)
{
	bool stays[QUEUE_MAX_SERVICES] = {false};

	for (uint32_t slot = 1; stepped && slot <= queue->n_tickets; slot++) {
		if (is_young(&slot_at(queue, slot)->mark, now_ms)) {
			stays[slot_at(queue, slot)->ticket.service] = true;
			event->carried = true;
		}
	}
	event->kind = QUEUE_DAY_OPENED;
	event->clock_set = queue->clock_set;
	for (size_t i = 0; i < queue->rules.n_services; i++)
		event->seeds[i] =
		    make_seed(queue->services[i], stays[i], now_ms);
}

int day_decide(const struct queue *queue, const struct queue_command *command,
	       int64_t now_ms, struct queue_event *event,
	       enum queue_refusal *why)
{
	const struct queue_ticket *ticket;
	bool stepped;
	uint32_t slot;

	*why = QUEUE_OK;
	if (!is_day(command->day)) {
		*why = QUEUE_NO_DAY;
		return -EPERM;
	}
	if (strcmp(command->day, queue->day) == 0)
		return 0;
	/* A day does not go back by itself. */
	stepped = command->stepped || strcmp(command->day, queue->day) < 0;
	memset(event, 0, sizeof(*event));
	event->at_ms = now_ms;
	event->service = QUEUE_NONE;
	event->class = QUEUE_NONE;
	event->counter = QUEUE_NONE;
	slot = next_to_expire(queue, stepped, now_ms);
	if (slot == SLOT_NONE) {
		memcpy(event->day, command->day, sizeof(event->day));
		decide_opened(queue, stepped, now_ms, event);
		return 1;
	}
	ticket = &slot_at(queue, slot)->ticket;
	event->kind = QUEUE_EXPIRED;
	event->service = ticket->service;
	event->number = ticket->number;
	event->class = (int)ticket->class;
	if (ticket->state == QUEUE_AT_COUNTER)
		event->counter = ticket->counter;
	return 1;
}

/* ---- applying ---- */

static bool seed_fits(const struct queue_seed *seed)
{
	return seed->last <= TICKET_MAX_NUMBER &&
	       seed->before <= TICKET_MAX_NUMBER &&
	       (unsigned int)seed->last_clock < QUEUE_CLOCKS &&
	       (unsigned int)seed->before_clock < QUEUE_CLOCKS;
}

/* Moves a ticket that stays to its new slot, which is not above its old one. */
static void move_slot(struct queue *queue, uint32_t from, uint32_t to,
		      const struct counter old[QUEUE_MAX_COUNTERS])
{
	const struct queue_ticket *ticket = &slot_at(queue, to)->ticket;
	struct service *service;

	*slot_at(queue, to) = *slot_at(queue, from);
	slot_at(queue, to)->place = waiting_place(to);
	queue_index_slot(queue, to);
	if (ticket->state == QUEUE_WAITING)
		waiting_insert(queue, to);
	for (size_t i = 0; i < queue->rules.n_counters; i++) {
		if (old[i].serving == from)
			queue->counters[i].serving = to;
		if (old[i].rateable == from)
			queue->counters[i].rateable = to;
	}
	service = &queue->services[ticket->service];
	service->issued++;
	/* Of our own events it is true already; of others it must be. */
	if (service->last.number < ticket->number)
		service->last = slot_at(queue, to)->mark;
}

static void keep_calls(struct queue *queue, size_t n_calls)
{
	for (size_t i = 0; i < n_calls; i++) {
		const struct queue_call *call = &queue->calls[i];

		if (queue_slot_of(queue, call->service, call->number) !=
		    SLOT_NONE)
			queue->calls[queue->n_calls++] = *call;
	}
}

/* The tickets that were really issued today, and those still open, come along;
 * the rest goes, or days that begin with a step would fill the memory. */
static void carry_on(struct queue *queue, int64_t now_ms)
{
	struct counter old[QUEUE_MAX_COUNTERS];
	uint32_t n_tickets = queue->n_tickets;
	size_t n_calls = queue->n_calls;

	memcpy(old, queue->counters, sizeof(old));
	queue_clear_day(queue);
	for (size_t i = 0; i < queue->rules.n_counters; i++) {
		queue->counters[i].state = old[i].state;
		queue->counters[i].run = old[i].run;
	}
	for (uint32_t slot = 1; slot <= n_tickets; slot++) {
		if (is_young(&slot_at(queue, slot)->mark, now_ms) ||
		    is_open(&slot_at(queue, slot)->ticket))
			move_slot(queue, slot, ++queue->n_tickets, old);
	}
	keep_calls(queue, n_calls);
}

int day_apply_opened(struct queue *queue, const struct queue_event *event)
{
	if (!is_day(event->day) || strcmp(event->day, queue->day) == 0)
		return -EINVAL;
	for (size_t i = 0; i < queue->rules.n_services; i++) {
		if (!seed_fits(&event->seeds[i]))
			return -EINVAL;
	}
	memcpy(queue->day, event->day, sizeof(queue->day));
	queue->clock_set = event->clock_set;
	for (size_t i = 0; i < queue->rules.n_services; i++) {
		const struct queue_seed *seed = &event->seeds[i];

		queue->services[i].last =
		    (struct mark){seed->last, seed->last_clock,
				  seed->last_issued_ms};
		queue->services[i].before =
		    (struct mark){seed->before, seed->before_clock,
				  seed->before_issued_ms};
	}
	if (event->carried)
		carry_on(queue, event->at_ms);
	else
		queue_clear_day(queue);
	return 0;
}
