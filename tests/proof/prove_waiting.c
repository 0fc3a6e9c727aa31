/* SPDX-License-Identifier: MIT */
/*
 * waiting.c, whose place the other proofs give to plain sets: in any good tree
 * of up to MEMBERS slots, in and out and all that is asked of it come out as
 * from a list that is looked through. Good: a search tree by place whose counts
 * are right. That it is balanced makes it fast and not right; `make bench`
 * shows that.
 */
#include "queue/waiting.h"

#define assume(what) __CPROVER_assume(what)
#define check(what, why) __CPROVER_assert(what, why)
#define TICKETS MEMBERS

uint8_t nondet_u8(void);
uint32_t nondet_u32(void);
uint64_t nondet_u64(void);
bool nondet_bool(void);

static struct queue queue;
static struct slot slot_0, slot_1, slot_2, slot_3, slot_4, slot_5;
static bool in[MEMBERS + 1];

#define AT(s)                 \
	((s) == 1   ? &slot_1 \
	 : (s) == 2 ? &slot_2 \
	 : (s) == 3 ? &slot_3 \
	 : (s) == 4 ? &slot_4 \
	 : (s) == 5 ? &slot_5 \
		    : &slot_0)

struct slot *slot_by_case(const struct queue *of, uint32_t slot)
{
	(void)of;
	check(slot <= MEMBERS, "a slot that there is");
	return AT(slot);
}

/* How many of the set stand before the slot: looked through. */
static uint32_t before(uint32_t slot)
{
	uint32_t n = 0;

	for (uint32_t s = 1; s <= MEMBERS; s++)
		n += in[s] & ((AT(s)->place < AT(slot)->place) |
			      ((AT(s)->place == AT(slot)->place) & (s < slot)));
	return n;
}

static uint32_t members(void)
{
	uint32_t n = 0;

	for (uint32_t s = 1; s <= MEMBERS; s++)
		n += in[s];
	return n;
}

/* Each member hangs once, all before it to one side and all after to the
 * other: by rank, that is one more than what hangs on its earlier side. */
static bool good(void)
{
	uint32_t rank[MEMBERS + 1], root = queue.roots[0];
	bool good = (slot_0.count == 0) & (slot_0.child[0] == 0) &
		    (slot_0.child[1] == 0) & (root <= MEMBERS);

	for (uint32_t s = 1; s <= MEMBERS; s++)
		rank[s] = before(s);
	rank[0] = 0;
	if (!good)
		return false;
	good = (root == 0) == (members() == 0) && AT(root)->count == members();
	good &= root == 0 ||
		(in[root] && rank[root] == AT(AT(root)->child[0])->count);
	for (uint32_t s = 1; s <= MEMBERS; s++) {
		uint32_t a = AT(s)->child[0], b = AT(s)->child[1];
		uint32_t hangs = root == s;
		bool one;

		for (uint32_t t = 1; t <= MEMBERS; t++)
			hangs += in[t] & ((AT(t)->child[0] == s) |
					  (AT(t)->child[1] == s));
		if (a > MEMBERS || b > MEMBERS)
			return false;
		one = hangs == 1 &&
		      AT(s)->count == 1 + AT(a)->count + AT(b)->count;
		one &= a == 0 ||
		       (in[a] &&
			rank[a] + 1 + AT(AT(a)->child[1])->count == rank[s]);
		one &= b == 0 ||
		       (in[b] &&
			rank[b] == rank[s] + 1 + AT(AT(b)->child[0])->count);
		good &= !in[s] | one;
	}
	return good;
}

static void any_tree(void)
{
	queue.roots[0] = nondet_u8();
	queue.n_tickets = MEMBERS;
	for (uint32_t s = 1; s <= MEMBERS; s++) {
		AT(s)->place = nondet_u64();
		AT(s)->child[0] = nondet_u8();
		AT(s)->child[1] = nondet_u8();
		AT(s)->count = nondet_u8();
		AT(s)->ticket.queue = 0;
		AT(s)->ticket.for_counter = QUEUE_NONE;
		AT(s)->ticket.class = TICKET_NORMAL;
		in[s] = nondet_bool();
#ifdef PLACES
		assume(AT(s)->place >= waiting_place(s) &&
		       AT(s)->place >> 32 <= MEMBERS);
#else
		assume(AT(s)->place <= MEMBERS);
#endif
		assume(AT(s)->child[0] <= MEMBERS &&
		       AT(s)->child[1] <= MEMBERS);
	}
	assume(good());
}

static void look(uint32_t slot)
{
	uint32_t first = waiting_first(&queue, 0, TICKET_NORMAL);

	check(waiting_count(&queue, 0, TICKET_NORMAL) == members(), "how many");
	check(waiting_count(&queue, 1, TICKET_NORMAL) == 0, "of another line");
	check((first == SLOT_NONE) == (members() == 0) &&
		  (first == SLOT_NONE || (in[first] && before(first) == 0)),
	      "who is first");
	check(waiting_before(&queue, 0, TICKET_NORMAL, slot) == before(slot),
	      "how many stand before");
}

#ifdef PLACES
/* As the other proofs take it, and behind as many as were asked for. */
static void put_after(uint32_t slot)
{
	uint32_t n = nondet_u32(), waiting = members();
	uint64_t place;

	assume(!in[slot]);
	place = waiting_place_after(&queue, slot, n);
	check(place >= waiting_place(slot) && place >> 32 <= MEMBERS,
	      "a place in line, not before its arrival");
	AT(slot)->place = place;
	check(before(slot) >= (n < waiting ? n : waiting) ||
		  place == waiting_place(slot),
	      "behind so many, or where it arrived");
}
#endif

int main(void)
{
	uint32_t slot = nondet_u8();

	any_tree();
	assume(slot >= 1 && slot <= MEMBERS);
#if defined(PLACES)
	put_after(slot);
#elif defined(LOOKS)
	look(slot);
#elif defined(REMOVES)
	assume(in[slot]);
	waiting_remove(&queue, slot);
	in[slot] = false;
	check(good(), "a good tree without it");
#else
	assume(!in[slot]);
	waiting_insert(&queue, slot);
	in[slot] = true;
	check(good(), "a good tree with it");
#endif
	check(false, "reached");
}
