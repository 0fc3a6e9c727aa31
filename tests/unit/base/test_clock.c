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
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* UTC "YYYY-MM-DD HH:MM:SS" as wall ms. */
static int64_t at(const char *utc)
{
	struct tm tm = {0};
	const char *end = strptime(utc, "%Y-%m-%d %H:%M:%S", &tm);

	assert_non_null(end);
	assert_int_equal(*end, '\0');
	return (int64_t)timegm(&tm) * 1000;
}

struct row {
	const char *name;
	const char *zone;
	int starts_min;
	const char *utc;      /* the instant */
	const char *day;      /* its business day */
	const char *next_utc; /* the start of the next */
};

#define SAIGON "Asia/Ho_Chi_Minh"
#define BERLIN "Europe/Berlin"
#define HAVANA "America/Havana"
#define PAULO "America/Sao_Paulo"

static const struct row rows[] = {
    {"before the start", SAIGON, 300, "2026-11-23 21:59:59", "2026-11-23",
     "2026-11-23 22:00:00"},
    {"at the start", SAIGON, 300, "2026-11-23 22:00:00", "2026-11-24",
     "2026-11-24 22:00:00"},
    {"in the day", SAIGON, 300, "2026-11-24 05:00:00", "2026-11-24",
     "2026-11-24 22:00:00"},
    {"after midnight", SAIGON, 300, "2026-11-24 17:30:00", "2026-11-24",
     "2026-11-24 22:00:00"},
    {"starts at midnight", SAIGON, 0, "2026-11-24 16:59:59", "2026-11-24",
     "2026-11-24 17:00:00"},
    {"at midnight", SAIGON, 0, "2026-11-24 17:00:00", "2026-11-25",
     "2026-11-25 17:00:00"},
    {"starts at 23:59, before", SAIGON, 1439, "2026-11-24 16:58:59",
     "2026-11-23", "2026-11-24 16:59:00"},
    {"starts at 23:59, after", SAIGON, 1439, "2026-11-24 16:59:00",
     "2026-11-24", "2026-11-25 16:59:00"},
    {"leap day", SAIGON, 300, "2028-02-28 22:00:00", "2028-02-29",
     "2028-02-29 22:00:00"},
    {"after the leap day", SAIGON, 300, "2028-02-29 21:59:59", "2028-02-29",
     "2028-02-29 22:00:00"},
    {"no leap day in 2100", SAIGON, 300, "2100-02-28 21:00:00", "2100-02-28",
     "2100-02-28 22:00:00"},
    {"new year", SAIGON, 300, "2026-12-31 21:00:00", "2026-12-31",
     "2026-12-31 22:00:00"},
    {"1970, as a Pi without a clock", SAIGON, 300, "1970-01-01 00:00:00",
     "1970-01-01", "1970-01-01 21:00:00"},
    {"before 1970", "UTC", 300, "1969-12-31 04:59:59", "1969-12-30",
     "1969-12-31 05:00:00"},

    /* 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC; 10-25: back. */
    {"day of 23 hours", BERLIN, 300, "2026-03-28 04:00:00", "2026-03-28",
     "2026-03-29 03:00:00"},
    {"day of 25 hours", BERLIN, 300, "2026-10-24 03:00:00", "2026-10-24",
     "2026-10-25 04:00:00"},
    {"start in the hour that is not", BERLIN, 150, "2026-03-29 00:59:59",
     "2026-03-28", "2026-03-29 01:00:00"},
    {"after the hour that is not", BERLIN, 150, "2026-03-29 01:00:00",
     "2026-03-29", "2026-03-30 00:30:00"},
    {"start in the hour that is twice, before", BERLIN, 150,
     "2026-10-25 00:29:59", "2026-10-24", "2026-10-25 00:30:00"},
    {"start in the hour that is twice, first", BERLIN, 150,
     "2026-10-25 00:30:00", "2026-10-25", "2026-10-26 01:30:00"},
    {"start in the hour that is twice, gone back", BERLIN, 150,
     "2026-10-25 01:00:00", "2026-10-25", "2026-10-26 01:30:00"},
    {"start in the hour that is twice, second", BERLIN, 150,
     "2026-10-25 01:30:00", "2026-10-25", "2026-10-26 01:30:00"},

    /* 2024-11-03: 01:00 becomes 00:00 at 05:00 UTC. */
    {"midnight twice, before", HAVANA, 0, "2024-11-03 03:59:59", "2024-11-02",
     "2024-11-03 04:00:00"},
    {"midnight twice, first", HAVANA, 0, "2024-11-03 04:00:00", "2024-11-03",
     "2024-11-04 05:00:00"},
    {"midnight twice, second", HAVANA, 0, "2024-11-03 05:00:00", "2024-11-03",
     "2024-11-04 05:00:00"},
    {"00:30 twice, between", HAVANA, 30, "2024-11-03 05:00:00", "2024-11-03",
     "2024-11-04 05:30:00"},

    /* 2018-02-18: 00:00 becomes 23:00 the day before, at 02:00 UTC;
     * 2018-11-04: 00:00 becomes 01:00 at 03:00 UTC. */
    {"back over midnight, before", PAULO, 0, "2018-02-18 01:59:59",
     "2018-02-17", "2018-02-18 03:00:00"},
    {"back over midnight, after", PAULO, 0, "2018-02-18 02:00:00", "2018-02-17",
     "2018-02-18 03:00:00"},
    {"23:30 twice", PAULO, 1410, "2018-02-18 02:10:00", "2018-02-17",
     "2018-02-19 02:30:00"},
    {"no midnight, before", PAULO, 0, "2018-11-04 02:59:59", "2018-11-03",
     "2018-11-04 03:00:00"},
    {"no midnight, after", PAULO, 0, "2018-11-04 03:00:00", "2018-11-04",
     "2018-11-05 02:00:00"},

    /* Half an hour, at 15:00 UTC on 2026-04-04. */
    {"half an hour back", "Australia/Lord_Howe", 105, "2026-04-04 14:45:00",
     "2026-04-05", "2026-04-05 15:15:00"},
    /* Samoa left out 2011-12-30. */
    {"a date left out", "Pacific/Apia", 300, "2011-12-30 09:59:59",
     "2011-12-29", "2011-12-30 10:00:00"},
    {"west of Greenwich", "America/New_York", 300, "2026-01-01 09:59:59",
     "2025-12-31", "2026-01-01 10:00:00"},
    {"far east", "Pacific/Kiritimati", 300, "2026-01-01 14:59:59", "2026-01-01",
     "2026-01-01 15:00:00"},
};

