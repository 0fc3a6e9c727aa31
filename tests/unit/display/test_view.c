/* SPDX-License-Identifier: MIT */
/* What the views look like, against references that people have looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "display/panel_layout.h"
#include "display/snapshot.h"
#include "display/view.h"
#include "tests/unit/support/picture.h"
#include "tests/unit/support/sample_state.h"

static const struct moment start = {SAMPLE_WALL_MS, 60000};
static struct font_files fonts;

enum then {
	AS_IT_IS,
	SILENT,      /* for six seconds */
	PRESSED,     /* a finger on the second tile */
	ISSUED,      /* and lifted, and answered with a ticket */
	ISSUED_LATE, /* with a warning */
	REFUSED,     /* or with a refusal */
	UNANSWERED,
	BURST,   /* nine more calls at once */
	CLASSES, /* the second tile, where the class is asked for */
	SWAPPED, /* after a press on the language */
	SLIDES   /* the first of them, on its way */
};

enum office {
	USUAL,
	ENGLISH_FIRST,
	ONE_LANGUAGE,
	NOTHING_HEARD,
	LIGHT,
	CONTRAST
};

struct picture_of {
	const char *name, *view;
	int w, h;
	struct sample_state sample;
	enum then then;
	enum office office;
};

#define MORNING                                                             \
	{                                                                   \
		.seq = 100, .n_services = 5, .n_counters = 4, .n_calls = 8, \
		.n_notices = 1                                              \
	}
#define CROWD                                                                 \
	{                                                                     \
		.seq = 100, .n_services = 32, .n_counters = 32, .n_calls = 8, \
		.n_notices = 1, .long_names = true,                           \
		.last_service_closed = true                                   \
	}
#define WAITS                                                               \
	{                                                                   \
		.seq = 100, .n_services = 5, .n_counters = 4, .n_calls = 8, \
		.n_notices = 1, .last_service_closed = true, .waits = true  \
	}
#define EMPTY                                                                 \
	{                                                                     \
		.seq = 100, .n_services = 5, .n_counters = 4, .n_notices = 1, \
		.printer = "none", .last_service_closed = true                \
	}

static const struct picture_of pictures[] = {
    {"board-800x480", "board", 800, 480, MORNING, AS_IT_IS, USUAL},
    {"board-960x540", "board", 960, 540, MORNING, AS_IT_IS, USUAL},
    {"board-640x512", "board", 640, 512, MORNING, AS_IT_IS, USUAL},
    {"board-540x960", "board", 540, 960, MORNING, AS_IT_IS, USUAL},
    {"board-burst-960x540", "board", 960, 540, MORNING, BURST, USUAL},
    {"board-slides-800x480", "board", 800, 480, MORNING, SLIDES, USUAL},
    {"board-light-960x540", "board", 960, 540, WAITS, BURST, LIGHT},
    {"board-contrast-960x540", "board", 960, 540, WAITS, BURST, CONTRAST},
    {"board-crowd-640x512", "board", 640, 512, CROWD, BURST, USUAL},
    {"board-crowd-540x960", "board", 540, 960, CROWD, BURST, USUAL},
    {"board-crowd-960x540", "board", 960, 540, CROWD, AS_IT_IS, USUAL},
    {"board-idle-800x480", "board", 800, 480, EMPTY, AS_IT_IS, USUAL},
    {"board-stale-800x480", "board", 800, 480, MORNING, SILENT, USUAL},
    {"board-english-800x480", "board", 800, 480, MORNING, AS_IT_IS,
     ENGLISH_FIRST},
    {"board-one-language-800x480", "board", 800, 480, MORNING, AS_IT_IS,
     ONE_LANGUAGE},
    {"board-connecting-800x480", "board", 800, 480, MORNING, AS_IT_IS,
     NOTHING_HEARD},
    {"board-waits-960x540", "board", 960, 540, WAITS, AS_IT_IS, USUAL},
    {"touch-800x480", "touch", 800, 480, EMPTY, AS_IT_IS, USUAL},
    {"touch-light-800x480", "touch", 800, 480, WAITS, AS_IT_IS, LIGHT},
    {"touch-contrast-800x480", "touch", 800, 480, WAITS, PRESSED, CONTRAST},
    {"touch-classes-800x480", "touch", 800, 480, WAITS, CLASSES, USUAL},
    {"touch-classes-540x960", "touch", 540, 960, WAITS, CLASSES, LIGHT},
    {"touch-swapped-800x480", "touch", 800, 480, WAITS, SWAPPED, USUAL},
    {"touch-540x960", "touch", 540, 960, MORNING, AS_IT_IS, USUAL},
    {"touch-crowd-960x540", "touch", 960, 540, CROWD, AS_IT_IS, USUAL},
    {"touch-pressed-800x480", "touch", 800, 480, MORNING, PRESSED, USUAL},
    {"touch-issued-800x480", "touch", 800, 480, MORNING, ISSUED, USUAL},
    {"touch-waits-800x480", "touch", 800, 480, WAITS, AS_IT_IS, USUAL},
    {"touch-waits-540x960", "touch", 540, 960, WAITS, AS_IT_IS, USUAL},
    {"touch-late-800x480", "touch", 800, 480, WAITS, ISSUED_LATE, USUAL},
    {"touch-late-540x960", "touch", 540, 960, WAITS, ISSUED_LATE, USUAL},
    {"touch-issued-no-printer-800x480", "touch", 800, 480, EMPTY, ISSUED,
     USUAL},
    {"touch-refused-800x480", "touch", 800, 480, MORNING, REFUSED, USUAL},
    {"touch-unanswered-800x480", "touch", 800, 480, MORNING, UNANSWERED, USUAL},
    {"touch-stale-800x480", "touch", 800, 480, MORNING, SILENT, USUAL},
};

