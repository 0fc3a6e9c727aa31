/* SPDX-License-Identifier: MIT */
#include "sync/summary_source.h"

#include <errno.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sync/pg_link.h"

#define COLUMNS_MAX 32
#define QUESTION_MS 600000
#define SQLITE_SCHEME "sqlite:"
#define BUSY_MS 10000

struct summary_source {
	struct pg_link *link; /* one of the two */
	sqlite3 *db;
};

/* encode(bytes, 'hex'), as the server has it. */
static void encode_hex(sqlite3_context *context, int n, sqlite3_value **values)
{
	size_t size = (size_t)sqlite3_value_bytes(values[0]);
	const void *bytes = sqlite3_value_blob(values[0]);
	char *hex = malloc(2 * size + 1);

	(void)n;
	if (!hex) {
		sqlite3_result_error_nomem(context);
		return;
	}
	sodium_bin2hex(hex, 2 * size + 1, bytes, size);
	sqlite3_result_text(context, hex, -1, free);
}

/* Each question would work out the view anew. */
static int keep_rollups(sqlite3 *db, const char *from, const char *until)
{
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(db,
				    "CREATE TEMP TABLE rollups AS SELECT * "
				    "FROM main.rollups "
				    "WHERE day BETWEEN ?1 AND ?2",
				    -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return rc;
	sqlite3_bind_text(statement, 1, from, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, until, -1, SQLITE_STATIC);
	rc = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int open_sqlite(const char *path, const char *from, const char *until,
		       struct summary_source *source,
		       struct central_problem *problem)
{
	int rc = sqlite3_open_v2(path, &source->db, SQLITE_OPEN_READONLY, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_busy_timeout(source->db, BUSY_MS);
		rc = sqlite3_create_function(source->db, "encode", 2,
					     SQLITE_UTF8, NULL, encode_hex,
					     NULL, NULL);
	}
	if (rc == SQLITE_OK && from)
		rc = keep_rollups(source->db, from, until);
	else if (rc == SQLITE_OK)
		rc = sqlite3_exec(source->db, "SELECT 1 FROM checkpoints", NULL,
				  NULL, NULL);
	if (rc == SQLITE_OK)
		return 0;
	snprintf(problem->text, sizeof(problem->text),
		 "%.200s: %s: name a central log; an older one is brought up "
		 "to date by kiosk-sync --install-central",
		 path,
		 source->db ? sqlite3_errmsg(source->db) : "out of memory");
	return -EIO;
}

static int open_server(const char *url, bool rollups,
		       struct summary_source *source,
		       struct central_problem *problem)
{
	struct central_problem why = {0};
	PGresult *result = NULL;
	int status = pg_link_new(url, -1, &source->link, problem);

	if (status == 0)
		status = pg_link_query(source->link, "SET jit = off", NULL,
				       QUESTION_MS, &result, problem);
	if (status < 0)
		return status;
	PQclear(result);
	result = NULL;
	if (!rollups)
		return 0;
	status = pg_link_query(source->link, "SELECT kiosk_rollup()", NULL,
			       QUESTION_MS, &result, &why);
	if (status == 0)
		PQclear(result);
	else
		log_warning("%s; the figures are as of the last rollup",
			    why.text);
	return 0;
}

int summary_source_open(const char *url, const char *from, const char *until,
			struct summary_source **out,
			struct central_problem *problem)
{
	struct summary_source *source = calloc(1, sizeof(*source));
	int status;

	*out = NULL;
	if (!source) {
		snprintf(problem->text, sizeof(problem->text), "out of memory");
		return -ENOMEM;
	}
	if (strncmp(url, SQLITE_SCHEME, strlen(SQLITE_SCHEME)) == 0)
		status = open_sqlite(url + strlen(SQLITE_SCHEME), from, until,
				     source, problem);
	else if (central_for(url, problem))
		status = open_server(url, from != NULL, source, problem);
	else
		status = -EINVAL;
	if (status < 0) {
		summary_source_close(source);
		return status;
	}
	*out = source;
	return 0;
}

void summary_source_close(struct summary_source *source)
{
	if (!source)
		return;
	pg_link_free(source->link);
	sqlite3_close(source->db);
	free(source);
}

static int each_of_server(struct summary_source *source, const char *sql,
			  summary_row_fn *fn, void *arg,
			  struct central_problem *problem)
{
	const char *values[COLUMNS_MAX];
	PGresult *result;
	int status = pg_link_query(source->link, sql, NULL, QUESTION_MS,
				   &result, problem);
	int n;

	if (status < 0)
		return status;
	n = PQnfields(result) < COLUMNS_MAX ? PQnfields(result) : COLUMNS_MAX;
	for (int row = 0; row < PQntuples(result) && status == 0; row++) {
		for (int i = 0; i < n; i++)
			values[i] = PQgetisnull(result, row, i)
					? NULL
					: PQgetvalue(result, row, i);
		status = fn(arg, values, n);
	}
	PQclear(result);
	return status;
}

static int each_of_sqlite(struct summary_source *source, const char *sql,
			  summary_row_fn *fn, void *arg,
			  struct central_problem *problem)
{
	const char *values[COLUMNS_MAX];
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(source->db, sql, -1, &statement, NULL);
	int status = 0;
	int n;

	if (rc != SQLITE_OK)
		goto failed;
	n = sqlite3_column_count(statement);
	n = n < COLUMNS_MAX ? n : COLUMNS_MAX;
	while (status == 0 && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		for (int i = 0; i < n; i++)
			values[i] =
			    (const char *)sqlite3_column_text(statement, i);
		status = fn(arg, values, n);
	}
	sqlite3_finalize(statement);
	if (status != 0 || rc == SQLITE_DONE)
		return status;

failed:
	snprintf(problem->text, sizeof(problem->text), "central log: %s",
		 sqlite3_errmsg(source->db));
	return -EIO;
}

int summary_source_each(struct summary_source *source, const char *sql,
			summary_row_fn *fn, void *arg,
			struct central_problem *problem)
{
	if (source->link)
		return each_of_server(source, sql, fn, arg, problem);
	return each_of_sqlite(source, sql, fn, arg, problem);
}

char *summary_literal(const char *text)
{
	char *literal = malloc(2 * strlen(text) + 3);
	char *to = literal;

	if (!literal)
		return NULL;
	*to++ = '\'';
	for (; *text; text++) {
		if (*text == '\'')
			*to++ = '\'';
		*to++ = *text;
	}
	*to++ = '\'';
	*to = '\0';
	return literal;
}
