/* SPDX-License-Identifier: MIT */
#include "printer/escpos_bands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "printer/bitmap.h"
#include "printer/escpos.h"

/* What is drawn is odd, so that it is not made of squares. */
static struct bitmap picture(int width, int height)
{
	struct bitmap bitmap;

	assert_int_equal(bitmap_new(&bitmap, width, height), 0);
	return bitmap;
}

static struct escpos_bands cut(const struct bitmap *bitmap, bool crop)
{
	struct escpos_bands bands;

	assert_int_equal(escpos_bands_cut(bitmap, crop, &bands), 0);
	return bands;
}

static void tails_are_parted_from_the_letters_they_hang_from(void **state)
{
	struct bitmap bitmap = picture(576, 50);
	struct escpos_bands bands;

	(void)state;
	for (int i = 0; i < 12; i++) /* letters */
		bitmap_fill(&bitmap, 41 + 41 * i, 0, 5, 40);
	bitmap_fill(&bitmap, 41 + 41 * 6, 40, 5, 10); /* a tail in the middle */
	bands = cut(&bitmap, true);
	assert_int_equal(bands.n, 2);
	assert_int_equal(bands.bands[0].rows, 40);
	assert_int_equal(bands.bands[0].side, 5); /* dots 41 to 497 of 576 */
	assert_int_equal(bands.bands[1].first, 40);
	assert_int_equal(bands.bands[1].rows, 10);
	assert_int_equal(bands.bands[1].side, 35); /* dots 287 to 291 */
	escpos_bands_free(&bands);
	bitmap_free(&bitmap);
}

static void what_a_cut_saves_must_be_worth_the_seam(void **state)
{
	struct bitmap bitmap = picture(576, 50);
	struct escpos_bands bands;

	(void)state;
	bitmap_fill(&bitmap, 41, 0, 485, 40); /* black, and so are its legs */
	bitmap_fill(&bitmap, 91, 40, 395, 10);
	bands = cut(&bitmap, true);
	assert_int_equal(bands.n, 1);
	escpos_bands_free(&bands);
	bitmap_free(&bitmap);
}

static void what_is_too_high_is_cut_at_its_waist(void **state)
{
	struct bitmap bitmap = picture(384, 200);
	struct escpos_bands bands;

	(void)state;
	bitmap_fill(&bitmap, 31, 0, 301, 200);
	for (int y = 90; y < 92; y++)
		for (int x = 4; x < 34; x++)
			bitmap.bits[(size_t)y * bitmap.stride + (size_t)x] = 0;
	bands = cut(&bitmap, true);
	assert_int_equal(bands.n, 2);
	assert_in_range(bands.bands[1].first, 90, 92);
	escpos_bands_free(&bands);
	bitmap_free(&bitmap);
}

static void squares_are_sent_at_half_the_resolution_and_cropped(void **state)
{
	struct bitmap bitmap = picture(576, 100);
	struct escpos_bands bands;

	(void)state;
	for (int i = 0; i < 50; i++)
		bitmap_fill(&bitmap, 240 + 2 * (i % 40), 2 * i, 20, 2);
	bands = cut(&bitmap, true);
	assert_int_equal(bands.n, 1);
	assert_true(bands.bands[0].doubled);
	assert_int_equal(bands.bands[0].side, 29); /* 240 to 338, from 344 */
	escpos_bands_free(&bands);
	bitmap_free(&bitmap);
}

static void white_is_fed_from_eight_rows_on(void **state)
{
	/* An odd number of bytes: no squares in white either. */
	struct bitmap bitmap = picture(376, 100);
	struct escpos_bands bands;

	(void)state;
	bitmap_fill(&bitmap, 1, 0, 101, 3);
	bitmap_fill(&bitmap, 1, 10, 101, 3); /* seven white rows between */
	bitmap_fill(&bitmap, 1, 21, 101, 3); /* eight */
	bands = cut(&bitmap, false);
	assert_int_equal(bands.n, 4);
	assert_int_equal(bands.bands[0].rows, 13);
	assert_true(bands.bands[1].white);
	assert_int_equal(bands.bands[1].rows, 8);
	assert_int_equal(bands.bands[2].rows, 3);
	assert_true(bands.bands[3].white);
	assert_int_equal(bands.bands[3].rows, 76);
	escpos_bands_free(&bands);
	bitmap_free(&bitmap);
}

static unsigned next(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static void check_band(const struct bitmap *bitmap,
		       const struct escpos_band *band)
{
	size_t width = (size_t)bitmap->width / 8;

	assert_true(band->rows >= 1);
	assert_true(band->white || band->rows <= ESCPOS_BAND_ROWS);
	assert_true(2 * band->side < width);
	for (int y = band->first; y < band->first + band->rows; y++) {
		const uint8_t *row = bitmap->bits + (size_t)y * bitmap->stride;

		for (size_t x = 0; x < width; x++)
			if (band->white || x < band->side ||
			    x >= width - band->side)
				assert_int_equal(row[x], 0);
	}
}

static void every_row_is_in_one_band_and_nothing_black_left_out(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 200; seed++) {
		unsigned random = seed;
		struct bitmap bitmap =
		    picture(8 * (1 + (int)(next(&random) % 100)),
			    1 + (int)(next(&random) % 700));
		struct escpos_bands bands;
		int row = 0;

		for (unsigned n = next(&random) % 60; n > 0; n--)
			bitmap_fill(&bitmap, (int)(next(&random) % 800),
				    (int)(next(&random) % 700),
				    (int)(next(&random) % 90),
				    (int)(next(&random) % 50));
		print_message("seed %u\n", seed);
		bands = cut(&bitmap, seed % 4 != 0);
		for (size_t i = 0; i < bands.n; i++) {
			assert_int_equal(bands.bands[i].first, row);
			check_band(&bitmap, &bands.bands[i]);
			row += bands.bands[i].rows;
		}
		assert_int_equal(row, bitmap.height);
		escpos_bands_free(&bands);
		bitmap_free(&bitmap);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tails_are_parted_from_the_letters_they_hang_from),
	    cmocka_unit_test(what_a_cut_saves_must_be_worth_the_seam),
	    cmocka_unit_test(what_is_too_high_is_cut_at_its_waist),
	    cmocka_unit_test(
		squares_are_sent_at_half_the_resolution_and_cropped),
	    cmocka_unit_test(white_is_fed_from_eight_rows_on),
	    cmocka_unit_test(
		every_row_is_in_one_band_and_nothing_black_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
