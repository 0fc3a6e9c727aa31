/* SPDX-License-Identifier: MIT */
/* What all groups need of the system. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

void die(const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fputs("bench: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

static double read_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

double now_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

double cpu_us(void)
{
	return read_us(CLOCK_PROCESS_CPUTIME_ID);
}

void sleep_ms(long ms)
{
	struct timespec wait = {ms / 1000, ms % 1000 * 1000000};

	while (nanosleep(&wait, &wait) != 0 && errno == EINTR)
		;
}

void make_dir(const char *path)
{
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		die("%s: %s", path, strerror(errno));
}

static int remove_one(const char *path, const struct stat *status, int type,
		      struct FTW *at)
{
	(void)status;
	(void)type;
	(void)at;
	return remove(path);
}

void remove_tree(const char *path)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 &&
	    errno != ENOENT)
		die("%s: cannot be removed: %s", path, strerror(errno));
}

void copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	ssize_t n = 1;

	if (in < 0 || out < 0)
		die("%s: cannot be copied to %s: %s", from, to,
		    strerror(errno));
	while (n > 0)
		n = copy_file_range(in, NULL, out, NULL, 1 << 26, 0);
	if (n < 0 || fsync(out) != 0)
		die("%s: %s", to, strerror(errno));
	close(in);
	close(out);
}
