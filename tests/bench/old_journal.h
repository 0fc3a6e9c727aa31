/* SPDX-License-Identifier: MIT */
/* A journal with years in it: made through journal.h, as kioskd would have. */
#ifndef KIOSK_BENCH_OLD_JOURNAL_H
#define KIOSK_BENCH_OLD_JOURNAL_H

#include "office.h"

/*
 * Gives the office (not started) a journal with old_journal_rows() rows of
 * earlier days. Made once and kept in bench->cache; each office has its copy.
 */
void old_journal_give(const struct bench *bench, struct office *office);

size_t old_journal_rows(const struct bench *bench);

/* Adds tickets of today, four events each, to the office's journal. */
void old_journal_add_today(struct office *office, size_t tickets);

#endif
