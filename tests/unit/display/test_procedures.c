/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "display/procedures.h"

static char folder[200];

static void put(const char *name, const char *bytes, size_t n)
{
	char path[300];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static int open_folder(void **state)
{
	const char *tmp = getenv("TMPDIR");
	(void)state;
	snprintf(folder, sizeof(folder), "%s/kiosk-posted-XXXXXX",
		 tmp ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	put("land.txt", "\xEF\xBB\xBF# Đất\r\n\tmột\n", 20);
	put("land.en.txt", "Land", 4);
	put("civil.txt", "Hộ", 4);
	put("broken.txt", "\xC3\x28", 2);
	put("nul.txt", "a\0b", 3);
	return 0;
}

static int remove_folder(void **state)
{
	static const char *const names[] = {"land.txt",  "land.en.txt",
					    "civil.txt", "broken.txt",
					    "nul.txt",   "long.txt"};
	char path[300];
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

static void reads_the_text_of_a_service(void **state)
{
	(void)state;
	assert_true(procedures_has(folder, "land"));
	char *text = procedures_read(folder, "land", LANGUAGE_VI);
	assert_non_null(text);
	assert_string_equal(text, "# Đất\n một\n");
	free(text);
	text = procedures_read(folder, "land", LANGUAGE_EN);
	assert_non_null(text);
	assert_string_equal(text, "Land");
	free(text);
}

static void the_vietnamese_stands_in_for_a_missing_english(void **state)
{
	(void)state;
	char *text = procedures_read(folder, "civil", LANGUAGE_EN);
	assert_non_null(text);
	assert_string_equal(text, "Hộ");
	free(text);
}

static void there_is_nothing_where_nothing_is_posted(void **state)
{
	(void)state;
	assert_false(procedures_has(folder, "tax"));
	assert_false(procedures_has(NULL, "land"));
	assert_false(procedures_has("", "land"));
	assert_false(procedures_has("/no/such/folder", "land"));
	assert_null(procedures_read(folder, "tax", LANGUAGE_EN));
	assert_null(procedures_read(NULL, "land", LANGUAGE_VI));
}

static void what_is_no_text_is_not_shown(void **state)
{
	(void)state;
	char *large = malloc(PROCEDURES_MOST + 1);
	assert_non_null(large);
	memset(large, 'a', PROCEDURES_MOST + 1);
	put("long.txt", large, PROCEDURES_MOST + 1);
	assert_null(procedures_read(folder, "long", LANGUAGE_VI));
	put("long.txt", large, PROCEDURES_MOST);
	char *text = procedures_read(folder, "long", LANGUAGE_VI);
	assert_non_null(text);
	assert_int_equal(strlen(text), PROCEDURES_MOST);
	free(text);
	free(large);
	assert_null(procedures_read(folder, "broken", LANGUAGE_VI));
	assert_null(procedures_read(folder, "nul", LANGUAGE_VI));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_the_text_of_a_service),
	    cmocka_unit_test(the_vietnamese_stands_in_for_a_missing_english),
	    cmocka_unit_test(there_is_nothing_where_nothing_is_posted),
	    cmocka_unit_test(what_is_no_text_is_not_shown),
	};
	return cmocka_run_group_tests(tests, open_folder, remove_folder);
}
