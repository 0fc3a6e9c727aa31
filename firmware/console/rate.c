/* SPDX-License-Identifier: MIT */
#include "console/rate.h"

#include <string.h>

#define ONE 1000 /* thousandths */

static void fill(struct rate_bucket *bucket, int64_t a_second, int64_t holds,
		 int64_t now_ms)
{
	int64_t passed_ms = now_ms - bucket->at_ms;

	if (!bucket->used || passed_ms >= holds * 1000) {
		bucket->milli = holds * ONE;
	} else {
		bucket->milli += passed_ms * a_second;
		if (bucket->milli > holds * ONE)
			bucket->milli = holds * ONE;
	}
	bucket->used = true;
	bucket->at_ms = now_ms;
}

/* Its own, or the one that was asked for longest ago. */
static struct rate_bucket *find(struct rate *rate, const uint8_t address[16])
{
	struct rate_bucket *oldest = &rate->places[0];

	for (int i = 0; i < RATE_PLACES; i++) {
		struct rate_bucket *at = &rate->places[i];

		if (at->used &&
		    memcmp(at->address, address, sizeof(at->address)) == 0)
			return at;
		if (!at->used || (oldest->used && at->at_ms < oldest->at_ms))
			oldest = at;
	}
	*oldest = (struct rate_bucket){0};
	memcpy(oldest->address, address, sizeof(oldest->address));
	return oldest;
}

bool rate_take(struct rate *rate, const uint8_t address[16], int64_t now_ms)
{
	struct rate_bucket *own = find(rate, address);

	fill(own, RATE_ADDRESS_A_SECOND, RATE_ADDRESS_HOLDS, now_ms);
	fill(&rate->all, RATE_ALL_A_SECOND, RATE_ALL_HOLDS, now_ms);
	if (own->milli < ONE || rate->all.milli < ONE)
		return false;
	own->milli -= ONE;
	rate->all.milli -= ONE;
	return true;
}
