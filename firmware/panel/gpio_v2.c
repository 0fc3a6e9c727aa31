/* SPDX-License-Identifier: MIT */
/* libgpiod 2 (Raspberry Pi OS 13): all inputs of a chip in one request with one
 * descriptor, all outputs in another; the kernel debounces. */
#include <errno.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "panel/gpio.h"
#include "panel/gpio_find.h"

#define CONSUMER "kioskd"
#define EVENT_BUFFER 1024 /* edges the kernel keeps while the loop is busy */
#define REPORT_SIZE 300

/* How an input is asked for: what is refused is done without. */
struct wish {
	bool bias, debounce;
};

struct input {
	struct gpio_input config;
	struct wish granted;
};

struct chip {
	struct gpiod_chip *chip;
	struct gpiod_line_request *inputs, *outputs;
	struct gpiod_edge_event_buffer *events;
	size_t n_events, next_event; /* read, not yet handed out */
	struct input *granted;
	size_t n_granted;
};

struct reporter {
	gpio_report_fn *report;
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

static int read_label(const char *path, char label[GPIO_LABEL_SIZE])
{
	struct gpiod_chip *chip = gpiod_chip_open(path);
	struct gpiod_chip_info *info;

	if (!chip)
		return errno ? -errno : -ENODEV;
	info = gpiod_chip_get_info(chip);
	if (info)
		snprintf(label, GPIO_LABEL_SIZE, "%s",
			 gpiod_chip_info_get_label(info));
	gpiod_chip_info_free(info);
	gpiod_chip_close(chip);
	return info ? 0 : -ENODEV;
}

static struct gpiod_line_settings *input_settings(const struct input *input)
{
	const struct gpio_input *config = &input->config;
	enum config_bias bias =
	    input->granted.bias ? config->bias : CONFIG_BIAS_AS_IS;
	struct gpiod_line_settings *settings = gpiod_line_settings_new();

