/* SPDX-License-Identifier: MIT */
#include "panel/panel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "panel/panel_internal.h"

#define NS_PER_US 1000

int64_t panel_now_ns(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void panel_arm(sd_event_source *timer, int64_t at_ns)
{
	if (at_ns == INT64_MAX) {
		sd_event_source_set_enabled(timer, SD_EVENT_OFF);
		return;
	}
	/* Rounded up, so that the time has come when it fires. */
	sd_event_source_set_time(timer, (uint64_t)(at_ns / NS_PER_US + 1));
	sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

/* ---- buttons ---- */

static void act(struct panel *panel, size_t index, enum button_output output)
{
	const struct config_button *button = &panel->buttons[index];

	switch (output) {
	case BUTTON_NOTHING:
		return;
	case BUTTON_PRESS:
		panel->hooks.action(panel->hooks.arg, button, &button->press);
		return;
	case BUTTON_HOLD:
		panel->hooks.action(panel->hooks.arg, button, &button->hold);
		return;
	}
}

static void tell_fault(struct panel *panel, size_t index)
{
	struct panel_button *button = &panel->button_states[index];
	enum button_fault fault = button_fault(&button->state);

	if (fault == button->told)
		return;
	button->told = fault;
	panel->hooks.fault(panel->hooks.arg, index, fault);
}

/* One timer for all buttons, and only while one of them waits for it. */
void panel_arm_deadline(struct panel *panel)
{
	int64_t first_ns = INT64_MAX;

	for (size_t i = 0; i < panel->n_buttons; i++) {
		const struct panel_button *button = &panel->button_states[i];
		int64_t at_ns = button->chip
				    ? button_deadline_ns(&button->state)
				    : INT64_MAX;

		if (at_ns < first_ns)
			first_ns = at_ns;
	}
	panel_arm(panel->deadline, first_ns);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct panel *panel = userdata;
	int64_t now_ns = panel_now_ns();

	(void)source;
	(void)usec;
	for (size_t i = 0; i < panel->n_buttons; i++) {
		struct panel_button *button = &panel->button_states[i];
		int level;

		if (!button->chip ||
		    button_deadline_ns(&button->state) > now_ns)
			continue;
		level = panel->ops->get(button->chip->self,
					panel->buttons[i].line_offset);
		if (level < 0) /* as the last edge said */
			level = button->state.raw;
		act(panel, i, button_tick(&button->state, level, now_ns));
		tell_fault(panel, i);
	}
	panel_arm_deadline(panel);
	return 0;
}

void panel_check_levels(struct panel *panel, const struct chip *chip)
{
	for (size_t i = 0; i < panel->n_buttons; i++) {
		struct panel_button *button = &panel->button_states[i];
		int level;

		if (button->chip != chip)
			continue;
		level =
		    panel->ops->get(chip->self, panel->buttons[i].line_offset);
		if (level < 0 || level == button->state.raw)
			continue;
		act(panel, i,
		    button_edge(&button->state, level, panel_now_ns()));
		tell_fault(panel, i);
	}
}

void panel_take_edge(struct panel *panel, const struct chip *chip,
		     const struct gpio_edge *edge)
{
	for (size_t i = 0; i < panel->n_buttons; i++) {
		struct panel_button *button = &panel->button_states[i];

		if (button->chip != chip ||
		    panel->buttons[i].line_offset != edge->offset)
			continue;
		act(panel, i,
		    button_edge(&button->state, edge->active, edge->kernel_ns));
		tell_fault(panel, i);
		return;
	}
}

/* A line that is ours is in use; a button held down now waits to be let go. */
void panel_adopt_buttons(struct panel *panel, struct chip *chip)
{
	for (size_t i = 0; i < panel->n_buttons; i++) {
		const struct config_button *config = &panel->buttons[i];
		struct panel_button *button = &panel->button_states[i];
		bool debounced;
		int level;

		if (strcmp(config->chip, chip->name) != 0)
			continue;
		level = panel->ops->get(chip->self, config->line_offset);
		if (level == -EINVAL) /* not ours */
			continue;
		debounced =
		    panel->ops->debounced(chip->self, config->line_offset);
		button->chip = chip;
		button->state = (struct button){
		    .debounce_ms = debounced ? 0 : config->debounce_ms,
		    .hold_ms = config->hold_ms,
		    .repeat_ms = config->repeat_ms,
		    .has_hold = config->hold.kind != CONFIG_ACTION_NONE,
		    /* A chip that comes back is not a citizen's second try. */
		    .ever_acted = button->state.ever_acted,
		    .acted_ns = button->state.acted_ns,
		};
		if (level > 0)
			button_start_down(&button->state, panel_now_ns());
		tell_fault(panel, i);
	}
}

enum button_fault panel_button_fault(const struct panel *panel, size_t button)
{
	return panel->button_states[button].told;
}

/* ---- the whole ---- */

static int make_room(struct panel *panel)
{
	panel->button_states =
	    calloc(panel->n_buttons + 1, sizeof(*panel->button_states));
	panel->lamp_states =
	    calloc(panel->n_lamps + 1, sizeof(*panel->lamp_states));
	return panel->button_states && panel->lamp_states ? 0 : -ENOMEM;
}

int panel_new(sd_event *event, const struct gpio_ops *ops, const char *dev,
	      const struct config_button *buttons, size_t n_buttons,
	      const struct config_lamp *lamps, size_t n_lamps,
	      const struct panel_hooks *hooks, struct panel **out)
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
				.hooks = *hooks};
	rc = make_room(panel);
	if (rc == 0)
		rc = sd_event_add_time(event, &panel->deadline, CLOCK_MONOTONIC,
				       UINT64_MAX, 1000, on_deadline, panel);
	if (rc >= 0)
		rc = panel_add_blink(panel);
	if (rc == 0)
		rc = panel_open_chips(panel, dev);
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
	for (size_t i = 0; i < panel->n_lamps && panel->lamp_states; i++)
		panel_light(panel, i, LAMP_OFF);
	panel_close_chips(panel);
	sd_event_source_disable_unref(panel->deadline);
	sd_event_source_disable_unref(panel->blink);
	sd_event_unref(panel->event);
	free(panel->button_states);
	free(panel->lamp_states);
	free(panel);
}

