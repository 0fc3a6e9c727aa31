/* SPDX-License-Identifier: MIT */
#include "display/panel_layout.h"

#include <assert.h>
#include <string.h>

/*
 * A tile is wide and high enough for a thumb and for a name in two languages:
 * on the smallest panel in use (7 inches, 800x480, 0.19 mm a pixel) 24 mm by
 * 15 mm, where ISO 9241-410 and its kin ask for 9 mm at the least.
 */
#define TILE_W 120 /* tenths of an em, at the least; likewise below */
#define TILE_H 62
#define TILE_H_MOST 170

static int ems(const struct panel_layout *l, int tenths)
{
	return l->em * tenths / 10;
}

/*
 * Of all grids that have a place for each service and whose tiles are large
 * enough, the one whose tiles are nearest to 5:3; none: pages of the most
 * tiles that are.
 */
static void choose_grid(const struct panel_layout *l, struct box area, size_t n,
			size_t *columns, size_t *rows)
{
	size_t most_columns =
	    (size_t)box_max(1, (area.w + l->gap) / (ems(l, TILE_W) + l->gap));
	size_t most_rows =
	    (size_t)box_max(1, (area.h + l->gap) / (ems(l, TILE_H) + l->gap));
	if (most_columns > 5)
		most_columns = 5;
	while (most_columns * most_rows > PANEL_TILES)
		most_rows--;
	*columns = most_columns;
	*rows = most_rows;
	double best = 1e9;
	for (size_t c = 1; c <= most_columns; c++) {
		size_t r = (n + c - 1) / c;
		if (r < 1 || r > most_rows)
			continue;
		double w = (double)area.w / (double)c;
		double h = (double)area.h / (double)r;
		double most = (double)ems(l, TILE_H_MOST);
		if (h > most)
			h = most;
		double shape = w / h / (5.0 / 3.0);
		double off = shape > 1 ? shape : 1 / shape;
		off += 0.2 * (double)(c * r - n); /* holes look forgotten */
		if (off < best) {
			best = off;
			*columns = c;
			*rows = r;
		}
	}
}

static void layout_tiles(struct panel_layout *l, struct box area, size_t n)
{
	size_t columns, rows;
	choose_grid(l, area, n ? n : 1, &columns, &rows);
	assert(columns > 0 && rows > 0);
	l->n_tiles = columns * rows;
	l->n_pages = 1;
	l->a_page = l->n_tiles;
	if (n > l->n_tiles) {
		l->a_page = l->n_tiles > 1 ? l->n_tiles - 1 : 1;
		l->n_pages = (n + l->a_page - 1) / l->a_page;
	}
	int most = (int)rows * (ems(l, TILE_H_MOST) + l->gap) - l->gap;
	if (area.h > most)
		area = box_middle(area, area.w, most);
	for (size_t i = 0; i < l->n_tiles; i++) {
		struct box row =
		    box_row(area, (int)(i / columns), (int)rows, l->gap);
		l->tiles[i] =
		    box_column(row, (int)(i % columns), (int)columns, l->gap);
	}
}

static void layout_classes(struct panel_layout *l, struct box area)
{
	struct box foot = box_cut_bottom(&area, ems(l, 40));
	l->back = box_middle(foot, box_min(foot.w, ems(l, 180)), foot.h);
	box_cut_bottom(&area, l->gap);
	for (int i = 0; i < 2; i++)
		l->classes[i] = l->portrait ? box_row(area, i, 2, l->gap)
					    : box_column(area, i, 2, l->gap);
}

/* Letters are about half as wide as they are large; a line that comes out
 * wider is drawn a little smaller. */
