/* SPDX-License-Identifier: MIT */
/* Every view at every size, in every theme and order of languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "tests/unit/support/easel.h"
#include "tests/unit/support/picture.h"

static const struct {
	int w, h;
} sizes[] = {{800, 480},
	     {1280, 1024},
	     {1920, 1080},
	     {1080, 1920},
	     {3840, 2160}};

static const struct {
	const char *name;
	const struct theme *theme;
} themes[] = {{"dark", &theme_dark},
	      {"light", &theme_light},
	      {"contrast", &theme_contrast}};

static const struct {
	const char *name;
	struct languages languages;
} languages[] = {{"vi-en", {{LANGUAGE_VI, LANGUAGE_EN}, 2}},
		 {"en-vi", {{LANGUAGE_EN, LANGUAGE_VI}, 2}},
		 {"vi", {{LANGUAGE_VI, LANGUAGE_VI}, 1}}};

/* Everything there is to show, of what an office shows all day. */
static const struct picture_of views[] = {
    {.name = "board", .view = "board", .sample = WAITS, .then = BURST},
    {.name = "touch", .view = "touch", .sample = WAITS, .office = POSTS},
    {.name = "counter", .view = "counter:1", .sample = RATES},
};

#define EACH(i, of) for (size_t i = 0; i < sizeof(of) / sizeof((of)[0]); i++)

static void look_at(const struct picture_of *of, const struct theme *theme,
		    const struct languages *in, const char *name)
{
	struct easel easel;
	easel_draw_in(&easel, of, theme, in);
	struct draw_counts counts = draw_counts(easel.draw);
	if (counts.cut || counts.outside)
		fail_msg("%s: %u texts cut, %u outside of their box", name,
			 counts.cut, counts.outside);
	picture_matches(easel.surface, name);
	easel_close(&easel);
}

static void each_looks_as_it_did(void **state)
{
	(void)state;
	EACH(v, views)
	EACH(s, sizes)
	EACH(t, themes)
	EACH(l, languages)
	{
		char name[80];
		struct picture_of of = views[v];
		of.w = sizes[s].w;
		of.h = sizes[s].h;
		snprintf(name, sizeof(name), "all-%s-%dx%d-%s-%s", of.name,
			 of.w, of.h, themes[t].name, languages[l].name);
		look_at(&of, themes[t].theme, &languages[l].languages, name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_looks_as_it_did),
	};
	return cmocka_run_group_tests(tests, easel_find_fonts,
				      easel_clear_fonts);
}
