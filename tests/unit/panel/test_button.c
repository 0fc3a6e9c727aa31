/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "panel/button.h"

#define MS 1000000LL
#define MAX_STEPS 24

/* At each time (ms) an edge to that level, as the kernel gives it. */
struct step {
	int at_ms;
	int level;
};

struct waveform {
	const char *name;
	bool has_hold;
	int debounce_ms, repeat_ms;
	struct step steps[MAX_STEPS];
	size_t n_steps;
	int presses, holds;
};

/* Plays edges in time, calls the deadline whenever it is due, as the panel
 * does, and lets a second of silence follow. */
static void play(const struct waveform *wave, int *presses, int *holds)
{
	struct button button = {.debounce_ms = wave->debounce_ms,
				.hold_ms = 1200,
				.repeat_ms = wave->repeat_ms,
				.has_hold = wave->has_hold};
	int level = 0;

	*presses = *holds = 0;
	for (size_t i = 0; i <= wave->n_steps; i++) {
		int64_t until_ns =
		    i < wave->n_steps
			? wave->steps[i].at_ms * MS
			: (wave->steps[wave->n_steps - 1].at_ms + 5000) * MS;
		enum button_output output;

		while (button_deadline_ns(&button) < until_ns) {
			output = button_tick(&button, level,
					     button_deadline_ns(&button));
			*presses += output == BUTTON_PRESS;
			*holds += output == BUTTON_HOLD;
		}
		if (i == wave->n_steps)
			break;
		level = wave->steps[i].level;
		output = button_edge(&button, level, until_ns);
		*presses += output == BUTTON_PRESS;
		*holds += output == BUTTON_HOLD;
	}
}

#define STEPS(...)              \
	.steps = {__VA_ARGS__}, \
	.n_steps = sizeof((struct step[]){__VA_ARGS__}) / sizeof(struct step)

static const struct waveform waveforms[] = {
    {"clean press", false, 20, 0, STEPS({100, 1}, {250, 0}), 1, 0},
    {"5 ms of bounce on both sides", false, 20, 0,
     STEPS({100, 1}, {101, 0}, {102, 1}, {104, 0}, {105, 1}, {300, 0}, {302, 1},
	   {305, 0}),
     1, 0},
    {"a spike of 1 ms is noise", false, 20, 0, STEPS({100, 1}, {101, 0}), 0, 0},
    {"a spike of 1 ms while down is noise", false, 20, 0,
     STEPS({100, 1}, {300, 0}, {301, 1}, {600, 0}), 1, 0},
    {"two presses", false, 20, 0, STEPS({100, 1}, {200, 0}, {400, 1}, {500, 0}),
     2, 0},
    {"a second press within repeat_ms does nothing", false, 20, 1500,
     STEPS({100, 1}, {200, 0}, {900, 1}, {1000, 0}), 1, 0},
    {"a second press after repeat_ms counts", false, 20, 1500,
     STEPS({100, 1}, {200, 0}, {1700, 1}, {1800, 0}), 2, 0},
    {"a double click with repeat_ms 0 counts twice", false, 20, 0,
     STEPS({100, 1}, {180, 0}, {260, 1}, {340, 0}), 2, 0},
    {"held without a hold action: one press", false, 20, 0,
     STEPS({100, 1}, {4000, 0}), 1, 0},
    {"with a hold action a short press acts on release", true, 20, 0,
     STEPS({100, 1}, {400, 0}), 1, 0},
    {"kept down: the hold, and no press", true, 20, 0,
     STEPS({100, 1}, {2000, 0}), 0, 1},
    {"kept down for ever: one hold", true, 20, 0, STEPS({100, 1}), 0, 1},
    {"let go just before hold_ms: a press", true, 20, 0,
     STEPS({100, 1}, {1299, 0}), 1, 0},
    {"no debounce: each edge counts", false, 0, 0,
     STEPS({100, 1}, {101, 0}, {102, 1}, {103, 0}), 2, 0},
    {"no debounce, with hold", true, 0, 0, STEPS({100, 1}, {1500, 0}), 0, 1},
    {"the same level told twice is one press", false, 20, 0,
     STEPS({100, 1}, {110, 1}, {300, 0}), 1, 0},
    {"30 ms of bounce on both sides", false, 20, 0,
     STEPS({100, 1}, {103, 0}, {107, 1}, {112, 0}, {115, 1}, {121, 0}, {124, 1},
	   {128, 0}, {130, 1}, {400, 0}, {406, 1}, {409, 0}, {417, 1}, {420, 0},
	   {428, 1}, {430, 0}),
     1, 0},
    {"a slow release that crosses the threshold again and again", false, 20, 0,
     STEPS({100, 1}, {300, 0}, {315, 1}, {325, 0}, {340, 1}, {352, 0}, {370, 1},
	   {380, 0}),
     1, 0},
    {"spikes of 1 ms all along", false, 20, 0,
     STEPS({100, 1}, {101, 0}, {200, 1}, {201, 0}, {300, 1}, {301, 0}, {400, 1},
	   {450, 0}, {451, 1}, {500, 0}, {520, 1}, {521, 0}),
     1, 0},
};

