/* SPDX-License-Identifier: MIT */
/* Prometheus text (exposition format 0.0.4) for GET /metrics. */
#ifndef KIOSK_METRICS_H
#define KIOSK_METRICS_H

#include <stddef.h>

#include "kiosk.h"
#include "slips.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* slips may be NULL. malloc()ed, or NULL when out of memory. */
char *metrics_text(const struct kiosk *kiosk, const struct slips *slips,
		   size_t streams, size_t connections, size_t *length);

#endif
