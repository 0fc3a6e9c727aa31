/* SPDX-License-Identifier: MIT */
/*
 * Holds both engines of the central log to the same answers: each test runs
 * against an SQLite file and against a real PostgreSQL server.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal/chain.h"
#include "sync/central.h"
#include "tests/unit/support/postgres.h"
#include "tests/unit/support/rows.h"

#define DATABASE "kiosk_test"
#define N 12

struct engine {
	const struct central_ops *ops;
	char url[300];
	struct central *central;
	char journal[40]; /* a new one for each test */
};

static struct engine sqlite, postgres;
static struct postgres *server;
static char dir[200];

static char *ask(const struct engine *engine, const char *sql)
{
	char *text = engine == &sqlite
			 ? rows_ask(sqlite.url + strlen("sqlite:"), sql)
			 : postgres_ask(server, DATABASE, sql);

	assert_non_null(text);
	return text;
}

/* What the log holds of the test's journal, but for received_at. */
static char *held(const struct engine *engine)
{
	char sql[600];

	snprintf(sql, sizeof(sql),
		 "SELECT seq, at_ms, day, kind, service, number, class, "
		 "counter, actor, detail, key, %s FROM events "
		 "WHERE kiosk = 'k' AND journal = '%s' ORDER BY seq",
		 engine == &sqlite ? "lower(hex(chain))"
				   : "encode(chain, 'hex')",
		 engine->journal);
	return ask(engine, sql);
}

static void expect_text(FILE *to, const char *text)
{
	fprintf(to, "%s|", text ? text : "\\N");
}

static void expect_number(FILE *to, bool has, int64_t number)
{
	if (has)
		fprintf(to, "%" PRId64 "|", number);
	else
		fputs("\\N|", to);
}

static void assert_holds(const struct engine *engine,
			 const struct journal_row *rows, size_t n)
{
	char *want = NULL, *have = held(engine);
	char hex[2 * JOURNAL_CHAIN_SIZE + 1];
	size_t size;
	FILE *to = open_memstream(&want, &size);

	assert_non_null(to);
	for (size_t i = 0; i < n; i++) {
		expect_number(to, true, rows[i].seq);
		expect_number(to, true, rows[i].at_ms);
		expect_text(to, rows[i].day);
		expect_text(to, rows[i].kind);
		expect_text(to, rows[i].service);
		expect_number(to, rows[i].has_number, rows[i].number);
		expect_text(to, rows[i].class);
		expect_number(to, rows[i].has_counter, rows[i].counter);
		expect_text(to, rows[i].actor);
		expect_text(to, rows[i].detail);
		expect_text(to, rows[i].key);
		chain_hex(rows[i].chain, hex);
		fprintf(to, "%s\n", hex);
	}
	assert_int_equal(fclose(to), 0);
	assert_string_equal(have, want);
	free(have);
	free(want);
}

static struct central_head head_of(const struct journal_row *row)
{
	struct central_head head;

	central_head_set(&head, row);
	return head;
}

static const struct central_head nothing;

static void assert_head(const struct central_head *head,
			const struct journal_row *row)
{
	struct central_head want = row ? head_of(row) : nothing;

	assert_int_equal(head->seq, want.seq);
	assert_memory_equal(head->chain, want.chain, sizeof(want.chain));
}

static enum central_verdict append(struct engine *engine,
				   const struct central_head *from,
				   const struct journal_row *rows, size_t n,
				   struct central_head *head)
{
	struct central_problem problem = {0};
	enum central_verdict verdict = CENTRAL_DENIED;
	int status =
	    engine->ops->append(engine->central, "k", engine->journal, from,
				rows, n, NULL, &verdict, head, &problem);

	if (status < 0)
		fail_msg("append: %s", problem.text);
	return verdict;
}

static void hello(struct engine *engine, int64_t local_seq,
		  struct central_head *head)
{
	struct central_problem problem = {0};

	if (engine->ops->hello(engine->central, "k", engine->journal, local_seq,
			       head, &problem) < 0)
		fail_msg("hello: %s", problem.text);
}

static void samples(struct journal_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		rows[i] = row_sample((int64_t)i);
	rows_chain(rows, n, 1, NULL);
}

/* What most tests begin with: rows 1..n of N are in. */
static void put_in(struct engine *engine, struct journal_row rows[N], size_t n)
{
	struct central_head head;

	samples(rows, N);
	assert_int_equal(append(engine, &nothing, rows, n, &head),
			 CENTRAL_TAKEN);
	assert_head(&head, &rows[n - 1]);
}

