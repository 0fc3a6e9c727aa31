/* SPDX-License-Identifier: MIT */
/* From SQLite's columns to rows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "journal/journal_internal.h"

/* Enough rows to make reading cheap, not so many that they fill a Pi. */
#define CHUNK_BYTES (256 * 1024)

enum column {
	COLUMN_SEQ,
	COLUMN_AT_MS,
	COLUMN_DAY,
	COLUMN_KIND,
	COLUMN_SERVICE,
	COLUMN_NUMBER,
	COLUMN_CLASS,
	COLUMN_COUNTER,
	COLUMN_ACTOR,
	COLUMN_DETAIL,
	COLUMN_KEY,
	COLUMN_CHAIN,
};
#define COLUMNS 12

static const struct {
	const char *name;
	int type;
	bool required;
} columns[COLUMNS] = {
    [COLUMN_SEQ] = {"seq", SQLITE_INTEGER, true},
    [COLUMN_AT_MS] = {"at_ms", SQLITE_INTEGER, true},
    [COLUMN_DAY] = {"day", SQLITE_TEXT, false},
    [COLUMN_KIND] = {"kind", SQLITE_TEXT, true},
    [COLUMN_SERVICE] = {"service", SQLITE_TEXT, false},
    [COLUMN_NUMBER] = {"number", SQLITE_INTEGER, false},
    [COLUMN_CLASS] = {"class", SQLITE_TEXT, false},
    [COLUMN_COUNTER] = {"counter", SQLITE_INTEGER, false},
    [COLUMN_ACTOR] = {"actor", SQLITE_TEXT, false},
    [COLUMN_DETAIL] = {"detail", SQLITE_TEXT, false},
    [COLUMN_KEY] = {"key", SQLITE_TEXT, false},
    [COLUMN_CHAIN] = {"chain", SQLITE_BLOB, true},
};

static const char **text_of(struct journal_row *row, enum column column)
{
	switch (column) {
	case COLUMN_DAY:
		return &row->day;
	case COLUMN_KIND:
		return &row->kind;
	case COLUMN_SERVICE:
		return &row->service;
	case COLUMN_CLASS:
		return &row->class;
	case COLUMN_ACTOR:
		return &row->actor;
	case COLUMN_DETAIL:
		return &row->detail;
	case COLUMN_KEY:
		return &row->key;
	case COLUMN_SEQ:
	case COLUMN_AT_MS:
	case COLUMN_NUMBER:
	case COLUMN_COUNTER:
	case COLUMN_CHAIN:
		break;
	}
	return NULL;
}

/*
 * What the chain does not tell apart: NULL and the empty text, a number and
 * its digits as text, what stands behind a NUL, and two fields that share a
 * separator. Our writer makes none of these, so each is a sign of other hands.
 */
static const char *oddity(sqlite3_stmt *statement, enum column column)
{
	int type = sqlite3_column_type(statement, (int)column);
	const void *text;
	size_t length;

	if (type == SQLITE_NULL)
		return columns[column].required ? "is NULL" : NULL;
	if (type != columns[column].type)
		return "has the wrong type";
	if (type == SQLITE_INTEGER)
		return NULL;
	if (type == SQLITE_BLOB)
		return sqlite3_column_bytes(statement, (int)column) ==
			       JOURNAL_CHAIN_SIZE
			   ? NULL
			   : "is not 32 bytes long";
	text = sqlite3_column_text(statement, (int)column);
	length = (size_t)sqlite3_column_bytes(statement, (int)column);
	if (length == 0)
		return "is an empty text where NULL belongs";
	if (text && memchr(text, '\0', length))
		return "holds a NUL byte";
	if (text && memchr(text, 0x1f, length))
		return "holds the byte 0x1F";
	return NULL;
}

static void copy_integers(sqlite3_stmt *statement, struct journal_row *row)
{
	const void *chain;

	row->seq = sqlite3_column_int64(statement, COLUMN_SEQ);
	row->at_ms = sqlite3_column_int64(statement, COLUMN_AT_MS);
	row->has_number =
	    sqlite3_column_type(statement, COLUMN_NUMBER) != SQLITE_NULL;
	row->number = sqlite3_column_int64(statement, COLUMN_NUMBER);
	row->has_counter =
	    sqlite3_column_type(statement, COLUMN_COUNTER) != SQLITE_NULL;
	row->counter = sqlite3_column_int64(statement, COLUMN_COUNTER);
	chain = sqlite3_column_blob(statement, COLUMN_CHAIN);
	if (chain &&
	    sqlite3_column_bytes(statement, COLUMN_CHAIN) == JOURNAL_CHAIN_SIZE)
		memcpy(row->chain, chain, JOURNAL_CHAIN_SIZE);
}

