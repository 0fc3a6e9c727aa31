/* SPDX-License-Identifier: MIT */
/* The API's answers as lines for a technician. Pure but for the FILE. */
#ifndef KIOSK_CTL_FORMAT_H
#define KIOSK_CTL_FORMAT_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* "A025  land  normal  counter 1" of a ticket, "counter 1  open" of a counter.
 */
void ctl_format_answer(const json_t *answer, FILE *to);

/* The object of GET /v1/state. */
void ctl_format_state(const json_t *state, FILE *to);

/* The object of GET /v1/tickets; now_ms: wall time, for how long they wait. */
void ctl_format_tickets(const json_t *answer, int64_t now_ms, FILE *to);

/*
 * "refused (conflict): Quầy … / The counter … (A026 is there)": one line
 * without an end of line. answer NULL: it was not JSON.
 */
void ctl_format_refusal(long status, const json_t *answer, FILE *to);

/* A line of JSON on stdout. Takes object; NULL: no memory was left for it, and
 * stderr is told so. The exit status: status, or EXIT_FAILURE. */
int ctl_format_json(json_t *object, int status);

#endif
