/* SPDX-License-Identifier: MIT */
/*
 * A one-dimensional PostgreSQL array in the binary format in which the server
 * takes a parameter (array_recv() in its src/backend/utils/adt/arrayfuncs.c).
 * Binary, so that no value needs quoting and NULL is not a word.
 */
#ifndef KIOSK_PG_ARRAY_H
#define KIOSK_PG_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Type ids that PostgreSQL never changes (its pg_type.dat). */
enum pg_type {
	PG_BYTEA = 17,
	PG_INT8 = 20,
	PG_TEXT = 25,
	PG_BYTEA_ARRAY = 1001,
	PG_TEXT_ARRAY = 1009,
	PG_INT8_ARRAY = 1016,
};

/* Begin with pg_array_start(); pg_array_free() may follow at any time. */
struct pg_array {
	uint8_t *bytes;
	size_t used, size;
	uint32_t n;
	bool failed; /* out of memory: the elements since are missing */
};

void pg_array_start(struct pg_array *array, enum pg_type element);
/* value NULL: an SQL NULL. */
void pg_array_add(struct pg_array *array, const void *value, size_t length);
void pg_array_add_int8(struct pg_array *array, int64_t value);
/* Fills in the head. 0; -ENOMEM where anything did not fit into memory. */
int pg_array_end(struct pg_array *array) __attribute__((warn_unused_result));
void pg_array_free(struct pg_array *array);

#endif
