/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/turn.h"
#include "base/utf8.h"
#include "kiosk_internal.h"

#define NOTE_DELAY_US (250 * 1000ULL)

/* Copies what fits, and never half a character. */
static void copy_text(char *to, size_t size, const char *from)
{
	size_t length = strnlen(from, size - 1);
	ssize_t bad;

	memcpy(to, from, length);
	bad = utf8_first_bad(to, length);
	to[bad >= 0 ? (size_t)bad : length] = '\0';
}

/* ---- observers and health ---- */

static void tell(struct kiosk *kiosk, const struct queue_event *events,
		 size_t n_events)
{
	for (size_t i = 0; i < kiosk->n_observers; i++)
		kiosk->observers[i].fn(kiosk->observers[i].arg, events,
				       n_events);
}

void kiosk_tell_change(struct kiosk *kiosk)
{
	tell(kiosk, NULL, 0);
}

int kiosk_observe(struct kiosk *kiosk, kiosk_observer_fn *fn, void *arg)
{
	if (kiosk->n_observers == MAX_OBSERVERS)
		return -ENOSPC;
	kiosk->observers[kiosk->n_observers++] =
	    (struct observer){.fn = fn, .arg = arg};
	return 0;
}

static void set_journal_ok(struct kiosk *kiosk, bool ok)
{
	if (kiosk->health.journal_ok == ok)
		return;
	kiosk->health.journal_ok = ok;
	if (ok)
		log_info("the journal takes events again");
	else
		log_error("the journal takes no events, so no numbers are "
			  "given out: %s",
			  journal_fault(kiosk->journal));
	tell(kiosk, NULL, 0);
}

const char *kiosk_printer_name(enum kiosk_printer printer)
{
	static const char *const names[KIOSK_PRINTERS] = {
	    [KIOSK_PRINTER_NONE] = "none",
	    [KIOSK_PRINTER_OK] = "ok",
	    [KIOSK_PRINTER_UNKNOWN] = "unknown",
	    [KIOSK_PRINTER_PAPER_LOW] = "paper_low",
	    [KIOSK_PRINTER_PAPER_OUT] = "paper_out",
	    [KIOSK_PRINTER_COVER_OPEN] = "cover_open",
	    [KIOSK_PRINTER_CUTTER_ERROR] = "cutter_error",
	    [KIOSK_PRINTER_OVERHEATED] = "overheated",
	    [KIOSK_PRINTER_OFFLINE] = "offline",
	};

	return names[printer];
}

bool kiosk_printer_prints(enum kiosk_printer printer)
{
	switch (printer) {
	case KIOSK_PRINTER_OK:
	case KIOSK_PRINTER_UNKNOWN:
	case KIOSK_PRINTER_PAPER_LOW:
		return true;
	case KIOSK_PRINTER_NONE:
	case KIOSK_PRINTER_PAPER_OUT:
	case KIOSK_PRINTER_COVER_OPEN:
	case KIOSK_PRINTER_CUTTER_ERROR:
	case KIOSK_PRINTER_OVERHEATED:
	case KIOSK_PRINTER_OFFLINE:
		break;
	}
	return false;
}

void kiosk_report_printer(struct kiosk *kiosk, enum kiosk_printer printer)
{
	if (kiosk->health.printer == printer)
		return;
	kiosk->health.printer = printer;
	tell(kiosk, NULL, 0);
}

void kiosk_report_clock(struct kiosk *kiosk, bool synced)
{
	if (kiosk->health.clock_synced == synced)
		return;
	kiosk->health.clock_synced = synced;
	tell(kiosk, NULL, 0);
}

void kiosk_report_central(struct kiosk *kiosk, enum kiosk_central state,
			  int64_t synced_seq, const char *error)
{
	struct kiosk_health *health = &kiosk->health;

	if (!error)
		error = "";
	if (health->central == state &&
	    health->central_synced_seq == synced_seq &&
	    strcmp(health->central_error, error) == 0)
		return;
	health->central = state;
	health->central_synced_seq = synced_seq;
	copy_text(health->central_error, sizeof(health->central_error), error);
	tell(kiosk, NULL, 0);
}

