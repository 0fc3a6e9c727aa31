/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/keys.h"
#include "panel/keypad.h"
#include "tests/unit/panel/input.h"

#define MAX_KEYS 16

static int usual[CONFIG_KEY_VERBS];

static int name_keys(void **state)
{
	(void)state;
	usual[CONFIG_KEY_NEXT] = keys_from_name("enter");
	usual[CONFIG_KEY_RECALL] = keys_from_name("+");
	usual[CONFIG_KEY_NO_SHOW] = keys_from_name("-");
	usual[CONFIG_KEY_FINISH] = keys_from_name("*");
	usual[CONFIG_KEY_PAUSE] = keys_from_name("/");
	return 0;
}

/* What is wanted, in words: "next", "number 25", "recall", … */
static void add_wish(char *said, size_t size, enum keypad_wish wish,
		     uint32_t number)
{
	static const char *const words[] = {
	    [KEYPAD_NEXT] = "next",     [KEYPAD_NUMBER] = "number",
	    [KEYPAD_RECALL] = "recall", [KEYPAD_NO_SHOW] = "no_show",
	    [KEYPAD_FINISH] = "finish", [KEYPAD_PAUSE] = "pause",
	};
	size_t length = strlen(said);

	if (wish == KEYPAD_NOTHING)
		return;
	snprintf(said + length, size - length, "%s%s", length ? " " : "",
		 words[wish]);
	length = strlen(said);
	if (wish == KEYPAD_NUMBER)
		snprintf(said + length, size - length, " %u", number);
}

struct typist {
	struct keypad keypad;
	int64_t now_ms;
	char said[200];
};

static void send(struct typist *typist, uint16_t type, uint16_t code, int value)
{
	struct input_event event =
	    input_event(type, code, value, typist->now_ms);
	uint32_t number;
	enum keypad_wish wish = keypad_feed(&typist->keypad, &event, &number);

	add_wish(typist->said, sizeof(typist->said), wish, number);
}

/* Down, up, each with its report. */
static void type(struct typist *typist, uint16_t code)
{
	send(typist, EV_MSC, MSC_SCAN, 0x70000 + code);
	send(typist, EV_KEY, code, KEY_DOWN_VALUE);
	send(typist, EV_SYN, SYN_REPORT, 0);
	typist->now_ms += 80;
	send(typist, EV_KEY, code, KEY_UP_VALUE);
	send(typist, EV_SYN, SYN_REPORT, 0);
	typist->now_ms += 120;
}

static struct typist new_typist(void)
{
	return (struct typist){.keypad = {.keys = usual}, .now_ms = 1000000};
}

static const struct {
	const char *name;
	uint16_t keys[MAX_KEYS];
	const char *said;
} rows[] = {
    {"each key has its meaning",
     {KEY_KPENTER, KEY_KPPLUS, KEY_KPMINUS, KEY_KPASTERISK, KEY_KPSLASH},
     "next recall no_show finish pause"},
    {"the main block's keys mean the same",
     {KEY_ENTER, KEY_MINUS, KEY_SLASH},
     "next no_show pause"},
    {"digits and enter call that number",
     {KEY_KP2, KEY_KP5, KEY_KPENTER},
     "number 25"},
    {"zeros in front are no matter",
     {KEY_KP0, KEY_KP0, KEY_KP7, KEY_ENTER},
     "number 7"},
    {"a digit typed without NumLock is a digit",
     {KEY_DOWN, KEY_CLEAR, KEY_KPENTER},
     "number 25"},
    {"NumLock around each key means nothing",
     {KEY_NUMLOCK, KEY_KP1, KEY_NUMLOCK, KEY_NUMLOCK, KEY_KP2, KEY_NUMLOCK,
      KEY_NUMLOCK, KEY_KPENTER, KEY_NUMLOCK},
     "number 12"},
    {"the number is used up",
     {KEY_KP9, KEY_KPENTER, KEY_KPENTER},
     "number 9 next"},
    {"another key acts and forgets the digits",
     {KEY_KP9, KEY_KPPLUS, KEY_KPENTER},
     "recall next"},
    {"backspace forgets the digits",
     {KEY_KP9, KEY_BACKSPACE, KEY_KPENTER},
     "next"},
    {"the point forgets the digits", {KEY_KP9, KEY_KPDOT, KEY_KPENTER}, "next"},
    {"zero is no number, and does not call the next",
     {KEY_KP0, KEY_KPENTER},
     ""},
    {"a number too long is none, and does not call the next",
     {KEY_KP1, KEY_KP2, KEY_KP3, KEY_KP4, KEY_KP5, KEY_KP6, KEY_KPENTER},
     ""},
    {"... and the next key works again",
     {KEY_KP1, KEY_KP2, KEY_KP3, KEY_KP4, KEY_KP5, KEY_KP6, KEY_KPENTER,
      KEY_KPENTER},
     "next"},
    {"letters and media keys mean nothing",
     {KEY_A, KEY_VOLUMEUP, KEY_LEFTSHIFT, KEY_KPENTER},
     "next"},
};