/* The row's texts, end to end, in one block. */
static int copy_texts(sqlite3_stmt *statement, struct journal_kept *kept,
		      size_t *bytes)
{
	size_t size = 0;
	char *at;

	for (int i = 0; i < COLUMNS; i++) {
		const char **text = text_of(&kept->row, (enum column)i);

		if (!text || sqlite3_column_type(statement, i) == SQLITE_NULL)
			continue;
		*text = (const char *)sqlite3_column_text(statement, i);
		if (!*text)
			return -ENOMEM;
		size += (size_t)sqlite3_column_bytes(statement, i) + 1;
	}
	kept->texts = at = malloc(size + 1);
	if (!at)
		return -ENOMEM;
	for (int i = 0; i < COLUMNS; i++) {
		const char **text = text_of(&kept->row, (enum column)i);
		size_t length;

		if (!text || !*text)
			continue;
		length = (size_t)sqlite3_column_bytes(statement, i);
		memcpy(at, *text, length);
		at[length] = '\0';
		*text = at;
		at += length + 1;
	}
	*bytes += size + sizeof(*kept);
	return 0;
}

static int keep_row(sqlite3_stmt *statement, struct journal_kept *kept,
		    size_t *bytes)
{
	*kept = (struct journal_kept){0};
	/* Before the reads below, which change what column_type() says. */
	for (int i = 0; i < COLUMNS && !kept->odd_what; i++) {
		kept->odd_what = oddity(statement, (enum column)i);
		kept->odd_column = columns[i].name;
	}
	copy_integers(statement, &kept->row);
	return copy_texts(statement, kept, bytes);
}

int journal_take_chunk(struct journal *journal, enum journal_statement which,
		       size_t max, struct journal_chunk *chunk)
{
	sqlite3_stmt *statement = journal->statements[which];
	size_t bytes = 0;
	int rc, error = 0;

	chunk->n = 0;
	rc = SQLITE_ROW;
	while (chunk->n < max && chunk->n < JOURNAL_CHUNK &&
	       bytes < CHUNK_BYTES &&
	       (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		error = keep_row(statement, &chunk->rows[chunk->n++], &bytes);
		if (error != 0)
			break;
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		error = journal_note_fault(journal, "reading", rc);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (error != 0)
		journal_free_chunk(chunk);
	return error;
}

void journal_free_chunk(struct journal_chunk *chunk)
{
	for (size_t i = 0; i < chunk->n; i++)
		free(chunk->rows[i].texts);
	chunk->n = 0;
}

int journal_chunk_after(struct journal *journal, int64_t after_seq, size_t max,
			struct journal_chunk *chunk)
{
	sqlite3_stmt *statement = journal->statements[JOURNAL_AFTER];

	sqlite3_bind_int64(statement, 1, after_seq);
	return journal_take_chunk(journal, JOURNAL_AFTER, max, chunk);
}

int journal_read_last(struct journal *journal, struct journal_point *last)
{
	sqlite3_stmt *statement = journal->statements[JOURNAL_LAST];
	const void *chain;
	int rc;

	*last = (struct journal_point){0};
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW) {
		last->seq = sqlite3_column_int64(statement, 0);
		chain = sqlite3_column_blob(statement, 1);
		if (chain &&
		    sqlite3_column_bytes(statement, 1) == JOURNAL_CHAIN_SIZE)
			memcpy(last->chain, chain, JOURNAL_CHAIN_SIZE);
	}
	sqlite3_reset(statement);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return journal_note_fault(journal, "reading the last row", rc);
	return 0;
}

int journal_each(struct journal *journal, int64_t after_seq, int64_t limit,
		 journal_row_fn *fn, void *arg)
{
	struct journal_chunk *chunk = malloc(sizeof(*chunk));
	int64_t left = limit > 0 ? limit : INT64_MAX;
	int rc;

	if (!chunk)
		return -ENOMEM;
	do {
		size_t max =
		    left < JOURNAL_CHUNK ? (size_t)left : JOURNAL_CHUNK;

		rc = journal_chunk_after(journal, after_seq, max, chunk);
		for (size_t i = 0; rc == 0 && i < chunk->n; i++) {
			after_seq = chunk->rows[i].row.seq;
			rc = fn(arg, &chunk->rows[i].row);
		}
		left -= (int64_t)chunk->n;
		if (chunk->n == 0)
			left = 0;
		journal_free_chunk(chunk);
	} while (rc == 0 && left > 0);
	free(chunk);
	return rc;
}

int journal_find_key(struct journal *journal, const char *key,
		     journal_row_fn *fn, void *arg)
{
	sqlite3_stmt *statement = journal->statements[JOURNAL_BY_KEY];
	struct journal_chunk *chunk = malloc(sizeof(*chunk));
	int rc;

	if (!chunk)
		return -ENOMEM;
	sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
	rc = journal_take_chunk(journal, JOURNAL_BY_KEY, 1, chunk);
	if (rc == 0)
		rc = chunk->n > 0 ? fn(arg, &chunk->rows[0].row) : -ENOENT;
	journal_free_chunk(chunk);
	free(chunk);
	return rc;
}

int journal_read_meta(struct journal *journal, const char *name,
		      sqlite3_stmt **row)
{
	int rc;

	*row = NULL;
	rc = sqlite3_prepare_v2(journal->db,
				"SELECT value FROM meta WHERE name = ?1", -1,
				row, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_bind_text(*row, 1, name, -1, SQLITE_STATIC);
		rc = sqlite3_step(*row);
	}
	if (rc == SQLITE_ROW)
		return 0;
	rc = rc == SQLITE_DONE ? -ENOENT
			       : journal_note_fault(journal, "reading", rc);
	sqlite3_finalize(*row);
	*row = NULL;
	return rc;
}
