/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "sync/sync_options.h"

#define WORDS 6

static int parse(const char *const words[WORDS], struct sync_options *options,
		 char error[200])
{
	char *argv[WORDS + 1] = {(char *)(uintptr_t) "kiosk-sync"};
	int argc = 1;

	for (int i = 0; i < WORDS && words[i]; i++)
		argv[argc++] = (char *)(uintptr_t)words[i];
	error[0] = '\0';
	return sync_options_parse(argc, argv, options, error);
}

static void without_words_the_defaults_hold(void **state)
{
	const char *const words[WORDS] = {NULL};
	struct sync_options options;
	char error[200];

	(void)state;
	assert_int_equal(parse(words, &options, error), 0);
	assert_int_equal(options.job, SYNC_JOB_RUN);
	assert_string_equal(options.config, "/etc/kiosk/kiosk.conf");
	assert_string_equal(options.state_dir, "/var/lib/kiosk");
	assert_false(options.once);
}

static void options_are_taken_in_both_forms(void **state)
{
	const char *const words[WORDS] = {"--once", "--config", "a.conf",
					  "--state-dir=/s"};
	struct sync_options options;
	char error[200];

	(void)state;
	assert_int_equal(parse(words, &options, error), 0);
	assert_true(options.once);
	assert_string_equal(options.config, "a.conf");
	assert_string_equal(options.state_dir, "/s");
}

static void jobs_are_told_apart(void **state)
{
	static const struct {
		const char *words[WORDS];
		enum sync_job job;
	} rows[] = {
	    {{"--help"}, SYNC_JOB_HELP},
	    {{"--once", "--version"}, SYNC_JOB_VERSION},
	    {{"--install-central", "sqlite:/a"}, SYNC_JOB_INSTALL},
	    {{"--check-central", "sqlite:/b"}, SYNC_JOB_CHECK},
	    {{"--import", "f", "--central", "sqlite:/c"}, SYNC_JOB_IMPORT},
	};
	struct sync_options options;
	char error[200];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(parse(rows[i].words, &options, error), 0);
		assert_int_equal(options.job, rows[i].job);
		if (options.job == SYNC_JOB_INSTALL)
			assert_string_equal(options.install_url, "sqlite:/a");
		if (options.job == SYNC_JOB_CHECK)
			assert_string_equal(options.check_url, "sqlite:/b");
	}
	assert_string_equal(options.import_file, "f");
	assert_string_equal(options.central_url, "sqlite:/c");
}

static void mistakes_are_named(void **state)
{
	static const struct {
		const char *words[WORDS];
		const char *named;
	} rows[] = {
	    {{"--nonsense"}, "--nonsense"},
	    {{"word"}, "word"},
	    {{"--config"}, "--config"},
	    {{"--config="}, "--config"},
	    {{"--state-dir", ""}, "--state-dir"},
	    {{"--configs", "x"}, "--configs"},
	    {{"--install-central"}, "--install-central"},
	    {{"--import"}, "--import"},
	    {{"--check-central="}, "--check-central"},
	    {{"--central", "sqlite:/a"}, "--central goes with --import"},
	    {{"--check-central", "sqlite:/a", "--central", "sqlite:/a"},
	     "--central goes with --import"},
	    {{"--import", "a", "--import", "b"}, "--import"},
	    {{"--import", "a", "--install-central=sqlite:/a"}, "one of them"},
	    {{"--once", "--import", "a"}, "--once goes with none"},
	};
	struct sync_options options;
	char error[200];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_true(parse(rows[i].words, &options, error) < 0);
		assert_non_null(strstr(error, rows[i].named));
		assert_non_null(strstr(error, "--help"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_words_the_defaults_hold),
	    cmocka_unit_test(options_are_taken_in_both_forms),
	    cmocka_unit_test(jobs_are_told_apart),
	    cmocka_unit_test(mistakes_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
