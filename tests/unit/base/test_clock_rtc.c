/* SPDX-License-Identifier: MIT */
/* Real-time clocks as the kernel shows them: a folder each, a few small files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

#define NOW_S 1795651200LL

static char directory[200];

static void write_file(const char *device, const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, device);
	(void)mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%s/%s", directory, device, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void remove_device(const char *device)
{
	static const char *const names[] = {"hctosys", "since_epoch"};
	char path[PATH_MAX];

	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", directory, device,
			 names[i]);
		(void)unlink(path);
	}
	snprintf(path, sizeof(path), "%s/%s", directory, device);
	(void)rmdir(path);
}

static const struct {
	const char *name;
	const char *hctosys, *since_epoch; /* of rtc0; NULL: no such file */
	bool other;                        /* rtc1 has set the clock */
	bool agrees;
} clocks[] = {
    {"it set the clock and agrees", "1\n", "1795651200\n", false, true},
    {"and is four seconds behind", "1\n", "1795651196\n", false, true},
    {"and is an hour behind", "1\n", "1795647600\n", false, false},
    {"no battery: since 1970", "1\n", "312\n", false, false},
    {"it did not set the clock", "0\n", "1795651200\n", false, false},
    {"the kernel does not say", NULL, "1795651200\n", false, false},
    {"nor what time it is", "1\n", NULL, false, false},
    {"rubbish", "1\n", "soon\n", false, false},
    {"empty files", "", "", false, false},
    {"the second one did", "0\n", "5\n", true, true},
};

static void it_agrees_where_it_set_the_clock_and_still_says_so(void **state)
{
	bool good = true;

	(void)state;
	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		if (clocks[i].hctosys)
			write_file("rtc0", "hctosys", clocks[i].hctosys);
		if (clocks[i].since_epoch)
			write_file("rtc0", "since_epoch",
				   clocks[i].since_epoch);
		if (clocks[i].other) {
			write_file("rtc1", "hctosys", "1\n");
			write_file("rtc1", "since_epoch", "1795651201\n");
		}
		if (clock_rtc_agrees(directory, NOW_S * 1000 + 400) !=
		    clocks[i].agrees) {
			print_error("%s\n", clocks[i].name);
			good = false;
		}
		remove_device("rtc0");
		remove_device("rtc1");
	}
	assert_true(good);
}

static void a_machine_without_one_has_none_that_agrees(void **state)
{
	(void)state;
	assert_false(clock_rtc_agrees(directory, NOW_S * 1000));
	assert_false(clock_rtc_agrees("/nowhere/at/all", NOW_S * 1000));
}

static int set_up(void **state)
{
	const char *parent = getenv("TMPDIR");

	(void)state;
	snprintf(directory, sizeof(directory), "%s/kiosk-rtc-XXXXXX",
		 parent ? parent : "/tmp");
	return mkdtemp(directory) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	return rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		it_agrees_where_it_set_the_clock_and_still_says_so),
	    cmocka_unit_test(a_machine_without_one_has_none_that_agrees),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
