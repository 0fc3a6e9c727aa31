/* SPDX-License-Identifier: MIT */
#include "printer/fonts.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "printer/fonts_find.h"

static const struct font_style regular = {FONT_REGULAR, 40, 40};
static const struct font_style bold = {FONT_BOLD, 40, 40};

/* The 134 letters with marks: composed, and decomposed (NFD). */
static const struct {
	const char *nfc, *nfd;
} letters[] =
    {{"à", "a\u0300"},       {"á", "a\u0301"},       {"ả", "a\u0309"},
     {"ã", "a\u0303"},       {"ạ", "a\u0323"},       {"ă", "a\u0306"},
     {"ằ", "a\u0306\u0300"}, {"ắ", "a\u0306\u0301"}, {"ẳ", "a\u0306\u0309"},
     {"ẵ", "a\u0306\u0303"}, {"ặ", "a\u0323\u0306"}, {"â", "a\u0302"},
     {"ầ", "a\u0302\u0300"}, {"ấ", "a\u0302\u0301"}, {"ẩ", "a\u0302\u0309"},
     {"ẫ", "a\u0302\u0303"}, {"ậ", "a\u0323\u0302"}, {"è", "e\u0300"},
     {"é", "e\u0301"},       {"ẻ", "e\u0309"},       {"ẽ", "e\u0303"},
     {"ẹ", "e\u0323"},       {"ê", "e\u0302"},       {"ề", "e\u0302\u0300"},
     {"ế", "e\u0302\u0301"}, {"ể", "e\u0302\u0309"}, {"ễ", "e\u0302\u0303"},
     {"ệ", "e\u0323\u0302"}, {"ì", "i\u0300"},       {"í", "i\u0301"},
     {"ỉ", "i\u0309"},       {"ĩ", "i\u0303"},       {"ị", "i\u0323"},
     {"ò", "o\u0300"},       {"ó", "o\u0301"},       {"ỏ", "o\u0309"},
     {"õ", "o\u0303"},       {"ọ", "o\u0323"},       {"ô", "o\u0302"},
     {"ồ", "o\u0302\u0300"}, {"ố", "o\u0302\u0301"}, {"ổ", "o\u0302\u0309"},
     {"ỗ", "o\u0302\u0303"}, {"ộ", "o\u0323\u0302"}, {"ơ", "o\u031b"},
     {"ờ", "o\u031b\u0300"}, {"ớ", "o\u031b\u0301"}, {"ở", "o\u031b\u0309"},
     {"ỡ", "o\u031b\u0303"}, {"ợ", "o\u031b\u0323"}, {"ù", "u\u0300"},
     {"ú", "u\u0301"},       {"ủ", "u\u0309"},       {"ũ", "u\u0303"},
     {"ụ", "u\u0323"},       {"ư", "u\u031b"},       {"ừ", "u\u031b\u0300"},
     {"ứ", "u\u031b\u0301"}, {"ử", "u\u031b\u0309"}, {"ữ", "u\u031b\u0303"},
     {"ự", "u\u031b\u0323"}, {"ỳ", "y\u0300"},       {"ý", "y\u0301"},
     {"ỷ", "y\u0309"},       {"ỹ", "y\u0303"},       {"ỵ", "y\u0323"},
     {"đ", "\u0111"},        {"À", "A\u0300"},       {"Á", "A\u0301"},
     {"Ả", "A\u0309"},       {"Ã", "A\u0303"},       {"Ạ", "A\u0323"},
     {"Ă", "A\u0306"},       {"Ằ", "A\u0306\u0300"}, {"Ắ", "A\u0306\u0301"},
     {"Ẳ", "A\u0306\u0309"}, {"Ẵ", "A\u0306\u0303"}, {"Ặ", "A\u0323\u0306"},
     {"Â", "A\u0302"},       {"Ầ", "A\u0302\u0300"}, {"Ấ", "A\u0302\u0301"},
     {"Ẩ", "A\u0302\u0309"}, {"Ẫ", "A\u0302\u0303"}, {"Ậ", "A\u0323\u0302"},
     {"È", "E\u0300"},       {"É", "E\u0301"},       {"Ẻ", "E\u0309"},
     {"Ẽ", "E\u0303"},       {"Ẹ", "E\u0323"},       {"Ê", "E\u0302"},
     {"Ề", "E\u0302\u0300"}, {"Ế", "E\u0302\u0301"}, {"Ể", "E\u0302\u0309"},
     {"Ễ", "E\u0302\u0303"}, {"Ệ", "E\u0323\u0302"}, {"Ì", "I\u0300"},
     {"Í", "I\u0301"},       {"Ỉ", "I\u0309"},       {"Ĩ", "I\u0303"},
     {"Ị", "I\u0323"},       {"Ò", "O\u0300"},       {"Ó", "O\u0301"},
     {"Ỏ", "O\u0309"},       {"Õ", "O\u0303"},       {"Ọ", "O\u0323"},
     {"Ô", "O\u0302"},       {"Ồ", "O\u0302\u0300"}, {"Ố", "O\u0302\u0301"},
     {"Ổ", "O\u0302\u0309"}, {"Ỗ", "O\u0302\u0303"}, {"Ộ", "O\u0323\u0302"},
     {"Ơ", "O\u031b"},       {"Ờ", "O\u031b\u0300"}, {"Ớ", "O\u031b\u0301"},
     {"Ở", "O\u031b\u0309"}, {"Ỡ", "O\u031b\u0303"}, {"Ợ", "O\u031b\u0323"},
     {"Ù", "U\u0300"},       {"Ú", "U\u0301"},       {"Ủ", "U\u0309"},
     {"Ũ", "U\u0303"},       {"Ụ", "U\u0323"},       {"Ư", "U\u031b"},
     {"Ừ", "U\u031b\u0300"}, {"Ứ", "U\u031b\u0301"}, {"Ử", "U\u031b\u0309"},
     {"Ữ", "U\u031b\u0303"}, {"Ự", "U\u031b\u0323"}, {"Ỳ", "Y\u0300"},
     {"Ý", "Y\u0301"},       {"Ỷ", "Y\u0309"},       {"Ỹ", "Y\u0303"},
     {"Ỵ", "Y\u0323"},       {"Đ", "\u0110"}};
