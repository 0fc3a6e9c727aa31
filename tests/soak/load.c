/* SPDX-License-Identifier: MIT */
/*
 * Clients of one kiosk, each as fast as it can be: some take numbers, some call
 * them, some follow the state. tests/soak/test_load.py runs it.
 *
 *	load SOCKET CLOCK ISSUERS CALLERS STREAMS PAUSE_MS SECONDS ANSWERS
 *
 * A business day has 10,000 tickets at the most; when they are gone, CLOCK (see
 * soak_clock.h) goes on to the next day. What was acknowledged goes to ANSWERS,
 * a line each: "i SEQ TICKET" or "c COUNTER TICKET". Figures go to stdout, one
 * JSON object. PAUSE_MS: between two commands of a client.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "soak_clock.h"

#define DAY_MS (24 * 3600 * 1000LL)
#define LATENCIES (1 << 22)

enum kind { ISSUER, CALLER, STREAM, KINDS };

struct client {
	enum kind kind;
	int fd, number; /* of a caller: its counter */
	bool waits;     /* for an answer */
	double sent_us, next_us;
	uint64_t day; /* of the clock when it sent */
	size_t n;
	char in[65536];
};

static struct {
	struct soak_clock *clock;
	FILE *answers;
	int epoll_fd;
	uint64_t day; /* how many days the clock has gone on */
	uint64_t issued, called, empty, full, events, cut;
	const char *socket;
	float *latency[2];
	size_t n_latency[2];
	double pause_us;
	unsigned random;
} load = {.random = 1};

static _Noreturn void die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static _Noreturn void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("load: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t n = send(fd, text, length, MSG_NOSIGNAL);

		if (n < 0)
			die("send: %s", strerror(errno));
		text += n;
		length -= (size_t)n;
	}
}

static void connect_to(struct client *client, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};

	if (strlen(path) >= sizeof(address.sun_path))
		die("%s: too long", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0 ||
	    connect(client->fd, (struct sockaddr *)&address, sizeof(address)) !=
		0 ||
	    epoll_ctl(load.epoll_fd, EPOLL_CTL_ADD, client->fd, &event) != 0)
		die("%s: %s", path, strerror(errno));
}

static void send_command(struct client *client)
{
	static const char *const services[] = {"land", "civil", "notary"};
	char body[80] = "", request[300];
	int n;

	load.random = load.random * 1103515245u + 12345u;
	if (client->kind == ISSUER)
		snprintf(body, sizeof(body),
			 "{\"service\":\"%s\",\"class\":\"%s\"}",
			 services[(load.random >> 16) % 3],
			 (load.random >> 20) % 5 ? "normal" : "priority");
	if (client->kind == ISSUER)
		n = snprintf(request, sizeof(request),
			     "POST /v1/tickets HTTP/1.1\r\nHost: k\r\n"
			     "Content-Type: application/json\r\n"
			     "Content-Length: %zu\r\n\r\n%s",
			     strlen(body), body);
	else
		n = snprintf(request, sizeof(request),
			     "POST /v1/counters/%d/call HTTP/1.1\r\n"
			     "Host: k\r\nContent-Length: 0\r\n\r\n",
			     client->number);
	client->n = 0;
	client->waits = true;
	client->day = load.day;
	client->sent_us = now_us();
	write_all(client->fd, request, (size_t)n);
}

/* The value behind "name": in the answer's body. */
static const char *value_of(const struct client *client, const char *name)
{
	const char *at = strstr(client->in, name);

	return at ? at + strlen(name) : NULL;
}

static void note_answer(struct client *client, int status)
{
	const char *ticket = value_of(client, "\"ticket\":\"");
	const char *seq = value_of(client, "\"seq\":");
	size_t length = ticket ? strcspn(ticket, "\"") : 0;

	if (client->kind == ISSUER && status == 201 && ticket && seq) {
		load.issued++;
		fprintf(load.answers, "i %lld %.*s\n", strtoll(seq, NULL, 10),
			(int)length, ticket);
	} else if (client->kind == CALLER && status == 200 && ticket) {
		load.called++;
		fprintf(load.answers, "c %d %.*s\n", client->number,
			(int)length, ticket);
	} else if (client->kind == CALLER && status == 204) {
		load.empty++;
	} else if (client->kind == ISSUER && status == 503 &&
		   strstr(client->in, "queue_full")) {
		load.full++;
		/* The first to find it so ends the day. */
		if (client->day == load.day) {
			load.day++;
			load.clock->slept_ms += DAY_MS;
		}
	} else {
		die("an answer that was not expected: %.600s", client->in);
	}
}

/* True once it is whole; *status: its status. */
static bool whole(const struct client *client, int *status)
{
	const char *end = strstr(client->in, "\r\n\r\n");
	const char *length = strcasestr(client->in, "\r\ncontent-length:");
	size_t body = 0;

	if (!end)
		return false;
	if (length && length < end)
		body = strtoul(length + 17, NULL, 10);
	*status = (int)strtol(client->in + 9, NULL, 10);
	return client->n >= (size_t)(end + 4 - client->in) + body;
}

/* Whoever waits for a request when the clock goes on by a day has waited for a
 * day, and is hung up on. Whether a command on its way was heard is not known.
 */