/* ---- a view without a kiosk ---- */

struct easel {
	struct model model;
	const struct view_kind *kind;
	struct view *view;
	struct draw *draw;
	SDL_Surface *surface;
	client_answer_fn *answer;
	void *answer_arg;
};

static int issue(void *arg, const char *service, enum ticket_class class,
		 client_answer_fn *fn, void *fn_arg)
{
	struct easel *easel = arg;
	(void)service;
	(void)class;
	easel->answer = fn;
	easel->answer_arg = fn_arg;
	return 0;
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

static void open_easel(struct easel *easel, const struct picture_of *of)
{
	const char *why;
	struct view_setup setup = {
	    .languages = {{LANGUAGE_VI, LANGUAGE_EN},
			  of->office == ONE_LANGUAGE ? 1 : 2},
	    .issue = issue,
	    .abandon = abandon,
	    .changed = changed,
	    .arg = easel,
	    .ask_class = of->then == CLASSES,
	};
	if (of->office == LIGHT)
		setup.theme = &theme_light;
	else if (of->office == CONTRAST)
		setup.theme = &theme_contrast;
	if (of->office == ENGLISH_FIRST) {
		setup.languages.shown[0] = LANGUAGE_EN;
		setup.languages.shown[1] = LANGUAGE_VI;
	}
	memset(easel, 0, sizeof(*easel));
	model_init(&easel->model, start);
	easel->kind = view_kind_of(of->view);
	easel->view = easel->kind->new (&setup);
	easel->surface = snapshot_surface(of->w, of->h);
	assert_int_equal(draw_new(&fonts, &easel->draw, &why), 0);
	assert_non_null(easel->view);
	assert_non_null(easel->surface);
	draw_target(easel->draw, easel->surface);
	if (of->office == NOTHING_HEARD)
		return;
	char *json = sample_state(&of->sample);
	char problem[MODEL_PROBLEM_SIZE];
	assert_int_equal(model_take(&easel->model, json, strlen(json),
				    MODEL_FROM_STREAM, problem),
			 0);
	free(json);
}

static void close_easel(struct easel *easel)
{
	easel->kind->free(easel->view);
	draw_free(easel->draw);
	SDL_FreeSurface(easel->surface);
}

static void press_language(struct easel *easel)
{
	struct panel_shape shape = {easel->surface->w, easel->surface->h,
				    easel->model.state.n_services};
	struct panel_layout layout;
	panel_layout(&shape, &layout);
	struct view_input finger = {.kind = VIEW_DOWN,
				    .x = layout.language.x +
					 layout.language.w / 2,
				    .y = layout.language.y +
					 layout.language.h / 2};
	easel->kind->input(easel->view, &finger, start);
	finger.kind = VIEW_UP;
	easel->kind->input(easel->view, &finger, start);
}

static void press(struct easel *easel, enum then then)
{
	struct view_input key = {.kind = VIEW_KEY_DOWN, .key = 2};
	struct client_answer answer = {.result = CLIENT_ISSUED,
				       .ticket = "B044",
				       .ahead = 12,
				       .wait = {600, 900}};
	if (then == SWAPPED) {
		press_language(easel);
		return;
	}
	easel->kind->input(easel->view, &key, start);
	if (then == PRESSED)
		return;
	key.kind = VIEW_KEY_UP;
	easel->kind->input(easel->view, &key, start);
	if (then == CLASSES)
		return;
	assert_non_null(easel->answer);
	answer.last_call = then == ISSUED_LATE;
	if (then == REFUSED) {
		answer.result = CLIENT_REFUSED;
		model_set_words(&answer.message,
				"Lĩnh vực này đã hết số trong ngày hôm nay.",
				"This service has no more numbers today.");
	} else if (then == UNANSWERED) {
		answer.result = CLIENT_NO_ANSWER;
	}
	easel->answer(easel->answer_arg, &answer);
}

/* Nine calls more than the sample has; two of them at counters we know. */
static void burst(struct model *model, int64_t now_ms)
{
	struct model_call calls[9];
	for (int i = 0; i < 9; i++) {
		struct model_call *call = &calls[8 - i];
		*call = (struct model_call){.id = 91 + i,
					    .counter = i % 4 + 1,
					    .at_ms = SAMPLE_WALL_MS,
					    .calls = i == 1 ? 2 : 1};
		snprintf(call->ticket, sizeof(call->ticket), "%c%03d",
			 'A' + i % 4, 32 + i);
	}
	stage_take(&model->stage, calls, 9, SAMPLE_WALL_MS);
	assert_true(stage_step(&model->stage, 8000, false, now_ms));
}

/* Draws it; the caller closes the easel. */
static void draw_picture(struct easel *easel, const struct picture_of *of)
{
	struct moment now = start;
	open_easel(easel, of);
	(void)easel->kind->update(easel->view, &easel->model, now, of->w,
				  of->h);
	switch (of->then) {
	case AS_IT_IS:
		break;
	case SILENT:
		now.mono_ms += 6000;
		now.wall_ms += 6000;
		break;
	case BURST:
	case SLIDES:
		burst(&easel->model, now.mono_ms);
		now.mono_ms += of->then == SLIDES ? 99 : 500;
		break;
	case CLASSES:
	case SWAPPED:
	case PRESSED:
	case ISSUED:
	case ISSUED_LATE:
	case REFUSED:
	case UNANSWERED:
		press(easel, of->then);
		break;
	}
	assert_true(
	    easel->kind->update(easel->view, &easel->model, now, of->w, of->h));
	easel->kind->draw(easel->view, easel->draw);
}

static void each_looks_like_its_reference(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
		struct easel easel;
		draw_picture(&easel, &pictures[i]);
		picture_matches(easel.surface, pictures[i].name);
		close_easel(&easel);
	}
}

