/* SPDX-License-Identifier: MIT */
/*
 * A sheet for whoever installs a printer: how wide it prints (a ruler in dots
 * and millimetres, a frame at both edges), how dark (greys, thin lines), and
 * both languages with all their letters.
 */
#ifndef KIOSK_PRINTER_TEST_SHEET_H
#define KIOSK_PRINTER_TEST_SHEET_H

#include "printer/slip.h"

/* -EINVAL for a form out of bounds, -ENOMEM, -EIO. */
int test_sheet_draw(struct slip_fonts *fonts, const struct slip_form *form,
		    struct bitmap *out) __attribute__((warn_unused_result));

#endif
