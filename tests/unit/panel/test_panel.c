/* SPDX-License-Identifier: MIT */
/* The panel upon a fake chip: a pipe a line stands for the kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "panel/panel.h"

#define LINES 8

static struct fake {
	int pipes[LINES][2];
	int levels[LINES];
	bool lamps[LINES];
	int sets, refuse_set;
	bool opened, gone;
	unsigned busy_line; /* LINES: none */
	int actions;
	char last[64];
} fake;

static int fake_open(const char *chip, const struct gpio_input *inputs,
		     size_t n_inputs, const struct gpio_output *outputs,
		     size_t n_outputs,
		     void (*report)(void *arg, const char *line), void *arg,
		     void **self, struct gpio_problem *problem)
{
	(void)outputs;
	(void)n_outputs;
	*self = NULL;
	if (strcmp(chip, "fake") != 0) {
		snprintf(problem->text, sizeof(problem->text),
			 "%s: no such GPIO chip on this machine", chip);
		return -ENODEV;
	}
	for (size_t i = 0; i < n_inputs; i++) {
		unsigned offset = inputs[i].offset;

		if (offset == fake.busy_line) {
			report(arg, "fake line: busy");
			continue;
		}
		assert_int_equal(pipe2(fake.pipes[offset],
				       O_NONBLOCK | O_CLOEXEC),
				 0);
	}
	fake.opened = true;
	*self = &fake;
	return 0;
}

static void fake_close(void *self)
{
	struct fake *f = self;

	f->opened = false;
	for (int i = 0; i < LINES; i++) {
		if (!f->pipes[i][1])
			continue;
		close(f->pipes[i][0]);
		close(f->pipes[i][1]);
		f->pipes[i][1] = 0;
	}
}

static size_t fake_fds(void *self, int *fds, size_t max)
{
	struct fake *f = self;
	size_t n = 0;

	for (int i = 0; i < LINES && n < max; i++) {
		if (f->pipes[i][1])
			fds[n++] = f->pipes[i][0];
	}
	return n;
}

static int fake_next_edge(void *self, int fd, struct gpio_edge *edge)
{
	struct fake *f = self;

	if (f->gone)
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

	return offset == f->busy_line ? -EINVAL : f->levels[offset];
}

static const struct gpio_ops fake_ops = {
    .name = "fake",
    .open = fake_open,
    .close = fake_close,
    .fds = fake_fds,
    .next_edge = fake_next_edge,
    .set = fake_set,
    .get = fake_get,
    .debounces = true,
};

static struct config_button buttons[] = {
    {.id = "land",
     .chip = "fake",
     .line_offset = 1,
     .hold_ms = 1200,
     .repeat_ms = 0,
     .press = {.kind = CONFIG_ACTION_ISSUE}},
    {.id = "next",
     .chip = "fake",
     .line_offset = 2,
     .hold_ms = 300,
     .repeat_ms = 0,
     .press = {.kind = CONFIG_ACTION_CALL},
     .hold = {.kind = CONFIG_ACTION_RECALL}},
    {.id = "elsewhere",
     .chip = "not-there",
     .line_offset = 1,
     .press = {.kind = CONFIG_ACTION_ISSUE}},
};
static struct config_lamp lamps[] = {
    {.id = "l", .chip = "fake", .line_offset = 5},
    {.id = "far", .chip = "not-there", .line_offset = 5},
};

static void on_action(void *arg, const struct config_button *button,
		      const struct config_action *action)
{
	(void)arg;
	fake.actions++;
	snprintf(fake.last, sizeof(fake.last), "%s %s", button->id,
		 action == &button->hold ? "hold" : "press");
}

struct rig {
	sd_event *event;
	struct panel *panel;
};

static int start(struct rig *rig)
{
	memset(&fake, 0, sizeof(fake));
	fake.busy_line = LINES;
	assert_true(sd_event_new(&rig->event) >= 0);
	return 0;
}

static void open_panel(struct rig *rig)
{
	assert_int_equal(panel_new(rig->event, &fake_ops, buttons, 3, lamps, 2,
				   on_action, NULL, &rig->panel),
			 0);
}

static void stop(struct rig *rig)
{
	panel_free(rig->panel);
	sd_event_unref(rig->event);
}

