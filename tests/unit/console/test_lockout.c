/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "console/lockout.h"

#define S 1000LL

static int make(void **state)
{
	*state = lockout_new();
	return *state ? 0 : -1;
}

static int end(void **state)
{
	lockout_free(*state);
	return 0;
}

/* From an IPv4 address of the LAN. */
static struct lockout_try from(const char *name, uint8_t last)
{
	return (struct lockout_try){
	    .name = name,
	    .known = name[0] != '?',
	    .address = {[10] = 0xff, 0xff, 192, 168, 1, last},
	};
}

static struct lockout_try here(const char *name)
{
	struct lockout_try what = from(name, 0);

	what.here = true;
	memset(what.address, 0, sizeof(what.address));
	return what;
}

/* n wrong tries, as late as each may be; the time after them. */
static int64_t fail_often(struct lockout *lockout,
			  const struct lockout_try *what, int n, int64_t now_ms)
{
	while (n > 0) {
		int64_t wait_ms = lockout_begin(lockout, what, now_ms);

		now_ms += wait_ms;
		n -= wait_ms == 0;
	}
	return now_ms;
}

static void five_wrong_pins_lock_a_name(void **state)
{
	struct lockout_try what = here("lan");

	for (int i = 0; i < 5; i++)
		assert_int_equal(lockout_begin(*state, &what, i), 0);
	assert_int_equal(lockout_begin(*state, &what, 5), 30 * S - 1);
	assert_int_equal(lockout_begin(*state, &what, 30 * S + 3), 1);
	assert_int_equal(lockout_begin(*state, &what, 30 * S + 4), 0);
}

static void the_time_doubles_up_to_a_quarter_of_an_hour(void **state)
{
	static const int64_t waits_s[] = {30, 60, 120, 240, 480, 900, 900};
	struct lockout_try what = here("lan");
	int64_t now_ms = fail_often(*state, &what, 5, 0);

	for (size_t i = 0; i < sizeof(waits_s) / sizeof(waits_s[0]); i++) {
		assert_int_equal(lockout_begin(*state, &what, now_ms),
				 waits_s[i] * S);
		now_ms += waits_s[i] * S;
		assert_int_equal(lockout_begin(*state, &what, now_ms), 0);
	}
}

static void asking_while_locked_does_not_lock_for_longer(void **state)
{
	struct lockout_try what = here("lan");

	(void)fail_often(*state, &what, 5, 0);
	for (int i = 0; i < 100; i++)
		assert_true(lockout_begin(*state, &what, 10 * S) > 0);
	assert_int_equal(lockout_begin(*state, &what, 30 * S), 0);
}

