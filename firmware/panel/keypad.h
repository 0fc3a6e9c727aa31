/* SPDX-License-Identifier: MIT */
/*
 * A staff member's numeric keypad: input events in, what they want out. Pure;
 * time is the events' own.
 *
 * A key acts once, when it goes down; the kernel's auto-repeat does nothing.
 * Digits and then the key for the next call that number; the other keys act at
 * once and forget the digits, as do backspace, esc and '.' (where they have no
 * meaning of their own), a pause of KEYPAD_FORGET_MS, and a number that no
 * ticket can have, after which the next key for the next does nothing: it was
 * meant for a number. NumLock, which some keypads wrap around each key, means
 * nothing. After SYN_DROPPED (the kernel lost events) all up to the next report
 * is passed over, and what was typed is forgotten, for a digit may be missing.
 */
#ifndef KIOSK_KEYPAD_H
#define KIOSK_KEYPAD_H

#include <linux/input.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/config.h"

#define KEYPAD_FORGET_MS 10000

enum keypad_wish {
	KEYPAD_NOTHING,
	KEYPAD_NEXT,
	KEYPAD_NUMBER, /* of that number */
	KEYPAD_RECALL,
	KEYPAD_NO_SHOW,
	KEYPAD_FINISH,
	KEYPAD_PAUSE /* or open, where it is paused or closed */
};

struct keypad {
	/* set by the owner; the rest begins as zero */
	const int *keys; /* CONFIG_KEY_VERBS of them, as in config_keypad */
	/* the keypad's own */
	uint32_t number;
	unsigned n_digits;
	bool too_long; /* what was typed is no number of a ticket's */
	bool dropped;
	int64_t digit_ms;
};

/* *number is set with KEYPAD_NUMBER alone. */
enum keypad_wish keypad_feed(struct keypad *keypad,
			     const struct input_event *event, uint32_t *number);

#endif
