/* SPDX-License-Identifier: MIT */
/* A character device, played by a pseudo-terminal. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "printer/device.h"

enum { LENGTH = 50000 };

static const struct device_times quick = {.retry_first_ms = 20,
					  .retry_most_ms = 80,
					  .stall_ms = 300,
					  .answer_ms = 50,
					  .poll_ms = 10000,
					  .job_ms = 60000};

struct fixture {
	sd_event *event;
	struct device *device;
	char directory[512], path[600]; /* path: a link to the terminal */
	int master;
	uint8_t bytes[LENGTH], got[LENGTH];
	size_t n_got;
	struct device_job job;
	int done, ready_n, lost_n;
	enum device_result result;
	struct device_status status;
	int statuses;
	char why[700], lost_why[700];
};

static void on_state(void *arg, bool ready, const char *why)
{
	struct fixture *f = arg;

	f->ready_n += ready;
	f->lost_n += !ready;
	if (!ready)
		(void)snprintf(f->lost_why, sizeof(f->lost_why), "%s", why);
}

static void on_status(void *arg, const struct device_status *status)
{
	struct fixture *f = arg;

	f->status = *status;
	f->statuses++;
}

static void on_done(void *arg, enum device_result result, const char *why)
{
	struct fixture *f = arg;

	f->done++;
	f->result = result;
	(void)snprintf(f->why, sizeof(f->why), "%s", why ? why : "");
}

static void plug_in(struct fixture *f)
{
	f->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	assert_true(f->master >= 0);
	assert_int_equal(grantpt(f->master), 0);
	assert_int_equal(unlockpt(f->master), 0);
	assert_int_equal(symlink(ptsname(f->master), f->path), 0);
}

