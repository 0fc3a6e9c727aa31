/* SPDX-License-Identifier: MIT */
/* Makes the console's listening sockets. */
#ifndef KIOSK_LISTEN_H
#define KIOSK_LISTEN_H

#include <stdbool.h>

#include "console/console.h"

/*
 * Both: 0 with *fd the caller's, or a negative errno with the problem filled
 * in; what console_listen_unix() and console_listen_tcp() say of it.
 */
int listen_unix(const char *path, int *fd, struct console_problem *problem)
    __attribute__((warn_unused_result));
/* tls: addresses other than this machine's own are taken too. */
int listen_tcp(const char *listen, bool tls, int *fd, int *port,
	       struct console_problem *problem)
    __attribute__((warn_unused_result));

#endif
