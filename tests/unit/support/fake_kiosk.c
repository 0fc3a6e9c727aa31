/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/fake_kiosk.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

void fake_kiosk_path(struct fake_kiosk *kiosk)
{
	const char *tmp = getenv("TMPDIR");
	memset(kiosk, 0, sizeof(*kiosk));
	kiosk->fd = -1;
	kiosk->post_status = 201;
	kiosk->post_body = "{}";
	int n = snprintf(kiosk->path, sizeof(kiosk->path),
			 "%s/kiosk-test-XXXXXX", tmp ? tmp : "/tmp");
	assert_true(n > 0 && (size_t)n < sizeof(kiosk->path) - 8);
	assert_non_null(mkdtemp(kiosk->path));
	memcpy(kiosk->path + n, "/k.sock", 8);
}

void fake_kiosk_remove(struct fake_kiosk *kiosk)
{
	fake_kiosk_stop(kiosk);
	*strrchr(kiosk->path, '/') = '\0';
	assert_int_equal(rmdir(kiosk->path), 0);
}

static void drop(struct fake_connection *connection)
{
	sd_event_source_disable_unref(connection->source);
	connection->source = NULL;
	if (connection->fd >= 0)
		close(connection->fd);
	connection->fd = -1;
}

/*
 * The client may be gone: then nobody misses it. It lives in this very thread:
 * where its socket is full, it gets a turn of the loop to read.
 */
static void put(struct fake_connection *connection, const char *bytes, size_t n)
{
	while (n > 0 && connection->fd >= 0) {
		ssize_t sent =
		    send(connection->fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno == EAGAIN) {
			assert_true(sd_event_run(connection->kiosk->event,
						 100000) >= 0);
			continue;
		}
		if (sent <= 0)
			return;
		bytes += sent;
		n -= (size_t)sent;
	}
}

static void answer(struct fake_connection *connection, long status,
		   const char *body)
{
	char head[200];
	int n = snprintf(head, sizeof(head),
			 "HTTP/1.1 %ld X\r\nContent-Type: application/json\r\n"
			 "Content-Length: %zu\r\n\r\n",
			 status, strlen(body));
	put(connection, head, (size_t)n);
	put(connection, body, strlen(body));
}

static void send_state(struct fake_connection *connection, size_t piece)
{
	size_t size = strlen(connection->kiosk->state) + 64;
	char *text = malloc(size);
	assert_non_null(text);
	int n = snprintf(text, size, "id: 7\nevent: state\ndata: %s\n\n",
			 connection->kiosk->state);
	if (piece == 0)
		piece = (size_t)n;
	for (size_t i = 0; i < (size_t)n; i += piece)
		put(connection, text + i,
		    (size_t)n - i < piece ? (size_t)n - i : piece);
	free(text);
}

static void read_key(struct fake_kiosk *kiosk, const char *head)
{
	const char *key = strcasestr(head, "Idempotency-Key: ");
	assert_non_null(key);
	assert_int_equal(sscanf(key + 17, "%79s", kiosk->last_key), 1);
	if (!kiosk->first_key[0])
		memcpy(kiosk->first_key, kiosk->last_key,
		       sizeof(kiosk->first_key));
}

/* head and body are NUL-terminated. */
static void serve(struct fake_connection *connection, const char *head,
		  const char *body)
{
	struct fake_kiosk *kiosk = connection->kiosk;
	if (strncmp(head, "GET /v1/stream ", 15) == 0) {
		static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Type: "
					 "text/event-stream\r\n\r\n";
		kiosk->streams++;
		connection->streams = true;
		if (kiosk->frozen)
			return;
		put(connection, ok, sizeof(ok) - 1);
		send_state(connection, 0);
	} else if (strncmp(head, "GET /v1/state ", 14) == 0) {
		kiosk->probes++;
		if (!kiosk->frozen)
			answer(connection, 200, kiosk->state);
	} else if (strncmp(head, "POST /v1/", 9) == 0) {
		snprintf(kiosk->last_path, sizeof(kiosk->last_path), "%.*s",
			 (int)strcspn(head + 5, " "), head + 5);
		kiosk->posts++;
		read_key(kiosk, head);
		snprintf(kiosk->last_post, sizeof(kiosk->last_post), "%s",
			 body);
		if (kiosk->frozen)
			return;
		if (kiosk->posts_to_drop > 0) {
			kiosk->posts_to_drop--;
			drop(connection);
			return;
		}
		answer(connection, kiosk->post_status, kiosk->post_body);
	} else {
		answer(connection, 404, "{}");
	}
}

