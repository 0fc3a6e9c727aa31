/* SPDX-License-Identifier: MIT */
/*
 * The embedded central log: one SQLite file, the same tables, views and checks
 * as on a server. Made on first use.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sync/central_sqlite_internal.h"

static int sqlite_open(const char *url, int stop_fd, struct central **out,
		       struct central_problem *problem)
{
	const char *path = url + strlen("sqlite:");
	struct central *central;

	(void)stop_fd; /* no network to wait for */
	*out = NULL;
	if (path[0] != '/') {
		snprintf(problem->text, sizeof(problem->text),
			 "central.url: \"%.200s\" must name the file from the "
			 "root: \"sqlite:/var/lib/kiosk/central.db\"",
			 url);
		return -EINVAL;
	}
	central = calloc(1, sizeof(*central));
	if (!central)
		goto no_memory;
	central->path = strdup(path);
	if (!central->path)
		goto no_memory;
	*out = central;
	return 0;

no_memory:
	free(central);
	snprintf(problem->text, sizeof(problem->text), "out of memory");
	return -ENOMEM;
}

static void sqlite_close(struct central *central)
{
	if (!central)
		return;
	central_sqlite_close(central);
	free(central->path);
	free(central);
}

static sqlite3_stmt *statement_for(struct central *central,
				   enum statement which, const char *kiosk,
				   const char *journal)
{
	sqlite3_stmt *statement = central->statements[which];

	sqlite3_bind_text(statement, 1, kiosk, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, journal, -1, SQLITE_STATIC);
	return statement;
}

/*
 * Runs a statement that answers at most one row. 1: a row, to be read before
 * the reset that the caller owes; 0: none. (Binding is not checked: numbers
 * and static text below SQLite's limit of 1 GB cannot fail to bind.)
 */
static int step(struct central *central, sqlite3_stmt *statement,
		struct central_problem *problem)
{
	int code = sqlite3_step(statement);
	int status;

	if (code == SQLITE_ROW)
		return 1;
	status =
	    code == SQLITE_DONE ? 0 : central_sqlite_failed(central, problem);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return status;
}

