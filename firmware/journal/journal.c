/* SPDX-License-Identifier: MIT */
/* Turns: append, commit, and what is true after one of them failed. */
#include "journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "journal/chain.h"
#include "journal/journal_internal.h"

#define TEXT_MAX 255 /* of any text but detail and key */

int journal_errno(sqlite3 *db, int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_NOMEM:
		return -ENOMEM;
	/* A file or directory that is another user's; a read-only file system
	 * is an I/O error with its errno. */
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_CONSTRAINT:
		return -EEXIST;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		break;
	default:
		return -EIO;
	}
	switch (sqlite3_system_errno(db)) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return -ENOSPC;
	case EROFS:
		return -EROFS;
	case EACCES:
	case EPERM:
		return -EACCES;
	default:
		return -EIO;
	}
}

int journal_note_fault(struct journal *journal, const char *doing, int rc)
{
	int error = journal_errno(journal->db, rc);

	snprintf(journal->fault, sizeof(journal->fault),
		 "%s %s: %s (SQLite %d, %s)", doing, journal->file,
		 sqlite3_errmsg(journal->db), rc, strerror(-error));
	return error;
}

static int run(struct journal *journal, enum journal_statement which)
{
	sqlite3_stmt *statement = journal->statements[which];
	int rc = sqlite3_step(statement);

	sqlite3_reset(statement);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static bool same_point(const struct journal_point *a,
		       const struct journal_point *b)
{
	return a->seq == b->seq &&
	       memcmp(a->chain, b->chain, sizeof(a->chain)) == 0;
}

/* Some errors make SQLite roll back by itself; the rest is left to us. */
static void undo(struct journal *journal)
{
	if (!sqlite3_get_autocommit(journal->db))
		(void)run(journal, JOURNAL_ROLLBACK);
	journal->in_turn = false;
	journal->tip = journal->head;
}

/*
 * After a commit that failed when everything was written and only the sync
 * was not, the WAL ends in a whole commit that nobody was told of. The next
 * turn overwrites it, but a power cut before would make it true. So the WAL is
 * emptied, as well as it goes; SQLite itself does not sync that. Not on a full
 * disk: there the commit cannot be whole, and the WAL's room is what the next
 * turn lives on.
 */
static void bury(struct journal *journal, int error)
{
	sqlite3_file *wal = NULL;

	if (error == -ENOSPC)
		return;
	(void)sqlite3_wal_checkpoint_v2(journal->db, NULL,
					SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	(void)sqlite3_file_control(journal->db, "main",
				   SQLITE_FCNTL_JOURNAL_POINTER, &wal);
	if (wal && wal->pMethods)
		(void)wal->pMethods->xSync(wal, SQLITE_SYNC_FULL);
}

static int say_stale(struct journal *journal)
{
	journal->stale = true;
	snprintf(journal->fault, sizeof(journal->fault),
		 "%s holds rows that this process was not told of: it must "
		 "be opened anew and replayed",
		 journal->file);
	return -ESTALE;
}

/*
 * Asks the file what became of a commit that failed without our learning
 * whether it is in. Where the rows did get in, everyone was told they had not:
 * going on would give their numbers out again.
 */
static int find_again(struct journal *journal)
{
	struct journal_point last;

	undo(journal);
	if (!sqlite3_get_autocommit(journal->db) ||
	    journal_read_last(journal, &last) != 0)
		return -EIO;
	journal->lost = false;
	if (!same_point(&last, &journal->head))
		return say_stale(journal);
	bury(journal, -EIO);
	return 0;
}

/* A commit to it would be durable for nobody: journal_place.c. */
static int say_moved(struct journal *journal)
{
	snprintf(journal->fault, sizeof(journal->fault),
		 "%s, or its -wal or -shm, was deleted or replaced by "
		 "another file",
		 journal->file);
	return -EIO;
}

static int begin(struct journal *journal)
{
	int rc;

	if (journal->reader)
		return -EROFS;
	if (journal->stale)
		return -ESTALE;
	if (journal->lost || !sqlite3_get_autocommit(journal->db)) {
		rc = find_again(journal);
		if (rc != 0)
			return rc;
	}
	if (!journal_in_place(journal))
		return say_moved(journal);
	rc = run(journal, JOURNAL_BEGIN);
	if (rc != SQLITE_OK)
		return journal_note_fault(journal, "beginning a turn in", rc);
	journal->in_turn = true;
	journal->tip = journal->head;
	journal->taken = journal->given;
	journal->numbers_due = false;
	return 0;
}

static bool text_fits(const char *text, size_t max)
{
	size_t length;

	if (!text)
		return true;
	length = strnlen(text, max + 1);
	return length <= max && !memchr(text, CHAIN_SEPARATOR, length) &&
	       utf8_valid(text, length);
}

static bool key_fits(const char *key)
{
	size_t length;

	if (!key)
		return true;
	length = strnlen(key, JOURNAL_KEY_MAX + 1);
	if (length == 0 || length > JOURNAL_KEY_MAX)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (key[i] < 0x20 || key[i] > 0x7e)
			return false;
	}
	return true;
}

static bool row_fits(const struct journal_row *row)
{
	return row->kind && *row->kind && text_fits(row->kind, TEXT_MAX) &&
	       text_fits(row->day, TEXT_MAX) &&
	       text_fits(row->service, TEXT_MAX) &&
	       text_fits(row->class, TEXT_MAX) &&
	       text_fits(row->actor, TEXT_MAX) &&
	       text_fits(row->detail, JOURNAL_DETAIL_MAX) && key_fits(row->key);
}

/* The chain does not tell "" from NULL, so there is only NULL. */
static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
	if (text && *text)
		sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, index);
}

