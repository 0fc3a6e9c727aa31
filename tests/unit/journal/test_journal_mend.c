/* SPDX-License-Identifier: MIT */
/* A journal beyond use: what is kept, what is set aside, where numbers go on.
 */
#include "scratch.h"

#include <dirent.h>

#include "journal/numbers.h"

#define ROWS 1200
#define PAGE 4096

static char bytes[1 << 20];

static struct journal_row number_row(char detail[64], int64_t number)
{
	struct journal_row row = scratch_row(number, NULL);

	snprintf(detail, 64, "{\"ticket\":\"A%03d\",\"ahead\":0}", (int)number);
	row.detail = detail;
	return row;
}

/* Rows 2..n as numbers 1..n-1, closed cleanly. */
static void fill(struct scratch *scratch, int64_t n)
{
	struct journal *journal = scratch_open(scratch);
	char detail[64];

	for (int64_t i = 1; i < n; i++) {
		struct journal_row row = number_row(detail, i);

		assert_int_equal(journal_append(journal, &row), 0);
		if (i % 50 == 0)
			assert_int_equal(journal_commit(journal), 0);
	}
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
}

static void overwrite(const char *file, long at, size_t n, int with)
{
	size_t size = scratch_load(file, bytes, sizeof(bytes));

	assert_true(size > (size_t)at + n);
	memset(bytes + at, with, n);
	scratch_save(file, bytes, size);
}

static struct journal *mend(struct scratch *scratch,
			    struct journal_mended *mended)
{
	struct journal_problem problem;
	struct journal *journal;

	if (journal_open_mending(scratch->state, NOW_MS, &journal, mended,
				 &problem) != 0)
		fail_msg("%s", problem.text);
	return journal;
}

static void id_of(struct scratch *scratch, char id[JOURNAL_ID_SIZE])
{
	struct journal *journal = scratch_read(scratch);

	memcpy(id, journal_id(journal), JOURNAL_ID_SIZE);
	journal_close(journal);
}

/* The file that was set aside is the very one that was there. */
static void assert_aside(struct scratch *scratch,
			 const struct journal_mended *mended,
			 const char *content, size_t n)
{
	char path[300], name[64], *have = malloc(n + 1);

	assert_non_null(have);
	snprintf(path, sizeof(path), "%s/%s", scratch->state, mended->aside);
	assert_int_equal(scratch_load(path, have, n + 1), n);
	assert_memory_equal(have, content, n);
	assert_true(journal_find_aside(scratch->state, name));
	assert_string_equal(name, mended->aside);
	free(have);
}

static void whole_journal_is_left_alone(void **state)
{
	struct journal_mended mended;

	fill(*state, 10);
	journal_close(mend(*state, &mended));
	assert_string_equal(mended.aside, "");
	scratch_verify(*state, 10);
}

/* Nothing of SQLite's own can be read: all rows are there all the same. */
static void lost_header_costs_nothing(void **state)
{
	struct scratch *scratch = *state;
	struct journal_mended mended;
	struct journal_lost lost;
	struct journal *journal;
	char id[JOURNAL_ID_SIZE];
	char *broken;
	size_t n;

	fill(scratch, ROWS);
	id_of(scratch, id);
	overwrite(scratch->file, 0, PAGE, 0xa5);
	n = scratch_load(scratch->file, bytes, sizeof(bytes));
	broken = malloc(n);
	assert_non_null(broken);
	memcpy(broken, bytes, n);
	journal = mend(scratch, &mended);
	assert_string_equal(journal_id(journal), id);
	assert_false(mended.anew);
	assert_int_equal(mended.n, 1);
	assert_int_equal(mended.spans[0].state, JOURNAL_KEPT);
	assert_int_equal(mended.spans[0].first_seq, 1);
	assert_int_equal(mended.spans[0].last_seq, ROWS);
	/* Nothing is missing at its end: numbers go on by one. */
	assert_false(journal_lost(journal, &lost));
	journal_close(journal);
	scratch_verify(scratch, ROWS);
	assert_aside(scratch, &mended, broken, n);
	free(broken);
}

