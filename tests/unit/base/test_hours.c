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

#include "base/clock.h"
#include "base/hours.h"

#define SAIGON "Asia/Ho_Chi_Minh"
#define BERLIN "Europe/Berlin"
#define PAULO "America/Sao_Paulo"
#define MINUTE 60000LL
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

#define OFFICE "Mon-Fri 07:30-11:30, 13:30-17:00; Sat 08:00-11:30"

/* UTC "YYYY-MM-DD HH:MM:SS" as wall ms; 0 for NULL. */
static int64_t at(const char *utc)
{
	struct tm tm = {0};
	const char *end;

	if (utc == NULL)
		return 0;
	end = strptime(utc, "%Y-%m-%d %H:%M:%S", &tm);
	assert_non_null(end);
	assert_int_equal(*end, '\0');
	return (int64_t)timegm(&tm) * 1000;
}

/* Hours and closed dates (up to two, NULL for none) in a zone. */
struct calendar {
	const char *zone, *hours;
	const char *closed[2];
};

static void set_up(const struct calendar *calendar, struct hours *hours,
		   struct hours_closed *closed)
{
	const char *why = NULL;

	assert_int_equal(clock_set_zone(calendar->zone), 0);
	*hours = (struct hours){0};
	*closed = (struct hours_closed){0};
	if (calendar->hours != NULL &&
	    hours_parse(calendar->hours, hours, &why) < 0)
		fail_msg("\"%s\" %s", calendar->hours, why);
	for (size_t i = 0; i < 2 && calendar->closed[i] != NULL; i++)
		assert_int_equal(hours_close(closed, calendar->closed[i], NULL),
				 0);
}

/* ---- hours_at() ---- */

#define IN_SAIGON               \
	{                       \
		SAIGON, OFFICE, \
		{               \
			NULL    \
		}               \
	}
/* Tết: Friday, and Monday to Friday. */
#define TET                                                    \
	{                                                      \
		SAIGON, OFFICE,                                \
		{                                              \
			"2027-02-08..2027-02-12", "2027-02-05" \
		}                                              \
	}
/* 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC; 10-25: 03:00 becomes 02:00 at
 * 01:00 UTC. */
#define IN_BERLIN(hours)       \
	{                      \
		BERLIN, hours, \
		{              \
			NULL   \
		}              \
	}

struct now_row {
	const char *name;
	struct calendar calendar;
	const char *utc;
	const char *opens, *closes; /* NULL: 0; open where closes is given */
	int64_t left_ms;
};

