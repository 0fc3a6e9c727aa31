/* SPDX-License-Identifier: MIT */
#include "display/app.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "display/voice.h"

struct seat {
	const struct view_kind *kind;
	struct view *view;
	struct draw *draw;
	struct app_outlet outlet;
};

struct app {
	struct client *client;
	struct voice *voice; /* NULL: none */
	struct app_options options;
	struct model model;
	struct seat seats[APP_OUTLETS];
	size_t n_seats;
	sd_event_source *soon; /* look at the end of this turn of the loop */
	sd_event_source *timer;
	void (*first_state)(void *arg);
	void *first_state_arg;
	char problem[MODEL_PROBLEM_SIZE];
	unsigned lost; /* calls that the stage had no room for, as told */
};

static struct moment moment_now(void)
{
	return (struct moment){.wall_ms = clock_wall_ms(),
			       .mono_ms = clock_mono_ms()};
}

void app_touch(struct app *app)
{
	if (sd_event_source_set_enabled(app->soon, SD_EVENT_ONESHOT) < 0)
		log_error("cannot redraw: the event loop refuses");
}

static void touched(void *arg)
{
	app_touch(arg);
}

/* ---- news ---- */

/* 64 calls that wait their turn are eight minutes: nobody is left to hear more.
 */
static void tell_lost(struct app *app)
{
	unsigned lost = app->model.stage.lost;
	if (lost > app->lost)
		log_error("%u calls were not called out: %d are waiting for "
			  "their turn already; they stand on the board at "
			  "their counters",
			  lost - app->lost, STAGE_QUEUE);
	app->lost = lost;
}

static void on_state(void *arg, const char *json, size_t length,
		     enum model_source source)
{
	struct app *app = arg;
	char problem[MODEL_PROBLEM_SIZE];
	if (model_take(&app->model, json, length, source, problem) < 0) {
		if (strcmp(problem, app->problem) != 0 &&
		    !app->options.client.quiet)
			log_error("the kiosk's state cannot be read: %s",
				  problem);
		memcpy(app->problem, problem, sizeof(app->problem));
	} else {
		app->problem[0] = '\0';
		tell_lost(app);
	}
	app_touch(app);
	if (app->first_state && app->model.has_state) {
		void (*fn)(void *) = app->first_state;
		app->first_state = NULL;
		fn(app->first_state_arg);
	}
}

static void on_heard(void *arg)
{
	struct app *app = arg;
	model_heard(&app->model, moment_now());
	/* Also how a clock that was set is noticed within seconds. */
	app_touch(app);
}

/* ---- looking ---- */

static void draw_seat(struct seat *seat, const struct app *app, bool always)
{
	SDL_Surface *surface = seat->outlet.surface(seat->outlet.arg);
	if (!surface)
		return;
	bool changed = seat->kind->update(seat->view, &app->model, moment_now(),
					  surface->w, surface->h);
	if (!changed && !always)
		return;
	draw_target(seat->draw, surface);
	seat->kind->draw(seat->view, seat->draw);
	seat->outlet.present(seat->outlet.arg);
}

static void draw_seats(struct app *app, bool always)
{
	for (size_t i = 0; i < app->n_seats; i++)
		draw_seat(&app->seats[i], app, always);
}

/* Who takes the stage is called out. */
static void step_stage(struct app *app)
{
	struct stage *stage = &app->model.stage;
	struct moment now = moment_now();
	bool speaking = app->voice && voice_speaking(app->voice);
	if (stage_step(stage, app->options.hold_ms, speaking, now.mono_ms) &&
	    app->voice)
		(void)voice_call(app->voice, &stage->now, now.wall_ms);
}

static void look(struct app *app)
{
	step_stage(app);
	draw_seats(app, false);
	struct moment now = moment_now();
	/* While it speaks, its end brings us here. */
	int64_t next = app->voice && voice_speaking(app->voice)
			   ? INT64_MAX
			   : stage_next_ms(&app->model.stage);
	for (size_t i = 0; i < app->n_seats; i++) {
		const struct seat *seat = &app->seats[i];
		int64_t at = seat->kind->next_ms(seat->view, &app->model, now);
		if (at < next)
			next = at;
	}
	if (next == INT64_MAX)
		return;
	uint64_t wait_ms =
	    next > now.mono_ms ? (uint64_t)(next - now.mono_ms) : 0;
	if (sd_event_source_set_time_relative(app->timer, wait_ms * 1000) < 0 ||
	    sd_event_source_set_enabled(app->timer, SD_EVENT_ONESHOT) < 0)
		log_error("cannot set a timer: the picture may stand still");
}

