/* SPDX-License-Identifier: MIT */
/*
 * The one place where a command becomes an event.
 *
 * All commands that are submitted in one turn of the event loop share one
 * commit. Each is decided at once, upon a working state that already has the
 * turn's earlier events; when the loop has nothing more urgent, the turn is
 * committed, the committed state follows, observers are told, and each command
 * gets its answer. If the commit fails, the working state falls back to the
 * committed one and every command of the turn is answered KIOSK_UNAVAILABLE:
 * for everyone outside, nothing happened.
 *
 * Time: wall time is read once a turn; a change of the business day or a jump
 * of the clock is noticed before the next command is decided, and by timers.
 */
#ifndef KIOSK_KIOSK_H
#define KIOSK_KIOSK_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/config.h"
#include "journal/journal.h"
#include "queue/queue.h"

struct kiosk;

struct kiosk_command {
	struct queue_command queue;
	const char *actor;   /* who: "button:land", "socket", "web:lan" */
	const char *key;     /* idempotency key, or NULL */
	const char *outcome; /* QUEUE_FINISH: one of the service's, or NULL */
	unsigned reasons;    /* QUEUE_RATE: bits of enum rating_reason */
};

enum kiosk_result {
	KIOSK_DONE,        /* events are durable; event is the last one */
	KIOSK_NOTHING,     /* nothing to do: nobody waits, already open */
	KIOSK_REFUSED,     /* why says why */
	KIOSK_UNAVAILABLE, /* the journal did not take it; nothing happened */
	KIOSK_KEY_REUSED,  /* the key belongs to another command */
	KIOSK_BAD_OUTCOME, /* not among the service's outcomes */
};

struct kiosk_answer {
	enum kiosk_result result;
	enum queue_refusal why;
	bool repeated; /* the key was known: this is the first time's answer */
	struct queue_event event;
	bool has_ticket; /* the ticket that the command was about … */
	struct queue_ticket ticket; /* … as this command left it, or found it
				     * where it was QUEUE_WRONG_STATE */
	/* The ticket now at the command's counter; QUEUE_NONE: nobody. */
	int serving_service;
	uint32_t serving_number;
};

/* Why nothing was done, in the contract's words; NULL where it was done, or
 * there was nothing to do. */
const char *kiosk_refused(const struct kiosk_answer *answer);

/* Called once for each submitted command, never from inside kiosk_submit(). */
typedef void kiosk_answer_fn(void *arg, const struct kiosk_answer *answer);

/*
 * Told after each commit with what is now durable, and with n_events 0 when
 * only the health changed, or what can be had (the hour, the wait). Must not
 * submit; may defer.
 */
typedef void kiosk_observer_fn(void *arg, const struct queue_event *events,
			       size_t n_events);

/*
 * Replays the business day from the journal (which stays the caller's, as do
 * event and config) and opens today where it is not open. now: from
 * base/clock.h. -ENOMEM, or the journal's error with problem filled in.
 */
int kiosk_new(sd_event *event, const struct config *config,
	      struct journal *journal, struct kiosk **out,
	      struct journal_problem *problem)
    __attribute__((warn_unused_result));

/*
 * A kiosk upon the journal in dir, which is made where there is none, and
 * mended (journal_mend()) where it is beyond use; all that is told to the log.
 * Both are the caller's: kiosk_free() and then journal_close(). On failure both
 * are NULL and problem says why; errors as of journal_open(), kiosk_new().
 */
int kiosk_open(sd_event *event, const struct config *config, const char *dir,
	       struct journal **journal, struct kiosk **kiosk,
	       struct journal_problem *problem)
    __attribute__((warn_unused_result));

/*
 * Before the observers go: commits the open turn, what the printer did
 * included, and gives the answers still owed. Observers are told no more.
 */
void kiosk_stop(struct kiosk *kiosk);

void kiosk_free(struct kiosk *kiosk);

/* At most 4. */
int kiosk_observe(struct kiosk *kiosk, kiosk_observer_fn *fn, void *arg);

/* Copies what it needs of the command. fn may be NULL. */
void kiosk_submit(struct kiosk *kiosk, const struct kiosk_command *command,
		  kiosk_answer_fn *fn, void *arg);

/* Forget the answer: fn is not called for commands with this arg. */
void kiosk_abandon(struct kiosk *kiosk, void *arg);

/* What goes wrong outside the queue, for the board and the staff's page. */
enum kiosk_printer {
	KIOSK_PRINTER_NONE,
	KIOSK_PRINTER_OK,
	KIOSK_PRINTER_UNKNOWN, /* it is there, and never answers */
	KIOSK_PRINTER_PAPER_LOW,
	KIOSK_PRINTER_PAPER_OUT,
	KIOSK_PRINTER_COVER_OPEN,
	KIOSK_PRINTER_CUTTER_ERROR,
	KIOSK_PRINTER_OVERHEATED,
	KIOSK_PRINTER_OFFLINE
};
#define KIOSK_PRINTERS 9

/* "ok", "paper_out", …: the contract's words for it. */
const char *kiosk_printer_name(enum kiosk_printer printer);

