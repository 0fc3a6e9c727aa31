/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

static void falls_back_to_vietnamese(void **state)
{
	char vi[] = "Đất đai";
	const struct text text = {.vi = vi, .en = NULL};

	(void)state;
	assert_string_equal(text_in(&text, LANGUAGE_EN), "Đất đai");
}

static void gives_each_language(void **state)
{
	char vi[] = "Đất đai", en[] = "Land";
	const struct text text = {.vi = vi, .en = en};

	(void)state;
	assert_string_equal(text_in(&text, LANGUAGE_VI), "Đất đai");
	assert_string_equal(text_in(&text, LANGUAGE_EN), "Land");
}

static void is_empty_and_never_null_for_nothing(void **state)
{
	const struct text text = {NULL, NULL};

	(void)state;
	assert_string_equal(text_in(&text, LANGUAGE_VI), "");
	assert_string_equal(text_in(&text, LANGUAGE_EN), "");
	assert_string_equal(text_in(NULL, LANGUAGE_EN), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(falls_back_to_vietnamese),
	    cmocka_unit_test(gives_each_language),
	    cmocka_unit_test(is_empty_and_never_null_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
