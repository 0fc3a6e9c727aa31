/* SPDX-License-Identifier: MIT */
/* Refusals as the API gives them: a code, a status, and words for people. */
#ifndef KIOSK_MESSAGES_H
#define KIOSK_MESSAGES_H

#include <jansson.h>
#include <stdint.h>

#include "base/config.h"
#include "console/http.h"
#include "queue/queue.h"

/* What the console refuses by itself, before or after the queue. */
enum refusal {
	REFUSE_NOT_FOUND,
	REFUSE_METHOD, /* the right methods */
	REFUSE_HOST,   /* the Host header */
	REFUSE_ORIGIN, /* the Origin header */
	REFUSE_SIGN_IN,
	REFUSE_TOKEN,
	REFUSE_DENIED,
	REFUSE_NOT_YOURS,
	REFUSE_BAD_LOGIN,
	REFUSE_NO_USERS,
	REFUSE_LOCKED, /* seconds; see refuse_for_now() */
	REFUSE_BUSY,
	REFUSE_TOO_LARGE,
	REFUSE_CONTENT_TYPE,
	REFUSE_EMPTY,    /* the keys that are needed */
	REFUSE_BAD_JSON, /* line, column, what */
	REFUSE_BAD_KEY,
	REFUSE_KEY_REUSED,
	REFUSE_UNKNOWN_FIELD, /* the field, the fields that are known */
	REFUSE_MISSING_FIELD, /* the field */
	REFUSE_WRONG_TYPE,    /* the field, what it must be in vi, in en */
	REFUSE_BAD_CLASS,     /* the value */
	REFUSE_BAD_STARS,
	REFUSE_BAD_REASON,
	REFUSE_NO_REASONS,
	REFUSE_BAD_OUTCOME, /* the value, the outcomes that are known */
	REFUSE_BAD_STATE,   /* the value */
	REFUSE_BAD_DAY,     /* the value */
	REFUSE_SERVICE,     /* the id, the ids that are known */
	REFUSE_COUNTER,     /* the id, the ids that are known */
	REFUSE_TICKET,      /* the code */
	REFUSE_TARGET,      /* of a transfer: none, or two */
	REFUSE_BAD_WINDOW,  /* the value */
	REFUSE_NO_WINDOW,   /* the class, which has none */
	REFUSE_TOO_OFTEN,   /* seconds; see refuse_for_now() */
	REFUSE_NO_SLIP,
	REFUSE_NO_PICTURE,
	REFUSE_TOO_MANY_STREAMS,
	REFUSE_PRINTER, /* there is none */
	REFUSE_JOURNAL,
	REFUSE_UNREADABLE, /* the journal */
	REFUSE_MEMORY,
};

/* Answers with a refusal. args fill the message's gaps; NULL where the
 * refusal has none. What is no UTF-8 in them is not shown. */
void refuse(struct http_request *request, enum refusal why,
	    const char *const args[]);

/* As refuse(), of what may be tried again in wait_s; the only argument. */
void refuse_for_now(struct http_request *request, enum refusal why,
		    int64_t wait_s);

/* Likewise for what the queue refused. extras (may be NULL) are further keys
 * of the answer; its reference is taken over. */
void refuse_by_queue(struct http_request *request, enum queue_refusal why,
		     json_t *extras);

/* The ticket is not in a state for that; says in which it is, and where. */
void refuse_wrong_state(struct http_request *request,
			const struct config *config,
			const struct queue_ticket *ticket);

/* The service is closed, until opens_ms (0: nobody knows). */
void refuse_closed(struct http_request *request, int64_t opens_ms,
		   int64_t now_ms);

/* Answers with a JSON value, whose reference is taken over; NULL: refused as
 * out of memory. */
void reply_json(struct http_request *request, unsigned status, json_t *value);

/* Likewise, with a header more. */
void reply_json_with(struct http_request *request, unsigned status,
		     json_t *value, const struct http_header *header);

/* 204. header: one more, or NULL. */
void reply_nothing(struct http_request *request,
		   const struct http_header *header);

#endif
