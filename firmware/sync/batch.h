/* SPDX-License-Identifier: MIT */
/*
 * Rows on their way to a central log: as many as one call takes, each held
 * against the one before it, in one block of memory of a fixed size.
 */
#ifndef KIOSK_BATCH_H
#define KIOSK_BATCH_H

#include "sync/central.h"

/* A batch ends with whichever is reached first. */
#define BATCH_ROWS 1000
#define BATCH_BYTES (1024 * 1024)

struct batch {
	struct journal_row rows[BATCH_ROWS];
	size_t n;
	struct central_head end; /* the last row, or what they continue */
	size_t used;
	char texts[BATCH_BYTES]; /* untouched pages cost no memory */
};

/* Empties it; what comes next continues *from. */
void batch_start(struct batch *batch, const struct central_head *from);

enum batch_result {
	BATCH_ADDED,
	BATCH_FULL,   /* not added: send what is there first */
	BATCH_BAD_ROW /* does not follow, or is longer than any row */
};

/* Copies the row. */
enum batch_result batch_add(struct batch *batch, const struct journal_row *row);

#endif
