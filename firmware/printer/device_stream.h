/* SPDX-License-Identifier: MIT */
/*
 * A printer that takes a stream of bytes: a character device, or a TCP port.
 * What differs between the two is in a struct stream_kind; all else (writing
 * without blocking, losing it, opening it again) is shared.
 */
#ifndef KIOSK_PRINTER_DEVICE_STREAM_H
#define KIOSK_PRINTER_DEVICE_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "printer/device.h"

struct stream_kind {
	/*
	 * A non-blocking descriptor, or a negative errno (-ENOTTY: it is no
	 * character device). *connecting: not open yet, wait for EPOLLOUT.
	 */
	int (*open)(const void *where, bool *connecting);
	ssize_t (*write)(int fd, const uint8_t *bytes, size_t length);
	uint32_t idle_events; /* of epoll; errors and hang-ups come unasked */
	const char *gone;     /* what its hanging up is called */
	bool reopens; /* a hang-up after long use is no fault: opened again */
};

/* where: malloc()ed, taken over also on failure. -ENOMEM, sd_event's errors. */
int stream_new(sd_event *event, const char *name,
	       const struct stream_kind *kind, void *where,
	       const struct device_times *times,
	       const struct device_owner *owner, struct device **out)
    __attribute__((warn_unused_result));

#endif