static const struct now_row now_rows[] = {
    /* 2026-11-24 is a Tuesday; 07:30 is 00:30 UTC. */
    {"before the morning", IN_SAIGON, "2026-11-24 00:29:59",
     "2026-11-24 00:30:00", NULL, 7 * HOUR + 30 * MINUTE},
    {"just at opening", IN_SAIGON, "2026-11-24 00:30:00", NULL,
     "2026-11-24 04:30:00", 7 * HOUR + 30 * MINUTE},
    {"in the morning", IN_SAIGON, "2026-11-24 02:30:00", NULL,
     "2026-11-24 04:30:00", 5 * HOUR + 30 * MINUTE},
    {"a second before the break", IN_SAIGON, "2026-11-24 04:29:59", NULL,
     "2026-11-24 04:30:00", 3 * HOUR + 30 * MINUTE + 1000},
    {"just at closing for the break", IN_SAIGON, "2026-11-24 04:30:00",
     "2026-11-24 06:30:00", NULL, 3 * HOUR + 30 * MINUTE},
    {"in the break", IN_SAIGON, "2026-11-24 05:00:00", "2026-11-24 06:30:00",
     NULL, 3 * HOUR + 30 * MINUTE},
    {"in the afternoon", IN_SAIGON, "2026-11-24 09:59:00", NULL,
     "2026-11-24 10:00:00", MINUTE},
    {"just at closing", IN_SAIGON, "2026-11-24 10:00:00", "2026-11-25 00:30:00",
     NULL, 0},
    {"at night", IN_SAIGON, "2026-11-24 18:00:00", "2026-11-25 00:30:00", NULL,
     7 * HOUR + 30 * MINUTE},
    {"on Friday evening", IN_SAIGON, "2026-11-27 12:00:00",
     "2026-11-28 01:00:00", NULL, 0},
    {"on Saturday afternoon", IN_SAIGON, "2026-11-28 04:30:00",
     "2026-11-30 00:30:00", NULL, 0},
    {"on Sunday", IN_SAIGON, "2026-11-29 03:00:00", "2026-11-30 00:30:00", NULL,
     0},

    {"on a closed day", TET, "2027-02-05 02:00:00", "2027-02-06 01:00:00", NULL,
     0},
    {"on the day between", TET, "2027-02-06 02:00:00", NULL,
     "2027-02-06 04:30:00", 2 * HOUR + 30 * MINUTE},
    {"before a closed range", TET, "2027-02-06 04:30:00", "2027-02-13 01:00:00",
     NULL, 0},
    {"on the first day of a closed range", TET, "2027-02-08 02:00:00",
     "2027-02-13 01:00:00", NULL, 0},
    {"on the last day of a closed range", TET, "2027-02-12 09:59:59",
     "2027-02-13 01:00:00", NULL, 0},
    {"behind a closed range", TET, "2027-02-13 01:00:00", NULL,
     "2027-02-13 04:30:00", 3 * HOUR + 30 * MINUTE},

    {"no session",
     {SAIGON, NULL, {NULL}},
     "2026-11-24 18:00:00",
     NULL,
     NULL,
     INT64_MAX},
    {"no session, on a closed day",
     {SAIGON, NULL, {"2026-11-24"}},
     "2026-11-24 03:00:00",
     "2026-11-24 17:00:00",
     NULL,
     0},
    {"no session, behind a closed day",
     {SAIGON, NULL, {"2026-11-24"}},
     "2026-11-24 17:00:00",
     NULL,
     NULL,
     INT64_MAX},
    {"to midnight",
     {SAIGON, "Tue 18:00-24:00", {NULL}},
     "2026-11-24 16:59:59",
     NULL,
     "2026-11-24 17:00:00",
     1000},
    {"just at midnight",
     {SAIGON, "Tue 18:00-24:00", {NULL}},
     "2026-11-24 17:00:00",
     "2026-12-01 11:00:00",
     NULL,
     0},
    {"west of Greenwich",
     {"America/New_York", "Mon 09:00-12:00", {NULL}},
     "2026-01-05 16:00:00",
     NULL,
     "2026-01-05 17:00:00",
     HOUR},

    {"before 1970, on a Wednesday",
     {"UTC", "Wed 09:00-12:00", {NULL}},
     "1969-12-31 09:00:00",
     NULL,
     "1969-12-31 12:00:00",
     3 * HOUR},
    /* The 60th date after 2027-01-01 (a Friday) is 2027-03-02. */
    {"closed to the horizon",
     {SAIGON, "07:30-11:30", {"2027-01-01..2027-03-01"}},
     "2027-01-01 03:00:00",
     "2027-03-02 00:30:00",
     NULL,
     0},
    {"closed over the horizon",
     {SAIGON, "07:30-11:30", {"2027-01-01..2027-03-02"}},
     "2027-01-01 03:00:00",
     NULL,
     NULL,
     0},
    {"nearer to the opening",
     {SAIGON, "07:30-11:30", {"2027-01-01..2027-03-02"}},
     "2027-01-01 17:00:00",
     "2027-03-03 00:30:00",
     NULL,
     0},
    {"no session, closed over the horizon",
     {SAIGON, NULL, {"2027-01-01..2027-12-31"}},
     "2027-01-01 03:00:00",
     NULL,
     NULL,
     0},

    {"before the gap", IN_BERLIN("01:00-04:00"), "2026-03-29 00:30:00", NULL,
     "2026-03-29 02:00:00", HOUR + 30 * MINUTE},
    {"opens in the gap", IN_BERLIN("02:30-04:00"), "2026-03-29 00:59:59",
     "2026-03-29 01:00:00", NULL, HOUR},
    {"opened in the gap", IN_BERLIN("02:30-04:00"), "2026-03-29 01:00:00", NULL,
     "2026-03-29 02:00:00", HOUR},
    {"closes in the gap", IN_BERLIN("01:00-02:30"), "2026-03-29 00:30:00", NULL,
     "2026-03-29 01:00:00", 30 * MINUTE},
    {"within the gap", IN_BERLIN("02:15-02:45"), "2026-03-29 00:30:00",
     "2026-03-30 00:15:00", NULL, 0},
    {"within the gap, and more", IN_BERLIN("02:15-02:45, 03:00-04:00"),
     "2026-03-29 00:30:00", "2026-03-29 01:00:00", NULL, HOUR},
    {"the morning after the gap", IN_BERLIN(OFFICE), "2026-03-30 05:00:00",
     "2026-03-30 05:30:00", NULL, 7 * HOUR + 30 * MINUTE},
    {"over the doubled hour", IN_BERLIN("01:30-03:30"), "2026-10-24 23:30:00",
     NULL, "2026-10-25 02:30:00", 3 * HOUR},
    {"in the doubled hour, first", IN_BERLIN("02:15-02:45"),
     "2026-10-25 00:30:00", NULL, "2026-10-25 00:45:00", 15 * MINUTE},
    {"in the doubled hour, second", IN_BERLIN("02:15-02:45"),
     "2026-10-25 01:30:00", "2026-10-26 01:15:00", NULL, 0},
    {"closes in the doubled hour", IN_BERLIN("01:00-02:30"),
     "2026-10-25 00:30:00", "2026-10-26 00:00:00", NULL, 0},
    {"opens in the doubled hour", IN_BERLIN("02:30-04:00"),
     "2026-10-25 00:30:00", NULL, "2026-10-25 03:00:00",
     2 * HOUR + 30 * MINUTE},

    /* 2018-02-18: 00:00 becomes 23:00 the day before, at 02:00 UTC: Saturday
     * 23:00 to 24:00 comes twice. */
    {"before midnight twice",
     {PAULO, "Sat 22:00-24:00", {NULL}},
     "2018-02-18 01:30:00",
     NULL,
     "2018-02-18 03:00:00",
     HOUR + 30 * MINUTE},
    {"no midnight",
     {PAULO, "Sun 00:00-02:00", {NULL}},
     "2018-11-04 02:59:59",
     "2018-11-04 03:00:00",
     NULL,
     0},
    {"no midnight, behind it",
     {PAULO, "Sun 00:00-02:00", {NULL}},
     "2018-11-04 03:00:00",
     NULL,
     "2018-11-04 04:00:00",
     HOUR},
};