#define N_LETTERS (sizeof(letters) / sizeof(*letters))

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

static struct glyph_run shape(struct slip_fonts *fonts, struct font_style style,
			      const char *text)
{
	struct glyph_run run;

	assert_int_equal(fonts_shape(fonts, style, text, &run), 0);
	return run;
}

static void assert_alike(const char *name, const struct glyph_run *a,
			 const struct glyph_run *b)
{
	if (a->n != b->n)
		fail_msg("%s: %zu glyphs and %zu", name, a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		const struct placed_glyph *p = &a->glyphs[i];
		const struct placed_glyph *q = &b->glyphs[i];
		if (p->id != q->id || p->x != q->x || p->rise != q->rise ||
		    p->end != q->end)
			fail_msg("%s: glyph %zu differs", name, i);
	}
}

static void every_letter_is_alike_composed_and_decomposed(void **state)
{
	assert_int_equal(N_LETTERS, 134);
	for (size_t i = 0; i < N_LETTERS; i++) {
		struct glyph_run nfc = shape(*state, bold, letters[i].nfc);
		struct glyph_run nfd = shape(*state, bold, letters[i].nfd);
		assert_alike(letters[i].nfc, &nfc, &nfd);
		glyph_run_free(&nfc);
		glyph_run_free(&nfd);
	}
}

/* A letter that the font lacks would be glyph 0, an empty box. */
static void every_letter_is_one_glyph_of_its_own_in_both_weights(void **state)
{
	const struct font_style styles[] = {regular, bold};

	for (size_t s = 0; s < 2; s++) {
		uint32_t seen[N_LETTERS];
		for (size_t i = 0; i < N_LETTERS; i++) {
			struct glyph_run run =
			    shape(*state, styles[s], letters[i].nfc);
			if (run.n != 1 || run.glyphs[0].id == 0)
				fail_msg("%s is missing", letters[i].nfc);
			seen[i] = run.glyphs[0].id;
			for (size_t k = 0; k < i; k++)
				if (seen[k] == seen[i])
					fail_msg("%s looks like %s",
						 letters[i].nfc,
						 letters[k].nfc);
			glyph_run_free(&run);
		}
	}
}

