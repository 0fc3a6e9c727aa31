/* SPDX-License-Identifier: MIT */
/* The estimate where the answer can be worked out by hand. */
#include "fixture.h"

/* Every service takes ten minutes; counters 0 and 2 serve service 0. */
static struct queue_rules known_rules(void)
{
	struct queue_rules rules = office_rules();

	for (int s = 0; s < 3; s++)
		rules.services[s].typical_s = 600;
	return rules;
}

static struct queue_wait wait_of_new(const struct office *office,
				     enum ticket_class class)
{
	struct queue_wait wait;

	assert_true(queue_wait(office->queue, 0, class, office->now_ms, &wait));
	assert_true(wait.low_s <= wait.high_s);
	assert_true(wait.high_s >= 60);
	assert_int_equal(wait.low_s % 60, 0);
	assert_int_equal(wait.high_s % 60, 0);
	return wait;
}

static void assert_holds(struct queue_wait wait, uint32_t minutes)
{
	if (wait.low_s > minutes * 60 || wait.high_s < minutes * 60)
		fail_msg("%u..%u s does not hold %u min", wait.low_s,
			 wait.high_s, minutes);
}

static bool knows(const struct office *office, int service)
{
	struct queue_wait wait;
	bool known = queue_wait(office->queue, service, TICKET_NORMAL,
				office->now_ms, &wait);

	if (!known)
		assert_int_equal(wait.low_s + wait.high_s, 0);
	return known;
}

static void issue_some(struct office *office, int service,
		       enum ticket_class class, int n)
{
	while (n-- > 0)
		issue(office, service, class);
}

static void open_counter(struct office *office, int counter)
{
	act(office, on_counter(QUEUE_OPEN, counter));
}

static void nothing_is_told_while_no_counter_is_open(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);

	(void)state;
	assert_false(knows(&office, 0));
	open_counter(&office, 1); /* serves 1 and 2 */
	assert_false(knows(&office, 0));
	assert_true(knows(&office, 1));
	open_counter(&office, 0);
	assert_true(knows(&office, 0));
	act(&office, on_counter(QUEUE_PAUSE, 0));
	assert_false(knows(&office, 0));
	queue_free(office.queue);
}

static void nothing_is_told_without_a_typical_time_or_completions(void **state)
{
	struct office office = open_office();

	(void)state;
	open_counter(&office, 0);
	issue_some(&office, 0, TICKET_NORMAL, 6);
	for (int i = 0; i < 5; i++) {
		assert_false(knows(&office, 0));
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		office.now_ms += 4 * MINUTE_MS;
	}
	assert_false(knows(&office, 0)); /* four are done */
	act(&office, on_counter(QUEUE_FINISH, 0));
	assert_true(knows(&office, 0));
	queue_free(office.queue);
}

static void nothing_is_told_where_a_service_ahead_is_not_known(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office;

	(void)state;
	rules.services[1].typical_s = 0;
	office = open_office_of(&rules);
	open_counter(&office, 0);
	assert_true(knows(&office, 0)); /* nobody waits for 1 */
	issue(&office, 1, TICKET_NORMAL);
	assert_false(knows(&office, 0));
	queue_free(office.queue);
}

static void a_free_counter_means_now(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);
	struct queue_wait wait;

	(void)state;
	open_counter(&office, 0);
	wait = wait_of_new(&office, TICKET_NORMAL);
	assert_int_equal(wait.low_s, 0);
	assert_int_equal(wait.high_s, 60);
	queue_free(office.queue);
}

static void it_grows_with_the_line_and_shrinks_with_counters(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);
	struct queue_wait one, two;

	(void)state;
	open_counter(&office, 0);
	issue_some(&office, 0, TICKET_NORMAL, 12);
	one = wait_of_new(&office, TICKET_NORMAL);
	assert_holds(one, 120);
	open_counter(&office, 2);
	two = wait_of_new(&office, TICKET_NORMAL);
	assert_holds(two, 60);
	assert_true(two.high_s < one.high_s);
	assert_true(two.low_s < one.low_s);
	issue_some(&office, 0, TICKET_NORMAL, 12);
	assert_holds(wait_of_new(&office, TICKET_NORMAL), 120);
	queue_free(office.queue);
}

