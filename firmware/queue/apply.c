/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "queue/internal.h"
#include "queue/waiting.h"

/* Which state an event takes a ticket to; what is left out does not fit. */
struct move {
	bool fits;
	enum queue_ticket_state to;
};

static const struct move moves[QUEUE_KINDS][QUEUE_TICKET_STATES] = {
    [QUEUE_CALLED] = {[QUEUE_WAITING] = {true, QUEUE_AT_COUNTER}},
    [QUEUE_RECALLED] = {[QUEUE_AT_COUNTER] = {true, QUEUE_AT_COUNTER}},
    [QUEUE_FINISHED] = {[QUEUE_AT_COUNTER] = {true, QUEUE_SERVED}},
    [QUEUE_NO_SHOW] = {[QUEUE_AT_COUNTER] = {true, QUEUE_MISSED}},
    [QUEUE_TRANSFERRED] = {[QUEUE_AT_COUNTER] = {true, QUEUE_WAITING}},
    [QUEUE_RETURNED] = {[QUEUE_AT_COUNTER] = {true, QUEUE_WAITING}},
    [QUEUE_RESTORED] = {[QUEUE_MISSED] = {true, QUEUE_WAITING}},
    [QUEUE_CANCELLED] = {[QUEUE_WAITING] = {true, QUEUE_GONE}},
    [QUEUE_EXPIRED] = {[QUEUE_WAITING] = {true, QUEUE_STALE},
		       [QUEUE_AT_COUNTER] = {true, QUEUE_STALE}},
};

/* ---- the board's calls ---- */

static void forget_call(struct queue *queue, const struct queue_ticket *ticket)
{
	size_t kept = 0;

	for (size_t i = 0; i < queue->n_calls; i++) {
		const struct queue_call *call = &queue->calls[i];

		if (call->service != ticket->service ||
		    call->number != ticket->number)
			queue->calls[kept++] = *call;
	}
	queue->n_calls = kept;
}

static void note_call(struct queue *queue, const struct queue_ticket *ticket,
		      const struct queue_event *event)
{
	forget_call(queue, ticket);
	if (queue->n_calls == QUEUE_CALLS)
		queue->n_calls--;
	memmove(queue->calls + 1, queue->calls,
		queue->n_calls * sizeof(queue->calls[0]));
	queue->n_calls++;
	queue->calls[0] = (struct queue_call){
	    .id = event->seq,
	    .service = ticket->service,
	    .number = ticket->number,
	    .class = ticket->class,
	    .counter = ticket->counter,
	    .at_ms = event->at_ms,
	    .calls = ticket->calls,
	};
}

/* ---- events ---- */

static int apply_issued(struct queue *queue, const struct queue_event *event)
{
	struct service *service;
	uint32_t slot;

	/* A number may be missing between: a row that was passed over. */
	if (queue->day[0] == '\0' ||
	    !queue_has_service(queue, event->service) ||
	    (unsigned int)event->class >= TICKET_CLASSES ||
	    event->number > TICKET_MAX_NUMBER ||
	    event->wait_low_s > event->wait_high_s ||
	    event->number <= queue->services[event->service].last.number ||
	    queue->n_tickets >= queue->rules.max_tickets)
		return -EINVAL;
	service = &queue->services[event->service];
	slot = ++queue->n_tickets;
	service->issued++;
	service->last = day_mark(queue, event->number, event->at_ms);
	*slot_at(queue, slot) = (struct slot){
	    .ticket =
		{
		    .service = event->service,
		    .number = event->number,
		    .queue = event->service,
		    .class = (enum ticket_class)event->class,
		    .state = QUEUE_WAITING,
		    .for_counter = QUEUE_NONE,
		    .counter = QUEUE_NONE,
		    .issued_at_ms = event->at_ms,
		    .seq = event->seq,
		},
	    .mark = service->last,
	    .place = waiting_place(slot),
	};
	queue_index_slot(queue, slot);
	waiting_insert(queue, slot);
	estimate_note_issued(queue, event);
	return 0;
}

/* As if the number had been given out just now: at worst numbers go on behind
 * it for longer than they had to. Also with no day open: its seeds tell. */
static int apply_raised(struct queue *queue, const struct queue_event *event)
{
	struct service *service;

	if (!queue_has_service(queue, event->service) ||
	    event->number > TICKET_MAX_NUMBER)
		return -EINVAL;
	service = &queue->services[event->service];
	if (event->number > service->last.number)
		service->last = day_mark(queue, event->number, event->at_ms);
	return 0;
}

