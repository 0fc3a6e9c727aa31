/* SPDX-License-Identifier: MIT */
/*
 * With KIOSK_UPDATE_PICTURES=1 in the environment this program writes the
 * reference pictures beside it and docs/images/slip.png anew, and tests them.
 */
#include "printer/slip.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/png.h"
#include "printer/bitmap.h"
#include "printer/escpos.h"

static struct text office = {"Bộ phận Một cửa xã Tân Trụ",
			     "Tân Trụ Commune One-Stop Office"};
static struct text land = {"Đất đai", "Land"};
static struct text long_office = {
    "Trung tâm Phục vụ hành chính công Ủy ban nhân dân thành phố Hồ Chí Minh – "
    "Chi nhánh số 12 phường Tân Thuận",
    "Public Administration Service Centre of the People's Committee of Ho Chi "
    "Minh City – Branch 12, Tân Thuận Ward"};
static struct text long_service =
    {"Đăng ký biện pháp bảo đảm bằng quyền sử dụng đất, tài sản gắn liền với "
     "đất",
     "Registration of security interests in land-use rights and assets"};
static const enum language both[] = {LANGUAGE_VI, LANGUAGE_EN};
static const enum language english_first[] = {LANGUAGE_EN, LANGUAGE_VI};

static const struct slip plain = {
    .office = &office,
    .service = &land,
    .code = "A025",
    .class = TICKET_NORMAL,
    .ahead = 7,
    .issued_at_ms = 1795482900000, /* 08:15, Tuesday 24/11/2026 */
    .languages = both,
    .n_languages = 2,
};

static int open_fonts(void **state)
{
	struct slip_fonts *fonts;

	if (setenv("TZ", "Asia/Ho_Chi_Minh", 1) != 0)
		return -1;
	tzset();
	int status = slip_fonts_open("Noto Sans", &fonts, NULL);
	*state = status == 0 ? fonts : NULL;
	return status;
}

static int close_fonts(void **state)
{
	slip_fonts_close(*state);
	return 0;
}

static struct bitmap draw(void **state, const struct slip *slip, int width)
{
	struct bitmap bitmap;

	const struct slip_form form = {.width_dots = width, .dpi = 203};

	assert_int_equal(slip_draw(*state, slip, &form, &bitmap), 0);
	assert_int_equal(bitmap.width, width);
	return bitmap;
}

static int ink_in_row(const struct bitmap *bitmap, int y)
{
	int n = 0;

	for (int x = 0; x < bitmap->width; x++)
		n += bitmap_dot(bitmap, x, y);
	return n;
}

/* The height of the highest thing on the slip with no white row in it. */
static int highest_run(const struct bitmap *bitmap, int *first)
{
	int best = 0, run = 0;

	for (int y = 0; y < bitmap->height; y++) {
		run = ink_in_row(bitmap, y) ? run + 1 : 0;
		if (run > best) {
			best = run;
			*first = y - run + 1;
		}
	}
	return best;
}

static bool same(const struct bitmap *a, const struct bitmap *b)
{
	return a->width == b->width && a->height == b->height &&
	       memcmp(a->bits, b->bits, (size_t)a->height * a->stride) == 0;
}

static void the_digits_are_20_mm_high_on_80_mm_paper(void **state)
{
	static const char *const codes[] = {"A025", "A1000", "W999", "Q100"};

	for (size_t i = 0; i < 4; i++) {
		struct slip slip = plain;
		int first = 0;
		slip.code = codes[i];
		struct bitmap bitmap = draw(state, &slip, 576);
		int height = highest_run(&bitmap, &first);
		if (height < 160 || height > 210)
			fail_msg("%s: %d dots", codes[i], height);
		assert_in_range(first, 150, 350);
		bitmap_free(&bitmap);
	}
}

