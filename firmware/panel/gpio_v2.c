/* SPDX-License-Identifier: MIT */
/* libgpiod 2 (Raspberry Pi OS 13): all inputs of a chip in one request with one
 * descriptor, all outputs in another; the kernel debounces. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <gpiod.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "panel/gpio.h"

#define CONSUMER "kioskd"
#define EVENT_BUFFER 256 /* edges the kernel keeps while the loop is busy */

struct chip {
	struct gpiod_chip *chip;
	struct gpiod_line_request *inputs, *outputs;
	struct gpiod_edge_event_buffer *events;
	size_t n_events, next_event; /* read, not yet handed out */
};

struct reporter {
	void (*report)(void *arg, const char *text);
	void *arg;
	const char *chip;
};

static enum gpiod_line_bias bias_of(enum config_bias bias)
{
	switch (bias) {
	case CONFIG_BIAS_AS_IS:
		return GPIOD_LINE_BIAS_AS_IS;
	case CONFIG_BIAS_PULL_UP:
		return GPIOD_LINE_BIAS_PULL_UP;
	case CONFIG_BIAS_PULL_DOWN:
		return GPIOD_LINE_BIAS_PULL_DOWN;
	case CONFIG_BIAS_DISABLED:
		return GPIOD_LINE_BIAS_DISABLED;
	}
	return GPIOD_LINE_BIAS_AS_IS;
}

static bool chip_matches(struct gpiod_chip *chip, const char *name)
{
	struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
	bool matches;

	if (!info)
		return false;
	matches = strcmp(gpiod_chip_info_get_name(info), name) == 0 ||
		  strcmp(gpiod_chip_info_get_label(info), name) == 0;
	gpiod_chip_info_free(info);
	return matches;
}

/* By path, else by name or label. NULL with errno; ENODEV: there is none. */
static struct gpiod_chip *find_chip(const char *name)
{
	struct gpiod_chip *chip = NULL;
	int denied = 0;
	glob_t paths;

	if (name[0] == '/')
		return gpiod_chip_open(name);
	if (glob("/dev/gpiochip*", 0, NULL, &paths) != 0) {
		errno = ENODEV;
		return NULL;
	}
	for (size_t i = 0; i < paths.gl_pathc && !chip; i++) {
		chip = gpiod_chip_open(paths.gl_pathv[i]);
		if (!chip && (errno == EACCES || errno == EPERM))
			denied = errno;
		if (chip && !chip_matches(chip, name)) {
			gpiod_chip_close(chip);
			chip = NULL;
		}
	}
	globfree(&paths);
	errno = denied ? denied : ENODEV;
	return chip;
}

static struct gpiod_line_settings *
input_settings(const struct gpio_input *input)
{
	struct gpiod_line_settings *settings = gpiod_line_settings_new();

	if (!settings)
		return NULL;
	gpiod_line_settings_set_active_low(settings, input->active_low);
	gpiod_line_settings_set_debounce_period_us(settings,
						   (unsigned long)
							   input->debounce_ms *
						       1000);
	if (gpiod_line_settings_set_direction(settings,
					      GPIOD_LINE_DIRECTION_INPUT) ||
	    gpiod_line_settings_set_edge_detection(settings,
						   GPIOD_LINE_EDGE_BOTH) ||
	    gpiod_line_settings_set_bias(settings, bias_of(input->bias))) {
		gpiod_line_settings_free(settings);
		return NULL;
	}
	return settings;
}

static struct gpiod_line_settings *
output_settings(const struct gpio_output *output)
{
	struct gpiod_line_settings *settings = gpiod_line_settings_new();

	if (!settings)
		return NULL;
	gpiod_line_settings_set_active_low(settings, output->active_low);
	if (gpiod_line_settings_set_direction(settings,
					      GPIOD_LINE_DIRECTION_OUTPUT) ||
	    gpiod_line_settings_set_output_value(settings,
						 GPIOD_LINE_VALUE_INACTIVE)) {
		gpiod_line_settings_free(settings);
		return NULL;
	}
	return settings;
}

