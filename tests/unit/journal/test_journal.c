/* SPDX-License-Identifier: MIT */
#include "scratch.h"

#include <signal.h>
#include <sys/resource.h>

#include "journal/chain.h"
#include "journal/journal_internal.h"

static int count(void *arg, const struct journal_row *row)
{
	(void)row;
	++*(int64_t *)arg;
	return 0;
}

static int64_t rows_in(struct journal *journal)
{
	int64_t n = 0;

	assert_int_equal(journal_each(journal, 0, 0, count, &n), 0);
	return n;
}

static void new_journal_begins_with_its_opening(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);

	assert_int_equal(scratch_head(journal), 1);
	assert_int_equal(strlen(journal_id(journal)), JOURNAL_ID_SIZE - 1);
	journal_close(journal);
	scratch_verify(scratch, 1);
}

static void rows_of_a_turn_are_durable_after_its_commit(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal *reader = scratch_read(scratch);

	scratch_append(journal, 1, NULL);
	scratch_append(journal, 2, NULL);
	assert_int_equal(scratch_head(journal), 1);
	assert_int_equal(scratch_head(reader), 1);
	assert_int_equal(journal_commit(journal), 0);
	assert_int_equal(scratch_head(journal), 3);
	assert_int_equal(scratch_head(reader), 3);
	journal_close(reader);
	journal_close(journal);
	scratch_verify(scratch, 3);
}

static void append_gives_seq_and_chain(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal_row row = scratch_row(1, NULL);
	uint8_t chain[JOURNAL_CHAIN_SIZE];
	int64_t seq;

	assert_int_equal(journal_head(journal, &seq, chain), 0);
	assert_int_equal(journal_append(journal, &row), 0);
	assert_int_equal(row.seq, 2);
	chain_next(chain, &row, chain);
	assert_memory_equal(chain, row.chain, sizeof(chain));
	journal_close(journal);
}

static void empty_turn_commits(void **state)
{
	struct journal *journal = scratch_open(*state);

	assert_int_equal(journal_commit(journal), 0);
	assert_int_equal(scratch_head(journal), 1);
	journal_close(journal);
}

static void rollback_undoes_the_turn_and_frees_its_seqs(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal_row row = scratch_row(3, NULL);

	scratch_append(journal, 1, "k");
	scratch_append(journal, 2, NULL);
	journal_rollback(journal);
	assert_int_equal(journal_commit(journal), 0);
	assert_int_equal(rows_in(journal), 1);
	assert_int_equal(journal_append(journal, &row), 0);
	assert_int_equal(row.seq, 2);
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
	scratch_verify(scratch, 2);
}

static void close_undoes_an_open_turn(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);

	scratch_append(journal, 1, NULL);
	journal_close(journal);
	scratch_verify(scratch, 1);
}

static void reopened_journal_goes_on(void **state)
{
	struct scratch *scratch = *state;
	char id[JOURNAL_ID_SIZE];
	struct journal *journal;

	journal = scratch_open(scratch);
	snprintf(id, sizeof(id), "%s", journal_id(journal));
	journal_close(journal);
	scratch_fill(scratch, 3);
	journal = scratch_open(scratch);
	assert_string_equal(journal_id(journal), id);
	assert_int_equal(scratch_head(journal), 3);
	journal_close(journal);
	scratch_verify(scratch, 3);
}

struct taken {
	int64_t seq, number;
	int calls;
};

static int take(void *arg, const struct journal_row *row)
{
	struct taken *taken = arg;

	taken->seq = row->seq;
	taken->number = row->number;
	taken->calls++;
	return 0;
}

static void key_is_found_in_the_turn_and_after_it(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct taken taken = {0};

	assert_int_equal(journal_find_key(journal, "k", take, &taken), -ENOENT);
	scratch_append(journal, 17, "k");
	assert_int_equal(journal_find_key(journal, "k", take, &taken), 0);
	assert_int_equal(taken.number, 17);
	journal_rollback(journal);
	assert_int_equal(journal_find_key(journal, "k", take, &taken), -ENOENT);
	scratch_append(journal, 18, "k");
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);

	journal = scratch_open(scratch);
	taken = (struct taken){0};
	assert_int_equal(journal_find_key(journal, "k", take, &taken), 0);
	assert_int_equal(taken.number, 18);
	assert_int_equal(taken.calls, 1);
	journal_close(journal);
}

static void used_key_is_refused_and_undoes_the_turn(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal_row row = scratch_row(2, "k");

	scratch_append(journal, 1, "k");
	assert_int_equal(journal_commit(journal), 0);
	scratch_append(journal, 7, NULL);
	assert_int_equal(journal_append(journal, &row), -EEXIST);
	assert_int_equal(journal_commit(journal), 0);
	assert_int_equal(scratch_head(journal), 2);
	scratch_append(journal, 3, "other");
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
	scratch_verify(scratch, 3);
}

static char long_text[JOURNAL_DETAIL_MAX + 2];

