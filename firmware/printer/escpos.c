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
 * the default. So it is set to one dot of the head each time (GS P).
 */

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

/* GS v 0's modes: each dot as it is, or as two by two. */
#define AS_IT_IS 0
#define DOUBLED 3

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

/* Whether the band is made of squares of two by two dots: large letters are
 * drawn so, and QR codes. Then a quarter of the bytes says all. */
static bool is_doubled(const struct bitmap *bitmap, int first, int rows)
{
	size_t width = (size_t)bitmap->width / 8;

	if (width % 2 || rows % 2)
		return false;
	for (int row = first; row < first + rows; row += 2)
		if (!pairs(row_of(bitmap, row), width) ||
		    memcmp(row_of(bitmap, row), row_of(bitmap, row + 1),
			   width) != 0)
			return false;
	return true;
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

/* How many bytes on either side are white, in all of the band. */
static size_t white_sides(const struct bitmap *bitmap, int first, int rows)
{
	size_t width = (size_t)bitmap->width / 8;
	size_t least = (width - 1) / 2;

	for (int row = first; row < first + rows; row++) {
		const uint8_t *bits = row_of(bitmap, row);
		size_t side = 0;
		while (side < least && !bits[side] && !bits[width - 1 - side])
			side++;
		least = side;
	}
	return least;
}

static void put_head(struct output *output, uint8_t mode, size_t width,
		     int rows)
{
	const uint8_t head[] = {
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

static void put_doubled(struct output *output, const struct bitmap *bitmap,
			int first, int rows)
{
	size_t width = (size_t)bitmap->width / 16;

	put_head(output, DOUBLED, width, rows / 2);
	for (int row = first; row < first + rows; row += 2)
		for (size_t i = 0; i < width; i++) {
			uint8_t byte = halved(row_of(bitmap, row) + 2 * i);
			put(output, &byte, 1);
		}
}

static void put_band(struct output *output, const struct bitmap *bitmap,
		     int first, int rows, bool crop)
{
	size_t side = crop ? white_sides(bitmap, first, rows) : 0;
	size_t width = (size_t)bitmap->width / 8 - 2 * side;

	if (is_doubled(bitmap, first, rows)) {
		put_doubled(output, bitmap, first, rows);
		return;
	}
	put_head(output, AS_IT_IS, width, rows);
	for (int row = first; row < first + rows; row++)
		put(output, row_of(bitmap, row) + side, width);
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
			const struct escpos_options *options)
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
		put_band(output, bitmap, row, rows, options->crop);
		if (options->confirm)
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
	uint8_t dpi = (uint8_t)options->dpi;
	put(&output, (const uint8_t[]){GS, 'P', dpi, dpi}, 4);
	if (options->crop)
		put(&output, (const uint8_t[]){ESC, 'a', 1}, 3);
	put_picture(&output, bitmap, options);
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
