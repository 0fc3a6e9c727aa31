/* SPDX-License-Identifier: MIT */
#include "printer/typeset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "printer/bitmap.h"

static const struct font_style style = {FONT_REGULAR, 40, 40};

static int open_fonts(void **state)
{
	struct slip_fonts *fonts;
	int status = slip_fonts_open("Noto Sans", &fonts, NULL);

	*state = status == 0 ? fonts : NULL;
	return status;
}

static int close_fonts(void **state)
{
	slip_fonts_close(*state);
	return 0;
}

/* The lines as text, joined by "|". */
static void lines_of(struct slip_fonts *fonts, const char *text, int width,
		     char *out, size_t size)
{
	struct typeset typeset;
	size_t n = 0;

	assert_int_equal(typeset_new(fonts, style, text, width, &typeset), 0);
	assert_true(typeset_width(&typeset) <= width);
	for (size_t i = 0; i < typeset.n_lines; i++) {
		size_t first = typeset.lines[i].first;
		size_t end = typeset.lines[i].end;
		size_t from = typeset.run.glyphs[first].cluster;
		size_t to = end < typeset.run.n
				? typeset.run.glyphs[end].cluster
				: strlen(text);
		int wrote = snprintf(out + n, size - n, "%s%.*s", i ? "|" : "",
				     (int)(to - from), text + from);
		assert_true(wrote >= 0 && (size_t)wrote < size - n);
		n += (size_t)wrote;
	}
	out[n] = '\0';
	typeset_free(&typeset);
}

