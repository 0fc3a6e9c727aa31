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
#include "display/panel_layout.h"
#include "display/view.h"
#include "tests/unit/support/sample_state.h"

#define W 800
#define H 480

/* A touch panel without a screen, and a kiosk that answers when told. */
struct panel {
	struct model model;
	struct view *view;
	struct moment now;
	struct panel_layout layout;
	int asked, abandoned, issue_result;
	char service[MODEL_ID_SIZE];
	enum ticket_class class;
	client_answer_fn *answer;
	void *answer_arg;
};

static struct panel panel;

static int issue(void *arg, const char *service, enum ticket_class class,
		 client_answer_fn *fn, void *fn_arg)
{
	(void)arg;
	panel.asked++;
	panel.class = class;
	snprintf(panel.service, sizeof(panel.service), "%s", service);
	panel.answer = fn;
	panel.answer_arg = fn_arg;
	return panel.issue_result;
}

static void abandon(void *arg, void *fn_arg)
{
	(void)arg;
	(void)fn_arg;
	panel.abandoned++;
}

static bool look(void)
{
	return view_touch.update(panel.view, &panel.model, panel.now, W, H);
}

static void changed(void *arg)
{
	(void)arg;
}

static void take(const struct sample_state *sample)
{
	char *json = sample_state(sample), problem[MODEL_PROBLEM_SIZE];
	assert_int_equal(model_take(&panel.model, json, strlen(json),
				    MODEL_FROM_STREAM, problem),
			 0);
	free(json);
	struct panel_shape shape = {W, H, sample->n_services, true};
	panel_layout(&shape, &panel.layout);
	(void)look();
}

static const int asks = 1, posts = 1;

static int open_panel(void **state)
{
	struct view_setup setup = {
	    .languages = {{LANGUAGE_VI, LANGUAGE_EN}, 2},
	    .issue = issue,
	    .abandon = abandon,
	    .changed = changed,
	};
	memset(&panel, 0, sizeof(panel));
	setup.ask_class = state && *state == &asks;
	if (state && *state == &posts)
		setup.procedures = "tests/unit/display/posted";
	panel.now = (struct moment){SAMPLE_WALL_MS, 60000};
	model_init(&panel.model, panel.now);
	panel.view = view_touch.new(&setup);
	struct sample_state sample = sample_morning;
	sample.last_service_closed = true;
	take(&sample);
	return clock_set_zone("Asia/Ho_Chi_Minh");
}

/* An office that wants to know who has priority. */
static int open_asking_panel(void **state)
{
	void *wanted = (void *)&asks;
	(void)state;
	return open_panel(&wanted);
}

/* One that shows what is posted, of services 0 and 2. */
static int open_posting_panel(void **state)
{
	void *wanted = (void *)&posts;
	(void)state;
	return open_panel(&wanted);
}

static int close_panel(void **state)
{
	(void)state;
	view_touch.free(panel.view);
	return 0;
}

static void pass(int64_t ms)
{
	panel.now.mono_ms += ms;
	panel.now.wall_ms += ms;
	model_heard(&panel.model, panel.now);
	(void)look();
}

static void finger(enum view_input_kind kind, int tile)
{
	struct box box = panel.layout.tiles[tile];
	struct view_input input = {.kind = kind,
				   .finger = 5,
				   .x = box.x + box.w / 2,
				   .y = box.y + box.h / 2};
	view_touch.input(panel.view, &input, panel.now);
	pass(50);
}

static void tap(int tile)
{
	finger(VIEW_DOWN, tile);
	finger(VIEW_UP, tile);
}

static void tap_box(struct box box)
{
	struct view_input input = {.kind = VIEW_DOWN,
				   .finger = 5,
				   .x = box.x + box.w / 2,
				   .y = box.y + box.h / 2};
	view_touch.input(panel.view, &input, panel.now);
	pass(50);
	input.kind = VIEW_UP;
	view_touch.input(panel.view, &input, panel.now);
	pass(50);
}

