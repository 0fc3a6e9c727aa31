/* SPDX-License-Identifier: MIT */
#include "display/theme.h"

#include <math.h>

const struct theme theme_dark = {
    .ground = 0x0A1628,
    .bar = 0x060E1C,
    .card = 0x13294A,
    .card_edge = 0x2A4874,
    .pressed = 0x173A68,
    .off = 0x101D33,
    .stage_top = 0x174284,
    .stage_bottom = 0x0F2C5C,
    .accent = 0xFFC93C,
    .on_accent = 0x0A1628,
    .text = 0xFFFFFF,
    .soft = 0xD5E0F0,
    .sign = 0xFFF6E8,
    .on_sign = 0x6B0F12,
    .sign_edge = 0xC8102E,
    .rule = 0x3A5C92,
};

/* For a hall in full daylight. */
const struct theme theme_light = {
    .ground = 0xE9EEF4,
    .bar = 0xFFFFFF,
    .card = 0xFFFFFF,
    .card_edge = 0x5A6E85,
    .pressed = 0xCFE0F4,
    .off = 0xDCE3EB,
    .stage_top = 0xFFFFFF,
    .stage_bottom = 0xE6EFF9,
    .accent = 0x0B3F7A,
    .on_accent = 0xFFFFFF,
    .text = 0x0A1628,
    .soft = 0x2B3B4E,
    .sign = 0xFFF3D6,
    .on_sign = 0x5A0A0C,
    .sign_edge = 0xC8102E,
    .rule = 0x8FA1B5,
};

/* For eyes that need it: three colours, and frames instead of shades. */
const struct theme theme_contrast = {
    .ground = 0x000000,
    .bar = 0x000000,
    .card = 0x1C1C1C,
    .card_edge = 0xFFFFFF,
    .pressed = 0x3A3A00,
    .off = 0x000000,
    .stage_top = 0x000000,
    .stage_bottom = 0x000000,
    .accent = 0xFFEB00,
    .on_accent = 0x000000,
    .text = 0xFFFFFF,
    .soft = 0xFFFFFF,
    .sign = 0xFFFFFF,
    .on_sign = 0x000000,
    .sign_edge = 0xFFEB00,
    .rule = 0xFFFFFF,
};

const struct theme *theme_of(enum config_theme theme)
{
	switch (theme) {
	case CONFIG_THEME_DARK:
		break;
	case CONFIG_THEME_LIGHT:
		return &theme_light;
	case CONFIG_THEME_CONTRAST:
		return &theme_contrast;
	}
	return &theme_dark;
}

size_t theme_pairs(const struct theme *t, struct theme_pair *pairs, size_t max)
{
	const struct theme_pair all[] = {
	    {"text on the ground", t->text, t->ground},
	    {"soft text on the ground", t->soft, t->ground},
	    {"text on a bar", t->text, t->bar},
	    {"soft text on a bar", t->soft, t->bar},
	    {"accent on a bar", t->accent, t->bar},
	    {"text on a card", t->text, t->card},
	    {"soft text on a card", t->soft, t->card},
	    {"accent on a card", t->accent, t->card},
	    {"text on a pressed tile", t->text, t->pressed},
	    {"soft text on a pressed tile", t->soft, t->pressed},
	    {"soft text on a card out of use", t->soft, t->off},
	    {"text on the stage", t->text, t->stage_top},
	    {"text at the foot of the stage", t->text, t->stage_bottom},
	    {"soft text at its foot", t->soft, t->stage_bottom},
	    {"text on a chip out of use", t->on_accent, t->soft},
	    {"accent on a pressed tile", t->accent, t->pressed},
	    {"soft text on the stage", t->soft, t->stage_top},
	    {"text on the accent", t->on_accent, t->accent},
	    {"text on a sign", t->on_sign, t->sign},
	};
	size_t n = sizeof(all) / sizeof(all[0]);
	if (n > max)
		n = max;
	for (size_t i = 0; i < n; i++)
		pairs[i] = all[i];
	return n;
}

/* WCAG 2.1: relative luminance of sRGB. */
static double luminance(draw_colour colour)
{
	static const double share[3] = {0.2126, 0.7152, 0.0722};
	double sum = 0;
	for (int i = 0; i < 3; i++) {
		double c = ((colour >> (16 - 8 * i)) & 0xFF) / 255.0;
		sum +=
		    share[i] *
		    (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
	}
	return sum;
}

double theme_ratio(draw_colour a, draw_colour b)
{
	double la = luminance(a), lb = luminance(b);
	return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}
