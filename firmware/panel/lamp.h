/* SPDX-License-Identifier: MIT */
/* What each lamp should show, from the queue's state alone. Pure. */
#ifndef KIOSK_LAMP_H
#define KIOSK_LAMP_H

#include <stdbool.h>

#include "base/config.h"
#include "queue/queue.h"

/*
 * "service X": a ticket can be had (a day is open, the cap is not reached, the
 * journal takes events). "counter N": someone waits whom the counter could
 * call. "fault": fault is true.
 */
bool lamp_wanted(const struct config_lamp *lamp, const struct queue *queue,
		 bool journal_ok, bool fault);

#endif
