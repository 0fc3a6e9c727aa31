/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/turn.h"
#include "kiosk_internal.h"

/* A wall clock that moved this far against the boot clock was set, not slewed:
 * systemd-timesyncd steps from 0.4 s, chrony and ntpd as they are told. */
#define STEP_MS 400
#define HOUSEKEEPING_US (10 * 1000 * 1000ULL)

/* Wall time, and how far it runs ahead of the boot clock. The two are read
 * close together, so that a process held up in between sees no step. */
int64_t kiosk_read_clock(int64_t *offset_ms)
{
	int64_t wall_ms = 0;

	for (int tries = 0; tries < 5; tries++) {
		int64_t before_ms = clock_mono_ms();
		wall_ms = clock_wall_ms();
		int64_t after_ms = clock_mono_ms();

		*offset_ms = wall_ms - before_ms;
		if (after_ms - before_ms < 20)
			break;
	}
	return wall_ms;
}

int kiosk_add_config(struct kiosk *kiosk, int64_t now_ms, bool booted)
{
	struct queue_event event = {
	    .kind = QUEUE_CONFIG_LOADED,
	    .at_ms = now_ms,
	    .service = QUEUE_NONE,
	    .class = QUEUE_NONE,
	    .counter = QUEUE_NONE,
	    .booted = booted,
	};
	struct record_extra extra = {
	    .actor = "kioskd",
	    .boot_id = kiosk->boot_id,
	    .clock_offset_ms = kiosk->clock_offset_ms,
	};

	return kiosk_add_event(kiosk, &event, &extra);
}

/*
 * The clock is right, and nobody saw it being set: it was so before kioskd
 * came, or a battery kept it. *stepped: the day may have been named wrongly.
 */
static int note_right_clock(struct kiosk *kiosk, int64_t now_ms, bool *stepped)
{
	struct record_extra extra = {.actor = "kioskd"};
	struct queue_event event = {
	    .kind = QUEUE_CLOCK_SYNCED,
	    .at_ms = now_ms,
	    .service = QUEUE_NONE,
	    .class = QUEUE_NONE,
	    .counter = QUEUE_NONE,
	};

	*stepped = queue_in_doubt(kiosk->working);
	kiosk_open_turn(kiosk);
	return kiosk_add_event(kiosk, &event, &extra);
}

/* *stepped: whether the clock was set since it was last looked at. */
static int follow_clock(struct kiosk *kiosk, int64_t now_ms, int64_t offset_ms,
			bool *stepped)
{
	int64_t step_ms = offset_ms - kiosk->clock_offset_ms;
	struct record_extra extra = {.actor = "kioskd"};
	struct queue_event event = {
	    .kind = QUEUE_CLOCK_STEPPED,
	    .at_ms = now_ms,
	    .service = QUEUE_NONE,
	    .class = QUEUE_NONE,
	    .counter = QUEUE_NONE,
	    .step_ms = step_ms,
	};

	*stepped = step_ms >= STEP_MS || step_ms <= -STEP_MS;
	if (*stepped) {
		int rc;

		kiosk_open_turn(kiosk);
		rc = kiosk_add_event(kiosk, &event, &extra);
		if (rc != 0)
			return rc;
		log_info("the clock was set %s by %" PRId64 " ms",
			 step_ms > 0 ? "forward" : "back",
			 step_ms > 0 ? step_ms : -step_ms);
	}
	kiosk->clock_offset_ms = offset_ms;
	if (kiosk->clock_right && !queue_clock_is_set(kiosk->working))
		return note_right_clock(kiosk, now_ms, stepped);
	return 0;
}

/*
 * Whether the day that the clock tells is the one to open. A clock that says
 * an earlier day than the journal is wrong (a Pi has no battery) unless it was
 * just set, or is known to be right: then it was the journal's that was wrong.
 */
static bool day_is_due(const struct kiosk *kiosk, const char *today,
		       bool *stepped)
{
	int order = strcmp(today, queue_day(kiosk->working));

	if (order < 0) {
		if (!*stepped && !kiosk->health.clock_synced)
			return false;
		*stepped = true;
	}
	return order != 0;
}

