/* SPDX-License-Identifier: MIT */
#include "base/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int durable_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd) != 0)
		rc = -errno;
	close(fd);
	return rc;
}
