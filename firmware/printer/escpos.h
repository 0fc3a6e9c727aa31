/* SPDX-License-Identifier: MIT */
/*
 * A bitmap as ESC/POS bytes: ESC @, the picture in bands by GS v 0 (at most
 * ESCPOS_BAND_ROWS rows each, at half the resolution where nothing is lost by
 * it; escpos_bands.h says where it is cut), blank rows fed by ESC J instead of
 * sent, then a feed and a partial cut. Pure.
 * Source: Epson ESC/POS Command Reference, "GS v 0", "ESC J", "GS V", "GS r",
 * "GS a", "ESC p"; "ESC B" is of the printers that Epson did not build.
 */
#ifndef KIOSK_ESCPOS_H
#define KIOSK_ESCPOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "printer/slip.h"

#define ESCPOS_BAND_ROWS 128

/* A command without its data: that of a picture is the longest. */
#define ESCPOS_HEAD 8

/* GS a: tell of going offline, of errors and of the paper. */
#define ESCPOS_TELL 0x0e

struct escpos_options {
	bool cut;
	/*
	 * Leaves out what is white on both sides of a band, and has the printer
	 * centre the rest (ESC a).
	 */
	bool crop;
	/*
	 * Asks behind each band whether it has been carried out (GS r). The
	 * bands and not the slip, since a printer that lost bytes of a band
	 * takes what follows for the rest of it, and so swallows the question.
	 */
	bool confirm;
	int dpi; /* 180 or 203: what a dot is */
	bool buzzer, drawer;
	bool tell; /* has it tell of faults by itself (GS a) */
};

struct escpos_slip {
	uint8_t *bytes; /* malloc()ed */
	size_t length;
	unsigned in_turn; /* the questions in it: so many answers will come */
};

/* 0, -EINVAL, -ENOMEM. */
int escpos_encode(const struct bitmap *bitmap,
		  const struct escpos_options *options, struct escpos_slip *out)
    __attribute__((warn_unused_result));
void escpos_free(struct escpos_slip *slip);

/*
 * For a printer that may be in the middle of a picture width_dots wide: what
 * fills up the picture, forgets what is not printed, and cuts off the scrap.
 */
int escpos_recovery(int width_dots, bool cut, struct escpos_slip *out)
    __attribute__((warn_unused_result));

#endif
