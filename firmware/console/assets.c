/* SPDX-License-Identifier: MIT */
#include "console/assets.h"

#include <string.h>

/* Paths are as seen from the directory that make runs in: the top. */
#define ASSET(name, file)                                       \
	extern const char asset_##name[], asset_##name##_end[]; \
	__asm__(".pushsection .rodata\n"                        \
		"asset_" #name ":\n"                            \
		".incbin \"firmware/console/page/" file "\"\n"  \
		"asset_" #name "_end:\n"                        \
		".byte 0\n"                                     \
		".popsection\n")

ASSET(index, "index.html");
ASSET(app, "app.js");
ASSET(style, "style.css");
ASSET(icon, "icon.svg");

#define N_ASSETS 4

const struct asset *asset_find(const char *path)
{
	/* Lengths are differences of addresses, known only at run time. */
	static struct asset assets[N_ASSETS];

	if (!assets[0].path) {
		assets[0] =
		    (struct asset){"/", "text/html; charset=utf-8", asset_index,
				   (size_t)(asset_index_end - asset_index)};
		assets[1] =
		    (struct asset){"/app.js", "text/javascript; charset=utf-8",
				   asset_app,
				   (size_t)(asset_app_end - asset_app)};
		assets[2] =
		    (struct asset){"/style.css", "text/css; charset=utf-8",
				   asset_style,
				   (size_t)(asset_style_end - asset_style)};
		assets[3] =
		    (struct asset){"/icon.svg", "image/svg+xml", asset_icon,
				   (size_t)(asset_icon_end - asset_icon)};
	}
	for (size_t i = 0; i < N_ASSETS; i++) {
		if (strcmp(assets[i].path, path) == 0)
			return &assets[i];
	}
	return NULL;
}
