/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "kiosk_internal.h"

/* Eight times the largest office; a page is only touched once it is used. */
#define MAX_TICKETS 10000
#define REPLAY_COMPLAINTS 5

static enum queue_policy policy_of(const struct config *config)
{
	switch (config->queue.policy) {
	case CONFIG_POLICY_RATIO:
		return QUEUE_RATIO;
	case CONFIG_POLICY_STRICT:
		return QUEUE_STRICT;
	case CONFIG_POLICY_ACCUMULATE:
		return QUEUE_ACCUMULATE;
	}
	return QUEUE_RATIO;
}

static enum queue_last_call last_call_of(const struct config *config)
{
	switch (config->queue.last_call) {
	case CONFIG_LAST_CALL_OFF:
		return QUEUE_LAST_OFF;
	case CONFIG_LAST_CALL_WARN:
		return QUEUE_LAST_WARN;
	case CONFIG_LAST_CALL_STOP:
		return QUEUE_LAST_STOP;
	}
	return QUEUE_LAST_WARN;
}

static void make_rules(const struct config *config, struct queue_rules *rules)
{
	*rules = (struct queue_rules){
	    .n_services = config->n_services,
	    .n_counters = config->n_counters,
	    .policy = policy_of(config),
	    .priority_ratio = (uint32_t)config->queue.priority_ratio,
	    .restore_after = (uint32_t)config->queue.restore_after,
	    .recall_limit = (uint32_t)config->queue.recall_limit,
	    .last_call = last_call_of(config),
	    .max_tickets = MAX_TICKETS,
	};
	for (size_t i = 0; i < TICKET_CLASSES; i++)
		rules->rates[i] = (uint32_t)config->queue.rates[i];
	for (size_t i = 0; i < config->n_services; i++) {
		rules->services[i].daily_cap =
		    (uint32_t)config->services[i].daily_cap;
		rules->services[i].typical_s =
		    (uint32_t)config->services[i].typical_minutes * 60;
	}
	for (size_t i = 0; i < config->n_counters; i++) {
		const struct config_counter *counter = &config->counters[i];

		rules->counters[i].prefer =
		    counter->prefer == CONFIG_PREFER_ORDER ? QUEUE_ORDER
							   : QUEUE_OLDEST;
		rules->counters[i].n_services = counter->n_services;
		for (size_t s = 0; s < counter->n_services; s++)
			rules->counters[i].services[s] =
			    (uint8_t)counter->services[s];
	}
}

struct replay {
	const struct kiosk *kiosk;
	struct queue *queue;
	int64_t seq, at_ms, clock_offset_ms;
	int64_t skipped;
	bool same_boot;
	/* A damaged journal begins in mid-day: its first row names the day. */
	bool torn;
};

/* With no numbers given out: those are known beside the journal. */
static void open_torn_day(struct replay *replay, const struct journal_row *row)
{
	struct queue_event event = {
	    .kind = QUEUE_DAY_OPENED,
	    .at_ms = row->at_ms,
	    .service = QUEUE_NONE,
	    .class = QUEUE_NONE,
	    .counter = QUEUE_NONE,
	};

	if (!row->day || strlen(row->day) >= sizeof(event.day))
		return;
	memcpy(event.day, row->day, strlen(row->day));
	replay->torn = queue_apply(replay->queue, &event) != 0;
}

static void complain(struct replay *replay, const struct journal_row *row)
{
	if (replay->skipped++ < REPLAY_COMPLAINTS)
		log_warning("journal.db: row %" PRId64
			    " (%s) does not fit this configuration, passed "
			    "over",
			    row->seq, row->kind ? row->kind : "?");
}

static int replay_row(void *arg, const struct journal_row *row)
{
	struct replay *replay = arg;
	const struct kiosk *kiosk = replay->kiosk;
	struct queue_event event;
	struct record_boot boot;

	replay->seq = row->seq;
	replay->at_ms = row->at_ms;
	if (replay->torn)
		open_torn_day(replay, row);
	if (record_from_row(kiosk->config, row, &event, NULL) != 0 ||
	    queue_apply(replay->queue, &event) != 0) {
		complain(replay, row);
		return 0;
	}
	if (event.kind == QUEUE_CONFIG_LOADED) {
		replay->same_boot = record_boot_from_row(row, &boot) == 0 &&
				    strcmp(boot.boot_id, kiosk->boot_id) == 0;
		if (replay->same_boot)
			replay->clock_offset_ms = boot.clock_offset_ms;
	} else if (event.kind == QUEUE_CLOCK_STEPPED && replay->same_boot) {
		replay->clock_offset_ms += event.step_ms;
	}
	return 0;
}

