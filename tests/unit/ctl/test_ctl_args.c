/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl_args.h"

#define WORDS 8
#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

static int parse(const char *const words[WORDS], struct ctl_command *command,
		 struct ctl_error *error)
{
	char *argv[WORDS + 1] = {(char *)(uintptr_t) "kioskctl"};
	int argc = 1;

	for (int i = 0; i < WORDS && words[i]; i++)
		argv[argc++] = (char *)(uintptr_t)words[i];
	error->text[0] = '\0';
	return ctl_parse(argc, argv, command, error);
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void good_words_become_a_command(void **state)
{
	static const struct {
		const char *words[WORDS];
		struct ctl_command want; /* socket, state_dir NULL: default */
	} rows[] = {
	    {{"issue", "land"}, {.verb = CTL_ISSUE, .service = "land"}},
	    {{"issue", "land", "--class", "priority"},
	     {.verb = CTL_ISSUE, .service = "land", .class = "priority"}},
	    {{"--class=priority", "issue", "land"},
	     {.verb = CTL_ISSUE, .service = "land", .class = "priority"}},
	    {{"call", "1"}, {.verb = CTL_CALL, .counter = 1}},
	    {{"call", "99", "A1000"},
	     {.verb = CTL_CALL, .counter = 99, .code = "A1000"}},
	    {{"recall", "2"}, {.verb = CTL_RECALL, .counter = 2}},
	    {{"finish", "3", "--outcome", "accepted"},
	     {.verb = CTL_FINISH, .counter = 3, .outcome = "accepted"}},
	    {{"no-show", "4"}, {.verb = CTL_NO_SHOW, .counter = 4}},
	    {{"transfer", "5", "land"},
	     {.verb = CTL_TRANSFER, .counter = 5, .service = "land"}},
	    {{"return", "5"}, {.verb = CTL_RETURN, .counter = 5}},
	    {{"restore", "A025"}, {.verb = CTL_RESTORE, .code = "A025"}},
	    {{"cancel", "ABC001"}, {.verb = CTL_CANCEL, .code = "ABC001"}},
	    {{"open", "6"}, {.verb = CTL_OPEN, .counter = 6}},
	    {{"pause", "07"}, {.verb = CTL_PAUSE, .counter = 7}},
	    {{"close", "8"}, {.verb = CTL_CLOSE, .counter = 8}},
	    {{"state"}, {.verb = CTL_STATE}},
	    {{"waiting", "--json"}, {.verb = CTL_WAITING, .json = true}},
	    {{"report"}, {.verb = CTL_REPORT}},
	    {{"report", "2026-11-24"},
	     {.verb = CTL_REPORT, .day = "2026-11-24"}},
	    {{"--socket", "/s", "--json", "state"},
	     {.verb = CTL_STATE, .socket = "/s", .json = true}},
	    {{"state", "--socket=/s"}, {.verb = CTL_STATE, .socket = "/s"}},
	    {{"journal", "verify"}, {.verb = CTL_JOURNAL_VERIFY}},
	    {{"journal", "--state-dir", "/d", "verify", "j.db"},
	     {.verb = CTL_JOURNAL_VERIFY, .state_dir = "/d", .file = "j.db"}},
	    {{"journal", "export", "--from", "12"},
	     {.verb = CTL_JOURNAL_EXPORT, .from_seq = 12}},
	    {{"journal", "export", "j.db"},
	     {.verb = CTL_JOURNAL_EXPORT, .file = "j.db"}},
	    {{"journal", "export", "--sealed", "/usb/k"},
	     {.verb = CTL_JOURNAL_EXPORT, .sealed = "/usb/k"}},
	    {{"journal", "export", "--sealed=f", "--config", "k.conf"},
	     {.verb = CTL_JOURNAL_EXPORT, .sealed = "f", .config = "k.conf"}},
	    {{"journal", "check"}, {.verb = CTL_JOURNAL_CHECK}},
	    {{"journal", "check", "j.db", "--json"},
	     {.verb = CTL_JOURNAL_CHECK, .file = "j.db", .json = true}},
	    {{"journal", "recover"}, {.verb = CTL_JOURNAL_RECOVER}},
	    {{"journal", "rebase"}, {.verb = CTL_JOURNAL_REBASE}},
	    {{"journal", "rebase", "--previous",
	      "0123456789abcdef0123456789abcdef:12"},
	     {.verb = CTL_JOURNAL_REBASE,
	      .previous = {"0123456789abcdef0123456789abcdef", 12}}},
	    {{"journal", "rebase", "--force", "--reason", "new card"},
	     {.verb = CTL_JOURNAL_REBASE, .force = true, .reason = "new card"}},
	    {{"config", "check", "k.conf"},
	     {.verb = CTL_CONFIG_CHECK, .file = "k.conf"}},
	    {{"config", "check", "--", "--odd"},
	     {.verb = CTL_CONFIG_CHECK, .file = "--odd"}},
	    {{"pin", "lan.b_2-X"}, {.verb = CTL_PIN, .name = "lan.b_2-X"}},
	    {{"certificate", "new", "/d"},
	     {.verb = CTL_CERTIFICATE_NEW, .file = "/d"}},
	    {{"token", "board-2"}, {.verb = CTL_TOKEN, .name = "board-2"}},
	    {{"--help"}, {.verb = CTL_HELP}},
	    {{"call", "--help"}, {.verb = CTL_HELP}},
	    {{"--version"}, {.verb = CTL_VERSION}},
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
		struct ctl_command want = rows[i].want, have;
		struct ctl_error error;

		if (!want.socket)
			want.socket = "/run/kiosk/kiosk.sock";
		if (!want.state_dir)
			want.state_dir = "/var/lib/kiosk";
		if (!want.from_seq)
			want.from_seq = 1;
		if (!want.config)
			want.config = "/etc/kiosk/kiosk.conf";
		if (!want.reason)
			want.reason = "fork";
		if (parse(rows[i].words, &have, &error) != 0)
			fail_msg("row %zu: %s", i, error.text);
		if (have.verb != want.verb || have.json != want.json ||
		    have.counter != want.counter ||
		    have.from_seq != want.from_seq ||
		    !same(have.socket, want.socket) ||
		    !same(have.state_dir, want.state_dir) ||
		    !same(have.service, want.service) ||
		    !same(have.class, want.class) ||
		    !same(have.outcome, want.outcome) ||
		    !same(have.code, want.code) || have.force != want.force ||
		    have.previous.seq != want.previous.seq ||
		    strcmp(have.previous.id, want.previous.id) != 0 ||
		    !same(have.sealed, want.sealed) ||
		    !same(have.config, want.config) ||
		    !same(have.reason, want.reason) ||
		    !same(have.name, want.name) || !same(have.day, want.day) ||
		    !same(have.file, want.file))
			fail_msg("row %zu (%s %s) differs", i, rows[i].words[0],
				 rows[i].words[1] ? rows[i].words[1] : "");
	}
}

#define TEXT_21 "a reason that is long"
#define TEXT_210                                                        \
	TEXT_21 TEXT_21 TEXT_21 TEXT_21 TEXT_21 TEXT_21 TEXT_21 TEXT_21 \
	    TEXT_21 TEXT_21

static void bad_words_are_named_with_the_mend(void **state)
{
	static const struct {
		const char *words[WORDS];
		const char *named, *mend;
	} rows[] = {
	    {{NULL}, "no command", "--help"},
	    {{"trans", "1", "land"}, "\"trans\"", "issue, call,"},
	    {{"transfer", "1"}, "usage", "transfer N SERVICE"},
	    {{"transfer", "x", "land"}, "\"x\"", "1 to 99"},
	    {{"report", "2026-11-31"}, "\"2026-11-31\"", "2026-11-24"},
	    {{"report", "today"}, "\"today\"", "2026-11-24"},
	    {{"report", "2026-11-24", "2026-11-25"}, "usage", "report [DAY]"},
	    {{"pin"}, "usage", "kioskctl pin USER"},
	    {{"pin", "lan hoa"}, "\"lan hoa\"", "1 to 32 of"},
	    {{"pin", "lan\""}, "\"lan\"\"", "1 to 32 of"},
	    {{"token", ""}, "\"\"", "1 to 32 of"},
	    {{"token", "a12345678901234567890123456789012"},
	     "\"a1234",
	     "1 to 32 of"},
	    {{"journal"},
	     "\"journal\": there are journal verify, ",
	     "journal rebase"},
	    {{"journal", "burn"},
	     "\"journal burn\": there are journal ver",
	     "journal export"},
	    {{"config", "chekc", "k.conf"},
	     "\"config chekc\"",
	     "there are config check"},
	    {{"issue"}, "usage", "issue SERVICE"},
	    {{"issue", "a", "b"}, "usage", "issue SERVICE"},
	    {{"call"}, "usage", "call N [CODE]"},
	    {{"call", "x"}, "\"x\"", "1 to 99"},
	    {{"call", "0"}, "\"0\"", "1 to 99"},
	    {{"call", "100"}, "\"100\"", "1 to 99"},
	    {{"call", "1x"}, "\"1x\"", "1 to 99"},
	    {{"call", "+1"}, "\"+1\"", "1 to 99"},
	    {{"call", " 1"}, "\" 1\"", "1 to 99"},
	    {{"call", "99999999999999999999"}, "99999", "1 to 99"},
	    {{"call", "1", "a025"}, "\"a025\"", "A025"},
	    {{"restore", "A25"}, "\"A25\"", "A025"},
	    {{"restore", "../../etc"}, "\"../../etc\"", "A025"},
	    {{"state", "now"}, "usage", "kioskctl state"},
	    {{"call", "1", "A001", "more", "words"}, "\"words\"", "--help"},
	    {{"call", "1", "--class", "priority"}, "--class", "call N"},
	    {{"state", "--outcome=x"}, "--outcome", "kioskctl state"},
	    {{"journal", "verify", "--from", "3"}, "--from", "verify"},
	    {{"journal", "verify", "--force"}, "--force", "verify"},
	    {{"journal", "rebase", "j.db"}, "usage", "rebase [--reason"},
	    {{"journal", "rebase", "--reason", "new \xff"},
	     "--reason",
	     "UTF-8"},
	    {{"journal", "rebase", "--reason", TEXT_210}, "--reason", "200"},
	    {{"journal", "rebase", "--previous", "abc:1"}, "abc:1", "contacts"},
	    {{"journal", "rebase",
	      "--previous=0123456789abcdef0123456789abcdef:0"},
	     "cdef:0",
	     "contacts"},
	    {{"journal", "export", "--from", "0"}, "\"0\"", "1 or more"},
	    {{"journal", "export", "--from", "x"}, "\"x\"", "1 or more"},
	    {{"state", "--json=yes"}, "--json", "no value"},
	    {{"state", "--socket"}, "--socket", "needs a value"},
	    {{"state", "--socket="}, "--socket", "needs a value"},
	    {{"state", "--sock", "x"}, "\"--sock\"", "--help"},
	    {{"state", "-j"}, "\"-j\"", "--help"},
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
		struct ctl_command command;
		struct ctl_error error;

		if (parse(rows[i].words, &command, &error) == 0)
			fail_msg("row %zu was taken", i);
		if (!strstr(error.text, rows[i].named) ||
		    !strstr(error.text, rows[i].mend) ||
		    strchr(error.text, '\n'))
			fail_msg("row %zu: %s", i, error.text);
	}
}

static void the_help_names_every_command(void **state)
{
	static const char *const names[] = {"issue",          "call",
					    "recall",         "finish",
					    "no-show",        "return",
					    "restore",        "cancel",
					    "open",           "pause",
					    "close",          "state",
					    "waiting",        "report",
					    "journal verify", "journal export",
					    "journal rebase", "config check",
					    "panel watch"};
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	(void)state;
	assert_non_null(to);
	ctl_print_help(to);
	assert_int_equal(fclose(to), 0);
	for (size_t i = 0; i < N_ELEMENTS(names); i++)
		assert_non_null(strstr(text, names[i]));
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 82); /* "…" is 3 bytes */
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_words_become_a_command),
	    cmocka_unit_test(bad_words_are_named_with_the_mend),
	    cmocka_unit_test(the_help_names_every_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
