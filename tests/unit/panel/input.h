/* SPDX-License-Identifier: MIT */
/* Input events as a keyboard sends them. */
#ifndef KIOSK_TEST_INPUT_H
#define KIOSK_TEST_INPUT_H

#include <linux/input.h>
#include <stdint.h>

#define KEY_UP_VALUE 0
#define KEY_DOWN_VALUE 1
#define KEY_AGAIN_VALUE 2

static inline struct input_event input_event(uint16_t type, uint16_t code,
					     int value, int64_t at_ms)
{
	struct input_event event = {.type = type, .code = code, .value = value};

	event.input_event_sec = at_ms / 1000;
	event.input_event_usec = at_ms % 1000 * 1000;
	return event;
}

#endif
