/* SPDX-License-Identifier: MIT */
/*
 * Rows read straight from the pages of a journal's file and of its -wal, as
 * https://www.sqlite.org/fileformat.html lays them out, without SQLite: no
 * header, tree or index needs to be whole for that, only the page a row stands
 * in. What comes is not known to be true or current (a page may be an old one,
 * or free); the chain tells. Private to the journal.
 */
#ifndef KIOSK_CARVE_H
#define KIOSK_CARVE_H

#include <stddef.h>
#include <stdint.h>

#include "journal/journal.h"

/* A value of the meta table: a text, a blob, or a number with text NULL. */
struct carve_meta {
	const char *name;
	const void *bytes;
	size_t length;
	int64_t number;
};

struct carve_sink {
	/* 0 to go on; anything else ends the carving and is returned. */
	int (*row)(void *arg, const struct journal_row *row);
	int (*meta)(void *arg, const struct carve_meta *meta);
	void *arg;
};

struct carve_count {
	int64_t pages;      /* looked at */
	int64_t unreadable; /* that the disk did not give */
};

/* Either may be missing, which gives nothing. 0, -ENOMEM, or what the sink
 * returned. */
int carve_files(const char *file, const char *wal,
		const struct carve_sink *sink, struct carve_count *count)
    __attribute__((warn_unused_result));

#endif
