/* SPDX-License-Identifier: MIT */
/* The office's own rules: appointments, hours, last call, restore, recalls. */
#include "fixture.h"

static struct queue_command issue_of(enum ticket_class class)
{
	return (struct queue_command){.verb = QUEUE_ISSUE,
				      .service = 0,
				      .class = class,
				      .counter = QUEUE_NONE};
}

/* ---- appointments ---- */

/* Times are minutes after the window's begin; it is half an hour long. */
static const struct {
	const char *name;
	int64_t comes;
	enum ticket_class asked, given;
} visits[] = {
    {"in time", 10, TICKET_APPOINTMENT, TICKET_APPOINTMENT},
    {"at its begin", 0, TICKET_APPOINTMENT, TICKET_APPOINTMENT},
    {"early by 15 minutes", -15, TICKET_APPOINTMENT, TICKET_APPOINTMENT},
    {"early by 16", -16, TICKET_APPOINTMENT, TICKET_NORMAL},
    {"late by 15", 45, TICKET_APPOINTMENT, TICKET_APPOINTMENT},
    {"late by 16", 46, TICKET_APPOINTMENT, TICKET_NORMAL},
    {"priority needs no window", 200, TICKET_PRIORITY, TICKET_PRIORITY},
    {"nor does normal", 200, TICKET_NORMAL, TICKET_NORMAL},
};

static void an_appointment_counts_as_one_while_it_is_on_time(void **state)
{
	struct office office = open_office();
	bool good = true;

	(void)state;
	for (size_t i = 0; i < sizeof(visits) / sizeof(visits[0]); i++) {
		struct queue_command command = issue_of(visits[i].asked);

		command.from_ms = office.now_ms - visits[i].comes * MINUTE_MS;
		command.until_ms = command.from_ms + 30 * MINUTE_MS;
		assert_int_equal(act(&office, command), 1);
		if (office.events[0].class != (int)visits[i].given) {
			print_error("%s\n", visits[i].name);
			good = false;
		}
		if (visits[i].asked == TICKET_APPOINTMENT)
			assert_int_equal(office.events[0].from_ms,
					 command.from_ms);
		else
			assert_int_equal(office.events[0].from_ms, 0);
	}
	assert_true(good);
	queue_free(office.queue);
}

static void an_appointment_without_a_time_is_always_on_time(void **state)
{
	struct office office = open_office();

	(void)state;
	assert_int_equal(act(&office, issue_of(TICKET_APPOINTMENT)), 1);
	assert_int_equal(office.events[0].class, TICKET_APPOINTMENT);
	queue_free(office.queue);
}

static void a_window_at_the_ends_of_time_does_no_harm(void **state)
{
	struct queue_command command = issue_of(TICKET_APPOINTMENT);
	struct office office = open_office();

	(void)state;
	command.from_ms = INT64_MIN;
	command.until_ms = INT64_MAX;
	assert_int_equal(act(&office, command), 1);
	command.from_ms = INT64_MAX;
	command.until_ms = INT64_MIN;
	assert_int_equal(act(&office, command), 1);
	assert_int_equal(office.events[0].class, TICKET_NORMAL);
	queue_free(office.queue);
}

/* ---- hours and last call ---- */

static void nothing_is_issued_while_reception_is_closed(void **state)
{
	struct queue_command command = issue_of(TICKET_PRIORITY);
	struct office office = open_office();

	(void)state;
	command.closed = true;
	assert_int_equal(act(&office, command), -EPERM);
	assert_int_equal(office.why, QUEUE_CLOSED);
	command.closed = false;
	assert_int_equal(act(&office, command), 1);
	assert_int_equal(office.events[0].number, 1);
	queue_free(office.queue);
}

/* Ten minutes each, one counter, six wait: an hour, more or less. */
static struct office busy_office(enum queue_last_call last_call)
{
	struct queue_rules rules = office_rules();
	struct office office;

	for (int s = 0; s < 3; s++)
		rules.services[s].typical_s = 600;
	rules.last_call = last_call;
	office = open_office_of(&rules);
	act(&office, on_counter(QUEUE_OPEN, 0));
	for (int i = 0; i < 6; i++)
		issue(&office, 0, TICKET_NORMAL);
	return office;
}

