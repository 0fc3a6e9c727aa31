/* SPDX-License-Identifier: MIT */
/* kiosk-sync as a service: a round every now and then, until it is told to
 * stop. */
#ifndef KIOSK_SYNC_LOOP_H
#define KIOSK_SYNC_LOOP_H

#include <stdint.h>

#include "sync/sync.h"

struct sync_loop_settings {
	const char *state_dir;
	const char *shown_url; /* fit for the log */
	int every_s;           /* the mean time between two rounds */
	int stop_fd;           /* readable: end */
};

/*
 * Tells systemd that it is ready, feeds the watchdog (as long as a batch: up to
 * PG_CONNECT_MS + PG_STATEMENT_MS, may pass between two meals) and returns once
 * stop_fd is readable. sync NULL: no central log is configured; it only waits.
 * 0 or a negative errno.
 */
int sync_loop_run(struct sync *sync, const struct sync_loop_settings *settings)
    __attribute__((warn_unused_result));

/*
 * How long to wait after that many rounds in a row that failed: every_s,
 * doubled for each failure up to 10 minutes (or every_s, where that is more),
 * and up to a fifth more or less by chance, so that kiosks that came back
 * together do not stay together.
 */
int64_t sync_delay_ms(int every_s, unsigned failures, uint32_t random);

#endif