static void an_unknown_journal_stands_at_nothing(void **state)
{
	struct central_head head;

	hello(*state, 0, &head);
	assert_head(&head, NULL);
	hello(*state, 0, &head);
	assert_head(&head, NULL);
}

static void a_batch_is_taken_as_it_is(void **state)
{
	struct journal_row rows[N];
	struct central_head head;

	put_in(*state, rows, N);
	assert_holds(*state, rows, N);
	hello(*state, N, &head);
	assert_head(&head, &rows[N - 1]);
}

static void the_next_batch_continues(void **state)
{
	struct journal_row rows[N];
	struct central_head from, head;

	put_in(*state, rows, 5);
	from = head_of(&rows[4]);
	assert_int_equal(append(*state, &from, rows + 5, N - 5, &head),
			 CENTRAL_TAKEN);
	assert_head(&head, &rows[N - 1]);
	assert_holds(*state, rows, N);
}

static void a_batch_sent_twice_adds_nothing(void **state)
{
	struct journal_row rows[N];
	struct central_head from, head;

	put_in(*state, rows, N);
	assert_int_equal(append(*state, &nothing, rows, N, &head),
			 CENTRAL_TAKEN);
	assert_head(&head, &rows[N - 1]);
	from = head_of(&rows[3]);
	assert_int_equal(append(*state, &from, rows + 4, 3, &head),
			 CENTRAL_TAKEN);
	assert_head(&head, &rows[N - 1]);
	assert_holds(*state, rows, N);
}

static void an_empty_batch_is_taken_where_the_log_stands(void **state)
{
	struct journal_row rows[N];
	struct central_head from, head;

	assert_int_equal(append(*state, &nothing, NULL, 0, &head),
			 CENTRAL_TAKEN);
	assert_head(&head, NULL);
	put_in(*state, rows, 3);
	from = head_of(&rows[2]);
	assert_int_equal(append(*state, &from, NULL, 0, &head), CENTRAL_TAKEN);
	assert_head(&head, &rows[2]);
	from = head_of(&rows[5]);
	assert_int_equal(append(*state, &from, NULL, 0, &head), CENTRAL_RESUME);
	assert_holds(*state, rows, 3);
}

static void a_batch_ahead_is_told_to_resume(void **state)
{
	struct journal_row rows[N];
	struct central_head from, head;

	put_in(*state, rows, 3);
	from = head_of(&rows[7]);
	assert_int_equal(append(*state, &from, rows + 8, N - 8, &head),
			 CENTRAL_RESUME);
	assert_head(&head, &rows[2]);
	assert_holds(*state, rows, 3);
}

static void a_batch_that_overlaps_is_told_to_resume(void **state)
{
	struct journal_row rows[N];
	struct central_head head;

	put_in(*state, rows, 5);
	assert_int_equal(append(*state, &nothing, rows, N, &head),
			 CENTRAL_RESUME);
	assert_head(&head, &rows[4]);
	assert_holds(*state, rows, 5);
}

/* The same rows, but number n (from 0) and all that follow differ. */
static void other_history(struct journal_row other[N], size_t n)
{
	for (size_t i = 0; i < N; i++)
		other[i] = row_sample((int64_t)i);
	other[n].actor = "somebody else";
	rows_chain(other, N, 1, NULL);
}

static void another_row_in_the_overlap_is_a_fork(void **state)
{
	struct journal_row rows[N], other[N];
	struct central_head head;

	put_in(*state, rows, 5);
	other_history(other, 3);
	assert_int_equal(append(*state, &nothing, other, N, &head),
			 CENTRAL_FORK);
	assert_head(&head, &rows[4]);
	assert_int_equal(append(*state, &nothing, other, 4, &head),
			 CENTRAL_FORK);
	assert_holds(*state, rows, 5);
}

static void another_chain_at_the_head_is_a_fork(void **state)
{
	struct journal_row rows[N], other[N];
	struct central_head from, head;

	put_in(*state, rows, 5);
	other_history(other, 2);
	from = head_of(&other[4]);
	assert_int_equal(append(*state, &from, other + 5, N - 5, &head),
			 CENTRAL_FORK);
	assert_head(&head, &rows[4]);
	from = head_of(&other[3]);
	assert_int_equal(append(*state, &from, other + 4, N - 4, &head),
			 CENTRAL_FORK);
	assert_holds(*state, rows, 5);
}

static void another_beginning_is_a_fork(void **state)
{
	struct journal_row rows[N];
	struct central_head from = {.chain = {1}}, head;

	samples(rows, N);
	rows_chain(rows, N, 1, from.chain);
	assert_int_equal(append(*state, &from, rows, N, &head), CENTRAL_FORK);
	assert_head(&head, NULL);
	assert_holds(*state, rows, 0);
}

