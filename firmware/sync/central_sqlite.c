/* SPDX-License-Identifier: MIT */
/*
 * The embedded central log: one SQLite file, the same tables, views and checks
 * as on a server. Made on first use.
 */
#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "sync/central.h"

#define BUSY_MS 3000
#define CACHE_KIB 512 /* a batch and the way to it; the default is 2 MB */
#define SCHEMA_VERSION 2
#define APPLICATION_ID 0x4d43636c /* "MCcl", in the file's header */

__asm__(".section .rodata\n"
	"kiosk_central_sqlite_sql:\n"
	".incbin \"firmware/sync/central/sqlite.sql\"\n"
	".byte 0\n"
	"kiosk_central_sqlite_views_sql:\n"
	".incbin \"firmware/sync/central/sqlite_views.sql\"\n"
	".byte 0\n"
	".previous\n");
extern const char kiosk_central_sqlite_sql[], kiosk_central_sqlite_views_sql[];

enum statement {
	STATEMENT_HEAD,
	STATEMENT_MAKE_HEAD,
	STATEMENT_CONTACT,
	STATEMENT_CHAIN_AT,
	STATEMENT_ADD,
	STATEMENT_SET_HEAD,
	STATEMENTS
};

static const char *const statement_sql[STATEMENTS] = {
    [STATEMENT_HEAD] = "SELECT seq, chain, local_seq, last_contact "
		       "FROM journals WHERE kiosk = ?1 AND journal = ?2",
    [STATEMENT_MAKE_HEAD] = "INSERT INTO journals VALUES "
			    "(?1, ?2, 0, zeroblob(32), ?3, ?4, ?4)",
    [STATEMENT_CONTACT] = "UPDATE journals SET local_seq = ?3, "
			  "last_contact = ?4 WHERE kiosk = ?1 AND journal = ?2",
    [STATEMENT_CHAIN_AT] = "SELECT chain FROM events "
			   "WHERE kiosk = ?1 AND journal = ?2 AND seq = ?3",
    [STATEMENT_ADD] = "INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
		      "?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    [STATEMENT_SET_HEAD] = "UPDATE journals SET seq = ?3, chain = ?4, "
			   "local_seq = max(local_seq, ?3), last_contact = ?5 "
			   "WHERE kiosk = ?1 AND journal = ?2",
};

struct central {
	char *path;
	sqlite3 *db; /* NULL until first used */
	dev_t device;
	ino_t inode;
	sqlite3_stmt *statements[STATEMENTS];
};

__attribute__((format(printf, 2, 3))) static void
say(struct central_problem *problem, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(problem->text, sizeof(problem->text), format, args);
	va_end(args);
}

static void close_file(struct central *central)
{
	for (size_t i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(central->statements[i]);
		central->statements[i] = NULL;
	}
	sqlite3_close(central->db);
	central->db = NULL;
}

/* What SQLite met, as an errno and in words with the mend. */
static int failed(struct central *central, struct central_problem *problem)
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