void kiosk_report_panel(struct kiosk *kiosk, const struct kiosk_panel *panel)
{
	kiosk->health.panel = *panel;
	tell(kiosk, NULL, 0);
}

/* ---- the turn ---- */

void kiosk_open_turn(struct kiosk *kiosk)
{
	if (kiosk->turn_open)
		return;
	kiosk->turn_open = true;
	kiosk->turn_failed = false;
	kiosk->turn_offset_ms = kiosk->clock_offset_ms;
	kiosk->n_events = 0;
	sd_event_source_set_enabled(kiosk->commit_source, SD_EVENT_ONESHOT);
}

/* From here to its end the turn takes nothing, and nothing of it happened. */
void kiosk_fail_turn(struct kiosk *kiosk, int error)
{
	kiosk->behind |= error == -ESTALE;
	journal_rollback(kiosk->journal);
	queue_copy(kiosk->working, kiosk->committed);
	kiosk->clock_offset_ms = kiosk->turn_offset_ms;
	kiosk->n_events = 0;
	kiosk->turn_failed = true;
	kiosk->counts.commit_failures++;
}

static int keep_event(struct kiosk *kiosk, const struct queue_event *event)
{
	if (kiosk->n_events == kiosk->events_size) {
		size_t size = kiosk->events_size ? 2 * kiosk->events_size : 16;
		struct queue_event *grown =
		    reallocarray(kiosk->events, size, sizeof(kiosk->events[0]));

		if (!grown)
			return -ENOMEM;
		kiosk->events = grown;
		kiosk->events_size = size;
	}
	kiosk->events[kiosk->n_events++] = *event;
	return 0;
}

/* Into the journal's turn, the working state and the turn's list; numbers the
 * event. A negative errno: the turn has failed. */
int kiosk_add_event(struct kiosk *kiosk, struct queue_event *event,
		    const struct record_extra *extra)
{
	char detail[JOURNAL_DETAIL_MAX];
	char today[CLOCK_DAY_LEN + 1];
	const char *day = queue_day(kiosk->working);
	struct journal_row row;
	int rc;

	if (event->kind == QUEUE_DAY_OPENED) {
		day = event->day;
	} else if (!*day) {
		clock_business_day(event->at_ms,
				   kiosk->config->office.day_starts_min, today);
		day = today;
	}
	rc = record_to_row(kiosk->config, event, day, extra, detail, &row);
	if (rc == 0)
		rc = journal_append(kiosk->journal, &row);
	if (rc == 0) {
		event->seq = row.seq;
		rc = queue_apply(kiosk->working, event);
	}
	if (rc == 0)
		rc = keep_event(kiosk, event);
	if (rc != 0) {
		if (kiosk->health.journal_ok) /* said once */
			log_warning("event %s: %s",
				    queue_kind_name(event->kind),
				    strerror(-rc));
		kiosk_fail_turn(kiosk, rc);
	}
	return rc;
}

static void add_notes(struct kiosk *kiosk)
{
	for (size_t i = 0; i < kiosk->n_notes; i++) {
		const struct note *note = &kiosk->notes[i];
		struct queue_event event = {
		    .kind = note->kind,
		    .at_ms = note->at_ms,
		    .service = note->service,
		    .number = note->number,
		    .class = QUEUE_NONE,
		    .counter = QUEUE_NONE,
		};
		struct record_extra extra = {
		    .actor = note->actor,
		    .why = note->why,
		    .button = note->button,
		    .unconfirmed = note->unconfirmed,
		    .copy = note->copy,
		    .from = kiosk_printer_name(note->from),
		    .to = kiosk_printer_name(note->to),
		};

		int rc = kiosk_add_event(kiosk, &event, &extra);

		if (rc == -EINVAL || rc == -EMSGSIZE)
			kiosk->n_notes = 0; /* or it would fail every turn */
		if (rc != 0)
			return;
	}
}

