/* SPDX-License-Identifier: MIT */
/*
 * Pictures against references, with a tolerance: another version of a font or
 * of FreeType moves edges by a pixel, a wrong word moves far more. A reference
 * holds the averages of blocks of 8 by 8 pixels (16 by 16 of a picture that is
 * larger than 2000), as a small picture; those are compared.
 */
#ifndef KIOSK_TESTS_PICTURE_H
#define KIOSK_TESTS_PICTURE_H

#include <SDL.h>

/*
 * The share, in thousandths, of blocks that differ clearly from the reference
 * at path, which may also be a whole picture; 1000 where it cannot be read or
 * is of another size.
 */
int picture_difference(const SDL_Surface *surface, const char *path);

/*
 * Fails the test where the difference from tests/unit/display/ref/NAME.png is
 * more than 5 thousandths, and leaves the picture as
 * build/failed-NAME.png. With KIOSK_WRITE_REFERENCES set, writes the reference
 * instead, and the whole picture as build/pictures/NAME.png: look at that
 * before you commit.
 */
void picture_matches(SDL_Surface *surface, const char *name);

#endif
