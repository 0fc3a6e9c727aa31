/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/base/config_file.h"
#include "tests/unit/base/config_rows.h"

#define OFFICE(text)                                               \
	"office = { kiosk = \"x\"; name = { vi = \"X\"; };\n" text \
	" };\n" SMALL_SERVICES SMALL_COUNTERS
#define SERVICE(text)                                                  \
	SMALL_OFFICE "services = ( { name = { vi = \"Đất\"; };\n" text \
		     " } );\n" SMALL_COUNTERS
#define LAND "id = \"land\"; prefix = \"A\"; "
#define SERVICES(text)                                            \
	SMALL_OFFICE "services = (\n"                             \
		     "{ id = \"land\"; name = { vi = \"Đ\"; }; " \
		     "prefix = \"A\"; },\n" text " );\n" SMALL_COUNTERS
#define COUNTER(text)               \
	SMALL_OFFICE SMALL_SERVICES \
	    "counters = ( { name = { vi = \"Q\"; };\n" text " } );\n"
#define COUNTERS(text)                                                     \
	SMALL_OFFICE SMALL_SERVICES                                        \
	    "counters = ( { id = 1; name = { vi = \"Q\"; }; services = [ " \
	    "\"land\" ]; },\n" text " );\n"

/* ---- office ---- */

static const struct row office[] = {
    {"no office",
     SMALL_SERVICES SMALL_COUNTERS,
     1,
     {": office: is missing", "add office = {"}},
    {"an office that is a list",
     "\noffice = ( );\n" SMALL_SERVICES SMALL_COUNTERS,
     2,
     {": office: ", "a list where a group belongs", "{ … }"}},
    {"an unknown section",
     MORE("\nprinterr = { };"),
     5,
     {": printerr: unknown setting", "\"printer\""}},
    {"a section like no other",
     MORE("zzzzzzzzzz = 1;"),
     4,
     {"unknown setting", "office, services"}},
    {"an unknown setting",
     OFFICE("time_zone = \"UTC\";"),
     2,
     {": office.time_zone: ", "\"timezone\""}},
    {"no kiosk",
     "office = { name = { vi = \"x\"; }; };\n" SMALL_SERVICES SMALL_COUNTERS,
     1,
     {": office.kiosk: is missing", "kiosk = "}},
    {"a kiosk in capitals",
     "office = { name = { vi = \"x\"; };\nkiosk = \"Xã 1\"; "
     "};\n" SMALL_SERVICES SMALL_COUNTERS,
     2,
     {": office.kiosk: \"Xã 1\"", "a-z"}},
    {"a kiosk without a letter",
     "office = { name = { vi = \"x\"; };\nkiosk = \"\"; "
     "};\n" SMALL_SERVICES SMALL_COUNTERS,
     2,
     {": office.kiosk: \"\"", "1 to 64"}},
    {"a kiosk that is a number",
     "office = { name = { vi = \"x\"; };\nkiosk = 12; "
     "};\n" SMALL_SERVICES SMALL_COUNTERS,
     2,
     {": office.kiosk: 12 where a text belongs", "quotes"}},
    {"no name",
     "\noffice = { kiosk = \"x\"; };\n" SMALL_SERVICES SMALL_COUNTERS,
     2,
     {": office.name: is missing", "vi ="}},
    {"a name that is a text",
     "office = { kiosk = \"x\";\nname = \"X\"; };\n" SMALL_SERVICES
	 SMALL_COUNTERS,
     2,
     {": office.name: \"X\" is in one language", "{ vi = "}},
    {"a name without Vietnamese",
     "office = { kiosk = \"x\";\nname = { en = \"X\"; }; };\n" SMALL_SERVICES
	 SMALL_COUNTERS,
     2,
     {": office.name.vi: is missing"}},
    {"a name that is empty",
     "office = { kiosk = \"x\"; name = {\nvi = \"\"; }; };\n" SMALL_SERVICES
	 SMALL_COUNTERS,
     2,
     {": office.name.vi: \"\" says nothing"}},
    {"a language that is none",
     "office = { kiosk = \"x\"; name = { vi = \"x\";\nfr = \"x\"; }; "
     "};\n" SMALL_SERVICES SMALL_COUNTERS,
     2,
     {": office.name.fr: unknown setting", "vi"}},
    {"a zone that is none",
     OFFICE("timezone = \"Asia/Saigon City\";"),
     2,
     {": office.timezone: \"Asia/Saigon City\"", "timedatectl"}},
    {"a zone above the database",
     OFFICE("timezone = \"../passwd\";"),
     2,
     {": office.timezone: \"../passwd\""}},
    {"a day that starts never",
     OFFICE("day_starts = \"24:00\";"),
     2,
     {": office.day_starts: \"24:00\"", "23:59"}},
    {"a day that starts at 5",
     OFFICE("day_starts = \"5:00\";"),
     2,
     {"\"5:00\" is no time of day"}},
    {"a day that starts at 05:60",
     OFFICE("day_starts = \"05:60\";"),
     2,
     {"\"05:60\""}},
    {"a day that starts with more",
     OFFICE("day_starts = \"05:00 \";"),
     2,
     {"\"05:00 \""}},
    {"no languages",
     OFFICE("languages = [ ];"),
     2,
     {": office.languages: ", "\"vi\""}},
    {"a language twice",
     OFFICE("languages = [ \"vi\", \"vi\" ];"),
     2,
     {": office.languages[1]: \"vi\" stands here twice"}},
    {"a strange language",
     OFFICE("languages = [ \"vi\", \"km\" ];"),
     2,
     {": office.languages[1]: \"km\""}},
    {"three languages",
     OFFICE("languages = [ \"vi\", \"en\", \"vi\" ];"),
     2,
     {": office.languages: 3 elements are too many", "2"}},
    {"languages in one text",
     OFFICE("languages = \"vi,en\";"),
     2,
     {": office.languages: \"vi,en\" where a list belongs"}},
    {"languages that are numbers",
     OFFICE("languages = [ 1 ];"),
     2,
     {": office.languages[0]: 1 where a text belongs"}},
};

