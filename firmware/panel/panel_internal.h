/* SPDX-License-Identifier: MIT */
/* What panel.c (buttons), panel_chips.c and panel_lamps.c share. For nobody
 * else. */
#ifndef KIOSK_PANEL_INTERNAL_H
#define KIOSK_PANEL_INTERNAL_H

#include "panel/hotplug.h"
#include "panel/panel.h"

/* A chip and what of it is ours. */
struct chip {
	struct panel *panel;
	const char *name; /* as configured */
	void *self;       /* of the back end, or NULL: not there */
	sd_event_source **sources;
	int *fds;
	size_t n_sources;
	bool hopeless; /* a line of it seems free and cannot be had */
	/* Why it is not there, as it was last told: told once. */
	struct gpio_problem problem;
};

struct panel_button {
	struct button state;
	struct chip *chip; /* NULL: the line is not in use */
	enum button_fault told;
};

struct panel_lamp {
	enum lamp_light light;
	struct chip *chip; /* NULL: the line is not in use */
	bool lit;
	bool failed; /* it could not be set: tried again now and then … */
	bool told;   /* … as the hooks know */
};

struct panel {
	sd_event *event;
	const struct gpio_ops *ops;
	const struct config_button *buttons;
	const struct config_lamp *lamps;
	size_t n_buttons, n_lamps;
	struct panel_hooks hooks;

	struct chip *chips;
	size_t n_chips;
	struct hotplug *hotplug;
	struct panel_button *button_states;
	struct panel_lamp *lamp_states;
	sd_event_source *deadline, *blink;
	/* Runs while a line that another program has is waited for, or a lamp
	 * that failed. */
	sd_event_source *retry;
	int64_t retry_ms; /* until it is looked at again */
};

/* Of a line the kernel keeps so many edges for libgpiod 1 and drops what comes
 * then. */
#define PANEL_BURST 16

/* CLOCK_MONOTONIC, by which the kernel stamps edges. */
int64_t panel_now_ns(void);

/* Sets a timer to that monotonic time, or with INT64_MAX stops it. */
void panel_arm(sd_event_source *timer, int64_t at_ns);

/* An edge of that chip. */
void panel_take_edge(struct panel *panel, const struct chip *chip,
		     const struct gpio_edge *edge);

/* Buttons whose level is not what their edges said: some were lost. */
void panel_check_levels(struct panel *panel, const struct chip *chip);

/* The next time a button waits for. */
void panel_arm_deadline(struct panel *panel);

/* A chip has come: its buttons as they are now. */
void panel_adopt_buttons(struct panel *panel, struct chip *chip);

/* ... its lamps as they should be; also when it has gone. */
void panel_adopt_lamps(struct panel *panel, struct chip *chip);
void panel_arm_blink(struct panel *panel);
/* Lamps that failed are set again. Whether any failed, or works again, since
 * this was last asked. */
bool panel_retry_lamps(struct panel *panel);
bool panel_any_lamp_failed(const struct panel *panel);

/* Something is newly amiss: looked at again soon. */
void panel_retry_soon(struct panel *panel);
int panel_add_blink(struct panel *panel) __attribute__((warn_unused_result));

/* Opens every chip that is configured, and follows those that come and go in
 * dev. */
int panel_open_chips(struct panel *panel, const char *dev)
    __attribute__((warn_unused_result));
void panel_close_chips(struct panel *panel);

#endif
