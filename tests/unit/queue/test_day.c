/* SPDX-License-Identifier: MIT */
#include "fixture.h"

/*
 * A row is a story of the kiosk. All begin at eight o'clock of day 1 by the
 * kiosk's clock, and times are minutes of that clock:
 *	boot		the machine boots; without a battery its clock goes on
 *			from where the power was cut, as here
 *	pass:N		time goes by (or, off, a battery kept the clock)
 *	step:N		the clock is set
 *	right		the clock is found right, with no step seen
 *	day:N, jump:N	day N is opened, by itself or after a step
 *	issue:N		N numbers are given out for service 0
 *	call		counter 0 calls the next
 * Then: the number that comes next, and of those given out how many are still
 * known and how many wait.
 */
struct story {
	const char *name;
	const char *acts;
	uint32_t next;
	size_t known, waiting;
};

static const struct story stories[] = {
    {"the first day", "boot day:1", 1, 0, 0},
    {"a night later", "boot day:1 issue:50 pass:840 day:2", 1, 0, 0},
    {"just short of twelve hours", "boot day:1 issue:50 pass:719 day:2", 51, 0,
     0},
    {"twelve hours", "boot day:1 issue:50 pass:720 day:2", 1, 0, 0},
    {"the last number counts, not the first",
     "boot day:1 issue:50 pass:700 issue:1 pass:700 day:2", 52, 0, 0},
    {"an office that never closes",
     "boot day:1 pass:1200 issue:10 pass:60 day:2 issue:5 pass:1440 day:3 "
     "issue:2 pass:60 day:4",
     3, 0, 0},
    {"a day without numbers",
     "boot day:1 issue:50 pass:840 day:2 pass:1440 day:3", 1, 0, 0},
    {"a battery, off at night", "boot day:1 issue:50 pass:840 boot day:2", 1, 0,
     0},
    {"restarted within the boot", "boot day:1 issue:7 pass:10 day:1", 8, 7, 7},
    {"rebooted within the day", "boot day:1 issue:7 boot day:1", 8, 7, 7},
    {"never a network: the clock runs while there is power",
     "boot day:1 issue:20 pass:540 boot pass:300 day:2", 1, 0, 0},

    {"no battery, the network comes at once each morning",
     "boot day:1 step:1 issue:50 pass:540 boot step:840 jump:2 issue:30 "
     "pass:540 boot step:840 jump:3",
     1, 0, 0},
    {"no battery, numbers before the network comes",
     "boot day:1 step:1 issue:50 pass:540 boot issue:2 pass:5 step:840 jump:2",
     53, 2, 2},
    {"and a power cut in between",
     "boot day:1 step:1 issue:50 pass:540 boot issue:2 pass:5 boot step:840 "
     "jump:2",
     53, 2, 2},
    {"and two of them, and two steps",
     "boot day:1 step:1 issue:50 pass:540 boot issue:2 boot issue:1 step:20 "
     "step:820 jump:2",
     54, 3, 3},
    {"the day after, numbers begin at 1 again",
     "boot day:1 step:1 issue:50 pass:540 boot issue:2 pass:5 step:840 jump:2 "
     "issue:1 pass:540 boot step:840 jump:3",
     1, 0, 0},
    {"a clock that nobody ever set, then set after a reboot",
     "boot day:1 issue:50 pass:540 boot step:840 jump:2", 51, 50, 50},
    {"one at the counter stays there",
     "boot day:1 issue:3 call step:1440 jump:2", 4, 3, 2},

    {"set forward within the boot, after a short night",
     "boot day:1 issue:50 pass:420 day:2 pass:60 step:840 jump:3", 51, 0, 0},
    {"set forward by a day while open", "boot day:1 issue:5 step:1440 jump:2",
     6, 5, 5},
    {"set back by a day while open", "boot day:2 issue:5 step:-1440 jump:1", 6,
     5, 5},
    {"set there and back",
     "boot day:1 issue:5 step:1440 jump:2 issue:1 "
     "step:-1440 jump:1",
     7, 6, 6},
    {"an earlier day is taken for a step", "boot day:2 issue:5 day:1", 6, 5, 5},
    {"booted with a clock a day ahead, set back",
     "boot day:1 step:1 issue:50 boot pass:1440 day:2 step:-1440 jump:1", 51, 0,
     0},
    {"and numbers given out before",
     "boot day:1 step:1 issue:50 boot pass:1440 day:2 issue:3 step:-1440 "
     "jump:1",
     51, 3, 3},
    {"a restart that stands after a small step back",
     "boot day:1 issue:50 pass:1440 day:2 issue:3 step:-1 pass:60 step:-1440 "
     "jump:1",
     4, 3, 3},
    {"set back within the day, the restart is taken back",
     "boot day:1 issue:50 pass:480 boot pass:260 day:2 step:-200", 51, 0, 0},
    {"and numbers given out since stay what they are",
     "boot day:1 issue:50 pass:480 boot pass:260 day:2 issue:3 step:-200", 51,
     3, 3},
    {"a boot that finds it earlier takes the restart back",
     "boot day:1 issue:50 pass:840 day:2 issue:3 pass:-300 boot", 51, 3, 3},
    {"but not the restart of a clock that was set",
     "boot day:1 issue:50 pass:840 step:1 day:2 issue:3 pass:-300 boot", 4, 3,
     3},
    {"a clock that nobody set, then right before the kiosk starts",
     "boot day:1 issue:50 pass:540 boot pass:840 right jump:2", 51, 50, 50},
    {"the day after, numbers begin at 1 again",
     "boot day:1 issue:50 boot pass:1380 right jump:2 issue:1 pass:1440 day:3",
     1, 0, 0},
    {"set yesterday, and right from the start today",
     "boot day:1 step:1 issue:50 pass:540 boot pass:840 right day:2", 1, 0, 0},
    {"right from the start, both days",
     "boot right day:1 issue:50 pass:540 boot pass:840 right day:2", 1, 0, 0},
    {"a battery tells the truth, though nobody confirms it",
     "boot day:1 issue:50 pass:540 boot pass:840 day:2 issue:3 pass:60 right",
     4, 3, 3},
    {"a restart by a clock that was ahead, then found right",
     "boot day:1 issue:50 pass:1440 day:2 issue:3 boot pass:-1200 right", 51, 3,
     3},
    {"a clock in the far future, and a reboot after",
     "boot day:1 pass:5000000 step:1 issue:9 boot step:-5000000 jump:2", 10, 9,
     9},
};

