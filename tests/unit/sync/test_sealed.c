/* SPDX-License-Identifier: MIT */
/* A sealed export: written, read, damaged in every way, and brought in. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/import.h"
#include "sync/sealed.h"
#include "tests/unit/queue/random.h"
#include "tests/unit/support/rows.h"

#define KIOSK "k-01"

static char dir[200], file[256], central[256], url[300];
static struct central_problem problem;
static struct import_result result;

static struct journal *open_journal(void)
{
	struct journal_problem why;
	struct journal *journal;
	char path[256];

	snprintf(path, sizeof(path), "%s/journal.db", dir);
	if (journal_open_reader(path, &journal, &why) < 0)
		fail_msg("%s", why.text);
	return journal;
}

static int write_from(int64_t after_seq)
{
	struct journal *journal = open_journal();
	struct seal_key key;
	int status;

	assert_int_equal(seal_key_load(dir, &key, &problem), 0);
	status =
	    sealed_write(journal, KIOSK, &key, after_seq, file, NULL, &problem);
	journal_close(journal);
	return status;
}

static int bring_in(void)
{
	return import_file(&central_sqlite, url, -1, file, &result, &problem);
}

static void assert_held(const char *sql, const char *want)
{
	char *have = rows_ask(central, sql);

	assert_non_null(have);
	assert_string_equal(have, want);
	free(have);
}

static char *read_file(size_t *size)
{
	FILE *in = fopen(file, "r");
	char *text = malloc(4 << 20);

	assert_non_null(in);
	assert_non_null(text);
	*size = fread(text, 1, 4 << 20, in);
	fclose(in);
	return text;
}

static void write_file(const char *text, size_t size)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
}

static void a_journal_without_a_network_comes_in_whole(void **state)
{
	char path[256];
	char *ours, *theirs;
	static const char sql[] = "SELECT seq, at_ms, day, kind, service, "
				  "number, class, counter, actor, detail, key, "
				  "hex(chain) FROM events ORDER BY seq";

	(void)state;
	rows_journal(dir, 4500);
	assert_int_equal(write_from(0), 0);
	assert_int_equal(bring_in(), 0);
	assert_int_equal(result.added, 4500);
	assert_string_equal(result.title.kiosk, KIOSK);
	snprintf(path, sizeof(path), "%s/journal.db", dir);
	ours = rows_ask(path, sql);
	theirs = rows_ask(central, sql);
	assert_string_equal(ours, theirs);
	free(ours);
	free(theirs);
	assert_held("SELECT seq, length(signature) FROM checkpoints",
		    "4500|64\n");
}

static void bringing_it_in_twice_adds_nothing(void **state)
{
	(void)state;
	rows_journal(dir, 700);
	assert_int_equal(write_from(0), 0);
	assert_int_equal(bring_in(), 0);
	assert_int_equal(bring_in(), 0);
	assert_int_equal(result.added, 0);
	assert_int_equal(result.head.seq, 700);
	assert_held("SELECT count(*) FROM events", "700\n");
}

static void an_older_stick_after_a_newer_adds_nothing(void **state)
{
	char older[280];

	(void)state;
	rows_journal(dir, 300);
	assert_int_equal(write_from(0), 0);
	snprintf(older, sizeof(older), "%s.older", file);
	assert_int_equal(rename(file, older), 0);
	rows_journal_more(dir, 300);
	assert_int_equal(write_from(0), 0);
	assert_int_equal(bring_in(), 0);
	assert_int_equal(rename(older, file), 0);
	assert_int_equal(bring_in(), 0);
	assert_int_equal(result.added, 0);
	assert_held("SELECT count(*) FROM events", "600\n");
}

static void the_next_stick_continues_the_last(void **state)
{
	(void)state;
	rows_journal(dir, 700);
	assert_int_equal(write_from(0), 0);
	assert_int_equal(bring_in(), 0);
	rows_journal_more(dir, 800);
	assert_int_equal(write_from(600), 0);
	assert_int_equal(bring_in(), 0);
	assert_int_equal(result.added, 800);
	assert_held("SELECT count(*), max(seq) FROM events", "1500|1500\n");
}

static void rows_that_are_missing_in_between_are_named(void **state)
{
	(void)state;
	rows_journal(dir, 700);
	assert_int_equal(write_from(500), 0);
	assert_int_equal(bring_in(), -ERANGE);
	assert_non_null(strstr(problem.text, "--from 1"));
	assert_held("SELECT count(*) FROM events", "0\n");
}

static void what_is_left_of_a_pruned_journal_continues_the_last(void **state)
{
	(void)state;
	rows_journal(dir, 1000);
	assert_int_equal(write_from(0), 0);
	assert_int_equal(bring_in(), 0);
	rows_prune(dir, 700);
	rows_journal_more(dir, 50);
	assert_int_equal(write_from(600), -ENOENT);
	assert_int_equal(write_from(700), 0);
	assert_int_equal(bring_in(), 0);
	assert_held("SELECT count(*), max(seq) FROM events", "1050|1050\n");
}

static void a_row_that_is_not_there_is_no_beginning(void **state)
{
	(void)state;
	rows_journal(dir, 10);
	assert_int_equal(write_from(11), -ENOENT);
	assert_int_equal(access(file, F_OK), -1);
}

static void another_history_is_a_fork_and_noted(void **state)
{
	char path[256], saved[280];

	(void)state;
	snprintf(path, sizeof(path), "%s/journal.db", dir);
	snprintf(saved, sizeof(saved), "VACUUM INTO '%s/saved.db'", dir);
	rows_journal(dir, 50);
	free(rows_ask(path, saved));
	rows_journal_more(dir, 5);
	assert_int_equal(write_from(0), 0);
	assert_int_equal(bring_in(), 0);
	snprintf(saved, sizeof(saved), "%s/saved.db", dir);
	assert_int_equal(rename(saved, path), 0);
	rows_journal_other(dir, 30);
	assert_int_equal(write_from(0), 0);
	assert_int_equal(bring_in(), -ESTALE);
	assert_non_null(strstr(problem.text, "fork"));
	assert_held("SELECT kind, seq FROM faults", "fork|55\n");
	assert_held("SELECT count(*) FROM events", "55\n");
}

/* One byte changed anywhere: refused before anything is sent. */
static void no_changed_byte_gets_through(void **state)
{
	uint64_t seed = random_seed("no_changed_byte_gets_through");
	struct rng rng = {seed};
	size_t size;
	char *text;

	(void)state;
	rows_journal(dir, 20);
	assert_int_equal(write_from(0), 0);
	text = read_file(&size);
	for (int i = 0; i < 600; i++) {
		size_t at = rng_below(&rng, (uint32_t)size);
		char was = text[at];

		/* Not the bit that makes a hex digit its capital. */
		text[at] ^= (char)(1 << "\0\1\2\3\4\6\7"[rng_below(&rng, 7)]);
		write_file(text, size);
		if (bring_in() == 0)
			fail_msg("byte %zu was changed and nobody saw", at);
		assert_int_equal(access(central, F_OK), -1);
		text[at] = was;
	}
	/* Cut off anywhere. */
	for (int i = 0; i < 100; i++) {
		write_file(text, rng_below(&rng, (uint32_t)size));
		assert_int_equal(bring_in(), -EBADMSG);
	}
	write_file(text, size);
	assert_int_equal(bring_in(), 0);
	free(text);
}

