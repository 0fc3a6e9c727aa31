/* SPDX-License-Identifier: MIT */
/*
 * The central log on PostgreSQL. All checks are made by the server, in the
 * functions of postgres.sql, since a server does not trust its kiosks.
 */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sync/central.h"
#include "sync/pg_array.h"
#include "sync/pg_link.h"

__asm__(".section .rodata\n"
	"kiosk_central_postgres_sql:\n"
	".incbin \"firmware/sync/central/postgres.sql\"\n"
	".incbin \"firmware/sync/central/postgres_views.sql\"\n"
	".byte 0\n"
	".previous\n");
extern const char kiosk_central_postgres_sql[];

struct central {
	struct pg_link *link;
};

static int postgres_open(const char *url, int stop_fd, struct central **out,
			 struct central_problem *problem)
{
	struct central *central = calloc(1, sizeof(*central));
	int status;

	*out = NULL;
	if (!central) {
		snprintf(problem->text, sizeof(problem->text), "out of memory");
		return -ENOMEM;
	}
	status = pg_link_new(url, stop_fd, &central->link, problem);
	if (status < 0) {
		free(central);
		return status;
	}
	*out = central;
	return 0;
}

static void postgres_close(struct central *central)
{
	if (!central)
		return;
	pg_link_free(central->link);
	free(central);
}

/* Parameters as they are built up; text and numbers of scalars included. */
#define PARAMS_MAX 18

struct params {
	int n;
	Oid types[PARAMS_MAX];
	const char *values[PARAMS_MAX];
	int lengths[PARAMS_MAX];
	int formats[PARAMS_MAX];
	int64_t numbers[PARAMS_MAX]; /* big-endian, for values to point at */
};

static void add(struct params *params, enum pg_type type, const void *value,
		size_t length)
{
	params->types[params->n] = (Oid)type;
	params->values[params->n] = value;
	params->lengths[params->n] = (int)length;
	params->formats[params->n] = 1;
	params->n++;
}

static void add_text(struct params *params, const char *text)
{
	add(params, PG_TEXT, text, strlen(text));
}

static void add_int8(struct params *params, int64_t number)
{
	int64_t *big = &params->numbers[params->n];

	*big = (int64_t)htobe64((uint64_t)number);
	add(params, PG_INT8, big, sizeof(*big));
}

static int query(struct central *central, const char *sql,
		 const struct params *params, PGresult **result,
		 struct central_problem *problem)
{
	const struct pg_params given = {
	    .n = params->n,
	    .types = params->types,
	    .values = params->values,
	    .lengths = params->lengths,
	    .formats = params->formats,
	};

	return pg_link_query(central->link, sql, &given, PG_STATEMENT_MS,
			     result, problem);
}

/* The head in columns column (seq) and column + 1 (chain) of the only row. */
static int read_head(const PGresult *result, int column,
		     struct central_head *head, struct central_problem *problem)
{
	uint64_t big;

	if (PQntuples(result) != 1 || PQnfields(result) != column + 2 ||
	    PQgetlength(result, 0, column) != (int)sizeof(big) ||
	    PQgetlength(result, 0, column + 1) != JOURNAL_CHAIN_SIZE) {
		snprintf(problem->text, sizeof(problem->text),
			 "the central log's answer is not one that this "
			 "kiosk-sync knows: run kiosk-sync --install-central "
			 "URL");
		return -EPROTO;
	}
	memcpy(&big, PQgetvalue(result, 0, column), sizeof(big));
	head->seq = (int64_t)be64toh(big);
	memcpy(head->chain, PQgetvalue(result, 0, column + 1),
	       JOURNAL_CHAIN_SIZE);
	return 0;
}

static int postgres_hello(struct central *central, const char *kiosk,
			  const char *journal, int64_t local_seq,
			  struct central_head *head,
			  struct central_problem *problem)
{
	struct params params = {0};
	PGresult *result;
	int status;

	add_text(&params, kiosk);
	add_text(&params, journal);
	add_int8(&params, local_seq);
	add_int8(&params, CENTRAL_CONTACT_GRAIN_MS);
	add_int8(&params, clock_wall_ms());
	status = query(central,
		       "SELECT head_seq, head_chain "
		       "FROM kiosk_hello($1, $2, $3, $4, $5)",
		       &params, &result, problem);
	if (status < 0)
		return status;
	status = read_head(result, 0, head, problem);
	PQclear(result);
	return status;
}

