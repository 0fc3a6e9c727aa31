/* SPDX-License-Identifier: MIT */
#include "display/speech.h"

#include <stdio.h>
#include <string.h>

static void add(struct speech *speech, enum speech_kind kind, bool pause,
		const char *text, size_t length)
{
	if (speech->n == SPEECH_PIECES)
		return;
	struct speech_piece *piece = &speech->pieces[speech->n++];
	if (length >= SPEECH_PIECE_SIZE) {
		length = SPEECH_PIECE_SIZE - 1;
		while (length > 0 && (text[length] & 0xC0) == 0x80)
			length--;
	}
	piece->kind = kind;
	piece->pause = pause;
	memcpy(piece->text, text, length);
	piece->text[length] = '\0';
}

/* A part of the announcement without the spaces and commas at its ends. */
static void add_words(struct speech *speech, const char *text, size_t length)
{
	static const char edges[] = " ,.;:!";
	while (length > 0 && strchr(edges, text[0])) {
		text++;
		length--;
	}
	while (length > 0 && strchr(edges, text[length - 1]))
		length--;
	if (length > 0)
		add(speech, SPEECH_WORDS, false, text, length);
}

static void add_digits(struct speech *speech, const char *digits)
{
	for (; *digits; digits++) {
		const char *word =
		    spell_digit(speech->language, (unsigned)(*digits - '0'));
		add(speech, SPEECH_NUMBER, true, word, strlen(word));
	}
}

static void add_number(struct speech *speech, unsigned number,
		       const struct speech_manner *manner)
{
	const char *words[SPELL_WORDS];
	size_t n =
	    spell_number(speech->language, number, manner->region, words);
	for (size_t i = 0; i < n; i++)
		add(speech, SPEECH_NUMBER, i == n - 1, words[i],
		    strlen(words[i]));
}

/* "A025": each letter of the prefix by its name, then the number. */
static void add_ticket(struct speech *speech, const char *ticket,
		       const struct speech_manner *manner)
{
	uint32_t number;
	int prefix = ticket_code_parse(ticket, &number);
	if (prefix < 0) {
		add(speech, SPEECH_WORDS, false, ticket, strlen(ticket));
		return;
	}
	for (int i = 0; i < prefix; i++)
		add(speech, SPEECH_LETTER, true, &ticket[i], 1);
	if (manner->digits)
		add_digits(speech, ticket + prefix);
	else
		add_number(speech, number, manner);
}

void speech_make(struct speech *out, enum language language,
		 const char *template, const char *ticket, unsigned counter,
		 const struct speech_manner *manner)
{
	memset(out, 0, sizeof(*out));
	out->language = language;
	while (*template) {
		size_t n = strcspn(template, "{");
		add_words(out, template, n);
		template += n;
		if (strncmp(template, "{ticket}", 8) == 0) {
			add_ticket(out, ticket, manner);
			template += 8;
		} else if (strncmp(template, "{counter}", 9) == 0) {
			add_number(out, counter, manner);
			template += 9;
		} else if (*template) {
			template ++; /* a lone brace says nothing */
		}
	}
}

void speech_text(const struct speech *speech, char out[SPEECH_TEXT_SIZE])
{
	size_t length = 0;
	out[0] = '\0';
	for (size_t i = 0; i < speech->n; i++) {
		const struct speech_piece *piece = &speech->pieces[i];
		int n = snprintf(out + length, SPEECH_TEXT_SIZE - length,
				 "%s%s%s", i > 0 ? " " : "", piece->text,
				 i + 1 == speech->n ? "."
				 : piece->pause     ? ","
						    : "");
		if (n < 0 || (size_t)n >= SPEECH_TEXT_SIZE - length) {
			out[length] = '\0'; /* whole pieces only */
			return;
		}
		length += (size_t)n;
	}
}
