/* SPDX-License-Identifier: MIT */
/*
 * A business day opens over any good office, with any clock: the old day's
 * open tickets expire one by one, or come along where the clock was wrong;
 * nobody is dropped without a word, and no number comes twice in 12 hours.
 */
#include "office.h"

#define HOURS_12 (12 * 3600 * 1000LL)

static struct queue_event event;
static int64_t now_ms;
static bool stepped;

/* Whether 12 hours have not passed since, said anew. */
static bool young(const struct mark *mark)
{
	int64_t until = mark->issued_ms > INT64_MAX - HOURS_12
			    ? INT64_MAX
			    : mark->issued_ms + HOURS_12;

	return mark->number > 0 && now_ms < until;
}

static bool open(const struct queue_ticket *ticket)
{
	return ticket->state == QUEUE_WAITING ||
	       ticket->state == QUEUE_AT_COUNTER;
}

/* Up to the slot, who is still open comes along. */
static bool looked_at(uint32_t slot)
{
	bool good = true;

	for (uint32_t s = 1; s <= TICKETS; s++)
		good &= (s > slot) | !open(&AT(s)->ticket) |
			(stepped & young(&AT(s)->mark));
	return good;
}

static int compare(const char a[QUEUE_DAY_SIZE], const char b[QUEUE_DAY_SIZE])
{
	int order = 0;

	for (int i = 0; i < QUEUE_DAY_SIZE; i++)
		order = order == 0 ? (unsigned char)a[i] - (unsigned char)b[i]
				   : order;
	return order;
}

static void expire(void)
{
	event.kind = QUEUE_EXPIRED;
	check(queue_apply(&office, &event) == 0, "an expiry applies");
	check(office.n_tickets == was.n_tickets, "no ticket is forgotten");
	check(looked_at(office.expire_from), "none is passed over");
}

/* The ticket of that slot of the old day, in the new one. */
static void check_stays(uint32_t s)
{
	const struct queue_ticket *ticket = &WAS(s)->ticket;
	uint32_t now = queue_slot_of(&office, ticket->service, ticket->number);

	check(now != SLOT_NONE && AT(now)->ticket.state == ticket->state &&
		  AT(now)->ticket.class == ticket->class &&
		  AT(now)->ticket.queue == ticket->queue &&
		  AT(now)->ticket.for_counter == ticket->for_counter &&
		  mark_same(&AT(now)->mark, &WAS(s)->mark),
	      "who is open comes along");
}

static void begin(void)
{
	check(looked_at(office.n_tickets), "all the others have expired");
	event.kind = QUEUE_DAY_OPENED;
	check(queue_apply(&office, &event) == 0, "the opening applies");
	for (uint32_t s = 1; s <= TICKETS; s++) {
		if (s <= was.n_tickets && (open(&WAS(s)->ticket) ||
					   (stepped && young(&WAS(s)->mark))))
			check_stays(s);
	}
	for (int i = 0; i < SERVICES; i++) {
		const struct mark *last = &was.services[i].last;

		check(office.services[i].last.number >= last->number ||
			  !young(last),
		      "no number comes twice in 12 hours");
	}
}

int main(void)
{
	struct queue_command command = {.verb = QUEUE_OPEN_DAY};
	struct queue_event events[QUEUE_MAX_EVENTS];
	enum queue_refusal why;
	int n;

	office_any();
	now_ms = nondet_i64();
	day_any(command.day, nondet_bool());
	command.stepped = nondet_bool();
	stepped = command.stepped || compare(command.day, office.day) < 0;
	assume(looked_at(office.expire_from));
	office_remember();
	n = queue_decide(&office, &command, now_ms, events, &why);
	check(office_same(), "to decide changes nothing");
	check(n == -1 || n == 0 || n == 1, "one event, none or -EPERM");
	check((n < 0) == (why != QUEUE_OK), "a refusal says why");
	check((n == 0) ==
		  (why == QUEUE_OK && compare(command.day, office.day) == 0),
	      "a day that is open is not opened");
	if (n == 1) {
		event = events[0];
		event.seq = nondet_i64();
		check(event.kind == QUEUE_EXPIRED ||
			  event.kind == QUEUE_DAY_OPENED,
		      "expired, or opened");
#ifdef EXPIRES
		assume(event.kind == QUEUE_EXPIRED);
		expire();
#else
		assume(event.kind == QUEUE_DAY_OPENED);
#ifdef CARRIES
		assume(event.carried);
		event.carried = true;
#else
		assume(!event.carried);
		event.carried = false;
#endif
		begin();
#endif
		check(office_good(), "the office stays good");
	}
	reached();
}