static void the_day_teaches_better_than_the_typical_time(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);
	struct queue_wait wait;

	(void)state;
	issue_some(&office, 0, TICKET_NORMAL, 40);
	for (int i = 0; i <= 20; i++) {
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		office.now_ms += 3 * MINUTE_MS;
	}
	/* 19 wait, one is just done: an hour at three minutes each, and more
	 * than three by the typical time. */
	wait = wait_of_new(&office, TICKET_NORMAL);
	assert_holds(wait, 57);
	assert_true(wait.high_s < 110 * 60);
	queue_free(office.queue);
}

/* The more alike the completions are, the less the typical time counts. */
static void completions_that_differ_teach_less(void **state)
{
	struct queue_rules rules = known_rules();
	struct queue_wait alike, differing;

	(void)state;
	for (int run = 0; run < 2; run++) {
		struct office office = open_office_of(&rules);

		issue_some(&office, 0, TICKET_NORMAL, 30);
		for (int i = 0; i <= 8; i++) { /* four minutes on average */
			act(&office, on_counter(QUEUE_CALL_NEXT, 0));
			office.now_ms += (run == 0 ? 4
					  : i % 2  ? 1
						   : 7) *
					 MINUTE_MS;
		}
		*(run == 0 ? &alike : &differing) =
		    wait_of_new(&office, TICKET_NORMAL);
		queue_free(office.queue);
	}
	assert_true(alike.high_s < differing.high_s);
	assert_true(alike.low_s + alike.high_s <
		    differing.low_s + differing.high_s);
}

static void other_services_of_the_counter_take_its_time(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);

	(void)state;
	open_counter(&office, 0);
	issue_some(&office, 1, TICKET_NORMAL, 12);
	assert_holds(wait_of_new(&office, TICKET_NORMAL), 120);
	/* Counter 1 takes half of them. */
	open_counter(&office, 1);
	assert_holds(wait_of_new(&office, TICKET_NORMAL), 60);
	queue_free(office.queue);
}

/* Twelve wait for 2, which the counters 1 and 2 serve: 0 has nothing to do. */
static void a_counter_that_nobody_waits_for_is_free(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);

	(void)state;
	for (int c = 0; c < 3; c++)
		open_counter(&office, c);
	issue_some(&office, 2, TICKET_NORMAL, 12);
	assert_int_equal(wait_of_new(&office, TICKET_NORMAL).high_s, 60);
	queue_free(office.queue);
}

/* Counter 1 has enough to do with 2, so 1 is left to the other two. */
static void a_counter_with_more_to_do_takes_less(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office;

	(void)state;
	rules.counters[2].n_services = 2; /* 0 and 1 */
	office = open_office_of(&rules);
	for (int c = 0; c < 3; c++)
		open_counter(&office, c);
	issue_some(&office, 2, TICKET_NORMAL, 24);
	issue_some(&office, 1, TICKET_NORMAL, 12);
	/* Six tickets each at 0 and 2, not four. */
	assert_holds(wait_of_new(&office, TICKET_NORMAL), 60);
	queue_free(office.queue);
}

static void later_ones_further_up_the_list_are_ahead(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office;
	struct queue_wait without, with;

	(void)state;
	rules.counters[1].prefer = QUEUE_ORDER; /* 1, then 2 */
	office = open_office_of(&rules);
	open_counter(&office, 1);
	issue_some(&office, 2, TICKET_NORMAL, 6);
	assert_true(queue_wait_of(office.queue, queue_find(office.queue, 2, 6),
				  office.now_ms, &without));
	issue_some(&office, 1, TICKET_NORMAL, 6);
	assert_true(queue_wait_of(office.queue, queue_find(office.queue, 2, 6),
				  office.now_ms, &with));
	assert_holds(without, 50);
	assert_true(with.high_s > without.high_s);
	assert_true(with.low_s > without.low_s);
	queue_free(office.queue);
}

static void what_the_counter_calls_later_is_not_ahead(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office;

	(void)state;
	rules.counters[0].prefer = QUEUE_ORDER; /* 0, then 1 */
	office = open_office_of(&rules);
	open_counter(&office, 0);
	issue_some(&office, 1, TICKET_NORMAL, 12);
	assert_int_equal(wait_of_new(&office, TICKET_NORMAL).high_s, 60);
	queue_free(office.queue);
}

