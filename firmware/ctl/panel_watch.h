/* SPDX-License-Identifier: MIT */
/* kioskctl panel watch: what the wires say, for who has just laid them. */
#ifndef KIOSK_PANEL_WATCH_H
#define KIOSK_PANEL_WATCH_H

#include "ctl/ctl_args.h"

/*
 * Takes the lines and devices of a configuration (command->file, or
 * /etc/kiosk/kiosk.conf) while kioskd is stopped. Lights the lamps one after
 * another, a second each, round and round, and prints each edge with its time
 * and each press, hold and fault made of them, and each key, until it is
 * interrupted. Returns the exit status: 1 where nothing could be had.
 */
int panel_command_watch(const struct ctl_command *command);

#endif
