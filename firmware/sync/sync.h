/* SPDX-License-Identifier: MIT */
/*
 * Copies a journal to a central log: asks where the log stands, sends what
 * follows in batches. What it learned is written to state_dir/central.json for
 * kioskd to show in health.central:
 *	{"state":"ok|behind|error|off","synced_seq":…,"error":null,
 *	 "journal":"<id>","synced_chain":"<hex>"}
 * the last two once the central log has told where it stands, and kiosk-sync
 * has found that row in the journal: kioskd prunes by them.
 *
 * A round is sync_begin() and then sync_step() until it returns 0, so that an
 * event loop can have a turn between two batches.
 */
#ifndef KIOSK_SYNC_H
#define KIOSK_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "sync/central.h"

#define SYNC_STATUS_FILE "central.json"
/* Written anew also where nothing changed, after so long: who reads it may then
 * know that kiosk-sync is alive. Not each round, which would wear the card. */
#define SYNC_STATUS_AGE_S 300

struct sync;

struct sync_status {
	bool off;           /* no central log is configured */
	bool waiting;       /* there is no journal yet */
	int64_t synced_seq; /* the central log's head */
	int64_t local_seq;  /* the journal's */
	/* Whose row synced_seq is, and its chain; "": not known. */
	char journal[JOURNAL_ID_SIZE];
	uint8_t synced_chain[JOURNAL_CHAIN_SIZE];
	char error[400]; /* "" for none */
};

/*
 * stop_fd (-1: none) is readable once the caller wants to end; waits for the
 * network then end early. Connects to nothing yet.
 */
int sync_new(const struct central_ops *ops, const char *url, const char *kiosk,
	     const char *state_dir, int stop_fd, struct sync **out,
	     struct central_problem *problem)
    __attribute__((warn_unused_result));
void sync_free(struct sync *sync);

/*
 * Opens what is not open and learns where both sides stand. 0, or a negative
 * errno with status->error filled in; status is filled in either way.
 * -ENOENT with status->waiting: there is no journal yet.
 */
int sync_begin(struct sync *sync, struct sync_status *status)
    __attribute__((warn_unused_result));

/*
 * Sends a batch. 1: there may be more; 0: the central log has all there is. A
 * negative errno as with sync_begin(); it ends the round.
 */
int sync_step(struct sync *sync, struct sync_status *status)
    __attribute__((warn_unused_result));

/*
 * One whole round: until the central log has all there is, something fails or
 * the caller wants to stop (-ECANCELED).
 */
int sync_round(struct sync *sync, struct sync_status *status)
    __attribute__((warn_unused_result));

/* Closes the journal and gives memory back until the next round: a small Pi has
 * better use for it. */
void sync_doze(struct sync *sync);

/* Gives up the connection until the next round. */
void sync_rest(struct sync *sync);

/* "off", "error", "behind" or "ok". */
const char *sync_state_name(const struct sync_status *status);

/* Writes state_dir/central.json (whole or not at all). */
int sync_write_status(const char *state_dir, const struct sync_status *status)
    __attribute__((warn_unused_result));

#endif
