/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "display/theme.h"

static void contrast_is_as_wcag_reckons_it(void **state)
{
	static const struct {
		draw_colour a, b;
		double contrast;
	} rows[] = {
	    {0x000000, 0xFFFFFF, 21.0},
	    {0xFFFFFF, 0xFFFFFF, 1.0},
	    {0x777777, 0xFFFFFF, 4.48}, /* the well-known near miss of AA */
	    {0x0000FF, 0xFFFFFF, 8.59},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_float_equal(theme_ratio(rows[i].a, rows[i].b),
				   rows[i].contrast, 0.01);
		assert_float_equal(theme_ratio(rows[i].b, rows[i].a),
				   rows[i].contrast, 0.01);
	}
}

static void every_text_has_a_contrast_of_seven(void **state)
{
	static const struct {
		const char *name;
		enum config_theme theme;
	} themes[] = {
	    {"dark", CONFIG_THEME_DARK},
	    {"light", CONFIG_THEME_LIGHT},
	    {"contrast", CONFIG_THEME_CONTRAST},
	};
	struct theme_pair pairs[32];
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		size_t n = theme_pairs(theme_of(themes[k].theme), pairs, 32);
		assert_true(n > 10 && n < 32);
		for (size_t i = 0; i < n; i++) {
			double contrast =
			    theme_ratio(pairs[i].text, pairs[i].ground);
			if (contrast < 7.0)
				fail_msg("%s: %s: %.2f", themes[k].name,
					 pairs[i].name, contrast);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(contrast_is_as_wcag_reckons_it),
	    cmocka_unit_test(every_text_has_a_contrast_of_seven),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
