/* SPDX-License-Identifier: MIT */
#include "printer/test_sheet.h"

#include <errno.h>
#include <stdio.h>

#include "printer/bitmap.h"
#include "printer/typeset.h"

#define TEXT_EM 32
#define SMALL_EM 24
#define GREY_ROWS 40

struct sheet {
	struct slip_fonts *fonts;
	const struct slip_form *form;
	struct bitmap *bitmap;
	int y;
};

static int need_rows(struct sheet *sheet, int rows)
{
	if (sheet->y + rows <= sheet->bitmap->height)
		return 0;
	return bitmap_set_height(sheet->bitmap, sheet->y + rows + 256);
}

static int put_text(struct sheet *sheet, const char *text, int em, bool bold)
{
	const struct font_style style = {bold ? FONT_BOLD : FONT_REGULAR, em,
					 em};
	const int margin = 16;
	int width = sheet->form->width_dots - 2 * margin;
	struct typeset typeset;
	int status = typeset_new(sheet->fonts, style, text, width, &typeset);

	if (status != 0)
		return status;
	status = need_rows(sheet, typeset_height(&typeset));
	if (status == 0)
		status =
		    typeset_draw(sheet->fonts, &typeset, sheet->bitmap, margin,
				 sheet->y, width, CONFIG_ALIGN_LEFT, false);
	sheet->y += typeset_height(&typeset);
	typeset_free(&typeset);
	return status;
}

/* A line from the first dot to the last, with a tick every ten dots. */
static int put_ruler(struct sheet *sheet)
{
	int width = sheet->form->width_dots;
	int status = need_rows(sheet, 40);

	if (status != 0)
		return status;
	for (int x = 0; x < width; x += 10)
		bitmap_fill(sheet->bitmap, x, sheet->y, x % 100 ? 1 : 3,
			    x % 100 ? (x % 50 ? 12 : 20) : 32);
	/* Both ends: where one is missing, width_dots is too large. */
	bitmap_fill(sheet->bitmap, 0, sheet->y, 4, 40);
	bitmap_fill(sheet->bitmap, width - 4, sheet->y, 4, 40);
	bitmap_fill(sheet->bitmap, 0, sheet->y, width, 2);
	sheet->y += 48;
	return 0;
}

/* Every n-th dot black, in turn: 1 of 8 to all. */
static int put_greys(struct sheet *sheet)
{
	static const int of_eight[] = {1, 2, 4, 6, 8};
	const int n = (int)(sizeof(of_eight) / sizeof(*of_eight));
	int width = sheet->form->width_dots / n;
	int status = need_rows(sheet, GREY_ROWS);

	if (status != 0)
		return status;
	for (int i = 0; i < n; i++)
		for (int y = 0; y < GREY_ROWS; y++)
			for (int x = 0; x < width - 8; x++)
				if ((x * 3 + y * 5) % 8 < of_eight[i])
					bitmap_fill(sheet->bitmap,
						    i * width + x, sheet->y + y,
						    1, 1);
	sheet->y += GREY_ROWS + 12;
	return 0;
}

/* Lines of one, two and three dots, down and across. */
static int put_lines(struct sheet *sheet)
{
	int status = need_rows(sheet, 60);

	if (status != 0)
		return status;
	for (int thick = 1; thick <= 3; thick++)
		for (int i = 0; i < 8; i++) {
			bitmap_fill(sheet->bitmap, (thick - 1) * 80 + i * 8,
				    sheet->y, thick, 48);
			bitmap_fill(sheet->bitmap, 256,
				    sheet->y + (thick - 1) * 16 + i % 2 * 8,
				    sheet->form->width_dots - 256, thick);
		}
	sheet->y += 60;
	return 0;
}

static int put_sheet(struct sheet *sheet)
{
	const struct slip_form *form = sheet->form;
	char text[200];
	int status;

	status = put_text(sheet, "In thử / Printer test", 44, true);
	(void)snprintf(text, sizeof(text),
		       "%d chấm, %d dpi: %d mm. Hai đầu thước phải thấy đủ. / "
		       "%d dots: both ends of the ruler must be there.",
		       form->width_dots, form->dpi,
		       form->width_dots * 254 / form->dpi / 10,
		       form->width_dots);
	if (status == 0)
		status = put_text(sheet, text, SMALL_EM, false);
	if (status == 0)
		status = put_ruler(sheet);
	if (status == 0)
		status = put_text(sheet,
				  "Độ đậm: 1/8, 2/8, 4/8, 6/8, đen. / Density.",
				  SMALL_EM, false);
	if (status == 0)
		status = put_greys(sheet);
	if (status == 0)
		status = put_lines(sheet);
	if (status == 0)
		status = put_text(sheet,
				  "àáảãạ ăằắẳẵặ âầấẩẫậ đ èéẻẽẹ êềếểễệ ìíỉĩị "
				  "òóỏõọ ôồốổỗộ "
				  "ơờớởỡợ ùúủũụ ưừứửữự ỳýỷỹỵ",
				  TEXT_EM, false);
	if (status == 0)
		status = put_text(sheet,
				  "ÀÁẢÃẠ ĂẰẮẲẴẶ ÂẦẤẨẪẬ Đ ÈÉẺẼẸ ÊỀẾỂỄỆ ÌÍỈĨỊ "
				  "ÒÓỎÕỌ ÔỒỐỔỖỘ "
				  "ƠỜỚỞỠỢ ÙÚỦŨỤ ƯỪỨỬỮỰ ỲÝỶỸỴ",
				  TEXT_EM, true);
	if (status == 0)
		status =
		    put_text(sheet,
			     "Vui lòng giữ phiếu và chờ gọi số. Please keep "
			     "this slip and wait for your number.",
			     TEXT_EM, false);
	return status;
}

int test_sheet_draw(struct slip_fonts *fonts, const struct slip_form *form,
		    struct bitmap *out)
{
	struct sheet sheet = {fonts, form, out, 8};

	*out = (struct bitmap){0};
	if (form->width_dots % 8 || form->width_dots < 256 ||
	    form->width_dots > 832 || form->dpi < 100 || form->dpi > 300)
		return -EINVAL;
	int status = bitmap_new(out, form->width_dots, 1024);
	if (status == 0)
		status = put_sheet(&sheet);
	if (status == 0)
		status = bitmap_set_height(out, sheet.y + 8);
	if (status != 0)
		bitmap_free(out);
	return status;
}