static void
a_code_on_58_mm_paper_is_as_high_where_its_width_allows(void **state)
{
	static const struct {
		const char *code;
		int least, most;
	} rows[] = {
	    /* The longest would be hardly legible if it were only condensed. */
	    {"A025", 160, 180},
	    {"A1000", 120, 150},
	    {"ABC1000", 80, 110},
	};

	for (size_t i = 0; i < 3; i++) {
		struct slip slip = plain;
		int first;
		slip.code = rows[i].code;
		struct bitmap bitmap = draw(state, &slip, 384);
		int height = highest_run(&bitmap, &first);
		if (height < rows[i].least || height > rows[i].most)
			fail_msg("%s: %d dots", rows[i].code, height);
		bitmap_free(&bitmap);
	}
}

static void codes_of_one_length_are_one_size(void **state)
{
	struct slip slip = plain;
	struct bitmap narrow, wide;

	slip.code = "A111";
	narrow = draw(state, &slip, 384);
	slip.code = "A888";
	wide = draw(state, &slip, 384);
	assert_in_range(narrow.height, wide.height - 6, wide.height + 6);
	bitmap_free(&narrow);
	bitmap_free(&wide);
}

static void assert_white(const struct bitmap *bitmap, int x, int y, int width,
			 int height, const char *what)
{
	for (int r = y; r < y + height; r++)
		for (int c = x; c < x + width; c++)
			if (bitmap_dot(bitmap, c, r))
				fail_msg("%s: ink at %d,%d", what, c, r);
}

static void nothing_touches_the_borders(void **state)
{
	static const int widths[] = {256, 384, 576, 832};
	static const char *const codes[] = {"A025", "W999", "ABC99999"};

	for (size_t w = 0; w < 4; w++) {
		for (size_t c = 0; c < 3; c++) {
			struct slip slip = plain;
			slip.code = codes[c];
			slip.class = TICKET_PRIORITY;
			slip.office = c == 1 ? &long_office : &office;
			slip.service = c == 1 ? &long_service : &land;
			struct bitmap b = draw(state, &slip, widths[w]);
			assert_white(&b, 0, 0, 4, b.height, "left");
			assert_white(&b, b.width - 4, 0, 4, b.height, "right");
			assert_white(&b, 0, 0, b.width, 6, "top");
			assert_white(&b, 0, b.height - 6, b.width, 6, "bottom");
			bitmap_free(&b);
		}
	}
}

static void it_is_centred(void **state)
{
	struct bitmap bitmap = draw(state, &plain, 576);
	long sum = 0, n = 0;

	for (int y = 0; y < bitmap.height; y++)
		for (int x = 0; x < bitmap.width; x++)
			if (bitmap_dot(&bitmap, x, y)) {
				sum += x;
				n++;
			}
	assert_in_range(sum / n, 288 - 12, 288 + 12);
	bitmap_free(&bitmap);
}

static void composed_and_decomposed_names_come_out_alike(void **state)
{
	static struct text nfd_office =
	    {"Bo\u0323\u0302 pha\u0323\u0302n Mo\u0323\u0302t cu\u031b\u0309a "
	     "xa\u0303 Ta\u0302n Tru\u0323",
	     "Ta\u0302n Tru\u0323 Commune One-Stop Office"};
	static struct text nfd_land = {"Đa\u0302\u0301t đai", "Land"};
	static const int widths[] = {384, 576};

	for (size_t i = 0; i < 2; i++) {
		struct slip slip = plain;
		struct bitmap nfc = draw(state, &plain, widths[i]);
		slip.office = &nfd_office;
		slip.service = &nfd_land;
		struct bitmap nfd = draw(state, &slip, widths[i]);
		assert_true(same(&nfc, &nfd));
		bitmap_free(&nfc);
		bitmap_free(&nfd);
	}
}