static void write_day(char day[QUEUE_DAY_SIZE], int n)
{
	snprintf(day, QUEUE_DAY_SIZE, "2024-10-%02u",
		 (unsigned int)(3 + n) % 32);
}

static void perform(struct office *office, const char *acts)
{
	char words[300], *word = words;

	snprintf(words, sizeof(words), "%s", acts);
	for (char *end; word; word = end) {
		char *value = strchr(word, ':');
		int64_t n;

		end = strchr(word, ' ');
		if (end)
			*end++ = '\0';
		value = strchr(word, ':');
		n = value ? strtoll(value + 1, NULL, 10) : 0;
		if (strncmp(word, "boot", 4) == 0) {
			booted(office);
		} else if (strncmp(word, "call", 4) == 0) {
			act(office, on_counter(QUEUE_CALL_NEXT, 0));
		} else if (strncmp(word, "pass", 4) == 0) {
			office->now_ms += n * MINUTE_MS;
		} else if (strncmp(word, "right", 5) == 0) {
			synced(office);
		} else if (strncmp(word, "step", 4) == 0) {
			stepped(office, n * MINUTE_MS);
		} else if (strncmp(word, "issue", 5) == 0) {
			while (n-- > 0)
				issue(office, 0, TICKET_NORMAL);
		} else {
			char day[QUEUE_DAY_SIZE];

			write_day(day, (int)n);
			open_day(office, day, word[0] == 'j');
		}
	}
}

static void where_numbers_and_tickets_go_on(void **state)
{
	bool good = true;

	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		const struct story *story = &stories[i];
		struct queue_rules rules = office_rules();
		struct office office = office_of(&rules);
		size_t known, waiting;
		uint32_t next;

		perform(&office, story->acts);
		known = queue_tickets(office.queue);
		waiting = queue_waiting(office.queue, 0, TICKET_NORMAL);
		next = issue(&office, 0, TICKET_NORMAL);
		if (next != story->next || known != story->known ||
		    waiting != story->waiting) {
			print_error("%s: next %u, %zu known, %zu wait\n",
				    story->name, next, known, waiting);
			good = false;
		}
		queue_free(office.queue);
	}
	assert_true(good);
}

