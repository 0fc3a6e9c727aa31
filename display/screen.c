/* SPDX-License-Identifier: MIT */
#include "display/screen.h"

#include <SDL.h>
#include <SDL_syswm.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "base/log.h"

#define LOOK_TOUCH_MS 30
#define LOOK_BOARD_MS 1000

struct window {
	struct screen *screen;
	SDL_Window *window;
	SDL_Surface *own; /* where the window's pixels are not ours to write */
};

struct screen {
	sd_event *event;
	struct app *app;
	struct window windows[APP_OUTLETS];
	size_t n_windows;
	sd_event_source *io, *timer, *after;
	uint64_t look_us;
	bool started;
};

/* ---- drawing ---- */

static bool usable(const SDL_Surface *surface)
{
	return surface->format->format == SDL_PIXELFORMAT_RGB888 ||
	       surface->format->format == SDL_PIXELFORMAT_ARGB8888;
}

static void lost(struct window *window, const char *what)
{
	log_error("the screen is lost: %s: %s", what, SDL_GetError());
	(void)sd_event_exit(window->screen->event, 1);
}

static SDL_Surface *surface_of(void *arg)
{
	struct window *window = arg;
	SDL_Surface *surface = SDL_GetWindowSurface(window->window);
	if (!surface) {
		lost(window, "no surface");
		return NULL;
	}
	if (usable(surface))
		return surface;
	if (window->own &&
	    (window->own->w != surface->w || window->own->h != surface->h)) {
		SDL_FreeSurface(window->own);
		window->own = NULL;
	}
	if (!window->own)
		window->own =
		    SDL_CreateRGBSurfaceWithFormat(0, surface->w, surface->h,
						   32, SDL_PIXELFORMAT_RGB888);
	if (!window->own)
		lost(window, "no memory for a picture");
	return window->own;
}

static void present(void *arg)
{
	struct window *window = arg;
	SDL_Surface *surface = SDL_GetWindowSurface(window->window);
	if (!surface ||
	    (window->own &&
	     SDL_BlitSurface(window->own, NULL, surface, NULL) < 0) ||
	    SDL_UpdateWindowSurface(window->window) < 0)
		lost(window, "cannot show a picture");
}

/* ---- events ---- */

static struct window *window_of(struct screen *screen, uint32_t id)
{
	for (size_t i = 0; i < screen->n_windows; i++)
		if (SDL_GetWindowID(screen->windows[i].window) == id)
			return &screen->windows[i];
	return NULL;
}

static void give(struct screen *screen, uint32_t window_id,
		 const struct view_input *input)
{
	struct window *window = window_of(screen, window_id);
	if (window)
		app_input(screen->app, (size_t)(window - screen->windows),
			  input);
}

static void on_window(struct screen *screen, const SDL_WindowEvent *event)
{
	switch (event->event) {
	case SDL_WINDOWEVENT_CLOSE:
		(void)sd_event_exit(screen->event, 0);
		break;
	case SDL_WINDOWEVENT_EXPOSED: {
		/* The picture is still in memory: show it again. Refused where
		 * there is none yet; the first look draws it. */
		struct window *window = window_of(screen, event->windowID);
		if (window)
			(void)SDL_UpdateWindowSurface(window->window);
		break;
	}
	case SDL_WINDOWEVENT_SIZE_CHANGED:
		app_touch(screen->app);
		break;
	default: /* SDL's numbers, not ours */
		break;
	}
}

static void on_mouse(struct screen *screen, const SDL_Event *event)
{
	struct view_input input = {.finger = VIEW_MOUSE};
	if (event->type == SDL_MOUSEMOTION) {
		if (!(event->motion.state & SDL_BUTTON_LMASK))
			return;
		input.kind = VIEW_MOVE;
		input.x = event->motion.x;
		input.y = event->motion.y;
		give(screen, event->motion.windowID, &input);
		return;
	}
	if (event->button.button != SDL_BUTTON_LEFT)
		return;
	input.kind = event->type == SDL_MOUSEBUTTONDOWN ? VIEW_DOWN : VIEW_UP;
	input.x = event->button.x;
	input.y = event->button.y;
	give(screen, event->button.windowID, &input);
}

static void on_finger(struct screen *screen, const SDL_TouchFingerEvent *event)
{
	struct window *window = window_of(screen, event->windowID);
	int w, h;
	if (!window) /* KMSDRM's driver may not say whose it is */
		window = &screen->windows[0];
	SDL_GetWindowSize(window->window, &w, &h);
	struct view_input input = {
	    .finger = event->fingerId & INT64_MAX,
	    .x = (int)(event->x * (float)w),
	    .y = (int)(event->y * (float)h),
	};
	input.kind = event->type == SDL_FINGERDOWN ? VIEW_DOWN
		     : event->type == SDL_FINGERUP ? VIEW_UP
						   : VIEW_MOVE;
	app_input(screen->app, (size_t)(window - screen->windows), &input);
}

