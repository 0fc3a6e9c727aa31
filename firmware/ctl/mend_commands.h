/* SPDX-License-Identifier: MIT */
/* kioskctl journal check and journal recover. */
#ifndef KIOSK_MEND_COMMANDS_H
#define KIOSK_MEND_COMMANDS_H

#include "ctl/ctl_args.h"

/* Each returns the program's exit status. */
int journal_command_check(const struct ctl_command *command);
int journal_command_recover(const struct ctl_command *command);

#endif