static void control_characters_are_spaces(void **state)
{
	struct glyph_run spaces = shape(*state, regular, "a b c");
	struct glyph_run controls = shape(*state, regular, "a\nb\tc");

	assert_alike("controls", &spaces, &controls);
	glyph_run_free(&spaces);
	glyph_run_free(&controls);
}

static void bad_utf8_is_drawn_and_harms_nothing(void **state)
{
	struct glyph_run run = shape(*state, regular, "a\xff\xc3(\xe1\xba");

	assert_true(run.n >= 3);
	for (size_t i = 0; i < run.n; i++) {
		struct glyph_picture picture;
		assert_int_equal(fonts_picture(*state, regular,
					       run.glyphs[i].id, &picture),
				 0);
	}
	glyph_run_free(&run);
}

static void a_size_out_of_range_is_refused(void **state)
{
	static const struct font_style styles[] = {
	    {FONT_BOLD, 0, 0},
	    {FONT_BOLD, 3, 40},
	    {FONT_BOLD, 40, 513},
	    {FONT_BOLD, 1 << 20, 40},
	};

	for (size_t i = 0; i < 4; i++) {
		struct glyph_run run;
		struct glyph_picture picture;
		assert_int_equal(fonts_shape(*state, styles[i], "a", &run),
				 -EINVAL);
		assert_int_equal(fonts_picture(*state, styles[i], 40, &picture),
				 -EINVAL);
	}
}

static void a_capital_is_as_high_as_the_font_says(void **state)
{
	const struct font_style large = {FONT_BOLD, 200, 200};
	struct glyph_run run = shape(*state, large, "E");
	struct glyph_picture picture;

	assert_int_equal(fonts_picture(*state, large, run.glyphs[0].id,
				       &picture),
			 0);
	int want = 200 * fonts_capital_height(*state, FONT_BOLD) / 1000;
	assert_in_range(picture.height, want - 2, want + 2);
	glyph_run_free(&run);
}

static void a_condensed_style_keeps_the_height(void **state)
{
	const struct font_style full = {FONT_BOLD, 200, 200};
	const struct font_style condensed = {FONT_BOLD, 200, 140};
	struct glyph_run wide = shape(*state, full, "5");
	struct glyph_run slim = shape(*state, condensed, "5");
	struct glyph_picture picture;

	assert_int_equal(fonts_picture(*state, full, wide.glyphs[0].id,
				       &picture),
			 0);
	int height = picture.height;
	int width = picture.width;
	assert_int_equal(fonts_picture(*state, condensed, slim.glyphs[0].id,
				       &picture),
			 0);
	assert_in_range(picture.height, height - 2, height + 2);
	assert_in_range(picture.width, width * 6 / 10, width * 8 / 10);
	glyph_run_free(&wide);
	glyph_run_free(&slim);
}

/* All letters in more sizes than are kept: nothing may grow without end. */
static void what_is_kept_is_bounded_and_stays_right(void **state)
{
	struct glyph_run run = shape(*state, regular, "áº­");
	struct glyph_picture picture;
	size_t bytes;

	assert_int_equal(fonts_picture(*state, regular, run.glyphs[0].id,
				       &picture),
			 0);
	struct glyph_picture first = picture;
	size_t length = (size_t)first.height * first.stride;
	uint8_t *copy = malloc(length);
	assert_non_null(copy);
	memcpy(copy, first.bits, length);

	for (int em = 20; em < 220; em += 5) {
		const struct font_style style = {FONT_BOLD, em, em};
		for (uint32_t id = 1; id < 200; id++)
			assert_int_equal(fonts_picture(*state, style, id,
						       &picture),
					 0);
		assert_true(fonts_kept(*state, &bytes) <= 512);
		assert_true(bytes <= 192 * 1024);
	}
	assert_int_equal(fonts_picture(*state, regular, run.glyphs[0].id,
				       &picture),
			 0);
	assert_int_equal(picture.height, first.height);
	assert_int_equal(picture.stride, first.stride);
	assert_memory_equal(picture.bits, copy, length);
	free(copy);
	glyph_run_free(&run);
}