static void lost_page_in_the_middle_costs_what_stood_before(void **state)
{
	struct scratch *scratch = *state;
	struct journal_mended mended;
	struct journal_lost lost;
	struct journal_problem problem;
	struct journal *journal;
	char id[JOURNAL_ID_SIZE];
	size_t n;

	fill(scratch, ROWS);
	id_of(scratch, id);
	n = scratch_load(scratch->file, bytes, sizeof(bytes));
	overwrite(scratch->file, (long)(n / PAGE / 2) * PAGE, PAGE, 0);
	/* It is not the tail, so nobody notices by himself. */
	assert_int_equal(journal_mend(scratch->state, NOW_MS, "asked for",
				      &mended, &problem),
			 0);
	assert_int_equal(mended.n, 4);
	assert_int_equal(mended.spans[0].state, JOURNAL_LEFT);
	assert_int_equal(mended.spans[0].first_seq, 1);
	assert_int_equal(mended.spans[1].state, JOURNAL_GONE);
	assert_int_equal(mended.spans[2].state, JOURNAL_UNLINKED);
	assert_int_equal(mended.spans[3].state, JOURNAL_KEPT);
	assert_int_equal(mended.spans[3].last_seq, ROWS);
	for (size_t i = 1; i < mended.n; i++)
		assert_int_equal(mended.spans[i].first_seq,
				 mended.spans[i - 1].last_seq + 1);
	assert_string_equal(mended.spans[3].first_day, "2026-11-24");
	journal = scratch_open(scratch);
	assert_string_equal(journal_id(journal), id);
	assert_int_equal(scratch_head(journal), ROWS);
	/* The day began before: what it gave out replay cannot know. */
	assert_true(journal_lost(journal, &lost));
	assert_int_equal(lost.floors[0].last, ROWS - 1);
	journal_close(journal);
	scratch_verify(scratch, ROWS - mended.spans[3].first_seq + 1);
}

/* Rows that only the -wal has are found there. */
static void rows_of_the_wal_are_kept(void **state)
{
	struct scratch *scratch = *state;
	struct journal_mended mended;
	struct journal *journal;
	char wal[256], detail[64];
	size_t n;

	snprintf(wal, sizeof(wal), "%s-wal", scratch->file);
	journal = scratch_open(scratch);
	for (int i = 1; i <= 20; i++) {
		struct journal_row row = number_row(detail, i);

		assert_int_equal(journal_append(journal, &row), 0);
		assert_int_equal(journal_commit(journal), 0);
	}
	n = scratch_load(wal, bytes, sizeof(bytes));
	assert_true(n > 0);
	memcpy(scratch->text, bytes, n < 65536 ? n : 65536);
	assert_true(n < 65536 * 8);
	{
		char *copy = malloc(n);

		assert_non_null(copy);
		memcpy(copy, bytes, n);
		journal_close(journal);
		/* As a kill leaves it, and then the file's begin is lost. */
		scratch_sql(scratch->file, "DELETE FROM events WHERE seq > 1");
		scratch_save(wal, copy, n);
		free(copy);
	}
	overwrite(scratch->file, 0, 100, 0);
	journal_close(mend(scratch, &mended));
	assert_int_equal(mended.spans[mended.n - 1].last_seq, 21);
	scratch_verify(scratch, 21);
}

static void expect_floor(struct journal *journal, uint32_t want,
			 uint32_t others)
{
	struct journal_lost lost;

	assert_true(journal_lost(journal, &lost));
	assert_int_equal(lost.others, others);
	assert_int_equal(lost.n, want > 0);
	if (want > 0) {
		assert_string_equal(lost.floors[0].prefix, "A");
		assert_int_equal(lost.floors[0].last, want);
	}
}

static int see_first(void *arg, const struct journal_row *row)
{
	snprintf(arg, 2000, "%s", row->detail);
	return 1;
}

