/* SPDX-License-Identifier: MIT */
#include "scratch.h"

/* A day_opened row, or another one. */
struct step {
	const char *day;
	enum { NATURAL, CARRIED, BROKEN, OTHER } kind;
};

static void put(struct journal *journal, const struct step *step)
{
	static const char *const details[] = {
	    [NATURAL] = "{\"carried\":false,\"seeds\":{}}",
	    [CARRIED] = "{\"carried\":true,\"seeds\":{}}",
	    [BROKEN] = "{\"carried\":",
	};
	struct journal_row row = scratch_row(1, NULL);

	if (step->kind != OTHER) {
		row.kind = "day_opened";
		row.detail = details[step->kind];
	}
	row.day = step->day;
	assert_int_equal(journal_append(journal, &row), 0);
}

/* The first step's row is the journal's second. */
static struct journal *make(struct scratch *scratch, const struct step *steps,
			    size_t n)
{
	struct journal *journal = scratch_open(scratch);

	for (size_t i = 0; i < n; i++)
		put(journal, &steps[i]);
	assert_int_equal(journal_commit(journal), 0);
	return journal;
}

static void assert_runs(struct journal *journal, const char *day,
			const struct journal_run *want, size_t n_want)
{
	struct journal_run *runs;
	size_t n;

	assert_int_equal(journal_day_runs(journal, day, &runs, &n), 0);
	assert_int_equal(n, n_want);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(runs[i].first_seq, want[i].first_seq);
		assert_int_equal(runs[i].last_seq, want[i].last_seq);
	}
	free(runs);
}

static void a_day_is_a_run(void **state)
{
	static const struct step steps[] = {
	    {"2026-11-24", NATURAL},
	    {"2026-11-24", OTHER},
	    {"2026-11-25", NATURAL},
	    {"2026-11-25", OTHER},
	};
	struct journal *journal = make(*state, steps, 4);

	assert_runs(journal, "2026-11-24", &(struct journal_run){2, 3}, 1);
	assert_runs(journal, "2026-11-25", &(struct journal_run){4, INT64_MAX},
		    1);
	assert_runs(journal, "2026-11-26", NULL, 0);
	assert_runs(journal, "", NULL, 0);
	journal_close(journal);
}

static void days_that_carry_each_other_on_are_one_run(void **state)
{
	static const struct step steps[] = {
	    {"2026-11-23", NATURAL}, {"2026-11-24", NATURAL},
	    {"2026-11-25", CARRIED}, {"2026-11-24", CARRIED},
	    {"2026-11-24", OTHER},   {"2026-11-25", NATURAL},
	};
	struct journal *journal = make(*state, steps, 6);

	assert_runs(journal, "2026-11-24", &(struct journal_run){3, 6}, 1);
	assert_runs(journal, "2026-11-25",
		    (const struct journal_run[]){{3, 6}, {7, INT64_MAX}}, 2);
	journal_close(journal);
}

static void a_day_opened_twice_has_two_runs(void **state)
{
	static const struct step steps[] = {
	    {"2026-11-24", NATURAL},
	    {"2026-11-25", NATURAL},
	    {"2026-11-24", NATURAL},
	};
	struct journal *journal = make(*state, steps, 3);

	assert_runs(journal, "2026-11-24",
		    (const struct journal_run[]){{2, 2}, {4, INT64_MAX}}, 2);
	journal_close(journal);
}

static void a_detail_that_does_not_parse_begins_nothing(void **state)
{
	static const struct step steps[] = {
	    {"2026-11-23", BROKEN},
	    {"2026-11-24", NATURAL},
	    {"2026-11-25", BROKEN},
	};
	struct journal *journal = make(*state, steps, 3);

	assert_runs(journal, "2026-11-23", &(struct journal_run){1, 2}, 1);
	assert_runs(journal, "2026-11-25", &(struct journal_run){3, INT64_MAX},
		    1);
	journal_close(journal);
}

static void the_day_is_found_by_an_index(void **state)
{
	struct scratch *scratch = *state;
	sqlite3_stmt *statement;
	sqlite3 *db;
	const char *plan;

	scratch_fill(scratch, 1);
	assert_int_equal(sqlite3_open(scratch->file, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db,
			       "EXPLAIN QUERY PLAN SELECT seq FROM events "
			       "WHERE kind = 'day_opened' AND day = ?1 "
			       "ORDER BY seq",
			       -1, &statement, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	plan = (const char *)sqlite3_column_text(statement, 3);
	if (!strstr(plan, "events_day ") || strstr(plan, "SCAN"))
		fail_msg("%s", plan);
	assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

static void a_journal_of_the_first_schema_answers_and_is_migrated(void **state)
{
	static const struct step steps[] = {
	    {"2026-11-24", NATURAL},
	    {"2026-11-25", NATURAL},
	};
	struct scratch *scratch = *state;
	struct journal *journal = make(scratch, steps, 2);

	journal_close(journal);
	scratch_sql(scratch->file, "DROP INDEX events_day;"
				   "PRAGMA user_version = 1");
	journal = scratch_read(scratch);
	assert_runs(journal, "2026-11-24", &(struct journal_run){2, 2}, 1);
	journal_close(journal);
	journal = scratch_open(scratch);
	assert_runs(journal, "2026-11-24", &(struct journal_run){2, 2}, 1);
	journal_close(journal);
	/* Fails where the index is not there. */
	scratch_sql(scratch->file, "DROP INDEX events_day");
	scratch_verify(scratch, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(a_day_is_a_run),
	    SCRATCH_TEST(days_that_carry_each_other_on_are_one_run),
	    SCRATCH_TEST(a_day_opened_twice_has_two_runs),
	    SCRATCH_TEST(a_detail_that_does_not_parse_begins_nothing),
	    SCRATCH_TEST(the_day_is_found_by_an_index),
	    SCRATCH_TEST(a_journal_of_the_first_schema_answers_and_is_migrated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
