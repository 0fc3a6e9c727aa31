/* SPDX-License-Identifier: MIT */
#include "printer/escpos.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "printer/bitmap.h"

/*
 * A printer of paper, as the command reference describes one: it knows
 * nothing of how the encoder works. Paper is rows of one byte a dot.
 */
enum { PAPER_WIDTH = 832, PAPER_ROWS = 4096 };

struct paper {
	uint8_t (*dots)[PAPER_WIDTH];
	int rows;            /* that have come out */
	int bands, feeds;    /* commands seen */
	int highest, widest; /* of the bands: rows, bytes */
	int units;           /* motion units an inch; 0 before GS P */
	int resets, cuts;
	bool centred; /* ESC a 1 */
	int doubled;  /* bands */
	bool ends_with_cut;
	size_t sent_rows;
};

/* How wide the printer's paper is, where it is to centre. */
static int centre_in;

static void paper_free(struct paper *paper)
{
	free(paper->dots);
}

/* scale: what becomes of a dot, across and down. */
static void print_band(struct paper *paper, const uint8_t *data, int width,
		       int rows, int scale)
{
	int left = paper->centred ? (centre_in - width * 8 * scale) / 2 : 0;

	for (int y = 0; y < rows * scale; y++)
		for (int x = 0; x < width * 8 * scale; x++) {
			int from = x / scale;
			paper->dots[paper->rows + y][left + x] =
			    (data[y / scale * width + from / 8] >>
			     (7 - from % 8)) &
			    1;
		}
	rows *= scale;
	paper->doubled += scale == 2;
	paper->rows += rows;
	paper->bands++;
	paper->sent_rows += (size_t)rows;
	if (rows > paper->highest)
		paper->highest = rows;
	if (width > paper->widest)
		paper->widest = width;
}

/* Fails the test on any byte that is no part of a command it knows. */
static void decode(const uint8_t *bytes, size_t length, struct paper *paper)
{
	size_t at = 0;

	*paper = (struct paper){0};
	paper->dots = calloc(PAPER_ROWS, sizeof(*paper->dots));
	assert_non_null(paper->dots);
	while (at < length) {
		const uint8_t *c = bytes + at;
		size_t left = length - at;
		paper->ends_with_cut = false;
		if (left >= 2 && c[0] == 0x1b && c[1] == '@') {
			paper->resets++;
			paper->units = 0;
			at += 2;
		} else if (left >= 4 && c[0] == 0x1d && c[1] == 'P') {
			paper->units = c[3];
			at += 4;
		} else if (left >= 3 && c[0] == 0x1b && c[1] == 'a') {
			paper->centred = c[2] == 1;
			at += 3;
		} else if (left >= 3 && c[0] == 0x1b && c[1] == 'J') {
			paper->rows += c[2];
			paper->feeds++;
			at += 3;
		} else if (left >= 8 && c[0] == 0x1d && c[1] == 'v' &&
			   c[2] == '0') {
			int width = c[4] + 256 * c[5];
			int rows = c[6] + 256 * c[7];
			int scale = c[3] == 3 ? 2 : 1;
			assert_true(c[3] == 0 || c[3] == 3);
			assert_true(width >= 1 && width <= PAPER_WIDTH / 8);
			assert_true(rows >= 1);
			assert_true(paper->rows + rows * scale <= PAPER_ROWS);
			assert_true(left >= 8 + (size_t)(width * rows));
			print_band(paper, c + 8, width, rows, scale);
			at += 8 + (size_t)(width * rows);
		} else if (left >= 4 && c[0] == 0x1d && c[1] == 'V') {
			assert_int_equal(c[2], 66);
			assert_int_equal(c[3], 0);
			paper->cuts++;
			paper->ends_with_cut = true;
			at += 4;
		} else {
			fail_msg("byte %zu: %02x is no command", at, c[0]);
		}
		assert_true(paper->rows <= PAPER_ROWS);
	}
}

