/* SPDX-License-Identifier: MIT */
/*
 * full-disk.so: a full disk for a program that is started with it in
 * LD_PRELOAD. While the file that FULL_DISK names is there, no file can be made
 * larger: whatever would, fails with ENOSPC. What lies within a file is still
 * written, as on a real disk.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Whether fd is a file that does not reach so far, on a disk that is full. */
static bool no_room(int fd, off_t end)
{
	const char *marker = getenv("FULL_DISK");
	struct stat status;

	return fd > 2 && marker && access(marker, F_OK) == 0 &&
	       fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	       end > status.st_size;
}

static off_t total(const struct iovec *pieces, int n)
{
	off_t bytes = 0;

	for (int i = 0; i < n; i++)
		bytes += (off_t)pieces[i].iov_len;
	return bytes;
}

static int none(void)
{
	errno = ENOSPC;
	return -1;
}

#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t n)
{
	static __typeof__(&write) real;

	if (!real)
		real = REAL(write);
	if (no_room(fd, lseek(fd, 0, SEEK_CUR) + (off_t)n))
		return none();
	return real(fd, bytes, n);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	static __typeof__(&pwrite) real;

	if (!real)
		real = REAL(pwrite);
	return no_room(fd, at + (off_t)n) ? none() : real(fd, bytes, n, at);
}

ssize_t pwritev(int fd, const struct iovec *pieces, int n, off_t at)
{
	static __typeof__(&pwritev) real;

	if (!real)
		real = REAL(pwritev);
	return no_room(fd, at + total(pieces, n)) ? none()
						  : real(fd, pieces, n, at);
}

int posix_fallocate(int fd, off_t at, off_t n)
{
	static __typeof__(&posix_fallocate) real;

	if (!real)
		real = REAL(posix_fallocate);
	return no_room(fd, at + n) ? ENOSPC : real(fd, at, n);
}

/* The same, by the names that programs with large files call. */
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
	return pwrite(fd, bytes, n, at);
}

ssize_t pwritev64(int fd, const struct iovec *pieces, int n, off64_t at)
{
	return pwritev(fd, pieces, n, at);
}

int posix_fallocate64(int fd, off64_t at, off64_t n)
{
	return posix_fallocate(fd, at, n);
}
