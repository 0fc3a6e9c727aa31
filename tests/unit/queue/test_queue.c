/* SPDX-License-Identifier: MIT */
#include "fixture.h"

enum {
	FITS,
	NO_SERVICE,
	MANY_SERVICES,
	NO_COUNTER,
	MANY_COUNTERS,
	NO_RATIO,
	NO_TICKETS,
	MANY_TICKETS,
	BAD_POLICY,
	BAD_PREFER,
	BAD_SERVICE,
	LONG_LIST
};

static void rules_out_of_bounds_are_refused(void **state)
{
	static const struct {
		const char *name;
		int what;
	} rows[] = {
	    {"no service", NO_SERVICE},
	    {"too many services", MANY_SERVICES},
	    {"no counter", NO_COUNTER},
	    {"too many counters", MANY_COUNTERS},
	    {"no ratio", NO_RATIO},
	    {"no tickets", NO_TICKETS},
	    {"too many tickets", MANY_TICKETS},
	    {"no such policy", BAD_POLICY},
	    {"no such preference", BAD_PREFER},
	    {"counter of an unknown service", BAD_SERVICE},
	    {"counter with too long a list", LONG_LIST},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct queue_rules rules = office_rules();
		struct queue *queue = (struct queue *)1;

		if (rows[i].what == NO_SERVICE)
			rules.n_services = 0;
		if (rows[i].what == MANY_SERVICES)
			rules.n_services = QUEUE_MAX_SERVICES + 1;
		if (rows[i].what == NO_COUNTER)
			rules.n_counters = 0;
		if (rows[i].what == MANY_COUNTERS)
			rules.n_counters = QUEUE_MAX_COUNTERS + 1;
		if (rows[i].what == NO_RATIO)
			rules.priority_ratio = 0;
		if (rows[i].what == NO_TICKETS)
			rules.max_tickets = 0;
		if (rows[i].what == MANY_TICKETS)
			rules.max_tickets = QUEUE_MAX_TICKETS + 1;
		if (rows[i].what == BAD_POLICY)
			rules.policy = 7;
		if (rows[i].what == BAD_PREFER)
			rules.counters[2].prefer = 7;
		if (rows[i].what == BAD_SERVICE)
			rules.counters[2].services[1] = 3;
		if (rows[i].what == LONG_LIST)
			rules.counters[2].n_services = QUEUE_MAX_SERVICES + 1;
		if (queue_new(&rules, &queue) != -EINVAL || queue ||
		    queue_memory(&rules) != 0)
			fail_msg("%s: was taken", rows[i].name);
	}
}

static void a_new_queue_is_empty(void **state)
{
	struct queue_rules rules = office_rules();
	struct office office = office_of(&rules);
	struct queue_call calls[QUEUE_CALLS];

	(void)state;
	assert_string_equal(queue_day(office.queue), "");
	assert_int_equal(queue_tickets(office.queue), 0);
	assert_null(queue_ticket_at(office.queue, 0));
	assert_null(queue_find(office.queue, 0, 1));
	assert_null(queue_next(office.queue, 0, office.now_ms));
	assert_int_equal(queue_last(office.queue, 0), 0);
	assert_int_equal(queue_last_issued_ms(office.queue, 0), 0);
	assert_int_equal(queue_calls(office.queue, calls), 0);
	assert_int_equal(queue_counter(office.queue, 0).state,
			 QUEUE_COUNTER_IS_CLOSED);
	queue_free(office.queue);
	queue_free(NULL);
}

static void looking_out_of_range_finds_nothing(void **state)
{
	static const int odd[] = {-2,        QUEUE_NONE, 3, QUEUE_MAX_SERVICES,
				  INT32_MAX, INT32_MIN};
	struct office office = open_office();

	(void)state;
	issue(&office, 0, TICKET_NORMAL);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		assert_null(queue_find(office.queue, odd[i], 1));
		assert_null(queue_next(office.queue, odd[i], office.now_ms));
		assert_null(queue_counter(office.queue, odd[i]).serving);
		assert_int_equal(queue_last(office.queue, odd[i]), 0);
		assert_int_equal(queue_last_issued_ms(office.queue, odd[i]), 0);
		assert_int_equal(queue_waiting(office.queue, odd[i],
					       TICKET_NORMAL),
				 0);
		assert_int_equal(queue_waiting(office.queue, 0, TICKET_CLASSES),
				 0);
	}
	assert_null(queue_find(office.queue, 0, 0));
	assert_null(queue_find(office.queue, 0, UINT32_MAX));
	assert_null(queue_ticket_at(office.queue, 1));
	queue_free(office.queue);
}

