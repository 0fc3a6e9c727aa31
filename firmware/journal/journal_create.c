/* SPDX-License-Identifier: MIT */
/* The settings that durability rests on, and a new journal. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/durable.h"
#include "journal/journal_internal.h"
#include "journal/journal_schema.h"

#define FILE_MODE 0640

/* Runs sql and compares its first column with want. *same: whether equal. */
static int ask(sqlite3 *db, const char *sql, const char *want, bool *same)
{
	sqlite3_stmt *statement;
	const char *got;
	int rc;

	*same = false;
	rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW) {
		got = (const char *)sqlite3_column_text(statement, 0);
		*same = got && strcmp(got, want) == 0;
	}
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/*
 * wal_autocheckpoint stays at SQLite's 1,000 pages: the commit that crosses it
 * pays for moving them into the file, which is one in 300 to 900 (a row costs
 * one page, with a key two or three), too few to touch the 99th percentile, and
 * the WAL, whose room is used again and again, stays near 4 MB. Memory mapping
 * is off: a read error from the card must be an error, and no SIGBUS.
 */
int journal_set_safe(struct journal *journal, struct journal_problem *problem)
{
	bool wal = false, full = false;
	sqlite3 *db = journal->db;
	int rc;

	rc = sqlite3_exec(db,
			  "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
			  "PRAGMA synchronous = FULL",
			  NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = ask(db, "PRAGMA journal_mode = WAL", "wal", &wal);
	if (rc == SQLITE_OK)
		rc = ask(db, "PRAGMA synchronous", "2", &full);
	/* Whether it can be written at all is better known now than at the
	 * first citizen's press. */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "BEGIN IMMEDIATE; ROLLBACK", NULL, NULL,
				  NULL);
	if (rc != SQLITE_OK)
		return journal_refuse_sqlite(journal, problem, rc);
	if (!wal || !full)
		return journal_refuse(problem, -EIO,
				      "%s: SQLite does not grant %s: put it on "
				      "a local file "
				      "system",
				      journal->file,
				      wal ? "synchronous=FULL" : "WAL");
	return 0;
}

/* Not SQLite's randomness: it does not wait until the kernel has some, and
 * copied cards come up alike. */
static bool fill_random(unsigned char *bytes, size_t n)
{
	ssize_t got;

	do {
		got = getrandom(bytes, n, 0);
	} while (got < 0 && errno == EINTR);
	return got == (ssize_t)n;
}

static int make_id(char id[JOURNAL_ID_SIZE])
{
	unsigned char random[(JOURNAL_ID_SIZE - 1) / 2];

	if (!fill_random(random, sizeof(random)))
		return SQLITE_IOERR;
	sodium_bin2hex(id, JOURNAL_ID_SIZE, random, sizeof(random));
	return SQLITE_OK;
}

static int add_id(struct journal *journal, const char *id)
{
	sqlite3_stmt *statement;
	int rc = SQLITE_OK;

	if (id)
		snprintf(journal->id, sizeof(journal->id), "%s", id);
	else
		rc = make_id(journal->id);
	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_prepare_v2(journal->db,
				"INSERT INTO meta VALUES ('journal', ?1)", -1,
				&statement, NULL);
	if (rc != SQLITE_OK)
		return rc;
	sqlite3_bind_text(statement, 1, journal->id, -1, SQLITE_STATIC);
	rc = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static char *first_detail(const struct journal *journal,
			  const struct journal_birth *birth)
{
	const struct journal_previous *previous =
	    birth ? birth->previous : NULL;
	json_t *object =
	    json_pack("{s:s, s:i, s:s*, s:o*, s:s*, s:s*}", "journal",
		      journal->id, "schema", SCHEMA_VERSION, "previous",
		      previous ? previous->id : NULL, "previous_seq",
		      previous ? json_integer(previous->seq) : NULL, "reason",
		      birth ? birth->reason : NULL, "aside",
		      birth ? birth->aside : NULL);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	json_decref(object);
	return text;
}

static int add_first_row(struct journal *journal, int64_t now_ms,
			 const struct journal_birth *birth)
{
	struct journal_row row = {
	    .at_ms = now_ms,
	    .kind = "journal_opened",
	    .actor = "kioskd",
	};
	char *detail = first_detail(journal, birth);
	int rc;

	if (!detail)
		return -ENOMEM;
	row.detail = detail;
	rc = journal_append(journal, &row);
	free(detail);
	return rc != 0 ? rc : journal_commit(journal);
}

static int fill(struct journal *journal, int64_t now_ms,
		const struct journal_birth *birth,
		struct journal_problem *problem)
{
	int rc;

	rc = journal_connect(journal, journal->file, SQLITE_OPEN_READWRITE,
			     true, problem);
	if (rc != 0)
		return rc;
	rc = journal_set_safe(journal, problem);
	if (rc != 0)
		return rc;
	rc = schema_migrate(journal->db, schema_steps, SCHEMA_VERSION);
	if (rc == SQLITE_OK)
		rc = add_id(journal, birth ? birth->id : NULL);
	if (rc == SQLITE_OK)
		rc = journal_prepare(journal);
	if (rc == SQLITE_OK && birth && birth->add_rows)
		rc = birth->add_rows(birth->arg, journal);
	if (rc != SQLITE_OK)
		return journal_refuse_sqlite(journal, problem, rc);
	if (birth && birth->add_rows)
		return 0;
	rc = add_first_row(journal, now_ms, birth);
	if (rc != 0)
		return journal_refuse(problem, rc, "%s: cannot be made: %s",
				      journal->file, journal->fault);
	return 0;
}

static void remove_all(const char *file)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char *path = journal_beside(file, suffixes[i]);

		if (path)
			(void)unlink(path);
		free(path);
	}
}