/* Serves a whole request off the buffer, if there is one. */
static void serve_one(struct fake_connection *connection)
{
	connection->in[connection->n_in] = '\0';
	char *end = strstr(connection->in, "\r\n\r\n");
	if (!end)
		return;
	char *body = end + 4;
	const char *length = strcasestr(connection->in, "Content-Length: ");
	size_t n = length && length < end ? strtoul(length + 16, NULL, 10) : 0;
	size_t have = connection->n_in - (size_t)(body - connection->in);
	if (have < n)
		return;
	end[2] = '\0';
	body[n] = '\0';
	serve(connection, connection->in, body);
	connection->n_in = 0;
}

static int on_bytes(sd_event_source *source, int fd, uint32_t revents,
		    void *arg)
{
	(void)source;
	(void)revents;
	struct fake_connection *connection = arg;
	size_t room = sizeof(connection->in) - 1 - connection->n_in;
	ssize_t n = recv(fd, connection->in + connection->n_in, room, 0);
	if (n <= 0) {
		drop(connection);
		return 0;
	}
	connection->n_in += (size_t)n;
	serve_one(connection);
	return 0;
}

static int on_connect(sd_event_source *source, int fd, uint32_t revents,
		      void *arg)
{
	(void)source;
	(void)revents;
	struct fake_kiosk *kiosk = arg;
	struct fake_connection *connection = NULL;
	for (size_t i = 0; i < FAKE_KIOSK_CONNECTIONS; i++)
		if (kiosk->connections[i].fd < 0)
			connection = &kiosk->connections[i];
	assert_non_null(connection);
	memset(connection, 0, sizeof(*connection));
	connection->kiosk = kiosk;
	connection->fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	assert_true(connection->fd >= 0);
	assert_true(sd_event_add_io(kiosk->event, &connection->source,
				    connection->fd, EPOLLIN, on_bytes,
				    connection) >= 0);
	return 0;
}

void fake_kiosk_start(struct fake_kiosk *kiosk, sd_event *event)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	kiosk->event = event;
	for (size_t i = 0; i < FAKE_KIOSK_CONNECTIONS; i++)
		kiosk->connections[i].fd = -1;
	memcpy(address.sun_path, kiosk->path, strlen(kiosk->path) + 1);
	kiosk->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(kiosk->fd >= 0);
	assert_int_equal(bind(kiosk->fd, (const struct sockaddr *)&address,
			      sizeof(address)),
			 0);
	assert_int_equal(listen(kiosk->fd, 16), 0);
	assert_true(sd_event_add_io(event, &kiosk->source, kiosk->fd, EPOLLIN,
				    on_connect, kiosk) >= 0);
}

void fake_kiosk_stop(struct fake_kiosk *kiosk)
{
	if (kiosk->fd < 0)
		return;
	for (size_t i = 0; i < FAKE_KIOSK_CONNECTIONS; i++)
		if (kiosk->connections[i].fd >= 0)
			drop(&kiosk->connections[i]);
	sd_event_source_disable_unref(kiosk->source);
	kiosk->source = NULL;
	close(kiosk->fd);
	kiosk->fd = -1;
	unlink(kiosk->path);
}

void fake_kiosk_push(struct fake_kiosk *kiosk, size_t piece)
{
	for (size_t i = 0; i < FAKE_KIOSK_CONNECTIONS; i++)
		if (kiosk->connections[i].fd >= 0 &&
		    kiosk->connections[i].streams)
			send_state(&kiosk->connections[i], piece);
}

void fake_kiosk_push_raw(struct fake_kiosk *kiosk, const char *bytes)
{
	for (size_t i = 0; i < FAKE_KIOSK_CONNECTIONS; i++)
		if (kiosk->connections[i].fd >= 0 &&
		    kiosk->connections[i].streams)
			put(&kiosk->connections[i], bytes, strlen(bytes));
}

bool fake_kiosk_run(sd_event *event, const bool *flag, int ms)
{
	int64_t until = clock_mono_ms() + ms;
	while (!(flag && *flag)) {
		int64_t left = until - clock_mono_ms();
		if (left <= 0)
			return false;
		assert_true(sd_event_run(event, (uint64_t)left * 1000) >= 0);
	}
	return true;
}
