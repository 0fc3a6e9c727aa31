/* SPDX-License-Identifier: MIT */
/*
 * What staff keypads and barcode scanners ask of the kiosk. Part of the front,
 * which tells people what came of it.
 */
#ifndef KIOSK_DESK_H
#define KIOSK_DESK_H

#include <linux/input.h>
#include <stddef.h>
#include <systemd/sd-event.h>

#include "kiosk.h"

struct desk;

struct desk_hooks {
	void *arg;
	/* A slip that was scanned got no number; why: the API's error code. */
	void (*refused)(void *arg, int service, const char *why);
	/* Whether a number may be asked for; else it is refused with *why. */
	bool (*may_issue)(void *arg, const char **why);
	/* A device came or went: ask desk_faults(). */
	void (*changed)(void *arg);
};

/* event and kiosk must outlive the desk. dir: "/dev/input". */
int desk_new(sd_event *event, struct kiosk *kiosk, const char *dir,
	     const struct desk_hooks *hooks, struct desk **out)
    __attribute__((warn_unused_result));

/* After kiosk_stop(). NULL is fine. */
void desk_free(struct desk *desk);

/* An event of keypad (or, counted on, scanner) index, as the loop gives it. */
void desk_feed(struct desk *desk, size_t index,
	       const struct input_event *event);

/* Adds the devices that are not in use to faults[n..max]; returns how many
 * there are then, those without room included. */
size_t desk_faults(const struct desk *desk, struct kiosk_panel_fault *faults,
		   size_t n, size_t max);

/* How many keypads and scanners are in use. */
size_t desk_devices(const struct desk *desk);

#endif
