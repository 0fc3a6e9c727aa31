/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "display/draw.h"
#include "display/snapshot.h"

#define W 200
#define H 100

static struct draw *draw;
static SDL_Surface *surface;

static uint32_t pixel(int x, int y)
{
	uint32_t value;
	memcpy(&value,
	       (const char *)surface->pixels + (ptrdiff_t)y * surface->pitch +
		   (ptrdiff_t)x * 4,
	       sizeof(value));
	return value & 0xFFFFFF;
}

/* How many pixels inside box (or outside it) are not black. */
static int lit(struct box box, bool inside)
{
	int n = 0;
	for (int y = 0; y < H; y++)
		for (int x = 0; x < W; x++)
			n += box_has(box, x, y) == inside && pixel(x, y) != 0;
	return n;
}

static int black(void **state)
{
	(void)state;
	draw_target(draw, surface);
	draw_fill(draw, (struct box){0, 0, W, H}, 0);
	return 0;
}

static void a_rectangle_fills_its_box_and_no_more(void **state)
{
	(void)state;
	struct box box = {10, 20, 30, 40};
	draw_fill(draw, box, 0x123456);
	assert_int_equal(lit(box, true), 30 * 40);
	assert_int_equal(lit(box, false), 0);
	assert_int_equal(pixel(10, 20), 0x123456);
}

static void what_hangs_over_the_edge_is_left_off(void **state)
{
	static const struct box boxes[] = {
	    {-50, -50, 60, 60}, {190, 90, 100, 100}, {-10, 40, 500, 5},
	    {500, 500, 10, 10}, {50, 50, 0, 0},      {50, 50, -5, 10},
	};
	(void)state;
	struct draw_style style = {.size = 20, .colour = 0xFFFFFF};
	for (size_t i = 0; i < sizeof(boxes) / sizeof(boxes[0]); i++) {
		draw_fill(draw, boxes[i], 0xFFFFFF);
		draw_card(draw, boxes[i], 8, 0xFFFFFF, 0x808080);
		draw_veil(draw, boxes[i], 0xFF0000, 100);
		draw_arrow(draw, boxes[i], 0x00FF00);
		draw_text(draw, boxes[i], "Quầy", &style);
	}
	draw_line(draw, -1000, -1000, 1000, 1000, 30, 0xFFFFFF);
}

static void a_card_has_round_corners(void **state)
{
	(void)state;
	struct box box = {10, 10, 80, 60};
	draw_card(draw, box, 20, 0xFFFFFF, 0xFFFFFF);
	assert_int_equal(lit(box, false), 0);
	assert_int_equal(pixel(10, 10), 0);
	assert_int_equal(pixel(89, 69), 0);
	assert_int_equal(pixel(50, 40), 0xFFFFFF);
	assert_int_equal(pixel(10, 40), 0xFFFFFF);
	/* What the corners lack of a square: (4 - pi) r^2, some half lit. */
	int missing = 80 * 60 - lit(box, true);
	assert_in_range(missing, 240, 350);
}

static void a_card_fades_from_top_to_bottom(void **state)
{
	(void)state;
	draw_card(draw, (struct box){0, 0, W, H}, 0, 0x000000, 0xFFFFFF);
	assert_true((pixel(5, 5) & 0xFF) < (pixel(5, 50) & 0xFF));
	assert_true((pixel(5, 50) & 0xFF) < (pixel(5, 95) & 0xFF));
}

static void a_veil_mixes_its_colour_in(void **state)
{
	(void)state;
	struct box box = {0, 0, 10, 10};
	draw_fill(draw, box, 0xFF8000);
	draw_veil(draw, box, 0x000000, 128);
	assert_in_range(pixel(5, 5) >> 16, 0x7D, 0x81);
	assert_in_range((pixel(5, 5) >> 8) & 0xFF, 0x3D, 0x41);
	draw_veil(draw, box, 0x0000FF, 255);
	assert_int_equal(pixel(5, 5), 0x0000FF);
	draw_veil(draw, box, 0xFFFFFF, 0);
	assert_int_equal(pixel(5, 5), 0x0000FF);
}

static void text_is_where_it_says_it_is(void **state)
{
	static const struct {
		const char *name;
		enum draw_align align;
		enum draw_valign valign;
	} rows[] = {
	    {"left middle", DRAW_LEFT, DRAW_MIDDLE},
	    {"centre top", DRAW_CENTRE, DRAW_TOP},
	    {"right bottom", DRAW_RIGHT, DRAW_BOTTOM},
	};
	(void)state;
	struct box box = {20, 10, 150, 80};
	for (size_t i = 0; i < 3; i++) {
		struct draw_style style = {.size = 20,
					   .colour = 0xFFFFFF,
					   .align = rows[i].align,
					   .valign = rows[i].valign};
		black(NULL);
		struct box ink = draw_text(draw, box, "Quầy ộ", &style);
		if (!box_inside(ink, box) || lit(ink, true) == 0 ||
		    lit(ink, false) != 0)
			fail_msg("%s", rows[i].name);
		struct box same = draw_measure(draw, box, "Quầy ộ", &style);
		assert_memory_equal(&ink, &same, sizeof(ink));
	}
}

