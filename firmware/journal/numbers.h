/* SPDX-License-Identifier: MIT */
/*
 * What was given out, kept beside the journal: should the journal lose rows (a
 * lost -wal, a page that cannot be read, another file put in its place), this
 * says so, and behind which number each service can safely go on. Private to
 * the journal.
 *
 * dir/numbers holds two slots of text, written in turn after each commit and
 * not synced: they outlive a kill. Before a number goes beyond its ceiling, the
 * next ceiling is written and synced: it outlives a power cut, and costs one
 * commit in NUMBERS_BLOCK. All is a second net: where it cannot be written, the
 * journal works on.
 */
#ifndef KIOSK_NUMBERS_H
#define KIOSK_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal/journal.h"

#define NUMBERS_FILE "numbers"
#define NUMBERS_BLOCK 200
#define NUMBERS_MAX 64 /* prefixes; a configuration has 32 services */
#define NUMBERS_SLOT 4096
#define NUMBERS_BOOT_SIZE 40

struct numbers_of {
	char prefix[8];
	uint32_t last;    /* given out last, by a commit that is durable */
	uint32_t ceiling; /* nothing beyond was given out */
	uint32_t synced;  /* the ceiling that is on the disk for certain */
};

struct numbers {
	uint64_t generation; /* 0: nothing was ever written */
	char journal[JOURNAL_ID_SIZE];
	int64_t seq;   /* a row that was durable */
	int64_t at_ms; /* of the last number */
	/* Of the machine, as it is written; the caller's to set. */
	char boot[NUMBERS_BOOT_SIZE];
	/* Prefixes that are not listed may be up to here; 0: they have none. */
	uint32_t others;
	size_t n;
	struct numbers_of of[NUMBERS_MAX];
};

/*
 * Opens dir/numbers, makes it where it is missing, and reads the newer slot
 * that is whole. *fd is the caller's. A negative errno where it cannot be
 * opened; one that holds nothing of use has generation 0.
 */
int numbers_open(const char *dir, struct numbers *numbers, int *fd)
    __attribute__((warn_unused_result));

/* Likewise, only for reading. -ENOENT: there is none. */
int numbers_read(const char *dir, struct numbers *numbers)
    __attribute__((warn_unused_result));

/* Takes a row into account that is about to be committed. True: its ceiling is
 * to be synced first. */
bool numbers_take(struct numbers *numbers, const struct journal_row *row);

/* Writes the other slot. sync: and waits until it is on the disk. */
int numbers_write(struct numbers *numbers, int fd, bool sync)
    __attribute__((warn_unused_result));

/* Behind which number it is safe to go on: the last one where it was written in
 * this boot, else the ceiling. */
uint32_t numbers_floor(const struct numbers *numbers, size_t i,
		       const char *boot);

/* The prefix's entry, made where there is none; NULL: no room. */
struct numbers_of *numbers_entry(struct numbers *numbers, const char *prefix);

/* The prefix of the ticket that the row is about. */
bool numbers_prefix(const struct journal_row *row, char prefix[8]);

/* The boot id of the machine, "" where there is none. */
void numbers_boot(char boot[NUMBERS_BOOT_SIZE]);

#endif
