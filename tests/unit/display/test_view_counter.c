/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "display/counter_view.h"
#include "display/view.h"
#include "tests/unit/support/sample_state.h"

#define W 800
#define H 480

/* Counter 1's screen without a screen; A024 was finished three seconds ago. */
static struct {
	struct model model;
	struct view *view;
	struct moment now;
	struct counter_layout layout;
	int given, rate_result, abandoned;
	struct client_rating rating;
	char ticket[TICKET_CODE_SIZE];
	client_answer_fn *answer;
	void *answer_arg;
} screen;

static int rate(void *arg, const struct client_rating *rating,
		client_answer_fn *fn, void *fn_arg)
{
	(void)arg;
	screen.given++;
	screen.rating = *rating;
	snprintf(screen.ticket, sizeof(screen.ticket), "%s", rating->ticket);
	screen.answer = fn;
	screen.answer_arg = fn_arg;
	return screen.rate_result;
}

static void abandon(void *arg, void *fn_arg)
{
	(void)arg;
	(void)fn_arg;
	screen.abandoned++;
}

static void changed(void *arg)
{
	(void)arg;
}

static void look(void)
{
	(void)view_counter.update(screen.view, &screen.model, screen.now, W, H);
}

static void pass(int64_t ms, bool heard)
{
	screen.now.mono_ms += ms;
	screen.now.wall_ms += ms;
	if (heard)
		model_heard(&screen.model, screen.now);
	look();
}

static int open_screen(void **state)
{
	const struct view_setup setup = {
	    .languages = {{LANGUAGE_VI, LANGUAGE_EN}, 2},
	    .counter = 1,
	    .rate = rate,
	    .abandon = abandon,
	    .changed = changed,
	};
	(void)state;
	memset(&screen, 0, sizeof(screen));
	screen.now = (struct moment){SAMPLE_WALL_MS, 60000};
	model_init(&screen.model, screen.now);
	screen.view = view_counter.new(&setup);
	struct sample_state sample = sample_morning;
	sample.to_rate = "A024";
	char *json = sample_state(&sample), problem[MODEL_PROBLEM_SIZE];
	assert_int_equal(model_take(&screen.model, json, strlen(json),
				    MODEL_FROM_STREAM, problem),
			 0);
	free(json);
	counter_layout(W, H, &screen.layout);
	look();
	return clock_set_zone("Asia/Ho_Chi_Minh");
}

static int close_screen(void **state)
{
	(void)state;
	view_counter.free(screen.view);
	return 0;
}

static void finger(enum view_input_kind kind, struct box box)
{
	struct view_input input = {.kind = kind,
				   .finger = 5,
				   .x = box.x + box.w / 2,
				   .y = box.y + box.h / 2};
	view_counter.input(screen.view, &input, screen.now);
	pass(50, true);
}

static void tap(struct box box)
{
	finger(VIEW_DOWN, box);
	finger(VIEW_UP, box);
}

static void key(int digit)
{
	struct view_input input = {.kind = VIEW_KEY_DOWN, .key = digit};
	view_counter.input(screen.view, &input, screen.now);
	input.kind = VIEW_KEY_UP;
	view_counter.input(screen.view, &input, screen.now);
	pass(800, true);
}

static void five_stars_are_one_touch(void **state)
{
	(void)state;
	tap(screen.layout.stars[4]);
	assert_int_equal(screen.given, 1);
	assert_int_equal(screen.rating.counter, 1);
	assert_string_equal(screen.ticket, "A024");
	assert_int_equal(screen.rating.stars, 5);
	assert_int_equal(screen.rating.reasons, 0);
	tap(screen.layout.stars[0]); /* once only */
	assert_int_equal(screen.given, 1);
}

static void a_finger_that_slides_away_gives_nothing(void **state)
{
	(void)state;
	finger(VIEW_DOWN, screen.layout.stars[0]);
	finger(VIEW_UP, screen.layout.stars[1]);
	assert_int_equal(screen.given, 0);
}

static void two_stars_are_sent_with_their_reasons(void **state)
{
	(void)state;
	tap(screen.layout.stars[1]);
	assert_int_equal(screen.given, 0);
	pass(TOUCH_QUIET_MS, true); /* so that a double tap names no reason */
	tap(screen.layout.reasons[RATING_ATTITUDE]);
	tap(screen.layout.reasons[RATING_WAIT]);
	tap(screen.layout.send);
	assert_int_equal(screen.given, 1);
	assert_int_equal(screen.rating.stars, 2);
	assert_int_equal(screen.rating.reasons,
			 1u << RATING_ATTITUDE | 1u << RATING_WAIT);
}

static void the_second_tap_of_a_double_tap_names_no_reason(void **state)
{
	(void)state;
	tap(screen.layout.stars[1]);
	for (int i = 0; i < RATING_REASONS; i++)
		tap(screen.layout.reasons[i]);
	pass(RATE_WHY_MS, true);
	assert_int_equal(screen.given, 1);
	assert_int_equal(screen.rating.reasons, 0);
}

static void a_keypad_does_all_of_it(void **state)
{
	(void)state;
	key(3);
	key(1);
	key(5);
	key(6);
	assert_int_equal(screen.given, 1);
	assert_int_equal(screen.rating.stars, 3);
	assert_int_equal(screen.rating.reasons,
			 1u << RATING_WAIT | 1u << RATING_OTHER);
}

static void nobody_is_asked_after_thirty_seconds(void **state)
{
	(void)state;
	pass(27000, true);
	tap(screen.layout.stars[4]);
	key(5);
	assert_int_equal(screen.given, 0);
}

static void no_press_counts_while_the_kiosk_is_silent(void **state)
{
	(void)state;
	finger(VIEW_DOWN, screen.layout.stars[4]);
	pass(MODEL_STALE_MS, false);
	struct view_input input = {.kind = VIEW_UP, .finger = 5};
	view_counter.input(screen.view, &input, screen.now);
	look();
	assert_int_equal(screen.given, 0);
}

static void where_it_cannot_be_sent_that_is_said(void **state)
{
	(void)state;
	screen.rate_result = -EBUSY;
	tap(screen.layout.stars[4]);
	assert_int_equal(screen.given, 1);
	/* Not asked again by itself, and back to the call in a while. */
	pass(RATE_THANKS_MS, true);
	tap(screen.layout.stars[4]);
	assert_int_equal(screen.given, 1);
}

static void it_forgets_its_question_when_it_goes(void **state)
{
	(void)open_screen(state);
	tap(screen.layout.stars[4]);
	view_counter.free(screen.view);
	assert_int_equal(screen.abandoned, 1);
}

#define ON_SCREEN(test) \
	cmocka_unit_test_setup_teardown(test, open_screen, close_screen)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_SCREEN(five_stars_are_one_touch),
	    ON_SCREEN(a_finger_that_slides_away_gives_nothing),
	    ON_SCREEN(two_stars_are_sent_with_their_reasons),
	    ON_SCREEN(the_second_tap_of_a_double_tap_names_no_reason),
	    ON_SCREEN(a_keypad_does_all_of_it),
	    ON_SCREEN(nobody_is_asked_after_thirty_seconds),
	    ON_SCREEN(no_press_counts_while_the_kiosk_is_silent),
	    ON_SCREEN(where_it_cannot_be_sent_that_is_said),
	    cmocka_unit_test(it_forgets_its_question_when_it_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