static void encode_and_print(const struct bitmap *bitmap, bool cut,
			     struct paper *paper)
{
	const struct escpos_options options = {.cut = cut, .dpi = 203};
	struct escpos_slip slip;

	assert_int_equal(escpos_encode(bitmap, &options, &slip), 0);
	assert_int_equal(slip.in_turn, 0);
	decode(slip.bytes, slip.length, paper);
	escpos_free(&slip);
}

static void assert_same(const struct bitmap *bitmap, const struct paper *paper)
{
	assert_true(paper->rows >= bitmap->height);
	for (int y = 0; y < paper->rows; y++)
		for (int x = 0; x < PAPER_WIDTH; x++)
			if (paper->dots[y][x] != bitmap_dot(bitmap, x, y))
				fail_msg("dot %d,%d is %d", x, y,
					 paper->dots[y][x]);
}

static void what_is_printed_equals_the_picture_dot_for_dot(void **state)
{
	static const struct {
		const char *name;
		int width, height;
		unsigned blank_of_8; /* how many rows of eight are left white */
	} rows[] = {
	    {"one dot row", 8, 1, 0},
	    {"full, one band", 576, 128, 0},
	    {"full, a row more", 576, 129, 0},
	    {"full, high", 384, 1000, 0},
	    {"sparse", 576, 900, 5},
	    {"nearly all white", 832, 2000, 7},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct bitmap bitmap;
		struct paper paper;
		unsigned seed = 1234 + (unsigned)i;
		assert_int_equal(bitmap_new(&bitmap, rows[i].width,
					    rows[i].height),
				 0);
		/* White comes in runs: whole groups of eleven rows. */
		for (int y = 0; y < bitmap.height; y++) {
			seed = y % 11 ? seed : seed * 1103515245u + 12345u;
			if ((seed >> 16) % 8 < rows[i].blank_of_8)
				continue;
			for (size_t b = 0; b < bitmap.stride; b++)
				bitmap.bits[(size_t)y * bitmap.stride + b] =
				    (uint8_t)((seed >> 8) * (b + 3) +
					      (unsigned)y);
		}
		print_message("%s\n", rows[i].name);
		encode_and_print(&bitmap, true, &paper);
		assert_same(&bitmap, &paper);
		assert_int_equal(paper.widest, rows[i].width / 8);
		assert_true(paper.highest <= ESCPOS_BAND_ROWS);
		paper_free(&paper);
		bitmap_free(&bitmap);
	}
}

static void a_stride_wider_than_the_picture_is_not_sent(void **state)
{
	uint8_t bits[4 * 8];
	const struct bitmap bitmap = {16, 4, 8, bits};
	struct paper paper;

	(void)state;
	memset(bits, 0xfe, sizeof(bits)); /* no squares */
	encode_and_print(&bitmap, false, &paper);
	assert_int_equal(paper.widest, 2);
	assert_same(&bitmap, &paper);
	paper_free(&paper);
}

static void blank_rows_are_fed_and_not_sent(void **state)
{
	struct bitmap bitmap;
	struct paper paper;

	(void)state;
	assert_int_equal(bitmap_new(&bitmap, 384, 1000), 0);
	bitmap_fill(&bitmap, 10, 300, 50, 4);
	bitmap_fill(&bitmap, 10, 900, 50, 4);
	encode_and_print(&bitmap, true, &paper);
	assert_same(&bitmap, &paper);
	assert_int_equal(paper.sent_rows, 8);
	assert_int_equal(paper.bands, 2);
	/* 300, 596 and 96 rows by at most 255, and before the cut */
	assert_int_equal(paper.feeds, 2 + 3 + 1 + 1);
	paper_free(&paper);
	bitmap_free(&bitmap);
}

