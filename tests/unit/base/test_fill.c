/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/fill.h"

static void names_are_filled_in_and_the_rest_stays(void **state)
{
	static const struct fill fills[] = {{"{ticket}", "A025"},
					    {"{kiosk}", "tan-tru-01"},
					    {"{service}", NULL}};
	static const struct {
		const char *pattern, *text;
	} rows[] = {
	    {"", ""},
	    {"https://x/{kiosk}/{ticket}", "https://x/tan-tru-01/A025"},
	    {"{ticket}{ticket}", "A025A025"},
	    {"[{service}]", "[]"},
	    {"{counter} {ticket", "{counter} {ticket"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = fill_in(rows[i].pattern, fills, 3);

		assert_non_null(text);
		assert_string_equal(text, rows[i].text);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_filled_in_and_the_rest_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
