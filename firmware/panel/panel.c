/* SPDX-License-Identifier: MIT */
#include "panel/panel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "panel/button.h"

#define NS_PER_US 1000

/* A chip and what of it is ours. */
struct chip {
	struct panel *panel;
	const char *name; /* as configured */
	void *self;       /* of the back end, or NULL: not there */
	sd_event_source **sources;
	int *fds;
	size_t n_sources;
};

struct panel {
	sd_event *event;
	const struct gpio_ops *ops;
	const struct config_button *buttons;
	const struct config_lamp *lamps;
	size_t n_buttons, n_lamps;
	panel_action_fn *on_action;
	void *arg;

	struct chip *chips;
	size_t n_chips;
	struct button *states;      /* one a button */
	struct chip **button_chips; /* NULL: the line is not in use */
	struct chip **lamp_chips;   /* likewise */
	bool *lit;
	sd_event_source *deadline;
};

static int64_t now_ns(void)
{
	struct timespec now = {0};

	/* The kernel stamps edges with this clock. */
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void act(struct panel *panel, size_t index, enum button_output output)
{
	const struct config_button *button = &panel->buttons[index];

	switch (output) {
	case BUTTON_NOTHING:
		return;
	case BUTTON_PRESS:
		panel->on_action(panel->arg, button, &button->press);
		return;
	case BUTTON_HOLD:
		panel->on_action(panel->arg, button, &button->hold);
		return;
	}
}

/* One timer for all buttons, and only while one of them waits for it. */
static void arm_deadline(struct panel *panel)
{
	int64_t first_ns = INT64_MAX;

	for (size_t i = 0; i < panel->n_buttons; i++) {
		int64_t at_ns = panel->button_chips[i]
				    ? button_deadline_ns(&panel->states[i])
				    : INT64_MAX;

		if (at_ns < first_ns)
			first_ns = at_ns;
	}
	if (first_ns == INT64_MAX) {
		sd_event_source_set_enabled(panel->deadline, SD_EVENT_OFF);
		return;
	}
	/* Rounded up, so that the deadline has passed when it fires. */
	sd_event_source_set_time(panel->deadline,
				 (uint64_t)(first_ns / NS_PER_US + 1));
	sd_event_source_set_enabled(panel->deadline, SD_EVENT_ONESHOT);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct panel *panel = userdata;
	int64_t at_ns = now_ns();

	(void)source;
	(void)usec;
	for (size_t i = 0; i < panel->n_buttons; i++) {
		struct chip *chip = panel->button_chips[i];
		int level;

		if (!chip || button_deadline_ns(&panel->states[i]) > at_ns)
			continue;
		level =
		    panel->ops->get(chip->self, panel->buttons[i].line_offset);
		if (level < 0) /* as the last edge said */
			level = panel->states[i].raw;
		act(panel, i, button_tick(&panel->states[i], level, at_ns));
	}
	arm_deadline(panel);
	return 0;
}

static void close_chip(struct chip *chip)
{
	struct panel *panel = chip->panel;

	for (size_t i = 0; i < chip->n_sources; i++)
		sd_event_source_disable_unref(chip->sources[i]);
	free(chip->sources);
	free(chip->fds);
	chip->sources = NULL;
	chip->fds = NULL;
	chip->n_sources = 0;
	if (chip->self)
		panel->ops->close(chip->self);
	chip->self = NULL;
	for (size_t i = 0; i < panel->n_buttons; i++) {
		if (panel->button_chips[i] == chip)
			panel->button_chips[i] = NULL;
	}
	for (size_t i = 0; i < panel->n_lamps; i++) {
		if (panel->lamp_chips[i] == chip)
			panel->lamp_chips[i] = NULL;
	}
}

static void take_edge(struct panel *panel, const struct chip *chip,
		      const struct gpio_edge *edge)
{
	for (size_t i = 0; i < panel->n_buttons; i++) {
		if (panel->button_chips[i] != chip ||
		    panel->buttons[i].line_offset != edge->offset)
			continue;
		act(panel, i,
		    button_edge(&panel->states[i], edge->active,
				edge->kernel_ns));
		return;
	}
}

static int on_edge(sd_event_source *source, int fd, uint32_t revents,
		   void *userdata)
{
	struct chip *chip = userdata;
	struct panel *panel = chip->panel;
	struct gpio_edge edge;
	int rc;

	(void)source;
	(void)revents;
	while ((rc = panel->ops->next_edge(chip->self, fd, &edge)) > 0)
		take_edge(panel, chip, &edge);
	if (rc < 0) {
		log_error("%s: %s: its buttons and lamps are out of use until "
			  "kioskd is restarted",
			  chip->name,
			  rc == -ENODEV ? "unplugged" : strerror(-rc));
		close_chip(chip);
	}
	arm_deadline(panel);
	return 0;
}

static void report(void *arg, const char *line)
{
	(void)arg;
	log_error("%s", line);
}

/* The inputs and outputs that the configuration has on that chip. */
static void collect(const struct panel *panel, const char *name,
		    struct gpio_input *inputs, size_t *n_inputs,
		    struct gpio_output *outputs, size_t *n_outputs)
{
	*n_inputs = *n_outputs = 0;
	for (size_t i = 0; i < panel->n_buttons; i++) {
		const struct config_button *button = &panel->buttons[i];

		if (strcmp(button->chip, name) == 0)
			inputs[(*n_inputs)++] = (struct gpio_input){
			    .offset = button->line_offset,
			    .active_low = button->active_low,
			    .bias = button->bias,
			    .debounce_ms = button->debounce_ms,
			};
	}
	for (size_t i = 0; i < panel->n_lamps; i++) {
		const struct config_lamp *lamp = &panel->lamps[i];

		if (strcmp(lamp->chip, name) == 0)
			outputs[(*n_outputs)++] = (struct gpio_output){
			    .offset = lamp->line_offset,
			    .active_low = lamp->active_low,
			};
	}
}

static int watch_chip(struct chip *chip)
{
	struct panel *panel = chip->panel;
	size_t n;

	chip->fds = calloc(panel->n_buttons + 1, sizeof(*chip->fds));
	chip->sources = calloc(panel->n_buttons + 1, sizeof(sd_event_source *));
	if (!chip->fds || !chip->sources)
		return -ENOMEM;
	n = panel->ops->fds(chip->self, chip->fds, panel->n_buttons + 1);
	for (size_t i = 0; i < n; i++) {
		int rc = sd_event_add_io(panel->event, &chip->sources[i],
					 chip->fds[i], EPOLLIN, on_edge, chip);

		if (rc < 0)
			return rc;
		chip->n_sources++;
	}
	return 0;
}

/* A line that answers is in use; a button held down now waits to be let go. */
static void adopt_lines(struct chip *chip)
{
	struct panel *panel = chip->panel;

	for (size_t i = 0; i < panel->n_buttons; i++) {
		const struct config_button *button = &panel->buttons[i];
		struct button *state = &panel->states[i];
		int level;

		if (strcmp(button->chip, chip->name) != 0)
			continue;
		level = panel->ops->get(chip->self, button->line_offset);
		if (level < 0)
			continue;
		panel->button_chips[i] = chip;
		*state = (struct button){
		    .debounce_ms =
			panel->ops->debounces ? 0 : button->debounce_ms,
		    .hold_ms = button->hold_ms,
		    .repeat_ms = button->repeat_ms,
		    .has_hold = button->hold.kind != CONFIG_ACTION_NONE,
		};
		if (level > 0)
			button_start_down(state, now_ns());
	}
	for (size_t i = 0; i < panel->n_lamps; i++) {
		const struct config_lamp *lamp = &panel->lamps[i];

		if (strcmp(lamp->chip, chip->name) == 0 &&
		    panel->ops->set(chip->self, lamp->line_offset, false) == 0)
			panel->lamp_chips[i] = chip;
	}
}

static int open_chip(struct panel *panel, struct chip *chip)
{
	struct gpio_input *inputs =
	    calloc(panel->n_buttons + 1, sizeof(*inputs));
	struct gpio_output *outputs =
	    calloc(panel->n_lamps + 1, sizeof(*outputs));
	struct gpio_problem problem = {""};
	size_t n_inputs = 0, n_outputs = 0;
	int rc = -ENOMEM;

	if (inputs && outputs) {
		collect(panel, chip->name, inputs, &n_inputs, outputs,
			&n_outputs);
		rc = panel->ops->open(chip->name, inputs, n_inputs, outputs,
				      n_outputs, report, NULL, &chip->self,
				      &problem);
		if (rc == 0)
			rc = watch_chip(chip);
		if (rc == 0)
			adopt_lines(chip);
		else if (rc != -ENOMEM)
			log_warning("%s: its %zu buttons and %zu lamps are not "
				    "in use",
				    problem.text, n_inputs, n_outputs);
	}
	if (rc != 0)
		close_chip(chip);
	free(inputs);
	free(outputs);
	return rc == -ENOMEM ? rc : 0;
}

static int add_chip(struct panel *panel, const char *name)
{
	struct chip *chip;

	for (size_t i = 0; i < panel->n_chips; i++) {
		if (strcmp(panel->chips[i].name, name) == 0)
			return 0;
	}
	/* Room for one a line was made at the start: they never move. */
	chip = &panel->chips[panel->n_chips++];
	*chip = (struct chip){.panel = panel, .name = name};
	return open_chip(panel, chip);
}

static int make_room(struct panel *panel)
{
	size_t n_lines = panel->n_buttons + panel->n_lamps;

	panel->chips = calloc(n_lines + 1, sizeof(*panel->chips));
	panel->states = calloc(panel->n_buttons + 1, sizeof(*panel->states));
	panel->button_chips =
	    calloc(panel->n_buttons + 1, sizeof(struct chip *));
	panel->lamp_chips = calloc(panel->n_lamps + 1, sizeof(struct chip *));
	panel->lit = calloc(panel->n_lamps + 1, sizeof(*panel->lit));
	return panel->chips && panel->states && panel->button_chips &&
		       panel->lamp_chips && panel->lit
		   ? 0
		   : -ENOMEM;
}

int panel_new(sd_event *event, const struct gpio_ops *ops,
	      const struct config_button *buttons, size_t n_buttons,
	      const struct config_lamp *lamps, size_t n_lamps,
	      panel_action_fn *on_action, void *arg, struct panel **out)
{
	struct panel *panel = calloc(1, sizeof(*panel));
	int rc = -ENOMEM;

	*out = NULL;
	if (!panel)
		return -ENOMEM;
	*panel = (struct panel){.event = sd_event_ref(event),
				.ops = ops,
				.buttons = buttons,
				.n_buttons = n_buttons,
				.lamps = lamps,
				.n_lamps = n_lamps,
				.on_action = on_action,
				.arg = arg};
	rc = make_room(panel);
	if (rc == 0)
		rc = sd_event_add_time(event, &panel->deadline, CLOCK_MONOTONIC,
				       UINT64_MAX, 1000, on_deadline, panel);
	for (size_t i = 0; i < n_buttons && rc >= 0; i++)
		rc = add_chip(panel, buttons[i].chip);
	for (size_t i = 0; i < n_lamps && rc >= 0; i++)
		rc = add_chip(panel, lamps[i].chip);
	if (rc < 0) {
		panel_free(panel);
		return rc;
	}
	*out = panel;
	return 0;
}

void panel_free(struct panel *panel)
{
	if (!panel)
		return;
	for (size_t i = 0; i < panel->n_lamps && panel->lit; i++)
		panel_light(panel, i, false);
	for (size_t i = 0; i < panel->n_chips; i++)
		close_chip(&panel->chips[i]);
	sd_event_source_disable_unref(panel->deadline);
	sd_event_unref(panel->event);
	free(panel->chips);
	free(panel->states);
	free(panel->button_chips);
	free(panel->lamp_chips);
	free(panel->lit);
	free(panel);
}

void panel_light(struct panel *panel, size_t lamp, bool on)
{
	struct chip *chip = panel->lamp_chips[lamp];
	int rc;

	if (!chip || panel->lit[lamp] == on)
		return;
	rc = panel->ops->set(chip->self, panel->lamps[lamp].line_offset, on);
	if (rc == 0) {
		panel->lit[lamp] = on;
		return;
	}
	log_error("lamp \"%s\" (%s line %u): %s: it is out of use",
		  panel->lamps[lamp].id, chip->name,
		  panel->lamps[lamp].line_offset, strerror(-rc));
	panel->lamp_chips[lamp] = NULL;
}

static size_t count(struct chip *const *chips, size_t n)
{
	size_t in_use = 0;

	for (size_t i = 0; i < n; i++)
		in_use += chips[i] != NULL;
	return in_use;
}

size_t panel_buttons_open(const struct panel *panel)
{
	return count(panel->button_chips, panel->n_buttons);
}

size_t panel_lamps_open(const struct panel *panel)
{
	return count(panel->lamp_chips, panel->n_lamps);
}