static void who_was_sent_to_the_counter_is_ahead(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);

	(void)state;
	for (int i = 0; i < 12; i++) {
		issue(&office, 1, TICKET_NORMAL);
		act(&office, on_counter(QUEUE_CALL_NEXT, 1));
		act(&office, transfer(1, QUEUE_NONE, 0));
	}
	open_counter(&office, 0);
	assert_holds(wait_of_new(&office, TICKET_NORMAL), 120);
	queue_free(office.queue);
}

/* Twelve normal and six priority wait at one counter; ten minutes each. */
static const struct {
	const char *name;
	enum queue_policy policy;
	enum ticket_class class;
	uint32_t minutes;
} classes[] = {
    {"strict, normal: all eighteen", QUEUE_STRICT, TICKET_NORMAL, 180},
    {"strict, priority: the six", QUEUE_STRICT, TICKET_PRIORITY, 60},
    {"strict, appointment: the six too", QUEUE_STRICT, TICKET_APPOINTMENT, 60},
    {"ratio 2, normal: all eighteen", QUEUE_RATIO, TICKET_NORMAL, 180},
    {"ratio 2, priority: six and three", QUEUE_RATIO, TICKET_PRIORITY, 90},
    {"accumulate, normal: all eighteen", QUEUE_ACCUMULATE, TICKET_NORMAL, 180},
};

static void the_policy_says_who_is_ahead(void **state)
{
	bool good = true;

	(void)state;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		struct queue_rules rules = known_rules();
		struct office office;
		struct queue_wait wait;

		rules.policy = classes[i].policy;
		office = open_office_of(&rules);
		open_counter(&office, 0);
		/* So long ago that nobody of the kind is expected now. */
		issue_some(&office, 0, TICKET_PRIORITY, 6);
		issue_some(&office, 0, TICKET_NORMAL, 12);
		office.now_ms += 10000 * MINUTE_MS;
		wait = wait_of_new(&office, classes[i].class);
		if (wait.low_s > classes[i].minutes * 60 ||
		    wait.high_s < classes[i].minutes * 60) {
			print_error("%s: %u..%u min\n", classes[i].name,
				    wait.low_s / 60, wait.high_s / 60);
			good = false;
		}
		queue_free(office.queue);
	}
	assert_true(good);
}

/* One came every twenty minutes. When a priority ticket is called after W, who
 * has waited for more than 4 W then, 3 W now, went first. */
static void credit_decides_who_is_ahead(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office;

	(void)state;
	rules.policy = QUEUE_ACCUMULATE;
	office = open_office_of(&rules);
	open_counter(&office, 0);
	for (int i = 0; i < 12; i++) {
		issue(&office, 0, TICKET_NORMAL);
		office.now_ms += 20 * MINUTE_MS;
	}
	/* Five have waited for more than 150 minutes. */
	assert_holds(wait_of_new(&office, TICKET_PRIORITY), 50);
	queue_free(office.queue);
}

static void credit_of_one_moment_is_none(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office;

	(void)state;
	rules.policy = QUEUE_ACCUMULATE;
	office = open_office_of(&rules);
	open_counter(&office, 0);
	issue_some(&office, 0, TICKET_NORMAL, 12);
	assert_int_equal(wait_of_new(&office, TICKET_PRIORITY).low_s, 0);
	queue_free(office.queue);
}

static void those_still_to_come_count_where_they_pass_over(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office;
	struct queue_wait quiet, lively;

	(void)state;
	rules.policy = QUEUE_STRICT;
	office = open_office_of(&rules);
	open_counter(&office, 0);
	issue_some(&office, 0, TICKET_NORMAL, 6);
	quiet = wait_of_new(&office, TICKET_NORMAL);
	for (int i = 0; i < 8; i++) { /* one in twenty minutes, and away */
		issue(&office, 0, TICKET_PRIORITY);
		act(&office,
		    on_ticket(QUEUE_CANCEL, 0, office.events[0].number));
		office.now_ms += 20 * MINUTE_MS;
	}
	lively = wait_of_new(&office, TICKET_NORMAL);
	assert_true(lively.high_s > quiet.high_s);
	assert_holds(lively, 110); /* 60 and half as much again, and so on */
	queue_free(office.queue);
}