/* The mode is set whatever the umask is: kiosk-sync reads as another user of
 * the same group, and SQLite gives -wal and -shm the mode of the file. */
static int make_empty(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (fchmod(fd, FILE_MODE) != 0)
		rc = -errno;
	close(fd);
	return rc;
}

/* Closing must have moved all of it into the one file that is renamed. */
static int check_whole(const char *path)
{
	char *wal = journal_beside(path, "-wal");
	struct stat status;
	int rc = 0;

	if (!wal)
		return -ENOMEM;
	if (stat(wal, &status) == 0 && status.st_size > 0)
		rc = -EIO;
	free(wal);
	return rc;
}

static int put_in_place(const char *made, const char *dir, const char *file)
{
	int rc;

	rc = check_whole(made);
	if (rc == 0)
		rc = durable_path(made);
	if (rc == 0 && rename(made, file) != 0)
		rc = -errno;
	if (rc == 0)
		rc = durable_path(dir);
	return rc;
}

/*
 * Made under another name and renamed: a power cut leaves no journal or a whole
 * one with its first row, so that an empty file or an empty table is always a
 * sign of damage, never of a bad moment.
 */
int journal_create(const char *dir, const char *file, int64_t now_ms,
		   const struct journal_birth *birth,
		   struct journal_problem *problem)
{
	char *made = journal_beside(file, ".new");
	struct journal *journal = made ? journal_new(made) : NULL;
	int rc;

	if (!journal) {
		free(made);
		return journal_refuse(problem, -ENOMEM, "out of memory");
	}
	remove_all(made);
	rc = make_empty(made);
	if (rc != 0)
		(void)journal_refuse(problem, rc,
				     "%s: cannot be made (%s): make room, or "
				     "give the directory to the user that "
				     "kioskd runs as",
				     file, strerror(-rc));
	else
		rc = fill(journal, now_ms, birth, problem);
	journal_close(journal);
	if (rc == 0) {
		if (birth && birth->before)
			rc = birth->before(birth->arg);
		if (rc == 0)
			rc = put_in_place(made, dir, file);
		if (rc != 0)
			(void)journal_refuse(problem, rc,
					     "%s: cannot be made (%s): check "
					     "the disk",
					     file, strerror(-rc));
	}
	if (rc != 0)
		remove_all(made);
	free(made);
	return rc;
}

int journal_copy(struct journal *journal, const char *to)
{
	sqlite3_stmt *statement;
	int rc;

	if (unlink(to) != 0 && errno != ENOENT)
		return -errno;
	rc = sqlite3_prepare_v2(journal->db, "VACUUM INTO ?1", -1, &statement,
				NULL);
	if (rc == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, to, -1, SQLITE_STATIC);
		rc = sqlite3_step(statement);
		sqlite3_finalize(statement);
	}
	if (rc != SQLITE_DONE)
		return journal_note_fault(journal, "copying", rc);
	if (chmod(to, FILE_MODE) != 0)
		return -errno;
	return durable_path(to);
}
