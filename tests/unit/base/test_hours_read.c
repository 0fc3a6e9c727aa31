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

#include "base/hours.h"

/* ---- hours ---- */

/* "M0730-1130 M1330-1700 T…": the sessions, a letter for each day. */
static void write_week(const struct hours *hours, char *out, size_t size)
{
	static const char letters[] = "MTWtFSs";
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < 7; i++) {
		for (size_t k = 0; k < hours->days[i].n && used < size; k++) {
			int from = hours->days[i].sessions[k].from_min;
			int until = hours->days[i].sessions[k].until_min;

			used +=
			    (size_t)snprintf(out + used, size - used,
					     "%s%c%02d%02d-%02d%02d",
					     used > 0 ? " " : "", letters[i],
					     from / 60, from % 60, until / 60,
					     until % 60);
		}
	}
}

struct good_row {
	const char *name, *text, *week;
};

static const struct good_row good[] = {
    {"each day", "07:30-11:30",
     "M0730-1130 T0730-1130 W0730-1130 t0730-1130 F0730-1130 S0730-1130 "
     "s0730-1130"},
    {"a break", "Mon 07:30-11:30, 13:30-17:00", "M0730-1130 M1330-1700"},
    {"two groups", "Mon-Tue 07:30-11:30; Sat 08:00-11:30",
     "M0730-1130 T0730-1130 S0800-1130"},
    {"in Vietnamese", "T2-T3 07:30-11:30; T7 08:00-11:30; CN 09:00-10:00",
     "M0730-1130 T0730-1130 S0800-1130 s0900-1000"},
    {"each Vietnamese day", "T2,T3,T4,T5,T6,T7,CN 08:00-09:00",
     "M0800-0900 T0800-0900 W0800-0900 t0800-0900 F0800-0900 S0800-0900 "
     "s0800-0900"},
    {"each English day", "Mon,Tue,Wed,Thu,Fri,Sat,Sun 08:00-09:00",
     "M0800-0900 T0800-0900 W0800-0900 t0800-0900 F0800-0900 S0800-0900 "
     "s0800-0900"},
    {"small and large", "mon 08:00-09:00; TUE 08:00-09:00; t4,cN 08:00-09:00",
     "M0800-0900 T0800-0900 W0800-0900 s0800-0900"},
    {"a list", "Mon,Wed,Fri 08:00-09:00", "M0800-0900 W0800-0900 F0800-0900"},
    {"a list of ranges", "Mon-Tue,Fri-Sat 08:00-09:00",
     "M0800-0900 T0800-0900 F0800-0900 S0800-0900"},
    {"over the weekend", "Sat-Mon 08:00-09:00",
     "M0800-0900 S0800-0900 s0800-0900"},
    {"one day as a range", "Wed-Wed 08:00-09:00", "W0800-0900"},
    {"a day named twice", "Wed,Wed 08:00-09:00", "W0800-0900"},
    {"blanks", "  Mon - Tue ,Fri  08:00 - 09:00 ,10:00-11:00 ;CN 08:00-09:00 ",
     "M0800-0900 M1000-1100 T0800-0900 T1000-1100 F0800-0900 F1000-1100 "
     "s0800-0900"},
    {"long dashes", "T2–T3 07:30–11:30", "M0730-1130 T0730-1130"},
    {"a day in two groups", "Mon-Tue 08:00-09:00; Mon 13:00-14:00",
     "M0800-0900 M1300-1400 T0800-0900"},
    {"the later first", "Mon 13:00-14:00, 08:00-09:00",
     "M0800-0900 M1300-1400"},
    {"the whole day", "Mon 00:00-24:00", "M0000-2400"},
    {"one touches the next", "Mon 08:00-09:00, 09:00-10:00", "M0800-1000"},
    {"one touches the one before", "Mon 09:00-10:00, 08:00-09:00",
     "M0800-1000"},
    {"one between two",
     "Mon 08:00-09:00, 10:00-11:00, 09:00-10:00, "
     "14:00-15:00",
     "M0800-1100 M1400-1500"},
    {"the whole day in pieces", "Mon 12:00-24:00, 00:00-12:00", "M0000-2400"},
    {"each minute of the week", "00:00-24:00", ""},
    {"each minute in pieces", "Mon-Fri 00:00-24:00; T7,CN 00:00-24:00", ""},
    {"all week but a minute", "Mon-Sat 00:00-24:00; Sun 00:00-23:59",
     "M0000-2400 T0000-2400 W0000-2400 t0000-2400 F0000-2400 S0000-2400 "
     "s0000-2359"},
    {"eight sessions",
     "Sun 00:00-01:00, 02:00-03:00, 04:00-05:00, 06:00-07:00, 08:00-09:00, "
     "10:00-11:00, 12:00-13:00, 14:00-15:00",
     "s0000-0100 s0200-0300 s0400-0500 s0600-0700 s0800-0900 s1000-1100 "
     "s1200-1300 s1400-1500"},
};

