/* SPDX-License-Identifier: MIT */
/* States as kioskd sends them, for tests of the displays. */
#ifndef KIOSK_TESTS_SAMPLE_STATE_H
#define KIOSK_TESTS_SAMPLE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 09:41 on Tuesday, 24 November 2026, in Vietnam. */
#define SAMPLE_WALL_MS INT64_C(1795488060000)

struct sample_state {
	int64_t seq;
	size_t n_services; /* 0..40; A, B, … then AA, AB, … */
	size_t n_counters; /* 0..40; counter 2 serves a priority ticket */
	size_t n_calls;    /* 0..8: B031 at 2, A025 at 1, C007 at 3, … */
	size_t n_notices;
	bool long_names;
	bool last_service_closed;
	bool waits;          /* expected waits, opening times and reasons too */
	const char *printer; /* NULL: "ok" */
	const char *counter_state; /* of all; NULL: "open" */
	bool nobody_there;         /* at any counter */
	const char *to_rate;       /* finished 3 s ago at counter 1; or NULL */
};

/* JSON; the caller's to free(). */
char *sample_state(const struct sample_state *sample);

/* A quiet morning: 5 services, 4 counters, 8 calls, 1 notice. */
extern const struct sample_state sample_morning;

#endif
