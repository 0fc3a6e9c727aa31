/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "tests/unit/base/config_file.h"
#include "tests/unit/base/config_rows.h"

#define USER(text)                                                        \
	MORE("users = ( { name = \"lan\"; pin = \"$argon2id$x\"; role = " \
	     "\"staff\"; },\n" text " );")
#define DEVICE(text)                                                        \
	MORE("devices = ( { name = \"b\"; token = \"0123456789\"; may = [ " \
	     "\"read\" ]; },\n" text " );")

static const struct row console[] = {
    {"a port alone",
     MORE("console = { listen = \"8080\"; };"),
     4,
     {": console.listen: \"8080\"", "\"127.0.0.1:8080\""}},
    {"an address alone",
     MORE("console = { listen = \"127.0.0.1\"; };"),
     4,
     {": console.listen: \"127.0.0.1\""}},
    {"a port too large",
     MORE("console = { listen = \"127.0.0.1:65536\"; };"),
     4,
     {": console.listen: "}},
    {"a port with a sign",
     MORE("console = { listen = \"127.0.0.1:+80\"; };"),
     4,
     {": console.listen: "}},
    {"an address of five",
     MORE("console = { listen = \"1.2.3.4.5:80\"; };"),
     4,
     {": console.listen: "}},
    {"an IPv6 address without brackets",
     MORE("console = { listen = \"::1:8080\"; };"),
     4,
     {"[::1]:8080"}},
    {"an IPv6 bracket left open",
     MORE("console = { listen = \"[::1:8080\"; };"),
     4,
     {": console.listen: "}},
    {"brackets with nothing in them",
     MORE("console = { listen = \"[]:8080\"; };"),
     4,
     {": console.listen: "}},
    {"open to all without a certificate",
     MORE("console = { listen = \"0.0.0.0:8080\"; };"),
     4,
     {": console.listen: \"0.0.0.0:8080\"", "certificate",
      "\"127.0.0.1:8080\""}},
    {"open to all by IPv6",
     MORE("console = { listen = \"[::]:8080\"; };"),
     4,
     {": console.listen: \"[::]:8080\"", "certificate"}},
    {"a certificate without a key",
     MORE("console = { certificate = \"/c.pem\"; };"),
     4,
     {": console: ", "belong together"}},
    {"a session without end",
     MORE("console = { session_minutes = 1441; };"),
     4,
     {": console.session_minutes: 1441 is out of range"}},
    {"a user without a name",
     USER("{ pin = \"$argon2id$x\"; role = \"staff\"; }"),
     5,
     {": users[1].name: is missing"}},
    {"a user twice",
     USER("{ name = \"lan\"; pin = \"$argon2id$x\"; role = \"staff\"; }"),
     5,
     {": users[1].name: \"lan\" is taken (line 4)"}},
    {"a user without a PIN",
     USER("{ name = \"b\"; role = \"staff\"; }"),
     5,
     {": users[1].pin: is missing", "kioskctl pin"}},
    {"a PIN in the clear",
     USER("{ name = \"b\"; pin = \"1234\"; role = \"staff\"; }"),
     5,
     {": users[1].pin: ", "is no hash", "kioskctl pin"}},
    {"a PIN without quotes",
     USER("{ name = \"b\"; pin = 1234; role = \"staff\"; }"),
     5,
     {": users[1].pin: the value is no text", "quotes"}},
    {"a user without a role",
     USER("{ name = \"b\"; pin = \"$argon2id$x\"; }"),
     5,
     {": users[1].role: is missing"}},
    {"a role that is none",
     USER("{ name = \"b\"; pin = \"$argon2id$x\"; role = \"boss\"; }"),
     5,
     {": users[1].role: \"boss\"", "staff, supervisor, admin"}},
    {"a user's counter twice",
     USER("{ name = \"b\"; pin = \"$argon2id$x\"; role = \"staff\"; counters "
	  "= [ 1, 1 ]; }"),
     5,
     {": users[1].counters[1]: 1 stands here twice"}},
    {"a user of an unknown counter",
     USER("{ name = \"b\"; pin = \"$argon2id$x\"; role = \"staff\"; counters "
	  "= [ 5 ]; }"),
     5,
     {": users[1].counters[0]: 5 is no counter"}},
    {"a device twice",
     DEVICE("{ name = \"b\"; token = \"0123456789\"; may = [ \"read\" ]; }"),
     5,
     {": devices[1].name: \"b\" is taken (line 4)"}},
    {"a device without a token",
     DEVICE("{ name = \"c\"; may = [ ]; }"),
     5,
     {": devices[1].token: is missing"}},
    {"a short token",
     DEVICE("{ name = \"c\"; token = \"1234567\"; may = [ ]; }"),
     5,
     {": devices[1].token: ", "8 to 128"}},
    {"a token with a blank",
     DEVICE("{ name = \"c\"; token = \"1234 5678\"; may = [ ]; }"),
     5,
     {": devices[1].token: ", "without blanks"}},
    {"a right that is none",
     DEVICE("{ name = \"c\"; token = \"12345678\"; may = [ \"write\" ]; }"),
     5,
     {": devices[1].may[0]: \"write\"", "\"issue\""}},
    {"no rights",
     DEVICE("{ name = \"c\"; token = \"12345678\"; }"),
     5,
     {": devices[1].may: is missing"}},
    {"a central log of another kind",
     MORE("central = { url = \"mysql://x\"; };"),
     4,
     {": central.url: \"mysql://x\"", "postgresql://"}},
    {"a central log without a path",
     MORE("central = { url = \"sqlite:\"; };"),
     4,
     {": central.url: \"sqlite:\""}},
    {"a central log never written",
     MORE("central = { every_s = 0; };"),
     4,
     {": central.every_s: 0 is out of range", "1 to 86400"}},
    {"a journal that is not kept for long enough",
     MORE("central = { retain_days = 89; };"),
     4,
     {": central.retain_days: 89 days are too few", "write 90 or more"}},
    {"a journal kept for less than none",
     MORE("central = { retain_days = -1; };"),
     4,
     {": central.retain_days: -1 is out of range", "0 to 36500"}},
};