static void the_same_slip_is_drawn_the_same_again(void **state)
{
	struct bitmap first = draw(state, &plain, 576);
	struct slip other = plain;

	other.office = &long_office;
	other.code = "XYZ1234";
	struct bitmap between = draw(state, &other, 384);
	struct bitmap again = draw(state, &plain, 576);
	assert_true(same(&first, &again));
	bitmap_free(&first);
	bitmap_free(&between);
	bitmap_free(&again);
}

/* A black bar: rows that are black over most of the width. */
static int bar_rows(const struct bitmap *bitmap)
{
	int n = 0;

	for (int y = 0; y < bitmap->height; y++)
		n += ink_in_row(bitmap, y) > bitmap->width * 6 / 10;
	return n;
}

static void priority_and_appointment_carry_a_black_bar(void **state)
{
	static const int widths[] = {384, 576};

	for (size_t i = 0; i < 2; i++) {
		struct slip slip = plain;
		struct bitmap normal = draw(state, &slip, widths[i]);
		slip.class = TICKET_PRIORITY;
		struct bitmap priority = draw(state, &slip, widths[i]);
		slip.class = TICKET_APPOINTMENT;
		struct bitmap appointment = draw(state, &slip, widths[i]);

		/* Two rules, and the code's widest rows. */
		int without = bar_rows(&normal);
		assert_true(bar_rows(&priority) >= without + 60);
		assert_true(bar_rows(&appointment) >= without + 60);
		assert_true(priority.height > normal.height + 80);
		assert_false(same(&priority, &appointment));
		bitmap_free(&normal);
		bitmap_free(&priority);
		bitmap_free(&appointment);
	}
}

static void each_field_shows(void **state)
{
	struct bitmap base = draw(state, &plain, 576);
	struct slip rows[6];
	static struct text other_office = {"Bộ phận Một cửa xã Tân Trù",
					   "Tân Trụ Commune One-Stop Office"};
	static struct text other_land = {"Đất đai", "Lang"};

	for (size_t i = 0; i < 6; i++)
		rows[i] = plain;
	rows[0].office = &other_office;
	rows[1].service = &other_land;
	rows[2].code = "A026";
	rows[3].ahead = 8;
	rows[4].issued_at_ms += 60000;
	rows[5].languages = english_first;
	for (size_t i = 0; i < 6; i++) {
		struct bitmap other = draw(state, &rows[i], 576);
		if (same(&base, &other))
			fail_msg("field %zu does not show", i);
		bitmap_free(&other);
	}
	bitmap_free(&base);
}

static void a_second_language_that_says_the_same_is_left_out(void **state)
{
	static struct text vietnamese_only = {"Đất đai", NULL};
	struct slip slip = plain;

	struct bitmap two = draw(state, &slip, 576);
	slip.service = &vietnamese_only;
	struct bitmap one = draw(state, &slip, 576);
	assert_in_range(two.height - one.height, 30, 60);
	slip.n_languages = 1;
	struct bitmap none = draw(state, &slip, 576);
	assert_true(none.height < one.height - 60);
	bitmap_free(&two);
	bitmap_free(&one);
	bitmap_free(&none);
}

static void long_names_make_the_slip_longer(void **state)
{
	static const int widths[] = {384, 576};

	for (size_t i = 0; i < 2; i++) {
		struct slip slip = plain;
		struct bitmap usual = draw(state, &slip, widths[i]);
		slip.office = &long_office;
		slip.service = &long_service;
		struct bitmap tall = draw(state, &slip, widths[i]);
		assert_in_range(tall.height - usual.height, 200, 1200);
		bitmap_free(&usual);
		bitmap_free(&tall);
	}
}

static void empty_names_leave_a_slip_all_the_same(void **state)
{
	static struct text empty = {"", ""};
	struct slip slip = plain;
	int first;

	slip.office = &empty;
	slip.service = &empty;
	struct bitmap bitmap = draw(state, &slip, 576);
	assert_true(highest_run(&bitmap, &first) >= 160);
	bitmap_free(&bitmap);
}

