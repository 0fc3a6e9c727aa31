/* SPDX-License-Identifier: MIT */
/*
 * A barcode scanner that types: input events in, lines of text out. Pure; time
 * is the events' own. Keys are those of a US keyboard, which scanners type as
 * unless told otherwise: ASCII letters, digits and signs. A line ends with
 * Enter or Tab. One that is longer than SCANNER_MAX is passed over whole, as is
 * one that SYN_DROPPED tore; a pause of SCANNER_PAUSE_MS begins a new one.
 */
#ifndef KIOSK_SCANNER_H
#define KIOSK_SCANNER_H

#include <linux/input.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCANNER_MAX 200
#define SCANNER_PAUSE_MS 1000

/* Begins as zero. */
struct scanner {
	char text[SCANNER_MAX + 1];
	size_t length;
	bool left_shift, right_shift;
	bool torn;    /* this line is to be passed over */
	bool dropped; /* up to the next report */
	int64_t last_ms;
};

/* A line that is complete, until the next call; else NULL. Empty ones are none.
 */
const char *scanner_feed(struct scanner *scanner,
			 const struct input_event *event);

#endif
