/* SPDX-License-Identifier: MIT */
/*
 * The queue's state, for the files of this room only.
 *
 * A ticket is a slot, numbered from 1 in the order of issue, so that slots
 * compare as arrivals do. Slot 0 is nobody: it is empty for good, which spares
 * the trees a test in every step, and memory that calloc() gave needs no
 * further work, so a page is touched only once a ticket lies in it.
 */
#ifndef KIOSK_QUEUE_INTERNAL_H
#define KIOSK_QUEUE_INTERNAL_H

#include "queue/queue.h"

#define SLOT_NONE 0U
#define QUEUE_LINES (QUEUE_MAX_SERVICES + QUEUE_MAX_COUNTERS)
#define QUEUE_SETS (QUEUE_LINES * TICKET_CLASSES)

/* A number that was given out, and when; number 0: none. */
struct mark {
	uint32_t number;
	enum queue_clock clock;
	int64_t issued_ms; /* corrected for steps of the clock */
};

struct slot {
	struct queue_ticket ticket;
	struct mark mark; /* of its issue; the ticket keeps what was shown */

	/* In the tree of those who wait: waiting.c. */
	uint64_t place;    /* in line, by arrival or where it was put */
	uint32_t child[2]; /* earlier and later ones */
	uint32_t count;    /* in this subtree */

	uint32_t chain; /* next slot in the same bucket */
};

/* How long one of a service keeps a counter. */
struct known {
	double mean_ms; /* 0: not known */
	double variance;
	double off2; /* (standard error of the mean / mean)^2 */
};

/* What a service's completions in this day tell: sums that fade, and what
 * follows from them. estimate_notes.c. */
struct pace {
	double n, ms, ms2;
	uint32_t done; /* without fading */
	struct known known;
};

/* How they come to the office: sums of the gaps, that fade, and who came in
 * this day. estimate_notes.c. */
struct arrivals {
	double n, ms;
	int64_t last_ms; /* 0: nobody yet */
	double all, service[QUEUE_MAX_SERVICES], class[TICKET_CLASSES];
};

struct service {
	struct pace pace;
	struct mark last;
	struct mark before; /* where the latest restart at 1 left off */
	uint32_t issued;    /* in this day */
};

struct counter {
	enum queue_counter_state state;
	uint32_t serving;    /* slot */
	uint32_t rateable;   /* slot of the last one finished, until rated */
	int64_t rateable_ms; /* when that was */
	uint32_t run;      /* privileged calls that passed a normal one over */
	int64_t busy_ms;   /* busy with the present one since; 0: idle */
	int64_t paused_ms; /* paused since; 0: it is not */
};

struct queue {
	struct queue_rules rules;
	char day[QUEUE_DAY_SIZE];
	bool clock_set;       /* since the machine booted */
	uint32_t n_tickets;   /* slots 1..n_tickets */
	uint32_t expire_from; /* where QUEUE_OPEN_DAY looks on; see day.c */
	struct service services[QUEUE_MAX_SERVICES];
	struct counter counters[QUEUE_MAX_COUNTERS];
	struct arrivals arrivals;
	struct queue_call calls[QUEUE_CALLS]; /* newest first */
	size_t n_calls;
	uint32_t roots[QUEUE_SETS];

	/* Both in the one block that begins with this struct. */
	struct slot *slots;
	uint32_t *buckets; /* first slot by service and number */
};

/* ---- queue.c ---- */

static inline bool queue_has_service(const struct queue *queue, int service)
{
	return service >= 0 && (size_t)service < queue->rules.n_services;
}

static inline bool queue_has_counter(const struct queue *queue, int counter)
{
	return counter >= 0 && (size_t)counter < queue->rules.n_counters;
}

/* The slots are reached by this alone. */
static inline struct slot *slot_at(const struct queue *queue, uint32_t slot)
{
	return &queue->slots[slot];
}

/* The ticket's slot, or SLOT_NONE. Takes any service and number. */
uint32_t queue_slot_of(const struct queue *queue, int service, uint32_t number);

/* Puts the slot, whose ticket has its service and number, where
 * queue_slot_of() finds it. */
void queue_index_slot(struct queue *queue, uint32_t slot);

/* As if nothing had been issued or called: no tickets, all counters closed. */
void queue_clear_day(struct queue *queue);

/* ---- policy.c ---- */

/* Whom the counter calls next, or SLOT_NONE. */
uint32_t policy_choose(const struct queue *queue, int counter, int64_t now_ms);

/* Whether anyone waits whom the counter may call. */
bool policy_anyone(const struct queue *queue, int counter);

/* Keeps the account of the ratio. To be told of each call while the called
 * ticket still waits. */
void policy_note_call(struct queue *queue, int counter,
		      enum ticket_class class);

/* ---- day.c ---- */

/* QUEUE_OPEN_DAY; as queue_decide(). */
int day_decide(const struct queue *queue, const struct queue_command *command,
	       int64_t now_ms, struct queue_event *event,
	       enum queue_refusal *why);

/* As queue_apply(). */
int day_apply_opened(struct queue *queue, const struct queue_event *event);
/* now_ms: by the clock of the new boot, or as it was set. */
void day_apply_booted(struct queue *queue, int64_t now_ms);
void day_apply_stepped(struct queue *queue, int64_t step_ms, int64_t now_ms);
void day_apply_synced(struct queue *queue, int64_t now_ms);

/* The mark of a number given out now. */
struct mark day_mark(const struct queue *queue, uint32_t number,
		     int64_t now_ms);

/* ---- estimate_notes.c: what the estimate learns. Told after the event. ----
 */

void estimate_note_issued(struct queue *queue, const struct queue_event *event);
/* The counter has called; it has let go of a ticket of that service, with
 * whom it is done or not; it takes a rest; it has got another state. */
void estimate_note_called(struct counter *counter, int64_t now_ms);
void estimate_note_left(struct queue *queue, int counter, int service,
			bool done, int64_t now_ms);
void estimate_note_rest(struct counter *counter);
void estimate_note_state(struct counter *counter, int64_t now_ms);
void estimate_note_stepped(struct queue *queue, int64_t step_ms);
/* A new day: nothing is known of it. */
void estimate_forget(struct queue *queue);

struct known estimate_known(const struct queue *queue, int service);

/* How many came lately, in how long a time. */
void estimate_arrivals(const struct queue *queue, int64_t now_ms, double *n,
		       double *ms);

#endif