/* A crowd at the door is no rate at which people come. */
static void a_crowd_is_not_expected_again(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office;

	(void)state;
	rules.policy = QUEUE_STRICT;
	office = open_office_of(&rules);
	open_counter(&office, 0);
	for (int i = 0; i < 60; i++) {
		issue(&office, 0, i % 3 == 0 ? TICKET_PRIORITY : TICKET_NORMAL);
		office.now_ms += 1000;
		if (i < 54) /* and away */
			act(&office, on_ticket(QUEUE_CANCEL, 0,
					       office.events[0].number));
	}
	/* Six wait; of those to come a third would pass. */
	assert_true(wait_of_new(&office, TICKET_NORMAL).high_s < 180 * 60);
	queue_free(office.queue);
}

static void a_paused_counter_comes_back(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);
	struct queue_wait one, paused, two;

	(void)state;
	open_counter(&office, 0);
	issue_some(&office, 0, TICKET_NORMAL, 12);
	one = wait_of_new(&office, TICKET_NORMAL);
	open_counter(&office, 2);
	two = wait_of_new(&office, TICKET_NORMAL);
	act(&office, on_counter(QUEUE_PAUSE, 2));
	paused = wait_of_new(&office, TICKET_NORMAL);
	assert_true(paused.high_s < one.high_s);
	assert_true(paused.high_s > two.high_s);
	assert_holds(paused, 75); /* half an hour alone, 9 / 2 afterwards */
	office.now_ms += 61 * MINUTE_MS; /* it does not */
	assert_holds(wait_of_new(&office, TICKET_NORMAL), 120);
	queue_free(office.queue);
}

static void a_closed_counter_does_not_come_back(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);
	struct queue_wait one, closed;

	(void)state;
	open_counter(&office, 0);
	issue_some(&office, 0, TICKET_NORMAL, 12);
	one = wait_of_new(&office, TICKET_NORMAL);
	open_counter(&office, 2);
	act(&office, on_counter(QUEUE_CLOSE, 2));
	closed = wait_of_new(&office, TICKET_NORMAL);
	assert_int_equal(closed.low_s, one.low_s);
	assert_int_equal(closed.high_s, one.high_s);
	queue_free(office.queue);
}

/* Nobody knows what a counter without services would do; it serves them. */
static void one_sent_to_a_counter_without_services_waits_for_it(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office;
	struct queue_wait wait;

	(void)state;
	rules.counters[0].n_services = 0;
	office = open_office_of(&rules);
	open_counter(&office, 0);
	for (int i = 0; i < 4; i++) {
		issue(&office, 1, TICKET_NORMAL);
		act(&office, on_counter(QUEUE_CALL_NEXT, 1));
		act(&office, transfer(1, QUEUE_NONE, 0));
	}
	assert_true(queue_wait_of(office.queue, queue_find(office.queue, 1, 4),
				  office.now_ms, &wait));
	assert_holds(wait, 30);
	queue_free(office.queue);
}

static void one_who_waits_looks_at_those_before_it(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);
	struct queue_wait first, sixth;

	(void)state;
	open_counter(&office, 0);
	issue_some(&office, 0, TICKET_NORMAL, 12);
	assert_true(queue_wait_of(office.queue, queue_find(office.queue, 0, 1),
				  office.now_ms, &first));
	assert_true(queue_wait_of(office.queue, queue_find(office.queue, 0, 7),
				  office.now_ms, &sixth));
	assert_int_equal(first.high_s, 60);
	assert_holds(sixth, 60);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	assert_false(queue_wait_of(office.queue, queue_find(office.queue, 0, 1),
				   office.now_ms, &first));
	queue_free(office.queue);
}

static void what_the_counter_is_at_is_nearly_done(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);
	struct queue_wait before, after;

	(void)state;
	issue_some(&office, 0, TICKET_NORMAL, 1);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	before = wait_of_new(&office, TICKET_NORMAL);
	office.now_ms += 9 * MINUTE_MS;
	after = wait_of_new(&office, TICKET_NORMAL);
	assert_holds(before, 10);
	assert_true(after.high_s < before.high_s);
	queue_free(office.queue);
}

