/* SPDX-License-Identifier: MIT */
/*
 * A clock that tests move. The programs of build/soak/ are the real ones,
 * linked so that all who ask base/clock.h for the time get it from here: the
 * machine's, and in front of it what a file says that is named by
 * KIOSK_SOAK_CLOCK. Without the variable it is the machine's time.
 */
#ifndef KIOSK_SOAK_CLOCK_H
#define KIOSK_SOAK_CLOCK_H

#include <stdatomic.h>
#include <stdint.h>

/* The file, in the machine's own byte order: tests/soak/office.py writes it. */
struct soak_clock {
	/* Both clocks have gone on by so much, as while the machine slept: the
	 * nights, and the hours that a test has no time for. */
	_Atomic int64_t slept_ms;
	/* The wall clock alone: as somebody set it. */
	_Atomic int64_t set_ms;
	_Atomic int64_t synced; /* what clock_synced() says: 0 or 1 */
};

/* Maps it; NULL: it cannot be. */
struct soak_clock *soak_clock_open(const char *path);

#endif