static void hung_up(struct client *client)
{
	if (client->kind == STREAM || load.day == 0)
		die("hung up on: %.300s", client->in);
	close(client->fd);
	load.cut++;
	connect_to(client, load.socket);
	client->waits = false;
	client->next_us = 0;
	if (load.pause_us == 0)
		send_command(client);
}

static void take(struct client *client)
{
	ssize_t n;
	int status, of;

	if (client->kind == STREAM)
		client->n = 0; /* it is not read, only counted */
	n = recv(client->fd, client->in + client->n,
		 sizeof(client->in) - 1 - client->n, 0);
	if (n <= 0) {
		hung_up(client);
		return;
	}
	client->n += (size_t)n;
	client->in[client->n] = '\0';
	if (client->kind == STREAM) {
		load.events++;
		return;
	}
	if (!whole(client, &status))
		return;
	of = client->kind == CALLER;
	if (load.n_latency[of] < LATENCIES)
		load.latency[of][load.n_latency[of]++] =
		    (float)(now_us() - client->sent_us);
	client->waits = false;
	client->next_us = now_us() + load.pause_us;
	note_answer(client, status);
	if (load.pause_us == 0)
		send_command(client);
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static void print_latency(const char *name, int of)
{
	size_t n = load.n_latency[of];
	const float *at = load.latency[of];

	qsort(load.latency[of], n, sizeof(*at), by_value);
	printf("\"%s_p50_ms\":%.3f,\"%s_p99_ms\":%.3f,\"%s_most_ms\":%.3f,",
	       name, n ? at[n / 2] / 1e3 : 0, name,
	       n ? at[n - 1 - n / 100] / 1e3 : 0, name,
	       n ? at[n - 1] / 1e3 : 0);
}

static void run(struct client *clients, size_t n, double seconds)
{
	struct epoll_event ready[256];
	double begin = now_us(), end = begin + seconds * 1e6, now = begin;

	while (now < end) {
		int r = epoll_wait(load.epoll_fd, ready, 256,
				   load.pause_us > 0 ? 1 : 1000);

		for (int i = 0; i < r; i++)
			take(ready[i].data.ptr);
		now = now_us();
		for (size_t i = 0; i < n && load.pause_us > 0; i++) {
			if (clients[i].kind != STREAM && !clients[i].waits &&
			    clients[i].next_us <= now)
				send_command(&clients[i]);
		}
	}
	printf("{\"seconds\":%.3f,", (now - begin) / 1e6);
}

static bool waits(const struct client *clients, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (clients[i].kind != STREAM && clients[i].waits)
			return true;
	}
	return false;
}

/* What is under way is answered too, and counts. */
static void finish(struct client *clients, size_t n)
{
	struct epoll_event ready[256];

	load.pause_us = 1e12; /* no more commands */
	while (waits(clients, n)) {
		int r = epoll_wait(load.epoll_fd, ready, 256, 60000);

		if (r <= 0)
			die("no answer in 60 s");
		for (int i = 0; i < r; i++)
			take(ready[i].data.ptr);
	}
}

int main(int argc, char **argv)
{
	static const char stream[] = "GET /v1/stream HTTP/1.0\r\n\r\n";
	size_t counts[KINDS], n = 0, at = 0;
	struct client *clients;

	if (argc != 9)
		die("usage: load SOCKET CLOCK ISSUERS CALLERS STREAMS PAUSE_MS "
		    "SECONDS ANSWERS");
	for (int kind = 0; kind < KINDS; kind++) {
		counts[kind] = strtoul(argv[3 + kind], NULL, 10);
		n += counts[kind];
	}
	load.socket = argv[1];
	load.clock = soak_clock_open(argv[2]);
	load.answers = fopen(argv[8], "we");
	load.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	load.pause_us = strtod(argv[6], NULL) * 1e3;
	clients = calloc(n, sizeof(*clients));
	for (int i = 0; i < 2; i++)
		load.latency[i] = calloc(LATENCIES, sizeof(float));
	if (!load.clock || !load.answers || load.epoll_fd < 0 || !clients ||
	    !load.latency[0] || !load.latency[1])
		die("%s", strerror(errno));
	for (int kind = KINDS - 1; kind >= 0; kind--) {
		for (size_t i = 0; i < counts[kind]; i++) {
			struct client *client = &clients[at++];

			client->kind = (enum kind)kind;
			client->number = (int)i + 1;
			connect_to(client, load.socket);
			if (kind == STREAM)
				write_all(client->fd, stream,
					  sizeof(stream) - 1);
			else
				send_command(client);
		}
	}
	run(clients, n, strtod(argv[7], NULL));
	finish(clients, n);
	print_latency("issue", 0);
	print_latency("call", 1);
	printf("\"issued\":%llu,\"called\":%llu,\"empty\":%llu,\"full\":%llu,"
	       "\"days\":%llu,\"stream_reads\":%llu,\"cut\":%llu}\n",
	       (unsigned long long)load.issued, (unsigned long long)load.called,
	       (unsigned long long)load.empty, (unsigned long long)load.full,
	       (unsigned long long)load.day, (unsigned long long)load.events,
	       (unsigned long long)load.cut);
	return fclose(load.answers) == 0 ? 0 : 1;
}
