/* SPDX-License-Identifier: MIT */
/* The rules of journal/report.h, one by one. That the central log's views hold
 * to them too: tests/unit/sync/test_central_report.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "journal/report.h"

#define DAY "2026-11-24"
#define NEXT "2026-11-25"
#define OPENING_MS 1795480200000LL /* 07:30 in Vietnam */
#define MINUTE 60
#define HOUR (60 * MINUTE)

/* The report in the making, and what the next row gets. */
static struct day_report *report;
static const struct report_result *result;
static struct journal_row next;
static char detail[200];

static void add_row(const struct journal_row *row)
{
	assert_int_equal(day_report_add(report, row), 0);
}

/* at_s: after the opening, by the wall clock. */
static void add(int64_t at_s, const char *kind)
{
	next.seq++;
	next.at_ms = OPENING_MS + at_s * 1000;
	next.kind = kind;
	add_row(&next);
	next.detail = NULL;
}

static void say(const char *text)
{
	snprintf(detail, sizeof(detail), "%s", text);
	next.detail = detail;
}

static void add_said(int64_t at_s, const char *kind, const char *text)
{
	say(text);
	add(at_s, kind);
}

/* Of the service land, or the one that stands in next. */
static void of_ticket(int64_t at_s, const char *kind, int64_t number)
{
	next.has_number = true;
	next.number = number;
	if (!next.service)
		next.service = "land";
	if (!next.class)
		next.class = "normal";
	add(at_s, kind);
	next.has_number = false;
}

static void at_counter(int64_t at_s, const char *kind, int64_t number,
		       int64_t counter)
{
	next.has_counter = true;
	next.counter = counter;
	of_ticket(at_s, kind, number);
	next.has_counter = false;
}

static void counter(int64_t at_s, const char *kind, int64_t id)
{
	next.has_counter = true;
	next.counter = id;
	add(at_s, kind);
	next.has_counter = false;
}

static void open_day(int64_t at_s, const char *day, bool carried)
{
	next.day = day;
	add_said(at_s, "day_opened",
		 carried ? "{\"carried\":true,\"utc_offset_s\":25200}"
			 : "{\"carried\":false,\"utc_offset_s\":25200}");
}

/* A report of that day, of rows that are still to be added. */
static void begin_of(const char *day)
{
	assert_int_equal(day_report_new(day, &report), 0);
	next = (struct journal_row){0};
}

static void begin(void)
{
	begin_of(DAY);
	open_day(0, DAY, false);
}

static const struct report_part *finish(void)
{
	assert_int_equal(day_report_finish(report, &result), 0);
	assert_int_equal(result->by[REPORT_DAY].n, 1);
	return result->by[REPORT_DAY].parts;
}

static const struct report_part *part(enum report_by by, const char *name,
				      int64_t number)
{
	for (size_t i = 0; i < result->by[by].n; i++) {
		const struct report_part *at = &result->by[by].parts[i];

		if (name ? at->name && strcmp(at->name, name) == 0
			 : at->has_number && at->number == number)
			return at;
	}
	fail_msg("no part %s %" PRId64, name ? name : "", number);
	return NULL;
}

static void end(void)
{
	day_report_free(report);
}

static void each_ticket_ends_in_one_count(void **state)
{
	const struct report_part *day;

	(void)state;
	begin();
	for (int64_t n = 1; n <= 7; n++)
		of_ticket(n, "issued", n);
	at_counter(10, "called", 1, 1);
	at_counter(20, "finished", 1, 1);
	at_counter(21, "called", 2, 1);
	at_counter(30, "no_show", 2, 1);
	of_ticket(31, "cancelled", 3);
	at_counter(32, "called", 4, 1);
	at_counter(40, "no_show", 4, 1);
	of_ticket(41, "restored", 4);
	at_counter(42, "called", 5, 1);
	at_counter(43, "called", 6, 2);
	at_counter(44, "expired", 6, 2);
	of_ticket(45, "expired", 7);
	day = finish();
	assert_int_equal(day->issued, 7);
	assert_int_equal(day->called, 5);
	assert_int_equal(day->served, 1);
	assert_int_equal(day->no_show, 1); /* the other one came back */
	assert_int_equal(day->cancelled, 1);
	assert_int_equal(day->expired, 2);
	assert_int_equal(day->open, 2); /* one waits, one is at a counter */
	end();
}

