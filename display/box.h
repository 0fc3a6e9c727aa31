/* SPDX-License-Identifier: MIT */
/*
 * Rectangles in pixels, and cutting them up: a layout starts with the whole
 * screen and cuts pieces off its sides.
 */
#ifndef KIOSK_BOX_H
#define KIOSK_BOX_H

#include <assert.h>
#include <stdbool.h>

struct box {
	int x, y, w, h;
};

static inline int box_min(int a, int b)
{
	return a < b ? a : b;
}

static inline int box_max(int a, int b)
{
	return a > b ? a : b;
}

/* Smaller by dx on the left and the right, by dy above and below. */
static inline struct box box_inset(struct box b, int dx, int dy)
{
	return (struct box){b.x + dx, b.y + dy, box_max(b.w - 2 * dx, 0),
			    box_max(b.h - 2 * dy, 0)};
}

/* Each takes a piece off *from and returns it; never more than there is. */
static inline struct box box_cut_top(struct box *from, int h)
{
	h = box_max(0, box_min(h, from->h));
	struct box cut = {from->x, from->y, from->w, h};
	from->y += h;
	from->h -= h;
	return cut;
}

static inline struct box box_cut_bottom(struct box *from, int h)
{
	h = box_max(0, box_min(h, from->h));
	from->h -= h;
	return (struct box){from->x, from->y + from->h, from->w, h};
}

static inline struct box box_cut_left(struct box *from, int w)
{
	w = box_max(0, box_min(w, from->w));
	struct box cut = {from->x, from->y, w, from->h};
	from->x += w;
	from->w -= w;
	return cut;
}

static inline struct box box_cut_right(struct box *from, int w)
{
	w = box_max(0, box_min(w, from->w));
	from->w -= w;
	return (struct box){from->x + from->w, from->y, w, from->h};
}

/* Cell i of n in a row (or a column), gap apart; the cells fill it whole. */
static inline struct box box_column(struct box b, int i, int n, int gap)
{
	assert(n > 0);
	int from = (b.w + gap) * i / n, to = (b.w + gap) * (i + 1) / n - gap;
	return (struct box){b.x + from, b.y, to - from, b.h};
}

static inline struct box box_row(struct box b, int i, int n, int gap)
{
	assert(n > 0);
	int from = (b.h + gap) * i / n, to = (b.h + gap) * (i + 1) / n - gap;
	return (struct box){b.x, b.y + from, b.w, to - from};
}

/* A w by h box in the middle of b. */
static inline struct box box_middle(struct box b, int w, int h)
{
	return (struct box){b.x + (b.w - w) / 2, b.y + (b.h - h) / 2, w, h};
}

static inline bool box_empty(struct box b)
{
	return b.w <= 0 || b.h <= 0;
}

static inline bool box_has(struct box b, int x, int y)
{
	return x >= b.x && x < b.x + b.w && y >= b.y && y < b.y + b.h;
}

static inline bool box_inside(struct box in, struct box out)
{
	return in.x >= out.x && in.y >= out.y && in.x + in.w <= out.x + out.w &&
	       in.y + in.h <= out.y + out.h;
}

static inline struct box box_common(struct box a, struct box b)
{
	int x = box_max(a.x, b.x), y = box_max(a.y, b.y);
	return (struct box){x, y, box_max(0, box_min(a.x + a.w, b.x + b.w) - x),
			    box_max(0, box_min(a.y + a.h, b.y + b.h) - y)};
}

static inline bool box_overlap(struct box a, struct box b)
{
	return !box_empty(box_common(a, b));
}

#endif
