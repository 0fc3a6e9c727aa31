/* SPDX-License-Identifier: MIT */
/*
 * A bitmap as ESC/POS bytes: ESC @, the picture in bands by GS v 0 (at most
 * ESCPOS_BAND_ROWS rows each), blank rows fed by ESC J instead of sent, then a
 * feed and a partial cut. Pure.
 * Source: Epson ESC/POS Command Reference, "GS v 0", "ESC J", "GS V".
 */
#ifndef KIOSK_ESCPOS_H
#define KIOSK_ESCPOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "printer/slip.h"

#define ESCPOS_BAND_ROWS 128

/* *bytes is malloc()ed. 0, -EINVAL, -ENOMEM. */
int escpos_encode(const struct bitmap *bitmap, bool cut, uint8_t **bytes,
		  size_t *length) __attribute__((warn_unused_result));

#endif