/* A break is not part of anybody's work. */
static void a_long_gap_teaches_nothing(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);

	(void)state;
	issue_some(&office, 0, TICKET_NORMAL, 30);
	for (int i = 0; i < 10; i++) {
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		office.now_ms += 5 * MINUTE_MS;
		act(&office, on_counter(QUEUE_FINISH, 0));
		office.now_ms += 90 * MINUTE_MS;
	}
	assert_holds(wait_of_new(&office, TICKET_NORMAL), 100);
	queue_free(office.queue);
}

static void a_step_of_the_clock_teaches_nothing(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);

	(void)state;
	issue_some(&office, 0, TICKET_NORMAL, 30);
	for (int i = 0; i < 10; i++) {
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		stepped(&office, i % 2 ? -60 * MINUTE_MS : 60 * MINUTE_MS);
		office.now_ms += 5 * MINUTE_MS;
	}
	act(&office, on_counter(QUEUE_FINISH, 0));
	assert_holds(wait_of_new(&office, TICKET_NORMAL), 100);
	queue_free(office.queue);
}

static void unknown_things_have_no_estimate(void **state)
{
	struct queue_rules rules = known_rules();
	struct office office = open_office_of(&rules);
	struct queue_wait wait;

	(void)state;
	open_counter(&office, 0);
	assert_false(queue_wait(office.queue, 99, TICKET_NORMAL, 0, &wait));
	assert_false(queue_wait(office.queue, -1, TICKET_NORMAL, 0, &wait));
	assert_false(queue_wait(office.queue, 0, TICKET_CLASSES, 0, &wait));
	/* A clock at the ends of time breaks nothing. */
	issue(&office, 0, TICKET_PRIORITY);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	issue_some(&office, 0, TICKET_PRIORITY, 2);
	(void)queue_wait(office.queue, 0, TICKET_NORMAL, INT64_MAX, &wait);
	(void)queue_wait(office.queue, 0, TICKET_NORMAL, INT64_MIN, &wait);
	queue_free(office.queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_told_while_no_counter_is_open),
	    cmocka_unit_test(
		nothing_is_told_without_a_typical_time_or_completions),
	    cmocka_unit_test(
		nothing_is_told_where_a_service_ahead_is_not_known),
	    cmocka_unit_test(a_free_counter_means_now),
	    cmocka_unit_test(it_grows_with_the_line_and_shrinks_with_counters),
	    cmocka_unit_test(the_day_teaches_better_than_the_typical_time),
	    cmocka_unit_test(completions_that_differ_teach_less),
	    cmocka_unit_test(other_services_of_the_counter_take_its_time),
	    cmocka_unit_test(a_counter_that_nobody_waits_for_is_free),
	    cmocka_unit_test(a_counter_with_more_to_do_takes_less),
	    cmocka_unit_test(later_ones_further_up_the_list_are_ahead),
	    cmocka_unit_test(what_the_counter_calls_later_is_not_ahead),
	    cmocka_unit_test(who_was_sent_to_the_counter_is_ahead),
	    cmocka_unit_test(the_policy_says_who_is_ahead),
	    cmocka_unit_test(credit_decides_who_is_ahead),
	    cmocka_unit_test(credit_of_one_moment_is_none),
	    cmocka_unit_test(those_still_to_come_count_where_they_pass_over),
	    cmocka_unit_test(a_crowd_is_not_expected_again),
	    cmocka_unit_test(a_paused_counter_comes_back),
	    cmocka_unit_test(a_closed_counter_does_not_come_back),
	    cmocka_unit_test(
		one_sent_to_a_counter_without_services_waits_for_it),
	    cmocka_unit_test(one_who_waits_looks_at_those_before_it),
	    cmocka_unit_test(what_the_counter_is_at_is_nearly_done),
	    cmocka_unit_test(a_long_gap_teaches_nothing),
	    cmocka_unit_test(a_step_of_the_clock_teaches_nothing),
	    cmocka_unit_test(unknown_things_have_no_estimate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
