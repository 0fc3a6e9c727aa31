/* SPDX-License-Identifier: MIT */
/* A network printer that is slow, rude or absent. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "printer/device.h"

enum { LENGTH = 60000 };

static const struct device_times quick = {.retry_first_ms = 20,
					  .retry_most_ms = 80,
					  .stall_ms = 400,
					  .lasting_ms = 10000,
					  .answer_ms = 50,
					  .poll_ms = 10000,
					  .job_ms = 60000};

struct fixture {
	sd_event *event;
	struct device *device;
	struct device_times times;
	char name[64];
	uint8_t bytes[LENGTH];
	struct device_job job;
	/* the printer */
	int listener, connection;
	struct sockaddr_in address;
	uint8_t got[2 * LENGTH];
	size_t n_got;
	/* what was told */
	int done, ready_n, lost_n;
	bool ready;
	enum device_result result;
	struct device_status status;
	int statuses;
	char why[256], lost_why[256];
};

static void on_state(void *arg, bool ready, const char *why)
{
	struct fixture *f = arg;

	f->ready = ready;
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

/* Listens where it listened before, if it did; with a small window. */
static void printer_on(struct fixture *f)
{
	int on = 1, small = 4096;
	socklen_t length = sizeof(f->address);

	f->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	assert_true(f->listener >= 0);
	assert_int_equal(setsockopt(f->listener, SOL_SOCKET, SO_REUSEADDR, &on,
				    sizeof(on)),
			 0);
	assert_int_equal(setsockopt(f->listener, SOL_SOCKET, SO_RCVBUF, &small,
				    sizeof(small)),
			 0);
	assert_int_equal(bind(f->listener, (struct sockaddr *)&f->address,
			      length),
			 0);
	assert_int_equal(listen(f->listener, 1), 0);
	assert_int_equal(getsockname(f->listener,
				     (struct sockaddr *)&f->address, &length),
			 0);
}

static void hang_up(struct fixture *f)
{
	if (f->connection >= 0)
		assert_int_equal(close(f->connection), 0);
	f->connection = -1;
}

static void printer_off(struct fixture *f)
{
	hang_up(f);
	if (f->listener >= 0)
		assert_int_equal(close(f->listener), 0);
	f->listener = -1;
}

static void accept_one(struct fixture *f)
{
	if (f->connection >= 0 || f->listener < 0)
		return;
	f->connection = accept4(f->listener, NULL, NULL, SOCK_NONBLOCK);
}

/* One turn: the loop, then the printer reads at most so many bytes. */
static void turn(struct fixture *f, size_t reads)
{
	assert_true(sd_event_run(f->event, 2000) >= 0);
	accept_one(f);
	if (f->connection < 0 || reads == 0)
		return;
	if (reads > sizeof(f->got) - f->n_got)
		reads = sizeof(f->got) - f->n_got;
	ssize_t n = read(f->connection, f->got + f->n_got, reads);
	if (n > 0)
		f->n_got += (size_t)n;
}

static void run_until_done(struct fixture *f, int done, size_t reads, int ms)
{
	int64_t end = clock_mono_ms() + ms;

	while (f->done < done && clock_mono_ms() < end)
		turn(f, reads);
}

static void run_until_ready(struct fixture *f, int ready_n, int ms)
{
	int64_t end = clock_mono_ms() + ms;

	while ((f->ready_n < ready_n || f->connection < 0) &&
	       clock_mono_ms() < end)
		turn(f, 0);
	assert_true(f->ready_n >= ready_n);
}

static void start(struct fixture *f)
{
	const struct device_owner owner = {on_state, on_status, on_done, f};

	(void)snprintf(f->name, sizeof(f->name), "tcp:127.0.0.1:%d",
		       ntohs(f->address.sin_port));
	const struct device_place place = {.name = f->name,
					   .where = f->name + 4};
	assert_int_equal(device_tcp_new(f->event, &place, &f->times, &owner,
					&f->device),
			 0);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f || sd_event_new(&f->event) < 0)
		return -1;
	f->times = quick;
	f->listener = f->connection = -1;
	f->address.sin_family = AF_INET;
	f->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (size_t i = 0; i < LENGTH; i++)
		f->bytes[i] = (uint8_t)(i * 7 + i / 251);
	f->job = (struct device_job){.code = "A001",
				     .bytes = f->bytes,
				     .length = LENGTH};
	printer_on(f);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	if (f->device)
		f->device->ops->free(f->device);
	printer_off(f);
	sd_event_unref(f->event);
	free(f);
	return 0;
}

