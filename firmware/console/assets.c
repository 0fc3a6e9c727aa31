/* SPDX-License-Identifier: MIT */
#include "console/assets.h"

#include <stdint.h>
#include <string.h>

/*
 * Paths are as seen from the directory that make runs in: the top. A length
 * lies in front of each file, since C knows no difference of two symbols.
 */
#define ASSET(name, file)                                        \
	extern const uint32_t asset_##name##_length;             \
	extern const char asset_##name[];                        \
	__asm__(".pushsection .rodata\n"                         \
		".balign 4\n"                                    \
		"asset_" #name "_length:\n"                      \
		".4byte asset_" #name "_end - asset_" #name "\n" \
		"asset_" #name ":\n"                             \
		".incbin \"firmware/console/page/" file "\"\n"   \
		"asset_" #name "_end:\n"                         \
		".popsection\n")

ASSET(index, "index.html");
ASSET(words, "words.js");
ASSET(draw, "draw.js");
ASSET(app, "app.js");
ASSET(common, "common.js");
ASSET(sign_in, "sign-in.js");
ASSET(style, "style.css");
ASSET(icon, "icon.svg");
ASSET(overview, "overview.html");
ASSET(overview_js, "overview.js");
ASSET(overview_words, "overview-words.js");
ASSET(plot, "plot.js");
ASSET(overview_css, "overview.css");
ASSET(phone, "phone.html");
ASSET(phone_js, "phone.js");
ASSET(phone_css, "phone.css");

static const struct {
	const char *path, *type;
	const void *data;
	const uint32_t *length;
} assets[] = {
    {"/", "text/html; charset=utf-8", asset_index, &asset_index_length},
    {"/words.js", "text/javascript; charset=utf-8", asset_words,
     &asset_words_length},
    {"/draw.js", "text/javascript; charset=utf-8", asset_draw,
     &asset_draw_length},
    {"/app.js", "text/javascript; charset=utf-8", asset_app, &asset_app_length},
    {"/common.js", "text/javascript; charset=utf-8", asset_common,
     &asset_common_length},
    {"/sign-in.js", "text/javascript; charset=utf-8", asset_sign_in,
     &asset_sign_in_length},
    {"/style.css", "text/css; charset=utf-8", asset_style, &asset_style_length},
    {"/overview", "text/html; charset=utf-8", asset_overview,
     &asset_overview_length},
    {"/overview.js", "text/javascript; charset=utf-8", asset_overview_js,
     &asset_overview_js_length},
    {"/overview-words.js", "text/javascript; charset=utf-8",
     asset_overview_words, &asset_overview_words_length},
    {"/plot.js", "text/javascript; charset=utf-8", asset_plot,
     &asset_plot_length},
    {"/overview.css", "text/css; charset=utf-8", asset_overview_css,
     &asset_overview_css_length},
    {"/t/", "text/html; charset=utf-8", asset_phone, &asset_phone_length},
    {"/phone.js", "text/javascript; charset=utf-8", asset_phone_js,
     &asset_phone_js_length},
    {"/phone.css", "text/css; charset=utf-8", asset_phone_css,
     &asset_phone_css_length},
    {"/icon.svg", "image/svg+xml", asset_icon, &asset_icon_length},
};

bool asset_find(const char *path, struct asset *asset)
{
	for (size_t i = 0; i < sizeof(assets) / sizeof(assets[0]); i++) {
		if (strcmp(assets[i].path, path) != 0)
			continue;
		*asset = (struct asset){assets[i].type, assets[i].data,
					*assets[i].length};
		return true;
	}
	return false;
}
