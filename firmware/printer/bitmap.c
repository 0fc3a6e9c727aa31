/* SPDX-License-Identifier: MIT */
#include "printer/bitmap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A slip two metres long: far more than any, and no product below overflows. */
#define MAX_SIDE 16384

int bitmap_new(struct bitmap *bitmap, int width, int height)
{
	*bitmap = (struct bitmap){0};
	if (width < 1 || width > MAX_SIDE || height < 1 || height > MAX_SIDE)
		return -EINVAL;
	bitmap->stride = ((size_t)width + 7) / 8;
	bitmap->bits = calloc((size_t)height, bitmap->stride);
	if (!bitmap->bits)
		return -ENOMEM;
	bitmap->width = width;
	bitmap->height = height;
	return 0;
}

void bitmap_free(struct bitmap *bitmap)
{
	if (!bitmap)
		return;
	free(bitmap->bits);
	*bitmap = (struct bitmap){0};
}

int bitmap_set_height(struct bitmap *bitmap, int height)
{
	if (height < 1 || height > MAX_SIDE)
		return -EINVAL;
	uint8_t *bits = realloc(bitmap->bits, (size_t)height * bitmap->stride);
	if (!bits)
		return -ENOMEM;
	if (height > bitmap->height)
		memset(bits + (size_t)bitmap->height * bitmap->stride, 0,
		       (size_t)(height - bitmap->height) * bitmap->stride);
	bitmap->bits = bits;
	bitmap->height = height;
	return 0;
}

void bitmap_fill(struct bitmap *bitmap, int x, int y, int width, int height)
{
	int right = x + width < bitmap->width ? x + width : bitmap->width;
	int bottom = y + height < bitmap->height ? y + height : bitmap->height;

	for (int row = y > 0 ? y : 0; row < bottom; row++) {
		uint8_t *line = bitmap->bits + (size_t)row * bitmap->stride;
		for (int dot = x > 0 ? x : 0; dot < right; dot++)
			line[dot / 8] |= (uint8_t)(0x80 >> (dot % 8));
	}
}

/* One byte of eight dots at x, which may stick out on either side. */
static void stamp_byte(const struct bitmap *bitmap, uint8_t *line, int x,
		       uint8_t dots, bool white)
{
	if (x <= -8 || x >= bitmap->width)
		return;
	if (x < 0) {
		dots = (uint8_t)(dots << -x);
		x = 0;
	}
	if (bitmap->width - x < 8)
		dots &= (uint8_t)(0xff00 >> (bitmap->width - x));

	size_t at = (size_t)x / 8;
	uint8_t first = (uint8_t)(dots >> (x % 8));
	uint8_t second = (uint8_t)(dots << (8 - x % 8));
	if (white)
		line[at] &= (uint8_t)~first;
	else
		line[at] |= first;
	if (!second)
		return;
	if (white)
		line[at + 1] &= (uint8_t)~second;
	else
		line[at + 1] |= second;
}

void bitmap_stamp(struct bitmap *bitmap, int x, int y, const uint8_t *bits,
		  int width, int height, size_t stride, bool white)
{
	for (int row = 0; row < height; row++) {
		if (y + row < 0 || y + row >= bitmap->height)
			continue;
		const uint8_t *from = bits + (size_t)row * stride;
		uint8_t *line =
		    bitmap->bits + (size_t)(y + row) * bitmap->stride;
		for (int dot = 0; dot < width; dot += 8) {
			uint8_t dots = from[dot / 8];
			if (width - dot < 8)
				dots &= (uint8_t)(0xff00 >> (width - dot));
			if (dots)
				stamp_byte(bitmap, line, x + dot, dots, white);
		}
	}
}

bool bitmap_dot(const struct bitmap *bitmap, int x, int y)
{
	if (x < 0 || x >= bitmap->width || y < 0 || y >= bitmap->height)
		return false;
	uint8_t byte = bitmap->bits[(size_t)y * bitmap->stride + (size_t)x / 8];
	return (byte & (0x80 >> (x % 8))) != 0;
}