static void a_gap_within_a_letter_is_not_fed(void **state)
{
	struct bitmap bitmap;
	struct paper paper;

	(void)state;
	assert_int_equal(bitmap_new(&bitmap, 384, 40), 0);
	bitmap_fill(&bitmap, 11, 0, 51, 4); /* no squares */
	bitmap_fill(&bitmap, 11, 7, 51, 33);
	encode_and_print(&bitmap, true, &paper);
	assert_int_equal(paper.sent_rows, 40);
	assert_int_equal(paper.feeds, 1); /* before the cut */
	paper_free(&paper);
	bitmap_free(&bitmap);
}

static void a_white_picture_is_only_fed(void **state)
{
	struct bitmap bitmap;
	struct paper paper;

	(void)state;
	assert_int_equal(bitmap_new(&bitmap, 576, 700), 0);
	encode_and_print(&bitmap, false, &paper);
	assert_int_equal(paper.bands, 0);
	assert_true(paper.rows > 700);
	paper_free(&paper);
	bitmap_free(&bitmap);
}

/* Squares of two by two dots, and something narrow, and something wide. */
static void draw_mixture(struct bitmap *bitmap, int shift)
{
	assert_int_equal(bitmap_new(bitmap, 384, 400), 0);
	for (int i = 0; i < 40; i++)
		bitmap_fill(bitmap, 20 + 4 * i + shift, 2 * i, 6, 4);
	for (int i = 0; i < 60; i++)
		bitmap_fill(bitmap, 150 + i, 150 + i, 3, 1);
	bitmap_fill(bitmap, 0, 380, 384, 3);
}

static void white_sides_are_left_out_and_the_rest_is_centred(void **state)
{
	const struct escpos_options all = {.dpi = 203};
	const struct escpos_options crop = {.crop = true, .dpi = 203};
	struct escpos_slip whole, cropped;
	struct bitmap bitmap;
	struct paper paper;

	(void)state;
	draw_mixture(&bitmap, 0);
	assert_int_equal(escpos_encode(&bitmap, &all, &whole), 0);
	assert_int_equal(escpos_encode(&bitmap, &crop, &cropped), 0);
	assert_true(cropped.length + 1000 < whole.length);
	centre_in = 384;
	decode(cropped.bytes, cropped.length, &paper);
	assert_same(&bitmap, &paper);
	assert_true(paper.centred);
	paper_free(&paper);
	decode(whole.bytes, whole.length, &paper);
	assert_same(&bitmap, &paper);
	assert_false(paper.centred);
	paper_free(&paper);
	escpos_free(&whole);
	escpos_free(&cropped);
	bitmap_free(&bitmap);
}

static void any_picture_comes_out_cropped_dot_for_dot(void **state)
{
	static const int widths[] = {8, 256, 384, 424, 576, 832};
	const struct escpos_options options = {.crop = true, .dpi = 203};

	(void)state;
	for (unsigned i = 0; i < 120; i++) {
		struct bitmap bitmap;
		struct escpos_slip slip;
		struct paper paper;
		unsigned seed = i;

		centre_in = widths[i % 6];
		assert_int_equal(bitmap_new(&bitmap, centre_in, 600), 0);
		for (int n = 0; n < 40; n++) {
			unsigned dots = seed = seed * 1103515245u + 12345u;
			/* half of them on even dots */
			int scale = n % 2 + 1;
			bitmap_fill(&bitmap, scale * (int)(dots >> 8 & 0x1ff),
				    scale * (int)(dots >> 17 & 0x0ff),
				    scale * (int)(dots >> 26 & 0x0f),
				    scale * (int)(dots >> 24 & 0x3f));
		}
		print_message("picture %u\n", i);
		assert_int_equal(escpos_encode(&bitmap, &options, &slip), 0);
		decode(slip.bytes, slip.length, &paper);
		assert_same(&bitmap, &paper);
		assert_true(paper.highest <= ESCPOS_BAND_ROWS);
		paper_free(&paper);
		escpos_free(&slip);
		bitmap_free(&bitmap);
	}
}

