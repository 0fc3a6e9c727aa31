/* SPDX-License-Identifier: MIT */
/* The command line of kioskctl. Pure. */
#ifndef KIOSK_CTL_ARGS_H
#define KIOSK_CTL_ARGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "journal/journal.h"

enum ctl_verb {
	CTL_HELP,
	CTL_VERSION,
	CTL_ISSUE,
	CTL_CALL,
	CTL_RECALL,
	CTL_FINISH,
	CTL_NO_SHOW,
	CTL_TRANSFER,
	CTL_RETURN,
	CTL_RESTORE,
	CTL_CANCEL,
	CTL_REPRINT,
	CTL_PRINTER_TEST,
	CTL_OPEN,
	CTL_PAUSE,
	CTL_CLOSE,
	CTL_STATE,
	CTL_WAITING,
	CTL_REPORT,
	CTL_JOURNAL_VERIFY,
	CTL_JOURNAL_EXPORT,
	CTL_JOURNAL_REBASE,
	CTL_JOURNAL_CHECK,
	CTL_JOURNAL_RECOVER,
	CTL_CONFIG_CHECK,
	CTL_PANEL_WATCH,
	CTL_PIN,
	CTL_TOKEN,
	CTL_CERTIFICATE_NEW,
};

/* What is to be done; the texts are argv's. */
struct ctl_command {
	enum ctl_verb verb;
	const char *socket;
	const char *state_dir;
	bool json;
	int counter;         /* 1..99, or 0 */
	const char *service; /* issue, transfer */
	const char *class;   /* issue --class, or NULL */
	const char *window;  /* issue --window, or NULL */
	const char *outcome; /* finish --outcome, or NULL */
	const char *code;    /* a well-formed ticket code, or NULL */
	const char *name;    /* of a user or a device, as kiosk.conf takes it */
	const char *day;     /* report: a day of the calendar, or NULL */
	const char *file;    /* or NULL: the usual one */
	int64_t from_seq;    /* journal export --from; 1: all */
	const char *reason;  /* journal rebase --reason */
	/* journal rebase --previous; seq 0: none was given */
	struct journal_previous previous;
	bool force;         /* journal rebase --force */
	const char *sealed; /* journal export --sealed, or NULL */
	const char *config; /* --config: whose name a sealed export bears */
};

struct ctl_error {
	char text[300]; /* one line: what is wrong, and the mend */
};

/* Options may stand anywhere. 0, or -EINVAL with *error filled in. */
int ctl_parse(int argc, char *const argv[], struct ctl_command *command,
	      struct ctl_error *error) __attribute__((warn_unused_result));

void ctl_print_help(FILE *to);

#endif
