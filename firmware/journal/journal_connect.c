/* SPDX-License-Identifier: MIT */
/* From a file's name to a connection that knows the file to be a journal. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "journal/journal_internal.h"
#include "journal/journal_schema.h"

/*
 * In WAL mode readers and the writer do not wait for each other; what is
 * waited for is a recovery, or somebody in the sqlite3 shell. The writer is
 * kioskd's event loop and must not hang there: a command is refused instead.
 */
#define WRITER_BUSY_MS 500
#define READER_BUSY_MS 3000

#define ROW_COLUMNS                                                       \
	"seq, at_ms, day, kind, service, number, class, counter, actor, " \
	"detail, key, chain"

static const char *const statement_sql[JOURNAL_STATEMENTS] = {
    /* IMMEDIATE: what can fail for a lock fails before a row is taken. */
    [JOURNAL_BEGIN] = "BEGIN IMMEDIATE",
    [JOURNAL_COMMIT] = "COMMIT",
    [JOURNAL_ROLLBACK] = "ROLLBACK",
    [JOURNAL_INSERT] = "INSERT INTO events (" ROW_COLUMNS ") VALUES "
		       "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [JOURNAL_LAST] = "SELECT seq, chain FROM events ORDER BY seq DESC LIMIT 1",
    [JOURNAL_AFTER] =
	"SELECT " ROW_COLUMNS " FROM events WHERE seq > ?1 ORDER BY seq",
    [JOURNAL_BY_KEY] = "SELECT " ROW_COLUMNS " FROM events WHERE key = ?1",
    [JOURNAL_DAYS] = "SELECT seq, detail FROM events INDEXED BY "
		     "events_day_opened WHERE kind = 'day_opened' "
		     "ORDER BY seq DESC",
};

int journal_refuse(struct journal_problem *problem, int rc, const char *format,
		   ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(problem->text, sizeof(problem->text), format,
			arguments);
	va_end(arguments);
	return rc;
}

int journal_refuse_sqlite(struct journal *journal,
			  struct journal_problem *problem, int sqlite_rc)
{
	const char *file = journal->file;
	/* The statements are always the same: an error in one of them is a
	 * schema, or a file's format, that is not as it was. */
	int rc = (sqlite_rc & 0xff) == SQLITE_ERROR
		     ? -EBADMSG
		     : journal_errno(journal->db, sqlite_rc);

	switch (rc) {
	case -EBADMSG:
		return journal_refuse(problem, rc,
				      "%s: damaged (%s): restore it from a "
				      "copy, and keep this "
				      "one for inspection",
				      file, sqlite3_errstr(sqlite_rc));
	case -ENOSPC:
		return journal_refuse(problem, rc,
				      "%s: the disk is full: free some space",
				      file);
	case -EROFS:
	case -EACCES:
		return journal_refuse(
		    problem, rc,
		    "%s: may not be read or written, or its -wal and -shm "
		    "files may not: give the directory and all in it to the "
		    "user that this program runs as",
		    file);
	case -EBUSY:
		return journal_refuse(problem, rc,
				      "%s: locked by another program: close it "
				      "(the sqlite3 "
				      "shell?) and try again",
				      file);
	default:
		return journal_refuse(problem, rc,
				      "%s: cannot be used (%s): check the card "
				      "and its file "
				      "system",
				      file, sqlite3_errstr(sqlite_rc));
	}
}

struct journal *journal_new(const char *file)
{
	struct journal *journal = calloc(1, sizeof(*journal));

	if (!journal)
		return NULL;
	journal->lock_fd = -1;
	journal->numbers_fd = -1;
	journal->file = strdup(file);
	if (!journal->file) {
		free(journal);
		return NULL;
	}
	return journal;
}

char *journal_beside(const char *file, const char *suffix)
{
	char *path;

	return asprintf(&path, "%s%s", file, suffix) < 0 ? NULL : path;
}

/* SQLite's own descriptor is used: closing another one on the same file would
 * drop the locks of every connection in this process (fcntl(2)). */
static sqlite3_file *file_of(sqlite3 *db)
{
	sqlite3_file *file = NULL;

	(void)sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER,
				   &file);
	return file && file->pMethods ? file : NULL;
}

static int refuse_foreign(const struct journal *journal,
			  struct journal_problem *problem)
{
	return journal_refuse(
	    problem, -EBADMSG,
	    "%s: not a kiosk's journal: restore the journal from a copy, or "
	    "move this file away to begin a new one (numbers then start at 1)",
	    journal->file);
}

static int refuse_newer(const struct journal *journal, int64_t version,
			struct journal_problem *problem)
{
	return journal_refuse(problem, -EPROTO,
			      "%s: of schema %" PRId64
			      ", and this program knows %d: install "
			      "the newer program again",
			      journal->file, version, SCHEMA_VERSION);
}

static int check_header(struct journal *journal,
			struct journal_problem *problem)
{
	sqlite3_file *file = file_of(journal->db);
	uint32_t application_id, version;
	uint8_t header[100];
	int rc;

