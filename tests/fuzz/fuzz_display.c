/* SPDX-License-Identifier: MIT */
/*
 * What a screen is sent: the input, from its third byte on, is a state stream,
 * or (bit 7 of the first byte) the text of one state, or (bit 6) the answer to
 * a press. The first two bytes choose the view and its size, whether it is
 * drawn (bits 3 to 5, which costs as much as all else) and how the rest is cut
 * into pieces.
 *
 * Whatever comes: it is taken whole or refused with a reason, and then nothing
 * has changed; and all that is shown is UTF-8.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "display/board.h"
#include "display/client.h"
#include "display/counter_view.h"
#include "display/draw.h"
#include "display/model.h"
#include "display/panel_layout.h"
#include "display/panel_view.h"
#include "display/snapshot.h"
#include "display/sse.h"
#include "display/view.h"
#include "tests/fuzz/fuzz.h"

#define EVENT_MAX (256 * 1024)

static const struct moment start = {1795488060000, 60000};
static struct model model, before;
static struct font_files fonts;

static struct {
	const char *view;
	int w, h;
} screens[] = {
    {"board", 320, 240}, {"touch", 320, 240}, {"counter:1", 320, 240},
    {"board", 240, 320}, {"touch", 800, 480}, {"counter:2", 480, 320},
};
#define SCREENS (sizeof(screens) / sizeof(screens[0]))

static struct {
	const struct view_kind *kind;
	struct view *view;
	struct draw *draw;
	SDL_Surface *surface;
} seats[SCREENS];

/* ---- the screens ---- */

static int never(void *arg, const char *service, enum ticket_class class,
		 client_answer_fn *fn, void *fn_arg)
{
	(void)arg;
	(void)service;
	(void)class;
	(void)fn;
	(void)fn_arg;
	return -EBUSY;
}

static int rate(void *arg, const struct client_rating *rating,
		client_answer_fn *fn, void *fn_arg)
{
	(void)rating;
	return never(arg, "", TICKET_NORMAL, fn, fn_arg);
}

static void abandon(void *arg, void *fn_arg)
{
	(void)arg;
	(void)fn_arg;
}

static void changed(void *arg)
{
	(void)arg;
}

static void open_seat(size_t i)
{
	const char *why = "";
	struct view_setup setup = {
	    .languages = {{LANGUAGE_VI, LANGUAGE_EN}, 2},
	    .issue = never,
	    .rate = rate,
	    .abandon = abandon,
	    .changed = changed,
	};
	struct view_wish wish;

	FUZZ_CHECK(view_wish_from(screens[i].view, &wish) == 0, "no view");
	setup.counter = wish.counter;
	seats[i].kind = wish.kind;
	seats[i].view = wish.kind->new (&setup);
	seats[i].surface = snapshot_surface(screens[i].w, screens[i].h);
	FUZZ_CHECK(seats[i].view && seats[i].surface, "no memory");
	FUZZ_CHECK(draw_new(&fonts, &seats[i].draw, &why) == 0, "%s", why);
	draw_target(seats[i].draw, seats[i].surface);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char note[300];

	(void)argc;
	(void)argv;
	fuzz_start();
	FUZZ_CHECK(font_find("Noto Sans", &fonts, note, sizeof(note)) == 0,
		   "%s", note);
	for (size_t i = 0; i < SCREENS; i++)
		open_seat(i);
	return 0;
}

/* ---- the state ---- */

static void check_words(const struct model_words *words)
{
	FUZZ_CHECK(memchr(words->vi, 0, sizeof(words->vi)) &&
		       memchr(words->en, 0, sizeof(words->en)),
		   "no end");
	FUZZ_CHECK(fuzz_is_line(words->vi) && fuzz_is_line(words->en),
		   "%s / %s", words->vi, words->en);
}

static void check_wait(const struct model_wait *wait)
{
	FUZZ_CHECK(wait->low_s >= 0 && wait->low_s <= wait->high_s &&
		       wait->high_s <= MODEL_WAIT_MOST_S,
		   "%d..%d", wait->low_s, wait->high_s);
}

static void check_state(const struct model_state *state)
{
	FUZZ_CHECK(state->n_services <= MODEL_MAX_SERVICES &&
		       state->n_counters <= MODEL_MAX_COUNTERS &&
		       state->n_calls <= MODEL_MAX_CALLS &&
		       state->n_notices <= MODEL_MAX_NOTICES,
		   "too many");
	check_words(&state->office);
	check_words(&state->priority_for);
	for (size_t i = 0; i < state->n_services; i++) {
		check_words(&state->services[i].name);
		check_words(&state->services[i].opens);
		check_wait(&state->services[i].wait);
		FUZZ_CHECK(state->services[i].waiting >= 0, "fewer than none");
		FUZZ_CHECK(fuzz_is_line(state->services[i].prefix) &&
			       fuzz_is_line(state->services[i].id),
			   "%s", state->services[i].id);
	}
	for (size_t i = 0; i < state->n_counters; i++) {
		check_words(&state->counters[i].name);
		FUZZ_CHECK(fuzz_is_line(state->counters[i].serving.ticket) &&
			       fuzz_is_line(state->counters[i].to_rate),
			   "counter %zu", i);
	}
	for (size_t i = 0; i < state->n_calls; i++)
		FUZZ_CHECK(fuzz_is_line(state->calls[i].ticket), "call %zu", i);
	for (size_t i = 0; i < state->n_notices; i++)
		check_words(&state->notices[i]);
}

