/* SPDX-License-Identifier: MIT */
/*
 * A central log behind one set of functions (DESIGN.md "Central log"). The
 * central log itself knows where a journal stands; kiosk-sync keeps no
 * bookkeeping of its own.
 *
 * Every engine gives the same answers to the same batches, in this order:
 *	a row that does not continue the one before it	CENTRAL_BAD_CHAIN
 *	from is what the log holds; the rows are added	CENTRAL_TAKEN
 *	the log holds another chain at a seq named here	CENTRAL_FORK
 *	the log holds all of these rows already		CENTRAL_TAKEN
 *	anything else					CENTRAL_RESUME
 */
#ifndef KIOSK_CENTRAL_H
#define KIOSK_CENTRAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal/journal.h"

struct central_problem {
	char text[400]; /* one line: what is wrong, and the mend */
};

/* Where a journal stands at the central log; seq 0 and zero bytes: not yet. */
struct central_head {
	int64_t seq;
	uint8_t chain[JOURNAL_CHAIN_SIZE];
};

enum central_verdict {
	CENTRAL_TAKEN,     /* all of the batch is in; head is the new one */
	CENTRAL_RESUME,    /* the log stands elsewhere: go on from head */
	CENTRAL_FORK,      /* same seq, another chain: a clone, or doctored */
	CENTRAL_BAD_CHAIN, /* a row of the batch does not hold */
	CENTRAL_DENIED,    /* this kiosk may not write there; problem says why,
			      head is not known */
};

/* The kiosk's signature of a batch's end (see seal.h). */
struct central_seal {
	uint8_t public_key[32];
	uint8_t signature[64];
};

struct central;

struct central_ops {
	/*
	 * url as configured. Makes no connection yet where it can wait.
	 * stop_fd (-1: none) is readable once the caller wants to end: a wait
	 * for the network then ends with -ECANCELED.
	 */
	int (*open)(const char *url, int stop_fd, struct central **out,
		    struct central_problem *problem);
	void (*close)(struct central *central);
	/*
	 * Where (kiosk, journal) stands; the log notes the contact and that the
	 * kiosk's own journal goes to local_seq. 0, or a negative errno with
	 * problem (-EACCES: this kiosk may not call there).
	 */
	int (*hello)(struct central *central, const char *kiosk,
		     const char *journal, int64_t local_seq,
		     struct central_head *head,
		     struct central_problem *problem);
	/*
	 * Appends rows, which continue *from. All or nothing. 0 with *verdict
	 * and *head filled in, or a negative errno (the link broke, the disk
	 * is full: try again later) with problem. A batch that is in already
	 * is CENTRAL_TAKEN and adds nothing. seal (NULL: none) goes with rows
	 * that are added; the log keeps the day's last.
	 */
	int (*append)(struct central *central, const char *kiosk,
		      const char *journal, const struct central_head *from,
		      const struct journal_row *rows, size_t n_rows,
		      const struct central_seal *seal,
		      enum central_verdict *verdict, struct central_head *head,
		      struct central_problem *problem);
	/*
	 * Tells the log that the journal here does not hold its head, but
	 * *ours: it is noted with both heads, for people to look into. (What
	 * append() calls a fork it notes itself.) 0 or a negative errno.
	 */
	int (*fork)(struct central *central, const char *kiosk,
		    const char *journal, const struct central_head *ours,
		    struct central_problem *problem);
	/* Makes the schema; safe to run again. */
	int (*install)(const char *url, struct central_problem *problem);
};

extern const struct central_ops central_sqlite;
extern const struct central_ops central_postgres;

/* The engine for that url, or NULL with problem. */
const struct central_ops *central_for(const char *url,
				      struct central_problem *problem);

/*
 * Whether row is the one that follows after: the next seq, fields of
 * well-formed UTF-8 without the byte 0x1F, and the chain recomputed.
 */
bool central_row_follows(const struct central_head *after,
			 const struct journal_row *row);

/* The head that a row makes. */
void central_head_set(struct central_head *head, const struct journal_row *row);

bool central_head_equal(const struct central_head *a,
			const struct central_head *b);

/* Contacts are noted to this grain, to spare the disk of an idle log. */
#define CENTRAL_CONTACT_GRAIN_MS 60000

#endif
