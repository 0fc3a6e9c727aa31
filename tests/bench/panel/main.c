/* SPDX-License-Identifier: MIT */
/*
 * panel-bench DIRECTORY PULL_FILE: from the kernel's timestamp of an edge to a
 * ticket that is durable, and to the printer's first byte, beside the same row
 * inserted bare on the same disk. In the guest, where PULL_FILE is what pulls
 * line 0 of the gpio-sim chip "panel". The kiosk is in this process, and so is
 * the printer, on a TCP port in the same loop.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-event.h>

#include "../bench.h"
#include "../floor.h"
#include "../stats.h"
#include "../table.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "journal/journal.h"
#include "kiosk.h"
#include "panel/front.h"
#include "panel/panel.h"
#include "slips.h"
#include "tests/unit/support/bad_printer.h"

#define PRESSES 100
#define WARM_UP 10
#define BLOCK 10 /* presses, then as many bare rows */
/* Until the row of the slip that is out has had its commit (kiosk.c waits 250
 * ms for company), or the next press's would carry it. */
#define PAUSE_US 180000
#define LINES 16
#define IDLE_US 10000000ULL

static struct {
	sd_event *event;
	struct bad_printer *paper;
	const char *pull_file;
	double edge_us;    /* of the last press, by the kernel */
	double read_us;    /* when the panel had read it */
	double durable_us; /* when its ticket was; 0: not yet */
} bench;

/* ---- the kernel's timestamps, on their way to the panel ---- */

static int next_edge(void *self, int fd, struct gpio_edge *edge)
{
	int rc = gpio_libgpiod.next_edge(self, fd, edge);

	if (rc > 0 && edge->active) {
		bench.edge_us = (double)edge->kernel_ns / 1e3;
		bench.read_us = now_us();
	}
	return rc;
}

static void on_events(void *arg, const struct queue_event *events, size_t n)
{
	(void)arg;
	for (size_t i = 0; i < n; i++)
		if (events[i].kind == QUEUE_ISSUED)
			bench.durable_us = now_us();
}

static void pull(const char *how)
{
	FILE *file = fopen(bench.pull_file, "we");

	if (!file || fputs(how, file) < 0 || fclose(file) != 0)
		die("%s: %s", bench.pull_file, strerror(errno));
}

static void turn(void)
{
	int rc = sd_event_run(bench.event, 10000000);

	if (rc < 0)
		die("the event loop ended: %s", strerror(-rc));
	if (rc == 0)
		die("nothing came of a press for 10 s");
}

static void rest(uint64_t usec)
{
	while (sd_event_run(bench.event, usec) > 0)
		;
}

struct cost {
	struct samples read, durable, first;
};

/* Its slip is out before the next one. */
static void press(struct cost *cost)
{
	uint64_t before = bad_printer_taken(bench.paper);

	bench.durable_us = 0;
	pull("pull-down");
	while (bench.durable_us == 0)
		turn();
	while (bad_printer_taken(bench.paper) == before)
		turn();
	samples_add(&cost->read, bench.read_us - bench.edge_us);
	samples_add(&cost->durable, bench.durable_us - bench.edge_us);
	samples_add(&cost->first, now_us() - bench.edge_us);
	rest(PAUSE_US);
	pull("pull-up");
	rest(PAUSE_US);
}

/* ---- the office ---- */

static void write_config(const char *path, const char *printer)
{
	FILE *file = fopen(path, "we");

	if (!file)
		die("%s: %s", path, strerror(errno));
	fputs("office = { kiosk = \"bench\"; name = { vi = \"UBND\"; }; };\n"
	      "services = ( { id = \"land\"; name = { vi = \"\xc4\x90\xe1\xba"
	      "\xa5t\"; }; prefix = \"A\"; } );\n"
	      "counters = ( { id = 1; name = { vi = \"1\"; };\n"
	      "  services = [ \"land\" ]; } );\n"
	      "console = { listen = \"\"; };\ncentral = { url = \"\"; };\n"
	      "buttons = ( ",
	      file);
	for (int i = 0; i < LINES; i++)
		fprintf(file,
			"%s{ id = \"b%d\"; chip = \"panel\"; line = %d;\n"
			"  active = \"low\"; bias = \"pull-up\";\n"
			"  debounce_ms = 0; repeat_ms = 0;\n"
			"  press = \"issue land\"; }",
			i ? ",\n" : "", i, i);
	fprintf(file,
		" );\nprinter = { device = \"%s\"; width_dots = 384; cut = "
		"true; };\n",
		printer);
	if (fclose(file) != 0)
		die("%s: %s", path, strerror(errno));
}

