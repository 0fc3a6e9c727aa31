/* SPDX-License-Identifier: MIT */
/* The screen over a counter in pixels. */
#ifndef KIOSK_COUNTER_DRAW_H
#define KIOSK_COUNTER_DRAW_H

#include "display/counter_view.h"
#include "display/parts.h"

/* The whole picture, w by h. */
void counter_draw(const struct parts *parts,
		  const struct counter_layout *layout,
		  const struct counter_view *view, int w, int h);

#endif
