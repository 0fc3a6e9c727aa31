/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "base/rating.h"

static void each_reason_is_found_by_its_name(void **state)
{
	(void)state;
	for (int i = 0; i < RATING_REASONS; i++)
		assert_int_equal(rating_reason_from(
				     rating_reason_name((enum rating_reason)i)),
				 i);
}

static void other_words_are_no_reason(void **state)
{
	(void)state;
	assert_int_equal(rating_reason_from(""), -EINVAL);
	assert_int_equal(rating_reason_from("Wait"), -EINVAL);
	assert_int_equal(rating_reason_from("waiting"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_reason_is_found_by_its_name),
	    cmocka_unit_test(other_words_are_no_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
