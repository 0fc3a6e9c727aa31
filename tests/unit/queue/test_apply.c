/* SPDX-License-Identifier: MIT */
#include "fixture.h"

/*
 * What the office below has seen: 0-1 is at counter 0, which is open; 0-2
 * waits; 0-3 was finished at counter 1, which is paused and has nobody; 0-4
 * was cancelled; 0-5 is a no-show of counter 2, which is closed.
 */
static struct office busy_office(void)
{
	struct queue_rules rules = office_rules();
	struct office office;

	rules.max_tickets = 6;
	rules.counters[1].services[0] = 0;
	office = open_office_of(&rules);
	for (int i = 0; i < 5; i++)
		issue(&office, 0, TICKET_NORMAL);
	act(&office, call_ticket(1, 0, 3));
	act(&office, on_counter(QUEUE_FINISH, 1));
	act(&office, on_counter(QUEUE_PAUSE, 1));
	act(&office, call_ticket(2, 0, 5));
	act(&office, on_counter(QUEUE_MISS, 2));
	act(&office, on_counter(QUEUE_CLOSE, 2));
	act(&office, on_ticket(QUEUE_CANCEL, 0, 4));
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	assert_int_equal(serving(&office, 0), 1);
	return office;
}

static struct queue *copy_of(const struct queue *queue)
{
	struct queue_rules rules = office_rules();
	struct queue *copy;

	rules.max_tickets = 6;
	rules.counters[1].services[0] = 0;
	assert_int_equal(queue_new(&rules, &copy), 0);
	queue_copy(copy, queue);
	return copy;
}

#define SEEDS_TOO_HIGH .day = DAY_2, .seeds[1].last = TICKET_MAX_NUMBER + 1
#define SEEDS_BEFORE_TOO_HIGH \
	.day = DAY_2, .seeds[1].before = TICKET_MAX_NUMBER + 1
#define SEEDS_BAD_CLOCK .day = DAY_2, .seeds[2].last_clock = QUEUE_CLOCKS

