/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <string.h>

#define REPLACEMENT 0xfffdu

/*
 * The length of the well-formed sequence at bytes, and its code point; 0 where
 * there is none. Unicode 15, table 3-7: only the second byte has bounds that
 * depend on the first. Reads no byte behind the first that does not fit, so a
 * NUL-terminated string needs no length.
 */
static size_t sequence(const unsigned char *bytes, size_t length,
		       uint32_t *point)
{
	unsigned char first, low = 0x80, high = 0xbf;
	size_t want;
	uint32_t value;

	if (length == 0)
		return 0;
	first = bytes[0];
	if (first < 0x80) {
		*point = first;
		return 1;
	}
	if (first >= 0xc2 && first <= 0xdf) {
		want = 2;
		value = first & 0x1fu;
	} else if (first >= 0xe0 && first <= 0xef) {
		want = 3;
		value = first & 0x0fu;
		if (first == 0xe0)
			low = 0xa0;
		else if (first == 0xed)
			high = 0x9f;
	} else if (first >= 0xf0 && first <= 0xf4) {
		want = 4;
		value = first & 0x07u;
		if (first == 0xf0)
			low = 0x90;
		else if (first == 0xf4)
			high = 0x8f;
	} else {
		return 0;
	}
	if (length < want)
		return 0;
	for (size_t i = 1; i < want; i++) {
		if (bytes[i] < low || bytes[i] > high)
			return 0;
		value = value << 6 | (bytes[i] & 0x3fu);
		low = 0x80;
		high = 0xbf;
	}
	*point = value;
	return want;
}

ssize_t utf8_first_bad(const char *bytes, size_t length)
{
	const unsigned char *at = (const unsigned char *)bytes;
	uint32_t point;

	for (size_t i = 0; i < length;) {
		size_t n = sequence(at + i, length - i, &point);

		if (n == 0)
			return (ssize_t)i;
		i += n;
	}
	return -1;
}

bool utf8_valid(const char *bytes, size_t length)
{
	return utf8_first_bad(bytes, length) < 0;
}

uint32_t utf8_next(const char **cursor)
{
	uint32_t point;
	size_t n;

	if (**cursor == '\0')
		return 0;
	/* 4 is never read past the NUL: a NUL fits no sequence. */
	n = sequence((const unsigned char *)*cursor, 4, &point);
	*cursor += n > 0 ? n : 1;
	return n > 0 ? point : REPLACEMENT;
}

void utf8_make_printable(char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length;) {
		uint32_t point = 0;
		size_t n = sequence((const unsigned char *)text + i, length - i,
				    &point);
		bool bad =
		    n == 0 || point < 0x20 || (point >= 0x7f && point <= 0x9f);

		if (n == 0)
			n = 1;
		if (bad)
			memset(text + i, '?', n);
		i += n;
	}
}

size_t utf8_prefix(const char *text, size_t max)
{
	size_t n = strnlen(text, max + 1);

	if (n <= max)
		return n;
	/* text[n] is the first byte left out: it must begin a sequence. */
	for (n = max; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
		n--;
	return n;
}