static void reads_hours(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const char *why = NULL;
		struct hours hours;
		char week[200];
		int r = hours_parse(good[i].text, &hours, &why);

		if (r != 0)
			fail_msg("%s: %s", good[i].name, why);
		write_week(&hours, week, sizeof(week));
		if (strcmp(week, good[i].week) != 0)
			fail_msg("%s: %s", good[i].name, week);
		assert_int_equal(hours_always(&hours), week[0] == '\0');
	}
}

struct bad_row {
	const char *name, *text;
	const char *piece; /* "": all of it */
	const char *why;   /* a part of it */
};

static const struct bad_row bad_hours[] = {
    {"nothing", "", "", "says nothing"},
    {"blanks only", "  ", "", "says nothing"},
    {"a word", "morning", "morning", "is no weekday"},
    {"a weekday misspelt", "Mon-Fri 08:00-09:00; Sta 08:00-09:00", "Sta",
     "is no weekday: write Mon, Tue"},
    {"a weekday written out", "Monday 08:00-09:00", "Monday", "is no weekday"},
    {"a Vietnamese weekday written out", "Thứ 2 08:00-09:00", "Thứ",
     "T2 to T7 and CN"},
    {"there is no T8", "T2-T8 08:00-09:00", "T8", "is no weekday"},
    {"half a range of days", "T2-6 08:00-09:00", "6", "is no weekday"},
    {"a range of days with a long dash", "T2–T9 08:00-09:00", "T9",
     "is no weekday"},
    {"a list of days ends in a comma", "Mon, 08:00-09:00", "08:00",
     "is no weekday"},
    {"a list of days ends", "Mon,", "", "lacks a weekday"},
    {"days alone", "Mon-Fri", "Mon-Fri", "has no hours"},
    {"days alone in the middle", "Mon 08:00-09:00; Sat; Sun 08:00-09:00", "Sat",
     "has no hours"},
    {"days and a comma between groups", "Mon 08:00-09:00, Sat 08:00-09:00",
     "Sat", "';' before the next"},
    {"days behind without a mark", "Mon 08:00-09:00 Sat 08:00-09:00", "Sat",
     "does not belong here"},
    {"days without a mark", "Mon Tue 08:00-09:00", "Tue",
     "',' between weekdays"},
    {"one digit", "7:30-11:30", "7:30", "is no time of day"},
    {"as one says it", "7h30-11h30", "7h30", "is no time of day"},
    {"three digits", "07:300-11:30", "07:300", "is no time of day"},
    {"an end with three digits", "07:30-11:300", "11:300", "is no time of day"},
    {"an hour too many", "07:30-25:00", "25:00", "is no time of day"},
    {"a minute behind midnight", "07:30-24:01", "24:01", "is no time of day"},
    {"a minute too many", "07:60-08:30", "07:60", "is no time of day"},
    {"cut short", "07:30-11:3", "11:3", "is no time of day"},
    {"no end", "07:30", "07:30", "has no end"},
    {"no end behind the dash", "07:30-", "", "lacks a time of day"},
    {"no session behind the comma", "07:30-11:30,", "", "lacks a time of day"},
    {"no comma", "07:30-11:30 13:30-17:00", "13:30", "','"},
    {"two dashes", "07:30--11:30", "-", "is no time of day"},
    {"the end first", "11:30-07:30", "11:30-07:30", "the earlier time first"},
    {"over midnight", "22:00-02:00", "22:00-02:00", "the earlier time first"},
    {"of no length", "07:30-07:30", "07:30-07:30", "does not end after"},
    {"from 24:00", "24:00-24:00", "24:00-24:00", "does not end after"},
    {"overlap at the end", "07:30-11:30, 11:00-17:00", "11:00-17:00",
     "overlaps"},
    {"overlap at the begin", "11:00-17:00, 07:30-11:30", "07:30-11:30",
     "overlaps"},
    {"one holds the other", "07:30-17:00, 11:00-12:00", "11:00-12:00",
     "overlaps"},
    {"one is held by the other", "11:00-12:00, 07:30-17:00", "07:30-17:00",
     "overlaps"},
    {"the same twice", "07:30-11:30, 07:30-11:30", "07:30-11:30", "overlaps"},
    {"overlap of two groups", "Mon-Fri 07:30-11:30; Wed 08:00-09:00",
     "08:00-09:00", "overlaps"},
    {"each day and one more", "07:30-11:30; CN 08:00-09:00", "08:00-09:00",
     "overlaps"},
    {"a ';' at the end", "07:30-11:30;", "", "ends in a ';'"},
    {"two ';'", "Mon 07:30-11:30;; Tue 07:30-11:30", ";", "no hours in front"},
    {"a ';' at the begin", "; Mon 07:30-11:30", ";", "no hours in front"},
    {"nine sessions",
     "00:00-01:00, 02:00-03:00, 04:00-05:00, 06:00-07:00, 08:00-09:00, "
     "10:00-11:00, 12:00-13:00, 14:00-15:00, 16:00-17:00",
     "16:00-17:00", "one session too many"},
};

