/* SPDX-License-Identifier: MIT */
/*
 * Server-sent events out of bytes, as the WHATWG HTML standard, section 9.2.6,
 * reads them. The bytes may come in any pieces; a piece may end anywhere, also
 * between the CR and the LF of one line end.
 */
#ifndef KIOSK_SSE_H
#define KIOSK_SSE_H

#include <stddef.h>

struct sse;

struct sse_event {
	const char *type; /* "message" where the stream names none */
	const char *id;   /* the last id of the stream, "" for none */
	const char *data; /* NUL-terminated as well */
	size_t length;
};

/* What event points to is valid during the call. Must not call sse_free(). */
typedef void sse_event_fn(void *arg, const struct sse_event *event);

/*
 * max_bytes bounds the data of one event and the length of one line. NULL when
 * out of memory.
 */
struct sse *sse_new(size_t max_bytes, sse_event_fn *fn, void *arg);
void sse_free(struct sse *sse);

/*
 * 0; -EMSGSIZE when an event or a line outgrew max_bytes, -ENOMEM. After a
 * failure the stream is of no more use: sse_reset() and connect anew.
 */
int sse_feed(struct sse *sse, const char *bytes, size_t n_bytes)
    __attribute__((warn_unused_result));

/* Ready for a new stream. What was half received is dropped. */
void sse_reset(struct sse *sse);

#endif
