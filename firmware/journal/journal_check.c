/* SPDX-License-Identifier: MIT */
#include "journal/journal_check.h"

#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/journal_internal.h"
#include "journal/journal_schema.h"

#define WAL_MAGIC "\x37\x7f\x06"

__attribute__((format(printf, 4, 5))) static void
find(struct journal_checked *checked, const char *what, bool ok,
     const char *format, ...)
{
	struct journal_finding *finding = &checked->findings[checked->n++];
	va_list arguments;

	finding->what = what;
	finding->ok = ok;
	checked->ok = checked->ok && ok;
	va_start(arguments, format);
	(void)vsnprintf(finding->text, sizeof(finding->text), format,
			arguments);
	va_end(arguments);
	/* SQLite's words have lines. */
	for (char *at = finding->text; (at = strchr(at, '\n')) != NULL; at++)
		*at = ' ';
}

static void check_structure(struct journal *journal,
			    struct journal_checked *checked)
{
	struct journal_problem problem;
	bool whole = journal_verify_structure(journal, &problem) == 0;
	char *detail = whole ? NULL : strstr(problem.text, "(***"), *end;

	end = detail ? strrchr(detail, ')') : NULL;
	if (end)
		end[1] = '\0';
	if (whole)
		find(checked, "structure", true,
		     "every page and index of the file is whole");
	else
		find(checked, "structure", false,
		     "pages or indices are damaged%s%s; kioskctl journal "
		     "recover keeps what holds",
		     detail ? " " : "", detail ? detail : "");
}

static void check_rows(struct journal *journal, struct journal_checked *checked)
{
	struct journal_problem problem;
	struct journal_anchor anchor;

	if (journal_verify_rows(journal, &checked->rows, &problem) != 0) {
		find(checked, "chain", false,
		     "%s; kioskctl journal recover keeps what holds",
		     problem.text);
		return;
	}
	if (journal_anchor(journal, &anchor) == 0)
		checked->anchor_seq = anchor.seq;
	checked->head_seq = checked->anchor_seq + checked->rows;
	if (checked->anchor_seq > 0)
		find(checked, "chain", true,
		     "rows %" PRId64 " to %" PRId64
		     " hold, none is missing; rows up to %" PRId64
		     " are not kept here any more",
		     checked->anchor_seq + 1, checked->head_seq,
		     checked->anchor_seq);
	else
		find(checked, "chain", true,
		     "rows 1 to %" PRId64 " hold, none is missing",
		     checked->head_seq);
}

/* SQLite passes over a log that it does not know as if it were empty. */
static void check_wal(const char *file, struct journal_checked *checked)
{
	char *wal = journal_beside(file, "-wal");
	int fd = wal ? open(wal, O_RDONLY | O_CLOEXEC) : -1;
	struct stat status;
	char magic[3];

	if (fd < 0 || fstat(fd, &status) != 0 || status.st_size == 0)
		find(checked, "wal", true,
		     "no -wal file: kioskd was stopped in the ordinary way");
	else if (read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
		 memcmp(magic, WAL_MAGIC, sizeof(magic)) == 0)
		find(checked, "wal", true,
		     "the -wal file is a log of SQLite's, %" PRId64
		     " bytes: it belongs to the journal and stays beside it",
		     (int64_t)status.st_size);
	else
		find(checked, "wal", false,
		     "%s: not a log of SQLite's: rows that it held are lost; "
		     "kioskd sets numbers behind them",
		     wal);
	if (fd >= 0)
		close(fd);
	free(wal);
}

/* Not for a journal that was copied elsewhere. */
static void check_numbers(const char *dir, struct journal_checked *checked)
{
	struct numbers numbers;

	if (numbers_read(dir, &numbers) != 0 || numbers.generation == 0)
		return;
	if (strcmp(numbers.journal, checked->id) != 0)
		find(checked, "numbers", false,
		     "%s/" NUMBERS_FILE " was written for another journal, %s: "
		     "at its next start kioskd sets numbers behind those that "
		     "were given out there",
		     dir, numbers.journal);
	else if (numbers.seq > checked->head_seq && checked->head_seq > 0)
		find(checked, "numbers", false,
		     "row %" PRId64 " was durable, and the journal ends at "
		     "%" PRId64 ": its -wal was lost, or this is an older "
		     "copy; at its next start kioskd sets numbers behind "
		     "those that were given out. Where the central log then "
		     "says fork: kioskctl journal rebase",
		     numbers.seq, checked->head_seq);
	else
		find(checked, "numbers", true,
		     "the journal holds all that is known to have been given "
		     "out");
}

static void check_beside(const char *file, struct journal_checked *checked)
{
	char *copy = strdup(file), name[64];
	const char *dir = copy ? dirname(copy) : ".";

	if (checked->id[0])
		check_numbers(dir, checked);
	if (journal_find_aside(dir, name))
		find(checked, "aside", true,
		     "%s/%s lies there, a journal that was set aside: copy it "
		     "away for inspection, then remove it",
		     dir, name);
	free(copy);
}

void journal_check(const char *file, struct journal_checked *checked)
{
	struct journal_problem problem;
	struct journal *journal;

	*checked = (struct journal_checked){.ok = true};
	if (journal_open_reader(file, &journal, &problem) != 0) {
		find(checked, "file", false, "%s%s", problem.text,
		     access(file, F_OK) == 0
			 ? "; kioskctl journal recover keeps what can be read"
			 : "");
	} else {
		memcpy(checked->id, journal_id(journal), sizeof(checked->id));
		find(checked, "file", true, "%s is a kiosk's journal, id %s",
		     file, checked->id);
		find(checked, "schema", true,
		     "schema %d or older, as this "
		     "program knows it",
		     SCHEMA_VERSION);
		check_structure(journal, checked);
		check_rows(journal, checked);
		journal_close(journal);
	}
	check_wal(file, checked);
	check_beside(file, checked);
}
