/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sync/sync_loop.h"

static void the_wait_doubles_with_each_failure_up_to_ten_minutes(void **state)
{
	static const struct {
		const char *name;
		int every_s;
		unsigned failures;
		int64_t mean_ms;
	} rows[] = {
	    {"none", 30, 0, 30000},
	    {"one", 30, 1, 60000},
	    {"four", 30, 4, 480000},
	    {"five", 30, 5, 600000},
	    {"many", 30, 4000000000, 600000},
	    {"seldom", 3600, 0, 3600000},
	    {"seldom, failed", 3600, 9, 3600000},
	    {"a day", 86400, 3, 86400000},
	    {"a second", 1, 3, 8000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (sync_delay_ms(rows[i].every_s, rows[i].failures, 200) !=
		    rows[i].mean_ms)
			fail_msg("%s", rows[i].name);
}

static void chance_moves_the_wait_by_a_fifth_at_most(void **state)
{
	int64_t least = INT64_MAX, most = 0;

	(void)state;
	for (uint32_t random = 0; random < 10000; random++) {
		int64_t wait = sync_delay_ms(100, 0, random * 2654435761u);

		least = wait < least ? wait : least;
		most = wait > most ? wait : most;
	}
	assert_int_equal(least, 80000);
	assert_int_equal(most, 120000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_wait_doubles_with_each_failure_up_to_ten_minutes),
	    cmocka_unit_test(chance_moves_the_wait_by_a_fifth_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