static void release(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

static bool column_chain(sqlite3_stmt *statement, int column,
			 uint8_t chain[JOURNAL_CHAIN_SIZE])
{
	const void *blob = sqlite3_column_blob(statement, column);

	if (!blob ||
	    sqlite3_column_bytes(statement, column) != JOURNAL_CHAIN_SIZE)
		return false;
	memcpy(chain, blob, JOURNAL_CHAIN_SIZE);
	return true;
}

/* What the log knows of a journal. */
struct known {
	struct central_head head;
	int64_t local_seq;
	int64_t contact_ms;
};

/* 1: known; 0: a journal never heard of, *known is its beginning. */
static int read_head(struct central *central, const char *kiosk,
		     const char *journal, struct known *known,
		     struct central_problem *problem)
{
	sqlite3_stmt *statement =
	    statement_for(central, STATEMENT_HEAD, kiosk, journal);
	int status = step(central, statement, problem);

	*known = (struct known){0};
	if (status <= 0)
		return status;
	known->head.seq = sqlite3_column_int64(statement, 0);
	if (!column_chain(statement, 1, known->head.chain)) {
		snprintf(problem->text, sizeof(problem->text),
			 "%.200s: the head of %s/%s is damaged", central->path,
			 kiosk, journal);
		status = -EBADMSG;
	}
	known->local_seq = sqlite3_column_int64(statement, 2);
	known->contact_ms = sqlite3_column_int64(statement, 3);
	release(statement);
	return status;
}

/* STATEMENT_MAKE_HEAD or STATEMENT_CONTACT. */
static int note_contact(struct central *central, enum statement which,
			const char *kiosk, const char *journal,
			int64_t local_seq, struct central_problem *problem)
{
	sqlite3_stmt *statement = statement_for(central, which, kiosk, journal);
	int status;

	sqlite3_bind_int64(statement, 3, local_seq);
	sqlite3_bind_int64(statement, 4, clock_wall_ms());
	status = step(central, statement, problem);
	if (status < 0 || which != STATEMENT_MAKE_HEAD)
		return status;
	return step(central,
		    statement_for(central, STATEMENT_KNOW_KIOSK, kiosk,
				  journal),
		    problem);
}

/* Who and where a question is about, and where that journal stands. */
struct subject {
	const char *kiosk, *journal;
	const struct central_head *known;
};

static int note_fault(struct central *central, const struct subject *subject,
		      const char *kind, int64_t claimed_seq,
		      const uint8_t *claimed_chain,
		      struct central_problem *problem)
{
	sqlite3_stmt *statement =
	    statement_for(central, STATEMENT_FAULT, subject->kiosk,
			  subject->journal);

	sqlite3_bind_text(statement, 3, kind, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, subject->known->seq);
	sqlite3_bind_blob(statement, 5, subject->known->chain,
			  JOURNAL_CHAIN_SIZE, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 6, claimed_seq);
	if (claimed_chain)
		sqlite3_bind_blob(statement, 7, claimed_chain,
				  JOURNAL_CHAIN_SIZE, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 8, clock_wall_ms());
	return step(central, statement, problem);
}

/* Whether seal's key is the kiosk's: 1; 0 for another; the first is its own. */
static int own_key(struct central *central, const struct subject *subject,
		   const struct central_seal *seal,
		   struct central_problem *problem)
{
	sqlite3_stmt *statement =
	    statement_for(central, STATEMENT_PUBLIC_KEY, subject->kiosk,
			  subject->journal);
	int status = step(central, statement, problem);
	bool has, same;

	if (status < 0)
		return status;
	has = status == 1 && sqlite3_column_bytes(statement, 0) ==
				 (int)sizeof(seal->public_key);
	same = has && memcmp(sqlite3_column_blob(statement, 0),
			     seal->public_key, sizeof(seal->public_key)) == 0;
	release(statement);
	if (has)
		return same;
	statement = statement_for(central, STATEMENT_SET_PUBLIC_KEY,
				  subject->kiosk, subject->journal);
	sqlite3_bind_blob(statement, 3, seal->public_key,
			  sizeof(seal->public_key), SQLITE_STATIC);
	status = step(central, statement, problem);
	return status < 0 ? status : 1;
}

static int note_checkpoint(struct central *central,
			   const struct subject *subject,
			   const struct central_head *end,
			   const struct central_seal *seal,
			   struct central_problem *problem)
{
	int own = own_key(central, subject, seal, problem);
	sqlite3_stmt *statement;

	if (own == 0)
		own = note_fault(central, subject, "key", end->seq, end->chain,
				 problem);
	if (own < 0)
		return own;
	statement = statement_for(central, STATEMENT_CHECKPOINT, subject->kiosk,
				  subject->journal);
	sqlite3_bind_int64(statement, 3, end->seq);
	sqlite3_bind_blob(statement, 4, end->chain, JOURNAL_CHAIN_SIZE,
			  SQLITE_STATIC);
	sqlite3_bind_blob(statement, 5, seal->public_key,
			  sizeof(seal->public_key), SQLITE_STATIC);
	sqlite3_bind_blob(statement, 6, seal->signature,
			  sizeof(seal->signature), SQLITE_STATIC);
	sqlite3_bind_int64(statement, 7, clock_wall_ms());
	return step(central, statement, problem);
}

static int sqlite_hello(struct central *central, const char *kiosk,
			const char *journal, int64_t local_seq,
			struct central_head *head,
			struct central_problem *problem)
{
	struct known known;
	int status = central_sqlite_use(central, problem);

	if (status < 0)
		return status;
	status = read_head(central, kiosk, journal, &known, problem);
	if (status < 0)
		return status;
	*head = known.head;
	if (status == 1 && known.local_seq == local_seq &&
	    llabs(clock_wall_ms() - known.contact_ms) <
		CENTRAL_CONTACT_GRAIN_MS)
		return 0;
	status = central_sqlite_run(central, "BEGIN IMMEDIATE", problem);
	if (status < 0)
		return status;
	status = read_head(central, kiosk, journal, &known, problem);
	if (status >= 0) {
		*head = known.head;
		status = note_contact(central,
				      status ? STATEMENT_CONTACT
					     : STATEMENT_MAKE_HEAD,
				      kiosk, journal, local_seq, problem);
	}
	return central_sqlite_finish(central, status, problem);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	if (text)
		sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, at);
}

