/* SPDX-License-Identifier: MIT */
/* The queue and the file back end, through the public functions. */
#include "printer/printer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "printer/device.h"

static struct text office = {"Bộ phận Một cửa", "One-Stop Office"};
static struct text land = {"Đất đai", "Land"};
static const enum language languages[] = {LANGUAGE_VI, LANGUAGE_EN};

static const struct printer_times quick = {
    .device = {.retry_first_ms = 20, .retry_most_ms = 80, .stall_ms = 300},
    .wait_ms = 200,
};

struct fixture {
	char directory[512]; /* a scratch folder */
	char device[600];
	struct config_printer config;
	sd_event *event;
	struct printer *printer;
	/* What was told. */
	int done, printed, states;
	bool inside; /* printer_print() is running */
	uint64_t tags[PRINTER_MAX_JOBS + 8];
	char why[600]; /* of the last that was not printed */
	enum printer_state state;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *tmp = getenv("TMPDIR");

	if (!f)
		return -1;
	(void)snprintf(f->directory, sizeof(f->directory),
		       "%s/kiosk-printer-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(f->directory) || sd_event_new(&f->event) < 0)
		return -1;
	(void)snprintf(f->device, sizeof(f->device), "file:%s/slips",
		       f->directory);
	f->config = (struct config_printer){.device = f->device,
					    .width_dots = 384,
					    .cut = true,
					    .dpi = 203};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char path[700];

	printer_free(f->printer);
	sd_event_unref(f->event);
	/* Only what the tests make: files, in at most one folder. */
	static const char *const codes[] = {"A001", "A002", "A003"};
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof(path), "%s/slips/%s.escpos",
			       f->directory, codes[i]);
		(void)unlink(path);
		(void)snprintf(path, sizeof(path), "%s/slips/%s.png",
			       f->directory, codes[i]);
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof(path), "%s/slips", f->directory);
	(void)unlink(path);
	(void)rmdir(path);
	int status = rmdir(f->directory);
	free(f);
	return status;
}

static void on_done(void *arg, const struct printer_end *end)
{
	struct fixture *f = arg;
	bool printed = end->result == PRINTER_PRINTED;

	assert_false(f->inside);
	assert_true(f->done < PRINTER_MAX_JOBS + 8);
	f->tags[f->done++] = end->tag;
	f->printed += printed;
	assert_false(end->copy);
	if (printed)
		assert_null(end->why);
	else
		(void)snprintf(f->why, sizeof(f->why), "%s",
			       end->why ? end->why : "");
}

static void on_state(void *arg, enum printer_state printer_state)
{
	struct fixture *f = arg;

	assert_false(f->inside);
	f->states++;
	f->state = printer_state;
}

static void start_timed(struct fixture *f, const struct printer_times *times)
{
	assert_int_equal(printer_new_timed(f->event, &f->config, "Noto Sans",
					   on_done, on_state, f, times,
					   &f->printer),
			 0);
	f->state = printer_state(f->printer);
}

static void start(struct fixture *f)
{
	start_timed(f, &quick);
}

static void print_code(struct fixture *f, const char *code, uint64_t tag)
{
	/* Gone by the time it is drawn, as the caller's may be. */
	char *copy = strdup(code);
	struct text office_copy = {strdup(office.vi), strdup(office.en)};

	assert_non_null(copy);
	assert_non_null(office_copy.vi);
	assert_non_null(office_copy.en);
	const struct slip slip = {
	    .office = &office_copy,
	    .service = &land,
	    .code = copy,
	    .class = TICKET_NORMAL,
	    .ahead = 3,
	    .issued_at_ms = 1795482900000,
	    .languages = languages,
	    .n_languages = 2,
	};

	f->inside = true;
	printer_print(f->printer, &slip, tag);
	f->inside = false;
	free(office_copy.vi);
	free(office_copy.en);
	memset(copy, 'x', strlen(copy));
	free(copy);
}

/* Turns the loop until n jobs are done, or ms have passed. */
static void run(struct fixture *f, int n, int ms)
{
	int64_t end = clock_mono_ms() + ms;

	while (f->done < n && clock_mono_ms() < end)
		assert_true(sd_event_run(f->event, 10000) >= 0);
}

static off_t size_of(struct fixture *f, const char *name)
{
	char path[700];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/slips/%s", f->directory, name);
	return stat(path, &st) == 0 ? st.st_size : -1;
}

static void a_slip_becomes_two_files(void **state)
{
	struct fixture *f = *state;

	start(f);
	print_code(f, "A001", 11);
	run(f, 1, 5000);
	assert_int_equal(f->done, 1);
	assert_int_equal(f->printed, 1);
	assert_int_equal(f->tags[0], 11);
	assert_in_range(size_of(f, "A001.escpos"), 10000, 60000);
	assert_true(size_of(f, "A001.png") > 1000);
	/* and nothing is left over from writing them */
	assert_int_equal(size_of(f, "A001.escpos.new"), -1);
}

