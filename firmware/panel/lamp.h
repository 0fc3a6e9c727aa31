/* SPDX-License-Identifier: MIT */
/* What each lamp should show, from what is known of the kiosk. Pure. */
#ifndef KIOSK_LAMP_H
#define KIOSK_LAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/config.h"

enum lamp_light {
	LAMP_OFF,
	LAMP_ON,
	LAMP_SLOW, /* blinks once a second */
	LAMP_FAST  /* four times a second */
};

/* What one lamp looks at. */
struct lamp_view {
	/* of its service */
	bool offered;  /* a number, and so a slip, can be had */
	bool printing; /* the last slip is not out yet */
	bool refused;  /* a press was refused, or its button is at fault */
	/* of its counter */
	bool awaited; /* someone waits whom it could call */
	/* of the kiosk */
	bool fault;
};

/*
 * "service X": fast when a press was refused, else slow while its slip is
 * printed, else on where a number can be had. "counter N": on while someone
 * waits whom the counter could call. "fault": on while fault is true.
 */
enum lamp_light lamp_wanted(enum config_lamp_kind shows,
			    const struct lamp_view *view);

/* Whether a lamp is lit at that time (monotonic). All that blink alike blink
 * together. */
bool lamp_lit(enum lamp_light light, int64_t now_ns);

/* When that changes next; INT64_MAX: never. */
int64_t lamp_next_ns(enum lamp_light light, int64_t now_ns);

#endif
