/* SPDX-License-Identifier: MIT */
#include "base/turn.h"

#include <time.h>

static struct {
	int64_t begin_us, begin_cpu_us;
	int64_t committed_us;
	const char *what;
} now;

static struct turn_longest longest = {.held_by = "", .cpu_by = ""};

static int64_t read_us(clockid_t id)
{
	struct timespec at = {0};

	(void)clock_gettime(id, &at); /* fails for unknown clocks only */
	return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

void turn_begin(void)
{
	now.what = "other";
	now.committed_us = 0;
	now.begin_cpu_us = read_us(CLOCK_THREAD_CPUTIME_ID);
	/* Not the boot's clock: a suspended machine holds nobody up. */
	now.begin_us = read_us(CLOCK_MONOTONIC);
}

void turn_is(const char *what)
{
	now.what = what;
}

void turn_committed(int64_t us)
{
	now.committed_us += us;
}

void turn_end(void)
{
	int64_t held_us =
	    read_us(CLOCK_MONOTONIC) - now.begin_us - now.committed_us;
	int64_t cpu_us = read_us(CLOCK_THREAD_CPUTIME_ID) - now.begin_cpu_us;

	if (held_us > longest.held_us) {
		longest.held_us = held_us;
		longest.held_by = now.what;
	}
	if (cpu_us > longest.cpu_us) {
		longest.cpu_us = cpu_us;
		longest.cpu_by = now.what;
	}
	longest.late += held_us > TURN_MOST_US;
}

struct turn_longest turn_longest(void)
{
	return longest;
}
