/* SPDX-License-Identifier: MIT */
/*
 * A disk that fails or is slow, between a program and its C library
 * (LD_PRELOAD): the file that KIOSK_DISK names is read before each call and
 * says what happens to calls on files whose name holds "journal.db":
 *
 *	eio		writes and syncs fail with EIO
 *	read-eio	and so do reads
 *	enospc		writes fail with ENOSPC
 *	erofs		writes and opening for writing fail with EROFS
 *	slow MS		each sync takes so long
 *
 * Anything else, and no file: nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* Straight to the kernel: these must not come back here. */
static void ask(char word[32])
{
	const char *path = getenv("KIOSK_DISK");
	int fd =
	    path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0) : -1;
	long n = fd < 0 ? 0 : syscall(SYS_read, fd, word, 31);

	if (fd >= 0)
		syscall(SYS_close, fd);
	word[n > 0 ? n : 0] = '\0';
	word[strcspn(word, "\n")] = '\0';
}

static int is_ours(int fd)
{
	char link[40], path[4096];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return 0;
	path[n] = '\0';
	return strstr(path, "journal.db") != NULL;
}

/* The errno with which a call on that descriptor fails; 0: it does not. */
static int fault(int fd, int writes)
{
	char word[32];

	ask(word);
	if (!word[0] || !is_ours(fd))
		return 0;
	if (strcmp(word, "read-eio") == 0 ||
	    (writes && strcmp(word, "eio") == 0))
		return EIO;
	if (writes && strcmp(word, "enospc") == 0)
		return ENOSPC;
	if (writes && strcmp(word, "erofs") == 0)
		return EROFS;
	return 0;
}

static int sync_fault(int fd)
{
	char word[32];
	long ms;

	ask(word);
	if (strncmp(word, "slow ", 5) == 0 && is_ours(fd)) {
		ms = strtol(word + 5, NULL, 10);
		nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000},
			  NULL);
		return 0;
	}
	return fault(fd, 1);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL(error)            \
	do {                   \
		errno = error; \
		return -1;     \
	} while (0)

ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at)
{
	int error = fault(fd, 1);

	if (error)
		FAIL(error);
	return REAL(pwrite64)(fd, from, n, at);
}

ssize_t pwrite(int fd, const void *from, size_t n, off_t at)
{
	int error = fault(fd, 1);

	if (error)
		FAIL(error);
	return REAL(pwrite)(fd, from, n, at);
}

ssize_t write(int fd, const void *from, size_t n)
{
	int error = fault(fd, 1);

	if (error)
		FAIL(error);
	return REAL(write)(fd, from, n);
}

ssize_t pread64(int fd, void *to, size_t n, off64_t at)
{
	int error = fault(fd, 0);

	if (error)
		FAIL(error);
	return REAL(pread64)(fd, to, n, at);
}

ssize_t pread(int fd, void *to, size_t n, off_t at)
{
	int error = fault(fd, 0);

	if (error)
		FAIL(error);
	return REAL(pread)(fd, to, n, at);
}

int fsync(int fd)
{
	int error = sync_fault(fd);

	if (error)
		FAIL(error);
	return REAL(fsync)(fd);
}

int fdatasync(int fd)
{
	int error = sync_fault(fd);

	if (error)
		FAIL(error);
	return REAL(fdatasync)(fd);
}

int ftruncate64(int fd, off64_t size)
{
	int error = fault(fd, 1);

	if (error)
		FAIL(error);
	return REAL(ftruncate64)(fd, size);
}