static void the_wait_ends_with_the_first_call(void **state)
{
	static const char *const afterwards[] = {"recalled", "returned",
						 "transferred", "no_show"};
	const struct report_part *day;

	(void)state;
	for (size_t i = 0; i < sizeof(afterwards) / sizeof(*afterwards); i++) {
		begin();
		of_ticket(0, "issued", 1);
		at_counter(100, "called", 1, 1);
		at_counter(150, afterwards[i], 1, 1);
		if (strcmp(afterwards[i], "no_show") == 0)
			of_ticket(160, "restored", 1);
		if (strcmp(afterwards[i], "recalled") != 0)
			at_counter(900, "called", 1, 2);
		day = finish();
		assert_true(day->wait.any);
		assert_int_equal(day->wait.max_s, 100);
		assert_int_equal(day->called, 1);
		assert_false(day->service.any);
		end();
	}
}

static void service_is_the_last_turn_from_its_call(void **state)
{
	const struct report_part *day;

	(void)state;
	begin();
	of_ticket(0, "issued", 1);
	at_counter(100, "called", 1, 1);
	at_counter(500, "returned", 1, 1);
	at_counter(1000, "called", 1, 2);
	at_counter(1030, "recalled", 1, 2);
	at_counter(1060, "recalled", 1, 2);
	at_counter(1300, "finished", 1, 2);
	day = finish();
	assert_int_equal(day->service.p50_s, 300);
	assert_int_equal(part(REPORT_BY_COUNTER, NULL, 2)->service.max_s, 300);
	end();
}

static void who_did_not_come_was_not_served(void **state)
{
	const struct report_part *day;

	(void)state;
	begin();
	of_ticket(0, "issued", 1);
	at_counter(100, "called", 1, 1);
	at_counter(400, "no_show", 1, 1);
	day = finish();
	assert_false(day->service.any);
	assert_true(day->wait.any);
	end();
}

static void percentiles_are_of_the_nearest_rank(void **state)
{
	static const struct {
		int64_t n; /* waits of 1..n seconds */
		int64_t p50_s, p90_s;
	} rows[] = {{1, 1, 1},    {2, 1, 2},     {3, 2, 3},    {9, 5, 9},
		    {10, 5, 9},   {11, 6, 10},   {19, 10, 18}, {20, 10, 18},
		    {21, 11, 19}, {100, 50, 90}, {101, 51, 91}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct report_part *day;

		begin();
		/* In no order of their length. */
		for (int64_t k = 0; k < rows[i].n; k++)
			of_ticket(0, "issued", k + 1);
		for (int64_t k = 0; k < rows[i].n; k++)
			at_counter((k * 7919) % rows[i].n + 1, "called", k + 1,
				   k);
		day = finish();
		assert_int_equal(day->wait.p50_s, rows[i].p50_s);
		assert_int_equal(day->wait.p90_s, rows[i].p90_s);
		assert_int_equal(day->wait.max_s, rows[i].n);
		end();
	}
}

static void times_are_cut_to_whole_seconds(void **state)
{
	(void)state;
	begin();
	of_ticket(0, "issued", 1);
	next.at_ms += 999;
	next.kind = "called";
	next.has_number = true;
	add_row(&next);
	assert_int_equal(finish()->wait.max_s, 0);
	end();
}

