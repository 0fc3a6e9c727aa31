/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "display/type.h"

static struct type *type;
static struct type_setting set;

static const struct type_wish wide = {.size = 40,
				      .min_size = 40,
				      .w = 2000,
				      .h = 60,
				      .max_lines = 1};

static void a_text_with_room_is_one_line_at_full_size(void **state)
{
	(void)state;
	type_set(type, "Đất đai", &wide, &set);
	assert_int_equal(set.n_lines, 1);
	assert_string_equal(set.lines[0], "Đất đai");
	assert_int_equal(set.size, 40);
	assert_false(set.cut);
}

static void it_shrinks_before_it_is_cut(void **state)
{
	(void)state;
	struct type_wish wish = wide;
	wish.min_size = 10;
	wish.w = 200;
	type_set(type, "Hộ tịch – Chứng thực", &wish, &set);
	assert_int_equal(set.n_lines, 1);
	assert_false(set.cut);
	assert_in_range(set.size, 15, 25);
}

static void it_is_cut_where_it_may_not_shrink(void **state)
{
	(void)state;
	struct type_wish wish = wide;
	wish.w = 200;
	type_set(type, "Hộ tịch – Chứng thực", &wish, &set);
	assert_int_equal(set.n_lines, 1);
	assert_true(set.cut);
	const char *end = set.lines[0] + strlen(set.lines[0]) - strlen("…");
	assert_string_equal(end, "…");
	assert_true(utf8_valid(set.lines[0], strlen(set.lines[0])));
	/* No space before the dots. */
	assert_int_not_equal(end[-1], ' ');
}

static void it_is_cut_between_characters_at_any_width(void **state)
{
	(void)state;
	struct type_wish wish = wide;
	for (wish.w = 1; wish.w < 700; wish.w++) {
		type_set(type, "Ưu tiên ộộộộ Đường", &wish, &set);
		assert_int_equal(set.n_lines, 1);
		assert_true(utf8_valid(set.lines[0], strlen(set.lines[0])));
	}
	assert_false(set.cut);
}

static void it_breaks_between_words_into_even_lines(void **state)
{
	(void)state;
	struct type_wish wish = wide;
	wish.w = 420;
	wish.h = 200;
	wish.max_lines = 3;
	type_set(type, "Lao động – Thương binh – Xã hội", &wish, &set);
	assert_int_equal(set.n_lines, 2);
	assert_false(set.cut);
	assert_string_equal(set.lines[0], "Lao động – Thương");
	assert_string_equal(set.lines[1], "binh – Xã hội");
}

static void no_line_begins_with_a_dash(void **state)
{
	(void)state;
	struct type_wish wish = wide;
	wish.h = 400;
	wish.max_lines = 4;
	for (wish.w = 200; wish.w < 700; wish.w += 10) {
		type_set(type, "Lao động – Thương binh – Xã hội", &wish, &set);
		for (int i = 0; i < set.n_lines; i++)
			assert_int_not_equal(set.lines[i][0], "–"[0]);
	}
}

static void no_more_lines_than_have_room(void **state)
{
	static const struct {
		int h, lines;
	} rows[] = {{40, 1}, {60, 1}, {100, 1}, {110, 2}, {160, 3}, {500, 4}};
	(void)state;
	struct type_wish wish = wide;
	wish.w = 150;
	wish.max_lines = 4;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		wish.h = rows[i].h;
		type_set(type,
			 "một hai ba bốn năm sáu bảy tám chín mười mốt "
			 "mười hai mười ba mười bốn",
			 &wish, &set);
		if (set.n_lines != rows[i].lines)
			fail_msg("%d px: %d lines", rows[i].h, set.n_lines);
		assert_true(set.cut);
	}
}

static void capitals_need_only_their_height(void **state)
{
	(void)state;
	struct type_wish wish = wide;
	wish.size = wish.min_size = type_size_for(type, FONT_BOLD, 60);
	wish.weight = FONT_BOLD;
	wish.capitals = true;
	wish.h = 60;
	type_set(type, "A025", &wish, &set);
	assert_int_equal(set.n_lines, 1);
	assert_false(set.cut);
	assert_in_range(type_capitals(type, FONT_BOLD, set.size), 58, 61);
}

static void nothing_is_nothing(void **state)
{
	(void)state;
	type_set(type, "", &wide, &set);
	assert_int_equal(set.n_lines, 0);
	type_set(type, "   ", &wide, &set);
	assert_int_equal(set.n_lines, 0);
}

static void spaces_are_one(void **state)
{
	(void)state;
	type_set(type, "  a   b  ", &wide, &set);
	assert_string_equal(set.lines[0], "a b");
}

static void a_text_without_end_is_cut(void **state)
{
	(void)state;
	static char text[4000];
	memset(text, 'x', sizeof(text) - 1);
	type_set(type, text, &wide, &set);
	assert_true(set.cut);
	for (size_t i = 1; i < sizeof(text) - 1; i += 2)
		text[i] = ' ';
	struct type_wish wish = wide;
	wish.max_lines = 4;
	wish.h = 400;
	type_set(type, text, &wish, &set);
	assert_in_range(set.n_lines, 3, 4);
	assert_true(set.cut);
}

static void a_line_is_as_wide_as_was_reckoned(void **state)
{
	static const int sizes[] = {9, 13, 22, 40, 91, 300};
	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct type_wish wish = {.size = sizes[i],
					 .min_size = 8,
					 .w = sizes[i] * 9,
					 .h = sizes[i] * 2,
					 .max_lines = 1};
		type_set(type, "Hộ tịch – Chứng thực", &wish, &set);
		SDL_Surface *line =
		    type_render(type, FONT_REGULAR, set.size, set.lines[0],
				(SDL_Color){255, 255, 255, 255});
		assert_non_null(line);
		assert_true(line->w <= wish.w + 1);
		SDL_FreeSurface(line);
	}
}

static int open_type(void **state)
{
	struct font_files files;
	char note[300];
	const char *why;
	(void)state;
	if (font_find("Noto Sans", &files, note, sizeof(note)) < 0)
		return -1;
	int r = type_new(&files, &type, &why);
	font_files_clear(&files);
	return r;
}

static int close_type(void **state)
{
	(void)state;
	type_free(type);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_text_with_room_is_one_line_at_full_size),
	    cmocka_unit_test(it_shrinks_before_it_is_cut),
	    cmocka_unit_test(it_is_cut_where_it_may_not_shrink),
	    cmocka_unit_test(it_is_cut_between_characters_at_any_width),
	    cmocka_unit_test(it_breaks_between_words_into_even_lines),
	    cmocka_unit_test(no_line_begins_with_a_dash),
	    cmocka_unit_test(no_more_lines_than_have_room),
	    cmocka_unit_test(capitals_need_only_their_height),
	    cmocka_unit_test(nothing_is_nothing),
	    cmocka_unit_test(spaces_are_one),
	    cmocka_unit_test(a_text_without_end_is_cut),
	    cmocka_unit_test(a_line_is_as_wide_as_was_reckoned),
	};
	return cmocka_run_group_tests(tests, open_type, close_type);
}
