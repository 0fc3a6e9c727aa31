/* SPDX-License-Identifier: MIT */
#include "display/picture_file.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* After stdio, which it needs and does not include. */
#include <jpeglib.h>

/* 3840x2160, and a little: the loop stands still meanwhile, for half a second
 * on a Pi 4. A JPEG is decoded no larger than it is shown. */
#define PNG_MOST_PIXELS (9 * 1000 * 1000)
#define JPEG_MOST_PIXELS (64 * 1000 * 1000)
#define EXIF_MOST 65533

bool picture_file_named(const char *name)
{
	static const char *const ends[] = {".png", ".jpg", ".jpeg"};
	size_t length = strlen(name);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t n = strlen(ends[i]);
		if (length > n && strcasecmp(name + length - n, ends[i]) == 0)
			return true;
	}
	return false;
}

/* Pixels as they come out of a file: four bytes each, blue first. */
struct raw {
	int w, h;
	uint8_t *pixels;
	int turn; /* as Exif numbers it, 1..8; 1: upright */
};

static void say(char why[PICTURE_WHY_SIZE], const char *what)
{
	snprintf(why, PICTURE_WHY_SIZE, "%s", what);
}

static int new_raw(struct raw *raw, uint32_t w, uint32_t h, double most,
		   char why[PICTURE_WHY_SIZE])
{
	if (w < 1 || h < 1 || (double)w * h > most) {
		snprintf(why, PICTURE_WHY_SIZE,
			 "%ux%u pixels are too many: save it smaller, such as "
			 "1920 pixels wide",
			 (unsigned)w, (unsigned)h);
		return -EINVAL;
	}
	raw->w = (int)w;
	raw->h = (int)h;
	raw->pixels = calloc((size_t)w * h, 4);
	return raw->pixels ? 0 : -ENOMEM;
}

static int load_png(FILE *file, draw_colour ground, struct raw *raw,
		    char why[PICTURE_WHY_SIZE])
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	png_color behind = {(png_byte)(ground >> 16), (png_byte)(ground >> 8),
			    (png_byte)ground};
	int r = -EINVAL;
	if (!png_image_begin_read_from_stdio(&image, file)) {
		say(why, image.message);
		return r;
	}
	r = new_raw(raw, image.width, image.height, PNG_MOST_PIXELS, why);
	/* Composed on the ground: libpng does that for formats without alpha.
	 */
	image.format = PNG_FORMAT_BGR;
	/* What paint programs mean by 16 bits, whatever libpng supposes. */
	image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
	uint8_t *rgb = r == 0 ? malloc(PNG_IMAGE_SIZE(image)) : NULL;
	if (r == 0 && !rgb)
		r = -ENOMEM;
	if (r == 0 && !png_image_finish_read(&image, &behind, rgb, 0, NULL)) {
		say(why, image.message);
		r = -EINVAL;
	}
	size_t n = (size_t)image.width * image.height;
	for (size_t i = 0; r == 0 && i < n; i++) {
		memcpy(raw->pixels + i * 4, rgb + i * 3, 3);
		raw->pixels[i * 4 + 3] = 255;
	}
	png_image_free(&image);
	free(rgb);
	return r;
}

/* ---- JPEG ---- */

struct jpeg_trouble {
	struct jpeg_error_mgr base;
	jmp_buf back;
	char *why;
};

static void on_jpeg_error(j_common_ptr info)
{
	struct jpeg_trouble *trouble = (struct jpeg_trouble *)(void *)info->err;
	char text[JMSG_LENGTH_MAX];
	info->err->format_message(info, text);
	say(trouble->why, text);
	longjmp(trouble->back, 1);
}

/* A damaged picture is shown as far as it goes, or not at all: never noise on
 * stderr. */
static void on_jpeg_message(j_common_ptr info)
{
	(void)info;
}

static unsigned number_at(const uint8_t *at, int bytes, bool little)
{
	unsigned value = 0;
	for (int i = 0; i < bytes; i++)
		value = value << 8 | at[little ? bytes - 1 - i : i];
	return value;
}

/* The orientation in an Exif block, tag 0x0112 of its first directory; 1 where
 * none is said. */
static int turn_of(const uint8_t *exif, size_t n)
{
	if (n < 14 || memcmp(exif, "Exif\0\0", 6) != 0)
		return 1;
	exif += 6;
	n -= 6;
	bool little = exif[0] == 'I';
	size_t at = number_at(exif + 4, 4, little);
	if (at > n || n - at < 2)
		return 1;
	unsigned entries = number_at(exif + at, 2, little);
	for (at += 2; entries > 0 && n - at >= 12; entries--, at += 12) {
		if (number_at(exif + at, 2, little) != 0x0112)
			continue;
		unsigned turn = number_at(exif + at + 8, 2, little);
		return turn >= 1 && turn <= 8 ? (int)turn : 1;
	}
	return 1;
}

/* Decoded no larger than it takes to fill w by h. */
static void choose_scale(struct jpeg_decompress_struct *jpeg, int w, int h)
{
	jpeg->scale_denom = 8;
	for (jpeg->scale_num = 1; jpeg->scale_num < 8; jpeg->scale_num++) {
		jpeg_calc_output_dimensions(jpeg);
		if ((int)jpeg->output_width >= 2 * w ||
		    (int)jpeg->output_height >= 2 * h)
			break;
	}
	jpeg_calc_output_dimensions(jpeg);
}

