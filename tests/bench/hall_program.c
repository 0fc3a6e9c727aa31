/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "hall.h"
#include "office.h"
#include "proc.h"
#include "stats.h"
#include "table.h"

#define START_AIM_MS 400.0
#define CALLS 1200 /* a day's; by then every cache is about full */

/* POST to counter 1; what it answers is read and not looked at. */
static void post_to_counter(const struct office *office, const char *verb)
{
	struct client client;
	char bytes[4096];
	ssize_t n;

	client_open(&client, office->socket);
	int length = snprintf(bytes, sizeof(bytes),
			      "POST /v1/counters/1/%s HTTP/1.1\r\n"
			      "Host: kiosk\r\nContent-Length: 0\r\n"
			      "Connection: close\r\n\r\n",
			      verb);
	if (send(client.fd, bytes, (size_t)length, MSG_NOSIGNAL) != length)
		die("kioskd does not take a request: %s", strerror(errno));
	while ((n = recv(client.fd, bytes, sizeof(bytes), 0)) > 0)
		;
	if (n < 0)
		die("kioskd does not answer: %s", strerror(errno));
	client_close(&client);
}

static void call(const struct office *office, struct client *client, int n)
{
	for (int i = 0; i < n; i++) {
		(void)client_issue(client, NULL);
		post_to_counter(office, "call");
	}
}

static pid_t show_board(const struct bench *bench, const struct office *office)
{
	char log[192];
	const char *const arguments[] = {"kiosk-display",
					 "--config",
					 office->config,
					 "--socket",
					 office->socket,
					 "--view",
					 "board",
					 "--size",
					 "1920x1080",
					 "--mute",
					 NULL};

	snprintf(log, sizeof(log), "%s/display-log", office->dir);
	return program_start(bench, log, arguments, true, NULL);
}

/* From the fork to the end of a run that draws one picture of the live state
 * and writes it to a file: more than to the first frame on a screen. */
static double picture_ms(const struct bench *bench, const struct office *office)
{
	char png[192];
	const char *const arguments[] = {"kiosk-display",
					 "--config",
					 office->config,
					 "--socket",
					 office->socket,
					 "--view",
					 "board",
					 "--size",
					 "1920x1080",
					 "--snapshot",
					 png,
					 NULL};
	int status;

	snprintf(png, sizeof(png), "%s/board.png", office->dir);
	double begin = now_us();
	pid_t pid = program_start(bench, "/dev/null", arguments, false, NULL);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		die("kiosk-display --snapshot failed");
	return (now_us() - begin) / 1e3;
}

static void measure_start(const struct bench *bench,
			  const struct office *office)
{
	struct samples pictures = {0}, floors = {0};
	size_t count = bench_count(bench, 20, 5);

	for (size_t i = 0; i < count; i++) {
		samples_add(&floors,
			    program_version(bench, "kiosk-display", NULL));
		samples_add(&pictures, picture_ms(bench, office));
	}
	table_add(&(struct figure){
	    .what = "board 1080p: start to a picture in a file, of 400 ms",
	    .unit = "%",
	    .measured = samples_at(&pictures, 0.5) / START_AIM_MS * 100,
	    .floor = samples_at(&floors, 0.5) / START_AIM_MS * 100,
	    .kind = AIM_MOST,
	    .aim = 100,
	});
	samples_free(&pictures);
	samples_free(&floors);
}

void bench_hall_program(const struct bench *bench)
{
	struct office office;
	struct client client;

	setenv("SDL_VIDEODRIVER", "offscreen", 1);
	office_make(&office, bench, "hall", false);
	(void)office_start(&office, bench);
	client_open(&client, office.socket);
	call(&office, &client, 8);
	measure_start(bench, &office);

	pid_t display = show_board(bench, &office);
	call(&office, &client, CALLS);
	sleep_ms(2000);
	long before_kb = proc_status(display, "VmRSS");
	call(&office, &client, CALLS);
	sleep_ms(2000);
	long after_kb = proc_status(display, "VmRSS");
	program_stop(display);
	table_add(&(struct figure){
	    .what = "  resident, after 1200 calls",
	    .unit = "MB",
	    .measured = (double)before_kb / 1024,
	});
	table_add(&(struct figure){
	    .what = "  growth by 1200 calls more",
	    .unit = "%",
	    .measured =
		(double)(after_kb - before_kb) / (double)before_kb * 100,
	    .kind = AIM_MOST,
	    .aim = 3,
	});

	display = show_board(bench, &office);
	sleep_ms(15000); /* nothing is new, nothing slides */
	long seconds = bench->quick ? 20 : 70;
	double run_us = proc_run_us(display), from_us = now_us();
	sleep_ms(seconds * 1000);
	run_us = proc_run_us(display) - run_us;
	table_add(&(struct figure){
	    .what = "  of a core, idle with its clock and pages",
	    .unit = "%",
	    .measured = run_us / (now_us() - from_us) * 100,
	    .kind = AIM_MOST,
	    .aim = 0.2,
	});
	program_stop(display);
	client_close(&client);
	office_stop(&office);
}