/* The kernel says the last second twice: to the kiosk, a small step back. */
static void a_leap_second_changes_nothing(void **state)
{
	struct office office = open_office();

	(void)state;
	issue(&office, 0, TICKET_NORMAL);
	stepped(&office, -1000);
	open_day(&office, DAY_1, true);
	assert_int_equal(issue(&office, 0, TICKET_NORMAL), 2);
	assert_int_equal(queue_waiting(office.queue, 0, TICKET_NORMAL), 2);
	queue_free(office.queue);
}

static void an_earlier_boots_unset_clock_leaves_a_doubt(void **state)
{
	struct office office = open_office();

	(void)state;
	assert_false(queue_clock_is_set(office.queue));
	issue(&office, 0, TICKET_NORMAL);
	assert_false(queue_in_doubt(office.queue));
	booted(&office);
	assert_true(queue_in_doubt(office.queue));
	synced(&office);
	assert_false(queue_in_doubt(office.queue));
	assert_true(queue_clock_is_set(office.queue));
	booted(&office);
	assert_false(queue_clock_is_set(office.queue));
	assert_false(queue_in_doubt(office.queue));
	queue_free(office.queue);
}

/* ---- how a day is opened ---- */

static struct queue_command opening(const char *day, bool stepped)
{
	struct queue_command command = {.verb = QUEUE_OPEN_DAY,
					.service = QUEUE_NONE,
					.counter = QUEUE_NONE,
					.stepped = stepped};

	snprintf(command.day, sizeof(command.day), "%s", day);
	return command;
}

static void each_open_ticket_expires_and_then_the_day_opens(void **state)
{
	static const uint32_t numbers[] = {1, 2, 4};
	struct office office = open_office();
	struct queue_command command = opening(DAY_2, false);

	(void)state;
	for (int i = 0; i < 4; i++)
		issue(&office, 0, TICKET_PRIORITY);
	act(&office, call_ticket(0, 0, 3));
	act(&office, call_ticket(0, 0, 2));
	office.now_ms += DAY_MS;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(act(&office, command), 1);
		assert_int_equal(office.events[0].kind, QUEUE_EXPIRED);
		assert_int_equal(office.events[0].service, 0);
		assert_int_equal(office.events[0].number, numbers[i]);
		assert_int_equal(office.events[0].class, TICKET_PRIORITY);
		assert_int_equal(office.events[0].counter,
				 numbers[i] == 2 ? 0 : QUEUE_NONE);
		assert_int_equal(office.events[0].at_ms, office.now_ms);
		assert_string_equal(queue_day(office.queue), DAY_1);
	}
	assert_int_equal(act(&office, command), 1);
	assert_int_equal(office.events[0].kind, QUEUE_DAY_OPENED);
	assert_string_equal(office.events[0].day, DAY_2);
	assert_false(office.events[0].carried);
	assert_int_equal(act(&office, command), 0);
	queue_free(office.queue);
}

static void a_ticket_that_came_back_expires_too(void **state)
{
	struct office office = open_office();

	(void)state;
	issue(&office, 0, TICKET_NORMAL);
	issue(&office, 0, TICKET_NORMAL);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	act(&office, on_counter(QUEUE_MISS, 0));
	office.now_ms += DAY_MS;
	act(&office, opening(DAY_2, false));
	assert_int_equal(office.events[0].number, 2);
	/* The turn of the day is broken off. */
	act(&office, on_ticket(QUEUE_RESTORE, 0, 1));
	act(&office, opening(DAY_2, false));
	assert_int_equal(office.events[0].kind, QUEUE_EXPIRED);
	assert_int_equal(office.events[0].number, 1);
	queue_free(office.queue);
}

