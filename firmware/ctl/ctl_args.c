/* SPDX-License-Identifier: MIT */
#include "ctl/ctl_args.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ticket.h"
#include "base/utf8.h"

#define WORDS_MAX 4
#define REASON_MAX 200
#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

enum option {
	OPTION_SOCKET = 1 << 0,
	OPTION_STATE_DIR = 1 << 1,
	OPTION_JSON = 1 << 2,
	OPTION_CLASS = 1 << 3,
	OPTION_OUTCOME = 1 << 4,
	OPTION_FROM = 1 << 5,
	OPTION_WINDOW = 1 << 6,
	OPTION_SEALED = 1 << 7,
	OPTION_CONFIG = 1 << 8,
	OPTION_REASON = 1 << 9,
	OPTION_FORCE = 1 << 10,
	OPTION_PREVIOUS = 1 << 11,
};
/* Harmless with every command, so that an alias may hold them. */
#define OPTIONS_ANYWHERE (OPTION_SOCKET | OPTION_STATE_DIR | OPTION_JSON)

static const struct option_spec {
	const char *name;
	enum option option;
	bool has_value;
} options[] = {
    {"--socket", OPTION_SOCKET, true},
    {"--state-dir", OPTION_STATE_DIR, true},
    {"--json", OPTION_JSON, false},
    {"--class", OPTION_CLASS, true},
    {"--outcome", OPTION_OUTCOME, true},
    {"--from", OPTION_FROM, true},
    {"--window", OPTION_WINDOW, true},
    {"--sealed", OPTION_SEALED, true},
    {"--config", OPTION_CONFIG, true},
    {"--reason", OPTION_REASON, true},
    {"--force", OPTION_FORCE, false},
    {"--previous", OPTION_PREVIOUS, true},
};

enum argument {
	ARG_SERVICE,
	ARG_COUNTER,
	ARG_CODE,
	ARG_DAY,
	ARG_FILE,
	ARG_NAME
};

