/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/base/config_file.h"
#include "tests/unit/base/config_rows.h"

#define BUTTON(text)                                                         \
	MORE("buttons = ( { id = \"b\"; chip = \"c\"; line = 1; " text " } " \
	     ");")
#define BUTTONS(text)                                                     \
	MORE("buttons = ( { id = \"b\"; chip = \"gpiochip0\"; line = 1; " \
	     "press = \"call 1\"; },\n" text " );\n")
#define LAMP(text) \
	MORE("lamps = ( { id = \"b\"; chip = \"c\"; line = 1; " text " } );")

static const struct row panel[] = {
    {"a button without a press",
     BUTTON(""),
     4,
     {": buttons[0].press: is missing", "issue SERVICE"}},
    {"a button without an id",
     MORE("buttons = ( { chip = \"c\"; line = 1; press = \"call 1\"; } );"),
     4,
     {": buttons[0].id: is missing"}},
    {"a button without a chip",
     MORE("buttons = ( { id = \"b\"; line = 1; press = \"call 1\"; } );"),
     4,
     {": buttons[0].chip: is missing", "gpiodetect"}},
    {"a chip without a name",
     MORE("buttons = ( { id = \"b\"; chip = \"\"; line = 1; press = \"call "
	  "1\"; } );"),
     4,
     {": buttons[0].chip: \"\" is no chip"}},
    {"a button without a line",
     MORE("buttons = ( { id = \"b\"; chip = \"c\"; press = \"call 1\"; } );"),
     4,
     {": buttons[0].line: is missing"}},
    {"a line below zero",
     MORE("buttons = ( { id = \"b\"; chip = \"c\"; line = -1; press = \"call "
	  "1\"; } );"),
     4,
     {": buttons[0].line: -1 is out of range"}},
    {"an unknown action",
     BUTTON("press = \"ring 1\";"),
     4,
     {": buttons[0].press: \"ring 1\" is no action", "call N"}},
    {"an empty action",
     BUTTON("press = \"\";"),
     4,
     {": buttons[0].press: \"\" is no action"}},
    {"an action with too many words",
     BUTTON("press = \"issue land priority now\";"),
     4,
     {": buttons[0].press: ", "is no action"}},
    {"a call with too many words",
     BUTTON("press = \"call 1 2\";"),
     4,
     {": buttons[0].press: \"call 1 2\" is no action"}},
    {"an issue without a service",
     BUTTON("press = \"issue\";"),
     4,
     {": buttons[0].press: ", "lacks its service"}},
    {"an issue of an unknown service",
     BUTTON("press = \"issue lnd\";"),
     4,
     {": buttons[0].press: \"lnd\" is no service", "\"land\""}},
    {"an issue of an unknown class",
     BUTTON("press = \"issue land vip\";"),
     4,
     {": buttons[0].press: \"vip\" is no class", "priority"}},
    {"a call of an unknown counter",
     BUTTON("press = \"call 2\";"),
     4,
     {": buttons[0].press: \"2\" is no counter", "(1)"}},
    {"a call of no number",
     BUTTON("press = \"call one\";"),
     4,
     {": buttons[0].press: \"one\" is no counter"}},
    {"a call of a large number",
     BUTTON("press = \"call 99999999999999999999\";"),
     4,
     {": buttons[0].press: ", "is no counter"}},
    {"a hold that is no action",
     BUTTON("press = \"call 1\"; hold = \"cal 1\";"),
     4,
     {": buttons[0].hold: \"cal 1\" is no action"}},
    {"an active level that is none",
     BUTTON("press = \"call 1\"; active = \"up\";"),
     4,
     {": buttons[0].active: \"up\"", "high, low"}},
    {"a bias that is none",
     BUTTON("press = \"call 1\"; bias = \"pullup\";"),
     4,
     {": buttons[0].bias: \"pullup\"", "pull-up"}},
    {"a long debounce",
     BUTTON("press = \"call 1\"; debounce_ms = 501;"),
     4,
     {": buttons[0].debounce_ms: 501 is out of range", "0 to 500"}},
    {"a short hold",
     BUTTON("press = \"call 1\"; hold_ms = 299;"),
     4,
     {": buttons[0].hold_ms: 299", "300 to 10000"}},
    {"a long repeat",
     BUTTON("press = \"call 1\"; repeat_ms = 60001;"),
     4,
     {": buttons[0].repeat_ms: 60001"}},
    {"a button's id twice",
     BUTTONS("{ id = \"b\"; chip = \"c\"; line = 1; press = \"call 1\"; }"),
     5,
     {": buttons[1].id: \"b\" is taken (line 4)"}},
    {"a line of two buttons",
     BUTTONS("{ id = \"c\"; chip = \"gpiochip0\";\nline = 1; press = \"call "
	     "1\"; }"),
     6,
     {": buttons[1].line: 1 of gpiochip0 is taken by the button \"b\" "
      "(line 4)"}},
    {"a line of two buttons by path",
     BUTTONS("{ id = \"c\"; chip = \"/dev/gpiochip0\"; line = 1; press = "
	     "\"call 1\"; }"),
     5,
     {": buttons[1].line: 1 of gpiochip0 is taken"}},
    {"a line of a button and a lamp",
     MORE("buttons = ( { id = \"b\"; chip = \"c\"; line = 1; press = \"call "
	  "1\"; } );\nlamps = ( { id = \"l\"; chip = \"c\"; line = 1; shows = "
	  "\"fault\"; } );"),
     5,
     {": lamps[0].line: 1 of c is taken by the button \"b\" (line 4)"}},
    {"a lamp that shows nothing",
     LAMP(""),
     4,
     {": lamps[0].shows: is missing"}},
    {"a lamp that shows an unknown thing",
     LAMP("shows = \"printer\";"),
     4,
     {": lamps[0].shows: \"printer\"", "fault"}},
    {"a lamp of an unknown service",
     LAMP("shows = \"service x\";"),
     4,
     {": lamps[0].shows: \"x\" is no service"}},
    {"a lamp of an unknown counter",
     LAMP("shows = \"counter 9\";"),
     4,
     {": lamps[0].shows: \"9\" is no counter"}},
    {"a button's setting in a lamp",
     LAMP("shows = \"fault\"; debounce_ms = 5;"),
     4,
     {": lamps[0].debounce_ms: unknown setting"}},
    {"a keypad without a device",
     MORE("keypads = ( { counter = 1; } );"),
     4,
     {": keypads[0].device: is missing"}},
    {"a keypad by its name",
     MORE("keypads = ( { device = \"event0\"; counter = 1; } );"),
     4,
     {": keypads[0].device: \"event0\" is no path", "by-path"}},
    {"a keypad of no counter",
     MORE("keypads = ( { device = \"/x\"; } );"),
     4,
     {": keypads[0].counter: is missing"}},
    {"a keypad of an unknown counter",
     MORE("keypads = ( { device = \"/x\"; counter = 2; } );"),
     4,
     {": keypads[0].counter: 2 is no counter", "(1)"}},
    {"a keypad twice",
     MORE("keypads = ( { device = \"/x\"; counter = 1; },\n"
	  "{ device = \"/x\"; counter = 1; } );"),
     5,
     {": keypads[1].device: \"/x\" is taken (line 4)"}},
    {"a printer that is none",
     MORE("printer = { device = \"lp0\"; };"),
     4,
     {": printer.device: \"lp0\" is no printer", "/dev/usb/lp0"}},
    {"a printer by a name",
     MORE("printer = { device = \"tcp:in:9100\"; };"),
     4,
     {": printer.device: \"tcp:in:9100\"", "address"}},
    {"a printer without a port",
     MORE("printer = { device = \"tcp:10.0.0.9\"; };"),
     4,
     {": printer.device: \"tcp:10.0.0.9\""}},
    {"a printer without a folder",
     MORE("printer = { device = \"file:\"; };"),
     4,
     {": printer.device: \"file:\""}},
    {"a width that is no multiple of 8",
     MORE("printer = { width_dots = 580; };"),
     4,
     {": printer.width_dots: 580 is no multiple of 8", "576"}},
    {"a width too small",
     MORE("printer = { width_dots = 8; };"),
     4,
     {": printer.width_dots: 8 is out of range", "256 to 832"}},
    {"a cut that is a number",
     MORE("printer = { cut = 1; };"),
     4,
     {": printer.cut: 1 is neither true nor false"}},
};

static void names_mistakes_of_the_panel(void **state)
{
	(void)state;
	CHECK_ROWS(panel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_mistakes_of_the_panel),
	};

	return cmocka_run_group_tests(tests, config_file_make,
				      config_file_remove);
}
