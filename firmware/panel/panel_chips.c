/* SPDX-License-Identifier: MIT */
/* The chips: opened, followed when they come and go, let go. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/log.h"
#include "base/turn.h"
#include "panel/panel_internal.h"

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
	chip->hopeless = false;
	for (size_t i = 0; i < panel->n_buttons; i++) {
		if (panel->button_states[i].chip == chip)
			panel->button_states[i].chip = NULL;
	}
	for (size_t i = 0; i < panel->n_lamps; i++) {
		struct panel_lamp *lamp = &panel->lamp_states[i];

		if (lamp->chip == chip) {
			lamp->chip = NULL;
			lamp->failed = lamp->told = false;
		}
	}
}

static void lose_chip(struct chip *chip, int error)
{
	struct panel *panel = chip->panel;

	log_error("%s: %s: its buttons and lamps are out of use until it is "
		  "back",
		  chip->name,
		  error == -ENODEV ? "unplugged" : strerror(-error));
	close_chip(chip);
	panel_arm_deadline(panel);
	panel_arm_blink(panel);
	panel->hooks.changed(panel->hooks.arg);
}

static int on_edge(sd_event_source *source, int fd, uint32_t revents,
		   void *userdata)
{
	struct chip *chip = userdata;
	struct panel *panel = chip->panel;
	struct gpio_edge edge;
	int rc, n_edges = 0;

	turn_is("button");
	(void)source;
	while ((rc = panel->ops->next_edge(chip->self, fd, &edge)) > 0) {
		panel_take_edge(panel, chip, &edge);
		n_edges++;
	}
	if (n_edges >= PANEL_BURST)
		panel_check_levels(panel, chip);
	/* Nothing to read, and never again: it would wake us for ever. */
	if (rc == 0 && (revents & (EPOLLHUP | EPOLLERR)))
		rc = -ENODEV;
	if (rc < 0)
		lose_chip(chip, rc);
	panel_arm_deadline(panel);
	return 0;
}

static void report(void *arg, bool fatal, const char *text)
{
	(void)arg;
	if (fatal)
		log_error("%s", text);
	else
		log_warning("%s", text);
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

/* A chip that is not there: said once, and again when the reason changes. */
static void tell_problem(struct chip *chip, const struct gpio_problem *problem,
			 size_t n_inputs, size_t n_outputs)
{
	if (strcmp(chip->problem.text, problem->text) == 0)
		return;
	chip->problem = *problem;
	log_warning("%s; its %zu buttons and %zu lamps are not in use",
		    problem->text, n_inputs, n_outputs);
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
		else if (rc != -ENOMEM)
			tell_problem(chip, &problem, n_inputs, n_outputs);
	}
	if (rc == 0) {
		chip->problem.text[0] = '\0';
		panel_adopt_buttons(panel, chip);
		panel_adopt_lamps(panel, chip);
	} else {
		close_chip(chip);
	}
	free(inputs);
	free(outputs);
	return rc;
}

static int add_chip(struct panel *panel, const char *name)
{
	struct chip *chip;
	int rc;

	for (size_t i = 0; i < panel->n_chips; i++) {
		if (strcmp(panel->chips[i].name, name) == 0)
			return 0;
	}
	/* Room for one a line was made at the start: they never move. */
	chip = &panel->chips[panel->n_chips++];
	*chip = (struct chip){.panel = panel, .name = name};
	rc = open_chip(panel, chip);
	return rc == -ENOMEM ? rc : 0;
}

/* ---- lines that another program had ---- */

/* Calls for each line of the chip that is configured and not in use; true once
 * one of them says so. */
static bool any_missing(const struct chip *chip,
			bool (*says)(const struct chip *, unsigned))
{
	const struct panel *panel = chip->panel;

	for (size_t i = 0; i < panel->n_buttons; i++)
		if (!panel->button_states[i].chip &&
		    strcmp(panel->buttons[i].chip, chip->name) == 0 &&
		    says(chip, panel->buttons[i].line_offset))
			return true;
	for (size_t i = 0; i < panel->n_lamps; i++)
		if (!panel->lamp_states[i].chip &&
		    strcmp(panel->lamps[i].chip, chip->name) == 0 &&
		    says(chip, panel->lamps[i].line_offset))
			return true;
	return false;
}

static bool at_all(const struct chip *chip, unsigned offset)
{
	(void)chip;
	(void)offset;
	return true;
}

static bool is_free(const struct chip *chip, unsigned offset)
{
	return chip->panel->ops->is_free(chip->self, offset);
}

