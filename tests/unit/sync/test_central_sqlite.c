/* SPDX-License-Identifier: MIT */
/* What is SQLite's own: the file. The answers: test_central.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/central.h"
#include "tests/unit/support/rows.h"

static char dir[200], path[PATH_MAX];
static struct central *central;
static struct central_problem problem;
static struct central_head head;

static int set_up(void **state)
{
	char url[PATH_MAX + 8];

	(void)state;
	rows_dir(dir, sizeof(dir));
	snprintf(path, sizeof(path), "%s/central.db", dir);
	snprintf(url, sizeof(url), "sqlite:%s", path);
	problem.text[0] = '\0';
	return central_sqlite.open(url, -1, &central, &problem);
}

static int tear_down(void **state)
{
	(void)state;
	central_sqlite.close(central);
	rows_dir_end(dir);
	return 0;
}

static int hello(void)
{
	return central_sqlite.hello(central, "k", "j", 0, &head, &problem);
}

static void run(const char *sql)
{
	char *done = rows_ask(path, sql);

	assert_non_null(done);
	free(done);
}

static void assert_asked(const char *sql, const char *want)
{
	char *have = rows_ask(path, sql);

	assert_non_null(have);
	assert_string_equal(have, want);
	free(have);
}

static void the_file_is_made_on_first_use(void **state)
{
	(void)state;
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(hello(), 0);
	assert_asked("PRAGMA journal_mode", "wal\n");
	assert_asked("PRAGMA user_version", "3\n");
}

static void an_idle_contact_writes_nothing(void **state)
{
	struct stat before, after;
	char wal[PATH_MAX + 8];

	(void)state;
	snprintf(wal, sizeof(wal), "%s-wal", path);
	assert_int_equal(hello(), 0);
	assert_int_equal(stat(wal, &before), 0);
	assert_int_equal(hello(), 0);
	assert_int_equal(stat(wal, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

static void a_file_that_was_removed_is_made_anew(void **state)
{
	struct journal_row row = row_sample(0);
	struct central_head nothing = {0};
	enum central_verdict verdict;

	(void)state;
	assert_int_equal(hello(), 0);
	assert_int_equal(unlink(path), 0);
	rows_chain(&row, 1, 1, NULL);
	assert_int_equal(central_sqlite.append(central, "k", "j", &nothing,
					       &row, 1, NULL, &verdict, &head,
					       &problem),
			 0);
	assert_int_equal(verdict, CENTRAL_TAKEN);
	assert_asked("SELECT count(*) FROM events", "1\n");
}

static void another_sqlite_file_is_left_as_it_is(void **state)
{
	(void)state;
	run("CREATE TABLE events (x)");
	assert_int_equal(hello(), -EBADMSG);
	assert_non_null(strstr(problem.text, "no central log"));
	assert_asked("SELECT count(*) FROM sqlite_schema", "1\n");
	assert_asked("PRAGMA journal_mode", "delete\n");
}

static void a_text_file_is_refused(void **state)
{
	FILE *file = fopen(path, "w");

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 200; i++)
		fputs("this is no database at all\n", file);
	fclose(file);
	assert_int_equal(hello(), -EBADMSG);
	assert_non_null(strstr(problem.text, path));
}

static void a_newer_schema_is_refused(void **state)
{
	char url[PATH_MAX + 8];

	(void)state;
	assert_int_equal(hello(), 0);
	run("PRAGMA user_version = 4");
	snprintf(url, sizeof(url), "sqlite:%s", path);
	assert_int_equal(central_sqlite.install(url, &problem), -EPROTO);
	assert_non_null(strstr(problem.text, "newer kiosk-sync"));
}

static void a_missing_directory_is_told(void **state)
{
	char url[PATH_MAX + 8];

	(void)state;
	snprintf(url, sizeof(url), "sqlite:%s/no/central.db", dir);
	assert_int_equal(central_sqlite.install(url, &problem), -ENOENT);
	assert_non_null(strstr(problem.text, "directory"));
}

static void a_log_that_another_holds_is_told(void **state)
{
	struct central_head nothing = {0};
	struct journal_row row = row_sample(0);
	enum central_verdict verdict;
	sqlite3 *db;

	(void)state;
	assert_int_equal(hello(), 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
			 SQLITE_OK);
	rows_chain(&row, 1, 1, NULL);
	assert_int_equal(central_sqlite.append(central, "k", "j", &nothing,
					       &row, 1, NULL, &verdict, &head,
					       &problem),
			 -EBUSY);
	assert_non_null(strstr(problem.text, "another program"));
	sqlite3_close(db);
	assert_int_equal(central_sqlite.append(central, "k", "j", &nothing,
					       &row, 1, NULL, &verdict, &head,
					       &problem),
			 0);
	assert_int_equal(verdict, CENTRAL_TAKEN);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_file_is_made_on_first_use),
	    TEST(an_idle_contact_writes_nothing),
	    TEST(a_file_that_was_removed_is_made_anew),
	    TEST(another_sqlite_file_is_left_as_it_is),
	    TEST(a_text_file_is_refused),
	    TEST(a_newer_schema_is_refused),
	    TEST(a_missing_directory_is_told),
	    TEST(a_log_that_another_holds_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
