/* SPDX-License-Identifier: MIT */
/*
 * A journal beyond use: what can be kept of it, and the old files set aside.
 *
 * All rows that can be carved out of the file and its -wal go into a staging
 * database, old generations and doubtful ones too. Which of them are the
 * journal the chain tells: rows that continue one another make a run, and the
 * run that the numbers beside the journal know the end of, or else the one that
 * goes furthest, is kept. It is kept under the old id, with an anchor where its
 * beginning is missing, so that the central log goes on with it.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/json.h"
#include "base/ticket.h"
#include "journal/carve.h"
#include "journal/chain.h"
#include "journal/journal_aside.h"
#include "journal/journal_internal.h"

#define MAX_RUNS 64
#define MAX_RIVALS 8 /* rows of one seq */
/* Where it is not known how much was lost, as many numbers are passed over:
 * more than an office gives out for one service in a day. */
#define UNKNOWN_NUMBERS 1000
/* Where nothing at all is known. A day has at most 10,000 tickets. */
#define NOTHING_KNOWN 10000

struct run {
	struct journal_point
	    base; /* the row before the first, vouched or not */
	struct journal_point end;
	bool linked;  /* base is the journal's beginning, or its anchor */
	bool has_day; /* replay of the last day can begin in it */
	char id[JOURNAL_ID_SIZE]; /* by its first row; "": not there */
	char base_day[11];
};

struct rival {
	struct journal_point point;
	size_t run;
	bool held;
	char day[11];
};

struct mend {
	const char *dir;
	char *file, *wal;
	sqlite3 *staging;
	sqlite3_stmt *insert;
	struct numbers numbers;
	int numbers_fd;
	bool numbers_known;
	char meta_id[JOURNAL_ID_SIZE];
	struct journal_point anchor;
	bool has_anchor_seq, has_anchor_chain;
	struct run runs[MAX_RUNS];
	size_t n_runs;
	const struct run *kept; /* or NULL */
	struct journal_mended *mended;
};

/* ---- staging ---- */

static const char staging_sql[] =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
    "CREATE TABLE rows (seq INTEGER, at_ms INTEGER, day TEXT, kind TEXT,"
    " service TEXT, number INTEGER, class TEXT, counter INTEGER, actor TEXT,"
    " detail TEXT, key TEXT, chain BLOB,"
    " PRIMARY KEY (seq, chain, detail)) WITHOUT ROWID; BEGIN";

static const char insert_sql[] =
    "INSERT OR IGNORE INTO rows VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, coalesce(?10, ''), ?11, ?12)";

static const char select_sql[] =
    "SELECT seq, at_ms, day, kind, service, number, class, counter, actor,"
    " nullif(detail, ''), key, chain FROM rows ORDER BY seq";