static void a_natural_change_begins_with_nothing(void **state)
{
	struct office office = open_office();
	struct queue_call calls[QUEUE_CALLS];
	struct queue_command rate = on_counter(QUEUE_RATE, 0);

	(void)state;
	issue(&office, 0, TICKET_NORMAL);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	act(&office, on_counter(QUEUE_FINISH, 0));
	act(&office, on_counter(QUEUE_PAUSE, 1));
	office.now_ms += MINUTE_MS;
	open_day(&office, DAY_2, false);
	assert_int_equal(queue_tickets(office.queue), 0);
	assert_int_equal(queue_calls(office.queue, calls), 0);
	assert_int_equal(queue_last(office.queue, 0), 0);
	for (int counter = 0; counter < 2; counter++)
		assert_int_equal(queue_counter(office.queue, counter).state,
				 QUEUE_COUNTER_IS_CLOSED);
	rate.stars = 5;
	assert_int_equal(act(&office, rate), -EPERM);
	assert_int_equal(office.why, QUEUE_NOTHING_TO_RATE);
	queue_free(office.queue);
}

/* Yesterday's 0-1 and 0-2 make room, so today's lie in other slots. */
static void a_stepped_change_keeps_what_happened_today(void **state)
{
	struct office office = open_office();
	struct queue_call calls[QUEUE_CALLS];
	struct queue_command rate = on_counter(QUEUE_RATE, 1);

	(void)state;
	booted(&office);
	stepped(&office, MINUTE_MS);
	issue(&office, 0, TICKET_NORMAL);
	issue(&office, 0, TICKET_NORMAL);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	act(&office, on_counter(QUEUE_FINISH, 0));
	office.now_ms += 8 * HOUR_MS;
	booted(&office);
	for (int i = 0; i < 5; i++)
		issue(&office, 1, TICKET_NORMAL);
	act(&office, on_counter(QUEUE_CALL_NEXT, 1));
	act(&office, on_counter(QUEUE_FINISH, 1));
	act(&office, call_ticket(0, 1, 3));
	act(&office, on_counter(QUEUE_PAUSE, 2));
	stepped(&office, 14 * HOUR_MS);
	assert_int_equal(act(&office, opening(DAY_2, true)), 1);
	assert_int_equal(office.events[0].kind, QUEUE_EXPIRED);
	assert_int_equal(office.events[0].number, 2);
	assert_int_equal(act(&office, opening(DAY_2, true)), 1);
	assert_int_equal(office.events[0].kind, QUEUE_DAY_OPENED);
	assert_true(office.events[0].carried);

	assert_int_equal(queue_tickets(office.queue), 5);
	assert_null(queue_find(office.queue, 0, 1));
	assert_int_equal(queue_last(office.queue, 0), 0);
	assert_int_equal(queue_last(office.queue, 1), 5);
	assert_int_equal(serving(&office, 0), 3);
	assert_int_equal(queue_counter(office.queue, 1).state,
			 QUEUE_COUNTER_IS_OPEN);
	assert_int_equal(queue_counter(office.queue, 2).state,
			 QUEUE_COUNTER_IS_PAUSED);
	assert_int_equal(queue_waiting(office.queue, 1, TICKET_NORMAL), 3);
	assert_int_equal(queue_next(office.queue, 1, office.now_ms)->number, 2);
	assert_int_equal(queue_calls(office.queue, calls), 2);
	assert_int_equal(calls[0].number, 3);
	assert_int_equal(calls[1].number, 1);
	rate.stars = 3;
	assert_int_equal(act(&office, rate), 1);
	assert_int_equal(issue(&office, 0, TICKET_NORMAL), 1);
	assert_int_equal(issue(&office, 1, TICKET_NORMAL), 6);
	queue_free(office.queue);
}

static void a_step_leaves_the_times_that_were_shown(void **state)
{
	struct office office = open_office();
	int64_t issued_at_ms = office.now_ms;

	(void)state;
	issue(&office, 0, TICKET_NORMAL);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	stepped(&office, 20 * HOUR_MS);
	assert_int_equal(queue_find(office.queue, 0, 1)->issued_at_ms,
			 issued_at_ms);
	assert_int_equal(queue_find(office.queue, 0, 1)->called_at_ms,
			 issued_at_ms);
	assert_int_equal(queue_last_issued_ms(office.queue, 0),
			 issued_at_ms + 20 * HOUR_MS);
	queue_free(office.queue);
}

