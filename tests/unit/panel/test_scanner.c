/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "panel/scanner.h"
#include "tests/unit/panel/input.h"

struct gun {
	struct scanner scanner;
	int64_t now_ms;
	char lines[600]; /* each with a '|' behind it */
};

static void send(struct gun *gun, uint16_t type, uint16_t code, int value)
{
	struct input_event event = input_event(type, code, value, gun->now_ms);
	const char *line = scanner_feed(&gun->scanner, &event);
	size_t length = strlen(gun->lines);

	if (line)
		snprintf(gun->lines + length, sizeof(gun->lines) - length,
			 "%s|", line);
}

static void type(struct gun *gun, uint16_t code)
{
	send(gun, EV_KEY, code, KEY_DOWN_VALUE);
	send(gun, EV_SYN, SYN_REPORT, 0);
	send(gun, EV_KEY, code, KEY_UP_VALUE);
	send(gun, EV_SYN, SYN_REPORT, 0);
	gun->now_ms += 3;
}

static void shifted(struct gun *gun, uint16_t code)
{
	send(gun, EV_KEY, KEY_LEFTSHIFT, KEY_DOWN_VALUE);
	type(gun, code);
	send(gun, EV_KEY, KEY_LEFTSHIFT, KEY_UP_VALUE);
}

static void a_code_is_the_line_that_was_typed(void **state)
{
	struct gun gun = {.now_ms = 1000000};

	(void)state;
	shifted(&gun, KEY_L);
	shifted(&gun, KEY_H);
	type(&gun, KEY_MINUS);
	type(&gun, KEY_0);
	type(&gun, KEY_7);
	type(&gun, KEY_A);
	type(&gun, KEY_ENTER);
	assert_string_equal(gun.lines, "LH-07a|");
}

static void two_codes_are_two_lines(void **state)
{
	struct gun gun = {.now_ms = 1000000};

	(void)state;
	type(&gun, KEY_1);
	type(&gun, KEY_KPENTER);
	type(&gun, KEY_KP2);
	type(&gun, KEY_TAB);
	type(&gun, KEY_ENTER); /* an empty one is none */
	assert_string_equal(gun.lines, "1|2|");
}

static void a_scan_that_broke_off_is_forgotten(void **state)
{
	struct gun gun = {.now_ms = 1000000};

	(void)state;
	type(&gun, KEY_1);
	gun.now_ms += SCANNER_PAUSE_MS;
	type(&gun, KEY_2);
	type(&gun, KEY_ENTER);
	assert_string_equal(gun.lines, "2|");
}

static void a_line_too_long_is_passed_over_whole(void **state)
{
	struct gun gun = {.now_ms = 1000000};

	(void)state;
	for (int i = 0; i <= SCANNER_MAX; i++)
		type(&gun, KEY_1);
	type(&gun, KEY_ENTER);
	assert_string_equal(gun.lines, "");
	for (int i = 0; i < SCANNER_MAX; i++)
		type(&gun, KEY_1);
	type(&gun, KEY_ENTER);
	assert_int_equal(strlen(gun.lines), SCANNER_MAX + 1);
}

static void a_line_that_lost_events_is_passed_over(void **state)
{
	struct gun gun = {.now_ms = 1000000};

	(void)state;
	type(&gun, KEY_1);
	send(&gun, EV_SYN, SYN_DROPPED, 0);
	send(&gun, EV_KEY, KEY_2, KEY_DOWN_VALUE);
	send(&gun, EV_SYN, SYN_REPORT, 0);
	type(&gun, KEY_3);
	type(&gun, KEY_ENTER);
	type(&gun, KEY_4);
	type(&gun, KEY_ENTER);
	assert_string_equal(gun.lines, "4|");
}

static void keys_without_a_letter_are_passed_over(void **state)
{
	struct gun gun = {.now_ms = 1000000};

	(void)state;
	type(&gun, KEY_F5);
	type(&gun, KEY_MAX);
	type(&gun, KEY_Z);
	type(&gun, KEY_ENTER);
	assert_string_equal(gun.lines, "z|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_code_is_the_line_that_was_typed),
	    cmocka_unit_test(two_codes_are_two_lines),
	    cmocka_unit_test(a_scan_that_broke_off_is_forgotten),
	    cmocka_unit_test(a_line_too_long_is_passed_over_whole),
	    cmocka_unit_test(a_line_that_lost_events_is_passed_over),
	    cmocka_unit_test(keys_without_a_letter_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
