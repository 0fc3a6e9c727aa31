/* SPDX-License-Identifier: MIT */
#include "panel/keypad.h"

#include "base/keys.h"
#include "base/ticket.h"

static int64_t time_ms(const struct input_event *event)
{
	return (int64_t)event->input_event_sec * 1000 +
	       event->input_event_usec / 1000;
}

static void forget(struct keypad *keypad)
{
	keypad->number = 0;
	keypad->n_digits = 0;
	keypad->too_long = false;
}

static void take_digit(struct keypad *keypad, int digit)
{
	uint32_t number = keypad->number * 10 + (uint32_t)digit;

	keypad->n_digits++;
	if (number > TICKET_MAX_NUMBER)
		keypad->too_long = true;
	else
		keypad->number = number;
}

static enum keypad_wish next_or_number(const struct keypad *keypad,
				       uint32_t *number)
{
	if (keypad->n_digits == 0)
		return KEYPAD_NEXT;
	if (keypad->too_long || keypad->number == 0)
		return KEYPAD_NOTHING;
	*number = keypad->number;
	return KEYPAD_NUMBER;
}

static enum keypad_wish wish_of(const struct keypad *keypad, int key,
				uint32_t *number)
{
	for (int verb = 0; verb < CONFIG_KEY_VERBS; verb++) {
		if (key == KEYS_NONE || keypad->keys[verb] != key)
			continue;
		switch ((enum config_key_verb)verb) {
		case CONFIG_KEY_NEXT:
			return next_or_number(keypad, number);
		case CONFIG_KEY_RECALL:
			return KEYPAD_RECALL;
		case CONFIG_KEY_NO_SHOW:
			return KEYPAD_NO_SHOW;
		case CONFIG_KEY_FINISH:
			return KEYPAD_FINISH;
		case CONFIG_KEY_PAUSE:
			return KEYPAD_PAUSE;
		}
	}
	return KEYPAD_NOTHING;
}

static enum keypad_wish take_key(struct keypad *keypad, uint16_t code,
				 int64_t at_ms, uint32_t *number)
{
	int digit = keys_digit(code);
	int key = keys_of_code(code);
	enum keypad_wish wish;

	if (at_ms - keypad->digit_ms >= KEYPAD_FORGET_MS)
		forget(keypad);
	if (digit >= 0) {
		take_digit(keypad, digit);
		keypad->digit_ms = at_ms;
		return KEYPAD_NOTHING;
	}
	if (key == KEYS_NONE) /* NumLock and the like */
		return KEYPAD_NOTHING;
	wish = wish_of(keypad, key, number);
	forget(keypad);
	return wish;
}

enum keypad_wish keypad_feed(struct keypad *keypad,
			     const struct input_event *event, uint32_t *number)
{
	*number = 0;
	if (event->type == EV_SYN && event->code == SYN_DROPPED) {
		keypad->dropped = true;
		forget(keypad);
	} else if (event->type == EV_SYN && event->code == SYN_REPORT) {
		keypad->dropped = false;
	} else if (event->type == EV_KEY && event->value == 1 &&
		   !keypad->dropped) {
		return take_key(keypad, event->code, time_ms(event), number);
	}
	return KEYPAD_NOTHING;
}
