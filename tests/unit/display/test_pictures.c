/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/png.h"
#include "display/pictures.h"

static char folder[200];
static struct pictures *pictures;

static void path_of(const char *name, char path[300])
{
	snprintf(path, 300, "%s/%s", folder, name);
}

/* A plain one of that grey. */
static void put(const char *name, uint8_t grey)
{
	uint8_t rgb[8 * 4 * 3];
	char path[300];
	memset(rgb, grey, sizeof(rgb));
	path_of(name, path);
	assert_int_equal(png_write_rgb(path, rgb, 8, 4, 24), 0);
}

static void put_text(const char *name)
{
	char path[300];
	path_of(name, path);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fputs("no picture\n", file);
	assert_int_equal(fclose(file), 0);
}

static void take_away(const char *name)
{
	char path[300];
	path_of(name, path);
	(void)unlink(path);
}

/* The grey of the index-th; -1: it cannot be shown. */
static int grey_of(size_t index)
{
	SDL_Surface *surface = pictures_get(pictures, index, 16, 8, 0);
	uint8_t grey;
	if (!surface)
		return -1;
	memcpy(&grey, surface->pixels, 1);
	return grey;
}

static int open_folder(void **state)
{
	const char *tmp = getenv("TMPDIR");
	(void)state;
	snprintf(folder, sizeof(folder), "%s/kiosk-pictures-XXXXXX",
		 tmp ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	pictures = pictures_new(folder);
	return pictures ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = {"1.png", "2.png", "3.png",
					    "notes.txt"};
	(void)state;
	pictures_free(pictures);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		take_away(names[i]);
	return rmdir(folder);
}

static void they_come_in_the_order_of_their_names(void **state)
{
	(void)state;
	put("2.png", 20);
	put("3.png", 30);
	put("1.png", 10);
	put_text("notes.txt");
	assert_int_equal(pictures_count(pictures, 0), 3);
	assert_int_equal(grey_of(0), 10);
	assert_int_equal(grey_of(1), 20);
	assert_int_equal(grey_of(2), 30);
	assert_int_equal(grey_of(3), -1);
}

static void a_broken_one_is_left_out_until_it_is_another(void **state)
{
	(void)state;
	put("1.png", 10);
	put_text("2.png");
	put("3.png", 30);
	assert_int_equal(pictures_count(pictures, 0), 3);
	assert_int_equal(grey_of(1), -1);
	assert_int_equal(pictures_count(pictures, 1), 2);
	assert_int_equal(grey_of(1), 30);
	assert_int_equal(pictures_count(pictures, PICTURES_LOOK_MS), 2);
	put("2.png", 20);
	assert_int_equal(pictures_count(pictures, 2 * PICTURES_LOOK_MS), 3);
	assert_int_equal(grey_of(1), 20);
}

static void what_comes_and_goes_is_noticed(void **state)
{
	(void)state;
	assert_int_equal(pictures_count(pictures, 0), 0);
	put("1.png", 10);
	assert_int_equal(pictures_count(pictures, 1), 0);
	assert_int_equal(pictures_count(pictures, PICTURES_LOOK_MS), 1);
	take_away("1.png");
	assert_int_equal(pictures_count(pictures, 2 * PICTURES_LOOK_MS), 0);
	assert_int_equal(grey_of(0), -1);
}

static void the_same_one_is_not_read_again(void **state)
{
	(void)state;
	put("1.png", 10);
	assert_int_equal(pictures_count(pictures, 0), 1);
	SDL_Surface *first = pictures_get(pictures, 0, 16, 8, 0);
	assert_non_null(first);
	assert_ptr_equal(pictures_get(pictures, 0, 16, 8, 0), first);
	assert_int_equal(first->w, 16);
	assert_int_equal(pictures_get(pictures, 0, 8, 8, 0)->w, 8);
}

static void without_a_folder_there_are_none(void **state)
{
	(void)state;
	struct pictures *none = pictures_new("/no/such/folder");
	assert_int_equal(pictures_count(none, 0), 0);
	assert_int_equal(pictures_count(none, PICTURES_LOOK_MS), 0);
	pictures_free(none);
	assert_int_equal(pictures_count(NULL, 0), 0);
	pictures_free(NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(they_come_in_the_order_of_their_names),
	    TEST(a_broken_one_is_left_out_until_it_is_another),
	    TEST(what_comes_and_goes_is_noticed),
	    TEST(the_same_one_is_not_read_again),
	    cmocka_unit_test(without_a_folder_there_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