static void a_ticket_tells_what_was_issued(void **state)
{
	struct office office = open_office();
	const struct queue_ticket *ticket;

	(void)state;
	office.seq = 41;
	issue(&office, 2, TICKET_PRIORITY);
	ticket = queue_ticket_at(office.queue, 0);
	assert_ptr_equal(ticket, queue_find(office.queue, 2, 1));
	assert_int_equal(ticket->service, 2);
	assert_int_equal(ticket->queue, 2);
	assert_int_equal(ticket->number, 1);
	assert_int_equal(ticket->class, TICKET_PRIORITY);
	assert_int_equal(ticket->state, QUEUE_WAITING);
	assert_int_equal(ticket->counter, QUEUE_NONE);
	assert_int_equal(ticket->calls, 0);
	assert_int_equal(ticket->issued_at_ms, office.now_ms);
	assert_int_equal(ticket->called_at_ms, 0);
	assert_int_equal(ticket->seq, 42);
	assert_int_equal(queue_last_issued_ms(office.queue, 2), office.now_ms);
	queue_free(office.queue);
}

static void every_ticket_of_a_full_queue_is_found(void **state)
{
	struct queue_rules rules = office_rules();
	struct office office;

	(void)state;
	rules.max_tickets = 5000;
	office = open_office_of(&rules);
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(issue(&office, (int)(i % 3), i % 2),
				 i / 3 + 1);
	for (uint32_t i = 0; i < 5000; i++)
		assert_ptr_equal(queue_find(office.queue, (int)(i % 3),
					    i / 3 + 1),
				 queue_ticket_at(office.queue, i));
	queue_free(office.queue);
}

static void ahead_counts_those_who_came_before(void **state)
{
	struct office office = open_office();
	struct queue_ticket copy;

	(void)state;
	for (unsigned int i = 0; i < 6; i++)
		issue(&office, 0, i % TICKET_CLASSES);
	issue(&office, 1, TICKET_NORMAL);
	act(&office, on_ticket(QUEUE_CANCEL, 0, 2));
	copy = *queue_find(office.queue, 0, 5);
	assert_int_equal(queue_ahead(office.queue, &copy), 3);
	assert_int_equal(queue_ahead(office.queue,
				     queue_find(office.queue, 0, 1)),
			 0);
	assert_int_equal(queue_ahead(office.queue,
				     queue_find(office.queue, 1, 1)),
			 0);
	copy.number = 99;
	assert_int_equal(queue_ahead(office.queue, &copy), 0);
	queue_free(office.queue);
}

static void a_copy_is_equal_and_then_its_own(void **state)
{
	struct queue_rules rules = office_rules();
	struct office office = open_office();
	struct queue *copy, *older;

	(void)state;
	assert_int_equal(queue_new(&rules, &copy), 0);
	assert_int_equal(queue_new(&rules, &older), 0);
	for (int i = 0; i < 20; i++)
		issue(&office, i % 3, TICKET_NORMAL);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	queue_copy(copy, office.queue);
	queue_copy(older, office.queue);
	assert_same_queue(copy, office.queue);

	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	issue(&office, 0, TICKET_PRIORITY);
	assert_same_queue(copy, older);
	queue_copy(office.queue, older);
	assert_same_queue(office.queue, copy);
	/* And it works on from there. */
	assert_int_equal(issue(&office, 0, TICKET_NORMAL), 8);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	assert_int_equal(queue_tickets(copy), 20);
	queue_free(office.queue);
	queue_free(copy);
	queue_free(older);
}

static void memory_grows_with_the_tickets_only(void **state)
{
	struct queue_rules rules = office_rules();
	size_t small, large;

	(void)state;
	rules.max_tickets = 1000;
	small = queue_memory(&rules);
	rules.max_tickets = 2000;
	large = queue_memory(&rules);
	assert_true(large > small);
	assert_true((large - small) / 1000 <= 128);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rules_out_of_bounds_are_refused),
	    cmocka_unit_test(a_new_queue_is_empty),
	    cmocka_unit_test(looking_out_of_range_finds_nothing),
	    cmocka_unit_test(a_ticket_tells_what_was_issued),
	    cmocka_unit_test(every_ticket_of_a_full_queue_is_found),
	    cmocka_unit_test(ahead_counts_those_who_came_before),
	    cmocka_unit_test(a_copy_is_equal_and_then_its_own),
	    cmocka_unit_test(memory_grows_with_the_tickets_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
