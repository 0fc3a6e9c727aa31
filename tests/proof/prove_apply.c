/* SPDX-License-Identifier: MIT */
/*
 * Any event of the kind KIND, decided or doctored, in any good office: it is
 * applied, and the office is good; or it is refused, and nothing has changed.
 */
#include "office.h"

/* Who it is, and since when, is for good. */
static void check_identity(uint32_t s)
{
	const struct queue_ticket *now = &AT(s)->ticket;
	const struct queue_ticket *before = &WAS(s)->ticket;

	check(now->service == before->service &&
		  now->number == before->number &&
		  now->class == before->class && now->seq == before->seq &&
		  now->issued_at_ms == before->issued_at_ms,
	      "a ticket keeps its number, class and arrival");
}

/* Invariant 4: what takes it out of the line, and what puts it back. */
static void check_moves(uint32_t s, const struct queue_event *event)
{
	bool waits = AT(s)->ticket.state == QUEUE_WAITING;
	bool waited = WAS(s)->ticket.state == QUEUE_WAITING;
	bool its = WAS(s)->ticket.service == event->service &&
		   WAS(s)->ticket.number == event->number;

	check(its || ticket_same(s), "an event touches its own ticket alone");
	check(waits || !waited || event->kind == QUEUE_CALLED ||
		  event->kind == QUEUE_CANCELLED ||
		  event->kind == QUEUE_EXPIRED,
	      "who waits is called, cancelled or expired");
	check(!waits || waited || event->kind == QUEUE_RETURNED ||
		  event->kind == QUEUE_TRANSFERRED ||
		  event->kind == QUEUE_RESTORED,
	      "who does not wait is called no more");
	check(event->kind == QUEUE_RESTORED || !waits || waited ||
		  AT(s)->place == (event->kind == QUEUE_TRANSFERRED
				       ? waiting_place(s)
				       : WAS(s)->place),
	      "returned and transferred tickets keep their place");
}

/* Whether the event fits: just then it must apply. Said anew for the kinds of
 * which a call is made. */
static bool fits(const struct queue_event *event)
{
	uint32_t slot = queue_slot_of(&was, event->service, event->number);
	const struct queue_ticket *ticket = &WAS(slot)->ticket;
	bool there = event->counter >= 0 && event->counter < COUNTERS;
	const struct counter *at = &was.counters[there ? event->counter : 0];

	if (event->kind == QUEUE_COUNTER_OPENED)
		return there && was.day[0] != '\0' &&
		       at->state != QUEUE_COUNTER_IS_OPEN;
	if (event->kind == QUEUE_FINISHED)
		return slot != SLOT_NONE && ticket->state == QUEUE_AT_COUNTER &&
		       ticket->counter == event->counter;
	return slot != SLOT_NONE && ticket->state == QUEUE_WAITING &&
	       (event->counter == QUEUE_NONE ||
		(there && at->serving == SLOT_NONE &&
		 at->state == QUEUE_COUNTER_IS_OPEN));
}

/* What the three events of a call do to the counters: no more than that. */
static void check_counters(const struct queue_event *event)
{
	uint32_t slot = queue_slot_of(&was, event->service, event->number);

	for (int c = 0; c < COUNTERS; c++) {
		const struct counter *now = &office.counters[c];
		const struct counter *before = &was.counters[c];
		bool its = c == event->counter;

		check(now->state == (its && event->kind == QUEUE_COUNTER_OPENED
					 ? QUEUE_COUNTER_IS_OPEN
					 : before->state),
		      "opened alone opens");
		check(now->serving == (its && event->kind == QUEUE_FINISHED
					   ? SLOT_NONE
				       : its && event->kind == QUEUE_CALLED
					   ? slot
					   : before->serving),
		      "finished makes room, called takes it");
	}
}

/* QUEUE_RATIO's account: so many privileged calls passed a normal one over. */
static void check_run(const struct queue_event *event)
{
	uint32_t slot = queue_slot_of(&was, event->service, event->number);
	uint32_t before = was.counters[event->counter].run;
	uint32_t now = office.counters[event->counter].run;

	check(WAS(slot)->ticket.class == TICKET_NORMAL
		  ? now == 0
		  : now == before || now == before + 1,
	      "the account of the ratio");
}

int main(void)
{
	struct queue_event event = event_any(KIND);
	int rc;

	office_any();
	office_remember();
	rc = queue_apply(&office, &event);
	check(rc == 0 || rc == -22, "applied or -EINVAL");
	check(rc == 0 || office_same(), "what is refused changes nothing");
	check(office_good(), "the office stays good");
	for (uint32_t s = 1; s <= TICKETS && KIND != QUEUE_DAY_OPENED; s++) {
		if (s <= was.n_tickets) {
			check_identity(s);
			check_moves(s, &event);
		}
	}
	for (int i = 0; i < SERVICES && KIND != QUEUE_DAY_OPENED; i++)
		check(office.services[i].last.number >=
			  was.services[i].last.number,
		      "in a day, numbers go up, whatever the clock does");
	if (rc == 0 && KIND == QUEUE_CALLED && event.counter != QUEUE_NONE)
		check_run(&event);
	if (KIND == QUEUE_COUNTER_OPENED || KIND == QUEUE_FINISHED ||
	    KIND == QUEUE_CALLED) {
		check((rc == 0) == fits(&event), "applied where it fits");
		if (rc == 0)
			check_counters(&event);
	}
	reached();
}
