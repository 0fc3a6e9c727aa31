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

struct replay {
	struct kiosk *kiosk;
	int64_t applied, skipped;
	bool same_boot;
};

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
	struct kiosk *kiosk = replay->kiosk;
	struct queue_event event;

	if (record_from_row(kiosk->config, row, &event, NULL) != 0 ||
	    queue_apply(kiosk->committed, &event) != 0) {
		complain(replay, row);
		return 0;
	}
	if (queue_apply(kiosk->working, &event) != 0)
		complain(replay, row);
	if (event.kind == QUEUE_CONFIG_LOADED) {
		struct record_boot boot;

		replay->same_boot = record_boot_from_row(row, &boot) == 0 &&
				    strcmp(boot.boot_id, kiosk->boot_id) == 0;
		if (replay->same_boot)
			kiosk->clock_offset_ms = boot.clock_offset_ms;
	} else if (event.kind == QUEUE_CLOCK_STEPPED && replay->same_boot) {
		kiosk->clock_offset_ms += event.step_ms;
	}
	kiosk->seq = row->seq;
	kiosk->at_ms = row->at_ms;
	replay->applied++;
	return 0;
}

static int replay(struct kiosk *kiosk, bool *same_boot,
		  struct journal_problem *problem)
{
	struct replay replay = {.kiosk = kiosk};
	uint8_t chain[JOURNAL_CHAIN_SIZE];
	int64_t start;
	int rc;

	rc = journal_head(kiosk->journal, &kiosk->seq, chain);
	if (rc == 0)
		rc = journal_replay_start(kiosk->journal, &start);
	if (rc == 0 && start > 0)
		rc = journal_each(kiosk->journal, start - 1, 0, replay_row,
				  &replay);
	if (rc != 0) {
		snprintf(problem->text, sizeof(problem->text),
			 "journal.db: cannot be replayed: %s",
			 journal_fault(kiosk->journal));
		return rc;
	}
	if (replay.skipped > 0)
		log_warning("journal.db: %" PRId64
			    " of today's rows passed over in all",
			    replay.skipped);
	*same_boot = replay.same_boot;
	return 0;
}

static void read_boot_id(char id[BOOT_ID_SIZE])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, id, BOOT_ID_SIZE - 1);

	if (fd >= 0)
		close(fd);
	id[n > 0 ? n : 0] = '\0';
}

static void make_rules(const struct config *config, struct queue_rules *rules)
{
	*rules = (struct queue_rules){
	    .n_services = config->n_services,
	    .n_counters = config->n_counters,
	    .policy = config->queue.policy == CONFIG_POLICY_STRICT
			  ? QUEUE_STRICT
			  : QUEUE_RATIO,
	    .priority_ratio = (uint32_t)config->queue.priority_ratio,
	    .max_tickets = MAX_TICKETS,
	};
	for (size_t i = 0; i < config->n_services; i++)
		rules->services[i].daily_cap =
		    (uint32_t)config->services[i].daily_cap;
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

/* The start is an event of its own; it and the day are durable before anyone
 * can press a button. */
static int begin(struct kiosk *kiosk, struct journal_problem *problem)
{
	bool same_boot = false;
	int64_t now_ms;
	int rc;

	rc = replay(kiosk, &same_boot, problem);
	if (rc != 0)
		return rc;
	if (!same_boot)
		(void)kiosk_read_clock(&kiosk->clock_offset_ms);
	kiosk->health.clock_synced = clock_synced();
	kiosk_open_turn(kiosk);
	rc = kiosk_add_config(kiosk, clock_wall_ms(), !same_boot);
	if (rc == 0)
		rc = kiosk_follow_time(kiosk, &now_ms);
	kiosk_close_turn(kiosk);
	if (rc != 0 || kiosk->turn_failed) {
		snprintf(problem->text, sizeof(problem->text), "journal.db: %s",
			 journal_fault(kiosk->journal));
		return rc != 0 ? rc : -EIO;
	}
	return 0;
}

int kiosk_new(sd_event *event, const struct config *config,
	      struct journal *journal, struct kiosk **out,
	      struct journal_problem *problem)
{
	struct queue_rules rules;
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
	make_rules(config, &rules);
	rc = queue_new(&rules, &kiosk->committed);
	if (rc == 0)
		rc = queue_new(&rules, &kiosk->working);
	if (rc == 0)
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
