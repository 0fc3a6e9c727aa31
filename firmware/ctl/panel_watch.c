/* SPDX-License-Identifier: MIT */
#include "ctl/panel_watch.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-event.h>

#include "base/config.h"
#include "base/keys.h"
#include "panel/evdev.h"
#include "panel/gpio.h"
#include "panel/panel.h"

#define LAMP_US 1000000ULL

struct watch {
	const struct config *config;
	sd_event *event;
	struct panel *panel;
	struct evdev *evdev;
	const char **paths; /* the keypads', then the scanners' */
	size_t n_paths;
	size_t lamp; /* the one that is lit */
	sd_event_source *timer;
};

/* The edges as the kernel gives them pass through here on their way to the
 * panel. */
static struct {
	const struct config *config;
	struct gpio_ops ops;
	int64_t last_ns;
	struct {
		const void *self;
		const char *name; /* as configured */
	} chips[CONFIG_MAX_BUTTONS + CONFIG_MAX_LAMPS];
} tap;

static int open_chip(const char *chip, const struct gpio_input *inputs,
		     size_t n_inputs, const struct gpio_output *outputs,
		     size_t n_outputs, gpio_report_fn *report, void *arg,
		     void **self, struct gpio_problem *problem)
{
	int rc = gpio_libgpiod.open(chip, inputs, n_inputs, outputs, n_outputs,
				    report, arg, self, problem);
	size_t i = 0;

	/* A chip keeps its place when it comes back. */
	while (tap.chips[i].name && strcmp(tap.chips[i].name, chip) != 0)
		i++;
	tap.chips[i].name = chip;
	tap.chips[i].self = *self;
	return rc;
}

static const char *button_of(const void *self, unsigned offset)
{
	size_t chip = 0;

	while (tap.chips[chip].self != self)
		chip++;
	for (size_t i = 0; i < tap.config->n_buttons; i++) {
		const struct config_button *button = &tap.config->buttons[i];

		if (button->line_offset == offset &&
		    strcmp(button->chip, tap.chips[chip].name) == 0)
			return button->id;
	}
	return "";
}

static int next_edge(void *self, int fd, struct gpio_edge *edge)
{
	int rc = gpio_libgpiod.next_edge(self, fd, edge);
	int64_t since_us;

	if (rc <= 0)
		return rc;
	since_us = tap.last_ns ? (edge->kernel_ns - tap.last_ns) / 1000 : 0;
	tap.last_ns = edge->kernel_ns;
	printf("%" PRId64 ".%03" PRId64 " s  +%" PRId64 ".%03" PRId64
	       " ms  line %-3u %-8s %s\n",
	       edge->kernel_ns / 1000000000, edge->kernel_ns / 1000000 % 1000,
	       since_us / 1000, since_us % 1000, edge->offset,
	       edge->active ? "closed" : "open", button_of(self, edge->offset));
	return rc;
}

static void on_action(void *arg, const struct config_button *button,
		      const struct config_action *action)
{
	(void)arg;
	printf("    => button \"%s\": %s\n", button->id,
	       action == &button->hold ? "hold" : "press");
}

static void on_fault(void *arg, size_t index, enum button_fault fault)
{
	const struct watch *watch = arg;

	printf("    => button \"%s\": %s\n", watch->config->buttons[index].id,
	       button_fault_name(fault));
}

static void on_changed(void *arg)
{
	const struct watch *watch = arg;

	printf("%zu buttons, %zu lamps in use\n",
	       panel_buttons_open(watch->panel),
	       panel_lamps_open(watch->panel));
}

static void on_key(void *arg, size_t index, const struct input_event *event)
{
	const struct watch *watch = arg;
	int digit = keys_digit(event->code), key = keys_of_code(event->code);

	if (event->type == EV_SYN && event->code == SYN_DROPPED)
		printf("%s: events were lost\n", watch->paths[index]);
	if (event->type != EV_KEY || event->value == 0)
		return;
	/* A scanner types what may be somebody's name: its keys are counted,
	 * not shown. */
	if (index >= watch->config->n_keypads)
		printf("%s: a key\n", watch->paths[index]);
	else if (digit >= 0)
		printf("%s: %d\n", watch->paths[index], digit);
	else
		printf("%s: \"%s\" (key code %u)%s\n", watch->paths[index],
		       keys_name(key), event->code,
		       event->value == 2 ? ", kept down" : "");
}

static void on_devices(void *arg)
{
	(void)arg;
}

