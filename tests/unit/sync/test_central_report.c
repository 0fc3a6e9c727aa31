/* SPDX-License-Identifier: MIT */
/*
 * The kiosk's own report and the views of both central logs give the same
 * figures, cell by cell, for each day of a random journal.
 */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal/report.h"
#include "sync/sync.h"
#include "tests/unit/queue/random.h"
#include "tests/unit/support/office_days.h"
#include "tests/unit/support/postgres.h"
#include "tests/unit/support/rows.h"

#define DATABASE "kiosk_test"
#define ROUNDS 2

static struct postgres *server;
static char dir[200], sqlite_url[300], postgres_url_text[300];
static char sqlite_file[256];

/* The views' columns, as the report writes them below. */
#define PART                                                                 \
	"issued, called, served, no_show, cancelled, expired, open, "        \
	"wait_p50_s, wait_p90_s, wait_max_s, service_p50_s, service_p90_s, " \
	"service_max_s, ratings, CAST(round(stars_mean * 100) AS INTEGER), " \
	"stars_1, stars_2, stars_3, stars_4, stars_5"

static const struct {
	const char *view, *key, *more;
} views[REPORT_BYS] = {
    [REPORT_DAY] = {"report_day", NULL,
		    ", counters_open, longest_queue, longest_queue_at_ms"},
    [REPORT_BY_SERVICE] = {"report_service", "service", ""},
    [REPORT_BY_HOUR] = {"report_hour", "hour",
			", counters_open, longest_queue"},
    [REPORT_BY_COUNTER] = {"report_counter", "counter", ""},
    [REPORT_BY_CLASS] = {"report_class", "class", ""},
};

/* ---- the report as the same text ---- */

static void put_times(FILE *to, const struct report_times *times)
{
	if (times->any)
		fprintf(to, "%" PRId64 "|%" PRId64 "|%" PRId64 "|",
			times->p50_s, times->p90_s, times->max_s);
	else
		fputs("\\N|\\N|\\N|", to);
}

static void put_stars(FILE *to, const uint32_t stars[5])
{
	uint32_t count = 0, sum = 0;

	for (uint32_t i = 0; i < 5; i++) {
		count += stars[i];
		sum += (i + 1) * stars[i];
	}
	fprintf(to, "%u|", count);
	if (count)
		fprintf(to, "%u", (200 * sum + count) / (2 * count));
	else
		fputs("\\N", to);
	for (int i = 0; i < 5; i++)
		fprintf(to, "|%u", stars[i]);
}

static void put_part(FILE *to, enum report_by by,
		     const struct report_part *part)
{
	if (part->name)
		fprintf(to, "%s|", part->name);
	else if (part->has_number)
		fprintf(to, "%" PRId64 "|", part->number);
	else if (by != REPORT_DAY)
		fputs("\\N|", to);
	fprintf(to, "%u|%u|%u|%u|%u|%u|%u|", part->issued, part->called,
		part->served, part->no_show, part->cancelled, part->expired,
		part->open);
	put_times(to, &part->wait);
	put_times(to, &part->service);
	put_stars(to, part->stars);
	if (by == REPORT_DAY || by == REPORT_BY_HOUR)
		fprintf(to, "|%" PRId64 "|%" PRId64, part->counters_open,
			part->waiting);
	if (by == REPORT_DAY && part->waiting > 0)
		fprintf(to, "|%" PRId64, part->waiting_at_ms);
	else if (by == REPORT_DAY)
		fputs("|\\N", to);
	putc('\n', to);
	assert_int_equal(part->issued, part->served + part->no_show +
					   part->cancelled + part->expired +
					   part->open);
}

static char *text_of(const struct report_result *result, size_t by)
{
	char *text;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	assert_non_null(to);
	if (by == REPORT_BYS) {
		for (size_t i = 0; i < result->n_outcomes; i++)
			fprintf(to, "%s|%s|%u\n", result->outcomes[i].service,
				result->outcomes[i].name,
				result->outcomes[i].tickets);
	} else {
		for (size_t i = 0; i < result->by[by].n; i++)
			put_part(to, (enum report_by)by,
				 &result->by[by].parts[i]);
	}
	assert_int_equal(fclose(to), 0);
	return text;
}

/* ---- the comparison ---- */

static void query(char *sql, size_t size, size_t by, const char *kiosk,
		  const char *day)
{
	if (by == REPORT_BYS)
		snprintf(sql, size,
			 "SELECT service, outcome, tickets FROM report_outcome "
			 "WHERE kiosk = '%s' AND day = '%s' ORDER BY 1, 2",
			 kiosk, day);
	else
		snprintf(sql, size,
			 "SELECT %s%s" PART "%s FROM %s WHERE kiosk = '%s' "
			 "AND day = '%s'%s",
			 views[by].key ? views[by].key : "",
			 views[by].key ? ", " : "", views[by].more,
			 views[by].view, kiosk, day,
			 views[by].key ? " ORDER BY 1 NULLS LAST" : "");
}

static void assert_same(const char *engine, const char *sql, char *have,
			const char *want)
{
	assert_non_null(have);
	if (strcmp(have, want) != 0)
		fail_msg("%s: %s:\n%s\nthe report has:\n%s", engine, sql, have,
			 want);
	free(have);
}