/* Takes settings. */
static int add_settings(struct gpiod_line_config *config, unsigned offset,
			struct gpiod_line_settings *settings)
{
	int rc = -ENOMEM;

	if (settings)
		rc = gpiod_line_config_add_line_settings(config, &offset, 1,
							 settings) == 0
			 ? 0
			 : -errno;
	gpiod_line_settings_free(settings);
	return rc;
}

/* NULL with errno. */
static struct gpiod_line_request *request(struct gpiod_chip *chip,
					  struct gpiod_line_config *config)
{
	struct gpiod_request_config *how = gpiod_request_config_new();
	struct gpiod_line_request *got = NULL;

	if (!how) {
		errno = ENOMEM;
		return NULL;
	}
	gpiod_request_config_set_consumer(how, CONSUMER);
	gpiod_request_config_set_event_buffer_size(how, EVENT_BUFFER);
	got = gpiod_chip_request_lines(chip, how, config);
	gpiod_request_config_free(how);
	return got;
}

/*
 * Whether the line can be had on its own: asked before the one request for
 * all, which the kernel refuses whole for a single bad line.
 */
static bool line_is_free(struct gpiod_chip *chip, unsigned offset,
			 struct gpiod_line_settings *settings,
			 const struct reporter *to)
{
	struct gpiod_line_config *config = gpiod_line_config_new();
	struct gpiod_line_request *got = NULL;
	char text[200];
	int rc = -ENOMEM;

	if (config)
		rc = add_settings(config, offset, settings);
	else
		gpiod_line_settings_free(settings);
	if (rc == 0) {
		got = request(chip, config);
		rc = got ? 0 : -errno;
	}
	if (got)
		gpiod_line_request_release(got);
	gpiod_line_config_free(config);
	if (rc == 0)
		return true;
	snprintf(text, sizeof(text), "%s line %u: %s", to->chip, offset,
		 rc == -EINVAL
		     ? "not a line of this chip, or it cannot do what is asked"
		     : gpio_reason(-rc));
	to->report(to->arg, text);
	return false;
}

static int request_inputs(struct chip *chip, const struct gpio_input *inputs,
			  size_t n_inputs, const struct reporter *to)
{
	struct gpiod_line_config *config = gpiod_line_config_new();
	size_t n = 0;
	int rc = 0;

	if (!config)
		return -ENOMEM;
	for (size_t i = 0; i < n_inputs && rc == 0; i++) {
		if (!line_is_free(chip->chip, inputs[i].offset,
				  input_settings(&inputs[i]), to))
			continue;
		rc = add_settings(config, inputs[i].offset,
				  input_settings(&inputs[i]));
		n++;
	}
	if (rc == 0 && n > 0) {
		chip->inputs = request(chip->chip, config);
		rc = chip->inputs ? 0 : -errno;
	}
	gpiod_line_config_free(config);
	return rc;
}

static int request_outputs(struct chip *chip, const struct gpio_output *outputs,
			   size_t n_outputs, const struct reporter *to)
{
	struct gpiod_line_config *config = gpiod_line_config_new();
	size_t n = 0;
	int rc = 0;

	if (!config)
		return -ENOMEM;
	for (size_t i = 0; i < n_outputs && rc == 0; i++) {
		if (!line_is_free(chip->chip, outputs[i].offset,
				  output_settings(&outputs[i]), to))
			continue;
		rc = add_settings(config, outputs[i].offset,
				  output_settings(&outputs[i]));
		n++;
	}
	if (rc == 0 && n > 0) {
		chip->outputs = request(chip->chip, config);
		rc = chip->outputs ? 0 : -errno;
	}
	gpiod_line_config_free(config);
	return rc;
}

static void close_chip(void *self)
{
	struct chip *chip = self;

	if (!chip)
		return;
	if (chip->inputs)
		gpiod_line_request_release(chip->inputs);
	if (chip->outputs)
		gpiod_line_request_release(chip->outputs);
	if (chip->events)
		gpiod_edge_event_buffer_free(chip->events);
	if (chip->chip)
		gpiod_chip_close(chip->chip);
	free(chip);
}

