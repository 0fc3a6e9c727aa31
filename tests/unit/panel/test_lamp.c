/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "panel/lamp.h"

#define MS 1000000LL

static const struct {
	const char *name;
	enum config_lamp_kind shows;
	struct lamp_view view;
	enum lamp_light light;
} rows[] = {
    {"a service one can have a number of",
     CONFIG_LAMP_SERVICE,
     {.offered = true},
     LAMP_ON},
    {"a service that is closed", CONFIG_LAMP_SERVICE, {0}, LAMP_OFF},
    {"its slip is being printed",
     CONFIG_LAMP_SERVICE,
     {.offered = true, .printing = true},
     LAMP_SLOW},
    {"its last slip is being printed",
     CONFIG_LAMP_SERVICE,
     {.printing = true},
     LAMP_SLOW},
    {"a press was refused", CONFIG_LAMP_SERVICE, {.refused = true}, LAMP_FAST},
    {"refused goes before printing",
     CONFIG_LAMP_SERVICE,
     {.offered = true, .printing = true, .refused = true},
     LAMP_FAST},
    {"a fault is not the service's",
     CONFIG_LAMP_SERVICE,
     {.offered = true, .fault = true},
     LAMP_ON},
    {"someone waits for the counter",
     CONFIG_LAMP_COUNTER,
     {.awaited = true},
     LAMP_ON},
    {"nobody waits for the counter",
     CONFIG_LAMP_COUNTER,
     {.offered = true, .refused = true},
     LAMP_OFF},
    {"a fault", CONFIG_LAMP_FAULT, {.fault = true}, LAMP_ON},
    {"no fault", CONFIG_LAMP_FAULT, {.offered = true}, LAMP_OFF},
};

static void each_lamp_shows_what_it_should(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (lamp_wanted(rows[i].shows, &rows[i].view) == rows[i].light)
			continue;
		print_error("%s\n", rows[i].name);
		failed++;
	}
	assert_int_equal(failed, 0);
}

static void a_lamp_that_does_not_blink_never_changes(void **state)
{
	(void)state;
	assert_true(lamp_lit(LAMP_ON, 777 * MS));
	assert_false(lamp_lit(LAMP_OFF, 777 * MS));
	assert_true(lamp_next_ns(LAMP_ON, 777 * MS) == INT64_MAX);
	assert_true(lamp_next_ns(LAMP_OFF, 777 * MS) == INT64_MAX);
}

/* How often it changes from one second to the next but one. */
static int changes(enum lamp_light light)
{
	int64_t at_ns = 1000 * MS;
	int n = 0;

	while (at_ns < 3000 * MS) {
		int64_t next_ns = lamp_next_ns(light, at_ns);

		assert_true(next_ns > at_ns);
		assert_true(lamp_lit(light, next_ns) != lamp_lit(light, at_ns));
		assert_true(lamp_lit(light, next_ns - 1) ==
			    lamp_lit(light, at_ns));
		at_ns = next_ns;
		n++;
	}
	return n;
}

static void slow_blinks_once_a_second_and_fast_four_times(void **state)
{
	(void)state;
	assert_int_equal(changes(LAMP_SLOW), 4);
	assert_int_equal(changes(LAMP_FAST), 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_lamp_shows_what_it_should),
	    cmocka_unit_test(a_lamp_that_does_not_blink_never_changes),
	    cmocka_unit_test(slow_blinks_once_a_second_and_fast_four_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
