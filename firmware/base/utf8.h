/* SPDX-License-Identifier: MIT */
#ifndef KIOSK_UTF8_H
#define KIOSK_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Well-formed UTF-8 after Unicode 15, table 3-7: no overlong forms, no
 * surrogates, nothing above U+10FFFF. NUL counts as well-formed.
 */
bool utf8_valid(const char *bytes, size_t length);

/* As utf8_valid(); the offset of the first bad byte, or -1 if there is none. */
ssize_t utf8_first_bad(const char *bytes, size_t length);

/*
 * Decodes the code point at *cursor and moves *cursor behind it. A malformed
 * byte gives U+FFFD and moves on by one; the terminating NUL gives 0 and does
 * not move.
 */
uint32_t utf8_next(const char **cursor);

/*
 * Makes text fit for one line on a terminal or in a log, in place: control
 * characters (C0, DEL, C1) and malformed bytes become '?', byte for byte.
 */
void utf8_make_printable(char *text);

/*
 * The longest prefix of text, in bytes, that is at most max bytes and splits no
 * sequence.
 */
size_t utf8_prefix(const char *text, size_t max);

#endif
