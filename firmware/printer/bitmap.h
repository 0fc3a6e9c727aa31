/* SPDX-License-Identifier: MIT */
/*
 * Drawing into the 1-bit picture that slip.h describes. Everything is clipped
 * to the picture, so a wrong coordinate draws nothing and breaks nothing.
 */
#ifndef KIOSK_BITMAP_H
#define KIOSK_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "printer/slip.h"

/* All white. -EINVAL for a size that is not positive or too large, -ENOMEM. */
int bitmap_new(struct bitmap *bitmap, int width, int height)
    __attribute__((warn_unused_result));

/*
 * Changes the height; new rows are white. On failure (-EINVAL, -ENOMEM) the
 * picture is as it was.
 */
int bitmap_set_height(struct bitmap *bitmap, int height)
    __attribute__((warn_unused_result));

void bitmap_fill(struct bitmap *bitmap, int x, int y, int width, int height);

/*
 * Draws the black dots of a 1-bit image (rows stride bytes apart) with its top
 * left corner at x, y: black, or white for text on a black bar.
 */
void bitmap_stamp(struct bitmap *bitmap, int x, int y, const uint8_t *bits,
		  int width, int height, size_t stride, bool white);

/* Whether the dot is black; false outside the picture. */
bool bitmap_dot(const struct bitmap *bitmap, int x, int y);

#endif
