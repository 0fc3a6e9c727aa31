/* SPDX-License-Identifier: MIT */
/*
 * Any command with the verb VERB in any good office: it is refused with a
 * reason, or the event that it makes, of the kind KIND, applies, does what the
 * verb says, and the office is good. Calls, which make up to three events, have
 * no KIND: their events are looked at.
 */
#include "office.h"

static struct queue_command command;
static struct queue_event events[QUEUE_MAX_EVENTS];

static struct queue_command any_command(void)
{
	return (struct queue_command){
	    .verb = VERB,
	    .service = nondet_int(),
	    .number = nondet_u32(),
	    .class = (enum ticket_class)nondet_int(),
	    .counter = nondet_int(),
	    .to_service = nondet_int(),
	    .to_counter = nondet_int(),
	    .stars = nondet_u8(),
	    .closed = nondet_bool(),
	    .left_ms = nondet_i64(),
	    .from_ms = nondet_i64(),
	    .until_ms = nondet_i64(),
	    .stepped = nondet_bool(),
	    .expects = nondet_bool(),
	    .expect_service = nondet_int(),
	    .expect_number = nondet_u32(),
	};
}

/* Applies the next of the events if it is of that kind: the kind is a constant
 * to queue_apply(), which makes the search small. */
static int apply_if(int at, int n, enum queue_kind kind)
{
	struct queue_event event;

	if (at >= n || events[at].kind != kind)
		return at;
	event = events[at];
	event.kind = kind;
	event.seq = nondet_i64();
	check(queue_apply(&office, &event) == 0, "what was decided applies");
	return at + 1;
}

/* ---- whom a counter may call, said anew ---- */

/* Whether it waited in a line that the counter calls from. */
static bool may_call(uint32_t s, int counter)
{
	const struct queue_ticket *ticket = &WAS(s)->ticket;
	bool serves = false;

	for (size_t i = 0; i < SERVICES; i++)
		serves |=
		    (i < was.rules.counters[counter].n_services) &
		    (was.rules.counters[counter].services[i] == ticket->queue);
	return (s <= was.n_tickets) & (ticket->state == QUEUE_WAITING) &
	       (ticket->for_counter == QUEUE_NONE
		    ? serves
		    : ticket->for_counter == counter);
}

static bool same_line(const struct queue_ticket *a,
		      const struct queue_ticket *b)
{
	return (a->for_counter == b->for_counter) &
	       ((a->for_counter != QUEUE_NONE) | (a->queue == b->queue)) &
	       (a->class == b->class);
}

/* Invariants 4 and 5, of whom the counter calls next. */
static void check_next(int counter, uint32_t called)
{
	uint32_t run = was.counters[counter].run;
	uint32_t waiting[TICKET_CLASSES] = {0}, all = 0;
	enum ticket_class class = WAS(called)->ticket.class;

	for (uint32_t s = 1; s <= TICKETS; s++) {
		bool may = may_call(s, counter);

		all += may;
		for (int i = 0; i < TICKET_CLASSES; i++)
			waiting[i] += may & (WAS(s)->ticket.class ==
					     (enum ticket_class)i);
	}
	check((called == SLOT_NONE) == (all == 0),
	      "nobody is left out while the counter calls");
	if (called == SLOT_NONE)
		return;
	check(may_call(called, counter), "called from the counter's lines");
	for (uint32_t s = 1; s <= TICKETS; s++)
		check(s == called || !may_call(s, counter) ||
			  !same_line(&WAS(s)->ticket, &WAS(called)->ticket) ||
			  WAS(s)->place > WAS(called)->place ||
			  (WAS(s)->place == WAS(called)->place && s > called),
		      "in a line, of a class, who came first is called first");
	if (POLICY == QUEUE_STRICT)
		check(class == TICKET_PRIORITY ||
			  (waiting[TICKET_PRIORITY] == 0 &&
			   (class == TICKET_APPOINTMENT ||
			    waiting[TICKET_APPOINTMENT] == 0)),
		      "strict: priority, appointment, normal");
	if (POLICY == QUEUE_RATIO)
		check(class == TICKET_NORMAL
			  ? waiting[TICKET_NORMAL] == all ||
				run >= was.rules.priority_ratio
			  : waiting[TICKET_NORMAL] == 0 ||
				run < was.rules.priority_ratio,
		      "ratio: each has its turn, and not before");
}