/* ---- services and counters ---- */

static const struct row services[] = {
    {"no services",
     SMALL_OFFICE SMALL_COUNTERS,
     1,
     {": services: is missing", "services = ("}},
    {"an empty list of services",
     SMALL_OFFICE "services = ( );\n" SMALL_COUNTERS,
     2,
     {": services: no service"}},
    {"services that are a group",
     SMALL_OFFICE "services = { };\n" SMALL_COUNTERS,
     2,
     {": services: a group { } where a list belongs", "( … )"}},
    {"a service that is a text",
     SMALL_OFFICE "services = ( \"land\" );\n" SMALL_COUNTERS,
     2,
     {": services[0]: \"land\" where a group belongs"}},
    {"no id", SERVICE("prefix = \"A\";"), 2, {": services[0].id: is missing"}},
    {"an id with a blank",
     SERVICE("id = \"la nd\"; prefix = \"A\";"),
     3,
     {": services[0].id: \"la nd\"", "a-z"}},
    {"an id too long",
     SERVICE("id = \"aaaaaaaaaabbbbbbbbbbccccccccccddd\"; prefix = \"A\";"),
     3,
     {": services[0].id: ", "1 to 32"}},
    {"no prefix",
     SERVICE("id = \"land\";"),
     2,
     {": services[0].prefix: is missing", "A-Z"}},
    {"a small prefix",
     SERVICE("id = \"land\"; prefix = \"a\";"),
     3,
     {": services[0].prefix: \"a\"", "1 to 3 of A-Z"}},
    {"a foreign prefix",
     SERVICE("id = \"land\"; prefix = \"Đ\";"),
     3,
     {": services[0].prefix: \"Đ\""}},
    {"a prefix with a digit",
     SERVICE("id = \"land\"; prefix = \"A1\";"),
     3,
     {": services[0].prefix: \"A1\""}},
    {"a prefix too long",
     SERVICE("id = \"land\"; prefix = \"ABCD\";"),
     3,
     {": services[0].prefix: \"ABCD\""}},
    {"a setting misspelt",
     SERVICE(LAND "prefx = \"B\";"),
     3,
     {": services[0].prefx: ", "did you mean \"prefix\"?"}},
    {"an id twice",
     SERVICES("{ id = \"land\"; name = { vi = \"x\"; }; prefix = \"B\"; }"),
     4,
     {": services[1].id: \"land\" is taken", "line 3"}},
    {"a prefix twice",
     SERVICES("{ id = \"b\"; name = { vi = \"x\"; };\nprefix = \"A\"; }"),
     5,
     {": services[1].prefix: \"A\" is taken by \"land\" (line 3)",
      "give each service a prefix of its own"}},
    {"a cap below zero",
     SERVICE(LAND "daily_cap = -1;"),
     3,
     {": services[0].daily_cap: -1 is out of range", "0 to 99999"}},
    {"a cap in quotes",
     SERVICE(LAND "daily_cap = \"5\";"),
     3,
     {": services[0].daily_cap: \"5\" is no whole number", "without quotes"}},
    {"a cap with a fraction",
     SERVICE(LAND "daily_cap = 5.5;"),
     3,
     {": services[0].daily_cap: 5.5 is no whole number"}},
    {"a cap that is true",
     SERVICE(LAND "daily_cap = true;"),
     3,
     {": services[0].daily_cap: true is no whole number"}},
    {"hours that are none",
     SERVICE(LAND "hours = \"morning\";"),
     3,
     {": services[0].hours: \"morning\"", "07:30-11:30"}},
    {"hours backwards",
     SERVICE(LAND "hours = \"11:30-07:30\";"),
     3,
     {": services[0].hours: "}},
    {"hours that overlap",
     SERVICE(LAND "hours = \"07:30-11:30, 11:00-17:00\";"),
     3,
     {": services[0].hours: "}},
    {"hours with a comma behind",
     SERVICE(LAND "hours = \"07:30-11:30,\";"),
     3,
     {": services[0].hours: "}},
    {"hours cut short",
     SERVICE(LAND "hours = \"07:30-11:3\";"),
     3,
     {": services[0].hours: "}},
    {"hours with more behind",
     SERVICE(LAND "hours = \"07:30-11:30 x\";"),
     3,
     {": services[0].hours: "}},
    {"minutes too many",
     SERVICE(LAND "typical_minutes = 481;"),
     3,
     {": services[0].typical_minutes: 481 is out of range"}},
    {"an outcome with a blank",
     SERVICE(LAND "outcomes = [ \"a b\" ];"),
     3,
     {": services[0].outcomes[0]: \"a b\""}},
    {"an outcome twice",
     SERVICE(LAND "outcomes = [ \"a\", \"a\" ];"),
     3,
     {": services[0].outcomes[1]: \"a\" stands here twice"}},
    {"an outcome that is a number",
     SERVICE(LAND "outcomes = [ 1 ];"),
     3,
     {": services[0].outcomes[0]: 1 where a text belongs"}},
};

