/* SPDX-License-Identifier: MIT */
/*
 * Old rows go. What stays of them is the anchor in meta: the last row that is
 * gone, its chain, which the first row that is kept continues, and the latest
 * day of which rows are gone.
 *
 * How old a row is no clock of its own can be trusted to say (a Pi has no
 * battery). So a note is kept for each day on which the central log was known
 * to have everything up to some row, by a clock that was right: a row below the
 * note of a day is at least as old as that day, and as long at the central log.
 * In meta: 'sent-2026-11-24' -> 48211.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "journal/journal_internal.h"

int journal_anchor(struct journal *journal, struct journal_anchor *anchor)
{
	/* One statement, so that a reader sees one state of it. */
	static const char sql[] =
	    "SELECT (SELECT value FROM meta WHERE name = 'anchor_seq'),"
	    " (SELECT value FROM meta WHERE name = 'anchor_chain'),"
	    " (SELECT value FROM meta WHERE name = 'anchor_day')";
	sqlite3_stmt *row;
	const void *chain;
	const char *day;
	int rc;

	*anchor = (struct journal_anchor){0};
	rc = sqlite3_prepare_v2(journal->db, sql, -1, &row, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(row);
	if (rc != SQLITE_ROW) {
		rc = journal_note_fault(journal, "reading", rc);
		sqlite3_finalize(row);
		return rc;
	}
	rc = 0;
	if (sqlite3_column_type(row, 0) != SQLITE_NULL) {
		anchor->seq = sqlite3_column_int64(row, 0);
		chain = sqlite3_column_blob(row, 1);
		if (chain && anchor->seq > 0 &&
		    sqlite3_column_bytes(row, 1) == JOURNAL_CHAIN_SIZE)
			memcpy(anchor->chain, chain, JOURNAL_CHAIN_SIZE);
		else
			rc = -EBADMSG;
		day = (const char *)sqlite3_column_text(row, 2);
		snprintf(anchor->day, sizeof(anchor->day), "%s",
			 day ? day : "");
	}
	sqlite3_finalize(row);
	return rc;
}

/* Runs the statement with up to three values. column (may be NULL) gets its
 * first column, 0 where it is NULL. SQLITE_OK or an error. */
static int run(struct journal *journal, const char *sql, const char *text,
	       int64_t first, int64_t second, int64_t *column)
{
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL);

	if (column)
		*column = 0;
	if (rc != SQLITE_OK)
		return rc;
	/* Those that the statement does not have fail, which is fine. */
	(void)sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(statement, 2, first);
	(void)sqlite3_bind_int64(statement, 3, second);
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW && column)
		*column = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* A transaction of our own, between two turns. */
