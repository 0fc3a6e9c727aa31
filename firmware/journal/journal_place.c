/* SPDX-License-Identifier: MIT */
/*
 * Whether the files that the writer has open are still the ones that bear their
 * names. Rows in a file that was deleted, or that another was put in the place
 * of, are durable for nobody: the next start would not find them.
 *
 * While the process lives it holds all of them, so it can put them back, as a
 * copy under the name. A copy even where only the -wal went: SQLite would share
 * the deleted -shm with a new connection to the same file, and readers not.
 * What has the names meanwhile is set aside.
 */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/durable.h"
#include "journal/journal_aside.h"
#include "journal/journal_internal.h"

static const char *const suffixes[JOURNAL_FILES] = {"", "-wal", "-shm"};

static void look_at(const char *file, const char *suffix,
		    struct journal_inode *inode)
{
	char *path = journal_beside(file, suffix);
	struct stat status;

	*inode = (struct journal_inode){0};
	if (path && stat(path, &status) == 0)
		*inode = (struct journal_inode){.device = status.st_dev,
						.number = status.st_ino};
	free(path);
}

void journal_note_place(struct journal *journal)
{
	for (int i = 0; i < JOURNAL_FILES; i++)
		look_at(journal->file, suffixes[i], &journal->inodes[i]);
}

bool journal_in_place(const struct journal *journal)
{
	/* One that is being made has no name yet. */
	bool same = true;

	for (int i = 0; i < JOURNAL_FILES && journal->inodes[0].number; i++) {
		struct journal_inode now;

		look_at(journal->file, suffixes[i], &now);
		same = same && now.device == journal->inodes[i].device &&
		       now.number == journal->inodes[i].number;
	}
	return same;
}

/* All that has a name of ours: nothing is deleted. */
static int set_aside(const struct journal *journal, const char *dir)
{
	char name[ASIDE_SIZE];
	int rc = aside_name(dir, (int64_t)time(NULL) * 1000, name);

	for (int i = 0; i < JOURNAL_FILES && rc == 0; i++)
		rc = aside_move(dir, journal->file, suffixes[i], name, false);
	return rc;
}

static int put_back(struct journal *journal)
{
	char *made = journal_beside(journal->file, ".new");
	char *copy = strdup(journal->file);
	const char *dir = copy ? dirname(copy) : NULL;
	int rc = made && dir ? journal_copy(journal, made) : -ENOMEM;

	/* A -wal of ours that is still there must not be taken for the
	 * copy's. */
	if (rc == 0)
		rc = set_aside(journal, dir);
	if (rc == 0 && rename(made, journal->file) != 0)
		rc = -errno;
	if (rc == 0)
		rc = durable_path(dir);
	if (rc != 0 && made)
		(void)unlink(made);
	free(made);
	free(copy);
	return rc;
}

int journal_look(struct journal *journal, bool *mended)
{
	struct journal_problem problem;
	int rc;

	*mended = false;
	if (journal->reader || journal_in_place(journal))
		return 0;
	if (journal->in_turn || journal->lost || journal->stale)
		return -EBUSY;
	/* Closing it must not delete what has the -wal's name now. */
	(void)sqlite3_db_config(journal->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
				1, NULL);
	rc = put_back(journal);
	if (rc == 0)
		rc = journal_reopen(journal, &problem);
	*mended = rc == 0;
	return rc;
}

bool journal_aside(const struct journal *journal, char name[64])
{
	char *copy = strdup(journal->file);
	bool found = copy && journal_find_aside(dirname(copy), name);

	free(copy);
	return found;
}