static const struct row counters[] = {
    {"no counters",
     SMALL_OFFICE SMALL_SERVICES,
     1,
     {": counters: is missing", "counters = ("}},
    {"an empty list of counters",
     SMALL_OFFICE SMALL_SERVICES "counters = ( );\n",
     3,
     {": counters: no counter"}},
    {"no id",
     COUNTER("services = [ \"land\" ];"),
     3,
     {": counters[0].id: is missing"}},
    {"id 0",
     COUNTER("id = 0; services = [ \"land\" ];"),
     4,
     {": counters[0].id: 0 is out of range", "1 to 99"}},
    {"an id of three digits",
     COUNTER("id = 100; services = [ \"land\" ];"),
     4,
     {": counters[0].id: 100 is out of range"}},
    {"an id in quotes",
     COUNTER("id = \"1\"; services = [ \"land\" ];"),
     4,
     {": counters[0].id: \"1\" is no whole number", "without quotes"}},
    {"an id twice",
     COUNTERS("{ id = 1; name = { vi = \"x\"; }; services = [ \"land\" ]; }"),
     4,
     {": counters[1].id: 1 is taken", "line 3"}},
    {"an unknown service",
     COUNTER("id = 1;\nservices = [ \"lnad\" ];"),
     5,
     {": counters[0].services[0]: \"lnad\" is no service", "\"land\""}},
    {"no services",
     COUNTER("id = 1;"),
     3,
     {": counters[0].services: is missing"}},
    {"an empty list of services",
     COUNTER("id = 1; services = [ ];"),
     4,
     {": counters[0].services: the counter serves nothing"}},
    {"a service twice",
     COUNTER("id = 1; services = [ \"land\", \"land\" ];"),
     4,
     {": counters[0].services[1]: \"land\" stands here twice"}},
    {"the last service of many lines",
     COUNTER("id = 1; services = [\n\"land\",\n\"lnad\"\n\n];"),
     6,
     {": counters[0].services[1]: \"lnad\""}},
    {"a service in the middle of many lines",
     COUNTER("id = 1; services = (\n\"land\",\n\"lnad\"\n,\n\"land\");"),
     6,
     {": counters[0].services[1]: \"lnad\""}},
    {"a service without a list",
     COUNTER("id = 1; services = \"land\";"),
     4,
     {": counters[0].services: \"land\" where a list belongs"}},
    {"a preference that is none",
     COUNTER("id = 1; services = [ \"land\" ]; prefer = \"newest\";"),
     4,
     {": counters[0].prefer: \"newest\"", "oldest, order"}},
    {"no name",
     SMALL_OFFICE SMALL_SERVICES
     "counters = ( { id = 1; services = [ \"land\" ]; } );",
     3,
     {": counters[0].name: is missing"}},
    {"a policy that is none",
     MORE("queue = { policy = \"fair\"; };"),
     4,
     {": queue.policy: \"fair\"", "ratio, strict, accumulate"}},
    {"a ratio of 0",
     MORE("queue = { priority_ratio = 0; };"),
     4,
     {": queue.priority_ratio: 0 is out of range", "1 to 100"}},
};

static void names_mistakes_of_the_office(void **state)
{
	(void)state;
	CHECK_ROWS(office);
}

static void names_mistakes_of_services(void **state)
{
	(void)state;
	CHECK_ROWS(services);
}

static void names_mistakes_of_counters(void **state)
{
	(void)state;
	CHECK_ROWS(counters);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_mistakes_of_the_office),
	    cmocka_unit_test(names_mistakes_of_services),
	    cmocka_unit_test(names_mistakes_of_counters),
	};

	return cmocka_run_group_tests(tests, config_file_make,
				      config_file_remove);
}