static void commit_turn(struct kiosk *kiosk)
{
	int64_t begin_us = clock_mono_us();

	turn_is("commit and answers");
	if (!kiosk->turn_failed && kiosk->n_notes > 0)
		add_notes(kiosk);
	if (!kiosk->turn_failed && kiosk->n_events > 0) {
		int rc = journal_commit(kiosk->journal);

		turn_committed(clock_mono_us() - begin_us);
		if (rc != 0)
			kiosk_fail_turn(kiosk, rc);
	}
	if (kiosk->turn_failed || kiosk->n_events == 0)
		return;

	kiosk->counts.last_commit_us = clock_mono_us() - begin_us;
	if (kiosk->counts.last_commit_us > kiosk->counts.worst_commit_us)
		kiosk->counts.worst_commit_us = kiosk->counts.last_commit_us;
	kiosk->counts.commits++;
	kiosk->counts.events += kiosk->n_events;
	kiosk->n_notes = 0;
	for (size_t i = 0; i < kiosk->n_events; i++) {
		if (queue_apply(kiosk->committed, &kiosk->events[i]) != 0) {
			/* The working state took it, and is now the truth. */
			log_error("event %" PRId64 " was applied by copying",
				  kiosk->events[i].seq);
			queue_copy(kiosk->committed, kiosk->working);
			break;
		}
	}
	kiosk->seq = kiosk->events[kiosk->n_events - 1].seq;
	kiosk->at_ms = kiosk->events[kiosk->n_events - 1].at_ms;
}

/* Commits, then tells observers, then answers: whoever gets an answer finds
 * the state already changed. */
void kiosk_close_turn(struct kiosk *kiosk)
{
	size_t n_pending = kiosk->n_pending;
	bool failed;

	if (!kiosk->turn_open)
		return;
	commit_turn(kiosk);
	/* An answer's receiver may submit again, and so open the next turn. */
	failed = kiosk->turn_failed;
	kiosk->turn_open = false;
	sd_event_source_set_enabled(kiosk->commit_source, SD_EVENT_OFF);

	if (failed) {
		set_journal_ok(kiosk, false);
	} else if (kiosk->n_events > 0) {
		set_journal_ok(kiosk, true);
		tell(kiosk, kiosk->events, kiosk->n_events);
	}
	for (size_t i = 0; i < n_pending; i++) {
		struct pending pending = kiosk->pending[i];

		if (failed)
			pending.answer.result = KIOSK_UNAVAILABLE;
		if (pending.fn)
			pending.fn(pending.arg, &pending.answer);
	}
	kiosk->n_pending -= n_pending;
	memmove(kiosk->pending, kiosk->pending + n_pending,
		kiosk->n_pending * sizeof(kiosk->pending[0]));
}

/* What was answered 503 got into the journal all the same, or another hand
 * wrote there. The journal is the truth: the state follows it. */
static void catch_up(struct kiosk *kiosk)
{
	struct journal_problem problem;
	bool same_boot;
	int rc = journal_reopen(kiosk->journal, &problem);

	if (rc == 0)
		rc = kiosk_replay(kiosk, &same_boot, &problem);
	if (rc != 0) {
		log_error("the journal cannot be read anew: %s", problem.text);
		return; /* the next turn fails, and tries again */
	}
	kiosk->behind = false;
	log_warning("the journal held rows that were not acknowledged: they "
		    "are now part of the day");
	tell(kiosk, NULL, 0);
}

void kiosk_look_at_journal(struct kiosk *kiosk)
{
	char aside[sizeof(kiosk->health.aside)];
	bool mended;

	if (journal_look(kiosk->journal, &mended) != 0)
		return; /* said by the turn that failed for it */
	if (mended)
		log_warning("journal.db or its -wal was deleted or replaced by "
			    "another file: it is put back from memory, nothing "
			    "of it is lost");
	(void)journal_aside(kiosk->journal, aside);
	if (!mended && strcmp(aside, kiosk->health.aside) == 0)
		return;
	kiosk->health.was_moved |= mended;
	copy_text(kiosk->health.aside, sizeof(kiosk->health.aside), aside);
	tell(kiosk, NULL, 0);
}

static int on_commit(sd_event_source *source, void *userdata)
{
	struct kiosk *kiosk = userdata;

	(void)source;
	kiosk_close_turn(kiosk);
	/* An answer may have opened the next turn, upon the old state. */
	if (kiosk->behind && !kiosk->turn_open)
		catch_up(kiosk);
	if (!kiosk->health.journal_ok && !kiosk->turn_open)
		kiosk_look_at_journal(kiosk);
	return 0;
}