static void bind_number(sqlite3_stmt *statement, int at, bool has,
			int64_t number)
{
	if (has)
		sqlite3_bind_int64(statement, at, number);
	else
		sqlite3_bind_null(statement, at);
}

static int add_row(struct central *central, const char *kiosk,
		   const char *journal, const struct journal_row *row,
		   int64_t received_at, struct central_problem *problem)
{
	sqlite3_stmt *statement =
	    statement_for(central, STATEMENT_ADD, kiosk, journal);

	sqlite3_bind_int64(statement, 3, row->seq);
	sqlite3_bind_int64(statement, 4, row->at_ms);
	bind_text(statement, 5, row->day);
	bind_text(statement, 6, row->kind);
	bind_text(statement, 7, row->service);
	bind_number(statement, 8, row->has_number, row->number);
	bind_text(statement, 9, row->class);
	bind_number(statement, 10, row->has_counter, row->counter);
	bind_text(statement, 11, row->actor);
	bind_text(statement, 12, row->detail);
	bind_text(statement, 13, row->key);
	sqlite3_bind_blob(statement, 14, row->chain, JOURNAL_CHAIN_SIZE,
			  SQLITE_STATIC);
	sqlite3_bind_int64(statement, 15, received_at);
	return step(central, statement, problem);
}

static int add_rows(struct central *central, const char *kiosk,
		    const char *journal, const struct journal_row *rows,
		    size_t n_rows, const struct central_head *head,
		    struct central_problem *problem)
{
	int64_t now_ms = clock_wall_ms();
	sqlite3_stmt *statement;
	int status;

	for (size_t i = 0; i < n_rows; i++) {
		status =
		    add_row(central, kiosk, journal, &rows[i], now_ms, problem);
		if (status < 0)
			return status;
	}
	statement = statement_for(central, STATEMENT_SET_HEAD, kiosk, journal);
	sqlite3_bind_int64(statement, 3, head->seq);
	sqlite3_bind_blob(statement, 4, head->chain, JOURNAL_CHAIN_SIZE,
			  SQLITE_STATIC);
	sqlite3_bind_int64(statement, 5, now_ms);
	return step(central, statement, problem);
}

/* Whether the log holds that chain at that seq: 1 or 0. */
static int holds(struct central *central, const char *kiosk,
		 const char *journal, const struct central_head *at,
		 struct central_problem *problem)
{
	uint8_t chain[JOURNAL_CHAIN_SIZE] = {0};
	sqlite3_stmt *statement;
	int status;

	if (at->seq == 0)
		return memcmp(at->chain, chain, sizeof(chain)) == 0;
	statement = statement_for(central, STATEMENT_CHAIN_AT, kiosk, journal);
	sqlite3_bind_int64(statement, 3, at->seq);
	status = step(central, statement, problem);
	if (status <= 0)
		return status;
	status = column_chain(statement, 0, chain) &&
		 memcmp(at->chain, chain, sizeof(chain)) == 0;
	release(statement);
	return status;
}

/* What to say to a batch that does not continue the head known. */
static int judge(struct central *central, const struct subject *subject,
		 const struct central_head *from,
		 const struct journal_row *rows, size_t n_rows,
		 enum central_verdict *verdict, struct central_problem *problem)
{
	const struct central_head *known = subject->known;
	struct central_head common = *from;
	int64_t last = from->seq + (int64_t)n_rows;
	int status;

