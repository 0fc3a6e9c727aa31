/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "console/rate.h"

/* How many of n requests at that time get through. */
static int take(struct rate *rate, uint8_t who, int n, int64_t now_ms)
{
	uint8_t address[16] = {who};
	int taken = 0;

	for (int i = 0; i < n; i++)
		taken += rate_take(rate, address, now_ms);
	return taken;
}

static void an_address_has_its_share_and_gets_it_again(void **state)
{
	struct rate rate = {0};

	(void)state;
	assert_int_equal(take(&rate, 1, 500, 0), RATE_ADDRESS_HOLDS);
	assert_int_equal(take(&rate, 1, 500, 0), 0);
	assert_int_equal(take(&rate, 1, 500, 1000), RATE_ADDRESS_A_SECOND);
	assert_int_equal(take(&rate, 1, 500, 900000), RATE_ADDRESS_HOLDS);
}

static void one_that_asks_too_much_takes_nothing_from_others(void **state)
{
	struct rate rate = {0};

	(void)state;
	(void)take(&rate, 1, 500, 0);
	assert_int_equal(take(&rate, 2, 10, 0), 10);
}

static void all_together_have_a_limit_too(void **state)
{
	struct rate rate = {0};
	int taken = 0;

	(void)state;
	for (int who = 0; who < 40; who++)
		taken += take(&rate, (uint8_t)who, 20, 0);
	assert_int_equal(taken, RATE_ALL_HOLDS);
	assert_int_equal(take(&rate, 200, 200, 1000), RATE_ADDRESS_HOLDS);
}

static void more_addresses_than_places_do_no_harm(void **state)
{
	struct rate rate = {0};

	(void)state;
	for (int i = 0; i < 4 * RATE_PLACES; i++)
		assert_int_equal(take(&rate, (uint8_t)i, 1, i * 20), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_address_has_its_share_and_gets_it_again),
	    cmocka_unit_test(one_that_asks_too_much_takes_nothing_from_others),
	    cmocka_unit_test(all_together_have_a_limit_too),
	    cmocka_unit_test(more_addresses_than_places_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