static void on_key(struct screen *screen, const SDL_KeyboardEvent *event)
{
	if (event->repeat)
		return;
	struct view_input input = {
	    .kind = event->type == SDL_KEYDOWN ? VIEW_KEY_DOWN : VIEW_KEY_UP};
	SDL_Keycode key = event->keysym.sym;
	if (key >= SDLK_1 && key <= SDLK_9)
		input.key = key - SDLK_1 + 1;
	else if (key >= SDLK_KP_1 && key <= SDLK_KP_9)
		input.key = key - SDLK_KP_1 + 1;
	give(screen, event->windowID, &input);
}

static void on_sdl(struct screen *screen, const SDL_Event *event)
{
	switch (event->type) {
	case SDL_QUIT:
		(void)sd_event_exit(screen->event, 0);
		break;
	case SDL_WINDOWEVENT:
		on_window(screen, &event->window);
		break;
	case SDL_MOUSEMOTION:
	case SDL_MOUSEBUTTONDOWN:
	case SDL_MOUSEBUTTONUP:
		on_mouse(screen, event);
		break;
	case SDL_FINGERDOWN:
	case SDL_FINGERUP:
	case SDL_FINGERMOTION:
		on_finger(screen, &event->tfinger);
		break;
	case SDL_KEYDOWN:
	case SDL_KEYUP:
		on_key(screen, &event->key);
		break;
	default: /* SDL's numbers, not ours */
		break;
	}
}

static void pump(struct screen *screen)
{
	SDL_Event event;
	while (SDL_PollEvent(&event))
		on_sdl(screen, &event);
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *arg)
{
	(void)source;
	(void)fd;
	struct screen *screen = arg;
	if (revents & (EPOLLHUP | EPOLLERR)) {
		log_error("the screen is lost: the display server is gone");
		return sd_event_exit(screen->event, 1);
	}
	pump(screen);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)usec;
	struct screen *screen = arg;
	pump(screen);
	int r = sd_event_source_set_time_relative(source, screen->look_us);
	return r < 0 ? r
		     : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/*
 * Showing a picture makes Xlib read the connection, and an event that came
 * along lies in its memory while the descriptor stays quiet.
 */
static int on_after(sd_event_source *source, void *arg)
{
	(void)source;
	pump(arg);
	return 0;
}

/* ---- opening ---- */

/* The X server's connection, or -1. */
static int x11_fd(const struct screen *screen)
{
#ifdef SDL_VIDEO_DRIVER_X11
	SDL_SysWMinfo info;
	SDL_VERSION(&info.version);
	if (SDL_GetWindowWMInfo(screen->windows[0].window, &info) &&
	    info.subsystem == SDL_SYSWM_X11)
		return ConnectionNumber(info.info.x11.display);
#else
	(void)screen;
#endif
	return -1;
}

/* Drivers that show nothing to anyone. */
static bool shows_nothing(void)
{
	const char *driver = SDL_GetCurrentVideoDriver();
	return strcmp(driver, "offscreen") == 0 || strcmp(driver, "dummy") == 0;
}

static int watch_input(struct screen *screen, bool takes_input)
{
	if (shows_nothing())
		return 0;
	int fd = x11_fd(screen);
	if (fd >= 0) {
		int r = sd_event_add_io(screen->event, &screen->io, fd, EPOLLIN,
					on_io, screen);
		if (r >= 0)
			r = sd_event_add_post(screen->event, &screen->after,
					      on_after, screen);
		return r;
	}
	screen->look_us =
	    (uint64_t)(takes_input ? LOOK_TOUCH_MS : LOOK_BOARD_MS) * 1000;
	return sd_event_add_time_relative(screen->event, &screen->timer,
					  CLOCK_MONOTONIC, screen->look_us,
					  screen->look_us / 4, on_timer,
					  screen);
}

static bool owns_the_card(void)
{
	return strcmp(SDL_GetCurrentVideoDriver(), "KMSDRM") == 0;
}