static void slips_come_out_in_the_order_they_went_in(void **state)
{
	struct fixture *f = *state;

	start(f);
	print_code(f, "A001", 1);
	print_code(f, "A002", 2);
	print_code(f, "A003", 3);
	run(f, 3, 5000);
	assert_int_equal(f->printed, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(f->tags[i], i + 1);
}

static void it_is_offline_until_the_loop_runs_and_then_ready(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_int_equal(f->state, PRINTER_OFFLINE);
	run(f, 1, 200);
	assert_int_equal(f->state, PRINTER_OK);
	assert_int_equal(f->states, 1);
	assert_int_equal(printer_state(f->printer), PRINTER_OK);
}

static int hold_back(sd_event_source *source, void *arg)
{
	int *turns = arg;

	/* Stands for a commit that comes again and again. */
	if (++*turns < 20)
		(void)sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

static void drawing_waits_for_the_commit(void **state)
{
	struct fixture *f = *state;
	sd_event_source *commit;
	int turns = 0;

	start(f);
	run(f, 1, 200);
	assert_true(sd_event_add_defer(f->event, &commit, hold_back, &turns) >=
		    0);
	assert_true(
	    sd_event_source_set_priority(commit, SD_EVENT_PRIORITY_IDLE) >= 0);
	print_code(f, "A001", 1);
	while (turns < 20) {
		assert_int_equal(f->done, 0);
		assert_int_equal(size_of(f, "A001.escpos"), -1);
		assert_true(sd_event_run(f->event, 10000) >= 0);
	}
	run(f, 1, 5000);
	assert_int_equal(f->printed, 1);
	sd_event_source_unref(commit);
}

static void one_slip_more_than_may_wait_is_refused(void **state)
{
	struct fixture *f = *state;

	start(f);
	for (uint64_t i = 0; i < PRINTER_MAX_JOBS + 1; i++)
		print_code(f, "A001", i);
	assert_int_equal(f->done, 0);
	run(f, 1, 5000);
	assert_int_equal(f->tags[0], PRINTER_MAX_JOBS);
	assert_int_equal(f->printed, 0);
	assert_non_null(strstr(f->why, "too many"));
	run(f, PRINTER_MAX_JOBS + 1, 300000);
	assert_int_equal(f->done, PRINTER_MAX_JOBS + 1);
	assert_int_equal(f->printed, PRINTER_MAX_JOBS);
}

static void block_directory(struct fixture *f)
{
	char path[600];

	/* A file where the folder should be: root cannot write into that. */
	(void)snprintf(path, sizeof(path), "%s/slips", f->directory);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
}

static void unblock_directory(struct fixture *f)
{
	char path[600];

	(void)snprintf(path, sizeof(path), "%s/slips", f->directory);
	assert_int_equal(unlink(path), 0);
}

static void
a_folder_that_cannot_be_made_is_offline_and_slips_give_up(void **state)
{
	struct fixture *f = *state;

	block_directory(f);
	start(f);
	int64_t began_ms = clock_mono_ms();
	print_code(f, "A001", 1);
	print_code(f, "A002", 2);
	run(f, 2, 5000);
	assert_int_equal(f->done, 2);
	assert_int_equal(f->printed, 0);
	assert_in_range(clock_mono_ms() - began_ms, 195, 2000);
	assert_non_null(strstr(f->why, f->device));
	assert_non_null(strstr(f->why, "cannot use this folder"));
	assert_int_equal(printer_state(f->printer), PRINTER_OFFLINE);
	assert_int_equal(f->states, 0);
}

static void a_slip_waits_for_the_folder_to_come(void **state)
{
	struct fixture *f = *state;

	/* As long as any machine needs to come to it. */
	struct printer_times patient = quick;
	patient.wait_ms = 300000;
	block_directory(f);
	start_timed(f, &patient);
	print_code(f, "A001", 1);
	run(f, 1, 100);
	assert_int_equal(f->done, 0);
	unblock_directory(f);
	run(f, 1, 60000);
	assert_int_equal(f->printed, 1);
	assert_int_equal(f->state, PRINTER_OK);
}

static void a_folder_that_vanishes_is_made_again(void **state)
{
	struct fixture *f = *state;
	char path[600];

	start(f);
	run(f, 1, 200);
	(void)snprintf(path, sizeof(path), "%s/slips", f->directory);
	assert_int_equal(rmdir(path), 0);
	print_code(f, "A001", 1);
	run(f, 1, 5000);
	assert_int_equal(f->printed, 1);
}

static void a_write_that_fails_fails_the_slip_and_is_tried_anew(void **state)
{
	struct fixture *f = *state;
	char path[600];

	start(f);
	run(f, 1, 200);
	(void)snprintf(path, sizeof(path), "%s/slips", f->directory);
	assert_int_equal(rmdir(path), 0);
	block_directory(f);
	print_code(f, "A001", 1);
	run(f, 1, 5000);
	assert_int_equal(f->printed, 0);
	assert_non_null(strstr(f->why, "A001"));
	assert_int_equal(f->state, PRINTER_OFFLINE);
	unblock_directory(f);
	print_code(f, "A002", 2);
	run(f, 2, 5000);
	assert_int_equal(f->printed, 1);
	assert_int_equal(f->state, PRINTER_OK);
}

static void a_code_cannot_lead_out_of_the_folder(void **state)
{
	struct fixture *f = *state;

	start(f);
	print_code(f, "../A001", 1);
	print_code(f, ".A001", 2);
	run(f, 2, 5000);
	assert_int_equal(f->done, 2);
	assert_int_equal(f->printed, 0);
	assert_int_equal(f->state, PRINTER_OK);
}

static void no_printer_ignores_slips(void **state)
{
	struct fixture *f = *state;

	f->config.device = (char[]){"none"};
	start(f);
	print_code(f, "A001", 1);
	run(f, 1, 100);
	assert_int_equal(f->done, 0);
	assert_int_equal(f->states, 0);
	assert_int_equal(printer_state(f->printer), PRINTER_OFF);
}

static void a_device_that_is_none_is_refused(void **state)
{
	struct fixture *f = *state;
	static const char *const devices[] = {
	    "",
	    "lp0",
	    "file:",
	    "usb:1",
	    "tcp:",
	    "tcp:127.0.0.1",
	    "tcp::9100",
	    "tcp:127.0.0.1:0",
	    "tcp:1.2.3.4:",
	    "tcp:127.0.0.1:70000",
	    "tcp:[::1:9100",
	    "tcp:printer.local:9100",
	    "tcp:[]:9100",
	    "tcp:127.0.0.1:91x",
	};

	for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++) {
		char device[64];
		(void)snprintf(device, sizeof(device), "%s", devices[i]);
		f->config.device = device;
		if (printer_new(f->event, &f->config, "Noto Sans", on_done,
				on_state, f, &f->printer) != -EINVAL)
			fail_msg("\"%s\" was taken", devices[i]);
		assert_null(f->printer);
	}
}

static void without_a_font_slips_fail_and_the_printer_is_offline(void **state)
{
	struct fixture *f = *state;
	char path[600];

	(void)snprintf(path, sizeof(path), "%s/fonts.conf", f->directory);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs("<fontconfig/>\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(setenv("FONTCONFIG_FILE", path, 1), 0);
	start(f);
	print_code(f, "A001", 1);
	run(f, 1, 5000);
	assert_int_equal(f->done, 1);
	assert_int_equal(f->printed, 0);
	assert_non_null(strstr(f->why, "no font"));
	assert_int_equal(printer_state(f->printer), PRINTER_OFFLINE);

	/* Once one is installed, the next slip finds it. */
	assert_int_equal(unsetenv("FONTCONFIG_FILE"), 0);
	assert_int_equal(unlink(path), 0);
	print_code(f, "A002", 2);
	run(f, 2, 5000);
	assert_int_equal(f->printed, 1);
	assert_int_equal(f->state, PRINTER_OK);
}

static void slips_that_still_wait_are_dropped_at_the_end(void **state)
{
	struct fixture *f = *state;

	start(f);
	print_code(f, "A001", 1);
	printer_free(f->printer);
	f->printer = NULL;
	printer_free(NULL);
	run(f, 1, 100);
	assert_int_equal(f->done, 0);
}

#define with_fixture(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_fixture(a_slip_becomes_two_files),
	    with_fixture(slips_come_out_in_the_order_they_went_in),
	    with_fixture(it_is_offline_until_the_loop_runs_and_then_ready),
	    with_fixture(drawing_waits_for_the_commit),
	    with_fixture(one_slip_more_than_may_wait_is_refused),
	    with_fixture(
		a_folder_that_cannot_be_made_is_offline_and_slips_give_up),
	    with_fixture(a_slip_waits_for_the_folder_to_come),
	    with_fixture(a_folder_that_vanishes_is_made_again),
	    with_fixture(a_write_that_fails_fails_the_slip_and_is_tried_anew),
	    with_fixture(a_code_cannot_lead_out_of_the_folder),
	    with_fixture(no_printer_ignores_slips),
	    with_fixture(a_device_that_is_none_is_refused),
	    with_fixture(without_a_font_slips_fail_and_the_printer_is_offline),
	    with_fixture(slips_that_still_wait_are_dropped_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
