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

#include "base/png.h"
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

/* How many pixels of the picture, each way, one of the reference stands for.
 * Large pictures are looked at from farther away. */
static int block_of(const struct picture *picture)
{
	return picture->w > 2000 || picture->h > 2000 ? 2 * BLOCK : BLOCK;
}

/* The average of one block. */
static void average(const struct picture *of, int block, int x0, int y0,
		    uint8_t out[3])
{
	unsigned sums[3] = {0}, n = 0;
	for (int y = y0; y < y0 + block && y < of->h; y++)
		for (int x = x0; x < x0 + block && x < of->w; x++, n++)
			for (int c = 0; c < 3; c++)
				sums[c] += of->rgb[(y * of->w + x) * 3 + c];
	for (int c = 0; c < 3; c++)
		out[c] = (uint8_t)((sums[c] + n / 2) / n);
}

static int new_picture(int w, int h, struct picture *out)
{
	*out = (struct picture){.w = w, .h = h};
	out->rgb = malloc((size_t)w * (size_t)h * 3);
	return out->rgb ? 0 : -1;
}

static int copy_surface(const SDL_Surface *surface, struct picture *out)
{
	if (new_picture(surface->w, surface->h, out) < 0)
		return -1;
	uint8_t *to = out->rgb;
	for (int y = 0; y < out->h; y++)
		for (int x = 0; x < out->w; x++) {
			const char *at = (const char *)surface->pixels +
					 (ptrdiff_t)y * surface->pitch +
					 (ptrdiff_t)x * 4;
			uint32_t pixel;
			memcpy(&pixel, at, sizeof(pixel));
			for (int c = 0; c < 3; c++)
				*to++ = (uint8_t)(pixel >> (16 - 8 * c));
		}
	return 0;
}

/* Makes it what a reference of it is. */
static int shrink(struct picture *picture)
{
	int block = block_of(picture);
	struct picture small;
	if (new_picture((picture->w + block - 1) / block,
			(picture->h + block - 1) / block, &small) < 0)
		return -1;
	for (int y = 0; y < small.h; y++)
		for (int x = 0; x < small.w; x++)
			average(picture, block, x * block, y * block,
				small.rgb + (y * small.w + x) * 3);
	free(picture->rgb);
	*picture = small;
	return 0;
}

static bool clearly_other(const uint8_t a[3], const uint8_t b[3])
{
	for (int c = 0; c < 3; c++)
		if (abs(a[c] - b[c]) > CLEARLY)
			return true;
	return false;
}

int picture_difference(const SDL_Surface *surface, const char *path)
{
	struct picture ref = {0}, got = {0};
	int differ = 0, result = 1000;
	bool read =
	    read_png(path, &ref) == 0 && copy_surface(surface, &got) == 0;
	if (read && ref.w == got.w && ref.h == got.h)
		read = shrink(&ref) == 0;
	if (read && shrink(&got) == 0 && ref.w == got.w && ref.h == got.h) {
		int blocks = got.w * got.h;
		for (int i = 0; i < blocks; i++)
			differ += clearly_other(&got.rgb[(ptrdiff_t)i * 3],
						&ref.rgb[(ptrdiff_t)i * 3]);
		result = (differ * 1000 + blocks - 1) / blocks;
	}
	free(ref.rgb);
	free(got.rgb);
	return result;
}

/* The reference, and under build/ the picture itself, to be looked at. */
static void write_reference(SDL_Surface *surface, const char *name,
			    const char *path)
{
	struct picture small = {0};
	char whole[200];
	(void)mkdir("build", 0777);
	(void)mkdir("build/pictures", 0777);
	snprintf(whole, sizeof(whole), "build/pictures/%s.png", name);
	assert_int_equal(snapshot_write(whole, surface), 0);
	assert_int_equal(copy_surface(surface, &small), 0);
	assert_int_equal(shrink(&small), 0);
	assert_int_equal(png_write_rgb(path, small.rgb, small.w, small.h,
				       (size_t)small.w * 3),
			 0);
	free(small.rgb);
}

void picture_matches(SDL_Surface *surface, const char *name)
{
	char path[200];
	snprintf(path, sizeof(path), "tests/unit/display/ref/%s.png", name);
	if (getenv("KIOSK_WRITE_REFERENCES")) {
		write_reference(surface, name, path);
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