	if (!settings)
		return NULL;
	gpiod_line_settings_set_active_low(settings, config->active_low);
	if (input->granted.debounce)
		gpiod_line_settings_set_debounce_period_us(
		    settings, (unsigned long)config->debounce_ms * 1000);
	if (gpiod_line_settings_set_direction(settings,
					      GPIOD_LINE_DIRECTION_INPUT) ||
	    gpiod_line_settings_set_edge_detection(settings,
						   GPIOD_LINE_EDGE_BOTH) ||
	    gpiod_line_settings_set_bias(settings, bias_of(bias))) {
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

/* 0 where the line can be had on its own with these settings (which are
 * taken), or a negative errno. */
static int try_line(struct gpiod_chip *chip, unsigned offset,
		    struct gpiod_line_settings *settings)
{
	struct gpiod_line_config *config = gpiod_line_config_new();
	struct gpiod_line_request *got = NULL;
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
	return rc;
}

static size_t count_lines(struct gpiod_chip *chip)
{
	struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
	size_t n = info ? gpiod_chip_info_get_num_lines(info) : 0;

	gpiod_chip_info_free(info);
	return n;
}

static void report_refusal(struct gpiod_chip *chip, unsigned offset, bool input,
			   int rc, const struct reporter *to)
{
	struct gpiod_line_info *info = NULL;
	size_t n_lines = count_lines(chip);
	char text[REPORT_SIZE];

	if (n_lines > 0 && offset >= n_lines) {
		snprintf(text, sizeof(text),
			 "%s line %u: the chip's lines are 0 to %zu: mend "
			 "\"line\" in the configuration",
			 to->chip, offset, n_lines - 1);
	} else {
		info = gpiod_chip_get_line_info(chip, offset);
		gpio_explain(text, sizeof(text), to->chip, offset, input, -rc,
			     info ? gpiod_line_info_get_consumer(info) : NULL);
	}
	to->report(to->arg, true, text);
	gpiod_line_info_free(info);
}

/* Who drives an idle line as an output may short the button to ground. */
static void warn_of_output(struct gpiod_chip *chip, unsigned offset,
			   const struct reporter *to)
{
	struct gpiod_line_info *info = gpiod_chip_get_line_info(chip, offset);
	char text[REPORT_SIZE];

	if (info && !gpiod_line_info_is_used(info) &&
	    gpiod_line_info_get_direction(info) ==
		GPIOD_LINE_DIRECTION_OUTPUT) {
		snprintf(text, sizeof(text),
			 "%s line %u: was an output until now, and becomes a "
			 "button's input: check that nothing else is wired to "
			 "it",
			 to->chip, offset);
		to->report(to->arg, false, text);
	}
	gpiod_line_info_free(info);
}

/*
 * Whether that input can be had, asked before the one request for all, which
 * the kernel refuses whole for a single bad line; and with how much of what it
 * is to have.
 */
static bool grant(struct gpiod_chip *chip, struct input *input,
		  const struct reporter *to)
{
	static const struct wish wishes[] = {{true, true},
					     {true, false},
					     {false, true},
					     {false, false}};
	unsigned offset = input->config.offset;
	char text[REPORT_SIZE];
	int rc = 0;

	warn_of_output(chip, offset, to);
	for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
		input->granted = wishes[i];
		rc = try_line(chip, offset, input_settings(input));
		if (rc == 0 || !gpio_bias_refused(rc))
			break;
	}
	if (rc != 0) {
		report_refusal(chip, offset, true, rc, to);
		return false;
	}
	if (!input->granted.bias) {
		gpio_explain_bias(text, sizeof(text), to->chip, offset,
				  input->config.bias);
		to->report(to->arg, false, text);
	}
	return true;
}

static int request_inputs(struct chip *chip, const struct gpio_input *inputs,
			  size_t n_inputs, const struct reporter *to)
{
	struct gpiod_line_config *config;
	int rc = 0;

	chip->granted = calloc(n_inputs + 1, sizeof(*chip->granted));
	config = gpiod_line_config_new();
	if (!config || !chip->granted) {
		gpiod_line_config_free(config);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n_inputs && rc == 0; i++) {
		struct input *input = &chip->granted[chip->n_granted];

		input->config = inputs[i];
		if (!grant(chip->chip, input, to))
			continue;
		rc = add_settings(config, inputs[i].offset,
				  input_settings(input));
		chip->n_granted++;
	}
	if (rc == 0 && chip->n_granted > 0) {
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
		rc = try_line(chip->chip, outputs[i].offset,
			      output_settings(&outputs[i]));
		if (rc != 0) {
			report_refusal(chip->chip, outputs[i].offset, false, rc,
				       to);
			rc = 0;
			continue;
		}
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
	free(chip->granted);
	free(chip);
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
	chip->events = gpiod_edge_event_buffer_new(EVENT_BUFFER);
	if (!chip->events)
		goto fail;
	rc = gpio_find("/dev", name, read_label, path, problem);
	if (rc != 0)
		goto fail;
	chip->chip = gpiod_chip_open(path);
	rc = chip->chip ? 0 : -errno;
	if (rc == 0)
		rc = request_inputs(chip, inputs, n_inputs, &to);
	if (rc == 0)
		rc = request_outputs(chip, outputs, n_outputs, &to);
	if (rc != 0) {
		snprintf(problem->text, sizeof(problem->text), "%s: %s", name,
			 strerror(-rc));
		goto fail;
	}
	*self = chip;
	return 0;

fail:
	close_chip(chip);
	return rc;
}

/* A chip that was unplugged answers -ENODEV; its descriptors may say nothing.
 */
static int chip_alive(void *self)
{
	const struct chip *chip = self;
	struct gpiod_chip_info *info = gpiod_chip_get_info(chip->chip);

	if (!info)
		return errno == ENODEV ? -ENODEV : 0;
	gpiod_chip_info_free(info);
	return 0;
}

static bool line_is_free(void *self, unsigned offset)
{
	const struct chip *chip = self;
	struct gpiod_line_info *info =
	    gpiod_chip_get_line_info(chip->chip, offset);
	bool is_free = info && !gpiod_line_info_is_used(info);

	gpiod_line_info_free(info);
	return is_free;
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

static int level_of(struct gpiod_line_request *request, unsigned offset)
{
	enum gpiod_line_value value = GPIOD_LINE_VALUE_ERROR;

	errno = EINVAL;
	if (request)
		value = gpiod_line_request_get_value(request, offset);
	if (value == GPIOD_LINE_VALUE_ERROR)
		return -errno;
	return value == GPIOD_LINE_VALUE_ACTIVE;
}

static int get_line(void *self, unsigned offset)
{
	struct chip *chip = self;
	int level = level_of(chip->inputs, offset);

	return level == -EINVAL ? level_of(chip->outputs, offset) : level;
}

static bool line_debounced(void *self, unsigned offset)
{
	const struct chip *chip = self;

	for (size_t i = 0; i < chip->n_granted; i++) {
		if (chip->granted[i].config.offset == offset)
			return chip->granted[i].granted.debounce;
	}
	return false;
}

const struct gpio_ops gpio_libgpiod = {
    .name = "libgpiod 2",
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
