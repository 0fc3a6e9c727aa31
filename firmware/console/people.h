/* SPDX-License-Identifier: MIT */
/*
 * Users and devices follow kiosk.conf while kioskd runs: when the file changes
 * (or on SIGHUP) it is read anew, and these two sections of it count at once. A
 * user whose PIN, role or counters changed, or who is gone, is signed out; a
 * device's new token, or its end, counts from its next request. Everything else
 * in the file counts at the next start.
 *
 * A file with a mistake changes nothing. Nor does one without users where there
 * were some: that would open the kiosk, and half a file looks just like it.
 */
#ifndef KIOSK_PEOPLE_H
#define KIOSK_PEOPLE_H

#include <systemd/sd-event.h>

#include "base/config.h"
#include "console/console.h"

struct people;

/* All must outlive it. path: as it was loaded. A negative errno: the file is
 * not followed. */
int people_new(sd_event *event, const char *path, struct config *config,
	       struct console *console, struct people **out)
    __attribute__((warn_unused_result));
void people_free(struct people *people);

/* Now; for a signal. */
void people_reload(struct people *people);

#endif
