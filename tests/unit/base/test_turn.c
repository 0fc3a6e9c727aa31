/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <time.h>

#include "base/turn.h"

static void wait_ms(long ms)
{
	const struct timespec time = {.tv_nsec = ms * 1000000};

	(void)nanosleep(&time, NULL);
}

/* In this order: what was the longest stays it. */
static void longest_turn_is_kept_with_its_name(void **state)
{
	(void)state;
	assert_string_equal(turn_longest().held_by, "");
	turn_begin();
	turn_is("first");
	wait_ms(1);
	turn_end();
	assert_string_equal(turn_longest().held_by, "first");
	turn_begin();
	turn_is("second");
	turn_is("second, more exactly");
	wait_ms(60);
	turn_end();
	assert_string_equal(turn_longest().held_by, "second, more exactly");
	assert_true(turn_longest().held_us >= 60000);
	assert_true(turn_longest().late >= 1);
	/* Asleep it held up the others, but did not work. */
	assert_true(turn_longest().cpu_us < turn_longest().held_us);
}

static void commits_are_left_out(void **state)
{
	struct turn_longest before = turn_longest();

	(void)state;
	turn_begin();
	turn_is("a slow card");
	wait_ms(200);
	turn_committed(10 * 1000 * 1000);
	turn_end();
	assert_int_equal(turn_longest().held_us, before.held_us);
	assert_int_equal(turn_longest().late, before.late);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(longest_turn_is_kept_with_its_name),
	    cmocka_unit_test(commits_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
