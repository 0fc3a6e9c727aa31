/* SPDX-License-Identifier: MIT */
/*
 * Numbers as people say them, word by word, so that a voice of recorded clips
 * needs a few dozen and a synthesiser has nothing to guess. Pure.
 *
 * Vietnamese by the rules of its grammars: 1 after "mươi" is "mốt" and 4 is
 * "tư"; 5 after "mười" and "mươi" is "lăm"; an empty ten is "linh" (North) or
 * "lẻ"; an empty hundred within a thousand is "không trăm"; 1,000 is "nghìn"
 * (North) or "ngàn".
 */
#ifndef KIOSK_SPELL_H
#define KIOSK_SPELL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define SPELL_MOST 9999
#define SPELL_WORDS 16 /* of one number, at most */

struct spell_region {
	bool le;   /* "lẻ", not "linh" */
	bool ngan; /* "ngàn", not "nghìn" */
};

/*
 * The words of a number of 0..SPELL_MOST, static texts; how many. A larger one
 * is spelled digit by digit.
 */
size_t spell_number(enum language language, unsigned number,
		    struct spell_region region, const char *words[SPELL_WORDS]);

/* The word of one digit, 0..9. */
const char *spell_digit(enum language language, unsigned digit);

/* Every word that spell_number() may give, one after the other; NULL after
 * the last. */
const char *spell_vocabulary(enum language language, struct spell_region region,
			     size_t i);

#endif