/* Whether a transfer's target is one, or none any more. */
static bool target_fits(const struct queue *queue,
			const struct queue_event *event)
{
	bool service = event->to_service != QUEUE_NONE;
	bool counter = event->to_counter != QUEUE_NONE;

	return !(service && counter) &&
	       (!service || queue_has_service(queue, event->to_service)) &&
	       (!counter || queue_has_counter(queue, event->to_counter));
}

/* Whether the event's counter is where the event can happen. */
static bool counter_fits(const struct queue *queue,
			 const struct queue_event *event, uint32_t slot)
{
	const struct counter *counter;

	switch (event->kind) {
	case QUEUE_CALLED:
		if (event->counter == QUEUE_NONE)
			return true; /* there is no such counter any more */
		if (!queue_has_counter(queue, event->counter))
			return false;
		counter = &queue->counters[event->counter];
		return counter->serving == SLOT_NONE &&
		       counter->state == QUEUE_COUNTER_IS_OPEN;
	case QUEUE_RECALLED:
	case QUEUE_FINISHED:
	case QUEUE_NO_SHOW:
	case QUEUE_RETURNED:
		return slot_at(queue, slot)->ticket.counter == event->counter;
	case QUEUE_TRANSFERRED:
		return slot_at(queue, slot)->ticket.counter == event->counter &&
		       target_fits(queue, event);
	case QUEUE_EXPIRED:
		return event->counter == QUEUE_NONE ||
		       slot_at(queue, slot)->ticket.counter == event->counter;
	case QUEUE_RESTORED:
	case QUEUE_CANCELLED:
		return true;
	case QUEUE_JOURNAL_OPENED:
	case QUEUE_DAY_OPENED:
	case QUEUE_ISSUED:
	case QUEUE_COUNTER_OPENED:
	case QUEUE_COUNTER_PAUSED:
	case QUEUE_COUNTER_CLOSED:
	case QUEUE_RATED:
	case QUEUE_PRINTED:
	case QUEUE_PRINT_FAILED:
	case QUEUE_CONFIG_LOADED:
	case QUEUE_CLOCK_STEPPED:
	case QUEUE_CLOCK_SYNCED:
	case QUEUE_PRINTER_CHANGED:
	case QUEUE_BUTTON_FAULT:
	case QUEUE_BUTTON_OK:
	case QUEUE_NUMBERS_RAISED:
		break;
	}
	return false;
}

/* Takes the ticket from its set or its counter to the other, or away. */
static void move(struct queue *queue, uint32_t slot, enum queue_ticket_state to)
{
	struct queue_ticket *ticket = &slot_at(queue, slot)->ticket;

	if (ticket->state == to)
		return;
	if (ticket->state == QUEUE_WAITING)
		waiting_remove(queue, slot);
	else if (ticket->state == QUEUE_AT_COUNTER &&
		 ticket->counter != QUEUE_NONE)
		queue->counters[ticket->counter].serving = SLOT_NONE;
	ticket->state = to;
}

/* Where it waits from now on. Arrival and class stay, so one who is sent on
 * goes before those who came later. */
static void aim(struct queue *queue, uint32_t slot,
		const struct queue_event *event)
{
	struct queue_ticket *ticket = &slot_at(queue, slot)->ticket;

	if (event->kind == QUEUE_TRANSFERRED) {
		ticket->for_counter = event->to_counter;
		if (event->to_service != QUEUE_NONE)
			ticket->queue = event->to_service;
		slot_at(queue, slot)->place = waiting_place(slot);
	} else if (event->kind == QUEUE_RESTORED) {
		slot_at(queue, slot)->place =
		    waiting_place_after(queue, slot, event->after);
	}
}

/* The ticket has left the counter. */
static void let_go(struct queue *queue, uint32_t slot,
		   const struct queue_event *event)
{
	if (event->kind == QUEUE_EXPIRED)
		estimate_note_rest(&queue->counters[event->counter]);
	else
		estimate_note_left(queue, event->counter,
				   slot_at(queue, slot)->ticket.queue,
				   event->kind != QUEUE_RETURNED, event->at_ms);
}

