/* SPDX-License-Identifier: MIT */
/*
 * Tables of bad kiosk.conf files: each row must be refused, and one of the
 * lines that say so must be of the row's line and hold all of its words.
 */
#ifndef KIOSK_TESTS_CONFIG_ROWS_H
#define KIOSK_TESTS_CONFIG_ROWS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "tests/unit/base/config_file.h"

/* Behind SMALL_CONFIG, so that its first line is line 4. */
#define MORE(text) SMALL_CONFIG text

struct row {
	const char *name;
	const char *text;
	unsigned line;
	const char *says[4]; /* parts of the line that names it */
};

/* The line of said that begins with the file and this line number. */
static inline bool line_says(const char *said, const struct row *row)
{
	char start[400];
	size_t n;

	(void)snprintf(start, sizeof(start), "%s:%u: ", config_file_path(),
		       row->line);
	n = strlen(start);
	for (const char *line = said; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		bool all = strncmp(line, start, n) == 0;

		for (size_t i = 0; i < 4 && row->says[i] != NULL; i++)
			all = all && memmem(line, length, row->says[i],
					    strlen(row->says[i])) != NULL;
		if (all)
			return true;
		line += length + (line[length] == '\n');
	}
	return false;
}

static inline void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct config *config = NULL;
		char *said =
		    load_text(rows[i].text, strlen(rows[i].text), 1, &config);

		if (config != NULL)
			fail_msg("%s: taken", rows[i].name);
		if (!line_says(said, &rows[i]))
			fail_msg("%s: said\n%s", rows[i].name, said);
		if (!utf8_valid(said, strlen(said)))
			fail_msg("%s: said in bad UTF-8", rows[i].name);
		free(said);
	}
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

#endif
