/* SPDX-License-Identifier: MIT */
#include "display/spell.h"

static const char *const vi_digits[10] = {"không", "một", "hai", "ba",  "bốn",
					  "năm",   "sáu", "bảy", "tám", "chín"};
static const char *const en_small[20] = {"zero",     "one",      "two",
					 "three",    "four",     "five",
					 "six",      "seven",    "eight",
					 "nine",     "ten",      "eleven",
					 "twelve",   "thirteen", "fourteen",
					 "fifteen",  "sixteen",  "seventeen",
					 "eighteen", "nineteen"};
static const char *const en_tens[10] = {"",       "",      "twenty", "thirty",
					"forty",  "fifty", "sixty",  "seventy",
					"eighty", "ninety"};

const char *spell_digit(enum language language, unsigned digit)
{
	switch (language) {
	case LANGUAGE_VI:
		return vi_digits[digit % 10];
	case LANGUAGE_EN:
		break;
	}
	return en_small[digit % 10];
}

/* Tens and units, 10..99. */
static size_t vi_tens(unsigned n, const char **words)
{
	unsigned tens = n / 10, unit = n % 10;
	size_t count = 0;
	if (tens > 1)
		words[count++] = vi_digits[tens];
	words[count++] = tens > 1 ? "mươi" : "mười";
	if (unit == 0)
		return count;
	if (unit == 1 && tens > 1)
		words[count++] = "mốt";
	else if (unit == 4 && tens > 1)
		words[count++] = "tư";
	else
		words[count++] = unit == 5 ? "lăm" : vi_digits[unit];
	return count;
}

/* hundreds: "không trăm" is said too, within a thousand. */
static size_t vi_below_thousand(unsigned n, bool hundreds, bool le,
				const char **words)
{
	size_t count = 0;
	unsigned rest = n % 100;
	if (n >= 100 || hundreds) {
		words[count++] = vi_digits[n / 100];
		words[count++] = "trăm";
		if (rest == 0)
			return count;
		if (rest < 10)
			words[count++] = le ? "lẻ" : "linh";
	}
	if (rest < 10) {
		words[count++] = vi_digits[rest];
		return count;
	}
	return count + vi_tens(rest, words + count);
}

static size_t vi_number(unsigned n, struct spell_region region,
			const char **words)
{
	size_t count = 0;
	if (n < 1000)
		return vi_below_thousand(n, false, region.le, words);
	words[count++] = vi_digits[n / 1000];
	words[count++] = region.ngan ? "ngàn" : "nghìn";
	if (n % 1000 == 0)
		return count;
	return count +
	       vi_below_thousand(n % 1000, true, region.le, words + count);
}

static size_t en_number(unsigned n, const char **words)
{
	size_t count = 0;
	bool more = n >= 100;
	if (n >= 1000) {
		words[count++] = en_small[n / 1000];
		words[count++] = "thousand";
		n %= 1000;
	}
	if (n >= 100) {
		words[count++] = en_small[n / 100];
		words[count++] = "hundred";
		n %= 100;
	}
	if (n == 0 && more)
		return count;
	if (more)
		words[count++] = "and";
	if (n >= 20) {
		words[count++] = en_tens[n / 10];
		if (n % 10 == 0)
			return count;
		n %= 10;
	}
	words[count++] = en_small[n];
	return count;
}

size_t spell_number(enum language language, unsigned number,
		    struct spell_region region, const char *words[SPELL_WORDS])
{
	if (number > SPELL_MOST) {
		unsigned digits[10];
		size_t n = 0, count = 0;
		for (; number > 0; number /= 10)
			digits[n++] = number % 10;
		while (n > 0)
			words[count++] = spell_digit(language, digits[--n]);
		return count;
	}
	switch (language) {
	case LANGUAGE_VI:
		return vi_number(number, region, words);
	case LANGUAGE_EN:
		break;
	}
	return en_number(number, words);
}

const char *spell_vocabulary(enum language language, struct spell_region region,
			     size_t i)
{
	static const char *const vi_more[] = {"mười", "mươi", "mốt",
					      "tư",   "lăm",  "trăm"};
	static const char *const en_more[] = {"hundred", "thousand", "and"};
	switch (language) {
	case LANGUAGE_VI:
		if (i < 10)
			return vi_digits[i];
		if (i < 16)
			return vi_more[i - 10];
		return i == 16   ? (region.le ? "lẻ" : "linh")
		       : i == 17 ? (region.ngan ? "ngàn" : "nghìn")
				 : NULL;
	case LANGUAGE_EN:
		break;
	}
	if (i < 20)
		return en_small[i];
	if (i < 28)
		return en_tens[i - 18];
	return i < 31 ? en_more[i - 28] : NULL;
}