static int open_chip(const char *name, const struct gpio_input *inputs,
		     size_t n_inputs, const struct gpio_output *outputs,
		     size_t n_outputs,
		     void (*report)(void *arg, const char *text), void *arg,
		     void **self, struct gpio_problem *problem)
{
	struct reporter to = {.report = report, .arg = arg, .chip = name};
	struct chip *chip = calloc(1, sizeof(*chip));
	int rc = -ENOMEM;

	*self = NULL;
	if (!chip)
		goto fail;
	chip->events = gpiod_edge_event_buffer_new(EVENT_BUFFER);
	if (!chip->events)
		goto fail;
	chip->chip = find_chip(name);
	if (!chip->chip) {
		rc = errno == ENOENT ? -ENODEV : -errno;
		goto fail;
	}
	rc = request_inputs(chip, inputs, n_inputs, &to);
	if (rc == 0)
		rc = request_outputs(chip, outputs, n_outputs, &to);
	if (rc != 0)
		goto fail;
	*self = chip;
	return 0;

fail:
	snprintf(problem->text, sizeof(problem->text), "%s: %s", name,
		 rc == -ENODEV ? "no such GPIO chip on this machine"
			       : gpio_reason(-rc));
	close_chip(chip);
	return rc;
}

static size_t line_fds(void *self, int *fds, size_t max)
{
	const struct chip *chip = self;

	if (!chip->inputs || max == 0)
		return 0;
	fds[0] = gpiod_line_request_get_fd(chip->inputs);
	return 1;
}

static int next_edge(void *self, int fd, struct gpio_edge *edge)
{
	struct chip *chip = self;
	struct gpiod_edge_event *event;
	int rc;

	(void)fd; /* there is one */
	if (chip->next_event == chip->n_events) {
		chip->next_event = chip->n_events = 0;
		rc = gpiod_line_request_wait_edge_events(chip->inputs, 0);
		if (rc <= 0)
			return rc < 0 ? -errno : 0;
		rc = gpiod_line_request_read_edge_events(chip->inputs,
							 chip->events,
							 EVENT_BUFFER);
		if (rc <= 0)
			return rc < 0 ? -errno : 0;
		chip->n_events = (size_t)rc;
	}
	event =
	    gpiod_edge_event_buffer_get_event(chip->events, chip->next_event++);
	*edge = (struct gpio_edge){
	    .offset = gpiod_edge_event_get_line_offset(event),
	    .active = gpiod_edge_event_get_event_type(event) ==
		      GPIOD_EDGE_EVENT_RISING_EDGE,
	    .kernel_ns = (int64_t)gpiod_edge_event_get_timestamp_ns(event),
	};
	return 1;
}

static int set_line(void *self, unsigned offset, bool active)
{
	struct chip *chip = self;

	if (!chip->outputs)
		return -EINVAL;
	return gpiod_line_request_set_value(chip->outputs, offset,
					    active
						? GPIOD_LINE_VALUE_ACTIVE
						: GPIOD_LINE_VALUE_INACTIVE) ==
		       0
		   ? 0
		   : -errno;
}

static int get_line(void *self, unsigned offset)
{
	struct chip *chip = self;
	enum gpiod_line_value value = GPIOD_LINE_VALUE_ERROR;

	errno = EINVAL;
	if (chip->inputs)
		value = gpiod_line_request_get_value(chip->inputs, offset);
	if (value == GPIOD_LINE_VALUE_ERROR && chip->outputs)
		value = gpiod_line_request_get_value(chip->outputs, offset);
	if (value == GPIOD_LINE_VALUE_ERROR)
		return -errno;
	return value == GPIOD_LINE_VALUE_ACTIVE;
}

const struct gpio_ops gpio_libgpiod = {
    .name = "libgpiod 2",
    .open = open_chip,
    .close = close_chip,
    .fds = line_fds,
    .next_edge = next_edge,
    .set = set_line,
    .get = get_line,
    .debounces = true,
};