static int apply_to_ticket(struct queue *queue, const struct queue_event *event)
{
	uint32_t slot = queue_slot_of(queue, event->service, event->number);
	struct queue_ticket *ticket = &slot_at(queue, slot)->ticket;
	bool somewhere = event->counter != QUEUE_NONE;
	const struct move *next = &moves[event->kind][ticket->state];
	bool left;

	if (slot == SLOT_NONE || !next->fits ||
	    !counter_fits(queue, event, slot))
		return -EINVAL;
	if (event->kind == QUEUE_CALLED && somewhere)
		policy_note_call(queue, event->counter, ticket->class);
	left = ticket->state == QUEUE_AT_COUNTER &&
	       next->to != QUEUE_AT_COUNTER && somewhere;
	move(queue, slot, next->to);
	if (left)
		let_go(queue, slot, event);
	aim(queue, slot, event);
	switch (next->to) {
	case QUEUE_WAITING:
		waiting_insert(queue, slot);
		forget_call(queue, ticket);
		break;
	case QUEUE_AT_COUNTER:
		ticket->counter = event->counter;
		ticket->called_at_ms = event->at_ms;
		ticket->calls++;
		ticket->recalls =
		    event->kind == QUEUE_RECALLED ? ticket->recalls + 1 : 0;
		if (somewhere) {
			queue->counters[event->counter].serving = slot;
			if (event->kind == QUEUE_CALLED)
				estimate_note_called(&queue->counters
							  [event->counter],
						     event->at_ms);
			note_call(queue, ticket, event);
		}
		break;
	case QUEUE_SERVED:
		if (somewhere) {
			queue->counters[event->counter].rateable = slot;
			queue->counters[event->counter].rateable_ms =
			    event->at_ms;
		}
		break;
	case QUEUE_STALE:
		queue->expire_from = slot;
		break;
	case QUEUE_MISSED:
	case QUEUE_GONE:
		break;
	}
	return 0;
}

static int apply_to_counter(struct queue *queue,
			    const struct queue_event *event,
			    enum queue_counter_state to)
{
	struct counter *counter;

	if (queue->day[0] == '\0' || !queue_has_counter(queue, event->counter))
		return -EINVAL;
	counter = &queue->counters[event->counter];
	if (counter->state == to ||
	    (to == QUEUE_COUNTER_IS_CLOSED && counter->serving != SLOT_NONE))
		return -EINVAL;
	counter->state = to;
	if (to != QUEUE_COUNTER_IS_OPEN && counter->serving == SLOT_NONE)
		estimate_note_rest(counter);
	estimate_note_state(counter, event->at_ms);
	return 0;
}

static int apply_rated(struct queue *queue, const struct queue_event *event)
{
	uint32_t slot = queue_slot_of(queue, event->service, event->number);
	struct counter *counter;

	if (slot == SLOT_NONE || !queue_has_counter(queue, event->counter) ||
	    event->stars < 1 || event->stars > 5)
		return -EINVAL;
	counter = &queue->counters[event->counter];
	if (counter->rateable != slot)
		return -EINVAL;
	counter->rateable = SLOT_NONE;
	return 0;
}

static int apply(struct queue *queue, const struct queue_event *event)
{
	switch (event->kind) {
	case QUEUE_DAY_OPENED:
		return day_apply_opened(queue, event);
	case QUEUE_ISSUED:
		return apply_issued(queue, event);
	case QUEUE_CALLED:
	case QUEUE_RECALLED:
	case QUEUE_FINISHED:
	case QUEUE_NO_SHOW:
	case QUEUE_TRANSFERRED:
	case QUEUE_RETURNED:
	case QUEUE_RESTORED:
	case QUEUE_CANCELLED:
	case QUEUE_EXPIRED:
		return apply_to_ticket(queue, event);
	case QUEUE_COUNTER_OPENED:
		return apply_to_counter(queue, event, QUEUE_COUNTER_IS_OPEN);
	case QUEUE_COUNTER_PAUSED:
		return apply_to_counter(queue, event, QUEUE_COUNTER_IS_PAUSED);
	case QUEUE_COUNTER_CLOSED:
		return apply_to_counter(queue, event, QUEUE_COUNTER_IS_CLOSED);
	case QUEUE_RATED:
		return apply_rated(queue, event);
	case QUEUE_CONFIG_LOADED:
		if (event->booted)
			day_apply_booted(queue, event->at_ms);
		return 0;
	case QUEUE_CLOCK_STEPPED:
		day_apply_stepped(queue, event->step_ms, event->at_ms);
		estimate_note_stepped(queue, event->step_ms);
		return 0;
	case QUEUE_CLOCK_SYNCED:
		day_apply_synced(queue, event->at_ms);
		return 0;
	case QUEUE_NUMBERS_RAISED:
		return apply_raised(queue, event);
	case QUEUE_JOURNAL_OPENED:
	case QUEUE_PRINTED:
	case QUEUE_PRINT_FAILED:
	case QUEUE_PRINTER_CHANGED:
	case QUEUE_BUTTON_FAULT:
	case QUEUE_BUTTON_OK:
		return 0;
	}
	return -EINVAL;
}

int queue_apply(struct queue *queue, const struct queue_event *event)
{
	int rc = apply(queue, event);

	/* The search for tickets to expire begins anew after all else. */
	if (rc == 0 && event->kind != QUEUE_EXPIRED)
		queue->expire_from = 0;
	return rc;
}
