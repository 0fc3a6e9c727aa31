/* SPDX-License-Identifier: MIT */
/*
 * Those who wait, ordered by arrival: one set for each line and class. A line
 * is a service's, by its index, or that of those who were transferred to a
 * counter, waiting_line_of_counter().
 *
 * A set is a treap (Seidel and Aragon, Algorithmica 16, 1996) over the ticket
 * slots: a search tree by slot number, which is the order of arrival, and a
 * heap by a hash of it. Each node counts its subtree, so a rank costs as much
 * as a search: about 2 ln n steps. The hash is fixed, so that the same events
 * make the same tree everywhere, and nobody outside can choose slot numbers.
 * All loops go down one path; nothing recurses and nothing is allocated.
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

/* By the slot's ticket: its line and class say which set it is. */
void waiting_insert(struct queue *queue, uint32_t slot);

/* The slot must be in its set. */
void waiting_remove(struct queue *queue, uint32_t slot);

/* The first to arrive, or SLOT_NONE. */
uint32_t waiting_first(const struct queue *queue, int line,
		       enum ticket_class class);

uint32_t waiting_count(const struct queue *queue, int line,
		       enum ticket_class class);

/* How many of the set arrived before that slot, which may be in it or not. */
uint32_t waiting_before(const struct queue *queue, int line,
			enum ticket_class class, uint32_t slot);

#endif
