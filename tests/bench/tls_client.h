/* SPDX-License-Identifier: MIT */
/* client.h's sibling for the TLS door: one kept connection, HTTP/1.1. */
#ifndef KIOSK_BENCH_TLS_CLIENT_H
#define KIOSK_BENCH_TLS_CLIENT_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>

struct tls_client {
	int fd;
	gnutls_session_t session;
	size_t n;
	char in[65536];
};

/* To 127.0.0.1. What the kiosk shows is not checked: it is the kiosk's time
 * that is measured. */
void tls_client_open(struct tls_client *client, int port,
		     gnutls_certificate_credentials_t credentials);
void tls_client_close(struct tls_client *client);

/* The head's further lines end in "\r\n"; body may be "". */
void tls_client_send(struct tls_client *client, const char *method,
		     const char *path, const char *lines, const char *body);

/* Reads what has arrived, and waits for nothing: the status once the answer is
 * whole, else 0. It stands in client->in until the next call. */
int tls_client_take(struct tls_client *client);

/* Sends and waits: the status. */
int tls_client_ask(struct tls_client *client, const char *method,
		   const char *path, const char *lines, const char *body);

/* GET /v1/stream in HTTP/1.0, whose answer is not chunked. */
void tls_client_follow(struct tls_client *client, const char *lines);

/* Of a stream: reads what has arrived; true once it had whole events, *seq: the
 * id of the last one. */
bool tls_client_take_event(struct tls_client *client, long long *seq);

#endif
