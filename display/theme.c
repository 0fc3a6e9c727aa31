/* SPDX-License-Identifier: MIT */
#include "display/theme.h"

#include <math.h>

const struct theme theme_dark = {
    .ground = 0x0A1628,
    .bar = 0x060E1C,
    .card = 0x13294A,
    .card_edge = 0x2A4874,
    .pressed = 0x24508C,
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
	    {"soft text on a card out of use", t->soft, t->off},
	    {"text on the stage", t->text, t->stage_top},
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

double theme_contrast(draw_colour a, draw_colour b)
{
	double la = luminance(a), lb = luminance(b);
	return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}