static void keys_mean_what_they_should(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct typist typist = new_typist();

		for (size_t k = 0; k < MAX_KEYS && rows[i].keys[k]; k++)
			type(&typist, rows[i].keys[k]);
		if (strcmp(typist.said, rows[i].said) == 0)
			continue;
		print_error("%s: \"%s\", wanted \"%s\"\n", rows[i].name,
			    typist.said, rows[i].said);
		failed++;
	}
	assert_int_equal(failed, 0);
}

static void a_key_that_is_kept_down_acts_once(void **state)
{
	struct typist typist = new_typist();

	(void)state;
	send(&typist, EV_KEY, KEY_KPENTER, KEY_DOWN_VALUE);
	for (int i = 0; i < 50; i++)
		send(&typist, EV_KEY, KEY_KPENTER, KEY_AGAIN_VALUE);
	send(&typist, EV_KEY, KEY_KPENTER, KEY_UP_VALUE);
	assert_string_equal(typist.said, "next");
}

static void lost_events_take_the_digits_with_them(void **state)
{
	struct typist typist = new_typist();

	(void)state;
	type(&typist, KEY_KP1);
	send(&typist, EV_SYN, SYN_DROPPED, 0);
	send(&typist, EV_KEY, KEY_KP2, KEY_DOWN_VALUE);
	send(&typist, EV_KEY, KEY_KPENTER, KEY_DOWN_VALUE);
	send(&typist, EV_SYN, SYN_REPORT, 0);
	assert_string_equal(typist.said, "");
	type(&typist, KEY_KPENTER);
	assert_string_equal(typist.said, "next");
}

static void digits_are_forgotten_after_a_while(void **state)
{
	struct typist typist = new_typist();

	(void)state;
	type(&typist, KEY_KP7);
	typist.now_ms += KEYPAD_FORGET_MS;
	type(&typist, KEY_KPENTER);
	assert_string_equal(typist.said, "next");
}

static void a_key_without_a_meaning_does_nothing(void **state)
{
	int keys[CONFIG_KEY_VERBS];
	struct typist typist = new_typist();

	(void)state;
	memcpy(keys, usual, sizeof(keys));
	keys[CONFIG_KEY_NO_SHOW] = KEYS_NONE;
	keys[CONFIG_KEY_FINISH] = keys_from_name(".");
	typist.keypad.keys = keys;
	type(&typist, KEY_KPMINUS);
	type(&typist, KEY_KPASTERISK);
	assert_string_equal(typist.said, "");
	type(&typist, KEY_KPDOT);
	assert_string_equal(typist.said, "finish");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_mean_what_they_should),
	    cmocka_unit_test(a_key_that_is_kept_down_acts_once),
	    cmocka_unit_test(lost_events_take_the_digits_with_them),
	    cmocka_unit_test(digits_are_forgotten_after_a_while),
	    cmocka_unit_test(a_key_without_a_meaning_does_nothing),
	};

	return cmocka_run_group_tests(tests, name_keys, NULL);
}
