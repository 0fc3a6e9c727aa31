/* SPDX-License-Identifier: MIT */
/* What config_load() has to say: each line with its place, value and mend. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_internal.h"
#include "base/utf8.h"

#define PATH_SIZE 256 /* of a setting, in messages */

static void report_add(struct reader *reader, struct report *report,
		       unsigned line, const char *what, const char *message)
{
	const char *colon = what[0] != '\0' ? ": " : "";
	char *text;
	int n;

	if (report->n == REPORT_MAX) {
		report->n_more++;
		return;
	}
	if (line > 0)
		n = asprintf(&text, "%s:%u: %s%s%s", reader->path, line, what,
			     colon, message);
	else
		n = asprintf(&text, "%s: %s%s%s", reader->path, what, colon,
			     message);
	if (n < 0) {
		reader->no_memory = true;
		return;
	}
	utf8_make_printable(text);
	report->lines[report->n] = (struct report_line){line, report->n, text};
	report->n++;
}

__attribute__((format(printf, 5, 0))) static void
report_format(struct reader *reader, struct report *report, unsigned line,
	      const char *what, const char *format, va_list arguments)
{
	char *message;

	if (vasprintf(&message, format, arguments) < 0) {
		reader->no_memory = true;
		return;
	}
	report_add(reader, report, line, what, message);
	free(message);
}

static unsigned line_of(const setting *at)
{
	unsigned line = config_setting_source_line(at);
	const unsigned *placed = config_setting_get_hook(at);

	if (placed != NULL)
		return *placed;
	return line > 0 ? line : 1; /* the root has none */
}

static void place_below(struct reader *reader, setting *at, size_t *next)
{
	bool elements = !config_setting_is_group(at);
	int n = config_setting_length(at);

	for (int i = 0; i < n; i++) {
		setting *below = config_setting_get_elem(at, (unsigned)i);

		if (config_setting_is_aggregate(below))
			place_below(reader, below, next);
		else if (elements && *next < reader->n_elements)
			config_setting_set_hook(below, &reader->element_lines[(
							   *next)++]);
	}
}

void reader_place_elements(struct reader *reader, setting *root)
{
	size_t next = 0;

	place_below(reader, root, &next);
}

/* "services[1].prefix"; the root is "". Returns what it has written. */
static size_t path_of(const setting *at, char *out, size_t size)
{
	const setting *parent = config_setting_parent(at);
	const char *name = config_setting_name(at);
	size_t used;
	int n;

	if (parent == NULL) {
		out[0] = '\0';
		return 0;
	}
	used = path_of(parent, out, size);
	if (name != NULL)
		n = snprintf(out + used, size - used, "%s%s",
			     used > 0 ? "." : "", name);
	else
		n = snprintf(out + used, size - used, "[%d]",
			     config_setting_index(at));
	if (n < 0)
		return used;
	return (size_t)n < size - used ? used + (size_t)n : size - 1;
}

void reader_mistake_in(struct reader *reader, unsigned line, const char *what,
		       const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report_format(reader, &reader->mistakes, line, what, format, arguments);
	va_end(arguments);
}

void reader_mistake(struct reader *reader, const setting *at,
		    const char *format, ...)
{
	char path[PATH_SIZE];
	va_list arguments;

	(void)path_of(at, path, sizeof(path));
	va_start(arguments, format);
	report_format(reader, &reader->mistakes, line_of(at), path, format,
		      arguments);
	va_end(arguments);
}

void reader_note(struct reader *reader, const setting *at, const char *format,
		 ...)
{
	char path[PATH_SIZE];
	va_list arguments;

	(void)path_of(at, path, sizeof(path));
	va_start(arguments, format);
	report_format(reader, &reader->notes, line_of(at), path, format,
		      arguments);
	va_end(arguments);
}

void reader_missing(struct reader *reader, const setting *group,
		    const char *name, const char *mend)
{
	char path[PATH_SIZE];
	size_t used = path_of(group, path, sizeof(path));

	(void)snprintf(path + used, sizeof(path) - used, "%s%s",
		       used > 0 ? "." : "", name);
	reader_mistake_in(reader, line_of(group), path, "is missing: %s", mend);
}

const char *quote_string(struct quote *quote, const char *value)
{
	const size_t room = 80;
	size_t n = utf8_prefix(value, room);

	(void)snprintf(quote->text, sizeof(quote->text), "\"%.*s%s\"", (int)n,
		       value, value[n] != '\0' ? "…" : "");
	return quote->text;
}

const char *quote_setting(struct quote *quote, const setting *of)
{
	char *out = quote->text;
	size_t size = sizeof(quote->text);

	switch (config_setting_type(of)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		(void)snprintf(out, size, "%lld", config_setting_get_int64(of));
		break;
	case CONFIG_TYPE_FLOAT:
		(void)snprintf(out, size, "%g", config_setting_get_float(of));
		break;
	case CONFIG_TYPE_STRING:
		return quote_string(quote, config_setting_get_string(of));
	case CONFIG_TYPE_BOOL:
		return config_setting_get_bool(of) ? "true" : "false";
	case CONFIG_TYPE_GROUP:
		return "a group { }";
	default:
		return "a list";
	}
	return out;
}

/* ---- the nearest name ---- */

#define NAME_MAX_LENGTH 32

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's, in one row. Both at most NAME_MAX_LENGTH bytes. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LENGTH + 1];
	size_t length = strlen(b);

	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			size_t above = row[j];
			size_t change = a[i - 1] != b[j - 1];

			row[j] =
			    least(above + 1, row[j - 1] + 1, diagonal + change);
			diagonal = above;
		}
	}
	return row[length];
}

const char *nearest_name(const char *word, const char *const names[])
{
	const char *best = NULL;
	size_t best_distance = 0;

	if (strlen(word) > NAME_MAX_LENGTH)
		return NULL;
	for (size_t i = 0; names[i] != NULL; i++) {
		size_t length = strlen(names[i]), distance;

		if (length > NAME_MAX_LENGTH)
			continue;
		distance = edit_distance(word, names[i]);
		/* More than half of it changed is no likeness. */
		if (distance > (length + 1) / 2 || distance > 4)
			continue;
		if (best == NULL || distance < best_distance) {
			best = names[i];
			best_distance = distance;
		}
	}
	return best;
}

static int by_line(const void *a, const void *b)
{
	const struct report_line *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

void report_write(struct report *report, const char *path, FILE *to)
{
	qsort(report->lines, report->n, sizeof(report->lines[0]), by_line);
	for (size_t i = 0; i < report->n; i++)
		(void)fprintf(to, "%s\n", report->lines[i].text);
	if (report->n_more > 0)
		(void)fprintf(to, "%s: and %zu more: mend these first\n", path,
			      report->n_more);
}

void report_free(struct report *report)
{
	for (size_t i = 0; i < report->n; i++)
		free(report->lines[i].text);
	report->n = 0;
}
