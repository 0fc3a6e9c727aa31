/* SPDX-License-Identifier: MIT */
/* The hall's pictures, in this process: from a state's bytes to the frame. */
#include <SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "display/view.h"
#include "hall.h"
#include "stats.h"
#include "table.h"
#include "tests/unit/support/sample_state.h"

#define FRAME_MS (1000.0 / 60)

/* A board on a window that nobody sees. */
struct stand {
	SDL_Window *window;
	struct font_files fonts;
	struct draw *draw;
	struct view *view;
	struct model model;
	struct moment now;
	char *json;
};

static void open_stand(struct stand *stand, int w, int h)
{
	const struct view_setup setup = {
	    .languages = {{LANGUAGE_VI, LANGUAGE_EN}, 2}};
	const struct sample_state sample = {.seq = 1,
					    .n_services = 8,
					    .n_counters = 12,
					    .n_calls = 8,
					    .n_notices = 1,
					    .waits = true};
	char note[300];
	const char *why;

	memset(stand, 0, sizeof(*stand));
	setenv("SDL_VIDEODRIVER", "dummy", 1);
	SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
	if (SDL_Init(SDL_INIT_VIDEO) < 0 ||
	    !(stand->window = SDL_CreateWindow("bench", 0, 0, w, h, 0)))
		die("SDL: %s", SDL_GetError());
	if (font_find("Noto Sans", &stand->fonts, note, sizeof(note)) < 0)
		die("no Noto Sans here: install fonts-noto-core");
	if (draw_new(&stand->fonts, &stand->draw, &why) < 0)
		die("%s", why);
	stand->view = view_board.new(&setup);
	stand->json = sample_state(&sample);
	if (!stand->view || !stand->json)
		die("out of memory");
	stand->now = (struct moment){SAMPLE_WALL_MS, 1000000};
	model_init(&stand->model, stand->now);
}

static void close_stand(struct stand *stand)
{
	view_board.free(stand->view);
	draw_free(stand->draw);
	font_files_clear(&stand->fonts);
	free(stand->json);
	SDL_DestroyWindow(stand->window);
	SDL_Quit();
}

/* As screen.c shows it. */
static void present(struct stand *stand)
{
	SDL_Surface *surface = SDL_GetWindowSurface(stand->window);

	if (!surface)
		die("SDL: %s", SDL_GetError());
	if (!view_board.update(stand->view, &stand->model, stand->now,
			       surface->w, surface->h))
		return;
	draw_target(stand->draw, surface);
	view_board.draw(stand->view, stand->draw);
	if (SDL_UpdateWindowSurface(stand->window) < 0)
		die("SDL: %s", SDL_GetError());
}

/* Another call each time, as a state brings it. */
static void take_state(struct stand *stand, int number)
{
	struct model_call call = {.id = 1000 + number,
				  .counter = number % 12 + 1,
				  .at_ms = SAMPLE_WALL_MS,
				  .calls = 1};
	char problem[MODEL_PROBLEM_SIZE];

	snprintf(call.ticket, sizeof(call.ticket), "%c%03d", 'A' + number % 8,
		 number % 1000);
	if (model_take(&stand->model, stand->json, strlen(stand->json),
		       MODEL_FROM_PROBE, problem) < 0)
		die("%s", problem);
	stand->model.stage.newest = 0;
	stage_take(&stand->model.stage, &call, 1, SAMPLE_WALL_MS);
	(void)stage_step(&stand->model.stage, 0, false, stand->now.mono_ms);
}

static void measure_states(struct stand *stand, size_t count,
			   struct samples *samples, struct samples *on_core)
{
	for (size_t i = 0; i < count; i++) {
		stand->now.mono_ms += 10000;
		model_heard(&stand->model, stand->now);
		double begin = now_us(), cpu = cpu_us();
		take_state(stand, (int)i);
		present(stand);
		samples_add(on_core, (cpu_us() - cpu) / 1e3);
		samples_add(samples, (now_us() - begin) / 1e3);
	}
}

/* Every frame of a call that slides in: what one takes of a core. */
static void measure_slide(struct stand *stand, size_t count,
			  struct samples *samples)
{
	for (size_t i = 0; i < count; i++) {
		stand->now.mono_ms += 10000;
		model_heard(&stand->model, stand->now);
		take_state(stand, (int)(i + 500));
		double begin = cpu_us();
		for (int ms = 0; ms <= BOARD_SLIDE_MS; ms += BOARD_FRAME_MS) {
			present(stand);
			stand->now.mono_ms += BOARD_FRAME_MS;
		}
		samples_add(samples,
			    (cpu_us() - begin) / (BOARD_SLIDE_MS * 1e3) * 100);
	}
}

void bench_hall(const struct bench *bench)
{
	struct samples states = {0}, on_core = {0}, slides = {0};
	struct stand stand;

	open_stand(&stand, 1920, 1080);
	measure_states(&stand, 20, &slides, &slides); /* fonts, caches */
	samples_free(&slides);
	slides = (struct samples){0};
	measure_states(&stand, bench_count(bench, 1000, 200), &states,
		       &on_core);
	measure_slide(&stand, bench_count(bench, 40, 10), &slides);
	close_stand(&stand);
	table_add(&(struct figure){
	    .what = "board 1080p: state to frame, p99, of 2 frames",
	    .unit = "%",
	    .measured = samples_at(&states, 0.99) / (2 * FRAME_MS) * 100,
	    .kind = AIM_MOST,
	    .aim = 100,
	});
	table_add(&(struct figure){
	    .what = "  on a core, p99",
	    .unit = "%",
	    .measured = samples_at(&on_core, 0.99) / (2 * FRAME_MS) * 100,
	});
	table_add(&(struct figure){
	    .what = "  median",
	    .unit = "%",
	    .measured = samples_at(&states, 0.5) / (2 * FRAME_MS) * 100,
	});
	table_add(&(struct figure){
	    .what = "  of a core, while a call slides in (0.4 s)",
	    .unit = "%",
	    .measured = samples_at(&slides, 0.5),
	});
	samples_free(&states);
	samples_free(&on_core);
	samples_free(&slides);
	bench_hall_program(bench);
}
