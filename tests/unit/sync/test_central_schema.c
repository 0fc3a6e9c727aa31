/* SPDX-License-Identifier: MIT */
/*
 * What the two engines keep beside the rows (who the kiosks are, faults,
 * checkpoints, gaps), the way from an older schema, and, on the server alone,
 * partitions, roles and rollups.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sync/central.h"
#include "sync/seal.h"
#include "tests/unit/support/postgres.h"
#include "tests/unit/support/rows.h"

#define DATABASE "kiosk_test"
#define PASSWORD "s3cr3t"
#define N 12

struct engine {
	const struct central_ops *ops;
	char url[300];
	struct central *central;
	char kiosk[16]; /* a new one for each test */
};

static struct engine sqlite, postgres;
static struct postgres *server;
static char dir[200];
static const struct central_head nothing;

static char *ask(const struct engine *engine, const char *sql)
{
	char *text = engine == &sqlite
			 ? rows_ask(sqlite.url + strlen("sqlite:"), sql)
			 : postgres_ask(server, DATABASE, sql);

	assert_non_null(text);
	return text;
}

static void run(const struct engine *engine, const char *sql)
{
	free(ask(engine, sql));
}

/* An '@' in sql stands for the test's kiosk. */
static void assert_answer(const struct engine *engine, const char *sql,
			  const char *want)
{
	char full[1000] = "";
	char *have;

	for (size_t used = 0; *sql; sql++) {
		if (*sql == '@')
			snprintf(full + used, sizeof(full) - used, "%s",
				 engine->kiosk);
		else
			snprintf(full + used, sizeof(full) - used, "%c", *sql);
		used = strlen(full);
	}
	have = ask(engine, full);
	if (strcmp(have, want) != 0)
		fail_msg("%s:\n%s\nwanted:\n%s", full, have, want);
	free(have);
}

static enum central_verdict append_as(struct engine *engine,
				      const char *journal,
				      const struct central_head *from,
				      const struct journal_row *rows, size_t n,
				      const struct central_seal *seal)
{
	struct central_problem problem = {0};
	enum central_verdict verdict = CENTRAL_DENIED;
	struct central_head head;

	if (engine->ops->append(engine->central, engine->kiosk, journal, from,
				rows, n, seal, &verdict, &head, &problem) < 0)
		fail_msg("append: %s", problem.text);
	return verdict;
}

static void samples(struct journal_row rows[N])
{
	for (size_t i = 0; i < N; i++)
		rows[i] = row_sample((int64_t)i);
	rows_chain(rows, N, 1, NULL);
}

static void put_in(struct engine *engine, struct journal_row rows[N], size_t n)
{
	samples(rows);
	assert_int_equal(append_as(engine, "j", &nothing, rows, n, NULL),
			 CENTRAL_TAKEN);
}

static void hello(struct engine *engine, const char *journal, int64_t local_seq)
{
	struct central_problem problem = {0};
	struct central_head head;

	if (engine->ops->hello(engine->central, engine->kiosk, journal,
			       local_seq, &head, &problem) < 0)
		fail_msg("hello: %s", problem.text);
}

/* ---- faults ---- */

#define FAULTS                                              \
	"SELECT kind, seq, claimed_seq, times FROM faults " \
	"WHERE kiosk = '@' AND resolved_at IS NULL ORDER BY kind"

static void a_fork_is_recorded_with_both_heads(void **state)
{
	struct engine *engine = *state;
	struct journal_row rows[N], other[N];

	put_in(engine, rows, 5);
	samples(other);
	other[3].actor = "somebody else";
	rows_chain(other, N, 1, NULL);
	for (int i = 0; i < 2; i++)
		assert_int_equal(append_as(engine, "j", &nothing, other, N,
					   NULL),
				 CENTRAL_FORK);
	assert_answer(engine, FAULTS, "fork|5|5|2\n");
	assert_answer(engine,
		      engine == &sqlite
			  ? "SELECT f.chain = e.chain AND f.claimed_chain <> "
			    "e.chain FROM faults f JOIN events e ON e.kiosk = "
			    "f.kiosk AND e.seq = 5 WHERE f.kiosk = '@'"
			  : "SELECT (f.chain = e.chain AND f.claimed_chain <> "
			    "e.chain)::int FROM faults f JOIN events e ON "
			    "e.kiosk = f.kiosk AND e.seq = 5 "
			    "WHERE f.kiosk = '@'",
		      "1\n");
	assert_answer(engine,
		      "SELECT kiosk IS NOT NULL, fault FROM contacts "
		      "WHERE kiosk = '@'",
		      engine == &sqlite ? "1|fork\n" : "t|fork\n");
}

