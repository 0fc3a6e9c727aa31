/* SPDX-License-Identifier: MIT */
/*
 * A slip from its words to the printer's bytes, beside FreeType alone: the same
 * glyphs in the same sizes, loaded and rendered, with nothing kept.
 */
#include "printer/slip.h"

#include <ft2build.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include FT_FREETYPE_H

#include "base/clock.h"
#include "base/utf8.h"
#include "bench.h"
#include "printer/escpos.h"
#include "printer/fonts_find.h"
#include "proc.h"
#include "stats.h"
#include "table.h"

#define WIDTH_DOTS 576
#define SLIPS 10000 /* after which nothing may have grown */

struct cost {
	struct samples encode, whole, core, bytes;
};

/* FreeType alone, in ms. */
struct bare {
	struct samples whole, core;
};

/* What make() below puts on a slip, with the sizes of the built-in form. */
static const struct {
	int em;
	bool bold;
	const char *text;
} glyphs[] = {
    {32, false, "Bộ phận Một cửa xã Tân Trụ"},
    {26, false, "One-stop office, Tân Trụ commune"},
    {52, true, "Đăng ký kinh doanh"},
    {32, false, "Business registration"},
    {114, true, "D025"},
    {44, true, "Số người chờ trước: 8"},
    {28, false, "People waiting before you: 8"},
    {40, false, "Dự kiến chờ: 10–15 phút"},
    {26, false, "Expected wait: 10–15 min"},
    {36, false, "08:15, Thứ Ba 24/11/2026"},
    {36, false, "Buổi sáng"},
    {36, false, "Vui lòng giữ phiếu và chờ gọi số"},
    {26, false, "Please keep this slip and wait for your number"},
};

static void render(FT_Face face, const char *text)
{
	uint32_t letter;

	while ((letter = utf8_next(&text)) != 0)
		if (FT_Load_Char(face, letter,
				 FT_LOAD_RENDER | FT_LOAD_TARGET_MONO) != 0)
			die("FreeType does not render \"%s\"", text);
}

static void render_all(FT_Face regular, FT_Face bold, struct bare *bare)
{
	double begin = now_us(), core = cpu_us();

	for (size_t i = 0; i < sizeof(glyphs) / sizeof(*glyphs); i++) {
		FT_Face face = glyphs[i].bold ? bold : regular;

		if (FT_Set_Pixel_Sizes(face, 0, (FT_UInt)glyphs[i].em) != 0)
			die("FreeType does not take a size");
		render(face, glyphs[i].text);
	}
	samples_add(&bare->core, (cpu_us() - core) / 1e3);
	samples_add(&bare->whole, (now_us() - begin) / 1e3);
}

/* Rendering the slip's glyphs and no more. */
static void measure_bare(size_t times, struct bare *bare)
{
	struct font_file regular, bold;
	FT_Library library;
	FT_Face faces[2];
	char *substitute = NULL;

	if (fonts_find("Noto Sans", &regular, &bold, &substitute) != 0 ||
	    FT_Init_FreeType(&library) != 0 ||
	    FT_New_Face(library, regular.path, regular.index, &faces[0]) != 0 ||
	    FT_New_Face(library, bold.path, bold.index, &faces[1]) != 0)
		die("no font for slips: install fonts-noto-core");
	for (size_t i = 0; i < times; i++)
		render_all(faces[0], faces[1], bare);
	FT_Done_FreeType(library);
	free(substitute);
	free(regular.path);
	free(bold.path);
}

static void make(struct slip_fonts *fonts, unsigned number, struct cost *cost)
{
	static const struct text office =
	    {.vi = (char *)"Bộ phận Một cửa xã Tân Trụ",
	     .en = (char *)"One-stop office, Tân Trụ commune"};
	static const struct text service =
	    {.vi = (char *)"Đăng ký kinh doanh",
	     .en = (char *)"Business registration"};
	static const enum language languages[] = {LANGUAGE_VI, LANGUAGE_EN};
	char code[TICKET_CODE_SIZE];
	struct slip slip = {
	    .office = &office,
	    .service = &service,
	    .code = code,
	    .class = TICKET_NORMAL,
	    .ahead = number / 3,
	    .issued_at_ms = clock_wall_ms(),
	    .languages = languages,
	    .n_languages = 2,
	    .wait_low_s = 600,
	    .wait_high_s = 900,
	};
	struct bitmap bitmap;
	double begin, drawn, end, core;
	const struct escpos_options options = {.cut = true,
					       .confirm = true,
					       .crop = true,
					       .dpi = 203};
	const struct slip_form form =
	    {.width_dots = WIDTH_DOTS,
	     .dpi = 203,
	     .qr = "https://motcua.tayninh.gov.vn/p/{ticket}"};
	struct escpos_slip encoded;

	ticket_code(code, "D", number);
	core = cpu_us();
	begin = now_us();
	if (slip_draw(fonts, &slip, &form, &bitmap) != 0)
		die("a slip cannot be drawn");
	drawn = now_us();
	if (escpos_encode(&bitmap, &options, &encoded) != 0)
		die("a slip cannot be encoded");
	end = now_us();
	samples_add(&cost->core, (cpu_us() - core) / 1e3);
	samples_add(&cost->encode, (end - drawn) / 1e3);
	samples_add(&cost->whole, (end - begin) / 1e3);
	samples_add(&cost->bytes, (double)encoded.length / 1e3);
	escpos_free(&encoded);
	bitmap_free(&bitmap);
}