/* ---- commands ---- */

/* Whether an event may be the answer to that command: for repeated keys. */
static bool answers(const struct queue_command *command,
		    const struct queue_event *event)
{
	static const struct {
		enum queue_kind kinds[3];
		size_t n;
	} kinds_of[QUEUE_VERBS] = {
	    [QUEUE_ISSUE] = {{QUEUE_ISSUED}, 1},
	    [QUEUE_CALL_NEXT] = {{QUEUE_CALLED, QUEUE_FINISHED,
				  QUEUE_COUNTER_OPENED},
				 3},
	    [QUEUE_CALL_TICKET] = {{QUEUE_CALLED}, 1},
	    [QUEUE_RECALL] = {{QUEUE_RECALLED}, 1},
	    [QUEUE_FINISH] = {{QUEUE_FINISHED}, 1},
	    [QUEUE_MISS] = {{QUEUE_NO_SHOW}, 1},
	    [QUEUE_RETURN] = {{QUEUE_RETURNED}, 1},
	    [QUEUE_TRANSFER] = {{QUEUE_TRANSFERRED}, 1},
	    [QUEUE_OPEN] = {{QUEUE_COUNTER_OPENED}, 1},
	    [QUEUE_PAUSE] = {{QUEUE_COUNTER_PAUSED}, 1},
	    [QUEUE_CLOSE] = {{QUEUE_COUNTER_CLOSED}, 1},
	    [QUEUE_RATE] = {{QUEUE_RATED}, 1},
	    [QUEUE_RESTORE] = {{QUEUE_RESTORED}, 1},
	    [QUEUE_CANCEL] = {{QUEUE_CANCELLED}, 1},
	};
	bool kind = false;

	for (size_t i = 0; i < kinds_of[command->verb].n; i++)
		kind |= kinds_of[command->verb].kinds[i] == event->kind;
	if (!kind)
		return false;
	if (command->counter != QUEUE_NONE &&
	    command->counter != event->counter)
		return false;
	if (command->service != QUEUE_NONE &&
	    command->service != event->service)
		return false;
	if (command->verb == QUEUE_TRANSFER &&
	    (command->to_counter != event->to_counter ||
	     command->to_service != event->to_service))
		return false;
	/* An appointment out of its time was issued as normal. */
	if (command->verb == QUEUE_ISSUE)
		return (int)command->class == event->class ||
		       (command->class == TICKET_APPOINTMENT &&
			event->until_ms != 0);
	return command->number == 0 || command->number == event->number;
}

struct repeat {
	struct kiosk *kiosk;
	struct queue_event event;
	int rc;
};

static int take_repeat(void *arg, const struct journal_row *row)
{
	struct repeat *repeat = arg;

	repeat->rc =
	    record_from_row(repeat->kiosk->config, row, &repeat->event, NULL);
	return 0;
}

/* Fills in what the answer says of the ticket and the counter. */
static void describe(struct kiosk *kiosk, const struct queue_command *command,
		     struct kiosk_answer *answer)
{
	const struct queue_ticket *ticket = NULL;
	int counter = command->counter;

	answer->serving_service = QUEUE_NONE;
	answer->serving_number = 0;
	if (counter >= 0 && counter < (int)kiosk->config->n_counters) {
		struct queue_counter at =
		    queue_counter(kiosk->working, counter);

		if (at.serving) {
			answer->serving_service = at.serving->service;
			answer->serving_number = at.serving->number;
		}
	}
	if (answer->result == KIOSK_DONE && answer->event.number > 0)
		ticket = queue_find(kiosk->working, answer->event.service,
				    answer->event.number);
	else if (answer->result == KIOSK_REFUSED &&
		 answer->why == QUEUE_WRONG_STATE)
		ticket = queue_find(kiosk->working, command->service,
				    command->number);
	answer->has_ticket = ticket != NULL;
	if (ticket)
		answer->ticket = *ticket;
}

