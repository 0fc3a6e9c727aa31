/* SPDX-License-Identifier: MIT */
/*
 * The least HTTP client that does: a kept connection to the Unix socket, one
 * request at a time, answers with a Content-Length. Next to nothing of a
 * figure is to be the client's own.
 */
#ifndef KIOSK_BENCH_CLIENT_H
#define KIOSK_BENCH_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client {
	int fd;
	size_t n;
	char in[65536];
};

void client_open(struct client *client, const char *socket_path);
void client_close(struct client *client);

/* POST /v1/tickets. key: an Idempotency-Key, or NULL. */
void client_send_issue(struct client *client, const char *key);

/* Reads what has arrived; true once the answer is whole. Dies where it is not
 * 201. *seq (may be NULL): the answer's. Blocks where nothing has arrived. */
bool client_take_issue(struct client *client, int64_t *seq);

/* Both; the time from the first byte to the last, in microseconds. */
double client_issue(struct client *client, const char *key);

/* A POST without a body at that path, which is to be answered with 200. */
double client_call(struct client *client, const char *path);

/* GET /healthz, which asks nothing of the journal: what HTTP alone takes. */
double client_health(struct client *client);

/* GET /v1/stream in HTTP/1.0, whose answer is not chunked. */
void client_send_stream(struct client *client);

/* Reads what has arrived; true once it had whole events, *seq: the id of the
 * last one. */
bool client_take_event(struct client *client, int64_t *seq);

/* A fresh key, as the staff's page makes them. */
#define CLIENT_KEY_SIZE 37
void client_make_key(char key[CLIENT_KEY_SIZE]);

#endif
