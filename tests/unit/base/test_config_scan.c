/* SPDX-License-Identifier: MIT */
/*
 * The grammar and the bytes of kiosk.conf; and a file whose bytes are changed
 * at random, which may be said to be anything, but never crash or leak.
 *
 *	SEED=N	run the random test with that seed
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/base/config_file.h"
#include "tests/unit/base/config_rows.h"

#define OFFICE(text)                                               \
	"office = { kiosk = \"x\"; name = { vi = \"X\"; };\n" text \
	" };\n" SMALL_SERVICES SMALL_COUNTERS
#define SERVICES(text)                                            \
	SMALL_OFFICE "services = (\n"                             \
		     "{ id = \"land\"; name = { vi = \"Đ\"; }; " \
		     "prefix = \"A\"; },\n" text " );\n" SMALL_COUNTERS

/* ---- the grammar ---- */

static const struct row grammar[] = {
    {"nothing at all", "", 1, {": office: is missing", "add office = {"}},
    {"a missing ';' behind a text",
     MORE("queue = {\n policy = \"ratio\"\n priority_ratio = 2;\n};"),
     5,
     {": queue.policy: ", "';' is missing"}},
    {"a missing ';' behind a number",
     MORE("queue = {\n priority_ratio = 2\n policy = \"ratio\"; };"),
     5,
     {": queue.priority_ratio: ", "';' is missing"}},
    {"a missing ';' behind a group",
     MORE("queue = {\n priority_ratio = 2; }\nnotices = ( );"),
     5,
     {": queue: ", "';' is missing"}},
    {"a missing ';' behind a list",
     MORE("notices = (\n)\nqueue = { };"),
     5,
     {": notices: ", "';' is missing"}},
    {"a missing ';' with a comment behind",
     MORE("queue = {\n policy = \"ratio\" # x\n\n priority_ratio = 2; };"),
     5,
     {": queue.policy: ", "';' is missing"}},
    {"a ';' too many", MORE("queue = { };;"), 4, {"';' is not expected"}},
    {"a missing '='",
     MORE("queue = {\n policy \"ratio\"; };"),
     5,
     {": queue.policy: ", "\"ratio\" is not expected", "'='"}},
    {"a missing value",
     MORE("queue = {\n policy = ; };"),
     5,
     {": queue.policy: ", "';' is not expected", "value"}},
    {"a text without quotes",
     MORE("queue = {\n policy = ratio; };"),
     5,
     {": queue.policy: ", "'ratio' is a text without quotes", "\"ratio\""}},
    {"a foreign text without quotes",
     MORE("notices = (\n { vi = Đất; } );"),
     5,
     {": notices[0].vi: ", "'Đ' is not expected", "quotes"}},
    {"a text without its end",
     MORE("queue = {\n policy = \"ratio;\n};"),
     5,
     {": queue.policy: ", "does not end on its line", "'\"'"}},
    {"a text without its end in the last line",
     MORE("queue = \"x"),
     4,
     {"does not end on its line"}},
    {"a text that ends in a backslash",
     MORE("queue = \"x\\\";"),
     4,
     {"does not end on its line"}},
    {"a text over two lines",
     MORE("notices = ( { vi = \"a\nb\"; } );"),
     4,
     {": notices[0].vi: ", "does not end on its line"}},
    {"a comment without its end",
     MORE("\n/* x\n\n"),
     5,
     {"comment", "no end", "*/"}},
    {"a missing ',' between groups",
     SERVICES("{ id = \"b\"; name = { vi = \"b\"; }; prefix = \"B\"; }\n"
	      "{ id = \"c\"; name = { vi = \"c\"; }; prefix = \"C\"; }"),
     4,
     {": services[1]: ", "',' is missing"}},
    {"a missing ',' between numbers",
     MORE("users = (\n { counters = [ 1 2 ]; } );"),
     5,
     {": users[0].counters[0]: ", "',' is missing"}},
    {"a ',' too many at the end of a list",
     MORE("notices = (\n\n,);"),
     6,
     {": notices[0]: ", "',' is not expected"}},
    {"a ',' behind the last element",
     MORE("notices = ( { vi = \"x\"; },\n);"),
     5,
     {": notices[1]: ", "')' is not expected", "remove the ','"}},
    {"a bracket of the wrong kind",
     MORE("queue = { policy = \"ratio\"; )"),
     4,
     {"')' stands here", "'{' of line 4", "'}'"}},
    {"a bracket too many", MORE("queue = { };\n}"), 5, {"'}' closes nothing"}},
    {"an open group",
     MORE("queue = {\n policy = \"ratio\";\n\n"),
     4,
     {": queue: ", "'{'", "never closed", "'}'"}},
    {"an open list",
     MORE("\nnotices = (\n"),
     5,
     {": notices: ", "'('", "never closed"}},
    {"an open list, and more behind it",
     MORE("notices = ( { vi = \"x\"; }\nqueue = { };"),
     4,
     {"'(' of line 4 is still open"}},
    {"a ';' in a list",
     MORE("notices = ( { vi = \"x\"; };\n);"),
     4,
     {"'(' of line 4 is still open"}},
    {"a bracket never opened",
     MORE("queue = { policy = ] };"),
     4,
     {"']' is not expected"}},
    {"brackets without end",
     MORE("queue = ((((((((((((((((((((((((((((((((((((((((((("),
     4,
     {": queue", "brackets"}},
    {"a list of several kinds", MORE("notices = [ 1, \"x\" ];"), 4, {"array"}},
    {"a name twice",
     MORE("queue = { policy = \"ratio\";\n"
	  "policy = \"strict\"; };"),
     5,
     {": queue.policy: stands here twice, and in line 4 first"}},
    {"a section twice",
     MORE("\n\nservices = ( );"),
     6,
     {": services: stands here twice, and in line 2 first"}},
    {"an include",
     MORE("@include \"/etc/passwd\"\n"),
     4,
     {"'@include' is not taken"}},
    {"an include in a group",
     MORE("queue = {\n@include \"x\"\n};"),
     5,
     {"'@include' is not taken"}},
    {"a stray sign", MORE("%"), 4, {"'%' is not expected"}},
    {"a name in quotes",
     MORE("\"queue\" = { };"),
     4,
     {"\"queue\" is not expected"}},
    {"JSON", "{ \"office\": { } }", 1, {"'{' is not expected"}},
    {"INI", "[office]\nkiosk=x\n", 1, {"'[' is not expected"}},
    {"a number too large",
     MORE("central = { every_s = 99999999999; };"),
     4,
     {": central.every_s: ", "99999999999", "too large"}},
    {"a number that wraps around",
     MORE("central = { every_s = 4294967326; };"),
     4,
     {"4294967326", "too large"}},
    {"a number far too large",
     MORE("central = { every_s = 99999999999999999999999999999999999999999; "
	  "};"),
     4,
     {"999999", "too long"}},
    {"a hexadecimal too large",
     MORE("central = { every_s = 0xffffffff; };"),
     4,
     {"0xffffffff", "too large"}},
    {"a number with a letter",
     MORE("central = { every_s = 30s; };"),
     4,
     {"'30s' is no number"}},
    {"a time without quotes",
     OFFICE("day_starts = 05:00;"),
     2,
     {": office.day_starts: ", "':' is not expected", "quotes"}},
    {"a date without quotes",
     OFFICE("day_starts = 2026-11-24;"),
     2,
     {"'2026-11-24' is no number", "quotes"}},
    {"two texts of which one is a number",
     MORE("queue = { priority_ratio = 2 \"x\"; };"),
     4,
     {"\"x\" is not expected"}},
};

