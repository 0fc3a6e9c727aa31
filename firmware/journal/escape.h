/* SPDX-License-Identifier: MIT */
/*
 * Text for the inside of a JSON string, piece by piece, so that it goes to a
 * buffer and to a file by the same rules (RFC 8259, section 7). What is not
 * UTF-8 becomes U+FFFD: a damaged row must still give a readable line.
 */
#ifndef KIOSK_ESCAPE_H
#define KIOSK_ESCAPE_H

#include <stddef.h>

#define ESCAPE_PIECE_MAX 6 /* \u001f */

/* How many bytes of text, from its start, may be copied as they are. */
size_t escape_plain(const char *text);

/*
 * The next character at *cursor, escaped where needed, in piece, without a NUL;
 * *cursor moves behind it. Returns the piece's length; 0 at the end of text.
 */
size_t escape_next(const char **cursor, char piece[ESCAPE_PIECE_MAX]);

#endif
