/* SPDX-License-Identifier: MIT */
#include "client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bench.h"

static const char issue_body[] = "{\"service\":\"land\",\"class\":\"normal\"}";

void client_open(struct client *client, const char *socket_path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(socket_path) >= sizeof(address.sun_path))
		die("%s: too long for a socket", socket_path);
	memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
	client->n = 0;
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0 ||
	    connect(client->fd, (const struct sockaddr *)&address,
		    sizeof(address)) != 0)
		die("%s: %s", socket_path, strerror(errno));
}

void client_close(struct client *client)
{
	close(client->fd);
	client->fd = -1;
}

static void send_all(struct client *client, const char *bytes, size_t n)
{
	if (send(client->fd, bytes, n, MSG_NOSIGNAL) != (ssize_t)n)
		die("kioskd does not take a request: %s", strerror(errno));
}

void client_send_issue(struct client *client, const char *key)
{
	char request[512];
	int n = snprintf(request, sizeof(request),
			 "POST /v1/tickets HTTP/1.1\r\nHost: kiosk\r\n"
			 "Content-Type: application/json\r\n"
			 "Content-Length: %zu\r\n%s%s%s\r\n%s",
			 sizeof(issue_body) - 1, key ? "Idempotency-Key: " : "",
			 key ? key : "", key ? "\r\n" : "", issue_body);

	send_all(client, request, (size_t)n);
}

static void take_bytes(struct client *client)
{
	size_t room = sizeof(client->in) - 1 - client->n;
	ssize_t n = recv(client->fd, client->in + client->n, room, 0);

	if (n <= 0)
		die("kioskd hung up: %s", n < 0 ? strerror(errno) : "end");
	client->n += (size_t)n;
	client->in[client->n] = '\0';
}

/* Where the body begins, once the answer is whole and has that status. */
static const char *take_answer(struct client *client, const char *status)
{
	const char *end, *length;
	size_t whole;

	take_bytes(client);
	end = strstr(client->in, "\r\n\r\n");
	if (!end)
		return NULL;
	length = strcasestr(client->in, "\r\ncontent-length:");
	if (!length || length > end)
		die("an answer without a length: %s", client->in);
	whole = (size_t)(end + 4 - client->in) +
		strtoul(length + strlen("\r\ncontent-length:"), NULL, 10);
	if (client->n < whole)
		return NULL;
	if (strncmp(client->in, "HTTP/1.1 ", 9) != 0 ||
	    strncmp(client->in + 9, status, 3) != 0)
		die("not the answer %s: %s", status, client->in);
	client->n = 0;
	return end + 4;
}

bool client_take_issue(struct client *client, int64_t *seq)
{
	const char *body = take_answer(client, "201");
	const char *found = body && seq ? strstr(body, "\"seq\":") : NULL;

	if (found)
		*seq = strtoll(found + 6, NULL, 10);
	return body;
}

double client_health(struct client *client)
{
	static const char request[] =
	    "GET /healthz HTTP/1.1\r\nHost: kiosk\r\n\r\n";
	double begin = now_us();

	send_all(client, request, sizeof(request) - 1);
	while (!take_answer(client, "200"))
		;
	return now_us() - begin;
}

double client_call(struct client *client, const char *path)
{
	char request[256];
	double begin = now_us();
	int n = snprintf(request, sizeof(request),
			 "POST %s HTTP/1.1\r\nHost: kiosk\r\n"
			 "Content-Length: 0\r\n\r\n",
			 path);

	send_all(client, request, (size_t)n);
	while (!take_answer(client, "200"))
		;
	return now_us() - begin;
}

double client_issue(struct client *client, const char *key)
{
	double begin = now_us();

	client_send_issue(client, key);
	while (!client_take_issue(client, NULL))
		;
	return now_us() - begin;
}

void client_send_stream(struct client *client)
{
	static const char request[] =
	    "GET /v1/stream HTTP/1.0\r\nHost: kiosk\r\n\r\n";

	send_all(client, request, sizeof(request) - 1);
}

bool client_take_event(struct client *client, int64_t *seq)
{
	bool some = false;
	char *end;

	take_bytes(client);
	while ((end = strstr(client->in, "\n\n")) != NULL) {
		const char *id = strstr(client->in, "id: ");

		if (id && id < end) {
			*seq = strtoll(id + 4, NULL, 10);
			some = true;
		}
		client->n -= (size_t)(end + 2 - client->in);
		memmove(client->in, end + 2, client->n + 1);
	}
	return some;
}

void client_make_key(char key[CLIENT_KEY_SIZE])
{
	static uint64_t state;
	uint64_t bits[2];

	/* Not the same keys again: those of the last run are in the cache. */
	while (state == 0) {
		if (getrandom(&state, sizeof(state), 0) != sizeof(state))
			die("getrandom: %s", strerror(errno));
	}
	for (size_t i = 0; i < 2; i++) { /* xorshift64: Marsaglia, 2003 */
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		bits[i] = state;
	}
	snprintf(key, CLIENT_KEY_SIZE, "%08x-%04x-4%03x-a%03x-%012llx",
		 (unsigned)(bits[0] >> 32), (unsigned)(bits[0] >> 16) & 0xffff,
		 (unsigned)bits[0] & 0xfff, (unsigned)(bits[1] >> 52),
		 (unsigned long long)(bits[1] & 0xffffffffffffULL));
}