static void bind_integer(sqlite3_stmt *statement, int index, bool present,
			 int64_t value)
{
	if (present)
		sqlite3_bind_int64(statement, index, value);
	else
		sqlite3_bind_null(statement, index);
}

int journal_insert(struct journal *journal, const struct journal_row *row)
{
	sqlite3_stmt *statement = journal->statements[JOURNAL_INSERT];

	bind_integer(statement, 1, true, row->seq);
	bind_integer(statement, 2, true, row->at_ms);
	bind_text(statement, 3, row->day);
	bind_text(statement, 4, row->kind);
	bind_text(statement, 5, row->service);
	bind_integer(statement, 6, row->has_number, row->number);
	bind_text(statement, 7, row->class);
	bind_integer(statement, 8, row->has_counter, row->counter);
	bind_text(statement, 9, row->actor);
	bind_text(statement, 10, row->detail);
	bind_text(statement, 11, row->key);
	sqlite3_bind_blob(statement, 12, row->chain, JOURNAL_CHAIN_SIZE,
			  SQLITE_STATIC);
	return run(journal, JOURNAL_INSERT);
}

int journal_append(struct journal *journal, struct journal_row *row)
{
	struct journal_point next;
	int rc;

	if (!row_fits(row))
		return -EINVAL;
	if (!journal->in_turn) {
		rc = begin(journal);
		if (rc != 0)
			return rc;
	}
	row->seq = journal->tip.seq + 1;
	next.seq = row->seq;
	chain_next(journal->tip.chain, row, next.chain);
	memcpy(row->chain, next.chain, JOURNAL_CHAIN_SIZE);
	rc = journal_insert(journal, row);
	if (rc == SQLITE_OK) {
		journal->tip = next;
		journal->numbers_due |= numbers_take(&journal->taken, row);
		return 0;
	}
	/* A seq that is taken: another hand wrote to the file. */
	journal->lost =
	    rc == SQLITE_CONSTRAINT_PRIMARYKEY || rc == SQLITE_CONSTRAINT_ROWID;
	rc = journal_note_fault(journal, "appending to", rc);
	undo(journal);
	return journal->lost ? -EIO : rc;
}

/*
 * A commit's error leaves open whether the rows are in; the file knows, and
 * what it says is taken for true. Where it cannot be asked, nothing more is
 * written until it can (find_again()).
 */
