/* SPDX-License-Identifier: MIT */
#include "display/sse.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 64 /* a longer type or id is cut: we know none */

struct buffer {
	char *bytes;
	size_t length, size;
};

struct sse {
	size_t max_bytes;
	sse_event_fn *fn;
	void *arg;
	struct buffer line, data;
	char type[NAME_SIZE], id[NAME_SIZE];
	bool has_data;
	bool after_cr;   /* a LF that follows belongs to the same line end */
	bool first_line; /* may start with a byte order mark */
};

/* Keeps a NUL behind the bytes. */
static int buffer_add(struct buffer *buffer, const char *bytes, size_t n,
		      size_t max)
{
	if (n > max || buffer->length > max - n)
		return -EMSGSIZE;
	if (buffer->length + n + 1 > buffer->size) {
		size_t size = buffer->size ? buffer->size : 4096;
		while (size < buffer->length + n + 1)
			size *= 2;
		char *grown = realloc(buffer->bytes, size);
		if (!grown)
			return -ENOMEM;
		buffer->bytes = grown;
		buffer->size = size;
	}
	memcpy(buffer->bytes + buffer->length, bytes, n);
	buffer->length += n;
	buffer->bytes[buffer->length] = '\0';
	return 0;
}

static void name_set(char name[NAME_SIZE], const char *bytes, size_t n)
{
	if (n >= NAME_SIZE)
		n = NAME_SIZE - 1;
	memcpy(name, bytes, n);
	name[n] = '\0';
}

struct sse *sse_new(size_t max_bytes, sse_event_fn *fn, void *arg)
{
	struct sse *sse = calloc(1, sizeof(*sse));
	if (!sse)
		return NULL;
	sse->max_bytes = max_bytes;
	sse->fn = fn;
	sse->arg = arg;
	sse->first_line = true;
	return sse;
}

void sse_free(struct sse *sse)
{
	if (!sse)
		return;
	free(sse->line.bytes);
	free(sse->data.bytes);
	free(sse);
}

void sse_reset(struct sse *sse)
{
	sse->line.length = sse->data.length = 0;
	sse->type[0] = sse->id[0] = '\0';
	sse->has_data = sse->after_cr = false;
	sse->first_line = true;
}

static void dispatch(struct sse *sse)
{
	if (sse->has_data) {
		struct sse_event event = {
		    .type = sse->type[0] ? sse->type : "message",
		    .id = sse->id,
		    .data = sse->data.bytes,
		    .length = sse->data.length,
		};
		sse->fn(sse->arg, &event);
	}
	sse->has_data = false;
	sse->data.length = 0;
	sse->type[0] = '\0';
}

static bool field_is(const char *line, size_t n, const char *name)
{
	return strlen(name) == n && memcmp(line, name, n) == 0;
}

static int add_data(struct sse *sse, const char *value, size_t n)
{
	int r = 0;
	if (sse->has_data)
		r = buffer_add(&sse->data, "\n", 1, sse->max_bytes);
	sse->has_data = true;
	if (r == 0)
		r = buffer_add(&sse->data, value, n, sse->max_bytes);
	return r;
}

static int end_line(struct sse *sse)
{
	/* An empty line of a fresh buffer has no bytes at all. */
	const char *line = sse->line.length ? sse->line.bytes : "";
	size_t n = sse->line.length;
	sse->line.length = 0;
	if (sse->first_line && n >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
		line += 3;
		n -= 3;
	}
	sse->first_line = false;
	if (n == 0) {
		dispatch(sse);
		return 0;
	}
	const char *colon = memchr(line, ':', n);
	size_t n_name = colon ? (size_t)(colon - line) : n;
	const char *value = colon ? colon + 1 : line + n;
	size_t n_value = n - (size_t)(value - line);
	if (n_value > 0 && value[0] == ' ') {
		value++;
		n_value--;
	}
	if (field_is(line, n_name, "data"))
		return add_data(sse, value, n_value);
	if (field_is(line, n_name, "event"))
		name_set(sse->type, value, n_value);
	else if (field_is(line, n_name, "id") && !memchr(value, 0, n_value))
		name_set(sse->id, value, n_value);
	return 0; /* a comment has no name; other fields mean nothing to us */
}

int sse_feed(struct sse *sse, const char *bytes, size_t n_bytes)
{
	size_t i = 0;
	while (i < n_bytes) {
		if (sse->after_cr) {
			sse->after_cr = false;
			if (bytes[i] == '\n') {
				i++;
				continue;
			}
		}
		size_t from = i;
		while (i < n_bytes && bytes[i] != '\n' && bytes[i] != '\r')
			i++;
		if (i > from) {
			int r = buffer_add(&sse->line, bytes + from, i - from,
					   sse->max_bytes);
			if (r < 0)
				return r;
		}
		if (i == n_bytes)
			break;
		sse->after_cr = bytes[i] == '\r';
		i++;
		int r = end_line(sse);
		if (r < 0)
			return r;
	}
	return 0;
}
