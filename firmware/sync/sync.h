/* SPDX-License-Identifier: MIT */
/*
 * Copies a journal to a central log: asks where the log stands, sends what
 * follows in batches. What it learned is written to state_dir/central.json for
 * kioskd to show in health.central:
 *	{"state":"ok|behind|error","synced_seq":…,"error":null}
 */
#ifndef KIOSK_SYNC_H
#define KIOSK_SYNC_H

#include <stdint.h>

#include "sync/central.h"

#define SYNC_BATCH_ROWS 500
#define SYNC_STATUS_FILE "central.json"

struct sync;

struct sync_status {
	int64_t synced_seq; /* the central log's head */
	int64_t local_seq;  /* the journal's */
	char error[400];    /* "" for none */
};

int sync_new(const struct central_ops *ops, const char *url, const char *kiosk,
	     const char *state_dir, struct sync **out,
	     struct central_problem *problem)
    __attribute__((warn_unused_result));
void sync_free(struct sync *sync);

/*
 * One round: until the central log has all there is, or something fails.
 * stop (may be NULL) is looked at between batches. 0, or a negative errno with
 * status->error filled in; status is filled in either way.
 */
int sync_round(struct sync *sync, const volatile int *stop,
	       struct sync_status *status) __attribute__((warn_unused_result));

/* Writes state_dir/central.json (whole or not at all). */
int sync_write_status(const char *state_dir, const struct sync_status *status)
    __attribute__((warn_unused_result));

#endif
