/* SPDX-License-Identifier: MIT */
#include "journal/escape.h"

#include <string.h>

#include "base/utf8.h"

static const char hex[] = "0123456789abcdef";
static const char control[] = {'\\', 'u', '0', '0'};
static const char replacement[] = {'\xef', '\xbf', '\xbd'}; /* U+FFFD */

size_t escape_plain(const char *text)
{
	size_t n = 0;

	while ((unsigned char)text[n] >= 0x20 &&
	       (unsigned char)text[n] < 0x7f && text[n] != '"' &&
	       text[n] != '\\')
		n++;
	return n;
}

static size_t escape_ascii(char c, char piece[ESCAPE_PIECE_MAX])
{
	static const char from[] = "\"\\\n\r\t\b\f", to[] = "\"\\nrtbf";
	const char *known = strchr(from, c);

	if (known) {
		piece[0] = '\\';
		piece[1] = to[known - from];
		return 2;
	}
	if ((unsigned char)c < 0x20 || c == 0x7f) {
		memcpy(piece, control, sizeof(control));
		piece[4] = hex[(unsigned char)c >> 4];
		piece[5] = hex[(unsigned char)c & 0xf];
		return 6;
	}
	piece[0] = c;
	return 1;
}

size_t escape_next(const char **cursor, char piece[ESCAPE_PIECE_MAX])
{
	const char *begin = *cursor;
	size_t n;

	if (*begin == '\0')
		return 0;
	if ((unsigned char)*begin < 0x80) {
		(*cursor)++;
		return escape_ascii(*begin, piece);
	}
	if (utf8_next(cursor) == 0xfffd) {
		memcpy(piece, replacement, sizeof(replacement));
		return sizeof(replacement);
	}
	n = (size_t)(*cursor - begin);
	memcpy(piece, begin, n);
	return n;
}
