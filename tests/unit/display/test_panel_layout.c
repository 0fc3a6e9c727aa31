/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "display/panel_layout.h"

static const struct {
	int w, h;
} sizes[] = {
    {320, 240},   {480, 800},   {800, 480},   {1024, 600},
    {1280, 720},  {1280, 1024}, {1920, 1080}, {1080, 1920},
    {2560, 1080}, {3840, 2160}, {7680, 4320},
};

static void check(bool good, const struct panel_shape *shape, const char *what)
{
	if (!good)
		fail_msg("%dx%d, %zu services: %s", shape->w, shape->h,
			 shape->n_services, what);
}

static void each(void (*fn)(const struct panel_shape *shape,
			    const struct panel_layout *l))
{
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
		for (size_t n = 0; n <= MODEL_MAX_SERVICES; n++) {
			struct panel_shape shape = {sizes[s].w, sizes[s].h, n,
						    n % 2};
			struct panel_layout l;
			panel_layout(&shape, &l);
			fn(&shape, &l);
		}
}

static void inside(const struct panel_shape *shape,
		   const struct panel_layout *l)
{
	struct box all = {0, 0, shape->w, shape->h};
	for (size_t i = 0; i < l->n_tiles; i++) {
		check(box_inside(l->tiles[i], all), shape, "tile outside");
		check(!box_overlap(l->tiles[i], l->title), shape,
		      "tile over title");
		check(!box_overlap(l->tiles[i], l->header.bar), shape,
		      "tile over header");
		for (size_t k = 0; k < i; k++)
			check(!box_overlap(l->tiles[i], l->tiles[k]), shape,
			      "tile over tile");
	}
	check(box_inside(l->sign, all), shape, "sign outside");
	check(box_inside(l->card, all), shape, "card outside");
	check(!box_overlap(l->card, l->hint), shape, "card over hint");
}

static void tiles_are_apart_and_on_the_screen(void **state)
{
	(void)state;
	each(inside);
}

static void in_card(const struct panel_shape *shape,
		    const struct panel_layout *l)
{
	const struct box parts[] = {l->card_label, l->card_code,
				    l->card_service, l->card_ahead,
				    l->card_next};
	for (size_t i = 0; i < 5; i++) {
		check(!box_empty(parts[i]), shape, "empty part");
		check(box_inside(parts[i], l->card), shape, "outside card");
		for (size_t k = 0; k < i; k++)
			check(!box_overlap(parts[i], parts[k]), shape,
			      "part over part");
	}
}

/* Beside the lines, as they are where no slip comes. */
static void beside_code(const struct panel_shape *shape,
			const struct panel_layout *l)
{
	struct box parts[] = {l->card_label, l->card_code, l->card_service,
			      l->card_ahead, l->card_warning};
	check(box_inside(l->qr, l->card), shape, "code outside card");
	check(!box_overlap(l->qr, l->card_next), shape, "code over next");
	for (size_t i = 0; i < 5; i++) {
		parts[i].w -= l->qr_shift;
		check(parts[i].w > l->card.w / 3, shape, "no room beside");
		check(!box_overlap(parts[i], l->qr), shape, "part over code");
	}
}

static void a_code_stands_beside_the_rest(void **state)
{
	(void)state;
	each(beside_code);
}

static void reads(const struct panel_shape *shape, const struct panel_layout *l)
{
	const struct box parts[] = {l->title,       l->text_card,  l->text_back,
				    l->text_before, l->text_after, l->language,
				    l->procedures};
	for (size_t i = 0; i < 7; i++)
		for (size_t k = 0; k < i; k++)
			check(!box_overlap(parts[i], parts[k]), shape,
			      "part over part");
	check(box_inside(l->text, l->text_card), shape, "text outside");
	check((int)l->reading.rows * l->text_size * 5 / 4 <= l->text.h, shape,
	      "lines too near");
}

static void a_text_has_its_place(void **state)
{
	(void)state;
	each(reads);
}

static void a_result_has_its_parts_apart(void **state)
{
	(void)state;
	each(in_card);
}

static void large(const struct panel_shape *shape, const struct panel_layout *l)
{
	if (shape->w < 480)
		return;
	/* 9 mm on the smallest panel, 0.19 mm a pixel at 800x480. */
	int least = box_min(shape->w, shape->h) / 10;
	for (size_t i = 0; i < l->n_tiles; i++)
		check(l->tiles[i].w >= least && l->tiles[i].h >= least, shape,
		      "a tile is too small for a thumb");
}

static void tiles_are_large_enough_for_a_thumb(void **state)
{
	(void)state;
	each(large);
}

static void complete(const struct panel_shape *shape,
		     const struct panel_layout *l)
{
	check(l->n_pages * l->a_page >= shape->n_services, shape,
	      "a service has no place");
	check(l->n_pages == 1 || l->a_page < l->n_tiles, shape,
	      "no place for the next page");
	check(l->n_tiles <= PANEL_TILES, shape, "too many tiles");
}

static void every_service_has_a_tile_on_some_page(void **state)
{
	(void)state;
	each(complete);
}

static void six_services_fit_a_small_panel_without_pages(void **state)
{
	(void)state;
	struct panel_shape shape = {800, 480, 6, true};
	struct panel_layout l;
	panel_layout(&shape, &l);
	assert_int_equal(l.n_pages, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tiles_are_apart_and_on_the_screen),
	    cmocka_unit_test(a_result_has_its_parts_apart),
	    cmocka_unit_test(a_code_stands_beside_the_rest),
	    cmocka_unit_test(a_text_has_its_place),
	    cmocka_unit_test(tiles_are_large_enough_for_a_thumb),
	    cmocka_unit_test(every_service_has_a_tile_on_some_page),
	    cmocka_unit_test(six_services_fit_a_small_panel_without_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
