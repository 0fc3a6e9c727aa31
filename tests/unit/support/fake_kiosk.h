/* SPDX-License-Identifier: MIT */
/*
 * A kiosk for tests of its HTTP clients: listens on a Unix socket inside the
 * test's own event loop, serves a state that the test gives it, and misbehaves
 * on demand. One request at a time on each connection, bodies by
 * Content-Length.
 */
#ifndef KIOSK_TESTS_FAKE_KIOSK_H
#define KIOSK_TESTS_FAKE_KIOSK_H

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

#define FAKE_KIOSK_CONNECTIONS 16
#define FAKE_KIOSK_BUFFER 8192

struct fake_kiosk;

struct fake_connection {
	struct fake_kiosk *kiosk;
	int fd; /* -1: free */
	sd_event_source *source;
	bool streams;
	char in[FAKE_KIOSK_BUFFER];
	size_t n_in;
};

struct fake_kiosk {
	sd_event *event;
	int fd; /* -1: not listening */
	sd_event_source *source;
	char path[100];
	struct fake_connection connections[FAKE_KIOSK_CONNECTIONS];
	/* What it serves; the test's own strings. */
	const char *state;
	long post_status;
	const char *post_body;
	/* How it misbehaves. */
	bool frozen;       /* accepts and reads, answers nothing */
	int posts_to_drop; /* closes so many POSTs without an answer */
	/* What it saw. */
	int streams, probes, posts;
	char last_key[80], first_key[80], last_post[200], last_path[80];
};

/* Asserts that it worked. path is made by fake_kiosk_path(). */
void fake_kiosk_start(struct fake_kiosk *kiosk, sd_event *event);
/* Closes everything: the clients see it at once. May be started again. */
void fake_kiosk_stop(struct fake_kiosk *kiosk);
/* Sends the state to every stream, in pieces of so many bytes (0: whole). */
void fake_kiosk_push(struct fake_kiosk *kiosk, size_t piece);
/* Sends raw bytes to every stream. */
void fake_kiosk_push_raw(struct fake_kiosk *kiosk, const char *bytes);

/* A directory of its own under TMPDIR, and a socket's path in it. */
void fake_kiosk_path(struct fake_kiosk *kiosk);
void fake_kiosk_remove(struct fake_kiosk *kiosk);

/* Runs the loop until *flag is true or ms have passed; whether it is. */
bool fake_kiosk_run(sd_event *event, const bool *flag, int ms);

#endif
