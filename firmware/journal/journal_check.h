/* SPDX-License-Identifier: MIT */
/* What is right and what is wrong with a journal, in words. */
#ifndef KIOSK_JOURNAL_CHECK_H
#define KIOSK_JOURNAL_CHECK_H

#include "journal/journal.h"

struct journal_finding {
	const char *what; /* "file", "schema", "structure", "chain", "wal",
			     "numbers", "aside" */
	bool ok;
	char text[400]; /* one line; with what is wrong, the mend */
};
#define JOURNAL_FINDINGS 7

struct journal_checked {
	bool ok;                  /* all of it */
	char id[JOURNAL_ID_SIZE]; /* "": cannot be read */
	int64_t rows, head_seq, anchor_seq;
	size_t n;
	struct journal_finding findings[JOURNAL_FINDINGS];
};

/* Looks at a journal's file and what lies beside it; kioskd may be running.
 * Changes nothing. */
void journal_check(const char *file, struct journal_checked *checked);

#endif