static void send_job(struct fixture *f)
{
	f->device->ops->send(f->device, &f->job);
}

static void a_slow_reader_gets_every_byte(void **state)
{
	struct fixture *f = *state;

	start(f);
	run_until_ready(f, 1, 2000);
	send_job(f);
	assert_int_equal(f->done, 0);
	run_until_done(f, 1, 700, 20000);
	assert_int_equal(f->done, 1);
	assert_int_equal(f->result, DEVICE_SENT);
	while (f->n_got < LENGTH)
		turn(f, LENGTH);
	assert_memory_equal(f->got, f->bytes, LENGTH);
	assert_int_equal(f->lost_n, 0);
}

static void two_slips_share_a_connection(void **state)
{
	struct fixture *f = *state;

	start(f);
	run_until_ready(f, 1, 2000);
	send_job(f);
	run_until_done(f, 1, LENGTH, 5000);
	send_job(f);
	run_until_done(f, 2, LENGTH, 5000);
	assert_int_equal(f->done, 2);
	assert_int_equal(f->result, DEVICE_SENT);
	assert_int_equal(f->ready_n, 1);
}

/* What the kernel holds is not printed: the printer has to have taken it. */
static void a_printer_that_takes_nothing_more_is_given_up(void **state)
{
	struct fixture *f = *state;

	f->job.length = 20000; /* all of it fits the socket's own buffer */
	start(f);
	run_until_ready(f, 1, 2000);
	send_job(f);
	int64_t began_ms = clock_mono_ms();
	run_until_done(f, 1, 0, 5000);
	assert_int_equal(f->done, 1);
	assert_int_equal(f->result, DEVICE_BROKEN);
	assert_in_range(clock_mono_ms() - began_ms, 390, 4000);
	assert_non_null(strstr(f->why, f->name));
	assert_non_null(strstr(f->why, "takes no bytes"));
	assert_non_null(strstr(f->why, "in mid-slip"));
	assert_false(f->ready);
}

static void a_printer_that_hangs_up_in_mid_slip_fails_the_slip(void **state)
{
	struct fixture *f = *state;

	start(f);
	run_until_ready(f, 1, 2000);
	send_job(f);
	while (f->n_got < 1000)
		turn(f, 1000);
	hang_up(f);
	run_until_done(f, 1, 0, 5000);
	assert_int_equal(f->done, 1);
	assert_int_equal(f->result, DEVICE_BROKEN);
	assert_non_null(strstr(f->why, "closed the connection in mid-slip"));
	/* and it is there again for the next one */
	run_until_ready(f, 2, 2000);
	send_job(f);
	f->n_got = 0;
	run_until_done(f, 2, LENGTH, 5000);
	assert_int_equal(f->result, DEVICE_SENT);
	assert_memory_equal(f->got, f->bytes, LENGTH);
}

static void
a_printer_that_hangs_up_after_the_last_byte_has_printed(void **state)
{
	struct fixture *f = *state;

	start(f);
	run_until_ready(f, 1, 2000);
	send_job(f);
	int64_t end = clock_mono_ms() + 5000;
	while (f->n_got < LENGTH && clock_mono_ms() < end)
		turn(f, LENGTH);
	hang_up(f);
	run_until_done(f, 1, 0, 5000);
	assert_int_equal(f->done, 1);
	assert_int_equal(f->result, DEVICE_SENT);
}

static void a_printer_that_is_off_is_tried_until_it_is_on(void **state)
{
	struct fixture *f = *state;

	printer_off(f);
	start(f);
	int64_t end = clock_mono_ms() + 200;
	while (clock_mono_ms() < end)
		turn(f, 0);
	assert_int_equal(f->ready_n, 0);
	assert_true(f->lost_n >= 2);
	assert_non_null(strstr(f->lost_why, "Connection refused"));
	printer_on(f);
	run_until_ready(f, 1, 2000);
	send_job(f);
	run_until_done(f, 1, LENGTH, 5000);
	assert_int_equal(f->result, DEVICE_SENT);
}

