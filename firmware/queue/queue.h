/* SPDX-License-Identifier: MIT */
/*
 * The rules of the queue. Pure: no I/O, no clock, no allocation after
 * queue_new(), no library but libc. Everything that changes the state is an
 * event, and the state is nothing but the events applied in order:
 *
 *	command -> queue_decide(queue, command, now) -> events or a refusal
 *		-> (the caller makes them durable and numbers them)
 *		-> queue_apply(queue, event), one by one
 *
 * queue_decide() never changes the queue. Services and counters are indices
 * into the rules given to queue_new(); the caller maps them to ids.
 */
#ifndef KIOSK_QUEUE_H
#define KIOSK_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ticket.h"

/* tests/proof has fewer of these, so that all fit into its search. */
#ifndef QUEUE_MAX_SERVICES
#define QUEUE_MAX_SERVICES 32
#define QUEUE_MAX_COUNTERS 32
#define QUEUE_CALLS 8 /* remembered for the board */
#endif
#define QUEUE_MAX_TICKETS (1 << 20)
#define QUEUE_MAX_EVENTS 4 /* that one decision can give */
#define QUEUE_DAY_SIZE 11  /* "2026-11-24" and a NUL */
#define QUEUE_NONE (-1)    /* no service, no counter */
#define QUEUE_MAX_RATE 1000
#define QUEUE_MAX_RESTORE 1000
/* So early or so late for its window, an appointment is on time. */
#define QUEUE_APPOINTMENT_MS (15 * 60 * 1000LL)

/* A code is not given out twice within this time: invariant 2. */
#define QUEUE_REUSE_MS (12 * 3600 * 1000LL)

enum queue_policy { QUEUE_RATIO, QUEUE_STRICT, QUEUE_ACCUMULATE };
enum queue_prefer { QUEUE_OLDEST, QUEUE_ORDER };
/* What happens when a ticket may not be served before reception ends. */
enum queue_last_call { QUEUE_LAST_OFF, QUEUE_LAST_WARN, QUEUE_LAST_STOP };

struct queue_rules {
	size_t n_services; /* 1..QUEUE_MAX_SERVICES */
	struct {
		uint32_t daily_cap; /* tickets a business day; 0: no cap */
		uint32_t typical_s; /* to serve one; 0: not known */
	} services[QUEUE_MAX_SERVICES];
	size_t n_counters; /* 1..QUEUE_MAX_COUNTERS */
	struct {
		uint8_t services[QUEUE_MAX_SERVICES]; /* indices, in order */
		size_t n_services;
		enum queue_prefer prefer;
	} counters[QUEUE_MAX_COUNTERS];
	enum queue_policy policy;
	uint32_t priority_ratio; /* priority calls to one normal; >= 1 */
	/* QUEUE_ACCUMULATE: how fast waiting counts; 1..QUEUE_MAX_RATE */
	uint32_t rates[TICKET_CLASSES];
	/* a no-show that came back waits after so many of its line and class;
	 * 0: where it waited before */
	uint32_t restore_after;
	uint32_t
	    recall_limit; /* recalls before no-show is suggested; 0: never */
	enum queue_last_call last_call;
	/* a business day, 1..QUEUE_MAX_TICKETS; sets the memory */
	size_t max_tickets;
};

/* The journal's event kinds, in the contract's words (queue_kind_name()). */
enum queue_kind {
	QUEUE_JOURNAL_OPENED,
	QUEUE_DAY_OPENED,
	QUEUE_ISSUED,
	QUEUE_CALLED,
	QUEUE_RECALLED,
	QUEUE_FINISHED,
	QUEUE_NO_SHOW,
	QUEUE_TRANSFERRED,
	QUEUE_RETURNED,
	QUEUE_RESTORED,
	QUEUE_CANCELLED,
	QUEUE_EXPIRED,
	QUEUE_COUNTER_OPENED,
	QUEUE_COUNTER_PAUSED,
	QUEUE_COUNTER_CLOSED,
	QUEUE_RATED,
	QUEUE_PRINTED,
	QUEUE_PRINT_FAILED,
	QUEUE_CONFIG_LOADED,
	QUEUE_CLOCK_STEPPED,
	/* The clock is right, and was so before anyone looked: no step. */
	QUEUE_CLOCK_SYNCED,
	/* The printer ran out of paper, is well again, …: not of the queue. */
	QUEUE_PRINTER_CHANGED,
	/* A button of the panel sticks, chatters, …; it is well again. */
	QUEUE_BUTTON_FAULT,
	QUEUE_BUTTON_OK,
	/*
	 * service, number: up to here its numbers may have been given out by
	 * rows that a damaged disk has lost. They go on behind it.
	 */
	QUEUE_NUMBERS_RAISED,
};
#define QUEUE_KINDS 25

