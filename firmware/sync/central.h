/* SPDX-License-Identifier: MIT */
/*
 * A central log behind one set of functions (DESIGN.md "Central log"). The
 * central log itself knows where a journal stands; kiosk-sync keeps no
 * bookkeeping of its own.
 */
#ifndef KIOSK_CENTRAL_H
#define KIOSK_CENTRAL_H

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
	CENTRAL_DENIED,    /* this kiosk may not write there */
};

struct central;

struct central_ops {
	/* url as configured. Makes no connection yet where it can wait. */
	int (*open)(const char *url, struct central **out,
		    struct central_problem *problem);
	void (*close)(struct central *central);
	/* Where (kiosk, journal) stands. 0, or a negative errno with problem.
	 */
	int (*hello)(struct central *central, const char *kiosk,
		     const char *journal, struct central_head *head,
		     struct central_problem *problem);
	/*
	 * Appends rows, which continue *from. All or nothing. 0 with *verdict
	 * and *head filled in, or a negative errno (the link broke, the disk
	 * is full: try again later) with problem. A batch that is in already
	 * is CENTRAL_TAKEN and adds nothing.
	 */
	int (*append)(struct central *central, const char *kiosk,
		      const char *journal, const struct central_head *from,
		      const struct journal_row *rows, size_t n_rows,
		      enum central_verdict *verdict, struct central_head *head,
		      struct central_problem *problem);
	/* Makes the schema; safe to run again. */
	int (*install)(const char *url, struct central_problem *problem);
};

extern const struct central_ops central_sqlite;
extern const struct central_ops central_postgres;

/* The engine for that url, or NULL with problem. */
const struct central_ops *central_for(const char *url,
				      struct central_problem *problem);

#endif
