/* SPDX-License-Identifier: MIT */
/* kiosk-display: start, wire, run, stop. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "display/app.h"
#include "display/font.h"
#include "display/options.h"
#include "display/screen.h"
#include "display/snapshot.h"
#include "display/voice.h"
#include "display/voice_command.h"

static int on_signal(sd_event_source *source,
		     const struct signalfd_siginfo *info, void *arg)
{
	(void)info;
	(void)arg;
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

/* What the rest needs of kiosk.conf. */
struct settings {
	struct languages languages;
	struct font_files fonts;
	struct config *config; /* what outlives the reading of it */
};

static int read_settings(const char *path, struct settings *out)
{
	struct config *config;
	if (config_load(path, stderr, NULL, &config) < 0)
		return -EINVAL;
	out->config = config;
	out->languages.n = config->office.n_languages;
	for (size_t i = 0; i < out->languages.n; i++)
		out->languages.shown[i] = config->office.languages[i];
	int r = clock_set_zone(config->office.timezone);
	if (r < 0)
		log_error("office.timezone: \"%s\": no such zone on this "
			  "machine: install tzdata",
			  config->office.timezone);
	char note[300];
	if (r == 0) {
		r = font_find(config->display.font, &out->fonts, note,
			      sizeof(note));
		if (r < 0)
			log_error("%s", *note ? note : strerror(-r));
		else if (*note)
			log_warning("%s", note);
	}
	return r;
}

static void free_settings(struct settings *settings)
{
	font_files_clear(&settings->fonts);
	config_free(settings->config);
}

static int show(sd_event *event, struct app *app, const struct options *options,
		struct screen **screen)
{
	if (screen_new(event, app, options->views, options->n_views, options->w,
		       options->h, screen) < 0)
		return 1;
	(void)sd_notify(0, "READY=1");
	if (sd_event_set_watchdog(event, true) < 0)
		log_warning("cannot feed the watchdog");
	int r = sd_event_loop(event);
	if (r < 0)
		log_error("the event loop: %s", strerror(-r));
	return r == 0 ? 0 : 1;
}

/* What a slip's code would hold; NULL: the ticket's whole text. */
static const char *qr_of(const struct config_printer *printer)
{
	bool names = printer->qr && strstr(printer->qr, "{ticket}");
	return names ? printer->qr : NULL;
}

static int run(sd_event *event, const struct options *options,
	       const struct settings *settings)
{
	const struct config_display *display = &settings->config->display;
	const struct voice_options voice = {.display = display,
					    .languages = settings->languages};
	bool silent = options->mute || options->snapshot ||
		      strcmp(display->voice, "none") == 0;
	struct app_options app_options = {
	    .client = {.socket = options->socket,
		       .url = options->url,
		       .token = display->token,
		       .certificate = display->certificate,
		       .quiet = options->snapshot != NULL},
	    .languages = settings->languages,
	    .fonts = &settings->fonts,
	    .theme = theme_of(display->theme),
	    .ask_class = display->ask_class,
	    .pictures = display->pictures,
	    .procedures = display->procedures,
	    .qr = qr_of(&settings->config->printer),
	    .kiosk = settings->config->office.kiosk,
	    .hold_ms = display->hold_s * 1000,
	    .voice = silent ? NULL : &voice,
	};
	struct app *app;
	struct screen *screen = NULL;
	int r = app_new(event, &app_options, &app);
	if (r < 0) {
		log_error("cannot start: %s", strerror(-r));
		return 1;
	}
	if (options->snapshot)
		r = snapshot_run(event, app, &options->views[0],
				 options->w ? options->w : 1920,
				 options->h ? options->h : 1080,
				 options->after_ms, options->snapshot);
	else
		r = show(event, app, options, &screen);
	app_free(app);
	screen_free(screen);
	return r;
}

static int open_event(sd_event **event)
{
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGCHLD); /* the voice's child */
	/* Before any library may start a thread, which inherits it. */
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	signal(SIGPIPE, SIG_IGN);
	int r = sd_event_new(event);
	if (r >= 0)
		r = sd_event_add_signal(*event, NULL, SIGINT, on_signal, NULL);
	if (r >= 0)
		r = sd_event_add_signal(*event, NULL, SIGTERM, on_signal, NULL);
	return r;
}

int main(int argc, char **argv)
{
	struct options options;
	char problem[OPTIONS_PROBLEM_SIZE];
	log_start("kiosk-display");
	switch (options_read(argc, argv, &options, problem)) {
	case OPTIONS_HELP:
		return fputs(options_help, stdout) < 0;
	case OPTIONS_VERSION:
		return puts("kiosk-display " KIOSK_VERSION) < 0;
	case OPTIONS_WRONG:
		fprintf(stderr, "kiosk-display: %s\n", problem);
		return 2;
	case OPTIONS_RUN:
		break;
	}
	struct settings settings = {.languages = {.n = 0}};
	sd_event *event = NULL;
	int r = open_event(&event);
	if (r < 0)
		log_error("cannot start: %s", strerror(-r));
	if (r < 0 || read_settings(options.config, &settings) < 0) {
		free_settings(&settings);
		sd_event_unref(event);
		return 1;
	}
	if (options.voice_verb != OPTIONS_VOICE_NOTHING)
		r = voice_command(event, &options, settings.config,
				  &settings.languages);
	else
		r = run(event, &options, &settings);
	free_settings(&settings);
	sd_event_unref(event);
	return r;
}
