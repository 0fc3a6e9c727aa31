/* SPDX-License-Identifier: MIT */
/* Prometheus text (exposition format 0.0.4) for GET /metrics. */
#ifndef KIOSK_METRICS_H
#define KIOSK_METRICS_H

#include <stddef.h>

#include "kiosk.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* malloc()ed, or NULL when out of memory. */
char *metrics_text(const struct kiosk *kiosk, size_t streams,
		   size_t connections, size_t *length);

#endif
