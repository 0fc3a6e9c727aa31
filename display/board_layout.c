/* SPDX-License-Identifier: MIT */
#include "display/board.h"

#include <assert.h>
#include <string.h>

/*
 * Sizes are in em, the size of plain text, which follows from the screen: so
 * one set of numbers serves every resolution. What must be read from afar
 * follows from the height of the screen itself. A digit is read by a person
 * with half of normal sight (who may drive a car) when it spans 10 minutes of
 * arc: 23 mm from 8 m, which is 1/23 of the height of a 43-inch screen.
 */
#define DIGIT_PART 23

/* Tenths of an em. */
static int ems(const struct board_layout *l, int tenths)
{
	return l->em * tenths / 10;
}

/* How many services a page of the strip has, in how many rows. */
static void strip_grid(const struct board_layout *l,
		       const struct board_shape *shape, int width,
		       size_t *columns, size_t *rows)
{
	size_t fit = (size_t)box_max(1, width / ems(l, 90));
	size_t most = l->portrait ? 3 : 2;
	if (fit > 8)
		fit = 8;
	size_t n = shape->n_services;
	*rows = (n + fit - 1) / fit;
	if (*rows > most)
		*rows = most;
	*columns = (n + *rows - 1) / *rows;
	if (*columns > fit)
		*columns = fit;
	while (*rows * *columns > BOARD_CELLS)
		--*columns;
}

static void layout_strip(struct board_layout *l,
			 const struct board_shape *shape, struct box *rest)
{
	struct box frame = *rest;
	int label = l->portrait ? 0 : ems(l, 56);
	size_t columns, rows;
	strip_grid(l, shape, frame.w - label, &columns, &rows);
	int gap = l->gap / 2;
	int row_height = ems(l, rows > 1 ? 42 : 54);
	int height = (int)rows * (row_height + gap) - gap;
	if (l->portrait)
		height += ems(l, 20);
	l->strip = box_cut_bottom(rest, height);
	struct box in = l->strip;
	l->strip_label = l->portrait ? box_cut_top(&in, ems(l, 20))
				     : box_cut_left(&in, label);
	if (!l->portrait)
		box_cut_right(&l->strip_label, l->gap / 2);
	assert(columns > 0 && rows > 0);
	l->n_cells = columns * rows;
	for (size_t i = 0; i < l->n_cells; i++) {
		struct box row =
		    box_row(in, (int)(i / columns), (int)rows, gap);
		l->cells[i] =
		    box_column(row, (int)(i % columns), (int)columns, gap);
	}
	box_cut_bottom(rest, l->gap);
}

static void layout_stage(struct board_layout *l)
{
	struct box in = box_inset(l->stage, ems(l, 12), ems(l, 9));
	l->stage_counter = box_inset(l->stage, ems(l, 6), ems(l, 6));
	struct box above = l->stage_counter;
	l->stage_counter = box_cut_bottom(&above, l->stage.h * 24 / 100);
	in.h = above.y + above.h - ems(l, 5) - in.y;
	l->stage_label = box_cut_top(&in, box_min(ems(l, 24), in.h / 6));
	l->stage_sign =
	    box_cut_right(&l->stage_label, l->stage_label.w * 2 / 5);
	l->stage_service = box_cut_bottom(&in, box_min(ems(l, 38), in.h / 3));
	l->stage_code = in;
	l->code_height = in.h * 80 / 100;
}

/* Counters beside the calls, in as many rows; the rest comes in pages. */
static void layout_desks(struct board_layout *l,
			 const struct board_shape *shape)
{
	l->n_desks = 1; /* a page of none is a page */
	if (shape->n_counters == 0)
		return;
	struct box in = l->desk_list;
	int gap = box_max(2, l->gap / 3);
	int columns = shape->n_counters > BOARD_ROWS ? 2 : 1;
	l->desk_label = box_cut_top(&in, ems(l, 20));
	l->n_desks = (size_t)columns * BOARD_ROWS;
	for (int i = 0; i < (int)l->n_desks; i++) {
		struct box column =
		    box_column(in, i / BOARD_ROWS, columns, gap);
		l->desks[i] = box_row(column, i % BOARD_ROWS, BOARD_ROWS, gap);
	}
}

static void layout_list(struct board_layout *l, const struct board_shape *shape)
{
	struct box in = l->list;
	int gap = box_max(2, l->gap / 3);
	l->list_label = box_cut_top(&in, ems(l, 20));
	int short_side = box_min(shape->w, shape->h);
	for (int i = 0; i < BOARD_ROWS; i++)
		l->rows[i] = box_row(in, i, BOARD_ROWS, gap);
	int height = l->rows[0].h;
	l->row_digit_height =
	    box_min(box_max(height * 56 / 100, short_side / DIGIT_PART + 1),
		    height * 9 / 10);
}

/* Pictures are the foot of the stage's column. */
static void layout_picture(struct board_layout *l)
{
	int percent = l->portrait ? 38 : 39;
	l->picture = box_cut_bottom(&l->stage, l->stage.h * percent / 100);
	box_cut_bottom(&l->stage, l->gap);
}

static void layout_all(const struct board_shape *shape, struct board_layout *l)
{
	memset(l, 0, sizeof(*l));
	l->portrait = shape->h > shape->w;
	l->em = l->portrait ? box_min(shape->w / 34, shape->h / 60)
			    : box_min(shape->w / 58, shape->h / 34);
	l->em = box_max(l->em, 8);
	l->gap = ems(l, 7);
	l->radius = ems(l, 6);

	struct box all = {0, 0, shape->w, shape->h};
	struct box rest = all;
	header_layout(&rest, l->em, l->portrait, 3, &l->header);
	if (shape->notices)
		l->footer = box_cut_bottom(&rest, ems(l, 26));
	rest = box_inset(rest, l->gap, l->gap);
	if (shape->n_services > 0)
		layout_strip(l, shape, &rest);
	else
		l->n_cells = 1;
	bool many = shape->n_counters > BOARD_ROWS;
	int stage_percent = shape->n_counters == 0 ? 60 : many ? 44 : 50;
	if (l->portrait)
		l->stage =
		    box_cut_top(&rest,
				rest.h * (shape->pictures ? 54 : 46) / 100);
	else
		l->stage = box_cut_left(&rest, rest.w * stage_percent / 100);
	if (l->portrait)
		box_cut_top(&rest, l->gap);
	else
		box_cut_left(&rest, l->gap);
	if (shape->n_counters > 0) {
		l->desk_list =
		    box_cut_right(&rest, rest.w * (many ? 56 : 46) / 100);
		box_cut_right(&rest, l->gap);
	}
	l->list = rest;
	if (shape->pictures)
		layout_picture(l);
	layout_stage(l);
	layout_list(l, shape);
	layout_desks(l, shape);
	l->sign = box_middle(all, box_min(all.w - 2 * l->gap, ems(l, 380)),
			     box_min(all.h - 2 * l->gap, ems(l, 150)));
}

void board_layout(const struct board_shape *shape, struct board_layout *out)
{
	layout_all(shape, out);
	if (!shape->pictures || out->code_height >= 2 * out->row_digit_height)
		return;
	/* Whose turn it is comes first. */
	struct board_shape plain = *shape;
	plain.pictures = false;
	layout_all(&plain, out);
}