static void names_mistakes_of_the_grammar(void **state)
{
	(void)state;
	CHECK_ROWS(grammar);
}

/* ---- the bytes ---- */

static const struct row bytes[] = {
    {"bad UTF-8 in a text",
     MORE("notices = ( { vi = \"Qu\xe2y\"; } );"),
     4,
     {"column 23", "0xe2", "not UTF-8", "save the file as UTF-8"}},
    {"bad UTF-8 in a comment", MORE("\n# \xff\n"), 5, {"column 3", "0xff"}},
    {"bad UTF-8 behind good", MORE("# ầầ \xc3\n"), 4, {"column 6", "0xc3"}},
    {"bad UTF-8 outside texts", MORE("\x80\n"), 4, {"column 1", "0x80"}},
    {"a sequence cut by the end", MORE("# \xe1\xba"), 4, {"column 3", "0xe1"}},
    {"bad UTF-8 by an escape",
     MORE("notices = ( { vi = \"a\\xffb\"; } );"),
     4,
     {": notices[0].vi: ", "byte 2", "0xff", "not UTF-8"}},
    {"a control character", MORE("# \x1b[2J"), 4, {"column 3", "0x1b"}},
    {"DEL", MORE("# \x7f"), 4, {"0x7f", "control character"}},
    {"a tab in a text",
     MORE("notices = ( { vi = \"a\tb\"; } );"),
     4,
     {": notices[0].vi: ", "byte 2", "0x09"}},
    {"a line break by an escape",
     MORE("notices = ( { vi = \"a\\nb\"; } );"),
     4,
     {": notices[0].vi: ", "byte 2", "0x0a"}},
    {"a NUL by an escape",
     MORE("notices = ( { vi = \"a\\x00b\"; } );"),
     4,
     {": notices[0].vi: ", "\\x00"}},
};