static const struct command_spec {
	const char *name, *second; /* second: "verify" of "journal verify" */
	enum ctl_verb verb;
	unsigned options; /* besides OPTIONS_ANYWHERE */
	size_t n_least, n_most;
	enum argument arguments[2];
	const char *usage, *does;
} commands[] = {
    {"issue",
     NULL,
     CTL_ISSUE,
     OPTION_CLASS | OPTION_WINDOW,
     1,
     1,
     {ARG_SERVICE},
     "issue SERVICE [--class C]",
     "give out a number; see --class"},
    {"call",
     NULL,
     CTL_CALL,
     0,
     1,
     2,
     {ARG_COUNTER, ARG_CODE},
     "call N [CODE]",
     "call the next, or that ticket"},
    {"recall",
     NULL,
     CTL_RECALL,
     0,
     1,
     1,
     {ARG_COUNTER},
     "recall N",
     "call the ticket at counter N again"},
    {"finish",
     NULL,
     CTL_FINISH,
     OPTION_OUTCOME,
     1,
     1,
     {ARG_COUNTER},
     "finish N [--outcome O]",
     "the ticket at counter N is done"},
    {"no-show",
     NULL,
     CTL_NO_SHOW,
     0,
     1,
     1,
     {ARG_COUNTER},
     "no-show N",
     "the one called to counter N did not come"},
    {"transfer",
     NULL,
     CTL_TRANSFER,
     0,
     2,
     2,
     {ARG_COUNTER, ARG_SERVICE},
     "transfer N SERVICE",
     "let it wait for another service"},
    {"return",
     NULL,
     CTL_RETURN,
     0,
     1,
     1,
     {ARG_COUNTER},
     "return N",
     "put it back at the head of its queue"},
    {"restore",
     NULL,
     CTL_RESTORE,
     0,
     1,
     1,
     {ARG_CODE},
     "restore CODE",
     "a no-show came back: let it wait again"},
    {"cancel",
     NULL,
     CTL_CANCEL,
     0,
     1,
     1,
     {ARG_CODE},
     "cancel CODE",
     "take a waiting ticket out"},
    {"reprint",
     NULL,
     CTL_REPRINT,
     0,
     1,
     1,
     {ARG_CODE},
     "reprint CODE",
     "print its slip once more, marked as a copy"},
    {"open",
     NULL,
     CTL_OPEN,
     0,
     1,
     1,
     {ARG_COUNTER},
     "open N",
     "open counter N"},
    {"pause", NULL, CTL_PAUSE, 0, 1, 1, {ARG_COUNTER}, "pause N", "pause it"},
    {"close", NULL, CTL_CLOSE, 0, 1, 1, {ARG_COUNTER}, "close N", "close it"},
    {"state",
     NULL,
     CTL_STATE,
     0,
     0,
     0,
     {0},
     "state",
     "services, counters, health"},
    {"waiting", NULL, CTL_WAITING, 0, 0, 0, {0}, "waiting", "who waits"},
    {"printer",
     "test",
     CTL_PRINTER_TEST,
     0,
     0,
     0,
     {0},
     "printer test",
     "print a sheet with ruler, density, letters"},
    {"report",
     NULL,
     CTL_REPORT,
     0,
     0,
     1,
     {ARG_DAY},
     "report [DAY]",
     "today's figures, or those of 2026-11-24"},
    {"journal",
     "verify",
     CTL_JOURNAL_VERIFY,
     0,
     0,
     1,
     {ARG_FILE},
     "journal verify [FILE]",
     "check the chain of every row"},
    {"journal",
     "export",
     CTL_JOURNAL_EXPORT,
     OPTION_FROM | OPTION_SEALED | OPTION_CONFIG,
     0,
     1,
     {ARG_FILE},
     "journal export [--from SEQ] [FILE]",
     "print the rows as JSON lines"},
    {"journal",
     "check",
     CTL_JOURNAL_CHECK,
     0,
     0,
     1,
     {ARG_FILE},
     "journal check [FILE]",
     "say what is right and wrong with it"},
    {"journal",
     "recover",
     CTL_JOURNAL_RECOVER,
     0,
     0,
     0,
     {0},
     "journal recover",
     "mend a damaged one; kioskd stopped"},
    {"journal",
     "rebase",
     CTL_JOURNAL_REBASE,
     OPTION_REASON | OPTION_FORCE | OPTION_PREVIOUS,
     0,
     0,
     {0},
     "journal rebase [--reason TEXT]",
     "a new identity after a fork; kioskd stopped"},
    {"config",
     "check",
     CTL_CONFIG_CHECK,
     0,
     0,
     1,
     {ARG_FILE},
     "config check [FILE]",
     "name every mistake in a kiosk.conf"},
    {"panel",
     "watch",
     CTL_PANEL_WATCH,
     0,
     0,
     1,
     {ARG_FILE},
     "panel watch [FILE]",
     "show edges and keys live, light each lamp"},
    {"pin",
     NULL,
     CTL_PIN,
     0,
     1,
     1,
     {ARG_NAME},
     "pin USER",
     "ask for a PIN, print its line for users"},
    {"token",
     NULL,
     CTL_TOKEN,
     0,
     1,
     1,
     {ARG_NAME},
     "token DEVICE",
     "make a token and its line for devices"},
    {"certificate",
     "new",
     CTL_CERTIFICATE_NEW,
     0,
     0,
     1,
     {ARG_FILE},
     "certificate new [DIR]",
     "make kiosk.key and kiosk.crt for TLS"},
};

__attribute__((format(printf, 2, 3))) static int wrong(struct ctl_error *error,
						       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -EINVAL;
}

void ctl_print_help(FILE *to)
{
	fputs("usage: kioskctl [OPTION…] COMMAND …\n\n", to);
	for (size_t i = 0; i < N_ELEMENTS(commands); i++)
		fprintf(to, "  %-36s%s\n", commands[i].usage, commands[i].does);
	fputs("\n"
	      "  --socket PATH      where kioskd listens "
	      "(/run/kiosk/kiosk.sock)\n"
	      "  --state-dir DIR    where journal.db lies (/var/lib/kiosk)\n"
	      "  --json             print what the kiosk answered\n"
	      "  --class C          normal, priority or appointment\n"
	      "  --window 09:00-09:30   when the appointment is\n"
	      "  --sealed FILE      journal export: into FILE, signed, for "
	      "kiosk-sync --import\n"
	      "  --previous ID:SEQ  journal rebase: which journal it follows "
	      "(after a new card)\n"
	      "  --force            journal rebase: though tickets wait\n"
	      "  --config FILE      ... as the kiosk that it names "
	      "(/etc/kiosk/kiosk.conf)\n"
	      "  --help, --version\n\n"
	      "Exit status: 0 done, 1 refused or failed, 2 wrong usage.\n",
	      to);
}