static int begin(struct journal *journal)
{
	int rc;

	if (journal->reader)
		return -EROFS;
	if (journal->in_turn || journal->lost)
		return -EBUSY;
	if (journal->stale)
		return -ESTALE;
	rc = sqlite3_exec(journal->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0 : journal_note_fault(journal, "pruning", rc);
}

/*
 * rc: of what was done since begin(). Where a commit's outcome cannot be told,
 * the file is as it should be either way.
 */
static int end(struct journal *journal, int rc)
{
	int error;

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(journal->db, "COMMIT", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		return 0;
	error = journal_note_fault(journal, "pruning", rc);
	if (!sqlite3_get_autocommit(journal->db))
		(void)sqlite3_exec(journal->db, "ROLLBACK", NULL, NULL, NULL);
	return error;
}

static int has_row(struct journal *journal, int64_t seq,
		   const uint8_t chain[JOURNAL_CHAIN_SIZE], bool *has)
{
	struct journal_chunk chunk;
	int rc = journal_chunk_after(journal, seq - 1, 1, &chunk);

	*has = rc == 0 && chunk.n == 1 && chunk.rows[0].row.seq == seq &&
	       memcmp(chunk.rows[0].row.chain, chain, JOURNAL_CHAIN_SIZE) == 0;
	journal_free_chunk(&chunk);
	return rc;
}

int journal_note_sent(struct journal *journal, const char *day, int64_t seq,
		      const uint8_t chain[JOURNAL_CHAIN_SIZE])
{
	bool has;
	int rc = has_row(journal, seq, chain, &has);

	if (rc != 0)
		return rc;
	if (!has)
		return -ENOENT;
	rc = begin(journal);
	if (rc != 0)
		return rc;
	return end(journal, run(journal,
				"INSERT OR IGNORE INTO meta "
				"VALUES ('sent-' || ?1, ?2)",
				day, seq, 0, NULL));
}

/*
 * The last row that may go: of whole runs only, none of the current one (replay
 * begins there), and none that the central log had not had by that day.
 */
static int find_cut(struct journal *journal, const char *day, int64_t sent_seq,
		    int64_t *last)
{
	int64_t noted, start;
	int rc;

	*last = 0;
	rc = run(journal,
		 "SELECT max(value) FROM meta "
		 "WHERE name >= 'sent-' AND name <= 'sent-' || ?1",
		 day, 0, 0, &noted);
	if (rc != SQLITE_OK)
		return journal_note_fault(journal, "pruning", rc);
	if (noted > sent_seq)
		noted = sent_seq;
	rc = journal_replay_start(journal, &start);
	if (rc != 0 || start <= 1 || noted < 1)
		return rc;
	if (noted > start - 1)
		noted = start - 1;
	rc = journal_run_begin(journal, noted + 1, &start);
	*last = start - 1;
	return rc;
}

static int delete_rows(struct journal *journal, const char *day, int64_t last)
{
	int64_t found;
	int rc;

	/* The row that the anchor will stand for must be there. */
	rc = run(journal, "SELECT seq FROM events WHERE seq = ?2", NULL, last,
		 0, &found);
	if (rc == SQLITE_OK && found != last)
		rc = SQLITE_CORRUPT;
	if (rc == SQLITE_OK)
		rc = run(journal,
			 "INSERT OR REPLACE INTO meta SELECT 'anchor_day', max("
			 "coalesce((SELECT max(day) FROM events "
			 "WHERE seq <= ?2), ''), coalesce((SELECT value "
			 "FROM meta WHERE name = 'anchor_day'), ''))",
			 NULL, last, 0, NULL);
	if (rc == SQLITE_OK)
		rc = run(journal,
			 "INSERT OR REPLACE INTO meta SELECT 'anchor_chain', "
			 "chain FROM events WHERE seq = ?2",
			 NULL, last, 0, NULL);
	if (rc == SQLITE_OK)
		rc =
		    run(journal,
			"INSERT OR REPLACE INTO meta VALUES ('anchor_seq', ?2)",
			NULL, last, 0, NULL);
	if (rc == SQLITE_OK)
		rc = run(journal, "DELETE FROM events WHERE seq <= ?2", NULL,
			 last, 0, NULL);
	/* Notes below the anchor have done their service. */
	if (rc == SQLITE_OK)
		rc = run(journal,
			 "DELETE FROM meta WHERE name >= 'sent-' "
			 "AND name <= 'sent-' || ?1 AND value <= ?2",
			 day, last, 0, NULL);
	return rc;
}

int64_t journal_prune(struct journal *journal, const char *day,
		      int64_t sent_seq, int64_t max_rows)
{
	struct journal_anchor anchor;
	int64_t last;
	int rc;

	rc = begin(journal);
	if (rc != 0)
		return rc;
	rc = find_cut(journal, day, sent_seq, &last);
	if (rc == 0)
		rc = journal_anchor(journal, &anchor);
	if (rc != 0 || last <= anchor.seq) {
		(void)sqlite3_exec(journal->db, "ROLLBACK", NULL, NULL, NULL);
		return rc;
	}
	if (last - anchor.seq > max_rows)
		last = anchor.seq + max_rows;
	rc = end(journal, delete_rows(journal, day, last));
	return rc != 0 ? rc : last - anchor.seq;
}