static void a_file_that_is_none_is_told(void **state)
{
	(void)state;
	write_file("{\"a\":1}\n", 8);
	assert_int_equal(bring_in(), -EBADMSG);
	assert_non_null(strstr(problem.text, ":1: "));
	assert_non_null(strstr(problem.text, "--sealed"));
	unlink(file);
	assert_int_equal(bring_in(), -ENOENT);
	assert_non_null(strstr(problem.text, file));
}

static int set_up(void **state)
{
	(void)state;
	rows_dir(dir, sizeof(dir));
	snprintf(file, sizeof(file), "%s/stick.jsonl", dir);
	snprintf(central, sizeof(central), "%s/central.db", dir);
	snprintf(url, sizeof(url), "sqlite:%s", central);
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
	    TEST(a_journal_without_a_network_comes_in_whole),
	    TEST(bringing_it_in_twice_adds_nothing),
	    TEST(an_older_stick_after_a_newer_adds_nothing),
	    TEST(the_next_stick_continues_the_last),
	    TEST(rows_that_are_missing_in_between_are_named),
	    TEST(a_row_that_is_not_there_is_no_beginning),
	    TEST(what_is_left_of_a_pruned_journal_continues_the_last),
	    TEST(another_history_is_a_fork_and_noted),
	    TEST(no_changed_byte_gets_through),
	    TEST(a_file_that_is_none_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
