/* SPDX-License-Identifier: MIT */
/*
 * Buttons and lamps on GPIO lines, in the event loop. A chip that is not there
 * costs one log line and nothing else. Owns its timers and descriptors.
 */
#ifndef KIOSK_PANEL_H
#define KIOSK_PANEL_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "base/config.h"
#include "panel/gpio.h"

struct panel;

/* A button asks for its action. */
typedef void panel_action_fn(void *arg, const struct config_button *button,
			     const struct config_action *action);

/*
 * ops: &gpio_libgpiod, or a fake. buttons and lamps must outlive the panel.
 * Returns 0 also when no chip could be opened; -ENOMEM.
 */
int panel_new(sd_event *event, const struct gpio_ops *ops,
	      const struct config_button *buttons, size_t n_buttons,
	      const struct config_lamp *lamps, size_t n_lamps,
	      panel_action_fn *on_action, void *arg, struct panel **out)
    __attribute__((warn_unused_result));

/* Lamps go dark. NULL is fine. */
void panel_free(struct panel *panel);

/* Lamp index (as in lamps[]) on or off; only a change touches the line. */
void panel_light(struct panel *panel, size_t lamp, bool on);

/* How many lines of each kind are in use. */
size_t panel_buttons_open(const struct panel *panel);
size_t panel_lamps_open(const struct panel *panel);

#endif
