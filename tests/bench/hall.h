/* SPDX-License-Identifier: MIT */
/* The two halves of the group "hall": pictures, and the program. */
#ifndef KIOSK_BENCH_HALL_H
#define KIOSK_BENCH_HALL_H

#include "bench.h"

/* kiosk-display itself: its start, its idling, its memory. */
void bench_hall_program(const struct bench *bench);

#endif