static void take(const char *json, size_t length, enum model_source source)
{
	char problem[MODEL_PROBLEM_SIZE] = "";
	int r;

	before = model;
	r = model_take(&model, json, length, source, problem);
	if (r < 0) {
		FUZZ_CHECK(*problem && fuzz_is_line(problem), "%s", problem);
		FUZZ_CHECK(memcmp(&before.state, &model.state,
				  sizeof(model.state)) == 0 &&
			       memcmp(&before.stage, &model.stage,
				      sizeof(model.stage)) == 0,
			   "refused, and taken: %s", problem);
		FUZZ_CHECK(model.broken, "not noticed");
		return;
	}
	check_state(&model.state);
	/* The same once more is no news. */
	before = model;
	FUZZ_CHECK(model_take(&model, json, length, source, problem) == 0, "%s",
		   problem);
	FUZZ_CHECK(memcmp(&before, &model, sizeof(model)) == 0,
		   "the same twice is not the same");
}

static void on_event(void *arg, const struct sse_event *event)
{
	(void)arg;
	FUZZ_CHECK(event->type && event->id && event->data, "nothing");
	FUZZ_CHECK(event->length <= EVENT_MAX &&
		       event->data[event->length] == '\0',
		   "%zu bytes", event->length);
	if (strcmp(event->type, "state") == 0)
		take(event->data, event->length, MODEL_FROM_STREAM);
}

static void stream(const uint8_t *bytes, size_t left, size_t piece)
{
	struct sse *sse = sse_new(EVENT_MAX, on_event, NULL);
	int r = 0;

	FUZZ_CHECK(sse, "no memory");
	for (size_t n; left > 0 && r == 0; bytes += n, left -= n) {
		n = left < piece ? left : piece;
		r = sse_feed(sse, (const char *)bytes, n);
		FUZZ_CHECK(r == 0 || r == -EMSGSIZE, "%d", r);
	}
	sse_free(sse);
}

static void read_answer(const char *body, size_t length)
{
	static const long statuses[] = {201, 409, 422, 503, 200};
	struct client_answer answer;

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		memset(&answer, 0, sizeof(answer));
		client_read_answer(statuses[i], body, length, &answer);
		check_words(&answer.message);
		check_wait(&answer.wait);
		FUZZ_CHECK(fuzz_is_line(answer.ticket) && answer.ahead >= -1,
			   "%s", answer.ticket);
		FUZZ_CHECK(answer.result != CLIENT_ISSUED || *answer.ticket,
			   "a ticket without a code");
	}
}

/* ---- what is shown ---- */

static void look(size_t i, bool draws, struct moment now)
{
	struct view_input finger = {.kind = VIEW_DOWN,
				    .x = screens[i].w / 3,
				    .y = screens[i].h / 2};
	bool news = seats[i].kind->update(seats[i].view, &model, now,
					  screens[i].w, screens[i].h);

	if (news && draws)
		seats[i].kind->draw(seats[i].view, seats[i].draw);
	(void)seats[i].kind->next_ms(seats[i].view, &model, now);
	if (!seats[i].kind->input)
		return;
	seats[i].kind->input(seats[i].view, &finger, now);
	finger.kind = VIEW_UP;
	seats[i].kind->input(seats[i].view, &finger, now);
}

static void check_board(struct moment now)
{
	static struct board_view view, again;
	const struct board_room room = {BOARD_CELLS, BOARD_DESKS, 0};

	memset(&view, 0, sizeof(view));
	memset(&again, 0xff, sizeof(again));
	board_compose(&model, now, &room, &view);
	board_compose(&model, now, &room, &again);
	FUZZ_CHECK(memcmp(&view, &again, sizeof(view)) == 0,
		   "an unused byte is not zero");
	check_words(&view.notice);
	check_words(&view.stage_service);
	FUZZ_CHECK(fuzz_is_line(view.stage.code), "%s", view.stage.code);
	FUZZ_CHECK(view.n_rows <= BOARD_ROWS && view.n_cells <= BOARD_CELLS &&
		       view.n_desks <= BOARD_DESKS,
		   "too many");
	(void)board_next_ms(&model, now, &room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	uint8_t how = fuzz_byte(&input), second = fuzz_byte(&input);
	struct moment now = start;

	model_init(&model, now);
	if (how & 0x80)
		take((const char *)input.at, input.left, MODEL_FROM_PROBE);
	else if (how & 0x40)
		read_answer((const char *)input.at, input.left);
	else
		stream(input.at, input.left, 1 + (size_t)second * 16);
	model_heard(&model, now);
	for (int i = 0; i < 3; i++) {
		(void)stage_step(&model.stage, 8000, false, now.mono_ms);
		check_board(now);
		look(how % SCREENS, (how & 0x38) == 0x38, now);
		now.mono_ms += 4000;
		now.wall_ms += 4000;
	}
	return 0;
}
