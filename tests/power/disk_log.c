/* SPDX-License-Identifier: MIT */
/*
 * Put under a User-Mode Linux kernel (LD_PRELOAD): whatever reaches the guest's
 * disk, and what it tells the host, goes into one log, in the order in which it
 * happened. So the log says what had been told when a write or a flush was
 *done.
 *
 *	POWER_DISK     the guest's disk image
 *	POWER_LINE     the descriptor that its line to the host writes to
 *	POWER_PRINTER  and the one that its printer hangs on
 *	POWER_LOG      the log, appended to
 *
 * A record is struct record, then length bytes of data ('W', 'M', 'P'). The
 *guest's disk has a cache (ubd says so to the kernel), so what no flush
 *followed may be lost, in any order.
 *
 * UML calls these from threads with a stack of a page and before its own memory
 * is set up: nothing here but system calls.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct record {
	uint64_t kind; /* 'W' write, 'Z' zeros, 'F' flush, 'M' told the host */
	uint64_t offset; /* bytes, of 'W' and 'Z' */
	uint64_t length;
};

static int log_fd = -1;
static int line_fd = -1;
static int printer_fd = -1;
static dev_t disk_device;
static ino_t disk_inode;

__attribute__((constructor)) static void begin(void)
{
	const char *disk = getenv("POWER_DISK"), *line = getenv("POWER_LINE");
	const char *log = getenv("POWER_LOG");
	const char *printer = getenv("POWER_PRINTER");
	struct stat status;

	if (!disk || !line || !printer || !log || stat(disk, &status) != 0)
		return;
	disk_device = status.st_dev;
	disk_inode = status.st_ino;
	line_fd = (int)strtol(line, NULL, 10);
	printer_fd = (int)strtol(printer, NULL, 10);
	log_fd = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
}

static int is_disk(int fd)
{
	struct stat status;

	return log_fd >= 0 && fstat(fd, &status) == 0 &&
	       status.st_ino == disk_inode && status.st_dev == disk_device;
}

/* One call of the kernel, so two threads' records do not mix. */
static void note(uint64_t kind, uint64_t offset, uint64_t length,
		 const void *data)
{
	struct record record = {kind, offset, length};
	struct iovec parts[] = {{&record, sizeof(record)},
				{(void *)data, data ? length : 0}};
	size_t want = sizeof(record) + parts[1].iov_len;

	/* A log with a hole would prove nothing. */
	if (writev(log_fd, parts, 2) != (ssize_t)want)
		_exit(99);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t offset)
{
	ssize_t done = syscall(SYS_pwrite64, fd, data, n, offset);
	int error = errno;

	if (done > 0 && is_disk(fd))
		note('W', (uint64_t)offset, (uint64_t)done, data);
	errno = error;
	return done;
}

ssize_t write(int fd, const void *data, size_t n)
{
	ssize_t done = syscall(SYS_write, fd, data, n);
	int error = errno;

	if (done > 0 && log_fd >= 0 && (fd == line_fd || fd == printer_fd))
		note(fd == line_fd ? 'M' : 'P', 0, (uint64_t)done, data);
	errno = error;
	return done;
}

int fallocate64(int fd, int mode, off64_t offset, off64_t length)
{
	int rc = (int)syscall(SYS_fallocate, fd, mode, offset, length);
	int error = errno;

	if (rc == 0 && (mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) &&
	    is_disk(fd))
		note('Z', (uint64_t)offset, (uint64_t)length, NULL);
	errno = error;
	return rc;
}

static int flush(long call, int fd)
{
	int rc = (int)syscall(call, fd);
	int error = errno;

	if (rc == 0 && is_disk(fd))
		note('F', 0, 0, NULL);
	errno = error;
	return rc;
}

int fsync(int fd)
{
	return flush(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return flush(SYS_fdatasync, fd);
}
