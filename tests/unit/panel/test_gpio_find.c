/* SPDX-License-Identifier: MIT */
/* Chips as files that hold their label; "denied" may not be opened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "panel/gpio_find.h"

static char dir[64];

static int read_label(const char *path, char label[GPIO_LABEL_SIZE])
{
	FILE *file = fopen(path, "re");
	bool fine;

	if (!file)
		return -errno;
	fine = fgets(label, GPIO_LABEL_SIZE, file) != NULL;
	fclose(file);
	if (!fine)
		return -ENOTTY;
	return strcmp(label, "denied") == 0 ? -EACCES : 0;
}

static void chip(const char *name, const char *label)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(label, file);
	fclose(file);
}

static void forget(const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(unlink(path), 0);
}

static int make_dir(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(dir, sizeof(dir), "%.40s/kiosk-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(dir));
	chip("gpiochip0", "pinctrl-bcm2711");
	chip("gpiochip1", "mcp23017");
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	forget("gpiochip0");
	forget("gpiochip1");
	assert_int_equal(rmdir(dir), 0);
	return 0;
}

/* The chip's file name, or "" with the problem told. */
static const char *find(const char *name, int expected,
			struct gpio_problem *problem)
{
	static char path[GPIO_PATH_SIZE];

	path[0] = '\0';
	problem->text[0] = '\0';
	assert_int_equal(gpio_find(dir, name, read_label, path, problem),
			 expected);
	return path[0] ? path + strlen(dir) + 1 : "";
}

static void a_chip_is_found_by_its_label(void **state)
{
	struct gpio_problem problem;

	(void)state;
	assert_string_equal(find("mcp23017", 0, &problem), "gpiochip1");
}

static void a_chip_is_found_by_its_name(void **state)
{
	struct gpio_problem problem;

	(void)state;
	assert_string_equal(find("gpiochip0", 0, &problem), "gpiochip0");
}

static void a_chip_is_found_by_its_path(void **state)
{
	struct gpio_problem problem;
	char name[160];

	(void)state;
	snprintf(name, sizeof(name), "%s/gpiochip1", dir);
	assert_string_equal(find(name, 0, &problem), "gpiochip1");
}

static void a_name_goes_before_a_label(void **state)
{
	struct gpio_problem problem;

	(void)state;
	chip("gpiochip2", "gpiochip0");
	assert_string_equal(find("gpiochip0", 0, &problem), "gpiochip0");
	forget("gpiochip2");
}

static void two_chips_with_one_label_are_named(void **state)
{
	struct gpio_problem problem;

	(void)state;
	chip("gpiochip2", "mcp23017");
	assert_string_equal(find("mcp23017", -ENOTUNIQ, &problem), "");
	assert_non_null(strstr(problem.text, "gpiochip1, gpiochip2"));
	forget("gpiochip2");
}

static void two_links_to_one_chip_are_one(void **state)
{
	struct gpio_problem problem;
	char path[160];

	(void)state;
	snprintf(path, sizeof(path), "%s/gpiochip4", dir);
	assert_int_equal(symlink("gpiochip0", path), 0);
	assert_string_equal(find("pinctrl-bcm2711", 0, &problem), "gpiochip0");
	forget("gpiochip4");
}

static void a_chip_that_is_not_there_is_said_to_be_missing(void **state)
{
	struct gpio_problem problem;

	(void)state;
	(void)find("pinctrl-rp1", -ENODEV, &problem);
	assert_non_null(strstr(problem.text, "pinctrl-rp1: no such GPIO chip"));
	assert_non_null(strstr(problem.text, "gpiodetect"));
}

static void a_chip_that_may_not_be_opened_names_the_group(void **state)
{
	struct gpio_problem problem;

	(void)state;
	chip("gpiochip2", "denied");
	(void)find("pinctrl-rp1", -EACCES, &problem);
	assert_non_null(strstr(problem.text, "gpiochip2: no permission"));
	assert_non_null(strstr(problem.text, "group"));
	forget("gpiochip2");
}

static void one_that_may_not_be_opened_does_not_hide_the_one_meant(void **state)
{
	struct gpio_problem problem;

	(void)state;
	chip("gpiochip2", "denied");
	assert_string_equal(find("mcp23017", 0, &problem), "gpiochip1");
	forget("gpiochip2");
}

static void a_path_that_is_no_chip_is_said_to_be_none(void **state)
{
	struct gpio_problem problem;
	char name[160];

	(void)state;
	chip("file", "");
	snprintf(name, sizeof(name), "%s/file", dir);
	(void)find(name, -ENODEV, &problem);
	assert_non_null(strstr(problem.text, "is no GPIO chip"));
	forget("file");
	(void)find(name, -ENODEV, &problem);
	assert_non_null(strstr(problem.text, "no such device"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_chip_is_found_by_its_label),
	    cmocka_unit_test(a_chip_is_found_by_its_name),
	    cmocka_unit_test(a_chip_is_found_by_its_path),
	    cmocka_unit_test(a_name_goes_before_a_label),
	    cmocka_unit_test(two_chips_with_one_label_are_named),
	    cmocka_unit_test(two_links_to_one_chip_are_one),
	    cmocka_unit_test(a_chip_that_is_not_there_is_said_to_be_missing),
	    cmocka_unit_test(a_chip_that_may_not_be_opened_names_the_group),
	    cmocka_unit_test(
		one_that_may_not_be_opened_does_not_hide_the_one_meant),
	    cmocka_unit_test(a_path_that_is_no_chip_is_said_to_be_none),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
