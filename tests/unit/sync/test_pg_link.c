/* SPDX-License-Identifier: MIT */
/* The link to PostgreSQL, where the server does what none of ours does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "sync/pg_link.h"
#include "tests/unit/support/postgres.h"

static struct postgres *server;
static char url[300];

static int start(void **state)
{
	(void)state;
	server = postgres_start();
	if (!server)
		return -1;
	postgres_url(server, "postgres", url, sizeof(url));
	return 0;
}

static int end(void **state)
{
	(void)state;
	postgres_end(server);
	return 0;
}

/* libpq would give such a result again and again. */
static void a_copy_is_no_answer_and_ends_the_connection(void **state)
{
	static const char *const copies[] = {
	    "COPY (SELECT 1) TO STDOUT",
	    "CREATE TEMP TABLE t (n int); COPY t FROM STDIN",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(copies) / sizeof(copies[0]); i++) {
		struct central_problem problem = {""};
		struct pg_link *link;
		PGresult *result;

		assert_int_equal(pg_link_new(url, -1, &link, &problem), 0);
		assert_int_equal(pg_link_query(link, copies[i], NULL,
					       PG_STATEMENT_MS, &result,
					       &problem),
				 -EPROTO);
		assert_null(result);
		assert_non_null(strstr(problem.text, "central.url"));
		/* The next query has a connection of its own. */
		assert_int_equal(pg_link_query(link, "SELECT 1", NULL,
					       PG_STATEMENT_MS, &result,
					       &problem),
				 0);
		assert_int_equal(PQntuples(result), 1);
		PQclear(result);
		pg_link_free(link);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_copy_is_no_answer_and_ends_the_connection),
	};

	return cmocka_run_group_tests(tests, start, end);
}
