/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "display/rate.h"

#define NOW 60000
#define DONE INT64_C(1795488060000) /* when A024 was finished */

/* A024 was finished three seconds ago. */
static struct rate asked(void)
{
	struct rate rate = {.step = RATE_IDLE};
	rate_look(&rate, "A024", DONE, DONE + 3000, NOW);
	assert_int_equal(rate.step, RATE_STARS);
	return rate;
}

static void asks_for_thirty_seconds_since_the_finish(void **state)
{
	(void)state;
	struct rate rate = asked();
	assert_int_equal(rate_next_ms(&rate), NOW + 27000);
	assert_false(rate_time(&rate, NOW + 26999));
	assert_int_equal(rate.step, RATE_STARS);
	assert_false(rate_time(&rate, NOW + 27000));
	assert_int_equal(rate.step, RATE_IDLE);
	assert_int_equal(rate_next_ms(&rate), INT64_MAX);
}

static void does_not_ask_the_same_one_again(void **state)
{
	(void)state;
	struct rate rate = asked();
	(void)rate_time(&rate, NOW + 27000);
	rate_look(&rate, "A024", DONE, DONE + 31000, NOW + 28000);
	assert_int_equal(rate.step, RATE_IDLE);
}

static void asks_nobody_who_went_long_ago(void **state)
{
	static const struct {
		const char *name;
		int64_t finished_ms, at_ms;
		enum rate_step step;
	} rows[] = {
	    {"a second left", DONE, DONE + 29000, RATE_STARS},
	    {"gone", DONE, DONE + 30000, RATE_IDLE},
	    {"a start in mid-day", DONE, DONE + 3600000, RATE_IDLE},
	    {"a clock set back", DONE, DONE - 3600000, RATE_STARS},
	    {"no clock", DONE, 0, RATE_STARS},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rate rate = {.step = RATE_IDLE};
		rate_look(&rate, "A024", rows[i].finished_ms, rows[i].at_ms,
			  NOW);
		if (rate.step != rows[i].step)
			fail_msg("%s: step %d", rows[i].name, rate.step);
		if (rate_next_ms(&rate) != INT64_MAX)
			assert_true(rate_next_ms(&rate) <= NOW + RATE_ASK_MS);
	}
}

static void four_stars_are_given_at_once(void **state)
{
	(void)state;
	for (int stars = 4; stars <= 5; stars++) {
		struct rate rate = asked();
		assert_true(rate_choose(&rate, stars, NOW));
		assert_int_equal(rate.step, RATE_GIVING);
		assert_int_equal(rate.stars, stars);
		assert_int_equal(rate.reasons, 0);
	}
}

static void three_stars_are_asked_for_reasons(void **state)
{
	(void)state;
	for (int stars = 1; stars <= 3; stars++) {
		struct rate rate = asked();
		assert_false(rate_choose(&rate, stars, NOW));
		assert_int_equal(rate.step, RATE_WHY);
		rate_toggle(&rate, RATING_WAIT, NOW + 1);
		rate_toggle(&rate, RATING_OTHER, NOW + 2);
		rate_toggle(&rate, RATING_WAIT, NOW + 3);
		assert_true(rate_send(&rate, NOW + 4));
		assert_int_equal(rate.stars, stars);
		assert_int_equal(rate.reasons, 1u << RATING_OTHER);
	}
}

static void who_leaves_before_sending_has_rated_all_the_same(void **state)
{
	(void)state;
	struct rate rate = asked();
	assert_false(rate_choose(&rate, 2, NOW));
	rate_toggle(&rate, RATING_GUIDANCE, NOW + 15000);
	assert_false(rate_time(&rate, NOW + 20000));
	assert_true(rate_time(&rate, NOW + 35000));
	assert_int_equal(rate.step, RATE_GIVING);
	assert_int_equal(rate.reasons, 1u << RATING_GUIDANCE);
}

static void thanks_or_says_that_it_failed_and_is_done(void **state)
{
	(void)state;
	for (int recorded = 0; recorded < 2; recorded++) {
		struct rate rate = asked();
		assert_true(rate_choose(&rate, 5, NOW));
		rate_answered(&rate, recorded, NOW + 100);
		assert_int_equal(rate.step,
				 recorded ? RATE_THANKS : RATE_FAILED);
		(void)rate_time(&rate, NOW + 100 + RATE_THANKS_MS);
		assert_int_equal(rate.step, RATE_IDLE);
	}
}

static void a_kiosk_that_never_answers_is_a_failure(void **state)
{
	(void)state;
	struct rate rate = asked();
	assert_true(rate_choose(&rate, 5, NOW));
	assert_false(rate_time(&rate, NOW + RATE_GIVE_MS));
	assert_int_equal(rate.step, RATE_FAILED);
}

static void a_star_of_the_panels_buttons_is_thanked_for_too(void **state)
{
	(void)state;
	struct rate rate = asked();
	rate_look(&rate, "", 0, DONE + 9000, NOW + 6000);
	assert_int_equal(rate.step, RATE_THANKS);
}

static void the_next_one_finished_is_asked_instead(void **state)
{
	(void)state;
	struct rate rate = asked();
	assert_false(rate_choose(&rate, 2, NOW));
	rate_look(&rate, "A026", DONE + 9000, DONE + 9000, NOW + 6000);
	assert_int_equal(rate.step, RATE_STARS);
	assert_string_equal(rate.ticket, "A026");
	assert_int_equal(rate.stars, 0);
}

static void what_is_out_of_place_does_nothing(void **state)
{
	(void)state;
	struct rate rate = {.step = RATE_IDLE};
	assert_false(rate_choose(&rate, 5, NOW));
	assert_false(rate_send(&rate, NOW));
	rate_toggle(&rate, RATING_WAIT, NOW);
	rate_answered(&rate, true, NOW);
	assert_false(rate_time(&rate, NOW));
	assert_int_equal(rate.step, RATE_IDLE);
	assert_int_equal(rate.reasons, 0);
	rate = asked();
	assert_false(rate_choose(&rate, 0, NOW));
	assert_false(rate_choose(&rate, 6, NOW));
	assert_false(rate_send(&rate, NOW));
	assert_int_equal(rate.step, RATE_STARS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(asks_for_thirty_seconds_since_the_finish),
	    cmocka_unit_test(does_not_ask_the_same_one_again),
	    cmocka_unit_test(asks_nobody_who_went_long_ago),
	    cmocka_unit_test(four_stars_are_given_at_once),
	    cmocka_unit_test(three_stars_are_asked_for_reasons),
	    cmocka_unit_test(who_leaves_before_sending_has_rated_all_the_same),
	    cmocka_unit_test(thanks_or_says_that_it_failed_and_is_done),
	    cmocka_unit_test(a_kiosk_that_never_answers_is_a_failure),
	    cmocka_unit_test(a_star_of_the_panels_buttons_is_thanked_for_too),
	    cmocka_unit_test(the_next_one_finished_is_asked_instead),
	    cmocka_unit_test(what_is_out_of_place_does_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