static void
a_fork_that_the_kiosk_tells_is_recorded_where_it_is_one(void **state)
{
	struct engine *engine = *state;
	struct central_problem problem;
	struct journal_row rows[N];
	struct central_head ours;

	put_in(engine, rows, 5);
	/* Neither one who agrees nor one who is ahead is a fork. */
	central_head_set(&ours, &rows[4]);
	assert_int_equal(engine->ops->fork(engine->central, engine->kiosk, "j",
					   &ours, &problem),
			 0);
	central_head_set(&ours, &rows[8]);
	assert_int_equal(engine->ops->fork(engine->central, engine->kiosk, "j",
					   &ours, &problem),
			 0);
	assert_answer(engine, FAULTS, "");
	/* An old copy that ends before. */
	central_head_set(&ours, &rows[2]);
	assert_int_equal(engine->ops->fork(engine->central, engine->kiosk, "j",
					   &ours, &problem),
			 0);
	assert_answer(engine, FAULTS, "fork|5|3|1\n");
}

static void a_row_that_does_not_hold_is_recorded(void **state)
{
	struct engine *engine = *state;
	struct journal_row rows[N];
	struct central_head from;

	put_in(engine, rows, 5);
	central_head_set(&from, &rows[4]);
	rows[7].at_ms++;
	assert_int_equal(append_as(engine, "j", &from, rows + 5, 4, NULL),
			 CENTRAL_BAD_CHAIN);
	assert_answer(engine, FAULTS, "bad_chain|5|9|1\n");
}

/* ---- checkpoints ---- */

static void the_day_s_last_signature_is_kept_and_holds(void **state)
{
	struct engine *engine = *state;
	struct central_problem problem;
	struct central_head from, end;
	struct journal_row rows[N];
	struct central_seal seal;
	struct seal_key key;
	char want[80];

	assert_int_equal(seal_key_load(dir, &key, &problem), 0);
	samples(rows);
	central_head_set(&end, &rows[4]);
	seal_head(&key, engine->kiosk, "j", &end, &seal);
	assert_int_equal(append_as(engine, "j", &nothing, rows, 5, &seal),
			 CENTRAL_TAKEN);
	from = end;
	central_head_set(&end, &rows[N - 1]);
	seal_head(&key, engine->kiosk, "j", &end, &seal);
	assert_int_equal(append_as(engine, "j", &from, rows + 5, N - 5, &seal),
			 CENTRAL_TAKEN);
	snprintf(want, sizeof(want), "%d|64|32\n", N);
	assert_answer(engine,
		      "SELECT max(seq), max(length(signature)), "
		      "max(length(public_key)) FROM checkpoints "
		      "WHERE kiosk = '@'",
		      want);
	assert_answer(engine, FAULTS, "");
}

static void another_key_than_the_first_is_a_fault(void **state)
{
	struct engine *engine = *state;
	struct central_seal seal = {.public_key = {1}};
	struct central_head from;
	struct journal_row rows[N];

	samples(rows);
	assert_int_equal(append_as(engine, "j", &nothing, rows, 5, &seal),
			 CENTRAL_TAKEN);
	seal.public_key[0] = 2;
	central_head_set(&from, &rows[4]);
	assert_int_equal(append_as(engine, "j", &from, rows + 5, N - 5, &seal),
			 CENTRAL_TAKEN);
	assert_answer(engine, FAULTS, "key|5|12|1\n");
}

/* ---- gaps ---- */