static const struct {
	const char *name;
	enum queue_last_call last_call;
	int64_t left_min; /* 0: no end */
	int n;
	bool warned;
} ends[] = {
    {"off, five minutes left", QUEUE_LAST_OFF, 5, 1, false},
    {"warn, four hours left", QUEUE_LAST_WARN, 240, 1, false},
    {"warn, half an hour left", QUEUE_LAST_WARN, 30, 1, true},
    {"warn, no end known", QUEUE_LAST_WARN, 0, 1, false},
    {"stop, four hours left", QUEUE_LAST_STOP, 240, 1, false},
    {"stop, half an hour left", QUEUE_LAST_STOP, 30, -EPERM, false},
    {"stop, no end known", QUEUE_LAST_STOP, 0, 1, false},
};

static void who_may_not_be_served_before_closing_is_told_so(void **state)
{
	bool good = true;

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct office office = busy_office(ends[i].last_call);
		struct queue_command command = issue_of(TICKET_NORMAL);
		int n;

		command.left_ms = ends[i].left_min * MINUTE_MS;
		n = act(&office, command);
		if (n != ends[i].n ||
		    (n == 1 && office.events[0].last_call != ends[i].warned) ||
		    (n < 0 && office.why != QUEUE_TOO_LATE)) {
			print_error("%s\n", ends[i].name);
			good = false;
		}
		queue_free(office.queue);
	}
	assert_true(good);
}

static void nobody_is_turned_away_upon_a_guess(void **state)
{
	struct queue_rules rules = office_rules();
	struct queue_command command = issue_of(TICKET_NORMAL);
	struct office office;

	(void)state;
	rules.last_call = QUEUE_LAST_STOP;
	office = open_office_of(&rules); /* nothing known of the services */
	command.left_ms = 1;
	for (int i = 0; i < 20; i++)
		assert_int_equal(act(&office, command), 1);
	queue_free(office.queue);
}

/* ---- a no-show that came back ---- */

/* Six wait, 1 is a no-show, so many are called meanwhile, 1 comes back. */
static const struct {
	const char *name;
	uint32_t after, called_meanwhile;
	const char *order;
} returns[] = {
    {"by its arrival", 0, 0, "1 2 3 4 5 6 "},
    {"by its arrival, late", 0, 3, "1 5 6 "},
    {"after the next one", 1, 0, "2 1 3 4 5 6 "},
    {"after the next three", 3, 0, "2 3 4 1 5 6 "},
    {"after the next three, late", 3, 1, "3 4 5 1 6 "},
    {"fewer wait than that", 3, 4, "6 1 "},
    {"nobody waits", 3, 5, "1 "},
};

static void a_restored_ticket_waits_where_the_office_says(void **state)
{
	bool good = true;

	(void)state;
	for (size_t i = 0; i < sizeof(returns) / sizeof(returns[0]); i++) {
		struct queue_rules rules = office_rules();
		struct office office;
		char order[60] = "";

		rules.restore_after = returns[i].after;
		office = open_office_of(&rules);
		for (int n = 0; n < 6; n++)
			issue(&office, 0, TICKET_NORMAL);
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		act(&office, on_counter(QUEUE_MISS, 0));
		for (uint32_t n = 0; n < returns[i].called_meanwhile; n++)
			act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		act(&office, on_ticket(QUEUE_RESTORE, 0, 1));
		assert_int_equal(office.events[0].after, returns[i].after);
		while (act(&office, on_counter(QUEUE_CALL_NEXT, 0)) > 0 &&
		       serving(&office, 0) > 0)
			snprintf(order + strlen(order), 8, "%u ",
				 serving(&office, 0));
		if (strcmp(order, returns[i].order) != 0) {
			print_error("%s: %s\n", returns[i].name, order);
			good = false;
		}
		queue_free(office.queue);
	}
	assert_true(good);
}