static int after_failed_commit(struct journal *journal, int error)
{
	struct journal_point wanted = journal->tip, last;
	char fault[sizeof(journal->fault)];

	memcpy(fault, journal->fault, sizeof(fault));
	undo(journal);
	/* Still in the transaction, we would read our own rows back. */
	if (!sqlite3_get_autocommit(journal->db) ||
	    journal_read_last(journal, &last) != 0) {
		journal->lost = true;
	} else if (same_point(&last, &wanted)) {
		journal->head = journal->tip = wanted;
		journal_note_numbers(journal);
		return 0;
	} else if (!same_point(&last, &journal->head)) {
		return say_stale(journal);
	} else {
		bury(journal, error);
	}
	memcpy(journal->fault, fault, sizeof(fault));
	return error;
}

int journal_commit(struct journal *journal)
{
	int rc;

	if (!journal->in_turn)
		return 0;
	if (!journal_in_place(journal)) {
		undo(journal);
		return say_moved(journal);
	}
	journal_foretell_numbers(journal);
	rc = run(journal, JOURNAL_COMMIT);
	if (rc != SQLITE_OK) {
		rc = journal_note_fault(journal, "committing to", rc);
		return after_failed_commit(journal, rc);
	}
	journal->in_turn = false;
	journal->head = journal->tip;
	journal_note_numbers(journal);
	return 0;
}

void journal_rollback(struct journal *journal)
{
	undo(journal);
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	if (journal->db && !sqlite3_get_autocommit(journal->db))
		(void)run(journal, JOURNAL_ROLLBACK);
	for (size_t i = 0; i < JOURNAL_STATEMENTS; i++)
		sqlite3_finalize(journal->statements[i]);
	sqlite3_close(journal->db);
	/* Last: who gets the lock must find the file at rest. */
	if (journal->numbers_fd >= 0)
		close(journal->numbers_fd);
	if (journal->lock_fd >= 0)
		close(journal->lock_fd);
	free(journal->file);
	free(journal);
}

const char *journal_id(const struct journal *journal)
{
	return journal->id;
}

const char *journal_fault(const struct journal *journal)
{
	return journal->fault;
}

int journal_head(struct journal *journal, int64_t *seq,
		 uint8_t chain[JOURNAL_CHAIN_SIZE])
{
	struct journal_point head = journal->head;
	int rc = 0;

	if (journal->reader)
		rc = journal_read_last(journal, &head);
	else if (journal->stale)
		rc = -ESTALE;
	else if (journal->lost)
		rc = find_again(journal);
	if (rc != 0)
		return rc;
	*seq = head.seq;
	memcpy(chain, head.chain, JOURNAL_CHAIN_SIZE);
	return 0;
}

struct sought {
	int64_t seq;
	bool opens_day;
};

static int see_kind(void *arg, const struct journal_row *row)
{
	struct sought *sought = arg;

	sought->opens_day =
	    row->seq == sought->seq && strcmp(row->kind, "day_opened") == 0;
	return 0;
}

/* A damaged index may name any row, and what replay begins with decides which
 * numbers are known: the row itself is asked. */
static int check_begin(struct journal *journal, int64_t seq)
{
	struct sought sought = {.seq = seq};
	int rc = journal_each(journal, seq - 1, 1, see_kind, &sought);

	if (rc == 0 && !sought.opens_day)
		rc = journal_note_fault(journal, "reading", SQLITE_CORRUPT);
	return rc;
}

int journal_replay_start(struct journal *journal, int64_t *seq)
{
	sqlite3_stmt *statement = journal->statements[JOURNAL_DAYS];
	int rc, error = 0;

	*seq = 0;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		if (journal_begins_run(
			(const char *)sqlite3_column_text(statement, 1))) {
			*seq = sqlite3_column_int64(statement, 0);
			break;
		}
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		error = journal_note_fault(journal, "reading", rc);
	sqlite3_reset(statement);
	return error == 0 && *seq > 0 ? check_begin(journal, *seq) : error;
}
