/* SPDX-License-Identifier: MIT */
/*
 * A slip, laid out and drawn to 1 bit a dot with FreeType and HarfBuzz.
 * Text may be NFC or NFD; both come out alike.
 */
#ifndef KIOSK_SLIP_H
#define KIOSK_SLIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/config.h"
#include "base/ticket.h"

/* bits: 1 is black; the leftmost dot is the high bit; rows stride apart. */
struct bitmap {
	int width, height;
	size_t stride; /* bytes */
	uint8_t *bits; /* malloc()ed */
};
void bitmap_free(struct bitmap *bitmap);

struct slip {
	const struct text *office;
	const struct text *service;
	const char *code; /* "A025" */
	enum ticket_class class;
	uint32_t ahead;
	int64_t issued_at_ms;           /* shown in the process's time zone */
	const enum language *languages; /* the first is set larger */
	size_t n_languages;
	bool copy; /* printed before, or half of it: marked so */
};

struct slip_fonts;

/*
 * family: a family that fontconfig knows ("Noto Sans") or a path to a font
 * file. Where it is not to be had, what fontconfig offers instead is taken and
 * *substitute (may be NULL) tells its name (malloc()ed, or NULL). -ENOENT: no
 * usable font at all. -ENOMEM.
 */
int slip_fonts_open(const char *family, struct slip_fonts **out,
		    char **substitute) __attribute__((warn_unused_result));
void slip_fonts_close(struct slip_fonts *fonts);

/*
 * Draws the slip, width_dots wide (a multiple of 8, 256..832), as high as it
 * needs. Long names wrap; nothing is clipped. 0, -EINVAL, -ENOMEM.
 */
int slip_draw(struct slip_fonts *fonts, const struct slip *slip, int width_dots,
	      struct bitmap *out) __attribute__((warn_unused_result));

#endif
