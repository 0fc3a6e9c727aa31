/* SPDX-License-Identifier: MIT */
/*
 * make-slips DIRECTORY: slips of both widths as the printer gets them (.escpos)
 * and as they were drawn (.png), with what is on them (slips.json), for
 * programs that we did not write to read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/png.h"
#include "printer/escpos.h"
#include "printer/slip.h"

#define ADDRESS "https://motcua.example.vn/p/{kiosk}/{ticket}"

static const enum language languages[] = {LANGUAGE_VI, LANGUAGE_EN};

/* The 67 letters that a-z lacks or that bear marks, and their capitals. */
static const char lower[] =
    "àáảãạ ăằắẳẵặ âầấẩẫậ đ èéẻẽẹ êềếểễệ ìíỉĩị òóỏõọ ôồốổỗộ ơờớởỡợ ùúủũụ "
    "ưừứửữự ỳýỷỹỵ";
static const char upper[] =
    "ÀÁẢÃẠ ĂẰẮẲẴẶ ÂẦẤẨẪẬ Đ ÈÉẺẼẸ ÊỀẾỂỄỆ ÌÍỈĨỊ ÒÓỎÕỌ ÔỒỐỔỖỘ ƠỜỚỞỠỢ ÙÚỦŨỤ "
    "ƯỪỨỬỮỰ ỲÝỶỸỴ";

/* Each of them in a word, in that order: what reads text reads words. */
static const char words[] =
    "bà cá cả mã bạn ăn bằng bắc khẳng sẵn mặt cân cần giấy cẩn mẫu nhận đi "
    "chè bé trẻ vẽ mẹ tên về thế thể dễ hệ mì chí chỉ nghĩ thị trò có hỏi rõ "
    "họ không hồ số tổ chỗ bộ cơ giờ mới mở đỡ được cùng chú thủ cũ phục tư "
    "từ thứ cửa chữ sự kỳ ký kỷ kỹ lỵ";
static const char capitals[] =
    "BÀ CÁ CẢ MÃ BẠN ĂN BẰNG BẮC KHẲNG SẴN MẶT CÂN CẦN GIẤY CẨN MẪU NHẬN ĐI "
    "CHÈ BÉ TRẺ VẼ MẸ TÊN VỀ THẾ THỂ DỄ HỆ MÌ CHÍ CHỈ NGHĨ THỊ TRÒ CÓ HỎI RÕ "
    "HỌ KHÔNG HỒ SỐ TỔ CHỖ BỘ CƠ GIỜ MỚI MỞ ĐỠ ĐƯỢC CÙNG CHÚ THỦ CŨ PHỤC TƯ "
    "TỪ THỨ CỬA CHỮ SỰ KỲ KÝ KỶ KỸ LỴ";

#define TOKEN "C118-k3JxQ7Zb0_aLw-Pv9sTn2E"

struct sample {
	const char *name;
	struct text office, service;
	const char *code;
	enum ticket_class class;
	uint32_t ahead, wait_low_s, wait_high_s;
	const char *qr; /* and what it is read as */
	const char *reads;
	bool copy, sheet; /* sheet: nothing but the code and the office */
};

#define TEXT(first, second)                   \
	{                                     \
		(char *)first, (char *)second \
	}

static const struct sample samples[] = {
    {"usual", TEXT("Bộ phận Một cửa xã Tân Trụ", "Tân Trụ One-Stop Office"),
     TEXT("Đất đai", "Land"), "A025", TICKET_NORMAL, 7, 600, 900, "none", "",
     false, false},
    {"qr", TEXT("Bộ phận Một cửa xã Tân Trụ", "Tân Trụ One-Stop Office"),
     TEXT("Hộ tịch", "Civil status"), "B108", TICKET_NORMAL, 2, 300, 600,
     ADDRESS, "https://motcua.example.vn/p/tan-tru-01/B108", false, false},
    {"ticket", TEXT("Phường Tân Thuận", "Tân Thuận Ward"),
     TEXT("Chứng thực", "Certification"), "C1000", TICKET_PRIORITY, 0, 0, 0,
     "ticket", "C1000", false, false},
    {"token", TEXT("Phường Tân Thuận", "Tân Thuận Ward"),
     TEXT("Chứng thực", "Certification"), "C118", TICKET_NORMAL, 3, 0, 0,
     "https://kiosk.tan-thuan.example.vn:8443/t/{token}",
     "https://kiosk.tan-thuan.example.vn:8443/t/" TOKEN, false, false},
    {"copy", TEXT("Phường Tân Thuận", "Tân Thuận Ward"),
     TEXT("Đăng ký biện pháp bảo đảm bằng quyền sử dụng đất",
	  "Registration of security interests"),
     "D007", TICKET_APPOINTMENT, 31, 1200, 2400, "ticket", "D007", true, false},
    {"letters", TEXT(lower, upper), TEXT("", ""), "W246", TICKET_NORMAL, 0, 0,
     0, "none", "", false, true},
    {"words", TEXT(words, words), TEXT("", ""), "W247", TICKET_NORMAL, 0, 0, 0,
     "none", "", false, true},
    {"capitals", TEXT(capitals, capitals), TEXT("", ""), "W248", TICKET_NORMAL,
     0, 0, 0, "none", "", false, true},
};
#define N_SAMPLES (sizeof(samples) / sizeof(*samples))