/* A batch, column by column, in the order of kiosk_append(). */
enum column {
	COLUMN_SEQ,
	COLUMN_AT_MS,
	COLUMN_DAY,
	COLUMN_KIND,
	COLUMN_SERVICE,
	COLUMN_NUMBER,
	COLUMN_CLASS,
	COLUMN_COUNTER,
	COLUMN_ACTOR,
	COLUMN_DETAIL,
	COLUMN_KEY,
	COLUMN_CHAIN,
	COLUMNS
};

static enum pg_type column_type(enum column column)
{
	switch (column) {
	case COLUMN_SEQ:
	case COLUMN_AT_MS:
	case COLUMN_NUMBER:
	case COLUMN_COUNTER:
		return PG_INT8;
	case COLUMN_CHAIN:
		return PG_BYTEA;
	case COLUMN_DAY:
	case COLUMN_KIND:
	case COLUMN_SERVICE:
	case COLUMN_CLASS:
	case COLUMN_ACTOR:
	case COLUMN_DETAIL:
	case COLUMN_KEY:
	case COLUMNS:
		break;
	}
	return PG_TEXT;
}

static enum pg_type array_type(enum pg_type element)
{
	switch (element) {
	case PG_INT8:
		return PG_INT8_ARRAY;
	case PG_BYTEA:
		return PG_BYTEA_ARRAY;
	case PG_TEXT:
	case PG_BYTEA_ARRAY:
	case PG_TEXT_ARRAY:
	case PG_INT8_ARRAY:
		break;
	}
	return PG_TEXT_ARRAY;
}

static void array_text(struct pg_array *array, const char *text)
{
	pg_array_add(array, text, text ? strlen(text) : 0);
}

static void array_number(struct pg_array *array, bool has, int64_t number)
{
	if (has)
		pg_array_add_int8(array, number);
	else
		pg_array_add(array, NULL, 0);
}

static int build(struct pg_array columns[COLUMNS],
		 const struct journal_row *rows, size_t n_rows)
{
	for (size_t i = 0; i < COLUMNS; i++)
		pg_array_start(&columns[i], column_type((enum column)i));
	for (size_t i = 0; i < n_rows; i++) {
		const struct journal_row *row = &rows[i];

		pg_array_add_int8(&columns[COLUMN_SEQ], row->seq);
		pg_array_add_int8(&columns[COLUMN_AT_MS], row->at_ms);
		array_text(&columns[COLUMN_DAY], row->day);
		array_text(&columns[COLUMN_KIND], row->kind);
		array_text(&columns[COLUMN_SERVICE], row->service);
		array_number(&columns[COLUMN_NUMBER], row->has_number,
			     row->number);
		array_text(&columns[COLUMN_CLASS], row->class);
		array_number(&columns[COLUMN_COUNTER], row->has_counter,
			     row->counter);
		array_text(&columns[COLUMN_ACTOR], row->actor);
		array_text(&columns[COLUMN_DETAIL], row->detail);
		array_text(&columns[COLUMN_KEY], row->key);
		pg_array_add(&columns[COLUMN_CHAIN], row->chain,
			     JOURNAL_CHAIN_SIZE);
	}
	for (size_t i = 0; i < COLUMNS; i++) {
		int status = pg_array_end(&columns[i]);

		if (status < 0)
			return status;
	}
	return 0;
}

static int read_verdict(const PGresult *result, enum central_verdict *verdict,
			struct central_head *head,
			struct central_problem *problem)
{
	static const struct {
		const char *word;
		enum central_verdict verdict;
	} words[] = {
	    {"taken", CENTRAL_TAKEN},
	    {"resume", CENTRAL_RESUME},
	    {"fork", CENTRAL_FORK},
	    {"bad_chain", CENTRAL_BAD_CHAIN},
	};
	int status = read_head(result, 1, head, problem);

