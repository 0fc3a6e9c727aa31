/* SPDX-License-Identifier: MIT */
/* What a number would be worth now: the calendar and the queue together. */
#include "kiosk_internal.h"

static void ask_calendar(const struct kiosk *kiosk, int service, int64_t now_ms,
			 struct hours_now *now)
{
	hours_at(&kiosk->config->services[service].hours,
		 &kiosk->config->office.closed, now_ms, now);
}

void kiosk_heed_calendar(const struct kiosk *kiosk, int64_t now_ms,
			 struct queue_command *command)
{
	struct hours_now now;

	if (command->verb != QUEUE_ISSUE || command->service < 0 ||
	    (size_t)command->service >= kiosk->config->n_services)
		return;
	ask_calendar(kiosk, command->service, now_ms, &now);
	command->closed = !now.open;
	command->left_ms = now.left_ms == INT64_MAX ? 0 : now.left_ms;
}

/* Reception time from now on, as the wall clock will have it; s where that is
 * not today any more. */
static uint32_t over_breaks(const struct kiosk *kiosk, int service,
			    int64_t now_ms, int64_t left_ms, uint32_t s)
{
	int64_t at_ms;

	if (s * 1000LL > left_ms)
		return s;
	at_ms = hours_after(&kiosk->config->services[service].hours,
			    &kiosk->config->office.closed, now_ms, s * 1000LL);
	if (at_ms < now_ms || at_ms - now_ms > INT32_MAX)
		return s;
	return (uint32_t)((at_ms - now_ms) / 1000);
}

void kiosk_stretch_wait(const struct kiosk *kiosk, int service, int64_t now_ms,
			uint32_t *low_s, uint32_t *high_s)
{
	struct hours_now now;

	if (*high_s == 0)
		return;
	ask_calendar(kiosk, service, now_ms, &now);
	if (now.left_ms == INT64_MAX || !now.open)
		return;
	*low_s =
	    over_breaks(kiosk, service, now_ms, now.left_ms, *low_s) / 60 * 60;
	*high_s =
	    (over_breaks(kiosk, service, now_ms, now.left_ms, *high_s) + 59) /
	    60 * 60;
}

void kiosk_offer(const struct kiosk *kiosk, int service,
		 enum ticket_class class, int64_t now_ms,
		 struct kiosk_offer *offer)
{
	struct queue_command command = {
	    .verb = QUEUE_ISSUE,
	    .service = service,
	    .class = class,
	    .counter = QUEUE_NONE,
	};
	struct queue_event events[QUEUE_MAX_EVENTS];

	*offer = (struct kiosk_offer){0};
	kiosk_heed_calendar(kiosk, now_ms, &command);
	ask_calendar(kiosk, service, now_ms, &offer->hours);
	offer->open = queue_decide(kiosk->committed, &command, now_ms, events,
				   &offer->why) > 0;
	if (!offer->open)
		return;
	offer->last_call = events[0].last_call;
	offer->wait_low_s = events[0].wait_low_s;
	offer->wait_high_s = events[0].wait_high_s;
	kiosk_stretch_wait(kiosk, service, now_ms, &offer->wait_low_s,
			   &offer->wait_high_s);
}

bool kiosk_wait_of(const struct kiosk *kiosk, const struct queue_ticket *ticket,
		   int64_t now_ms, uint32_t *low_s, uint32_t *high_s)
{
	struct queue_wait wait;
	bool known = queue_wait_of(kiosk->committed, ticket, now_ms, &wait);

	*low_s = wait.low_s;
	*high_s = wait.high_s;
	kiosk_stretch_wait(kiosk, ticket->queue, now_ms, low_s, high_s);
	return known;
}

/* What the board shows of it, and time alone can change. */
bool kiosk_offers_changed(struct kiosk *kiosk, int64_t now_ms)
{
	bool changed = false;

	for (size_t i = 0; i < kiosk->config->n_services; i++) {
		struct shown_offer *shown = &kiosk->shown[i];
		struct kiosk_offer offer;

		kiosk_offer(kiosk, (int)i, TICKET_NORMAL, now_ms, &offer);
		changed |= shown->open != offer.open ||
			   shown->last_call != offer.last_call ||
			   shown->wait_low_s != offer.wait_low_s ||
			   shown->wait_high_s != offer.wait_high_s;
		*shown = (struct shown_offer){
		    .open = offer.open,
		    .last_call = offer.last_call,
		    .wait_low_s = offer.wait_low_s,
		    .wait_high_s = offer.wait_high_s,
		};
	}
	return changed;
}
