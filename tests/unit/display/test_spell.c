/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "display/spell.h"

static const struct spell_region north = {.le = false, .ngan = false};
static const struct spell_region south = {.le = true, .ngan = true};

static void spell(enum language language, unsigned n,
		  struct spell_region region, char *out, size_t size)
{
	const char *words[SPELL_WORDS];
	size_t count = spell_number(language, n, region, words);
	size_t length = 0;
	assert_in_range(count, 1, SPELL_WORDS);
	for (size_t i = 0; i < count; i++)
		length += (size_t)snprintf(out + length, size - length, "%s%s",
					   i ? " " : "", words[i]);
}

static const struct {
	unsigned n;
	const char *words;
} northern[] = {
    {0, "không"},
    {1, "một"},
    {2, "hai"},
    {3, "ba"},
    {4, "bốn"},
    {5, "năm"},
    {6, "sáu"},
    {7, "bảy"},
    {8, "tám"},
    {9, "chín"},
    {10, "mười"},
    {11, "mười một"},
    {12, "mười hai"},
    {13, "mười ba"},
    {14, "mười bốn"},
    {15, "mười lăm"},
    {16, "mười sáu"},
    {17, "mười bảy"},
    {18, "mười tám"},
    {19, "mười chín"},
    {20, "hai mươi"},
    {21, "hai mươi mốt"},
    {22, "hai mươi hai"},
    {23, "hai mươi ba"},
    {24, "hai mươi tư"},
    {25, "hai mươi lăm"},
    {26, "hai mươi sáu"},
    {27, "hai mươi bảy"},
    {28, "hai mươi tám"},
    {29, "hai mươi chín"},
    {30, "ba mươi"},
    {31, "ba mươi mốt"},
    {34, "ba mươi tư"},
    {35, "ba mươi lăm"},
    {40, "bốn mươi"},
    {41, "bốn mươi mốt"},
    {44, "bốn mươi tư"},
    {45, "bốn mươi lăm"},
    {50, "năm mươi"},
    {51, "năm mươi mốt"},
    {54, "năm mươi tư"},
    {55, "năm mươi lăm"},
    {60, "sáu mươi"},
    {61, "sáu mươi mốt"},
    {64, "sáu mươi tư"},
    {65, "sáu mươi lăm"},
    {70, "bảy mươi"},
    {71, "bảy mươi mốt"},
    {74, "bảy mươi tư"},
    {75, "bảy mươi lăm"},
    {80, "tám mươi"},
    {81, "tám mươi mốt"},
    {84, "tám mươi tư"},
    {85, "tám mươi lăm"},
    {90, "chín mươi"},
    {91, "chín mươi mốt"},
    {94, "chín mươi tư"},
    {95, "chín mươi lăm"},
    {99, "chín mươi chín"},
    {100, "một trăm"},
    {101, "một trăm linh một"},
    {104, "một trăm linh bốn"},
    {105, "một trăm linh năm"},
    {109, "một trăm linh chín"},
    {110, "một trăm mười"},
    {111, "một trăm mười một"},
    {114, "một trăm mười bốn"},
    {115, "một trăm mười lăm"},
    {119, "một trăm mười chín"},
    {120, "một trăm hai mươi"},
    {121, "một trăm hai mươi mốt"},
    {124, "một trăm hai mươi tư"},
    {125, "một trăm hai mươi lăm"},
    {131, "một trăm ba mươi mốt"},
    {144, "một trăm bốn mươi tư"},
    {155, "một trăm năm mươi lăm"},
    {199, "một trăm chín mươi chín"},
    {200, "hai trăm"},
    {201, "hai trăm linh một"},
    {205, "hai trăm linh năm"},
    {210, "hai trăm mười"},
    {215, "hai trăm mười lăm"},
    {221, "hai trăm hai mươi mốt"},
    {234, "hai trăm ba mươi tư"},
    {245, "hai trăm bốn mươi lăm"},
    {250, "hai trăm năm mươi"},
    {299, "hai trăm chín mươi chín"},
    {300, "ba trăm"},
    {305, "ba trăm linh năm"},
    {333, "ba trăm ba mươi ba"},
    {400, "bốn trăm"},
    {404, "bốn trăm linh bốn"},
    {444, "bốn trăm bốn mươi tư"},
    {500, "năm trăm"},
    {505, "năm trăm linh năm"},
    {515, "năm trăm mười lăm"},
    {555, "năm trăm năm mươi lăm"},
    {600, "sáu trăm"},
    {666, "sáu trăm sáu mươi sáu"},
    {700, "bảy trăm"},
    {777, "bảy trăm bảy mươi bảy"},
    {800, "tám trăm"},
    {808, "tám trăm linh tám"},
    {888, "tám trăm tám mươi tám"},
    {900, "chín trăm"},
    {914, "chín trăm mười bốn"},
    {989, "chín trăm tám mươi chín"},
    {999, "chín trăm chín mươi chín"},
    {1000, "một nghìn"},
    {1001, "một nghìn không trăm linh một"},
    {1004, "một nghìn không trăm linh bốn"},
    {1005, "một nghìn không trăm linh năm"},
    {1010, "một nghìn không trăm mười"},
    {1015, "một nghìn không trăm mười lăm"},
    {1021, "một nghìn không trăm hai mươi mốt"},
    {1024, "một nghìn không trăm hai mươi tư"},
    {1025, "một nghìn không trăm hai mươi lăm"},
    {1100, "một nghìn một trăm"},
    {1105, "một nghìn một trăm linh năm"},
    {1111, "một nghìn một trăm mười một"},
    {1115, "một nghìn một trăm mười lăm"},
    {1200, "một nghìn hai trăm"},
    {1203, "một nghìn hai trăm linh ba"},
    {1225, "một nghìn hai trăm hai mươi lăm"},
    {1555, "một nghìn năm trăm năm mươi lăm"},
    {1999, "một nghìn chín trăm chín mươi chín"},
    {2000, "hai nghìn"},
    {2026, "hai nghìn không trăm hai mươi sáu"},
    {3045, "ba nghìn không trăm bốn mươi lăm"},
    {5005, "năm nghìn không trăm linh năm"},
    {5555, "năm nghìn năm trăm năm mươi lăm"},
    {7101, "bảy nghìn một trăm linh một"},
    {9009, "chín nghìn không trăm linh chín"},
    {9999, "chín nghìn chín trăm chín mươi chín"},
};

