/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "display/counter_view.h"
#include "tests/unit/support/sample_state.h"

static const struct moment now = {SAMPLE_WALL_MS, 60000};
static const struct touch nobody = {.target = TOUCH_NOTHING};
static const struct rate idle = {.step = RATE_IDLE};
static struct model model;
static struct counter_view view;

static void take(const struct sample_state *sample)
{
	char *json = sample_state(sample), problem[MODEL_PROBLEM_SIZE];
	model_init(&model, now);
	assert_int_equal(model_take(&model, json, strlen(json),
				    MODEL_FROM_STREAM, problem),
			 0);
	free(json);
}

static void compose(int id, const struct rate *rate)
{
	counter_compose(&model, id, rate, &nobody, now, &view);
}

static void each_counter_has_its_mood(void **state)
{
	static const struct {
		const char *name;
		int id;
		const char *counter_state;
		bool nobody_there;
		enum counter_mood mood;
	} rows[] = {
	    {"serves", 1, "open", false, COUNTER_SERVING},
	    {"free", 4, "open", false, COUNTER_FREE},
	    {"paused", 1, "paused", true, COUNTER_PAUSED},
	    {"closed", 1, "closed", true, COUNTER_CLOSED},
	    {"unknown", 9, "open", false, COUNTER_UNKNOWN},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample_state sample = sample_morning;
		sample.counter_state = rows[i].counter_state;
		sample.nobody_there = rows[i].nobody_there;
		take(&sample);
		compose(rows[i].id, &idle);
		if (view.mood != rows[i].mood)
			fail_msg("%s: mood %d", rows[i].name, view.mood);
	}
	model_init(&model, now);
	compose(1, &idle);
	assert_int_equal(view.mood, COUNTER_CONNECTING);
}

static void it_shows_whom_it_serves(void **state)
{
	(void)state;
	take(&sample_morning);
	compose(2, &idle);
	assert_string_equal(view.name.vi, "Quầy 2");
	assert_string_equal(view.code, "B031");
	assert_int_equal(view.class, TICKET_PRIORITY);
	assert_string_equal(view.service.en, "Civil status and certification");
	assert_false(view.lit); /* called before we looked */
	model.stage.fresh = true;
	model.stage.hold_until_ms = now.mono_ms + 1;
	compose(2, &idle);
	assert_true(view.lit);
	assert_int_equal(counter_next_ms(&model, &idle, &nobody, now),
			 now.mono_ms + 1);
	compose(1, &idle); /* another counter's call */
	assert_false(view.lit);
}

static void while_free_it_names_its_services(void **state)
{
	struct sample_state sample = sample_morning;
	(void)state;
	sample.nobody_there = true;
	take(&sample);
	compose(1, &idle);
	assert_int_equal(view.n_services, 2);
	assert_string_equal(view.services[1].en,
			    "Civil status and certification");
}

static void it_shows_when_the_kiosk_is_silent(void **state)
{
	(void)state;
	take(&sample_morning);
	compose(1, &idle);
	assert_false(view.stale);
	struct moment late = now;
	late.mono_ms += MODEL_STALE_MS;
	counter_compose(&model, 1, &idle, &nobody, late, &view);
	assert_true(view.stale);
	assert_string_equal(view.as_of, "09:41");
}

static void a_rating_is_over_the_call_and_not_in_its_place(void **state)
{
	struct rate rate = {.step = RATE_WHY, .ticket = "A024", .reasons = 2};
	(void)state;
	take(&sample_morning);
	compose(1, &rate);
	assert_int_equal(view.step, RATE_WHY);
	assert_string_equal(view.rated, "A024");
	assert_string_equal(view.code, "A025");
	assert_int_equal(view.reasons, 2);
}

/* ---- where ---- */

static const int sizes[][2] = {
    {320, 240},   {800, 480},   {1280, 1024}, {1920, 1080},
    {1080, 1920}, {3840, 2160}, {7680, 4320},
};
#define N_SIZES (sizeof(sizes) / sizeof(sizes[0]))

static void all_boxes_lie_on_the_screen_and_apart(void **state)
{
	(void)state;
	for (size_t s = 0; s < N_SIZES; s++) {
		struct counter_layout l;
		counter_layout(sizes[s][0], sizes[s][1], &l);
		struct box all = {0, 0, sizes[s][0], sizes[s][1]};
		const struct box apart[][7] = {
		    {l.header.bar, l.name, l.label, l.code, l.service},
		    {l.header.bar, l.brief_name, l.brief_call, l.title,
		     l.ticket, l.stars[0], l.stars[4]},
		    {l.title, l.ticket, l.reasons[0], l.reasons[1],
		     l.reasons[4], l.send},
		    {l.stars[0], l.stars[1], l.stars[2], l.stars[3],
		     l.stars[4]},
		};
		for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
			for (size_t a = 0; a < 7; a++) {
				assert_true(box_inside(apart[i][a], all));
				for (size_t b = 0; b < a; b++)
					if (box_overlap(apart[i][a],
							apart[i][b]))
						fail_msg("%dx%d: list %zu, %zu "
							 "over %zu",
							 all.w, all.h, i, a, b);
			}
	}
}

/* On 7 inches a pixel is 0.19 mm; a thumb wants 9 mm. */
static void each_star_is_large_enough_for_a_thumb(void **state)
{
	struct counter_layout l;
	(void)state;
	counter_layout(800, 480, &l);
	for (int i = 0; i < RATING_STARS; i++)
		assert_true(l.stars[i].w >= 90 && l.stars[i].h >= 90);
	for (int i = 0; i < RATING_REASONS; i++)
		assert_true(l.reasons[i].h >= 48);
}

static void a_finger_finds_what_it_sees_and_nothing_else(void **state)
{
	struct counter_layout l;
	(void)state;
	counter_layout(1920, 1080, &l);
	int x = l.stars[3].x + 5, y = l.stars[3].y + 5;
	assert_int_equal(counter_target_at(&l, RATE_STARS, x, y),
			 COUNTER_STARS + 4);
	assert_int_equal(counter_target_at(&l, RATE_IDLE, x, y), TOUCH_NOTHING);
	assert_int_equal(counter_target_at(&l, RATE_THANKS, x, y),
			 TOUCH_NOTHING);
	assert_int_equal(counter_target_at(&l, RATE_WHY, l.reasons[2].x + 5,
					   l.reasons[2].y + 5),
			 COUNTER_REASON + RATING_GUIDANCE);
	assert_int_equal(counter_target_at(&l, RATE_WHY, l.send.x + 5,
					   l.send.y + 5),
			 COUNTER_SEND);
	assert_int_equal(counter_target_at(&l, RATE_STARS, 5, 5),
			 TOUCH_NOTHING);
}

static int in_vietnam(void **state)
{
	(void)state;
	return clock_set_zone("Asia/Ho_Chi_Minh");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_counter_has_its_mood),
	    cmocka_unit_test(it_shows_whom_it_serves),
	    cmocka_unit_test(while_free_it_names_its_services),
	    cmocka_unit_test(it_shows_when_the_kiosk_is_silent),
	    cmocka_unit_test(a_rating_is_over_the_call_and_not_in_its_place),
	    cmocka_unit_test(all_boxes_lie_on_the_screen_and_apart),
	    cmocka_unit_test(each_star_is_large_enough_for_a_thumb),
	    cmocka_unit_test(a_finger_finds_what_it_sees_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, in_vietnam, NULL);
}