static void lines_break_where_people_would_break_them(void **state)
{
	static const struct {
		const char *name, *text;
		int width;
		const char *want;
	} rows[] = {
	    {"fits", "Đất đai", 500, "Đất đai"},
	    {"at a space", "Đất đai và nhà", 160, "Đất đai|và nhà"},
	    {"about equally long", "Vui lòng giữ phiếu và chờ gọi số", 540,
	     "Vui lòng giữ phiếu|và chờ gọi số"},
	    {"behind a hyphen", "One-Stop", 150, "One-|Stop"},
	    {"behind a slash", "Đất/nhaaaaa", 200, "Đất/|nhaaaaa"},
	    {"spaces around are dropped", "  Đất   đai  ", 110, "Đất|đai"},
	    {"control characters are spaces", "Đất\nđai", 110, "Đất|đai"},
	    {"a no-break space holds", "Ủy ban Tân\u00a0Trụ", 190,
	     "Ủy ban|Tân\u00a0Trụ"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char lines[256];
		lines_of(*state, rows[i].text, rows[i].width, lines,
			 sizeof(lines));
		if (strcmp(lines, rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].name, lines);
	}
}

static void nothing_is_lost_at_any_width(void **state)
{
	static const char *const texts[] = {
	    "Trung tâm Phục vụ hành chính công Ủy ban nhân dân thành phố",
	    "Khôngcókhoảngtrắngnàotrongcáitênrấtdàinày thì-sao/đây",
	    "ẬẪỄỘỮỰỲỴẶẴ",
	    "-/-/-",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		for (int width = 60; width < 900; width += 37) {
			char lines[512], packed[512];
			size_t n = 0;
			lines_of(*state, texts[i], width, lines, sizeof(lines));
			const char *want = texts[i];
			for (const char *c = lines; *c; c++)
				if (*c != '|' && *c != ' ')
					packed[n++] = *c;
			packed[n] = '\0';
			n = 0;
			for (; *want; want++)
				if (*want != ' ' && packed[n++] != *want)
					break;
			if (*want || packed[n])
				fail_msg("%d: %s: %s", width, texts[i], lines);
		}
	}
}

static void
a_long_word_breaks_between_letters_also_when_decomposed(void **state)
{
	static const char nfc[] = "khoảngtrắngnàotrongcáitên";
	static const char nfd[] =
	    "khoa\u0309ngtra\u0306\u0301ngna\u0300otrongca\u0301ite\u0302n";
	struct typeset a, b;

	assert_int_equal(typeset_new(*state, style, nfc, 170, &a), 0);
	assert_int_equal(typeset_new(*state, style, nfd, 170, &b), 0);
	assert_true(a.n_lines > 2);
	assert_int_equal(a.n_lines, b.n_lines);
	for (size_t i = 0; i < a.n_lines; i++) {
		assert_int_equal(a.lines[i].first, b.lines[i].first);
		assert_int_equal(a.lines[i].end, b.lines[i].end);
	}
	typeset_free(&a);
	typeset_free(&b);
}

/* No font has a "q" with these marks in one glyph: HarfBuzz places three. */
static void a_letter_is_not_parted_from_its_marks(void **state)
{
	static const char text[] =
	    "q\u0323\u0301q\u0323\u0301q\u0323\u0301q\u0323\u0301";

	for (int width = 10; width < 120; width += 3) {
		struct typeset typeset;
		assert_int_equal(typeset_new(*state, style, text, width,
					     &typeset),
				 0);
		assert_true(typeset.run.n > 4);
		for (size_t i = 1; i < typeset.n_lines; i++) {
			size_t first = typeset.lines[i].first;
			assert_int_not_equal(typeset.run.glyphs[first].cluster,
					     typeset.run.glyphs[first - 1]
						 .cluster);
		}
		typeset_free(&typeset);
	}
}

static void an_empty_text_has_no_lines(void **state)
{
	static const char *const texts[] = {"", "   ", "\n\t"};

	for (size_t i = 0; i < 3; i++) {
		struct typeset typeset;
		assert_int_equal(typeset_new(*state, style, texts[i], 300,
					     &typeset),
				 0);
		assert_int_equal(typeset.n_lines, 0);
		assert_int_equal(typeset_height(&typeset), 0);
		assert_int_equal(typeset_width(&typeset), 0);
		typeset_free(&typeset);
	}
}

static void a_width_too_small_for_a_letter_still_ends(void **state)
{
	struct typeset typeset;

	assert_int_equal(typeset_new(*state, style, "WW W", 1, &typeset), 0);
	assert_int_equal(typeset.n_lines, 3);
	typeset_free(&typeset);
}

/* The box of each line holds the highest and the lowest marks there are. */
static void marks_stay_within_the_lines_height(void **state)
{
	struct typeset typeset;
	struct bitmap bitmap;
	enum { TOP = 30 };

	assert_int_equal(typeset_new(*state, style, "ẴẪỄỖỰgjyỵ", 500, &typeset),
			 0);
	assert_int_equal(bitmap_new(&bitmap, 500, 150), 0);
	assert_int_equal(typeset_draw(*state, &typeset, &bitmap, 0, TOP, 500,
				      CONFIG_ALIGN_CENTER, false),
			 0);
	int first = -1, last = -1;
	for (int y = 0; y < bitmap.height; y++)
		for (int x = 0; x < bitmap.width; x++)
			if (bitmap_dot(&bitmap, x, y)) {
				first = first < 0 ? y : first;
				last = y;
			}
	assert_true(first >= TOP);
	assert_true(last < TOP + typeset_height(&typeset));
	assert_true(last - first > 40);
	bitmap_free(&bitmap);
	typeset_free(&typeset);
}

static void lines_are_centred(void **state)
{
	struct typeset typeset;
	struct bitmap bitmap;
	int left = 1000, right = 0;

	assert_int_equal(typeset_new(*state, style, "HH", 400, &typeset), 0);
	assert_int_equal(bitmap_new(&bitmap, 500, 60), 0);
	assert_int_equal(typeset_draw(*state, &typeset, &bitmap, 40, 0, 400,
				      CONFIG_ALIGN_CENTER, false),
			 0);
	for (int y = 0; y < bitmap.height; y++)
		for (int x = 0; x < bitmap.width; x++)
			if (bitmap_dot(&bitmap, x, y)) {
				left = x < left ? x : left;
				right = x > right ? x : right;
			}
	assert_in_range((left + right) / 2, 240 - 2, 240 + 2);
	bitmap_free(&bitmap);
	typeset_free(&typeset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_break_where_people_would_break_them),
	    cmocka_unit_test(nothing_is_lost_at_any_width),
	    cmocka_unit_test(
		a_long_word_breaks_between_letters_also_when_decomposed),
	    cmocka_unit_test(a_letter_is_not_parted_from_its_marks),
	    cmocka_unit_test(an_empty_text_has_no_lines),
	    cmocka_unit_test(a_width_too_small_for_a_letter_still_ends),
	    cmocka_unit_test(marks_stay_within_the_lines_height),
	    cmocka_unit_test(lines_are_centred),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
