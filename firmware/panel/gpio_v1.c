/* SPDX-License-Identifier: MIT */
/* libgpiod 1.6 (Raspberry Pi OS 12): a request and a descriptor for each line,
 * and no debouncing by the kernel. */
#include <errno.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "panel/gpio.h"
#include "panel/gpio_find.h"

#define CONSUMER "kioskd"
#define REPORT_SIZE 300

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

struct reporter {
	gpio_report_fn *report;
	void *arg;
	const char *chip;
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

static int request_input(struct line *line, const struct gpio_input *input,
			 int bias)
{
	struct gpiod_line_request_config config = {
	    .consumer = CONSUMER,
	    .request_type = GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES,
	    .flags =
		bias |
		(input->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0),
	};

	if (gpiod_line_request(line->line, &config, 0) != 0)
		return -errno;
	line->fd = gpiod_line_event_get_fd(line->line);
	return line->fd < 0 ? -errno : 0;
}

/* With the bias, or, where that is refused, without. */
static int request_biased(struct line *line, const struct gpio_input *input,
			  const struct reporter *to)
{
	int bias = bias_flag(input->bias);
	int rc = request_input(line, input, bias);
	char text[REPORT_SIZE];

	if (rc == 0 || bias == 0 || !gpio_bias_refused(rc))
		return rc;
	rc = request_input(line, input, 0);
	if (rc == 0) {
		gpio_explain_bias(text, sizeof(text), to->chip, input->offset,
				  input->bias);
		to->report(to->arg, false, text);
	}
	return rc;
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

/* Who drives an idle line as an output may short the button to ground. */
static void warn_of_output(const struct line *line, const struct reporter *to)
{
	char text[REPORT_SIZE];

	if (gpiod_line_is_used(line->line) ||
	    gpiod_line_direction(line->line) != GPIOD_LINE_DIRECTION_OUTPUT)
		return;
	snprintf(text, sizeof(text),
		 "%s line %u: was an output until now, and becomes a button's "
		 "input: check that nothing else is wired to it",
		 to->chip, line->offset);
	to->report(to->arg, false, text);
}

/* Adds the line where it can be had, else reports why not. */
static void add_line(struct chip *chip, unsigned offset,
		     const struct gpio_input *input,
		     const struct gpio_output *output,
		     const struct reporter *to)
{
	struct line line = {.offset = offset, .input = input, .fd = -1};
	unsigned n_lines = gpiod_chip_num_lines(chip->chip);
	char text[REPORT_SIZE];
	int rc;

	if (offset >= n_lines) {
		snprintf(text, sizeof(text),
			 "%s line %u: the chip's lines are 0 to %u: mend "
			 "\"line\" in the configuration",
			 to->chip, offset, n_lines - 1);
		to->report(to->arg, true, text);
		return;
	}
	line.line = gpiod_chip_get_line(chip->chip, offset);
	if (!line.line) {
		rc = -errno;
	} else if (input) {
		warn_of_output(&line, to);
		rc = request_biased(&line, input, to);
	} else {
		rc = request_output(&line, output);
	}
	if (rc != 0) {
		gpio_explain(text, sizeof(text), to->chip, offset,
			     input != NULL, -rc,
			     line.line ? gpiod_line_consumer(line.line) : NULL);
		to->report(to->arg, true, text);
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

static int read_label(const char *path, char label[GPIO_LABEL_SIZE])
{
	struct gpiod_chip *chip = gpiod_chip_open(path);

	if (!chip)
		return errno ? -errno : -ENODEV;
	snprintf(label, GPIO_LABEL_SIZE, "%s", gpiod_chip_label(chip));
	gpiod_chip_close(chip);
	return 0;
}

static int open_chip(const char *name, const struct gpio_input *inputs,
		     size_t n_inputs, const struct gpio_output *outputs,
		     size_t n_outputs, gpio_report_fn *report, void *arg,
		     void **self, struct gpio_problem *problem)
{
	struct reporter to = {.report = report, .arg = arg, .chip = name};
	struct chip *chip = calloc(1, sizeof(*chip));
	char path[GPIO_PATH_SIZE];
	int rc = -ENOMEM;

	*self = NULL;
	snprintf(problem->text, sizeof(problem->text), "%s: out of memory",
		 name);
	if (!chip)
		return -ENOMEM;
	chip->lines = calloc(n_inputs + n_outputs + 1, sizeof(*chip->lines));
	if (!chip->lines)
		goto free_chip;
	rc = gpio_find("/dev", name, read_label, path, problem);
	if (rc != 0)
		goto free_lines;
	chip->chip = gpiod_chip_open(path);
	if (!chip->chip) {
		rc = errno == ENOMEM ? -ENOMEM : -ENODEV;
		snprintf(problem->text, sizeof(problem->text),
			 "%s: went while it was opened", name);
		goto free_lines;
	}
	for (size_t i = 0; i < n_inputs; i++)
		add_line(chip, inputs[i].offset, &inputs[i], NULL, &to);
	for (size_t i = 0; i < n_outputs; i++)
		add_line(chip, outputs[i].offset, NULL, &outputs[i], &to);
	*self = chip;
	return 0;

free_lines:
	free(chip->lines);
free_chip:
	free(chip);
	return rc;
}

/* A chip that was unplugged answers -ENODEV; its descriptors may say nothing.
 */
static int chip_alive(void *self)
{
	const struct chip *chip = self;
	char path[GPIO_PATH_SIZE];

	for (size_t i = 0; i < chip->n_lines; i++) {
		if (gpiod_line_get_value(chip->lines[i].line) < 0 &&
		    errno == ENODEV)
			return -ENODEV;
	}
	if (chip->n_lines > 0)
		return 0;
	/* None of its lines is ours: its name is not given out anew while we
	 * hold the device. */
	snprintf(path, sizeof(path), "/dev/%s", gpiod_chip_name(chip->chip));
	return access(path, F_OK) == 0 ? 0 : -ENODEV;
}

static bool line_is_free(void *self, unsigned offset)
{
	const struct chip *chip = self;
	struct gpiod_line *line;

	if (offset >= gpiod_chip_num_lines(chip->chip))
		return false;
	/* Which asks the kernel anew. */
	line = gpiod_chip_get_line(chip->chip, offset);
	return line && !gpiod_line_is_used(line);
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

static bool line_debounced(void *self, unsigned offset)
{
	(void)self;
	(void)offset;
	return false;
}

const struct gpio_ops gpio_libgpiod = {
    .name = "libgpiod 1",
    .open = open_chip,
    .close = close_chip,
    .alive = chip_alive,
    .is_free = line_is_free,
    .fds = line_fds,
    .next_edge = next_edge,
    .set = set_line,
    .get = get_line,
    .debounced = line_debounced,
};
