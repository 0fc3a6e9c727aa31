/* SPDX-License-Identifier: MIT */
#include "faulty_vfs.h"

#define PRUNE_TEST(test) \
	cmocka_unit_test_setup_teardown(test, set_up, scratch_teardown)
#define DAY_ROWS 8 /* a day_opened and 7 tickets */

static void day_name(int day, char name[11])
{
	snprintf(name, 11, "2026-%02u-%02u", 1 + (unsigned)day / 28 % 12,
		 1 + (unsigned)day % 28);
}

static void open_day(struct journal *journal, int day, bool carried)
{
	char name[11];
	struct journal_row row = {
	    .at_ms = NOW_MS + day,
	    .day = name,
	    .kind = "day_opened",
	    .actor = "kioskd",
	    .detail = carried ? "{\"carried\":true}" : "{\"carried\":false}",
	};

	day_name(day, name);
	assert_int_equal(journal_append(journal, &row), 0);
}

static void add_tickets(struct journal *journal, int day)
{
	char name[11], key[32];

	day_name(day, name);
	for (int i = 1; i < DAY_ROWS; i++) {
		struct journal_row row = scratch_row(i, key);

		snprintf(key, sizeof(key), "%d-%d", day, i);
		row.day = name;
		assert_int_equal(journal_append(journal, &row), 0);
	}
	assert_int_equal(journal_commit(journal), 0);
}

static void add_days(struct journal *journal, int first, int n)
{
	for (int day = first; day < first + n; day++) {
		open_day(journal, day, false);
		add_tickets(journal, day);
	}
}

/* Row 1 opens the journal. */
static int64_t last_of_day(int day)
{
	return 1 + DAY_ROWS * (int64_t)(day + 1);
}

static int take_chain(void *arg, const struct journal_row *row)
{
	memcpy(arg, row->chain, JOURNAL_CHAIN_SIZE);
	return 0;
}

static int note(struct journal *journal, int day, int64_t seq)
{
	uint8_t chain[JOURNAL_CHAIN_SIZE];
	char name[11];

	day_name(day, name);
	assert_int_equal(journal_each(journal, seq - 1, 1, take_chain, chain),
			 0);
	return journal_note_sent(journal, name, seq, chain);
}

static int64_t prune(struct journal *journal, int day, int64_t sent_seq,
		     int64_t max_rows)
{
	char name[11];

	day_name(day, name);
	return journal_prune(journal, name, sent_seq, max_rows);
}

static void assert_kept_from(struct journal *journal, int64_t seq)
{
	struct journal_problem problem;
	struct journal_anchor anchor;
	int64_t rows;

	assert_int_equal(journal_anchor(journal, &anchor), 0);
	assert_int_equal(anchor.seq, seq - 1);
	if (journal_verify(journal, &rows, &problem) != 0)
		fail_msg("%s", problem.text);
	assert_int_equal(rows, scratch_head(journal) - anchor.seq);
}

static void days_go_that_the_central_log_has_had_for_long(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal_anchor anchor;

	add_days(journal, 0, 4);
	assert_int_equal(note(journal, 4, last_of_day(1)), 0);
	add_days(journal, 4, 6);
	assert_int_equal(note(journal, 9, last_of_day(9)), 0);

	/* By day 3 it had nothing yet. */
	assert_int_equal(prune(journal, 3, last_of_day(9), 1000), 0);
	assert_kept_from(journal, 1);
	assert_int_equal(prune(journal, 4, last_of_day(9), 1000),
			 last_of_day(1));
	assert_kept_from(journal, last_of_day(1) + 1);
	assert_int_equal(journal_anchor(journal, &anchor), 0);
	assert_string_equal(anchor.day, "2026-01-02");
	assert_int_equal(prune(journal, 8, last_of_day(9), 1000), 0);
	journal_close(journal);
	journal = scratch_open(scratch);
	assert_kept_from(journal, last_of_day(1) + 1);
	journal_close(journal);
}

static void rows_go_a_few_at_a_time(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	int64_t gone = 0, n;

	add_days(journal, 0, 10);
	assert_int_equal(note(journal, 9, last_of_day(7)), 0);
	while ((n = prune(journal, 9, last_of_day(9), 5)) > 0) {
		assert_true(n <= 5);
		gone += n;
		assert_kept_from(journal, gone + 1);
	}
	assert_int_equal(n, 0);
	assert_int_equal(gone, last_of_day(7));
	journal_close(journal);
}

static void only_whole_days_go(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);

	add_days(journal, 0, 4);
	assert_int_equal(note(journal, 4, last_of_day(2) - 1), 0);
	assert_int_equal(prune(journal, 4, last_of_day(3), 1000),
			 last_of_day(1));
	journal_close(journal);
}