static void what_is_made_of_squares_is_sent_at_half_the_resolution(void **state)
{
	struct bitmap bitmap;
	struct paper paper;

	(void)state;
	draw_mixture(&bitmap, 0);
	encode_and_print(&bitmap, false, &paper);
	assert_int_equal(paper.doubled, 1);
	assert_same(&bitmap, &paper);
	paper_free(&paper);
	bitmap_free(&bitmap);
	/* a dot further on they are no squares of the printer's */
	draw_mixture(&bitmap, 1);
	encode_and_print(&bitmap, false, &paper);
	assert_int_equal(paper.doubled, 0);
	assert_same(&bitmap, &paper);
	paper_free(&paper);
	bitmap_free(&bitmap);
}

static void it_begins_with_a_reset_and_dots_as_the_unit(void **state)
{
	static const uint8_t want[] = {0x1b, '@', 0x1d, 'P', 203, 203};
	const struct escpos_options options = {.cut = true, .dpi = 203};
	struct escpos_slip slip;
	struct bitmap bitmap;

	(void)state;
	assert_int_equal(bitmap_new(&bitmap, 8, 8), 0);
	assert_int_equal(escpos_encode(&bitmap, &options, &slip), 0);
	assert_true(slip.length > sizeof(want));
	assert_memory_equal(slip.bytes, want, sizeof(want));
	escpos_free(&slip);
	bitmap_free(&bitmap);
}

static void with_a_cutter_it_ends_with_feed_and_cut(void **state)
{
	struct bitmap bitmap;
	struct paper paper;

	(void)state;
	assert_int_equal(bitmap_new(&bitmap, 384, 10), 0);
	bitmap_fill(&bitmap, 0, 0, 8, 10);
	encode_and_print(&bitmap, true, &paper);
	assert_int_equal(paper.cuts, 1);
	assert_true(paper.ends_with_cut);
	assert_int_equal(paper.resets, 1);
	assert_int_equal(paper.units, 203);
	paper_free(&paper);
	bitmap_free(&bitmap);
}

static void without_a_cutter_the_text_is_fed_past_the_tear_bar(void **state)
{
	struct bitmap bitmap;
	struct paper paper;

	(void)state;
	assert_int_equal(bitmap_new(&bitmap, 384, 10), 0);
	bitmap_fill(&bitmap, 0, 0, 8, 10);
	encode_and_print(&bitmap, false, &paper);
	assert_int_equal(paper.cuts, 0);
	assert_true(paper.rows >= 10 + 160);
	paper_free(&paper);
	bitmap_free(&bitmap);
}

static void what_is_no_picture_is_refused(void **state)
{
	uint8_t bits[64] = {0};
	static const struct {
		const char *name;
		int width, height;
		size_t stride;
	} rows[] = {
	    {"no width", 0, 4, 8},      {"no height", 16, 0, 8},
	    {"negative", -8, 4, 8},     {"not whole bytes", 12, 4, 8},
	    {"short stride", 64, 4, 7},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct bitmap bitmap = {rows[i].width, rows[i].height,
					      rows[i].stride, bits};
		const struct escpos_options options = {.cut = true, .dpi = 203};
		struct escpos_slip slip = {bits, 1, 1};
		if (escpos_encode(&bitmap, &options, &slip) != -EINVAL)
			fail_msg("%s was taken", rows[i].name);
		assert_null(slip.bytes);
		assert_int_equal(slip.length, 0);
	}
}

/* How often a short string of bytes is in there. */
static unsigned occurrences(const struct escpos_slip *slip, const char *what)
{
	const uint8_t *at = slip->bytes, *end = at + slip->length;
	unsigned n = 0;

	while ((at = memmem(at, (size_t)(end - at), what, 3))) {
		n++;
		at++;
	}
	return n;
}