static int open_staging(struct mend *mend)
{
	/* Without a name: a temporary file that SQLite keeps to itself. */
	int rc = sqlite3_open("", &mend->staging);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(mend->staging, staging_sql, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(mend->staging, insert_sql, -1,
					&mend->insert, NULL);
	return rc;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	(void)sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static void bind_integer(sqlite3_stmt *statement, int at, bool has,
			 int64_t value)
{
	if (has)
		(void)sqlite3_bind_int64(statement, at, value);
	else
		(void)sqlite3_bind_null(statement, at);
}

static int stage_row(void *arg, const struct journal_row *row)
{
	struct mend *mend = arg;
	int rc;

	bind_integer(mend->insert, 1, true, row->seq);
	bind_integer(mend->insert, 2, true, row->at_ms);
	bind_text(mend->insert, 3, row->day);
	bind_text(mend->insert, 4, row->kind);
	bind_text(mend->insert, 5, row->service);
	bind_integer(mend->insert, 6, row->has_number, row->number);
	bind_text(mend->insert, 7, row->class);
	bind_integer(mend->insert, 8, row->has_counter, row->counter);
	bind_text(mend->insert, 9, row->actor);
	bind_text(mend->insert, 10, row->detail);
	bind_text(mend->insert, 11, row->key);
	(void)sqlite3_bind_blob(mend->insert, 12, row->chain,
				JOURNAL_CHAIN_SIZE, SQLITE_STATIC);
	rc = sqlite3_step(mend->insert);
	sqlite3_reset(mend->insert);
	return rc == SQLITE_DONE ? 0 : -EIO;
}

static bool is_id(const char *text, size_t length)
{
	return length == JOURNAL_ID_SIZE - 1 &&
	       strspn(text, "0123456789abcdef") >= length;
}

static int stage_meta(void *arg, const struct carve_meta *meta)
{
	struct mend *mend = arg;

	if (strcmp(meta->name, "journal") == 0 && meta->bytes &&
	    meta->length == JOURNAL_ID_SIZE - 1) {
		char id[JOURNAL_ID_SIZE] = "";

		memcpy(id, meta->bytes, meta->length);
		if (is_id(id, strlen(id)))
			memcpy(mend->meta_id, id, sizeof(id));
	} else if (strcmp(meta->name, "anchor_seq") == 0 && !meta->bytes) {
		mend->anchor.seq = meta->number;
		mend->has_anchor_seq = true;
	} else if (strcmp(meta->name, "anchor_chain") == 0 && meta->bytes &&
		   meta->length == JOURNAL_CHAIN_SIZE) {
		memcpy(mend->anchor.chain, meta->bytes, JOURNAL_CHAIN_SIZE);
		mend->has_anchor_chain = true;
	}
	return 0;
}

/* The statement's row, its texts SQLite's until the next step. */
static void get_row(sqlite3_stmt *from, struct journal_row *row)
{
	const void *chain = sqlite3_column_blob(from, 11);

	*row = (struct journal_row){
	    .seq = sqlite3_column_int64(from, 0),
	    .at_ms = sqlite3_column_int64(from, 1),
	    .day = (const char *)sqlite3_column_text(from, 2),
	    .kind = (const char *)sqlite3_column_text(from, 3),
	    .service = (const char *)sqlite3_column_text(from, 4),
	    .number = sqlite3_column_int64(from, 5),
	    .has_number = sqlite3_column_type(from, 5) != SQLITE_NULL,
	    .class = (const char *)sqlite3_column_text(from, 6),
	    .counter = sqlite3_column_int64(from, 7),
	    .has_counter = sqlite3_column_type(from, 7) != SQLITE_NULL,
	    .actor = (const char *)sqlite3_column_text(from, 8),
	    .detail = (const char *)sqlite3_column_text(from, 9),
	    .key = (const char *)sqlite3_column_text(from, 10),
	};
	if (chain)
		memcpy(row->chain, chain, JOURNAL_CHAIN_SIZE);
}

/* ---- runs ---- */

static bool continues(const struct journal_point *before,
		      const struct journal_row *row)
{
	uint8_t chain[JOURNAL_CHAIN_SIZE];

	/* A number of any size may stand in a damaged page. */
	if (row->seq - 1 != before->seq)
		return false;
	chain_next(before->chain, row, chain);
	return memcmp(chain, row->chain, sizeof(chain)) == 0;
}

static void copy_day(char day[11], const char *from)
{
	snprintf(day, 11, "%.10s", from ? from : "");
}

/* A run that begins with this row: vouched for by the journal's beginning or
 * its anchor, else only the base of what may follow. */
static void begin_run(struct mend *mend, const struct journal_row *row,
		      struct rival *rival)
{
	static const struct journal_point nothing;
	struct journal_point anchor = mend->anchor;
	bool first = continues(&nothing, row);
	bool anchored = mend->has_anchor_seq && mend->has_anchor_chain &&
			anchor.seq > 0 && continues(&anchor, row);
	struct run *run;

	rival->run = MAX_RUNS;
	if (mend->n_runs == MAX_RUNS)
		return;
	rival->run = mend->n_runs++;
	run = &mend->runs[rival->run];
	*run = (struct run){.linked = first || anchored};
	if (run->linked) {
		run->base = first ? nothing : anchor;
		rival->held = true;
	} else {
		run->base = rival->point;
		copy_day(run->base_day, row->day);
	}
	run->end = rival->point;
	if (first && row->detail) {
		struct json_problem problem;
		json_t *detail =
		    json_parse_object(row->detail, strlen(row->detail),
				      &problem);
		const char *id =
		    json_string_value(json_object_get(detail, "journal"));

		if (id && is_id(id, strlen(id)))
			memcpy(run->id, id, sizeof(run->id));
		json_decref(detail);
	}
}

static void extend_run(struct run *run, const struct journal_row *row)
{
	run->end.seq = row->seq;
	memcpy(run->end.chain, row->chain, sizeof(run->end.chain));
	run->has_day |= strcmp(row->kind, "day_opened") == 0 &&
			journal_begins_run(row->detail);
}

static void link_row(struct mend *mend, const struct journal_row *row,
		     const struct rival *before, size_t n_before,
		     struct rival *rival)
{
	*rival = (struct rival){.point.seq = row->seq, .run = MAX_RUNS};
	memcpy(rival->point.chain, row->chain, JOURNAL_CHAIN_SIZE);
	copy_day(rival->day, row->day);
	for (size_t i = 0; i < n_before; i++) {
		if (!continues(&before[i].point, row))
			continue;
		rival->run = before[i].run;
		rival->held = true;
		if (rival->run < MAX_RUNS)
			extend_run(&mend->runs[rival->run], row);
		return;
	}
	begin_run(mend, row, rival);
}

/* Runs of nothing but their base are none, and their room is given back. */
static void drop_empty(struct mend *mend, const struct rival *gone, size_t n)
{
	while (mend->n_runs > 0) {
		struct run *run = &mend->runs[mend->n_runs - 1];
		bool last = false;

		if (run->linked || run->end.seq != run->base.seq)
			return;
		for (size_t i = 0; i < n; i++)
			last |= gone[i].run == mend->n_runs - 1;
		if (!last)
			return;
		mend->n_runs--;
	}
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
		copy_day(span->first_day, day);
	}
	span->last_seq = seq;
	if (day && *day)
		copy_day(span->last_day, day);
	if (!span->first_day[0])
		copy_day(span->first_day, day);
}

static int find_runs(struct mend *mend)
{
	struct rival before[MAX_RIVALS], now[MAX_RIVALS];
	size_t n_before = 0, n_now = 0;
	sqlite3_stmt *each;
	int rc = sqlite3_prepare_v2(mend->staging, select_sql, -1, &each, NULL);

	while (rc == SQLITE_OK && sqlite3_step(each) == SQLITE_ROW) {
		struct journal_row row;

		get_row(each, &row);
		if (n_now > 0 && row.seq != now[0].point.seq) {
			drop_empty(mend, before, n_before);
			memcpy(before, now, sizeof(before));
			n_before = row.seq == now[0].point.seq + 1 ? n_now : 0;
			n_now = 0;
		}
		if (n_now < MAX_RIVALS)
			link_row(mend, &row, before, n_before, &now[n_now++]);
	}
	sqlite3_finalize(each);
	return rc == SQLITE_OK ? 0 : -EIO;
}

static bool is_foreign(const struct mend *mend, const struct run *run)
{
	return mend->numbers_known && run->id[0] &&
	       strcmp(run->id, mend->numbers.journal) != 0;
}

/* The rows of a run that the report calls kept: behind its base. */
static bool holds_rows(const struct run *run)
{
	return run->end.seq > run->base.seq;
}

static void choose_run(struct mend *mend)
{
	int64_t known = mend->numbers_known ? mend->numbers.seq : 0;

	for (size_t i = 0; i < mend->n_runs; i++) {
		const struct run *run = &mend->runs[i], *kept = mend->kept;
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
	return mend->meta_id;
}

/* ---- the new file ---- */

static int add_anchor(const struct mend *mend, struct journal *journal)
{
	const struct run *run = mend->kept;
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
	bind_text(statement, 3, run->base_day);
	rc = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The kept run's rows into the new file; all rows into the report. */
static int copy_rows(struct mend *mend, struct journal *journal)
{
	struct journal_point at = mend->kept->base;
	struct journal_mended *mended = mend->mended;
	int64_t seen = 0;
	sqlite3_stmt *each;
	int rc = sqlite3_prepare_v2(mend->staging, select_sql, -1, &each, NULL);

	while (rc == SQLITE_OK && sqlite3_step(each) == SQLITE_ROW) {
		struct journal_row row;
		int state = JOURNAL_LEFT;

		get_row(each, &row);
		if (continues(&at, &row) && at.seq < mend->kept->end.seq) {
			rc = journal_insert(journal, &row);
			at.seq = row.seq;
			memcpy(at.chain, row.chain, sizeof(at.chain));
			state = JOURNAL_KEPT;
		} else if (row.seq <= seen || row.seq > mend->kept->base.seq) {
			continue; /* a rival, or what is not the journal's */
		} else if (!mend->kept->linked &&
			   row.seq == mend->kept->base.seq) {
			state = JOURNAL_UNLINKED;
		}
		for (; seen + 1 < row.seq; seen++)
			add_span(mended, seen + 1, JOURNAL_GONE, NULL);
		add_span(mended, row.seq, state, row.day);
		seen = row.seq;
	}
	sqlite3_finalize(each);
	return rc;
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

/* The highest number of each prefix on the last two days that there are. */
static int take_numbers(struct mend *mend)
{
	static const char sql[] =
	    "SELECT detail, number, at_ms FROM rows WHERE kind = 'issued' AND "
	    "day >= (SELECT min(day) FROM (SELECT DISTINCT day FROM rows "
	    "WHERE kind = 'issued' ORDER BY day DESC LIMIT 2))";
	sqlite3_stmt *each;
	int rc = sqlite3_prepare_v2(mend->staging, sql, -1, &each, NULL);

	while (rc == SQLITE_OK && sqlite3_step(each) == SQLITE_ROW) {
		struct journal_row row = {
		    .detail = (const char *)sqlite3_column_text(each, 0)};
		int64_t number = sqlite3_column_int64(each, 1);
		struct numbers_of *of;
		char prefix[8];

		if (!numbers_prefix(&row, prefix) || number < 1 ||
		    number > TICKET_MAX_NUMBER)
			continue;
		of = numbers_entry(&mend->numbers, prefix);
		if (of && number > of->last)
			of->last = (uint32_t)number;
		if (sqlite3_column_int64(each, 2) > mend->numbers.at_ms)
			mend->numbers.at_ms = sqlite3_column_int64(each, 2);
	}
	sqlite3_finalize(each);
	return rc == SQLITE_OK ? 0 : -EIO;
}

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
	int rc = take_numbers(mend);

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
	struct carve_sink sink = {.row = stage_row,
				  .meta = stage_meta,
				  .arg = mend};
	struct carve_count count;
	char path[PATH_MAX];
	int rc;

	rc = numbers_open(mend->dir, &mend->numbers, &mend->numbers_fd);
	if (rc != 0)
		return rc;
	mend->numbers_known =
	    mend->numbers.generation > 0 && mend->numbers.journal[0];
	if (open_staging(mend) != SQLITE_OK)
		return -EIO;
	rc = carve_files(mend->file, wal_of(mend, path), &sink, &count);
	if (rc != 0)
		return rc;
	mend->mended->unreadable = count.unreadable;
	rc = find_runs(mend);
	if (rc != 0)
		return rc;
	choose_run(mend);
	/* Rows that nobody's they would be. */
	if (mend->kept && !id_of(mend)[0])
		mend->kept = NULL;
	return 0;
}

static int64_t furthest(const struct mend *mend)
{
	int64_t seq = mend->numbers_known ? mend->numbers.seq : 0;

	for (size_t i = 0; i < mend->n_runs; i++) {
		if (!is_foreign(mend, &mend->runs[i]) &&
		    mend->runs[i].end.seq > seq)
			seq = mend->runs[i].end.seq;
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
	sqlite3_finalize(mend->insert);
	sqlite3_close(mend->staging);
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
