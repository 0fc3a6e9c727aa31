/* SPDX-License-Identifier: MIT */
/* Chance, the same for the same seed. */
#ifndef KIOSK_SIMULATE_RANDOM_H
#define KIOSK_SIMULATE_RANDOM_H

#include <math.h>
#include <stdint.h>

struct chance {
	uint64_t state;
};

/* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
static inline uint64_t chance_next(struct chance *chance)
{
	uint64_t z = chance->state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

/* Between 0 and 1, both excluded. */
static inline double chance_unit(struct chance *chance)
{
	return ((double)(chance_next(chance) >> 12) + 0.5) / 4503599627370496.0;
}

/* Standard normal, by Box and Muller. */
static inline double chance_normal(struct chance *chance)
{
	double radius = sqrt(-2 * log(chance_unit(chance)));

	return radius * cos(2 * 3.14159265358979 * chance_unit(chance));
}

/* Log-normal, by its mean and its standard deviation over its mean. */
static inline double chance_log_normal(struct chance *chance, double mean,
				       double cv)
{
	double variance = log(1 + cv * cv);

	return mean *
	       exp(sqrt(variance) * chance_normal(chance) - variance / 2);
}

static inline double chance_exponential(struct chance *chance, double mean)
{
	return -mean * log(chance_unit(chance));
}

#endif
