/* SPDX-License-Identifier: MIT */
#include "stats.h"

#include <stdlib.h>

#include "bench.h"

void samples_add(struct samples *samples, double value)
{
	if (samples->n == samples->size) {
		samples->size = samples->size ? 2 * samples->size : 1024;
		samples->values = reallocarray(samples->values, samples->size,
					       sizeof(samples->values[0]));
		if (!samples->values)
			die("out of memory");
	}
	samples->values[samples->n++] = value;
}

static int compare(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

double samples_at(struct samples *samples, double share)
{
	size_t index;

	if (samples->n == 0)
		die("nothing was measured");
	qsort(samples->values, samples->n, sizeof(samples->values[0]), compare);
	index = (size_t)(share * (double)samples->n);
	return samples->values[index < samples->n ? index : samples->n - 1];
}

void samples_free(struct samples *samples)
{
	free(samples->values);
	*samples = (struct samples){0};
}
