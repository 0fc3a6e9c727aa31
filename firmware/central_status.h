/* SPDX-License-Identifier: MIT */
/*
 * What kiosk-sync last learned of the central log: it writes
 * state_dir/central.json (sync/sync.h), and this follows the file by inotify
 * and reports it to the kiosk's health.
 */
#ifndef KIOSK_CENTRAL_STATUS_H
#define KIOSK_CENTRAL_STATUS_H

#include <systemd/sd-event.h>

#include "kiosk.h"

struct central_status;

/*
 * every_s: how often kiosk-sync writes while all goes well. Where it has not
 * for three times that, SYNC_STATUS_AGE_S and half a minute, the state is an
 * error: the central log may be missing rows, and nobody else would say so.
 *
 * 0; a negative errno where the directory cannot be watched.
 */
int central_status_new(sd_event *event, struct kiosk *kiosk,
		       const char *state_dir, int every_s,
		       struct central_status **out)
    __attribute__((warn_unused_result));
void central_status_free(struct central_status *status);

#endif
