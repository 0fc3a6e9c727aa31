/* SPDX-License-Identifier: MIT */
/*
 * A call as a sentence: the office's announcement with the ticket and the
 * counter in it, in pieces that are each spoken in one breath: a part of the
 * announcement, a letter, the word of a number. A pack of clips has one clip
 * for each; a synthesiser gets them as one text. Pure.
 */
#ifndef KIOSK_SPEECH_H
#define KIOSK_SPEECH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "base/ticket.h"
#include "display/spell.h"

#define SPEECH_PIECES 48
#define SPEECH_PIECE_SIZE 200
#define SPEECH_TEXT_SIZE 1000

enum speech_kind {
	SPEECH_WORDS,  /* of the announcement */
	SPEECH_LETTER, /* of the ticket's prefix */
	SPEECH_NUMBER  /* a word of a number */
};

struct speech_piece {
	enum speech_kind kind;
	bool pause; /* a short one after it: between digits */
	char text[SPEECH_PIECE_SIZE];
};

struct speech {
	enum language language;
	struct speech_piece pieces[SPEECH_PIECES];
	size_t n;
};

struct speech_manner {
	bool digits; /* "không, hai, năm", not "hai mươi lăm" */
	struct spell_region region;
};

/*
 * template: with {ticket} and {counter} in it. What there is no room for is
 * left out at the end.
 */
void speech_make(struct speech *out, enum language language,
		 const char *template, const char *ticket, unsigned counter,
		 const struct speech_manner *manner);

/* As a text for a synthesiser. */
void speech_text(const struct speech *speech, char out[SPEECH_TEXT_SIZE]);

#endif
