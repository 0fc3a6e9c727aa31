/* SPDX-License-Identifier: MIT */
#include "journal/salvage.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/ticket.h"
#include "journal/carve.h"
#include "journal/chain.h"

#define MAX_RIVALS 8 /* rows of one seq */

struct rival {
	struct journal_point point;
	size_t run;
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

static int open_staging(struct salvage *salvage)
{
	/* Without a name: a temporary file that SQLite keeps to itself. */
	int rc = sqlite3_open("", &salvage->staging);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(salvage->staging, staging_sql, NULL, NULL,
				  NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(salvage->staging, insert_sql, -1,
					&salvage->insert, NULL);
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
	struct salvage *salvage = arg;
	int rc;

	bind_integer(salvage->insert, 1, true, row->seq);
	bind_integer(salvage->insert, 2, true, row->at_ms);
	bind_text(salvage->insert, 3, row->day);
	bind_text(salvage->insert, 4, row->kind);
	bind_text(salvage->insert, 5, row->service);
	bind_integer(salvage->insert, 6, row->has_number, row->number);
	bind_text(salvage->insert, 7, row->class);
	bind_integer(salvage->insert, 8, row->has_counter, row->counter);
	bind_text(salvage->insert, 9, row->actor);
	bind_text(salvage->insert, 10, row->detail);
	bind_text(salvage->insert, 11, row->key);
	(void)sqlite3_bind_blob(salvage->insert, 12, row->chain,
				JOURNAL_CHAIN_SIZE, SQLITE_STATIC);
	rc = sqlite3_step(salvage->insert);
	sqlite3_reset(salvage->insert);
	return rc == SQLITE_DONE ? 0 : -EIO;
}

static bool is_id(const char *text, size_t length)
{
	return length == JOURNAL_ID_SIZE - 1 &&
	       strspn(text, "0123456789abcdef") >= length;
}

static int stage_meta(void *arg, const struct carve_meta *meta)
{
	struct salvage *salvage = arg;

	if (strcmp(meta->name, "journal") == 0 && meta->bytes &&
	    meta->length == JOURNAL_ID_SIZE - 1) {
		char id[JOURNAL_ID_SIZE] = "";

		memcpy(id, meta->bytes, meta->length);
		if (is_id(id, strlen(id)))
			memcpy(salvage->meta_id, id, sizeof(id));
	} else if (strcmp(meta->name, "anchor_seq") == 0 && !meta->bytes) {
		salvage->anchor.seq = meta->number;
		salvage->has_anchor_seq = true;
	} else if (strcmp(meta->name, "anchor_chain") == 0 && meta->bytes &&
		   meta->length == JOURNAL_CHAIN_SIZE) {
		memcpy(salvage->anchor.chain, meta->bytes, JOURNAL_CHAIN_SIZE);
		salvage->has_anchor_chain = true;
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

bool salvage_continues(const struct journal_point *before,
		       const struct journal_row *row)
{
	uint8_t chain[JOURNAL_CHAIN_SIZE];

	/* A number of any size may stand in a damaged page. */
	if (row->seq - 1 != before->seq)
		return false;
	chain_next(before->chain, row, chain);
	return memcmp(chain, row->chain, sizeof(chain)) == 0;
}

void salvage_copy_day(char day[11], const char *from)
{
	snprintf(day, 11, "%.10s", from ? from : "");
}

/* A run that begins with this row: vouched for by the journal's beginning or
 * its anchor, else only the base of what may follow. */
static void begin_run(struct salvage *salvage, const struct journal_row *row,
		      struct rival *rival)
{
	static const struct journal_point nothing;
	struct journal_point anchor = salvage->anchor;
	bool first = salvage_continues(&nothing, row);
	bool anchored = salvage->has_anchor_seq && salvage->has_anchor_chain &&
			anchor.seq > 0 && salvage_continues(&anchor, row);
	struct salvage_run *run;

	rival->run = SALVAGE_RUNS;
	if (salvage->n_runs == SALVAGE_RUNS)
		return;
	rival->run = salvage->n_runs++;
	run = &salvage->runs[rival->run];
	*run = (struct salvage_run){.linked = first || anchored};
	if (run->linked) {
		run->base = first ? nothing : anchor;
	} else {
		run->base = rival->point;
		salvage_copy_day(run->base_day, row->day);
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

static void extend_run(struct salvage_run *run, const struct journal_row *row)
{
	run->end.seq = row->seq;
	memcpy(run->end.chain, row->chain, sizeof(run->end.chain));
	run->has_day |= strcmp(row->kind, "day_opened") == 0 &&
			journal_begins_run(row->detail);
}

static void link_row(struct salvage *salvage, const struct journal_row *row,
		     const struct rival *before, size_t n_before,
		     struct rival *rival)
{
	*rival = (struct rival){.point.seq = row->seq, .run = SALVAGE_RUNS};
	memcpy(rival->point.chain, row->chain, JOURNAL_CHAIN_SIZE);
	for (size_t i = 0; i < n_before; i++) {
		if (!salvage_continues(&before[i].point, row))
			continue;
		rival->run = before[i].run;
		if (rival->run < SALVAGE_RUNS)
			extend_run(&salvage->runs[rival->run], row);
		return;
	}
	begin_run(salvage, row, rival);
}

/* Runs of nothing but their base are none, and their room is given back. */
static void drop_empty(struct salvage *salvage, const struct rival *gone,
		       size_t n)
{
	while (salvage->n_runs > 0) {
		struct salvage_run *run = &salvage->runs[salvage->n_runs - 1];
		bool last = false;

		if (run->linked || run->end.seq != run->base.seq)
			return;
		for (size_t i = 0; i < n; i++)
			last |= gone[i].run == salvage->n_runs - 1;
		if (!last)
			return;
		salvage->n_runs--;
	}
}

struct linking {
	struct salvage *salvage;
	struct rival before[MAX_RIVALS], now[MAX_RIVALS];
	size_t n_before, n_now;
};

static int link_to_run(void *arg, const struct journal_row *row)
{
	struct linking *at = arg;

	if (at->n_now > 0 && row->seq != at->now[0].point.seq) {
		drop_empty(at->salvage, at->before, at->n_before);
		memcpy(at->before, at->now, sizeof(at->before));
		at->n_before =
		    row->seq - 1 == at->now[0].point.seq ? at->n_now : 0;
		at->n_now = 0;
	}
	if (at->n_now < MAX_RIVALS)
		link_row(at->salvage, row, at->before, at->n_before,
			 &at->now[at->n_now++]);
	return 0;
}

int salvage_each(const struct salvage *salvage, journal_row_fn *fn, void *arg)
{
	sqlite3_stmt *each;
	int result = 0, rc;

	if (sqlite3_prepare_v2(salvage->staging, select_sql, -1, &each, NULL) !=
	    SQLITE_OK)
		return -EIO;
	while (result == 0 && (rc = sqlite3_step(each)) == SQLITE_ROW) {
		struct journal_row row;

		get_row(each, &row);
		result = fn(arg, &row);
	}
	if (result == 0 && rc != SQLITE_DONE)
		result = -EIO;
	sqlite3_finalize(each);
	return result;
}

/* ---- all of it ---- */

int salvage_files(struct salvage *salvage, const char *file, const char *wal)
{
	const struct carve_sink sink = {.row = stage_row,
					.meta = stage_meta,
					.arg = salvage};
	struct linking linking = {.salvage = salvage};
	struct carve_count count;
	int rc;

	if (open_staging(salvage) != SQLITE_OK)
		return -EIO;
	rc = carve_files(file, wal, &sink, &count);
	if (rc != 0)
		return rc;
	salvage->unreadable = count.unreadable;
	return salvage_each(salvage, link_to_run, &linking);
}

void salvage_free(struct salvage *salvage)
{
	sqlite3_finalize(salvage->insert);
	sqlite3_close(salvage->staging);
}

int salvage_numbers(const struct salvage *salvage, struct numbers *numbers)
{
	static const char sql[] =
	    "SELECT detail, number, at_ms FROM rows WHERE kind = 'issued' AND "
	    "day >= (SELECT min(day) FROM (SELECT DISTINCT day FROM rows "
	    "WHERE kind = 'issued' ORDER BY day DESC LIMIT 2))";
	sqlite3_stmt *each;
	int rc = sqlite3_prepare_v2(salvage->staging, sql, -1, &each, NULL);

	while (rc == SQLITE_OK && sqlite3_step(each) == SQLITE_ROW) {
		struct journal_row row = {
		    .detail = (const char *)sqlite3_column_text(each, 0)};
		int64_t number = sqlite3_column_int64(each, 1);
		struct numbers_of *of;
		char prefix[8];

		if (!numbers_prefix(&row, prefix) || number < 1 ||
		    number > TICKET_MAX_NUMBER)
			continue;
		of = numbers_entry(numbers, prefix);
		if (of && number > of->last)
			of->last = (uint32_t)number;
		if (sqlite3_column_int64(each, 2) > numbers->at_ms)
			numbers->at_ms = sqlite3_column_int64(each, 2);
	}
	sqlite3_finalize(each);
	return rc == SQLITE_OK ? 0 : -EIO;
}