/*
 * Which clock told the time of an issue, and so what a later step of the clock
 * says about it: a step moves what the clock of this boot told, and, when it
 * goes forward, what an earlier boot's clock told that nobody had set.
 */
enum queue_clock {
	QUEUE_CLOCK_DOUBTED, /* an earlier boot's, that nobody had set */
	QUEUE_CLOCK_TRUSTED, /* an earlier boot's, that had been set */
	QUEUE_CLOCK_RUNNING, /* this boot's, that nobody has set yet */
	QUEUE_CLOCK_SET,     /* this boot's, that has been set */
};
#define QUEUE_CLOCKS 4

/*
 * Where a service's numbers stand when a day opens. Times are wall ms,
 * corrected for the steps since.
 */
struct queue_seed {
	uint32_t last;          /* the number given out last; 0: begin at 1 */
	int64_t last_issued_ms; /* with last 0: 0 */
	enum queue_clock last_clock;
	/*
	 * Where the latest restart at 1 left off, 0 for none: should the clock
	 * turn out to have been ahead, the numbers go on from there.
	 */
	uint32_t before;
	int64_t before_issued_ms;
	enum queue_clock before_clock;
};

struct queue_event {
	enum queue_kind kind;
	int64_t seq;   /* the journal's; 0 until it has one */
	int64_t at_ms; /* wall time */
	int service;   /* QUEUE_NONE where the kind has none */
	uint32_t number;
	int class;   /* enum ticket_class, or QUEUE_NONE */
	int counter; /* index, or QUEUE_NONE */

	/*
	 * QUEUE_TRANSFERRED, from counter: the one or the other, or, where the
	 * rules know the target no more, neither: it waits where it waited.
	 */
	int to_service, to_counter;
	/* QUEUE_ISSUED: how many waited in front, as was told to the citizen */
	uint32_t ahead;
	/* QUEUE_ISSUED: the wait as it was told, in seconds; high 0: not told
	 */
	uint32_t wait_low_s, wait_high_s;
	/* QUEUE_ISSUED: it may not be served before reception ends */
	bool last_call;
	/* QUEUE_ISSUED: the appointment that was shown, 0 and 0 for none */
	int64_t from_ms, until_ms;
	/* QUEUE_RESTORED: waits after so many of its line and class */
	uint32_t after;
	/* QUEUE_RATED: 1..5 */
	uint8_t stars;
	/*
	 * QUEUE_CLOCK_STEPPED: how far the wall clock jumped, forward > 0;
	 * at_ms is by the clock as it was set
	 */
	int64_t step_ms;
	/* QUEUE_CONFIG_LOADED: first start since the machine booted */
	bool booted;
	/*
	 * QUEUE_DAY_OPENED. A day that a clock step opened carries on where
	 * tickets were really issued within QUEUE_REUSE_MS: these, those still
	 * open, and the counters stay, older tickets are forgotten, and replay
	 * must begin at an earlier day.
	 */
	bool carried;
	bool clock_set; /* the clock has been set since the machine booted */
	char day[QUEUE_DAY_SIZE];
	struct queue_seed seeds[QUEUE_MAX_SERVICES];
};

enum queue_verb {
	QUEUE_ISSUE,       /* service, class */
	QUEUE_CALL_NEXT,   /* counter */
	QUEUE_CALL_TICKET, /* counter, service, number */
	QUEUE_RECALL,      /* counter; likewise below */
	QUEUE_FINISH,
	QUEUE_MISS, /* no-show */
	QUEUE_RETURN,
	QUEUE_TRANSFER, /* to_counter, or with QUEUE_NONE to_service */
	QUEUE_OPEN,
	QUEUE_PAUSE,
	QUEUE_CLOSE,
	QUEUE_RATE,    /* counter, stars; service, number or QUEUE_NONE, 0 */
	QUEUE_RESTORE, /* service, number */
	QUEUE_CANCEL,  /* service, number */
	/*
	 * day, stepped. To be decided and applied again and again until it
	 * gives no event: one expired ticket each, and the opening last.
	 */
	QUEUE_OPEN_DAY,
};
#define QUEUE_VERBS 15