static void what_is_missing_is_named(void **state)
{
	struct engine *engine = *state;
	struct journal_row rows[N],
	    after[1] = {
		{.kind = "journal_opened",
		 .detail =
		     "{\"journal\":\"j2\",\"schema\":2,\"previous\":\"j\","
		     "\"previous_seq\":9,\"reason\":\"new card\"}"},
	    };
	struct journal_row forked[1] = {
	    {.kind = "journal_opened",
	     .detail = "{\"previous\":\"j\",\"previous_seq\":4,"
		       "\"previous_chain\":\"00\",\"reason\":\"fork\"}"},
	};
	struct journal_row named[1] = {
	    {.kind = "journal_opened",
	     .detail = "{\"previous\":\"j2\",\"previous_seq\":1}"},
	};
	struct journal_row odd[1] = {
	    {.kind = "journal_opened", .detail = "{\"previous\":"},
	};

	put_in(engine, rows, 5);
	hello(engine, "j", 7);
	rows_chain(after, 1, 1, NULL);
	rows_chain(odd, 1, 1, NULL);
	assert_int_equal(append_as(engine, "j2", &nothing, after, 1, NULL),
			 CENTRAL_TAKEN);
	/* A row that does not parse is kept, and stands in nobody's way. */
	assert_int_equal(append_as(engine, "j3", &nothing, odd, 1, NULL),
			 CENTRAL_TAKEN);
	rows_chain(forked, 1, 1, NULL);
	assert_int_equal(append_as(engine, "j4", &nothing, forked, 1, NULL),
			 CENTRAL_TAKEN);
	assert_answer(engine,
		      "SELECT journal, from_seq, until_seq, why FROM gaps "
		      "WHERE kiosk = '@' ORDER BY coalesce(until_seq, 99)",
		      "j|\\N|4|fork\nj|6|7|not sent\nj|6|9|new card\n"
		      "j2|2|\\N|followed by j3, which does not name it\n");
	rows_chain(named, 1, 1, NULL);
	assert_int_equal(append_as(engine, "j5", &nothing, named, 1, NULL),
			 CENTRAL_TAKEN);
	assert_answer(engine,
		      "SELECT count(*) FROM gaps WHERE kiosk = '@' "
		      "AND journal = 'j2'",
		      "0\n");
}

static void the_kiosk_s_clock_is_noted_beside_ours(void **state)
{
	struct engine *engine = *state;

	hello(engine, "j", 0);
	assert_answer(engine,
		      "SELECT abs(skew_ms) < 60000 AND skew_ms IS NOT NULL "
		      "FROM contacts WHERE kiosk = '@'",
		      engine == &sqlite ? "1\n" : "t\n");
}

/* ---- from an older schema ---- */

static const char *const back_to_2_sqlite[] = {
    "DROP VIEW gaps",
    "DROP VIEW contacts",
    "DROP VIEW rollups",
    "DROP TABLE faults",
    "DROP TABLE kiosks",
    "DROP TABLE checkpoints",
    "ALTER TABLE journals DROP COLUMN skew_ms",
    "DROP VIEW tickets",
    "CREATE VIEW tickets AS SELECT 1 AS old",
    "CREATE VIEW waits AS SELECT old FROM tickets",
    "PRAGMA user_version = 2",
};

static const char *const back_to_2_postgres[] =
    {"CREATE TABLE plain (LIKE events, PRIMARY KEY (kiosk, journal, seq))",
     "INSERT INTO plain SELECT * FROM events",
     "DROP TABLE events, rollups, rollup_marks, faults, checkpoints, kiosks "
     "CASCADE",
     "ALTER TABLE plain RENAME TO events",
     "CREATE INDEX events_machine ON events (kiosk, journal, seq) "
     "WHERE kind IN ('day_opened', 'config_loaded', 'clock_stepped')",
     "ALTER TABLE journals DROP COLUMN skew_ms CASCADE",
     "CREATE VIEW tickets AS SELECT kiosk FROM events",
     "CREATE VIEW waits AS SELECT kiosk FROM tickets",
     "DROP FUNCTION kiosk_hello",
     "CREATE FUNCTION kiosk_hello(p_kiosk text, p_journal text, p_local_seq "
     "bigint, p_grain_ms bigint, OUT head_seq bigint, OUT head_chain bytea) "
     "LANGUAGE sql AS 'SELECT 1::bigint, NULL::bytea'",
     "UPDATE central_schema SET version = 2"};