/* "issue, call, …, journal verify, …", or of "journal" its own alone. */
static int no_such_command(struct ctl_error *error, char *const words[],
			   size_t n)
{
	const char *comma = "";
	bool half = false;
	size_t used;

	for (size_t i = 0; i < N_ELEMENTS(commands); i++)
		half |= strcmp(commands[i].name, words[0]) == 0;
	wrong(error, "no such command \"%.30s%s%.30s\": there are", words[0],
	      n > 1 && half ? " " : "", n > 1 && half ? words[1] : "");
	for (size_t i = 0; i < N_ELEMENTS(commands); i++) {
		if (half && strcmp(commands[i].name, words[0]) != 0)
			continue;
		used = strlen(error->text);
		snprintf(error->text + used, sizeof(error->text) - used,
			 "%s %s%s%s", comma, commands[i].name,
			 commands[i].second ? " " : "",
			 commands[i].second ? commands[i].second : "");
		comma = ",";
	}
	return -EINVAL;
}

/* Digits only: 1..most. */
static int parse_number(const char *text, int64_t most, int64_t *number)
{
	char *end;

	if (!text || text[0] < '0' || text[0] > '9')
		return -EINVAL;
	errno = 0;
	*number = strtoll(text, &end, 10);
	if (errno || *end || *number < 1 || *number > most)
		return -EINVAL;
	return 0;
}

/* "<32 hex digits>:<seq>" */
static int parse_previous(const char *value, struct journal_previous *previous)
{
	size_t length = JOURNAL_ID_SIZE - 1;

	if (!value || strspn(value, "0123456789abcdef") != length ||
	    value[length] != ':' ||
	    parse_number(value + length + 1, INT64_MAX, &previous->seq) < 0)
		return -EINVAL;
	memcpy(previous->id, value, length);
	previous->id[length] = '\0';
	return 0;
}

static int set_option(const struct option_spec *spec, const char *value,
		      struct ctl_command *command, struct ctl_error *error)
{
	switch (spec->option) {
	case OPTION_SOCKET:
		command->socket = value;
		return 0;
	case OPTION_STATE_DIR:
		command->state_dir = value;
		return 0;
	case OPTION_JSON:
		command->json = true;
		return 0;
	case OPTION_CLASS:
		command->class = value;
		return 0;
	case OPTION_OUTCOME:
		command->outcome = value;
		return 0;
	case OPTION_WINDOW:
		command->window = value;
		return 0;
	case OPTION_REASON:
		assert(value);
		/* It goes into the journal, for good. */
		if (strlen(value) > REASON_MAX ||
		    !utf8_valid(value, strlen(value)))
			return wrong(error,
				     "--reason: give %d bytes at most, in "
				     "UTF-8",
				     REASON_MAX);
		command->reason = value;
		return 0;
	case OPTION_PREVIOUS:
		if (parse_previous(value, &command->previous) < 0)
			return wrong(error,
				     "--previous \"%.50s\": give the journal's "
				     "32 digits, ':' and its last row, as the "
				     "central log's view contacts has them",
				     value);
		return 0;
	case OPTION_FORCE:
		command->force = true;
		return 0;
	case OPTION_SEALED:
		command->sealed = value;
		return 0;
	case OPTION_CONFIG:
		command->config = value;
		return 0;
	case OPTION_FROM:
		if (parse_number(value, INT64_MAX, &command->from_seq) < 0)
			return wrong(error,
				     "--from \"%.40s\": give a row's number, "
				     "1 or more",
				     value);
		return 0;
	}
	return 0;
}

/* argv[*at] begins with '-'. Moves *at to the option's last word. */
static int parse_option(int argc, char *const argv[], int *at,
			struct ctl_command *command, unsigned *given,
			struct ctl_error *error)
{
	const char *word = argv[*at];
	size_t length = strcspn(word, "=");

	for (size_t i = 0; i < N_ELEMENTS(options); i++) {
		const struct option_spec *spec = &options[i];
		const char *value = NULL;

		if (strlen(spec->name) != length ||
		    strncmp(spec->name, word, length) != 0)
			continue;
		if (word[length] == '=')
			value = word + length + 1;
		else if (spec->has_value && *at + 1 < argc)
			value = argv[++*at];
		if (spec->has_value && (!value || !*value))
			return wrong(error, "%s needs a value", spec->name);
		if (!spec->has_value && value)
			return wrong(error, "%s takes no value", spec->name);
		*given |= (unsigned)spec->option;
		return set_option(spec, value, command, error);
	}
	return wrong(error, "unknown option \"%.60s\": see kioskctl --help",
		     word);
}

