/* SPDX-License-Identifier: MIT */
/* The link to PostgreSQL, where the server does what none of ours does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* What a server may say, but none of ours does; AuthenticationOk and
 * ReadyForQuery come before it. */
static void serve_once(int listener, const uint8_t *answer, size_t length)
{
	static const uint8_t welcome[] = {'R', 0,   0, 0, 8, 0, 0,  0,
					  0,   'Z', 0, 0, 0, 5, 'I'};
	char heard[4096];
	int fd = accept(listener, NULL, NULL);

	if (fd < 0 || recv(fd, heard, sizeof(heard), 0) <= 0 ||
	    send(fd, welcome, sizeof(welcome), MSG_NOSIGNAL) < 0 ||
	    recv(fd, heard, sizeof(heard), 0) <= 0 ||
	    send(fd, answer, length, MSG_NOSIGNAL) < 0)
		_exit(1);
	(void)shutdown(fd, SHUT_WR);
	while (recv(fd, heard, sizeof(heard), 0) > 0)
		;
	_exit(0);
}

static void whatever_a_server_says_is_told_in_one_line(void **state)
{
	/* ErrorResponse: its code holds a line's end, and its message a
	 * terminal's. */
	static const uint8_t answer[] =
	    "E\0\0\0\035C12\n45 and more\0Mno\033[2J\0\0"
	    "Z\0\0\0\005I";
	char dir[] = "/tmp/kiosk-pg-link-XXXXXX", there[200];
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct central_problem problem = {""};
	struct pg_link *link;
	PGresult *result;
	int listener, status;
	pid_t child;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/.s.PGSQL.5432", dir);
	snprintf(there, sizeof(there), "postgresql://k@/d?host=%s", dir);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(listener, 1), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		serve_once(listener, answer, sizeof(answer) - 1);
	assert_int_equal(pg_link_new(there, -1, &link, &problem), 0);
	assert_int_equal(pg_link_query(link, "SELECT 1", NULL, PG_STATEMENT_MS,
				       &result, &problem),
			 -EIO);
	pg_link_free(link);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_non_null(strstr(problem.text, "no?[2J (12?45)"));
	for (const char *c = problem.text; *c; c++)
		assert_false((unsigned char)*c < 0x20);
	close(listener);
	assert_int_equal(unlink(at.sun_path), 0);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_copy_is_no_answer_and_ends_the_connection),
	    cmocka_unit_test(whatever_a_server_says_is_told_in_one_line),
	};

	return cmocka_run_group_tests(tests, start, end);
}
