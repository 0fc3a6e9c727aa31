/* SPDX-License-Identifier: MIT */
#include "printer/slip_qr.h"

#include <errno.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "printer/bitmap.h"

/* ISO/IEC 18004 asks for four modules of white around the symbol. */
#define QUIET 4

/* Less than 3 dots a module (0.38 mm) is what telephones fail at. */
#define LEAST_MODULE 3
#define MOST_MODULE 8

static void put_filled(FILE *to, const char *content,
		       const struct slip_qr_names *names)
{
	const struct {
		const char *name, *value;
	} fills[] = {
	    {"{ticket}", names->ticket},
	    {"{kiosk}", names->kiosk},
	    {"{service}", names->service},
	};

	while (*content) {
		size_t skip = 0;

		for (size_t i = 0; i < sizeof(fills) / sizeof(*fills); i++) {
			size_t n = strlen(fills[i].name);
			if (strncmp(content, fills[i].name, n) != 0)
				continue;
			fputs(fills[i].value ? fills[i].value : "", to);
			skip = n;
		}
		if (skip == 0)
			putc(*content, to);
		content += skip ? skip : 1;
	}
}

/* malloc()ed, or NULL. */
static char *fill(const char *content, const struct slip_qr_names *names)
{
	char *text = NULL;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	if (!to)
		return NULL;
	put_filled(to, strcmp(content, "ticket") == 0 ? "{ticket}" : content,
		   names);
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	return text;
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
