/* SPDX-License-Identifier: MIT */
/* A GPIO chip called "fake" for the tests: a pipe a line stands for the kernel,
 * a directory for /dev. */
#ifndef KIOSK_FAKE_CHIP_H
#define KIOSK_FAKE_CHIP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "panel/gpio.h"

#define LINES 8
#define MS 1000000LL

static struct fake {
	int pipes[LINES][2];
	int levels[LINES];
	bool ours[LINES]; /* requested */
	bool lamps[LINES];
	int sets, refuse_set, refuse_get;
	bool opened, absent, gone, hung_up;
	int opens;
	unsigned busy_line; /* LINES: none */
	bool busy_freed;    /* it seems free */
	char dev[64];
} fake;

static int fake_open(const char *chip, const struct gpio_input *inputs,
		     size_t n_inputs, const struct gpio_output *outputs,
		     size_t n_outputs, gpio_report_fn *report, void *arg,
		     void **self, struct gpio_problem *problem)
{
	*self = NULL;
	if (strcmp(chip, "fake") != 0 || fake.absent) {
		snprintf(problem->text, sizeof(problem->text),
			 "%s: no such GPIO chip on this machine", chip);
		return -ENODEV;
	}
	for (size_t i = 0; i < n_inputs; i++) {
		unsigned offset = inputs[i].offset;

		if (offset == fake.busy_line) {
			report(arg, true, "fake line: busy");
			continue;
		}
		assert_int_equal(pipe2(fake.pipes[offset],
				       O_NONBLOCK | O_CLOEXEC),
				 0);
		fake.ours[offset] = true;
	}
	for (size_t i = 0; i < n_outputs; i++)
		fake.ours[outputs[i].offset] = true;
	fake.opened = true;
	fake.opens++;
	*self = &fake;
	return 0;
}

static void fake_close(void *self)
{
	struct fake *f = self;

	f->opened = false;
	memset(f->ours, 0, sizeof(f->ours));
	for (int i = 0; i < LINES; i++) {
		if (!f->pipes[i][0])
			continue;
		close(f->pipes[i][0]);
		if (f->pipes[i][1])
			close(f->pipes[i][1]);
		f->pipes[i][0] = f->pipes[i][1] = 0;
	}
}

static int fake_alive(void *self)
{
	const struct fake *f = self;

	return f->gone ? -ENODEV : 0;
}

static bool fake_is_free(void *self, unsigned offset)
{
	const struct fake *f = self;

	return offset == f->busy_line ? f->busy_freed : !f->ours[offset];
}

static size_t fake_fds(void *self, int *fds, size_t max)
{
	struct fake *f = self;
	size_t n = 0;

	for (int i = 0; i < LINES && n < max; i++) {
		if (f->pipes[i][0])
			fds[n++] = f->pipes[i][0];
	}
	return n;
}

static int fake_next_edge(void *self, int fd, struct gpio_edge *edge)
{
	struct fake *f = self;

	if (f->gone && !f->hung_up)
		return -ENODEV;
	return read(fd, edge, sizeof(*edge)) == sizeof(*edge) ? 1 : 0;
}

static int fake_set(void *self, unsigned offset, bool active)
{
	struct fake *f = self;

	if (f->refuse_set)
		return -EIO;
	f->lamps[offset] = active;
	f->sets++;
	return 0;
}

static int fake_get(void *self, unsigned offset)
{
	struct fake *f = self;

	if (offset == f->busy_line)
		return -EINVAL;
	return f->refuse_get ? -EIO : f->levels[offset];
}

static bool fake_debounced(void *self, unsigned offset)
{
	(void)self;
	(void)offset;
	return true;
}

static const struct gpio_ops fake_ops = {
    .name = "fake",
    .open = fake_open,
    .close = fake_close,
    .alive = fake_alive,
    .is_free = fake_is_free,
    .fds = fake_fds,
    .next_edge = fake_next_edge,
    .set = fake_set,
    .get = fake_get,
    .debounced = fake_debounced,
};

static void fake_start(void)
{
	const char *base = getenv("TMPDIR");

	memset(&fake, 0, sizeof(fake));
	fake.busy_line = LINES;
	snprintf(fake.dev, sizeof(fake.dev), "%.40s/kiosk-dev-XXXXXX",
		 base ? base : "/tmp");
	assert_non_null(mkdtemp(fake.dev));
}

static void fake_stop(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/gpiochip0", fake.dev);
	(void)unlink(path);
	assert_int_equal(rmdir(fake.dev), 0);
}

/* What udev does when a chip comes, and, again, when it goes. */
static void fake_node(bool there)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/gpiochip0", fake.dev);
	if (!there) {
		assert_int_equal(unlink(path), 0);
		return;
	}
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static int64_t mono_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void edge_at(unsigned line, bool active, int64_t at_ns)
{
	struct gpio_edge edge = {.offset = line,
				 .active = active,
				 .kernel_ns = at_ns};

	fake.levels[line] = active;
	assert_int_equal(write(fake.pipes[line][1], &edge, sizeof(edge)),
			 sizeof(edge));
}

static inline void edge(unsigned line, bool active)
{
	edge_at(line, active, mono_ns());
}

#endif