static void a_question_stands_behind_each_band_and_behind_the_cut(void **state)
{
	const struct escpos_options options = {.cut = true,
					       .confirm = true,
					       .dpi = 203};
	static const uint8_t end[] = {0x1d, 'V', 66, 0, 0x1d, 'r', 1};
	struct escpos_slip slip;
	struct bitmap bitmap;

	(void)state;
	assert_int_equal(bitmap_new(&bitmap, 8, 300), 0);
	bitmap_fill(&bitmap, 0, 0, 8, 200); /* 128 rows and 72 */
	bitmap_fill(&bitmap, 0, 290, 8, 10);
	assert_int_equal(escpos_encode(&bitmap, &options, &slip), 0);
	assert_int_equal(slip.in_turn, 4);
	assert_int_equal(occurrences(&slip, "\x1dr\x01"), 4);
	assert_memory_equal(slip.bytes + slip.length - sizeof(end), end,
			    sizeof(end));
	/* right behind the band's last byte, which is black */
	assert_int_equal(occurrences(&slip, "\xff\x1dr"), 3);
	assert_int_equal(occurrences(&slip, "\x1d"
					    "a\x0e"),
			 0);
	escpos_free(&slip);
	bitmap_free(&bitmap);
}

static void it_is_told_to_tell_behind_the_reset_that_ends_it(void **state)
{
	const struct escpos_options options = {.tell = true, .dpi = 203};
	static const uint8_t want[] = {0x1b, '@', 0x1d, 'a', 0x0e, 0x1d, 'P'};
	struct escpos_slip slip;
	struct bitmap bitmap;

	(void)state;
	assert_int_equal(bitmap_new(&bitmap, 8, 8), 0);
	assert_int_equal(escpos_encode(&bitmap, &options, &slip), 0);
	assert_memory_equal(slip.bytes, want, sizeof(want));
	assert_int_equal(slip.in_turn, 0);
	escpos_free(&slip);
	bitmap_free(&bitmap);
}

static void a_recovery_fills_up_the_highest_band_with_white(void **state)
{
	static const uint8_t cut[] = {0x1b, '@', 0x1d, 'V', 66, 0};
	struct escpos_slip slip;

	(void)state;
	assert_int_equal(escpos_recovery(384, true, &slip), 0);
	assert_int_equal(slip.length, 48 * ESCPOS_BAND_ROWS + (int)sizeof(cut));
	for (size_t i = 0; i < 48 * ESCPOS_BAND_ROWS; i++)
		assert_int_equal(slip.bytes[i], 0);
	assert_memory_equal(slip.bytes + 48 * ESCPOS_BAND_ROWS, cut,
			    sizeof(cut));
	escpos_free(&slip);
	assert_int_equal(escpos_recovery(384, false, &slip), 0);
	assert_int_equal(slip.length, 48 * ESCPOS_BAND_ROWS + 2);
	escpos_free(&slip);
	assert_int_equal(escpos_recovery(12, true, &slip), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_printed_equals_the_picture_dot_for_dot),
	    cmocka_unit_test(a_stride_wider_than_the_picture_is_not_sent),
	    cmocka_unit_test(blank_rows_are_fed_and_not_sent),
	    cmocka_unit_test(a_gap_within_a_letter_is_not_fed),
	    cmocka_unit_test(a_white_picture_is_only_fed),
	    cmocka_unit_test(white_sides_are_left_out_and_the_rest_is_centred),
	    cmocka_unit_test(any_picture_comes_out_cropped_dot_for_dot),
	    cmocka_unit_test(
		what_is_made_of_squares_is_sent_at_half_the_resolution),
	    cmocka_unit_test(it_begins_with_a_reset_and_dots_as_the_unit),
	    cmocka_unit_test(with_a_cutter_it_ends_with_feed_and_cut),
	    cmocka_unit_test(
		without_a_cutter_the_text_is_fed_past_the_tear_bar),
	    cmocka_unit_test(what_is_no_picture_is_refused),
	    cmocka_unit_test(
		a_question_stands_behind_each_band_and_behind_the_cut),
	    cmocka_unit_test(it_is_told_to_tell_behind_the_reset_that_ends_it),
	    cmocka_unit_test(a_recovery_fills_up_the_highest_band_with_white),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
