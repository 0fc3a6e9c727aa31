/* SPDX-License-Identifier: MIT */
/*
 * A journal beyond use: what can be kept of it, and the old files set aside.
 *
 * Of the runs that salvage.c finds, the one that the numbers beside the journal
 * know the end of, or else the one that goes furthest, is kept, under the old
 * id, with an anchor where its beginning is missing, so that the central log
 * goes on with it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/ticket.h"
#include "journal/journal_aside.h"
#include "journal/journal_internal.h"
#include "journal/salvage.h"

/* Where it is not known how much was lost, as many numbers are passed over:
 * more than an office gives out for one service in a day. */
#define UNKNOWN_NUMBERS 1000
/* Where nothing at all is known. A day has at most 10,000 tickets. */
#define NOTHING_KNOWN 10000

struct mend {
	const char *dir;
	char *file, *wal;
	struct salvage salvage;
	struct numbers numbers;
	int numbers_fd;
	bool numbers_known;
	const struct salvage_run *kept; /* or NULL */
	struct journal_mended *mended;
};

static bool is_foreign(const struct mend *mend, const struct salvage_run *run)
{
	return mend->numbers_known && run->id[0] &&
	       strcmp(run->id, mend->numbers.journal) != 0;
}

/* The rows of a run that the report calls kept: behind its base. */
static bool holds_rows(const struct salvage_run *run)
{
	return run->end.seq > run->base.seq;
}

static void choose_run(struct mend *mend)
{
	int64_t known = mend->numbers_known ? mend->numbers.seq : 0;

	for (size_t i = 0; i < mend->salvage.n_runs; i++) {
		const struct salvage_run *run = &mend->salvage.runs[i],
					 *kept = mend->kept;
		bool knows = run->base.seq < known && known <= run->end.seq;
		bool kept_knows =
		    kept && kept->base.seq < known && known <= kept->end.seq;

		if (is_foreign(mend, run) || !holds_rows(run))
			continue;
		if (!kept || (knows && !kept_knows) ||
		    (knows == kept_knows && run->end.seq > kept->end.seq))
			mend->kept = run;
	}
}

static const char *id_of(const struct mend *mend)
{
	if (mend->kept && mend->kept->id[0])
		return mend->kept->id;
	if (mend->numbers_known)
		return mend->numbers.journal;
	return mend->salvage.meta_id;
}

/* ---- the new file ---- */