static void waveforms_give_the_presses_they_should(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(waveforms) / sizeof(waveforms[0]); i++) {
		const struct waveform *wave = &waveforms[i];
		int presses, holds;

		play(wave, &presses, &holds);
		if (presses == wave->presses && holds == wave->holds)
			continue;
		print_error("%s: %d presses, %d holds; wanted %d and %d\n",
			    wave->name, presses, holds, wave->presses,
			    wave->holds);
		failed++;
	}
	assert_int_equal(failed, 0);
}

static void a_busy_loop_that_asks_late_still_counts_the_press(void **state)
{
	struct button button = {.debounce_ms = 20, .repeat_ms = 0};

	(void)state;
	assert_int_equal(button_edge(&button, true, 100 * MS), BUTTON_NOTHING);
	/* no tick in between: the loop was held up */
	assert_int_equal(button_edge(&button, false, 200 * MS), BUTTON_PRESS);
	assert_int_equal(button_tick(&button, false, 300 * MS), BUTTON_NOTHING);
}

static void a_lost_release_is_seen_at_the_deadline(void **state)
{
	struct button button = {.debounce_ms = 20, .repeat_ms = 0};

	(void)state;
	(void)button_edge(&button, true, 100 * MS);
	/* settled as pressed, but the line says it is up again */
	assert_int_equal(button_tick(&button, false, 121 * MS), BUTTON_PRESS);
	assert_int_equal(button_deadline_ns(&button), 141 * MS);
	assert_int_equal(button_tick(&button, false, 141 * MS), BUTTON_NOTHING);
	assert_int_equal(button_edge(&button, true, 400 * MS), BUTTON_NOTHING);
	assert_int_equal(button_tick(&button, true, 420 * MS), BUTTON_PRESS);
}

static void held_down_at_the_start_is_no_press(void **state)
{
	struct button button = {.debounce_ms = 20,
				.hold_ms = 1200,
				.has_hold = true};

	(void)state;
	button_start_down(&button, 1000 * MS);
	/* Nothing is due before it would be found stuck. */
	assert_true(button_deadline_ns(&button) == 11000 * MS);
	assert_int_equal(button_edge(&button, false, 3000 * MS),
			 BUTTON_NOTHING);
	assert_int_equal(button_tick(&button, false, 3020 * MS),
			 BUTTON_NOTHING);
	(void)button_edge(&button, true, 4000 * MS);
	(void)button_tick(&button, true, 4020 * MS);
	assert_int_equal(button_tick(&button, true, 5200 * MS), BUTTON_HOLD);
}

static void an_idle_button_wants_no_timer(void **state)
{
	struct button button = {.debounce_ms = 20};

	(void)state;
	assert_true(button_deadline_ns(&button) == INT64_MAX);
}

/* ---- faults ---- */

struct played {
	int presses, holds;
	int64_t fault_ms, fine_ms; /* when it was first found, when it passed */
	enum button_fault fault;   /* the first */
};

static void note(struct played *played, const struct button *button,
		 enum button_output output, int64_t at_ns)
{
	enum button_fault fault = button_fault(button);

	played->presses += output == BUTTON_PRESS;
	played->holds += output == BUTTON_HOLD;
	if (fault != BUTTON_FINE && played->fault == BUTTON_FINE) {
		played->fault = fault;
		played->fault_ms = at_ns / MS;
	}
	if (fault == BUTTON_FINE && played->fault != BUTTON_FINE &&
	    played->fine_ms == 0)
		played->fine_ms = at_ns / MS;
}

/* Whatever is due until then, as the panel would do it. */
static void wait_until(struct button *button, int64_t until_ns,
		       struct played *played)
{
	while (button_deadline_ns(button) <= until_ns) {
		int64_t at_ns = button_deadline_ns(button);

		note(played, button, button_tick(button, button->raw, at_ns),
		     at_ns);
	}
}

