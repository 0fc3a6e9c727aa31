/* SPDX-License-Identifier: MIT */
/*
 * A citizen's own ticket on their telephone, by the token of the slip's QR code
 * (base/ticket_token.h): GET /t/TOKEN is the page, GET /t/TOKEN/ticket what it
 * shows. Off unless console.phone is true. It says nothing of anybody else,
 * changes nothing, and who asks too much is told to wait.
 */
#ifndef KIOSK_PHONE_H
#define KIOSK_PHONE_H

#include <stdbool.h>

#include "base/ticket_token.h"
#include "console/http.h"
#include "console/rate.h"
#include "kiosk.h"

struct phone {
	const struct ticket_key *key; /* NULL: off */
	struct rate rate;
};

/* Whether it may go on; else it has been refused. */
bool phone_admit(struct phone *phone, struct http_request *request);

/* Answers with the token's ticket, or 404. */
void phone_ticket(const struct phone *phone, const struct kiosk *kiosk,
		  struct http_request *request, const char *token);

#endif
