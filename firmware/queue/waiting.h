/* SPDX-License-Identifier: MIT */
/*
 * Those who wait, each at its place: one set for each line and class. A line
 * is a service's, by its index, or that of those who were transferred to a
 * counter, waiting_line_of_counter().
 *
 * A place is a number: by arrival, the slot's, with room between two for those
 * who are put there; waiting_place_after() finds one. Where two have the same,
 * since one of them was away when the other was put there, arrival decides.
 *
 * A set is a treap (Seidel and Aragon, Algorithmica 16, 1996) over the ticket
 * slots: a search tree by place, and a heap by a hash of the slot. Each node
 * counts its subtree, so a rank costs as much as a search: about 2 ln n steps.
 * The hash is fixed, so that the same events make the same tree everywhere, and
 * nobody outside can choose slot numbers. All loops go down one path; nothing
 * recurses and nothing is allocated.
 */
#ifndef KIOSK_QUEUE_WAITING_H
#define KIOSK_QUEUE_WAITING_H

#include "queue/internal.h"

static inline int waiting_line_of_counter(int counter)
{
	return QUEUE_MAX_SERVICES + counter;
}

static inline int waiting_line_of(const struct queue_ticket *ticket)
{
	return ticket->for_counter == QUEUE_NONE
		   ? ticket->queue
		   : waiting_line_of_counter(ticket->for_counter);
}

/* The slot's place by its arrival. */
static inline uint64_t waiting_place(uint32_t slot)
{
	return (uint64_t)slot << 32;
}

/* Whether a stands before b. Neither is SLOT_NONE. */
static inline bool waiting_stands_before(const struct queue *queue, uint32_t a,
					 uint32_t b)
{
	uint64_t place_a = slot_at(queue, a)->place;
	uint64_t place_b = slot_at(queue, b)->place;

	return place_a < place_b || (place_a == place_b && a < b);
}

/* By the slot's ticket and place: line and class say which set it is. */
void waiting_insert(struct queue *queue, uint32_t slot);

/* The slot must be in its set. */
void waiting_remove(struct queue *queue, uint32_t slot);

/* The first to arrive, or SLOT_NONE. */
uint32_t waiting_first(const struct queue *queue, int line,
		       enum ticket_class class);

uint32_t waiting_count(const struct queue *queue, int line,
		       enum ticket_class class);

/* How many of the set stand before that slot, which may be in it or not. */
uint32_t waiting_before(const struct queue *queue, int line,
			enum ticket_class class, uint32_t slot);

/*
 * Where the slot, which waits nowhere, is to stand in its set so that n (or
 * all, where there are fewer) stand before it: behind the n-th, but never
 * before its arrival.
 */
uint64_t waiting_place_after(const struct queue *queue, uint32_t slot,
			     uint32_t n);

#endif