static void names_mistakes_of_the_console(void **state)
{
	(void)state;
	CHECK_ROWS(console);
}

static void does_not_say_a_secret(void **state)
{
	static const char text[] = SMALL_CONFIG
	    "users = ( { name = \"b\"; pin = \"verysecret\"; role = "
	    "\"staff\"; } );\n"
	    "devices = ( { name = \"b\"; token = \"verysecret \"; may = [ ]; } "
	    ");\n"
	    "central = { url = \"postgres://k:verysecret@db/x\"; };\n";
	struct config *config = NULL;
	char *said = load_text(text, strlen(text), -EINVAL, &config);

	(void)state;
	assert_non_null(strstr(said, ": central.url: "));
	assert_null(strstr(said, "verysecret"));
	free(said);
}

static const struct {
	const char *name, *text, *note; /* NULL: none */
} noted[] = {
    {"a torn hash",
     MORE("users = ( { name = \"b\"; pin = \"$argon2id$v=19$m"
	  "=9216\"; role = \"staff\"; } );"),
     ":4: users[0].pin: the value is not the whole of a hash"},
    {"a whole hash",
     MORE("users = ( { name = \"b\"; pin = \"$argon2id$v=19$m=9216,t=4,p=1$c2F"
	  "sdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g\"; "
	  "role = \"staff\"; } );"),
     NULL},
    {"a token as it is",
     MORE("devices = ( { name = \"b\"; token = \"0123456789\"; may = [ ]; } "
	  ");"),
     ":4: devices[0].token: the token stands here as it is"},
    {"a token's hash",
     MORE("devices = ( { name = \"b\"; token = \"sha256:ba7816bf8f01cfea414140d"
	  "e5dae2223b00361a396177a9cb410ff61f20015ad\"; may = [ ]; } );"),
     NULL},
};

static void notes_what_keeps_people_out_or_is_no_secret(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(noted) / sizeof(noted[0]); i++) {
		struct config *config = NULL;
		char *said = load_notes(noted[i].text, &config);

		assert_non_null(config);
		if (noted[i].note ? !strstr(said, noted[i].note) : said[0])
			fail_msg("%s: %s", noted[i].name, said);
		config_free(config);
		free(said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_mistakes_of_the_console),
	    cmocka_unit_test(does_not_say_a_secret),
	    cmocka_unit_test(notes_what_keeps_people_out_or_is_no_secret),
	};

	return cmocka_run_group_tests(tests, config_file_make,
				      config_file_remove);
}
