/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "display/panel_view.h"
#include "tests/unit/support/sample_state.h"

static const struct moment now = {SAMPLE_WALL_MS, 60000};
static struct model model;
static struct panel_hand hand;
static struct panel_layout layout;
static struct panel_view view;

static void open_with(const char *printer)
{
	struct sample_state sample = sample_morning;
	sample.printer = printer;
	char *json = sample_state(&sample), problem[MODEL_PROBLEM_SIZE];
	model_init(&model, now);
	assert_int_equal(model_take(&model, json, strlen(json),
				    MODEL_FROM_STREAM, problem),
			 0);
	free(json);
	memset(&hand, 0, sizeof(hand));
	hand.languages = hand.usual =
	    (struct languages){{LANGUAGE_VI, LANGUAGE_EN}, 2};
	touch_init(&hand.touch, 0);
	struct panel_shape shape = {800, 480, 5, true};
	panel_layout(&shape, &layout);
}

static void issued(const char *pattern)
{
	hand.touch.state = TOUCH_RESULT;
	hand.qr = pattern;
	hand.kiosk = "tan-tru-01";
	model_set_words(&hand.asked_name, "Đất đai", "Land");
	hand.answer = (struct client_answer){.result = CLIENT_ISSUED,
					     .ticket = "A032",
					     .ahead = 2};
	panel_compose(&hand, &layout, &model, now, &view);
	assert_int_equal(view.card, PANEL_CARD_TICKET);
}

static void a_code_is_there_for_those_without_a_slip_only(void **state)
{
	static const struct {
		const char *printer;
		bool code;
	} rows[] = {
	    {"ok", false},       {"paper_low", false}, {"unknown", false},
	    {"paper_out", true}, {"offline", true},    {"none", true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_with(rows[i].printer);
		issued(NULL);
		if ((view.qr[0] != '\0') != rows[i].code)
			fail_msg("%s: \"%s\"", rows[i].printer, view.qr);
	}
}

static void the_code_tells_whose_it_is(void **state)
{
	(void)state;
	open_with("none");
	issued(NULL);
	assert_string_equal(view.qr, "A032\nĐất đai\n09:41 Thứ Ba, 24/11/2026");
	issued("https://xa.example/{kiosk}/{ticket}");
	assert_string_equal(view.qr, "https://xa.example/tan-tru-01/A032");
}

static void a_code_that_is_too_long_is_left_out(void **state)
{
	static char pattern[PANEL_QR_SIZE + 20];
	(void)state;
	open_with("none");
	memset(pattern, 'x', sizeof(pattern) - 1);
	issued(pattern);
	assert_string_equal(view.qr, "");
	assert_string_equal(view.next.en, "Please remember your number and "
					  "wait for your call");
}

static void a_refused_button_is_told_why(void **state)
{
	static const struct {
		const char *name;
		enum model_refused why;
		const char *service, *en;
	} rows[] = {
	    {"the service's own", MODEL_REFUSED_SERVICE, "service-1",
	     "Civil status and certification: No more numbers today"},
	    {"paper", MODEL_REFUSED_PAPER, "service-0",
	     "Land and environment: The printer is out of paper: please tell "
	     "the staff"},
	    {"too soon", MODEL_REFUSED_TOO_SOON, "service-0",
	     "Land and environment: You have just taken a number: please wait "
	     "a moment"},
	    {"a code, of no service", MODEL_REFUSED_USED, "",
	     "This code has its number of today"},
	    {"anything else", MODEL_REFUSED_OTHER, "gone",
	     "Please ask the staff, or try again later."},
	    {"open again since", MODEL_REFUSED_SERVICE, "service-0",
	     "Land and environment: Please ask the staff, or try again later."},
	};
	(void)state;
	open_with("ok");
	model.state.services[1].open = false;
	model.state.services[1].why = MODEL_WHY_CAP;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct model_press *press = &model.state.refused;
		struct client_answer answer;
		press->why = rows[i].why;
		model_copy(press->service, sizeof(press->service),
			   rows[i].service);
		panel_refusal(&model.state, &answer);
		assert_int_equal(answer.result, CLIENT_REFUSED);
		if (strcmp(answer.message.en, rows[i].en) != 0)
			fail_msg("%s: \"%s\"", rows[i].name, answer.message.en);
	}
}

static void what_is_posted_is_offered_and_the_rest_is_not(void **state)
{
	(void)state;
	open_with("ok");
	hand.place = PANEL_POSTED;
	hand.posted = 1u << 0 | 1u << 3;
	panel_compose(&hand, &layout, &model, now, &view);
	assert_int_equal(view.n_tiles, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(view.tiles[i].open, i == 0 || i == 3);
}

static void a_text_is_read_page_by_page(void **state)
{
	char text[] = "# Hồ sơ\nmột\nhai\nba\nbốn\nnăm\nsáu\nbảy\ntám\nchín";
	(void)state;
	open_with("ok");
	hand.place = PANEL_READING;
	hand.chosen = 1;
	hand.text = text;
	panel_compose(&hand, &layout, &model, now, &view);
	assert_string_equal(view.service.en, "Civil status and certification");
	assert_int_equal(view.n_text_pages, 2);
	assert_int_equal(view.n_lines, layout.reading.rows);
	assert_true(view.lines[0].heading);
	assert_string_equal(view.lines[0].text, "Hồ sơ");
	hand.text_page = 1;
	panel_compose(&hand, &layout, &model, now, &view);
	assert_string_equal(view.lines[view.n_lines - 1].text, "chín");
}

static int in_vietnam(void **state)
{
	(void)state;
	return clock_set_zone("Asia/Ho_Chi_Minh");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_code_is_there_for_those_without_a_slip_only),
	    cmocka_unit_test(the_code_tells_whose_it_is),
	    cmocka_unit_test(a_code_that_is_too_long_is_left_out),
	    cmocka_unit_test(a_refused_button_is_told_why),
	    cmocka_unit_test(what_is_posted_is_offered_and_the_rest_is_not),
	    cmocka_unit_test(a_text_is_read_page_by_page),
	};
	return cmocka_run_group_tests(tests, in_vietnam, NULL);
}