static void parts_are_by_service_hour_counter_and_class(void **state)
{
	(void)state;
	begin();
	of_ticket(0, "issued", 1);
	next.service = "civil";
	next.class = "priority";
	of_ticket(31 * MINUTE, "issued", 1);
	next.class = "normal";
	of_ticket(32 * MINUTE, "issued", 2);
	at_counter(33 * MINUTE, "called", 1, 12);
	at_counter(34 * MINUTE, "transferred", 1, 12);
	at_counter(35 * MINUTE, "called", 1, 3);
	(void)finish();
	assert_int_equal(result->by[REPORT_BY_SERVICE].n, 2);
	assert_string_equal(result->by[REPORT_BY_SERVICE].parts[0].name,
			    "civil");
	assert_int_equal(part(REPORT_BY_SERVICE, "civil", 0)->issued, 2);
	assert_int_equal(part(REPORT_BY_SERVICE, "land", 0)->issued, 1);
	assert_int_equal(result->by[REPORT_BY_HOUR].n, 2);
	assert_int_equal(part(REPORT_BY_HOUR, NULL, 7)->issued, 1);
	assert_int_equal(part(REPORT_BY_HOUR, NULL, 8)->issued, 2);
	assert_int_equal(part(REPORT_BY_CLASS, "priority", 0)->issued, 1);
	assert_int_equal(part(REPORT_BY_CLASS, "normal", 0)->issued, 2);
	/* The last counter that called it has it. Nobody called the others:
	 * they come last. */
	assert_int_equal(result->by[REPORT_BY_COUNTER].n, 2);
	assert_int_equal(part(REPORT_BY_COUNTER, NULL, 3)->issued, 1);
	assert_false(result->by[REPORT_BY_COUNTER].parts[1].has_number);
	assert_int_equal(result->by[REPORT_BY_COUNTER].parts[1].issued, 2);
	end();
}

static void the_hour_is_by_the_offset_that_the_day_states(void **state)
{
	static const struct {
		const char *opened;
		int64_t hour; /* of 00:30 UTC */
	} rows[] = {
	    {"{\"carried\":false,\"utc_offset_s\":25200}", 7},
	    {"{\"carried\":false,\"utc_offset_s\":0}", 0},
	    {"{\"carried\":false,\"utc_offset_s\":-3600}", 23},
	    {"{\"carried\":false,\"utc_offset_s\":20700}", 6},
	    {"{\"carried\":false}", 7},
	    {"{\"carried\":false,\"utc_offset_s\":900000}", 7},
	    {"{\"carried\":false,\"utc_offset_s\":\"0\"}", 7},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		begin_of(DAY);
		next.day = DAY;
		add_said(0, "day_opened", rows[i].opened);
		of_ticket(0, "issued", 1);
		(void)finish();
		assert_int_equal(result->by[REPORT_BY_HOUR].n, 1);
		assert_int_equal(result->by[REPORT_BY_HOUR].parts[0].number,
				 rows[i].hour);
		end();
	}
}

static void a_day_that_is_opened_again_in_a_run_keeps_its_hours(void **state)
{
	(void)state;
	begin();
	open_day(10, NEXT, true);
	next.day = DAY;
	add_said(20, "day_opened", "{\"carried\":true,\"utc_offset_s\":0}");
	of_ticket(30, "issued", 1);
	(void)finish();
	assert_int_equal(part(REPORT_BY_HOUR, NULL, 7)->issued, 1);
	end();
}

static void hours_before_1970_are_hours(void **state)
{
	(void)state;
	begin();
	of_ticket(-OPENING_MS / 1000 - 8 * HOUR, "issued", 1);
	(void)finish();
	assert_int_equal(part(REPORT_BY_HOUR, NULL, 23)->issued, 1);
	end();
}