/* Else the tolerance would tolerate anything. */
static void another_number_is_another_picture(void **state)
{
	(void)state;
	struct picture_of of = pictures[0];
	struct easel easel;
	of.sample.n_calls = 1;
	draw_picture(&easel, &of);
	assert_true(picture_difference(easel.surface,
				       "tests/unit/display/ref/"
				       "board-800x480.png") > 50);
	close_easel(&easel);
	of = pictures[0];
	draw_picture(&easel, &of);
	easel.model.stage.now.ticket[3] = '7'; /* B037 for B031 */
	(void)easel.kind->update(easel.view, &easel.model, start, of.w, of.h);
	easel.kind->draw(easel.view, easel.draw);
	assert_true(picture_difference(easel.surface, "tests/unit/display/ref/"
						      "board-800x480.png") > 5);
	close_easel(&easel);
}

static void nothing_is_cut_or_leaves_its_box(void **state)
{
	static const int sizes[][2] = {
	    {800, 480},  {1024, 600},  {1280, 720},  {1280, 1024},
	    {1366, 768}, {1920, 1080}, {1080, 1920}, {3840, 2160},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (int touch = 0; touch < 2; touch++) {
			struct picture_of of = pictures[0];
			struct easel easel;
			of.view = touch ? "touch" : "board";
			of.w = sizes[i][0];
			of.h = sizes[i][1];
			draw_picture(&easel, &of);
			struct draw_counts counts = draw_counts(easel.draw);
			if (counts.cut || counts.outside)
				fail_msg("%s %dx%d: %u cut, %u outside",
					 of.view, of.w, of.h, counts.cut,
					 counts.outside);
			close_easel(&easel);
		}
}

/* Long names may be cut, but never over their neighbours. */
static void a_crowd_keeps_to_its_boxes(void **state)
{
	static const int sizes[][2] = {
	    {320, 240},   {480, 800},   {800, 480},   {1280, 1024},
	    {1920, 1080}, {1080, 1920}, {3840, 2160},
	};
	const struct picture_of crowd = {.view = "board",
					 .sample = CROWD,
					 .then = AS_IT_IS};
	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (int touch = 0; touch < 2; touch++) {
			struct picture_of of = crowd;
			struct easel easel;
			of.view = touch ? "touch" : "board";
			of.w = sizes[i][0];
			of.h = sizes[i][1];
			draw_picture(&easel, &of);
			struct draw_counts counts = draw_counts(easel.draw);
			/* The smallest screens run out of readable sizes. */
			if (counts.outside && of.w >= 800 && of.h >= 480)
				fail_msg("%s %dx%d: %u outside", of.view, of.w,
					 of.h, counts.outside);
			close_easel(&easel);
		}
}

static void an_unchanged_model_asks_for_no_frame(void **state)
{
	(void)state;
	for (int touch = 0; touch < 2; touch++) {
		struct picture_of of = pictures[0];
		struct easel easel;
		of.view = touch ? "touch" : "board";
		draw_picture(&easel, &of);
		struct moment now = {start.wall_ms + 1000,
				     start.mono_ms + 1000};
		assert_false(easel.kind->update(easel.view, &easel.model, now,
						of.w, of.h));
		now.wall_ms += 60000; /* a minute later by the clock alone */
		assert_true(easel.kind->update(easel.view, &easel.model, now,
					       of.w, of.h));
		close_easel(&easel);
	}
}

static void a_second_frame_renders_no_text_anew(void **state)
{
	(void)state;
	struct picture_of of = pictures[0];
	struct easel easel;
	draw_picture(&easel, &of);
	unsigned rendered = draw_counts(easel.draw).rendered;
	easel.kind->draw(easel.view, easel.draw);
	assert_int_equal(draw_counts(easel.draw).rendered, rendered);
	close_easel(&easel);
}

static void a_long_day_keeps_no_more_than_it_may(void **state)
{
	(void)state;
	struct picture_of of = pictures[0];
	struct easel easel;
	draw_picture(&easel, &of);
	for (int call = 1; call <= 600; call++) {
		struct model_call *newest = &easel.model.stage.now;
		snprintf(newest->ticket, sizeof(newest->ticket), "A%03d", call);
		assert_true(easel.kind->update(easel.view, &easel.model, start,
					       of.w, of.h));
		easel.kind->draw(easel.view, easel.draw);
	}
	struct draw_counts counts = draw_counts(easel.draw);
	assert_true(counts.kept <= 192);
	assert_true(counts.kept_bytes <= 2 * 4 * 800 * 480);
	close_easel(&easel);
}

static int find_fonts(void **state)
{
	char note[300];
	(void)state;
	if (font_find("Noto Sans", &fonts, note, sizeof(note)) < 0)
		return -1;
	return clock_set_zone("Asia/Ho_Chi_Minh");
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
	    cmocka_unit_test(each_looks_like_its_reference),
	    cmocka_unit_test(another_number_is_another_picture),
	    cmocka_unit_test(nothing_is_cut_or_leaves_its_box),
	    cmocka_unit_test(a_crowd_keeps_to_its_boxes),
	    cmocka_unit_test(an_unchanged_model_asks_for_no_frame),
	    cmocka_unit_test(a_second_frame_renders_no_text_anew),
	    cmocka_unit_test(a_long_day_keeps_no_more_than_it_may),
	};
	return cmocka_run_group_tests(tests, find_fonts, clear_fonts);
}