static const struct config_slip_line sheet[] = {
    {.field = CONFIG_SLIP_CODE,
     .size = -1,
     .second = -1,
     .space = -1,
     .bold = -1},
    {.field = CONFIG_SLIP_OFFICE, .size = 48, .second = 48, .space = 30},
};

static void stop(const char *what, int status)
{
	fprintf(stderr, "make-slips: %s: %s\n", what, strerror(-status));
	exit(EXIT_FAILURE);
}

static void write_bytes(const char *path, const struct escpos_slip *slip)
{
	FILE *file = fopen(path, "wb");

	if (!file ||
	    fwrite(slip->bytes, 1, slip->length, file) != slip->length ||
	    fclose(file) != 0)
		stop(path, -errno);
}

/* No text here has anything in it that JSON would escape. */
static void list(FILE *to, const struct sample *sample, int width,
		 const struct bitmap *bitmap, const struct escpos_slip *slip)
{
	fprintf(to,
		"{\"name\":\"%s-%d\",\"width\":%d,\"height\":%d,\"bytes\":%zu,"
		"\"questions\":%u,\"code\":\"%s\",\"service\":\"%s\","
		"\"office\":\"%s\",\"qr\":\"%s\",\"copy\":%s,"
		"\"sheet\":%s,\"ahead\":%u}\n",
		sample->name, width, width, bitmap->height, slip->length,
		slip->in_turn, sample->code, sample->service.vi,
		sample->office.vi, sample->reads,
		sample->copy ? "true" : "false",
		sample->sheet ? "true" : "false", sample->ahead);
}

static void make(struct slip_fonts *fonts, const char *directory,
		 const struct sample *sample, int width, FILE *to)
{
	const struct slip slip = {
	    .office = &sample->office,
	    .service = &sample->service,
	    .code = sample->code,
	    .class = sample->class,
	    .ahead = sample->ahead,
	    .issued_at_ms = 1795482900000,
	    .languages = languages,
	    .n_languages = 2,
	    .copy = sample->copy,
	    .wait_low_s = sample->wait_low_s,
	    .wait_high_s = sample->wait_high_s,
	    .kiosk = "tan-tru-01",
	    .service_id = "service",
	    .token = TOKEN,
	};
	const struct slip_form form = {
	    .width_dots = width,
	    .dpi = 203,
	    .qr = sample->qr,
	    .lines = sample->sheet ? sheet : NULL,
	    .n_lines = 2,
	};
	const struct escpos_options options = {
	    .cut = true,
	    .confirm = true,
	    .tell = true,
	    .crop = true,
	    .dpi = 203,
	};
	struct escpos_slip encoded;
	struct bitmap bitmap;
	char path[600];

	int status = slip_draw(fonts, &slip, &form, &bitmap);
	if (status == 0)
		status = escpos_encode(&bitmap, &options, &encoded);
	if (status != 0)
		stop(sample->name, status);
	snprintf(path, sizeof(path), "%s/%s-%d.png", directory, sample->name,
		 width);
	status = png_write_mono(path, bitmap.bits, bitmap.width, bitmap.height,
				bitmap.stride);
	if (status != 0)
		stop(path, status);
	snprintf(path, sizeof(path), "%s/%s-%d.escpos", directory, sample->name,
		 width);
	write_bytes(path, &encoded);
	list(to, sample, width, &bitmap, &encoded);
	escpos_free(&encoded);
	bitmap_free(&bitmap);
}

int main(int argc, char **argv)
{
	struct slip_fonts *fonts;
	char path[600];

	if (argc != 2) {
		fputs("usage: make-slips DIRECTORY\n", stderr);
		return 2;
	}
	if (setenv("TZ", "Asia/Ho_Chi_Minh", 1) != 0)
		stop("TZ", -errno);
	tzset();
	int status = slip_fonts_open("Noto Sans", &fonts, NULL);
	if (status != 0)
		stop("Noto Sans", status);
	snprintf(path, sizeof(path), "%s/slips.json", argv[1]);
	FILE *to = fopen(path, "w");
	if (!to)
		stop(path, -errno);
	for (size_t i = 0; i < N_SAMPLES; i++) {
		make(fonts, argv[1], &samples[i], 576, to);
		make(fonts, argv[1], &samples[i], 384, to);
	}
	slip_fonts_close(fonts);
	if (fclose(to) != 0)
		stop(path, -errno);
	return EXIT_SUCCESS;
}
