/* SPDX-License-Identifier: MIT */
/* What kiosk.c (commands and turns), kiosk_time.c (clock and business day),
 * kiosk_offer.c (the calendar), kiosk_retain.c (old rows) and kiosk_start.c
 * (replay) share. For nobody
 * else. */
#ifndef KIOSK_KIOSK_INTERNAL_H
#define KIOSK_KIOSK_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "journal/record.h"
#include "kiosk.h"

/* Commands in one turn; the console holds fewer connections than this. */
#define MAX_PENDING 2048
#define MAX_OBSERVERS 4
#define MAX_NOTES 1024
#define BOOT_ID_SIZE RECORD_BOOT_ID_SIZE

struct pending {
	kiosk_answer_fn *fn;
	void *arg;
	struct kiosk_answer answer;
};

struct observer {
	kiosk_observer_fn *fn;
	void *arg;
};

/* What happened beside the queue, until the next commit takes it. */
struct note {
	enum queue_kind kind;
	int service; /* of a ticket, or QUEUE_NONE and 0 */
	uint32_t number;
	bool unconfirmed, copy;
	enum kiosk_printer from, to;
	int64_t at_ms;
	char why[120], actor[48], button[40];
};

/* Of a service, as observers saw it last. */
struct shown_offer {
	bool open, last_call;
	uint32_t wait_low_s, wait_high_s;
};

struct kiosk {
	const struct config *config;
	struct journal *journal;
	sd_event *event;
	sd_event_source *commit_source, *housekeeping, *day_timer, *note_timer;

	struct queue *committed; /* what is durable, and all that others see */
	struct queue *working;   /* committed and the open turn's events */

	bool turn_open, turn_failed;
	bool behind; /* the journal holds rows that the state has not seen */
	int64_t turn_offset_ms;     /* clock_offset_ms as the turn found it */
	struct queue_event *events; /* the open turn's */
	size_t n_events, events_size;
	struct pending pending[MAX_PENDING];
	size_t n_pending;
	struct note notes[MAX_NOTES];
	size_t n_notes;

	struct observer observers[MAX_OBSERVERS];
	size_t n_observers;
	struct shown_offer shown[CONFIG_MAX_SERVICES];

	char boot_id[BOOT_ID_SIZE];
	int64_t clock_offset_ms; /* wall - boot clock, as last journalled */
	bool clock_right;        /* the kernel says so, or a battery kept it */
	int64_t seq, at_ms;
	struct kiosk_health health;
	struct kiosk_counts counts;

	struct kiosk_sent sent;           /* seq 0: not known */
	char sent_day[CLOCK_DAY_LEN + 1]; /* the last it was noted for */
	int64_t pruned;                   /* rows, since that was last told */
	bool prune_failed;                /* and that was told */
};

/* Begins a turn where none is open; its commit is then due. */
void kiosk_open_turn(struct kiosk *kiosk);

/* Commits the open turn, tells observers, gives the answers. */
void kiosk_close_turn(struct kiosk *kiosk);

/* Undoes the open turn: it takes nothing more, and nothing of it happened.
 * error: the negative errno it failed with. */
void kiosk_fail_turn(struct kiosk *kiosk, int error);

/*
 * Makes the state anew from the journal: at the start, and, with the journal
 * opened anew, where it turned out to hold more than the state. *same_boot:
 * whether the journal's last start was in this boot of the machine. On failure
 * the state stays as it was, with problem filled in.
 */
int kiosk_replay(struct kiosk *kiosk, bool *same_boot,
		 struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* Whether the journal's files are still in their places, and whether what was
 * set aside still lies there. Between two turns. */
void kiosk_look_at_journal(struct kiosk *kiosk);

/* Numbers the event and adds it to the open turn. A negative errno: the turn
 * has failed. */
int kiosk_add_event(struct kiosk *kiosk, struct queue_event *event,
		    const struct record_extra *extra)
    __attribute__((warn_unused_result));

/* config_loaded, with which boot of the machine it is. As kiosk_add_event(). */
int kiosk_add_config(struct kiosk *kiosk, int64_t now_ms, bool booted)
    __attribute__((warn_unused_result));

/*
 * Before each command, and by timers: the clock's steps and the change of day
 * come first. *now_ms: wall time. A negative errno: the turn has failed.
 */
int kiosk_follow_time(struct kiosk *kiosk, int64_t *now_ms)
    __attribute__((warn_unused_result));

/* Whether the clock can be trusted; told in the health. */
void kiosk_look_at_clock(struct kiosk *kiosk);

/* Says to an issue what the calendar says of its service. */
void kiosk_heed_calendar(const struct kiosk *kiosk, int64_t now_ms,
			 struct queue_command *command);

/* Makes reception time from now on wall time: breaks come on top. */
void kiosk_stretch_wait(const struct kiosk *kiosk, int service, int64_t now_ms,
			uint32_t *low_s, uint32_t *high_s);

/* Whether time alone changed what can be had since this was last asked. */
bool kiosk_offers_changed(struct kiosk *kiosk, int64_t now_ms);

/* A few old rows go, where there are any and nobody would notice. */
void kiosk_retain(struct kiosk *kiosk, int64_t now_ms);

/* Tells the observers that something other than events changed. */
void kiosk_tell_change(struct kiosk *kiosk);

/* Wall time, and how far it is ahead of the boot clock. */
int64_t kiosk_read_clock(int64_t *offset_ms);

/* The sources of kiosk.c and of kiosk_time.c; freed with the kiosk. */
int kiosk_add_turn_sources(struct kiosk *kiosk)
    __attribute__((warn_unused_result));
int kiosk_add_time_sources(struct kiosk *kiosk)
    __attribute__((warn_unused_result));

#endif