/* Each change to a row that its chain must betray. */
static void change(struct journal_row *row, int which)
{
	switch (which) {
	case 0:
		row->seq++;
		break;
	case 1:
		row->at_ms++;
		break;
	case 2:
		row->day = "2026-11-25";
		break;
	case 3:
		row->kind = "called";
		break;
	case 4:
		row->service = "civil";
		break;
	case 5:
		row->number++;
		break;
	case 6:
		row->has_number = false;
		break;
	case 7:
		row->class = "priority";
		break;
	case 8:
		row->counter = 9;
		row->has_counter = true;
		break;
	case 9:
		row->actor = "web";
		break;
	case 10:
		row->detail = NULL;
		break;
	case 11:
		row->key = "k";
		break;
	case 12:
		row->chain[31] ^= 1;
		break;
	}
}
#define CHANGES 13

static void a_changed_field_does_not_hold(void **state)
{
	struct journal_row rows[N], bad[N];
	struct central_head from, head;

	put_in(*state, rows, 3);
	from = head_of(&rows[2]);
	for (int which = 0; which < CHANGES; which++) {
		memcpy(bad, rows, sizeof(bad));
		change(&bad[5], which);
		if (append(*state, &from, bad + 3, N - 3, &head) !=
		    CENTRAL_BAD_CHAIN)
			fail_msg("change %d was not noticed", which);
		assert_head(&head, &rows[2]);
	}
	assert_holds(*state, rows, 3);
}

static void a_changed_last_row_does_not_hold(void **state)
{
	struct journal_row rows[N];
	struct central_head head;

	samples(rows, N);
	rows[N - 1].chain[0] ^= 0x80;
	assert_int_equal(append(*state, &nothing, rows, N, &head),
			 CENTRAL_BAD_CHAIN);
	assert_head(&head, NULL);
	assert_holds(*state, rows, 0);
}

static void a_gap_does_not_hold(void **state)
{
	struct journal_row rows[N];
	struct central_head head;

	samples(rows, N);
	memmove(rows + 4, rows + 5, (N - 5) * sizeof(*rows));
	assert_int_equal(append(*state, &nothing, rows, N - 1, &head),
			 CENTRAL_BAD_CHAIN);
	/* Also where the chain was made over the gap. */
	samples(rows, N);
	rows_chain(rows + 4, N - 4, 6, rows[3].chain);
	assert_int_equal(append(*state, &nothing, rows, N, &head),
			 CENTRAL_BAD_CHAIN);
	assert_holds(*state, rows, 0);
}

static void a_bad_row_is_told_before_all_else(void **state)
{
	struct journal_row rows[N];
	struct central_head from, head;

	put_in(*state, rows, 5);
	rows[N - 1].at_ms++;
	from = head_of(&rows[7]);
	assert_int_equal(append(*state, &from, rows + 8, N - 8, &head),
			 CENTRAL_BAD_CHAIN);
	rows[2].at_ms++;
	assert_int_equal(append(*state, &nothing, rows, 4, &head),
			 CENTRAL_BAD_CHAIN);
	assert_head(&head, &rows[4]);
}

static void null_and_empty_stay_what_they_are(void **state)
{
	struct journal_row rows[4] = {
	    {.kind = "issued", .day = "2026-11-24", .actor = ""},
	    {.kind = "", .day = ""},
	    {.service = "", .class = "", .detail = "", .key = ""},
	    {.has_number = true, .number = 0, .has_counter = true},
	};
	struct central_head head;

	rows_chain(rows, 4, 1, NULL);
	assert_int_equal(append(*state, &nothing, rows, 4, &head),
			 CENTRAL_TAKEN);
	assert_holds(*state, rows, 4);
}

static void any_text_and_number_comes_through(void **state)
{
	struct journal_row rows[3] = {
	    {.at_ms = INT64_MAX,
	     .day = "ngày",
	     .kind = "{NULL,\"\"}",
	     .service = "Đất đai — Hộ tịch",
	     .has_number = true,
	     .number = INT64_MIN,
	     .class = "NULL",
	     .has_counter = true,
	     .counter = INT64_MAX,
	     .actor = "a'b\"c\\d,e{f}g",
	     .detail =
		 "{\"tên\":\"Nguyễn Thị Ánh 👵🏽\",\"x\":\"\\\\\"}",
	     .key = "\x01\x1e\x7f"},
	    {.at_ms = INT64_MIN, .actor = "\xef\xbb\xbf\xf4\x8f\xbf\xbf"},
	    {.actor = " \t\r "},
	};
	struct central_head head;

	rows_chain(rows, 3, 1, NULL);
	assert_int_equal(append(*state, &nothing, rows, 3, &head),
			 CENTRAL_TAKEN);
	assert_holds(*state, rows, 3);
}

