/* SPDX-License-Identifier: MIT */
#include "journal/journal_schema.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Never change a step that was released: add one. */
const char *const schema_steps[SCHEMA_VERSION] = {
    /*
     * The indices are partial, so that a row pays only for what it has: an
     * event without a key costs no second page, and days are found in a few
     * pages however long the journal is.
     */
    "CREATE TABLE events (seq INTEGER PRIMARY KEY, at_ms INTEGER, day TEXT,"
    " kind TEXT, service TEXT, number INTEGER, class TEXT, counter INTEGER,"
    " actor TEXT, detail TEXT, key TEXT, chain BLOB);"
    "CREATE UNIQUE INDEX events_key ON events (key) WHERE key IS NOT NULL;"
    "CREATE INDEX events_day_opened ON events (kind)"
    " WHERE kind = 'day_opened';"
    "CREATE TABLE meta (name PRIMARY KEY, value) WITHOUT ROWID;"
    "PRAGMA application_id = 0x4d434b4a;",
    /* For reports: where a day of years ago lies. */
    "CREATE INDEX events_day ON events (day) WHERE kind = 'day_opened';",
};

static uint32_t big_endian(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
}

int schema_from_header(const uint8_t header[100], uint32_t *application_id,
		       uint32_t *version)
{
	if (memcmp(header, "SQLite format 3", 16) != 0)
		return -EBADMSG;
	*version = big_endian(header + 60);
	*application_id = big_endian(header + 68);
	return 0;
}

int schema_version(sqlite3 *db, int64_t *version)
{
	sqlite3_stmt *statement;
	int rc;

	rc =
	    sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL);
	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*version = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int take_steps(sqlite3 *db, const char *const *steps, int n_steps)
{
	char set_version[48];
	int64_t version = 0;
	int rc;

	rc = schema_version(db, &version);
	for (int64_t i = version; rc == SQLITE_OK && i < n_steps; i++)
		rc = sqlite3_exec(db, steps[i], NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return rc;
	snprintf(set_version, sizeof(set_version), "PRAGMA user_version = %d",
		 n_steps);
	return sqlite3_exec(db, set_version, NULL, NULL, NULL);
}

int schema_migrate(sqlite3 *db, const char *const *steps, int n_steps)
{
	int64_t version = 0;
	int rc;

	rc = schema_version(db, &version);
	if (rc != SQLITE_OK || version >= n_steps)
		return rc;
	rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return rc;
	rc = take_steps(db, steps, n_steps);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	if (rc != SQLITE_OK && !sqlite3_get_autocommit(db))
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}
