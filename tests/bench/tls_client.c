/* SPDX-License-Identifier: MIT */
#include "tls_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

#define PATIENCE_MS 20000

static int connect_to(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)port),
				      .sin_addr.s_addr =
					  htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1;

	if (fd < 0 ||
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) !=
		0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) != 0)
		die("127.0.0.1:%d: %s", port, strerror(errno));
	return fd;
}

void tls_client_open(struct tls_client *client, int port,
		     gnutls_certificate_credentials_t credentials)
{
	int rc;

	client->n = 0;
	client->fd = connect_to(port);
	rc = gnutls_init(&client->session, GNUTLS_CLIENT);
	if (rc >= 0)
		rc = gnutls_set_default_priority(client->session);
	if (rc >= 0)
		rc =
		    gnutls_credentials_set(client->session,
					   GNUTLS_CRD_CERTIFICATE, credentials);
	if (rc < 0)
		die("TLS: %s", gnutls_strerror(rc));
	gnutls_transport_set_int(client->session, client->fd);
	do {
		rc = gnutls_handshake(client->session);
	} while (rc < 0 && !gnutls_error_is_fatal(rc));
	if (rc < 0)
		die("the kiosk's TLS door: %s", gnutls_strerror(rc));
	if (fcntl(client->fd, F_SETFL, O_NONBLOCK) < 0)
		die("fcntl: %s", strerror(errno));
}

void tls_client_close(struct tls_client *client)
{
	gnutls_deinit(client->session);
	close(client->fd);
}

static void await(struct tls_client *client, short events)
{
	struct pollfd at = {.fd = client->fd, .events = events};

	if (gnutls_record_check_pending(client->session) > 0)
		return;
	if (poll(&at, 1, PATIENCE_MS) <= 0)
		die("the kiosk's TLS door: nothing in %d ms", PATIENCE_MS);
}

static void send_all(struct tls_client *client, const char *bytes, size_t n)
{
	size_t at = 0;

	while (at < n) {
		ssize_t sent =
		    gnutls_record_send(client->session, bytes + at, n - at);

		if (sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED)
			await(client, POLLOUT);
		else if (sent < 0)
			die("TLS: %s", gnutls_strerror((int)sent));
		else
			at += (size_t)sent;
	}
}

void tls_client_send(struct tls_client *client, const char *method,
		     const char *path, const char *lines, const char *body)
{
	char request[1024];
	int n = snprintf(request, sizeof(request),
			 "%s %s HTTP/1.1\r\nHost: localhost\r\n"
			 "Content-Type: application/json\r\n"
			 "Content-Length: %zu\r\n%s\r\n%s",
			 method, path, strlen(body), lines, body);

	if (n >= (int)sizeof(request))
		die("a request that is too long");
	send_all(client, request, (size_t)n);
}

void tls_client_follow(struct tls_client *client, const char *lines)
{
	char request[512];
	int n = snprintf(request, sizeof(request),
			 "GET /v1/stream HTTP/1.0\r\nHost: localhost\r\n%s\r\n",
			 lines);

	if (n >= (int)sizeof(request))
		die("a request that is too long");
	send_all(client, request, (size_t)n);
}

/* All that has arrived; true: there is no room for more of it. */
static bool take_bytes(struct tls_client *client)
{
	for (;;) {
		size_t room = sizeof(client->in) - 1 - client->n;
		ssize_t n;

		if (room == 0)
			return true;
		n = gnutls_record_recv(client->session, client->in + client->n,
				       room);

		if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
			return false;
		/* TLS 1.3's tickets and the like. */
		if (n < 0 && !gnutls_error_is_fatal((int)n))
			continue;
		if (n <= 0)
			die("kioskd hung up: %s",
			    n < 0 ? gnutls_strerror((int)n) : "end");
		client->n += (size_t)n;
		client->in[client->n] = '\0';
	}
}

int tls_client_take(struct tls_client *client)
{
	const char *end, *length;
	size_t whole;
	int status;

	if (take_bytes(client))
		die("an answer that is too long");
	client->in[client->n] = '\0';
	end = strstr(client->in, "\r\n\r\n");
	if (!end || strncmp(client->in, "HTTP/1.1 ", 9) != 0)
		return 0;
	status = (int)strtol(client->in + 9, NULL, 10);
	length = strcasestr(client->in, "\r\ncontent-length:");
	whole = (size_t)(end + 4 - client->in);
	if (length && length < end)
		whole +=
		    strtoul(length + strlen("\r\ncontent-length:"), NULL, 10);
	if (client->n < whole)
		return 0;
	client->n = 0;
	return status;
}

int tls_client_ask(struct tls_client *client, const char *method,
		   const char *path, const char *lines, const char *body)
{
	int status;

	tls_client_send(client, method, path, lines, body);
	while ((status = tls_client_take(client)) == 0)
		await(client, POLLIN);
	return status;
}

/* Drops whole events from the front. */
static bool drop_events(struct tls_client *client, long long *seq)
{
	bool some = false;
	char *end;

	client->in[client->n] = '\0';
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

bool tls_client_take_event(struct tls_client *client, long long *seq)
{
	bool some = false, more = true;

	while (more) {
		more = take_bytes(client);
		some |= drop_events(client, seq);
	}
	return some;
}