static void layout_reading(struct panel_layout *l, struct box area)
{
	struct box foot = box_cut_bottom(&area, ems(l, 40));
	l->text_back = box_column(foot, 0, 3, l->gap);
	l->text_before = box_column(foot, 1, 3, l->gap);
	l->text_after = box_column(foot, 2, 3, l->gap);
	box_cut_bottom(&area, l->gap);
	l->text_card = area;
	l->text = box_inset(area, ems(l, 14), ems(l, 8));
	l->text_size = ems(l, 14);
	size_t rows = (size_t)box_max(1, l->text.h / ems(l, 22));
	size_t columns =
	    (size_t)box_max(8, l->text.w * 100 / (l->text_size * 50));
	l->reading.rows = rows < READING_LINES ? rows : READING_LINES;
	l->reading.columns = columns < 90 ? columns : 90;
}

static void layout_card(struct panel_layout *l, struct box area)
{
	l->hint = box_cut_bottom(&area, ems(l, 28));
	int w = l->portrait ? area.w : box_min(area.w, area.h * 19 / 10);
	l->card = box_middle(area, w, box_min(area.h, w * 5 / 4));
	struct box in = box_inset(l->card, ems(l, 14), ems(l, 8));
	int h = in.h;
	l->card_next = box_cut_bottom(&in, h * 22 / 100);
	box_cut_bottom(&in, h * 3 / 100);
	l->card_ahead = box_cut_bottom(&in, h * 17 / 100);
	box_cut_bottom(&in, h * 1 / 100);
	l->card_service = box_cut_bottom(&in, h * 17 / 100);
	l->card_label = box_cut_top(&in, h * 10 / 100);
	l->card_code = box_inset(in, 0, h * 3 / 100);
	/* All above the last line moves up, into the room of the code. */
	l->warned_code = l->card_code;
	l->card_warning =
	    box_cut_bottom(&l->warned_code, h * PANEL_WARNING_PERCENT / 100);
	l->card_warning.y = l->card_next.y - h * 2 / 100 - l->card_warning.h;
	struct box above = box_inset(l->card, ems(l, 10), ems(l, 8));
	above.h = l->card_next.y - h * 3 / 100 - above.y;
	int side = box_min(above.h, above.w * 38 / 100);
	l->qr = box_middle(box_cut_right(&above, side), side, side);
	l->qr_shift = l->card_code.x + l->card_code.w - l->qr.x + ems(l, 8);
}

void panel_layout(const struct panel_shape *shape, struct panel_layout *out)
{
	struct panel_layout *l = out;
	memset(l, 0, sizeof(*l));
	l->portrait = shape->h > shape->w;
	l->em = l->portrait ? box_min(shape->w / 34, shape->h / 58)
			    : box_min(shape->w / 52, shape->h / 31);
	l->em = box_max(l->em, 8);
	l->gap = ems(l, 8);
	l->radius = ems(l, 6);
	struct box all = {0, 0, shape->w, shape->h};
	struct box rest = all;
	header_layout(&rest, l->em, l->portrait, 4, &l->header);
	rest = box_inset(rest, ems(l, 12), l->gap);
	struct box area = rest;
	l->title = box_cut_top(&area, ems(l, 40));
	box_cut_top(&area, l->gap / 2);
	if (l->portrait) {
		struct box foot = box_cut_bottom(&area, ems(l, 34));
		l->language = box_middle(foot, ems(l, 150), ems(l, 30));
		if (shape->procedures) {
			l->procedures = box_column(foot, 0, 2, l->gap);
			l->procedures.h = l->language.h;
			l->procedures.y = l->language.y;
			l->language.x =
			    l->procedures.x + l->procedures.w + l->gap;
			l->language.w = l->procedures.w;
		}
		box_cut_bottom(&area, l->gap / 2);
	} else {
		l->language = box_cut_right(&l->title, ems(l, 100));
		l->language =
		    box_middle(l->language, l->language.w, ems(l, 30));
		struct box left = box_cut_left(&l->title, ems(l, 100));
		if (shape->procedures)
			l->procedures = box_middle(left, left.w, ems(l, 30));
	}
	layout_classes(l, area);
	layout_tiles(l, area, shape->n_services);
	layout_card(l, rest);
	layout_reading(l, area);
	l->sign = box_middle(all, box_min(all.w - 2 * l->gap, ems(l, 380)),
			     box_min(all.h - 2 * l->gap, ems(l, 150)));
}