	rc = file ? file->pMethods->xRead(file, header, sizeof(header), 0)
		  : SQLITE_CANTOPEN;
	if (rc == SQLITE_IOERR_SHORT_READ)
		return refuse_foreign(journal, problem);
	if (rc != SQLITE_OK)
		return journal_refuse_sqlite(journal, problem, rc);
	if (schema_from_header(header, &application_id, &version) != 0 ||
	    application_id != SCHEMA_APPLICATION_ID)
		return refuse_foreign(journal, problem);
	if (version > SCHEMA_VERSION)
		return refuse_newer(journal, version, problem);
	return 0;
}

int journal_connect(struct journal *journal, const char *name, int flags,
		    bool fresh, struct journal_problem *problem)
{
	int rc;

	rc =
	    sqlite3_open_v2(name, &journal->db,
			    flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
			    NULL);
	if (rc != SQLITE_OK)
		return journal->db
			   ? journal_refuse_sqlite(journal, problem, rc)
			   : journal_refuse(problem, -ENOMEM, "out of memory");
	/* Until the file is accepted, closing it must not move its WAL into
	 * it. */
	if (!fresh)
		(void)sqlite3_db_config(journal->db,
					SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
					NULL);
	/* A doctored file may hold triggers and views that run functions. */
	(void)sqlite3_db_config(journal->db, SQLITE_DBCONFIG_DEFENSIVE, 1,
				NULL);
	(void)sqlite3_db_config(journal->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0,
				NULL);
	(void)sqlite3_busy_timeout(journal->db, journal->reader
						    ? READER_BUSY_MS
						    : WRITER_BUSY_MS);
	return fresh ? 0 : check_header(journal, problem);
}

int journal_prepare(struct journal *journal)
{
	for (int i = 0; i < JOURNAL_STATEMENTS; i++) {
		int rc = sqlite3_prepare_v3(journal->db, statement_sql[i], -1,
					    SQLITE_PREPARE_PERSISTENT,
					    &journal->statements[i], NULL);

		if (rc != SQLITE_OK)
			return rc;
	}
	return SQLITE_OK;
}

static int read_pragma(sqlite3 *db, const char *sql, int64_t *value)
{
	sqlite3_stmt *statement;
	int rc;

	rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/*
 * SQLite takes the missing half of a last page for zeros. While there is a WAL
 * the file may rightly be short: a checkpoint was cut off, and is made good.
 */
static int check_length(struct journal *journal,
			struct journal_problem *problem)
{
	sqlite3_file *file = file_of(journal->db);
	char *wal = journal_beside(journal->file, "-wal");
	int64_t pages = 0, page_bytes = 0;
	sqlite3_int64 bytes = 0;
	struct stat status;
	bool has_wal;
	int rc;

	if (!wal)
		return journal_refuse(problem, -ENOMEM, "out of memory");
	has_wal = stat(wal, &status) == 0 && status.st_size > 0;
	free(wal);
	rc = read_pragma(journal->db, "PRAGMA page_count", &pages);
	if (rc == SQLITE_OK)
		rc = read_pragma(journal->db, "PRAGMA page_size", &page_bytes);
	if (rc == SQLITE_OK)
		rc = file ? file->pMethods->xFileSize(file, &bytes)
			  : SQLITE_CANTOPEN;
	if (rc == SQLITE_OK && !has_wal && bytes < pages * page_bytes)
		rc = SQLITE_CORRUPT;
	return rc == SQLITE_OK ? 0
			       : journal_refuse_sqlite(journal, problem, rc);
}

static int read_id(struct journal *journal, struct journal_problem *problem)
{
	sqlite3_stmt *row;
	const char *id;
	int rc;

	rc = journal_read_meta(journal, "journal", &row);
	if (rc == 0) {
		id = (const char *)sqlite3_column_text(row, 0);
		if (id && strlen(id) == JOURNAL_ID_SIZE - 1 &&
		    strspn(id, "0123456789abcdef") == JOURNAL_ID_SIZE - 1)
			memcpy(journal->id, id, JOURNAL_ID_SIZE);
		else
			rc = -ENOENT;
		sqlite3_finalize(row);
	}
	if (rc == 0)
		return 0;
	return journal_refuse(problem, rc == -ENOENT ? -EBADMSG : rc,
			      "%s: its id cannot be read: restore the journal "
			      "from a copy, and "
			      "keep this one for inspection",
			      journal->file);
}

int journal_attach(struct journal *journal, struct journal_problem *problem)
{
	int64_t version = 0;
	int rc;

	rc = schema_version(journal->db, &version);
	if (rc != SQLITE_OK)
		return journal_refuse_sqlite(journal, problem, rc);
	if (version > SCHEMA_VERSION)
		return refuse_newer(journal, version, problem);
	if (version < 1)
		return refuse_foreign(journal, problem);
	rc = check_length(journal, problem);
	if (rc != 0)
		return rc;
	rc = journal_prepare(journal);
	/* Tables or columns are missing in what says it has this schema. */
	if (rc == SQLITE_ERROR)
		rc = SQLITE_CORRUPT;
	if (rc != SQLITE_OK)
		return journal_refuse_sqlite(journal, problem, rc);
	rc = read_id(journal, problem);
	if (rc != 0)
		return rc;
	rc = journal_read_last(journal, &journal->head);
	if (rc != 0)
		return journal_refuse(
		    problem, rc,
		    "%s: its last row cannot be read: restore the journal "
		    "from a copy, and keep this one for inspection",
		    journal->file);
	journal->tip = journal->head;
	return 0;
}
