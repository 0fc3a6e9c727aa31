/* SPDX-License-Identifier: MIT */
/*
 * Those who follow the state by server-sent events. Each gets the state at
 * once and after each change; one that reads slowly skips to the newest, so
 * that nothing piles up for it.
 */
#ifndef KIOSK_STREAM_H
#define KIOSK_STREAM_H

#include <stddef.h>
#include <systemd/sd-event.h>

#include "console/board.h"
#include "console/http.h"
#include "console/session.h"

#define STREAMS_MAX 1024

struct streams;

/* sessions, in which those who opened a stream may be signed in, must outlive
 * it. comment_every_ms: a comment goes to all this often, so that a dead
 * connection is noticed at both ends. */
int streams_new(sd_event *event, struct board *board,
		const struct sessions *sessions, unsigned comment_every_ms,
		struct streams **out) __attribute__((warn_unused_result));

/* After all its requests have ended. */
void streams_free(struct streams *streams);

/* Answers the request with a stream, or refuses it where there are too many.
 * session: the id of the one it ends with, or 0. */
void streams_open(struct streams *streams, struct http_request *request,
		  uint64_t session);

/* Sessions have ended: so do their streams. One that ends by its time takes its
 * stream along before the next thing that would be sent. */
void streams_review(struct streams *streams);

/* The board changed: sends it soon, once for all changes of a turn. */
void streams_push(struct streams *streams);

size_t streams_count(const struct streams *streams);

#endif