static void knows_open_from_closed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(now_rows) / sizeof(now_rows[0]); i++) {
		const struct now_row *row = &now_rows[i];
		struct hours_closed closed;
		struct hours_now now;
		struct hours hours;
		bool open = row->closes != NULL || row->left_ms == INT64_MAX;

		set_up(&row->calendar, &hours, &closed);
		hours_at(&hours, &closed, at(row->utc), &now);
		if (now.open != open)
			fail_msg("%s: open is %d", row->name, now.open);
		if (now.opens_ms != at(row->opens))
			fail_msg("%s: opens %lld s off", row->name,
				 (long long)(now.opens_ms - at(row->opens)) /
				     1000);
		if (now.closes_ms != at(row->closes))
			fail_msg("%s: closes %lld s off", row->name,
				 (long long)(now.closes_ms - at(row->closes)) /
				     1000);
		if (now.left_ms != row->left_ms)
			fail_msg("%s: %lld s left", row->name,
				 (long long)now.left_ms / 1000);
	}
}

/* ---- hours_after() ---- */

struct after_row {
	const char *name;
	struct calendar calendar;
	const char *utc;
	int64_t working_ms;
	const char *after; /* NULL: INT64_MAX */
};

static const struct after_row after_rows[] = {
    {"nothing, open", IN_SAIGON, "2026-11-24 02:00:00", 0,
     "2026-11-24 02:00:00"},
    {"nothing, closed", IN_SAIGON, "2026-11-24 05:00:00", 0,
     "2026-11-24 06:30:00"},
    {"less than nothing", IN_SAIGON, "2026-11-24 02:00:00", -HOUR,
     "2026-11-24 02:00:00"},
    {"within the session", IN_SAIGON, "2026-11-24 02:00:00", HOUR,
     "2026-11-24 03:00:00"},
    {"to the session's end", IN_SAIGON, "2026-11-24 02:30:00", 2 * HOUR,
     "2026-11-24 04:30:00"},
    {"over the break", IN_SAIGON, "2026-11-24 02:30:00", 2 * HOUR + MINUTE,
     "2026-11-24 06:31:00"},
    {"from the break", IN_SAIGON, "2026-11-24 05:00:00", 10 * MINUTE,
     "2026-11-24 06:40:00"},
    {"over the night", IN_SAIGON, "2026-11-24 09:00:00", 2 * HOUR,
     "2026-11-25 01:30:00"},
    {"over the weekend", IN_SAIGON, "2026-11-28 04:00:00", HOUR,
     "2026-11-30 01:00:00"},
    {"over closed days", TET, "2027-02-06 04:00:00", HOUR,
     "2027-02-13 01:30:00"},
    {"at any hour",
     {SAIGON, NULL, {NULL}},
     "2026-11-24 20:00:00",
     30 * DAY,
     "2026-12-24 20:00:00"},
    {"at any hour, beyond the horizon",
     {SAIGON, NULL, {NULL}},
     "2026-11-24 20:00:00",
     400 * DAY,
     "2027-12-29 20:00:00"},
    {"at any hour, over a closed day",
     {SAIGON, NULL, {"2026-11-25"}},
     "2026-11-24 16:00:00",
     2 * HOUR,
     "2026-11-25 18:00:00"},
    {"over the gap", IN_BERLIN("01:00-04:00"), "2026-03-29 00:30:00", HOUR,
     "2026-03-29 01:30:00"},
    {"over the doubled hour", IN_BERLIN("01:30-03:30"), "2026-10-25 00:30:00",
     90 * MINUTE, "2026-10-25 02:00:00"},
    {"not twice in the doubled hour", IN_BERLIN("02:15-02:45"),
     "2026-10-25 00:30:00", 30 * MINUTE, "2026-10-26 01:30:00"},
    /* Half an hour a week: nine are in the 61 dates. */
    {"to the horizon",
     {SAIGON, "Fri 08:00-08:30", {NULL}},
     "2027-01-01 00:00:00",
     270 * MINUTE,
     "2027-02-26 01:30:00"},
    {"beyond the horizon",
     {SAIGON, "Fri 08:00-08:30", {NULL}},
     "2027-01-01 00:00:00",
     271 * MINUTE,
     NULL},
    {"no end", IN_SAIGON, "2026-11-24 02:00:00", INT64_MAX, NULL},
    {"no end, at any hour",
     {SAIGON, NULL, {NULL}},
     "2026-11-24 02:00:00",
     INT64_MAX,
     NULL},
};

