/* SPDX-License-Identifier: MIT */
#include "display/header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

static bool inside(struct box a, struct box b)
{
	return a.x >= b.x && a.y >= b.y && a.x + a.w <= b.x + b.w &&
	       a.y + a.h <= b.y + b.h;
}

static void its_texts_stand_in_the_bar_apart(void **state)
{
	(void)state;
	static const struct {
		int w, h, em;
		bool portrait;
	} rows[] = {
	    {1920, 1080, 32, false},
	    {800, 480, 15, false},
	    {1080, 1920, 31, true},
	    {480, 800, 14, true},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct box rest = {0, 0, rows[i].w, rows[i].h};
		struct header_boxes h;
		header_layout(&rest, rows[i].em, rows[i].portrait, 3, &h);
		assert_int_equal(rest.y, h.bar.h);
		assert_int_equal(rest.y + rest.h, rows[i].h);
		const struct box texts[] = {h.office, h.date, h.clock};
		for (size_t j = 0; j < 3; j++) {
			assert_false(box_empty(texts[j]));
			assert_true(inside(texts[j], h.bar));
			for (size_t k = 0; k < j; k++)
				assert_false(box_overlap(texts[j], texts[k]));
		}
	}
}

static void it_tells_the_time_before_the_kiosk_was_heard(void **state)
{
	(void)state;
	static struct model model;
	struct header_words words;
	memset(&words, 0, sizeof(words));
	/* 2026-11-24 09:41 in Vietnam */
	struct moment now = {.wall_ms = INT64_C(1795488060000)};
	header_compose(&model, now, &words);
	assert_string_equal(words.clock, "09:41");
	assert_string_equal(words.date[0], "Thứ Ba, 24/11/2026");
	assert_string_equal(words.office.vi, "");
	model_set_words(&model.state.office, "Một cửa", "One-stop");
	header_compose(&model, now, &words);
	assert_string_equal(words.office.vi, "Một cửa");
}

int main(void)
{
	if (clock_set_zone("Asia/Ho_Chi_Minh") < 0)
		abort();
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(its_texts_stand_in_the_bar_apart),
	    cmocka_unit_test(it_tells_the_time_before_the_kiosk_was_heard),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
