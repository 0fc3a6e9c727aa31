/* SPDX-License-Identifier: MIT */
#include "soak_clock.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"

/* By the linker's --wrap: __real_ is what base/clock.c has, __wrap_ is what all
 * others get. */
int64_t __real_clock_wall_ms(void);
int64_t __real_clock_mono_ms(void);
int64_t __real_clock_mono_us(void);
bool __real_clock_synced(void);
int64_t __wrap_clock_wall_ms(void);
int64_t __wrap_clock_mono_ms(void);
int64_t __wrap_clock_mono_us(void);
bool __wrap_clock_synced(void);

struct soak_clock *soak_clock_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	void *at;

	if (fd < 0)
		return NULL;
	at = mmap(NULL, sizeof(struct soak_clock), PROT_READ | PROT_WRITE,
		  MAP_SHARED, fd, 0);
	close(fd);
	return at == MAP_FAILED ? NULL : at;
}

static struct soak_clock *clock_file(void)
{
	static struct soak_clock *clock;
	static bool looked;

	if (!looked) {
		const char *path = getenv("KIOSK_SOAK_CLOCK");

		looked = true;
		clock = path ? soak_clock_open(path) : NULL;
		if (path && !clock)
			abort(); /* a test that would measure nothing */
	}
	return clock;
}

static int64_t slept_ms(void)
{
	struct soak_clock *clock = clock_file();

	return clock ? clock->slept_ms : 0;
}

int64_t __wrap_clock_mono_ms(void)
{
	return __real_clock_mono_ms() + slept_ms();
}

int64_t __wrap_clock_mono_us(void)
{
	/* For the length of commits, in which nobody sleeps. */
	return __real_clock_mono_us();
}

int64_t __wrap_clock_wall_ms(void)
{
	struct soak_clock *clock = clock_file();

	return __real_clock_wall_ms() + slept_ms() +
	       (clock ? clock->set_ms : 0);
}

bool __wrap_clock_synced(void)
{
	struct soak_clock *clock = clock_file();

	return clock ? clock->synced : __real_clock_synced();
}
