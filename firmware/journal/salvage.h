/* SPDX-License-Identifier: MIT */
/*
 * What can be read of a damaged journal: all rows that can be carved out of the
 * file and its -wal, old generations and doubtful ones too, in a staging
 * database; and which of them continue one another by the chain, the runs.
 * Which run is the journal, and what becomes of it, journal_mend.c says.
 * Private to the journal.
 */
#ifndef KIOSK_SALVAGE_H
#define KIOSK_SALVAGE_H

#include "journal/journal_internal.h"
#include "journal/numbers.h"

#define SALVAGE_RUNS 64

struct salvage_run {
	/* The row before the first, vouched for or not. */
	struct journal_point base;
	struct journal_point end;
	bool linked;  /* base is the journal's beginning, or its anchor */
	bool has_day; /* replay of the last day can begin in it */
	char id[JOURNAL_ID_SIZE]; /* by its first row; "": not there */
	char base_day[11];
};

struct salvage {
	sqlite3 *staging;
	sqlite3_stmt *insert;
	char meta_id[JOURNAL_ID_SIZE]; /* "": not there */
	struct journal_point anchor;
	bool has_anchor_seq, has_anchor_chain;
	struct salvage_run runs[SALVAGE_RUNS];
	size_t n_runs;
	int64_t unreadable; /* pages that the disk did not give */
};

/* Into an empty one, which is to be freed in any case. Either file may be
 * missing. 0, -ENOMEM or -EIO. */
int salvage_files(struct salvage *salvage, const char *file, const char *wal)
    __attribute__((warn_unused_result));
void salvage_free(struct salvage *salvage);

/* Each row by its seq, rivals for one included. 0, -EIO, or what fn returned,
 * which is 0 to go on. */
int salvage_each(const struct salvage *salvage, journal_row_fn *fn, void *arg)
    __attribute__((warn_unused_result));

/* Raises the numbers to the highest of each prefix on the last two days that
 * there are. 0 or -EIO. */
int salvage_numbers(const struct salvage *salvage, struct numbers *numbers)
    __attribute__((warn_unused_result));

/* As far as it is one: a day's name, "" where there is none. */
void salvage_copy_day(char day[11], const char *from);

/* Whether the row's chain is over that one's. */
bool salvage_continues(const struct journal_point *before,
		       const struct journal_row *row);

#endif
