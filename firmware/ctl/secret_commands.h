/* SPDX-License-Identifier: MIT */
/* kioskctl pin and token: what goes into kiosk.conf for people and devices. No
 * kioskd is asked. */
#ifndef KIOSK_SECRET_COMMANDS_H
#define KIOSK_SECRET_COMMANDS_H

#include "ctl/ctl_args.h"

/*
 * Reads the PIN from fd, twice and without showing it where that is a terminal,
 * else once. Prints the settings of the user on stdout. Both: the exit status.
 */
int secret_command_pin(const struct ctl_command *command, int fd);

/* Prints a new token, for the device, and the settings with its hash. */
int secret_command_token(const struct ctl_command *command);

#endif
