/* SPDX-License-Identifier: MIT */
/*
 * What the office posts about its services (niêm yết), from a folder: land.txt
 * for the service "land", in Vietnamese, and land.en.txt in English, which may
 * be missing. Plain text in UTF-8, at most PROCEDURES_MOST bytes.
 */
#ifndef KIOSK_PROCEDURES_H
#define KIOSK_PROCEDURES_H

#include <stdbool.h>

#include "base/text.h"

#define PROCEDURES_MOST (64 * 1024)

/* Whether there is a text about the service. folder may be NULL. */
bool procedures_has(const char *folder, const char *service);

/*
 * The text, with control characters but the line's end made spaces; the
 * caller's to free(). In English the Vietnamese stands in for one that is
 * missing. NULL where there is none, or (with one line logged) where it cannot
 * be shown.
 */
char *procedures_read(const char *folder, const char *service,
		      enum language language);

#endif