static void a_width_no_printer_has_is_refused(void **state)
{
	static const int widths[] = {0, -8, 248, 380, 577, 840, 1 << 30};
	struct slip_form form = {.dpi = 203};
	struct slip slip = plain;
	struct bitmap bitmap;

	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		form.width_dots = widths[i];
		assert_int_equal(slip_draw(*state, &plain, &form, &bitmap),
				 -EINVAL);
	}
	form.width_dots = 576;
	slip.n_languages = 0;
	assert_int_equal(slip_draw(*state, &slip, &form, &bitmap), -EINVAL);
	assert_null(bitmap.bits);
}

/* ---- the form ---- */

static struct bitmap draw_form(void **state, const struct slip *slip,
			       const struct config_slip_line *lines, size_t n,
			       const char *qr)
{
	const struct slip_form form = {.width_dots = 576,
				       .dpi = 203,
				       .qr = qr,
				       .lines = lines,
				       .n_lines = n};
	struct bitmap bitmap;

	assert_int_equal(slip_draw(*state, slip, &form, &bitmap), 0);
	return bitmap;
}

#define AS_BUILT_IN .size = -1, .second = -1, .space = -1, .bold = -1

static void a_form_of_the_built_in_lines_draws_the_built_in_slip(void **state)
{
	static const enum config_slip_field fields[] = {
	    CONFIG_SLIP_OFFICE,  CONFIG_SLIP_RULE,      CONFIG_SLIP_SERVICE,
	    CONFIG_SLIP_CODE,    CONFIG_SLIP_CLASS,     CONFIG_SLIP_AHEAD,
	    CONFIG_SLIP_WAIT,    CONFIG_SLIP_LAST_CALL, CONFIG_SLIP_TIME,
	    CONFIG_SLIP_SESSION, CONFIG_SLIP_QR,        CONFIG_SLIP_NOTICE,
	};
	struct config_slip_line lines[12];

	for (size_t i = 0; i < 12; i++)
		lines[i] =
		    (struct config_slip_line){.field = fields[i], AS_BUILT_IN};
	/* one line is another: the second rule, whose space is its own */
	struct bitmap form = draw_form(state, &plain, lines, 12, "ticket");
	struct bitmap built_in = draw_form(state, &plain, NULL, 0, "ticket");
	assert_true(form.height < built_in.height);
	for (int y = 0; y < 600; y++)
		for (int x = 0; x < 576; x++)
			if (bitmap_dot(&form, x, y) !=
			    bitmap_dot(&built_in, x, y))
				fail_msg("they differ at %d,%d", x, y);
	bitmap_free(&form);
	bitmap_free(&built_in);
}

/* The leftmost and the rightmost dot. */
static void ink_of(const struct bitmap *bitmap, int *left, int *right)
{
	*left = bitmap->width;
	*right = -1;
	for (int y = 0; y < bitmap->height; y++)
		for (int x = 0; x < bitmap->width; x++)
			if (bitmap_dot(bitmap, x, y)) {
				*left = x < *left ? x : *left;
				*right = x > *right ? x : *right;
			}
}

static void lines_stand_where_the_form_says(void **state)
{
	static struct text here = {"Hẹn gặp lại", "See you"};
	int left[3], right[3];

	for (int align = 0; align < 3; align++) {
		const struct config_slip_line line = {
		    .field = CONFIG_SLIP_TEXT,
		    .text = here,
		    .size = 40,
		    .second = 0,
		    .space = 0,
		    .bold = 1,
		    .align = (enum config_align)align,
		};
		struct bitmap bitmap = draw_form(state, &plain, &line, 1, NULL);
		ink_of(&bitmap, &left[align], &right[align]);
		bitmap_free(&bitmap);
	}
	assert_in_range(left[CONFIG_ALIGN_LEFT], 16, 22);
	assert_in_range(right[CONFIG_ALIGN_RIGHT], 553, 560);
	assert_true(abs(left[CONFIG_ALIGN_CENTER] - 16 -
			(560 - right[CONFIG_ALIGN_CENTER])) <= 8);
}