static void an_older_log_is_brought_up_to_date_and_keeps_its_rows(void **state)
{
	struct engine *engine = *state;
	bool file = engine == &sqlite;
	const char *const *steps = file ? back_to_2_sqlite : back_to_2_postgres;
	size_t n = file ? sizeof(back_to_2_sqlite) / sizeof(*steps)
			: sizeof(back_to_2_postgres) / sizeof(*steps);
	struct central_problem problem = {0};
	struct journal_row rows[N];
	struct central_head from;

	put_in(engine, rows, 5);
	for (size_t i = 0; i < n; i++)
		run(engine, steps[i]);
	for (int i = 0; i < 2; i++)
		if (engine->ops->install(engine->url, &problem) < 0)
			fail_msg("%s", problem.text);
	central_head_set(&from, &rows[4]);
	assert_int_equal(append_as(engine, "j", &from, rows + 5, N - 5, NULL),
			 CENTRAL_TAKEN);
	hello(engine, "j", N);
	assert_answer(engine, "SELECT count(*) FROM events WHERE kiosk = '@'",
		      "12\n");
	assert_answer(engine,
		      "SELECT wait_s FROM tickets WHERE kiosk = '@' "
		      "AND false",
		      "");
	assert_answer(engine,
		      "SELECT kiosk IS NULL FROM contacts "
		      "WHERE kiosk = '@'",
		      file ? "0\n" : "f\n");
}

/* ---- the server alone ---- */

static void rows_lie_in_the_partition_of_their_month(void **state)
{
	struct engine *engine = *state;
	struct journal_row rows[N];

	put_in(engine, rows, 5);
	assert_answer(engine,
		      "SELECT count(DISTINCT tableoid), "
		      "bool_and(tableoid::regclass::text = to_char(now() AT "
		      "TIME ZONE 'UTC', '\"events_\"YYYY_MM')) FROM events "
		      "WHERE kiosk = '@'",
		      "1|t\n");
	/* Made ahead, and each with its own unique index. */
	assert_answer(engine,
		      "SELECT count(*) >= 3, count(*) = count(i.indexrelid) "
		      "FROM pg_inherits h LEFT JOIN pg_index i ON i.indrelid = "
		      "h.inhrelid AND i.indisunique WHERE h.inhparent = "
		      "'events'::regclass AND '@' <> ''",
		      "t|t\n");
}

static void a_missing_partition_is_made_by_the_append(void **state)
{
	struct engine *engine = *state;
	struct journal_row rows[N];
	char drop[80];
	char *name;

	name = ask(engine, "SELECT name FROM kiosk_partition(1)");
	snprintf(drop, sizeof(drop), "DROP TABLE %s", name);
	run(engine, drop);
	free(name);
	put_in(engine, rows, 5);
	assert_answer(engine,
		      "SELECT to_regclass(name) IS NOT NULL FROM "
		      "kiosk_partition(1) WHERE '@' <> ''",
		      "t\n");
}

/* The url of a role that may log in, made anew. */
static void make_role(const char *name, const char *grant, char url[300])
{
	char sql[200];

	snprintf(sql, sizeof(sql),
		 "CREATE ROLE \"%s\" LOGIN PASSWORD '" PASSWORD "'", name);
	run(&postgres, sql);
	if (grant) {
		snprintf(sql, sizeof(sql), "GRANT %s TO \"%s\"", grant, name);
		run(&postgres, sql);
	}
	postgres_tcp_url(server, name, PASSWORD, DATABASE, url, 300);
}

