/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "display/board.h"

static const struct {
	int w, h;
} sizes[] = {
    {320, 240},   {480, 800},   {640, 480},   {800, 480},   {960, 540},
    {1024, 600},  {1024, 768},  {1280, 720},  {1280, 800},  {1280, 1024},
    {1366, 768},  {1920, 1080}, {1080, 1920}, {1920, 1200}, {2560, 1080},
    {2160, 3840}, {3840, 2160}, {7680, 4320},
};
static const size_t counters[] = {0, 4, 7, 8, 32};
static const size_t services[] = {0, 1, 3, 5, 6, 7, 11, 17, 32};

static void check(bool good, const struct board_shape *shape, const char *what)
{
	if (!good)
		fail_msg("%dx%d, %zu services, %zu counters%s%s: %s", shape->w,
			 shape->h, shape->n_services, shape->n_counters,
			 shape->notices ? ", notices" : "",
			 shape->pictures ? ", pictures" : "", what);
}

/* Calls fn for every size, number of services, with notices and without. */
static void each(void (*fn)(const struct board_shape *shape,
			    const struct board_layout *l))
{
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
		for (size_t n = 0; n < 4 * sizeof(services) / sizeof(size_t);
		     n++) {
			struct board_shape shape = {
			    .w = sizes[s].w,
			    .h = sizes[s].h,
			    .n_services = services[n / 4],
			    .notices = n % 2,
			    .pictures = n / 2 % 2,
			};
			for (size_t c = 0; c < 5; c++) {
				struct board_layout l;
				shape.n_counters = counters[c];
				board_layout(&shape, &l);
				fn(&shape, &l);
			}
		}
}

struct named {
	const char *name;
	struct box box;
};

/* The boxes that something is drawn in, none of which holds another. */
static size_t leaves(const struct board_layout *l, const struct board_shape *s,
		     struct named *out)
{
	const struct named fixed[] = {
	    {"office", l->header.office},
	    {"clock", l->header.clock},
	    {"date", l->header.date},
	    {"stage label", l->stage_label},
	    {"stage sign", l->stage_sign},
	    {"stage code", l->stage_code},
	    {"stage service", l->stage_service},
	    {"stage counter", l->stage_counter},
	    {"list label", l->list_label},
	};
	size_t n = sizeof(fixed) / sizeof(fixed[0]);
	memcpy(out, fixed, sizeof(fixed));
	for (size_t i = 0; i < BOARD_ROWS; i++)
		out[n++] = (struct named){"row", l->rows[i]};
	if (s->n_services > 0) {
		out[n++] = (struct named){"strip label", l->strip_label};
		for (size_t i = 0; i < l->n_cells; i++)
			out[n++] = (struct named){"cell", l->cells[i]};
	}
	for (size_t i = 0; s->n_counters && i < l->n_desks; i++)
		out[n++] = (struct named){"desk", l->desks[i]};
	if (!box_empty(l->picture))
		out[n++] = (struct named){"picture", l->picture};
	if (s->notices)
		out[n++] = (struct named){"footer", l->footer};
	return n;
}

static void inside(const struct board_shape *shape,
		   const struct board_layout *l)
{
	struct named boxes[64];
	struct box all = {0, 0, shape->w, shape->h};
	size_t n = leaves(l, shape, boxes);
	for (size_t i = 0; i < n; i++) {
		check(!box_empty(boxes[i].box), shape, boxes[i].name);
		check(box_inside(boxes[i].box, all), shape, boxes[i].name);
	}
	check(box_inside(l->sign, all), shape, "sign");
	check(box_inside(l->stage_counter, l->stage), shape, "counter");
	check(box_inside(l->stage_code, l->stage), shape, "code");
	check(box_inside(l->rows[BOARD_ROWS - 1], l->list), shape, "list");
}

static void everything_is_on_the_screen(void **state)
{
	(void)state;
	each(inside);
}

static void apart(const struct board_shape *shape, const struct board_layout *l)
{
	struct named boxes[64];
	size_t n = leaves(l, shape, boxes);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (box_overlap(boxes[i].box, boxes[k].box)) {
				char what[60];
				snprintf(what, sizeof(what), "%s over %s",
					 boxes[i].name, boxes[k].name);
				check(false, shape, what);
			}
}

static void nothing_overlaps(void **state)
{
	(void)state;
	each(apart);
}

/*
 * 10 minutes of arc from 8 m are 23 mm, 1/23 of the height of a 43-inch
 * screen, upright or not. Between 4:3 and 2:1, where boards are.
 */
static void legible(const struct board_shape *shape,
		    const struct board_layout *l)
{
	int shorter = box_min(shape->w, shape->h);
	int longer = box_max(shape->w, shape->h);
	if (longer > shorter * 2 || shorter < 480)
		return;
	check(l->row_digit_height * 23 >= shorter, shape, "digits of a row");
	check(l->row_digit_height <= l->rows[0].h, shape, "digits in a row");
	check(l->code_height >= 2 * l->row_digit_height, shape,
	      "the newest call");
	check(l->em >= 11, shape, "plain text");
}

static void digits_are_legible_from_eight_metres(void **state)
{
	(void)state;
	each(legible);
}

static void roomy(const struct board_shape *shape, const struct board_layout *l)
{
	if (shape->n_services == 0)
		return;
	check(l->n_cells >= 1 && l->n_cells <= BOARD_CELLS, shape, "cells");
	check((int)l->n_cells >= box_min((int)shape->n_services, 3) ||
		  shape->w < 480,
	      shape, "too few cells");
	for (size_t i = 0; i < l->n_cells; i++)
		check(l->cells[i].w >= l->em * 7 && l->cells[i].h >= l->em * 3,
		      shape, "a small cell");
}

static void cells_have_room_for_a_name_and_a_number(void **state)
{
	(void)state;
	each(roomy);
}

static void five_services_need_no_pages_on_a_television(void **state)
{
	(void)state;
	struct board_shape shape = {.w = 1920,
				    .h = 1080,
				    .n_services = 5,
				    .notices = true};
	struct board_layout l;
	board_layout(&shape, &l);
	assert_true(l.n_cells >= 5);
	shape.w = 1080;
	shape.h = 1920;
	board_layout(&shape, &l);
	assert_true(l.n_cells >= 5);
}

static void a_television_has_room_for_a_picture(void **state)
{
	static const int each_size[][2] = {{800, 480},
					   {1280, 1024},
					   {1920, 1080},
					   {1080, 1920},
					   {3840, 2160}};
	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct board_shape shape = {.w = each_size[i][0],
					    .h = each_size[i][1],
					    .n_services = 5,
					    .n_counters = 32,
					    .notices = true,
					    .pictures = true};
		struct board_layout l;
		board_layout(&shape, &l);
		check(l.picture.w * 4 >= shape.w && l.picture.h * 10 >= shape.h,
		      &shape, "no picture");
		shape.pictures = false;
		board_layout(&shape, &l);
		check(box_empty(l.picture), &shape, "a picture unasked");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everything_is_on_the_screen),
	    cmocka_unit_test(nothing_overlaps),
	    cmocka_unit_test(digits_are_legible_from_eight_metres),
	    cmocka_unit_test(cells_have_room_for_a_name_and_a_number),
	    cmocka_unit_test(a_television_has_room_for_a_picture),
	    cmocka_unit_test(five_services_need_no_pages_on_a_television),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