static void check_mistake(const struct bad_row *row,
			  const struct hours_mistake *mistake)
{
	size_t n = strlen(row->text);

	if (mistake->why == NULL || strstr(mistake->why, row->why) == NULL)
		fail_msg("%s: why is \"%s\"", row->name, mistake->why);
	if (mistake->at > n || mistake->length > n - mistake->at)
		fail_msg("%s: outside the text", row->name);
	if (mistake->length != strlen(row->piece) ||
	    memcmp(row->text + mistake->at, row->piece, mistake->length) != 0)
		fail_msg("%s: the piece is \"%.*s\"", row->name,
			 (int)mistake->length, row->text + mistake->at);
}

static void names_what_is_wrong_with_hours(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_hours) / sizeof(bad_hours[0]); i++) {
		struct hours_mistake mistake = {0};
		struct hours hours;

		if (hours_read(bad_hours[i].text, &hours, &mistake) != -EINVAL)
			fail_msg("%s: taken", bad_hours[i].name);
		check_mistake(&bad_hours[i], &mistake);
		assert_true(hours_always(&hours));
		assert_int_equal(hours_parse(bad_hours[i].text, &hours, NULL),
				 -EINVAL);
	}
}

/* ---- closed dates ---- */

#define D_2027_02_05 20854 /* days since 1970, by date(1) */

static void keeps_closed_dates_by_time(void **state)
{
	static const char *const texts[] = {"2027-02-08..2027-02-12",
					    " 2027-02-05 ",
					    "2027-03-01 .. 2027-03-01",
					    "2027-02-06",
					    "1970-01-01",
					    "2028-02-29"};
	static const struct hours_dates expected[] = {
	    {0, 0},
	    {D_2027_02_05, D_2027_02_05},
	    {D_2027_02_05 + 1, D_2027_02_05 + 1},
	    {D_2027_02_05 + 3, D_2027_02_05 + 7},
	    {D_2027_02_05 + 24, D_2027_02_05 + 24},
	    {D_2027_02_05 + 389, D_2027_02_05 + 389},
	};
	struct hours_closed closed = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(hours_close(&closed, texts[i], NULL), 0);
	assert_int_equal(closed.n, sizeof(expected) / sizeof(expected[0]));
	assert_memory_equal(closed.ranges, expected, sizeof(expected));
}

static const struct bad_row bad_dates[] = {
    {"nothing", "", "", "is no date"},
    {"a word", "Tết", "Tết", "is no date"},
    {"the day first", "05/02/2027", "05/02/2027", "2027-02-05"},
    {"no such day", "2027-02-29", "2027-02-29", "is no date"},
    {"no such month", "2027-13-01", "2027-13-01", "is no date"},
    {"no day 0", "2027-01-00", "2027-01-00", "is no date"},
    {"no month 0", "2027-00-01", "2027-00-01", "is no date"},
    {"one digit", "2027-2-05", "2027-2-05", "is no date"},
    {"a year too short", "0207-02-05", "0207-02-05", "is no date"},
    {"more digits", "2027-02-051", "2027-02-051", "is no date"},
    {"a hyphen for the range", "2027-02-05-2027-02-06", "2027-02-05-2027-02-06",
     "is no date"},
    {"a range to no date", "2027-02-05..2027-02-30", "2027-02-30",
     "is no date"},
    {"a range without an end", "2027-02-05..", "", "is no date"},
    {"one dot", "2027-02-05.2027-02-06", ".2027-02-06", "does not belong"},
    {"three dots", "2027-02-05...2027-02-06", "", "is no date"},
    {"two dates", "2027-02-05, 2027-02-06", "2027-02-05,", "is no date"},
    {"a range of three", "2027-02-05..2027-02-06..2027-02-07", "..2027-02-07",
     "does not belong"},
    {"backwards", "2027-02-12..2027-02-08", "", "ends before it begins"},
    {"there already", "2027-01-01", "", "stands here already"},
    {"the first of a range", "2027-01-10", "", "stands here already"},
    {"the last of a range", "2027-01-20", "", "stands here already"},
    {"within a range", "2027-01-15..2027-01-16", "", "stands here already"},
    {"around a range", "2027-01-09..2027-01-21", "", "stands here already"},
    {"into a range", "2027-01-05..2027-01-10", "", "stands here already"},
};

