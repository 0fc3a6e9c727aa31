/* SPDX-License-Identifier: MIT */
/*
 * A printer that takes a stream of bytes: a character device, or a TCP port.
 * What differs between the two is in a struct stream_kind; all else (writing
 * without blocking, asking, losing it, opening it again) is shared.
 */
#ifndef KIOSK_PRINTER_DEVICE_STREAM_H
#define KIOSK_PRINTER_DEVICE_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "printer/device.h"

/* How an opening went. */
struct stream_opening {
	bool connecting; /* not open yet: wait for EPOLLOUT */
	bool mute;       /* can only be written to */
	int baud;        /* of a serial line; 0: it is none */
};

struct stream_kind {
	/*
	 * A non-blocking descriptor, or a negative errno (-ENOTTY: it is no
	 * character device).
	 */
	int (*open)(const void *where, struct stream_opening *opening);
	ssize_t (*write)(int fd, const uint8_t *bytes, size_t length);
	/* Before a job's rest is to be lost, and not sent after all. */
	void (*discard)(int fd);
	void (*free_where)(void *where);
	/* The file that it is, to be watched for; NULL where it is none. */
	const char *(*path)(const void *where);
	uint32_t idle_events; /* of epoll, besides what it says to us */
	const char *gone;     /* what its hanging up is called */
	bool empty_is_gone;   /* reading nothing is its hanging up */
	bool reopens; /* a hang-up after long use is no fault: opened again */
};

/* where: the kind's own, taken over also on failure. -ENOMEM, sd_event's
 * errors. */
int stream_new(sd_event *event, const struct device_place *place,
	       const struct stream_kind *kind, void *where,
	       const struct device_times *times,
	       const struct device_owner *owner, struct device **out)
    __attribute__((warn_unused_result));

#endif
