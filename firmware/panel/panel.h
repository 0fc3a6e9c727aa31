/* SPDX-License-Identifier: MIT */
/*
 * Buttons and lamps on GPIO lines, in the event loop. A chip that is not there
 * costs one log line and nothing else; it is taken when it comes, and again
 * when it comes back. A line that another program has is taken once that lets
 * it go, which is looked for after PANEL_RETRY_MS, then less and less often; so
 * is a lamp whose chip did not take what it was told.
 * Owns its timers and descriptors: one timer for all buttons while one of them
 * waits for something, one for all lamps while one of them blinks.
 */
#ifndef KIOSK_PANEL_H
#define KIOSK_PANEL_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "base/config.h"
#include "panel/button.h"
#include "panel/gpio.h"
#include "panel/lamp.h"

#define PANEL_RETRY_MS 1000
#define PANEL_RETRY_MOST_MS 60000

struct panel;

/* Whom the panel tells; never from inside a call to it. */
struct panel_hooks {
	void *arg;
	/* A button asks for its action. */
	void (*action)(void *arg, const struct config_button *button,
		       const struct config_action *action);
	/* A button is at fault, or fine again; index as in buttons[]. */
	void (*fault)(void *arg, size_t button, enum button_fault fault);
	/* A chip came or went: ask panel_faults(). */
	void (*changed)(void *arg);
};

/*
 * ops: &gpio_libgpiod, or a fake. buttons and lamps must outlive the panel;
 * hooks is copied. dev: where chips come and go, "/dev". Returns 0 also when no
 * chip could be opened; -ENOMEM.
 */
int panel_new(sd_event *event, const struct gpio_ops *ops, const char *dev,
	      const struct config_button *buttons, size_t n_buttons,
	      const struct config_lamp *lamps, size_t n_lamps,
	      const struct panel_hooks *hooks, struct panel **out)
    __attribute__((warn_unused_result));

/* Lamps go dark. NULL is fine. */
void panel_free(struct panel *panel);

/* What lamp index (as in lamps[]) shows; only a change touches the line. */
void panel_light(struct panel *panel, size_t lamp, enum lamp_light light);

enum button_fault panel_button_fault(const struct panel *panel, size_t button);

/* How many lines of each kind are in use. */
size_t panel_buttons_open(const struct panel *panel);
size_t panel_lamps_open(const struct panel *panel);

/* What is wrong with the panel, for people. */
struct panel_fault {
	const char *what;  /* "button", "lamp", "chip" */
	const char *id;    /* of the button or lamp; the chip as configured */
	const char *fault; /* "stuck", "chattering", "hasty", "unusable",
			      "missing" */
	bool lasting;      /* someone must come; a hasty citizen goes */
};

/*
 * At most max; returns how many there are. Of a chip that is missing the lines
 * are not told one by one.
 */
size_t panel_faults(const struct panel *panel, struct panel_fault *faults,
		    size_t max);

#endif