static void names_what_is_wrong_with_dates(void **state)
{
	struct hours_closed closed = {0}, before;

	(void)state;
	assert_int_equal(hours_close(&closed, "2027-01-01", NULL), 0);
	assert_int_equal(hours_close(&closed, "2027-01-10..2027-01-20", NULL),
			 0);
	before = closed;
	for (size_t i = 0; i < sizeof(bad_dates) / sizeof(bad_dates[0]); i++) {
		struct hours_mistake mistake = {0};

		if (hours_close(&closed, bad_dates[i].text, &mistake) !=
		    -EINVAL)
			fail_msg("%s: taken", bad_dates[i].name);
		check_mistake(&bad_dates[i], &mistake);
		assert_memory_equal(&closed, &before, sizeof(closed));
	}
}

static void has_room_for_200_ranges(void **state)
{
	struct hours_closed closed = {0};
	struct hours_mistake mistake = {0};
	char text[20];

	(void)state;
	for (int i = 0; i < HOURS_MAX_CLOSED; i++) {
		(void)snprintf(text, sizeof(text), "%04d-05-01", 2300 - i);
		assert_int_equal(hours_close(&closed, text, NULL), 0);
	}
	assert_int_equal(hours_close(&closed, "2027-06-01", &mistake), -ENOSPC);
	assert_non_null(mistake.why);
}

/* ---- anything ---- */

static void check_week(const struct hours *hours)
{
	for (size_t i = 0; i < 7; i++) {
		const struct hours_day *day = &hours->days[i];
		int end = -1;

		assert_in_range(day->n, 0, HOURS_MAX_SESSIONS);
		for (size_t k = 0; k < day->n; k++) {
			assert_true(day->sessions[k].from_min > end);
			assert_true(day->sessions[k].until_min >
				    day->sessions[k].from_min);
			end = day->sessions[k].until_min;
		}
		assert_true(end <= 1440);
	}
}

/*
 * Texts thrown together of what may stand in them: what is taken is sorted and
 * apart, and what is not has a reason that lies in the text.
 * KIOSK_TEST_SEED gives the seed back.
 */
static void bears_any_text(void **state)
{
	static const char *const pieces[] =
	    {"Mon",         "t2",          "Sun",
	     "CN",          "-",           "–",
	     ",",           ";",           " ",
	     "07:30",       "08:00",       "12:00",
	     "24:00",       "00:00",       "7",
	     "..",          "2027-02-05",  "2027",
	     "\xe2\x80",    "x",           ":",
	     "08:00-09:00", "10:00-12:00", "2027-02-08..2027-02-12"};
	const char *given = getenv("KIOSK_TEST_SEED");
	unsigned seed = given != NULL ? (unsigned)strtoul(given, NULL, 10)
				      : (unsigned)time(NULL);
	struct hours_closed closed = {0};
	int taken = 0;

	(void)state;
	print_message("KIOSK_TEST_SEED=%u\n", seed);
	for (int round = 0; round < 200000; round++) {
		struct bad_row row = {.name = "random", .why = ""};
		struct hours_mistake mistake = {0};
		char text[200] = "", piece[200];
		struct hours hours;
		int64_t from, until;
		int r;

		for (int n = 1 + rand_r(&seed) % 6; n > 0; n--)
			strncat(text,
				pieces[(size_t)rand_r(&seed) %
				       (sizeof(pieces) / sizeof(pieces[0]))],
				sizeof(text) - strlen(text) - 1);
		r = hours_read(text, &hours, &mistake);
		check_week(&hours);
		row.text = text;
		row.piece = piece;
		taken += r == 0;
		if (r < 0) {
			(void)snprintf(piece, sizeof(piece), "%.*s",
				       (int)mistake.length, text + mistake.at);
			check_mistake(&row, &mistake);
		}
		r = hours_close(&closed, text, &mistake);
		assert_true(r == 0 || r == -EINVAL);
		if (hours_window(text, 0, &from, &until) == 0)
			assert_true(until > from);
	}
	assert_true(taken > 100);
	assert_in_range(closed.n, 1, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_hours),
	    cmocka_unit_test(names_what_is_wrong_with_hours),
	    cmocka_unit_test(keeps_closed_dates_by_time),
	    cmocka_unit_test(names_what_is_wrong_with_dates),
	    cmocka_unit_test(has_room_for_200_ranges),
	    cmocka_unit_test(bears_any_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