static void key(int digit)
{
	struct view_input input = {.kind = VIEW_KEY_DOWN, .key = digit};
	view_touch.input(panel.view, &input, panel.now);
	input.kind = VIEW_KEY_UP;
	view_touch.input(panel.view, &input, panel.now);
	pass(50);
}

static void give(enum client_result result)
{
	struct client_answer answer = {.result = result,
				       .ticket = "B044",
				       .ahead = 3};
	panel.answer(panel.answer_arg, &answer);
	(void)look();
}

static void a_tap_on_a_tile_asks_for_its_service(void **state)
{
	(void)state;
	tap(1);
	assert_int_equal(panel.asked, 1);
	assert_string_equal(panel.service, "service-1");
}

static void a_finger_that_rolls_over_the_edge_is_still_on_it(void **state)
{
	(void)state;
	struct box box = panel.layout.tiles[1];
	finger(VIEW_DOWN, 1);
	struct view_input input = {.kind = VIEW_UP,
				   .finger = 5,
				   .x = box.x - 2,
				   .y = box.y - 2};
	view_touch.input(panel.view, &input, panel.now);
	assert_int_equal(panel.asked, 1);
}

static void a_closed_service_is_not_asked_for(void **state)
{
	(void)state;
	tap(4);
	key(5);
	assert_int_equal(panel.asked, 0);
}

static void a_service_that_closes_under_the_finger_is_not(void **state)
{
	(void)state;
	finger(VIEW_DOWN, 3);
	struct sample_state sample = sample_morning;
	sample.n_services = 4;
	sample.last_service_closed = true;
	take(&sample);
	finger(VIEW_UP, 3);
	assert_int_equal(panel.asked, 0);
}

static void keys_are_tiles(void **state)
{
	(void)state;
	key(0);
	key(9); /* there is no ninth */
	assert_int_equal(panel.asked, 0);
	key(3);
	assert_int_equal(panel.asked, 1);
	assert_string_equal(panel.service, "service-2");
}

static void no_press_counts_until_the_answer(void **state)
{
	(void)state;
	tap(1);
	tap(2);
	key(1);
	pass(3000);
	tap(0);
	assert_int_equal(panel.asked, 1);
}

static void the_result_goes_after_ten_seconds(void **state)
{
	(void)state;
	tap(1);
	give(CLIENT_ISSUED);
	int64_t next = view_touch.next_ms(panel.view, &panel.model, panel.now);
	assert_true(next <= panel.now.mono_ms + 10000);
	pass(9900);
	tap(2); /* dismisses */
	assert_int_equal(panel.asked, 1);
	pass(1000);
	tap(2);
	assert_int_equal(panel.asked, 2);
	give(CLIENT_NO_ANSWER);
	pass(10000);
	pass(1000);
	tap(0);
	assert_int_equal(panel.asked, 3);
}

static void it_asks_nobody_when_the_kiosk_is_silent(void **state)
{
	(void)state;
	panel.now.mono_ms += MODEL_STALE_MS;
	assert_true(look());
	struct box box = panel.layout.tiles[1];
	struct view_input input = {.kind = VIEW_DOWN,
				   .x = box.x + 9,
				   .y = box.y + 9};
	view_touch.input(panel.view, &input, panel.now);
	input.kind = VIEW_UP;
	view_touch.input(panel.view, &input, panel.now);
	assert_int_equal(panel.asked, 0);
	/* Heard again, it serves again. */
	pass(100);
	tap(1);
	assert_int_equal(panel.asked, 1);
}

static void a_request_that_cannot_be_made_is_a_refusal(void **state)
{
	(void)state;
	panel.issue_result = -EBUSY;
	tap(1);
	assert_int_equal(panel.asked, 1);
	panel.issue_result = 0;
	pass(800);
	tap(2); /* dismisses what is shown */
	assert_int_equal(panel.asked, 1);
	pass(800);
	tap(2);
	assert_int_equal(panel.asked, 2);
}

