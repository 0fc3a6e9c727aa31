/* SPDX-License-Identifier: MIT */
#include "printer/escpos.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "printer/escpos_bands.h"

#define ESC 0x1b
#define GS 0x1d

/*
 * ESC J counts in vertical motion units, whose default is a half dot on many
 * printers (1/360 or 1/406 inch) and one dot on others; ESC @ puts it back to
 * the default. So it is set to one dot of the head each time (GS P).
 */

#define MAX_FEED_ROWS 255

/*
 * GS V 66 feeds to the cutter by itself, so that with a cutter only a margin
 * is needed. Without one the last row has to come past the tear bar, which is
 * up to 20 mm behind the head.
 */
#define FEED_BEFORE_CUT 24
#define FEED_TO_TEAR 160

struct output {
	uint8_t *bytes;
	size_t length, room;
	unsigned in_turn;
	bool failed;
};

static void put(struct output *output, const uint8_t *bytes, size_t length)
{
	if (output->failed)
		return;
	if (output->room - output->length < length) {
		size_t room = output->room * 2 + length + 4096;
		uint8_t *grown = realloc(output->bytes, room);
		if (!grown) {
			output->failed = true;
			return;
		}
		output->bytes = grown;
		output->room = room;
	}
	memcpy(output->bytes + output->length, bytes, length);
	output->length += length;
}

static void put_feed(struct output *output, int rows)
{
	while (rows > 0) {
		int now = rows < MAX_FEED_ROWS ? rows : MAX_FEED_ROWS;
		put(output, (const uint8_t[]){ESC, 'J', (uint8_t)now}, 3);
		rows -= now;
	}
}

/* GS v 0's modes: each dot as it is, or as two by two. */
#define AS_IT_IS 0
#define DOUBLED 3

static const uint8_t *row_of(const struct bitmap *bitmap, int row)
{
	return bitmap->bits + (size_t)row * bitmap->stride;
}

/* Every other dot of two bytes, in one. */
static uint8_t halved(const uint8_t *two)
{
	unsigned dots = (unsigned)two[0] << 8 | two[1];
	unsigned out = 0;

	for (int i = 0; i < 8; i++)
		out |= (dots >> (2 * i + 1) & 1) << i;
	return (uint8_t)out;
}

static void put_head(struct output *output, uint8_t mode, size_t width,
		     int rows)
{
	const uint8_t head[ESCPOS_HEAD] = {
	    GS,
	    'v',
	    '0',
	    mode,
	    (uint8_t)(width & 0xff),
	    (uint8_t)(width >> 8),
	    (uint8_t)(rows & 0xff),
	    (uint8_t)(rows >> 8),
	};

	put(output, head, sizeof(head));
}

static void put_doubled(struct output *output, const uint8_t *row, size_t width)
{
	for (size_t i = 0; i < width; i += 2) {
		uint8_t byte = halved(row + i);
		put(output, &byte, 1);
	}
}

static void put_band(struct output *output, const struct bitmap *bitmap,
		     const struct escpos_band *band)
{
	size_t width = (size_t)bitmap->width / 8 - 2 * band->side;
	int step = band->doubled ? 2 : 1;

	put_head(output, band->doubled ? DOUBLED : AS_IT_IS,
		 width / (size_t)step, band->rows / step);
	for (int i = 0; i < band->rows; i += step) {
		const uint8_t *row =
		    row_of(bitmap, band->first + i) + band->side;
		if (band->doubled)
			put_doubled(output, row, width);
		else
			put(output, row, width);
	}
}

/* Answered in its turn, with a byte on the paper. */
static void put_question(struct output *output)
{
	put(output, (const uint8_t[]){GS, 'r', 1}, 3);
	output->in_turn++;
}

static int put_picture(struct output *output, const struct bitmap *bitmap,
		       const struct escpos_options *options)
{
	struct escpos_bands bands;
	int rc = escpos_bands_cut(bitmap, options->crop, &bands);

	for (size_t i = 0; i < bands.n; i++) {
		if (bands.bands[i].white) {
			put_feed(output, bands.bands[i].rows);
			continue;
		}
		put_band(output, bitmap, &bands.bands[i]);
		if (options->confirm)
			put_question(output);
	}
	escpos_bands_free(&bands);
	return rc;
}

static void put_cut(struct output *output)
{
	put(output, (const uint8_t[]){GS, 'V', 66, 0}, 4);
}

static int take_output(struct output *output, struct escpos_slip *out)
{
	if (output->failed) {
		free(output->bytes);
		return -ENOMEM;
	}
	*out = (struct escpos_slip){output->bytes, output->length,
				    output->in_turn};
	return 0;
}

int escpos_encode(const struct bitmap *bitmap,
		  const struct escpos_options *options, struct escpos_slip *out)
{
	struct output output = {0};

	*out = (struct escpos_slip){0};
	if (!bitmap->bits || bitmap->width < 8 || bitmap->width % 8 ||
	    bitmap->width / 8 > UINT16_MAX || bitmap->height < 1 ||
	    bitmap->stride < (size_t)bitmap->width / 8)
		return -EINVAL;

	put(&output, (const uint8_t[]){ESC, '@'}, 2);
	if (options->tell) /* ESC @ has just ended it */
		put(&output, (const uint8_t[]){GS, 'a', ESCPOS_TELL}, 3);
	uint8_t dpi = (uint8_t)options->dpi;
	put(&output, (const uint8_t[]){GS, 'P', dpi, dpi}, 4);
	if (options->crop)
		put(&output, (const uint8_t[]){ESC, 'a', 1}, 3);
	if (put_picture(&output, bitmap, options) != 0)
		output.failed = true;
	put_feed(&output, options->cut ? FEED_BEFORE_CUT : FEED_TO_TEAR);
	if (options->cut)
		put_cut(&output);
	if (options->buzzer) /* twice, 0.2 s each */
		put(&output, (const uint8_t[]){ESC, 'B', 2, 2}, 4);
	if (options->drawer) /* connector 1, 50 ms, then 500 ms */
		put(&output, (const uint8_t[]){ESC, 'p', 0, 25, 250}, 5);
	/* The last one, so that it is said of a slip that can be taken. */
	if (options->confirm)
		put_question(&output);
	return take_output(&output, out);
}

void escpos_free(struct escpos_slip *slip)
{
	free(slip->bytes);
	*slip = (struct escpos_slip){0};
}

int escpos_recovery(int width_dots, bool cut, struct escpos_slip *out)
{
	struct output output = {0};

	*out = (struct escpos_slip){0};
	if (width_dots < 8 || width_dots % 8)
		return -EINVAL;
	size_t n = (size_t)width_dots / 8 * ESCPOS_BAND_ROWS;
	uint8_t *white = calloc(n, 1);
	if (!white)
		return -ENOMEM;
	/* NUL is white in a picture, and nothing anywhere else. */
	put(&output, white, n);
	free(white);
	put(&output, (const uint8_t[]){ESC, '@'}, 2);
	if (cut)
		put_cut(&output);
	return take_output(&output, out);
}
