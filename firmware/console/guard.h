/* SPDX-License-Identifier: MIT */
/*
 * Who may come in by TCP. A page of another site that a
 * browser here has open can send requests to 127.0.0.1 too: by its own name
 * (DNS rebinding: the Host header tells) or across sites (the Origin header
 * tells). Pure.
 */
#ifndef KIOSK_GUARD_H
#define KIOSK_GUARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* "localhost", "127.x.x.x" or "[::1]", with any port or none. NULL: no. */
bool guard_host_is_loopback(const char *host);

/* An address of this machine's own; every one of a Unix socket's is. */
bool guard_peer_is_loopback(const struct sockaddr *peer);

/* Its address, IPv4's mapped into IPv6; of an IPv6 network's the first half,
 * since who has one address there has 2^64 of them. Zeroes for none. */
void guard_address(const struct sockaddr *peer, uint8_t address[16]);

/* Whether a page from origin ("http://HOST", or "https://HOST" where it came by
 * TLS) may send commands to host. NULL: not a browser's doing, yes. */
bool guard_origin_fits(const char *origin, const char *host, bool tls);

/*
 * Likewise by what the browser says of the page (Sec-Fetch-Site, W3C "Fetch
 * Metadata Request Headers"), which goes with requests that have no Origin too.
 * NULL: not a browser's doing, or an old one's; yes.
 */
bool guard_site_fits(const char *site);

#endif
