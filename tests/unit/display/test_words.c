/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "display/words.h"

#define DAY_MS INT64_C(86400000)
/* 00:00 on Tuesday, 24 November 2026, in Vietnam. */
#define TUESDAY (INT64_C(1795453200000))

static int in_vietnam(void **state)
{
	(void)state;
	return clock_set_zone("Asia/Ho_Chi_Minh");
}

static void dates_have_their_weekday(void **state)
{
	static const char *const vi[7] = {
	    "Thứ Ba, 24/11/2026",  "Thứ Tư, 25/11/2026",
	    "Thứ Năm, 26/11/2026", "Thứ Sáu, 27/11/2026",
	    "Thứ Bảy, 28/11/2026", "Chủ Nhật, 29/11/2026",
	    "Thứ Hai, 30/11/2026",
	};
	(void)state;
	char date[48];
	for (int i = 0; i < 7; i++) {
		words_date(LANGUAGE_VI, TUESDAY + i * DAY_MS, date,
			   sizeof(date));
		assert_string_equal(date, vi[i]);
	}
	words_date(LANGUAGE_EN, TUESDAY, date, sizeof(date));
	assert_string_equal(date, "Tuesday, 24 November 2026");
	words_date(LANGUAGE_EN, TUESDAY + 12 * DAY_MS, date, sizeof(date));
	assert_string_equal(date, "Sunday, 6 December 2026");
}

static void the_clock_is_the_offices_own(void **state)
{
	static const struct {
		int64_t after_ms;
		const char *clock;
	} rows[] = {
	    {0, "00:00"},      {59999, "00:00"},
	    {60000, "00:01"},  {DAY_MS - 1, "23:59"},
	    {DAY_MS, "00:00"}, {9 * 3600000 + 41 * 60000, "09:41"},
	};
	(void)state;
	char clock[WORDS_CLOCK_SIZE];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		words_clock(TUESDAY + rows[i].after_ms, clock);
		assert_string_equal(clock, rows[i].clock);
	}
}

static void a_broken_clock_is_no_crash(void **state)
{
	static const int64_t times[] = {INT64_MIN, -1, INT64_MAX};
	(void)state;
	char out[48];
	for (size_t i = 0; i < 3; i++) {
		words_clock(times[i], out);
		words_date(LANGUAGE_VI, times[i], out, sizeof(out));
	}
}

static void counts_people_in_good_grammar(void **state)
{
	static const struct {
		int ahead;
		const char *vi, *en;
	} rows[] = {
	    {0, "Bạn là người tiếp theo", "You are next"},
	    {1, "Trước bạn còn 1 người", "1 person ahead of you"},
	    {7, "Trước bạn còn 7 người", "7 people ahead of you"},
	};
	(void)state;
	char out[80];
	for (size_t i = 0; i < 3; i++) {
		words_ahead(LANGUAGE_VI, rows[i].ahead, out, sizeof(out));
		assert_string_equal(out, rows[i].vi);
		words_ahead(LANGUAGE_EN, rows[i].ahead, out, sizeof(out));
		assert_string_equal(out, rows[i].en);
	}
}

static void a_wait_is_a_range_that_holds_it(void **state)
{
	static const struct {
		int low_s, high_s;
		const char *vi, *en;
	} rows[] = {
	    {0, 0, "", ""},
	    {0, 200, "dưới 4 phút", "under 4 min"},
	    {30, 60, "dưới 1 phút", "under 1 min"},
	    {300, 300, "khoảng 5 phút", "about 5 min"},
	    {600, 900, "khoảng 10–15 phút", "about 10–15 min"},
	    {601, 901, "khoảng 10–16 phút", "about 10–16 min"},
	    {1380, 2460, "khoảng 20–45 phút", "about 20–45 min"},
	    {3000, 7199, "khoảng 50–120 phút", "about 50–120 min"},
	    {5400, 9000, "khoảng 1–3 giờ", "about 1–3 h"},
	    {1800, 9000, "dưới 3 giờ", "under 3 h"},
	};
	(void)state;
	char out[80];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		words_wait(LANGUAGE_VI, rows[i].low_s, rows[i].high_s, out,
			   sizeof(out));
		assert_string_equal(out, rows[i].vi);
		words_wait(LANGUAGE_EN, rows[i].low_s, rows[i].high_s, out,
			   sizeof(out));
		assert_string_equal(out, rows[i].en);
	}
}

static void says_which_call_it_is(void **state)
{
	(void)state;
	char out[40];
	words_again(LANGUAGE_VI, 2, out, sizeof(out));
	assert_string_equal(out, "Gọi lần 2");
	words_again(LANGUAGE_EN, 2, out, sizeof(out));
	assert_string_equal(out, "Second call");
	words_again(LANGUAGE_EN, 3, out, sizeof(out));
	assert_string_equal(out, "Third call");
	words_again(LANGUAGE_EN, 4, out, sizeof(out));
	assert_string_equal(out, "Call 4");
}

static void every_word_is_there_in_both_languages(void **state)
{
	(void)state;
	for (int i = 0; i < WORDS_COUNT; i++) {
		const char *vi = words((enum words)i, LANGUAGE_VI);
		const char *en = words((enum words)i, LANGUAGE_EN);
		assert_non_null(vi);
		assert_non_null(en);
		assert_true(*vi && *en && strcmp(vi, en) != 0);
		assert_true(utf8_valid(vi, strlen(vi)));
		assert_true(utf8_valid(en, strlen(en)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(dates_have_their_weekday),
	    cmocka_unit_test(the_clock_is_the_offices_own),
	    cmocka_unit_test(a_broken_clock_is_no_crash),
	    cmocka_unit_test(counts_people_in_good_grammar),
	    cmocka_unit_test(a_wait_is_a_range_that_holds_it),
	    cmocka_unit_test(says_which_call_it_is),
	    cmocka_unit_test(every_word_is_there_in_both_languages),
	};
	return cmocka_run_group_tests(tests, in_vietnam, NULL);
}
