/* SPDX-License-Identifier: MIT */
#include "scratch.h"

#include "journal/chain.h"

/* Each is done to a journal of 20 rows; the line must say what it says. */
static const struct {
	const char *name, *sql, *says;
} faults[] = {
    {"a changed number", "UPDATE events SET number = 99 WHERE seq = 7",
     "row 7: a field was changed"},
    {"a changed time", "UPDATE events SET at_ms = at_ms + 1 WHERE seq = 12",
     "row 12: a field was changed"},
    {"a changed detail", "UPDATE events SET detail = '{}' WHERE seq = 19",
     "row 19: a field was changed"},
    {"a changed last row", "UPDATE events SET actor = 'me' WHERE seq = 20",
     "row 20: it does not continue the chain"},
    {"a changed first row", "UPDATE events SET at_ms = 5 WHERE seq = 1",
     "row 1: a field was changed"},
    {"a changed chain", "UPDATE events SET chain = zeroblob(32) WHERE seq = 9",
     "row 9: its chain was changed"},
    {"a deleted row", "DELETE FROM events WHERE seq = 7",
     "row 8: row 7 is missing"},
    {"deleted rows", "DELETE FROM events WHERE seq BETWEEN 7 AND 9",
     "row 10: rows 7 to 9 are missing"},
    {"a head cut off", "DELETE FROM events WHERE seq < 5",
     "row 5: the journal begins here: rows 1 to 4 are missing"},
    {"a deleted row, the rest moved up",
     "DELETE FROM events WHERE seq = 7;"
     "UPDATE events SET seq = seq - 1 WHERE seq > 7",
     "row 7: it does not continue the chain"},
    {"two rows swapped",
     "UPDATE events SET seq = 0 WHERE seq = 7;"
     "UPDATE events SET seq = 7 WHERE seq = 11;"
     "UPDATE events SET seq = 11 WHERE seq = 0",
     "row 7: it does not continue the chain"},
    {"a forged row at the end",
     "INSERT INTO events (seq, at_ms, kind, chain) "
     "VALUES (21, 0, 'called', zeroblob(32))",
     "row 21: it does not continue the chain"},
    {"a forged row before the first",
     "INSERT INTO events (seq, at_ms, kind, chain) "
     "VALUES (-3, 0, 'called', zeroblob(32))",
     "row -3: rows are numbered from 1"},
    {"a short chain",
     "UPDATE events SET chain = substr(chain, 1, 12) WHERE seq = 7",
     "row 7: chain is not 32 bytes long"},
    {"no chain", "UPDATE events SET chain = NULL WHERE seq = 7",
     "row 7: chain is NULL"},
    {"a chain that is text", "UPDATE events SET chain = 'abc' WHERE seq = 7",
     "row 7: chain has the wrong type"},
    {"no kind", "UPDATE events SET kind = NULL WHERE seq = 7",
     "row 7: kind is NULL"},
    {"a number that is a fraction",
     "UPDATE events SET number = 1.5 WHERE seq = 7",
     "row 7: number has the wrong type"},
    {"a text that is a blob",
     "UPDATE events SET actor = CAST(actor AS BLOB) WHERE seq = 7",
     "row 7: actor has the wrong type"},
    {"an empty text for NULL", "UPDATE events SET key = '' WHERE seq = 7",
     "row 7: key is an empty text where NULL belongs"},
    {"more behind a NUL byte",
     "UPDATE events SET actor = actor || char(0) || 'x' WHERE seq = 7",
     "row 7: actor holds a NUL byte"},
    /* service|number moved into one field: the same bytes are hashed */
    {"fields moved over the separator",
     "UPDATE events SET service = 'land' || char(31) || number,"
     " number = NULL, class = NULL, counter = NULL WHERE seq = 7",
     "row 7: service holds the byte 0x1F"},
    {"another id in meta",
     "UPDATE meta SET value = '0123456789abcdef0123456789abcdef'",
     "row 1: it does not name this journal's id"},
    {"no rows", "DELETE FROM events", "holds no rows"},
    {"a key that its index lacks",
     "PRAGMA writable_schema = ON;"
     "UPDATE sqlite_schema SET sql = 'CREATE UNIQUE INDEX events_key ON "
     "events (key) WHERE key IS NULL' WHERE name = 'events_key'",
     "its rows hold, but the file is damaged"},
};

static void every_fault_is_found_and_named(void **state)
{
	struct scratch *scratch = *state;
	static char bytes[262144];
	size_t n;

	scratch_fill(scratch, 20);
	n = scratch_load(scratch->file, bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct journal_problem problem;
		struct journal *journal;
		int64_t rows;
		int rc;

		scratch_save(scratch->file, bytes, n);
		scratch_sql(scratch->file, faults[i].sql);
		journal = scratch_read(scratch);
		rc = journal_verify(journal, &rows, &problem);
		journal_close(journal);
		if (rc != -EBADMSG)
			fail_msg("%s: %d", faults[i].name, rc);
		if (!strstr(problem.text, faults[i].says))
			fail_msg("%s: %s", faults[i].name, problem.text);
		assert_null(strchr(problem.text, '\n'));
	}
}

static void whole_journal_holds(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch, 1000);
	scratch_verify(scratch, 1000);
}

static void journal_holds_beside_its_writer(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);

	for (int i = 1; i < 50; i++) {
		scratch_append(journal, i, NULL);
		assert_int_equal(journal_commit(journal), 0);
		if (i % 10 == 0) {
			scratch_append(journal, 1000, NULL);
			scratch_verify(scratch, i + 1);
			journal_rollback(journal);
		}
	}
	journal_close(journal);
}

static void writer_verifies_too(void **state)
{
	struct journal *journal = scratch_open(*state);
	struct journal_problem problem;
	int64_t rows;

	scratch_append(journal, 1, NULL);
	assert_int_equal(journal_commit(journal), 0);
	assert_int_equal(journal_verify(journal, &rows, &problem), 0);
	assert_int_equal(rows, 2);
	journal_close(journal);
}

/* What pruning will leave: rows behind an anchor that names their chain. */
static void anchored_journal_holds_and_opens(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch, 20);
	scratch_sql(scratch->file, "INSERT INTO meta VALUES ('anchor_seq', 5),"
				   "('anchor_chain', (SELECT chain FROM events "
				   "WHERE seq = 5));"
				   "DELETE FROM events WHERE seq <= 5");
	scratch_verify(scratch, 15);
	scratch_fill(scratch, 2);
	scratch_verify(scratch, 16);
}

static void wrong_anchor_is_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_problem problem;
	struct journal *journal;
	int64_t rows;

	scratch_fill(scratch, 20);
	scratch_sql(scratch->file, "INSERT INTO meta VALUES ('anchor_seq', 5),"
				   "('anchor_chain', zeroblob(32));"
				   "DELETE FROM events WHERE seq <= 5");
	journal = scratch_read(scratch);
	assert_int_equal(journal_verify(journal, &rows, &problem), -EBADMSG);
	assert_non_null(strstr(problem.text, "row 6"));
	journal_close(journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(every_fault_is_found_and_named),
	    SCRATCH_TEST(whole_journal_holds),
	    SCRATCH_TEST(journal_holds_beside_its_writer),
	    SCRATCH_TEST(writer_verifies_too),
	    SCRATCH_TEST(anchored_journal_holds_and_opens),
	    SCRATCH_TEST(wrong_anchor_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