/* That event, of that ticket. */
static bool is(int at, enum queue_kind kind, uint32_t slot)
{
	const struct queue_event *event = &events[at];

	return event->kind == kind && event->counter == command.counter &&
	       (slot == SLOT_NONE ||
		(event->service == WAS(slot)->ticket.service &&
		 event->number == WAS(slot)->ticket.number));
}

/*
 * A call, of the next or of a ticket: the counter opens, it lets go of whom it
 * has, and calls one who waits. That such events apply, one after the other,
 * and what comes of each is what prove_apply.c says.
 */
static void check_call(int n)
{
	const struct counter *at = &was.counters[command.counter];
	uint32_t called = SLOT_NONE;
	int i = 0;

	if (at->state != QUEUE_COUNTER_IS_OPEN)
		check(i < n && is(i++, QUEUE_COUNTER_OPENED, SLOT_NONE),
		      "the counter opens");
	if (at->serving != SLOT_NONE)
		check(i < n && is(i++, QUEUE_FINISHED, at->serving),
		      "who is there is finished");
	if (i < n) {
		called =
		    queue_slot_of(&office, events[i].service, events[i].number);
		check(is(i++, QUEUE_CALLED, called) && called != SLOT_NONE &&
			  WAS(called)->ticket.state == QUEUE_WAITING,
		      "one who waits is called");
	}
	check(i == n, "and nothing else happens");
	if (VERB == QUEUE_CALL_NEXT)
		check_next(command.counter, called);
	else
		check(called == queue_slot_of(&office, command.service,
					      command.number) &&
			  may_call(called, command.counter),
		      "that ticket is called, and may be");
}

/* ---- what a verb does, said anew ---- */

static void check_done(int n)
{
	int c =
	    VERB == QUEUE_ISSUE || VERB == QUEUE_RESTORE || VERB == QUEUE_CANCEL
		? 0
		: command.counter;
	uint32_t had = was.counters[c].serving;

	switch (VERB) {
	case QUEUE_ISSUE:
		check(n == 1 && office.n_tickets == was.n_tickets + 1 &&
			  AT(office.n_tickets)->ticket.number ==
			      was.services[command.service].last.number + 1 &&
			  AT(office.n_tickets)->ticket.state == QUEUE_WAITING,
		      "numbers run on by one");
		break;
	case QUEUE_CALL_NEXT:
	case QUEUE_CALL_TICKET:
		break; /* check_call() */
	case QUEUE_RECALL:
		check(had == office.counters[c].serving &&
			  AT(had)->ticket.recalls ==
			      WAS(had)->ticket.recalls + 1,
		      "it is recalled");
		break;
	case QUEUE_FINISH:
		check(AT(had)->ticket.state == QUEUE_SERVED, "finished");
		break;
	case QUEUE_MISS:
		check(AT(had)->ticket.state == QUEUE_MISSED, "no-show");
		break;
	case QUEUE_RETURN:
	case QUEUE_TRANSFER:
		check(AT(had)->ticket.state == QUEUE_WAITING, "waits again");
		break;
	case QUEUE_OPEN:
		check(office.counters[c].state == QUEUE_COUNTER_IS_OPEN,
		      "open");
		break;
	case QUEUE_PAUSE:
		check(office.counters[c].state == QUEUE_COUNTER_IS_PAUSED,
		      "paused");
		break;
	case QUEUE_CLOSE:
		check(office.counters[c].state == QUEUE_COUNTER_IS_CLOSED,
		      "closed");
		break;
	case QUEUE_RATE:
		check(office.counters[c].rateable == SLOT_NONE, "rated once");
		break;
	case QUEUE_RESTORE:
	case QUEUE_CANCEL:
		check(n == 1, "one event");
		break;
	case QUEUE_OPEN_DAY:
		break; /* prove_day.c */
	}
}

int main(void)
{
	enum queue_refusal why;
	int n;

	office_any();
	office_remember();
	command = any_command();
	n = queue_decide(&office, &command, nondet_i64(), events, &why);
	check(office_same(), "to decide changes nothing");
	check(n == -1 || (n >= 0 && n <= QUEUE_MAX_EVENTS), "events or -EPERM");
	check((n < 0) == (why != QUEUE_OK), "a refusal says why");
	if (n >= 0) {
#ifdef KIND
		check(apply_if(0, n, KIND) == n, "that event, and no other");
		check(office_good(), "the office stays good");
		check_done(n);
#else
		check_call(n);
#endif
	}
	reached();
}