static const struct {
	const char *name;
	size_t field;
	const char *text;
	int want;
} fields[] = {
    {"separator in the actor", offsetof(struct journal_row, actor),
     "a\x1f"
     "b",
     -EINVAL},
    {"separator in the detail", offsetof(struct journal_row, detail),
     "{\"a\":\"\x1f\"}", -EINVAL},
    {"bad UTF-8 in the service", offsetof(struct journal_row, service), "l\xff",
     -EINVAL},
    {"cut-off UTF-8 in the detail", offsetof(struct journal_row, detail),
     "{\"a\":\"\xc4", -EINVAL},
    {"no kind", offsetof(struct journal_row, kind), NULL, -EINVAL},
    {"an empty kind", offsetof(struct journal_row, kind), "", -EINVAL},
    {"an empty key", offsetof(struct journal_row, key), "", -EINVAL},
    {"a key of 65", offsetof(struct journal_row, key),
     "01234567890123456789012345678901234567890123456789012345678901234",
     -EINVAL},
    {"a key of 64", offsetof(struct journal_row, key),
     "0123456789012345678901234567890123456789012345678901234567890123", 0},
    {"a key with a control character", offsetof(struct journal_row, key),
     "a\tb", -EINVAL},
    {"a key in Vietnamese", offsetof(struct journal_row, key), "khoá", -EINVAL},
    {"a detail too long", offsetof(struct journal_row, detail), long_text,
     -EINVAL},
    {"a detail of the full length", offsetof(struct journal_row, detail),
     long_text + 1, 0},
    {"an actor too long", offsetof(struct journal_row, actor),
     long_text + JOURNAL_DETAIL_MAX + 1 - 256, -EINVAL},
    {"Vietnamese in the actor", offsetof(struct journal_row, actor), "bà Lan",
     0},
};

static void fields_are_checked_without_undoing_the_turn(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	int64_t want = 2;

	memset(long_text, 'x', sizeof(long_text) - 1);
	scratch_append(journal, 1, NULL);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct journal_row row = scratch_row(2, NULL);
		int rc;

		memcpy((char *)&row + fields[i].field, &fields[i].text,
		       sizeof(fields[i].text));
		rc = journal_append(journal, &row);
		if (rc != fields[i].want)
			fail_msg("%s: %d", fields[i].name, rc);
		want += rc == 0;
	}
	assert_int_equal(journal_commit(journal), 0);
	assert_int_equal(scratch_head(journal), want);
	journal_close(journal);
	scratch_verify(scratch, want);
}

static void empty_text_is_kept_as_null(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal_row row = scratch_row(1, NULL);

	row.actor = "";
	row.detail = "";
	assert_int_equal(journal_append(journal, &row), 0);
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
	scratch_verify(scratch, 2);
}

static void add_day(struct journal *journal, const char *detail)
{
	struct journal_row row = {.at_ms = NOW_MS,
				  .day = "2026-11-24",
				  .kind = "day_opened",
				  .detail = detail};

	assert_int_equal(journal_append(journal, &row), 0);
}

static void replay_starts_at_the_last_day_not_carried_on(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	int64_t seq;

	assert_int_equal(journal_replay_start(journal, &seq), 0);
	assert_int_equal(seq, 0);
	add_day(journal, "{\"carried\":false,\"seeds\":{}}"); /* 2 */
	scratch_append(journal, 1, NULL);
	add_day(journal, "{\"carried\":false,\"seeds\":{}}"); /* 4 */
	scratch_append(journal, 1, NULL);
	assert_int_equal(journal_replay_start(journal, &seq), 0);
	assert_int_equal(seq, 4);
	add_day(journal, "{\"carried\":true,\"seeds\":{}}");
	add_day(journal, "{\"carried\":true,\"seeds\":{}}");
	assert_int_equal(journal_replay_start(journal, &seq), 0);
	assert_int_equal(seq, 4);
	add_day(journal, "{\"carried\":");
	add_day(journal, NULL);
	assert_int_equal(journal_replay_start(journal, &seq), 0);
	assert_int_equal(seq, 4);
	journal_close(journal);
}

static void reader_cannot_write(void **state)
{
	struct scratch *scratch = *state;
	struct journal_row row = scratch_row(1, NULL);
	struct journal *reader;

	scratch_fill(scratch, 2);
	reader = scratch_read(scratch);
	assert_int_equal(journal_append(reader, &row), -EROFS);
	assert_int_equal(scratch_head(reader), 2);
	journal_close(reader);
}

