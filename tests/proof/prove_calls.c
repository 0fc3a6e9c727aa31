/* SPDX-License-Identifier: MIT */
/*
 * The board's calls, which the other proofs leave alone: whatever stands there,
 * a call comes first, once, and pushes out the oldest; one that is forgotten
 * is gone, and the others stay.
 */
#include "queue/apply.c"

#define assume(what) __CPROVER_assume(what)
#define check(what, why) __CPROVER_assert(what, why)

int nondet_int(void);
uint32_t nondet_u32(void);
uint8_t nondet_u8(void);

static size_t times(const struct queue *queue,
		    const struct queue_ticket *ticket)
{
	size_t n = 0;

	for (size_t i = 0; i < QUEUE_CALLS; i++)
		n += i < queue->n_calls &&
		     queue->calls[i].service == ticket->service &&
		     queue->calls[i].number == ticket->number;
	return n;
}

int main(void)
{
	static struct queue queue;
	struct queue_ticket ticket = {.service = nondet_int(),
				      .number = nondet_u32(),
				      .counter = nondet_int()};
	struct queue_event event = {.kind = QUEUE_CALLED};
	size_t n = nondet_u8(), had;

	assume(n <= QUEUE_CALLS);
	queue.n_calls = n;
	for (size_t i = 0; i < QUEUE_CALLS; i++) {
		queue.calls[i].service = nondet_int();
		queue.calls[i].number = nondet_u32();
	}
	had = times(&queue, &ticket);
	assume(had <= 1);
#ifdef FORGETS
	forget_call(&queue, &ticket);
	check(times(&queue, &ticket) == 0, "it is gone");
	check(queue.n_calls == n - had, "the others stay");
#else
	note_call(&queue, &ticket, &event);
	check(times(&queue, &ticket) == 1, "it stands there once");
	check(queue.calls[0].service == ticket.service &&
		  queue.calls[0].number == ticket.number &&
		  queue.calls[0].counter == ticket.counter,
	      "and first");
	check(queue.n_calls ==
		  (n - had < QUEUE_CALLS ? n - had + 1 : QUEUE_CALLS),
	      "the oldest goes where there is no room");
#endif
	check(false, "reached");
}