static void further_services_are_a_page_away(void **state)
{
	(void)state;
	struct sample_state many = sample_morning;
	many.n_services = 32;
	take(&many);
	assert_true(panel.layout.n_pages > 1);
	int last = (int)panel.layout.n_tiles - 1;
	tap(last);
	assert_int_equal(panel.asked, 0);
	tap(0);
	assert_int_equal(panel.asked, 1);
	char first[MODEL_ID_SIZE + 20];
	snprintf(first, sizeof(first), "service-%zu", panel.layout.a_page);
	assert_string_equal(panel.service, first);
}

static void the_next_citizen_starts_at_the_first_page(void **state)
{
	(void)state;
	struct sample_state many = sample_morning;
	many.n_services = 32;
	take(&many);
	tap((int)panel.layout.n_tiles - 1);
	pass(31000);
	tap(0);
	assert_string_equal(panel.service, "service-0");
}

static void it_asks_for_the_class_where_the_office_wants_it(void **state)
{
	(void)state;
	tap(1);
	assert_int_equal(panel.asked, 0);
	/* The second tap of a double tap answers nothing. */
	tap_box(panel.layout.classes[1]);
	assert_int_equal(panel.asked, 0);
	pass(800);
	tap_box(panel.layout.classes[1]);
	assert_int_equal(panel.asked, 1);
	assert_string_equal(panel.service, "service-1");
	assert_int_equal(panel.class, TICKET_PRIORITY);
	give(CLIENT_ISSUED);
	pass(800);
	tap(0);
	pass(800);
	tap(2);
	pass(800);
	key(1);
	assert_int_equal(panel.asked, 2);
	assert_string_equal(panel.service, "service-2");
	assert_int_equal(panel.class, TICKET_NORMAL);
}

static void who_goes_back_or_away_has_no_ticket(void **state)
{
	(void)state;
	tap(1);
	pass(800);
	tap_box(panel.layout.back);
	assert_int_equal(panel.asked, 0);
	pass(800);
	tap(2);
	int64_t next = view_touch.next_ms(panel.view, &panel.model, panel.now);
	assert_true(next <= panel.now.mono_ms + 15000);
	pass(16000);
	tap(3); /* asks anew, of another service */
	assert_int_equal(panel.asked, 0);
	pass(800);
	tap_box(panel.layout.classes[0]);
	assert_int_equal(panel.asked, 1);
	assert_string_equal(panel.service, "service-3");
}

static void the_language_changes_and_changes_back(void **state)
{
	(void)state;
	tap_box(panel.layout.language);
	assert_int_equal(panel.asked, 0);
	int64_t next = view_touch.next_ms(panel.view, &panel.model, panel.now);
	assert_true(next <= panel.now.mono_ms + 30000);
	pass(800);
	tap(1); /* and it still gives numbers */
	assert_int_equal(panel.asked, 1);
	assert_int_equal(panel.class, TICKET_NORMAL);
}

/* When it will look different by itself. */
static int64_t sleeps_ms(void)
{
	return view_touch.next_ms(panel.view, &panel.model, panel.now) -
	       panel.now.mono_ms;
}

static void reading_takes_no_number(void **state)
{
	(void)state;
	tap_box(panel.layout.procedures);
	pass(800);
	tap(1); /* nothing is posted of it */
	pass(800);
	tap(0);
	pass(800);
	tap_box(panel.layout.text_after);
	tap_box(panel.layout.text_after);
	tap_box(panel.layout.text_before);
	for (int i = 0; i < 5; i++)
		tap(i); /* where the text is */
	pass(800);
	tap_box(panel.layout.text_back);
	pass(800);
	tap(2); /* another text */
	pass(800);
	key(9);
	pass(800);
	tap_box(panel.layout.procedures); /* is the way back now */
	assert_int_equal(panel.asked, 0);
	pass(800);
	tap(1);
	assert_int_equal(panel.asked, 1);
	assert_string_equal(panel.service, "service-1");
}