static void another_size_is_another_height(void **state)
{
	struct config_slip_line line = {.field = CONFIG_SLIP_SERVICE,
					.size = 40,
					.bold = -1};
	struct bitmap small = draw_form(state, &plain, &line, 1, NULL);
	line.size = 80;
	struct bitmap large = draw_form(state, &plain, &line, 1, NULL);
	assert_int_equal(large.height - small.height, 54);
	bitmap_free(&small);
	bitmap_free(&large);
}

static void at_180_dpi_the_code_is_as_high_in_millimetres(void **state)
{
	const struct slip_form form = {.width_dots = 512, .dpi = 180};
	struct bitmap bitmap;
	int first = 0;

	assert_int_equal(slip_draw(*state, &plain, &form, &bitmap), 0);
	/* 20 mm are 142 dots */
	assert_in_range(highest_run(&bitmap, &first), 142, 150);
	bitmap_free(&bitmap);
}

static void the_wait_is_shown_only_where_it_is_known(void **state)
{
	struct slip slip = plain;
	struct bitmap none = draw(state, &slip, 576);
	slip.wait_low_s = 600;
	slip.wait_high_s = 900;
	struct bitmap wait = draw(state, &slip, 576);
	slip.last_call = true;
	struct bitmap late = draw(state, &slip, 576);
	assert_true(wait.height > none.height + 50);
	assert_true(late.height > wait.height + 50);
	bitmap_free(&none);
	bitmap_free(&wait);
	bitmap_free(&late);
}

static void a_copy_is_marked_above_all_else(void **state)
{
	struct slip slip = plain;
	struct bitmap first = draw(state, &slip, 576);
	slip.copy = true;
	struct bitmap copy = draw(state, &slip, 576);
	int by = copy.height - first.height;
	assert_true(by > 80);
	/* a black bar, and the same slip below it */
	assert_true(ink_in_row(&copy, 12) > 500);
	for (int y = by + 8; y < copy.height; y++)
		assert_int_equal(ink_in_row(&copy, y),
				 ink_in_row(&first, y - by));
	bitmap_free(&first);
	bitmap_free(&copy);
}

static void a_qr_code_that_does_not_fit_is_an_error(void **state)
{
	char longest[1001];
	const struct slip_form form = {.width_dots = 256,
				       .dpi = 203,
				       .qr = longest};
	struct bitmap bitmap;

	memset(longest, 'x', 1000);
	longest[1000] = '\0';
	assert_int_equal(slip_draw(*state, &plain, &form, &bitmap), -EINVAL);
	assert_null(bitmap.bits);
}

/* At 115,200 baud 25 kB are 2.2 s. A black bar takes its whole width. */
static void a_slip_is_few_bytes(void **state)
{
	static const struct {
		enum ticket_class class;
		size_t most;
	} rows[] = {
	    {TICKET_NORMAL, 25000},
	    {TICKET_PRIORITY, 33000},
	    {TICKET_APPOINTMENT, 33000},
	};
	const struct slip_form form =
	    {.width_dots = 576,
	     .dpi = 203,
	     .qr = "https://motcua.tayninh.gov.vn/p/{ticket}"};
	const struct escpos_options options = {.cut = true,
					       .confirm = true,
					       .crop = true,
					       .dpi = 203};

	for (size_t i = 0; i < 3; i++) {
		struct slip slip = plain;
		struct escpos_slip encoded;
		struct bitmap bitmap;

		slip.class = rows[i].class;
		slip.wait_low_s = 600;
		slip.wait_high_s = 900;
		assert_int_equal(slip_draw(*state, &slip, &form, &bitmap), 0);
		assert_int_equal(escpos_encode(&bitmap, &options, &encoded), 0);
		print_message("%s: %d rows, %zu bytes\n",
			      ticket_class_name(slip.class), bitmap.height,
			      encoded.length);
		assert_in_range(encoded.length, 1000, rows[i].most);
		escpos_free(&encoded);
		bitmap_free(&bitmap);
	}
}