static void edge_at(struct button *button, bool level, int at_ms,
		    struct played *played)
{
	wait_until(button, at_ms * MS - 1, played);
	note(played, button, button_edge(button, level, at_ms * MS),
	     at_ms * MS);
}

/* An edge each half period, from one time to another. */
static void chatter(struct button *button, int from_ms, int to_ms, int half_ms,
		    struct played *played)
{
	bool level = false;

	for (int at_ms = from_ms; at_ms < to_ms; at_ms += half_ms) {
		level = !level;
		edge_at(button, level, at_ms, played);
	}
	if (level)
		edge_at(button, false, to_ms, played);
}

static void down_for_ten_seconds_is_stuck_until_let_go(void **state)
{
	struct button button = {.debounce_ms = 20, .repeat_ms = 1500};
	struct played played = {0};

	(void)state;
	edge_at(&button, true, 1000, &played);
	edge_at(&button, false, 60000, &played);
	wait_until(&button, 70000 * MS, &played);
	assert_int_equal(played.presses, 1);
	assert_int_equal(played.fault, BUTTON_STUCK);
	assert_int_equal(played.fault_ms, 11000);
	assert_int_equal(played.fine_ms, 60020);
	edge_at(&button, true, 71000, &played);
	wait_until(&button, 71020 * MS, &played);
	assert_int_equal(played.presses, 2);
}

static void
a_stuck_button_with_a_hold_has_done_its_hold_and_no_more(void **state)
{
	struct button button = {.debounce_ms = 20,
				.hold_ms = 1200,
				.has_hold = true};
	struct played played = {0};

	(void)state;
	edge_at(&button, true, 1000, &played);
	edge_at(&button, false, 60000, &played);
	wait_until(&button, 70000 * MS, &played);
	assert_int_equal(played.presses, 0);
	assert_int_equal(played.holds, 1);
	assert_int_equal(played.fault, BUTTON_STUCK);
}

static void spikes_do_not_make_a_stuck_button_fine(void **state)
{
	struct button button = {.debounce_ms = 20};
	struct played played = {0};

	(void)state;
	edge_at(&button, true, 1000, &played);
	edge_at(&button, false, 10999, &played);
	edge_at(&button, true, 11001, &played);
	wait_until(&button, 20000 * MS, &played);
	assert_int_equal(played.fault, BUTTON_STUCK);
	assert_int_equal(played.fine_ms, 0);
}

static void down_at_the_start_is_found_stuck_too(void **state)
{
	struct button button = {.debounce_ms = 20};
	struct played played = {0};

	(void)state;
	button_start_down(&button, 1000 * MS);
	wait_until(&button, 20000 * MS, &played);
	assert_int_equal(played.fault, BUTTON_STUCK);
	assert_int_equal(played.presses, 0);
}

