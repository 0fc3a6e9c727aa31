/* SPDX-License-Identifier: MIT */
/*
 * Whether the rows are those that were written. The chain shows every change
 * but one: rows cut off at the end leave a journal that is shorter and whole.
 * That only the central log can tell, which holds the head.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "journal/chain.h"
#include "journal/journal_internal.h"

/* At each start at least: enough to see a torn end, too few to be felt. */
#define TAIL_ROWS 256

struct walk {
	const char *file;
	const char *id;
	int64_t rows;
	struct journal_point last;
	/* The row at last does not hold. Its neighbour tells what is wrong
	 * with it: what it would be, and what it says it is. */
	bool suspect;
	struct journal_point computed;
	struct journal_problem *problem;
};

static int bad_row(const struct walk *walk, int64_t seq, const char *what)
{
	return journal_refuse(walk->problem, -EBADMSG,
			      "%s: row %" PRId64 ": %s: compare it with the "
			      "central log, and keep this file as it is",
			      walk->file, seq, what);
}

static bool continues(const uint8_t previous[JOURNAL_CHAIN_SIZE],
		      const struct journal_row *row)
{
	uint8_t next[JOURNAL_CHAIN_SIZE];

	chain_next(previous, row, next);
	return memcmp(next, row->chain, sizeof(next)) == 0;
}

/* next: the row behind the suspect, or NULL at the end. */
static int judge(const struct walk *walk, const struct journal_row *next)
{
	const char *what = "it does not continue the chain: it was changed, "
			   "replaced or added by other hands";

	if (next && next->seq == walk->last.seq + 1) {
		if (continues(walk->last.chain, next))
			what = "a field was changed: its chain does not fit "
			       "it, but the next row's fits";
		else if (continues(walk->computed.chain, next))
			what = "its chain was changed: the next row continues "
			       "another one";
	}
	return bad_row(walk, walk->last.seq, what);
}

static int bad_seq(const struct walk *walk, int64_t seq)
{
	char what[120];

	if (seq < 1) {
		snprintf(what, sizeof(what), "rows are numbered from 1");
	} else if (walk->rows == 0) {
		snprintf(what, sizeof(what),
			 "the journal begins here: rows %" PRId64 " to %" PRId64
			 " are missing",
			 walk->last.seq + 1, seq - 1);
	} else if (seq == walk->last.seq + 2) {
		snprintf(what, sizeof(what), "row %" PRId64 " is missing",
			 seq - 1);
	} else {
		snprintf(what, sizeof(what),
			 "rows %" PRId64 " to %" PRId64 " are missing",
			 walk->last.seq + 1, seq - 1);
	}
	return bad_row(walk, seq, what);
}

/* The first row names the journal's id; another id in meta means that one of
 * the two was put there. */
static bool names_id(const struct journal_row *row, const char *id)
{
	struct json_problem problem;
	const char *named;
	json_t *detail;
	bool same;

	if (strcmp(row->kind, "journal_opened") != 0 || !row->detail)
		return false;
	detail = json_parse_object(row->detail, strlen(row->detail), &problem);
	named = json_string_value(json_object_get(detail, "journal"));
	same = named && strcmp(named, id) == 0;
	json_decref(detail);
	return same;
}

static int check_row(struct walk *walk, const struct journal_kept *kept)
{
	const struct journal_row *row = &kept->row;

	if (walk->suspect)
		return judge(walk, row);
	if (row->seq != walk->last.seq + 1)
		return bad_seq(walk, row->seq);
	if (kept->odd_what) {
		char what[80];

		snprintf(what, sizeof(what), "%s %s", kept->odd_column,
			 kept->odd_what);
		return bad_row(walk, row->seq, what);
	}
	chain_next(walk->last.chain, row, walk->computed.chain);
	walk->suspect =
	    memcmp(walk->computed.chain, row->chain, JOURNAL_CHAIN_SIZE) != 0;
	if (!walk->suspect && row->seq == 1 && !names_id(row, walk->id))
		return bad_row(walk, 1, "it does not name this journal's id");
	walk->last.seq = row->seq;
	memcpy(walk->last.chain, row->chain, JOURNAL_CHAIN_SIZE);
	if (!walk->suspect)
		walk->rows++;
	return 0;
}

static int unreadable(struct journal *journal, const struct walk *walk, int rc)
{
	return journal_refuse(walk->problem, rc,
			      "%s: unreadable after row %" PRId64 " (%s): "
			      "restore it from a copy, and keep this one for "
			      "inspection",
			      walk->file, walk->last.seq,
			      rc == -ENOMEM ? strerror(ENOMEM)
					    : sqlite3_errmsg(journal->db));
}

