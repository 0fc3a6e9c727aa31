/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "sync/central.h"
#include "sync/central_url.h"

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

static void passwords_are_masked(void **state)
{
	static const struct {
		const char *name, *url, *shown;
	} rows[] = {
	    {"none", "postgresql://host/db", "postgresql://host/db"},
	    {"user only", "postgresql://kiosk@host/db",
	     "postgresql://kiosk@host/db"},
	    {"password", "postgresql://kiosk:secret@host:5432/db",
	     "postgresql://kiosk:***@host:5432/db"},
	    {"port but no password", "postgresql://host:5432/db",
	     "postgresql://host:5432/db"},
	    {"empty password", "postgresql://kiosk:@host/db",
	     "postgresql://kiosk:***@host/db"},
	    {"bare at", "postgresql://kiosk:se@cret@host/db",
	     "postgresql://kiosk:***@host/db"},
	    {"bare slash", "postgresql://kiosk:se/cret@host/db",
	     "postgresql://kiosk:***@host/db"},
	    {"bare question mark", "postgresql://kiosk:se?cret@host/db",
	     "postgresql://kiosk:***@host/db"},
	    {"several hosts", "postgresql://k:s@h1:1,h2:2/d",
	     "postgresql://k:***@h1:1,h2:2/d"},
	    {"in the query", "postgresql://k@h/d?password=s&sslmode=require",
	     "postgresql://k@h/d?password=***&sslmode=require"},
	    {"key's password", "postgresql:///d?a=b&sslpassword=s",
	     "postgresql:///d?a=b&sslpassword=***"},
	    {"both", "postgresql://k:s@h/d?PASSWORD=t",
	     "postgresql://k:***@h/d?PASSWORD=***"},
	    {"file", "sqlite:/var/lib/kiosk/central.db",
	     "sqlite:/var/lib/kiosk/central.db"},
	    {"no url", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
		char shown[200];

		central_url_mask(rows[i].url, shown, sizeof(shown));
		if (strcmp(shown, rows[i].shown) != 0)
			fail_msg("%s: %s", rows[i].name, shown);
	}
}

static void a_long_url_is_cut_and_shows_nothing(void **state)
{
	char shown[24];

	(void)state;
	central_url_mask("postgresql://kiosk:secret@host/database", shown,
			 sizeof(shown));
	assert_string_equal(shown, "postgresql://kiosk:***@");
}

static void a_url_that_reads_two_ways_is_not_clear(void **state)
{
	static const struct {
		const char *url;
		bool clear;
	} rows[] = {
	    {"postgresql://host/db", true},
	    {"postgresql://k:s%40t@host:5432/db?sslmode=require", true},
	    {"postgresql://k@%2Ftmp/db", true},
	    {"postgresql:///db?host=/tmp", true},
	    {"postgresql://k:s@t@host/db", false},
	    {"postgresql://k:s/t@host/db", false},
	    {"postgresql://k:s?t@host/db", false},
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMENTS(rows); i++)
		if (central_url_clear(rows[i].url) != rows[i].clear)
			fail_msg("%s", rows[i].url);
}

static void messages_are_scrubbed_of_passwords(void **state)
{
	static const char url[] =
	    "postgresql://k:s3%40cret@host/db?sslpassword=other";
	static const struct {
		const char *message, *line;
	} rows[] = {
	    {"all is well", "all is well"},
	    {"bad s3%40cret here", "bad *** here"},
	    {"bad s3@cret here", "bad *** here"},
	    {"othersother", "***s***"},
	    {"one line\nonly", "one line"},
	    {"", ""},
	};
	char line[40];

	(void)state;
	for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
		central_url_scrub(url, rows[i].message, line, sizeof(line));
		assert_string_equal(line, rows[i].line);
	}
	central_url_scrub(url, "a message that is longer than the line is",
			  line, 12);
	assert_string_equal(line, "a message t");
}

static void the_engine_is_chosen_by_the_url(void **state)
{
	struct central_problem problem = {0};

	(void)state;
	assert_ptr_equal(central_for("sqlite:/a", &problem), &central_sqlite);
	assert_ptr_equal(central_for("postgresql://h/d", &problem),
			 &central_postgres);
	assert_ptr_equal(central_for("postgres://h/d", &problem),
			 &central_postgres);
	assert_null(central_for("http://u:secret@h/", &problem));
	assert_non_null(strstr(problem.text, "central.url"));
	assert_null(strstr(problem.text, "secret"));
}

static void a_url_that_can_never_work_is_refused_at_once(void **state)
{
	static const char *const urls[] = {
	    "postgresql://k:secret@t@host/db",
	    "postgresql://k:secret@host/db?nonsense=1",
	    "postgresql://k:secret@[host/db",
	    "postgresql://k:secret%zz@host/db",
	    "sqlite:central.db",
	    "sqlite:",
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMENTS(urls); i++) {
		struct central_problem problem = {0};
		struct central *central;

		if (central_for(urls[i], &problem)
			->open(urls[i], -1, &central, &problem) == 0)
			fail_msg("%s was taken", urls[i]);
		assert_null(central);
		assert_true(strlen(problem.text) > 20);
		if (strstr(problem.text, "secret"))
			fail_msg("%s", problem.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(passwords_are_masked),
	    cmocka_unit_test(a_long_url_is_cut_and_shows_nothing),
	    cmocka_unit_test(a_url_that_reads_two_ways_is_not_clear),
	    cmocka_unit_test(messages_are_scrubbed_of_passwords),
	    cmocka_unit_test(the_engine_is_chosen_by_the_url),
	    cmocka_unit_test(a_url_that_can_never_work_is_refused_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
