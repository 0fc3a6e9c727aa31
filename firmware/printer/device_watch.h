/* SPDX-License-Identifier: MIT */
/*
 * Tells when a file appears, or its rights change: a printer that is plugged
 * in, for which udev makes the node and then lets us open it.
 */
#ifndef KIOSK_PRINTER_DEVICE_WATCH_H
#define KIOSK_PRINTER_DEVICE_WATCH_H

#include <systemd/sd-event.h>

struct device_watch;

typedef void device_watch_fn(void *arg);

/*
 * path is absolute; its folders may come and go as well. -ENOMEM, sd_event's
 * errors.
 */
int device_watch_new(sd_event *event, const char *path, device_watch_fn *fn,
		     void *arg, struct device_watch **out)
    __attribute__((warn_unused_result));
void device_watch_free(struct device_watch *watch);

#endif
