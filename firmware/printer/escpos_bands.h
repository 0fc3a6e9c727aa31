/* SPDX-License-Identifier: MIT */
/*
 * Where a picture is cut into bands for GS v 0, so that few bytes say it all
 * and cheap heads show no seam. Pure.
 *
 * A band is sent as wide as its widest row, white sides left out where the
 * printer centres what it gets, and in squares of two by two dots where it is
 * made of them. So it pays to part the marks over a line of text, and the tails
 * below it, from the letters between. But the paper may stop between two bands,
 * which can show as a line in whatever is black on both sides of the cut: each
 * such dot counts as bytes.
 */
#ifndef KIOSK_ESCPOS_BANDS_H
#define KIOSK_ESCPOS_BANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "printer/slip.h"

/* Rows that are white from there on, or else a band of them. */
struct escpos_band {
	int first, rows;
	bool white;   /* to be fed, not sent */
	bool doubled; /* of squares of two by two dots: a quarter says all */
	size_t side;  /* bytes of the row left out on either side */
};

struct escpos_bands {
	struct escpos_band *bands; /* malloc()ed; all rows, from the top */
	size_t n;
};

/* crop: leave out white sides. The bitmap is as escpos_encode() wants it. 0,
 * -ENOMEM. */
int escpos_bands_cut(const struct bitmap *bitmap, bool crop,
		     struct escpos_bands *out)
    __attribute__((warn_unused_result));
void escpos_bands_free(struct escpos_bands *bands);

#endif
