/* SPDX-License-Identifier: MIT */
/*
 * Who may come in by plain TCP on this machine. A page of another site that a
 * browser here has open can send requests to 127.0.0.1 too: by its own name
 * (DNS rebinding: the Host header tells) or across sites (the Origin header
 * tells). Pure.
 */
#ifndef KIOSK_GUARD_H
#define KIOSK_GUARD_H

#include <stdbool.h>

/* "localhost", "127.x.x.x" or "[::1]", with any port or none. NULL: no. */
bool guard_host_is_loopback(const char *host);

/* Whether a page from origin ("http://HOST") may send commands to host. NULL:
 * not a browser's doing, yes. */
bool guard_origin_fits(const char *origin, const char *host);

#endif