static void names_bad_bytes(void **state)
{
	(void)state;
	CHECK_ROWS(bytes);
}

static void refuses_a_nul(void **state)
{
	static const char text[] = SMALL_CONFIG "\0queue = { };";
	struct config *config = NULL;
	char *said = load_text(text, sizeof(text) - 1, -EINVAL, &config);

	(void)state;
	assert_non_null(strstr(said, ":4: column 1: the byte 0x00"));
	free(said);
}

/* ---- at random ---- */

static uint64_t random_state;

static size_t random_below(size_t n)
{
	/* splitmix64, Steele and others 2014 */
	uint64_t z = random_state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (size_t)((z ^ (z >> 31)) % n);
}

/* Changes, takes out, doubles or swaps some bytes; returns the new length. */
static size_t mutate(char *text, size_t length)
{
	static const char signs[] = "{}()[]\"=:;,.#/*@\\\n \0\xff\xc3-0a";

	for (size_t i = random_below(4) + 1; i > 0 && length > 80; i--) {
		size_t at = random_below(length - 40);
		size_t other = random_below(length - 40);
		size_t n = random_below(40) + 1;

		switch (random_below(6)) {
		case 0:
			text[at] = (char)random_below(256);
			break;
		case 1:
			text[at] = (char)(text[at] ^ 1 << random_below(8));
			break;
		case 2:
			text[at] = signs[random_below(sizeof(signs) - 1)];
			break;
		case 3:
			memmove(text + at, text + at + n, length - at - n);
			length -= n;
			break;
		case 4:
			memmove(text + at, text + other, n);
			break;
		case 5:
			if (random_below(10) == 0)
				length = at + 41;
			break;
		}
	}
	return length;
}

static void bears_bytes_changed_at_random(void **state)
{
	const char *given = getenv("SEED");
	uint64_t seed =
	    given != NULL ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
	static const char good[] = GOOD_CONFIG;
	char text[sizeof(good)];
	int taken = 0;

	(void)state;
	print_message("SEED=%llu\n", (unsigned long long)seed);
	random_state = seed;
	for (int i = 0; i < 2000; i++) {
		struct config *config = NULL;
		size_t length;
		char *said;

		memcpy(text, good, sizeof(good));
		length = mutate(text, sizeof(good) - 1);
		said = load_text(text, length, 1, &config);
		if (!utf8_valid(said, strlen(said)))
			fail_msg("round %d: said in bad UTF-8", i);
		taken += config != NULL;
		config_free(config);
		free(said);
	}
	/* Some changes are no mistakes; most are. */
	assert_in_range(taken, 20, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_mistakes_of_the_grammar),
	    cmocka_unit_test(names_bad_bytes),
	    cmocka_unit_test(refuses_a_nul),
	    cmocka_unit_test(bears_bytes_changed_at_random),
	};

	return cmocka_run_group_tests(tests, config_file_make,
				      config_file_remove);
}
