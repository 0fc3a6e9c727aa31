/* SPDX-License-Identifier: MIT */
/*
 * queue.c itself: a queue is made, and is empty, or -ENOMEM, since calloc() may
 * fail; and three tickets with any low numbers are found by these and by no
 * others.
 */
#include <errno.h>

#include "queue/internal.h"

#define assume(what) __CPROVER_assume(what)
#define check(what, why) __CPROVER_assert(what, why)
#define MEMBERS 3
/* That equal products come of equal numbers is hard on a solver. */
#define HIGHEST 15

int nondet_int(void);
uint32_t nondet_u32(void);

void estimate_forget(struct queue *queue)
{
	(void)queue;
}

static void any_ticket(struct queue *queue, uint32_t slot)
{
	struct queue_ticket *ticket = &slot_at(queue, slot)->ticket;

	ticket->service = nondet_int();
	ticket->number = nondet_u32();
	assume(queue_has_service(queue, ticket->service));
	assume(ticket->number <= HIGHEST);
	for (uint32_t s = 1; s < slot; s++)
		assume(slot_at(queue, s)->ticket.service != ticket->service ||
		       slot_at(queue, s)->ticket.number != ticket->number);
	queue->n_tickets = slot;
	queue_index_slot(queue, slot);
}

static void check_new(void)
{
	static struct queue_rules rules = {
	    .n_services = QUEUE_MAX_SERVICES,
	    .n_counters = QUEUE_MAX_COUNTERS,
	    .policy = QUEUE_RATIO,
	    .priority_ratio = 1,
	    .max_tickets = MEMBERS,
	};
	struct queue *queue;
	int rc = queue_new(&rules, &queue);

	check(rc == 0 || rc == -ENOMEM, "made, or no memory");
	check((rc == 0) == (queue != NULL), "NULL where it was not made");
	check(rc != 0 || (queue->n_tickets == 0 && queue->day[0] == '\0' &&
			  queue->rules.max_tickets == MEMBERS),
	      "it begins empty");
	queue_free(queue);
}

static void check_found(void)
{
	static struct slot slots[MEMBERS + 1];
	static uint32_t buckets[MEMBERS];
	static struct queue queue;
	int service = nondet_int();
	uint32_t number = nondet_u32(), is = SLOT_NONE;

	queue.rules.n_services = QUEUE_MAX_SERVICES;
	queue.rules.max_tickets = MEMBERS;
	queue.slots = slots;
	queue.buckets = buckets;
	for (uint32_t s = 1; s <= MEMBERS; s++)
		any_ticket(&queue, s);
	assume(number <= HIGHEST);
	for (uint32_t s = 1; s <= MEMBERS; s++)
		is = slots[s].ticket.service == service &&
			     slots[s].ticket.number == number
			 ? s
			 : is;
	check(queue_slot_of(&queue, service, number) == is,
	      "found by its number, or not at all");
}

int main(void)
{
#ifdef NEW
	check_new();
#else
	check_found();
#endif
	check(false, "reached");
}
