/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal/journal.h"
#include "tests/unit/support/rows.h"

#define NOW_MS 1795500000000

static char dir[200], path[256], archive[PATH_MAX];
static struct journal_problem problem;

static void add(struct journal *journal, const char *kind, const char *service,
		int64_t number, const char *detail)
{
	struct journal_row row = {.at_ms = NOW_MS - 1000 + number,
				  .day = "2026-11-24",
				  .kind = kind,
				  .service = service,
				  .has_number = number > 0,
				  .number = number,
				  .detail = detail};

	assert_int_equal(journal_append(journal, &row), 0);
}

/* A day in which A031 waits where open, else all are done with. */
static void make_day(bool open)
{
	struct journal *journal;

	assert_int_equal(journal_open(dir, NOW_MS - 5000, &journal, &problem),
			 0);
	add(journal, "day_opened", NULL, 0,
	    "{\"carried\":false,\"clock_set\":true,\"utc_offset_s\":25200,"
	    "\"seeds\":{\"land\":{\"prefix\":\"A\",\"last\":30,"
	    "\"issued_at_ms\":5,\"clock\":\"set\"}}}");
	add(journal, "issued", "land", 31, "{\"ticket\":\"A031\"}");
	add(journal, "issued", "civil", 1, "{\"ticket\":\"BC001\"}");
	add(journal, "called", "civil", 1, "{\"ticket\":\"BC001\"}");
	add(journal, "finished", "civil", 1, "{\"ticket\":\"BC001\"}");
	if (!open)
		add(journal, "no_show", "land", 31, "{\"ticket\":\"A031\"}");
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
}

static void assert_asked(const char *file, const char *sql, const char *want)
{
	char *have = rows_ask(file, sql);

	assert_non_null(have);
	assert_string_equal(have, want);
	free(have);
}

static void assert_verifies(const char *file, int64_t want)
{
	struct journal *journal;
	int64_t rows;

	assert_int_equal(journal_open_reader(file, &journal, &problem), 0);
	if (journal_verify(journal, &rows, &problem) != 0)
		fail_msg("%s", problem.text);
	assert_int_equal(rows, want);
	journal_close(journal);
}

static void the_new_journal_names_the_old_and_the_numbers_go_on(void **state)
{
	char sql[300];
	char *was;

	(void)state;
	make_day(false);
	was = rows_ask(path, "SELECT (SELECT value FROM meta WHERE name = "
			     "'journal'), seq, lower(hex(chain)), 'a fork', "
			     "'journal_opened' FROM events WHERE seq = 7");
	assert_int_equal(journal_rebase(dir, NOW_MS, NULL, "a fork", false,
					archive, &problem),
			 0);
	snprintf(sql, sizeof(sql),
		 "SELECT detail ->> 'previous', detail ->> 'previous_seq', "
		 "detail ->> 'previous_chain', detail ->> 'reason', kind "
		 "FROM events WHERE seq = 1");
	assert_asked(path, sql, was);
	free(was);
	assert_asked(path,
		     "SELECT kind, day, detail ->> '$.seeds.land.last', "
		     "detail ->> '$.seeds.civil.last', "
		     "detail ->> '$.seeds.civil.prefix', "
		     "detail ->> 'utc_offset_s', detail ->> 'carried' "
		     "FROM events WHERE seq > 1",
		     "day_opened|2026-11-24|31|1|BC|25200|0\n");
	assert_asked(path,
		     "SELECT value = detail ->> 'journal' FROM meta, events "
		     "WHERE name = 'journal' AND seq = 1",
		     "1\n");
	assert_verifies(path, 2);
	assert_verifies(archive, 7);
}

static void after_a_new_card_it_names_the_one_on_the_old(void **state)
{
	const struct journal_previous previous =
	    {.id = "0123456789abcdef0123456789abcdef", .seq = 4711};

	(void)state;
	make_day(false);
	assert_int_equal(journal_rebase(dir, NOW_MS, &previous, "new card",
					false, archive, &problem),
			 0);
	assert_asked(path,
		     "SELECT detail ->> 'previous', detail ->> 'previous_seq', "
		     "detail ->> 'previous_chain', detail ->> 'reason' "
		     "FROM events WHERE seq = 1",
		     "0123456789abcdef0123456789abcdef|4711|\\N|new card\n");
	assert_verifies(path, 2);
}

static void the_writer_opens_it_and_goes_on(void **state)
{
	struct journal *journal;

	(void)state;
	make_day(false);
	assert_int_equal(journal_rebase(dir, NOW_MS, NULL, "fork", false,
					archive, &problem),
			 0);
	assert_int_equal(journal_open(dir, NOW_MS, &journal, &problem), 0);
	add(journal, "issued", "land", 32, NULL);
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
	assert_verifies(path, 3);
}

static void tickets_that_wait_are_not_given_up_unasked(void **state)
{
	(void)state;
	make_day(true);
	assert_int_equal(journal_rebase(dir, NOW_MS, NULL, "fork", false,
					archive, &problem),
			 -EAGAIN);
	assert_non_null(strstr(problem.text, "--force"));
	assert_verifies(path, 6);
	assert_int_equal(journal_rebase(dir, NOW_MS, NULL, "fork", true,
					archive, &problem),
			 0);
	assert_verifies(path, 2);
}

static void a_journal_that_is_written_is_left_alone(void **state)
{
	struct journal *journal;

	(void)state;
	make_day(false);
	assert_int_equal(journal_open(dir, NOW_MS, &journal, &problem), 0);
	assert_int_equal(journal_rebase(dir, NOW_MS, NULL, "fork", false,
					archive, &problem),
			 -EBUSY);
	journal_close(journal);
	assert_verifies(path, 7);
}

static void a_day_that_was_never_opened_needs_no_numbers(void **state)
{
	struct journal *journal;

	(void)state;
	assert_int_equal(journal_open(dir, NOW_MS, &journal, &problem), 0);
	journal_close(journal);
	assert_int_equal(journal_rebase(dir, NOW_MS, NULL, "fork", false,
					archive, &problem),
			 0);
	assert_verifies(path, 1);
}

static int set_up(void **state)
{
	(void)state;
	rows_dir(dir, sizeof(dir));
	snprintf(path, sizeof(path), "%s/journal.db", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rows_dir_end(dir);
	return 0;
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_new_journal_names_the_old_and_the_numbers_go_on),
	    TEST(after_a_new_card_it_names_the_one_on_the_old),
	    TEST(the_writer_opens_it_and_goes_on),
	    TEST(tickets_that_wait_are_not_given_up_unasked),
	    TEST(a_journal_that_is_written_is_left_alone),
	    TEST(a_day_that_was_never_opened_needs_no_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