static const struct {
	const char *name;
	struct queue_event event;
} misfits[] = {
    {"no such kind", {.kind = QUEUE_KINDS}},
    {"negative kind", {.kind = (enum queue_kind) - 1}},

    {"day open already", {.kind = QUEUE_DAY_OPENED, .day = DAY_1}},
    {"no day", {.kind = QUEUE_DAY_OPENED}},
    {"day too short", {.kind = QUEUE_DAY_OPENED, .day = "2024-10-5"}},
    {"no date", {.kind = QUEUE_DAY_OPENED, .day = "2024/10/05"}},
    {"day without an end",
     {.kind = QUEUE_DAY_OPENED,
      .day = {'2', '0', '2', '4', '-', '1', '0', '-', '0', '5', '5'}}},
    {"seed too high", {.kind = QUEUE_DAY_OPENED, SEEDS_TOO_HIGH}},
    {"seed before too high", {.kind = QUEUE_DAY_OPENED, SEEDS_BEFORE_TOO_HIGH}},
    {"seed of no clock", {.kind = QUEUE_DAY_OPENED, SEEDS_BAD_CLOCK}},

    {"issued: no service", {.kind = QUEUE_ISSUED, .service = -1, .number = 6}},
    {"issued: service 3", {.kind = QUEUE_ISSUED, .service = 3, .number = 6}},
    {"issued: no class", {.kind = QUEUE_ISSUED, .class = -1, .number = 6}},
    {"issued: class 3", {.kind = QUEUE_ISSUED, .class = 3, .number = 6}},
    {"issued: number 0", {.kind = QUEUE_ISSUED, .service = 1, .number = 0}},
    {"issued: the last again", {.kind = QUEUE_ISSUED, .number = 5}},
    {"issued: an earlier number", {.kind = QUEUE_ISSUED, .number = 1}},
    {"issued: too high",
     {.kind = QUEUE_ISSUED, .number = TICKET_MAX_NUMBER + 1}},

    {"called: unknown", {.kind = QUEUE_CALLED, .number = 9}},
    {"called: number 0", {.kind = QUEUE_CALLED, .number = 0}},
    {"called: unknown service", {.kind = QUEUE_CALLED, .service = 31}},
    {"called: at a counter", {.kind = QUEUE_CALLED, .number = 1}},
    {"called: served", {.kind = QUEUE_CALLED, .number = 3}},
    {"called: counter has one", {.kind = QUEUE_CALLED, .number = 2}},
    {"called: counter paused",
     {.kind = QUEUE_CALLED, .number = 2, .counter = 1}},
    {"called: counter closed",
     {.kind = QUEUE_CALLED, .number = 2, .counter = 2}},
    {"called: no counter", {.kind = QUEUE_CALLED, .number = 2, .counter = -2}},
    {"called: counter 3", {.kind = QUEUE_CALLED, .number = 2, .counter = 3}},

    {"recalled: waits", {.kind = QUEUE_RECALLED, .number = 2}},
    {"recalled: elsewhere",
     {.kind = QUEUE_RECALLED, .number = 1, .counter = 1}},
    {"finished: waits", {.kind = QUEUE_FINISHED, .number = 2}},
    {"finished: again", {.kind = QUEUE_FINISHED, .number = 3, .counter = 1}},
    {"finished: elsewhere",
     {.kind = QUEUE_FINISHED, .number = 1, .counter = 1}},
    {"finished: nowhere", {.kind = QUEUE_FINISHED, .number = 1, .counter = -1}},
    {"no_show: waits", {.kind = QUEUE_NO_SHOW, .number = 2}},
    {"no_show: elsewhere", {.kind = QUEUE_NO_SHOW, .number = 1, .counter = 2}},
    {"transferred: waits",
     {.kind = QUEUE_TRANSFERRED,
      .number = 2,
      .to_service = 1,
      .to_counter = -1}},
    {"transferred: elsewhere",
     {.kind = QUEUE_TRANSFERRED,
      .number = 1,
      .counter = 1,
      .to_service = 1,
      .to_counter = -1}},
    {"transferred: to two places",
     {.kind = QUEUE_TRANSFERRED,
      .number = 1,
      .to_service = 1,
      .to_counter = 1}},
    {"transferred: to service 3",
     {.kind = QUEUE_TRANSFERRED,
      .number = 1,
      .to_service = 3,
      .to_counter = -1}},
    {"transferred: to counter 3",
     {.kind = QUEUE_TRANSFERRED,
      .number = 1,
      .to_service = -1,
      .to_counter = 3}},
    {"returned: waits", {.kind = QUEUE_RETURNED, .number = 2}},
    {"returned: elsewhere",
     {.kind = QUEUE_RETURNED, .number = 1, .counter = 2}},
    {"restored: waits", {.kind = QUEUE_RESTORED, .number = 2}},
    {"restored: served", {.kind = QUEUE_RESTORED, .number = 3}},
    {"restored: cancelled", {.kind = QUEUE_RESTORED, .number = 4}},
    {"cancelled: at a counter", {.kind = QUEUE_CANCELLED, .number = 1}},
    {"cancelled: again", {.kind = QUEUE_CANCELLED, .number = 4}},
    {"cancelled: a no-show", {.kind = QUEUE_CANCELLED, .number = 5}},
    {"expired: served", {.kind = QUEUE_EXPIRED, .number = 3}},
    {"expired: unknown", {.kind = QUEUE_EXPIRED, .number = 9}},
    {"expired: elsewhere", {.kind = QUEUE_EXPIRED, .number = 1, .counter = 2}},
    {"expired: at counter 77",
     {.kind = QUEUE_EXPIRED, .number = 1, .counter = 77}},

    {"opened: open", {.kind = QUEUE_COUNTER_OPENED, .counter = 0}},
    {"opened: no counter", {.kind = QUEUE_COUNTER_OPENED, .counter = -1}},
    {"opened: counter 3", {.kind = QUEUE_COUNTER_OPENED, .counter = 3}},
    {"paused: paused", {.kind = QUEUE_COUNTER_PAUSED, .counter = 1}},
    {"closed: closed", {.kind = QUEUE_COUNTER_CLOSED, .counter = 2}},
    {"closed: one is there", {.kind = QUEUE_COUNTER_CLOSED, .counter = 0}},

    {"rated: not finished", {.kind = QUEUE_RATED, .number = 1, .stars = 5}},
    {"rated: elsewhere",
     {.kind = QUEUE_RATED, .number = 3, .counter = 0, .stars = 5}},
    {"rated: no stars", {.kind = QUEUE_RATED, .number = 3, .counter = 1}},
    {"rated: six stars",
     {.kind = QUEUE_RATED, .number = 3, .counter = 1, .stars = 6}},
    {"rated: no counter",
     {.kind = QUEUE_RATED, .number = 3, .counter = -1, .stars = 5}},
    {"rated: unknown", {.kind = QUEUE_RATED, .number = 9, .stars = 5}},
};

