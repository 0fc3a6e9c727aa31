/* SPDX-License-Identifier: MIT */
/*
 * The display's middle: the client's news go into the model, the views look at
 * the model, and what looks different is drawn. One thread, one event loop;
 * between the news it sleeps until a picture would change by itself.
 *
 * app_new(); app_add() for each view; run the event loop; app_free().
 */
#ifndef KIOSK_APP_H
#define KIOSK_APP_H

#include <systemd/sd-event.h>

#include "display/client.h"
#include "display/draw.h"
#include "display/theme.h"
#include "display/view.h"

#define APP_OUTLETS 4

/* Where a view's picture goes: a window, or a file. */
struct app_outlet {
	/* The surface to draw on now; NULL: there is none at the moment. */
	SDL_Surface *(*surface)(void *arg);
	/* It has been drawn on. */
	void (*present)(void *arg);
	void *arg;
};

struct app;

struct voice_options;

struct app_options {
	struct client_options client;
	struct languages languages;
	const struct font_files *fonts; /* needed by app_add() only */
	const struct theme *theme;
	bool ask_class;       /* of the touch panel */
	const char *pictures; /* of the board: a folder, or NULL */
	const char *procedures, *qr, *kiosk; /* likewise; see view.h */
	int hold_ms;                       /* how long a call keeps the stage */
	const struct voice_options *voice; /* NULL: none */
};

/* -ENOMEM, or the errno of sd-event. */
int app_new(sd_event *event, const struct app_options *options,
	    struct app **out) __attribute__((warn_unused_result));
void app_free(struct app *app);

/* Less than 0 with *why (a static text): no fonts, no memory. */
int app_add(struct app *app, const struct view_wish *wish,
	    const struct app_outlet *outlet, const char **why)
    __attribute__((warn_unused_result));

/* Input for the view that was added as the index-th. */
void app_input(struct app *app, size_t index, const struct view_input *input);

/* Something outside the model changed (a window's size): look soon. */
void app_touch(struct app *app);

/* Has every view drawn now, changed or not. */
void app_draw_all(struct app *app);

/* fn is called once, after the first state that could be read. */
void app_on_first_state(struct app *app, void (*fn)(void *arg), void *arg);

/* Why there is no state yet, for people. */
const char *app_trouble(const struct app *app);

#endif