static int on_signal(sd_event_source *source,
		     const struct signalfd_siginfo *info, void *userdata)
{
	(void)info;
	(void)userdata;
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

/* The next lamp, and only that. */
static int on_lamp(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct watch *watch = userdata;
	size_t n = watch->config->n_lamps;

	panel_light(watch->panel, watch->lamp, LAMP_OFF);
	watch->lamp = (watch->lamp + 1) % n;
	panel_light(watch->panel, watch->lamp, LAMP_ON);
	printf("lamp \"%s\" is lit: %s line %u\n",
	       watch->config->lamps[watch->lamp].id,
	       watch->config->lamps[watch->lamp].chip,
	       watch->config->lamps[watch->lamp].line_offset);
	fflush(stdout);
	/* From now on: the first one's time was the machine's start. */
	if (sd_event_now(watch->event, CLOCK_MONOTONIC, &usec) >= 0)
		sd_event_source_set_time(source, usec + LAMP_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* ---- start and end ---- */

static int start_loop(struct watch *watch)
{
	static const int ends[] = {SIGINT, SIGTERM};
	sigset_t mask;
	int rc;

	sigemptyset(&mask);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		sigaddset(&mask, ends[i]);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) != 0)
		return -errno;
	rc = sd_event_new(&watch->event);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]) && rc >= 0; i++)
		rc = sd_event_add_signal(watch->event, NULL, ends[i], on_signal,
					 NULL);
	return rc < 0 ? rc : 0;
}

static int start_panel(struct watch *watch)
{
	const struct config *config = watch->config;
	const struct panel_hooks hooks = {.arg = watch,
					  .action = on_action,
					  .fault = on_fault,
					  .changed = on_changed};

	tap.config = config;
	tap.ops = gpio_libgpiod;
	tap.ops.open = open_chip;
	tap.ops.next_edge = next_edge;
	return panel_new(watch->event, &tap.ops, "/dev", config->buttons,
			 config->n_buttons, config->lamps, config->n_lamps,
			 &hooks, &watch->panel);
}

static int start_devices(struct watch *watch)
{
	const struct config *config = watch->config;
	const struct evdev_hooks hooks = {.arg = watch,
					  .event = on_key,
					  .changed = on_devices};

	watch->n_paths = config->n_keypads + config->n_scanners;
	watch->paths = calloc(watch->n_paths + 1, sizeof(char *));
	if (!watch->paths)
		return -ENOMEM;
	for (size_t i = 0; i < config->n_keypads; i++)
		watch->paths[i] = config->keypads[i].device;
	for (size_t i = 0; i < config->n_scanners; i++)
		watch->paths[config->n_keypads + i] =
		    config->scanners[i].device;
	return evdev_new(watch->event, "/dev/input", watch->paths,
			 watch->n_paths, &hooks, &watch->evdev);
}

static int start(struct watch *watch)
{
	int rc = start_loop(watch);

	if (rc == 0)
		rc = start_panel(watch);
	if (rc == 0)
		rc = start_devices(watch);
	if (rc == 0 && watch->config->n_lamps > 0) {
		watch->lamp = watch->config->n_lamps - 1; /* then the first */
		rc = sd_event_add_time(watch->event, &watch->timer,
				       CLOCK_MONOTONIC, 0, 0, on_lamp, watch);
	}
	return rc < 0 ? rc : 0;
}

/* Whether there is anything to watch. */
static bool any(const struct watch *watch)
{
	bool found = panel_buttons_open(watch->panel) > 0 ||
		     panel_lamps_open(watch->panel) > 0;

	for (size_t i = 0; i < watch->n_paths; i++)
		found |= evdev_fault(watch->evdev, i) == NULL;
	return found;
}

static void end(struct watch *watch)
{
	sd_event_source_disable_unref(watch->timer);
	evdev_free(watch->evdev);
	panel_free(watch->panel);
	sd_event_unref(watch->event);
	free(watch->paths);
}

int panel_command_watch(const struct ctl_command *command)
{
	const char *path =
	    command->file ? command->file : "/etc/kiosk/kiosk.conf";
	struct watch watch = {0};
	struct config *config;
	int status = EXIT_FAILURE;
	int rc;

	if (config_load(path, stderr, NULL, &config) < 0)
		return EXIT_FAILURE;
	watch.config = config;
	/* A line at once for each edge, also into a pipe. */
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	rc = start(&watch);
	if (rc < 0) {
		fprintf(stderr, "kioskctl: panel watch: %s\n", strerror(-rc));
	} else if (!any(&watch)) {
		fputs("kioskctl: nothing to watch: no line or device of the "
		      "configuration can be had (while kioskd runs they are "
		      "its own: sudo systemctl stop kioskd)\n",
		      stderr);
	} else {
		printf("%zu buttons, %zu lamps in use; press each button; "
		       "Ctrl+C ends\n",
		       panel_buttons_open(watch.panel),
		       panel_lamps_open(watch.panel));
		status = sd_event_loop(watch.event) < 0 ? EXIT_FAILURE
							: EXIT_SUCCESS;
	}
	end(&watch);
	config_free(config);
	return status;
}