static void who_stops_reading_leaves_it_as_it_was(void **state)
{
	(void)state;
	tap_box(panel.layout.procedures);
	pass(800);
	tap(0);
	pass(59000);
	tap(1); /* on the text */
	assert_int_equal(panel.asked, 0);
	pass(2000);
	tap(1);
	assert_int_equal(panel.asked, 1);
}

static void turning_a_page_is_reading_on(void **state)
{
	(void)state;
	tap_box(panel.layout.procedures);
	pass(800);
	tap(0);
	pass(50000);
	tap_box(panel.layout.text_after);
	pass(50000);
	tap(1);
	assert_int_equal(panel.asked, 0);
	assert_true(sleeps_ms() <= 10000);
}

static void without_texts_there_is_no_button(void **state)
{
	(void)state;
	tap_box(panel.layout.procedures);
	pass(800);
	tap(1);
	assert_int_equal(panel.asked, 1);
}

static void press_refused(int64_t at_ms)
{
	panel.model.state.refused.at_ms = at_ms;
	panel.model.state.at_ms = panel.now.wall_ms;
	(void)look();
}

static void a_refused_button_has_the_panel_for_ten_seconds(void **state)
{
	(void)state;
	press_refused(panel.now.wall_ms - 50);
	pass(800);
	tap(1); /* only puts it away */
	assert_int_equal(panel.asked, 0);
	pass(800);
	tap(1);
	assert_int_equal(panel.asked, 1);
}

static void a_refusal_is_told_once_and_only_while_it_is_news(void **state)
{
	(void)state;
	press_refused(panel.now.wall_ms - 11000);
	tap(1);
	assert_int_equal(panel.asked, 1);
	give(CLIENT_ISSUED);
	press_refused(panel.now.wall_ms); /* a ticket is in the way */
	pass(12000);
	pass(800);
	tap(1);
	assert_int_equal(panel.asked, 2);
}

static void it_forgets_its_question_when_it_goes(void **state)
{
	(void)state;
	tap(1);
	view_touch.free(panel.view);
	assert_int_equal(panel.abandoned, 1);
	panel.view = NULL;
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_panel, close_panel)
#define ASKS(f) \
	cmocka_unit_test_setup_teardown(f, open_asking_panel, close_panel)
#define POSTS(f) \
	cmocka_unit_test_setup_teardown(f, open_posting_panel, close_panel)
	const struct CMUnitTest tests[] = {
	    TEST(a_tap_on_a_tile_asks_for_its_service),
	    TEST(a_finger_that_rolls_over_the_edge_is_still_on_it),
	    TEST(a_closed_service_is_not_asked_for),
	    TEST(a_service_that_closes_under_the_finger_is_not),
	    TEST(keys_are_tiles),
	    TEST(no_press_counts_until_the_answer),
	    TEST(the_result_goes_after_ten_seconds),
	    TEST(it_asks_nobody_when_the_kiosk_is_silent),
	    TEST(a_request_that_cannot_be_made_is_a_refusal),
	    TEST(further_services_are_a_page_away),
	    TEST(the_next_citizen_starts_at_the_first_page),
	    TEST(the_language_changes_and_changes_back),
	    ASKS(it_asks_for_the_class_where_the_office_wants_it),
	    ASKS(who_goes_back_or_away_has_no_ticket),
	    POSTS(reading_takes_no_number),
	    POSTS(who_stops_reading_leaves_it_as_it_was),
	    POSTS(turning_a_page_is_reading_on),
	    TEST(without_texts_there_is_no_button),
	    TEST(a_refused_button_has_the_panel_for_ten_seconds),
	    TEST(a_refusal_is_told_once_and_only_while_it_is_news),
	    TEST(it_forgets_its_question_when_it_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
