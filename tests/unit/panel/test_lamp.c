/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "panel/lamp.h"

static const struct config_lamp service_lamp = {.shows = CONFIG_LAMP_SERVICE,
						.index = 0};
static const struct config_lamp counter_lamp = {.shows = CONFIG_LAMP_COUNTER,
						.index = 0};
static const struct config_lamp fault_lamp = {.shows = CONFIG_LAMP_FAULT};

/* Two services, the first with a cap of one; one counter for the first. */
static struct queue *make_queue(void)
{
	struct queue_rules rules = {.n_services = 2,
				    .n_counters = 1,
				    .priority_ratio = 2,
				    .max_tickets = 10};
	struct queue *queue;

	rules.services[0].daily_cap = 1;
	rules.counters[0].n_services = 1;
	assert_int_equal(queue_new(&rules, &queue), 0);
	return queue;
}

static void play(struct queue *queue, enum queue_verb verb, int service,
		 int counter)
{
	struct queue_command command = {.verb = verb,
					.service = service,
					.counter = counter};
	struct queue_event events[QUEUE_MAX_EVENTS];
	enum queue_refusal why;
	static int64_t seq;
	int n;

	memcpy(command.day, "2026-11-24", sizeof("2026-11-24"));
	n = queue_decide(queue, &command, 1000, events, &why);
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		events[i].seq = ++seq;
		assert_int_equal(queue_apply(queue, &events[i]), 0);
	}
}

static void a_service_is_dark_before_its_day_opens(void **state)
{
	struct queue *queue = make_queue();

	(void)state;
	assert_false(lamp_wanted(&service_lamp, queue, true, false));
	play(queue, QUEUE_OPEN_DAY, QUEUE_NONE, QUEUE_NONE);
	assert_true(lamp_wanted(&service_lamp, queue, true, false));
	queue_free(queue);
}

static void a_service_is_dark_once_its_cap_is_reached(void **state)
{
	struct queue *queue = make_queue();

	(void)state;
	play(queue, QUEUE_OPEN_DAY, QUEUE_NONE, QUEUE_NONE);
	play(queue, QUEUE_ISSUE, 0, QUEUE_NONE);
	assert_false(lamp_wanted(&service_lamp, queue, true, false));
	queue_free(queue);
}

static void a_service_is_dark_while_the_journal_takes_nothing(void **state)
{
	struct queue *queue = make_queue();

	(void)state;
	play(queue, QUEUE_OPEN_DAY, QUEUE_NONE, QUEUE_NONE);
	assert_false(lamp_wanted(&service_lamp, queue, false, false));
	queue_free(queue);
}

static void a_counter_is_lit_while_someone_waits_for_it(void **state)
{
	struct queue *queue = make_queue();

	(void)state;
	play(queue, QUEUE_OPEN_DAY, QUEUE_NONE, QUEUE_NONE);
	play(queue, QUEUE_ISSUE, 1, QUEUE_NONE); /* not served there */
	assert_false(lamp_wanted(&counter_lamp, queue, true, false));
	play(queue, QUEUE_ISSUE, 0, QUEUE_NONE);
	assert_true(lamp_wanted(&counter_lamp, queue, true, false));
	play(queue, QUEUE_CALL_NEXT, QUEUE_NONE, 0);
	assert_false(lamp_wanted(&counter_lamp, queue, true, false));
	queue_free(queue);
}

static void a_fault_lamp_shows_the_fault(void **state)
{
	struct queue *queue = make_queue();

	(void)state;
	assert_false(lamp_wanted(&fault_lamp, queue, true, false));
	assert_true(lamp_wanted(&fault_lamp, queue, true, true));
	queue_free(queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_service_is_dark_before_its_day_opens),
	    cmocka_unit_test(a_service_is_dark_once_its_cap_is_reached),
	    cmocka_unit_test(a_service_is_dark_while_the_journal_takes_nothing),
	    cmocka_unit_test(a_counter_is_lit_while_someone_waits_for_it),
	    cmocka_unit_test(a_fault_lamp_shows_the_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