static void two_that_come_back_keep_out_of_each_others_way(void **state)
{
	struct queue_rules rules = office_rules();
	struct office office;

	(void)state;
	rules.restore_after = 1;
	office = open_office_of(&rules);
	for (int n = 0; n < 5; n++)
		issue(&office, 0, TICKET_NORMAL);
	for (int n = 0; n < 2; n++) {
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		act(&office, on_counter(QUEUE_MISS, 0));
	}
	act(&office, on_ticket(QUEUE_RESTORE, 0, 1));
	act(&office, on_ticket(QUEUE_RESTORE, 0, 2)); /* 3 2 1 4 5 */
	assert_int_equal(queue_ahead(office.queue,
				     queue_find(office.queue, 0, 2)),
			 1);
	assert_int_equal(queue_ahead(office.queue,
				     queue_find(office.queue, 0, 1)),
			 2);
	/* Put back by staff, it stands where it stood. */
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	assert_int_equal(serving(&office, 0), 2);
	act(&office, on_counter(QUEUE_RETURN, 0));
	assert_int_equal(queue_next(office.queue, 0, office.now_ms)->number, 2);
	/* Sent on, it goes by its arrival. */
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	assert_int_equal(serving(&office, 0), 1);
	issue(&office, 1, TICKET_NORMAL);
	act(&office, transfer(0, 1, QUEUE_NONE));
	assert_int_equal(queue_ahead(office.queue,
				     queue_find(office.queue, 0, 1)),
			 0);
	queue_free(office.queue);
}

/* So often that no room is left behind the one in front. */
static void there_is_always_room_for_one_more(void **state)
{
	struct queue_rules rules = office_rules();
	struct office office;

	(void)state;
	rules.restore_after = 1;
	office = open_office_of(&rules);
	for (int n = 0; n < 90; n++)
		issue(&office, 0, TICKET_NORMAL);
	for (int n = 0; n < 70; n++) {
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		act(&office, on_counter(QUEUE_MISS, 0));
	}
	for (uint32_t n = 1; n <= 70; n++)
		assert_int_equal(act(&office, on_ticket(QUEUE_RESTORE, 0, n)),
				 1);
	for (int n = 0; n < 90; n++) {
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		if (n == 0)
			assert_int_equal(serving(&office, 0), 71);
		assert_int_not_equal(serving(&office, 0), 0);
	}
	queue_free(office.queue);
}

/* ---- nobody answers ---- */

static void a_no_show_is_suggested_after_so_many_recalls(void **state)
{
	struct queue_rules rules = office_rules();
	struct office office;

	(void)state;
	rules.recall_limit = 2;
	office = open_office_of(&rules);
	issue(&office, 0, TICKET_NORMAL);
	assert_false(queue_suggests_no_show(office.queue, 0));
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	act(&office, on_counter(QUEUE_RECALL, 0));
	assert_false(queue_suggests_no_show(office.queue, 0));
	act(&office, on_counter(QUEUE_RECALL, 0));
	assert_true(queue_suggests_no_show(office.queue, 0));
	assert_int_equal(state_of(&office, 0, 1), QUEUE_AT_COUNTER);
	/* Called again, it is given its time again. */
	act(&office, on_counter(QUEUE_RETURN, 0));
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	assert_false(queue_suggests_no_show(office.queue, 0));
	assert_false(queue_suggests_no_show(office.queue, 99));
	queue_free(office.queue);
}

static void no_limit_no_suggestion(void **state)
{
	struct office office = open_office();

	(void)state;
	issue(&office, 0, TICKET_NORMAL);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	for (int i = 0; i < 50; i++)
		act(&office, on_counter(QUEUE_RECALL, 0));
	assert_false(queue_suggests_no_show(office.queue, 0));
	queue_free(office.queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_appointment_counts_as_one_while_it_is_on_time),
	    cmocka_unit_test(an_appointment_without_a_time_is_always_on_time),
	    cmocka_unit_test(a_window_at_the_ends_of_time_does_no_harm),
	    cmocka_unit_test(nothing_is_issued_while_reception_is_closed),
	    cmocka_unit_test(who_may_not_be_served_before_closing_is_told_so),
	    cmocka_unit_test(nobody_is_turned_away_upon_a_guess),
	    cmocka_unit_test(a_restored_ticket_waits_where_the_office_says),
	    cmocka_unit_test(two_that_come_back_keep_out_of_each_others_way),
	    cmocka_unit_test(there_is_always_room_for_one_more),
	    cmocka_unit_test(a_no_show_is_suggested_after_so_many_recalls),
	    cmocka_unit_test(no_limit_no_suggestion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
