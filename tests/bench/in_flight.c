/* SPDX-License-Identifier: MIT */
/* Commands a second when 64 come at once, against one after the other: what a
 * shared commit is worth. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "bench.h"
#include "client.h"
#include "office.h"
#include "stats.h"
#include "table.h"

#define CLIENTS 64
#define ROUNDS 8

/* One request in flight on each connection; commands a second. */
static double run_all(struct client *clients, int epoll_fd, size_t count)
{
	struct epoll_event ready[CLIENTS];
	double begin = now_us();
	size_t sent = 0, done = 0;

	for (; sent < CLIENTS; sent++)
		client_send_issue(&clients[sent], NULL);
	while (done < count) {
		int n = epoll_wait(epoll_fd, ready, CLIENTS, 10000);

		if (n <= 0)
			die("64 at once: no answer in 10 s");
		for (int i = 0; i < n; i++) {
			struct client *client = ready[i].data.ptr;

			if (!client_take_issue(client, NULL))
				continue;
			done++;
			if (sent < count) {
				client_send_issue(client, NULL);
				sent++;
			}
		}
	}
	return (double)count / (now_us() - begin) * 1e6;
}

static double run_one(struct client *client, size_t count)
{
	double begin = now_us();

	for (size_t i = 0; i < count; i++)
		(void)client_issue(client, NULL);
	return (double)count / (now_us() - begin) * 1e6;
}

void bench_in_flight(const struct bench *bench)
{
	/* A day has 10,000 tickets at the most. */
	size_t together = bench_count(bench, 896, 256);
	size_t alone = bench_count(bench, 200, 50);
	struct client *clients = calloc(CLIENTS + 1, sizeof(*clients));
	int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	struct samples many = {0}, one = {0};
	struct office office;

	if (!clients || epoll_fd < 0)
		die("64 at once: %s", strerror(errno));
	office_make(&office, bench, "flight", false);
	office_start(&office, bench);
	for (size_t i = 0; i <= CLIENTS; i++)
		client_open(&clients[i], office.socket);
	for (size_t i = 0; i < CLIENTS; i++) {
		struct epoll_event event = {.events = EPOLLIN,
					    .data.ptr = &clients[i]};

		if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, clients[i].fd, &event) !=
		    0)
			die("64 at once: %s", strerror(errno));
	}
	for (size_t round = 0; round < ROUNDS; round++) {
		samples_add(&one, run_one(&clients[CLIENTS], alone));
		samples_add(&many, run_all(clients, epoll_fd, together));
	}
	table_add(&(struct figure){
	    .what = "64 commands in flight, against one",
	    .unit = "/s",
	    .measured = samples_at(&many, 0.5),
	    .floor = samples_at(&one, 0.5),
	    .kind = AIM_RATIO_LEAST,
	    .aim = 8,
	});
	for (size_t i = 0; i <= CLIENTS; i++)
		client_close(&clients[i]);
	samples_free(&many);
	samples_free(&one);
	close(epoll_fd);
	free(clients);
	office_stop(&office);
}
