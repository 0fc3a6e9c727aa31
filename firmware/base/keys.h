/* SPDX-License-Identifier: MIT */
/*
 * The keys of a keypad by the names a technician writes ("enter", "+", "f1"),
 * and the kernel's key codes (linux/input-event-codes.h) that mean them: the
 * one of the numeric block, that of the main one, and what the numeric block
 * sends while its own NumLock is off.
 */
#ifndef KIOSK_KEYS_H
#define KIOSK_KEYS_H

#include <stdint.h>

#define KEYS_NONE (-1)

/* The key of that name, 0 or more; -EINVAL. */
int keys_from_name(const char *name);

/* "enter", "+"; "" for KEYS_NONE. */
const char *keys_name(int key);

/* The key that a code means; KEYS_NONE where it means none with a name. */
int keys_of_code(uint16_t code);

/* 0..9; -1 where the code is no digit. */
int keys_digit(uint16_t code);

/* All names in one line, for a message. */
extern const char keys_all[];

#endif
