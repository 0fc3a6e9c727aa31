/* SPDX-License-Identifier: MIT */
/*
 * The kiosk's HTTP client: keeps the state stream open, notices silence, asks
 * for tickets. All of it inside the caller's event loop, nothing blocks.
 *
 * The stream is the news. When it has been silent for probe_ms the client asks
 * for the state itself: a kiosk that hangs is noticed within MODEL_STALE_MS,
 * and a stream that died on the way can hide a change no longer than that. A
 * lost stream is opened again after 250 ms, then 500 ms, … up to 5 s.
 */
#ifndef KIOSK_CLIENT_H
#define KIOSK_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/ticket.h"
#include "display/model.h"

struct client;

struct client_listener {
	/* A state came, as JSON. */
	void (*state)(void *arg, const char *json, size_t length,
		      enum model_source source);
	/* A sign of life that says nothing new. */
	void (*heard)(void *arg);
};

struct client_options {
	const char *socket; /* path; used where url is NULL */
	const char *url;    /* "http://127.0.0.1:8080", without a path */
	/* With url: this device's token, and a PEM file of what is trusted
	 * rather than what the system trusts. NULL or "": none. */
	const char *token, *certificate;
	int probe_ms; /* silence before a probe; 0: 3000 */
	int issue_ms; /* how long to try for a ticket; 0: 8000 */
	bool quiet;   /* the caller tells people of client_trouble() */
};

/* -ENOMEM, or the errno of sd-event. The options are copied. */
int client_new(sd_event *event, const struct client_options *options,
	       const struct client_listener *listener, void *arg,
	       struct client **out) __attribute__((warn_unused_result));

/* Tickets still asked for are abandoned: their fn is not called. */
void client_free(struct client *client);

/* Why there is no stream, for people: "… : Connection refused"; "" if there
 * is one or it is being opened for the first time. */
const char *client_trouble(const struct client *client);

enum client_result {
	CLIENT_ISSUED,
	CLIENT_REFUSED,  /* the kiosk says no and no number was issued */
	CLIENT_NO_ANSWER /* it said nothing: a number may have been issued */
};

struct client_answer {
	enum client_result result;
	char ticket[TICKET_CODE_SIZE];
	int ahead;                  /* -1: not said */
	struct model_wait wait;     /* as the ticket was issued */
	bool last_call;             /* it may not be served before closing */
	struct model_words message; /* of a refusal; "": none was given */
};

typedef void client_answer_fn(void *arg, const struct client_answer *answer);

/*
 * Asks for a ticket of that class, with a key of its own, so that asking
 * again after a lost answer issues no second one. fn is called once, from the
 * event loop, within issue_ms. -EBUSY when 4 are under way; -ENOMEM.
 */
int client_issue(struct client *client, const char *service,
		 enum ticket_class class, client_answer_fn *fn, void *arg)
    __attribute__((warn_unused_result));

struct client_rating {
	int counter; /* its id */
	const char *ticket;
	int stars;        /* 1..5 */
	unsigned reasons; /* bits of enum rating_reason; with 1..3 stars */
};

/* Gives a rating, in the same way; CLIENT_ISSUED: it is in the journal. */
int client_rate(struct client *client, const struct client_rating *rating,
		client_answer_fn *fn, void *arg)
    __attribute__((warn_unused_result));

/* Calls back no more with that arg. The kiosk may still do what was asked. */
void client_abandon(struct client *client, void *arg);

/*
 * Reads the body of an answer to POST /v1/tickets; pure. Any bytes will do:
 * what is no ticket is a refusal without a message.
 */
void client_read_answer(long status, const char *body, size_t length,
			struct client_answer *out);

#endif
