/* SPDX-License-Identifier: MIT */
/* What the journal's tests share: a directory of their own, rows, and hands
 * that change a journal behind its back. */
#ifndef KIOSK_TEST_JOURNAL_SCRATCH_H
#define KIOSK_TEST_JOURNAL_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/journal.h"

#define NOW_MS 1795651200000LL

struct scratch {
	char dir[160];    /* exists */
	char state[180];  /* dir/state, what journal_open() gets */
	char file[200];   /* state/journal.db */
	char text[65536]; /* for whatever a test reads */
};

static inline int scratch_setup(void **state)
{
	struct scratch *scratch = calloc(1, sizeof(*scratch));
	const char *base = getenv("TMPDIR");

	if (!scratch)
		return -1;
	snprintf(scratch->dir, sizeof(scratch->dir), "%s/journal-XXXXXX",
		 base ? base : "/tmp");
	if (!mkdtemp(scratch->dir)) {
		free(scratch);
		return -1;
	}
	snprintf(scratch->state, sizeof(scratch->state), "%s/state",
		 scratch->dir);
	snprintf(scratch->file, sizeof(scratch->file), "%s/journal.db",
		 scratch->state);
	*state = scratch;
	return 0;
}

static inline int scratch_unlink(const char *path, const struct stat *status,
				 int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

static inline int scratch_teardown(void **state)
{
	struct scratch *scratch = *state;
	int rc = nftw(scratch->dir, scratch_unlink, 8, FTW_DEPTH | FTW_PHYS);

	free(scratch);
	return rc;
}

#define SCRATCH_TEST(test) \
	cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

static inline struct journal *scratch_open(struct scratch *scratch)
{
	struct journal_problem problem;
	struct journal *journal;

	if (journal_open(scratch->state, NOW_MS, &journal, &problem) != 0)
		fail_msg("journal_open: %s", problem.text);
	return journal;
}

static inline struct journal *scratch_read(struct scratch *scratch)
{
	struct journal_problem problem;
	struct journal *journal;

	if (journal_open_reader(scratch->file, &journal, &problem) != 0)
		fail_msg("journal_open_reader: %s", problem.text);
	return journal;
}

/* An issued row; key may be NULL. */
static inline struct journal_row scratch_row(int64_t number, const char *key)
{
	return (struct journal_row){
	    .at_ms = NOW_MS + number,
	    .day = "2026-11-24",
	    .kind = "issued",
	    .service = "land",
	    .number = number,
	    .has_number = true,
	    .class = "normal",
	    .actor = "button:land",
	    .detail = "{\"ticket\":\"A001\",\"ahead\":0}",
	    .key = key,
	};
}

static inline void scratch_append(struct journal *journal, int64_t number,
				  const char *key)
{
	struct journal_row row = scratch_row(number, key);

	assert_int_equal(journal_append(journal, &row), 0);
}

/* A journal with rows 1..n, closed. */
static inline void scratch_fill(struct scratch *scratch, int64_t n)
{
	struct journal *journal = scratch_open(scratch);

	for (int64_t i = 1; i < n; i++)
		scratch_append(journal, i, NULL);
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
}

static inline int64_t scratch_head(struct journal *journal)
{
	uint8_t chain[JOURNAL_CHAIN_SIZE];
	int64_t seq = -1;

	assert_int_equal(journal_head(journal, &seq, chain), 0);
	return seq;
}

/* Changes the journal as a doctor would: by SQL, past our code. */
static inline void scratch_sql(const char *file, const char *sql)
{
	char *message = NULL;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
	sqlite3_close(db);
}

/* The whole chain holds, and there are that many rows. */
static inline void scratch_verify(struct scratch *scratch, int64_t want)
{
	struct journal *journal = scratch_read(scratch);
	struct journal_problem problem;
	int64_t rows;

	if (journal_verify(journal, &rows, &problem) != 0)
		fail_msg("journal_verify: %s", problem.text);
	if (want >= 0)
		assert_int_equal(rows, want);
	journal_close(journal);
}

static inline size_t scratch_load(const char *file, char *bytes, size_t size)
{
	FILE *from = fopen(file, "r");
	size_t n;

	assert_non_null(from);
	n = fread(bytes, 1, size, from);
	fclose(from);
	return n;
}

static inline void scratch_save(const char *file, const void *bytes, size_t n)
{
	FILE *to = fopen(file, "w");

	assert_non_null(to);
	assert_int_equal(fwrite(bytes, 1, n, to), n);
	assert_int_equal(fclose(to), 0);
}

#endif