struct queue_command {
	enum queue_verb verb;
	int service; /* the ticket's or the wanted one; QUEUE_NONE: none */
	uint32_t number;
	enum ticket_class class;
	int counter;
	int to_service, to_counter; /* looked at by QUEUE_TRANSFER alone */
	uint8_t stars;
	/*
	 * QUEUE_ISSUE: what the calendar says, which the queue has not: whether
	 * reception is closed, and how much of it is left today (0: no end).
	 */
	bool closed;
	int64_t left_ms;
	/*
	 * QUEUE_ISSUE of an appointment that names its time (0 and 0: it does
	 * not): who comes more than QUEUE_APPOINTMENT_MS before or after it
	 * queues as normal.
	 */
	int64_t from_ms, until_ms;
	/* The clock jumped; a day before the open one is taken for that. */
	bool stepped;
	char day[QUEUE_DAY_SIZE];
	/*
	 * What the caller believes to be at the counter: a ticket, or, with
	 * expect_service QUEUE_NONE, nobody. Not looked at without `expects`.
	 */
	bool expects;
	int expect_service;
	uint32_t expect_number;
};

enum queue_refusal {
	QUEUE_OK,
	QUEUE_UNKNOWN_SERVICE,
	QUEUE_UNKNOWN_COUNTER,
	QUEUE_UNKNOWN_TICKET,
	QUEUE_CONFLICT,          /* `expect` differs from what is there */
	QUEUE_NOBODY_AT_COUNTER, /* nothing to recall, finish, … */
	QUEUE_TICKET_AT_COUNTER, /* close: finish it first */
	QUEUE_WRONG_STATE,       /* the ticket is not in a state for that */
	QUEUE_NOT_SERVED_HERE,   /* the counter lacks the ticket's service */
	QUEUE_CAP_REACHED,       /* daily_cap */
	QUEUE_FULL,              /* max_tickets or TICKET_MAX_NUMBER */
	QUEUE_NO_DAY,            /* no business day is open yet */
	QUEUE_NOTHING_TO_RATE,   /* nobody finished there, or rated already */
	QUEUE_BAD_STARS,
	QUEUE_ALREADY_THERE, /* transfer to where the ticket is: return it */
	QUEUE_NOT_SERVED,    /* transfer to a service without counters */
	QUEUE_CLOSED,        /* no reception now */
	QUEUE_TOO_LATE,      /* not to be served before reception ends */
};
#define QUEUE_REFUSALS 18

enum queue_ticket_state {
	QUEUE_WAITING,
	QUEUE_AT_COUNTER, /* "called" */
	QUEUE_SERVED,
	QUEUE_MISSED, /* "no_show" */
	QUEUE_GONE,   /* "cancelled" */
	QUEUE_STALE,  /* "expired" */
};
#define QUEUE_TICKET_STATES 6

struct queue_ticket {
	int service;     /* whose code it bears */
	uint32_t number; /* from 1 */
	int queue; /* the service it waits for; differs once transferred */
	/*
	 * Transferred to this counter, which alone calls it; QUEUE_NONE: to
	 * none. It then waits in the counter's line, not in queue's.
	 */
	int for_counter;
	enum ticket_class class;
	enum queue_ticket_state state;
	int counter;      /* where it is or was last; QUEUE_NONE: nowhere yet */
	uint32_t calls;   /* and recalls, in all */
	uint32_t recalls; /* since it was called last */
	int64_t issued_at_ms;
	int64_t called_at_ms; /* last call or recall; 0: never */
	int64_t seq;          /* of the event that issued it */
};

enum queue_counter_state {
	QUEUE_COUNTER_IS_CLOSED,
	QUEUE_COUNTER_IS_OPEN,
	QUEUE_COUNTER_IS_PAUSED
};

struct queue_counter {
	enum queue_counter_state state;
	const struct queue_ticket *serving; /* or NULL */
	/* The last one finished there, until it is rated; or NULL. */
	const struct queue_ticket *rateable;
	int64_t rateable_ms; /* when it was finished, wall */
};

/* A line of the board: one a ticket, moved to the front by a recall. */
struct queue_call {
	int64_t id; /* seq of the called or recalled event */
	int service;
	uint32_t number;
	enum ticket_class class;
	int counter;
	int64_t at_ms;
	uint32_t calls;
};

struct queue;

/*
 * An empty queue with no day open. rules is copied. -EINVAL where the rules
 * break the bounds above, -ENOMEM. The only allocation there is.
 */
int queue_new(const struct queue_rules *rules, struct queue **out)
    __attribute__((warn_unused_result));
void queue_free(struct queue *queue);

/* Bytes that a queue with those rules takes, all in all. */
size_t queue_memory(const struct queue_rules *rules);

/* Makes to equal to from. Both come from queue_new() with the same rules. */
void queue_copy(struct queue *to, const struct queue *from);

