/* SPDX-License-Identifier: MIT */
/*
 * The pictures of a folder, in the order of their names, for a board that shows
 * one after another. What is added, replaced or taken away is noticed within
 * PICTURES_LOOK_MS. A file that cannot be shown is named once in the log, with
 * the reason, and left out until it is another one.
 */
#ifndef KIOSK_PICTURES_H
#define KIOSK_PICTURES_H

#include <SDL.h>
#include <stddef.h>
#include <stdint.h>

#include "display/draw.h"

#define PICTURES_MOST 32
#define PICTURES_LOOK_MS 15000

struct pictures;

/* NULL: out of memory. A folder that is not there has no pictures. */
struct pictures *pictures_new(const char *folder);
void pictures_free(struct pictures *pictures);

/* How many there are to show; looks at the folder when it is time to. pictures
 * may be NULL: none. */
size_t pictures_count(struct pictures *pictures, int64_t now_ms);

/*
 * The index-th as large as it fits into w by h, kept until another one is
 * asked for. NULL where it cannot be shown: then pictures_count() is less by
 * one.
 */
SDL_Surface *pictures_get(struct pictures *pictures, size_t index, int w, int h,
			  draw_colour ground);

#endif