static void compare(const struct report_result *result, const char *kiosk,
		    const char *day)
{
	char sql[900];

	for (size_t by = 0; by <= REPORT_BYS; by++) {
		char *want = text_of(result, by);

		query(sql, sizeof(sql), by, kiosk, day);
		assert_same("SQLite", sql, rows_ask(sqlite_file, sql), want);
		assert_same("PostgreSQL", sql,
			    postgres_ask(server, DATABASE, sql), want);
		free(want);
	}
}

static int add_row(void *arg, const struct journal_row *row)
{
	return day_report_add(arg, row);
}

static struct day_report *report_of(struct journal *journal, const char *day)
{
	struct day_report *report;
	struct journal_run *runs;
	size_t n;

	assert_int_equal(day_report_new(day, &report), 0);
	assert_int_equal(journal_day_runs(journal, day, &runs, &n), 0);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(journal_each(journal, runs[i].first_seq - 1,
					      runs[i].last_seq == INT64_MAX
						  ? 0
						  : runs[i].last_seq -
							runs[i].first_seq + 1,
					      add_row, report),
				 0);
	free(runs);
	return report;
}

/* What the days must have held, or the comparison would say little. */
static const struct {
	const char *kind, *within; /* the detail */
} wanted[] = {
    {"issued", ""},
    {"called", ""},
    {"recalled", ""},
    {"finished", "outcome"},
    {"no_show", ""},
    {"restored", ""},
    {"transferred", "to_service"},
    {"transferred", "to_counter"},
    {"returned", ""},
    {"cancelled", ""},
    {"expired", ""},
    {"rated", ""},
    {"clock_stepped", ""},
    {"config_loaded", "\"booted\":true"},
    {"counter_closed", NULL},
    {"day_opened", "\"carried\":true"},
};
#define WANTED (sizeof(wanted) / sizeof(*wanted))

static void note_wanted(const struct office_days *office, size_t seen[WANTED])
{
	for (size_t i = 0; i < office->n; i++) {
		const struct journal_row *row = &office->rows[i];

		for (size_t k = 0; k < WANTED; k++)
			seen[k] += strcmp(row->kind, wanted[k].kind) == 0 &&
				   (!wanted[k].within ||
				    strstr(row->detail, wanted[k].within));
	}
}

static void sync_to(const struct central_ops *ops, const char *url,
		    const char *kiosk, const char *state_dir)
{
	struct central_problem problem = {0};
	struct sync_status status;
	struct sync *sync;

	assert_int_equal(sync_new(ops, url, kiosk, state_dir, -1, &sync,
				  &problem),
			 0);
	if (sync_round(sync, &status) < 0)
		fail_msg("%s", status.error);
	sync_free(sync);
}

static struct journal *write_journal(const struct office_days *office,
				     const char *state_dir)
{
	struct journal_problem problem;
	struct journal *journal;

	if (journal_open(state_dir, office->rows[0].at_ms, &journal,
			 &problem) != 0)
		fail_msg("%s", problem.text);
	for (size_t i = 0; i < office->n; i++) {
		struct journal_row row = office->rows[i];

		assert_int_equal(journal_append(journal, &row), 0);
	}
	assert_int_equal(journal_commit(journal), 0);
	return journal;
}

static void report_and_views_agree_cell_by_cell(void **state)
{
	uint64_t seed = random_seed("report_and_views_agree_cell_by_cell");
	size_t seen[WANTED] = {0};

	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		struct office_days office;
		struct journal *journal;
		char kiosk[32], state_dir[240];

		snprintf(kiosk, sizeof(kiosk), "k%" PRIu64, i);
		snprintf(state_dir, sizeof(state_dir), "%s/%s", dir, kiosk);
		office_days_make(&office, seed + i, 3000, 12);
		note_wanted(&office, seen);
		journal = write_journal(&office, state_dir);
		sync_to(&central_sqlite, sqlite_url, kiosk, state_dir);
		sync_to(&central_postgres, postgres_url_text, kiosk, state_dir);
		for (size_t d = 0; d < office.n_days; d++) {
			struct day_report *report =
			    report_of(journal, office.days[d]);
			const struct report_result *result;

			assert_int_equal(day_report_finish(report, &result), 0);
			assert_true(result->known);
			compare(result, kiosk, office.days[d]);
			day_report_free(report);
		}
		journal_close(journal);
		office_days_free(&office);
	}
	for (size_t k = 0; k < WANTED; k++) {
		if (seen[k] == 0)
			fail_msg("no %s %s in any day", wanted[k].kind,
				 wanted[k].within);
	}
}

static int start(void **state)
{
	struct central_problem problem = {0};
	char *made;

	(void)state;
	rows_dir(dir, sizeof(dir));
	snprintf(sqlite_file, sizeof(sqlite_file), "%s/central.db", dir);
	snprintf(sqlite_url, sizeof(sqlite_url), "sqlite:%s", sqlite_file);
	server = postgres_start();
	if (!server)
		return -1;
	made = postgres_ask(server, "postgres", "CREATE DATABASE " DATABASE);
	if (!made)
		return -1;
	free(made);
	/* Compiling the views takes longer than running them. */
	made = postgres_ask(server, "postgres",
			    "ALTER DATABASE " DATABASE " SET jit = off");
	if (!made)
		return -1;
	free(made);
	postgres_url(server, DATABASE, postgres_url_text,
		     sizeof(postgres_url_text));
	if (central_postgres.install(postgres_url_text, &problem) < 0) {
		fprintf(stderr, "%s\n", problem.text);
		return -1;
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	postgres_end(server);
	rows_dir_end(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(report_and_views_agree_cell_by_cell),
	};

	return cmocka_run_group_tests(tests, start, end);
}