/* The clock was set within the run. */
static void day_carried_on_goes_with_the_one_before_it(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);

	add_days(journal, 0, 1);
	open_day(journal, 1, true);
	add_tickets(journal, 1);
	add_days(journal, 2, 2);
	assert_int_equal(note(journal, 4, last_of_day(1) - 2), 0);
	assert_int_equal(prune(journal, 9, last_of_day(3), 1000), 1);
	assert_int_equal(note(journal, 5, last_of_day(1)), 0);
	assert_int_equal(prune(journal, 9, last_of_day(3), 1000),
			 last_of_day(1) - 1);
	assert_kept_from(journal, last_of_day(1) + 1);
	journal_close(journal);
}

static void what_the_central_log_lost_again_stays(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);

	add_days(journal, 0, 10);
	assert_int_equal(note(journal, 9, last_of_day(9)), 0);
	assert_int_equal(prune(journal, 9, last_of_day(3) + 2, 1000),
			 last_of_day(3));
	assert_int_equal(prune(journal, 9, 0, 1000), 0);
	assert_kept_from(journal, last_of_day(3) + 1);
	journal_close(journal);
}

static void day_that_replay_begins_with_stays(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	int64_t start;

	add_days(journal, 0, 3);
	assert_int_equal(note(journal, 9, last_of_day(2)), 0);
	assert_int_equal(prune(journal, 20, last_of_day(2), 1000),
			 last_of_day(1));
	assert_int_equal(journal_replay_start(journal, &start), 0);
	assert_int_equal(start, last_of_day(1) + 1);
	journal_close(journal);
}

static void journal_goes_on_behind_what_was_pruned(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal_run *runs;
	size_t n;

	add_days(journal, 0, 3);
	assert_int_equal(note(journal, 3, last_of_day(1)), 0);
	assert_int_equal(prune(journal, 3, last_of_day(2), 1000),
			 last_of_day(1));
	add_days(journal, 3, 2);
	assert_int_equal(scratch_head(journal), last_of_day(4));
	assert_kept_from(journal, last_of_day(1) + 1);
	assert_int_equal(journal_day_runs(journal, "2026-01-01", &runs, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(journal_day_runs(journal, "2026-01-03", &runs, &n), 0);
	assert_int_equal(n, 1);
	free(runs);
	journal_close(journal);
}

static void note_of_another_row_is_refused(void **state)
{
	static const uint8_t other[JOURNAL_CHAIN_SIZE] = {7};
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);

	add_days(journal, 0, 2);
	assert_int_equal(journal_note_sent(journal, "2026-01-03", 9, other),
			 -ENOENT);
	assert_int_equal(journal_note_sent(journal, "2026-01-03", 999, other),
			 -ENOENT);
	assert_int_equal(prune(journal, 9, 999, 1000), 0);
	journal_close(journal);
}

static void first_note_of_a_day_counts(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);

	add_days(journal, 0, 4);
	assert_int_equal(note(journal, 4, last_of_day(0)), 0);
	assert_int_equal(note(journal, 4, last_of_day(2)), 0);
	assert_int_equal(prune(journal, 4, last_of_day(3), 1000),
			 last_of_day(0));
	journal_close(journal);
}

static void nothing_is_pruned_within_a_turn_or_by_a_reader(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);

	add_days(journal, 0, 3);
	assert_int_equal(note(journal, 3, last_of_day(1)), 0);
	scratch_append(journal, 1, NULL);
	assert_int_equal(prune(journal, 9, last_of_day(2), 1000), -EBUSY);
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
	journal = scratch_read(scratch);
	assert_int_equal(prune(journal, 9, last_of_day(2), 1000), -EROFS);
	journal_close(journal);
}

static void rebase_forgets_what_was_pruned(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal_problem problem;
	static char archive[PATH_MAX];

	add_days(journal, 0, 3);
	assert_int_equal(note(journal, 3, last_of_day(2)), 0);
	assert_int_equal(prune(journal, 9, last_of_day(2), 1000),
			 last_of_day(1));
	journal_close(journal);
	if (journal_rebase(scratch->state, NOW_MS, NULL, "test", true, archive,
			   &problem) != 0)
		fail_msg("%s", problem.text);
	journal = scratch_open(scratch);
	assert_kept_from(journal, 1);
	assert_int_equal(prune(journal, 20, 999, 1000), 0);
	journal_close(journal);
}