	if (from->seq > known->seq) {
		*verdict = CENTRAL_RESUME;
		return 0;
	}
	status =
	    holds(central, subject->kiosk, subject->journal, from, problem);
	if (status == 1) {
		/* The last row both have; equal chains there mean equal rows
		 * up to there. */
		int64_t both = last < known->seq ? last : known->seq;

		if (both > from->seq)
			central_head_set(&common, &rows[both - from->seq - 1]);
		status = holds(central, subject->kiosk, subject->journal,
			       &common, problem);
	}
	if (status < 0)
		return status;
	if (status == 0) {
		*verdict = CENTRAL_FORK;
		return note_fault(central, subject, "fork", common.seq,
				  common.chain, problem);
	}
	*verdict = last <= known->seq ? CENTRAL_TAKEN : CENTRAL_RESUME;
	return 0;
}

static int append_in_turn(struct central *central, const char *kiosk,
			  const char *journal, const struct central_head *from,
			  const struct journal_row *rows, size_t n_rows,
			  const struct central_seal *seal,
			  enum central_verdict *verdict,
			  struct central_head *head,
			  struct central_problem *problem)
{
	struct central_head end = *from;
	struct known known;
	const struct subject subject = {kiosk, journal, &known.head};
	int status = read_head(central, kiosk, journal, &known, problem);

	if (status == 0)
		status = note_contact(central, STATEMENT_MAKE_HEAD, kiosk,
				      journal, 0, problem);
	if (status < 0)
		return status;
	*head = known.head;
	for (size_t i = 0; i < n_rows; i++) {
		if (!central_row_follows(&end, &rows[i])) {
			*verdict = CENTRAL_BAD_CHAIN;
			return note_fault(central, &subject, "bad_chain",
					  from->seq + (int64_t)n_rows, NULL,
					  problem);
		}
		central_head_set(&end, &rows[i]);
	}
	if (!central_head_equal(from, &known.head))
		return judge(central, &subject, from, rows, n_rows, verdict,
			     problem);
	status = add_rows(central, kiosk, journal, rows, n_rows, &end, problem);
	if (status == 0 && seal)
		status =
		    note_checkpoint(central, &subject, &end, seal, problem);
	if (status < 0)
		return status;
	*verdict = CENTRAL_TAKEN;
	*head = end;
	return 0;
}

static int sqlite_append(struct central *central, const char *kiosk,
			 const char *journal, const struct central_head *from,
			 const struct journal_row *rows, size_t n_rows,
			 const struct central_seal *seal,
			 enum central_verdict *verdict,
			 struct central_head *head,
			 struct central_problem *problem)
{
	int status = central_sqlite_use(central, problem);

	if (status < 0)
		return status;
	status = central_sqlite_run(central, "BEGIN IMMEDIATE", problem);
	if (status < 0)
		return status;
	status = append_in_turn(central, kiosk, journal, from, rows, n_rows,
				seal, verdict, head, problem);
	return central_sqlite_finish(central, status, problem);
}

static int fork_in_turn(struct central *central, const char *kiosk,
			const char *journal, const struct central_head *ours,
			struct central_problem *problem)
{
	struct known known;
	const struct subject subject = {kiosk, journal, &known.head};
	int status = read_head(central, kiosk, journal, &known, problem);

	if (status <= 0 || ours->seq > known.head.seq ||
	    central_head_equal(ours, &known.head))
		return status;
	return note_fault(central, &subject, "fork", ours->seq, ours->chain,
			  problem);
}

static int sqlite_fork(struct central *central, const char *kiosk,
		       const char *journal, const struct central_head *ours,
		       struct central_problem *problem)
{
	int status = central_sqlite_use(central, problem);

	if (status < 0)
		return status;
	status = central_sqlite_run(central, "BEGIN IMMEDIATE", problem);
	if (status < 0)
		return status;
	status = fork_in_turn(central, kiosk, journal, ours, problem);
	return central_sqlite_finish(central, status < 0 ? status : 0, problem);
}

static int sqlite_install(const char *url, struct central_problem *problem)
{
	struct central *central;
	int status = sqlite_open(url, -1, &central, problem);

	if (status < 0)
		return status;
	status = central_sqlite_use(central, problem);
	sqlite_close(central);
	return status;
}

const struct central_ops central_sqlite = {
    .open = sqlite_open,
    .close = sqlite_close,
    .hello = sqlite_hello,
    .append = sqlite_append,
    .fork = sqlite_fork,
    .install = sqlite_install,
};
