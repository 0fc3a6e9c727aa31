/* SPDX-License-Identifier: MIT */
#include "printer/slip_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static void the_class_is_said_in_both_languages(void **state)
{
	(void)state;
	assert_string_equal(slip_text_class(TICKET_NORMAL, LANGUAGE_VI), "");
	assert_string_equal(slip_text_class(TICKET_NORMAL, LANGUAGE_EN), "");
	assert_string_equal(slip_text_class(TICKET_PRIORITY, LANGUAGE_VI),
			    "ƯU TIÊN");
	assert_string_equal(slip_text_class(TICKET_PRIORITY, LANGUAGE_EN),
			    "Priority");
	assert_string_equal(slip_text_class(TICKET_APPOINTMENT, LANGUAGE_VI),
			    "HẸN TRƯỚC");
	assert_string_equal(slip_text_class(TICKET_APPOINTMENT, LANGUAGE_EN),
			    "Appointment");
}

static void people_ahead_are_counted(void **state)
{
	static const struct {
		uint32_t ahead;
		const char *vi, *en;
	} rows[] = {
	    {0, "Không có người chờ trước", "Nobody is waiting before you"},
	    {1, "Số người chờ trước: 1", "People waiting before you: 1"},
	    {7, "Số người chờ trước: 7", "People waiting before you: 7"},
	    {UINT32_MAX, "Số người chờ trước: 4294967295",
	     "People waiting before you: 4294967295"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[SLIP_TEXT_SIZE];
		slip_text_ahead(text, rows[i].ahead, LANGUAGE_VI);
		assert_string_equal(text, rows[i].vi);
		slip_text_ahead(text, rows[i].ahead, LANGUAGE_EN);
		assert_string_equal(text, rows[i].en);
	}
}

static void the_wait_is_a_range_of_minutes(void **state)
{
	static const struct {
		uint32_t low_s, high_s;
		const char *vi, *en;
	} rows[] = {
	    {0, 0, "", ""},
	    {600, 900, "Dự kiến chờ: 10–15 phút", "Expected wait: 10–15 min"},
	    {0, 61, "Dự kiến chờ: 0–2 phút", "Expected wait: 0–2 min"},
	    {300, 300, "Dự kiến chờ: 5 phút", "Expected wait: 5 min"},
	    {3600, 5400, "Dự kiến chờ: 60–90 phút", "Expected wait: 60–90 min"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[SLIP_TEXT_SIZE];
		slip_text_wait(text, rows[i].low_s, rows[i].high_s,
			       LANGUAGE_VI);
		assert_string_equal(text, rows[i].vi);
		slip_text_wait(text, rows[i].low_s, rows[i].high_s,
			       LANGUAGE_EN);
		assert_string_equal(text, rows[i].en);
	}
}

static void the_session_turns_at_noon(void **state)
{
	(void)state;
	set_zone("Asia/Ho_Chi_Minh");
	/* 11:59:59.999 and 12:00 of 24/11/2026 */
	assert_string_equal(slip_text_session(1795496399999, LANGUAGE_VI),
			    "Buổi sáng");
	assert_string_equal(slip_text_session(1795496400000, LANGUAGE_VI),
			    "Buổi chiều");
	assert_string_equal(slip_text_session(1795496400000, LANGUAGE_EN),
			    "Afternoon session");
}

static void the_time_is_local_with_the_day_of_the_week(void **state)
{
	static const struct {
		const char *zone;
		int64_t at_ms;
		const char *vi, *en;
	} rows[] = {
	    {"Asia/Ho_Chi_Minh", 1795482900000, "08:15, Thứ Ba 24/11/2026",
	     "08:15, Tuesday 24/11/2026"},
	    {"UTC", 1795482900999, "01:15, Thứ Ba 24/11/2026",
	     "01:15, Tuesday 24/11/2026"},
	    /* Sunday, and already Monday in Vietnam */
	    {"UTC", 1795370400000, "18:00, Chủ Nhật 22/11/2026",
	     "18:00, Sunday 22/11/2026"},
	    {"Asia/Ho_Chi_Minh", 1795370400000, "01:00, Thứ Hai 23/11/2026",
	     "01:00, Monday 23/11/2026"},
	    {"UTC", 0, "00:00, Thứ Năm 01/01/1970",
	     "00:00, Thursday 01/01/1970"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[SLIP_TEXT_SIZE];
		set_zone(rows[i].zone);
		slip_text_time(text, rows[i].at_ms, LANGUAGE_VI);
		assert_string_equal(text, rows[i].vi);
		slip_text_time(text, rows[i].at_ms, LANGUAGE_EN);
		assert_string_equal(text, rows[i].en);
	}
}

static void a_time_that_no_calendar_holds_is_left_out(void **state)
{
	char text[SLIP_TEXT_SIZE];

	(void)state;
	slip_text_time(text, INT64_MAX, LANGUAGE_VI);
	assert_true(strlen(text) < SLIP_TEXT_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_class_is_said_in_both_languages),
	    cmocka_unit_test(people_ahead_are_counted),
	    cmocka_unit_test(the_wait_is_a_range_of_minutes),
	    cmocka_unit_test(the_session_turns_at_noon),
	    cmocka_unit_test(the_time_is_local_with_the_day_of_the_week),
	    cmocka_unit_test(a_time_that_no_calendar_holds_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
