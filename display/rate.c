/* SPDX-License-Identifier: MIT */
#include "display/rate.h"

#include <string.h>

static void enter(struct rate *rate, enum rate_step step, int64_t until_ms)
{
	rate->step = step;
	rate->until_ms = until_ms;
}

/* The whole time where the kiosk does not tell the time, or tells one that
 * cannot be: its clock may have been set between the two. */
static int64_t left_ms(int64_t finished_at_ms, int64_t at_ms)
{
	int64_t gone = at_ms - finished_at_ms;
	if (at_ms == 0 || finished_at_ms == 0 || gone < 0)
		return RATE_ASK_MS;
	return gone < RATE_ASK_MS ? RATE_ASK_MS - gone : 0;
}

void rate_look(struct rate *rate, const char *ticket, int64_t finished_at_ms,
	       int64_t at_ms, int64_t now_ms)
{
	bool same = strcmp(rate->ticket, ticket) == 0 &&
		    rate->finished_at_ms == finished_at_ms;
	bool asking = rate->step == RATE_STARS || rate->step == RATE_WHY;
	if (*ticket == '\0') {
		/* Ours was recorded, or a button of the panel was first. */
		if (asking)
			enter(rate, RATE_THANKS, now_ms + RATE_THANKS_MS);
		return;
	}
	if (same)
		return;
	memset(rate, 0, sizeof(*rate));
	memcpy(rate->ticket, ticket, strnlen(ticket, sizeof(rate->ticket) - 1));
	rate->finished_at_ms = finished_at_ms;
	int64_t left = left_ms(finished_at_ms, at_ms);
	if (left > 0)
		enter(rate, RATE_STARS, now_ms + left);
}

bool rate_choose(struct rate *rate, int stars, int64_t now_ms)
{
	if (rate->step != RATE_STARS || stars < 1 || stars > RATING_STARS)
		return false;
	rate->stars = stars;
	if (stars <= RATING_ASK_WHY) {
		enter(rate, RATE_WHY, now_ms + RATE_WHY_MS);
		return false;
	}
	enter(rate, RATE_GIVING, now_ms + RATE_GIVE_MS);
	return true;
}

void rate_toggle(struct rate *rate, enum rating_reason reason, int64_t now_ms)
{
	if (rate->step != RATE_WHY)
		return;
	rate->reasons ^= 1u << reason;
	rate->until_ms = now_ms + RATE_WHY_MS;
}

bool rate_send(struct rate *rate, int64_t now_ms)
{
	if (rate->step != RATE_WHY)
		return false;
	enter(rate, RATE_GIVING, now_ms + RATE_GIVE_MS);
	return true;
}

bool rate_time(struct rate *rate, int64_t now_ms)
{
	if (now_ms < rate->until_ms)
		return false;
	switch (rate->step) {
	case RATE_IDLE:
		break;
	case RATE_WHY:
		/* Who goes without a word has given stars all the same. */
		return rate_send(rate, now_ms);
	case RATE_GIVING:
		enter(rate, RATE_FAILED, now_ms + RATE_THANKS_MS);
		break;
	case RATE_STARS:
	case RATE_THANKS:
	case RATE_FAILED:
		enter(rate, RATE_IDLE, 0);
		break;
	}
	return false;
}

void rate_answered(struct rate *rate, bool recorded, int64_t now_ms)
{
	if (rate->step == RATE_GIVING)
		enter(rate, recorded ? RATE_THANKS : RATE_FAILED,
		      now_ms + RATE_THANKS_MS);
}

int64_t rate_next_ms(const struct rate *rate)
{
	return rate->step == RATE_IDLE ? INT64_MAX : rate->until_ms;
}