static enum central_verdict append_by(const char *url, const char *kiosk,
				      struct central_problem *problem)
{
	struct journal_row rows[N];
	enum central_verdict verdict = CENTRAL_BAD_CHAIN;
	struct central_head head;
	struct central *central;

	samples(rows);
	assert_int_equal(central_postgres.open(url, -1, &central, problem), 0);
	if (central_postgres.append(central, kiosk, "j", &nothing, rows, N,
				    NULL, &verdict, &head, problem) < 0)
		fail_msg("%s", problem->text);
	central_postgres.close(central);
	return verdict;
}

static void a_kiosk_writes_as_itself_alone(void **state)
{
	struct central_problem problem;
	char url[300];

	(void)state;
	make_role("xa-01", "kiosk_sender", url);
	assert_int_equal(append_by(url, "xa-01", &problem), CENTRAL_TAKEN);
	assert_int_equal(append_by(url, "xa-02", &problem), CENTRAL_DENIED);
	assert_non_null(strstr(problem.text, "xa-01"));
	assert_non_null(strstr(problem.text, "xa-02"));
}

static void a_role_may_be_another_than_the_kiosk_s_name(void **state)
{
	struct engine *engine = *state;
	struct central_problem problem;
	char own[300], mapped[300];

	make_role("xb-01", "kiosk_sender", own);
	make_role("may-xb", "kiosk_sender", mapped);
	run(engine, "INSERT INTO kiosks (kiosk, role) "
		    "VALUES ('xb-01', 'may-xb')");
	assert_int_equal(append_by(own, "xb-01", &problem), CENTRAL_DENIED);
	assert_int_equal(append_by(mapped, "xb-01", &problem), CENTRAL_TAKEN);
}

static void a_carrier_brings_anybody_s_rows(void **state)
{
	struct central_problem problem;
	char url[300];

	(void)state;
	make_role("courier", "kiosk_carrier", url);
	assert_int_equal(append_by(url, "xc-01", &problem), CENTRAL_TAKEN);
}

static void a_stranger_is_denied(void **state)
{
	struct central_problem problem;
	char url[300];

	(void)state;
	make_role("stranger", NULL, url);
	assert_int_equal(append_by(url, "stranger", &problem), CENTRAL_DENIED);
	assert_non_null(strstr(problem.text, "kiosk_sender"));
}

static void enrolling_makes_the_role_and_may_be_repeated(void **state)
{
	struct engine *engine = *state;
	struct central_problem problem;
	char url[300];

	for (int i = 0; i < 2; i++)
		run(engine, "SELECT kiosk_enrol('xd-01', 'Xã Tân Trụ', "
			    "'Tân Trụ', 'Tây Ninh')");
	run(engine, "SELECT kiosk_enrol('xd-01', NULL, NULL, NULL)");
	run(engine, "ALTER ROLE \"xd-01\" PASSWORD '" PASSWORD "'");
	postgres_tcp_url(server, "xd-01", PASSWORD, DATABASE, url, 300);
	assert_int_equal(append_by(url, "xd-01", &problem), CENTRAL_TAKEN);
	assert_answer(engine,
		      "SELECT public_name, commune, province FROM contacts "
		      "WHERE kiosk = 'xd-01' AND '@' <> ''",
		      "Xã Tân Trụ|Tân Trụ|Tây Ninh\n");
}

