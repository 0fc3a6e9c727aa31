/* SPDX-License-Identifier: MIT */
#include "printer/escpos.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ESC 0x1b
#define GS 0x1d

/*
 * ESC J counts in vertical motion units, whose default is a half dot on many
 * printers (1/360 or 1/406 inch) and one dot on others; ESC @ puts it back to
 * the default. So it is set to one dot of a 203 dpi head each time (GS P).
 */
#define DOTS_PER_INCH 203

/*
 * A white gap lower than this is sent, since stopping the paper within a
 * letter (between an "ô" and its mark) can show as a line on cheap heads.
 */
#define MIN_FEED_ROWS 8
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

static void put_band(struct output *output, const struct bitmap *bitmap,
		     int first, int rows)
{
	size_t width = ((size_t)bitmap->width + 7) / 8;
	const uint8_t head[] = {
	    GS,
	    'v',
	    '0',
	    0, /* one dot for one dot */
	    (uint8_t)(width & 0xff),
	    (uint8_t)(width >> 8),
	    (uint8_t)(rows & 0xff),
	    (uint8_t)(rows >> 8),
	};

	put(output, head, sizeof(head));
	for (int row = first; row < first + rows; row++)
		put(output, bitmap->bits + (size_t)row * bitmap->stride, width);
}

static bool row_is_white(const struct bitmap *bitmap, int row)
{
	const uint8_t *bits = bitmap->bits + (size_t)row * bitmap->stride;
	size_t width = ((size_t)bitmap->width + 7) / 8;

	for (size_t i = 0; i < width; i++)
		if (bits[i])
			return false;
	return true;
}

static int white_rows(const struct bitmap *bitmap, int row)
{
	int end = row;

	while (end < bitmap->height && row_is_white(bitmap, end))
		end++;
	return end - row;
}

/* The rows from first on up to the next gap worth feeding, or a full band. */
static int band_rows(const struct bitmap *bitmap, int first)
{
	int end = first;

	while (end < bitmap->height && end - first < ESCPOS_BAND_ROWS) {
		int white = white_rows(bitmap, end);
		if (white >= MIN_FEED_ROWS || end + white == bitmap->height)
			break;
		end += white + 1;
	}
	return end - first < ESCPOS_BAND_ROWS ? end - first : ESCPOS_BAND_ROWS;
}

/* Answered in its turn, with a byte on the paper. */
static void put_question(struct output *output)
{
	put(output, (const uint8_t[]){GS, 'r', 1}, 3);
	output->in_turn++;
}

static void put_picture(struct output *output, const struct bitmap *bitmap,
			bool confirm)
{
	int row = 0;

	while (row < bitmap->height) {
		int white = white_rows(bitmap, row);
		if (white >= MIN_FEED_ROWS || row + white == bitmap->height) {
			put_feed(output, white);
			row += white;
			continue;
		}
		int rows = band_rows(bitmap, row);
		put_band(output, bitmap, row, rows);
		if (confirm)
			put_question(output);
		row += rows;
	}
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
	put(&output, (const uint8_t[]){GS, 'P', DOTS_PER_INCH, DOTS_PER_INCH},
	    4);
	put_picture(&output, bitmap, options->confirm);
	put_feed(&output, options->cut ? FEED_BEFORE_CUT : FEED_TO_TEAR);
	if (options->cut)
		put_cut(&output);
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
