/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <png.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/png.h"

static char folder[256], path[300];

static int make_folder(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%s/kiosk-png-XXXXXX",
		       base != NULL ? base : "/tmp");
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/a.png", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder); /* fails where something was left beside */
}

static size_t count_files(void)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	size_t n = 0;

	assert_non_null(directory);
	while ((entry = readdir(directory)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(directory);
	return n;
}

/* The picture as 8-bit RGB; the caller frees it. */
static uint8_t *read_back(png_image *image)
{
	uint8_t *pixels;

	memset(image, 0, sizeof(*image));
	image->version = PNG_IMAGE_VERSION;
	assert_true(png_image_begin_read_from_file(image, path));
	image->format = PNG_FORMAT_RGB;
	pixels = malloc(PNG_IMAGE_SIZE(*image));
	assert_non_null(pixels);
	assert_true(png_image_finish_read(image, NULL, pixels, 0, NULL));
	return pixels;
}

static void keeps_each_rgb_pixel(void **state)
{
	/* 3 x 2, each row with a byte of padding. */
	static const uint8_t rgb[20] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  0,
					11, 12, 13, 14, 15, 16, 17, 18, 19, 0};
	png_image image;
	uint8_t *pixels;

	(void)state;
	assert_int_equal(png_write_rgb(path, rgb, 3, 2, 10), 0);
	pixels = read_back(&image);
	assert_int_equal(image.width, 3);
	assert_int_equal(image.height, 2);
	assert_memory_equal(pixels, rgb, 9);
	assert_memory_equal(pixels + 9, rgb + 10, 9);
	free(pixels);
}

static void draws_a_one_black_from_the_high_bit(void **state)
{
	static const uint8_t bits[] = {0x80, 0x40, 0x00, 0x80};
	png_image image;
	uint8_t *pixels;

	(void)state;
	assert_int_equal(png_write_mono(path, bits, 10, 2, 2), 0);
	pixels = read_back(&image);
	assert_int_equal(image.width, 10);
	for (size_t i = 0; i < 20; i++) {
		bool black = i == 0 || i == 9 || i == 18;

		assert_int_equal(pixels[i * 3], black ? 0 : 255);
	}
	free(pixels);
}

static void replaces_a_picture_whole(void **state)
{
	static const uint8_t bits[] = {0xff};
	struct stat st;

	(void)state;
	assert_int_equal(png_write_mono(path, bits, 8, 1, 1), 0);
	assert_int_equal(png_write_mono(path, bits, 8, 1, 1), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(count_files(), 1);
}

static void says_why_it_cannot(void **state)
{
	static const uint8_t bits[] = {0xff};
	char below[400];

	(void)state;
	(void)snprintf(below, sizeof(below), "%s/none/a.png", folder);
	assert_int_equal(png_write_mono(below, bits, 8, 1, 1), -ENOENT);
	assert_int_equal(png_write_mono(path, bits, 0, 1, 1), -EINVAL);
	assert_int_equal(png_write_mono(path, bits, 8, -1, 1), -EINVAL);
	assert_int_equal(png_write_mono(path, bits, 9, 1, 1), -EINVAL);
	assert_int_equal(png_write_rgb(path, bits, 1, 1, 2), -EINVAL);
	assert_int_equal(count_files(), 0);
}

/* As on a full disk, in the middle of the picture. */
static void leaves_nothing_behind_when_a_write_fails(void **state)
{
	const size_t width = 300, height = 300;
	struct rlimit old, small;
	uint8_t *rgb = malloc(width * height * 3);
	unsigned noise = 1;
	int r;

	(void)state;
	assert_non_null(rgb);
	for (size_t i = 0; i < width * height * 3; i++) {
		noise = noise * 1103515245u + 12345u;
		rgb[i] = (uint8_t)(noise >> 16);
	}
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 20000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	r = png_write_rgb(path, rgb, 300, 300, width * 3);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	free(rgb);
	assert_int_equal(r, -EFBIG);
	assert_int_equal(count_files(), 0);
}

int main(void)
{
#define IN_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
	    IN_FOLDER(keeps_each_rgb_pixel),
	    IN_FOLDER(draws_a_one_black_from_the_high_bit),
	    IN_FOLDER(replaces_a_picture_whole),
	    IN_FOLDER(says_why_it_cannot),
	    IN_FOLDER(leaves_nothing_behind_when_a_write_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
