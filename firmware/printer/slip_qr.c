/* SPDX-License-Identifier: MIT */
#include "printer/slip_qr.h"

#include <errno.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "base/fill.h"
#include "printer/bitmap.h"

/* ISO/IEC 18004 asks for four modules of white around the symbol. */
#define QUIET 4

/* Less than 3 dots a module (0.38 mm) is what telephones fail at. */
#define LEAST_MODULE 3
#define MOST_MODULE 8

/* malloc()ed, or NULL. */
static char *fill(const char *content, const struct slip_qr_names *names)
{
	const struct fill fills[] = {
	    {"{ticket}", names->ticket},
	    {"{kiosk}", names->kiosk},
	    {"{service}", names->service},
	    {"{token}", names->token},
	};

	return fill_in(strcmp(content, "ticket") == 0 ? "{ticket}" : content,
		       fills, sizeof(fills) / sizeof(*fills));
}

static int draw_symbol(const QRcode *code, int dots, int width,
		       struct bitmap *out)
{
	int side = code->width + 2 * QUIET;
	int module = dots / side;

	if (module < LEAST_MODULE)
		module = LEAST_MODULE;
	if (module > MOST_MODULE)
		module = MOST_MODULE;
	/* An even one is sent in a quarter of the bytes: see escpos.c. */
	if (module % 2 && side * (module + 1) <= width)
		module++;
	if (side * module > width)
		return -EINVAL;
	int status = bitmap_new(out, side * module, side * module);
	if (status != 0)
		return status;
	for (int y = 0; y < code->width; y++)
		for (int x = 0; x < code->width; x++)
			if (code->data[y * code->width + x] & 1)
				bitmap_fill(out, (x + QUIET) * module,
					    (y + QUIET) * module, module,
					    module);
	return 0;
}

int slip_qr_draw(const char *content, const struct slip_qr_names *names,
		 int dots, int width, struct bitmap *out)
{
	*out = (struct bitmap){0};
	if (!content || strcmp(content, "none") == 0)
		return -ENODATA;
	char *text = fill(content, names);
	if (!text)
		return -ENOMEM;
	/* M: a fold or a thumb over one corner does no harm. */
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	int status = code ? 0 : errno == ENOMEM ? -ENOMEM : -EINVAL;
	free(text);
	if (status == 0)
		status = draw_symbol(code, dots, width, out);
	QRcode_free(code);
	return status;
}
