/* SPDX-License-Identifier: MIT */
/*
 * A new identity for a journal that the central log holds for forked. Done in
 * the file itself, in one transaction: to put another file in its place while a
 * reader keeps the old one's -wal alive could mix the two.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/durable.h"
#include "journal/chain.h"
#include "journal/journal_internal.h"
#include "journal/journal_schema.h"

/* Today so far: what a day_opened row must say for the numbers to go on. */
struct today {
	json_t *opened; /* the detail of the last day_opened; NULL: none */
	char day[16];
	int64_t waiting; /* tickets that are not done with */
	bool failed;     /* out of memory */
};

static bool is(const char *kind, const char *name)
{
	return kind && strcmp(kind, name) == 0;
}

/* "A" of "A025". */
static json_t *prefix_of(const char *detail)
{
	json_t *object = detail ? json_loads(detail, 0, NULL) : NULL;
	const char *code = json_string_value(json_object_get(object, "ticket"));
	json_t *prefix =
	    code ? json_stringn(code, strcspn(code, "0123456789")) : NULL;

	json_decref(object);
	return prefix;
}

/* The service's numbers go on behind this one. By a clock that is doubted: at
 * worst they go on for twelve hours longer than they had to. */
static void note_number(struct today *today, const struct journal_row *row)
{
	json_t *seeds = json_object_get(today->opened, "seeds");
	json_t *seed;

	if (!seeds || !row->service || !row->has_number)
		return;
	seed = json_object_get(seeds, row->service);
	if (!seed) {
		seed = json_pack("{s:o?}", "prefix", prefix_of(row->detail));
		if (!seed ||
		    json_object_set_new(seeds, row->service, seed) != 0) {
			today->failed = true;
			return;
		}
	}
	if (json_object_set_new(seed, "last", json_integer(row->number)) != 0 ||
	    json_object_set_new(seed, "issued_at_ms",
				json_integer(row->at_ms)) != 0 ||
	    json_object_set_new(seed, "clock", json_string("doubted")) != 0)
		today->failed = true;
}

static int take_row(void *arg, const struct journal_row *row)
{
	struct today *today = arg;

	if (is(row->kind, "day_opened")) {
		json_t *opened =
		    row->detail ? json_loads(row->detail, 0, NULL) : NULL;

		if (!opened)
			return 0;
		json_decref(today->opened);
		today->opened = opened;
		snprintf(today->day, sizeof(today->day), "%s",
			 row->day ? row->day : "");
	} else if (is(row->kind, "issued")) {
		note_number(today, row);
		today->waiting++;
	} else if (is(row->kind, "restored")) {
		today->waiting++;
	} else if (is(row->kind, "finished") || is(row->kind, "no_show") ||
		   is(row->kind, "cancelled") || is(row->kind, "expired")) {
		today->waiting--;
	}
	return 0;
}

static int look_at_today(struct journal *journal, struct today *today)
{
	int64_t start;
	int rc = journal_replay_start(journal, &start);

	if (rc == 0 && start > 0)
		rc = journal_each(journal, start - 1, 0, take_row, today);
	if (rc == 0 && today->failed)
		rc = -ENOMEM;
	return rc;
}

/* ---- the two rows of the new journal ---- */

static char *opened_detail(const char *id, const struct journal *old,
			   const struct journal_previous *previous,
			   const char *reason)
{
	char hex[2 * JOURNAL_CHAIN_SIZE + 1];
	json_t *object;
	char *text;

	chain_hex(old->head.chain, hex);
	/* Of a journal on another card the chain is not known. */
	object =
	    json_pack("{s:s, s:i, s:s, s:I, s:s*, s:s}", "journal", id,
		      "schema", SCHEMA_VERSION, "previous",
		      previous ? previous->id : old->id, "previous_seq",
		      (json_int_t)(previous ? previous->seq : old->head.seq),
		      "previous_chain", previous ? NULL : hex, "reason",
		      reason);
	text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	json_decref(object);
	return text;
}

static char *day_detail(struct today *today)
{
	if (!today->opened ||
	    json_object_set_new(today->opened, "carried", json_false()) != 0)
		return NULL;
	return json_dumps(today->opened, JSON_COMPACT);
}

