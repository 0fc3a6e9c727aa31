/* SPDX-License-Identifier: MIT */
/* Printers behind a device node: /dev/usb/lp0 (usblp), or a serial line. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "printer/device_stream.h"

/* A terminal line would turn each LF in a picture to CR LF. */
static int make_raw(int fd)
{
	struct termios termios;

	if (tcgetattr(fd, &termios) != 0)
		return 0; /* not a terminal line */
	cfmakeraw(&termios);
	termios.c_cflag |= CLOCAL;
	return tcsetattr(fd, TCSANOW, &termios) == 0 ? 0 : -errno;
}

static int open_char(const void *where, bool *connecting)
{
	struct stat st;
	int fd = open(where, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	*connecting = false;
	if (fd < 0)
		return -errno;
	int status = -ENOTTY;
	if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode))
		status = make_raw(fd);
	if (status == 0)
		return fd;
	(void)close(fd);
	return status;
}

static ssize_t write_char(int fd, const uint8_t *bytes, size_t length)
{
	return write(fd, bytes, length);
}

static const struct stream_kind char_kind = {
    .open = open_char,
    .write = write_char,
    .gone = "unplugged",
};

int device_char_new(sd_event *event, const char *name, const char *where,
		    const struct device_times *times,
		    const struct device_owner *owner, struct device **out)
{
	char *path = strdup(where);

	*out = NULL;
	if (!path)
		return -ENOMEM;
	return stream_new(event, name, &char_kind, path, times, owner, out);
}
