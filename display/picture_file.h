/* SPDX-License-Identifier: MIT */
/* Pictures from files: PNG by libpng, JPEG by libjpeg-turbo. */
#ifndef KIOSK_PICTURE_FILE_H
#define KIOSK_PICTURE_FILE_H

#include <SDL.h>
#include <stdbool.h>

#include "display/draw.h"

#define PICTURE_WHY_SIZE 200

/* Whether the name ends as a picture's does: .png, .jpg, .jpeg. */
bool picture_file_named(const char *name);

/*
 * The picture as large as it fits into w by h, on ground where it lets that
 * through; the caller's to SDL_FreeSurface(). A JPEG is turned as its camera
 * says. Any bytes will do: -EINVAL with *why filled in for those that are no
 * picture, or one of more than 9 megapixels (a JPEG: 64); the errno of
 * opening it; -ENOMEM.
 */
int picture_file_load(const char *path, int w, int h, draw_colour ground,
		      SDL_Surface **out, char why[PICTURE_WHY_SIZE])
    __attribute__((warn_unused_result));

#endif