static int open_day(struct kiosk *kiosk, const char *today, bool stepped,
		    int64_t now_ms)
{
	struct queue_command command = {
	    .verb = QUEUE_OPEN_DAY,
	    .service = QUEUE_NONE,
	    .counter = QUEUE_NONE,
	    .stepped = stepped && *queue_day(kiosk->working),
	};
	struct record_extra extra = {.actor = "kioskd"};
	struct queue_event events[QUEUE_MAX_EVENTS];
	enum queue_refusal why;
	int n;

	memcpy(command.day, today, sizeof(command.day));
	kiosk_open_turn(kiosk);
	while ((n = queue_decide(kiosk->working, &command, now_ms, events,
				 &why)) > 0) {
		for (int i = 0; i < n; i++) {
			int rc = kiosk_add_event(kiosk, &events[i], &extra);

			if (rc != 0)
				return rc;
		}
	}
	if (n < 0) {
		log_error("the day %s could not be opened: %s", today,
			  queue_refusal_name(why));
		kiosk_fail_turn(kiosk, -EINVAL);
		return -EINVAL;
	}
	log_info("business day %s%s", today,
		 command.stepped ? ", carried on after the clock was set" : "");
	return 0;
}

/*
 * Before each command, and by timers: the clock's steps and the day's change
 * come first. A negative errno: the turn has failed.
 */
int kiosk_follow_time(struct kiosk *kiosk, int64_t *now_ms)
{
	char today[CLOCK_DAY_LEN + 1];
	int64_t offset_ms;
	bool stepped;
	int rc;

	if (kiosk->turn_failed && kiosk->turn_open)
		return -EIO;
	*now_ms = kiosk_read_clock(&offset_ms);
	rc = follow_clock(kiosk, *now_ms, offset_ms, &stepped);
	if (rc != 0)
		return rc;
	clock_business_day(*now_ms, kiosk->config->office.day_starts_min,
			   today);
	if (!day_is_due(kiosk, today, &stepped))
		return 0;
	rc = open_day(kiosk, today, stepped, *now_ms);
	/* So that replay, which begins at the day, finds which boot it was. */
	if (rc == 0)
		rc = kiosk_add_config(kiosk, *now_ms, false);
	return rc;
}

static void arm_day_timer(struct kiosk *kiosk, int64_t now_ms)
{
	int64_t at_ms =
	    clock_next_day_ms(now_ms, kiosk->config->office.day_starts_min);

	sd_event_source_set_time(kiosk->day_timer, (uint64_t)at_ms * 1000);
	sd_event_source_set_enabled(kiosk->day_timer, SD_EVENT_ONESHOT);
}

static int on_day(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct kiosk *kiosk = userdata;
	int64_t now_ms;

	(void)source;
	(void)usec;
	/* A failure is told by the turn, and housekeeping tries again. */
	if (kiosk_follow_time(kiosk, &now_ms) == 0)
		arm_day_timer(kiosk, now_ms);
	return 0;
}

/* Whether the journal takes events again is seen by giving it one: the lamps
 * are dark meanwhile, so that nobody may press a button for long. */
static void probe_journal(struct kiosk *kiosk)
{
	int rc;

	kiosk_open_turn(kiosk);
	rc = kiosk_add_config(kiosk, clock_wall_ms(), false);
	(void)rc; /* told by the turn */
}

void kiosk_look_at_clock(struct kiosk *kiosk)
{
	bool synced = clock_synced();

	kiosk->clock_right =
	    synced || clock_rtc_agrees(CLOCK_RTC_DIRECTORY, clock_wall_ms());
	kiosk_report_clock(kiosk, synced);
}

static int on_housekeeping(sd_event_source *source, uint64_t usec,
			   void *userdata)
{
	struct kiosk *kiosk = userdata;
	int64_t now_ms;

	(void)usec;
	turn_is("housekeeping");
	kiosk_look_at_clock(kiosk);
	if (!kiosk->turn_open)
		kiosk_look_at_journal(kiosk);
	if (!kiosk->health.journal_ok)
		probe_journal(kiosk);
	if (kiosk_follow_time(kiosk, &now_ms) == 0) {
		arm_day_timer(kiosk, now_ms);
		if (kiosk_offers_changed(kiosk, now_ms))
			kiosk_tell_change(kiosk);
		kiosk_retain(kiosk, now_ms);
	}
	/* From now, not from usec: no catching up after a suspend. */
	sd_event_source_set_time_relative(source, HOUSEKEEPING_US);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

int kiosk_add_time_sources(struct kiosk *kiosk)
{
	int rc;

	rc = sd_event_add_time_relative(kiosk->event, &kiosk->housekeeping,
					CLOCK_BOOTTIME, HOUSEKEEPING_US,
					HOUSEKEEPING_US / 2, on_housekeeping,
					kiosk);
	if (rc >= 0)
		rc = sd_event_add_time(kiosk->event, &kiosk->day_timer,
				       CLOCK_REALTIME, UINT64_MAX, 100000,
				       on_day, kiosk);
	if (rc >= 0)
		arm_day_timer(kiosk, clock_wall_ms());
	return rc < 0 ? rc : 0;
}