/* What three weeks of days take is what months of them take. */
static void file_stops_growing(void **state)
{
	struct scratch *scratch = *state;
	struct stat early, late;
	struct journal *journal;

	/* The faulty disk is small. */
	assert_int_equal(sqlite3_vfs_register(faulty.real, 1), SQLITE_OK);
	journal = scratch_open(scratch);
	for (int day = 0; day <= 60; day++) {
		add_days(journal, day, 1);
		assert_int_equal(note(journal, day, last_of_day(day)), 0);
		if (day >= 10)
			while (prune(journal, day - 10, last_of_day(day), 50) >
			       0)
				;
		if (day == 20) {
			journal_close(journal);
			assert_int_equal(stat(scratch->file, &early), 0);
			journal = scratch_open(scratch);
		}
	}
	journal_close(journal);
	assert_int_equal(stat(scratch->file, &late), 0);
	assert_true(late.st_size <= early.st_size + 4 * 4096);
	assert_int_equal(sqlite3_vfs_register(&faulty.vfs, 1), SQLITE_OK);
}

/* ---- the power ---- */

static void fill(struct scratch *scratch)
{
	struct journal *journal;

	(void)nftw(scratch->state, scratch_unlink, 8, FTW_DEPTH | FTW_PHYS);
	faulty_reset();
	journal = scratch_open(scratch);
	add_days(journal, 0, 6);
	assert_int_equal(note(journal, 6, last_of_day(3)), 0);
	journal_close(journal);
}

/* Some turns between the prunings, as a night has. */
static int64_t live(struct scratch *scratch)
{
	struct journal_problem problem;
	struct journal *journal;
	int64_t head = last_of_day(5);
	int rc = journal_open(scratch->state, NOW_MS, &journal, &problem);

	if (rc != 0)
		return head;
	for (int i = 1; i <= 2 && rc >= 0; i++) {
		struct journal_row row = scratch_row(i, NULL);

		rc = (int)prune(journal, 6, head, 20);
		if (rc < 0)
			break;
		rc = journal_append(journal, &row);
		if (rc == 0)
			rc = journal_commit(journal);
		if (rc == 0)
			head = row.seq;
	}
	journal_close(journal);
	return head;
}

static void power_cut_at_any_write_of_it_leaves_a_whole_journal(void **state)
{
	struct scratch *scratch = *state;
	bool more = true;
	int at;

	for (at = 1; more; at++) {
		for (unsigned seed = 1; seed <= FAULTY_LUCKS; seed++) {
			struct journal_anchor anchor;
			struct journal *journal;
			int64_t acknowledged, head;

			fill(scratch);
			faulty_arm(FAULTY_CUT, at);
			acknowledged = live(scratch);
			more = faulty.hit;
			faulty_cut(scratch, seed + (unsigned)at * 100);
			journal = scratch_open(scratch);
			head = scratch_head(journal);
			assert_true(head == acknowledged ||
				    head == acknowledged + 1);
			assert_int_equal(journal_anchor(journal, &anchor), 0);
			assert_kept_from(journal, anchor.seq + 1);
			/* And the pruning goes on where it was. */
			while (prune(journal, 6, head, 7) > 0)
				;
			assert_kept_from(journal, last_of_day(3) + 1);
			journal_close(journal);
		}
	}
	assert_true(at > 15);
}

static void write_that_fails_leaves_a_journal_that_goes_on(void **state)
{
	struct scratch *scratch = *state;
	bool more = true;

	for (int at = 1; more; at++) {
		struct journal *journal;

		fill(scratch);
		journal = scratch_open(scratch);
		faulty_arm(FAULTY_ONCE, at);
		(void)!prune(journal, 6, last_of_day(5), 11);
		more = faulty.hit;
		faulty_arm(FAULTY_OFF, 0);
		scratch_append(journal, 1, NULL);
		assert_int_equal(journal_commit(journal), 0);
		while (prune(journal, 6, last_of_day(5), 1000) > 0)
			;
		assert_kept_from(journal, last_of_day(3) + 1);
		journal_close(journal);
	}
}

static int set_up(void **state)
{
	faulty_reset();
	return scratch_setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PRUNE_TEST(days_go_that_the_central_log_has_had_for_long),
	    PRUNE_TEST(rows_go_a_few_at_a_time),
	    PRUNE_TEST(only_whole_days_go),
	    PRUNE_TEST(day_carried_on_goes_with_the_one_before_it),
	    PRUNE_TEST(what_the_central_log_lost_again_stays),
	    PRUNE_TEST(day_that_replay_begins_with_stays),
	    PRUNE_TEST(journal_goes_on_behind_what_was_pruned),
	    PRUNE_TEST(note_of_another_row_is_refused),
	    PRUNE_TEST(first_note_of_a_day_counts),
	    PRUNE_TEST(nothing_is_pruned_within_a_turn_or_by_a_reader),
	    PRUNE_TEST(rebase_forgets_what_was_pruned),
	    PRUNE_TEST(file_stops_growing),
	    PRUNE_TEST(power_cut_at_any_write_of_it_leaves_a_whole_journal),
	    PRUNE_TEST(write_that_fails_leaves_a_journal_that_goes_on),
	};

	faulty_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
