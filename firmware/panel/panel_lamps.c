/* SPDX-License-Identifier: MIT */
/* The lamps' lines, and the one timer of all that blink. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "panel/panel_internal.h"

static void fail(struct panel *panel, size_t index, int error)
{
	const struct config_lamp *lamp = &panel->lamps[index];

	log_error("lamp \"%s\" (%s line %u): %s: tried again until it answers",
		  lamp->id, lamp->chip, lamp->line_offset, strerror(-error));
	panel->lamp_states[index].failed = true;
	panel_retry_soon(panel);
}

static void set(struct panel *panel, size_t index, bool on)
{
	struct panel_lamp *state = &panel->lamp_states[index];
	int rc;

	/* A chip on a bad cable may take its time to answer: one that failed
	 * is left to the retries. */
	if (!state->chip || state->failed || state->lit == on)
		return;
	rc = panel->ops->set(state->chip->self, panel->lamps[index].line_offset,
			     on);
	if (rc != 0)
		fail(panel, index, rc);
	else
		state->lit = on;
}

bool panel_any_lamp_failed(const struct panel *panel)
{
	bool failed = false;

	for (size_t i = 0; i < panel->n_lamps; i++)
		failed |= panel->lamp_states[i].failed;
	return failed;
}

bool panel_retry_lamps(struct panel *panel)
{
	int64_t now_ns = panel_now_ns();
	bool changed = false;

	for (size_t i = 0; i < panel->n_lamps; i++) {
		struct panel_lamp *state = &panel->lamp_states[i];
		const struct config_lamp *lamp = &panel->lamps[i];
		bool on = lamp_lit(state->light, now_ns);

		if (state->failed &&
		    panel->ops->set(state->chip->self, lamp->line_offset, on) ==
			0) {
			log_info("lamp \"%s\" answers again", lamp->id);
			state->failed = false;
			state->lit = on;
		}
		changed |= state->failed != state->told;
		state->told = state->failed;
	}
	return changed;
}

void panel_arm_blink(struct panel *panel)
{
	int64_t now_ns = panel_now_ns();
	int64_t next_ns = INT64_MAX;

	for (size_t i = 0; i < panel->n_lamps; i++) {
		const struct panel_lamp *state = &panel->lamp_states[i];
		int64_t at_ns = state->chip && !state->failed
				    ? lamp_next_ns(state->light, now_ns)
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
		int rc;

		if (strcmp(lamp->chip, chip->name) != 0)
			continue;
		rc = panel->ops->set(chip->self, lamp->line_offset, false);
		if (rc == -EINVAL) /* not ours */
			continue;
		state->chip = chip;
		state->lit = false;
		if (rc != 0)
			fail(panel, i, rc);
		else
			set(panel, i, lamp_lit(state->light, now_ns));
	}
	panel_arm_blink(panel);
}
