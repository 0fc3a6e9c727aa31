/* SPDX-License-Identifier: MIT */
/* Looks at the trees themselves, which the public header does not show. */
#include "fixture.h"
#include "queue/internal.h"
#include "queue/waiting.h"

#define SLOTS 3000U

/* A queue whose slots may be put into the set of service 0, class normal. */
static struct queue *bare_queue(uint32_t slots)
{
	struct queue_rules rules = office_rules();
	struct queue *queue;

	rules.max_tickets = slots;
	assert_int_equal(queue_new(&rules, &queue), 0);
	queue->n_tickets = slots;
	for (uint32_t i = 1; i <= slots; i++)
		queue->slots[i].ticket.for_counter = QUEUE_NONE;
	return queue;
}

/* The tree's depth; its order and counts are checked on the way. */
static unsigned int depth_of(const struct queue *queue, uint32_t at,
			     uint32_t above, uint32_t below)
{
	const struct slot *slot = &queue->slots[at];
	unsigned int earlier, later;

	if (at == SLOT_NONE)
		return 0;
	assert_true(at > above && at < below);
	assert_int_equal(slot->count, 1 + queue->slots[slot->child[0]].count +
					  queue->slots[slot->child[1]].count);
	earlier = depth_of(queue, slot->child[0], above, at);
	later = depth_of(queue, slot->child[1], at, below);
	return 1 + (earlier > later ? earlier : later);
}

static unsigned int depth(const struct queue *queue)
{
	return depth_of(queue, queue->roots[0], 0, UINT32_MAX);
}

static void sets_agree_with_a_plain_array(void **state)
{
	struct queue *queue = bare_queue(SLOTS);
	bool in[SLOTS + 1] = {false};
	uint64_t random = 12345;

	(void)state;
	for (int step = 0; step < 20000; step++) {
		uint32_t slot, before = 0, all = 0, first = SLOT_NONE;

		random = random * 6364136223846793005ULL + 1;
		slot = 1 + (uint32_t)(random >> 33) % SLOTS;
		if (in[slot])
			waiting_remove(queue, slot);
		else
			waiting_insert(queue, slot);
		in[slot] = !in[slot];
		if (step % 50 != 0)
			continue;
		for (uint32_t i = 1; i <= SLOTS; i++) {
			if (!in[i])
				continue;
			all++;
			before += i < slot;
			if (first == SLOT_NONE)
				first = i;
		}
		assert_int_equal(waiting_count(queue, 0, 0), all);
		assert_int_equal(waiting_before(queue, 0, 0, slot), before);
		assert_int_equal(waiting_first(queue, 0, 0), first);
		depth(queue);
	}
	queue_free(queue);
}

static void trees_stay_shallow(void **state)
{
	static const uint32_t sizes[] = {100, 1200, 10000, 100000, 1000000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct queue *queue = bare_queue(sizes[i]);
		unsigned int log2 = 0;

		for (uint32_t slot = 1; slot <= sizes[i]; slot++)
			waiting_insert(queue, slot);
		while (1U << log2 < sizes[i])
			log2++;
		assert_in_range(depth(queue), log2, 3 * log2);
		/* Those who came first have gone, and every third of the rest.
		 */
		for (uint32_t slot = 1; slot <= sizes[i]; slot++) {
			if (slot < sizes[i] / 2 || slot % 3 == 0)
				waiting_remove(queue, slot);
		}
		assert_in_range(depth(queue), 1, 3 * log2);
		queue_free(queue);
	}
}

static void an_emptied_set_is_empty(void **state)
{
	struct queue *queue = bare_queue(50);

	(void)state;
	for (uint32_t slot = 50; slot >= 1; slot--)
		waiting_insert(queue, slot);
	for (uint32_t slot = 1; slot <= 50; slot++) {
		assert_int_equal(waiting_first(queue, 0, 0), slot);
		waiting_remove(queue, slot);
	}
	assert_int_equal(waiting_first(queue, 0, 0), SLOT_NONE);
	assert_int_equal(waiting_count(queue, 0, 0), 0);
	assert_int_equal(queue->slots[SLOT_NONE].count, 0);
	queue_free(queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sets_agree_with_a_plain_array),
	    cmocka_unit_test(trees_stay_shallow),
	    cmocka_unit_test(an_emptied_set_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
