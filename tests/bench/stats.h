/* SPDX-License-Identifier: MIT */
/* A heap of figures, and what stands at a share of it. */
#ifndef KIOSK_BENCH_STATS_H
#define KIOSK_BENCH_STATS_H

#include <stddef.h>

struct samples {
	double *values; /* freed by samples_free() */
	size_t n, size;
};

void samples_add(struct samples *samples, double value);

/* The value that share (0..1) of them do not exceed: 0.5 is the median. Sorts
 * them. There must be at least one. */
double samples_at(struct samples *samples, double share);

void samples_free(struct samples *samples);

#endif