static void an_event_that_does_not_fit_changes_nothing(void **state)
{
	struct office office = busy_office();
	struct queue *before = copy_of(office.queue);

	(void)state;
	for (size_t i = 0; i < sizeof(misfits) / sizeof(misfits[0]); i++) {
		if (apply_event(&office, misfits[i].event) != -EINVAL)
			fail_msg("%s: was taken", misfits[i].name);
		assert_same_queue(office.queue, before);
	}
	queue_free(before);
	queue_free(office.queue);
}

static void a_full_queue_takes_no_more(void **state)
{
	struct office office = busy_office();
	struct queue *before;

	(void)state;
	issue(&office, 2, TICKET_NORMAL);
	before = copy_of(office.queue);
	assert_int_equal(apply_event(&office,
				     (struct queue_event){.kind = QUEUE_ISSUED,
							  .number = 6}),
			 -EINVAL);
	assert_same_queue(office.queue, before);
	queue_free(before);
	queue_free(office.queue);
}

static void nothing_happens_before_a_day_is_open(void **state)
{
	static const struct queue_event events[] = {
	    {.kind = QUEUE_ISSUED, .number = 1},
	    {.kind = QUEUE_COUNTER_OPENED},
	    {.kind = QUEUE_COUNTER_PAUSED},
	    {.kind = QUEUE_CALLED, .number = 1},
	    {.kind = QUEUE_EXPIRED, .number = 1},
	};
	struct queue_rules rules = office_rules();
	struct office office = office_of(&rules);

	(void)state;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		assert_int_equal(apply_event(&office, events[i]), -EINVAL);
	queue_free(office.queue);
}

static void a_gap_left_by_a_lost_row_is_taken(void **state)
{
	struct office office = open_office();

	(void)state;
	assert_int_equal(apply_event(&office,
				     (struct queue_event){.kind = QUEUE_ISSUED,
							  .number = 7}),
			 0);
	assert_int_equal(issue(&office, 0, TICKET_NORMAL), 8);
	assert_null(queue_find(office.queue, 0, 1));
	assert_int_equal(state_of(&office, 0, 7), QUEUE_WAITING);
	queue_free(office.queue);
}

static void raised_numbers_go_on_behind_and_give_no_ticket(void **state)
{
	struct office office = open_office();

	(void)state;
	assert_int_equal(
	    apply_event(&office,
			(struct queue_event){.kind = QUEUE_NUMBERS_RAISED,
					     .number = 200}),
	    0);
	assert_int_equal(queue_last(office.queue, 0), 0);
	assert_null(queue_find(office.queue, 0, 200));
	assert_int_equal(issue(&office, 0, TICKET_NORMAL), 201);
	assert_int_equal(issue(&office, 1, TICKET_NORMAL), 1);
	/* Never back. */
	assert_int_equal(
	    apply_event(&office,
			(struct queue_event){.kind = QUEUE_NUMBERS_RAISED,
					     .number = 100}),
	    0);
	assert_int_equal(issue(&office, 0, TICKET_NORMAL), 202);
	queue_free(office.queue);
}

static void a_call_that_the_counter_no_longer_serves_is_taken(void **state)
{
	struct office office = open_office();

	(void)state;
	issue(&office, 2, TICKET_NORMAL);
	act(&office, on_counter(QUEUE_OPEN, 0));
	assert_int_equal(apply_event(&office,
				     (struct queue_event){.kind = QUEUE_CALLED,
							  .service = 2,
							  .number = 1,
							  .counter = 0}),
			 0);
	assert_int_equal(queue_counter(office.queue, 0).serving->service, 2);
	queue_free(office.queue);
}

static void events_about_no_ticket_leave_the_tickets(void **state)
{
	static const struct queue_event events[] = {
	    {.kind = QUEUE_JOURNAL_OPENED},
	    {.kind = QUEUE_PRINTED, .number = 1},
	    {.kind = QUEUE_PRINT_FAILED, .number = 999, .service = 31},
	    {.kind = QUEUE_PRINTER_CHANGED},
	    {.kind = QUEUE_CONFIG_LOADED},
	    {.kind = QUEUE_CONFIG_LOADED, .booted = true},
	    {.kind = QUEUE_CLOCK_STEPPED},
	};
	struct office office = busy_office();
	struct queue *before = copy_of(office.queue);

	(void)state;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		assert_int_equal(apply_event(&office, events[i]), 0);
		assert_same_queue(office.queue, before);
	}
	queue_free(before);
	queue_free(office.queue);
}

static void an_expired_ticket_leaves_its_counter(void **state)
{
	struct office office = busy_office();

	(void)state;
	assert_int_equal(apply_event(&office,
				     (struct queue_event){.kind = QUEUE_EXPIRED,
							  .number = 1,
							  .counter = 0}),
			 0);
	assert_int_equal(serving(&office, 0), 0);
	assert_int_equal(state_of(&office, 0, 1), QUEUE_STALE);
	queue_free(office.queue);
}