static void an_installed_family_has_no_substitute(void **state)
{
	struct slip_fonts *fonts;
	char *substitute;

	(void)state;
	assert_int_equal(slip_fonts_open("noto sans", &fonts, &substitute), 0);
	assert_null(substitute);
	slip_fonts_close(fonts);
}

static void a_family_that_is_missing_is_replaced_and_named(void **state)
{
	struct slip_fonts *fonts;
	char *substitute;

	(void)state;
	assert_int_equal(slip_fonts_open("No Such Family", &fonts, &substitute),
			 0);
	assert_non_null(substitute);
	assert_true(strlen(substitute) > 0);
	free(substitute);
	slip_fonts_close(fonts);
}

static void without_any_font(const char *family)
{
	const char *tmp = getenv("TMPDIR");
	char directory[512], path[600];
	struct slip_fonts *fonts = (struct slip_fonts *)directory;

	(void)snprintf(directory, sizeof(directory), "%s/kiosk-fonts-XXXXXX",
		       tmp && *tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/fonts.conf", directory);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs("<fontconfig/>\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(setenv("FONTCONFIG_FILE", path, 1), 0);
	int status = slip_fonts_open(family, &fonts, NULL);
	assert_int_equal(unsetenv("FONTCONFIG_FILE"), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0);
	assert_int_equal(status, -ENOENT);
	assert_null(fonts);
}

static void no_font_at_all_is_enoent(void **state)
{
	(void)state;
	without_any_font("Noto Sans");
	without_any_font("/no/such/file.ttf");
}

static void a_file_that_is_no_font_is_replaced_and_named(void **state)
{
	static const char *const paths[] = {"/no/such/file.ttf",
					    "/proc/self/exe", "/"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct slip_fonts *fonts;
		char *substitute;
		assert_int_equal(slip_fonts_open(paths[i], &fonts, &substitute),
				 0);
		assert_string_equal(substitute, "Noto Sans");
		free(substitute);
		slip_fonts_close(fonts);
	}
}

static void a_font_file_is_taken_by_its_path_with_its_bold(void **state)
{
	struct font_file plain, heavy, by_path, heavy_by_path;
	char *substitute;

	(void)state;
	assert_int_equal(fonts_find("Noto Sans", &plain, &heavy, &substitute),
			 0);
	assert_null(substitute);
	assert_int_equal(fonts_find(plain.path, &by_path, &heavy_by_path,
				    &substitute),
			 0);
	assert_null(substitute);
	assert_string_equal(by_path.path, plain.path);
	assert_string_equal(heavy_by_path.path, heavy.path);
	free(by_path.path);
	free(heavy_by_path.path);
	/* A file with no bold beside it serves for both. */
	assert_int_equal(fonts_find(heavy.path, &by_path, &heavy_by_path,
				    &substitute),
			 0);
	assert_string_equal(heavy_by_path.path, heavy.path);
	free(by_path.path);
	free(heavy_by_path.path);
	free(plain.path);
	free(heavy.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_letter_is_alike_composed_and_decomposed),
	    cmocka_unit_test(
		every_letter_is_one_glyph_of_its_own_in_both_weights),
	    cmocka_unit_test(control_characters_are_spaces),
	    cmocka_unit_test(bad_utf8_is_drawn_and_harms_nothing),
	    cmocka_unit_test(a_size_out_of_range_is_refused),
	    cmocka_unit_test(a_capital_is_as_high_as_the_font_says),
	    cmocka_unit_test(a_condensed_style_keeps_the_height),
	    cmocka_unit_test(what_is_kept_is_bounded_and_stays_right),
	    cmocka_unit_test(an_installed_family_has_no_substitute),
	    cmocka_unit_test(a_family_that_is_missing_is_replaced_and_named),
	    cmocka_unit_test(no_font_at_all_is_enoent),
	    cmocka_unit_test(a_file_that_is_no_font_is_replaced_and_named),
	    cmocka_unit_test(a_font_file_is_taken_by_its_path_with_its_bold),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