static void a_field_with_the_separator_does_not_hold(void **state)
{
	static const char bad[] = {'a', CHAIN_SEPARATOR, 'b', '\0'};
	struct journal_row row = {.kind = "issued", .detail = bad};
	struct central_head head, elsewhere = {.seq = 4};

	rows_chain(&row, 1, 1, NULL);
	assert_int_equal(append(*state, &nothing, &row, 1, &head),
			 CENTRAL_BAD_CHAIN);
	/* Nor does it where the log stands elsewhere. */
	rows_chain(&row, 1, 5, elsewhere.chain);
	assert_int_equal(append(*state, &elsewhere, &row, 1, &head),
			 CENTRAL_BAD_CHAIN);
	assert_holds(*state, &row, 0);
}

static void text_that_is_not_utf8_does_not_hold(void **state)
{
	struct journal_row rows[N];
	struct central_head from, head;

	put_in(*state, rows, 2);
	from = head_of(&rows[1]);
	rows[2].actor = "\xc4";
	rows_chain(rows + 2, N - 2, 3, rows[1].chain);
	assert_int_equal(append(*state, &from, rows + 2, N - 2, &head),
			 CENTRAL_BAD_CHAIN);
	assert_head(&head, &rows[1]);
	assert_holds(*state, rows, 2);
	/* The engine goes on. */
	samples(rows, N);
	assert_int_equal(append(*state, &from, rows + 2, N - 2, &head),
			 CENTRAL_TAKEN);
	assert_holds(*state, rows, N);
}

static void the_largest_batch_is_taken(void **state)
{
	enum { ROWS = 500 };
	struct journal_row *rows = calloc(ROWS, sizeof(*rows));
	char *detail = malloc(JOURNAL_DETAIL_MAX + 1);
	struct central_head head;

	assert_non_null(rows);
	assert_non_null(detail);
	memset(detail, 'x', JOURNAL_DETAIL_MAX);
	detail[JOURNAL_DETAIL_MAX] = '\0';
	for (int i = 0; i < ROWS; i++) {
		rows[i] = row_sample(i);
		rows[i].detail = detail;
	}
	rows_chain(rows, ROWS, 1, NULL);
	assert_int_equal(append(*state, &nothing, rows, ROWS, &head),
			 CENTRAL_TAKEN);
	assert_holds(*state, rows, ROWS);
	free(detail);
	free(rows);
}

static void journals_of_one_kiosk_stand_alone(void **state)
{
	struct engine *engine = *state;
	struct journal_row rows[N], other[N];
	struct central_head head;

	put_in(engine, rows, 5);
	engine->journal[strlen(engine->journal)] = 'b';
	hello(engine, 0, &head);
	assert_head(&head, NULL);
	other_history(other, 0);
	assert_int_equal(append(engine, &nothing, other, N, &head),
			 CENTRAL_TAKEN);
	assert_holds(engine, other, N);
	engine->journal[strlen(engine->journal) - 1] = '\0';
	assert_holds(engine, rows, 5);
}

static void received_at_is_now_by_the_log_s_clock(void **state)
{
	struct engine *engine = *state;
	struct journal_row rows[N];
	char sql[300];
	char *answer;

	put_in(engine, rows, N);
	snprintf(sql, sizeof(sql),
		 "SELECT count(*), min(received_at) > %s - 60000, "
		 "max(received_at) <= %s + 1000 FROM events "
		 "WHERE journal = '%s'",
		 engine == &sqlite ? "unixepoch() * 1000" : "kiosk_now_ms()",
		 engine == &sqlite ? "unixepoch() * 1000" : "kiosk_now_ms()",
		 engine->journal);
	answer = ask(engine, sql);
	assert_string_equal(answer,
			    engine == &sqlite ? "12|1|1\n" : "12|t|t\n");
	free(answer);
}

static void contacts_tell_the_lag(void **state)
{
	struct engine *engine = *state;
	struct journal_row rows[N];
	struct central_head head;
	char sql[200];
	char *answer;

	put_in(engine, rows, 5);
	hello(engine, N, &head);
	snprintf(sql, sizeof(sql),
		 "SELECT seq, local_seq, lag, CASE WHEN silent_ms < 60000 "
		 "THEN 1 END FROM contacts WHERE journal = '%s'",
		 engine->journal);
	answer = ask(engine, sql);
	assert_string_equal(answer, "5|12|7|1\n");
	free(answer);
}