static int insert(sqlite3 *db, const struct journal_row *row)
{
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(db,
				    "INSERT INTO events (seq, at_ms, day, "
				    "kind, actor, detail, chain) "
				    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
				    -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return rc;
	sqlite3_bind_int64(statement, 1, row->seq);
	sqlite3_bind_int64(statement, 2, row->at_ms);
	sqlite3_bind_text(statement, 3, row->day, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 4, row->kind, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 5, row->actor, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 6, row->detail, -1, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 7, row->chain, JOURNAL_CHAIN_SIZE,
			  SQLITE_STATIC);
	rc = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int set_id(sqlite3 *db, const char *id)
{
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(db,
				    "UPDATE meta SET value = ?1 WHERE name = "
				    "'journal'",
				    -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return rc;
	sqlite3_bind_text(statement, 1, id, -1, SQLITE_STATIC);
	rc = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int replace_rows(sqlite3 *db, const char *id, struct journal_row *rows,
			size_t n)
{
	static const uint8_t zeros[JOURNAL_CHAIN_SIZE];
	const uint8_t *previous = zeros;
	/* What was pruned, and sent, was the old journal's. */
	int rc = sqlite3_exec(db,
			      "BEGIN IMMEDIATE; DELETE FROM events;"
			      "DELETE FROM meta WHERE name GLOB 'anchor_*' "
			      "OR name GLOB 'sent-*'",
			      NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		rc = set_id(db, id);
	for (size_t i = 0; i < n && rc == SQLITE_OK; i++) {
		rows[i].seq = (int64_t)i + 1;
		chain_next(previous, &rows[i], rows[i].chain);
		previous = rows[i].chain;
		rc = insert(db, &rows[i]);
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	if (rc != SQLITE_OK && !sqlite3_get_autocommit(db))
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* ---- the old rows ---- */

/* A whole copy, durable before the first row is deleted. */
static int keep_copy(struct journal *journal, const char *dir,
		     char archive[PATH_MAX])
{
	int rc;

	if (snprintf(archive, PATH_MAX, "%s/journal-%.8s-%" PRId64 ".db", dir,
		     journal->id, journal->head.seq) >= PATH_MAX)
		return -ENAMETOOLONG;
	rc = journal_copy(journal, archive);
	return rc == 0 ? durable_path(dir) : rc;
}

static int rebase(struct journal *journal, struct today *today, int64_t now_ms,
		  const struct journal_previous *previous, const char *reason)
{
	unsigned char random[(JOURNAL_ID_SIZE - 1) / 2];
	char id[JOURNAL_ID_SIZE];
	struct journal_row rows[2] = {
	    {.at_ms = now_ms, .kind = "journal_opened", .actor = "kioskctl"},
	    {.at_ms = now_ms, .kind = "day_opened", .actor = "kioskctl"},
	};
	char *opened, *day = NULL;
	int rc = -ENOMEM;

	randombytes_buf(random, sizeof(random));
	sodium_bin2hex(id, sizeof(id), random, sizeof(random));
	opened = opened_detail(id, journal, previous, reason);
	if (today->opened)
		day = day_detail(today);
	if (opened && (day || !today->opened)) {
		rows[0].detail = opened;
		rows[1].detail = day;
		rows[1].day = today->day;
		rc = replace_rows(journal->db, id, rows, day ? 2 : 1);
		if (rc != SQLITE_OK)
			rc = journal_errno(journal->db, rc);
		/* Where it lacked rows, the next start still has to know. */
		if (rc == 0 && !journal->lacks) {
			memcpy(journal->id, id, sizeof(journal->id));
			journal->head.seq = day ? 2 : 1;
			journal_settle(journal);
		}
	}
	free(opened);
	free(day);
	return rc;
}

int journal_rebase(const char *dir, int64_t now_ms,
		   const struct journal_previous *previous, const char *reason,
		   bool force, char archive[PATH_MAX],
		   struct journal_problem *problem)
{
	struct today today = {0};
	struct journal *journal;
	int rc = journal_open(dir, now_ms, &journal, problem);

	if (rc != 0)
		return rc;
	rc = look_at_today(journal, &today);
	if (rc != 0) {
		journal_refuse(problem, rc, "%s: cannot be read: %s",
			       journal->file, strerror(-rc));
	} else if (today.waiting > 0 && !force) {
		rc = -EAGAIN;
		journal_refuse(problem, rc,
			       "%" PRId64
			       " tickets of the day are not done with, and "
			       "would be lost to the kiosk: wait until the day "
			       "is over, or add --force",
			       today.waiting);
	} else {
		rc = keep_copy(journal, dir, archive);
		if (rc == 0)
			rc = rebase(journal, &today, now_ms, previous, reason);
		if (rc != 0)
			journal_refuse(problem, rc,
				       "%s: cannot be rebased: %s: it is as "
				       "it was",
				       journal->file, strerror(-rc));
	}
	json_decref(today.opened);
	journal_close(journal);
	return rc;
}