	if (status < 0)
		return status;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(PQgetvalue(result, 0, 0), words[i].word) != 0)
			continue;
		*verdict = words[i].verdict;
		return 0;
	}
	snprintf(problem->text, sizeof(problem->text),
		 "the central log says \"%.40s\", which this kiosk-sync does "
		 "not know: install a newer kiosk-sync",
		 PQgetvalue(result, 0, 0));
	return -EPROTO;
}

static int send_batch(struct central *central, const char *kiosk,
		      const char *journal, const struct central_head *from,
		      const struct pg_array columns[COLUMNS],
		      const struct central_seal *seal,
		      enum central_verdict *verdict, struct central_head *head,
		      struct central_problem *problem)
{
	struct params params = {0};
	PGresult *result;
	int status;

	add_text(&params, kiosk);
	add_text(&params, journal);
	add_int8(&params, from->seq);
	add(&params, PG_BYTEA, from->chain, JOURNAL_CHAIN_SIZE);
	for (size_t i = 0; i < COLUMNS; i++)
		add(&params, array_type(column_type((enum column)i)),
		    columns[i].bytes, columns[i].used);
	add(&params, PG_BYTEA, seal ? seal->public_key : NULL,
	    sizeof(seal->public_key));
	add(&params, PG_BYTEA, seal ? seal->signature : NULL,
	    sizeof(seal->signature));
	status = query(central,
		       "SELECT verdict, head_seq, head_chain "
		       "FROM kiosk_append($1, $2, $3, $4, $5, $6, $7, $8, $9, "
		       "$10, $11, $12, $13, $14, $15, $16, $17, $18)",
		       &params, &result, problem);
	if (status < 0)
		return status;
	status = read_verdict(result, verdict, head, problem);
	PQclear(result);
	return status;
}

static int postgres_append(struct central *central, const char *kiosk,
			   const char *journal, const struct central_head *from,
			   const struct journal_row *rows, size_t n_rows,
			   const struct central_seal *seal,
			   enum central_verdict *verdict,
			   struct central_head *head,
			   struct central_problem *problem)
{
	struct pg_array columns[COLUMNS];
	int status = build(columns, rows, n_rows);

	if (status < 0) {
		snprintf(problem->text, sizeof(problem->text), "out of memory");
		goto free_columns;
	}
	status = send_batch(central, kiosk, journal, from, columns, seal,
			    verdict, head, problem);
	if (status == -EACCES) {
		*verdict = CENTRAL_DENIED;
		*head = (struct central_head){0};
		status = 0;
	} else if (status == -EILSEQ) {
		/* The server read no further than the text that is not UTF-8:
		 * a row that does not hold, and the head is still to ask. */
		*verdict = CENTRAL_BAD_CHAIN;
		status =
		    postgres_hello(central, kiosk, journal,
				   from->seq + (int64_t)n_rows, head, problem);
	}

free_columns:
	for (size_t i = 0; i < COLUMNS; i++)
		pg_array_free(&columns[i]);
	return status;
}

static int postgres_fork(struct central *central, const char *kiosk,
			 const char *journal, const struct central_head *ours,
			 struct central_problem *problem)
{
	struct params params = {0};
	PGresult *result;
	int status;

	add_text(&params, kiosk);
	add_text(&params, journal);
	add_int8(&params, ours->seq);
	add(&params, PG_BYTEA, ours->chain, JOURNAL_CHAIN_SIZE);
	status = query(central, "SELECT kiosk_fork($1, $2, $3, $4)", &params,
		       &result, problem);
	if (status == 0)
		PQclear(result);
	return status;
}

static int postgres_install(const char *url, struct central_problem *problem)
{
	struct pg_link *link;
	PGresult *result;
	int status = pg_link_new(url, -1, &link, problem);

	if (status < 0)
		return status;
	status = pg_link_query(link, kiosk_central_postgres_sql, NULL,
			       PG_INSTALL_MS, &result, problem);
	if (status == 0)
		PQclear(result);
	pg_link_free(link);
	return status;
}

const struct central_ops central_postgres = {
    .open = postgres_open,
    .close = postgres_close,
    .hello = postgres_hello,
    .append = postgres_append,
    .fork = postgres_fork,
    .install = postgres_install,
};
