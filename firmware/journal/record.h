/* SPDX-License-Identifier: MIT */
/*
 * Between the queue's events (indices) and the journal's rows (ids and JSON).
 * The detail column, by kind; keys stand in this order, no spaces:
 *
 *	journal_opened	{"journal":"<id>","schema":2}; after kioskctl journal
 *			rebase also "previous":"<id>","previous_seq":1234,
 *			"previous_chain":"<hex>","reason":"…"
 *	day_opened	{"carried":false,"clock_set":true,"utc_offset_s":25200,
 *			"seeds":{"land":{"prefix":"A","last":31,
 *			"issued_at_ms":…,"clock":"set","before":57,
 *			"before_issued_at_ms":…,"before_clock":"set"}}}; no
 *			before_… without a before. The offset is the office's
 *			from UTC as the day opens: who reads rows elsewhere
 *			tells the hour by it; 25200 where a row has none
 *	issued		{"ticket":"A025","ahead":7,"wait_s":[600,900],
 *			"last_call":true,"window_ms":[from,until]}; the last
 *			three only where an estimate was told, it may be too
 *			late, an appointment's time was shown
 *	restored	{"ticket":"A025","after":3}; no after where it waits
 *			where it waited
 *	finished	{"ticket":"A025","outcome":"accepted"}, or no outcome
 *	transferred	{"ticket":"A012","to_service":"notary"}, or
 *			{"ticket":"A012","to_counter":3}
 *	rated		{"ticket":"A025","stars":2,"reasons":["wait"]}; no
 *			reasons where none were given (base/rating.h)
 *	printed		{"ticket":"A025","confirmed":true,"copy":true};
 *			confirmed: by the printer, else it took all bytes and
 *			can say no more; copy: marked so, no copy otherwise
 *	print_failed	{"ticket":"A025","why":"…","copy":true}; likewise
 *	config_loaded	{"version":"…","boot":"<boot id>","booted":true,
 *			"offset_ms":…} (offset: wall clock - boot clock)
 *	clock_stepped	{"step_ms":-3600000}
 *	printer_changed	{"from":"ok","to":"paper_out"}, in the words of
 *			/v1/state's health
 *	button_fault	{"button":"land","fault":"stuck"}, or "chattering",
 *			"hasty"
 *	button_ok	{"button":"land"}
 *	numbers_raised	{"last":200,"why":"rows_lost"}; the row has a service
 *			and no number: the next one is 201
 *
 * All other kinds that are about a ticket have {"ticket":"A025"}, the rest
 * NULL. A ticket is known by its code, outside and inside: where a service got
 * a new id in the configuration and kept its prefix, its rows and its seed
 * are read as the new service's, so that no code is given out twice.
 */
#ifndef KIOSK_RECORD_H
#define KIOSK_RECORD_H

#include "base/config.h"
#include "journal/journal.h"
#include "queue/queue.h"

/* What a row says beyond its queue event. */
struct record_extra {
	const char *actor;
	const char *key;
	const char *outcome;
	unsigned reasons;       /* rated: bits of enum rating_reason */
	const char *why;        /* print_failed, button_fault, numbers_raised */
	bool unconfirmed;       /* printed */
	bool copy;              /* printed, print_failed */
	const char *from, *to;  /* printer_changed */
	const char *button;     /* button_fault, button_ok: its id */
	const char *journal_id; /* journal_opened */
	const char *boot_id;    /* config_loaded */
	int64_t clock_offset_ms;
};

/*
 * Fills in *row (all but seq and chain) for the event of that business day.
 * The process's zone must be the office's. row->detail lies in detail.
 * -EMSGSIZE where it does not fit.
 */
int record_to_row(const struct config *config, const struct queue_event *event,
		  const char *day, const struct record_extra *extra,
		  char detail[JOURNAL_DETAIL_MAX], struct journal_row *row)
    __attribute__((warn_unused_result));

/*
 * Reads an event back. -EINVAL for a kind, service or counter that this
 * configuration does not know, or a detail that does not parse: the caller
 * logs it and goes on. outcome (may be NULL) gets the outcome's text or "".
 */
int record_from_row(const struct config *config, const struct journal_row *row,
		    struct queue_event *event, char outcome[64])
    __attribute__((warn_unused_result));

/* What a printed or print_failed row says of the slip. */
struct record_print {
	bool printed;
	bool confirmed; /* by the printer */
	bool copy;
};

/* -EINVAL for another kind of row, or a detail that does not parse. */
int record_print_from_row(const struct journal_row *row,
			  struct record_print *print)
    __attribute__((warn_unused_result));

#define RECORD_BOOT_ID_SIZE 37 /* a UUID and a NUL */

/* Which boot of the machine a config_loaded row belongs to. */
struct record_boot {
	char boot_id[RECORD_BOOT_ID_SIZE]; /* "" where the row has none */
	int64_t clock_offset_ms;           /* wall clock - boot clock */
};

/* -EINVAL for another kind of row, or a detail that does not parse. */
int record_boot_from_row(const struct journal_row *row,
			 struct record_boot *boot)
    __attribute__((warn_unused_result));

#endif