static void names_the_business_day(void **state)
{
	char day[CLOCK_DAY_LEN + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(clock_set_zone(rows[i].zone), 0);
		clock_business_day(at(rows[i].utc), rows[i].starts_min, day);
		if (strcmp(day, rows[i].day) != 0)
			fail_msg("%s: %s", rows[i].name, day);
	}
}

static void finds_the_next_start(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t next;

		assert_int_equal(clock_set_zone(rows[i].zone), 0);
		next = clock_next_day_ms(at(rows[i].utc), rows[i].starts_min);
		if (next != at(rows[i].next_utc))
			fail_msg("%s: %lld s off", rows[i].name,
				 (long long)(next - at(rows[i].next_utc)) /
				     1000);
	}
}

/* From start to start through a year of changes: each one ms before belongs
 * to the day before, and days never go back. */
static void days_follow_one_another(void **state)
{
	static const char *const zones[] = {SAIGON,
					    BERLIN,
					    HAVANA,
					    PAULO,
					    "Australia/Lord_Howe",
					    "America/St_Johns",
					    "Africa/Casablanca",
					    "Pacific/Apia"};
	static const int starts[] = {0,   1,   30,  60,   90,
				     120, 150, 300, 1410, 1439};

	(void)state;
	for (size_t z = 0; z < sizeof(zones) / sizeof(zones[0]); z++) {
		assert_int_equal(clock_set_zone(zones[z]), 0);
		for (size_t s = 0; s < sizeof(starts) / sizeof(starts[0]);
		     s++) {
			int64_t t = at("2010-12-30 12:00:00");
			char day[CLOCK_DAY_LEN + 1], before[CLOCK_DAY_LEN + 1];

			clock_business_day(t, starts[s], day);
			for (int i = 0; i < 1200; i++) {
				int64_t next = clock_next_day_ms(t, starts[s]);

				assert_true(next > t);
				clock_business_day(next - 1, starts[s], before);
				assert_string_equal(before, day);
				clock_business_day(next, starts[s], day);
				if (strcmp(day, before) <= 0)
					fail_msg("%s, start %d: %s, then %s",
						 zones[z], starts[s], before,
						 day);
				t = next;
			}
		}
	}
}