static void adds_reception_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(after_rows) / sizeof(after_rows[0]);
	     i++) {
		const struct after_row *row = &after_rows[i];
		struct hours_closed closed;
		struct hours hours;
		int64_t after,
		    expected = row->after != NULL ? at(row->after) : INT64_MAX;

		set_up(&row->calendar, &hours, &closed);
		after =
		    hours_after(&hours, &closed, at(row->utc), row->working_ms);
		if (after != expected)
			fail_msg("%s: %lld s off", row->name,
				 (long long)(after - expected) / 1000);
	}
}

/*
 * Minute by minute through both changes of a zone: what is left goes down by a
 * minute in each that is open, and opening and closing come when they were
 * told.
 */
static void agrees_with_itself_through_the_changes(void **state)
{
	static const char *const days[] = {"2026-03-28 12:00:00",
					   "2026-10-24 12:00:00"};
	static const struct calendar calendar =
	    IN_BERLIN("00:00-01:10, 02:20-02:40, 02:50-03:30, 13:00-24:00");
	struct hours_closed closed;
	struct hours hours;

	(void)state;
	set_up(&calendar, &hours, &closed);
	for (size_t d = 0; d < 2; d++) {
		int64_t t = at(days[d]);
		struct hours_now now, next;

		hours_at(&hours, NULL, t, &now);
		for (int i = 0; i < 48 * 60; i++, now = next) {
			int64_t change =
			    now.open ? now.closes_ms : now.opens_ms;

			t += MINUTE;
			hours_at(&hours, NULL, t, &next);
			assert_true(change >= t);
			/* 24:00 is 00:00: one closes, the next opens. */
			if (change > t)
				assert_int_equal(next.open, now.open);
			else if (clock_date(t) == clock_date(t - 1))
				assert_int_equal(next.open, !now.open);
			if (clock_date(t) == clock_date(t - MINUTE))
				assert_int_equal(now.left_ms - next.left_ms,
						 now.open ? MINUTE : 0);
			assert_int_equal(hours_after(&hours, NULL, t, 0),
					 next.open ? t : next.opens_ms);
		}
	}
}