/*
 * The events that the command makes, in order, with seq 0, or a refusal:
 * - n > 0: events[0..n-1]; the last one is the one that answers the command;
 * - 0: nothing to do and nothing wrong (nobody waits; the counter is open
 *   already; the day is open);
 * - -EPERM: refused, *why says why.
 * Calling the next finishes whom the counter still has, even when nobody
 * waits, and opens a closed or paused counter. now_ms is wall time.
 */
int queue_decide(const struct queue *queue, const struct queue_command *command,
		 int64_t now_ms, struct queue_event events[QUEUE_MAX_EVENTS],
		 enum queue_refusal *why) __attribute__((warn_unused_result));

/*
 * A called, recalled, finished, no_show, returned or transferred event with the
 * counter QUEUE_NONE is one from a journal whose counter is not among the rules
 * any more: the ticket goes the way it went, so that nobody is called twice.
 *
 * Applies an event that was decided here, or read from the journal. -EINVAL,
 * with nothing changed, for one that does not fit the state (a journal from
 * other rules, or a doctored one): replay logs it and goes on.
 */
int queue_apply(struct queue *queue, const struct queue_event *event)
    __attribute__((warn_unused_result));

/* "" while no day is open. */
const char *queue_day(const struct queue *queue);

/* The number given out last for the service in this day; 0 for none. */
uint32_t queue_last(const struct queue *queue, int service);

/*
 * When a number was last given out for it, be it on an earlier day (wall ms,
 * corrected for steps), or 0 where that no longer matters.
 */
int64_t queue_last_issued_ms(const struct queue *queue, int service);

/* How many wait for the service; of one class. Who was transferred to a
 * counter waits for that. */
size_t queue_waiting(const struct queue *queue, int service,
		     enum ticket_class class);

/* How many were transferred to the counter and wait for it; of one class. */
size_t queue_waiting_for(const struct queue *queue, int counter,
			 enum ticket_class class);

/* NULL where no such ticket was issued today. Valid until the next apply. */
const struct queue_ticket *queue_find(const struct queue *queue, int service,
				      uint32_t number);

struct queue_counter queue_counter(const struct queue *queue, int counter);

/* Whom the counter would call next, or NULL. now_ms matters to
 * QUEUE_ACCUMULATE alone. */
const struct queue_ticket *queue_next(const struct queue *queue, int counter,
				      int64_t now_ms);

/* Whether anyone waits whom the counter may call. */
bool queue_has_next(const struct queue *queue, int counter);

/* Whether whom the counter has was recalled recall_limit times in vain, so that
 * staff may take it for a no-show. Nothing does so by itself. */
bool queue_suggests_no_show(const struct queue *queue, int counter);

/* Whether the clock has been set, or found right, since the machine booted. */
bool queue_clock_is_set(const struct queue *queue);

/* Whether the day has tickets from an earlier boot whose clock nobody had set.
 */
bool queue_in_doubt(const struct queue *queue);

/*
 * How long until the call, in reception time: four of five lie between. See
 * estimate.c for the predictor. Times are multiples of a minute; high is at
 * least one.
 */
struct queue_wait {
	uint32_t low_s, high_s;
};

/* For one who comes now. False, with *wait zeroed, where it cannot be told: no
 * counter for it is open, or not enough is known of the services ahead. */
bool queue_wait(const struct queue *queue, int service, enum ticket_class class,
		int64_t now_ms, struct queue_wait *wait);

/* For a ticket that waits; false also where it does not. */
bool queue_wait_of(const struct queue *queue, const struct queue_ticket *ticket,
		   int64_t now_ms, struct queue_wait *wait);

/* How many of those who wait in the ticket's line, its service's or its
 * counter's, came before it. */
size_t queue_ahead(const struct queue *queue,
		   const struct queue_ticket *ticket);

/* The board's calls, newest first; returns how many (0..QUEUE_CALLS). */
size_t queue_calls(const struct queue *queue,
		   struct queue_call calls[QUEUE_CALLS]);

/*
 * Today's tickets in the order they were issued: index 0..queue_tickets()-1.
 */
size_t queue_tickets(const struct queue *queue);
const struct queue_ticket *queue_ticket_at(const struct queue *queue,
					   size_t index);

/* The contract's words: "issued", "no_show", "called", "open", … */
const char *queue_kind_name(enum queue_kind kind);
int queue_kind_from(const char *name); /* or -EINVAL */
const char *queue_ticket_state_name(enum queue_ticket_state state);
const char *queue_counter_state_name(enum queue_counter_state state);
/* "conflict", "unknown_service", …: the API's error code */
const char *queue_refusal_name(enum queue_refusal why);
/* "doubted", "trusted", "running", "set": for the seeds in the journal */
const char *queue_clock_name(enum queue_clock clock);
int queue_clock_from(const char *name); /* or -EINVAL */

#endif