static void outcomes_are_of_served_tickets_by_service(void **state)
{
	(void)state;
	begin();
	for (int64_t n = 1; n <= 4; n++) {
		of_ticket(n, "issued", n);
		at_counter(10 * n, "called", n, 1);
		if (n < 3)
			say("{\"ticket\":\"A001\",\"outcome\":\"supplement\"}");
		else if (n == 3)
			say("{\"ticket\":\"A003\",\"outcome\":\"accepted\"}");
		at_counter(10 * n + 5, "finished", n, 1);
	}
	next.service = "civil";
	of_ticket(50, "issued", 1);
	at_counter(51, "called", 1, 1);
	say("{\"outcome\":\"accepted\"}");
	at_counter(52, "finished", 1, 1);
	/* No kiosk does that: it is open again, whatever it ended with. */
	of_ticket(60, "issued", 2);
	at_counter(61, "called", 2, 1);
	say("{\"outcome\":\"accepted\"}");
	at_counter(62, "finished", 2, 1);
	at_counter(63, "called", 2, 1);
	(void)finish();
	assert_int_equal(result->n_outcomes, 3);
	assert_string_equal(result->outcomes[0].service, "civil");
	assert_int_equal(result->outcomes[0].tickets, 1);
	assert_string_equal(result->outcomes[1].name, "accepted");
	assert_int_equal(result->outcomes[1].tickets, 1);
	assert_string_equal(result->outcomes[2].name, "supplement");
	assert_int_equal(result->outcomes[2].tickets, 2);
	end();
}

static void a_ticket_has_its_last_rating(void **state)
{
	const struct report_part *day;

	(void)state;
	begin();
	for (int64_t n = 1; n <= 3; n++) {
		of_ticket(n, "issued", n);
		at_counter(10 * n, "called", n, 1);
		at_counter(10 * n + 5, "finished", n, 1);
	}
	say("{\"stars\":2}");
	at_counter(50, "rated", 1, 1);
	say("{\"stars\":5}");
	at_counter(51, "rated", 1, 1);
	say("{\"stars\":5}");
	at_counter(52, "rated", 2, 1);
	say("{\"stars\":6}");
	at_counter(53, "rated", 3, 1);
	day = finish();
	assert_int_equal(day->stars[4], 2);
	assert_int_equal(day->stars[0] + day->stars[1] + day->stars[2] +
			     day->stars[3],
			 0);
	assert_int_equal(part(REPORT_BY_COUNTER, NULL, 1)->stars[4], 2);
	end();
}

/* Issued on DAY; a step carries it into NEXT, where it is called. */
static void carried_rows(void)
{
	open_day(0, DAY, false);
	of_ticket(0, "issued", 1);
	add_said(24 * HOUR + 60, "clock_stepped", "{\"step_ms\":86400000}");
	open_day(24 * HOUR + 60, NEXT, true);
	of_ticket(24 * HOUR + 90, "issued", 2);
	at_counter(24 * HOUR + 100, "called", 1, 1);
	at_counter(24 * HOUR + 300, "finished", 1, 1);
}

static void a_carried_ticket_counts_once_where_it_was_issued(void **state)
{
	const struct report_part *day;

	(void)state;
	begin_of(DAY);
	carried_rows();
	day = finish();
	assert_int_equal(day->issued, 1);
	assert_int_equal(day->served, 1);
	assert_int_equal(day->wait.max_s, 100);
	assert_int_equal(day->service.max_s, 200);
	end();
	begin_of(NEXT);
	carried_rows();
	day = finish();
	assert_int_equal(day->issued, 1);
	assert_int_equal(day->open, 1);
	/* but it waited there */
	assert_int_equal(day->waiting, 2);
	end();
}

static void a_number_given_out_again_is_another_ticket(void **state)
{
	const struct report_part *day;

	(void)state;
	begin();
	of_ticket(0, "issued", 1);
	at_counter(10, "called", 1, 1);
	at_counter(20, "finished", 1, 1);
	of_ticket(100, "issued", 1);
	at_counter(150, "called", 1, 1);
	/* and in another run of the day */
	open_day(200, NEXT, false);
	open_day(300, DAY, false);
	of_ticket(310, "issued", 1);
	day = finish();
	assert_int_equal(day->issued, 3);
	assert_int_equal(day->served, 1);
	assert_int_equal(day->open, 2);
	assert_int_equal(day->called, 2);
	assert_int_equal(day->wait.max_s, 50);
	end();
}