/* Every row behind after, to the end. */
static int walk_rows(struct journal *journal, struct walk *walk, int64_t after)
{
	struct journal_chunk *chunk = malloc(sizeof(*chunk));
	int rc = 0;
	size_t n;

	if (!chunk)
		return journal_refuse(walk->problem, -ENOMEM, "out of memory");
	do {
		rc = journal_chunk_after(journal, after, JOURNAL_CHUNK, chunk);
		if (rc != 0)
			rc = unreadable(journal, walk, rc);
		n = chunk->n;
		for (size_t i = 0; rc == 0 && i < n; i++) {
			after = chunk->rows[i].row.seq;
			rc = check_row(walk, &chunk->rows[i]);
		}
		journal_free_chunk(chunk);
	} while (rc == 0 && n > 0);
	free(chunk);
	if (rc == 0 && walk->suspect)
		rc = judge(walk, NULL);
	return rc;
}

static int begin_walk(struct journal *journal, struct walk *walk,
		      struct journal_problem *problem)
{
	struct journal_anchor anchor;
	int rc;

	*walk = (struct walk){.file = journal->file,
			      .id = journal->id,
			      .problem = problem};
	problem->text[0] = '\0';
	rc = journal_anchor(journal, &anchor);
	walk->last.seq = anchor.seq;
	memcpy(walk->last.chain, anchor.chain, JOURNAL_CHAIN_SIZE);
	if (rc != 0)
		return journal_refuse(problem, rc,
				      "%s: its anchor cannot be read: restore "
				      "it from a copy",
				      journal->file);
	return 0;
}

static int refuse_empty(const struct walk *walk)
{
	return journal_refuse(walk->problem, -EBADMSG,
			      "%s: holds no rows, not even its first: restore "
			      "it from a copy, or move it away to begin a new "
			      "one (numbers then start at 1)",
			      walk->file);
}

int journal_check_tail(struct journal *journal, struct journal_problem *problem)
{
	int64_t first = journal->head.seq - TAIL_ROWS, begin;
	struct journal_chunk *chunk;
	struct walk walk;
	int rc;

	rc = begin_walk(journal, &walk, problem);
	if (rc != 0)
		return rc;
	rc = journal_replay_start(journal, &begin);
	if (rc != 0)
		return unreadable(journal, &walk, rc);
	/* A row of the day that is not as it was would be passed over, and its
	 * number given out again. */
	if (begin - 1 < first)
		first = begin - 1;
	if (journal->head.seq == 0)
		return refuse_empty(&walk);
	if (first <= walk.last.seq)
		return walk_rows(journal, &walk, walk.last.seq);
	/* What the row before the tail says is where the tail begins. */
	chunk = malloc(sizeof(*chunk));
	if (!chunk)
		return journal_refuse(problem, -ENOMEM, "out of memory");
	rc = journal_chunk_after(journal, first - 1, 1, chunk);
	if (rc != 0) {
		rc = unreadable(journal, &walk, rc);
	} else {
		walk.last.seq = chunk->rows[0].row.seq;
		memcpy(walk.last.chain, chunk->rows[0].row.chain,
		       JOURNAL_CHAIN_SIZE);
	}
	walk.rows = 1;
	journal_free_chunk(chunk);
	free(chunk);
	return rc != 0 ? rc : walk_rows(journal, &walk, walk.last.seq);
}

/* The rows may hold and an index not: then a key is not found again, and what
 * it stands for is done twice. */
int journal_verify_structure(struct journal *journal,
			     struct journal_problem *problem)
{
	sqlite3_stmt *statement = NULL;
	const char *verdict;
	int rc, error = 0;

	rc = sqlite3_prepare_v2(journal->db, "PRAGMA integrity_check(1)", -1,
				&statement, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc != SQLITE_ROW) {
		error = journal_refuse_sqlite(journal, problem, rc);
	} else {
		verdict = (const char *)sqlite3_column_text(statement, 0);
		if (!verdict || strcmp(verdict, "ok") != 0)
			error = journal_refuse(problem, -EBADMSG,
					       "%s: its rows hold, but the "
					       "file is damaged (%s): "
					       "restore it from a copy",
					       journal->file,
					       verdict ? verdict : "?");
	}
	sqlite3_finalize(statement);
	return error;
}

/* Whether rows went since the walk began, of those it had not come to. */
static bool was_overtaken(struct journal *journal, int64_t anchor_seq)
{
	struct journal_anchor now;

	return journal->reader && journal_anchor(journal, &now) == 0 &&
	       now.seq != anchor_seq;
}

int journal_verify_rows(struct journal *journal, int64_t *rows,
			struct journal_problem *problem)
{
	int64_t anchor_seq;
	struct walk walk;
	int rc;

	*rows = 0;
	do {
		rc = begin_walk(journal, &walk, problem);
		if (rc != 0)
			return rc;
		anchor_seq = walk.last.seq;
		/* From the very first: what an anchor says is gone must be
		 * gone. */
		rc = walk_rows(journal, &walk, INT64_MIN);
	} while (rc == -EBADMSG && was_overtaken(journal, anchor_seq));
	*rows = walk.rows;
	if (rc == 0 && walk.rows == 0)
		rc = refuse_empty(&walk);
	return rc;
}

int journal_verify(struct journal *journal, int64_t *rows,
		   struct journal_problem *problem)
{
	int rc = journal_verify_rows(journal, rows, problem);

	return rc != 0 ? rc : journal_verify_structure(journal, problem);
}
