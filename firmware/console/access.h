/* SPDX-License-Identifier: MIT */
/*
 * Who a request comes from, and what that one may do: DESIGN.md "HTTP API".
 *
 * The Unix socket may do everything, as its file's mode says who gets there. By
 * TCP a user shows a session's cookie and a device its token. A kiosk whose
 * configuration names no users has nobody who could sign in: it leaves staff's
 * routes open to this machine, and to it alone; likewise issuing, where it
 * names no devices either.
 */
#ifndef KIOSK_ACCESS_H
#define KIOSK_ACCESS_H

#include "base/config.h"
#include "console/http.h"
#include "console/session.h"
#include "queue/queue.h"

#define SESSION_COOKIE "kiosk_session"

/* What a route asks for. */
enum access_right {
	ACCESS_ANYONE,  /* the page, and the way in */
	ACCESS_LOOK,    /* the board */
	ACCESS_ISSUE,   /* take a number */
	ACCESS_STAFF,   /* any user */
	ACCESS_COUNTER, /* who works at that counter */
	ACCESS_RATE,    /* as ACCESS_COUNTER, and a device that may issue */
	ACCESS_TICKET,  /* who works where the ticket is called */
	ACCESS_OFFICE,  /* supervisors and admins */
	ACCESS_ADMIN,   /* admins */
};

struct visitor {
	bool socket;                        /* by the Unix socket */
	bool here;                          /* by TCP from this machine */
	const struct config_user *user;     /* or NULL; likewise below */
	const struct config_device *device; /* … */
	int64_t ends_ms;  /* of the user's session, monotonic */
	uint64_t session; /* its id, or 0 */
};

enum access_answer {
	ACCESS_GRANTED,
	ACCESS_SIGN_IN, /* 401: a user is wanted, and nobody is signed in */
	ACCESS_TOKEN,   /* 401: a device is wanted, and showed no good token */
	ACCESS_DENIED,  /* 403: whoever it is may not */
};

struct access;

/* config must outlive it. NULL: out of memory. */
struct access *access_new(const struct config *config);
void access_free(struct access *access);

struct sessions *access_sessions(struct access *access);

/* The configuration has other users and devices now; see
 * config_take_people(). */
void access_take_people(struct access *access, const size_t *kept, size_t n);

/* While the request's handler runs. */
void access_visitor(const struct access *access,
		    const struct http_request *request, int64_t now_ms,
		    struct visitor *visitor);

/* ---- pure ---- */

/* For the journal: "web:lan", "device:panel-1", "socket", or "web" where nobody
 * need sign in. */
#define ACCESS_ACTOR_SIZE 48
void access_actor(const struct visitor *visitor, char actor[ACCESS_ACTOR_SIZE]);

/* Whether staff need not sign in on this machine. */
bool access_is_open(const struct config *config);

/* What can be said before it is known which counter or ticket it is about. */
enum access_answer access_decide(const struct config *config,
				 const struct visitor *visitor,
				 enum access_right wanted);

/* After that: of a counter (index), wanted being ACCESS_COUNTER or _RATE. */
enum access_answer access_at_counter(const struct visitor *visitor,
				     enum access_right wanted, int counter);

/*
 * … and of a ticket: it waits for, or was last at, a counter of the visitor's.
 * NULL where there is none of that service and number today.
 */
enum access_answer access_at_ticket(const struct config *config,
				    const struct visitor *visitor, int service,
				    const struct queue_ticket *ticket);

#endif
