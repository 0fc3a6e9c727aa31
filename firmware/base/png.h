/* SPDX-License-Identifier: MIT */
#ifndef KIOSK_PNG_H
#define KIOSK_PNG_H

#include <stddef.h>
#include <stdint.h>

/*
 * Write an image to path, replacing it whole: a reader sees the old picture or
 * the new one, never half of one (write beside it, then rename; no fsync,
 * since a picture is never the only copy of anything).
 * 0 or a negative errno (-EIO where libpng gives no reason).
 */

/* rgb: height rows of width * 3 bytes, stride_bytes apart. */
int png_write_rgb(const char *path, const uint8_t *rgb, int width, int height,
		  size_t stride_bytes) __attribute__((warn_unused_result));

/* bits: 1 is black, the leftmost dot is the high bit (as ESC/POS has it). */
int png_write_mono(const char *path, const uint8_t *bits, int width, int height,
		   size_t stride_bytes) __attribute__((warn_unused_result));

#endif
