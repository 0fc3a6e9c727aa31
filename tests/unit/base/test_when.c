/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/when.h"

/* Tuesday 2026-11-24, 08:00 in Vietnam. */
#define NOW_MS 1795482000000LL
#define HOUR_MS (3600 * 1000LL)

static const struct {
	int64_t at_ms;
	enum language language;
	const char *text;
} times[] = {
    {NOW_MS, LANGUAGE_VI, "08:00"},
    {NOW_MS + 5 * HOUR_MS + HOUR_MS / 2, LANGUAGE_VI, "13:30"},
    {NOW_MS + 5 * HOUR_MS + HOUR_MS / 2, LANGUAGE_EN, "13:30"},
    {NOW_MS + 24 * HOUR_MS, LANGUAGE_VI, "08:00 thứ Tư, 25/11"},
    {NOW_MS + 24 * HOUR_MS, LANGUAGE_EN, "08:00 on Wednesday, 25/11"},
    {NOW_MS + 120 * HOUR_MS, LANGUAGE_VI, "08:00 Chủ nhật, 29/11"},
    {NOW_MS + 8 * 24 * HOUR_MS, LANGUAGE_VI, "08:00 thứ Tư, 2/12"},
    {NOW_MS + 365 * 24 * HOUR_MS, LANGUAGE_VI, "08:00 thứ Tư, 24/11"},
};

static void a_time_is_said_as_people_say_it(void **state)
{
	(void)state;
	assert_int_equal(clock_set_zone("Asia/Ho_Chi_Minh"), 0);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char text[WHEN_SIZE];

		when_text(text, times[i].at_ms, NOW_MS, times[i].language);
		assert_string_equal(text, times[i].text);
	}
}

static void the_ends_of_time_do_no_harm(void **state)
{
	char text[WHEN_SIZE];

	(void)state;
	when_text(text, INT64_MAX, INT64_MIN, LANGUAGE_VI);
	when_text(text, INT64_MIN, INT64_MAX, LANGUAGE_EN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_time_is_said_as_people_say_it),
	    cmocka_unit_test(the_ends_of_time_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
