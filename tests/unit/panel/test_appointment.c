/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "panel/appointment.h"

#define MINUTE_MS 60000LL
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
/* 2026-11-24, 00:00 in the office's zone, which is 7 hours ahead. */
#define TODAY_MS (1795478400000LL - 7 * HOUR_MS)

static int set_zone(void **state)
{
	(void)state;
	return clock_set_zone("Asia/Ho_Chi_Minh");
}

/* The code is what stands in the groups, one behind the other. */
static const struct {
	const char *name;
	const char *date, *from, *until; /* NULL: the code says no such */
	int rc;
	int64_t from_ms, until_ms; /* after 00:00 of today */
} rows[] = {
    {"a date and both times", "20261124", "0900", "0930", 0, 9 * HOUR_MS,
     9 * HOUR_MS + 30 * MINUTE_MS},
    {"another date", "20261125", "0900", "0930", 0, DAY_MS + 9 * HOUR_MS,
     DAY_MS + 9 * HOUR_MS + 30 * MINUTE_MS},
    {"no date is today", NULL, "13:45", "14:00", 0,
     13 * HOUR_MS + 45 * MINUTE_MS, 14 * HOUR_MS},
    {"no end is the beginning", NULL, "9:05", NULL, 0,
     9 * HOUR_MS + 5 * MINUTE_MS, 9 * HOUR_MS + 5 * MINUTE_MS},
    {"a date alone is all of that day", "20261124", NULL, NULL, 0, 0, DAY_MS},
    {"a date with dashes", "2026-11-24", NULL, NULL, 0, 0, DAY_MS},
    {"a date with the day first", "24112026", NULL, NULL, 0, 0, DAY_MS},
    {"... and slashes", "24/11/2026", NULL, NULL, 0, 0, DAY_MS},
    {"... and points", "24.11.2026", NULL, NULL, 0, 0, DAY_MS},
    {"a day first that begins like a year", "20112026", NULL, NULL, 0,
     -4 * DAY_MS, -3 * DAY_MS},
    {"hours as people write them", NULL, "7h30", "11h30", 0,
     7 * HOUR_MS + 30 * MINUTE_MS, 11 * HOUR_MS + 30 * MINUTE_MS},
    {"... and in capitals", NULL, "07H30", "11H30", 0,
     7 * HOUR_MS + 30 * MINUTE_MS, 11 * HOUR_MS + 30 * MINUTE_MS},
    {"until midnight", NULL, "23:00", "24:00", 0, 23 * HOUR_MS, DAY_MS},
    {"a month that there is not", "20261324", NULL, NULL, -EINVAL, 0, 0},
    {"a day that there is not", "20260229", NULL, NULL, -EINVAL, 0, 0},
    {"a day of a leap year", "20280229", NULL, NULL, 0, 462 * DAY_MS,
     463 * DAY_MS},
    {"a year that is none of ours", "18261124", NULL, NULL, -EINVAL, 0, 0},
    {"seven digits are no date", "2026112", NULL, NULL, -EINVAL, 0, 0},
    {"nine digits are no date", "202611241", NULL, NULL, -EINVAL, 0, 0},
    {"letters are no date", "2026112x", NULL, NULL, -EINVAL, 0, 0},
    {"nothing is no date", "", NULL, NULL, -EINVAL, 0, 0},
    {"an hour that there is not", NULL, "2500", NULL, -EINVAL, 0, 0},
    {"later than midnight", NULL, "24:01", NULL, -EINVAL, 0, 0},
    {"a minute that there is not", NULL, "0960", NULL, -EINVAL, 0, 0},
    {"three digits are no time", NULL, "900", NULL, -EINVAL, 0, 0},
    {"six digits are no time", NULL, "090000", NULL, -EINVAL, 0, 0},
    {"a sign in the wrong place", NULL, "0:900", NULL, -EINVAL, 0, 0},
    {"no hours at all", NULL, "::00", NULL, -EINVAL, 0, 0},
    {"letters are no time", NULL, "ab:cd", NULL, -EINVAL, 0, 0},
    {"nothing is no time", NULL, "", NULL, -EINVAL, 0, 0},
    {"the end before the beginning", NULL, "0930", "0900", -EINVAL, 0, 0},
};

static void add(char *code, const char *text, regmatch_t *group)
{
	group->rm_so = (regoff_t)strlen(code);
	memcpy(code + strlen(code), text, strlen(text) + 1);
	group->rm_eo = (regoff_t)strlen(code);
}

static void a_codes_groups_give_the_window(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config_scan scan = {.date = rows[i].date ? 1 : 0,
					   .from = rows[i].from ? 2 : 0,
					   .until = rows[i].until ? 3 : 0};
		regmatch_t groups[CONFIG_SCAN_GROUPS + 1] = {{0, 0}};
		int64_t from_ms, until_ms;
		char code[100] = "x";
		int rc;

		add(code, rows[i].date ? rows[i].date : "", &groups[1]);
		add(code, rows[i].from ? rows[i].from : "", &groups[2]);
		add(code, rows[i].until ? rows[i].until : "", &groups[3]);
		rc = appointment_window(&scan, code, groups,
					TODAY_MS + 10 * HOUR_MS, &from_ms,
					&until_ms);
		if (rc == rows[i].rc &&
		    (rc != 0 || (from_ms - TODAY_MS == rows[i].from_ms &&
				 until_ms - TODAY_MS == rows[i].until_ms)))
			continue;
		print_error("%s: %d, %lld to %lld\n", rows[i].name, rc,
			    (long long)(from_ms - TODAY_MS),
			    (long long)(until_ms - TODAY_MS));
		failed++;
	}
	assert_int_equal(failed, 0);
}

static void a_code_that_says_no_time_has_no_window(void **state)
{
	const struct config_scan scan = {0};
	regmatch_t groups[CONFIG_SCAN_GROUPS + 1] = {{0, 0}};
	int64_t from_ms = 1, until_ms = 1;

	(void)state;
	assert_int_equal(appointment_window(&scan, "x", groups, TODAY_MS,
					    &from_ms, &until_ms),
			 0);
	assert_true(from_ms == 0 && until_ms == 0);
}

static void a_group_that_took_no_part_is_no_time(void **state)
{
	const struct config_scan scan = {.from = 1};
	regmatch_t groups[CONFIG_SCAN_GROUPS + 1] = {{0, 0}};
	int64_t from_ms, until_ms;

	(void)state;
	groups[1] = (regmatch_t){-1, -1};
	assert_int_equal(appointment_window(&scan, "x", groups, TODAY_MS,
					    &from_ms, &until_ms),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_codes_groups_give_the_window),
	    cmocka_unit_test(a_code_that_says_no_time_has_no_window),
	    cmocka_unit_test(a_group_that_took_no_part_is_no_time),
	};

	return cmocka_run_group_tests(tests, set_zone, NULL);
}
