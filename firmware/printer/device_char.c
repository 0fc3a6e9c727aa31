/* SPDX-License-Identifier: MIT */
/* Printers behind a device node: /dev/usb/lp0 (usblp), or a serial line. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "printer/device_stream.h"

struct place {
	char *path;
	int baud;
	enum config_flow flow;
};

static const struct {
	int baud;
	speed_t speed;
} speeds[] = {
    {1200, B1200},   {2400, B2400},   {4800, B4800},   {9600, B9600},
    {19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200},
};

static speed_t speed_of(int baud)
{
	for (size_t i = 0; i < sizeof(speeds) / sizeof(*speeds); i++)
		if (speeds[i].baud == baud)
			return speeds[i].speed;
	return B9600;
}

/*
 * A terminal line would turn each LF in a picture to CR LF. With XON/XOFF the
 * line itself takes the printer's stop and go: no answer to a question has
 * their form.
 */
static int make_raw(int fd, const struct place *place, int *baud)
{
	struct termios termios;

	if (tcgetattr(fd, &termios) != 0)
		return 0; /* not a terminal line */
	cfmakeraw(&termios);
	termios.c_cflag |= CLOCAL | CREAD;
	termios.c_cflag &= ~(tcflag_t)CRTSCTS;
	termios.c_iflag &= ~(tcflag_t)(IXON | IXOFF | IXANY);
	switch (place->flow) {
	case CONFIG_FLOW_NONE:
		break;
	case CONFIG_FLOW_RTSCTS:
		termios.c_cflag |= CRTSCTS;
		break;
	case CONFIG_FLOW_XONXOFF:
		termios.c_iflag |= IXON;
		break;
	}
	if (cfsetispeed(&termios, speed_of(place->baud)) != 0 ||
	    cfsetospeed(&termios, speed_of(place->baud)) != 0 ||
	    tcsetattr(fd, TCSANOW, &termios) != 0)
		return -errno;
	*baud = place->baud;
	return 0;
}

/* -ENOTTY for what is no character device. */
static int check_node(int fd, const struct place *place, int *baud)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISCHR(st.st_mode))
		return -ENOTTY;
	return make_raw(fd, place, baud);
}

/* Where the rights allow writing only, the printer is mute, and prints. */
static int open_char(const void *where, struct stream_opening *opening)
{
	const int flags = O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	const struct place *place = where;
	int fd = open(place->path, O_RDWR | flags);

	if (fd < 0 && (errno == EACCES || errno == EINVAL)) {
		fd = open(place->path, O_WRONLY | flags);
		opening->mute = true;
	}
	if (fd < 0)
		return -errno;
	int status = check_node(fd, place, &opening->baud);
	if (status == 0)
		return fd;
	(void)close(fd);
	return status;
}

static ssize_t write_char(int fd, const uint8_t *bytes, size_t length)
{
	return write(fd, bytes, length);
}

/* Else closing a serial line waits for it to be sent. */
static void discard_char(int fd)
{
	(void)tcflush(fd, TCIOFLUSH);
}

static void free_place(void *where)
{
	struct place *place = where;

	free(place->path);
	free(place);
}

static const char *path_of(const void *where)
{
	const struct place *place = where;

	return place->path;
}

static const struct stream_kind char_kind = {
    .open = open_char,
    .write = write_char,
    .discard = discard_char,
    .free_where = free_place,
    .path = path_of,
    .gone = "unplugged",
};

int device_char_new(sd_event *event, const struct device_place *place,
		    const struct device_times *times,
		    const struct device_owner *owner, struct device **out)
{
	struct place *copy = calloc(1, sizeof(*copy));

	*out = NULL;
	if (!copy)
		return -ENOMEM;
	copy->baud = place->baud;
	copy->flow = place->flow;
	copy->path = strdup(place->where);
	if (!copy->path) {
		free(copy);
		return -ENOMEM;
	}
	return stream_new(event, place, &char_kind, copy, times, owner, out);
}
