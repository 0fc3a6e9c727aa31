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

#include "tests/unit/support/easel.h"
#include "tests/unit/support/picture.h"

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
    {"board-picture-960x540", "board", 960, 540, WAITS, BURST, POSTER},
    {"board-picture-540x960", "board", 540, 960, WAITS, AS_IT_IS, POSTER},
    {"board-picture-800x480", "board", 800, 480, MORNING, AS_IT_IS, POSTER},
    {"board-picture-idle-960x540", "board", 960, 540, EMPTY, AS_IT_IS, POSTER},
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
    {"touch-posts-800x480", "touch", 800, 480, WAITS, AS_IT_IS, POSTS},
    {"touch-posts-540x960", "touch", 540, 960, WAITS, AS_IT_IS, POSTS},
    {"touch-posted-800x480", "touch", 800, 480, WAITS, POSTED, USUAL},
    {"touch-read-800x480", "touch", 800, 480, WAITS, READ, USUAL},
    {"touch-read-540x960", "touch", 540, 960, WAITS, READ, LIGHT},
    {"touch-read-on-800x480", "touch", 800, 480, WAITS, READ_ON, CONTRAST},
    {"touch-issued-no-printer-540x960", "touch", 540, 960, EMPTY, ISSUED,
     USUAL},
    {"counter-free-800x480", "counter:1", 800, 480, FREE, AS_IT_IS, USUAL},
    {"counter-free-540x960", "counter:1", 540, 960, FREE, AS_IT_IS, LIGHT},
    {"counter-paused-800x480", "counter:1", 800, 480, PAUSED, AS_IT_IS, USUAL},
    {"counter-unknown-800x480", "counter:9", 800, 480, MORNING, AS_IT_IS,
     USUAL},
    {"counter-called-800x480", "counter:2", 800, 480, MORNING, CALLED, USUAL},
    {"counter-crowd-960x540", "counter:1", 960, 540, CROWD, AS_IT_IS, USUAL},
    {"counter-stale-800x480", "counter:1", 800, 480, MORNING, SILENT, USUAL},
    {"counter-connecting-800x480", "counter:1", 800, 480, MORNING, AS_IT_IS,
     NOTHING_HEARD},
    {"counter-stars-540x960", "counter:1", 540, 960, RATES, AS_IT_IS, USUAL},
    {"counter-stars-960x540", "counter:1", 960, 540, RATES, AS_IT_IS, LIGHT},
    {"counter-why-800x480", "counter:1", 800, 480, RATES, WHY, USUAL},
    {"counter-why-540x960", "counter:1", 540, 960, RATES, WHY, CONTRAST},
    {"counter-thanks-800x480", "counter:1", 800, 480, RATES, THANKED, USUAL},
};

static void each_looks_like_its_reference(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
		struct easel easel;
		easel_draw(&easel, &pictures[i]);
		picture_matches(easel.surface, pictures[i].name);
		easel_close(&easel);
	}
}

/* Else the tolerance would tolerate anything. */
static void another_number_is_another_picture(void **state)
{
	(void)state;
	struct picture_of of = pictures[0];
	struct easel easel;
	of.sample.n_calls = 1;
	easel_draw(&easel, &of);
	assert_true(picture_difference(easel.surface,
				       "tests/unit/display/ref/"
				       "board-800x480.png") > 50);
	easel_close(&easel);
	of = pictures[0];
	easel_draw(&easel, &of);
	easel.model.stage.now.ticket[3] = '7'; /* B037 for B031 */
	(void)easel.kind->update(easel.view, &easel.model, easel_start, of.w,
				 of.h);
	easel.kind->draw(easel.view, easel.draw);
	assert_true(picture_difference(easel.surface, "tests/unit/display/ref/"
						      "board-800x480.png") > 5);
	easel_close(&easel);
}

static const char *const every_view[] = {"board", "touch", "counter:1"};

static void nothing_is_cut_or_leaves_its_box(void **state)
{
	static const int sizes[][2] = {
	    {800, 480},  {1024, 600},  {1280, 720},  {1280, 1024},
	    {1366, 768}, {1920, 1080}, {1080, 1920}, {3840, 2160},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (size_t v = 0; v < 3; v++) {
			struct picture_of of = pictures[0];
			struct easel easel;
			of.view = every_view[v];
			of.w = sizes[i][0];
			of.h = sizes[i][1];
			easel_draw(&easel, &of);
			struct draw_counts counts = draw_counts(easel.draw);
			if (counts.cut || counts.outside)
				fail_msg("%s %dx%d: %u cut, %u outside",
					 of.view, of.w, of.h, counts.cut,
					 counts.outside);
			easel_close(&easel);
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
		for (size_t v = 0; v < 3; v++) {
			struct picture_of of = crowd;
			struct easel easel;
			of.view = every_view[v];
			of.w = sizes[i][0];
			of.h = sizes[i][1];
			easel_draw(&easel, &of);
			struct draw_counts counts = draw_counts(easel.draw);
			/* The smallest screens run out of readable sizes. */
			if (counts.outside && of.w >= 800 && of.h >= 480)
				fail_msg("%s %dx%d: %u outside", of.view, of.w,
					 of.h, counts.outside);
			easel_close(&easel);
		}
}

static void an_unchanged_model_asks_for_no_frame(void **state)
{
	(void)state;
	for (size_t v = 0; v < 3; v++) {
		struct picture_of of = pictures[0];
		struct easel easel;
		of.view = every_view[v];
		easel_draw(&easel, &of);
		struct moment now = {easel_start.wall_ms + 1000,
				     easel_start.mono_ms + 1000};
		assert_false(easel.kind->update(easel.view, &easel.model, now,
						of.w, of.h));
		now.wall_ms += 60000; /* a minute later by the clock alone */
		assert_true(easel.kind->update(easel.view, &easel.model, now,
					       of.w, of.h));
		easel_close(&easel);
	}
}

static void a_second_frame_renders_no_text_anew(void **state)
{
	(void)state;
	struct picture_of of = pictures[0];
	struct easel easel;
	easel_draw(&easel, &of);
	unsigned rendered = draw_counts(easel.draw).rendered;
	easel.kind->draw(easel.view, easel.draw);
	assert_int_equal(draw_counts(easel.draw).rendered, rendered);
	easel_close(&easel);
}

static void a_long_day_keeps_no_more_than_it_may(void **state)
{
	(void)state;
	struct picture_of of = pictures[0];
	struct easel easel;
	easel_draw(&easel, &of);
	for (int call = 1; call <= 600; call++) {
		struct model_call *newest = &easel.model.stage.now;
		snprintf(newest->ticket, sizeof(newest->ticket), "A%03d", call);
		assert_true(easel.kind->update(easel.view, &easel.model,
					       easel_start, of.w, of.h));
		easel.kind->draw(easel.view, easel.draw);
	}
	struct draw_counts counts = draw_counts(easel.draw);
	assert_true(counts.kept <= 192);
	assert_true(counts.kept_bytes <= 2 * 4 * 800 * 480);
	easel_close(&easel);
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
	return cmocka_run_group_tests(tests, easel_find_fonts,
				      easel_clear_fonts);
}
