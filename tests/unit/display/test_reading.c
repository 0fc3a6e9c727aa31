/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "display/reading.h"

static struct reading_line lines[READING_LINES];
static size_t n_lines;

/* A page's lines joined by "|", headings after "#". */
static const char *page_of(const char *text, size_t columns, size_t rows,
			   size_t page)
{
	static char all[4000];
	struct reading_shape shape = {columns, rows};
	size_t at = 0;
	(void)reading_cut(text, &shape, page, lines, &n_lines);
	all[0] = '\0';
	for (size_t i = 0; i < n_lines; i++)
		at +=
		    (size_t)snprintf(all + at, sizeof(all) - at, "%s%s%s",
				     i ? "|" : "", lines[i].heading ? "#" : "",
				     lines[i].text);
	return all;
}

static void cuts_text_into_lines_and_pages(void **state)
{
	static const struct {
		const char *name, *text;
		size_t columns, rows, page;
		const char *lines;
	} rows[] = {
	    {"nothing", "", 10, 3, 0, ""},
	    {"a line", "Hai bản", 10, 3, 0, "Hai bản"},
	    {"between words", "một hai ba bốn", 7, 3, 0, "một hai|ba bốn"},
	    {"a letter counts, not its bytes", "Đất đai ở xã", 7, 3, 0,
	     "Đất đai|ở xã"},
	    {"a long word", "abcdefghijkl mn", 5, 4, 0, "abcde|fghij|kl mn"},
	    {"paragraphs", "a\n\nb", 5, 4, 0, "a||b"},
	    {"nothing on top of a page", "a\nb\n\nc", 5, 2, 1, "c"},
	    {"a heading", "# Lệ phí\nb", 10, 4, 0, "#Lệ phí|b"},
	    {"nothing under a heading", "# Hồ sơ\n\nb", 10, 4, 0, "#Hồ sơ|b"},
	    {"no heading at a page's end", "a\n# H\nb", 10, 2, 0, "a"},
	    {"but on the next", "a\n# H\nb", 10, 2, 1, "#H|b"},
	    {"beyond the end", "a", 10, 2, 7, ""},
	    {"a number sign", "#1\n# ", 10, 4, 0, "#1|# "},
	    {"the last line's end", "a\nb\n", 10, 4, 0, "a|b"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = page_of(rows[i].text, rows[i].columns,
					  rows[i].rows, rows[i].page);
		if (strcmp(got, rows[i].lines) != 0)
			fail_msg("%s: \"%s\"", rows[i].name, got);
	}
}

static void tells_how_many_pages_there_are(void **state)
{
	struct reading_shape shape = {5, 2};
	(void)state;
	assert_int_equal(reading_cut("", &shape, 0, lines, &n_lines), 1);
	assert_int_equal(reading_cut("a\nb", &shape, 0, lines, &n_lines), 1);
	assert_int_equal(reading_cut("a\nb\n\n", &shape, 0, lines, &n_lines),
			 1);
	assert_int_equal(reading_cut("a\nb\nc", &shape, 0, lines, &n_lines), 2);
}

/* At every shape, and no letter is cut in two. */
static void no_word_is_lost(void **state)
{
	static const char text[] =
	    "# Đăng ký biến động\n\nNơi nộp hồ sơ: Trung tâm Phục vụ hành "
	    "chính công xã.\n\n1. Đơn đăng ký.\n2. Giấy chứng nhận đã cấp.\n";
	(void)state;
	for (size_t columns = 1; columns <= 90; columns++)
		for (size_t rows = 1; rows <= READING_LINES; rows += 5) {
			struct reading_shape shape = {columns, rows};
			size_t pages =
			    reading_cut(text, &shape, 0, lines, &n_lines);
			size_t letters = 0;
			for (size_t p = 0; p < pages; p++) {
				(void)reading_cut(text, &shape, p, lines,
						  &n_lines);
				assert_true(n_lines <= rows);
				for (size_t i = 0; i < n_lines; i++) {
					const char *t = lines[i].text;
					assert_true(utf8_valid(t, strlen(t)));
					for (; *t; t++)
						letters += *t != ' ';
				}
			}
			size_t want = 0;
			for (const char *t = text + 2; *t; t++)
				want += *t != ' ' && *t != '\n';
			assert_int_equal(letters, want);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cuts_text_into_lines_and_pages),
	    cmocka_unit_test(tells_how_many_pages_there_are),
	    cmocka_unit_test(no_word_is_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
