/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

struct row {
	const char *name;
	const char *bytes;
	size_t length;
	ssize_t first_bad;
};

#define ROW(name, bytes, bad)                       \
	{                                           \
		name, bytes, sizeof(bytes) - 1, bad \
	}

/* Unicode 15, table 3-7 row by row, and just outside each. */
static const struct row rows[] = {
    ROW("empty", "", -1),
    ROW("ASCII", "land", -1),
    ROW("NUL is well-formed", "a\0b", -1),
    ROW("Vietnamese", "Mời số A025 đến quầy số 1", -1),
    ROW("Vietnamese, decomposed", "o\xcc\x9b\xcc\x80", -1),
    ROW("U+0080", "\xc2\x80", -1),
    ROW("U+07FF", "\xdf\xbf", -1),
    ROW("U+0800", "\xe0\xa0\x80", -1),
    ROW("U+D7FF", "\xed\x9f\xbf", -1),
    ROW("U+E000", "\xee\x80\x80", -1),
    ROW("U+FFFF", "\xef\xbf\xbf", -1),
    ROW("U+10000", "\xf0\x90\x80\x80", -1),
    ROW("U+10FFFF", "\xf4\x8f\xbf\xbf", -1),
    ROW("lone continuation", "a\x80", 1),
    ROW("overlong NUL", "\xc0\x80", 0),
    ROW("overlong slash", "ab\xc1\xaf", 2),
    ROW("overlong in three", "\xe0\x9f\xbf", 0),
    ROW("overlong in four", "\xf0\x8f\xbf\xbf", 0),
    ROW("first surrogate", "\xed\xa0\x80", 0),
    ROW("last surrogate", "\xed\xbf\xbf", 0),
    ROW("U+110000", "\xf4\x90\x80\x80", 0),
    ROW("lead F5", "\xf5\x80\x80\x80", 0),
    ROW("byte FF", "x\xff", 1),
    ROW("two, cut", "a\xc4", 1),
    ROW("three, cut", "a\xe1\xba", 1),
    ROW("four, cut", "a\xf0\x9f\x98", 1),
    ROW("continuation replaced",
	"\xe1\xba"
	"A",
	0),
    ROW("Windows-1258", "Qu\xe2\xccy", 2),
};

static void finds_the_first_bad_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ssize_t bad = utf8_first_bad(rows[i].bytes, rows[i].length);

		if (bad != rows[i].first_bad)
			fail_msg("%s: %zd", rows[i].name, bad);
		assert_int_equal(utf8_valid(rows[i].bytes, rows[i].length),
				 rows[i].first_bad < 0);
	}
}

static void decodes_code_points(void **state)
{
	const char *cursor = "aé\xe1\xba\xa7\xf0\x9f\x98\x80";
	const char *start = cursor;

	(void)state;
	assert_int_equal(utf8_next(&cursor), 'a');
	assert_int_equal(utf8_next(&cursor), 0xe9);
	assert_int_equal(utf8_next(&cursor), 0x1ea7);
	assert_int_equal(utf8_next(&cursor), 0x1f600);
	assert_int_equal(utf8_next(&cursor), 0);
	assert_int_equal(utf8_next(&cursor), 0);
	assert_int_equal(cursor - start, 10);
}

static void replaces_a_bad_byte_and_goes_on(void **state)
{
	const char *cursor = "\xe1\xba"
			     "A";

	(void)state;
	assert_int_equal(utf8_next(&cursor), 0xfffd);
	assert_int_equal(utf8_next(&cursor), 0xfffd);
	assert_int_equal(utf8_next(&cursor), 'A');
	assert_int_equal(utf8_next(&cursor), 0);
}

static void blanks_controls_and_bad_bytes(void **state)
{
	char text[] = "đ\n\x1b[2J\x7f\xc2\x9b"
		      "x\xff";

	(void)state;
	utf8_make_printable(text);
	assert_string_equal(text, "đ??[2J???x?");
}

static void cuts_before_a_sequence_not_inside(void **state)
{
	(void)state;
	assert_int_equal(utf8_prefix("aầb", 5), 5);
	assert_int_equal(utf8_prefix("aầb", 4), 4);
	assert_int_equal(utf8_prefix("aầb", 3), 1);
	assert_int_equal(utf8_prefix("aầb", 2), 1);
	assert_int_equal(utf8_prefix("aầb", 1), 1);
	assert_int_equal(utf8_prefix("aầb", 0), 0);
	assert_int_equal(utf8_prefix("", 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_first_bad_byte),
	    cmocka_unit_test(decodes_code_points),
	    cmocka_unit_test(replaces_a_bad_byte_and_goes_on),
	    cmocka_unit_test(blanks_controls_and_bad_bytes),
	    cmocka_unit_test(cuts_before_a_sequence_not_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
