/* SPDX-License-Identifier: MIT */
/*
 * A text in the kiosk's two languages. Vietnamese is always there; English may
 * be NULL, and then the Vietnamese stands in for it.
 */
#ifndef KIOSK_TEXT_H
#define KIOSK_TEXT_H

#include <stdbool.h>

enum language { LANGUAGE_VI, LANGUAGE_EN };

struct text {
	char *vi; /* UTF-8, owned by whoever owns the struct */
	char *en; /* UTF-8 or NULL */
};

/* The text in that language, else the Vietnamese, else "". Never NULL. */
const char *text_in(const struct text *text, enum language language);

#endif
