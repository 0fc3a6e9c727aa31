/* SPDX-License-Identifier: MIT */
#include "display/header.h"

#include "display/parts.h"

void header_layout(struct box *rest, int em, bool portrait, int air,
		   struct header_boxes *out)
{
	out->bar = box_cut_top(rest, em * (portrait ? 48 : 36) / 10);
	struct box in = box_inset(out->bar, em, em * air / 10);
	if (portrait) {
		out->clock = box_cut_right(&in, em * 8);
		out->date = box_cut_bottom(&out->clock, em * 16 / 10);
	} else {
		out->clock = box_cut_right(&in, em * 66 / 10);
		box_cut_right(&in, em * 12 / 10);
		out->date = box_cut_right(&in, em * 132 / 10);
	}
	box_cut_right(&in, em);
	out->office = in;
}

void header_compose(const struct model *model, struct moment now,
		    struct header_words *out)
{
	words_clock(now.wall_ms, out->clock);
	words_date(LANGUAGE_VI, now.wall_ms, out->date[0],
		   sizeof(out->date[0]));
	words_date(LANGUAGE_EN, now.wall_ms, out->date[1],
		   sizeof(out->date[1]));
	out->office = model->state.office;
}

static void draw_clock(const struct parts *parts, struct box box,
		       const char *text)
{
	struct draw_style style = {
	    .weight = FONT_BOLD,
	    .size = box_min(parts->em * 15 / 10, box.h),
	    .colour = parts->theme->text,
	    .align = DRAW_RIGHT,
	    .capitals = true,
	};
	draw_text(parts->draw, box, text, &style);
}

void header_draw(const struct parts *parts, const struct header_boxes *boxes,
		 const struct header_words *words, bool portrait)
{
	const struct theme *t = parts->theme;
	int em = parts->em;
	draw_fill(parts->draw, boxes->bar, t->bar);
	struct box line = boxes->bar;
	draw_fill(parts->draw, box_cut_bottom(&line, box_max(2, em / 10)),
		  t->accent);
	struct parts_pair office = {
	    .size = em * 13 / 10,
	    .second_percent = 68,
	    .colour = t->text,
	    .second_colour = t->soft,
	    .max_lines = 2,
	};
	parts_pair(parts, boxes->office, &words->office, &office);
	draw_clock(parts, boxes->clock, words->clock);
	struct model_words both;
	model_set_words(&both, words->date[0], words->date[1]);
	struct parts_pair date = {
	    .size = em,
	    .second_percent = 82,
	    .colour = t->text,
	    .second_colour = t->soft,
	    .align = DRAW_RIGHT,
	    .first_only = portrait,
	};
	parts_pair(parts, boxes->date, &both, &date);
}