static int read_day(struct kiosk *kiosk, struct replay *replay)
{
	uint8_t chain[JOURNAL_CHAIN_SIZE];
	int64_t start;
	int rc;

	rc = journal_head(kiosk->journal, &replay->seq, chain);
	if (rc == 0)
		rc = journal_replay_start(kiosk->journal, &start);
	if (rc != 0)
		return rc;
	replay->torn = start == 0;
	return journal_each(kiosk->journal, start > 0 ? start - 1 : 0, 0,
			    replay_row, replay);
}

int kiosk_replay(struct kiosk *kiosk, bool *same_boot,
		 struct journal_problem *problem)
{
	struct replay replay = {.kiosk = kiosk};
	struct queue *working = NULL;
	struct queue_rules rules;
	int rc;

	make_rules(kiosk->config, &rules);
	rc = queue_new(&rules, &replay.queue);
	if (rc == 0)
		rc = queue_new(&rules, &working);
	if (rc != 0) {
		snprintf(problem->text, sizeof(problem->text), "out of memory");
		goto free_queues;
	}
	rc = read_day(kiosk, &replay);
	if (rc != 0) {
		snprintf(problem->text, sizeof(problem->text),
			 "journal.db: cannot be replayed: %s",
			 journal_fault(kiosk->journal));
		goto free_queues;
	}
	if (replay.skipped > 0)
		log_warning("journal.db: %" PRId64
			    " of today's rows passed over in all",
			    replay.skipped);
	queue_copy(working, replay.queue);
	queue_free(kiosk->committed);
	queue_free(kiosk->working);
	kiosk->committed = replay.queue;
	kiosk->working = working;
	kiosk->seq = replay.seq;
	kiosk->at_ms = replay.at_ms;
	if (replay.same_boot)
		kiosk->clock_offset_ms = replay.clock_offset_ms;
	*same_boot = replay.same_boot;
	return 0;

free_queues:
	queue_free(replay.queue);
	queue_free(working);
	return rc;
}

static void read_boot_id(char id[BOOT_ID_SIZE])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, id, BOOT_ID_SIZE - 1);

	if (fd >= 0)
		close(fd);
	id[n > 0 ? n : 0] = '\0';
}

/* Whose counter the configuration has no more goes back to wait: nobody could
 * finish that ticket, and it has not been served. */