/* Whether a finished ticket may end with that outcome. */
static bool outcome_known(const struct kiosk *kiosk, int service,
			  const char *outcome)
{
	const struct config_service *of = &kiosk->config->services[service];

	for (size_t i = 0; i < of->n_outcomes; i++) {
		if (strcmp(of->outcomes[i], outcome) == 0)
			return true;
	}
	return false;
}

/* The first time's answer, where the key is known. */
static bool answer_repeat(struct kiosk *kiosk,
			  const struct kiosk_command *command,
			  struct kiosk_answer *answer)
{
	struct repeat repeat = {.kiosk = kiosk};
	int rc = journal_find_key(kiosk->journal, command->key, take_repeat,
				  &repeat);

	if (rc == -ENOENT)
		return false;
	if (rc != 0) {
		/* Not knowing whether it was done, it must not be done. */
		kiosk_fail_turn(kiosk, rc);
		answer->result = KIOSK_UNAVAILABLE;
		return true;
	}
	answer->repeated = true;
	if (repeat.rc == 0 && answers(&command->queue, &repeat.event)) {
		answer->result = KIOSK_DONE;
		answer->event = repeat.event;
	} else {
		answer->result = KIOSK_KEY_REUSED;
	}
	return true;
}

static void act(struct kiosk *kiosk, const struct kiosk_command *command,
		int64_t now_ms, struct kiosk_answer *answer)
{
	struct queue_command asked = command->queue;
	struct queue_event events[QUEUE_MAX_EVENTS];
	int n;

	kiosk_heed_calendar(kiosk, now_ms, &asked);
	n = queue_decide(kiosk->working, &asked, now_ms, events, &answer->why);
	if (n < 0) {
		answer->result = KIOSK_REFUSED;
		return;
	}
	if (n == 0) {
		answer->result = KIOSK_NOTHING;
		return;
	}
	if (command->outcome && command->queue.verb == QUEUE_FINISH &&
	    !outcome_known(kiosk, events[n - 1].service, command->outcome)) {
		answer->result = KIOSK_BAD_OUTCOME;
		return;
	}
	if (events[0].kind == QUEUE_ISSUED)
		kiosk_stretch_wait(kiosk, events[0].service, now_ms,
				   &events[0].wait_low_s,
				   &events[0].wait_high_s);
	for (int i = 0; i < n; i++) {
		bool last = i == n - 1;
		struct record_extra extra = {
		    .actor = command->actor,
		    .key = last ? command->key : NULL,
		    .outcome = last ? command->outcome : NULL,
		    .reasons = last ? command->reasons : 0,
		};

		if (kiosk_add_event(kiosk, &events[i], &extra) != 0) {
			answer->result = KIOSK_UNAVAILABLE;
			return;
		}
	}
	answer->result = KIOSK_DONE;
	answer->event = events[n - 1];
}

void kiosk_submit(struct kiosk *kiosk, const struct kiosk_command *command,
		  kiosk_answer_fn *fn, void *arg)
{
	struct kiosk_answer answer = {.serving_service = QUEUE_NONE};
	int64_t now_ms;

	/* A turn that is full is committed at once, and a new one begins. */
	if (kiosk->n_pending == MAX_PENDING)
		kiosk_close_turn(kiosk);
	kiosk_open_turn(kiosk);
	kiosk->counts.commands++;
	if (kiosk_follow_time(kiosk, &now_ms) != 0)
		answer.result = KIOSK_UNAVAILABLE;
	else if (!command->key || !answer_repeat(kiosk, command, &answer))
		act(kiosk, command, now_ms, &answer);
	if (answer.result != KIOSK_DONE && answer.result != KIOSK_NOTHING)
		kiosk->counts.refusals++;
	describe(kiosk, &command->queue, &answer);
	kiosk->pending[kiosk->n_pending++] =
	    (struct pending){.fn = fn, .arg = arg, .answer = answer};
}

const char *kiosk_refused(const struct kiosk_answer *answer)
{
	switch (answer->result) {
	case KIOSK_DONE:
	case KIOSK_NOTHING:
		break;
	case KIOSK_UNAVAILABLE:
		return "journal_unavailable";
	case KIOSK_REFUSED:
		return queue_refusal_name(answer->why);
	case KIOSK_KEY_REUSED:
		return "idempotency_key_reused";
	case KIOSK_BAD_OUTCOME:
		return "bad_outcome";
	}
	return NULL;
}

