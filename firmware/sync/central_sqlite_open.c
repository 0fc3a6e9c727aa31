/* SPDX-License-Identifier: MIT */
/* Opening an SQLite central log and making its schema. */
#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sync/central_sqlite_internal.h"

#define BUSY_MS 3000
#define CACHE_KIB 512 /* a batch and the way to it; the default is 2 MB */
#define SCHEMA_VERSION 3
#define APPLICATION_ID 0x4d43636c /* "MCcl", in the file's header */

__asm__(".section .rodata\n"
	"kiosk_central_sqlite_sql:\n"
	".incbin \"firmware/sync/central/sqlite.sql\"\n"
	".byte 0\n"
	"kiosk_central_sqlite_3_sql:\n"
	".incbin \"firmware/sync/central/sqlite_3.sql\"\n"
	".byte 0\n"
	"kiosk_central_sqlite_views_sql:\n"
	".incbin \"firmware/sync/central/sqlite_views.sql\"\n"
	".byte 0\n"
	".previous\n");
extern const char kiosk_central_sqlite_sql[], kiosk_central_sqlite_3_sql[],
    kiosk_central_sqlite_views_sql[];

static const char *const statement_sql[STATEMENTS] = {
    [STATEMENT_HEAD] = "SELECT seq, chain, local_seq, last_contact "
		       "FROM journals WHERE kiosk = ?1 AND journal = ?2",
    [STATEMENT_MAKE_HEAD] =
	"INSERT INTO journals (kiosk, journal, seq, chain, local_seq, "
	"first_contact, last_contact, skew_ms) "
	"VALUES (?1, ?2, 0, zeroblob(32), ?3, ?4, ?4, 0)",
    [STATEMENT_CONTACT] = "UPDATE journals SET local_seq = ?3, "
			  "last_contact = ?4 WHERE kiosk = ?1 AND journal = ?2",
    [STATEMENT_CHAIN_AT] = "SELECT chain FROM events "
			   "WHERE kiosk = ?1 AND journal = ?2 AND seq = ?3",
    [STATEMENT_ADD] = "INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
		      "?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    [STATEMENT_SET_HEAD] = "UPDATE journals SET seq = ?3, chain = ?4, "
			   "local_seq = max(local_seq, ?3), last_contact = ?5 "
			   "WHERE kiosk = ?1 AND journal = ?2",
    [STATEMENT_KNOW_KIOSK] =
	"INSERT INTO kiosks (kiosk) SELECT ?1 WHERE ?2 IS NOT NULL "
	"ON CONFLICT DO NOTHING",
    [STATEMENT_FAULT] =
	"INSERT INTO faults VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 1, "
	"NULL) ON CONFLICT (kiosk, journal, kind) WHERE resolved_at IS NULL "
	"DO UPDATE SET seq = excluded.seq, chain = excluded.chain, "
	"claimed_seq = excluded.claimed_seq, "
	"claimed_chain = excluded.claimed_chain, last_at = excluded.last_at, "
	"times = times + 1",
    [STATEMENT_PUBLIC_KEY] = "SELECT public_key FROM kiosks "
			     "WHERE kiosk = ?1 AND ?2 IS NOT NULL",
    [STATEMENT_SET_PUBLIC_KEY] = "UPDATE kiosks SET public_key = ?3 "
				 "WHERE kiosk = ?1 AND ?2 IS NOT NULL",
    [STATEMENT_CHECKPOINT] =
	"INSERT OR REPLACE INTO checkpoints VALUES (?1, ?2, "
	"date(?7 / 1000, 'unixepoch'), ?3, ?4, ?5, ?6, ?7)",
};

__attribute__((format(printf, 2, 3))) static void
say(struct central_problem *problem, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(problem->text, sizeof(problem->text), format, args);
	va_end(args);
}

void central_sqlite_close(struct central *central)
{
	for (size_t i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(central->statements[i]);
		central->statements[i] = NULL;
	}
	sqlite3_close(central->db);
	central->db = NULL;
}