/* ---- reference pictures ---- */

/* Any PNG, as 1 bit a dot. */
static void read_png(const char *path, struct bitmap *out)
{
	png_image image = {.version = PNG_IMAGE_VERSION};

	if (!png_image_begin_read_from_file(&image, path))
		fail_msg("%s: %s", path, image.message);
	image.format = PNG_FORMAT_GRAY;
	int width = (int)image.width, height = (int)image.height;
	uint8_t *grey = malloc(PNG_IMAGE_SIZE(image));
	assert_non_null(grey);
	if (!png_image_finish_read(&image, NULL, grey, 0, NULL))
		fail_msg("%s: %s", path, image.message);
	assert_int_equal(bitmap_new(out, width, height), 0);
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++)
			if (grey[y * width + x] < 128)
				bitmap_fill(out, x, y, 1, 1);
	free(grey);
}

enum { BLOCK = 32, STEP = 16 };

static double darkness(const struct bitmap *bitmap, int x, int y)
{
	int n = 0;

	for (int r = 0; r < BLOCK; r++)
		for (int c = 0; c < BLOCK; c++)
			n += bitmap_dot(bitmap, x + c, y + r);
	return (double)n / (BLOCK * BLOCK);
}

/*
 * Other versions of the font and of FreeType move a line by a dot or two, so
 * blocks are compared by how dark they are. A line that is missing, or another
 * word, makes many blocks differ.
 */
static const char *compare(const struct bitmap *got, const struct bitmap *want)
{
	static char why[160];
	int differing = 0, blocks = 0;

	if (got->width != want->width || abs(got->height - want->height) > 12) {
		(void)snprintf(why, sizeof(why), "%dx%d instead of %dx%d",
			       got->width, got->height, want->width,
			       want->height);
		return why;
	}
	for (int y = 0; y < want->height; y += STEP) {
		for (int x = 0; x < want->width; x += STEP) {
			double d = darkness(got, x, y) - darkness(want, x, y);
			differing += d > 0.10 || d < -0.10;
			blocks++;
		}
	}
	if (differing * 250 <= blocks)
		return NULL;
	(void)snprintf(why, sizeof(why), "%d of %d blocks differ", differing,
		       blocks);
	return why;
}

static bool updating(void)
{
	const char *update = getenv("KIOSK_UPDATE_PICTURES");

	return update && strcmp(update, "1") == 0;
}

static void write_png(const char *path, const struct bitmap *bitmap)
{
	int status = png_write_mono(path, bitmap->bits, bitmap->width,
				    bitmap->height, bitmap->stride);

	if (status != 0)
		fail_msg("%s: %s", path, strerror(-status));
}

static void check_reference(void **state, const char *path,
			    const struct slip *slip, int width)
{
	struct bitmap got = draw(state, slip, width);
	struct bitmap want;

	if (updating())
		write_png(path, &got);
	read_png(path, &want);
	const char *why = compare(&got, &want);
	if (why) {
		const char *tmp = getenv("TMPDIR");
		char actual[512];
		(void)snprintf(actual, sizeof(actual), "%s/actual-%s",
			       tmp && *tmp ? tmp : "/tmp",
			       strrchr(path, '/') + 1);
		write_png(actual, &got);
		bitmap_free(&got);
		bitmap_free(&want);
		fail_msg("%s: %s; what was drawn is in %s", path, why, actual);
	}
	bitmap_free(&got);
	bitmap_free(&want);
}

