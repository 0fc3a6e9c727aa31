/* SPDX-License-Identifier: MIT */
/* kioskctl certificate new: what kioskd needs to be reached from the LAN. */
#ifndef KIOSK_CERTIFICATE_COMMANDS_H
#define KIOSK_CERTIFICATE_COMMANDS_H

#include "ctl/ctl_args.h"

/*
 * Makes DIR/kiosk.key (mode 0600) and DIR/kiosk.crt: a P-256 key and its
 * self-signed certificate with this machine's names and addresses. Refuses to
 * replace either. The exit status.
 */
int certificate_command_new(const struct ctl_command *command);

#endif
