/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <png.h>

#include "display/snapshot.h"

#define BLOCK 8
#define CLEARLY 40
#define TOLERATED 5

struct picture {
	int w, h;
	uint8_t *rgb;
};

static int read_png(const char *path, struct picture *out)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	if (!png_image_begin_read_from_file(&image, path))
		return -1;
	image.format = PNG_FORMAT_RGB;
	out->w = (int)image.width;
	out->h = (int)image.height;
	out->rgb = malloc(PNG_IMAGE_SIZE(image));
	if (!out->rgb)
		return -1;
	return png_image_finish_read(&image, NULL, out->rgb, 0, NULL) ? 0 : -1;
}

/* The averages of one block, of the surface and of the reference. */
static bool block_differs(SDL_Surface *surface, const struct picture *ref,
			  int x0, int y0)
{
	int sums[2][3] = {{0}}, n = 0;
	for (int y = y0; y < y0 + BLOCK && y < ref->h; y++)
		for (int x = x0; x < x0 + BLOCK && x < ref->w; x++, n++) {
			const char *at = (const char *)surface->pixels +
					 (ptrdiff_t)y * surface->pitch +
					 (ptrdiff_t)x * 4;
			const uint8_t *rgb = ref->rgb + (y * ref->w + x) * 3;
			uint32_t pixel;
			memcpy(&pixel, at, sizeof(pixel));
			for (int c = 0; c < 3; c++) {
				sums[0][c] += (uint8_t)(pixel >> (16 - 8 * c));
				sums[1][c] += rgb[c];
			}
		}
	for (int c = 0; c < 3; c++)
		if (abs(sums[0][c] - sums[1][c]) > CLEARLY * n)
			return true;
	return false;
}

int picture_difference(SDL_Surface *surface, const char *path)
{
	struct picture ref = {0};
	int differ = 0, blocks = 0;
	if (read_png(path, &ref) < 0 || ref.w != surface->w ||
	    ref.h != surface->h) {
		free(ref.rgb);
		return 1000;
	}
	for (int y = 0; y < ref.h; y += BLOCK)
		for (int x = 0; x < ref.w; x += BLOCK, blocks++)
			differ += block_differs(surface, &ref, x, y);
	free(ref.rgb);
	return (differ * 1000 + blocks - 1) / blocks;
}

void picture_matches(SDL_Surface *surface, const char *name)
{
	char path[200];
	snprintf(path, sizeof(path), "tests/unit/display/ref/%s.png", name);
	if (getenv("KIOSK_WRITE_REFERENCES")) {
		assert_int_equal(snapshot_write(path, surface), 0);
		return;
	}
	int difference = picture_difference(surface, path);
	if (difference <= TOLERATED)
		return;
	char failed[200];
	snprintf(failed, sizeof(failed), "build/failed-%s.png", name);
	(void)mkdir("build", 0777);
	bool kept = snapshot_write(failed, surface) == 0;
	fail_msg("%s: %d of 1000 blocks differ from %s%s%s", name, difference,
		 path, kept ? ": look at " : "", kept ? failed : "");
}
