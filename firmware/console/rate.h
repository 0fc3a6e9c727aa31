/* SPDX-License-Identifier: MIT */
/*
 * How much strangers may ask, each address and all together: a bucket that
 * fills by so many a second and holds so many. Those behind one router are one
 * address, so the share of one is that of a hall full of telephones. Pure: time
 * comes in as monotonic ms.
 */
#ifndef KIOSK_RATE_H
#define KIOSK_RATE_H

#include <stdbool.h>
#include <stdint.h>

#define RATE_ADDRESS_A_SECOND 30
#define RATE_ADDRESS_HOLDS 90
#define RATE_ALL_A_SECOND 100
#define RATE_ALL_HOLDS 200
#define RATE_PLACES 64 /* addresses that are remembered */

struct rate_bucket {
	uint8_t address[16];
	int64_t at_ms; /* when it was looked at last */
	int64_t milli; /* what it holds, in thousandths */
	bool used;
};

struct rate {
	struct rate_bucket places[RATE_PLACES], all;
};

/* Zeroed, it is ready. Takes one from both buckets; false, and nothing taken,
 * where one of them is empty. */
bool rate_take(struct rate *rate, const uint8_t address[16], int64_t now_ms);

#endif