static void tries_come_more_and_more_rarely(void **state)
{
	struct fixture *f = *state;

	printer_off(f);
	start(f);
	int64_t end = clock_mono_ms() + 600;
	while (clock_mono_ms() < end)
		turn(f, 0);
	/* 0, 20, 60, 140, then each 80 ms: 9 or so, where a busy loop has
	 * thousands */
	assert_in_range(f->lost_n, 3, 10);
}

static void an_idle_printer_that_hangs_up_at_once_is_offline(void **state)
{
	struct fixture *f = *state;

	start(f);
	run_until_ready(f, 1, 2000);
	hang_up(f);
	int64_t end = clock_mono_ms() + 2000;
	while (f->lost_n == 0 && clock_mono_ms() < end)
		turn(f, 0);
	assert_int_equal(f->lost_n, 1);
	assert_non_null(strstr(f->lost_why, "closed the connection"));
	assert_null(strstr(f->lost_why, "mid-slip"));
}

/* As many do after a quarter of an hour with nothing to print. */
static void
an_idle_printer_that_hangs_up_later_is_opened_again_in_silence(void **state)
{
	struct fixture *f = *state;

	f->times.lasting_ms = 0;
	start(f);
	run_until_ready(f, 1, 2000);
	hang_up(f);
	int64_t end = clock_mono_ms() + 5000;
	while (f->connection < 0 && clock_mono_ms() < end)
		turn(f, 0);
	assert_true(f->connection >= 0);
	send_job(f);
	run_until_done(f, 1, LENGTH, 5000);
	assert_int_equal(f->result, DEVICE_SENT);
	assert_int_equal(f->ready_n, 1);
	assert_int_equal(f->lost_n, 0);
}

static void what_the_printer_says_does_not_disturb(void **state)
{
	struct fixture *f = *state;

	start(f);
	run_until_ready(f, 1, 2000);
	send_job(f);
	int64_t end = clock_mono_ms() + 10000;
	while (f->done < 1 && clock_mono_ms() < end) {
		turn(f, 3000);
		(void)send(f->connection, "\x12\x16", 2, MSG_NOSIGNAL);
	}
	assert_int_equal(f->result, DEVICE_SENT);
	assert_int_equal(f->lost_n, 0);
}

static void it_can_be_freed_in_mid_slip(void **state)
{
	struct fixture *f = *state;

	start(f);
	run_until_ready(f, 1, 2000);
	send_job(f);
	turn(f, 100);
	f->device->ops->free(f->device);
	f->device = NULL;
	turn(f, 100);
	assert_int_equal(f->done, 0);
}

static void an_ipv6_address_stands_in_brackets(void **state)
{
	struct fixture *f = *state;
	const struct device_owner owner = {on_state, on_status, on_done, f};

	const struct device_place place = {.name = "tcp:[::1]:9100",
					   .where = "[::1]:9100"};
	assert_int_equal(device_tcp_new(f->event, &place, &quick, &owner,
					&f->device),
			 0);
}

#define with_fixture(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_fixture(a_slow_reader_gets_every_byte),
	    with_fixture(two_slips_share_a_connection),
	    with_fixture(a_printer_that_takes_nothing_more_is_given_up),
	    with_fixture(a_printer_that_hangs_up_in_mid_slip_fails_the_slip),
	    with_fixture(
		a_printer_that_hangs_up_after_the_last_byte_has_printed),
	    with_fixture(a_printer_that_is_off_is_tried_until_it_is_on),
	    with_fixture(tries_come_more_and_more_rarely),
	    with_fixture(an_idle_printer_that_hangs_up_at_once_is_offline),
	    with_fixture(
		an_idle_printer_that_hangs_up_later_is_opened_again_in_silence),
	    with_fixture(what_the_printer_says_does_not_disturb),
	    with_fixture(it_can_be_freed_in_mid_slip),
	    with_fixture(an_ipv6_address_stands_in_brackets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
