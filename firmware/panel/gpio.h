/* SPDX-License-Identifier: MIT */
/*
 * GPIO lines behind one set of functions: libgpiod 1.6 (gpio_v1.c), libgpiod 2
 * (gpio_v2.c), and a fake for unit tests. Which of the two libraries there is,
 * pkg-config says when building.
 */
#ifndef KIOSK_GPIO_H
#define KIOSK_GPIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/config.h"

struct gpio_problem {
	char text[300]; /* one line: the chip, what is wrong, the mend */
};

struct gpio_input {
	unsigned offset;
	bool active_low;
	enum config_bias bias;
	int debounce_ms;
};

struct gpio_output {
	unsigned offset;
	bool active_low;
};

struct gpio_edge {
	unsigned offset;
	bool active;       /* true: the line became active (logical level) */
	int64_t kernel_ns; /* CLOCK_MONOTONIC, the kernel's timestamp */
};

/* One line about a GPIO line, for the log. fatal: the line is not in use. */
typedef void gpio_report_fn(void *arg, bool fatal, const char *text);

/* A back end. self is what open() gave. */
struct gpio_ops {
	const char *name; /* "libgpiod 1.6.3" */
	/*
	 * Opens the chip by label, name ("gpiochip0") or path, and requests
	 * the inputs with edge detection on both edges, the outputs inactive.
	 * A line that cannot be had is left out, with a line of its own to
	 * report(); a bias that is refused is reported and done without.
	 * -ENODEV where there is no such chip, -ENOTUNIQ where two bear the
	 * label, -EACCES, -ENOMEM; problem says it whole.
	 */
	int (*open)(const char *chip, const struct gpio_input *inputs,
		    size_t n_inputs, const struct gpio_output *outputs,
		    size_t n_outputs, gpio_report_fn *report, void *arg,
		    void **self, struct gpio_problem *problem);
	void (*close)(void *self);
	/* 0, or -ENODEV once the chip is gone, which not every kernel tells
	 * those who poll. */
	int (*alive)(void *self);
	/* Descriptors to poll for input; returns how many, at most max. */
	size_t (*fds)(void *self, int *fds, size_t max);
	/*
	 * The next edge waiting on that descriptor: 1, 0 when there is none
	 * (never blocks), or a negative errno (-ENODEV: the chip is gone).
	 */
	int (*next_edge)(void *self, int fd, struct gpio_edge *edge);
	/* Whether the chip has that line and nobody uses it: one that was left
	 * out at open() could be had now. */
	bool (*is_free)(void *self, unsigned offset);
	/* 0 or a negative errno: -EINVAL where the line is not ours. */
	int (*set)(void *self, unsigned offset, bool active);
	/* The logical level: 0, 1, or a negative errno: -EINVAL where the line
	 * is not ours. */
	int (*get)(void *self, unsigned offset);
	/* Whether the kernel debounces that input. */
	bool (*debounced)(void *self, unsigned offset);
};

/*
 * What a line's refusal means to a technician, with the mend. error: a positive
 * errno. consumer: whose the line is, or NULL where it is nobody's.
 */
void gpio_explain(char *text, size_t size, const char *chip, unsigned offset,
		  bool input, int error, const char *consumer);

/* Whether a request that asked for a bias may do without: the kernel or the
 * chip knows none. error: a negative errno. */
bool gpio_bias_refused(int error);

/* What the technician must then do instead. */
void gpio_explain_bias(char *text, size_t size, const char *chip,
		       unsigned offset, enum config_bias bias);

/* The library this was built with. */
extern const struct gpio_ops gpio_libgpiod;

#endif
