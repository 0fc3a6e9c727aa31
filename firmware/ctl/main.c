/* SPDX-License-Identifier: MIT */
/* kioskctl: the technician's command line. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "ctl/certificate_commands.h"
#include "ctl/ctl_api.h"
#include "ctl/ctl_args.h"
#include "ctl/journal_commands.h"
#include "ctl/mend_commands.h"
#include "ctl/panel_watch.h"
#include "ctl/secret_commands.h"

#define WRONG_USAGE 2

static int run(const struct ctl_command *command)
{
	switch (command->verb) {
	case CTL_HELP:
		ctl_print_help(stdout);
		return EXIT_SUCCESS;
	case CTL_VERSION:
		puts("kioskctl " KIOSK_VERSION);
		return EXIT_SUCCESS;
	case CTL_JOURNAL_VERIFY:
		return journal_command_verify(command);
	case CTL_JOURNAL_EXPORT:
		return journal_command_export(command);
	case CTL_JOURNAL_REBASE:
		return journal_command_rebase(command);
	case CTL_JOURNAL_CHECK:
		return journal_command_check(command);
	case CTL_JOURNAL_RECOVER:
		return journal_command_recover(command);
	case CTL_CONFIG_CHECK:
		return config_command_check(command);
	case CTL_PANEL_WATCH:
		return panel_command_watch(command);
	case CTL_PIN:
		return secret_command_pin(command, STDIN_FILENO);
	case CTL_TOKEN:
		return secret_command_token(command);
	case CTL_CERTIFICATE_NEW:
		return certificate_command_new(command);
	case CTL_ISSUE:
	case CTL_CALL:
	case CTL_RECALL:
	case CTL_FINISH:
	case CTL_NO_SHOW:
	case CTL_TRANSFER:
	case CTL_RETURN:
	case CTL_RESTORE:
	case CTL_CANCEL:
	case CTL_REPRINT:
	case CTL_PRINTER_TEST:
	case CTL_OPEN:
	case CTL_PAUSE:
	case CTL_CLOSE:
	case CTL_STATE:
	case CTL_WAITING:
	case CTL_REPORT:
		break;
	}
	return ctl_api_run(command);
}

int main(int argc, char *argv[])
{
	struct ctl_command command;
	struct ctl_error error;
	int status;

	log_start("kioskctl");
	if (ctl_parse(argc, argv, &command, &error) < 0) {
		fprintf(stderr, "kioskctl: %s\n", error.text);
		return WRONG_USAGE;
	}
	status = run(&command);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fputs("kioskctl: the output could not be written\n", stderr);
		return EXIT_FAILURE;
	}
	return status;
}
