/* SPDX-License-Identifier: MIT */
/*
 * A posted procedure, cut into lines and pages: lines are broken between words,
 * "# " in front makes a line a heading, which is not the last line of a page;
 * an empty line parts paragraphs, and is left out at the top of a page and
 * below a heading. Pure.
 */
#ifndef KIOSK_READING_H
#define KIOSK_READING_H

#include <stdbool.h>
#include <stddef.h>

#define READING_LINES 48 /* a page, at the most */
#define READING_LINE_SIZE 400

struct reading_line {
	char text[READING_LINE_SIZE]; /* "" between paragraphs */
	bool heading;
};

struct reading_shape {
	size_t columns; /* letters a line, 1..90 */
	size_t rows;    /* lines a page, 1..READING_LINES */
};

/*
 * The lines of a page, every unused byte zero, and how many there are; text is
 * well-formed UTF-8. Returns how many pages there are, at least 1; a page
 * beyond them is empty.
 */
size_t reading_cut(const char *text, const struct reading_shape *shape,
		   size_t page, struct reading_line lines[READING_LINES],
		   size_t *n_lines);

#endif