static void tells_the_offset_from_utc(void **state)
{
	static const struct {
		const char *zone, *utc;
		int offset_s;
	} offsets[] = {
	    {SAIGON, "2026-11-24 00:00:00", 25200},
	    {BERLIN, "2026-03-29 00:59:59", 3600},
	    {BERLIN, "2026-03-29 01:00:00", 7200},
	    {"America/St_Johns", "2026-01-01 00:00:00", -12600},
	    {"UTC", "2026-01-01 00:00:00", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		assert_int_equal(clock_set_zone(offsets[i].zone), 0);
		assert_int_equal(clock_utc_offset_s(at(offsets[i].utc)),
				 offsets[i].offset_s);
	}
}

static void knows_a_day_of_the_calendar(void **state)
{
	static const struct {
		const char *text;
		bool day;
	} days[] = {
	    {"2026-11-24", true},
	    {"2028-02-29", true},
	    {"0001-01-01", true},
	    {"9999-12-31", true},
	    {"1970-01-01", true},
	    {"1969-12-31", true},
	    {"2026-02-29", false},
	    {"2100-02-29", false},
	    {"2026-11-31", false},
	    {"2026-00-10", false},
	    {"2026-13-01", false},
	    {"2026-11-00", false},
	    {"", false},
	    {"2026-11-2", false},
	    {"2026-11-241", false},
	    {"2026/11/24", false},
	    {"2026-1-24 ", false},
	    {" 2026-11-24", false},
	    {"hôm qua", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		if (clock_is_day(days[i].text) != days[i].day)
			fail_msg("\"%s\"", days[i].text);
	}
}

static void bears_any_time(void **state)
{
	static const int64_t times[] = {INT64_MIN, INT64_MIN + 1, -1,
					0,         INT64_MAX - 1, INT64_MAX};
	char day[CLOCK_DAY_LEN + 1];

	(void)state;
	assert_int_equal(clock_set_zone(SAIGON), 0);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		clock_business_day(times[i], 300, day);
		assert_int_equal(strlen(day), CLOCK_DAY_LEN);
		(void)clock_next_day_ms(times[i], 300);
		assert_in_range(clock_utc_offset_s(times[i]), 25000, 30000);
	}
}

static void refuses_a_zone_that_is_none(void **state)
{
	static const char *const zones[] = {"",
					    "Asia/Sai_Gon",
					    "../passwd",
					    "/etc/passwd",
					    "Asia",
					    "Asia/../../../../etc/passwd",
					    "Asia/Ho Chi Minh",
					    ":UTC"};
	char day[CLOCK_DAY_LEN + 1];

	(void)state;
	assert_int_equal(clock_set_zone(SAIGON), 0);
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		if (clock_set_zone(zones[i]) != -ENOENT)
			fail_msg("\"%s\" is taken", zones[i]);
	}
	assert_string_equal(getenv("TZ"), SAIGON);
	clock_business_day(at("2026-11-23 22:00:00"), 300, day);
	assert_string_equal(day, "2026-11-24");
}

static void reads_clocks_in_their_units(void **state)
{
	int64_t wall = clock_wall_ms(), mono = clock_mono_ms();
	int64_t micro = clock_mono_us();

	(void)state;
	assert_true(llabs(wall / 1000 - (long long)time(NULL)) <= 1);
	assert_true(micro / 1000 >= mono && micro / 1000 < mono + 1000);
	(void)usleep(20000);
	assert_in_range(clock_mono_ms() - mono, 19, 2000);
	(void)clock_synced(); /* either: this machine's */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_the_business_day),
	    cmocka_unit_test(finds_the_next_start),
	    cmocka_unit_test(days_follow_one_another),
	    cmocka_unit_test(tells_the_offset_from_utc),
	    cmocka_unit_test(knows_a_day_of_the_calendar),
	    cmocka_unit_test(bears_any_time),
	    cmocka_unit_test(refuses_a_zone_that_is_none),
	    cmocka_unit_test(reads_clocks_in_their_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
