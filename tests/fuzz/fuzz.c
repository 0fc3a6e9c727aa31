/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"

/*
 * A journal is written without waiting for a disk: these stand for libc's in
 * the whole process, SQLite's calls included.
 */
int fsync(int fd);
int fdatasync(int fd);
int fsync(int fd)
{
	(void)fd;
	return 0;
}
int fdatasync(int fd)
{
	(void)fd;
	return 0;
}

static int report_fd = STDERR_FILENO;
static char directory[200];

void fuzz_fail(const char *file, int line, const char *what, const char *format,
	       ...)
{
	va_list args;

	dprintf(report_fd, "%s:%d: does not hold: %s: ", file, line, what);
	va_start(args, format);
	vdprintf(report_fd, format, args);
	va_end(args);
	dprintf(report_fd, "\n");
	abort();
}

/* A zone in which it is noon: no business day ends while inputs are tried. */
static void set_zone(void)
{
	int hour = (int)(clock_wall_ms() / (60 * 60 * 1000) % 24);
	char zone[16];

	/* East of Greenwich is below zero in these names. */
	(void)snprintf(zone, sizeof(zone), "Etc/GMT%+d", hour - 12);
	FUZZ_CHECK(clock_set_zone(zone) == 0, "no such zone: %s", zone);
}

void fuzz_start(void)
{
	/* libFuzzer closes the standard one: -close_fd_mask. */
	report_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100);
	set_zone();
}

static void remove_directory(void)
{
	fuzz_clear_directory();
	(void)rmdir(directory);
}

const char *fuzz_directory(void)
{
	const char *tmp = getenv("TMPDIR");

	if (*directory)
		return directory;
	(void)snprintf(directory, sizeof(directory), "%s/kiosk-fuzz-XXXXXX",
		       tmp ? tmp : "/tmp");
	FUZZ_CHECK(mkdtemp(directory), "%s", directory);
	FUZZ_CHECK(atexit(remove_directory) == 0, "no room");
	return directory;
}

void fuzz_clear_directory(void)
{
	DIR *dir = opendir(fuzz_directory());
	const struct dirent *entry;

	FUZZ_CHECK(dir, "%s", directory);
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
}

const char *fuzz_file(const void *bytes, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		FUZZ_CHECK(fd >= 0, "no file in memory");
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	FUZZ_CHECK(ftruncate(fd, 0) == 0 &&
		       pwrite(fd, bytes, size, 0) == (ssize_t)size,
		   "%zu bytes", size);
	return path;
}

bool fuzz_is_line(const char *text)
{
	if (!utf8_valid(text, strlen(text)))
		return false;
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

uint8_t fuzz_byte(struct fuzz_input *input)
{
	if (input->left == 0)
		return 0;
	input->left--;
	return *input->at++;
}

int64_t fuzz_number(struct fuzz_input *input, unsigned bytes)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < bytes; i++)
		number |= (uint64_t)fuzz_byte(input) << (8 * i);
	return (int64_t)number;
}

char *fuzz_text(struct fuzz_input *input)
{
	const uint8_t *end =
	    input->left ? memchr(input->at, 0, input->left) : NULL;
	size_t length = end ? (size_t)(end - input->at) : input->left;
	char *text = malloc(length + 1);

	FUZZ_CHECK(text, "%zu bytes", length);
	if (length)
		memcpy(text, input->at, length);
	text[length] = '\0';
	input->at += length;
	input->left -= length;
	(void)fuzz_byte(input);
	return text;
}
