/* SPDX-License-Identifier: MIT */
/*
 * Pictures against references, with a tolerance: another version of a font or
 * of FreeType moves edges by a pixel, a wrong word moves far more. Both are
 * averaged over blocks of 8 by 8 pixels and those are compared.
 */
#ifndef KIOSK_TESTS_PICTURE_H
#define KIOSK_TESTS_PICTURE_H

#include <SDL.h>

/*
 * The share, in thousandths, of blocks that differ clearly from the reference
 * at path; 1000 where it cannot be read or is of another size.
 */
int picture_difference(SDL_Surface *surface, const char *path);

/*
 * Fails the test where the difference from tests/unit/display/ref/NAME.png is
 * more than 5 thousandths, and leaves the picture as
 * build/failed-NAME.png. With KIOSK_WRITE_REFERENCES set, writes the reference
 * instead: look at it before you commit it.
 */
void picture_matches(SDL_Surface *surface, const char *name);

#endif
