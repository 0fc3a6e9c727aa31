/* SPDX-License-Identifier: MIT */
/* Where the tickets of a business day lie. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "journal/journal_internal.h"

/*
 * Not among the statements that are kept: they are asked for once in a while,
 * and a reader may meet a journal of the older schema, where the index on the
 * day is not there and the first one is slow but right.
 */
static const char days_sql[] =
    "SELECT seq FROM events "
    "WHERE kind = 'day_opened' AND day = ?1 ORDER BY seq";
static const char before_sql[] =
    "SELECT seq, detail FROM events INDEXED BY events_day_opened "
    "WHERE kind = 'day_opened' AND seq <= ?1 ORDER BY seq DESC";
static const char after_sql[] =
    "SELECT seq, detail FROM events INDEXED BY events_day_opened "
    "WHERE kind = 'day_opened' AND seq > ?1 ORDER BY seq";

bool journal_begins_run(const char *detail)
{
	struct json_problem problem;
	json_t *object;
	bool begins;

	if (!detail)
		return false;
	object = json_parse_object(detail, strlen(detail), &problem);
	begins = object && !json_is_true(json_object_get(object, "carried"));
	json_decref(object);
	return begins;
}

static int note_fault(struct journal *journal, int rc)
{
	return rc == SQLITE_DONE || rc == SQLITE_ROW
		   ? 0
		   : journal_note_fault(journal, "reading", rc);
}

/* The first of the statement's rows that begins a run: otherwise, where there
 * is none. */
static int find_begin(struct journal *journal, const char *sql, int64_t seq,
		      int64_t otherwise, int64_t *begin)
{
	sqlite3_stmt *statement;
	int rc;

	*begin = otherwise;
	rc = sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL);
	if (rc != SQLITE_OK)
		return journal_note_fault(journal, "reading", rc);
	sqlite3_bind_int64(statement, 1, seq);
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		if (journal_begins_run(
			(const char *)sqlite3_column_text(statement, 1))) {
			*begin = sqlite3_column_int64(statement, 0);
			break;
		}
	}
	rc = note_fault(journal, rc);
	sqlite3_finalize(statement);
	return rc;
}

int journal_run_begin(struct journal *journal, int64_t seq, int64_t *begin)
{
	return find_begin(journal, before_sql, seq, 1, begin);
}

/* Adds the run in which the row seq lies. */
static int add_run(struct journal *journal, int64_t seq,
		   struct journal_run **runs, size_t *n)
{
	struct journal_run *grown = reallocarray(*runs, *n + 1, sizeof(**runs));
	struct journal_run *run;
	int rc;

	if (!grown)
		return -ENOMEM;
	*runs = grown;
	run = &grown[*n];
	rc = journal_run_begin(journal, seq, &run->first_seq);
	if (rc == 0)
		rc = find_begin(journal, after_sql, seq, INT64_MIN,
				&run->last_seq);
	if (rc != 0)
		return rc;
	run->last_seq =
	    run->last_seq == INT64_MIN ? INT64_MAX : run->last_seq - 1;
	(*n)++;
	return 0;
}

int journal_day_runs(struct journal *journal, const char *day,
		     struct journal_run **runs, size_t *n)
{
	sqlite3_stmt *statement;
	int rc, error = 0;

	*runs = NULL;
	*n = 0;
	rc = sqlite3_prepare_v2(journal->db, days_sql, -1, &statement, NULL);
	if (rc != SQLITE_OK)
		return journal_note_fault(journal, "reading", rc);
	sqlite3_bind_text(statement, 1, day, -1, SQLITE_STATIC);
	while (error == 0 && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		int64_t seq = sqlite3_column_int64(statement, 0);

		/* Opened again within one run. */
		if (*n > 0 && seq <= (*runs)[*n - 1].last_seq)
			continue;
		error = add_run(journal, seq, runs, n);
	}
	if (error == 0)
		error = note_fault(journal, rc);
	sqlite3_finalize(statement);
	if (error != 0) {
		free(*runs);
		*runs = NULL;
		*n = 0;
	}
	return error;
}