/* The numbers beside it tell where to go on, exactly. */
static void journal_of_zeros_begins_anew_behind_its_numbers(void **state)
{
	struct scratch *scratch = *state;
	char id[JOURNAL_ID_SIZE], detail[2000], want[100];
	struct journal_mended mended;
	struct journal *journal;

	fill(scratch, 301);
	id_of(scratch, id);
	memset(bytes, 0, sizeof(bytes));
	scratch_save(scratch->file, bytes, 40000);
	journal = mend(scratch, &mended);
	assert_true(mended.anew);
	assert_string_equal(mended.old, id);
	expect_floor(journal, 300, 0);
	assert_int_equal(journal_each(journal, 0, 1, see_first, detail), 1);
	snprintf(want, sizeof(want), "\"previous\":\"%s\",\"previous_seq\":301",
		 id);
	assert_non_null(strstr(detail, want));
	assert_non_null(strstr(detail, "\"reason\":"));
	assert_non_null(strstr(detail, mended.aside));
	journal_close(journal);
	/* Until the numbers are raised, each start has to do it. */
	journal = scratch_open(scratch);
	expect_floor(journal, 300, 0);
	journal_settle(journal);
	journal_close(journal);
	journal = scratch_open(scratch);
	assert_false(journal_lost(journal, &(struct journal_lost){0}));
	journal_close(journal);
	scratch_verify(scratch, 1);
	assert_aside(scratch, &mended, memset(bytes, 0, 40000), 40000);
}

/* A power cut may have lost what was not synced: then the ceiling counts. */
static void numbers_of_another_boot_count_up_to_their_ceiling(void **state)
{
	struct scratch *scratch = *state;
	struct journal_mended mended;
	struct journal *journal;
	struct numbers numbers;
	int fd;

	fill(scratch, 21);
	assert_int_equal(numbers_open(scratch->state, &numbers, &fd), 0);
	memcpy(numbers.boot, "another", sizeof("another"));
	assert_int_equal(numbers_write(&numbers, fd, true), 0);
	close(fd);
	scratch_save(scratch->file, "nothing", 7);
	journal = mend(scratch, &mended);
	expect_floor(journal, 200, 0);
	journal_close(journal);
}

static void nothing_known_begins_in_a_block_of_its_own(void **state)
{
	struct scratch *scratch = *state;
	struct journal_mended mended;
	struct journal *journal;
	char path[300];

	for (uint32_t i = 1; i <= 2; i++) {
		if (i == 1)
			fill(scratch, 21);
		snprintf(path, sizeof(path), "%s/numbers", scratch->state);
		assert_int_equal(unlink(path), 0);
		scratch_save(scratch->file, "nothing", 7);
		journal = mend(scratch, &mended);
		assert_true(mended.anew);
		expect_floor(journal, 0, 10000 * i);
		journal_close(journal);
	}
}

/* An older copy in its place, or a -wal that got lost: it looks whole. */
static void journal_that_went_back_says_so(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal;
	struct journal_lost lost;
	size_t n;
	char *old;

	fill(scratch, 21);
	n = scratch_load(scratch->file, bytes, sizeof(bytes));
	old = malloc(n);
	assert_non_null(old);
	memcpy(old, bytes, n);
	journal = scratch_open(scratch);
	for (int i = 21; i <= 30; i++) {
		char detail[64];
		struct journal_row row = number_row(detail, i);

		assert_int_equal(journal_append(journal, &row), 0);
	}
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
	scratch_save(scratch->file, old, n);
	free(old);
	journal = scratch_open(scratch);
	expect_floor(journal, 30, 0);
	assert_true(journal_lost(journal, &lost));
	assert_true(lost.same);
	assert_int_equal(lost.seq, 31);
	journal_close(journal);
}

static void missing_journal_is_named_by_the_next(void **state)
{
	struct scratch *scratch = *state;
	char id[JOURNAL_ID_SIZE], detail[2000], want[100];
	struct journal *journal;

	fill(scratch, 21);
	id_of(scratch, id);
	assert_int_equal(unlink(scratch->file), 0);
	journal = scratch_open(scratch);
	expect_floor(journal, 20, 0);
	assert_int_equal(journal_each(journal, 0, 1, see_first, detail), 1);
	snprintf(want, sizeof(want), "\"previous\":\"%s\",\"previous_seq\":21",
		 id);
	assert_non_null(strstr(detail, want));
	journal_close(journal);
}