static void capitals_stand_in_the_middle_of_their_box(void **state)
{
	(void)state;
	struct box box = {20, 10, 150, 60};
	struct draw_style style = {.weight = FONT_BOLD,
				   .size = 40,
				   .min_size = 20,
				   .colour = 0xFFFFFF,
				   .capitals = true};
	struct box ink = draw_text(draw, box, "A025", &style);
	assert_in_range(ink.h, 39, 41);
	assert_in_range(ink.y, 19, 21);
	/* Round digits rise above a flat one and hang below it by a pixel. */
	assert_int_equal(lit(box_inset(ink, -2, -2), false), 0);
	assert_int_not_equal(lit(ink, true), 0);
}

static void every_vietnamese_mark_stays_inside_its_line(void **state)
{
	static const char *const marks[] = {"ẤẦẨẪẬ", "ẮẰẲẴẶ", "ẾỀỂỄỆ", "ỐỒỔỖỘ",
					    "ỚỜỞỠỢ", "ỨỪỬỮỰ", "ỶỸỴđĐ", "gqpyj"};
	(void)state;
	struct box box = {5, 5, 190, 90};
	struct draw_style style = {.size = 40, .colour = 0xFFFFFF};
	unsigned outside = draw_counts(draw).outside;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		black(NULL);
		struct box ink = draw_text(draw, box, marks[i], &style);
		if (lit(ink, false) != 0)
			fail_msg("%s", marks[i]);
	}
	assert_int_equal(draw_counts(draw).outside, outside);
}

static void says_how_well_a_text_fits(void **state)
{
	(void)state;
	struct box box = {0, 0, 100, 30};
	struct draw_style style = {.size = 20, .min_size = 10};
	assert_int_equal(draw_fit(draw, box, "Quầy", &style), 100);
	assert_in_range(draw_fit(draw, box, "Quầy số hai", &style), 50, 99);
	assert_int_equal(draw_fit(draw, box,
				  "Quầy tiếp nhận và trả kết quả hồ sơ",
				  &style),
			 0);
	assert_int_equal(draw_fit(draw, (struct box){0, 0, 0, 0}, "x", &style),
			 0);
	assert_int_equal(draw_fit(draw, box, "", &style), 100);
}

static void the_same_text_is_rendered_once(void **state)
{
	(void)state;
	struct box box = {0, 0, 100, 30};
	struct draw_style style = {.size = 20, .colour = 0xABCDEF};
	draw_text(draw, box, "một lần", &style);
	unsigned rendered = draw_counts(draw).rendered;
	box.y = 50; /* elsewhere is the same text */
	draw_text(draw, box, "một lần", &style);
	assert_int_equal(draw_counts(draw).rendered, rendered);
	style.colour = 0xABCDEE;
	draw_text(draw, box, "một lần", &style);
	assert_int_equal(draw_counts(draw).rendered, rendered + 1);
}

static void what_is_kept_has_a_bound(void **state)
{
	(void)state;
	struct box box = {0, 0, W, H};
	struct draw_style style = {.size = 30, .colour = 0xFFFFFF};
	for (int i = 0; i < 1000; i++) {
		char text[20];
		snprintf(text, sizeof(text), "A%03d", i);
		draw_text(draw, box, text, &style);
	}
	struct draw_counts counts = draw_counts(draw);
	assert_true(counts.kept <= 192);
	/* The newest may lie on top of what the surface itself takes. */
	assert_true(counts.kept_bytes <= 2 * 4 * W * H);
}

static int open_draw(void **state)
{
	struct font_files files;
	char note[300];
	const char *why;
	(void)state;
	if (font_find("Noto Sans", &files, note, sizeof(note)) < 0)
		return -1;
	surface = snapshot_surface(W, H);
	int r = draw_new(&files, &draw, &why);
	font_files_clear(&files);
	return surface ? r : -1;
}

static int close_draw(void **state)
{
	(void)state;
	draw_free(draw);
	SDL_FreeSurface(surface);
	return 0;
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, black)
	const struct CMUnitTest tests[] = {
	    TEST(a_rectangle_fills_its_box_and_no_more),
	    TEST(what_hangs_over_the_edge_is_left_off),
	    TEST(a_card_has_round_corners),
	    TEST(a_card_fades_from_top_to_bottom),
	    TEST(a_veil_mixes_its_colour_in),
	    TEST(every_vietnamese_mark_stays_inside_its_line),
	    TEST(text_is_where_it_says_it_is),
	    TEST(capitals_stand_in_the_middle_of_their_box),
	    TEST(says_how_well_a_text_fits),
	    TEST(the_same_text_is_rendered_once),
	    TEST(what_is_kept_has_a_bound),
	};
	return cmocka_run_group_tests(tests, open_draw, close_draw);
}
