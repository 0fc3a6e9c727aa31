/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "sync/pg_array.h"

static void an_array_is_laid_out_as_the_server_reads_it(void **state)
{
	static const uint8_t want[] = {
	    0,    0,    0,    1,              /* dimensions */
	    0,    0,    0,    1,              /* may hold NULL */
	    0,    0,    0,    25,             /* of text */
	    0,    0,    0,    3,              /* elements */
	    0,    0,    0,    1,              /* from 1 */
	    0,    0,    0,    2,    'a', 'b', /* "ab" */
	    0xff, 0xff, 0xff, 0xff,           /* NULL */
	    0,    0,    0,    0,              /* "" */
	};
	struct pg_array array;

	(void)state;
	pg_array_start(&array, PG_TEXT);
	pg_array_add(&array, "ab", 2);
	pg_array_add(&array, NULL, 0);
	pg_array_add(&array, "", 0);
	assert_int_equal(pg_array_end(&array), 0);
	assert_int_equal(array.used, sizeof(want));
	assert_memory_equal(array.bytes, want, sizeof(want));
	pg_array_free(&array);
}

static void integers_are_big_endian(void **state)
{
	static const uint8_t want[] = {0,    0,    0,    8,    0xff, 0xff,
				       0xff, 0xff, 0xff, 0xff, 0xff, 0xfe};
	struct pg_array array;

	(void)state;
	pg_array_start(&array, PG_INT8);
	pg_array_add_int8(&array, -2);
	assert_int_equal(pg_array_end(&array), 0);
	assert_int_equal(array.used, 20 + sizeof(want));
	assert_memory_equal(array.bytes + 20, want, sizeof(want));
	pg_array_free(&array);
}

static void an_empty_array_has_no_dimension(void **state)
{
	static const uint8_t want[] = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 17};
	struct pg_array array;

	(void)state;
	pg_array_start(&array, PG_BYTEA);
	assert_int_equal(pg_array_end(&array), 0);
	assert_int_equal(array.used, sizeof(want));
	assert_memory_equal(array.bytes, want, sizeof(want));
	pg_array_free(&array);
}

static void an_array_grows_as_it_must(void **state)
{
	enum { LENGTH = 100000 };
	char *text = malloc(LENGTH);
	struct pg_array array;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', LENGTH);
	pg_array_start(&array, PG_TEXT);
	for (int i = 0; i < 10; i++)
		pg_array_add(&array, text, LENGTH);
	assert_int_equal(pg_array_end(&array), 0);
	assert_int_equal(array.used, 20 + 10 * (4 + LENGTH));
	assert_int_equal(array.bytes[15], 10);
	assert_memory_equal(array.bytes + array.used - LENGTH, text, LENGTH);
	pg_array_free(&array);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_array_is_laid_out_as_the_server_reads_it),
	    cmocka_unit_test(integers_are_big_endian),
	    cmocka_unit_test(an_empty_array_has_no_dimension),
	    cmocka_unit_test(an_array_grows_as_it_must),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
