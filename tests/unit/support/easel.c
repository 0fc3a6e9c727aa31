/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/easel.h"

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

const struct moment easel_start = {SAMPLE_WALL_MS, 60000};
static struct font_files fonts;

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

static int rate(void *arg, const struct client_rating *rating,
		client_answer_fn *fn, void *fn_arg)
{
	(void)rating;
	return issue(arg, "", TICKET_NORMAL, fn, fn_arg);
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

static void open_it(struct easel *easel, const struct picture_of *of,
		    const struct theme *theme,
		    const struct languages *languages)
{
	const char *why;
	struct view_setup setup = {
	    .languages = {{LANGUAGE_VI, LANGUAGE_EN},
			  of->office == ONE_LANGUAGE ? 1 : 2},
	    .issue = issue,
	    .rate = rate,
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
	if (of->office == POSTS || of->then == POSTED || of->then == READ ||
	    of->then == READ_ON)
		setup.procedures = "tests/unit/display/posted";
	if (theme)
		setup.theme = theme;
	if (languages)
		setup.languages = *languages;
	if (of->office == POSTER)
		setup.pictures = "tests/unit/display/pictures";
	memset(easel, 0, sizeof(*easel));
	model_init(&easel->model, easel_start);
	struct view_wish wish;
	assert_int_equal(view_wish_from(of->view, &wish), 0);
	easel->kind = wish.kind;
	setup.counter = wish.counter;
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

void easel_close(struct easel *easel)
{
	easel->kind->free(easel->view);
	draw_free(easel->draw);
	SDL_FreeSurface(easel->surface);
}

static void press_at(struct easel *easel, struct box box, int64_t after_ms)
{
	struct view_input finger = {.kind = VIEW_DOWN,
				    .x = box.x + box.w / 2,
				    .y = box.y + box.h / 2};
	struct moment now = easel_start;
	now.mono_ms += after_ms;
	easel->kind->input(easel->view, &finger, now);
	finger.kind = VIEW_UP;
	easel->kind->input(easel->view, &finger, now);
	(void)easel->kind->update(easel->view, &easel->model, now,
				  easel->surface->w, easel->surface->h);
}

static void press_procedures(struct easel *easel, enum then then)
{
	struct panel_shape shape = {easel->surface->w, easel->surface->h,
				    easel->model.state.n_services, true};
	struct panel_layout layout;
	panel_layout(&shape, &layout);
	press_at(easel, layout.procedures, 0);
	if (then != POSTED)
		press_at(easel, layout.tiles[0], 1000);
	if (then == READ_ON)
		press_at(easel, layout.text_after, 2000);
}

static void press_language(struct easel *easel)
{
	struct panel_shape shape = {easel->surface->w, easel->surface->h,
				    easel->model.state.n_services, false};
	struct panel_layout layout;
	panel_layout(&shape, &layout);
	press_at(easel, layout.language, 0);
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
	easel->kind->input(easel->view, &key, easel_start);
	if (then == PRESSED)
		return;
	key.kind = VIEW_KEY_UP;
	easel->kind->input(easel->view, &key, easel_start);
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

static void key(struct easel *easel, int digit)
{
	struct view_input input = {.kind = VIEW_KEY_DOWN, .key = digit};
	struct moment now = easel_start;
	/* After the quiet that follows each change of the screen. */
	now.mono_ms += 800 * digit;
	easel->kind->input(easel->view, &input, now);
	input.kind = VIEW_KEY_UP;
	easel->kind->input(easel->view, &input, now);
}

static void rate_it(struct easel *easel, enum then then)
{
	struct client_answer answer = {.result = CLIENT_ISSUED,
				       .ticket = "A024"};
	if (then == WHY) {
		key(easel, 2);
		key(easel, 4);
		return;
	}
	key(easel, 5);
	assert_non_null(easel->answer);
	easel->answer(easel->answer_arg, &answer);
}

/* The newest call of the sample takes the stage as one that is news. */
static void call_again(struct model *model, int64_t now_ms)
{
	struct model_call call = model->state.calls[0];
	call.id += 1;
	call.at_ms = SAMPLE_WALL_MS;
	stage_take(&model->stage, &call, 1, SAMPLE_WALL_MS);
	assert_true(stage_step(&model->stage, 8000, false, now_ms));
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

void easel_draw_in(struct easel *easel, const struct picture_of *of,
		   const struct theme *theme, const struct languages *languages)
{
	struct moment now = easel_start;
	open_it(easel, of, theme, languages);
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
	case CALLED:
		call_again(&easel->model, now.mono_ms);
		now.mono_ms += 500;
		break;
	case POSTED:
	case READ:
	case READ_ON:
		press_procedures(easel, of->then);
		break;
	case WHY:
	case THANKED:
		rate_it(easel, of->then);
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

void easel_draw(struct easel *easel, const struct picture_of *of)
{
	easel_draw_in(easel, of, NULL, NULL);
}

int easel_find_fonts(void **state)
{
	char note[300];
	(void)state;
	if (font_find("Noto Sans", &fonts, note, sizeof(note)) < 0)
		return -1;
	return clock_set_zone("Asia/Ho_Chi_Minh");
}

int easel_clear_fonts(void **state)
{
	(void)state;
	font_files_clear(&fonts);
	return 0;
}
