/* SPDX-License-Identifier: MIT */
/* The kiosk's state as the API's JSON objects (DESIGN.md "HTTP API"). */
#ifndef KIOSK_STATE_H
#define KIOSK_STATE_H

#include <jansson.h>

#include "kiosk.h"
#include "slips.h"

/* The object of GET /v1/state. at_ms: wall time now. NULL: out of memory. */
json_t *state_board(const struct kiosk *kiosk, int64_t at_ms);

/*
 * {"tickets":[…]}: today's in those states (1u << enum queue_ticket_state, or
 * STATE_ALL_TICKETS), in order of issue.
 * slips may be NULL: then nothing is said of what became of the slips. at_ms:
 * wall time now, for the wait of those who wait.
 */
json_t *state_tickets(const struct kiosk *kiosk, const struct slips *slips,
		      unsigned states, int64_t at_ms);

#define STATE_ALL_TICKETS (~0u)

/* A ticket as the answer to a command gives it, KIOSK_DONE only. */
json_t *state_answer(const struct kiosk *kiosk,
		     const struct kiosk_answer *answer);

/* The code of a ticket, or null for number 0. */
json_t *state_code(const struct kiosk *kiosk, int service, uint32_t number);

/* The object of GET /healthz. */
json_t *state_health(const struct kiosk *kiosk, int64_t at_ms);

#endif
