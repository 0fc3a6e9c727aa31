/* SPDX-License-Identifier: MIT */
/* The lamps' lines, and the one timer of all that blink. */
#include <string.h>

#include "base/log.h"
#include "panel/panel_internal.h"

static void set(struct panel *panel, size_t index, bool on)
{
	struct panel_lamp *state = &panel->lamp_states[index];
	const struct config_lamp *lamp = &panel->lamps[index];
	int rc;

	if (!state->chip || state->lit == on)
		return;
	rc = panel->ops->set(state->chip->self, lamp->line_offset, on);
	if (rc == 0) {
		state->lit = on;
		return;
	}
	log_error("lamp \"%s\" (%s line %u): %s: it is out of use", lamp->id,
		  lamp->chip, lamp->line_offset, strerror(-rc));
	state->chip = NULL;
}

void panel_arm_blink(struct panel *panel)
{
	int64_t now_ns = panel_now_ns();
	int64_t next_ns = INT64_MAX;

	for (size_t i = 0; i < panel->n_lamps; i++) {
		const struct panel_lamp *state = &panel->lamp_states[i];
		int64_t at_ns = state->chip ? lamp_next_ns(state->light, now_ns)
					    : INT64_MAX;

		if (at_ns < next_ns)
			next_ns = at_ns;
	}
	panel_arm(panel->blink, next_ns);
}

static int on_blink(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct panel *panel = userdata;
	int64_t now_ns = panel_now_ns();

	(void)source;
	(void)usec;
	for (size_t i = 0; i < panel->n_lamps; i++)
		set(panel, i, lamp_lit(panel->lamp_states[i].light, now_ns));
	panel_arm_blink(panel);
	return 0;
}

int panel_add_blink(struct panel *panel)
{
	/* 10 ms sooner or later nobody sees: it may join another wake-up. */
	int rc = sd_event_add_time(panel->event, &panel->blink, CLOCK_MONOTONIC,
				   UINT64_MAX, 10000, on_blink, panel);

	if (rc >= 0)
		rc = sd_event_source_set_enabled(panel->blink, SD_EVENT_OFF);
	return rc < 0 ? rc : 0;
}

void panel_light(struct panel *panel, size_t lamp, enum lamp_light light)
{
	struct panel_lamp *state = &panel->lamp_states[lamp];

	if (state->light == light)
		return;
	state->light = light;
	set(panel, lamp, lamp_lit(light, panel_now_ns()));
	panel_arm_blink(panel);
}

void panel_adopt_lamps(struct panel *panel, struct chip *chip)
{
	int64_t now_ns = panel_now_ns();

	for (size_t i = 0; i < panel->n_lamps; i++) {
		struct panel_lamp *state = &panel->lamp_states[i];
		const struct config_lamp *lamp = &panel->lamps[i];

		if (strcmp(lamp->chip, chip->name) != 0 ||
		    panel->ops->set(chip->self, lamp->line_offset, false) != 0)
			continue;
		state->chip = chip;
		state->lit = false;
		set(panel, i, lamp_lit(state->light, now_ns));
	}
	panel_arm_blink(panel);
}
