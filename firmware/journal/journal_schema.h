/* SPDX-License-Identifier: MIT */
/*
 * The journal's schema and how an older one becomes this one. Private to the
 * journal, and to its tests.
 *
 * The number of the schema is PRAGMA user_version. application_id tells a
 * journal from any other SQLite file; file(1) can show it too.
 */
#ifndef KIOSK_JOURNAL_SCHEMA_H
#define KIOSK_JOURNAL_SCHEMA_H

#include <sqlite3.h>
#include <stdint.h>

#define SCHEMA_APPLICATION_ID 0x4d434b4a /* "MCKJ" */
#define SCHEMA_VERSION 2

/* An append-only array: step i leads from schema i to i + 1. Each is SQL. */
extern const char *const schema_steps[SCHEMA_VERSION];

/* application_id and user_version as they stand in a database file's first 100
 * bytes (https://www.sqlite.org/fileformat.html, 1.3). -EBADMSG where these
 * are not the first bytes of an SQLite file. */
int schema_from_header(const uint8_t header[100], uint32_t *application_id,
		       uint32_t *version) __attribute__((warn_unused_result));

/* As SQLite sees it, with what the WAL holds. 0 or an SQLite error. */
int schema_version(sqlite3 *db, int64_t *version)
    __attribute__((warn_unused_result));

/*
 * Takes the steps that the file has not had yet, all or none: one transaction.
 * 0 or an SQLite error.
 */
int schema_migrate(sqlite3 *db, const char *const *steps, int n_steps)
    __attribute__((warn_unused_result));

#endif
