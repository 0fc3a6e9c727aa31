/* SPDX-License-Identifier: MIT */
/* The leaders' report upon a central log of the test's own, which says to each
 * question what no log should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/summary_page.h"

#define COLUMNS 16

/* In the place of summary_source.c. */
struct summary_source {
	const char *value; /* of each column of the one row of each answer */
};

int summary_source_each(struct summary_source *source, const char *sql,
			summary_row_fn *fn, void *arg,
			struct central_problem *problem)
{
	const char *values[COLUMNS];

	(void)sql;
	(void)problem;
	for (size_t i = 0; i < COLUMNS; i++)
		values[i] = source->value;
	return fn(arg, values, COLUMNS);
}

char *summary_literal(const char *text)
{
	return strdup(text);
}

static char *page_of(const char *value)
{
	static const struct summary_scope scope = {.from = "2026-11-01",
						   .until = "2026-11-30"};
	struct summary_source source = {value};
	struct central_problem problem = {""};
	size_t length;
	char *page;
	FILE *to = open_memstream(&page, &length);

	assert_non_null(to);
	assert_int_equal(summary_page_write(&source, &scope, to, &problem), 0);
	assert_int_equal(fclose(to), 0);
	return page;
}

static void
counts_beyond_any_country_s_are_cut_and_not_reckoned_with(void **state)
{
	char *page = page_of("9223372036854775807");

	(void)state;
	assert_non_null(strstr(page, "1\u202f000\u202f000\u202f000\u202f000"));
	assert_null(strstr(page, "9\u202f223"));
	free(page);
	page = page_of("-9223372036854775808");
	assert_null(strstr(page, "9\u202f223"));
	free(page);
}

static void what_a_row_says_is_no_part_of_the_page_s_own_text(void **state)
{
	char *page = page_of("<script>\"'&");

	(void)state;
	assert_null(strstr(page, "<script>"));
	assert_non_null(strstr(page, "&lt;script&gt;&quot;&#39;&amp;"));
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		counts_beyond_any_country_s_are_cut_and_not_reckoned_with),
	    cmocka_unit_test(what_a_row_says_is_no_part_of_the_page_s_own_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