static void unplug(struct fixture *f)
{
	if (f->master < 0)
		return;
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(close(f->master), 0);
	f->master = -1;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *tmp = getenv("TMPDIR");

	if (!f || sd_event_new(&f->event) < 0)
		return -1;
	(void)snprintf(f->directory, sizeof(f->directory),
		       "%s/kiosk-char-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(f->directory))
		return -1;
	(void)snprintf(f->path, sizeof(f->path), "%s/lp0", f->directory);
	f->master = -1;
	for (size_t i = 0; i < LENGTH; i++)
		f->bytes[i] = (uint8_t)(i + i / 256);
	f->job = (struct device_job){.code = "A001",
				     .bytes = f->bytes,
				     .length = LENGTH};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	if (f->device)
		f->device->ops->free(f->device);
	unplug(f);
	sd_event_unref(f->event);
	int status = rmdir(f->directory);
	free(f);
	return status;
}

static void start_at(struct fixture *f, const char *path)
{
	const struct device_owner owner = {on_state, on_status, on_done, f};

	const struct device_place place = {.name = path,
					   .where = path,
					   .baud = 9600};
	assert_int_equal(device_char_new(f->event, &place, &quick, &owner,
					 &f->device),
			 0);
}

static void turn(struct fixture *f, size_t reads)
{
	assert_true(sd_event_run(f->event, 2000) >= 0);
	if (f->master < 0 || reads == 0)
		return;
	if (reads > LENGTH - f->n_got)
		reads = LENGTH - f->n_got;
	ssize_t n = read(f->master, f->got + f->n_got, reads);
	if (n > 0)
		f->n_got += (size_t)n;
}

static void run(struct fixture *f, int ready_n, int done, size_t reads, int ms)
{
	int64_t end = clock_mono_ms() + ms;

	while ((f->ready_n < ready_n || f->done < done) &&
	       clock_mono_ms() < end)
		turn(f, reads);
}

/* Every value of a byte comes through: none is changed on the way. */
static void all_bytes_come_through_unchanged(void **state)
{
	struct fixture *f = *state;

	plug_in(f);
	start_at(f, f->path);
	run(f, 1, 0, 0, 2000);
	assert_int_equal(f->ready_n, 1);
	f->device->ops->send(f->device, &f->job);
	run(f, 1, 1, 4096, 10000);
	assert_int_equal(f->done, 1);
	assert_int_equal(f->result, DEVICE_SENT);
	int64_t end = clock_mono_ms() + 2000;
	while (f->n_got < LENGTH && clock_mono_ms() < end)
		turn(f, LENGTH);
	assert_int_equal(f->n_got, LENGTH);
	assert_memory_equal(f->got, f->bytes, LENGTH);
}

static void a_printer_that_takes_nothing_more_is_given_up(void **state)
{
	struct fixture *f = *state;

	plug_in(f);
	start_at(f, f->path);
	run(f, 1, 0, 0, 2000);
	f->device->ops->send(f->device, &f->job);
	run(f, 1, 1, 0, 5000);
	assert_int_equal(f->done, 1);
	assert_int_equal(f->result, DEVICE_BROKEN);
	assert_non_null(strstr(f->why, "takes no bytes"));
}

static void unplugging_in_mid_slip_fails_the_slip_and_says_so(void **state)
{
	struct fixture *f = *state;
	char want[700];

	plug_in(f);
	start_at(f, f->path);
	run(f, 1, 0, 0, 2000);
	f->device->ops->send(f->device, &f->job);
	while (f->n_got < 1000)
		turn(f, 1000);
	unplug(f);
	run(f, 1, 1, 0, 5000);
	assert_int_equal(f->done, 1);
	assert_int_equal(f->result, DEVICE_BROKEN);
	(void)snprintf(want, sizeof(want), "%s: unplugged in mid-slip",
		       f->path);
	assert_string_equal(f->why, want);
}

static void unplugging_while_idle_is_noticed_and_plugging_in_again(void **state)
{
	struct fixture *f = *state;

	plug_in(f);
	start_at(f, f->path);
	run(f, 1, 0, 0, 2000);
	unplug(f);
	int64_t end = clock_mono_ms() + 2000;
	while (f->lost_n < 2 && clock_mono_ms() < end)
		turn(f, 0);
	assert_true(f->lost_n >= 2);
	assert_non_null(strstr(f->lost_why, "No such file"));
	plug_in(f);
	run(f, 2, 0, 0, 2000);
	assert_int_equal(f->ready_n, 2);
}

static void a_device_that_is_missing_is_offline_and_named(void **state)
{
	struct fixture *f = *state;

	start_at(f, f->path);
	run(f, 1, 0, 0, 100);
	assert_int_equal(f->ready_n, 0);
	assert_non_null(strstr(f->lost_why, f->path));
	assert_non_null(strstr(f->lost_why, "No such file"));
}

static void somebody_waiting_hurries_the_next_try(void **state)
{
	struct fixture *f = *state;
	const struct device_owner owner = {on_state, on_status, on_done, f};
	const struct device_times slow = {.retry_first_ms = 100,
					  .retry_most_ms = 60000,
					  .stall_ms = 300,
					  .answer_ms = 50,
					  .poll_ms = 10000,
					  .job_ms = 60000};

	const struct device_place place = {.name = f->path, .where = f->path};
	assert_int_equal(device_char_new(f->event, &place, &slow, &owner,
					 &f->device),
			 0);
	/* Tries come at 0, 100, 300, 700 and 1500 ms, or a little later. */
	int64_t end = clock_mono_ms() + 850;
	while (clock_mono_ms() < end)
		turn(f, 0);
	assert_in_range(f->lost_n, 2, 4);
	plug_in(f);
	f->device->ops->hurry(f->device);
	run(f, 1, 0, 0, 400);
	assert_int_equal(f->ready_n, 1);
}

/* Found at once, though the next try is a minute away. */
static void plugging_in_is_noticed_at_once(void **state)
{
	struct fixture *f = *state;
	const struct device_owner owner = {on_state, on_status, on_done, f};
	const struct device_times never = {.retry_first_ms = 600000,
					   .retry_most_ms = 600000,
					   .stall_ms = 300};
	char folder[560], path[620];

	/* The folder comes with the printer, as /dev/usb does. */
	(void)snprintf(folder, sizeof(folder), "%s/usb", f->directory);
	(void)snprintf(path, sizeof(path), "%s/lp0", folder);
	const struct device_place place = {.name = path, .where = path};
	assert_int_equal(device_char_new(f->event, &place, &never, &owner,
					 &f->device),
			 0);
	while (f->lost_n == 0)
		turn(f, 0);
	for (int i = 1; i <= 2; i++) {
		plug_in(f);
		assert_int_equal(mkdir(folder, 0700), 0);
		assert_int_equal(rename(f->path, path), 0);
		run(f, i, 0, 0, 60000);
		assert_int_equal(f->ready_n, i);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(rmdir(folder), 0);
		assert_int_equal(close(f->master), 0);
		f->master = -1;
		int lost_n = f->lost_n;
		while (f->lost_n == lost_n)
			turn(f, 0);
	}
}

static void the_line_gets_the_rate_and_the_flow_control(void **state)
{
	struct fixture *f = *state;
	const struct device_owner owner = {on_state, on_status, on_done, f};
	const struct device_place place = {.name = f->path,
					   .where = f->path,
					   .baud = 38400,
					   .flow = CONFIG_FLOW_XONXOFF};
	struct termios termios;

	plug_in(f);
	assert_int_equal(device_char_new(f->event, &place, &quick, &owner,
					 &f->device),
			 0);
	run(f, 1, 0, 0, 60000);
	assert_int_equal(tcgetattr(f->master, &termios), 0);
	assert_int_equal(cfgetospeed(&termios), B38400);
	assert_true(termios.c_iflag & IXON);
	assert_false(termios.c_cflag & CRTSCTS);
	assert_false(termios.c_oflag & OPOST);
	assert_int_equal(f->status.baud, 38400);
}

static void what_is_no_character_device_is_not_written_to(void **state)
{
	struct fixture *f = *state;
	char path[600];

	(void)snprintf(path, sizeof(path), "%s/file", f->directory);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
	start_at(f, path);
	run(f, 1, 0, 0, 100);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(f->ready_n, 0);
	assert_non_null(strstr(f->lost_why, "is not a character device"));
}

static void a_device_that_cannot_be_waited_for_is_offline(void **state)
{
	struct fixture *f = *state;

	start_at(f, "/dev/null");
	run(f, 1, 0, 0, 100);
	assert_int_equal(f->ready_n, 0);
	assert_non_null(strstr(f->lost_why, "/dev/null"));
}

#define with_fixture(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_fixture(all_bytes_come_through_unchanged),
	    with_fixture(a_printer_that_takes_nothing_more_is_given_up),
	    with_fixture(unplugging_in_mid_slip_fails_the_slip_and_says_so),
	    with_fixture(
		unplugging_while_idle_is_noticed_and_plugging_in_again),
	    with_fixture(a_device_that_is_missing_is_offline_and_named),
	    with_fixture(somebody_waiting_hurries_the_next_try),
	    with_fixture(plugging_in_is_noticed_at_once),
	    with_fixture(the_line_gets_the_rate_and_the_flow_control),
	    with_fixture(what_is_no_character_device_is_not_written_to),
	    with_fixture(a_device_that_cannot_be_waited_for_is_offline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
