/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jpeglib.h>

#include "base/png.h"
#include "display/picture_file.h"

#define JPEG "tests/unit/display/pictures/1-truc-tuyen.jpg"
#define PNG "tests/unit/display/pictures/2-le-phi.png"
#define GROUND 0x13294A

static char path[200], why[PICTURE_WHY_SIZE];

static uint32_t pixel_at(const SDL_Surface *surface, int x, int y)
{
	uint32_t pixel;
	memcpy(&pixel,
	       (const char *)surface->pixels + (ptrdiff_t)y * surface->pitch +
		   (ptrdiff_t)x * 4,
	       sizeof(pixel));
	return pixel & 0xFFFFFF;
}

static void put(const void *bytes, size_t n)
{
	FILE *file = fopen(path, "wbe");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static size_t get(const char *from, unsigned char *bytes, size_t most)
{
	FILE *file = fopen(from, "rbe");
	assert_non_null(file);
	size_t n = fread(bytes, 1, most, file);
	assert_int_equal(fclose(file), 0);
	assert_true(n < most);
	return n;
}

static void each_is_as_large_as_fits(void **state)
{
	static const struct {
		const char *path;
		int w, h, is_w, is_h;
	} rows[] = {
	    {JPEG, 960, 540, 960, 540}, {JPEG, 480, 480, 480, 270},
	    {JPEG, 960, 100, 178, 100}, {JPEG, 1920, 1080, 1920, 1080},
	    {JPEG, 10, 10, 10, 6},      {PNG, 320, 900, 320, 180},
	    {PNG, 2000, 360, 640, 360}, {PNG, 1, 1, 1, 1},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SDL_Surface *surface;
		int r = picture_file_load(rows[i].path, rows[i].w, rows[i].h,
					  GROUND, &surface, why);
		if (r < 0 || abs(surface->w - rows[i].is_w) > 1 ||
		    abs(surface->h - rows[i].is_h) > 1)
			fail_msg("%s in %dx%d: %d %s", rows[i].path, rows[i].w,
				 rows[i].h, r, r < 0 ? why : "another size");
		SDL_FreeSurface(surface);
	}
}

static void what_is_clear_shows_the_ground(void **state)
{
	SDL_Surface *surface;
	(void)state;
	assert_int_equal(picture_file_load(PNG, 640, 360, GROUND, &surface,
					   why),
			 0);
	/* To a step: libpng composes in linear light, and rounds. */
	uint32_t ground = pixel_at(surface, 2, 2);
	for (int shift = 0; shift < 24; shift += 8)
		assert_in_range((ground >> shift & 0xFF) + 1,
				GROUND >> shift & 0xFF,
				(GROUND >> shift & 0xFF) + 2);
	/* The poster's red; its 16 bits are not linear. */
	uint32_t red = pixel_at(surface, 40, 180);
	assert_true((red >> 16) - 0xC0 < 0x10 && (red & 0xFF) < 0x38);
	SDL_FreeSurface(surface);
}

/* 2 by 1: red, then blue; 16 times as large, so that JPEG keeps them. */
static void put_turned(int turn)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr errors;
	unsigned char row[32 * 3];
	unsigned char exif[] = "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01"
			       "\0\0\0\0\0\0\0\0\0\0\0";
	JSAMPROW rows[] = {row};
	exif[24] = (unsigned char)turn;
	for (int x = 0; x < 32; x++) {
		row[x * 3] = x < 16 ? 255 : 0;
		row[x * 3 + 1] = 0;
		row[x * 3 + 2] = x < 16 ? 0 : 255;
	}
	FILE *file = fopen(path, "wbe");
	assert_non_null(file);
	jpeg.err = jpeg_std_error(&errors);
	jpeg_create_compress(&jpeg);
	jpeg_stdio_dest(&jpeg, file);
	jpeg.image_width = 32;
	jpeg.image_height = 16;
	jpeg.input_components = 3;
	jpeg.in_color_space = JCS_RGB;
	jpeg_set_defaults(&jpeg);
	jpeg_start_compress(&jpeg, TRUE);
	if (turn > 0)
		jpeg_write_marker(&jpeg, JPEG_APP0 + 1, exif, sizeof(exif) - 1);
	for (int y = 0; y < 16; y++)
		(void)jpeg_write_scanlines(&jpeg, rows, 1);
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	assert_int_equal(fclose(file), 0);
}

