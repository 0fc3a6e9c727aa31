/* SPDX-License-Identifier: MIT */
/* kiosk-display voice …: for who sets the voice up. */
#ifndef KIOSK_VOICE_COMMAND_H
#define KIOSK_VOICE_COMMAND_H

#include <stdio.h>
#include <systemd/sd-event.h>

#include "base/config.h"
#include "display/options.h"

/* The exit status. */
int voice_command(sd_event *event, const struct options *options,
		  const struct config *config,
		  const struct languages *languages);

/*
 * Writes a clips.txt (display/clips.h) with every clip that any call of this
 * office may need. 0, or -ENOMEM, -EIO.
 */
int voice_record_list(const struct config *config,
		      const struct languages *languages, FILE *to);

#endif