static int return_stranded(struct kiosk *kiosk, int64_t now_ms)
{
	struct record_extra extra = {.actor = "kioskd"};

	for (size_t i = 0; i < queue_tickets(kiosk->working); i++) {
		const struct queue_ticket *ticket =
		    queue_ticket_at(kiosk->working, i);
		struct queue_event event = {
		    .kind = QUEUE_RETURNED,
		    .at_ms = now_ms,
		    .service = ticket->service,
		    .number = ticket->number,
		    .class = (int)ticket->class,
		    .counter = QUEUE_NONE,
		};
		int rc;

		if (ticket->state != QUEUE_AT_COUNTER ||
		    ticket->counter != QUEUE_NONE)
			continue;
		log_warning("a ticket was at a counter that the configuration "
			    "does not have any more: it waits again");
		rc = kiosk_add_event(kiosk, &event, &extra);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* ---- numbers that a damaged disk may have lost ---- */

static uint32_t floor_of(const struct journal_lost *lost, const char *prefix)
{
	for (size_t i = 0; i < lost->n; i++) {
		if (strcmp(lost->floors[i].prefix, prefix) == 0)
			return lost->floors[i].last;
	}
	return lost->others;
}

static int raise_number(struct kiosk *kiosk, int service, uint32_t last)
{
	struct record_extra extra = {.actor = "kioskd", .why = "rows_lost"};
	struct queue_event event = {
	    .kind = QUEUE_NUMBERS_RAISED,
	    .at_ms = clock_wall_ms(),
	    .service = service,
	    .number = last,
	    .class = QUEUE_NONE,
	    .counter = QUEUE_NONE,
	};

	log_warning("the journal lacks rows: numbers of service \"%s\" go on "
		    "behind %" PRIu32,
		    kiosk->config->services[service].id, last);
	return kiosk_add_event(kiosk, &event, &extra);
}

/*
 * Invariant 2 where the journal has lost rows, or is another one than before:
 * numbers go on behind what may have been given out, unless that is surely so
 * long ago that they may be given out again.
 */
static int raise_numbers(struct kiosk *kiosk, const struct journal_lost *lost)
{
	const struct config *config = kiosk->config;

	if (kiosk->clock_right &&
	    clock_wall_ms() - lost->issued_at_ms >= QUEUE_REUSE_MS)
		return 0;
	for (size_t i = 0; i < config->n_services; i++) {
		uint32_t last = floor_of(lost, config->services[i].prefix);
		int rc = 0;

		if (last > queue_last(kiosk->working, (int)i))
			rc = raise_number(kiosk, (int)i, last);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* Of another journal's rows its own first row tells. */
static void note_lost_rows(struct kiosk *kiosk, const struct journal_lost *lost)
{
	if (!lost->same)
		return;
	kiosk->health.lost_seq = lost->seq;
	log_error("journal.db lacks rows that were durable, up to %" PRId64
		  " or so: its -wal file was lost, an older copy was put in "
		  "its place, or it had to be mended; see kioskctl journal "
		  "check",
		  lost->seq);
}

/* The start is an event of its own; it and the day are durable before anyone
 * can press a button. */
static int begin(struct kiosk *kiosk, struct journal_problem *problem)
{
	struct journal_lost lost;
	bool lacks = journal_lost(kiosk->journal, &lost);
	bool same_boot = false;
	int64_t now_ms;
	int rc;

	rc = kiosk_replay(kiosk, &same_boot, problem);
	if (rc != 0)
		return rc;
	if (!same_boot)
		(void)kiosk_read_clock(&kiosk->clock_offset_ms);
	kiosk_look_at_clock(kiosk);
	kiosk_open_turn(kiosk);
	rc = kiosk_add_config(kiosk, clock_wall_ms(), !same_boot);
	if (rc == 0 && lacks)
		rc = raise_numbers(kiosk, &lost);
	if (rc == 0)
		rc = return_stranded(kiosk, clock_wall_ms());
	if (rc == 0)
		rc = kiosk_follow_time(kiosk, &now_ms);
	kiosk_close_turn(kiosk);
	if (rc != 0 || kiosk->turn_failed) {
		snprintf(problem->text, sizeof(problem->text), "journal.db: %s",
			 journal_fault(kiosk->journal));
		return rc != 0 ? rc : -EIO;
	}
	(void)journal_aside(kiosk->journal, kiosk->health.aside);
	if (lacks) {
		journal_settle(kiosk->journal);
		note_lost_rows(kiosk, &lost);
	}
	return 0;
}

int kiosk_new(sd_event *event, const struct config *config,
	      struct journal *journal, struct kiosk **out,
	      struct journal_problem *problem)
{
	struct kiosk *kiosk;
	int rc;

	*out = NULL;
	snprintf(problem->text, sizeof(problem->text), "out of memory");
	kiosk = calloc(1, sizeof(*kiosk));
	if (!kiosk)
		return -ENOMEM;
	kiosk->config = config;
	kiosk->journal = journal;
	kiosk->event = sd_event_ref(event);
	kiosk->health.journal_ok = true;
	kiosk->health.central =
	    *config->central.url ? KIOSK_CENTRAL_BEHIND : KIOSK_CENTRAL_OFF;
	read_boot_id(kiosk->boot_id);
	rc = kiosk_add_turn_sources(kiosk);
	if (rc == 0)
		rc = begin(kiosk, problem);
	if (rc == 0)
		rc = kiosk_add_time_sources(kiosk);
	if (rc != 0) {
		kiosk_free(kiosk);
		return rc;
	}
	*out = kiosk;
	return 0;
}

void kiosk_stop(struct kiosk *kiosk)
{
	if (kiosk->n_notes > 0)
		kiosk_open_turn(kiosk);
	kiosk_close_turn(kiosk);
	kiosk->n_observers = 0;
}

void kiosk_free(struct kiosk *kiosk)
{
	if (!kiosk)
		return;
	sd_event_source_disable_unref(kiosk->commit_source);
	sd_event_source_disable_unref(kiosk->housekeeping);
	sd_event_source_disable_unref(kiosk->day_timer);
	sd_event_source_disable_unref(kiosk->note_timer);
	sd_event_unref(kiosk->event);
	queue_free(kiosk->committed);
	queue_free(kiosk->working);
	free(kiosk->events);
	free(kiosk);
}
