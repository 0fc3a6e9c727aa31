/* SPDX-License-Identifier: MIT */
/*
 * From the commit to the board: the answer to a command is sent right behind
 * the commit, so the time from the answer at one connection to the new state
 * at another is taken for it. The floor is a bare answer of the same length
 * from another process over a socket.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "client.h"
#include "office.h"
#include "stats.h"
#include "table.h"

#define BLOCK 25
#define STATE_BYTES 2048

struct moment {
	double answered_us, shown_us; /* both since the request was sent */
};

static struct moment issue_and_see(struct client *poster,
				   struct client *watcher)
{
	struct pollfd fds[2] = {{.fd = poster->fd, .events = POLLIN},
				{.fd = watcher->fd, .events = POLLIN}};
	int64_t wanted = 0, seen = 0;
	struct moment moment = {0};
	double begin = now_us();

	client_send_issue(poster, NULL);
	while (wanted == 0 || seen < wanted) {
		double now;

		if (poll(fds, 2, 10000) <= 0)
			die("the state stream: nothing in 10 s");
		now = now_us() - begin;
		if (fds[0].revents && client_take_issue(poster, &wanted))
			moment.answered_us = now;
		if (fds[1].revents && client_take_event(watcher, &seen))
			moment.shown_us = now;
	}
	return moment;
}

/* Answers each message with STATE_BYTES. Does not return. */
static _Noreturn void echo(int fd)
{
	char bytes[STATE_BYTES] = "";

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (recv(fd, bytes, sizeof(bytes), 0) > 0) {
		if (send(fd, bytes, sizeof(bytes), MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

static double ping(int fd)
{
	char bytes[STATE_BYTES];
	double begin = now_us();
	size_t got = 0;

	if (send(fd, "state", 5, MSG_NOSIGNAL) != 5)
		die("send: %s", strerror(errno));
	while (got < sizeof(bytes)) {
		ssize_t n = recv(fd, bytes, sizeof(bytes) - got, 0);

		if (n <= 0)
			die("recv: %s", n < 0 ? strerror(errno) : "end");
		got += (size_t)n;
	}
	return now_us() - begin;
}

static void report(struct samples *delays, struct samples *shown,
		   struct samples *pings)
{
	table_add(&(struct figure){
	    .what = "answer to the state on a stream, p50",
	    .unit = "ms",
	    .measured = samples_at(delays, 0.5) / 1e3,
	    .floor = samples_at(pings, 0.5) / 1e3,
	});
	table_add(&(struct figure){
	    .what = "  p99",
	    .unit = "ms",
	    .measured = samples_at(delays, 0.99) / 1e3,
	    .floor = samples_at(pings, 0.99) / 1e3,
	    .kind = AIM_MOST,
	    .aim = 2,
	});
	table_add(&(struct figure){
	    .what = "  request to the state on a stream, p99",
	    .unit = "ms",
	    .measured = samples_at(shown, 0.99) / 1e3,
	});
}

void bench_stream(const struct bench *bench)
{
	size_t count = bench_count(bench, 2000, 300);
	struct samples delays = {0}, shown = {0}, pings = {0};
	static struct client poster, watcher;
	struct office office;
	int64_t seq;
	int pair[2];
	pid_t pid;

	office_make(&office, bench, "stream", false);
	office_start(&office, bench);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0 ||
	    (pid = fork()) < 0)
		die("the stream's floor: %s", strerror(errno));
	if (pid == 0)
		echo(pair[1]);
	client_open(&poster, office.socket);
	client_open(&watcher, office.socket);
	client_send_stream(&watcher);
	while (!client_take_event(&watcher, &seq))
		;
	for (size_t done = 0; done < count; done += BLOCK) {
		for (size_t i = 0; i < BLOCK; i++) {
			struct moment moment = issue_and_see(&poster, &watcher);

			samples_add(&delays,
				    moment.shown_us > moment.answered_us
					? moment.shown_us - moment.answered_us
					: 0);
			samples_add(&shown, moment.shown_us);
		}
		for (size_t i = 0; i < BLOCK; i++)
			samples_add(&pings, ping(pair[0]));
	}
	report(&delays, &shown, &pings);
	samples_free(&delays);
	samples_free(&shown);
	samples_free(&pings);
	client_close(&watcher);
	client_close(&poster);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(pair[0]);
	close(pair[1]);
	office_stop(&office);
}
