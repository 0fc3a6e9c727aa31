/* SPDX-License-Identifier: MIT */
/*
 * What we ask of JSON from outside, on top of jansson: no duplicate keys, no
 * bad UTF-8, bounded depth, no U+0000 in strings, and errors for people.
 */
#ifndef KIOSK_JSON_H
#define KIOSK_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct json_problem {
	int line, column; /* 1-based; 0 if not known */
	char what[160];   /* one line, English */
};

/*
 * Parses an object. NULL with *problem filled in when the bytes are not one
 * JSON object, hold a duplicate key or bad UTF-8, or nest deeper than 16.
 * The caller owns the result (json_decref()).
 */
json_t *json_parse_object(const char *bytes, size_t length,
			  struct json_problem *problem)
    __attribute__((warn_unused_result));

/* {"vi":"…","en":"…"}, the English left out where there is none. */
json_t *json_from_text(const struct text *text);

/* The compact text of value: malloc()ed, or NULL when out of memory. */
char *json_to_string(const json_t *value);

#endif
