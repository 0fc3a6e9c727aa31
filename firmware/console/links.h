/* SPDX-License-Identifier: MIT */
/*
 * The open connections of a door, and which of them nobody depends on: those
 * that wait for a request, are still sending one, or have had their answer.
 * Of these the one that has been so for longest makes room for a new one, and
 * one that is so for too long is hung up on, however busily it dribbles.
 *
 * Hanging up is shutdown(2): libmicrohttpd sees it in its next run and closes.
 */
#ifndef KIOSK_LINKS_H
#define KIOSK_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* From one address of the network; this machine's own may have more. */
#define LINKS_AN_ADDRESS 48

/* From the first byte of a request, or the end of the last, to its last byte;
 * likewise for reading an answer. */
#define LINKS_LATE_MS 40000

struct link {
	struct link *previous, *next; /* of all */
	struct link *older, *newer;   /* while it is idle */
	struct links *links;
	int fd;
	bool idle, cut;
	bool elsewhere; /* it comes from another machine: its address counts */
	uint8_t address[16];
	int64_t since_ms; /* idle */
};

struct links {
	struct link *first;
	struct link *oldest, *newest; /* idle ones */
	size_t n;
};

/* A new one, idle; the caller's until links_close(). peer NULL: a Unix socket.
 * NULL: out of memory; it counts all the same, and links_close() takes it. */
struct link *links_open(struct links *links, int fd,
			const struct sockaddr *peer, int64_t now_ms);
void links_close(struct links *links, struct link *link);

/* Nothing for NULL. */
void link_busy(struct link *link);
void link_idle(struct link *link, int64_t now_ms);

/* Hangs up on the one that has been idle for longest, if there is one. */
void links_make_room(struct links *links);

/* Hangs up on those that have been idle for LINKS_LATE_MS. */
void links_cut_late(struct links *links, int64_t now_ms);

#endif
