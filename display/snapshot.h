/* SPDX-License-Identifier: MIT */
#ifndef KIOSK_SNAPSHOT_H
#define KIOSK_SNAPSHOT_H

#include <systemd/sd-event.h>

#include "display/app.h"

/*
 * Draws one picture of the live state into a PNG file, after_ms after the
 * first state, with no screen. Runs the event loop until then. 0, or 1 with
 * one line logged: the kiosk was silent for 3 s, or the file cannot be
 * written.
 */
int snapshot_run(sd_event *event, struct app *app, const struct view_wish *wish,
		 int w, int h, int after_ms, const char *path)
    __attribute__((warn_unused_result));

/* The surface as a PNG file; 0 or a negative errno. */
int snapshot_write(const char *path, SDL_Surface *surface)
    __attribute__((warn_unused_result));

/* A surface that draw_target() takes, or NULL. */
SDL_Surface *snapshot_surface(int w, int h);

#endif