static void a_session_that_is_gone_is_no_hindrance(void **state)
{
	struct engine *engine = *state;
	struct journal_row rows[N];
	struct central_problem problem;
	struct central *second;
	struct central_head head;

	put_in(engine, rows, 5);
	assert_int_equal(engine->ops->open(engine->url, -1, &second, &problem),
			 0);
	assert_int_equal(engine->ops->hello(second, "k", engine->journal, 5,
					    &head, &problem),
			 0);
	assert_head(&head, &rows[4]);
	engine->ops->close(second);
	hello(engine, 5, &head);
	assert_head(&head, &rows[4]);
}

static void installing_again_keeps_the_rows(void **state)
{
	struct engine *engine = *state;
	struct central_problem problem = {0};
	struct journal_row rows[N];

	put_in(engine, rows, N);
	if (engine->ops->install(engine->url, &problem) < 0)
		fail_msg("%s", problem.text);
	assert_holds(engine, rows, N);
}

/* One test for both engines together: the views give the same tables. */
static void both_engines_show_the_same_views(void **state)
{
	static const char *const views[] = {
	    "SELECT * FROM counts WHERE kiosk = 'views' "
	    "ORDER BY day, hour, kind, coalesce(service, ''), "
	    "coalesce(counter, 0), coalesce(class, '')",
	    "SELECT * FROM tickets WHERE kiosk = 'views' "
	    "ORDER BY day, service, number",
	};
	enum { ROWS = 400 };
	static struct journal_row rows[ROWS];
	struct engine *engines[] = {&sqlite, &postgres};

	(void)state;
	samples(rows, ROWS);
	rows[4].kind = "day_opened";
	rows[4].detail = "{\"carried\":false}";
	for (int i = 0; i < ROWS; i += 5) /* waits of many lengths */
		rows[i + 1].at_ms += (i * 7919) % 300000;
	rows_chain(rows, ROWS, 1, NULL);
	for (size_t i = 0; i < 2; i++) {
		struct central_problem problem = {0};
		enum central_verdict verdict;
		struct central_head head;

		if (engines[i]->ops->append(engines[i]->central, "views", "v",
					    &nothing, rows, ROWS, NULL,
					    &verdict, &head, &problem) < 0)
			fail_msg("%s", problem.text);
		assert_int_equal(verdict, CENTRAL_TAKEN);
	}
	for (size_t i = 0; i < sizeof(views) / sizeof(*views); i++) {
		char *one = ask(&sqlite, views[i]);
		char *two = ask(&postgres, views[i]);

		if (strcmp(one, two) != 0)
			fail_msg("%s:\n%s\n%s", views[i], one, two);
		assert_true(strlen(one) > 20);
		free(one);
		free(two);
	}
}

static int new_journal(void **state)
{
	static int n;
	struct engine *engine = *state;

	snprintf(engine->journal, sizeof(engine->journal), "%d", n++);
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

#define BOTH(test)                                                     \
	{"sqlite: " #test, test, new_journal, NULL, &sqlite},          \
	{                                                              \
		"postgres: " #test, test, new_journal, NULL, &postgres \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(an_unknown_journal_stands_at_nothing),
	    BOTH(a_batch_is_taken_as_it_is),
	    BOTH(the_next_batch_continues),
	    BOTH(a_batch_sent_twice_adds_nothing),
	    BOTH(an_empty_batch_is_taken_where_the_log_stands),
	    BOTH(a_batch_ahead_is_told_to_resume),
	    BOTH(a_batch_that_overlaps_is_told_to_resume),
	    BOTH(another_row_in_the_overlap_is_a_fork),
	    BOTH(another_chain_at_the_head_is_a_fork),
	    BOTH(another_beginning_is_a_fork),
	    BOTH(a_changed_field_does_not_hold),
	    BOTH(a_changed_last_row_does_not_hold),
	    BOTH(a_gap_does_not_hold),
	    BOTH(a_bad_row_is_told_before_all_else),
	    BOTH(null_and_empty_stay_what_they_are),
	    BOTH(any_text_and_number_comes_through),
	    BOTH(a_field_with_the_separator_does_not_hold),
	    BOTH(text_that_is_not_utf8_does_not_hold),
	    BOTH(the_largest_batch_is_taken),
	    BOTH(journals_of_one_kiosk_stand_alone),
	    BOTH(received_at_is_now_by_the_log_s_clock),
	    BOTH(contacts_tell_the_lag),
	    BOTH(a_session_that_is_gone_is_no_hindrance),
	    BOTH(installing_again_keeps_the_rows),
	    cmocka_unit_test(both_engines_show_the_same_views),
	};

	return cmocka_run_group_tests(tests, start, end);
}
