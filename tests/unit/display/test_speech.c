/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/utf8.h"
#include "display/speech.h"

static const struct speech_manner digits = {.digits = true};
static const struct speech_manner whole = {.digits = false};

static void a_call_is_a_sentence(void **state)
{
	static const struct {
		const char *name;
		enum language language;
		const char *template, *ticket;
		unsigned counter;
		bool digits;
		const char *text;
	} rows[] = {
	    {"digits", LANGUAGE_VI, "Mời số {ticket} đến quầy số {counter}",
	     "A025", 3, true, "Mời số A, không, hai, năm, đến quầy số ba."},
	    {"words", LANGUAGE_VI, "Mời số {ticket} đến quầy số {counter}",
	     "A025", 15, false,
	     "Mời số A, hai mươi lăm, đến quầy số mười lăm."},
	    {"after 999", LANGUAGE_VI, "Mời số {ticket}", "B1000", 1, true,
	     "Mời số B, một, không, không, không."},
	    {"a long prefix", LANGUAGE_VI, "{ticket}", "AB007", 1, false,
	     "A, B, bảy."},
	    {"English", LANGUAGE_EN,
	     "Number {ticket}, please go to counter {counter}", "C014", 2, true,
	     "Number C, zero, one, four, please go to counter two."},
	    {"counter first", LANGUAGE_EN, "Counter {counter}: {ticket}!",
	     "C014", 12, false, "Counter twelve, C, fourteen."},
	    {"no gap at all", LANGUAGE_VI, "Mời vào", "A001", 1, true,
	     "Mời vào."},
	    {"a lone brace", LANGUAGE_VI, "Mời {ticket", "A001", 1, true,
	     "Mời ticket."},
	    {"nothing", LANGUAGE_VI, "", "A001", 1, true, ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct speech speech;
		char text[SPEECH_TEXT_SIZE];
		speech_make(&speech, rows[i].language, rows[i].template,
			    rows[i].ticket, rows[i].counter,
			    rows[i].digits ? &digits : &whole);
		speech_text(&speech, text);
		if (strcmp(text, rows[i].text) != 0)
			fail_msg("%s: \"%s\"", rows[i].name, text);
	}
}

static void its_pieces_are_what_one_records(void **state)
{
	static const char *const texts[] = {"Mời số", "A",   "không",
					    "hai",    "năm", "đến quầy số",
					    "ba"};
	struct speech speech;
	(void)state;
	speech_make(&speech, LANGUAGE_VI,
		    "Mời số {ticket}, đến quầy số {counter}.", "A025", 3,
		    &digits);
	assert_int_equal(speech.n, 7);
	for (size_t i = 0; i < 7; i++)
		assert_string_equal(speech.pieces[i].text, texts[i]);
	assert_int_equal(speech.pieces[1].kind, SPEECH_LETTER);
	assert_int_equal(speech.pieces[2].kind, SPEECH_NUMBER);
	assert_int_equal(speech.pieces[5].kind, SPEECH_WORDS);
}

static void what_is_too_long_ends_at_a_whole_character(void **state)
{
	char template[3000], text[SPEECH_TEXT_SIZE];
	struct speech speech;
	(void)state;
	for (size_t n = 0; n < 20; n++)
		memcpy(template + n * strlen("ế{ticket}"), "ế{ticket}",
		       sizeof("ế{ticket}"));
	speech_make(&speech, LANGUAGE_VI, template, "A025", 3, &digits);
	assert_int_equal(speech.n, SPEECH_PIECES);
	speech_text(&speech, text);
	memset(template, 0, sizeof(template));
	for (size_t n = 0; n < 1500; n += 3)
		memcpy(template + n, "ế", 3);
	speech_make(&speech, LANGUAGE_VI, template, "A025", 3, &digits);
	speech_text(&speech, text);
	assert_true(utf8_valid(text, strlen(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_call_is_a_sentence),
	    cmocka_unit_test(its_pieces_are_what_one_records),
	    cmocka_unit_test(what_is_too_long_ends_at_a_whole_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