/* Exif 2.32, 4.6.5, Orientation: where the red half comes to stand. */
static void a_jpeg_is_turned_as_its_camera_says(void **state)
{
	static const struct {
		int turn;
		bool upright;
		bool red_first; /* left, or on top */
	} rows[] = {
	    {0, false, true},  {1, false, true}, {2, false, false},
	    {3, false, false}, {4, false, true}, {5, true, true},
	    {6, true, true},   {7, true, false}, {8, true, false},
	    {9, false, true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SDL_Surface *surface;
		put_turned(rows[i].turn);
		assert_int_equal(picture_file_load(path, 32, 32, GROUND,
						   &surface, why),
				 0);
		bool upright = surface->h > surface->w;
		bool red_first = pixel_at(surface, 3, 3) >> 16 > 0x80;
		bool red_last =
		    pixel_at(surface, surface->w - 3, surface->h - 3) >> 16 >
		    0x80;
		if (upright != rows[i].upright ||
		    red_first != rows[i].red_first || red_last == red_first)
			fail_msg("orientation %d", rows[i].turn);
		SDL_FreeSurface(surface);
	}
}

static void what_is_no_picture_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t n;
		const char *why;
	} rows[] = {
	    {"empty", "", 0, "it is no picture"},
	    {"text", "Xin chào các bạn", 18, "it is no picture"},
	    {"png, cut", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16, ""},
	    {"jpeg, cut", "\xFF\xD8\xFF\xE0\0\x10JFIF\0", 11, ""},
	};
	SDL_Surface *surface;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(rows[i].bytes, rows[i].n);
		if (picture_file_load(path, 100, 100, GROUND, &surface, why) !=
			-EINVAL ||
		    surface || !*why ||
		    strncmp(why, rows[i].why, strlen(rows[i].why)) != 0)
			fail_msg("%s: %s", rows[i].name, why);
	}
	assert_int_equal(picture_file_load("/no/such.png", 100, 100, GROUND,
					   &surface, why),
			 -ENOENT);
	assert_string_equal(why, "No such file or directory");
}

static void a_picture_that_is_too_large_is_refused(void **state)
{
	SDL_Surface *surface;
	unsigned char bytes[200000];
	(void)state;
	size_t n = get(JPEG, bytes, sizeof(bytes));
	/* Its frame header: FFC0, length, 8 bits, height, width. */
	unsigned char *frame = memmem(bytes, n, "\xFF\xC0\0\x11\x08", 5);
	assert_non_null(frame);
	memcpy(frame + 5, "\xFF\x00\xFF\x00", 4);
	put(bytes, n);
	assert_int_equal(picture_file_load(path, 100, 100, GROUND, &surface,
					   why),
			 -EINVAL);
	assert_non_null(strstr(why, "65280x65280 pixels are too many"));
}

/* Bytes are changed at random; nothing may break but the picture. */
static void any_bytes_will_do(void **state)
{
	static const char *const from[] = {JPEG, PNG};
	unsigned char bytes[200000];
	uint32_t random = 20261124;
	(void)state;
	for (int f = 0; f < 2; f++) {
		size_t n = get(from[f], bytes, sizeof(bytes));
		for (int trial = 0; trial < 60; trial++) {
			SDL_Surface *surface = NULL;
			random = random * 1664525 + 1013904223;
			size_t at = random % (trial < 30 ? 700 : n);
			bytes[at] = (unsigned char)(random >> 24);
			put(bytes, trial % 5 ? n : at + 1);
			int r = picture_file_load(path, 60, 40, GROUND,
						  &surface, why);
			assert_int_equal(r == 0, surface != NULL);
			SDL_FreeSurface(surface);
		}
	}
}

static void names_end_as_a_pictures_do(void **state)
{
	static const struct {
		const char *name;
		bool is;
	} rows[] = {
	    {"a.png", true},   {"A.JPG", true}, {"x.jpeg", true},
	    {".png", false},   {"png", false},  {"a.gif", false},
	    {"a.png~", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (picture_file_named(rows[i].name) != rows[i].is)
			fail_msg("%s", rows[i].name);
}

static int make_path(void **state)
{
	const char *tmp = getenv("TMPDIR");
	(void)state;
	snprintf(path, sizeof(path), "%s/kiosk-picture-XXXXXX",
		 tmp ? tmp : "/tmp");
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_is_as_large_as_fits),
	    cmocka_unit_test(what_is_clear_shows_the_ground),
	    cmocka_unit_test(a_jpeg_is_turned_as_its_camera_says),
	    cmocka_unit_test(what_is_no_picture_is_refused_with_a_reason),
	    cmocka_unit_test(a_picture_that_is_too_large_is_refused),
	    cmocka_unit_test(any_bytes_will_do),
	    cmocka_unit_test(names_end_as_a_pictures_do),
	};
	return cmocka_run_group_tests(tests, make_path, remove_path);
}
