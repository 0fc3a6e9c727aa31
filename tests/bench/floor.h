/* SPDX-License-Identifier: MIT */
/*
 * The floor of a durable ticket: the row that kioskd writes, into a table of
 * the same schema, by SQLite alone in WAL and synchronous=FULL: one prepared
 * INSERT, a transaction of its own.
 */
#ifndef KIOSK_BENCH_FLOOR_H
#define KIOSK_BENCH_FLOOR_H

struct floor;

/* Makes the file. */
struct floor *floor_open(const char *file);

/* key: NULL for none. Returns microseconds. */
double floor_insert(struct floor *floor, const char *key);

void floor_close(struct floor *floor);

#endif