static void the_cap_counts_the_days_tickets_not_the_number(void **state)
{
	struct queue_rules rules = office_rules();
	struct queue_command command = {.verb = QUEUE_ISSUE};
	struct office office;

	(void)state;
	rules.services[0].daily_cap = 3;
	office = open_office_of(&rules);
	for (int i = 0; i < 3; i++)
		issue(&office, 0, TICKET_NORMAL);
	assert_int_equal(act(&office, command), -EPERM);
	/* Carried on, they are today's; the night makes them yesterday's. */
	stepped(&office, DAY_MS);
	open_day(&office, DAY_2, true);
	assert_int_equal(act(&office, command), -EPERM);
	assert_int_equal(office.why, QUEUE_CAP_REACHED);
	office.now_ms += 11 * HOUR_MS;
	open_day(&office, DAY_3, false);
	for (uint32_t i = 4; i <= 6; i++)
		assert_int_equal(issue(&office, 0, TICKET_NORMAL), i);
	assert_int_equal(act(&office, command), -EPERM);
	assert_int_equal(office.why, QUEUE_CAP_REACHED);
	queue_free(office.queue);
}

static void a_restart_remembers_when_the_last_number_was(void **state)
{
	struct office office = open_office();
	int64_t issued_at_ms = office.now_ms;

	(void)state;
	issue(&office, 0, TICKET_NORMAL);
	office.now_ms += DAY_MS;
	open_day(&office, DAY_2, false);
	assert_int_equal(queue_last(office.queue, 0), 0);
	assert_int_equal(queue_last_issued_ms(office.queue, 0), issued_at_ms);
	queue_free(office.queue);
}

static void what_is_no_day_is_refused(void **state)
{
	static const char *const days[] = {"", "2024", "2024-1-01",
					   "2024-10-5a", "20241005--"};
	struct office office = open_office();

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		assert_int_equal(act(&office, opening(days[i], false)), -EPERM);
		assert_int_equal(office.why, QUEUE_NO_DAY);
	}
	queue_free(office.queue);
}

/* A journal may lack rows: what is kept must still be found by its number. */
static void seeds_below_the_tickets_kept_are_mended(void **state)
{
	struct office office = open_office();
	struct queue_event event = {.kind = QUEUE_DAY_OPENED,
				    .carried = true,
				    .day = DAY_2};

	(void)state;
	issue(&office, 0, TICKET_NORMAL);
	issue(&office, 0, TICKET_NORMAL);
	event.seeds[0].last = 1;
	assert_int_equal(apply_event(&office, event), 0);
	assert_int_equal(issue(&office, 0, TICKET_NORMAL), 3);
	queue_free(office.queue);
}

static void an_open_ticket_is_not_forgotten_without_its_expiry(void **state)
{
	struct office office = open_office();

	(void)state;
	issue(&office, 0, TICKET_NORMAL);
	issue(&office, 0, TICKET_NORMAL);
	act(&office, on_ticket(QUEUE_CANCEL, 0, 1));
	office.now_ms += DAY_MS;
	assert_int_equal(apply_event(&office,
				     (struct queue_event){.kind =
							      QUEUE_DAY_OPENED,
							  .carried = true,
							  .day = DAY_2,
							  .seeds[0].last = 2}),
			 0);
	assert_int_equal(queue_tickets(office.queue), 1);
	assert_int_equal(state_of(&office, 0, 2), QUEUE_WAITING);
	queue_free(office.queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(where_numbers_and_tickets_go_on),
	    cmocka_unit_test(a_leap_second_changes_nothing),
	    cmocka_unit_test(an_earlier_boots_unset_clock_leaves_a_doubt),
	    cmocka_unit_test(each_open_ticket_expires_and_then_the_day_opens),
	    cmocka_unit_test(a_ticket_that_came_back_expires_too),
	    cmocka_unit_test(a_natural_change_begins_with_nothing),
	    cmocka_unit_test(a_stepped_change_keeps_what_happened_today),
	    cmocka_unit_test(a_step_leaves_the_times_that_were_shown),
	    cmocka_unit_test(the_cap_counts_the_days_tickets_not_the_number),
	    cmocka_unit_test(a_restart_remembers_when_the_last_number_was),
	    cmocka_unit_test(what_is_no_day_is_refused),
	    cmocka_unit_test(seeds_below_the_tickets_kept_are_mended),
	    cmocka_unit_test(
		an_open_ticket_is_not_forgotten_without_its_expiry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