/* Then the chip must not be let go: the press would be lost. */
static bool any_button_down(const struct chip *chip)
{
	const struct panel *panel = chip->panel;

	for (size_t i = 0; i < panel->n_buttons; i++)
		if (panel->button_states[i].chip == chip &&
		    (panel->button_states[i].state.raw ||
		     panel->ops->get(chip->self,
				     panel->buttons[i].line_offset) > 0))
			return true;
	return false;
}

static void arm_retry(struct panel *panel)
{
	bool wanted = panel_any_lamp_failed(panel);

	for (size_t i = 0; i < panel->n_chips && !wanted; i++) {
		const struct chip *chip = &panel->chips[i];

		wanted =
		    chip->self && !chip->hopeless && any_missing(chip, at_all);
	}
	if (!wanted)
		panel->retry_ms = PANEL_RETRY_MS;
	panel_arm(panel->retry, wanted
				    ? panel_now_ns() + panel->retry_ms * 1000000
				    : INT64_MAX);
}

void panel_retry_soon(struct panel *panel)
{
	panel->retry_ms = PANEL_RETRY_MS;
	arm_retry(panel);
}

/* A chip's lines are requested together, so it is opened anew. */
static void reopen(struct panel *panel, struct chip *chip)
{
	log_info("%s: a line that was in use is free: opened anew", chip->name);
	close_chip(chip);
	if (open_chip(panel, chip) == 0)
		chip->hopeless = any_missing(chip, is_free);
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct panel *panel = userdata;
	bool changed = false;

	(void)source;
	(void)usec;
	panel->retry_ms *= 2;
	if (panel->retry_ms > PANEL_RETRY_MOST_MS)
		panel->retry_ms = PANEL_RETRY_MOST_MS;
	for (size_t i = 0; i < panel->n_chips; i++) {
		struct chip *chip = &panel->chips[i];

		if (chip->self && !chip->hopeless &&
		    any_missing(chip, is_free) && !any_button_down(chip)) {
			reopen(panel, chip);
			changed = true;
		}
	}
	changed |= panel_retry_lamps(panel);
	panel_arm_deadline(panel);
	panel_arm_blink(panel);
	arm_retry(panel);
	if (changed)
		panel->hooks.changed(panel->hooks.arg);
	return 0;
}

/* Something came, went, or got other rights in /dev. */
static void on_hotplug(void *arg)
{
	struct panel *panel = arg;
	bool came = false;

	for (size_t i = 0; i < panel->n_chips; i++) {
		struct chip *chip = &panel->chips[i];

		if (chip->self && panel->ops->alive(chip->self) != 0)
			lose_chip(chip, -ENODEV);
		if (chip->self || open_chip(panel, chip) != 0)
			continue;
		log_info("%s: in use", chip->name);
		came = true;
	}
	panel_arm_deadline(panel);
	arm_retry(panel);
	if (came)
		panel->hooks.changed(panel->hooks.arg);
}

int panel_open_chips(struct panel *panel, const char *dev)
{
	int rc;

	panel->chips = calloc(panel->n_buttons + panel->n_lamps + 1,
			      sizeof(*panel->chips));
	if (!panel->chips)
		return -ENOMEM;
	if (panel->n_buttons + panel->n_lamps == 0)
		return 0;
	panel->retry_ms = PANEL_RETRY_MS;
	rc = sd_event_add_time(panel->event, &panel->retry, CLOCK_MONOTONIC,
			       UINT64_MAX, 100000, on_retry, panel);
	if (rc < 0)
		return rc;
	rc = sd_event_source_set_enabled(panel->retry, SD_EVENT_OFF);
	if (rc < 0)
		return rc;
	rc = hotplug_new(panel->event, on_hotplug, panel, &panel->hotplug);
	/* Before they are looked for, so that none can come in between. */
	if (rc == 0)
		rc = hotplug_watch(panel->hotplug, dev, "gpiochip");
	if (rc == -ENOMEM)
		return rc;
	if (rc != 0)
		log_warning("%s cannot be watched: %s: a chip that comes later "
			    "is not noticed",
			    dev, strerror(-rc));
	rc = 0;
	for (size_t i = 0; i < panel->n_buttons && rc == 0; i++)
		rc = add_chip(panel, panel->buttons[i].chip);
	for (size_t i = 0; i < panel->n_lamps && rc == 0; i++)
		rc = add_chip(panel, panel->lamps[i].chip);
	panel_arm_deadline(panel);
	arm_retry(panel);
	return rc;
}

void panel_close_chips(struct panel *panel)
{
	for (size_t i = 0; i < panel->n_chips; i++)
		close_chip(&panel->chips[i]);
	hotplug_free(panel->hotplug);
	sd_event_source_disable_unref(panel->retry);
	free(panel->chips);
}
