/* SPDX-License-Identifier: MIT */
/* Opening: the directory, its lock, and what may lie there. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/journal_internal.h"
#include "journal/journal_schema.h"

#define JOURNAL_FILE "journal.db"
#define DIRECTORY_MODE 0750
#define LOCK_MODE 0640

static int refuse_path(struct journal_problem *problem, int rc,
		       const char *path)
{
	const char *mend;

	if (rc == -EROFS)
		mend = "mount its file system for writing";
	else if (rc == -EACCES || rc == -EPERM)
		mend = "give it to the user that kioskd runs as";
	else if (rc == -ENOSPC)
		mend = "free some space";
	else if (rc == -ENOENT)
		mend = "make the directory above it";
	else
		mend = "check the card and its file system";
	return journal_refuse(problem, rc,
			      "%s: %s: %s, or give --state-dir another "
			      "directory",
			      path, strerror(-rc), mend);
}

/* One level only: a mistyped path must not become a tree. */
static int make_directory(const char *dir, struct journal_problem *problem)
{
	struct stat status;
	int rc;

	if (mkdir(dir, DIRECTORY_MODE) == 0)
		return 0;
	rc = -errno;
	if (rc != -EEXIST)
		return refuse_path(problem, rc, dir);
	if (stat(dir, &status) == 0 && !S_ISDIR(status.st_mode))
		return refuse_path(problem, -ENOTDIR, dir);
	return 0;
}

/* Whose lock it is, as they wrote it down; 0: cannot be told. */
static long holder(int fd)
{
	char text[24];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return 0;
	text[n] = '\0';
	return strtol(text, NULL, 10);
}

static int refuse_held(struct journal_problem *problem, const char *dir,
		       long pid)
{
	char who[32] = "";

	if (pid > 0)
		snprintf(who, sizeof(who), " (pid %ld)", pid);
	return journal_refuse(problem, -EBUSY,
			      "%s is held by another kioskd%s: stop it, or "
			      "give --state-dir another directory",
			      dir, who);
}

/* The file stays when the lock goes: to unlink it would let two processes lock
 * two files of one name. Its pid means nothing while nobody holds the lock. */
int journal_lock(const char *dir, int *lock_fd, struct journal_problem *problem)
{
	char *path = journal_beside(dir, "/lock");
	char pid[24];
	int fd, rc, n;

	if (!path)
		return journal_refuse(problem, -ENOMEM, "out of memory");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, LOCK_MODE);
	if (fd < 0) {
		rc = refuse_path(problem, -errno, path);
		free(path);
		return rc;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		rc = errno == EWOULDBLOCK
			 ? refuse_held(problem, dir, holder(fd))
			 : refuse_path(problem, -errno, path);
		close(fd);
		free(path);
		return rc;
	}
	free(path);
	/* Only for the message to others: a full disk is no reason to stop. */
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) == 0 && pwrite(fd, pid, (size_t)n, 0) != n)
		(void)ftruncate(fd, 0);
	*lock_fd = fd;
	return 0;
}

static bool holds_data(const char *file, const char *suffix)
{
	char *path = journal_beside(file, suffix);
	struct stat status;
	bool holds = !path || (stat(path, &status) == 0 && status.st_size > 0);

	free(path);
	return holds;
}

/* A log without its file: a new file would be filled from the old one's log. */
static int check_orphans(const char *file, const char *state,
			 struct journal_problem *problem)
{
	static const char *const suffixes[] = {"-wal", "-journal"};

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (holds_data(file, suffixes[i]))
			return journal_refuse(
			    problem, -EBADMSG,
			    "%s: %s, but its %s%s holds data: restore the "
			    "journal from a copy, or move both away to begin "
			    "a new one (numbers then start at 1)",
			    file, state, JOURNAL_FILE, suffixes[i]);
	}
	return 0;
}

