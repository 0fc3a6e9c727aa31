/* SPDX-License-Identifier: MIT */
/*
 * What a central log has to say for the leaders' report: the input is the rows
 * of each question in turn, as texts that end in a zero byte. summary_source.h
 * is this file's.
 *
 * Whatever they are: the page is written, and no text of a row becomes a part
 * of its HTML.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/summary_page.h"
#include "tests/fuzz/fuzz.h"

#define COLUMNS 16
#define ROWS_MOST 40
/* What the rows must not get in: each '<' of theirs has this behind it. */
#define MARK '\x02'

struct summary_source {
	struct fuzz_input answers;
};

int summary_source_open(const char *url, const char *from, const char *until,
			struct summary_source **out,
			struct central_problem *problem)
{
	(void)url;
	(void)from;
	(void)until;
	(void)problem;
	*out = NULL;
	return -1;
}

void summary_source_close(struct summary_source *source)
{
	(void)source;
}

char *summary_literal(const char *text)
{
	char *literal;

	FUZZ_CHECK(asprintf(&literal, "'%s'", text) > 0, "no memory");
	return literal;
}

static char *mark(char *text)
{
	for (char *at = text; *at; at++)
		if (*at == '<' && at[1])
			at[1] = MARK;
	return text;
}

int summary_source_each(struct summary_source *source, const char *sql,
			summary_row_fn *fn, void *arg,
			struct central_problem *problem)
{
	int rows = fuzz_byte(&source->answers) % ROWS_MOST;
	int result = 0;

	(void)sql;
	(void)problem;
	for (int row = 0; row < rows && result == 0; row++) {
		char *texts[COLUMNS];

		for (int i = 0; i < COLUMNS; i++)
			texts[i] = mark(fuzz_text(&source->answers));
		/* One that begins with a question mark is NULL. */
		const char *values[COLUMNS];
		for (int i = 0; i < COLUMNS; i++)
			values[i] = *texts[i] == '?' ? NULL : texts[i];
		result = fn(arg, values, COLUMNS);
		for (int i = 0; i < COLUMNS; i++)
			free(texts[i]);
	}
	return result;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_start();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct summary_scope scope = {.from = "2026-11-01",
						   .until = "2026-11-30"};
	struct summary_source source = {{data, size}};
	struct central_problem problem = {""};
	size_t length;
	char *page;
	FILE *to = open_memstream(&page, &length);
	int result;

	FUZZ_CHECK(to, "no memory");
	result = summary_page_write(&source, &scope, to, &problem);
	FUZZ_CHECK(fclose(to) == 0, "no memory");
	FUZZ_CHECK(result <= 0, "%d", result);
	for (size_t i = 0; i + 1 < length; i++)
		FUZZ_CHECK(page[i] != '<' || page[i + 1] != MARK,
			   "a row's own tag: %.60s", page + i);
	free(page);
	return 0;
}