static void edge(unsigned line, bool active)
{
	struct timespec now;
	struct gpio_edge edge = {.offset = line, .active = active};

	clock_gettime(CLOCK_MONOTONIC, &now);
	edge.kernel_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	fake.levels[line] = active;
	assert_int_equal(write(fake.pipes[line][1], &edge, sizeof(edge)),
			 sizeof(edge));
}

/* Until there is nothing more to do within that time. */
static void settle(struct rig *rig, uint64_t usec)
{
	while (sd_event_run(rig->event, usec) > 0)
		;
}

static void a_press_asks_for_the_buttons_action(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	edge(1, true);
	edge(1, false);
	settle(&rig, 0);
	assert_int_equal(fake.actions, 1);
	assert_string_equal(fake.last, "land press");
	stop(&rig);
}

static void keeping_it_down_asks_for_the_hold(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	edge(2, true);
	settle(&rig, 0);
	assert_int_equal(fake.actions, 0);
	while (fake.actions == 0)
		assert_true(sd_event_run(rig.event, 5000000) > 0);
	assert_string_equal(fake.last, "next hold");
	edge(2, false);
	settle(&rig, 0);
	assert_int_equal(fake.actions, 1);
	stop(&rig);
}

static void buttons_pressed_in_one_instant_each_act(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	edge(1, true);
	edge(2, true);
	edge(2, false);
	edge(1, false);
	settle(&rig, 0);
	assert_int_equal(fake.actions, 2);
	stop(&rig);
}

static void a_chip_that_is_missing_costs_only_its_own_lines(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	assert_int_equal(panel_buttons_open(rig.panel), 2);
	assert_int_equal(panel_lamps_open(rig.panel), 1);
	panel_light(rig.panel, 1, true); /* nothing there, nothing happens */
	assert_int_equal(fake.sets, 1);  /* the other one, dark at the start */
	stop(&rig);
}

static void a_line_that_is_busy_costs_only_itself(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	fake.busy_line = 1;
	open_panel(&rig);
	assert_int_equal(panel_buttons_open(rig.panel), 1);
	edge(2, true);
	edge(2, false);
	settle(&rig, 0);
	assert_string_equal(fake.last, "next press");
	stop(&rig);
}

static void a_lamp_is_set_only_when_it_changes(void **state)
{
	struct rig rig;
	int before;

	(void)state;
	start(&rig);
	open_panel(&rig);
	before = fake.sets;
	panel_light(rig.panel, 0, true);
	panel_light(rig.panel, 0, true);
	assert_int_equal(fake.sets, before + 1);
	assert_true(fake.lamps[5]);
	panel_light(rig.panel, 0, false);
	assert_false(fake.lamps[5]);
	stop(&rig);
}

static void lamps_go_dark_at_the_end(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	panel_light(rig.panel, 0, true);
	stop(&rig);
	assert_false(fake.lamps[5]);
	assert_false(fake.opened);
}

static void a_lamp_that_fails_is_put_out_of_use(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	fake.refuse_set = 1;
	panel_light(rig.panel, 0, true);
	assert_int_equal(panel_lamps_open(rig.panel), 0);
	stop(&rig);
}

static void a_chip_that_vanishes_is_let_go(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	fake.gone = true;
	edge(1, true);
	settle(&rig, 0);
	assert_int_equal(fake.actions, 0);
	assert_int_equal(panel_buttons_open(rig.panel), 0);
	assert_false(fake.opened);
	stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_press_asks_for_the_buttons_action),
	    cmocka_unit_test(keeping_it_down_asks_for_the_hold),
	    cmocka_unit_test(buttons_pressed_in_one_instant_each_act),
	    cmocka_unit_test(a_chip_that_is_missing_costs_only_its_own_lines),
	    cmocka_unit_test(a_line_that_is_busy_costs_only_itself),
	    cmocka_unit_test(a_lamp_is_set_only_when_it_changes),
	    cmocka_unit_test(lamps_go_dark_at_the_end),
	    cmocka_unit_test(a_lamp_that_fails_is_put_out_of_use),
	    cmocka_unit_test(a_chip_that_vanishes_is_let_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
