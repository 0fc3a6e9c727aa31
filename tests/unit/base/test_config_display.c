/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/base/config_file.h"
#include "tests/unit/base/config_rows.h"

static const struct row display[] = {
    {"a theme that is none",
     MORE("display = { theme = \"pink\"; };"),
     4,
     {": display.theme: \"pink\" is not known", "dark, light"}},
    {"a call that is gone at once",
     MORE("display = { hold_s = 1; };"),
     4,
     {": display.hold_s: 1", "2"}},
    {"an accent that is none",
     MORE("display = { accent = \"west\"; };"),
     4,
     {": display.accent: \"west\" is not known", "north, central"}},
    {"a call said ten times",
     MORE("display = { times = 10; };"),
     4,
     {": display.times: 10", "3"}},
    {"quiet hours that are none",
     MORE("display = { quiet = \"noon\"; };"),
     4,
     {": display.quiet: ", "noon"}},
    {"a font without a name",
     MORE("display = { font = \"\"; };"),
     4,
     {": display.font: \"\" is no font"}},
    {"a folder of texts without its path",
     MORE("display = { procedures = \"posted\"; };"),
     4,
     {": display.procedures: \"posted\" is no folder",
      "/etc/kiosk/procedures"}},
    {"a folder of pictures without its path",
     MORE("display = { pictures = \"./p\"; };"),
     4,
     {": display.pictures: \"./p\" is no folder", "/etc/kiosk/pictures"}},
    {"a token too short",
     MORE("display = { token = \"abc\"; };"),
     4,
     {": display.token: the value does not fit"}},
    {"a token's hash where the token belongs",
     MORE("display = { token = \"sha256:"
	  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	  "\"; };"),
     4,
     {": display.token: the value is a token's hash", "first line"}},
    {"a voice that is none",
     MORE("display = { voice = \"lan\"; };"),
     4,
     {": display.voice: \"lan\" is no voice", "espeak"}},
    {"a reading that is none",
     MORE("display = { read_numbers = \"letters\"; };"),
     4,
     {": display.read_numbers: \"letters\"", "digits, words"}},
    {"an unknown placeholder",
     MORE("display = { announce = {\nvi = \"Mời {so}\"; }; };"),
     5,
     {": display.announce.vi: \"{so}\" means nothing", "{ticket}"}},
    {"a placeholder cut short",
     MORE("display = { announce = { vi = \"x\"; en = \"to {counter\"; }; };"),
     4,
     {": display.announce.en: \"{counter\" means nothing"}},
    {"a brace alone",
     MORE("display = { announce = { vi = \"{ticket} }\"; }; };"),
     4,
     {": display.announce.vi: \"}\" means nothing"}},
    {"a notice that is a text",
     MORE("notices = ( \"x\" );"),
     4,
     {": notices[0]: \"x\" is in one language"}},
};

static void names_mistakes_of_the_display(void **state)
{
	(void)state;
	CHECK_ROWS(display);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_mistakes_of_the_display),
	};

	return cmocka_run_group_tests(tests, config_file_make,
				      config_file_remove);
}