static const struct command_spec *find_command(char *const words[], size_t n)
{
	for (size_t i = 0; i < N_ELEMENTS(commands); i++) {
		const struct command_spec *spec = &commands[i];

		if (strcmp(spec->name, words[0]) == 0 &&
		    (!spec->second ||
		     (n > 1 && strcmp(spec->second, words[1]) == 0)))
			return spec;
	}
	return NULL;
}

/* As kiosk.conf has it for users and devices. */
static bool name_fits(const char *word)
{
	size_t length = strlen(word);

	return length >= 1 && length <= 32 &&
	       strspn(word,
		      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		      "abcdefghijklmnopqrstuvwxyz0123456789_.-") == length;
}

static int take_argument(enum argument kind, const char *word,
			 struct ctl_command *command, struct ctl_error *error)
{
	uint32_t ticket;
	int64_t number;

	switch (kind) {
	case ARG_SERVICE:
		command->service = word;
		return 0;
	case ARG_COUNTER:
		if (parse_number(word, 99, &number) < 0)
			return wrong(error,
				     "\"%.40s\" is no counter: give its "
				     "number, 1 to 99",
				     word);
		command->counter = (int)number;
		return 0;
	case ARG_CODE:
		if (ticket_code_parse(word, &ticket) < 0)
			return wrong(error,
				     "\"%.40s\" is no ticket: give a code "
				     "such as A025",
				     word);
		command->code = word;
		return 0;
	case ARG_DAY:
		if (!clock_is_day(word))
			return wrong(error,
				     "\"%.40s\" is no day: give year-month-day "
				     "such as 2026-11-24",
				     word);
		command->day = word;
		return 0;
	case ARG_FILE:
		command->file = word;
		return 0;
	case ARG_NAME:
		if (!name_fits(word))
			return wrong(error,
				     "\"%.40s\" is no name: give 1 to 32 of "
				     "A-Z, a-z, 0-9, '_', '.', '-'",
				     word);
		command->name = word;
		return 0;
	}
	return 0;
}

static int parse_command(char *const words[], size_t n, unsigned given,
			 struct ctl_command *command, struct ctl_error *error)
{
	const struct command_spec *spec;
	size_t n_names;

	if (n == 0)
		return wrong(error, "no command: see kioskctl --help");
	spec = find_command(words, n);
	if (!spec)
		return no_such_command(error, words, n);
	n_names = spec->second ? 2 : 1;
	if (n - n_names < spec->n_least || n - n_names > spec->n_most)
		return wrong(error, "usage: kioskctl %s", spec->usage);
	given &= ~(spec->options | (unsigned)OPTIONS_ANYWHERE);
	for (size_t i = 0; i < N_ELEMENTS(options); i++)
		if (given & (unsigned)options[i].option)
			return wrong(error,
				     "%s does not go with it: usage: kioskctl "
				     "%s",
				     options[i].name, spec->usage);
	command->verb = spec->verb;
	for (size_t i = 0; i < n - n_names; i++) {
		int status = take_argument(spec->arguments[i],
					   words[n_names + i], command, error);

		if (status < 0)
			return status;
	}
	return 0;
}

int ctl_parse(int argc, char *const argv[], struct ctl_command *command,
	      struct ctl_error *error)
{
	char *words[WORDS_MAX];
	unsigned given = 0;
	bool only_words = false;
	size_t n = 0;

	*command = (struct ctl_command){
	    .socket = "/run/kiosk/kiosk.sock",
	    .state_dir = "/var/lib/kiosk",
	    .from_seq = 1,
	    .config = "/etc/kiosk/kiosk.conf",
	    .reason = "fork",
	};
	for (int i = 1; i < argc; i++) {
		char *word = argv[i];
		int status;

		if (only_words || word[0] != '-' || !word[1]) {
			if (n == WORDS_MAX)
				return wrong(error,
					     "too many words at \"%.40s\": see "
					     "kioskctl --help",
					     word);
			words[n++] = word;
		} else if (strcmp(word, "--") == 0) {
			only_words = true;
		} else if (strcmp(word, "--help") == 0) {
			command->verb = CTL_HELP;
			return 0;
		} else if (strcmp(word, "--version") == 0) {
			command->verb = CTL_VERSION;
			return 0;
		} else {
			status = parse_option(argc, argv, &i, command, &given,
					      error);
			if (status < 0)
				return status;
		}
	}
	return parse_command(words, n, given, command, error);
}