void kiosk_abandon(struct kiosk *kiosk, void *arg)
{
	for (size_t i = 0; i < kiosk->n_pending; i++) {
		if (kiosk->pending[i].arg == arg)
			kiosk->pending[i].fn = NULL;
	}
}

static int on_notes(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	kiosk_open_turn(userdata);
	return 0;
}

static void add_note(struct kiosk *kiosk, const struct note *note)
{
	uint64_t now_us;

	if (kiosk->n_notes == MAX_NOTES) {
		log_warning("the journal is away: %s of number %" PRIu32
			    " is not noted",
			    queue_kind_name(note->kind), note->number);
		return;
	}
	kiosk->notes[kiosk->n_notes] = *note;
	kiosk->notes[kiosk->n_notes++].at_ms = clock_wall_ms();
	if (sd_event_now(kiosk->event, CLOCK_MONOTONIC, &now_us) < 0)
		return; /* the next commit takes it */
	sd_event_source_set_time(kiosk->note_timer, now_us + NOTE_DELAY_US);
	sd_event_source_set_enabled(kiosk->note_timer, SD_EVENT_ONESHOT);
}

void kiosk_note_print(struct kiosk *kiosk, const struct kiosk_print *print)
{
	struct note note = {
	    .kind = print->printed ? QUEUE_PRINTED : QUEUE_PRINT_FAILED,
	    .service = print->service,
	    .number = print->number,
	    .unconfirmed = !print->confirmed,
	    .copy = print->copy,
	};

	copy_text(note.why, sizeof(note.why), print->why ? print->why : "");
	copy_text(note.actor, sizeof(note.actor),
		  print->actor ? print->actor : "printer");
	add_note(kiosk, &note);
}

void kiosk_note_printer(struct kiosk *kiosk, enum kiosk_printer from,
			enum kiosk_printer to)
{
	struct note note = {
	    .kind = QUEUE_PRINTER_CHANGED,
	    .service = QUEUE_NONE,
	    .from = from,
	    .to = to,
	};

	copy_text(note.actor, sizeof(note.actor), "printer");
	add_note(kiosk, &note);
}

void kiosk_note_button(struct kiosk *kiosk, const char *button,
		       const char *fault)
{
	struct note note = {
	    .kind = fault ? QUEUE_BUTTON_FAULT : QUEUE_BUTTON_OK,
	    .service = QUEUE_NONE,
	};

	copy_text(note.button, sizeof(note.button), button);
	copy_text(note.why, sizeof(note.why), fault ? fault : "");
	copy_text(note.actor, sizeof(note.actor), "panel");
	add_note(kiosk, &note);
}

int kiosk_add_turn_sources(struct kiosk *kiosk)
{
	int rc;

	/*
	 * Of the sources that are due, sd-event takes the one that became due
	 * first. So what arrived together with a turn's first command joins it,
	 * and nothing that keeps arriving can put the commit off.
	 */
	rc = sd_event_add_defer(kiosk->event, &kiosk->commit_source, on_commit,
				kiosk);
	if (rc >= 0)
		rc = sd_event_source_set_enabled(kiosk->commit_source,
						 SD_EVENT_OFF);
	if (rc >= 0)
		rc = sd_event_add_time(kiosk->event, &kiosk->note_timer,
				       CLOCK_MONOTONIC, UINT64_MAX, 100000,
				       on_notes, kiosk);
	return rc < 0 ? rc : 0;
}

/* ---- looking ---- */

const struct queue *kiosk_queue(const struct kiosk *kiosk)
{
	return kiosk->committed;
}

const struct config *kiosk_config(const struct kiosk *kiosk)
{
	return kiosk->config;
}

int64_t kiosk_seq(const struct kiosk *kiosk)
{
	return kiosk->seq;
}

int64_t kiosk_at_ms(const struct kiosk *kiosk)
{
	return kiosk->at_ms;
}

const struct kiosk_health *kiosk_health(const struct kiosk *kiosk)
{
	return &kiosk->health;
}

struct kiosk_counts kiosk_counts(const struct kiosk *kiosk)
{
	return kiosk->counts;
}