static int run(struct central *central, const char *sql,
	       struct central_problem *problem)
{
	if (sqlite3_exec(central->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return failed(central, problem);
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
		return failed(central, problem);
	status = sqlite3_step(statement);
	if (status == SQLITE_ROW) {
		const char *text =
		    (const char *)sqlite3_column_text(statement, 0);

		snprintf(answer, size, "%s", text ? text : "");
	}
	sqlite3_finalize(statement);
	if (status != SQLITE_ROW && status != SQLITE_DONE)
		return failed(central, problem);
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
		status = run(central, kiosk_central_sqlite_sql, problem);
		if (status < 0)
			return status;
	}
	status = run(central, kiosk_central_sqlite_views_sql, problem);
	if (status < 0)
		return status;
	snprintf(marks, sizeof(marks),
		 "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 APPLICATION_ID, SCHEMA_VERSION);
	return run(central, marks, problem);
}

/* Commits, or undoes all when status < 0 or the commit fails. */
static int finish(struct central *central, int status,
		  struct central_problem *problem)
{
	if (status >= 0)
		status = run(central, "COMMIT", problem);
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
	status = run(central, cache, problem);
	if (status < 0)
		return status;
	status = run(central, "PRAGMA synchronous = FULL", problem);
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
	status = run(central, "BEGIN IMMEDIATE", problem);
	if (status < 0)
		return status;
	return finish(central, make_schema(central, problem), problem);
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

static int use_file(struct central *central, struct central_problem *problem)
{
	struct stat file;
	int status;

	if (central->db && in_place(central))
		return 0;
	close_file(central);
	if (sqlite3_open_v2(central->path, &central->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK) {
		status = failed(central, problem);
		close_file(central);
		return status;
	}
	status = set_up(central, problem);
	for (size_t i = 0; status == 0 && i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(central->db, statement_sql[i], -1,
				       SQLITE_PREPARE_PERSISTENT,
				       &central->statements[i],
				       NULL) != SQLITE_OK)
			status = failed(central, problem);
	if (status == 0 && stat(central->path, &file) == 0) {
		central->device = file.st_dev;
		central->inode = file.st_ino;
	}
	if (status < 0)
		close_file(central);
	return status;
}

static int sqlite_open(const char *url, int stop_fd, struct central **out,
		       struct central_problem *problem)
{
	const char *path = url + strlen("sqlite:");
	struct central *central;

	(void)stop_fd; /* no network to wait for */
	*out = NULL;
	if (path[0] != '/') {
		say(problem,
		    "central.url: \"%s\" must name the file from the root: "
		    "\"sqlite:/var/lib/kiosk/central.db\"",
		    url);
		return -EINVAL;
	}
	central = calloc(1, sizeof(*central));
	if (!central)
		goto no_memory;
	central->path = strdup(path);
	if (!central->path)
		goto no_memory;
	*out = central;
	return 0;

no_memory:
	free(central);
	say(problem, "out of memory");
	return -ENOMEM;
}

static void sqlite_close(struct central *central)
{
	if (!central)
		return;
	close_file(central);
	free(central->path);
	free(central);
}

static sqlite3_stmt *statement_for(struct central *central,
				   enum statement which, const char *kiosk,
				   const char *journal)
{
	sqlite3_stmt *statement = central->statements[which];

	sqlite3_bind_text(statement, 1, kiosk, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, journal, -1, SQLITE_STATIC);
	return statement;
}

/*
 * Runs a statement that answers at most one row. 1: a row, to be read before
 * the reset that the caller owes; 0: none. (Binding is not checked: numbers
 * and static text below SQLite's limit of 1 GB cannot fail to bind.)
 */
static int step(struct central *central, sqlite3_stmt *statement,
		struct central_problem *problem)
{
	int code = sqlite3_step(statement);
	int status;

	if (code == SQLITE_ROW)
		return 1;
	status = code == SQLITE_DONE ? 0 : failed(central, problem);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return status;
}

static void release(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

static bool column_chain(sqlite3_stmt *statement, int column,
			 uint8_t chain[JOURNAL_CHAIN_SIZE])
{
	const void *blob = sqlite3_column_blob(statement, column);

	if (!blob ||
	    sqlite3_column_bytes(statement, column) != JOURNAL_CHAIN_SIZE)
		return false;
	memcpy(chain, blob, JOURNAL_CHAIN_SIZE);
	return true;
}

/* What the log knows of a journal. */
struct known {
	struct central_head head;
	int64_t local_seq;
	int64_t contact_ms;
};

/* 1: known; 0: a journal never heard of, *known is its beginning. */
static int read_head(struct central *central, const char *kiosk,
		     const char *journal, struct known *known,
		     struct central_problem *problem)
{
	sqlite3_stmt *statement =
	    statement_for(central, STATEMENT_HEAD, kiosk, journal);
	int status = step(central, statement, problem);

	*known = (struct known){0};
	if (status <= 0)
		return status;
	known->head.seq = sqlite3_column_int64(statement, 0);
	if (!column_chain(statement, 1, known->head.chain)) {
		say(problem, "%s: the head of %s/%s is damaged", central->path,
		    kiosk, journal);
		status = -EBADMSG;
	}
	known->local_seq = sqlite3_column_int64(statement, 2);
	known->contact_ms = sqlite3_column_int64(statement, 3);
	release(statement);
	return status;
}

/* STATEMENT_MAKE_HEAD or STATEMENT_CONTACT. */
static int note_contact(struct central *central, enum statement which,
			const char *kiosk, const char *journal,
			int64_t local_seq, struct central_problem *problem)
{
	sqlite3_stmt *statement = statement_for(central, which, kiosk, journal);

	sqlite3_bind_int64(statement, 3, local_seq);
	sqlite3_bind_int64(statement, 4, clock_wall_ms());
	return step(central, statement, problem);
}

static int sqlite_hello(struct central *central, const char *kiosk,
			const char *journal, int64_t local_seq,
			struct central_head *head,
			struct central_problem *problem)
{
	struct known known;
	int status = use_file(central, problem);

	if (status < 0)
		return status;
	status = read_head(central, kiosk, journal, &known, problem);
	if (status < 0)
		return status;
	*head = known.head;
	if (status == 1 && known.local_seq == local_seq &&
	    llabs(clock_wall_ms() - known.contact_ms) <
		CENTRAL_CONTACT_GRAIN_MS)
		return 0;
	status = run(central, "BEGIN IMMEDIATE", problem);
	if (status < 0)
		return status;
	status = read_head(central, kiosk, journal, &known, problem);
	if (status >= 0) {
		*head = known.head;
		status = note_contact(central,
				      status ? STATEMENT_CONTACT
					     : STATEMENT_MAKE_HEAD,
				      kiosk, journal, local_seq, problem);
	}
	return finish(central, status, problem);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	if (text)
		sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, at);
}

static void bind_number(sqlite3_stmt *statement, int at, bool has,
			int64_t number)
{
	if (has)
		sqlite3_bind_int64(statement, at, number);
	else
		sqlite3_bind_null(statement, at);
}

static int add_row(struct central *central, const char *kiosk,
		   const char *journal, const struct journal_row *row,
		   int64_t received_at, struct central_problem *problem)
{
	sqlite3_stmt *statement =
	    statement_for(central, STATEMENT_ADD, kiosk, journal);

	sqlite3_bind_int64(statement, 3, row->seq);
	sqlite3_bind_int64(statement, 4, row->at_ms);
	bind_text(statement, 5, row->day);
	bind_text(statement, 6, row->kind);
	bind_text(statement, 7, row->service);
	bind_number(statement, 8, row->has_number, row->number);
	bind_text(statement, 9, row->class);
	bind_number(statement, 10, row->has_counter, row->counter);
	bind_text(statement, 11, row->actor);
	bind_text(statement, 12, row->detail);
	bind_text(statement, 13, row->key);
	sqlite3_bind_blob(statement, 14, row->chain, JOURNAL_CHAIN_SIZE,
			  SQLITE_STATIC);
	sqlite3_bind_int64(statement, 15, received_at);
	return step(central, statement, problem);
}

static int add_rows(struct central *central, const char *kiosk,
		    const char *journal, const struct journal_row *rows,
		    size_t n_rows, const struct central_head *head,
		    struct central_problem *problem)
{
	int64_t now_ms = clock_wall_ms();
	sqlite3_stmt *statement;
	int status;

	for (size_t i = 0; i < n_rows; i++) {
		status =
		    add_row(central, kiosk, journal, &rows[i], now_ms, problem);
		if (status < 0)
			return status;
	}
	statement = statement_for(central, STATEMENT_SET_HEAD, kiosk, journal);
	sqlite3_bind_int64(statement, 3, head->seq);
	sqlite3_bind_blob(statement, 4, head->chain, JOURNAL_CHAIN_SIZE,
			  SQLITE_STATIC);
	sqlite3_bind_int64(statement, 5, now_ms);
	return step(central, statement, problem);
}

/* Whether the log holds that chain at that seq: 1 or 0. */
static int holds(struct central *central, const char *kiosk,
		 const char *journal, const struct central_head *at,
		 struct central_problem *problem)
{
	uint8_t chain[JOURNAL_CHAIN_SIZE] = {0};
	sqlite3_stmt *statement;
	int status;

	if (at->seq == 0)
		return memcmp(at->chain, chain, sizeof(chain)) == 0;
	statement = statement_for(central, STATEMENT_CHAIN_AT, kiosk, journal);
	sqlite3_bind_int64(statement, 3, at->seq);
	status = step(central, statement, problem);
	if (status <= 0)
		return status;
	status = column_chain(statement, 0, chain) &&
		 memcmp(at->chain, chain, sizeof(chain)) == 0;
	release(statement);
	return status;
}

/* What to say to a batch that does not continue the head known. */
static int judge(struct central *central, const char *kiosk,
		 const char *journal, const struct central_head *from,
		 const struct journal_row *rows, size_t n_rows,
		 const struct central_head *known,
		 enum central_verdict *verdict, struct central_problem *problem)
{
	struct central_head common = *from;
	int64_t last = from->seq + (int64_t)n_rows;
	int status;

	if (from->seq > known->seq) {
		*verdict = CENTRAL_RESUME;
		return 0;
	}
	status = holds(central, kiosk, journal, from, problem);
	if (status == 1) {
		/* The last row both have; equal chains there mean equal rows
		 * up to there. */
		int64_t both = last < known->seq ? last : known->seq;

		if (both > from->seq)
			central_head_set(&common, &rows[both - from->seq - 1]);
		status = holds(central, kiosk, journal, &common, problem);
	}
	if (status < 0)
		return status;
	if (status == 0)
		*verdict = CENTRAL_FORK;
	else if (last <= known->seq)
		*verdict = CENTRAL_TAKEN;
	else
		*verdict = CENTRAL_RESUME;
	return 0;
}

static int append_in_turn(struct central *central, const char *kiosk,
			  const char *journal, const struct central_head *from,
			  const struct journal_row *rows, size_t n_rows,
			  enum central_verdict *verdict,
			  struct central_head *head,
			  struct central_problem *problem)
{
	struct central_head end = *from;
	struct known known;
	int status = read_head(central, kiosk, journal, &known, problem);

	if (status == 0)
		status = note_contact(central, STATEMENT_MAKE_HEAD, kiosk,
				      journal, 0, problem);
	if (status < 0)
		return status;
	*head = known.head;
	for (size_t i = 0; i < n_rows; i++) {
		if (!central_row_follows(&end, &rows[i])) {
			*verdict = CENTRAL_BAD_CHAIN;
			return 0;
		}
		central_head_set(&end, &rows[i]);
	}
	if (!central_head_equal(from, &known.head))
		return judge(central, kiosk, journal, from, rows, n_rows,
			     &known.head, verdict, problem);
	status = add_rows(central, kiosk, journal, rows, n_rows, &end, problem);
	if (status < 0)
		return status;
	*verdict = CENTRAL_TAKEN;
	*head = end;
	return 0;
}

static int sqlite_append(struct central *central, const char *kiosk,
			 const char *journal, const struct central_head *from,
			 const struct journal_row *rows, size_t n_rows,
			 enum central_verdict *verdict,
			 struct central_head *head,
			 struct central_problem *problem)
{
	int status = use_file(central, problem);

	if (status < 0)
		return status;
	status = run(central, "BEGIN IMMEDIATE", problem);
	if (status < 0)
		return status;
	status = append_in_turn(central, kiosk, journal, from, rows, n_rows,
				verdict, head, problem);
	return finish(central, status, problem);
}

static int sqlite_install(const char *url, struct central_problem *problem)
{
	struct central *central;
	int status = sqlite_open(url, -1, &central, problem);

	if (status < 0)
		return status;
	status = use_file(central, problem);
	sqlite_close(central);
	return status;
}

const struct central_ops central_sqlite = {
    .open = sqlite_open,
    .close = sqlite_close,
    .hello = sqlite_hello,
    .append = sqlite_append,
    .install = sqlite_install,
};