static void slips_look_like_their_reference_pictures(void **state)
{
	struct slip slip = plain;

	check_reference(state, "tests/unit/printer/slip-576.png", &slip, 576);
	check_reference(state, "tests/unit/printer/slip-384.png", &slip, 384);
	slip.class = TICKET_PRIORITY;
	slip.ahead = 0;
	slip.code = "A1000";
	check_reference(state, "tests/unit/printer/slip-priority-576.png",
			&slip, 576);
	if (updating()) {
		struct bitmap bitmap = draw(state, &plain, 576);
		write_png("docs/images/slip.png", &bitmap);
		bitmap_free(&bitmap);
	}
}

static void clear_rows(struct bitmap *bitmap, int first, int rows)
{
	memset(bitmap->bits + (size_t)first * bitmap->stride, 0,
	       (size_t)rows * bitmap->stride);
}

static void move_down(struct bitmap *bitmap, int rows)
{
	size_t by = (size_t)rows * bitmap->stride;
	size_t all = (size_t)bitmap->height * bitmap->stride;

	memmove(bitmap->bits + by, bitmap->bits, all - by);
	memset(bitmap->bits, 0, by);
}

/* The comparison itself: blind to two dots, but not to a line. */
static void the_comparison_sees_any_missing_line(void **state)
{
	static const int widths[] = {384, 576};

	for (size_t i = 0; i < 2; i++) {
		struct bitmap want = draw(state, &plain, widths[i]);
		struct bitmap moved = draw(state, &plain, widths[i]);
		move_down(&moved, 2);
		assert_null(compare(&moved, &want));
		bitmap_free(&moved);

		int lines = 0;
		for (int y = 0; y < want.height;) {
			int run = 0;
			while (y + run < want.height &&
			       ink_in_row(&want, y + run))
				run++;
			/* Letters, and not a mark or the dots below them. */
			if (run >= 20) {
				struct bitmap b =
				    draw(state, &plain, widths[i]);
				clear_rows(&b, y, run);
				if (!compare(&b, &want))
					fail_msg("%d: the line at %d",
						 widths[i], y);
				bitmap_free(&b);
				lines++;
			}
			y += run ? run : 1;
		}
		assert_in_range(lines, 9, 20);
		bitmap_free(&want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_digits_are_20_mm_high_on_80_mm_paper),
	    cmocka_unit_test(
		a_code_on_58_mm_paper_is_as_high_where_its_width_allows),
	    cmocka_unit_test(codes_of_one_length_are_one_size),
	    cmocka_unit_test(nothing_touches_the_borders),
	    cmocka_unit_test(it_is_centred),
	    cmocka_unit_test(composed_and_decomposed_names_come_out_alike),
	    cmocka_unit_test(the_same_slip_is_drawn_the_same_again),
	    cmocka_unit_test(priority_and_appointment_carry_a_black_bar),
	    cmocka_unit_test(each_field_shows),
	    cmocka_unit_test(a_second_language_that_says_the_same_is_left_out),
	    cmocka_unit_test(long_names_make_the_slip_longer),
	    cmocka_unit_test(empty_names_leave_a_slip_all_the_same),
	    cmocka_unit_test(a_width_no_printer_has_is_refused),
	    cmocka_unit_test(
		a_form_of_the_built_in_lines_draws_the_built_in_slip),
	    cmocka_unit_test(lines_stand_where_the_form_says),
	    cmocka_unit_test(another_size_is_another_height),
	    cmocka_unit_test(at_180_dpi_the_code_is_as_high_in_millimetres),
	    cmocka_unit_test(the_wait_is_shown_only_where_it_is_known),
	    cmocka_unit_test(a_copy_is_marked_above_all_else),
	    cmocka_unit_test(a_qr_code_that_does_not_fit_is_an_error),
	    cmocka_unit_test(a_slip_is_few_bytes),
	    cmocka_unit_test(slips_look_like_their_reference_pictures),
	    cmocka_unit_test(the_comparison_sees_any_missing_line),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
