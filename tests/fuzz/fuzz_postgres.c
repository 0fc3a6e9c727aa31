/* SPDX-License-Identifier: MIT */
/*
 * A server that may be anything where PostgreSQL should be: the input is all
 * that it sends, on a Unix socket, before it hangs up; libpq and the real
 * pg_link.c read it. With bit 0 of the first byte it first lets us in, as a
 * server does that trusts everyone.
 *
 * Whatever it sends: the call comes back, with a head or with a reason.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "sync/central.h"
#include "tests/fuzz/fuzz.h"

#define TALK_MAX 65536

static int listener;
static char url[300];

/* What the next connections get, all of it at once. A copy: who hung up in the
 * middle is still being sent it. */
static struct {
	pthread_mutex_t lock;
	uint8_t bytes[TALK_MAX];
	size_t length;
	bool lets_in;
} talk = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void send_all(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t n = send(fd, at, length, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		at += n;
		length -= (size_t)n;
	}
}

/* AuthenticationOk and ReadyForQuery: PostgreSQL's manual, "Message Formats".
 */
static void let_in(int fd)
{
	char query[4096];
	static const uint8_t welcome[] = {'R', 0,   0, 0, 8, 0, 0,  0,
					  0,   'Z', 0, 0, 0, 5, 'I'};

	send_all(fd, welcome, sizeof(welcome));
	/* What comes before it is asked for, libpq throws away. */
	(void)!recv(fd, query, sizeof(query), 0);
}

static void *serve(void *arg)
{
	char ignored[4096];

	(void)arg;
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0 || recv(fd, ignored, sizeof(ignored), 0) <= 0) {
			close(fd);
			continue;
		}
		pthread_mutex_lock(&talk.lock);
		if (talk.lets_in)
			let_in(fd);
		send_all(fd, talk.bytes, talk.length);
		pthread_mutex_unlock(&talk.lock);
		(void)shutdown(fd, SHUT_WR);
		while (recv(fd, ignored, sizeof(ignored), 0) > 0)
			;
		close(fd);
	}
	return NULL;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	pthread_t thread;

	(void)argc;
	(void)argv;
	fuzz_start();
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s/.s.PGSQL.5432",
		       fuzz_directory());
	(void)snprintf(url, sizeof(url), "postgresql://k:secret@/d?host=%s",
		       fuzz_directory());
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	FUZZ_CHECK(listener >= 0 &&
		       bind(listener, (struct sockaddr *)&at, sizeof(at)) ==
			   0 &&
		       listen(listener, 8) == 0 &&
		       pthread_create(&thread, NULL, serve, NULL) == 0,
		   "%s", at.sun_path);
	return 0;
}

static void check_said(int result, const struct central_problem *problem)
{
	FUZZ_CHECK(result <= 0, "%d", result);
	FUZZ_CHECK(result == 0 || *problem->text, "%d without a word", result);
	FUZZ_CHECK(!strchr(problem->text, '\n'), "%s", problem->text);
	FUZZ_CHECK(!strstr(problem->text, "k:secret@"), "%s", problem->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct journal_row row = {.seq = 1, .kind = "clock_synced"};
	const struct central_head from = {0};
	struct fuzz_input input = {data, size};
	uint8_t how = fuzz_byte(&input);
	enum central_verdict verdict = CENTRAL_DENIED;
	struct central_problem problem = {""};
	struct central_head head;
	struct central *central;
	int result;

	pthread_mutex_lock(&talk.lock);
	talk.lets_in = how & 1;
	talk.length = input.left < TALK_MAX ? input.left : TALK_MAX;
	memcpy(talk.bytes, input.at, talk.length);
	pthread_mutex_unlock(&talk.lock);
	FUZZ_CHECK(central_postgres.open(url, -1, &central, &problem) == 0,
		   "%s", problem.text);
	if (how & 2)
		result =
		    central_postgres.append(central, "k", "j", &from, &row, 1,
					    NULL, &verdict, &head, &problem);
	else
		result = central_postgres.hello(central, "k", "j", 1, &head,
						&problem);
	FUZZ_CHECK(verdict <= CENTRAL_DENIED, "%d", (int)verdict);
	check_said(result, &problem);
	central_postgres.close(central);
	return 0;
}
