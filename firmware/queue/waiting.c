/* SPDX-License-Identifier: MIT */
#include <assert.h>

#include "queue/waiting.h"

enum side { EARLIER, LATER };

static size_t set_of(int line, enum ticket_class class)
{
	return (size_t)line * TICKET_CLASSES + (size_t) class;
}

static size_t set_of_slot(const struct queue *queue, uint32_t slot)
{
	const struct queue_ticket *ticket = &slot_at(queue, slot)->ticket;

	return set_of(waiting_line_of(ticket), ticket->class);
}

/* MurmurHash3's finalizer: a bijection, so no two slots weigh the same. */
static uint32_t weight(uint32_t slot)
{
	slot ^= slot >> 16;
	slot *= 0x85ebca6bU;
	slot ^= slot >> 13;
	slot *= 0xc2b2ae35U;
	slot ^= slot >> 16;
	return slot;
}

static uint32_t count(const struct queue *queue, uint32_t slot)
{
	return slot_at(queue, slot)->count;
}

/* How many in the subtree stand before the slot. */
static uint32_t rank(const struct queue *queue, uint32_t at, uint32_t slot)
{
	uint32_t n = 0;

	while (at != SLOT_NONE) {
		const struct slot *here = slot_at(queue, at);

		if (waiting_stands_before(queue, at, slot)) {
			n += 1 + count(queue, here->child[EARLIER]);
			at = here->child[LATER];
		} else {
			at = here->child[EARLIER];
		}
	}
	return n;
}

static void hang(struct queue *queue, size_t set, uint32_t parent,
		 enum side side, uint32_t slot)
{
	if (parent == SLOT_NONE)
		queue->roots[set] = slot;
	else
		slot_at(queue, parent)->child[side] = slot;
}

/*
 * Makes two trees of the subtree, those before and those after the slot, and
 * hangs them under the slot. How many go to either side is known beforehand,
 * so the counts come out right on the way down.
 */
static void split_under(struct queue *queue, uint32_t slot, uint32_t at)
{
	uint32_t left[2], hook[2] = {slot, slot};
	enum side hook_side[2] = {EARLIER, LATER};

	left[EARLIER] = rank(queue, at, slot);
	left[LATER] = count(queue, at) - left[EARLIER];
	slot_at(queue, slot)->count = 1 + count(queue, at);
	while (at != SLOT_NONE) {
		struct slot *here = slot_at(queue, at);
		enum side to =
		    waiting_stands_before(queue, at, slot) ? EARLIER : LATER;
		enum side on = to == EARLIER ? LATER : EARLIER;

		slot_at(queue, hook[to])->child[hook_side[to]] = at;
		here->count = left[to];
		left[to] -= 1 + count(queue, here->child[to]);
		hook[to] = at;
		hook_side[to] = on;
		at = here->child[on];
	}
	slot_at(queue, hook[EARLIER])->child[hook_side[EARLIER]] = SLOT_NONE;
	slot_at(queue, hook[LATER])->child[hook_side[LATER]] = SLOT_NONE;
}

void waiting_insert(struct queue *queue, uint32_t slot)
{
	size_t set = set_of_slot(queue, slot);
	uint32_t parent = SLOT_NONE, at = queue->roots[set];
	uint32_t own_weight = weight(slot);
	enum side side = EARLIER;

	while (at != SLOT_NONE && weight(at) > own_weight) {
		slot_at(queue, at)->count++;
		parent = at;
		side = waiting_stands_before(queue, slot, at) ? EARLIER : LATER;
		at = slot_at(queue, at)->child[side];
	}
	split_under(queue, slot, at);
	hang(queue, set, parent, side, slot);
}

void waiting_remove(struct queue *queue, uint32_t slot)
{
	size_t set = set_of_slot(queue, slot);
	uint32_t parent = SLOT_NONE, at = queue->roots[set];
	uint32_t earlier, later;
	enum side side = EARLIER;

	while (at != slot) {
		assert(at != SLOT_NONE);
		slot_at(queue, at)->count--;
		parent = at;
		side = waiting_stands_before(queue, slot, at) ? EARLIER : LATER;
		at = slot_at(queue, at)->child[side];
	}
	/* What hung under it is merged, the heavier on top. */
	earlier = slot_at(queue, slot)->child[EARLIER];
	later = slot_at(queue, slot)->child[LATER];
	while (earlier != SLOT_NONE && later != SLOT_NONE) {
		uint32_t both = count(queue, earlier) + count(queue, later);
		uint32_t top;

		if (weight(earlier) > weight(later)) {
			top = earlier;
			hang(queue, set, parent, side, top);
			side = LATER;
			earlier = slot_at(queue, top)->child[LATER];
		} else {
			top = later;
			hang(queue, set, parent, side, top);
			side = EARLIER;
			later = slot_at(queue, top)->child[EARLIER];
		}
		slot_at(queue, top)->count = both;
		parent = top;
	}
	hang(queue, set, parent, side, earlier != SLOT_NONE ? earlier : later);
}

uint32_t waiting_first(const struct queue *queue, int line,
		       enum ticket_class class)
{
	uint32_t first = SLOT_NONE;
	uint32_t at = queue->roots[set_of(line, class)];

	while (at != SLOT_NONE) {
		first = at;
		at = slot_at(queue, at)->child[EARLIER];
	}
	return first;
}

uint32_t waiting_count(const struct queue *queue, int line,
		       enum ticket_class class)
{
	return count(queue, queue->roots[set_of(line, class)]);
}

uint32_t waiting_before(const struct queue *queue, int line,
			enum ticket_class class, uint32_t slot)
{
	return rank(queue, queue->roots[set_of(line, class)], slot);
}

/* Who stands there in the set, from 0; or SLOT_NONE. */
static uint32_t at_rank(const struct queue *queue, size_t set, uint32_t rank)
{
	uint32_t at = queue->roots[set];

	while (at != SLOT_NONE) {
		const struct slot *here = slot_at(queue, at);
		uint32_t before = count(queue, here->child[EARLIER]);

		if (rank == before)
			break;
		if (rank > before) {
			rank -= before + 1;
			at = here->child[LATER];
		} else {
			at = here->child[EARLIER];
		}
	}
	return at;
}

/* As close behind the n-th as can be, so that whoever came after that one to
 * another line keeps behind as well. */
uint64_t waiting_place_after(const struct queue *queue, uint32_t slot,
			     uint32_t n)
{
	size_t set = set_of_slot(queue, slot);
	uint32_t waiting = count(queue, queue->roots[set]);
	uint64_t arrived = waiting_place(slot);

	for (uint32_t i = n < waiting ? n : waiting; i > 0; i++) {
		uint64_t before =
		    slot_at(queue, at_rank(queue, set, i - 1))->place;
		uint64_t end = waiting_place((uint32_t)(before >> 32) + 1);
		uint32_t next = at_rank(queue, set, i);

		if (before < arrived)
			break;
		if (next != SLOT_NONE && slot_at(queue, next)->place < end)
			end = slot_at(queue, next)->place;
		/* So often between the same two; then a place further up. */
		if (end - before > 1)
			return before + (end - before) / 2;
	}
	return arrived;
}