/* What a kiosk's role tries, on another's rows and on its own. */
static const char *const forbidden[] = {
    "SELECT count(*) FROM events",
    "SELECT count(*) FROM events WHERE kiosk = 'xe-01'",
    "SELECT * FROM journals",
    "SELECT * FROM kiosks",
    "SELECT * FROM faults",
    "SELECT * FROM contacts",
    "SELECT * FROM rollups",
    "SELECT * FROM report_day",
    "INSERT INTO events SELECT * FROM events",
    "UPDATE events SET actor = 'x' WHERE kiosk = 'xe-01'",
    "DELETE FROM events WHERE kiosk = 'xe-01'",
    "UPDATE journals SET seq = 0",
    "DELETE FROM journals",
    "TRUNCATE events",
    "DROP TABLE events",
    "COPY events TO STDOUT",
    "SELECT seq FROM journals FOR UPDATE",
    "CREATE TABLE trap (a int)",
    "SELECT kiosk_chain_at('xe-01', 'j', 1)",
    "SELECT kiosk_lock('xe-01', 'j')",
    "SELECT kiosk_resolve('xe-01', 'j')",
    "SELECT kiosk_enrol('xe-02', NULL, NULL, NULL)",
    "SELECT kiosk_make_partitions(1)",
    "SELECT kiosk_rollup()",
    "SELECT kiosk_note_fault(NULL, 'fork', 1, NULL)",
    "SELECT kiosk_check_caller('xe-01')",
    "SELECT kiosk_detail('{}', 'a')",
    "SELECT * FROM kiosk_hello('another', 'j', 1, 0)",
    "SELECT kiosk_fork('another', 'j', 1, NULL)",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
};

static void a_kiosk_s_role_reads_and_touches_nothing(void **state)
{
	struct engine *engine = *state;
	struct central_problem problem;
	struct journal_row rows[N];
	char url[300];

	put_in(engine, rows, N);
	make_role("xe-01", "kiosk_sender", url);
	assert_int_equal(append_by(url, "xe-01", &problem), CENTRAL_TAKEN);
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(*forbidden); i++) {
		char sqlstate[6];

		postgres_try(url, forbidden[i], sqlstate);
		if (strcmp(sqlstate, "42501") != 0)
			fail_msg("%s: %s", forbidden[i], sqlstate);
	}
	/* A table of its own in front of ours catches nothing. */
	assert_int_equal(
	    postgres_try_many(url,
			      "CREATE TEMP TABLE journals (kiosk text, "
			      "journal text, seq bigint, chain bytea)",
			      "SELECT head_seq FROM kiosk_hello('xe-01', 'j', "
			      "12, 0)",
			      "12"),
	    0);
	assert_answer(engine, "SELECT count(*) FROM events WHERE kiosk = '@'",
		      "12\n");
}

static void a_reader_reads_the_views_and_no_more(void **state)
{
	char url[300], sqlstate[6];

	(void)state;
	make_role("leader", "kiosk_reader", url);
	postgres_try(url, "SELECT * FROM contacts", sqlstate);
	assert_string_equal(sqlstate, "");
	postgres_try(url, "SELECT * FROM report_day", sqlstate);
	assert_string_equal(sqlstate, "");
	postgres_try(url, "SELECT count(*) FROM gaps, faults, events",
		     sqlstate);
	assert_string_equal(sqlstate, "");
	postgres_try(url, "DELETE FROM events", sqlstate);
	assert_string_equal(sqlstate, "42501");
	postgres_try(url, "SELECT * FROM kiosk_hello('k', 'j', 1, 0)",
		     sqlstate);
	assert_string_equal(sqlstate, "42501");
}

static void rollups_are_what_the_views_say(void **state)
{
	static const char differ[] =
	    "SELECT count(*) FROM ((SELECT * FROM report_parts EXCEPT SELECT * "
	    "FROM rollups) UNION ALL (SELECT * FROM rollups EXCEPT SELECT * "
	    "FROM report_parts)) d WHERE '@' <> ''";
	struct engine *engine = *state;
	struct journal_row rows[N];
	struct central_head from;

	samples(rows);
	rows[0].kind = "day_opened";
	rows[0].detail = "{\"carried\":false}";
	rows_chain(rows, N, 1, NULL);
	assert_int_equal(append_as(engine, "j", &nothing, rows, 7, NULL),
			 CENTRAL_TAKEN);
	run(engine, "SELECT kiosk_rollup()");
	assert_answer(engine, differ, "0\n");
	assert_answer(engine,
		      "SELECT count(*) > 1 FROM rollups WHERE kiosk = '@'",
		      "t\n");
	central_head_set(&from, &rows[6]);
	assert_int_equal(append_as(engine, "j", &from, rows + 7, N - 7, NULL),
			 CENTRAL_TAKEN);
	run(engine, "SELECT kiosk_rollup()");
	assert_answer(engine, differ, "0\n");
}

