/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "display/snapshot.h"
#include "tests/unit/support/fake_kiosk.h"
#include "tests/unit/support/picture.h"
#include "tests/unit/support/sample_state.h"

static struct font_files fonts;

/* A fake kiosk (or none) and what snapshot_run() makes of it. */
struct shot {
	sd_event *event;
	struct fake_kiosk kiosk;
	struct app *app;
	char path[120];
	char *json;
};

static void open_shot(struct shot *shot, bool kiosk)
{
	memset(shot, 0, sizeof(*shot));
	assert_true(sd_event_new(&shot->event) >= 0);
	fake_kiosk_path(&shot->kiosk);
	shot->json = sample_state(&sample_morning);
	shot->kiosk.state = shot->json;
	if (kiosk)
		fake_kiosk_start(&shot->kiosk, shot->event);
	snprintf(shot->path, sizeof(shot->path), "%s.png", shot->kiosk.path);
	const struct app_options options = {
	    .client = {.socket = shot->kiosk.path},
	    .languages = {{LANGUAGE_VI, LANGUAGE_EN}, 2},
	    .fonts = &fonts,
	};
	assert_int_equal(app_new(shot->event, &options, &shot->app), 0);
}

static void close_shot(struct shot *shot)
{
	app_free(shot->app);
	unlink(shot->path);
	fake_kiosk_remove(&shot->kiosk);
	sd_event_unref(shot->event);
	free(shot->json);
}

static int run(struct shot *shot, int after_ms, const char *path)
{
	static const struct view_wish board = {.kind = &view_board};
	return snapshot_run(shot->event, shot->app, &board, 800, 480, after_ms,
			    path);
}

static void draws_the_live_board(void **state)
{
	(void)state;
	struct shot shot;
	open_shot(&shot, true);
	assert_int_equal(run(&shot, 0, shot.path), 0);
	SDL_Surface *none = snapshot_surface(800, 480);
	assert_non_null(none);
	/* It is a picture of that size, and not a black one. */
	assert_in_range(picture_difference(none, shot.path), 100, 999);
	SDL_FreeSurface(none);
	close_shot(&shot);
}

static void waits_as_long_as_it_is_told(void **state)
{
	(void)state;
	struct shot shot;
	open_shot(&shot, true);
	int64_t from = clock_mono_ms();
	assert_int_equal(run(&shot, 400, shot.path), 0);
	assert_in_range(clock_mono_ms() - from, 400, 2500);
	close_shot(&shot);
}

static void gives_up_on_a_silent_kiosk(void **state)
{
	(void)state;
	struct shot shot;
	open_shot(&shot, false);
	int64_t from = clock_mono_ms();
	assert_int_equal(run(&shot, 0, shot.path), 1);
	assert_in_range(clock_mono_ms() - from, 2500, 5000);
	assert_int_equal(access(shot.path, F_OK), -1);
	close_shot(&shot);
}

static void gives_up_on_a_state_it_cannot_read(void **state)
{
	(void)state;
	struct shot shot;
	open_shot(&shot, true);
	shot.kiosk.state = "{\"seq\":1}";
	assert_int_equal(run(&shot, 0, shot.path), 1);
	assert_string_equal(app_trouble(shot.app),
			    "services: a list is expected");
	close_shot(&shot);
}

static void says_when_the_file_cannot_be_written(void **state)
{
	(void)state;
	struct shot shot;
	open_shot(&shot, true);
	assert_int_equal(run(&shot, 0, "/no/such/folder/board.png"), 1);
	close_shot(&shot);
}

static int find_fonts(void **state)
{
	char note[300];
	(void)state;
	return font_find("Noto Sans", &fonts, note, sizeof(note));
}

static int clear_fonts(void **state)
{
	(void)state;
	font_files_clear(&fonts);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(draws_the_live_board),
	    cmocka_unit_test(waits_as_long_as_it_is_told),
	    cmocka_unit_test(gives_up_on_a_silent_kiosk),
	    cmocka_unit_test(gives_up_on_a_state_it_cannot_read),
	    cmocka_unit_test(says_when_the_file_cannot_be_written),
	};
	return cmocka_run_group_tests(tests, find_fonts, clear_fonts);
}
