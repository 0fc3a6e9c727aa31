/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "base/clock.h"
#include "base/secret.h"
#include "console/pin_check.h"

#define ANSWERS 32
#define LONGEST_MS 30000

struct desk {
	sd_event *event;
	struct pin_check *check;
	char cheap[SECRET_PIN_HASH_SIZE]; /* of "1234" */
	char dear[SECRET_PIN_HASH_SIZE];
	int n;
	const int *order[ANSWERS];
	bool right[ANSWERS];
};

static struct desk desk;

static int make(void **state)
{
	(void)state;
	desk = (struct desk){0};
	if (sodium_init() < 0 || sd_event_new(&desk.event) < 0 ||
	    crypto_pwhash_str_alg(desk.cheap, "1234", 4, 1, 8192,
				  crypto_pwhash_ALG_ARGON2ID13) != 0 ||
	    crypto_pwhash_str_alg(desk.dear, "1234", 4, 4, 16u << 20,
				  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return -1;
	return pin_check_new(desk.event, &desk.check);
}

static int end(void **state)
{
	(void)state;
	pin_check_free(desk.check);
	sd_event_unref(desk.event);
	return 0;
}

static void on_answer(void *arg, bool right)
{
	desk.order[desk.n] = arg;
	desk.right[desk.n] = right;
	desk.n++;
}

static void wait_for(int n)
{
	int64_t until_ms = clock_mono_ms() + LONGEST_MS;

	while (desk.n < n && clock_mono_ms() < until_ms)
		assert_true(sd_event_run(desk.event, 10000) >= 0);
	assert_int_equal(desk.n, n);
}

static void submit(const char *hash, const char *pin, bool first, int *arg)
{
	assert_int_equal(pin_check_submit(desk.check, hash, pin, first,
					  on_answer, arg),
			 0);
}

static void tells_the_right_pin_from_wrong_ones(void **state)
{
	int args[3];

	(void)state;
	submit(desk.cheap, "1234", true, &args[0]);
	submit(desk.cheap, "1235", true, &args[1]);
	submit("no hash", "1234", true, &args[2]);
	assert_int_equal(desk.n, 0); /* never from inside */
	wait_for(3);
	for (int i = 0; i < 3; i++) {
		assert_ptr_equal(desk.order[i], &args[i]);
		assert_int_equal(desk.right[i], i == 0);
	}
}

/* Whether the one from here was answered before the last stranger. */
static bool goes_before(void)
{
	int stranger, own;

	desk.n = 0;
	for (int i = 0; i < PIN_CHECK_STRANGERS; i++)
		submit(desk.dear, "1234", false, &stranger);
	submit(desk.cheap, "1234", true, &own);
	wait_for(PIN_CHECK_STRANGERS + 1);
	return desk.order[PIN_CHECK_STRANGERS] == &stranger;
}

static void this_machine_goes_before_strangers(void **state)
{
	bool seen = false;

	(void)state;
	/* The thread may be through with the strangers before we come to the
	 * next line, but hardly each time. */
	for (int i = 0; i < 20 && !seen; i++)
		seen = goes_before();
	assert_true(seen);
}

static void strangers_leave_room_for_this_machine(void **state)
{
	int arg;
	int n = 0;

	(void)state;
	while (pin_check_has_room(desk.check, false)) {
		submit(desk.dear, "1234", false, &arg);
		n++;
	}
	assert_int_equal(n, PIN_CHECK_STRANGERS);
	assert_int_equal(pin_check_submit(desk.check, desk.cheap, "1234", false,
					  on_answer, &arg),
			 -EAGAIN);
	assert_true(pin_check_has_room(desk.check, true));
	while (pin_check_has_room(desk.check, true)) {
		submit(desk.cheap, "1234", true, &arg);
		n++;
	}
	assert_int_equal(n, PIN_CHECK_MAX);
	wait_for(PIN_CHECK_MAX);
	assert_true(pin_check_has_room(desk.check, false));
}

static void whom_was_abandoned_gets_no_answer(void **state)
{
	int gone, stays;

	(void)state;
	submit(desk.dear, "1234", true, &gone);
	submit(desk.cheap, "1234", true, &gone);
	submit(desk.cheap, "1234", true, &stays);
	pin_check_abandon(desk.check, &gone);
	wait_for(1);
	assert_ptr_equal(desk.order[0], &stays);
	pin_check_abandon(desk.check, &stays);
}

static void ends_with_work_left(void **state)
{
	int arg;

	(void)state;
	for (int i = 0; i < 5; i++)
		submit(desk.dear, "1234", true, &arg);
	/* The teardown must not hang, nor leak. */
}

static void texts_that_are_too_long_are_refused(void **state)
{
	char text[300];
	int arg;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(pin_check_submit(desk.check, text, "1234", true,
					  on_answer, &arg),
			 -EINVAL);
	assert_int_equal(pin_check_submit(desk.check, desk.cheap, text, true,
					  on_answer, &arg),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)
	    TEST(tells_the_right_pin_from_wrong_ones),
	    TEST(this_machine_goes_before_strangers),
	    TEST(strangers_leave_room_for_this_machine),
	    TEST(whom_was_abandoned_gets_no_answer),
	    TEST(ends_with_work_left),
	    TEST(texts_that_are_too_long_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
