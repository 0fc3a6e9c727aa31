/* SPDX-License-Identifier: MIT */
/* What of a central log's URL may be shown. Pure. */
#ifndef KIOSK_CENTRAL_URL_H
#define KIOSK_CENTRAL_URL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The url with every password in it ("user:password@", and the query's
 * password= and sslpassword=) replaced by "***", cut to size. Where a reader
 * could take more than one part for the password, more is hidden rather than
 * less.
 */
void central_url_mask(const char *url, char *shown, size_t size);

/*
 * Whether the user and password part can be read in one way only. A password
 * with a bare '@', '/' or '?' in it cannot, and libpq would then print part of
 * it as a host name.
 */
bool central_url_clear(const char *url);

/*
 * Copies text to line, at most size - 1 bytes and only up to the first end of
 * line, with each of the url's passwords (as written and percent-decoded)
 * replaced by "***".
 */
void central_url_scrub(const char *url, const char *text, char *line,
		       size_t size);

#endif
