/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/rows.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "journal/chain.h"

#define MORNING_MS 1795480200000 /* 2026-11-24 07:30 in Vietnam */

struct journal_row row_sample(int64_t i)
{
	int64_t at_ms = MORNING_MS + i * 7000;
	int64_t number = i / 5 + 1;
	const char *day = "2026-11-24";

	switch (i % 5) {
	case 0:
		return (struct journal_row){
		    .at_ms = at_ms,
		    .day = day,
		    .kind = "issued",
		    .service = "land",
		    .has_number = true,
		    .number = number,
		    .class = number % 3 ? "normal" : "priority",
		    .actor = "button:land",
		    .detail = "{\"ticket\":\"A001\",\"ahead\":0}"};
	case 1:
		return (struct journal_row){.at_ms = at_ms,
					    .day = day,
					    .kind = "called",
					    .service = "land",
					    .has_number = true,
					    .number = number,
					    .class = number % 3 ? "normal"
								: "priority",
					    .has_counter = true,
					    .counter = number % 4 + 1,
					    .actor = "web"};
	case 2:
		return (struct journal_row){.at_ms = at_ms,
					    .day = day,
					    .kind = number % 4 ? "finished"
							       : "no_show",
					    .service = "land",
					    .has_number = true,
					    .number = number,
					    .has_counter = true,
					    .counter = number % 4 + 1,
					    .actor = "web",
					    .detail =
						"{\"outcome\":\"tiếp nhận\"}"};
	case 3:
		return (struct journal_row){.at_ms = at_ms,
					    .day = day,
					    .kind = "rated",
					    .service = "land",
					    .has_number = true,
					    .number = number,
					    .has_counter = true,
					    .counter = number % 4 + 1,
					    .actor = "",
					    .detail = number % 7
							  ? "{\"stars\":4}"
							  : "not JSON"};
	}
	return (struct journal_row){.at_ms = at_ms,
				    .day = day,
				    .kind = "config_loaded"};
}

void rows_chain(struct journal_row *rows, size_t n, int64_t first_seq,
		const uint8_t *previous)
{
	static const uint8_t zeros[JOURNAL_CHAIN_SIZE];

	if (!previous)
		previous = zeros;
	for (size_t i = 0; i < n; i++) {
		rows[i].seq = first_seq + (int64_t)i;
		chain_next(previous, &rows[i], rows[i].chain);
		previous = rows[i].chain;
	}
}

static void die(const char *what)
{
	fprintf(stderr, "%s\n", what);
	exit(99);
}

static void journal_grow(const char *dir, int64_t n, const char *actor,
			 const char *detail)
{
	struct journal_problem problem;
	struct journal *journal;
	uint8_t chain[JOURNAL_CHAIN_SIZE];
	int64_t seq;

	if (journal_open(dir, MORNING_MS, &journal, &problem) < 0)
		die(problem.text);
	if (journal_head(journal, &seq, chain) < 0)
		die("journal_head");
	for (int64_t end = seq + n; seq < end; seq++) {
		struct journal_row row = row_sample(seq);

		if (actor)
			row.actor = actor;
		if (detail)
			row.detail = detail;
		if (journal_append(journal, &row) < 0)
			die(journal_fault(journal));
	}
	if (journal_commit(journal) < 0)
		die(journal_fault(journal));
	journal_close(journal);
}

void rows_journal_more(const char *dir, int64_t n)
{
	journal_grow(dir, n, NULL, NULL);
}

void rows_journal_other(const char *dir, int64_t n)
{
	journal_grow(dir, n, "another history", NULL);
}

void rows_journal_long(const char *dir, int64_t n)
{
	static const char begin[] = "{\"x\":\"", end[] = "\"}";
	static char detail[JOURNAL_DETAIL_MAX + 1];
	size_t last = JOURNAL_DETAIL_MAX - strlen(end);

	memset(detail, 'x', sizeof(detail));
	memcpy(detail, begin, strlen(begin));
	memcpy(detail + last, end, sizeof(end));
	journal_grow(dir, n, NULL, detail);
}

void rows_journal(const char *dir, int64_t n)
{
	/* The journal's first row is its own. */
	rows_journal_more(dir, n - 1);
}

void rows_dir(char *path, size_t size)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(path, size, "%s/kiosk-test-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(path))
		die("mkdtemp");
}

static int remove_one(const char *path, const struct stat *info, int kind,
		      struct FTW *walk)
{
	(void)info;
	(void)kind;
	(void)walk;
	return remove(path);
}

void rows_dir_end(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int print_rows(sqlite3_stmt *statement, FILE *to)
{
	int n = sqlite3_column_count(statement);
	int status;

	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		for (int i = 0; i < n; i++) {
			const char *value =
			    (const char *)sqlite3_column_text(statement, i);

			fprintf(to, "%s%s", value ? value : "\\N",
				i + 1 < n ? "|" : "\n");
		}
	}
	return status;
}

char *rows_ask(const char *path, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	sqlite3 *db = NULL;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	bool good;

	if (!to)
		return NULL;
	good = sqlite3_open(path, &db) == SQLITE_OK &&
	       sqlite3_busy_timeout(db, 5000) == SQLITE_OK &&
	       sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
	       print_rows(statement, to) == SQLITE_DONE;
	if (!good)
		fprintf(stderr, "%s: %s: %s\n", path, sql, sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	sqlite3_close(db);
	if (fclose(to) == 0 && good)
		return text;
	free(text);
	return NULL;
}

void rows_prune(const char *dir, int64_t seq)
{
	static const char *const steps[] = {
	    "INSERT OR REPLACE INTO meta SELECT 'anchor_chain', chain "
	    "FROM events WHERE seq = ",
	    "INSERT OR REPLACE INTO meta SELECT 'anchor_day', max(day) "
	    "FROM events WHERE seq <= ",
	    "INSERT OR REPLACE INTO meta SELECT 'anchor_seq', ",
	    "DELETE FROM events WHERE seq <= ",
	};
	char path[300], sql[200];

	snprintf(path, sizeof(path), "%s/journal.db", dir);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		char *done;

		snprintf(sql, sizeof(sql), "%s%lld", steps[i], (long long)seq);
		done = rows_ask(path, sql);
		if (!done)
			die(sql);
		free(done);
	}
}
