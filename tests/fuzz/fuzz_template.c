/* SPDX-License-Identifier: MIT */
/*
 * What is spoken, printed and shown: the first byte chooses a number to be
 * spelled, an announcement, a slip, or the words of a screen; the rest are
 * their numbers and texts.
 *
 * Whatever they are: what comes out is UTF-8 within its bounds; a number that
 * was spelled in Vietnamese reads back as itself; a slip that is drawn is one
 * that a printer can be sent.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ticket.h"
#include "base/utf8.h"
#include "display/speech.h"
#include "display/spell.h"
#include "display/words.h"
#include "printer/escpos.h"
#include "printer/slip.h"
#include "printer/slip_qr.h"
#include "printer/slip_text.h"
#include "tests/fuzz/fuzz.h"

/* A slip that is longer than the paper roll is of no use to anybody. */
#define SLIP_LINES_MOST 12

static struct slip_fonts *fonts;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_start();
	FUZZ_CHECK(slip_fonts_open("Noto Sans", &fonts, NULL) == 0, "no fonts");
	return 0;
}

/* ---- numbers ---- */

static int digit_of(const char *word)
{
	static const struct {
		const char *word;
		int digit;
	} words[] = {{"không", 0}, {"một", 1}, {"mốt", 1}, {"hai", 2},
		     {"ba", 3},    {"bốn", 4}, {"tư", 4},  {"năm", 5},
		     {"lăm", 5},   {"sáu", 6}, {"bảy", 7}, {"tám", 8},
		     {"chín", 9}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i].word) == 0)
			return words[i].digit;
	return -1;
}

/* As a Vietnamese reads it. */
static unsigned read_back(const char *const words[], size_t n)
{
	unsigned value = 0, digit = 0;

	for (size_t i = 0; i < n; i++) {
		int read = digit_of(words[i]);

		if (read >= 0) {
			digit = (unsigned)read;
			continue;
		}
		if (strcmp(words[i], "nghìn") == 0 ||
		    strcmp(words[i], "ngàn") == 0)
			value += digit * 1000;
		else if (strcmp(words[i], "trăm") == 0)
			value += digit * 100;
		else if (strcmp(words[i], "mươi") == 0)
			value += digit * 10;
		else if (strcmp(words[i], "mười") == 0)
			value += 10;
		else
			FUZZ_CHECK(strcmp(words[i], "linh") == 0 ||
				       strcmp(words[i], "lẻ") == 0,
				   "%s is no word of a number", words[i]);
		digit = 0;
	}
	return value + digit;
}

static void check_digits(enum language language, unsigned number,
			 const char *const words[], size_t n)
{
	char digits[16];

	FUZZ_CHECK(snprintf(digits, sizeof(digits), "%u", number) == (int)n,
		   "%zu words", n);
	for (size_t i = 0; i < n; i++)
		FUZZ_CHECK(strcmp(words[i],
				  spell_digit(language, (unsigned)(digits[i] -
								   '0'))) == 0,
			   "%s in %s", words[i], digits);
}

