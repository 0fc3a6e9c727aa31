/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "display/font.h"

static struct font_files files;
static char note[300];

static void finds_a_family_in_both_weights(void **state)
{
	(void)state;
	assert_int_equal(font_find("Noto Sans", &files, note, sizeof(note)), 0);
	assert_string_equal(note, "");
	assert_int_equal(access(files.path[FONT_REGULAR], R_OK), 0);
	assert_int_equal(access(files.path[FONT_BOLD], R_OK), 0);
	assert_string_not_equal(files.path[FONT_REGULAR],
				files.path[FONT_BOLD]);
	assert_false(files.bold_is_regular);
	font_files_clear(&files);
}

static void a_missing_family_is_named_and_replaced(void **state)
{
	(void)state;
	assert_int_equal(font_find("Chữ Không Có", &files, note, sizeof(note)),
			 0);
	assert_int_equal(access(files.path[FONT_REGULAR], R_OK), 0);
	assert_non_null(strstr(note, "\"Chữ Không Có\" is not installed"));
	assert_non_null(strstr(note, "fonts-noto-core"));
	assert_null(strchr(note, '\n'));
	font_files_clear(&files);
}

static void takes_a_file_for_both_weights(void **state)
{
	(void)state;
	assert_int_equal(font_find("Noto Sans", &files, note, sizeof(note)), 0);
	struct font_files by_path;
	assert_int_equal(font_find(files.path[FONT_REGULAR], &by_path, note,
				   sizeof(note)),
			 0);
	assert_true(by_path.bold_is_regular);
	assert_string_equal(by_path.path[FONT_BOLD], files.path[FONT_REGULAR]);
	font_files_clear(&by_path);
	font_files_clear(&files);
}

static void a_missing_file_is_refused_by_name(void **state)
{
	(void)state;
	assert_int_equal(font_find("/no/such/font.ttf", &files, note,
				   sizeof(note)),
			 -ENOENT);
	assert_non_null(strstr(note, "\"/no/such/font.ttf\": No such file"));
	assert_null(files.path[0]);
}

static void a_file_that_is_no_font_is_refused_by_name(void **state)
{
	(void)state;
	assert_int_equal(font_find("/etc/passwd", &files, note, sizeof(note)),
			 -ENOENT);
	assert_non_null(strstr(note, "\"/etc/passwd\": no font file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_a_family_in_both_weights),
	    cmocka_unit_test(a_missing_family_is_named_and_replaced),
	    cmocka_unit_test(takes_a_file_for_both_weights),
	    cmocka_unit_test(a_missing_file_is_refused_by_name),
	    cmocka_unit_test(a_file_that_is_no_font_is_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
