/* SPDX-License-Identifier: MIT */
/* The commands that need no kioskd: they read a file. */
#ifndef KIOSK_JOURNAL_COMMANDS_H
#define KIOSK_JOURNAL_COMMANDS_H

#include "ctl/ctl_args.h"

/* Each returns the program's exit status. */
int journal_command_verify(const struct ctl_command *command);
int journal_command_export(const struct ctl_command *command);
int journal_command_rebase(const struct ctl_command *command);
int config_command_check(const struct ctl_command *command);

#endif