static void a_new_run_begins_with_nobody_and_nothing_open(void **state)
{
	const struct report_part *day;

	(void)state;
	begin();
	counter(1, "counter_opened", 1);
	of_ticket(2, "issued", 1);
	open_day(100, NEXT, false);
	open_day(2 * HOUR, DAY, false);
	of_ticket(2 * HOUR, "issued", 2);
	at_counter(2 * HOUR + 10, "called", 1, 1); /* of the run before */
	day = finish();
	assert_int_equal(day->called, 0);
	assert_int_equal(part(REPORT_BY_HOUR, NULL, 9)->counters_open, 0);
	assert_int_equal(part(REPORT_BY_HOUR, NULL, 9)->waiting, 1);
	assert_int_equal(day->counters_open, 1);
	end();
}

/* What the clock does between an issue and its call 60 s later. */
static void a_step_of_the_clock_is_no_wait(void **state)
{
	static const struct {
		const char *name;
		bool step_before, boot, step_after;
		int64_t step_s;
		int64_t called_s; /* by the wall clock */
	} rows[] = {
	    {"no step", false, false, false, 0, 60},
	    {"forward", true, false, false, 14 * HOUR, 14 * HOUR + 60},
	    {"back", true, false, false, -2 * HOUR, -2 * HOUR + 60},
	    {"after the call", false, false, true, 14 * HOUR, 60},
	    /* Off for half an hour: the clock went on from where it stood. */
	    {"boot, never set", false, true, false, 0, 60},
	    {"boot, set before the call", true, true, false, 1740, 1800},
	    {"boot, set after the call", false, true, true, 1740, 60},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool off = rows[i].boot && rows[i].step_s;
		const struct report_part *day;
		char step[60];

		snprintf(step, sizeof(step), "{\"step_ms\":%" PRId64 "}",
			 rows[i].step_s * 1000);
		begin();
		of_ticket(0, "issued", 1);
		if (rows[i].boot)
			add_said(1, "config_loaded", "{\"booted\":true}");
		if (rows[i].step_before)
			add_said(rows[i].step_s + 2, "clock_stepped", step);
		at_counter(rows[i].called_s, "called", 1, 1);
		if (rows[i].step_after)
			add_said(rows[i].step_s + 61, "clock_stepped", step);
		day = finish();
		if (day->wait.max_s != (off ? 1800 : 60))
			fail_msg("%s: %" PRId64, rows[i].name, day->wait.max_s);
		end();
	}
}

static void
a_clock_that_went_back_unnoticed_makes_no_negative_wait(void **state)
{
	(void)state;
	begin();
	of_ticket(0, "issued", 1);
	at_counter(-100, "called", 1, 1);
	assert_int_equal(finish()->wait.max_s, 0);
	end();
}

static void counters_open_are_the_most_at_one_time(void **state)
{
	static const struct {
		int64_t at_s;
		const char *kind;
		int64_t id;
	} rows[] = {
	    {0, "counter_opened", 1},
	    {10, "counter_opened", 2},
	    {20, "counter_paused", 1}, /* not open */
	    {30, "counter_closed", 1}, /* was not */
	    {40, "counter_paused", 3}, /* was never open */
	    {50, "counter_opened", 3},
	    {60, "counter_opened", 3}, /* twice is once */
	    {70, "counter_closed", 3},
	    {HOUR, "counter_closed", 2},
	};
	const struct report_part *day;

	(void)state;
	begin();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		counter(rows[i].at_s, rows[i].kind, rows[i].id);
	day = finish();
	assert_int_equal(day->counters_open, 2);
	assert_int_equal(part(REPORT_BY_HOUR, NULL, 7)->counters_open, 2);
	/* It was open as the hour began. */
	assert_int_equal(part(REPORT_BY_HOUR, NULL, 8)->counters_open, 1);
	assert_int_equal(result->by[REPORT_BY_HOUR].n, 2);
	end();
}

