/* SPDX-License-Identifier: MIT */
/* The commands that kioskd carries out. */
#ifndef KIOSK_CTL_API_H
#define KIOSK_CTL_API_H

#include "ctl/ctl_args.h"

#define CTL_PATH_SIZE 80

/*
 * The route and the JSON body of a command; *body is NULL for a GET, else
 * malloc()ed. 0, or -ENOMEM.
 */
int ctl_api_request(const struct ctl_command *command, char path[CTL_PATH_SIZE],
		    char **body) __attribute__((warn_unused_result));

/* Asks kioskd and prints its answer. The program's exit status. */
int ctl_api_run(const struct ctl_command *command);

#endif
