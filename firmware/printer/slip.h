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
	/* The expected wait, as it was told; high 0: not known. */
	uint32_t wait_low_s, wait_high_s;
	bool last_call; /* it may not be served before reception ends */
	/* For a QR code that names them. */
	const char *kiosk, *service_id;
	const char *token; /* the ticket's, see base/ticket_token.h; or NULL */
};

/* What slips look like on this printer. */
struct slip_form {
	int width_dots;                       /* a multiple of 8, 256..832 */
	int dpi;                              /* 180 or 203 */
	const char *qr;                       /* as in config_printer */
	const struct config_slip_line *lines; /* NULL: what is built in */
	size_t n_lines;
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
 * Draws the slip, as high as it needs. Long names wrap; nothing is clipped. 0,
 * -EINVAL (a form or languages out of bounds; a QR code that would not fit on
 * the paper), -ENOMEM.
 */
int slip_draw(struct slip_fonts *fonts, const struct slip *slip,
	      const struct slip_form *form, struct bitmap *out)
    __attribute__((warn_unused_result));

#endif