/* Nobody does anything, for ten seconds. */
static double idle_wakes(const struct config *config)
{
	static const struct panel_hooks hooks = {0};
	struct panel *panel;
	sd_event *event;
	double wakes = 0, end = now_us() + IDLE_US;

	if (sd_event_new(&event) < 0 ||
	    panel_new(event, &gpio_libgpiod, "/dev", config->buttons,
		      config->n_buttons, NULL, 0, &hooks, &panel) != 0)
		die("no panel");
	if (panel_buttons_open(panel) != LINES)
		die("only %zu lines are in use", panel_buttons_open(panel));
	while (now_us() < end)
		wakes += sd_event_run(event, (uint64_t)(end - now_us())) > 0;
	panel_free(panel);
	sd_event_unref(event);
	return wakes;
}

static void measure(const char *dir, struct cost *cost, struct samples *bare)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/floor.db", dir);
	struct floor *floor = floor_open(path);
	for (int i = 0; i < WARM_UP; i++) {
		struct cost none = {0};

		press(&none);
		(void)floor_insert(floor, NULL);
		samples_free(&none.read);
		samples_free(&none.durable);
		samples_free(&none.first);
	}
	for (int i = 0; i < PRESSES; i += BLOCK) {
		for (int n = 0; n < BLOCK; n++)
			press(cost);
		for (int n = 0; n < BLOCK; n++) {
			/* As long after the last as a press is. */
			sleep_ms(2 * PAUSE_US / 1000);
			samples_add(bare, floor_insert(floor, NULL));
		}
	}
	floor_close(floor);
}

static void add(const char *what, struct samples *samples, double share,
		double floor, double aim)
{
	table_add(&(struct figure){.what = what,
				   .unit = "us",
				   .measured = samples_at(samples, share),
				   .floor = floor,
				   .kind = aim > 0 ? AIM_RATIO_MOST : AIM_NONE,
				   .aim = aim});
}

static void report(struct cost *cost, struct samples *bare, double wakes)
{
	double p50 = samples_at(bare, 0.5), p99 = samples_at(bare, 0.99);

	table_head();
	add("kernel's edge to kioskd, p50", &cost->read, 0.5, p50, 0);
	add("kernel's edge to durable, p50", &cost->durable, 0.5, p50, 1.3);
	add("  p99", &cost->durable, 0.99, p99, 0);
	add("kernel's edge to the printer's first byte, p50", &cost->first, 0.5,
	    p50, 0);
	add("  p99", &cost->first, 0.99, p99, 0);
	table_add(&(struct figure){.what = "16 lines, idle for 10 s: wake-ups",
				   .unit = "",
				   .measured = wakes,
				   .kind = AIM_MOST,
				   .aim = 1});
	table_foot();
}

int main(int argc, char **argv)
{
	struct gpio_ops ops = gpio_libgpiod;
	struct journal_problem problem = {""};
	struct cost cost = {0};
	struct samples bare = {0};
	struct config *config;
	struct journal *journal;
	struct kiosk *kiosk;
	struct slips *slips;
	struct front *front;
	char conf[300];

	if (argc != 3) {
		fputs("usage: panel-bench DIRECTORY PULL_FILE\n", stderr);
		return 2;
	}
	log_start("panel-bench");
	bench.pull_file = argv[2];
	ops.next_edge = next_edge;
	snprintf(conf, sizeof(conf), "%s/kiosk.conf", argv[1]);
	if (sd_event_new(&bench.event) < 0)
		die("no event loop");
	bench.paper =
	    bad_printer_new(bench.event, BAD_TCP, "127.0.0.1:0", BAD_ALL);
	if (!bench.paper)
		die("no printer: %s", strerror(errno));
	write_config(conf, bad_printer_device(bench.paper));
	if (config_load(conf, stderr, stderr, &config) != 0 ||
	    clock_set_zone(config->office.timezone) != 0)
		die("no office");
	double wakes = idle_wakes(config);
	if (journal_open(argv[1], clock_wall_ms(), &journal, &problem) != 0 ||
	    kiosk_new(bench.event, config, journal, &kiosk, &problem) != 0)
		die("%s", problem.text);
	/* Told first, before a slip is drawn and lamps are set. */
	if (kiosk_observe(kiosk, on_events, NULL) != 0 ||
	    slips_new(bench.event, config, kiosk, journal, &slips) != 0 ||
	    front_new(bench.event, kiosk, slips, &ops, "/dev", &front) != 0)
		die("no devices");
	rest(1000000);
	measure(argv[1], &cost, &bare);
	report(&cost, &bare, wakes);
	samples_free(&cost.read);
	samples_free(&cost.durable);
	samples_free(&cost.first);
	samples_free(&bare);
	slips_stop(slips);
	front_free(front);
	slips_free(slips);
	kiosk_free(kiosk);
	journal_close(journal);
	bad_printer_free(bench.paper);
	sd_event_unref(bench.event);
	config_free(config);
	return 0;
}
