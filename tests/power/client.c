/* SPDX-License-Identifier: MIT */
#include "tests/power/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/power/tell.h"

#define ANSWER_MAX 4096
#define KEY_MAX 64

static const char *const services[] = {"land", "civil"};
#define SERVICES ((int)(sizeof(services) / sizeof(services[0])))

struct answer {
	char text[ANSWER_MAX];
	size_t n;
	int status;
	const char *body;
};

int client_connect(void)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX,
				 .sun_path = CLIENT_SOCKET};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool send_all(int fd, const char *text, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		text += sent;
		n -= (size_t)sent;
	}
	return true;
}

/* Whether the answer is all there: its head, and as much as the head says. */
static bool is_whole(struct answer *answer)
{
	static const char length[] = "Content-Length: ";
	const char *end = strstr(answer->text, "\r\n\r\n");
	const char *said = strstr(answer->text, length);
	size_t want = 0;

	if (!end)
		return false;
	if (said && said < end)
		want = strtoul(said + sizeof(length) - 1, NULL, 10);
	answer->body = end + 4;
	if (sscanf(answer->text, "HTTP/1.1 %d", &answer->status) != 1)
		answer->status = 0;
	return answer->n - (size_t)(answer->body - answer->text) >= want;
}

static bool take_answer(int fd, struct answer *answer)
{
	answer->n = 0;
	for (;;) {
		ssize_t got = recv(fd, answer->text + answer->n,
				   sizeof(answer->text) - 1 - answer->n, 0);

		if (got <= 0)
			return false;
		answer->n += (size_t)got;
		answer->text[answer->n] = '\0';
		if (is_whole(answer))
			return true;
	}
}

bool client_healthy(void)
{
	static const char request[] =
	    "GET /healthz HTTP/1.1\r\nHost: k\r\n\r\n";
	struct answer answer;
	int fd = client_connect();
	bool good;

	if (fd < 0)
		return false;
	good = send_all(fd, request, sizeof(request) - 1) &&
	       take_answer(fd, &answer) && answer.status == 200;
	close(fd);
	return good;
}

static bool post(int fd, const char *path, const char *key, const char *body,
		 struct answer *answer)
{
	char request[512];
	int n = snprintf(request, sizeof(request),
			 "POST %s HTTP/1.1\r\nHost: k\r\n"
			 "Content-Type: application/json\r\n"
			 "Idempotency-Key: %s\r\nContent-Length: %zu\r\n\r\n%s",
			 path, key, strlen(body), body);

	return n > 0 && (size_t)n < sizeof(request) &&
	       send_all(fd, request, (size_t)n) && take_answer(fd, answer);
}

bool client_ask(int fd, const char *key)
{
	char path[96], body[96] = "{}";
	struct answer answer;
	const char *what = key + 2;
	int n = (int)strcspn(what, ".");

	if (key[0] == 'i') {
		snprintf(path, sizeof(path), "/v1/tickets");
		snprintf(body, sizeof(body), "{\"service\":\"%.*s\"}", n, what);
	} else {
		snprintf(path, sizeof(path), "/v1/counters/%.*s/call", n, what);
	}
	tell("ask %s", key);
	if (!post(fd, path, key, body, &answer))
		return false;
	tell("ack %s %d %s", key, answer.status, answer.body);
	return true;
}

pid_t client_citizen(int boot, int who, int limit, int pause_ms)
{
	char key[KEY_MAX];
	pid_t child = fork();
	int fd;

	if (child != 0)
		return child;
	fd = client_connect();
	for (int n = 1; fd >= 0 && (limit == 0 || n <= limit); n++) {
		snprintf(key, sizeof(key), "i.%s.%d.%d.%d",
			 services[(n + who) % SERVICES], boot, who, n);
		if (!client_ask(fd, key))
			break;
		usleep((useconds_t)pause_ms * 1000);
	}
	_exit(0);
}

pid_t client_counter(int boot, int who, int limit)
{
	char key[KEY_MAX];
	pid_t child = fork();
	int fd;

	if (child != 0)
		return child;
	fd = client_connect();
	for (int n = 1; fd >= 0 && (limit == 0 || n <= limit); n++) {
		snprintf(key, sizeof(key), "c.%d.%d.%d.%d", who, boot, who, n);
		if (!client_ask(fd, key))
			break;
		usleep(5000); /* or nobody would ever wait */
	}
	_exit(0);
}

/* An "id: SEQ" at the beginning of a line is a state that was shown. */
static void follow(FILE *stream)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stream) > 0) {
		if (strncmp(line, "id: ", 4) == 0)
			tell("told %ld", strtol(line + 4, NULL, 10));
	}
	free(line);
}

pid_t client_screen(void)
{
	static const char request[] =
	    "GET /v1/stream HTTP/1.1\r\nHost: k\r\n\r\n";
	pid_t child = fork();
	FILE *stream;
	int fd;

	if (child != 0)
		return child;
	fd = client_connect();
	stream = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (stream && send_all(fd, request, sizeof(request) - 1))
		follow(stream);
	_exit(0);
}
