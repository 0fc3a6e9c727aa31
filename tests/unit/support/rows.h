/* SPDX-License-Identifier: MIT */
/* Journal rows for tests, with their chains. */
#ifndef KIOSK_TEST_ROWS_H
#define KIOSK_TEST_ROWS_H

#include <stddef.h>

#include "journal/journal.h"

/*
 * A day's events of every shape: texts NULL, empty and Vietnamese, numbers
 * there and not. seq and chain are not filled in. i chooses which.
 */
struct journal_row row_sample(int64_t i);

/* Numbers and chains rows from first_seq on, behind previous (NULL: zeros). */
void rows_chain(struct journal_row *rows, size_t n, int64_t first_seq,
		const uint8_t *previous);

/* dir/journal.db with that many rows; dies where it cannot. */
void rows_journal(const char *dir, int64_t n);
/* That many more. */
void rows_journal_more(const char *dir, int64_t n);
/* Likewise, but each with a detail of the greatest length. */
void rows_journal_long(const char *dir, int64_t n);
/* Likewise, but rows that rows_journal_more() does not make. */
void rows_journal_other(const char *dir, int64_t n);

/* The journal's rows up to that one go, as journal_prune() does it. */
void rows_prune(const char *dir, int64_t seq);

/* A new directory for a test's files; rows_dir_end() removes it with all. */
void rows_dir(char *path, size_t size);
void rows_dir_end(const char *path);

/*
 * Runs sql in an SQLite file. The rows as lines, columns by '|', NULL as \N;
 * the caller frees it. NULL after it told on stderr what failed.
 */
char *rows_ask(const char *path, const char *sql);

#endif