/* 2 ms: bounce that never settles. 25 ms: each level outlasts the debounce. */
static void many_edges_for_three_seconds_are_chatter(void **state)
{
	static const struct {
		int half_ms, presses;
	} rows[] = {{2, 0}, {25, 1}, {45, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct button button = {.debounce_ms = 20, .repeat_ms = 1500};
		struct played played = {0};

		chatter(&button, 1000, 9000, rows[i].half_ms, &played);
		assert_true(button_fault(&button) == BUTTON_CHATTERING);
		wait_until(&button, 20000 * MS, &played);
		assert_int_equal(played.presses, rows[i].presses);
		assert_true(button_fault(&button) == BUTTON_FINE);
		assert_true(button_deadline_ns(&button) == INT64_MAX);
		edge_at(&button, true, 21000, &played);
		wait_until(&button, 21020 * MS, &played);
		assert_int_equal(played.presses, rows[i].presses + 1);
	}
}

static void
chatter_is_found_after_three_seconds_and_passes_after_three(void **state)
{
	struct button button = {.debounce_ms = 20};
	struct played played = {0};

	(void)state;
	chatter(&button, 1000, 6000, 2, &played);
	wait_until(&button, 20000 * MS, &played);
	assert_int_equal(played.fault, BUTTON_CHATTERING);
	assert_int_equal(played.fault_ms, 4000);
	assert_in_range(played.fine_ms, 8990, 9100);
}

static void less_than_three_seconds_of_it_are_none(void **state)
{
	struct button button = {.debounce_ms = 20};
	struct played played = {0};

	(void)state;
	chatter(&button, 1000, 3500, 2, &played);
	wait_until(&button, 20000 * MS, &played);
	assert_int_equal(played.fault, BUTTON_FINE);
}

/* A worn contact: 15 bounces on each side of a press, a press a second. */
static void bounce_is_no_chatter_however_much_there_is_of_it(void **state)
{
	struct button button = {.debounce_ms = 20};
	struct played played = {0};

	(void)state;
	for (int second = 1; second <= 8; second++) {
		for (int i = 0; i < 30; i++)
			edge_at(&button, i % 2 == 0, second * 1000 + i,
				&played);
		edge_at(&button, true, second * 1000 + 30, &played);
		for (int i = 0; i < 30; i++)
			edge_at(&button, i % 2 != 0, second * 1000 + 200 + i,
				&played);
		edge_at(&button, false, second * 1000 + 230, &played);
	}
	wait_until(&button, 20000 * MS, &played);
	assert_int_equal(played.fault, BUTTON_FINE);
	assert_int_equal(played.presses, 8);
}

/* 7 presses a second, far faster than people, are 14 edges. */
static void quick_presses_are_no_chatter(void **state)
{
	struct button button = {.debounce_ms = 20};
	struct played played = {0};

	(void)state;
	chatter(&button, 1000, 11000, 70, &played);
	wait_until(&button, 20000 * MS, &played);
	assert_int_equal(played.fault, BUTTON_FINE);
	assert_int_equal(played.presses, 72);
}

static void a_second_press_within_repeat_is_hasty_for_a_while(void **state)
{
	struct button button = {.debounce_ms = 20, .repeat_ms = 1500};
	struct played played = {0};

	(void)state;
	edge_at(&button, true, 1000, &played);
	edge_at(&button, false, 1100, &played);
	edge_at(&button, true, 1400, &played);
	edge_at(&button, false, 1500, &played);
	wait_until(&button, 20000 * MS, &played);
	assert_int_equal(played.presses, 1);
	assert_int_equal(played.fault, BUTTON_HASTY);
	assert_int_equal(played.fine_ms, 1400 + BUTTON_HASTY_MS);
	assert_true(button_deadline_ns(&button) == INT64_MAX);
}

static void a_hasty_citizen_who_waits_gets_a_number(void **state)
{
	struct button button = {.debounce_ms = 20, .repeat_ms = 1500};
	struct played played = {0};

	(void)state;
	edge_at(&button, true, 1000, &played);
	edge_at(&button, false, 1100, &played);
	edge_at(&button, true, 1400, &played);
	edge_at(&button, false, 1500, &played);
	edge_at(&button, true, 2600, &played);
	edge_at(&button, false, 2700, &played);
	wait_until(&button, 2800 * MS, &played);
	assert_int_equal(played.presses, 2);
}

static void faults_have_their_words(void **state)
{
	(void)state;
	assert_string_equal(button_fault_name(BUTTON_FINE), "ok");
	assert_string_equal(button_fault_name(BUTTON_HASTY), "hasty");
	assert_string_equal(button_fault_name(BUTTON_CHATTERING), "chattering");
	assert_string_equal(button_fault_name(BUTTON_STUCK), "stuck");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(waveforms_give_the_presses_they_should),
	    cmocka_unit_test(a_busy_loop_that_asks_late_still_counts_the_press),
	    cmocka_unit_test(a_lost_release_is_seen_at_the_deadline),
	    cmocka_unit_test(held_down_at_the_start_is_no_press),
	    cmocka_unit_test(an_idle_button_wants_no_timer),
	    cmocka_unit_test(down_for_ten_seconds_is_stuck_until_let_go),
	    cmocka_unit_test(
		a_stuck_button_with_a_hold_has_done_its_hold_and_no_more),
	    cmocka_unit_test(spikes_do_not_make_a_stuck_button_fine),
	    cmocka_unit_test(down_at_the_start_is_found_stuck_too),
	    cmocka_unit_test(many_edges_for_three_seconds_are_chatter),
	    cmocka_unit_test(
		chatter_is_found_after_three_seconds_and_passes_after_three),
	    cmocka_unit_test(less_than_three_seconds_of_it_are_none),
	    cmocka_unit_test(bounce_is_no_chatter_however_much_there_is_of_it),
	    cmocka_unit_test(quick_presses_are_no_chatter),
	    cmocka_unit_test(a_second_press_within_repeat_is_hasty_for_a_while),
	    cmocka_unit_test(a_hasty_citizen_who_waits_gets_a_number),
	    cmocka_unit_test(faults_have_their_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
