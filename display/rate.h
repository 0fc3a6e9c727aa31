/* SPDX-License-Identifier: MIT */
/*
 * How a counter's screen asks for a rating. Whoever was finished last there is
 * asked for RATE_ASK_MS since that moment: for stars, and with three and fewer
 * for reasons, any number of them. What was chosen is given once: with four
 * stars and more at once, else when it is sent, or when nobody sends it. Pure:
 * time comes in as a parameter, sending is the caller's.
 */
#ifndef KIOSK_RATE_H
#define KIOSK_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rating.h"
#include "base/ticket.h"

#define RATE_ASK_MS 30000   /* for stars, since the service ended */
#define RATE_WHY_MS 20000   /* for reasons, since the last touch */
#define RATE_GIVE_MS 12000  /* an answer comes sooner, or not at all */
#define RATE_THANKS_MS 5000 /* how long the thanks stay */

enum rate_step {
	RATE_IDLE,   /* nobody is asked */
	RATE_STARS,  /* how many? */
	RATE_WHY,    /* why no more? */
	RATE_GIVING, /* the kiosk was told and has not answered */
	RATE_THANKS,
	RATE_FAILED /* it could not be recorded */
};

struct rate {
	enum rate_step step;
	char ticket[TICKET_CODE_SIZE]; /* who is asked, or was last */
	int64_t finished_at_ms;        /* by the kiosk's clock */
	int64_t until_ms;              /* mono; of the step */
	int stars;
	unsigned reasons; /* bits of enum rating_reason */
};

/*
 * Looks at what the state of at_ms says of the counter: who may rate it
 * ("": nobody), finished when. A rating under way is dropped where another one
 * has meanwhile been finished, or where it was given by a button.
 */
void rate_look(struct rate *rate, const char *ticket, int64_t finished_at_ms,
	       int64_t at_ms, int64_t now_ms);

/* Each: true where the rating is to be given now; then the step is
 * RATE_GIVING. Out of place, they do nothing. */
bool rate_choose(struct rate *rate, int stars, int64_t now_ms);
bool rate_send(struct rate *rate, int64_t now_ms);
bool rate_time(struct rate *rate, int64_t now_ms); /* time passed */

/* Names a reason, or takes it back. */
void rate_toggle(struct rate *rate, enum rating_reason reason, int64_t now_ms);

/* The kiosk answered, or never will. */
void rate_answered(struct rate *rate, bool recorded, int64_t now_ms);

/* When (mono ms) rate_time() will change something; INT64_MAX: never. */
int64_t rate_next_ms(const struct rate *rate);

#endif
