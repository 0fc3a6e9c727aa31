/* SPDX-License-Identifier: MIT */
/* Numbers for random tests: the same ones for the same seed, everywhere. */
#ifndef KIOSK_TEST_QUEUE_RANDOM_H
#define KIOSK_TEST_QUEUE_RANDOM_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct rng {
	uint64_t state;
};

/* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
static inline uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

/* 0..n-1 */
static inline uint32_t rng_below(struct rng *rng, uint32_t n)
{
	return (uint32_t)((rng_next(rng) >> 32) * n >> 32);
}

static inline uint64_t number_from_env(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

/* KIOSK_SEED, or one from the time of day; printed either way. */
static inline uint64_t random_seed(const char *test)
{
	struct timespec now;
	uint64_t seed;

	clock_gettime(CLOCK_REALTIME, &now);
	seed = (uint64_t)now.tv_sec * 1000003U ^ (uint64_t)now.tv_nsec;
	seed = number_from_env("KIOSK_SEED", seed % 1000000000U);
	printf("# %s: KIOSK_SEED=%" PRIu64 "\n", test, seed);
	fflush(stdout);
	return seed;
}

#endif