static int read_jpeg(struct jpeg_decompress_struct *jpeg, int w, int h,
		     struct raw *raw, char why[PICTURE_WHY_SIZE])
{
	jpeg_save_markers(jpeg, JPEG_APP0 + 1, EXIF_MOST);
	(void)jpeg_read_header(jpeg, TRUE);
	if ((double)jpeg->image_width * jpeg->image_height > JPEG_MOST_PIXELS)
		return new_raw(raw, jpeg->image_width, jpeg->image_height,
			       JPEG_MOST_PIXELS, why);
	if (jpeg->marker_list)
		raw->turn = turn_of(jpeg->marker_list->data,
				    jpeg->marker_list->data_length);
	jpeg->out_color_space = JCS_EXT_BGRX;
	choose_scale(jpeg, box_max(w, h), box_max(w, h));
	(void)jpeg_start_decompress(jpeg);
	int r = new_raw(raw, jpeg->output_width, jpeg->output_height,
			JPEG_MOST_PIXELS, why);
	while (r == 0 && jpeg->output_scanline < jpeg->output_height) {
		JSAMPROW row = raw->pixels + (size_t)jpeg->output_scanline *
						 (size_t)raw->w * 4;
		(void)jpeg_read_scanlines(jpeg, &row, 1);
	}
	return r;
}

static int load_jpeg(FILE *file, int w, int h, struct raw *raw,
		     char why[PICTURE_WHY_SIZE])
{
	struct jpeg_decompress_struct jpeg;
	struct jpeg_trouble trouble = {.why = why};
	/* Looked at after longjmp(). */
	volatile int r = -EINVAL;
	jpeg.err = jpeg_std_error(&trouble.base);
	trouble.base.error_exit = on_jpeg_error;
	trouble.base.output_message = on_jpeg_message;
	jpeg_create_decompress(&jpeg);
	if (setjmp(trouble.back) == 0) {
		jpeg_stdio_src(&jpeg, file);
		r = read_jpeg(&jpeg, w, h, raw, why);
	} else {
		r = -EINVAL;
	}
	jpeg_destroy_decompress(&jpeg);
	return r;
}

/* ---- to size ---- */

/* Exif's eight orientations: which pixel of the raw picture stands at (x, y) of
 * one that is w by h and upright. */
static size_t source_at(const struct raw *raw, int x, int y)
{
	int sx = x, sy = y, swap;
	if (raw->turn >= 5) {
		swap = sx;
		sx = sy;
		sy = swap;
	}
	switch (raw->turn) {
	case 2:
	case 8:
		sx = raw->w - 1 - sx;
		break;
	case 3:
	case 7:
		sx = raw->w - 1 - sx;
		sy = raw->h - 1 - sy;
		break;
	case 4:
	case 6:
		sy = raw->h - 1 - sy;
		break;
	default: /* 1 and 5: as they are */
		break;
	}
	return ((size_t)sy * (size_t)raw->w + (size_t)sx) * 4;
}

/* The upright picture's pixels that fall on one of the smaller picture, or the
 * one that it lies on. */
static uint32_t blend(const struct raw *raw, const int from[2], const int to[2])
{
	unsigned sums[3] = {0}, n = 0;
	for (int y = from[1]; y < to[1]; y++)
		for (int x = from[0]; x < to[0]; x++, n++) {
			const uint8_t *pixel =
			    raw->pixels + source_at(raw, x, y);
			sums[0] += pixel[0];
			sums[1] += pixel[1];
			sums[2] += pixel[2];
		}
	return (sums[2] / n) << 16 | (sums[1] / n) << 8 | sums[0] / n;
}

static int scaled(int64_t at, int64_t of, int64_t to)
{
	return (int)(at * to / of);
}

static int fit_in(const struct raw *raw, int w, int h, SDL_Surface **out)
{
	bool lies = raw->turn >= 5;
	int uw = lies ? raw->h : raw->w, uh = lies ? raw->w : raw->h;
	bool wide = (int64_t)uw * h > (int64_t)uh * w;
	int tw = wide ? w : box_max(1, scaled(h, uh, uw));
	int th = wide ? box_max(1, scaled(w, uw, uh)) : h;
	SDL_Surface *surface =
	    SDL_CreateRGBSurfaceWithFormat(0, tw, th, 32,
					   SDL_PIXELFORMAT_RGB888);
	if (!surface)
		return -ENOMEM;
	for (int y = 0; y < th; y++) {
		char *row =
		    (char *)surface->pixels + (ptrdiff_t)y * surface->pitch;
		for (int x = 0; x < tw; x++) {
			int from[2] = {scaled(x, tw, uw), scaled(y, th, uh)};
			int to[2] = {box_max(from[0] + 1,
					     scaled(x + 1, tw, uw)),
				     box_max(from[1] + 1,
					     scaled(y + 1, th, uh))};
			uint32_t pixel = blend(raw, from, to);
			memcpy(row + (ptrdiff_t)x * 4, &pixel, sizeof(pixel));
		}
	}
	*out = surface;
	return 0;
}

int picture_file_load(const char *path, int w, int h, draw_colour ground,
		      SDL_Surface **out, char why[PICTURE_WHY_SIZE])
{
	unsigned char head[8] = {0};
	struct raw raw = {.turn = 1};
	*out = NULL;
	FILE *file = fopen(path, "rbe");
	if (!file) {
		int error = errno;
		say(why, strerror(error));
		return -error;
	}
	size_t n = fread(head, 1, sizeof(head), file);
	rewind(file);
	int r = -EINVAL;
	say(why, "it is no picture: save it as PNG or JPEG");
	if (n == sizeof(head) && png_sig_cmp(head, 0, sizeof(head)) == 0)
		r = load_png(file, ground, &raw, why);
	else if (n == sizeof(head) && head[0] == 0xFF && head[1] == 0xD8)
		r = load_jpeg(file, w, h, &raw, why);
	fclose(file);
	if (r == 0)
		r = fit_in(&raw, w, h, out);
	free(raw.pixels);
	if (r == -ENOMEM)
		say(why, "out of memory");
	return r;
}
