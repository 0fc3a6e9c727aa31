/* SPDX-License-Identifier: MIT */
/* A slip from its words to the printer's bytes. */
#include "printer/slip.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "bench.h"
#include "printer/escpos.h"
#include "stats.h"
#include "table.h"

#define WIDTH_DOTS 576

struct cost {
	struct samples encode, whole, core, bytes;
};

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
		   struct cost *later)
{
	double floor_ms = samples_at(&later->encode, 0.5);

	table_add(&(struct figure){.what = "slip: opening the fonts",
				   .unit = "ms",
				   .measured = samples_at(opening, 0.5)});
	table_add(&(struct figure){
	    .what = "slip: laid out, drawn, encoded, the first",
	    .unit = "ms",
	    .measured = samples_at(&first->whole, 0.5),
	    .floor = floor_ms,
	    .kind = AIM_MOST,
	    .aim = 10,
	});
	table_add(&(struct figure){.what = "  of it on a core",
				   .unit = "ms",
				   .measured = samples_at(&first->core, 0.5)});
	table_add(&(struct figure){
	    .what = "  later ones, p50 (floor: the encoding alone)",
	    .unit = "ms",
	    .measured = samples_at(&later->whole, 0.5),
	    .floor = floor_ms,
	    .kind = AIM_MOST,
	    .aim = 10,
	});
	table_add(&(struct figure){.what = "  later ones, p99",
				   .unit = "ms",
				   .measured = samples_at(&later->whole, 0.99),
				   .kind = AIM_MOST,
				   .aim = 10});
	table_add(&(struct figure){.what = "  of it on a core, p99",
				   .unit = "ms",
				   .measured = samples_at(&later->core, 0.99)});
	table_add(&(struct figure){.what = "  bytes, the longest",
				   .unit = "kB",
				   .measured = samples_at(&later->bytes, 1),
				   .kind = AIM_MOST,
				   .aim = 60});
}

void bench_slip(const struct bench *bench)
{
	size_t openings = bench_count(bench, 10, 3);
	struct samples opening = {0};
	struct cost first = {0}, later = {0};

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
	report(&opening, &first, &later);
	samples_free(&opening);
	free_cost(&first);
	free_cost(&later);
}