static void the_longest_queue_is_told_with_its_time(void **state)
{
	const struct report_part *day;

	(void)state;
	begin();
	of_ticket(0, "issued", 1);
	of_ticket(10, "issued", 2);
	of_ticket(20, "issued", 3);
	at_counter(30, "called", 1, 1);
	at_counter(40, "returned", 1, 1);
	at_counter(50, "called", 1, 1);
	at_counter(HOUR, "no_show", 1, 1);
	of_ticket(HOUR + 10, "cancelled", 2);
	of_ticket(HOUR + 20, "restored", 1);
	at_counter(2 * HOUR, "called", 1, 1);
	day = finish();
	/* As it was when the hour began. */
	assert_int_equal(part(REPORT_BY_HOUR, NULL, 9)->waiting, 2);
	assert_int_equal(day->waiting, 3);
	assert_int_equal(day->waiting_at_ms, OPENING_MS + 20000);
	assert_int_equal(part(REPORT_BY_HOUR, NULL, 7)->waiting, 3);
	assert_int_equal(part(REPORT_BY_HOUR, NULL, 8)->waiting, 2);
	end();
}

static void who_expires_at_a_counter_did_not_wait(void **state)
{
	(void)state;
	begin();
	of_ticket(0, "issued", 1);
	of_ticket(1, "issued", 2);
	at_counter(2, "called", 1, 1);
	of_ticket(HOUR, "expired", 2);
	at_counter(HOUR, "expired", 1, 1);
	of_ticket(2 * HOUR, "issued", 3);
	(void)finish();
	assert_int_equal(part(REPORT_BY_HOUR, NULL, 9)->waiting, 1);
	end();
}

static void the_machine_s_own_rows_make_no_hour_busy(void **state)
{
	(void)state;
	begin();
	counter(0, "counter_opened", 1);
	of_ticket(0, "issued", 1);
	of_ticket(2 * HOUR, "printed", 1);
	add_said(3 * HOUR, "config_loaded", "{\"booted\":false}");
	of_ticket(21 * HOUR, "expired", 1);
	(void)finish();
	assert_int_equal(result->by[REPORT_BY_HOUR].n, 1);
	end();
}

static void a_day_without_rows_is_not_known(void **state)
{
	const struct report_part *day;

	(void)state;
	begin_of(NEXT);
	open_day(0, DAY, false);
	of_ticket(0, "issued", 1);
	day = finish();
	assert_false(result->known);
	assert_int_equal(day->issued, 0);
	assert_int_equal(day->waiting, 0);
	assert_false(day->wait.any);
	for (size_t by = REPORT_BY_SERVICE; by < REPORT_BYS; by++)
		assert_int_equal(result->by[by].n, 0);
	end();
	begin_of(DAY);
	open_day(0, DAY, false);
	(void)finish();
	assert_true(result->known);
	assert_int_equal(result->last_seq, 1);
	end();
}

