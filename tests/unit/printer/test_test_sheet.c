/* SPDX-License-Identifier: MIT */
#include "printer/test_sheet.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "printer/bitmap.h"

static int open_fonts(void **state)
{
	struct slip_fonts *fonts;
	int status = slip_fonts_open("Noto Sans", &fonts, NULL);

	*state = fonts;
	return status;
}

static int close_fonts(void **state)
{
	slip_fonts_close(*state);
	return 0;
}

static int ink_in_row(const struct bitmap *bitmap, int y)
{
	int n = 0;

	for (int x = 0; x < bitmap->width; x++)
		n += bitmap_dot(bitmap, x, y);
	return n;
}

/* Who sees both its ends knows that the paper is as wide as is said. */
static void the_ruler_goes_from_the_first_dot_to_the_last(void **state)
{
	static const int widths[] = {256, 384, 512, 576, 832};

	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		const struct slip_form form = {.width_dots = widths[i],
					       .dpi = 203};
		struct bitmap bitmap;
		int rulers = 0;

		assert_int_equal(test_sheet_draw(*state, &form, &bitmap), 0);
		for (int y = 0; y < bitmap.height; y++)
			rulers += ink_in_row(&bitmap, y) == widths[i];
		assert_int_equal(rulers, 2); /* two dots thick */
		assert_true(bitmap.height > 500);
		bitmap_free(&bitmap);
	}
}

static void a_form_out_of_bounds_is_refused(void **state)
{
	static const struct slip_form forms[] = {
	    {.width_dots = 0, .dpi = 203},
	    {.width_dots = 577, .dpi = 203},
	    {.width_dots = 576, .dpi = 0},
	};
	struct bitmap bitmap;

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(test_sheet_draw(*state, &forms[i], &bitmap),
				 -EINVAL);
	assert_null(bitmap.bits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_ruler_goes_from_the_first_dot_to_the_last),
	    cmocka_unit_test(a_form_out_of_bounds_is_refused),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
