/* SPDX-License-Identifier: MIT */
/*
 * The state's text: made once a change and only when somebody asks, then shared
 * by all who send it.
 */
#ifndef KIOSK_BOARD_H
#define KIOSK_BOARD_H

#include <stddef.h>
#include <stdint.h>

#include "kiosk.h"

struct board;

/* As a server-sent event; the JSON object lies within. */
struct board_text {
	unsigned references;
	uint64_t version; /* of the state that it shows */
	size_t length;
	size_t json_at, json_length;
	char bytes[];
};

/* kiosk must outlive it. NULL: out of memory. */
struct board *board_new(const struct kiosk *kiosk);

/* Texts that are still held live on. */
void board_free(struct board *board);

/* Something changed. */
void board_change(struct board *board);

/* Goes up with each change. */
uint64_t board_version(const struct board *board);

/* The state as of now, to be given back with board_release(). NULL: out of
 * memory. */
struct board_text *board_get(struct board *board);
void board_release(struct board_text *text);

#endif