static int start_video(void)
{
	/* Signals are the event loop's, and a finger is not also a mouse. */
	SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
	SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
	SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
	SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
	/* It hands a drag to the window with the keyboard, not to the one that
	 * was pressed: with two windows a press would be lost. */
	SDL_SetHint("SDL_MOUSE_AUTO_CAPTURE", "0");
	SDL_SetMainReady();
	if (SDL_Init(SDL_INIT_VIDEO) < 0) {
		log_error("cannot open a screen: %s; start it on a desktop, on "
			  "a console with a monitor, or use --snapshot",
			  SDL_GetError());
		return -EIO;
	}
	/* With no screen at all SDL takes such a driver by itself; then it is
	 * better to fail, and be started again when there is one. */
	if (shows_nothing() && !getenv("SDL_VIDEODRIVER")) {
		log_error("there is no screen: start it on a desktop, on a "
			  "console with a monitor, or use --snapshot");
		SDL_Quit();
		return -EIO;
	}
	/*
	 * Pictures are drawn in memory, so a GPU would only copy them; asked
	 * for one, a desktop loads 100 MB of driver. With the card in hand
	 * there is no other way to show a surface.
	 */
	if (!owns_the_card())
		SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
	/* On by default; it would hold an input method's connection open. */
	SDL_StopTextInput();
	return 0;
}

static int open_window(struct screen *screen, const struct view_kind *kind,
		       int w, int h)
{
	int index = (int)screen->n_windows;
	int displays = SDL_GetNumVideoDisplays();
	bool card = owns_the_card();
	if (card && index >= displays) {
		log_error("--view %s: %d views and %d monitors: connect one "
			  "more or show one view less",
			  kind->name, index + 1, displays);
		return -EIO;
	}
	SDL_Rect bounds = {0, 0, 1920, 1080};
	int display = index < displays ? index : 0;
	(void)SDL_GetDisplayBounds(display, &bounds);
	if (w == 0) {
		w = card ? bounds.w : box_min(bounds.w, 1280);
		h = card ? bounds.h : box_min(bounds.h, 720);
	}
	uint32_t flags =
	    card ? SDL_WINDOW_FULLSCREEN_DESKTOP : SDL_WINDOW_RESIZABLE;
	char title[64];
	SDL_snprintf(title, sizeof(title), "Một Cửa – %s", kind->name);
	struct window *window = &screen->windows[screen->n_windows];
	window->screen = screen;
	/* In the middle, each a step lower than the last: none is hidden. */
	int step = card ? 0 : 48 * (int)screen->n_windows;
	window->window =
	    SDL_CreateWindow(title, bounds.x + (bounds.w - w) / 2 + step,
			     bounds.y + (bounds.h - h) / 2 + step, w, h, flags);
	if (!window->window) {
		log_error("cannot open a window for --view %s: %s", kind->name,
			  SDL_GetError());
		return -EIO;
	}
	screen->n_windows++;
	if (card)
		SDL_ShowCursor(SDL_DISABLE);
	return 0;
}

static int add_view(struct screen *screen, const struct view_wish *wish, int w,
		    int h)
{
	int r = open_window(screen, wish->kind, w, h);
	if (r < 0)
		return r;
	const struct app_outlet outlet = {
	    .surface = surface_of,
	    .present = present,
	    .arg = &screen->windows[screen->n_windows - 1],
	};
	const char *why;
	r = app_add(screen->app, wish, &outlet, &why);
	if (r < 0)
		log_error("cannot draw: %s", why);
	return r;
}

int screen_new(sd_event *event, struct app *app, const struct view_wish *wishes,
	       size_t n_wishes, int w, int h, struct screen **out)
{
	*out = NULL;
	struct screen *screen = calloc(1, sizeof(*screen));
	if (!screen)
		return -ENOMEM;
	screen->event = sd_event_ref(event);
	screen->app = app;
	bool takes_input = false;
	int r = start_video();
	screen->started = r == 0;
	for (size_t i = 0; r == 0 && i < n_wishes; i++) {
		r = add_view(screen, &wishes[i], w, h);
		takes_input |= wishes[i].kind->takes_input;
	}
	if (r == 0)
		r = watch_input(screen, takes_input);
	if (r < 0) {
		screen_free(screen);
		return r;
	}
	*out = screen;
	return 0;
}

void screen_free(struct screen *screen)
{
	if (!screen)
		return;
	sd_event_source_disable_unref(screen->io);
	sd_event_source_disable_unref(screen->timer);
	sd_event_source_disable_unref(screen->after);
	for (size_t i = 0; i < screen->n_windows; i++) {
		SDL_FreeSurface(screen->windows[i].own);
		SDL_DestroyWindow(screen->windows[i].window);
	}
	if (screen->started)
		SDL_Quit();
	sd_event_unref(screen->event);
	free(screen);
}