/* What SQLite met, as an errno and in words with the mend. */
int central_sqlite_failed(struct central *central,
			  struct central_problem *problem)
{
	int code = central->db ? sqlite3_errcode(central->db) : SQLITE_NOMEM;
	const char *what =
	    central->db ? sqlite3_errmsg(central->db) : "out of memory";

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		say(problem, "%s: another program holds it: close it",
		    central->path);
		return -EBUSY;
	case SQLITE_FULL:
		say(problem, "%s: the disk is full: make room", central->path);
		return -ENOSPC;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		say(problem,
		    "%s: may not be written: let the user of kiosk-sync write "
		    "it and its directory",
		    central->path);
		return -EACCES;
	case SQLITE_CANTOPEN:
		say(problem,
		    "%s: cannot be opened or made: see that its directory is "
		    "there and that the user of kiosk-sync may write it",
		    central->path);
		return -ENOENT;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		say(problem,
		    "%s: %s: move it away (kiosk-sync makes a new one) or name "
		    "another file in central.url",
		    central->path, what);
		return -EBADMSG;
	case SQLITE_NOMEM:
		say(problem, "%s: out of memory", central->path);
		return -ENOMEM;
	}
	say(problem, "%s: %s", central->path, what);
	return -EIO;
}

int central_sqlite_run(struct central *central, const char *sql,
		       struct central_problem *problem)
{
	if (sqlite3_exec(central->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return central_sqlite_failed(central, problem);
	return 0;
}

/* The first column of the first row as text, "" for none. */
static int ask(struct central *central, const char *sql, char *answer,
	       size_t size, struct central_problem *problem)
{
	sqlite3_stmt *statement;
	int status;

	answer[0] = '\0';
	if (sqlite3_prepare_v2(central->db, sql, -1, &statement, NULL) !=
	    SQLITE_OK)
		return central_sqlite_failed(central, problem);
	status = sqlite3_step(statement);
	if (status == SQLITE_ROW) {
		const char *text =
		    (const char *)sqlite3_column_text(statement, 0);

		snprintf(answer, size, "%s", text ? text : "");
	}
	sqlite3_finalize(statement);
	if (status != SQLITE_ROW && status != SQLITE_DONE)
		return central_sqlite_failed(central, problem);
	return 0;
}

static int ask_number(struct central *central, const char *sql, int64_t *number,
		      struct central_problem *problem)
{
	char answer[24];
	int status = ask(central, sql, answer, sizeof(answer), problem);

	*number = strtoll(answer, NULL, 10);
	return status;
}

static int identify(struct central *central, int64_t *id, int64_t *tables,
		    struct central_problem *problem)
{
	int status = ask_number(central, "PRAGMA application_id", id, problem);

	if (status < 0)
		return status;
	return ask_number(central, "SELECT count(*) FROM sqlite_schema", tables,
			  problem);
}

static int not_a_log(struct central *central, struct central_problem *problem)
{
	say(problem,
	    "%s: is no central log, but another SQLite file: name a file of "
	    "its own in central.url",
	    central->path);
	return -EBADMSG;
}

/* In a write transaction: makes the tables in an empty file, and the views
 * there and in one of an older version. */
static int make_schema(struct central *central, struct central_problem *problem)
{
	char marks[100];
	int64_t id, version, tables;
	int status;

	status = identify(central, &id, &tables, problem);
	if (status < 0)
		return status;
	status = ask_number(central, "PRAGMA user_version", &version, problem);
	if (status < 0)
		return status;
	if (id == APPLICATION_ID && version == SCHEMA_VERSION)
		return 0;
	if (id == APPLICATION_ID && version > SCHEMA_VERSION) {
		say(problem,
		    "%s: the central log has schema %" PRId64
		    ", newer than this kiosk-sync knows: install a newer "
		    "kiosk-sync",
		    central->path, version);
		return -EPROTO;
	}
	if (id != APPLICATION_ID) {
		if (id != 0 || tables != 0)
			return not_a_log(central, problem);
		status = central_sqlite_run(central, kiosk_central_sqlite_sql,
					    problem);
	}
	if (status == 0)
		status = central_sqlite_run(central, kiosk_central_sqlite_3_sql,
					    problem);
	if (status == 0)
		status =
		    central_sqlite_run(central, kiosk_central_sqlite_views_sql,
				       problem);
	if (status < 0)
		return status;
	snprintf(marks, sizeof(marks),
		 "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 APPLICATION_ID, SCHEMA_VERSION);
	return central_sqlite_run(central, marks, problem);
}

/* Commits, or undoes all when status < 0 or the commit fails. */
int central_sqlite_finish(struct central *central, int status,
			  struct central_problem *problem)
{
	if (status >= 0)
		status = central_sqlite_run(central, "COMMIT", problem);
	if (status < 0 && !sqlite3_get_autocommit(central->db))
		sqlite3_exec(central->db, "ROLLBACK", NULL, NULL, NULL);
	return status;
}

/* WAL and FULL, set and read back: an acknowledged row must not be lost. */
static int set_up(struct central *central, struct central_problem *problem)
{
	char mode[16], full[16], cache[40];
	int64_t id, tables;
	int status;

	sqlite3_busy_timeout(central->db, BUSY_MS);
	sqlite3_extended_result_codes(central->db, 1);
	status = identify(central, &id, &tables, problem);
	if (status < 0)
		return status;
	/* Someone else's file is left as it is, its journal mode too. */
	if (id != APPLICATION_ID && (id != 0 || tables != 0))
		return not_a_log(central, problem);
	status = ask(central, "PRAGMA journal_mode = WAL", mode, sizeof(mode),
		     problem);
	if (status < 0)
		return status;
	snprintf(cache, sizeof(cache), "PRAGMA cache_size = -%d", CACHE_KIB);
	status = central_sqlite_run(central, cache, problem);
	if (status < 0)
		return status;
	status =
	    central_sqlite_run(central, "PRAGMA synchronous = FULL", problem);
	if (status < 0)
		return status;
	status =
	    ask(central, "PRAGMA synchronous", full, sizeof(full), problem);
	if (status < 0)
		return status;
	if (strcmp(mode, "wal") != 0 || strcmp(full, "2") != 0) {
		say(problem,
		    "%s: journal mode %s, synchronous %s instead of wal, 2: "
		    "put it on a local disk",
		    central->path, mode, full);
		return -EIO;
	}
	status = central_sqlite_run(central, "BEGIN IMMEDIATE", problem);
	if (status < 0)
		return status;
	return central_sqlite_finish(central, make_schema(central, problem),
				     problem);
}

/*
 * Whether the file that is open still is the one at path. What is written to a
 * deleted file is lost, and nobody would know.
 */
static bool in_place(const struct central *central)
{
	struct stat file;

	return stat(central->path, &file) == 0 &&
	       file.st_dev == central->device && file.st_ino == central->inode;
}

int central_sqlite_use(struct central *central, struct central_problem *problem)
{
	struct stat file;
	int status;

	if (central->db && in_place(central))
		return 0;
	central_sqlite_close(central);
	if (sqlite3_open_v2(central->path, &central->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK) {
		status = central_sqlite_failed(central, problem);
		central_sqlite_close(central);
		return status;
	}
	status = set_up(central, problem);
	for (size_t i = 0; status == 0 && i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(central->db, statement_sql[i], -1,
				       SQLITE_PREPARE_PERSISTENT,
				       &central->statements[i],
				       NULL) != SQLITE_OK)
			status = central_sqlite_failed(central, problem);
	if (status == 0 && stat(central->path, &file) == 0) {
		central->device = file.st_dev;
		central->inode = file.st_ino;
	}
	if (status < 0)
		central_sqlite_close(central);
	return status;
}
