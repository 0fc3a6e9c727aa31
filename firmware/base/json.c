/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define MAX_DEPTH 16

__attribute__((format(printf, 4, 5))) static json_t *
refuse(struct json_problem *problem, int line, int column, const char *format,
       ...)
{
	va_list arguments;

	problem->line = line;
	problem->column = column;
	va_start(arguments, format);
	(void)vsnprintf(problem->what, sizeof(problem->what), format,
			arguments);
	va_end(arguments);
	/* jansson quotes what it stumbled over, whatever that was. */
	utf8_make_printable(problem->what);
	return NULL;
}

/*
 * jansson recurses up to 2048 levels; we look before it leaps. What is no JSON
 * at all is left for jansson to name.
 */
static bool too_deep(const char *bytes, size_t length, int *line, int *column)
{
	bool in_string = false;
	int depth = 0;

	*line = 1;
	*column = 0;
	for (size_t i = 0; i < length; i++) {
		char c = bytes[i];

		if (c == '\n') {
			(*line)++;
			*column = 0;
			continue;
		}
		if (((unsigned char)c & 0xc0) != 0x80)
			(*column)++;
		if (in_string) {
			if (c == '\\' && i + 1 < length &&
			    bytes[i + 1] != '\n') {
				i++;
				(*column)++;
			} else if (c == '"') {
				in_string = false;
			}
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > MAX_DEPTH)
				return true;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return false;
}

static json_t *refuse_bad_byte(const char *bytes, size_t at,
			       struct json_problem *problem)
{
	int line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		if (bytes[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)bytes[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	return refuse(problem, line, column,
		      "the byte 0x%02x, byte %zu of all, is not UTF-8",
		      (unsigned char)bytes[at], at + 1);
}

json_t *json_parse_object(const char *bytes, size_t length,
			  struct json_problem *problem)
{
	int line, column;
	json_error_t error;
	json_t *value;
	ssize_t bad;

	*problem = (struct json_problem){0};
	if (length == 0)
		return refuse(problem, 0, 0,
			      "nothing there: a JSON object is expected");
	/* jansson's words for it quote the byte, and so are no UTF-8. */
	bad = utf8_first_bad(bytes, length);
	if (bad >= 0)
		return refuse_bad_byte(bytes, (size_t)bad, problem);
	if (too_deep(bytes, length, &line, &column))
		return refuse(problem, line, column,
			      "nested deeper than %d levels", MAX_DEPTH);
	value = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &error);
	if (value == NULL)
		return refuse(problem, error.line > 0 ? error.line : 0,
			      error.column > 0 ? error.column : 0, "%s",
			      error.text);
	if (!json_is_object(value)) {
		json_decref(value);
		return refuse(problem, 1, 1,
			      "a JSON object is expected, not an array");
	}
	return value;
}

json_t *json_from_text(const struct text *text)
{
	if (text->en == NULL)
		return json_pack("{s:s}", "vi", text_in(text, LANGUAGE_VI));
	return json_pack("{s:s, s:s}", "vi", text_in(text, LANGUAGE_VI), "en",
			 text->en);
}

char *json_to_string(const json_t *value)
{
	/* 15 digits come back as they were: 4.01, not 4.0099999999999998. */
	return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY |
				     JSON_REAL_PRECISION(15));
}
