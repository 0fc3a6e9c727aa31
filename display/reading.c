/* SPDX-License-Identifier: MIT */
#include "display/reading.h"

#include <assert.h>
#include <string.h>

/* Where the cutting is. */
struct cutter {
	const struct reading_shape *shape;
	size_t page, row; /* of the next line */
	size_t wanted;
	struct reading_line *lines;
	size_t n_lines;
	bool after_heading;
};

static void put(struct cutter *cutter, const char *text, size_t n, bool heading)
{
	/* Nothing stands at the top of a page, or between a heading and what it
	 * is over. */
	if (n == 0 && (cutter->row == 0 || cutter->after_heading))
		return;
	/* And what it is over is on its page. */
	if (heading && cutter->row > 0 &&
	    cutter->row + 1 == cutter->shape->rows) {
		cutter->row = 0;
		cutter->page++;
	}
	cutter->after_heading = heading;
	if (cutter->page == cutter->wanted) {
		struct reading_line *line = &cutter->lines[cutter->n_lines++];
		n = n < sizeof(line->text) ? n : sizeof(line->text) - 1;
		memcpy(line->text, text, n);
		line->heading = heading;
	}
	if (++cutter->row == cutter->shape->rows) {
		cutter->row = 0;
		cutter->page++;
	}
}

static size_t letter(const char *at)
{
	size_t n = 1;
	while (((unsigned char)at[n] & 0xC0) == 0x80)
		n++;
	return n;
}

/* Bytes of text that fit on one line; *skip: those up to the next. */
static size_t fit(const char *text, size_t n, size_t columns, size_t *skip)
{
	size_t at = 0, space = 0, count = 0;
	while (at < n && count < columns) {
		if (text[at] == ' ')
			space = at;
		at += letter(text + at);
		count++;
	}
	*skip = at;
	if (at >= n || text[at] == ' ')
		space = at;
	else if (space == 0)
		return at; /* a word that is longer than the line */
	*skip = space;
	while (*skip < n && text[*skip] == ' ')
		(*skip)++;
	return space;
}

static void cut_paragraph(struct cutter *cutter, const char *text, size_t n)
{
	bool heading = n > 2 && text[0] == '#' && text[1] == ' ';
	size_t columns = cutter->shape->columns;
	if (heading) {
		text += 2;
		n -= 2;
		/* Headings are bold, and wider. */
		columns = columns > 8 ? columns * 7 / 8 : columns;
	}
	if (n == 0)
		put(cutter, text, 0, false);
	while (n > 0) {
		size_t skip;
		size_t part = fit(text, n, columns, &skip);
		put(cutter, text, part, heading);
		text += skip;
		n -= skip;
	}
}

size_t reading_cut(const char *text, const struct reading_shape *shape,
		   size_t page, struct reading_line lines[READING_LINES],
		   size_t *n_lines)
{
	struct cutter cutter = {.shape = shape, .wanted = page, .lines = lines};
	assert(shape->columns >= 1 && shape->rows >= 1 &&
	       shape->rows <= READING_LINES);
	memset(lines, 0, READING_LINES * sizeof(lines[0]));
	while (*text) {
		size_t n = strcspn(text, "\n");
		cut_paragraph(&cutter, text, n);
		text += n + (text[n] == '\n');
	}
	*n_lines = cutter.n_lines;
	size_t pages = cutter.page + (cutter.row > 0);
	return pages ? pages : 1;
}