/* Whether there is a file to open: 1, 0, or a negative errno. */
static int look(const char *file, struct journal_problem *problem)
{
	struct stat status;
	int rc;

	if (stat(file, &status) != 0) {
		if (errno != ENOENT)
			return refuse_path(problem, -errno, file);
		rc = check_orphans(file, "missing", problem);
		return rc;
	}
	if (!S_ISREG(status.st_mode))
		return journal_refuse(problem, -EBADMSG,
				      "%s: not a file: move it away", file);
	if (status.st_size > 0)
		return 1;
	rc = check_orphans(file, "empty", problem);
	if (rc != 0)
		return rc;
	return journal_refuse(
	    problem, -EBADMSG,
	    "%s: empty, which no journal ever is: restore the journal from a "
	    "copy, or delete it to begin a new one (numbers then start at 1)",
	    file);
}

static int check_writable(struct journal *journal,
			  struct journal_problem *problem)
{
	/* SQLite opens for reading what it may not write, and says nothing. */
	if (sqlite3_db_readonly(journal->db, "main") != 1)
		return 0;
	if (access(journal->file, W_OK) == 0)
		return refuse_path(problem, -EROFS, journal->file);
	return refuse_path(problem, -errno, journal->file);
}

static int open_writer(struct journal *journal, struct journal_problem *problem)
{
	int rc;

	rc = journal_connect(journal, journal->file, SQLITE_OPEN_READWRITE,
			     false, problem);
	if (rc == 0)
		rc = check_writable(journal, problem);
	if (rc == 0)
		rc = journal_attach(journal, problem);
	if (rc == 0)
		rc = journal_check_tail(journal, problem);
	if (rc != 0)
		return rc;
	/* It is ours and it is whole: from here it may be changed. */
	rc = journal_set_safe(journal, problem);
	if (rc != 0)
		return rc;
	rc = schema_migrate(journal->db, schema_steps, SCHEMA_VERSION);
	if (rc != SQLITE_OK)
		return journal_refuse_sqlite(journal, problem, rc);
	(void)sqlite3_db_config(journal->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
				0, NULL);
	journal_note_place(journal);
	return 0;
}

/* A card that knew another journal says so in the new one. */
static int create(const char *dir, const char *file, int64_t now_ms,
		  struct journal_problem *problem)
{
	struct journal_previous previous;
	struct journal_birth birth = {.previous = &previous,
				      .reason = "journal.db was missing"};
	bool follows = journal_find_previous(dir, &previous);

	return journal_create(dir, file, now_ms, follows ? &birth : NULL,
			      problem);
}

static int open_in(const char *dir, const char *file, int64_t now_ms,
		   struct journal *journal, struct journal_problem *problem)
{
	int rc;

	rc = make_directory(dir, problem);
	if (rc == 0)
		rc = journal_lock(dir, &journal->lock_fd, problem);
	if (rc != 0)
		return rc;
	rc = look(file, problem);
	if (rc == 0)
		rc = create(dir, file, now_ms, problem);
	if (rc < 0)
		return rc;
	rc = open_writer(journal, problem);
	if (rc == 0)
		journal_find_numbers(journal, dir);
	return rc;
}

int journal_open(const char *dir, int64_t now_ms, struct journal **out,
		 struct journal_problem *problem)
{
	char *file = journal_beside(dir, "/" JOURNAL_FILE);
	struct journal *journal = file ? journal_new(file) : NULL;
	int rc;

	*out = NULL;
	problem->text[0] = '\0';
	if (!journal) {
		free(file);
		return journal_refuse(problem, -ENOMEM, "out of memory");
	}
	rc = open_in(dir, file, now_ms, journal, problem);
	free(file);
	if (rc != 0) {
		journal_close(journal);
		return rc;
	}
	*out = journal;
	return 0;
}

