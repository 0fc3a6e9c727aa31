/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "display/options.h"

static struct options options;
static char problem[OPTIONS_PROBLEM_SIZE];

/* Splits a line at its spaces: a command line in a table. */
static enum options_what read_line(const char *line)
{
	/* What options points to outlives the call. */
	static char copy[300];
	char *argv[20] = {(char[]){"kiosk-display"}}, *rest = copy;
	int argc = 1;

	assert_true(strlen(line) < sizeof(copy));
	memcpy(copy, line, strlen(line) + 1);
	for (char *word; (word = strsep(&rest, " "));)
		if (*word)
			argv[argc++] = word;
	argv[argc] = NULL;
	problem[0] = '\0';
	return options_read(argc, argv, &options, problem);
}

static void reads_a_usual_command_line(void **state)
{
	(void)state;
	assert_int_equal(read_line("--view board"), OPTIONS_RUN);
	assert_string_equal(options.config, "/etc/kiosk/kiosk.conf");
	assert_string_equal(options.socket, "/run/kiosk/kiosk.sock");
	assert_null(options.url);
	assert_int_equal(options.n_views, 1);
	assert_ptr_equal(options.views[0].kind, &view_board);
	assert_int_equal(options.w, 0);
	assert_null(options.snapshot);
}

static void reads_every_option(void **state)
{
	(void)state;
	assert_int_equal(read_line("--config /c --view touch "
				   "--size 800x480 "
				   "--snapshot /p.png --after-ms 250 --mute "
				   "--url http://127.0.0.1:8080"),
			 OPTIONS_RUN);
	assert_string_equal(options.config, "/c");
	assert_string_equal(options.url, "http://127.0.0.1:8080");
	assert_ptr_equal(options.views[0].kind, &view_touch);
	assert_int_equal(options.w, 800);
	assert_int_equal(options.h, 480);
	assert_string_equal(options.snapshot, "/p.png");
	assert_int_equal(options.after_ms, 250);
	assert_true(options.mute);
	assert_int_equal(read_line("--view board --socket /s"), OPTIONS_RUN);
	assert_string_equal(options.socket, "/s");
}

static void takes_two_views(void **state)
{
	(void)state;
	assert_int_equal(read_line("--view board --view touch"), OPTIONS_RUN);
	assert_int_equal(options.n_views, 2);
	assert_ptr_equal(options.views[1].kind, &view_touch);
}

static void a_counters_screen_has_its_number(void **state)
{
	(void)state;
	assert_int_equal(read_line("--view counter:7 --view counter:12"),
			 OPTIONS_RUN);
	assert_ptr_equal(options.views[0].kind, &view_counter);
	assert_int_equal(options.views[0].counter, 7);
	assert_int_equal(options.views[1].counter, 12);
}

static void the_voice_needs_no_view(void **state)
{
	(void)state;
	assert_int_equal(read_line("--config /c voice say hello"), OPTIONS_RUN);
	assert_int_equal(options.voice_verb, OPTIONS_VOICE_SAY);
	assert_string_equal(options.say, "hello");
	assert_int_equal(read_line("voice record-list"), OPTIONS_RUN);
	assert_int_equal(options.voice_verb, OPTIONS_VOICE_LIST);
	assert_int_equal(read_line("voice"), OPTIONS_WRONG);
	assert_int_equal(read_line("voice say"), OPTIONS_WRONG);
	assert_int_equal(read_line("voice sing"), OPTIONS_WRONG);
	assert_non_null(strstr(problem, "voice say"));
}

static void asks_for_help_and_version(void **state)
{
	(void)state;
	assert_int_equal(read_line("--help"), OPTIONS_HELP);
	assert_int_equal(read_line("--view board --version"), OPTIONS_VERSION);
}

static void says_in_one_line_what_is_wrong(void **state)
{
	static const struct {
		const char *line, *says;
	} rows[] = {
	    {"",
	     "no --view: give --view board, --view touch or --view counter:N"},
	    {"--view bord",
	     "--view \"bord\": there are these views: board, touch, counter:N"},
	    {"--view board:1", "--view \"board:1\": there are these views"},
	    {"--view counter", "--view \"counter\": there are these views"},
	    {"--view counter:", "--view \"counter:\": there are these views"},
	    {"--view counter:0", "--view \"counter:0\": there are these views"},
	    {"--view counter:2x", "--view \"counter:2x\": there are these"},
	    {"--view counter:100", "--view \"counter:100\": there are these"},
	    {"--view", "--view: a value is missing"},
	    {"--view board --colour", "--colour: no such option; see --help"},
	    {"--view board extra", "extra: not understood; see --help"},
	    {"--view board --size 1920", "--size \"1920\": give width"},
	    {"--view board --size 1920x", "--size \"1920x\": give width"},
	    {"--view board --size x480", "--size \"x480\": give width"},
	    {"--view board --size 100x100", "--size \"100x100\": give width"},
	    {"--view board --size 800x480x2", "--size \"800x480x2\": give"},
	    {"--view board --size 99999999999x480", "--size \"99999999999x480"},
	    {"--view board --snapshot a.png --after-ms -1",
	     "--after-ms \"-1\": give milliseconds"},
	    {"--view board --snapshot a.png --after-ms 1s",
	     "--after-ms \"1s\": give milliseconds"},
	    {"--view board --after-ms 5", "--after-ms goes with --snapshot"},
	    {"--view board --view touch --snapshot a.png",
	     "--snapshot is one picture: give one --view"},
	    {"--view board --socket /s --url http://x",
	     "--socket and --url: give the one or the other"},
	    {"--view board --url http://x --socket /s",
	     "--socket and --url: give the one or the other"},
	    {"--view board --url ftp://x", "--url \"ftp://x\": give http://"},
	    {"--view board --url http://", "--url \"http://\": give http://"},
	    {"--view board --url http://x/v1", "--url \"http://x/v1\": give"},
	    {"--view board --view board --view board --view board --view board",
	     "--view: at most 4"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (read_line(rows[i].line) != OPTIONS_WRONG ||
		    strncmp(problem, rows[i].says, strlen(rows[i].says)) != 0 ||
		    strchr(problem, '\n'))
			fail_msg("\"%s\" gives \"%s\"", rows[i].line, problem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_a_usual_command_line),
	    cmocka_unit_test(reads_every_option),
	    cmocka_unit_test(takes_two_views),
	    cmocka_unit_test(a_counters_screen_has_its_number),
	    cmocka_unit_test(the_voice_needs_no_view),
	    cmocka_unit_test(asks_for_help_and_version),
	    cmocka_unit_test(says_in_one_line_what_is_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
