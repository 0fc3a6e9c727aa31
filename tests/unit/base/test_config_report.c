/* SPDX-License-Identifier: MIT */
/* What is said of a bad file as a whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/base/config_file.h"

static void names_only_one_mistake_where_there_is_one(void **state)
{
	struct config *config = NULL;
	char *said;

	(void)state;
	said = load_path("firmware/system/demo.conf", &config);
	assert_null(config);
	assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	free(said);
}

static void names_all_mistakes_in_the_order_of_the_file(void **state)
{
	static const char text[] =
	    "central = { every_s = 0; };\n"
	    "office = { kiosk = \"X\"; };\n"
	    "services = ( { id = \"a\"; prefix = \"A\"\n"
	    "  name = { vi = \"\xff\"; }; } );\n"
	    "counters = ( { id = 1; name = { vi = \"x\"; };\n"
	    "  services = [ \"b\" ]; } );\n";
	static const unsigned lines[] = {1, 2, 2, 3, 4, 6};
	struct config *config = NULL;
	char *said = load_text(text, strlen(text), -EINVAL, &config);
	size_t n = strlen(config_file_path()), i = 0;

	(void)state;
	for (const char *line = said; *line != '\0'; i++) {
		if (i == sizeof(lines) / sizeof(lines[0]) ||
		    strtoul(line + n + 1, NULL, 10) != lines[i])
			fail_msg("said\n%s", said);
		line = strchr(line, '\n') + 1;
	}
	assert_int_equal(i, sizeof(lines) / sizeof(lines[0]));
	free(said);
}

static void says_no_more_than_a_hundred(void **state)
{
	struct config *config = NULL;
	char *text = NULL, *said;
	size_t length = 0, lines = 0;
	FILE *to = open_memstream(&text, &length);

	(void)state;
	assert_non_null(to);
	(void)fputs(SMALL_CONFIG, to);
	for (int i = 0; i < 5000; i++)
		(void)fprintf(to, "x%d = 1;\n", i);
	(void)fclose(to);
	said = load_text(text, length, -EINVAL, &config);
	for (const char *c = said; *c != '\0'; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 101);
	assert_non_null(strstr(said, "and 4900 more"));
	free(said);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_only_one_mistake_where_there_is_one),
	    cmocka_unit_test(names_all_mistakes_in_the_order_of_the_file),
	    cmocka_unit_test(says_no_more_than_a_hundred),
	};

	return cmocka_run_group_tests(tests, config_file_make,
				      config_file_remove);
}
