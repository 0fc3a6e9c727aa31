/* SPDX-License-Identifier: MIT */
#include "printer/escpos_bands.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "printer/escpos.h"

/*
 * A white gap lower than this is sent, since stopping the paper within a
 * letter (between an "ô" and its mark) can show as a line on cheap heads.
 */
#define MIN_FEED_ROWS 8

#define BAND_COST 20 /* GS v 0's head, and the question behind it */
#define SEAM_COST 2  /* of a dot that goes on behind the cut */

/* What there is to know of a row. */
struct row {
	bool white;
	bool twin;   /* the next one is the same, and both are of pairs */
	int crosses; /* dots that are black here and in the next row */
	size_t side; /* bytes that are white on both sides */
};

/* The cheapest way to cut what is above a row of a run. */
struct best {
	long cost;
	int from; /* where the last band of it begins */
	bool doubled;
	size_t side;
};

struct cutter {
	const struct bitmap *bitmap;
	struct row *rows;
	struct best *best;
	size_t width; /* bytes */
};

static const uint8_t *row_of(const struct bitmap *bitmap, int row)
{
	return bitmap->bits + (size_t)row * bitmap->stride;
}

/* Whether two dots side by side are alike, all along. */
static bool pairs(const uint8_t *row, size_t width)
{
	for (size_t i = 0; i < width; i++)
		if (((row[i] >> 1) ^ row[i]) & 0x55)
			return false;
	return true;
}

static int crossing_dots(const uint8_t *row, const uint8_t *next, size_t width)
{
	int dots = 0;

	for (size_t i = 0; i < width; i++)
		dots += __builtin_popcount(row[i] & next[i]);
	return dots;
}

static void look_at_rows(struct cutter *cutter, bool crop)
{
	const struct bitmap *bitmap = cutter->bitmap;
	size_t width = cutter->width, most = (width - 1) / 2;

	for (int i = 0; i < bitmap->height; i++) {
		const uint8_t *bits = row_of(bitmap, i);
		struct row *row = &cutter->rows[i];
		size_t side = 0;

		while (side < most && !bits[side] && !bits[width - 1 - side])
			side++;
		row->side = crop ? side : 0;
		row->white =
		    bits[0] == 0 && memcmp(bits, bits + 1, width - 1) == 0;
		if (i + 1 == bitmap->height)
			continue;
		const uint8_t *next = row_of(bitmap, i + 1);
		row->crosses = crossing_dots(bits, next, width);
		row->twin = width % 2 == 0 && pairs(bits, width) &&
			    memcmp(bits, next, width) == 0;
	}
}

static int white_rows(const struct cutter *cutter, int row)
{
	int end = row;

	while (end < cutter->bitmap->height && cutter->rows[end].white)
		end++;
	return end - row;
}

/* Whether that white is fed: enough of it, or the last of the picture. */
static bool worth_feeding(const struct cutter *cutter, int row, int white)
{
	return white >= MIN_FEED_ROWS ||
	       (white > 0 && row + white == cutter->bitmap->height);
}

/* The rows from first on up to the next gap worth feeding. */
static int run_rows(const struct cutter *cutter, int first)
{
	int end = first;

	while (end < cutter->bitmap->height) {
		int white = white_rows(cutter, end);

		if (worth_feeding(cutter, end, white))
			break;
		end += white > 0 ? white : 1;
	}
	return end - first;
}

/* The cheapest way to cut the run above its row end, whose earlier rows are
 * done. */
static struct best cut_above(const struct cutter *cutter, int first, int end,
			     int rows)
{
	const struct row *row = cutter->rows + first;
	long seam = end < rows ? SEAM_COST * row[end - 1].crosses : 0;
	struct best best = {.cost = LONG_MAX};
	size_t side = SIZE_MAX;
	bool twins = true;

	for (int from = end - 1; from >= 0 && end - from <= ESCPOS_BAND_ROWS;
	     from--) {
		bool even = (end - from) % 2 == 0;

		if (row[from].side < side)
			side = row[from].side;
		if (even)
			twins = twins && row[from].twin;
		long bytes = (long)(cutter->width - 2 * side) * (end - from);
		bool doubled = even && twins;
		long cost = cutter->best[from].cost + BAND_COST + seam +
			    (doubled ? bytes / 4 : bytes);
		if (cost < best.cost)
			best = (struct best){cost, from, doubled, side};
	}
	return best;
}

static void add_run(struct cutter *cutter, int first, int rows,
		    struct escpos_bands *out)
{
	size_t n = 0;

	cutter->best[0] = (struct best){0};
	for (int end = 1; end <= rows; end++)
		cutter->best[end] = cut_above(cutter, first, end, rows);
	for (int end = rows; end > 0; end = cutter->best[end].from)
		n++;
	/* From the last one back. */
	for (size_t i = n; i > 0; i--) {
		const struct best *best = &cutter->best[rows];

		out->bands[out->n + i - 1] =
		    (struct escpos_band){.first = first + best->from,
					 .rows = rows - best->from,
					 .doubled = best->doubled,
					 .side = best->side};
		rows = best->from;
	}
	out->n += n;
}

static void cut(struct cutter *cutter, struct escpos_bands *out)
{
	int row = 0;

	while (row < cutter->bitmap->height) {
		int white = white_rows(cutter, row);

		if (worth_feeding(cutter, row, white)) {
			out->bands[out->n++] =
			    (struct escpos_band){.first = row,
						 .rows = white,
						 .white = true};
			row += white;
			continue;
		}
		int rows = run_rows(cutter, row);
		add_run(cutter, row, rows, out);
		row += rows;
	}
}

int escpos_bands_cut(const struct bitmap *bitmap, bool crop,
		     struct escpos_bands *out)
{
	size_t height = (size_t)bitmap->height;
	struct cutter cutter = {.bitmap = bitmap,
				.width = (size_t)bitmap->width / 8};
	int rc = -ENOMEM;

	cutter.rows = calloc(height, sizeof(*cutter.rows));
	cutter.best = calloc(height + 1, sizeof(*cutter.best));
	/* A band is a row at least. */
	*out =
	    (struct escpos_bands){.bands = calloc(height, sizeof(*out->bands))};
	if (cutter.rows && cutter.best && out->bands) {
		look_at_rows(&cutter, crop);
		cut(&cutter, out);
		rc = 0;
	} else {
		escpos_bands_free(out);
	}
	free(cutter.rows);
	free(cutter.best);
	return rc;
}

void escpos_bands_free(struct escpos_bands *bands)
{
	free(bands->bands);
	*bands = (struct escpos_bands){0};
}
