/* SPDX-License-Identifier: MIT */
#include "sync/pg_array.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Dimensions, has-NULL flag, element type; then the length and lower bound of
 * the one dimension. */
#define WORDS 5
#define AT_LENGTH (3 * sizeof(uint32_t))

static void put(struct pg_array *array, const void *bytes, size_t n)
{
	if (array->failed)
		return;
	if (n > array->size - array->used) {
		size_t size = array->size ? array->size : 1024;
		uint8_t *grown;

		while (size - array->used < n)
			size *= 2;
		grown = realloc(array->bytes, size);
		if (!grown) {
			array->failed = true;
			return;
		}
		array->bytes = grown;
		array->size = size;
	}
	memcpy(array->bytes + array->used, bytes, n);
	array->used += n;
}

static void put_word(struct pg_array *array, uint32_t word)
{
	uint32_t big = htonl(word);

	put(array, &big, sizeof(big));
}

void pg_array_start(struct pg_array *array, enum pg_type element)
{
	const uint32_t head[WORDS] = {1, 1, (uint32_t)element, 0, 1};

	*array = (struct pg_array){0};
	for (size_t i = 0; i < WORDS; i++)
		put_word(array, head[i]);
}

void pg_array_add(struct pg_array *array, const void *value, size_t length)
{
	put_word(array, value ? (uint32_t)length : UINT32_MAX);
	if (value && length > 0)
		put(array, value, length);
	array->n++;
}

void pg_array_add_int8(struct pg_array *array, int64_t value)
{
	uint64_t big = htobe64((uint64_t)value);

	pg_array_add(array, &big, sizeof(big));
}

int pg_array_end(struct pg_array *array)
{
	uint32_t big = htonl(array->n);

	if (array->failed)
		return -ENOMEM;
	if (array->n == 0) {
		/* An empty array has no dimension at all. */
		memset(array->bytes, 0, sizeof(uint32_t));
		array->used = AT_LENGTH;
		return 0;
	}
	memcpy(array->bytes + AT_LENGTH, &big, sizeof(big));
	return 0;
}

void pg_array_free(struct pg_array *array)
{
	free(array->bytes);
	*array = (struct pg_array){0};
}
