/* SPDX-License-Identifier: MIT */
/*
 * Windows: one a view, on the Pi one a monitor. The only file that opens an
 * SDL window or reads its events.
 *
 * SDL waits for nothing here; the event loop does. On X11 it watches the
 * server's connection; where SDL hides what it reads (KMSDRM) it looks every
 * 30 ms while a touch panel is shown, else every second; with no input at all
 * (offscreen) never.
 */
#ifndef KIOSK_SCREEN_H
#define KIOSK_SCREEN_H

#include <systemd/sd-event.h>

#include "display/app.h"

struct screen;

/*
 * Opens SDL's video and a window for each view, w by h where they are not 0.
 * -EIO or -ENOMEM with one line logged.
 */
int screen_new(sd_event *event, struct app *app, const struct view_wish *wishes,
	       size_t n_wishes, int w, int h, struct screen **out)
    __attribute__((warn_unused_result));

/* The app must have been freed: it draws on these windows. */
void screen_free(struct screen *screen);

#endif