void app_draw_all(struct app *app)
{
	step_stage(app);
	draw_seats(app, true);
}

static int on_soon(sd_event_source *source, void *arg)
{
	(void)source;
	look(arg);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)source;
	(void)usec;
	look(arg);
	return 0;
}

void app_input(struct app *app, size_t index, const struct view_input *input)
{
	struct seat *seat = &app->seats[index];
	if (seat->kind->input)
		seat->kind->input(seat->view, input, moment_now());
}

/* ---- for the views ---- */

static int issue(void *arg, const char *service, enum ticket_class class,
		 client_answer_fn *fn, void *fn_arg)
{
	struct app *app = arg;
	return client_issue(app->client, service, class, fn, fn_arg);
}

static int rate(void *arg, const struct client_rating *rating,
		client_answer_fn *fn, void *fn_arg)
{
	struct app *app = arg;
	return client_rate(app->client, rating, fn, fn_arg);
}

static void abandon(void *arg, void *fn_arg)
{
	struct app *app = arg;
	client_abandon(app->client, fn_arg);
}

/* ---- the whole ---- */

static int add_sources(struct app *app, sd_event *event)
{
	int r = sd_event_add_defer(event, &app->soon, on_soon, app);
	if (r >= 0)
		r = sd_event_source_set_enabled(app->soon, SD_EVENT_OFF);
	/* After all the news of this turn, so that they share one picture. */
	if (r >= 0)
		r = sd_event_source_set_priority(app->soon,
						 SD_EVENT_PRIORITY_IDLE);
	if (r >= 0)
		r = sd_event_add_time_relative(event, &app->timer,
					       CLOCK_MONOTONIC, 0, 20000,
					       on_timer, app);
	if (r >= 0)
		r = sd_event_source_set_enabled(app->timer, SD_EVENT_OFF);
	return r;
}

int app_new(sd_event *event, const struct app_options *options,
	    struct app **out)
{
	static const struct client_listener listener = {.state = on_state,
							.heard = on_heard};
	*out = NULL;
	struct app *app = calloc(1, sizeof(*app));
	if (!app)
		return -ENOMEM;
	app->options = *options;
	model_init(&app->model, moment_now());
	int r = add_sources(app, event);
	if (r >= 0)
		r = client_new(event, &options->client, &listener, app,
			       &app->client);
	if (r >= 0 && options->voice)
		r = voice_new(event, options->voice, touched, app, &app->voice);
	if (r < 0) {
		app_free(app);
		return r;
	}
	*out = app;
	return 0;
}

int app_add(struct app *app, const struct view_wish *wish,
	    const struct app_outlet *outlet, const char **why)
{
	*why = "too many views";
	if (app->n_seats == APP_OUTLETS)
		return -EINVAL;
	struct seat *seat = &app->seats[app->n_seats];
	struct view_setup setup = {
	    .languages = app->options.languages,
	    .theme = app->options.theme,
	    .ask_class = app->options.ask_class,
	    .counter = wish->counter,
	    .pictures = app->options.pictures,
	    .procedures = app->options.procedures,
	    .qr = app->options.qr,
	    .kiosk = app->options.kiosk,
	    .issue = issue,
	    .rate = rate,
	    .abandon = abandon,
	    .changed = touched,
	    .arg = app,
	};
	int r = draw_new(app->options.fonts, &seat->draw, why);
	if (r < 0)
		return r;
	*why = "out of memory";
	seat->view = wish->kind->new (&setup);
	if (!seat->view) {
		draw_free(seat->draw);
		seat->draw = NULL;
		return -ENOMEM;
	}
	seat->kind = wish->kind;
	seat->outlet = *outlet;
	app->n_seats++;
	app_touch(app);
	return 0;
}

void app_free(struct app *app)
{
	if (!app)
		return;
	for (size_t i = app->n_seats; i > 0; i--) {
		struct seat *seat = &app->seats[i - 1];
		seat->kind->free(seat->view);
		draw_free(seat->draw);
	}
	client_free(app->client);
	voice_free(app->voice);
	sd_event_source_disable_unref(app->soon);
	sd_event_source_disable_unref(app->timer);
	free(app);
}

void app_on_first_state(struct app *app, void (*fn)(void *arg), void *arg)
{
	app->first_state = fn;
	app->first_state_arg = arg;
}

const char *app_trouble(const struct app *app)
{
	if (app->problem[0])
		return app->problem;
	const char *trouble = client_trouble(app->client);
	return *trouble ? trouble : "it does not answer";
}