static void number(struct fuzz_input *input)
{
	unsigned value = (unsigned)fuzz_number(input, 4);
	uint8_t how = fuzz_byte(input);
	const struct spell_region region = {how & 1, how & 2};
	enum language language = how & 4 ? LANGUAGE_EN : LANGUAGE_VI;
	const char *words[SPELL_WORDS];
	size_t n;

	if (how & 8)
		value %= SPELL_MOST + 1;
	n = spell_number(language, value, region, words);
	FUZZ_CHECK(n >= 1 && n <= SPELL_WORDS, "%zu words", n);
	if (value > SPELL_MOST) {
		check_digits(language, value, words, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const char *known = "";

		for (size_t k = 0; known && strcmp(known, words[i]) != 0; k++)
			known = spell_vocabulary(language, region, k);
		FUZZ_CHECK(known, "%s has no clip", words[i]);
	}
	if (language == LANGUAGE_VI)
		FUZZ_CHECK(read_back(words, n) == value, "%u", value);
}

/* ---- announcements ---- */

static void make_code(struct fuzz_input *input, char code[TICKET_CODE_SIZE])
{
	uint8_t how = fuzz_byte(input);
	char prefix[4] = "ABC";

	prefix[1 + how % 3] = '\0';
	prefix[0] = (char)('A' + how % 26);
	ticket_code(code, prefix,
		    1 + (uint32_t)fuzz_number(input, 3) % TICKET_MAX_NUMBER);
}

static void announcement(struct fuzz_input *input)
{
	uint8_t how = fuzz_byte(input);
	const struct speech_manner manner = {how & 1, {how & 2, how & 4}};
	static struct speech speech;
	char ticket[TICKET_CODE_SIZE], text[SPEECH_TEXT_SIZE], *template;
	unsigned counter = (unsigned)fuzz_byte(input);
	bool valid;

	make_code(input, ticket);
	template = fuzz_text(input);
	valid = utf8_valid(template, strlen(template));
	speech_make(&speech, how & 8 ? LANGUAGE_EN : LANGUAGE_VI, template,
		    ticket, counter, &manner);
	FUZZ_CHECK(speech.n <= SPEECH_PIECES, "%zu", speech.n);
	for (size_t i = 0; i < speech.n; i++) {
		const char *piece = speech.pieces[i].text;

		FUZZ_CHECK(*piece && strlen(piece) < SPEECH_PIECE_SIZE,
			   "piece %zu", i);
		FUZZ_CHECK(!valid || utf8_valid(piece, strlen(piece)), "%s",
			   piece);
	}
	speech_text(&speech, text);
	FUZZ_CHECK(strlen(text) < sizeof(text), "too long");
	FUZZ_CHECK(!valid || utf8_valid(text, strlen(text)), "%s", text);
	free(template);
}

/* ---- slips ---- */

static void check_line(const char *line, size_t size)
{
	FUZZ_CHECK(strlen(line) < size && fuzz_is_line(line), "%s", line);
}

static void slip_lines(struct fuzz_input *input)
{
	uint32_t ahead = (uint32_t)fuzz_number(input, 4);
	uint32_t low = (uint32_t)fuzz_number(input, 4);
	uint32_t high = (uint32_t)fuzz_number(input, 4);
	int64_t at_ms = fuzz_number(input, 8);
	char out[SLIP_TEXT_SIZE];

	for (int i = 0; i < 2; i++) {
		enum language language = i ? LANGUAGE_EN : LANGUAGE_VI;

		slip_text_ahead(out, ahead, language);
		check_line(out, sizeof(out));
		slip_text_wait(out, low, high, language);
		check_line(out, sizeof(out));
		slip_text_time(out, at_ms, language);
		check_line(out, sizeof(out));
		check_line(slip_text_session(at_ms, language), sizeof(out));
	}
}

static void check_slip(const struct bitmap *bitmap, int width)
{
	const struct escpos_options options = {.cut = true,
					       .crop = true,
					       .confirm = true,
					       .dpi = 203};
	struct escpos_slip bytes;

	FUZZ_CHECK(bitmap->width == width && bitmap->height > 0 &&
		       bitmap->stride * 8 >= (size_t)width,
		   "%d x %d", bitmap->width, bitmap->height);
	FUZZ_CHECK(escpos_encode(bitmap, &options, &bytes) == 0, "no bytes");
	escpos_free(&bytes);
}

static void check_qr(const char *content, const char *code)
{
	const struct slip_qr_names names = {code, "xa-01", "land", code};
	struct bitmap bitmap = {0};
	int r = slip_qr_draw(content, &names, 200, 576, &bitmap);

	FUZZ_CHECK(r == 0 || r == -ENODATA || r == -EINVAL, "%d", r);
	FUZZ_CHECK(r != 0 || (bitmap.width <= 576 && bitmap.width > 0), "%d",
		   bitmap.width);
	bitmap_free(&bitmap);
}

/* One layout's line out of four bytes. */
static void make_line(struct fuzz_input *input, struct config_slip_line *line,
		      const struct text *text)
{
	uint8_t size;

	*line = (struct config_slip_line){.field = (enum config_slip_field)(
					      fuzz_byte(input) %
					      CONFIG_SLIP_FIELDS),
					  .text = *text};
	size = fuzz_byte(input);
	line->size = size < 16 ? -1 : size;
	size = fuzz_byte(input);
	line->second = size < 16 ? -(size & 1) : size;
	line->space = fuzz_byte(input) - 1;
	line->bold = size % 3 - 1;
	line->align = (enum config_align)(size % 3);
}

static void slip(struct fuzz_input *input)
{
	static const enum language languages[] = {LANGUAGE_VI, LANGUAGE_EN};
	struct config_slip_line lines[SLIP_LINES_MOST];
	uint8_t how = fuzz_byte(input), n_lines = fuzz_byte(input);
	char code[TICKET_CODE_SIZE], *office, *service, *qr;
	struct slip_form form = {.dpi = 203, .width_dots = 384};
	struct bitmap bitmap = {0};
	int r;

	make_code(input, code);
	slip_lines(input);
	form.n_lines = n_lines % SLIP_LINES_MOST;
	office = fuzz_text(input);
	service = fuzz_text(input);
	qr = fuzz_text(input);
	const struct text names[] = {{office, NULL}, {service, office}};
	for (size_t i = 0; i < form.n_lines; i++)
		make_line(input, &lines[i], &names[i & 1]);
	form.lines = form.n_lines ? lines : NULL;
	form.qr = qr;
	if (utf8_valid(qr, strlen(qr)))
		check_qr(qr, code);
	/* The configuration lets no other texts in. Drawing takes most of the
	 * time, so not each is drawn. */
	if ((how & 7) == 7 && fuzz_is_line(office) && fuzz_is_line(service) &&
	    fuzz_is_line(qr)) {
		const struct slip given = {.office = &names[0],
					   .service = &names[1],
					   .code = code,
					   .class = (enum ticket_class)(
					       (how >> 4) % TICKET_CLASSES),
					   .ahead = n_lines,
					   .languages = languages,
					   .n_languages = 1 + (how >> 7),
					   .copy = how & 0x40,
					   .wait_high_s = how & 0x20 ? 900 : 0,
					   .last_call = how & 0x10,
					   .kiosk = "xa-01",
					   .service_id = "land"};

		r = slip_draw(fonts, &given, &form, &bitmap);
		FUZZ_CHECK(r == 0 || r == -EINVAL, "%d", r);
		if (r == 0)
			check_slip(&bitmap, form.width_dots);
		bitmap_free(&bitmap);
	}
	free(office);
	free(service);
	free(qr);
}

/* ---- screens ---- */

static void screen(struct fuzz_input *input)
{
	int first = (int)fuzz_number(input, 4),
	    second = (int)fuzz_number(input, 4);
	int64_t at_ms = fuzz_number(input, 8);
	char out[200], clock[WORDS_CLOCK_SIZE];
	/* As the model bounds them. */
	int low = first < 0 ? 0 : first % 86401;
	int high = second < 0 ? 0 : second % 86401;

	words_clock(at_ms, clock);
	check_line(clock, sizeof(clock));
	for (int i = 0; i < 2; i++) {
		enum language language = i ? LANGUAGE_EN : LANGUAGE_VI;

		words_date(language, at_ms, out, sizeof(out));
		check_line(out, sizeof(out));
		words_again(language, first, out, sizeof(out));
		check_line(out, sizeof(out));
		words_ahead(language, second, out, sizeof(out));
		check_line(out, sizeof(out));
		words_wait(language, low < high ? low : high,
			   low < high ? high : low, out, sizeof(out));
		check_line(out, sizeof(out));
		words_counter(language, first, out, sizeof(out));
		check_line(out, sizeof(out));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};

	switch (fuzz_byte(&input) & 3) {
	case 0:
		number(&input);
		break;
	case 1:
		announcement(&input);
		break;
	case 2:
		slip(&input);
		break;
	case 3:
		screen(&input);
		break;
	}
	return 0;
}
