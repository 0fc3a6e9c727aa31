/* SPDX-License-Identifier: MIT */
#include "floor.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "bench.h"
#include "journal/journal.h"
#include "journal/journal_schema.h"

struct floor {
	sqlite3 *db;
	sqlite3_stmt *insert;
	int64_t seq;
};

static void must(struct floor *floor, int rc)
{
	if (rc != SQLITE_OK)
		die("SQLite: %s",
		    floor->db ? sqlite3_errmsg(floor->db) : sqlite3_errstr(rc));
}

struct floor *floor_open(const char *file)
{
	struct floor *floor = calloc(1, sizeof(*floor));

	if (!floor)
		die("out of memory");
	must(floor, sqlite3_open(file, &floor->db));
	must(floor, sqlite3_exec(floor->db,
				 "PRAGMA journal_mode = WAL;"
				 "PRAGMA synchronous = FULL",
				 NULL, NULL, NULL));
	must(floor, schema_migrate(floor->db, schema_steps, SCHEMA_VERSION));
	must(floor, sqlite3_prepare_v2(
			floor->db,
			"INSERT INTO events (seq, at_ms, day, kind, service,"
			" number, class, counter, actor, detail, key, chain)"
			" VALUES (?1, ?2, ?3, 'issued', 'land', ?4, 'normal',"
			" NULL, 'socket', ?5, ?6, ?7)",
			-1, &floor->insert, NULL));
	return floor;
}

double floor_insert(struct floor *floor, const char *key)
{
	static const char chain[JOURNAL_CHAIN_SIZE] =
	    "the same length as SHA-256 has";
	sqlite3_stmt *insert = floor->insert;
	char day[CLOCK_DAY_LEN + 1], detail[64];
	int64_t at_ms = clock_wall_ms();
	double begin;

	floor->seq++;
	clock_business_day(at_ms, 300, day);
	snprintf(detail, sizeof(detail), "{\"ticket\":\"A%03d\",\"ahead\":%d}",
		 (int)floor->seq, (int)floor->seq - 1);
	begin = now_us();
	sqlite3_bind_int64(insert, 1, floor->seq);
	sqlite3_bind_int64(insert, 2, at_ms);
	sqlite3_bind_text(insert, 3, day, -1, SQLITE_STATIC);
	sqlite3_bind_int64(insert, 4, floor->seq);
	sqlite3_bind_text(insert, 5, detail, -1, SQLITE_STATIC);
	sqlite3_bind_text(insert, 6, key, -1, SQLITE_STATIC);
	sqlite3_bind_blob(insert, 7, chain, sizeof(chain), SQLITE_STATIC);
	if (sqlite3_step(insert) != SQLITE_DONE)
		die("SQLite: %s", sqlite3_errmsg(floor->db));
	sqlite3_reset(insert);
	return now_us() - begin;
}

void floor_close(struct floor *floor)
{
	sqlite3_finalize(floor->insert);
	sqlite3_close(floor->db);
	free(floor);
}