static int add_anchor(const struct mend *mend, struct journal *journal)
{
	const struct salvage_run *run = mend->kept;
	sqlite3_stmt *statement;
	int rc;

	if (run->base.seq == 0)
		return SQLITE_OK;
	rc = sqlite3_prepare_v2(journal->db,
				"INSERT INTO meta VALUES ('anchor_seq', ?1),"
				"('anchor_chain', ?2), ('anchor_day', ?3)",
				-1, &statement, NULL);
	if (rc != SQLITE_OK)
		return rc;
	(void)sqlite3_bind_int64(statement, 1, run->base.seq);
	(void)sqlite3_bind_blob(statement, 2, run->base.chain,
				JOURNAL_CHAIN_SIZE, SQLITE_STATIC);
	(void)sqlite3_bind_text(statement, 3, run->base_day, -1, SQLITE_STATIC);
	rc = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* What became of the rows up to there, for the report. */
static void add_span(struct journal_mended *mended, int64_t seq, int state,
		     const char *day)
{
	struct journal_span *span =
	    mended->n > 0 ? &mended->spans[mended->n - 1] : NULL;

	if (!span || (int)span->state != state || span->last_seq < seq - 1) {
		if (mended->n == JOURNAL_SPANS)
			return;
		span = &mended->spans[mended->n++];
		*span = (struct journal_span){.first_seq = seq};
		span->state = (unsigned)state;
		salvage_copy_day(span->first_day, day);
	}
	span->last_seq = seq;
	if (day && *day)
		salvage_copy_day(span->last_day, day);
	if (!span->first_day[0])
		salvage_copy_day(span->first_day, day);
}

struct copying {
	const struct mend *mend;
	struct journal *journal;
	struct journal_point at; /* the last row that was kept */
	int64_t seen;            /* the last one that is in the report */
};

/* The kept run's rows into the new file; all rows into the report. */
static int copy_row(void *arg, const struct journal_row *row)
{
	struct copying *copying = arg;
	const struct salvage_run *kept = copying->mend->kept;
	struct journal_mended *mended = copying->mend->mended;
	struct journal_point *at = &copying->at;
	int state = JOURNAL_LEFT;
	int rc = SQLITE_OK;

	if (salvage_continues(at, row) && at->seq < kept->end.seq) {
		rc = journal_insert(copying->journal, row);
		at->seq = row->seq;
		memcpy(at->chain, row->chain, sizeof(at->chain));
		state = JOURNAL_KEPT;
	} else if (row->seq <= copying->seen || row->seq > kept->base.seq) {
		return 0; /* a rival, or what is not the journal's */
	} else if (!kept->linked && row->seq == kept->base.seq) {
		state = JOURNAL_UNLINKED;
	}
	for (; copying->seen + 1 < row->seq; copying->seen++)
		add_span(mended, copying->seen + 1, JOURNAL_GONE, NULL);
	add_span(mended, row->seq, state, row->day);
	copying->seen = row->seq;
	return rc;
}

static int copy_rows(struct mend *mend, struct journal *journal)
{
	struct copying copying = {.mend = mend,
				  .journal = journal,
				  .at = mend->kept->base};
	int rc = salvage_each(&mend->salvage, copy_row, &copying);

	return rc < 0 ? SQLITE_IOERR : rc;
}

static int add_rows(void *arg, struct journal *journal)
{
	struct mend *mend = arg;
	int rc = sqlite3_exec(journal->db, "BEGIN", NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		rc = add_anchor(mend, journal);
	if (rc == SQLITE_OK)
		rc = copy_rows(mend, journal);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(journal->db, "COMMIT", NULL, NULL, NULL);
	if (rc == SQLITE_OK &&
	    (journal_read_last(journal, &journal->head) != 0 ||
	     journal->head.seq != mend->kept->end.seq))
		rc = SQLITE_CORRUPT;
	return rc;
}

/* ---- numbers ---- */

static uint32_t capped(uint64_t number)
{
	return number < TICKET_MAX_NUMBER ? (uint32_t)number
					  : TICKET_MAX_NUMBER;
}

/*
 * What the next start raises the numbers by, where the kept rows end before
 * what is known of. With no numbers beside the journal nobody knows how much
 * it lacks: then by a good deal.
 */
static int foretell(struct mend *mend, int64_t now_ms)
{
	struct numbers *numbers = &mend->numbers;
	bool known = mend->numbers_known;
	int rc = salvage_numbers(&mend->salvage, numbers);

	if (rc != 0)
		return rc;
	if (!known) {
		snprintf(numbers->journal, sizeof(numbers->journal), "%s",
			 id_of(mend)[0] ? id_of(mend)
					: "00000000000000000000000000000000");
		numbers->seq = mend->kept ? mend->kept->end.seq + 1 : 0;
		numbers->at_ms = now_ms;
		if (numbers->n == 0)
			/* Each loss of everything begins in a block of its
			 * own. */
			numbers->others = capped((uint64_t)NOTHING_KNOWN *
						 (1 + aside_count(mend->dir)));
	}
	/* What the day gave out before, replay will not know. */
	if (mend->kept && !mend->kept->linked && !mend->kept->has_day &&
	    numbers->seq <= mend->kept->end.seq)
		numbers->seq = mend->kept->end.seq + 1;
	for (size_t i = 0; i < numbers->n; i++) {
		struct numbers_of *of = &numbers->of[i];
		uint32_t last =
		    known ? of->last
			  : capped((uint64_t)of->last + UNKNOWN_NUMBERS);

		/* The kept rows may be older than this boot's last number. */
		if (of->ceiling < last)
			of->ceiling = last;
		if (!known)
			of->last = of->ceiling;
	}
	if (numbers->generation == 0)
		numbers_boot(numbers->boot);
	return numbers_write(numbers, mend->numbers_fd, true);
}

/* ---- the old files ---- */

/* Before the new file takes the name: an old -wal beside it would be taken for
 * its own. */
static int set_aside(void *arg)
{
	const struct mend *mend = arg;
	const char *aside = mend->mended->aside;
	int rc = aside_move(mend->dir, mend->file, "", aside, true);

	if (rc == 0)
		rc = aside_move(mend->dir, mend->file, "-wal", aside, false);
	if (rc == 0)
		rc = aside_move(mend->dir, mend->file, "-shm", aside, false);
	return rc == 0 ? durable_path(mend->dir) : rc;
}

/* ---- all of it ---- */

/* Where a power cut ended an earlier attempt, the -wal is aside already. */
static const char *wal_of(const struct mend *mend, char path[PATH_MAX])
{
	char aside[64];

	if (access(mend->wal, F_OK) == 0 ||
	    !journal_find_aside(mend->dir, aside) ||
	    snprintf(path, PATH_MAX, "%s/%s-wal", mend->dir, aside) >= PATH_MAX)
		return mend->wal;
	return path;
}

static int look_at(struct mend *mend)
{
	char path[PATH_MAX];
	int rc;

	rc = numbers_open(mend->dir, &mend->numbers, &mend->numbers_fd);
	if (rc != 0)
		return rc;
	mend->numbers_known =
	    mend->numbers.generation > 0 && mend->numbers.journal[0];
	rc = salvage_files(&mend->salvage, mend->file, wal_of(mend, path));
	if (rc != 0)
		return rc;
	mend->mended->unreadable = mend->salvage.unreadable;
	choose_run(mend);
	/* Rows that nobody's they would be. */
	if (mend->kept && !id_of(mend)[0])
		mend->kept = NULL;
	return 0;
}

static int64_t furthest(const struct mend *mend)
{
	int64_t seq = mend->numbers_known ? mend->numbers.seq : 0;

	for (size_t i = 0; i < mend->salvage.n_runs; i++) {
		if (!is_foreign(mend, &mend->salvage.runs[i]) &&
		    mend->salvage.runs[i].end.seq > seq)
			seq = mend->salvage.runs[i].end.seq;
	}
	return seq;
}

static int replace(struct mend *mend, int64_t now_ms, const char *reason,
		   struct journal_problem *problem)
{
	struct journal_mended *mended = mend->mended;
	struct journal_previous previous = {.seq = furthest(mend)};
	struct journal_birth birth = {
	    .reason = reason,
	    .aside = mended->aside,
	    .before = set_aside,
	    .arg = mend,
	};
	int rc = aside_name(mend->dir, now_ms, mended->aside);

	snprintf(mended->old, sizeof(mended->old), "%s", id_of(mend));
	mended->known_seq = previous.seq;
	mended->anew = !mend->kept;
	if (rc == 0)
		rc = foretell(mend, now_ms);
	if (rc != 0)
		return journal_refuse(problem, rc,
				      "%s: cannot be set aside (%s): check the "
				      "disk",
				      mend->file, strerror(-rc));
	if (mend->kept) {
		birth.id = mended->id;
		birth.add_rows = add_rows;
		snprintf(mended->id, sizeof(mended->id), "%s", id_of(mend));
	} else if (mended->old[0]) {
		snprintf(previous.id, sizeof(previous.id), "%s", mended->old);
		birth.previous = &previous;
	}
	return journal_create(mend->dir, mend->file, now_ms, &birth, problem);
}

static bool is_whole(const char *file)
{
	struct journal_problem problem;
	struct journal *journal;
	int64_t rows;
	int rc = journal_open_reader(file, &journal, &problem);

	if (rc != 0)
		return false;
	rc = journal_verify(journal, &rows, &problem);
	journal_close(journal);
	return rc == 0;
}

static struct mend *new_mend(const char *dir, struct journal_mended *mended)
{
	struct mend *mend = calloc(1, sizeof(*mend));

	if (!mend)
		return NULL;
	mend->dir = dir;
	mend->mended = mended;
	mend->numbers_fd = -1;
	mend->file = journal_beside(dir, "/journal.db");
	mend->wal = journal_beside(dir, "/journal.db-wal");
	if (mend->file && mend->wal)
		return mend;
	free(mend->file);
	free(mend->wal);
	free(mend);
	return NULL;
}

static void free_mend(struct mend *mend)
{
	salvage_free(&mend->salvage);
	if (mend->numbers_fd >= 0)
		close(mend->numbers_fd);
	free(mend->file);
	free(mend->wal);
	free(mend);
}

/* Under the lock. */
static int mend_files(struct mend *mend, int64_t now_ms, const char *reason,
		      bool only_damaged, struct journal_problem *problem)
{
	int rc;

	if (access(mend->file, F_OK) != 0 && access(mend->wal, F_OK) != 0)
		return journal_refuse(problem, -ENOENT,
				      "%s: there is no journal to mend: name "
				      "the state directory",
				      mend->file);
	if (only_damaged && is_whole(mend->file))
		return 0;
	rc = look_at(mend);
	if (rc != 0)
		return journal_refuse(problem, rc,
				      "%s: cannot be looked through (%s): "
				      "check the disk",
				      mend->file, strerror(-rc));
	return replace(mend, now_ms, reason, problem);
}

static int mend_in(const char *dir, int64_t now_ms, const char *reason,
		   bool only_damaged, struct journal_mended *mended,
		   struct journal_problem *problem)
{
	struct mend *mend = new_mend(dir, mended);
	int lock_fd = -1, rc;

	*mended = (struct journal_mended){0};
	problem->text[0] = '\0';
	if (!mend)
		return journal_refuse(problem, -ENOMEM, "out of memory");
	rc = journal_lock(dir, &lock_fd, problem);
	if (rc == 0)
		rc = mend_files(mend, now_ms, reason, only_damaged, problem);
	free_mend(mend);
	if (lock_fd >= 0)
		close(lock_fd);
	return rc;
}

int journal_mend(const char *dir, int64_t now_ms, const char *reason,
		 struct journal_mended *mended, struct journal_problem *problem)
{
	return mend_in(dir, now_ms, reason, false, mended, problem);
}

int journal_recover(const char *dir, int64_t now_ms,
		    struct journal_mended *mended,
		    struct journal_problem *problem)
{
	return mend_in(dir, now_ms, "kioskctl journal recover", true, mended,
		       problem);
}

int journal_open_mending(const char *dir, int64_t now_ms, struct journal **out,
			 struct journal_mended *mended,
			 struct journal_problem *problem)
{
	struct journal_problem why;
	int rc = journal_open(dir, now_ms, out, problem);

	*mended = (struct journal_mended){0};
	if (rc != -EBADMSG)
		return rc;
	why = *problem;
	rc = journal_mend(dir, now_ms, why.text, mended, problem);
	return rc == 0 ? journal_open(dir, now_ms, out, problem) : rc;
}
