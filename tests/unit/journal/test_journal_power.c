/* SPDX-License-Identifier: MIT */
/* The power goes, or the disk fails, at each write, sync and truncation there
 * is, one after the other. */
#include "faulty_vfs.h"

#include "journal/chain.h"

#define SESSIONS 2
#define TURNS 5
#define MAX_ROWS (SESSIONS * TURNS * 3 + 8)

/* What was acknowledged: the chain by seq. */
struct witness {
	uint8_t chains[MAX_ROWS][JOURNAL_CHAIN_SIZE];
	int64_t acknowledged;
	int64_t asked; /* rows of the turn that was refused, or underway */
};

static void acknowledge(struct witness *witness, const struct journal_row *rows,
			int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		assert_int_equal(rows[i].seq, witness->acknowledged + 1);
		witness->acknowledged = rows[i].seq;
		memcpy(witness->chains[rows[i].seq], rows[i].chain,
		       JOURNAL_CHAIN_SIZE);
	}
}

/* A turn of 1 to 3 rows, one of them with a key. */
static int take_turn(struct journal *journal, int turn, struct witness *witness)
{
	struct journal_row rows[3];
	int64_t n = 1 + turn % 3;
	char key[32];
	int rc = 0;

	snprintf(key, sizeof(key), "key-%d", turn);
	witness->asked = n;
	for (int64_t i = 0; i < n && rc == 0; i++) {
		rows[i] = scratch_row(turn * 10 + i + 1, i == 0 ? key : NULL);
		rc = journal_append(journal, &rows[i]);
	}
	if (rc == 0)
		rc = journal_commit(journal);
	if (rc == 0)
		acknowledge(witness, rows, n);
	return rc;
}

static int witness_row(void *arg, const struct journal_row *row)
{
	const struct witness *witness = arg;

	if (row->seq > 1 && row->seq <= witness->acknowledged)
		assert_memory_equal(row->chain, witness->chains[row->seq],
				    JOURNAL_CHAIN_SIZE);
	return 0;
}

/* Reopens and compares; where stands the journal? */
static int64_t check(struct scratch *scratch, struct witness *witness)
{
	struct journal *journal = scratch_open(scratch);
	int64_t head = scratch_head(journal);

	assert_true(head >= witness->acknowledged);
	assert_int_equal(journal_each(journal, 0, 0, witness_row, witness), 0);
	journal_close(journal);
	scratch_verify(scratch, head);
	return head;
}

static void remove_state(struct scratch *scratch)
{
	(void)nftw(scratch->state, scratch_unlink, 8, FTW_DEPTH | FTW_PHYS);
	faulty_reset();
}

/* Sessions of turns until something fails. */
static void live(struct scratch *scratch, struct witness *witness)
{
	struct journal_problem problem;
	int turn = 0, rc = 0;

	for (int session = 0; session < SESSIONS && rc == 0; session++) {
		struct journal *journal;

		witness->asked = 0;
		rc = journal_open(scratch->state, NOW_MS, &journal, &problem);
		if (rc != 0)
			return;
		if (witness->acknowledged == 0)
			witness->acknowledged = 1;
		for (int i = 0; i < TURNS && rc == 0; i++)
			rc = take_turn(journal, turn++, witness);
		journal_close(journal);
	}
}

static void power_cut_at_any_write_loses_nothing_acknowledged(void **state)
{
	struct scratch *scratch = *state;
	bool more = true;
	int at;

	for (at = 1; more; at++) {
		for (unsigned seed = 1; seed <= FAULTY_LUCKS; seed++) {
			struct witness witness = {0};
			int64_t head;

			remove_state(scratch);
			faulty_arm(FAULTY_CUT, at);
			live(scratch, &witness);
			more = faulty.hit;
			faulty_cut(scratch, seed + (unsigned)at * 100);
			head = check(scratch, &witness);
			/* The turn underway is there whole, or not at all. */
			if (head != witness.acknowledged &&
			    head != witness.acknowledged + witness.asked &&
			    witness.acknowledged > 0)
				fail_msg("cut at %d, seed %u: head %d, %d "
					 "acknowledged",
					 at, seed, (int)head,
					 (int)witness.acknowledged);
		}
	}
	assert_true(at > 70);
}

static void operation_that_fails_once_refuses_at_most_its_turn(void **state)
{
	struct scratch *scratch = *state;
	bool more = true;
	int at;

	for (at = 1; more; at++) {
		struct witness witness = {.acknowledged = 1};
		struct journal *journal;
		int refused = 0;

		remove_state(scratch);
		journal = scratch_open(scratch);
		faulty_arm(FAULTY_ONCE, at);
		for (int turn = 0; turn < TURNS * SESSIONS; turn++)
			refused += take_turn(journal, turn, &witness) != 0;
		more = faulty.hit;
		assert_int_equal(refused, more);
		faulty_arm(FAULTY_OFF, 0);
		assert_int_equal(scratch_head(journal), witness.acknowledged);
		journal_close(journal);
		assert_int_equal(check(scratch, &witness),
				 witness.acknowledged);
	}
	assert_true(at > 30);
}

/* A refused command changes nothing, not even when the power goes next. */
static void refused_turn_does_not_come_true_by_a_power_cut(void **state)
{
	struct scratch *scratch = *state;
	bool more = true;

	for (int at = 1; more; at++) {
		for (unsigned seed = 1; seed <= FAULTY_LUCKS; seed++) {
			struct witness witness = {.acknowledged = 1};
			struct journal *journal;
			int rc = 0;

			remove_state(scratch);
			journal = scratch_open(scratch);
			faulty_arm(FAULTY_ONCE, at);
			for (int turn = 0; turn < TURNS && rc == 0; turn++)
				rc = take_turn(journal, turn, &witness);
			more = faulty.hit;
			faulty_arm(FAULTY_CUT, 1);
			journal_close(journal);
			faulty_cut(scratch, seed + (unsigned)at * 100);
			assert_int_equal(check(scratch, &witness),
					 witness.acknowledged);
		}
	}
}

static void outage_refuses_turns_and_ends(void **state)
{
	struct scratch *scratch = *state;

	for (int at = 1; at <= 6; at++) {
		struct witness witness = {.acknowledged = 1};
		struct journal *journal;

		remove_state(scratch);
		journal = scratch_open(scratch);
		assert_int_equal(take_turn(journal, 0, &witness), 0);
		faulty_arm(FAULTY_OUTAGE, at);
		for (int turn = 1; turn < 10; turn++) {
			int rc = take_turn(journal, turn, &witness);

			assert_true(!faulty.hit || rc == -EIO);
		}
		assert_true(faulty.hit);
		faulty_arm(FAULTY_OFF, 0);
		assert_int_equal(take_turn(journal, 10, &witness), 0);
		assert_int_equal(take_turn(journal, 11, &witness), 0);
		journal_close(journal);
		assert_int_equal(check(scratch, &witness),
				 witness.acknowledged);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(power_cut_at_any_write_loses_nothing_acknowledged),
	    SCRATCH_TEST(operation_that_fails_once_refuses_at_most_its_turn),
	    SCRATCH_TEST(refused_turn_does_not_come_true_by_a_power_cut),
	    SCRATCH_TEST(outage_refuses_turns_and_ends),
	};

	faulty_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
