/* SPDX-License-Identifier: MIT */
/*
 * A piece of a journal as a file, for a commune without a network: written by
 * `kioskctl journal export --sealed`, brought in by `kiosk-sync --import`. JSON
 * lines:
 *	{"kiosk_sealed":1,"kiosk":…,"journal":…,"from_seq":N,"from_chain":hex,
 *	 "public_key":hex}
 *	a row a line, as kioskctl journal export prints them
 *	{"end_seq":N,"end_chain":hex,"signature":hex}
 * The signature is of the end (see seal.h), and the chain binds the rows to it.
 * Sealed is not secret: the rows can be read.
 */
#ifndef KIOSK_SEALED_H
#define KIOSK_SEALED_H

#include "journal/journal.h"
#include "sync/central.h"
#include "sync/seal.h"

/*
 * Writes the rows behind after_seq to path, whole or not at all, and durable
 * (who pulls the stick then has it). 0 or a negative errno with problem;
 * -ENOENT: there is no row after_seq. end (may be NULL): the last row's.
 */
int sealed_write(struct journal *journal, const char *kiosk,
		 const struct seal_key *key, int64_t after_seq,
		 const char *path, struct central_head *end,
		 struct central_problem *problem)
    __attribute__((warn_unused_result));

struct sealed;

/* What the file says of itself; end and seal are filled in by sealed_check().
 */
struct sealed_title {
	char kiosk[65];
	char journal[65];
	struct central_head from, end;
	struct central_seal seal;
};

/* Reads the first line. Nothing of it is to be believed yet. */
int sealed_open(const char *path, struct sealed **out,
		struct central_problem *problem)
    __attribute__((warn_unused_result));
void sealed_close(struct sealed *sealed);

/*
 * Reads the whole file: every row follows the one before it, and the end is
 * signed. 0 with *title, and the next row is the first again; -EBADMSG with
 * problem, which names the line.
 */
int sealed_check(struct sealed *sealed, struct sealed_title *title,
		 struct central_problem *problem)
    __attribute__((warn_unused_result));

/* 1: *row, good until the next call; 0: there are no more; -EBADMSG, -EIO. */
int sealed_next(struct sealed *sealed, struct journal_row *row,
		struct central_problem *problem)
    __attribute__((warn_unused_result));

#endif