size_t panel_buttons_open(const struct panel *panel)
{
	size_t n = 0;

	for (size_t i = 0; i < panel->n_buttons; i++)
		n += panel->button_states[i].chip != NULL;
	return n;
}

size_t panel_lamps_open(const struct panel *panel)
{
	size_t n = 0;

	for (size_t i = 0; i < panel->n_lamps; i++)
		n += panel->lamp_states[i].chip != NULL &&
		     !panel->lamp_states[i].failed;
	return n;
}

/* ---- what is wrong ---- */

struct fault_list {
	struct panel_fault *faults;
	size_t n, max;
};

static void add_fault(struct fault_list *list, const char *what, const char *id,
		      const char *fault)
{
	if (list->n < list->max)
		list->faults[list->n] =
		    (struct panel_fault){what, id, fault,
					 strcmp(fault, "hasty") != 0};
	list->n++;
}

static bool chip_open(const struct panel *panel, const char *name)
{
	for (size_t i = 0; i < panel->n_chips; i++) {
		if (strcmp(panel->chips[i].name, name) == 0)
			return panel->chips[i].self != NULL;
	}
	return false;
}

size_t panel_faults(const struct panel *panel, struct panel_fault *faults,
		    size_t max)
{
	struct fault_list list = {.faults = faults, .max = max};

	for (size_t i = 0; i < panel->n_chips; i++) {
		if (!panel->chips[i].self)
			add_fault(&list, "chip", panel->chips[i].name,
				  "missing");
	}
	for (size_t i = 0; i < panel->n_buttons; i++) {
		const struct panel_button *button = &panel->button_states[i];
		const struct config_button *config = &panel->buttons[i];

		if (!button->chip) {
			if (chip_open(panel, config->chip))
				add_fault(&list, "button", config->id,
					  "unusable");
		} else if (button->told != BUTTON_FINE) {
			add_fault(&list, "button", config->id,
				  button_fault_name(button->told));
		}
	}
	for (size_t i = 0; i < panel->n_lamps; i++) {
		if (panel->lamp_states[i].failed ||
		    (!panel->lamp_states[i].chip &&
		     chip_open(panel, panel->lamps[i].chip)))
			add_fault(&list, "lamp", panel->lamps[i].id,
				  "unusable");
	}
	return list.n;
}