static void rows_that_make_no_sense_do_no_harm(void **state)
{
	static const struct journal_row rows[] = {
	    {.kind = NULL},
	    {.kind = "dance", .day = DAY},
	    {.kind = "issued", .day = DAY},
	    {.kind = "issued", .day = DAY, .service = "land"},
	    {.kind = "issued", .day = DAY, .number = 1, .has_number = true},
	    {.kind = "issued",
	     .day = DAY,
	     .service = "land",
	     .number = 9,
	     .has_number = true,
	     .at_ms = INT64_MAX},
	    {.kind = "called",
	     .day = DAY,
	     .service = "land",
	     .number = 99,
	     .has_number = true},
	    {.kind = "called", .day = DAY, .at_ms = INT64_MIN},
	    {.kind = "counter_opened", .day = DAY},
	    {.kind = "clock_stepped", .detail = "{\"step_ms\":"},
	    {.kind = "clock_stepped",
	     .detail = "{\"step_ms\":9223372036854775807}"},
	    {.kind = "config_loaded"},
	    {.kind = "day_opened", .detail = "[]"},
	    {.kind = "rated",
	     .service = "land",
	     .number = 1,
	     .has_number = true,
	     .detail = "{\"stars\":\"five\"}"},
	    {.kind = "finished",
	     .service = "civil",
	     .number = 1,
	     .has_number = true,
	     .detail = "{\"outcome\":7}"},
	};
	const struct report_part *day;

	(void)state;
	begin();
	of_ticket(0, "issued", 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		add_row(&rows[i]);
	at_counter(60, "called", 1, 1);
	day = finish();
	assert_int_equal(day->issued, 1);
	assert_int_equal(day->wait.max_s, 60);
	assert_int_equal(day->counters_open, 0);
	end();
}

static void a_large_day_keeps_its_tickets_apart(void **state)
{
	static const char *const services[] = {"land", "civil", "notary"};
	enum { TICKETS = 3000 };
	const struct report_part *day;

	(void)state;
	begin();
	for (int i = 0; i < TICKETS; i++) {
		next.service = services[i % 3];
		of_ticket(i, "issued", i / 3 + 1);
	}
	for (int i = 0; i < TICKETS; i++) {
		next.service = services[i % 3];
		at_counter(TICKETS + 2 * i, "called", i / 3 + 1, 1);
		at_counter(TICKETS + 2 * i + 1, "finished", i / 3 + 1, 1);
	}
	day = finish();
	assert_int_equal(day->served, TICKETS);
	assert_int_equal(day->wait.max_s, 2 * TICKETS - 1);
	assert_int_equal(day->wait.p50_s, TICKETS + TICKETS / 2 - 1);
	assert_int_equal(part(REPORT_BY_SERVICE, "notary", 0)->served,
			 TICKETS / 3);
	assert_int_equal(day->waiting, TICKETS);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_ticket_ends_in_one_count),
	    cmocka_unit_test(the_wait_ends_with_the_first_call),
	    cmocka_unit_test(service_is_the_last_turn_from_its_call),
	    cmocka_unit_test(who_did_not_come_was_not_served),
	    cmocka_unit_test(percentiles_are_of_the_nearest_rank),
	    cmocka_unit_test(times_are_cut_to_whole_seconds),
	    cmocka_unit_test(parts_are_by_service_hour_counter_and_class),
	    cmocka_unit_test(the_hour_is_by_the_offset_that_the_day_states),
	    cmocka_unit_test(
		a_day_that_is_opened_again_in_a_run_keeps_its_hours),
	    cmocka_unit_test(hours_before_1970_are_hours),
	    cmocka_unit_test(outcomes_are_of_served_tickets_by_service),
	    cmocka_unit_test(a_ticket_has_its_last_rating),
	    cmocka_unit_test(a_carried_ticket_counts_once_where_it_was_issued),
	    cmocka_unit_test(a_number_given_out_again_is_another_ticket),
	    cmocka_unit_test(a_new_run_begins_with_nobody_and_nothing_open),
	    cmocka_unit_test(a_step_of_the_clock_is_no_wait),
	    cmocka_unit_test(
		a_clock_that_went_back_unnoticed_makes_no_negative_wait),
	    cmocka_unit_test(counters_open_are_the_most_at_one_time),
	    cmocka_unit_test(the_longest_queue_is_told_with_its_time),
	    cmocka_unit_test(who_expires_at_a_counter_did_not_wait),
	    cmocka_unit_test(the_machine_s_own_rows_make_no_hour_busy),
	    cmocka_unit_test(a_day_without_rows_is_not_known),
	    cmocka_unit_test(rows_that_make_no_sense_do_no_harm),
	    cmocka_unit_test(a_large_day_keeps_its_tickets_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
