/* SPDX-License-Identifier: MIT */
#include "printer/bitmap.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int count(const struct bitmap *bitmap)
{
	int n = 0;

	for (int y = 0; y < bitmap->height; y++)
		for (int x = 0; x < bitmap->width; x++)
			n += bitmap_dot(bitmap, x, y);
	return n;
}

static void a_new_picture_is_white(void **state)
{
	struct bitmap bitmap;

	(void)state;
	assert_int_equal(bitmap_new(&bitmap, 19, 5), 0);
	assert_int_equal(bitmap.stride, 3);
	assert_int_equal(count(&bitmap), 0);
	bitmap_free(&bitmap);
	assert_null(bitmap.bits);
	bitmap_free(&bitmap);
	bitmap_free(NULL);
}

static void a_size_out_of_range_is_refused(void **state)
{
	struct bitmap bitmap;

	(void)state;
	assert_int_equal(bitmap_new(&bitmap, 0, 5), -EINVAL);
	assert_int_equal(bitmap_new(&bitmap, 5, -1), -EINVAL);
	assert_int_equal(bitmap_new(&bitmap, 5, 1 << 30), -EINVAL);
	assert_null(bitmap.bits);
}

static void growing_keeps_the_dots_and_adds_white_rows(void **state)
{
	struct bitmap bitmap;

	(void)state;
	assert_int_equal(bitmap_new(&bitmap, 16, 2), 0);
	bitmap_fill(&bitmap, 0, 0, 16, 2);
	assert_int_equal(bitmap_set_height(&bitmap, 40), 0);
	assert_int_equal(count(&bitmap), 32);
	assert_int_equal(bitmap_set_height(&bitmap, 1), 0);
	assert_int_equal(bitmap_set_height(&bitmap, 3), 0);
	assert_int_equal(count(&bitmap), 16);
	assert_int_equal(bitmap_set_height(&bitmap, 0), -EINVAL);
	assert_int_equal(bitmap.height, 3);
	bitmap_free(&bitmap);
}

static void filling_is_clipped_to_the_picture(void **state)
{
	static const struct {
		const char *name;
		int x, y, width, height, dots;
	} rows[] = {
	    {"inside", 3, 1, 7, 2, 14},
	    {"over the left and top", -4, -1, 6, 3, 4},
	    {"over the right and bottom", 20, 8, 100, 100, 8},
	    {"outside", 50, 50, 10, 10, 0},
	    {"empty", 5, 5, 0, 3, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct bitmap bitmap;
		assert_int_equal(bitmap_new(&bitmap, 24, 10), 0);
		bitmap_fill(&bitmap, rows[i].x, rows[i].y, rows[i].width,
			    rows[i].height);
		if (count(&bitmap) != rows[i].dots)
			fail_msg("%s: %d dots", rows[i].name, count(&bitmap));
		bitmap_free(&bitmap);
	}
}

/* Against one dot at a time, at every offset, also sticking out. */
static void stamping_sets_just_the_dots_of_the_stamp(void **state)
{
	/* The bits beyond the stamp's width are rubbish on purpose. */
	static const uint8_t stamp[] = {0xb5, 0xff, 0x01, 0xbf, 0x80, 0x3f};
	enum { WIDTH = 10, HEIGHT = 3, STRIDE = 2 };

	(void)state;
	for (int x = -12; x < 32; x++) {
		for (int y = -4; y < 8; y++) {
			struct bitmap got, want;
			assert_int_equal(bitmap_new(&got, 29, 7), 0);
			assert_int_equal(bitmap_new(&want, 29, 7), 0);
			bitmap_stamp(&got, x, y, stamp, WIDTH, HEIGHT, STRIDE,
				     false);
			for (int r = 0; r < HEIGHT; r++)
				for (int c = 0; c < WIDTH; c++)
					if (stamp[r * STRIDE + c / 8] &
					    (0x80 >> c % 8))
						bitmap_fill(&want, x + c, y + r,
							    1, 1);
			assert_memory_equal(got.bits, want.bits,
					    7 * got.stride);
			bitmap_free(&got);
			bitmap_free(&want);
		}
	}
}

static void stamping_white_clears_black(void **state)
{
	static const uint8_t stamp[] = {0xf0, 0xf0};
	struct bitmap bitmap;

	(void)state;
	assert_int_equal(bitmap_new(&bitmap, 24, 4), 0);
	bitmap_fill(&bitmap, 0, 0, 24, 4);
	bitmap_stamp(&bitmap, 6, 1, stamp, 4, 2, 1, true);
	assert_int_equal(count(&bitmap), 24 * 4 - 8);
	assert_false(bitmap_dot(&bitmap, 6, 1));
	assert_false(bitmap_dot(&bitmap, 9, 2));
	assert_true(bitmap_dot(&bitmap, 10, 2));
	bitmap_free(&bitmap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_new_picture_is_white),
	    cmocka_unit_test(a_size_out_of_range_is_refused),
	    cmocka_unit_test(growing_keeps_the_dots_and_adds_white_rows),
	    cmocka_unit_test(filling_is_clipped_to_the_picture),
	    cmocka_unit_test(stamping_sets_just_the_dots_of_the_stamp),
	    cmocka_unit_test(stamping_white_clears_black),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