static void free_cost(struct cost *cost)
{
	samples_free(&cost->core);
	samples_free(&cost->encode);
	samples_free(&cost->whole);
	samples_free(&cost->bytes);
}

static void report(struct samples *opening, struct cost *first,
		   struct cost *later, struct bare *bare)
{
	double bare_ms = samples_at(&bare->whole, 0.5);

	table_add(&(struct figure){.what = "slip: opening the fonts",
				   .unit = "ms",
				   .measured = samples_at(opening, 0.5)});
	table_add(&(struct figure){
	    .what = "slip: laid out, drawn, encoded, the first",
	    .unit = "ms",
	    .measured = samples_at(&first->whole, 0.5),
	    .floor = bare_ms,
	    .kind = AIM_MOST,
	    .aim = 12,
	});
	table_add(&(struct figure){
	    .what = "  of it on a core",
	    .unit = "ms",
	    .measured = samples_at(&first->core, 0.5),
	    .floor = samples_at(&bare->core, 0.5),
	    .kind = AIM_MOST,
	    .aim = 12,
	});
	table_add(&(struct figure){
	    .what = "  later ones, p50 (floor: FreeType alone)",
	    .unit = "ms",
	    .measured = samples_at(&later->whole, 0.5),
	    .floor = bare_ms,
	    .kind = AIM_MOST,
	    .aim = 3,
	});
	table_add(
	    &(struct figure){.what = "  of it the encoding, p50",
			     .unit = "ms",
			     .measured = samples_at(&later->encode, 0.5)});
	table_add(&(struct figure){.what = "  of it on a core, p99",
				   .unit = "ms",
				   .measured = samples_at(&later->core, 0.99)});
	table_add(&(struct figure){.what = "  bytes, with a QR code, median",
				   .unit = "kB",
				   .measured = samples_at(&later->bytes, 0.5),
				   .kind = AIM_MOST,
				   .aim = 25});
	table_add(&(struct figure){.what = "  bytes, the longest",
				   .unit = "kB",
				   .measured = samples_at(&later->bytes, 1)});
}

/* Codes of all lengths, and numbers of people: more than is kept at once. */
static void grow(const struct bench *bench)
{
	size_t slips = bench_count(bench, SLIPS, SLIPS / 20);
	struct cost cost = {0};
	struct slip_fonts *fonts;
	char what[60];
	long before;

	if (slip_fonts_open("Noto Sans", &fonts, NULL) != 0)
		die("no font for slips: install fonts-noto-core");
	for (size_t i = 0; i < slips / 10; i++)
		make(fonts, (unsigned)(i * 11 % 2000 + 1), &cost);
	free_cost(&cost);
	before = proc_status(getpid(), "VmRSS");
	for (size_t i = 0; i < slips; i++) {
		cost = (struct cost){0};
		make(fonts, (unsigned)(i * 7 % 2000 + 1), &cost);
		free_cost(&cost);
	}
	snprintf(what, sizeof(what), "  resident growth by %zu slips", slips);
	table_add(&(struct figure){
	    .what = what,
	    .unit = "kB",
	    .measured = (double)(proc_status(getpid(), "VmRSS") - before),
	    .kind = AIM_MOST,
	    .aim = 64,
	});
	slip_fonts_close(fonts);
}

void bench_slip(const struct bench *bench)
{
	size_t openings = bench_count(bench, 10, 3);
	struct samples opening = {0};
	struct cost first = {0}, later = {0};
	struct bare bare = {0};

	for (size_t i = 0; i < openings; i++) {
		struct slip_fonts *fonts;
		double begin = now_us();

		if (slip_fonts_open("Noto Sans", &fonts, NULL) != 0)
			die("no font for slips: install fonts-noto-core");
		samples_add(&opening, (now_us() - begin) / 1e3);
		make(fonts, 25, &first);
		for (unsigned n = 26; n < 126; n++)
			make(fonts, n, &later);
		slip_fonts_close(fonts);
	}
	measure_bare(5 * openings, &bare);
	report(&opening, &first, &later, &bare);
	samples_free(&bare.whole);
	samples_free(&bare.core);
	samples_free(&opening);
	free_cost(&first);
	free_cost(&later);
	grow(bench);
}
