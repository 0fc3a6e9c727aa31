/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sync/summary_source.h"
#include "sync/summary_svg.h"

static char *text;
static size_t size;
static FILE *to;

static void open_text(void)
{
	free(text);
	to = open_memstream(&text, &size);
	assert_non_null(to);
}

static void text_means_nothing_to_html(void **state)
{
	(void)state;
	open_text();
	summary_escape(to, "<b> & \"xã\" 'x'");
	fclose(to);
	assert_string_equal(text, "&lt;b&gt; &amp; &quot;xã&quot; &#39;x&#39;");
}

static void digits_stand_in_threes(void **state)
{
	static const struct {
		int64_t number;
		const char *want;
	} rows[] = {
	    {0, "0"},
	    {999, "999"},
	    {1000, "1\u202f000"},
	    {1234567, "1\u202f234\u202f567"},
	    {-123456, "-123\u202f456"},
	    {INT64_MIN, "-9\u202f223\u202f372\u202f036\u202f854\u202f775"
			"\u202f808"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		open_text();
		summary_number(to, rows[i].number);
		fclose(to);
		assert_string_equal(text, rows[i].want);
	}
}

static size_t count(const char *word)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, word)); at++)
		n++;
	return n;
}

static void a_bar_has_a_box_a_layer_and_a_dot_where_it_has_a_share(void **state)
{
	static const struct summary_bar bars[] = {{"a<b", {5, 1, 0}, 90},
						  {"c", {0, 0, 0}, -1},
						  {"d", {7, 0, 3}, 0}};

	(void)state;
	open_text();
	summary_bars(to, "the title", bars, 3);
	fclose(to);
	assert_int_equal(count("<rect"), 4);
	assert_int_equal(count("<circle"), 2);
	assert_int_equal(count("a&lt;b"), 1);
	assert_int_equal(count("aria-label=\"the title\""), 1);
	assert_int_equal(count("</svg>"), 1);
}

static void the_scale_holds_the_greatest_of_numbers(void **state)
{
	static const struct summary_bar bar = {"x", {INT64_MAX / 4, 0, 0}, -1};

	(void)state;
	open_text();
	summary_bars(to, "x", &bar, 1);
	fclose(to);
	assert_int_equal(count("<rect"), 1);
	assert_int_equal(count("y=\"-"), 0);
}

static void of_many_bars_some_have_labels(void **state)
{
	struct summary_bar *bars = calloc(365, sizeof(*bars));

	(void)state;
	assert_non_null(bars);
	for (int i = 0; i < 365; i++) {
		bars[i] = (struct summary_bar){"day", {1, 0, 0}, -1};
	}
	open_text();
	summary_bars(to, "x", bars, 365);
	fclose(to);
	assert_int_equal(count("<rect"), 365);
	assert_in_range(count(">day<"), 10, 16);
	free(bars);
}

static void no_bars_draw_nothing(void **state)
{
	(void)state;
	open_text();
	summary_bars(to, "x", NULL, 0);
	fclose(to);
	assert_int_equal(size, 0);
}

static void a_quote_in_a_literal_is_doubled(void **state)
{
	char *literal = summary_literal("Ea H'leo' OR '1");

	(void)state;
	assert_string_equal(literal, "'Ea H''leo'' OR ''1'");
	free(literal);
}

static int end(void **state)
{
	(void)state;
	free(text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_means_nothing_to_html),
	    cmocka_unit_test(digits_stand_in_threes),
	    cmocka_unit_test(
		a_bar_has_a_box_a_layer_and_a_dot_where_it_has_a_share),
	    cmocka_unit_test(the_scale_holds_the_greatest_of_numbers),
	    cmocka_unit_test(of_many_bars_some_have_labels),
	    cmocka_unit_test(no_bars_draw_nothing),
	    cmocka_unit_test(a_quote_in_a_literal_is_doubled),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
