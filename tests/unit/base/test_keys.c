/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/input-event-codes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/keys.h"

static void each_name_is_in_the_list_that_messages_show(void **state)
{
	char *all = strdup(keys_all), *rest = all, *name;
	int n = 0;

	(void)state;
	assert_non_null(all);
	while ((name = strsep(&rest, ",")) != NULL) {
		name += *name == ' ';
		assert_int_equal(keys_from_name(name), n);
		assert_string_equal(keys_name(n), name);
		n++;
	}
	assert_string_equal(keys_name(n), "");
	free(all);
}

static void a_code_means_one_key_or_one_digit(void **state)
{
	(void)state;
	for (int code = 0; code <= KEY_MAX; code++)
		assert_true(keys_of_code((uint16_t)code) == KEYS_NONE ||
			    keys_digit((uint16_t)code) == -1);
	assert_int_equal(keys_of_code(KEY_KPENTER), keys_from_name("enter"));
	assert_int_equal(keys_of_code(KEY_ENTER), keys_from_name("enter"));
	assert_int_equal(keys_digit(KEY_KP0), 0);
	assert_int_equal(keys_digit(KEY_9), 9);
	assert_int_equal(keys_digit(KEY_HOME), 7);
	assert_int_equal(keys_of_code(0), KEYS_NONE);
	assert_int_equal(keys_digit(0), -1);
}

static void what_is_no_key_has_no_name(void **state)
{
	(void)state;
	assert_true(keys_from_name("any") < KEYS_NONE);
	assert_true(keys_from_name("") < KEYS_NONE);
	assert_string_equal(keys_name(KEYS_NONE), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_name_is_in_the_list_that_messages_show),
	    cmocka_unit_test(a_code_means_one_key_or_one_digit),
	    cmocka_unit_test(what_is_no_key_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