/* A kiosk that was not brought up to date calls as version 2 did. */
static void an_older_kiosk_sync_is_served(void **state)
{
	(void)state;
	assert_int_equal(
	    postgres_try_many(
		postgres.url, "SELECT 1",
		"SELECT verdict FROM kiosk_append('old', 'j', 0, "
		"decode(repeat('00', 32), 'hex'), '{}'::bigint[], "
		"'{}'::bigint[], '{}'::text[], '{}'::text[], '{}'::text[], "
		"'{}'::bigint[], '{}'::text[], '{}'::bigint[], '{}'::text[], "
		"'{}'::text[], '{}'::text[], '{}'::bytea[])",
		"taken"),
	    0);
	assert_int_equal(postgres_try_many(postgres.url, "SELECT 1",
					   "SELECT head_seq FROM "
					   "kiosk_hello('old', 'j', "
					   "0::bigint, 60000::bigint)",
					   "0"),
			 0);
}

static int new_kiosk(void **state)
{
	static int n;
	struct engine *engine = *state;

	snprintf(engine->kiosk, sizeof(engine->kiosk), "k-%d", n++);
	return 0;
}

static int open_engine(struct engine *engine, const struct central_ops *ops)
{
	struct central_problem problem = {0};

	engine->ops = ops;
	if (ops->install(engine->url, &problem) < 0 ||
	    ops->open(engine->url, -1, &engine->central, &problem) < 0) {
		fprintf(stderr, "%s\n", problem.text);
		return -1;
	}
	return 0;
}

static int start(void **state)
{
	char *made;

	(void)state;
	rows_dir(dir, sizeof(dir));
	snprintf(sqlite.url, sizeof(sqlite.url), "sqlite:%s/central.db", dir);
	server = postgres_start();
	if (!server)
		return -1;
	made = postgres_ask(server, "postgres", "CREATE DATABASE " DATABASE);
	if (!made)
		return -1;
	free(made);
	postgres_url(server, DATABASE, postgres.url, sizeof(postgres.url));
	if (open_engine(&sqlite, &central_sqlite) < 0)
		return -1;
	return open_engine(&postgres, &central_postgres);
}

static int end(void **state)
{
	(void)state;
	central_sqlite.close(sqlite.central);
	central_postgres.close(postgres.central);
	postgres_end(server);
	rows_dir_end(dir);
	return 0;
}

#define SERVER(test)                                                 \
	{                                                            \
		"postgres: " #test, test, new_kiosk, NULL, &postgres \
	}
#define BOTH(test) \
	{"sqlite: " #test, test, new_kiosk, NULL, &sqlite}, SERVER(test)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_fork_is_recorded_with_both_heads),
	    BOTH(a_fork_that_the_kiosk_tells_is_recorded_where_it_is_one),
	    BOTH(a_row_that_does_not_hold_is_recorded),
	    BOTH(the_day_s_last_signature_is_kept_and_holds),
	    BOTH(another_key_than_the_first_is_a_fault),
	    BOTH(what_is_missing_is_named),
	    BOTH(the_kiosk_s_clock_is_noted_beside_ours),
	    BOTH(an_older_log_is_brought_up_to_date_and_keeps_its_rows),
	    SERVER(rows_lie_in_the_partition_of_their_month),
	    SERVER(a_missing_partition_is_made_by_the_append),
	    SERVER(a_kiosk_writes_as_itself_alone),
	    SERVER(a_role_may_be_another_than_the_kiosk_s_name),
	    SERVER(a_carrier_brings_anybody_s_rows),
	    SERVER(a_stranger_is_denied),
	    SERVER(enrolling_makes_the_role_and_may_be_repeated),
	    SERVER(a_kiosk_s_role_reads_and_touches_nothing),
	    SERVER(a_reader_reads_the_views_and_no_more),
	    SERVER(rollups_are_what_the_views_say),
	    SERVER(an_older_kiosk_sync_is_served),
	};

	return cmocka_run_group_tests(tests, start, end);
}
