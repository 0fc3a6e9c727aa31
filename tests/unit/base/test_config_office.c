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

static const struct row rows[] = {
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
    {"closed on a day that is none",
     OFFICE("closed_days = [ \"2027-02-05\",\n\"2027-02-30\" ];"),
     3,
     {": office.closed_days[1]: \"2027-02-30\" is no date", "2027-02-05"}},
    {"closed in a range backwards",
     OFFICE("closed_days = [ \"2027-02-12..2027-02-08\" ];"),
     2,
     {": office.closed_days[0]: \"2027-02-12..2027-02-08\" ends before"}},
    {"closed twice",
     OFFICE("closed_days = [ \"2027-02-01..2027-02-09\", \"2027-02-09\" ];"),
     2,
     {": office.closed_days[1]: \"2027-02-09\" stands here already"}},
    {"closed on a number",
     OFFICE("closed_days = [ 20270205 ];"),
     2,
     {": office.closed_days[0]: 20270205 where a text belongs"}},
    {"closed in one text",
     OFFICE("closed_days = \"2027-02-05\";"),
     2,
     {": office.closed_days: \"2027-02-05\" where a list belongs"}},
};

static void names_mistakes_of_the_office(void **state)
{
	(void)state;
	CHECK_ROWS(rows);
}

static void takes_200_closed_days_and_no_more(void **state)
{
	static char text[8192];
	struct config *config = NULL;
	char *said;

	(void)state;
	for (int n = 200; n <= 201; n++) {
		size_t used =
		    (size_t)snprintf(text, sizeof(text),
				     "office = { kiosk = \"x\"; name = { vi = "
				     "\"X\"; };\nclosed_days = [ ");

		for (int i = 0; i < n; i++)
			used +=
			    (size_t)snprintf(text + used, sizeof(text) - used,
					     "%s\"2027-%02d-%02d\"",
					     i > 0 ? ", " : "", i / 28 + 1,
					     i % 28 + 1);
		(void)snprintf(text + used, sizeof(text) - used, " ]; };\n%s",
			       SMALL_SERVICES SMALL_COUNTERS);
		said = load_text(text, strlen(text), n == 200 ? 0 : -EINVAL,
				 &config);
		if (n == 200)
			assert_int_equal(config->office.closed.n, 200);
		else
			assert_non_null(
			    strstr(said, ":2: office.closed_days: 201 elements "
					 "are too many"));
		config_free(config);
		free(said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_mistakes_of_the_office),
	    cmocka_unit_test(takes_200_closed_days_and_no_more),
	};

	return cmocka_run_group_tests(tests, config_file_make,
				      config_file_remove);
}
