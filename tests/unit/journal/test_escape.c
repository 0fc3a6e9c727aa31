/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "journal/escape.h"

static const struct {
	const char *name, *text, *want;
} rows[] = {
    {"empty", "", ""},
    {"plain", "A025", "A025"},
    {"quote and backslash", "\"\\", "\\\"\\\\"},
    {"the short escapes", "\n\r\t\b\f", "\\n\\r\\t\\b\\f"},
    {"control characters", "\x01\x1f\x7f", "\\u0001\\u001f\\u007f"},
    {"Vietnamese", "Đất đai", "Đất đai"},
    {"four bytes", "\xf0\x9f\x8e\xab", "\xf0\x9f\x8e\xab"},
    {"a lone byte",
     "a\xff"
     "b",
     "a\xef\xbf\xbd"
     "b"},
    {"a sequence cut off", "\xc4", "\xef\xbf\xbd"},
    {"a surrogate", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"U+FFFD itself", "\xef\xbf\xbd", "\xef\xbf\xbd"},
};

static void text_is_escaped_for_json(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *cursor = rows[i].text;
		char got[128];
		size_t n = 0, piece;

		while ((piece = escape_next(&cursor, got + n)) > 0)
			n += piece;
		got[n] = '\0';
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].name, got);
	}
}

static void plain_text_ends_where_escaping_begins(void **state)
{
	(void)state;
	assert_int_equal(escape_plain("land:1"), 6);
	assert_int_equal(escape_plain("la\"nd"), 2);
	assert_int_equal(escape_plain("\xc4\x90"), 0);
	assert_int_equal(escape_plain(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_escaped_for_json),
	    cmocka_unit_test(plain_text_ends_where_escaping_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
