/* SPDX-License-Identifier: MIT */
#include "display/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/png.h"

#define PATIENCE_MS 3000 /* for the first state */

struct snapshot {
	sd_event *event;
	SDL_Surface *surface;
	sd_event_source *timer;
	int after_ms;
	bool has_state;
};

SDL_Surface *snapshot_surface(int w, int h)
{
	return SDL_CreateRGBSurfaceWithFormat(0, w, h, 32,
					      SDL_PIXELFORMAT_RGB888);
}

int snapshot_write(const char *path, SDL_Surface *surface)
{
	size_t stride = (size_t)surface->w * 3;
	uint8_t *rgb = malloc(stride * (size_t)surface->h);
	if (!rgb)
		return -ENOMEM;
	for (int y = 0; y < surface->h; y++) {
		const char *row = (const char *)surface->pixels +
				  (ptrdiff_t)y * surface->pitch;
		uint8_t *to = rgb + (size_t)y * stride;
		for (int x = 0; x < surface->w; x++) {
			uint32_t pixel;
			memcpy(&pixel, row + (ptrdiff_t)x * 4, sizeof(pixel));
			*to++ = (uint8_t)(pixel >> 16);
			*to++ = (uint8_t)(pixel >> 8);
			*to++ = (uint8_t)pixel;
		}
	}
	int r = png_write_rgb(path, rgb, surface->w, surface->h, stride);
	free(rgb);
	return r;
}

static SDL_Surface *surface_of(void *arg)
{
	struct snapshot *snapshot = arg;
	return snapshot->surface;
}

static void present(void *arg)
{
	(void)arg; /* it is written once, at the end */
}

static int on_time(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)source;
	(void)usec;
	struct snapshot *snapshot = arg;
	return sd_event_exit(snapshot->event, snapshot->has_state ? 0 : 1);
}

static void on_first_state(void *arg)
{
	struct snapshot *snapshot = arg;
	snapshot->has_state = true;
	uint64_t usec = (uint64_t)snapshot->after_ms * 1000;
	if (sd_event_source_set_time_relative(snapshot->timer, usec) < 0)
		log_error("cannot set a timer");
}

static int wait_and_write(struct snapshot *snapshot, struct app *app,
			  const char *path)
{
	app_on_first_state(app, on_first_state, snapshot);
	int r = sd_event_loop(snapshot->event);
	if (r != 0) {
		log_error("no picture: the kiosk gives no state: %s; start "
			  "kioskd, or say where it is with --socket or --url",
			  app_trouble(app));
		return 1;
	}
	if (!snapshot->has_state) /* a signal came first */
		return 1;
	app_draw_all(app);
	r = snapshot_write(path, snapshot->surface);
	if (r < 0) {
		log_error("--snapshot %s: cannot be written: %s; choose "
			  "another folder or free some room",
			  path, strerror(-r));
		return 1;
	}
	return 0;
}

int snapshot_run(sd_event *event, struct app *app, const struct view_wish *wish,
		 int w, int h, int after_ms, const char *path)
{
	struct snapshot snapshot = {
	    .event = event,
	    .surface = snapshot_surface(w, h),
	    .after_ms = after_ms,
	};
	const struct app_outlet outlet = {.surface = surface_of,
					  .present = present,
					  .arg = &snapshot};
	const char *why = "out of memory";
	int r = snapshot.surface ? app_add(app, wish, &outlet, &why) : -ENOMEM;
	if (r >= 0) {
		why = "the event loop refuses a timer";
		r = sd_event_add_time_relative(event, &snapshot.timer,
					       CLOCK_MONOTONIC,
					       (uint64_t)PATIENCE_MS * 1000,
					       1000, on_time, &snapshot);
	}
	if (r < 0) {
		log_error("cannot draw: %s", why);
		r = 1;
	} else {
		r = wait_and_write(&snapshot, app, path);
	}
	sd_event_source_disable_unref(snapshot.timer);
	/* The app goes on holding the outlet: nothing is drawn any more. */
	SDL_FreeSurface(snapshot.surface);
	return r;
}