static void a_northern_voice_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(northern) / sizeof(northern[0]); i++) {
		char said[200];
		spell(LANGUAGE_VI, northern[i].n, north, said, sizeof(said));
		if (strcmp(said, northern[i].words) != 0)
			fail_msg("%u: \"%s\"", northern[i].n, said);
	}
}

static void a_southern_voice_says(void **state)
{
	static const struct {
		unsigned n;
		const char *words;
	} rows[] = {
	    {5, "năm"},
	    {105, "một trăm lẻ năm"},
	    {1000, "một ngàn"},
	    {1005, "một ngàn không trăm lẻ năm"},
	    {2024, "hai ngàn không trăm hai mươi tư"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char said[200];
		spell(LANGUAGE_VI, rows[i].n, south, said, sizeof(said));
		assert_string_equal(said, rows[i].words);
	}
}

static void english_says(void **state)
{
	static const struct {
		unsigned n;
		const char *words;
	} rows[] = {
	    {0, "zero"},
	    {7, "seven"},
	    {12, "twelve"},
	    {19, "nineteen"},
	    {20, "twenty"},
	    {25, "twenty five"},
	    {90, "ninety"},
	    {100, "one hundred"},
	    {105, "one hundred and five"},
	    {342, "three hundred and forty two"},
	    {1000, "one thousand"},
	    {1001, "one thousand and one"},
	    {1203, "one thousand two hundred and three"},
	    {9999, "nine thousand nine hundred and ninety nine"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char said[200];
		spell(LANGUAGE_EN, rows[i].n, north, said, sizeof(said));
		assert_string_equal(said, rows[i].words);
	}
}

/* ---- reading it back ---- */

static int digit_of(const char *word)
{
	for (unsigned i = 0; i < 10; i++)
		if (strcmp(word, spell_digit(LANGUAGE_VI, i)) == 0)
			return (int)i;
	if (strcmp(word, "mốt") == 0)
		return 1;
	if (strcmp(word, "tư") == 0)
		return 4;
	return strcmp(word, "lăm") == 0 ? 5 : -1;
}

/* What a listener who knows the grammar takes it for. */
static int decode(const char *const *words, size_t n)
{
	int value = 0, digit = -1;
	for (size_t i = 0; i < n; i++) {
		const char *word = words[i];
		int unit = 0;
		if (digit_of(word) >= 0) {
			assert_int_equal(digit, -1); /* never two in a row */
			digit = digit_of(word);
			continue;
		}
		if (strcmp(word, "nghìn") == 0 || strcmp(word, "ngàn") == 0)
			unit = 1000;
		else if (strcmp(word, "trăm") == 0)
			unit = 100;
		else if (strcmp(word, "mươi") == 0)
			unit = 10;
		if (strcmp(word, "mười") == 0)
			value += 10;
		else if (unit == 0)
			assert_true(strcmp(word, "linh") == 0 ||
				    strcmp(word, "lẻ") == 0);
		else
			value += digit * unit;
		digit = -1;
	}
	return digit < 0 ? value : value + digit;
}

static void every_number_is_heard_as_itself(void **state)
{
	(void)state;
	for (unsigned n = 0; n <= SPELL_MOST; n++)
		for (int region = 0; region < 2; region++) {
			const char *words[SPELL_WORDS];
			size_t count =
			    spell_number(LANGUAGE_VI, n, region ? south : north,
					 words);
			if (decode(words, count) != (int)n)
				fail_msg("%u is heard as %d", n,
					 decode(words, count));
		}
}

static void no_two_numbers_sound_alike(void **state)
{
	(void)state;
	char last[200] = "", said[200];
	for (unsigned n = 0; n <= SPELL_MOST; n++) {
		spell(LANGUAGE_EN, n, north, said, sizeof(said));
		assert_string_not_equal(said, last);
		memcpy(last, said, sizeof(last));
	}
}

static bool in_vocabulary(enum language language, struct spell_region region,
			  const char *word)
{
	const char *known;
	for (size_t i = 0; (known = spell_vocabulary(language, region, i)); i++)
		if (strcmp(known, word) == 0)
			return true;
	return false;
}

static void the_vocabulary_has_every_word(void **state)
{
	static const enum language languages[] = {LANGUAGE_VI, LANGUAGE_EN};
	(void)state;
	for (unsigned n = 0; n <= SPELL_MOST; n++)
		for (int k = 0; k < 4; k++) {
			const char *words[SPELL_WORDS];
			struct spell_region region = k / 2 ? south : north;
			size_t count =
			    spell_number(languages[k % 2], n, region, words);
			for (size_t i = 0; i < count; i++)
				assert_true(in_vocabulary(languages[k % 2],
							  region, words[i]));
		}
}

static void what_is_too_large_is_said_by_its_digits(void **state)
{
	char said[200];
	(void)state;
	spell(LANGUAGE_VI, 10250, north, said, sizeof(said));
	assert_string_equal(said, "một không hai năm không");
	spell(LANGUAGE_VI, 4294967295U, north, said, sizeof(said));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_northern_voice_says),
	    cmocka_unit_test(a_southern_voice_says),
	    cmocka_unit_test(english_says),
	    cmocka_unit_test(every_number_is_heard_as_itself),
	    cmocka_unit_test(no_two_numbers_sound_alike),
	    cmocka_unit_test(the_vocabulary_has_every_word),
	    cmocka_unit_test(what_is_too_large_is_said_by_its_digits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