/* Whether slips come out of it, or may for all that is known. */
bool kiosk_printer_prints(enum kiosk_printer printer);

/* What became of a slip: record.h says what the journal keeps of it. */
struct kiosk_print {
	int service;
	uint32_t number;
	bool printed, confirmed, copy;
	const char *why;   /* where it was not printed; or NULL */
	const char *actor; /* who had it printed: "printer", or a copy's */
};

/*
 * Journals printed or print_failed for a ticket. Nobody waits for it, so it
 * shares the next commit, or gets one within a quarter of a second.
 */
void kiosk_note_print(struct kiosk *kiosk, const struct kiosk_print *print);

/* Likewise, printer_changed. */
void kiosk_note_printer(struct kiosk *kiosk, enum kiosk_printer from,
			enum kiosk_printer to);

/*
 * Journals button_fault, or, with fault NULL, button_ok, for a button of the
 * panel. As late as kiosk_note_print().
 */
void kiosk_note_button(struct kiosk *kiosk, const char *button,
		       const char *fault);

/* The committed state. Valid until control goes back to the event loop. */
const struct queue *kiosk_queue(const struct kiosk *kiosk);
const struct config *kiosk_config(const struct kiosk *kiosk);

/* seq of the last committed row, and its wall time. */
int64_t kiosk_seq(const struct kiosk *kiosk);
int64_t kiosk_at_ms(const struct kiosk *kiosk);

/*
 * What someone who asks for a number now would get. Closed, the service takes
 * people again at hours.opens_ms.
 */
struct kiosk_offer {
	bool open;              /* a number can be had … */
	enum queue_refusal why; /* … or why not */
	struct hours_now hours;
	bool last_call; /* it may not be served before reception ends */
	/* The wait by the wall clock, breaks included; high 0: not known. */
	uint32_t wait_low_s, wait_high_s;
};
void kiosk_offer(const struct kiosk *kiosk, int service,
		 enum ticket_class class, int64_t now_ms,
		 struct kiosk_offer *offer);

/* The estimate for a ticket that waits, likewise by the wall clock. False where
 * there is none. */
bool kiosk_wait_of(const struct kiosk *kiosk, const struct queue_ticket *ticket,
		   int64_t now_ms, uint32_t *low_s, uint32_t *high_s);

enum kiosk_central {
	KIOSK_CENTRAL_OFF,
	KIOSK_CENTRAL_OK,
	KIOSK_CENTRAL_BEHIND,
	KIOSK_CENTRAL_ERROR
};
/* Of buttons, lamps, keypads and scanners. */
struct kiosk_panel_fault {
	char what[12];  /* "button", "lamp", "chip", "keypad", "scanner" */
	char id[96];    /* as configured */
	char fault[16]; /* "stuck", "chattering", "hasty", "unusable", … */
};
#define KIOSK_PANEL_FAULTS 8
struct kiosk_panel {
	bool used;  /* anything is configured */
	bool fault; /* one that lasts */
	size_t n_faults;
	struct kiosk_panel_fault faults[KIOSK_PANEL_FAULTS];
	/* The last press that got no number; at_ms 0: none yet. */
	int64_t refused_at_ms;
	int refused_service;
	char refused_why[32]; /* the API's error code */
};
struct kiosk_health {
	enum kiosk_printer printer;
	bool clock_synced;
	enum kiosk_central central;
	int64_t central_synced_seq;
	char central_error[200]; /* "" for none */
	bool journal_ok;         /* the last turn with events was committed */
	/* The journal was opened without rows that had been durable, up to
	 * this one at least; 0: with all. */
	int64_t lost_seq;
	/* Its files were deleted or replaced under it, and put back. */
	bool was_moved;
	/* An old journal that was set aside and still lies there, or "". */
	char aside[64];
	struct kiosk_panel panel;
};
const struct kiosk_health *kiosk_health(const struct kiosk *kiosk);

void kiosk_report_printer(struct kiosk *kiosk, enum kiosk_printer printer);
void kiosk_report_clock(struct kiosk *kiosk, bool synced);
void kiosk_report_central(struct kiosk *kiosk, enum kiosk_central state,
			  int64_t synced_seq, const char *error);

/*
 * Up to which row the central log has this journal, while all is well with it;
 * NULL: that is not known now. With central.retain_days, rows that it has had
 * for so long are pruned in a quiet hour (kiosk_retain.c).
 */
struct kiosk_sent {
	char journal[JOURNAL_ID_SIZE];
	int64_t seq;
	uint8_t chain[JOURNAL_CHAIN_SIZE];
};
void kiosk_report_sent(struct kiosk *kiosk, const struct kiosk_sent *sent);

void kiosk_report_panel(struct kiosk *kiosk, const struct kiosk_panel *panel);

/* Counters since start, for /metrics. */
struct kiosk_counts {
	uint64_t commits, commit_failures, events, commands, refusals;
	int64_t last_commit_us, worst_commit_us;
};
struct kiosk_counts kiosk_counts(const struct kiosk *kiosk);

#endif
