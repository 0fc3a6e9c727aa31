/* SPDX-License-Identifier: MIT */
/* A device file that may not be opened: who may, and how to become one. */
#ifndef KIOSK_DENIED_H
#define KIOSK_DENIED_H

#include <stddef.h>

/*
 * One line with the user, the group that is missing, and the mend. usual: the
 * group that Debian gives such devices to, for a device that root alone may
 * open.
 */
void explain_denied(char *text, size_t size, const char *path,
		    const char *usual);

#endif