static void times_at_the_ends_of_the_scale_do_no_harm(void **state)
{
	static const int64_t ends[] = {INT64_MIN, INT64_MAX, 0,
				       INT64_MIN, INT64_MIN, INT64_MAX,
				       INT64_MAX};
	struct office office = busy_office();

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct queue_event event = {.kind = QUEUE_CLOCK_STEPPED,
					    .step_ms = ends[i]};

		assert_int_equal(queue_apply(office.queue, &event), 0);
		office.now_ms = ends[i];
		open_day(&office, i % 2 ? DAY_1 : DAY_2, true);
	}
	queue_free(office.queue);
}

/* ---- the board's calls ---- */

static void the_board_shows_the_last_calls_newest_first(void **state)
{
	struct office office = open_office();
	struct queue_call calls[QUEUE_CALLS];

	(void)state;
	assert_int_equal(queue_calls(office.queue, calls), 0);
	for (uint32_t n = 1; n <= QUEUE_CALLS + 2; n++) {
		issue(&office, 0, TICKET_PRIORITY);
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		assert_int_equal(queue_calls(office.queue, calls),
				 n < QUEUE_CALLS ? n : QUEUE_CALLS);
	}
	for (uint32_t i = 0; i < QUEUE_CALLS; i++)
		assert_int_equal(calls[i].number, QUEUE_CALLS + 2 - i);
	assert_int_equal(calls[0].id, office.seq);
	assert_int_equal(calls[0].class, TICKET_PRIORITY);
	assert_int_equal(calls[0].counter, 0);
	assert_int_equal(calls[0].at_ms, office.now_ms);
	assert_int_equal(calls[0].calls, 1);
	queue_free(office.queue);
}

static void a_recall_moves_its_line_to_the_front(void **state)
{
	struct office office = open_office();
	struct queue_call calls[QUEUE_CALLS];

	(void)state;
	for (int i = 0; i < 3; i++)
		issue(&office, 1, TICKET_NORMAL);
	for (int counter = 0; counter < 3; counter++)
		act(&office, on_counter(QUEUE_CALL_NEXT, counter));
	office.now_ms += MINUTE_MS;
	act(&office, on_counter(QUEUE_RECALL, 1));
	assert_int_equal(queue_calls(office.queue, calls), 3);
	assert_int_equal(calls[0].number, 2);
	assert_int_equal(calls[0].id, office.seq);
	assert_int_equal(calls[0].calls, 2);
	assert_int_equal(calls[0].at_ms, office.now_ms);
	assert_int_equal(calls[1].number, 3);
	assert_int_equal(calls[2].number, 1);
	assert_int_equal(queue_find(office.queue, 1, 2)->called_at_ms,
			 office.now_ms);
	queue_free(office.queue);
}

static void a_line_goes_when_its_ticket_waits_again(void **state)
{
	static const struct {
		enum queue_verb verb;
		size_t lines;
	} rows[] = {{QUEUE_FINISH, 1}, {QUEUE_MISS, 1}, {QUEUE_RETURN, 0}};
	struct queue_call calls[QUEUE_CALLS];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct office office = open_office();

		issue(&office, 0, TICKET_NORMAL);
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		act(&office, on_counter(rows[i].verb, 0));
		assert_int_equal(queue_calls(office.queue, calls),
				 rows[i].lines);
		if (rows[i].verb == QUEUE_MISS) {
			act(&office, on_ticket(QUEUE_RESTORE, 0, 1));
			assert_int_equal(queue_calls(office.queue, calls), 0);
		}
		queue_free(office.queue);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_event_that_does_not_fit_changes_nothing),
	    cmocka_unit_test(a_full_queue_takes_no_more),
	    cmocka_unit_test(nothing_happens_before_a_day_is_open),
	    cmocka_unit_test(a_gap_left_by_a_lost_row_is_taken),
	    cmocka_unit_test(raised_numbers_go_on_behind_and_give_no_ticket),
	    cmocka_unit_test(a_call_that_the_counter_no_longer_serves_is_taken),
	    cmocka_unit_test(events_about_no_ticket_leave_the_tickets),
	    cmocka_unit_test(an_expired_ticket_leaves_its_counter),
	    cmocka_unit_test(times_at_the_ends_of_the_scale_do_no_harm),
	    cmocka_unit_test(the_board_shows_the_last_calls_newest_first),
	    cmocka_unit_test(a_recall_moves_its_line_to_the_front),
	    cmocka_unit_test(a_line_goes_when_its_ticket_waits_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
