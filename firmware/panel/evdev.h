/* SPDX-License-Identifier: MIT */
/*
 * Keypads and scanners in the event loop, by libevdev: opened by path, grabbed,
 * so that no key of theirs reaches a console or another program, and followed
 * when they are unplugged and plugged in again. One keypad may be several event
 * nodes (its media keys are a keyboard of their own): those that the kernel
 * says sit in the same plug as the one configured are taken with it. A device
 * that is missing costs one log line.
 */
#ifndef KIOSK_EVDEV_H
#define KIOSK_EVDEV_H

#include <linux/input.h>
#include <stddef.h>
#include <systemd/sd-event.h>

#define EVDEV_NODES 4 /* of one device */

struct evdev;

/* From the loop alone. index: as in the paths. */
struct evdev_hooks {
	void *arg;
	/* In order, EV_SYN included; after SYN_DROPPED the next report ends
	 * what was lost. */
	void (*event)(void *arg, size_t index, const struct input_event *event);
	/* A device came or went. */
	void (*changed)(void *arg);
};

/*
 * paths must outlive it; hooks is copied. dir: where event nodes come and go,
 * "/dev/input". 0 also where no device is there; -ENOMEM and the like.
 */
int evdev_new(sd_event *event, const char *dir, const char *const paths[],
	      size_t n, const struct evdev_hooks *hooks, struct evdev **out)
    __attribute__((warn_unused_result));

/* NULL is fine. */
void evdev_free(struct evdev *evdev);

/* NULL where the device is in use; else "missing", "denied", "busy" or
 * "unusable". */
const char *evdev_fault(const struct evdev *evdev, size_t index);

#endif
