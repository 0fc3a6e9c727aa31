/* SPDX-License-Identifier: MIT */
/* The touch panel in pixels. */
#ifndef KIOSK_PANEL_DRAW_H
#define KIOSK_PANEL_DRAW_H

#include "display/panel_layout.h"
#include "display/panel_view.h"
#include "display/parts.h"

/* The whole picture, w by h. */
void panel_draw(const struct parts *parts, const struct panel_layout *layout,
		const struct panel_view *view, int w, int h);

#endif