/* What a full disk is like, for a process that may not mount one: SQLite calls
 * EFBIG an I/O error, where ENOSPC is SQLITE_FULL (test_journal_disk.c). */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit = {.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void failed_writes_refuse_the_turn_and_later_ones_go_on(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	char detail[JOURNAL_DETAIL_MAX];
	int64_t durable = 1;
	int rc = 0;

	memset(detail, 'x', sizeof(detail) - 1);
	detail[sizeof(detail) - 1] = '\0';
	limit_files(256 * 1024);
	for (int i = 0; i < 100 && rc == 0; i++) {
		struct journal_row row = scratch_row(i + 1, NULL);

		row.detail = detail;
		rc = journal_append(journal, &row);
		if (rc == 0)
			rc = journal_commit(journal);
		durable += rc == 0;
	}
	limit_files(RLIM_INFINITY);
	assert_true(rc == -ENOSPC || rc == -EIO);
	assert_non_null(strstr(journal_fault(journal), scratch->file));
	assert_int_equal(scratch_head(journal), durable);

	scratch_append(journal, 1000, NULL);
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
	scratch_verify(scratch, durable + 1);
}

static void rows_by_another_hand_stop_the_writer(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal_row row = scratch_row(1, NULL);
	uint8_t chain[JOURNAL_CHAIN_SIZE];
	int64_t seq;

	scratch_sql(scratch->file, "INSERT INTO events (seq, at_ms, kind, "
				   "chain) VALUES (2, 0, 'x', zeroblob(32))");
	assert_int_equal(journal_append(journal, &row), -EIO);
	assert_int_equal(journal_append(journal, &row), -ESTALE);
	assert_int_equal(journal_head(journal, &seq, chain), -ESTALE);
	journal_close(journal);
}

/* SQLite reports what this returns as the commit's result, though the commit
 * was made (sqlite3_wal_hook()). */
static int say_it_failed(void *arg, sqlite3 *db, const char *name, int pages)
{
	const char *sql = arg;

	(void)name;
	(void)pages;
	if (sql)
		scratch_sql(sqlite3_db_filename(db, "main"), sql);
	return SQLITE_IOERR;
}

static void commit_that_is_in_the_file_counts_whatever_its_result(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);

	sqlite3_wal_hook(journal->db, say_it_failed, NULL);
	scratch_append(journal, 1, NULL);
	scratch_append(journal, 2, NULL);
	assert_int_equal(journal_commit(journal), 0);
	assert_int_equal(scratch_head(journal), 3);
	scratch_append(journal, 3, NULL);
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
	scratch_verify(scratch, 4);
}

static void file_that_says_neither_stops_the_writer(void **state)
{
	static char sql[] = "INSERT INTO events (seq, at_ms, kind, chain) "
			    "VALUES (3, 0, 'x', zeroblob(32))";
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal_row row = scratch_row(2, NULL);

	sqlite3_wal_hook(journal->db, say_it_failed, sql);
	scratch_append(journal, 1, NULL);
	assert_int_equal(journal_commit(journal), -ESTALE);
	assert_non_null(strstr(journal_fault(journal), "opened anew"));
	assert_int_equal(journal_append(journal, &row), -ESTALE);
	journal_close(journal);
}

static void writer_does_not_wait_long_for_a_shell(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal_row row = scratch_row(1, NULL);
	sqlite3 *shell;

	assert_int_equal(sqlite3_open(scratch->file, &shell), SQLITE_OK);
	assert_int_equal(sqlite3_exec(shell, "BEGIN IMMEDIATE", NULL, NULL,
				      NULL),
			 SQLITE_OK);
	assert_int_equal(journal_append(journal, &row), -EBUSY);
	assert_int_equal(sqlite3_exec(shell, "ROLLBACK", NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(journal_append(journal, &row), 0);
	assert_int_equal(journal_commit(journal), 0);
	sqlite3_close(shell);
	journal_close(journal);
	scratch_verify(scratch, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(new_journal_begins_with_its_opening),
	    SCRATCH_TEST(rows_of_a_turn_are_durable_after_its_commit),
	    SCRATCH_TEST(append_gives_seq_and_chain),
	    SCRATCH_TEST(empty_turn_commits),
	    SCRATCH_TEST(rollback_undoes_the_turn_and_frees_its_seqs),
	    SCRATCH_TEST(close_undoes_an_open_turn),
	    SCRATCH_TEST(reopened_journal_goes_on),
	    SCRATCH_TEST(key_is_found_in_the_turn_and_after_it),
	    SCRATCH_TEST(used_key_is_refused_and_undoes_the_turn),
	    SCRATCH_TEST(fields_are_checked_without_undoing_the_turn),
	    SCRATCH_TEST(empty_text_is_kept_as_null),
	    SCRATCH_TEST(replay_starts_at_the_last_day_not_carried_on),
	    SCRATCH_TEST(reader_cannot_write),
	    SCRATCH_TEST(failed_writes_refuse_the_turn_and_later_ones_go_on),
	    SCRATCH_TEST(rows_by_another_hand_stop_the_writer),
	    SCRATCH_TEST(commit_that_is_in_the_file_counts_whatever_its_result),
	    SCRATCH_TEST(file_that_says_neither_stops_the_writer),
	    SCRATCH_TEST(writer_does_not_wait_long_for_a_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
