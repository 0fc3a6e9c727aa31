/* SPDX-License-Identifier: MIT */
/* libgpiod 1.6 (Raspberry Pi OS 12): a request and a descriptor for each line,
 * and no debouncing by the kernel. */
#include <errno.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "panel/gpio.h"

#define CONSUMER "kioskd"

struct line {
	struct gpiod_line *line;
	unsigned offset;
	bool input;
	int fd;
};

struct chip {
	struct gpiod_chip *chip;
	struct line *lines;
	size_t n_lines;
};

static int bias_flag(enum config_bias bias)
{
	switch (bias) {
	case CONFIG_BIAS_AS_IS:
		return 0;
	case CONFIG_BIAS_PULL_UP:
		return GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
	case CONFIG_BIAS_PULL_DOWN:
		return GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
	case CONFIG_BIAS_DISABLED:
		return GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
	}
	return 0;
}

static int request_input(struct line *line, const struct gpio_input *input)
{
	int flags = bias_flag(input->bias);
	struct gpiod_line_request_config config = {
	    .consumer = CONSUMER,
	    .request_type = GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES,
	    .flags =
		flags |
		(input->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0),
	};

	if (gpiod_line_request(line->line, &config, 0) != 0)
		return -errno;
	line->fd = gpiod_line_event_get_fd(line->line);
	return line->fd < 0 ? -errno : 0;
}

static int request_output(struct line *line, const struct gpio_output *output)
{
	struct gpiod_line_request_config config = {
	    .consumer = CONSUMER,
	    .request_type = GPIOD_LINE_REQUEST_DIRECTION_OUTPUT,
	    .flags =
		output->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0,
	};

	return gpiod_line_request(line->line, &config, 0) == 0 ? 0 : -errno;
}

/* Adds the line where it can be had, else reports why not. */
static void add_line(struct chip *chip, const char *name, unsigned offset,
		     const struct gpio_input *input,
		     const struct gpio_output *output,
		     void (*report)(void *arg, const char *text), void *arg)
{
	struct line line = {.offset = offset, .input = input, .fd = -1};
	unsigned n_lines = gpiod_chip_num_lines(chip->chip);
	char text[200];
	int rc;

	if (offset >= n_lines) {
		snprintf(text, sizeof(text),
			 "%s line %u: the chip's lines are 0 to %u: mend "
			 "\"line\" in the configuration",
			 name, offset, n_lines - 1);
		report(arg, text);
		return;
	}
	line.line = gpiod_chip_get_line(chip->chip, offset);
	if (!line.line)
		rc = -errno;
	else
		rc = input ? request_input(&line, input)
			   : request_output(&line, output);
	if (rc != 0) {
		snprintf(text, sizeof(text), "%s line %u: %s", name, offset,
			 gpio_reason(-rc));
		report(arg, text);
		return;
	}
	chip->lines[chip->n_lines++] = line;
}

static void close_chip(void *self)
{
	struct chip *chip = self;

	if (!chip)
		return;
	for (size_t i = 0; i < chip->n_lines; i++)
		gpiod_line_release(chip->lines[i].line);
	gpiod_chip_close(chip->chip);
	free(chip->lines);
	free(chip);
}

static int open_chip(const char *name, const struct gpio_input *inputs,
		     size_t n_inputs, const struct gpio_output *outputs,
		     size_t n_outputs,
		     void (*report)(void *arg, const char *text), void *arg,
		     void **self, struct gpio_problem *problem)
{
	struct chip *chip = calloc(1, sizeof(*chip));
	int rc = -ENOMEM;

	if (!chip)
		goto fail;
	chip->lines = calloc(n_inputs + n_outputs + 1, sizeof(*chip->lines));
	if (!chip->lines)
		goto free_chip;
	chip->chip = gpiod_chip_open_lookup(name);
	if (!chip->chip) {
		/* What was looked for by name and not found says ENOENT. */
		rc = errno == ENOENT || errno == 0 ? -ENODEV : -errno;
		goto free_lines;
	}
	for (size_t i = 0; i < n_inputs; i++)
		add_line(chip, name, inputs[i].offset, &inputs[i], NULL, report,
			 arg);
	for (size_t i = 0; i < n_outputs; i++)
		add_line(chip, name, outputs[i].offset, NULL, &outputs[i],
			 report, arg);
	*self = chip;
	return 0;

free_lines:
	free(chip->lines);
free_chip:
	free(chip);
fail:
	snprintf(problem->text, sizeof(problem->text), "%s: %s", name,
		 rc == -ENODEV ? "no such GPIO chip on this machine"
			       : gpio_reason(-rc));
	*self = NULL;
	return rc;
}

static size_t line_fds(void *self, int *fds, size_t max)
{
	const struct chip *chip = self;
	size_t n = 0;

	for (size_t i = 0; i < chip->n_lines && n < max; i++) {
		if (chip->lines[i].input)
			fds[n++] = chip->lines[i].fd;
	}
	return n;
}

static struct line *find_line(struct chip *chip, unsigned offset)
{
	for (size_t i = 0; i < chip->n_lines; i++) {
		if (chip->lines[i].offset == offset)
			return &chip->lines[i];
	}
	return NULL;
}

static int next_edge(void *self, int fd, struct gpio_edge *edge)
{
	static const struct timespec at_once = {0};
	struct gpiod_line_event event;
	struct chip *chip = self;
	struct line *line = NULL;
	int rc;

	for (size_t i = 0; i < chip->n_lines; i++) {
		if (chip->lines[i].input && chip->lines[i].fd == fd)
			line = &chip->lines[i];
	}
	if (!line)
		return -EBADF;
	rc = gpiod_line_event_wait(line->line, &at_once);
	if (rc <= 0)
		return rc < 0 ? -errno : 0;
	if (gpiod_line_event_read(line->line, &event) != 0)
		return errno == EAGAIN ? 0 : -errno;
	*edge = (struct gpio_edge){
	    .offset = line->offset,
	    .active = event.event_type == GPIOD_LINE_EVENT_RISING_EDGE,
	    .kernel_ns =
		(int64_t)event.ts.tv_sec * 1000000000 + event.ts.tv_nsec,
	};
	return 1;
}

static int set_line(void *self, unsigned offset, bool active)
{
	struct line *line = find_line(self, offset);

	if (!line || line->input)
		return -EINVAL;
	return gpiod_line_set_value(line->line, active) == 0 ? 0 : -errno;
}

static int get_line(void *self, unsigned offset)
{
	struct line *line = find_line(self, offset);
	int level;

	if (!line)
		return -EINVAL;
	level = gpiod_line_get_value(line->line);
	return level < 0 ? -errno : level;
}

const struct gpio_ops gpio_libgpiod = {
    .name = "libgpiod 1",
    .open = open_chip,
    .close = close_chip,
    .fds = line_fds,
    .next_edge = next_edge,
    .set = set_line,
    .get = get_line,
    .debounces = false,
};
