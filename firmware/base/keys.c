/* SPDX-License-Identifier: MIT */
#include "base/keys.h"

#include <errno.h>
#include <linux/input-event-codes.h>
#include <stddef.h>
#include <string.h>

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	uint16_t codes[3]; /* 0: no more */
} keys[] = {
    {"enter", {KEY_KPENTER, KEY_ENTER}},
    {"+", {KEY_KPPLUS, KEY_EQUAL}},
    {"-", {KEY_KPMINUS, KEY_MINUS}},
    {"*", {KEY_KPASTERISK}},
    {"/", {KEY_KPSLASH, KEY_SLASH}},
    {".", {KEY_KPDOT, KEY_DOT, KEY_KPCOMMA}},
    {"=", {KEY_KPEQUAL}},
    {"backspace", {KEY_BACKSPACE}},
    {"tab", {KEY_TAB}},
    {"esc", {KEY_ESC}},
    {"space", {KEY_SPACE}},
    {"(", {KEY_KPLEFTPAREN}},
    {")", {KEY_KPRIGHTPAREN}},
    {"calc", {KEY_CALC}},
    {"f1", {KEY_F1}},
    {"f2", {KEY_F2}},
    {"f3", {KEY_F3}},
    {"f4", {KEY_F4}},
};

const char keys_all[] = "enter, +, -, *, /, ., =, backspace, tab, esc, space, "
			"(, ), calc, f1, f2, f3, f4";

/* By digit: of the numeric block, of the main one, and without NumLock. */
static const uint16_t digits[10][3] = {
    {KEY_KP0, KEY_0, KEY_INSERT}, {KEY_KP1, KEY_1, KEY_END},
    {KEY_KP2, KEY_2, KEY_DOWN},   {KEY_KP3, KEY_3, KEY_PAGEDOWN},
    {KEY_KP4, KEY_4, KEY_LEFT},   {KEY_KP5, KEY_5, KEY_CLEAR},
    {KEY_KP6, KEY_6, KEY_RIGHT},  {KEY_KP7, KEY_7, KEY_HOME},
    {KEY_KP8, KEY_8, KEY_UP},     {KEY_KP9, KEY_9, KEY_PAGEUP},
};

int keys_from_name(const char *name)
{
	for (size_t i = 0; i < N_ELEMENTS(keys); i++) {
		if (strcmp(keys[i].name, name) == 0)
			return (int)i;
	}
	return -EINVAL;
}

const char *keys_name(int key)
{
	return key >= 0 && (size_t)key < N_ELEMENTS(keys) ? keys[key].name : "";
}

int keys_of_code(uint16_t code)
{
	for (size_t i = 0; i < N_ELEMENTS(keys); i++) {
		for (size_t k = 0; k < N_ELEMENTS(keys[i].codes); k++) {
			if (code != 0 && keys[i].codes[k] == code)
				return (int)i;
		}
	}
	return KEYS_NONE;
}

int keys_digit(uint16_t code)
{
	for (int i = 0; i < 10; i++) {
		for (size_t k = 0; k < N_ELEMENTS(digits[i]); k++) {
			if (digits[i][k] == code)
				return i;
		}
	}
	return -1;
}
