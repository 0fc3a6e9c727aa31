/* SPDX-License-Identifier: MIT */
/* One request to kioskd over its Unix socket, by libcurl. */
#ifndef KIOSK_CTL_HTTP_H
#define KIOSK_CTL_HTTP_H

#include <stddef.h>

#include "ctl/ctl_args.h"

#define CTL_TIMEOUT_MS 10000

struct ctl_request {
	const char *socket;
	const char *path; /* "/v1/state" */
	const char *body; /* JSON of a POST; NULL: a GET */
};

struct ctl_answer {
	long status; /* HTTP's */
	char *body;  /* with a NUL behind it; "" for none */
	size_t length;
};

/*
 * A POST carries a random Idempotency-Key, and when the connection breaks
 * before the answer is whole it is sent once more with the same key, so that it
 * acts once. 0, or -1 with *error filled in.
 */
int ctl_http(const struct ctl_request *request, struct ctl_answer *answer,
	     struct ctl_error *error) __attribute__((warn_unused_result));
void ctl_answer_free(struct ctl_answer *answer);

#endif
