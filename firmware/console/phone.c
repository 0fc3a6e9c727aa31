/* SPDX-License-Identifier: MIT */
#include "console/phone.h"

#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "console/command.h"
#include "console/guard.h"
#include "console/messages.h"
#include "console/state.h"

/* Telephones ask every few seconds by themselves. */
#define WAIT_S 5

bool phone_admit(struct phone *phone, struct http_request *request)
{
	const struct sockaddr *peer = http_peer(request);
	uint8_t address[16];

	if (!phone->key) {
		refuse(request, REFUSE_NOT_FOUND, NULL);
		return false;
	}
	guard_address(peer, address);
	if (rate_take(&phone->rate, address, clock_mono_ms()))
		return true;
	refuse_for_now(request, REFUSE_TOO_OFTEN, WAIT_S);
	return false;
}

static json_t *wait_of(const struct kiosk *kiosk,
		       const struct queue_ticket *ticket, int64_t now_ms)
{
	uint32_t low_s, high_s;

	if (ticket->state != QUEUE_WAITING ||
	    !kiosk_wait_of(kiosk, ticket, now_ms, &low_s, &high_s))
		return json_null();
	return json_pack("{s:I, s:I}", "low", (json_int_t)low_s, "high",
			 (json_int_t)high_s);
}

static json_t *counter_of(const struct config *config,
			  const struct queue_ticket *ticket)
{
	const struct config_counter *counter;

	if (ticket->state != QUEUE_AT_COUNTER || ticket->counter == QUEUE_NONE)
		return json_null();
	counter = &config->counters[ticket->counter];
	return json_pack("{s:i, s:o}", "id", counter->id, "name",
			 json_from_text(&counter->name));
}

static json_t *describe(const struct kiosk *kiosk,
			const struct queue_ticket *ticket, const char *code,
			int64_t now_ms)
{
	const struct config *config = kiosk_config(kiosk);
	bool waits = ticket->state == QUEUE_WAITING;
	size_t ahead = waits ? queue_ahead(kiosk_queue(kiosk), ticket) : 0;

	return json_pack(
	    "{s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:o, s:I, s:I, s:I}", "ticket",
	    code, "office", json_from_text(&config->office.name), "service",
	    json_from_text(&config->services[ticket->queue].name), "class",
	    ticket_class_name(ticket->class), "state",
	    queue_ticket_state_name(ticket->state), "ahead",
	    waits ? json_integer((json_int_t)ahead) : json_null(), "wait_s",
	    wait_of(kiosk, ticket, now_ms), "counter",
	    counter_of(config, ticket), "calls", (json_int_t)ticket->calls,
	    "issued_at_ms", (json_int_t)ticket->issued_at_ms, "at_ms",
	    (json_int_t)now_ms);
}

void phone_ticket(const struct phone *phone, const struct kiosk *kiosk,
		  struct http_request *request, const char *token)
{
	const struct queue_ticket *ticket = NULL;
	char code[TICKET_CODE_SIZE];
	uint32_t number;
	int service;

	if (ticket_token_code(token, code) &&
	    command_find_code(kiosk_config(kiosk), code, &service, &number) ==
		0)
		ticket = queue_find(kiosk_queue(kiosk), service, number);
	/* A wrong token, and one of another day, are the same to a stranger. */
	if (!ticket || !ticket_token_fits(phone->key, token, code, ticket->seq))
		refuse(request, REFUSE_NO_SLIP, NULL);
	else
		reply_json(request, 200,
			   describe(kiosk, ticket, code, clock_wall_ms()));
}