static void a_right_pin_starts_anew(void **state)
{
	struct lockout_try what = here("lan");

	(void)fail_often(*state, &what, 4, 0);
	assert_int_equal(lockout_begin(*state, &what, 0), 0);
	lockout_right(*state, &what, 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(lockout_begin(*state, &what, 0), 0);
	assert_true(lockout_begin(*state, &what, 0) > 0);
}

static void an_hour_without_a_wrong_one_starts_anew(void **state)
{
	struct lockout_try what = here("lan");
	int64_t now_ms = fail_often(*state, &what, 8, 0);

	now_ms += LOCKOUT_FORGET_MS + 1;
	for (int i = 0; i < 5; i++)
		assert_int_equal(lockout_begin(*state, &what, now_ms), 0);
	assert_int_equal(lockout_begin(*state, &what, now_ms), 30 * S);
}

static void a_name_of_nobody_is_locked_alike(void **state)
{
	struct lockout_try real = from("lan", 1), nobody = from("?", 2);

	for (int i = 0; i < 8; i++) {
		int64_t now_ms = i * 20 * S;

		assert_int_equal(lockout_begin(*state, &real, now_ms),
				 lockout_begin(*state, &nobody, now_ms));
	}
}

static void strangers_lock_a_name_for_strangers_only(void **state)
{
	struct lockout_try stranger = from("lan", 66), other = from("lan", 67);
	struct lockout_try desk = from("lan", 20), kiosk = here("lan");
	int64_t now_ms;

	/* She has signed in from her desk before. */
	assert_int_equal(lockout_begin(*state, &desk, 0), 0);
	lockout_right(*state, &desk, 0);
	now_ms = fail_often(*state, &stranger, 9, 0);
	assert_true(lockout_begin(*state, &other, now_ms) > 0);
	assert_int_equal(lockout_begin(*state, &desk, now_ms), 0);
	assert_int_equal(lockout_begin(*state, &kiosk, now_ms), 0);
}

static void wrong_pins_lock_at_the_desk_too(void **state)
{
	struct lockout_try desk = from("lan", 20), other = from("lan", 21);

	assert_int_equal(lockout_begin(*state, &desk, 0), 0);
	lockout_right(*state, &desk, 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(lockout_begin(*state, &desk, 0), 0);
	assert_int_equal(lockout_begin(*state, &desk, 0), 30 * S);
	assert_int_equal(lockout_begin(*state, &other, 0), 0);
}

static void an_address_that_tries_many_names_is_slowed(void **state)
{
	static const int64_t waits_s[] = {1, 2, 4, 8, 16, 32, 60, 60};
	char name[16] = "?";
	struct lockout_try what = from(name, 66);
	int64_t now_ms = 0;
	int n = 0;

	for (; n < 5; n++) {
		(void)snprintf(name, sizeof(name), "?%d", n);
		assert_int_equal(lockout_begin(*state, &what, now_ms), 0);
	}
	for (size_t i = 0; i < sizeof(waits_s) / sizeof(waits_s[0]); i++) {
		(void)snprintf(name, sizeof(name), "?%d", n++);
		assert_int_equal(lockout_begin(*state, &what, now_ms),
				 waits_s[i] * S);
		now_ms += waits_s[i] * S;
		assert_int_equal(lockout_begin(*state, &what, now_ms), 0);
	}
}

static void this_machine_is_not_slowed(void **state)
{
	char name[16];

	for (int i = 0; i < 100; i++) {
		struct lockout_try what;

		(void)snprintf(name, sizeof(name), "?%d", i);
		what = here(name);
		assert_int_equal(lockout_begin(*state, &what, 0), 0);
	}
}

static void neighbours_of_one_ipv6_prefix_are_one_address(void **state)
{
	struct lockout_try a = {.name = "?", .address = {0x20, 0x01, [15] = 1}};
	struct lockout_try b = {.name = "?b",
				.address = {0x20, 0x01, [15] = 2}};
	struct lockout_try c = {.name = "?c",
				.address = {0x20, 0x01, [7] = 1, [15] = 1}};

	for (int i = 0; i < 5; i++)
		assert_int_equal(lockout_begin(*state, &a, 0), 0);
	assert_int_equal(lockout_begin(*state, &b, 0), 1 * S);
	assert_int_equal(lockout_begin(*state, &c, 0), 0);
}

static void a_flood_of_names_does_not_unlock_a_real_one(void **state)
{
	struct lockout_try lan = from("lan", 1);
	char name[16];

	(void)fail_often(*state, &lan, 5, 0);
	for (int i = 0; i < 5000; i++) {
		struct lockout_try what;

		(void)snprintf(name, sizeof(name), "?%d", i);
		what = from(name, (uint8_t)i);
		what.address[14] = (uint8_t)(i >> 8);
		assert_true(lockout_begin(*state, &what, 1 * S) >= 0);
	}
	lan = from("lan", 2);
	assert_true(lockout_begin(*state, &lan, 1 * S) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)
	    TEST(five_wrong_pins_lock_a_name),
	    TEST(the_time_doubles_up_to_a_quarter_of_an_hour),
	    TEST(asking_while_locked_does_not_lock_for_longer),
	    TEST(a_right_pin_starts_anew),
	    TEST(an_hour_without_a_wrong_one_starts_anew),
	    TEST(a_name_of_nobody_is_locked_alike),
	    TEST(strangers_lock_a_name_for_strangers_only),
	    TEST(wrong_pins_lock_at_the_desk_too),
	    TEST(an_address_that_tries_many_names_is_slowed),
	    TEST(this_machine_is_not_slowed),
	    TEST(neighbours_of_one_ipv6_prefix_are_one_address),
	    TEST(a_flood_of_names_does_not_unlock_a_real_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