int journal_reopen(struct journal *journal, struct journal_problem *problem)
{
	struct journal *fresh = journal_new(journal->file);
	struct journal old;
	int rc;

	problem->text[0] = '\0';
	if (!fresh)
		return journal_refuse(problem, -ENOMEM, "out of memory");
	rc = open_writer(fresh, problem);
	if (rc == 0) {
		old = *journal;
		*journal = *fresh;
		*fresh = old;
		journal->lock_fd = fresh->lock_fd;
		fresh->lock_fd = -1;
		journal->numbers_fd = fresh->numbers_fd;
		fresh->numbers_fd = -1;
		journal->given = fresh->given;
		journal->lacks = fresh->lacks;
		memcpy(journal->boot, fresh->boot, sizeof(journal->boot));
	}
	journal_close(fresh);
	return rc;
}

/* file:…?immutable=1, with what a URI may not hold written as %XX. */
static char *immutable_uri(const char *file)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char options[] = "?immutable=1";
	char *uri =
	    malloc(sizeof("file:") + 3 * strlen(file) + sizeof(options));
	char *at;

	if (!uri)
		return NULL;
	at = stpcpy(uri, "file:");
	for (; *file; file++) {
		unsigned char c = (unsigned char)*file;

		if (strchr("%?#", c) || c <= 0x20 || c >= 0x7f) {
			*at++ = '%';
			*at++ = hex[c >> 4];
			*at++ = hex[c & 0xf];
		} else {
			*at++ = (char)c;
		}
	}
	memcpy(at, options, sizeof(options));
	return uri;
}

static int read_as(const char *name, const char *file, int flags,
		   struct journal **out, struct journal_problem *problem)
{
	struct journal *journal = journal_new(file);
	int rc;

	if (!journal)
		return journal_refuse(problem, -ENOMEM, "out of memory");
	journal->reader = true;
	rc = journal_connect(journal, name, SQLITE_OPEN_READONLY | flags, false,
			     problem);
	if (rc == 0)
		rc = journal_attach(journal, problem);
	if (rc != 0) {
		journal_close(journal);
		return rc;
	}
	*out = journal;
	return 0;
}

/*
 * A WAL file needs its -shm even for reading, and where neither is there nor
 * may be made, only "immutable" is left: no locks, no WAL. That is right for a
 * card or an image mounted read-only. It would miss rows where there is a WAL,
 * so then we say so; and it may misread where a writer starts meanwhile, which
 * in a directory that we may write to needs no such risk, since there SQLite
 * had another reason to fail.
 */
static int read_immutable(const char *file, struct journal **out,
			  struct journal_problem *problem, int why)
{
	char *directory = strdup(file), *slash, *uri;
	bool writable;
	int rc;

	if (!directory)
		return journal_refuse(problem, -ENOMEM, "out of memory");
	slash = strrchr(directory, '/');
	if (slash)
		slash[slash == directory ? 1 : 0] = '\0';
	writable = access(slash ? directory : ".", W_OK) == 0;
	free(directory);
	if (writable)
		return why;
	if (holds_data(file, "-wal"))
		return journal_refuse(
		    problem, why,
		    "%s: its newest rows are in its -wal file, which cannot be "
		    "read here: copy both into a directory of your own and "
		    "read the copy",
		    file);
	uri = immutable_uri(file);
	if (!uri)
		return journal_refuse(problem, -ENOMEM, "out of memory");
	rc = read_as(uri, file, SQLITE_OPEN_URI, out, problem);
	free(uri);
	return rc;
}

int journal_open_reader(const char *file, struct journal **out,
			struct journal_problem *problem)
{
	struct stat status;
	int rc;

	*out = NULL;
	problem->text[0] = '\0';
	if (stat(file, &status) != 0)
		return journal_refuse(problem, -errno,
				      "%s: %s: name the journal.db in kioskd's "
				      "state directory",
				      file, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return journal_refuse(problem, -EBADMSG,
				      "%s: not a file: name the journal.db in "
				      "kioskd's state directory",
				      file);
	rc = read_as(file, file, 0, out, problem);
	if (rc == -EROFS || rc == -EACCES || rc == -EIO)
		rc = read_immutable(file, out, problem, rc);
	return rc;
}
