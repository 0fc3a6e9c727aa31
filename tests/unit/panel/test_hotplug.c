/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "panel/hotplug.h"

struct rig {
	char dir[64], sub[80];
	sd_event *event;
	struct hotplug *hotplug;
	int calls;
};

static void on_change(void *arg)
{
	struct rig *rig = arg;

	rig->calls++;
}

static void start(struct rig *rig)
{
	const char *tmp = getenv("TMPDIR");

	memset(rig, 0, sizeof(*rig));
	snprintf(rig->dir, sizeof(rig->dir), "%.40s/kiosk-XXXXXX",
		 tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(rig->dir));
	snprintf(rig->sub, sizeof(rig->sub), "%s/by-path", rig->dir);
	assert_true(sd_event_new(&rig->event) >= 0);
	assert_int_equal(hotplug_new(rig->event, on_change, rig, &rig->hotplug),
			 0);
}

static void stop(struct rig *rig)
{
	hotplug_free(rig->hotplug);
	sd_event_unref(rig->event);
	assert_int_equal(rmdir(rig->dir), 0);
}

static void touch(const char *dir, const char *name, bool there)
{
	char path[160];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (!there) {
		assert_int_equal(unlink(path), 0);
		return;
	}
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static void until(struct rig *rig, int calls)
{
	while (rig->calls < calls)
		assert_true(sd_event_run(rig->event, 10000000) > 0);
}

static void nothing_more_comes(struct rig *rig)
{
	int calls = rig->calls;

	while (sd_event_run(rig->event, 300000) > 0)
		;
	assert_int_equal(rig->calls, calls);
}

static void what_comes_and_goes_is_told_once_each(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	assert_int_equal(hotplug_watch(rig.hotplug, rig.dir, "gpiochip"), 0);
	touch(rig.dir, "gpiochip0", true);
	touch(rig.dir, "gpiochip1", true);
	until(&rig, 1);
	nothing_more_comes(&rig);
	touch(rig.dir, "gpiochip0", false);
	until(&rig, 2);
	touch(rig.dir, "gpiochip1", false);
	stop(&rig);
}

static void other_names_are_not_told(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	assert_int_equal(hotplug_watch(rig.hotplug, rig.dir, "gpiochip"), 0);
	touch(rig.dir, "ttyUSB0", true);
	nothing_more_comes(&rig);
	assert_int_equal(rig.calls, 0);
	touch(rig.dir, "ttyUSB0", false);
	stop(&rig);
}

static void other_rights_are_told(void **state)
{
	struct rig rig;
	char path[160];

	(void)state;
	start(&rig);
	touch(rig.dir, "gpiochip0", true);
	assert_int_equal(hotplug_watch(rig.hotplug, rig.dir, "gpiochip"), 0);
	snprintf(path, sizeof(path), "%s/gpiochip0", rig.dir);
	assert_int_equal(chmod(path, 0660), 0);
	until(&rig, 1);
	touch(rig.dir, "gpiochip0", false);
	stop(&rig);
}

static void a_directory_that_is_not_there_yet_is_waited_for(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	assert_int_equal(hotplug_watch(rig.hotplug, rig.sub, ""), 0);
	assert_int_equal(mkdir(rig.sub, 0755), 0);
	until(&rig, 1);
	touch(rig.sub, "usb-event-kbd", true);
	until(&rig, 2);
	touch(rig.sub, "usb-event-kbd", false);
	assert_int_equal(rmdir(rig.sub), 0);
	stop(&rig);
}

static void a_directory_that_goes_and_comes_back_is_followed(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	assert_int_equal(mkdir(rig.sub, 0755), 0);
	assert_int_equal(hotplug_watch(rig.hotplug, rig.sub, ""), 0);
	assert_int_equal(rmdir(rig.sub), 0);
	until(&rig, 1);
	assert_int_equal(mkdir(rig.sub, 0755), 0);
	until(&rig, 2);
	touch(rig.sub, "kbd", true);
	until(&rig, 3);
	touch(rig.sub, "kbd", false);
	assert_int_equal(rmdir(rig.sub), 0);
	stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_comes_and_goes_is_told_once_each),
	    cmocka_unit_test(other_names_are_not_told),
	    cmocka_unit_test(other_rights_are_told),
	    cmocka_unit_test(a_directory_that_is_not_there_yet_is_waited_for),
	    cmocka_unit_test(a_directory_that_goes_and_comes_back_is_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