static void bears_any_time(void **state)
{
	static const int64_t times[] = {INT64_MIN, INT64_MIN + 1, -1,
					0,         INT64_MAX - 1, INT64_MAX};
	static const struct calendar calendars[] = {TET,
						    {SAIGON, NULL, {NULL}}};
	struct hours_closed closed;
	struct hours_now now;
	struct hours hours;

	(void)state;
	for (size_t c = 0; c < 2; c++) {
		set_up(&calendars[c], &hours, &closed);
		for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
			int64_t from, until;

			hours_at(&hours, &closed, times[i], &now);
			(void)hours_after(&hours, &closed, times[i], HOUR);
			(void)hours_after(&hours, &closed, times[i], INT64_MAX);
			assert_int_equal(hours_window("09:00-09:30", times[i],
						      &from, &until),
					 0);
		}
	}
}

/* ---- hours_window() ---- */

static void reads_a_window_on_the_local_date(void **state)
{
	int64_t from, until;

	(void)state;
	assert_int_equal(clock_set_zone(SAIGON), 0);
	assert_int_equal(hours_window("09:00-09:30", at("2026-11-23 18:00:00"),
				      &from, &until),
			 0);
	assert_int_equal(from, at("2026-11-24 02:00:00"));
	assert_int_equal(until, at("2026-11-24 02:30:00"));
	assert_int_equal(hours_window("23:30-24:00", at("2026-11-24 16:00:00"),
				      &from, &until),
			 0);
	assert_int_equal(until, at("2026-11-24 17:00:00"));

	assert_int_equal(clock_set_zone(BERLIN), 0);
	assert_int_equal(hours_window("02:15-02:45", at("2026-03-29 08:00:00"),
				      &from, &until),
			 0);
	assert_int_equal(from, until);
}

static void refuses_a_window_that_is_none(void **state)
{
	static const char *const texts[] = {"",
					    "09:00",
					    "09:00-",
					    "09:30-09:00",
					    "09:00-09:00",
					    "9:00-9:30",
					    "09:00-24:01",
					    "09:00-09:30,",
					    "09:00-09:300",
					    "Mon 09:00-09:30",
					    "09:00-09:30, 10:00-10:30"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int64_t from = 1, until = 2;

		if (hours_window(texts[i], 0, &from, &until) != -EINVAL)
			fail_msg("\"%s\" is taken", texts[i]);
		assert_int_equal(from, 1);
		assert_int_equal(until, 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_open_from_closed),
	    cmocka_unit_test(adds_reception_time),
	    cmocka_unit_test(agrees_with_itself_through_the_changes),
	    cmocka_unit_test(bears_any_time),
	    cmocka_unit_test(reads_a_window_on_the_local_date),
	    cmocka_unit_test(refuses_a_window_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
