/* SPDX-License-Identifier: MIT */
#include "sync/sync_loop.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "sync/batch.h"

#define LONGEST_WAIT_S 600
/* How soon to look again for a journal that kioskd is about to make. */
#define JOURNAL_WAIT_MS 3000
/* A connection that would idle longer than that is given back. */
#define KEEP_CONNECTION_S 60

struct loop {
	sd_event *event;
	sd_event_source *timer, *batches;
	struct sync *sync;
	const struct sync_loop_settings *settings;
	struct sync_status status;
	struct sync_status written; /* what central.json says */
	bool is_written;
	int64_t written_at_ms; /* monotonic */
	char told[400];        /* the error last logged; "" for none */
	bool told_ok;
	unsigned failures;
};

int64_t sync_delay_ms(int every_s, unsigned failures, uint32_t random)
{
	int64_t longest_s = every_s > LONGEST_WAIT_S ? every_s : LONGEST_WAIT_S;
	int64_t wait_s = every_s;

	while (failures-- > 0 && wait_s < longest_s)
		wait_s *= 2;
	if (wait_s > longest_s)
		wait_s = longest_s;
	/* 800..1200 thousandths */
	return wait_s * (int64_t)(800 + random % 401);
}

static uint32_t random_number(void)
{
	uint32_t number;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(number))
		/* Early at boot; any spread will do. */
		number = (uint32_t)clock();
	return number;
}

static bool same(const struct sync_status *a, const struct sync_status *b)
{
	return strcmp(sync_state_name(a), sync_state_name(b)) == 0 &&
	       a->synced_seq == b->synced_seq &&
	       strcmp(a->error, b->error) == 0;
}

static void write_status(struct loop *loop)
{
	int64_t now_ms = clock_mono_ms();
	int result;

	/* Spares the card in an idle hall. */
	if (loop->is_written && same(&loop->written, &loop->status) &&
	    now_ms - loop->written_at_ms < SYNC_STATUS_AGE_S * 1000)
		return;
	result = sync_write_status(loop->settings->state_dir, &loop->status);
	if (result < 0)
		log_warning("%s/%s: cannot be written: %s: let kiosk-sync "
			    "write the directory",
			    loop->settings->state_dir, SYNC_STATUS_FILE,
			    strerror(-result));
	loop->written = loop->status;
	loop->is_written = true;
	loop->written_at_ms = now_ms;
}

/* One line when something changed, none a round. */
static void tell(struct loop *loop)
{
	const char *error = loop->status.error;

	if (error[0]) {
		if (strcmp(error, loop->told) == 0)
			return;
		if (loop->status.waiting)
			log_info("%s", error);
		else
			log_error("%s", error);
		loop->told_ok = false;
	} else if (!loop->told_ok) {
		log_info("central log %s: has all rows up to %" PRId64,
			 loop->settings->shown_url, loop->status.synced_seq);
		loop->told_ok = true;
	}
	snprintf(loop->told, sizeof(loop->told), "%s", error);
}

static int wait_ms(struct loop *loop, int64_t ms)
{
	int result =
	    sd_event_source_set_time_relative(loop->timer, (uint64_t)ms * 1000);

	if (result < 0)
		return result;
	return sd_event_source_set_enabled(loop->timer, SD_EVENT_ONESHOT);
}

static int end_round(struct loop *loop, int result)
{
	int64_t next_ms;

	if (result == -ECANCELED)
		return 0; /* the stop is on its way */
	if (result < 0 && !loop->status.waiting)
		loop->failures++;
	else
		loop->failures = 0;
	tell(loop);
	write_status(loop);
	if (loop->settings->every_s >= KEEP_CONNECTION_S)
		sync_rest(loop->sync);
	sync_doze(loop->sync);
	next_ms = sync_delay_ms(loop->settings->every_s, loop->failures,
				random_number());
	if (loop->status.waiting && next_ms > JOURNAL_WAIT_MS)
		next_ms = JOURNAL_WAIT_MS;
	return wait_ms(loop, next_ms);
}

static int on_batch(sd_event_source *source, void *arg)
{
	struct loop *loop = arg;
	int result = sync_step(loop->sync, &loop->status);

	if (result > 0)
		return 0;
	sd_event_source_set_enabled(source, SD_EVENT_OFF);
	return end_round(loop, result);
}

static int on_time(sd_event_source *source, uint64_t at_us, void *arg)
{
	struct loop *loop = arg;
	int result = sync_begin(loop->sync, &loop->status);

	(void)source;
	(void)at_us;
	if (result < 0)
		return end_round(loop, result);
	/* A long way to go: say so now, not only at its end. */
	if (loop->status.local_seq - loop->status.synced_seq > BATCH_ROWS)
		write_status(loop);
	return sd_event_source_set_enabled(loop->batches, SD_EVENT_ON);
}

static int on_stop(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct loop *loop = arg;

	(void)source;
	(void)fd;
	(void)events;
	return sd_event_exit(loop->event, 0);
}

static int set_up(struct loop *loop)
{
	const struct sync_loop_settings *settings = loop->settings;
	uint64_t first_us;
	int result;

	result = sd_event_default(&loop->event);
	if (result < 0)
		return result;
	result = sd_event_set_watchdog(loop->event, true);
	if (result < 0)
		return result;
	result = sd_event_add_io(loop->event, NULL, settings->stop_fd, EPOLLIN,
				 on_stop, loop);
	if (result < 0 || !loop->sync)
		return result;
	/* A province that gets its power back must not call as one. */
	first_us = random_number() % ((uint64_t)settings->every_s * 1000000);
	result = sd_event_add_time_relative(loop->event, &loop->timer,
					    CLOCK_BOOTTIME, first_us, 0,
					    on_time, loop);
	if (result < 0)
		return result;
	result =
	    sd_event_add_defer(loop->event, &loop->batches, on_batch, loop);
	if (result < 0)
		return result;
	return sd_event_source_set_enabled(loop->batches, SD_EVENT_OFF);
}

int sync_loop_run(struct sync *sync, const struct sync_loop_settings *settings)
{
	struct loop loop = {.sync = sync, .settings = settings};
	int result = set_up(&loop);

	if (result >= 0 && !sync) {
		loop.status.off = true;
		log_info("central.url is empty: nothing is sent");
		write_status(&loop);
	}
	if (result >= 0) {
		sd_notify(0, "READY=1");
		result = sd_event_loop(loop.event);
		sd_notify(0, "STOPPING=1");
	}
	sd_event_source_unref(loop.batches);
	sd_event_source_unref(loop.timer);
	sd_event_unref(loop.event);
	return result;
}
