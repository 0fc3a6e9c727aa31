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
	assert_true(button_deadline_ns(&button) == INT64_MAX);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(waveforms_give_the_presses_they_should),
	    cmocka_unit_test(a_busy_loop_that_asks_late_still_counts_the_press),
	    cmocka_unit_test(a_lost_release_is_seen_at_the_deadline),
	    cmocka_unit_test(held_down_at_the_start_is_no_press),
	    cmocka_unit_test(an_idle_button_wants_no_timer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