static void mending_needs_the_lock_and_a_journal(void **state)
{
	struct scratch *scratch = *state;
	struct journal_mended mended;
	struct journal_problem problem;
	struct journal *journal;

	assert_int_equal(mkdir(scratch->state, 0755), 0);
	assert_int_equal(journal_mend(scratch->state, NOW_MS, "", &mended,
				      &problem),
			 -ENOENT);
	journal = scratch_open(scratch);
	assert_int_equal(journal_mend(scratch->state, NOW_MS, "", &mended,
				      &problem),
			 -EBUSY);
	journal_close(journal);
}

/* ---- deleted or replaced while it is open ---- */

static void put_back(struct scratch *scratch, const char *suffix,
		     const char *by)
{
	struct journal *journal = scratch_open(scratch);
	struct journal_row row = scratch_row(99, NULL);
	char path[256];
	bool mended;

	for (int i = 1; i <= 5; i++)
		scratch_append(journal, i, NULL);
	assert_int_equal(journal_commit(journal), 0);
	assert_int_equal(journal_look(journal, &mended), 0);
	assert_false(mended);
	snprintf(path, sizeof(path), "%s%s", scratch->file, suffix);
	assert_int_equal(unlink(path), 0);
	if (by)
		scratch_save(path, by, strlen(by));
	/* Nothing is taken that nobody would find again. */
	assert_int_equal(journal_append(journal, &row), -EIO);
	assert_int_equal(journal_look(journal, &mended), 0);
	assert_true(mended);
	scratch_append(journal, 6, NULL);
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
	scratch_verify(scratch, 7);
}

static void deleted_journal_is_put_back(void **state)
{
	put_back(*state, "", NULL);
}

static void replaced_journal_is_put_back_and_the_other_set_aside(void **state)
{
	struct scratch *scratch = *state;
	char name[64], path[300];

	put_back(scratch, "", "another file");
	assert_true(journal_find_aside(scratch->state, name));
	snprintf(path, sizeof(path), "%s/%s", scratch->state, name);
	assert_int_equal(scratch_load(path, bytes, sizeof(bytes)), 12);
	assert_memory_equal(bytes, "another file", 12);
}

static void deleted_wal_costs_nothing(void **state)
{
	put_back(*state, "-wal", NULL);
}

static void replaced_wal_costs_nothing(void **state)
{
	put_back(*state, "-wal", "not a log at all");
}

static void deleted_shm_costs_nothing(void **state)
{
	put_back(*state, "-shm", NULL);
}

/* In the middle of a turn, too, nothing is acknowledged. */
static void turn_under_way_is_refused(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	bool mended;

	scratch_append(journal, 1, NULL);
	assert_int_equal(unlink(scratch->file), 0);
	assert_int_equal(journal_commit(journal), -EIO);
	assert_int_equal(journal_look(journal, &mended), 0);
	assert_true(mended);
	assert_int_equal(scratch_head(journal), 1);
	scratch_append(journal, 1, NULL);
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
	scratch_verify(scratch, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(whole_journal_is_left_alone),
	    SCRATCH_TEST(lost_header_costs_nothing),
	    SCRATCH_TEST(lost_page_in_the_middle_costs_what_stood_before),
	    SCRATCH_TEST(rows_of_the_wal_are_kept),
	    SCRATCH_TEST(journal_of_zeros_begins_anew_behind_its_numbers),
	    SCRATCH_TEST(numbers_of_another_boot_count_up_to_their_ceiling),
	    SCRATCH_TEST(nothing_known_begins_in_a_block_of_its_own),
	    SCRATCH_TEST(journal_that_went_back_says_so),
	    SCRATCH_TEST(missing_journal_is_named_by_the_next),
	    SCRATCH_TEST(mending_needs_the_lock_and_a_journal),
	    SCRATCH_TEST(deleted_journal_is_put_back),
	    SCRATCH_TEST(replaced_journal_is_put_back_and_the_other_set_aside),
	    SCRATCH_TEST(deleted_wal_costs_nothing),
	    SCRATCH_TEST(replaced_wal_costs_nothing),
	    SCRATCH_TEST(deleted_shm_costs_nothing),
	    SCRATCH_TEST(turn_under_way_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
