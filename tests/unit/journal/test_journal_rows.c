/* SPDX-License-Identifier: MIT */
#include "scratch.h"

struct walk {
	int64_t last, rows, stop_at;
	struct journal *append_to;
};

static int step(void *arg, const struct journal_row *row)
{
	struct walk *walk = arg;

	assert_int_equal(row->seq, walk->last + 1);
	walk->last = row->seq;
	walk->rows++;
	if (walk->append_to && walk->rows <= 10) {
		scratch_append(walk->append_to, 1, NULL);
		assert_int_equal(journal_commit(walk->append_to), 0);
	}
	return row->seq == walk->stop_at ? 77 : 0;
}

static void rows_come_in_order(void **state)
{
	struct scratch *scratch = *state;
	struct walk walk = {0};
	struct journal *journal;

	scratch_fill(scratch, 1000);
	journal = scratch_read(scratch);
	assert_int_equal(journal_each(journal, 0, 0, step, &walk), 0);
	assert_int_equal(walk.rows, 1000);
	walk = (struct walk){.last = 990};
	assert_int_equal(journal_each(journal, 990, 0, step, &walk), 0);
	assert_int_equal(walk.rows, 10);
	walk = (struct walk){.last = 1000};
	assert_int_equal(journal_each(journal, 1000, 0, step, &walk), 0);
	assert_int_equal(walk.rows, 0);
	journal_close(journal);
}

static void limit_is_kept(void **state)
{
	static const int64_t limits[] = {1,   127, 128,  129,
					 500, 999, 1000, 2000};
	struct scratch *scratch = *state;
	struct journal *journal;

	scratch_fill(scratch, 1000);
	journal = scratch_read(scratch);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct walk walk = {0};

		assert_int_equal(journal_each(journal, 0, limits[i], step,
					      &walk),
				 0);
		assert_int_equal(walk.rows,
				 limits[i] < 1000 ? limits[i] : 1000);
	}
	journal_close(journal);
}

static void callback_ends_the_walk(void **state)
{
	struct scratch *scratch = *state;
	struct walk walk = {.stop_at = 200};
	struct journal *journal;

	scratch_fill(scratch, 300);
	journal = scratch_read(scratch);
	assert_int_equal(journal_each(journal, 0, 0, step, &walk), 77);
	assert_int_equal(walk.rows, 200);
	journal_close(journal);
}

static void callback_may_append(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal;
	struct walk walk = {0};

	scratch_fill(scratch, 300);
	journal = scratch_open(scratch);
	walk.append_to = journal;
	assert_int_equal(journal_each(journal, 0, 0, step, &walk), 0);
	assert_int_equal(walk.rows, 310);
	journal_close(journal);
}

/* Otherwise the WAL grows for as long as somebody looks at the rows. */
static int checkpoint(void *arg, const struct journal_row *row)
{
	struct scratch *scratch = arg;
	int in_wal = -1, moved = -1;
	sqlite3 *db;

	(void)row;
	assert_int_equal(sqlite3_open(scratch->file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_wal_checkpoint_v2(db, NULL,
						   SQLITE_CHECKPOINT_TRUNCATE,
						   &in_wal, &moved),
			 SQLITE_OK);
	sqlite3_close(db);
	return 1;
}

static void reader_holds_no_transaction_while_rows_are_looked_at(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch), *reader;

	for (int i = 0; i < 300; i++)
		scratch_append(journal, i + 1, NULL);
	assert_int_equal(journal_commit(journal), 0);
	reader = scratch_read(scratch);
	assert_int_equal(journal_each(reader, 0, 0, checkpoint, scratch), 1);
	journal_close(reader);
	journal_close(journal);
}

static int same(void *arg, const struct journal_row *row)
{
	const struct journal_row *want = arg;

	assert_int_equal(row->at_ms, want->at_ms);
	assert_string_equal(row->day, want->day);
	assert_string_equal(row->kind, want->kind);
	assert_string_equal(row->service, want->service);
	assert_true(row->has_number);
	assert_int_equal(row->number, want->number);
	assert_null(row->class);
	assert_true(row->has_counter);
	assert_int_equal(row->counter, want->counter);
	assert_string_equal(row->actor, want->actor);
	assert_null(row->detail);
	assert_string_equal(row->key, want->key);
	assert_memory_equal(row->chain, want->chain, JOURNAL_CHAIN_SIZE);
	return 0;
}

static void row_comes_back_as_it_went_in(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal_row row = scratch_row(31, "key");

	row.class = NULL;
	row.detail = NULL;
	row.counter = 12;
	row.has_counter = true;
	assert_int_equal(journal_append(journal, &row), 0);
	assert_int_equal(journal_commit(journal), 0);
	assert_int_equal(journal_each(journal, 1, 0, same, &row), 0);
	assert_int_equal(journal_find_key(journal, "key", same, &row), 0);
	journal_close(journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(rows_come_in_order),
	    SCRATCH_TEST(limit_is_kept),
	    SCRATCH_TEST(callback_ends_the_walk),
	    SCRATCH_TEST(callback_may_append),
	    SCRATCH_TEST(reader_holds_no_transaction_while_rows_are_looked_at),
	    SCRATCH_TEST(row_comes_back_as_it_went_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
