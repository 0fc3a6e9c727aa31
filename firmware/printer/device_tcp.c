/* SPDX-License-Identifier: MIT */
/* Printers with a network socket of their own: raw bytes to port 9100. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "printer/device_stream.h"

struct address {
	struct sockaddr_storage storage;
	socklen_t length;
};

/* Finds within two minutes that an idle printer was switched off. */
static void keep_alive(int fd)
{
	const int on = 1, idle_s = 60, interval_s = 15, probes = 4;

	/* Best effort: without it the next slip finds out. */
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s,
			 sizeof(idle_s));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s,
			 sizeof(interval_s));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
}

static int open_tcp(const void *where, struct stream_opening *opening)
{
	const struct address *address = where;
	int fd = socket(address->storage.ss_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	keep_alive(fd);
	if (connect(fd, (const struct sockaddr *)&address->storage,
		    address->length) == 0)
		return fd;
	if (errno == EINPROGRESS) {
		opening->connecting = true;
		return fd;
	}
	int status = -errno;
	(void)close(fd);
	return status;
}

static ssize_t write_tcp(int fd, const uint8_t *bytes, size_t length)
{
	return send(fd, bytes, length, MSG_NOSIGNAL);
}

/* A reset instead of an end: what waits to be sent is thrown away. */
static void discard_tcp(int fd)
{
	const struct linger at_once = {.l_onoff = 1};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

static const struct stream_kind tcp_kind = {
    .open = open_tcp,
    .write = write_tcp,
    .discard = discard_tcp,
    .free_where = free,
    .idle_events = EPOLLIN | EPOLLRDHUP,
    .gone = "closed the connection",
    .empty_is_gone = true,
    .reopens = true,
};

/* getaddrinfo() would take "" and "70000" as well. */
static bool is_port(const char *text)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	unsigned long port = strtoul(text, &end, 10);
	return *end == '\0' && port >= 1 && port <= 65535;
}

/* "192.168.1.9:9100" or "[fe80::1]:9100"; no names, since DNS would block. */
static int parse(const char *where, struct address *out)
{
	const struct addrinfo hints = {
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
	    .ai_socktype = SOCK_STREAM,
	};
	const char *colon = strrchr(where, ':');
	char host[64];
	struct addrinfo *found;

	if (!colon || !is_port(colon + 1))
		return -EINVAL;
	size_t n = (size_t)(colon - where);
	if (n >= 2 && where[0] == '[' && where[n - 1] == ']') {
		where++;
		n -= 2;
	}
	if (n == 0 || n >= sizeof(host))
		return -EINVAL;
	memcpy(host, where, n);
	host[n] = '\0';
	if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
		return -EINVAL;
	memcpy(&out->storage, found->ai_addr, found->ai_addrlen);
	out->length = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

int device_tcp_new(sd_event *event, const struct device_place *place,
		   const struct device_times *times,
		   const struct device_owner *owner, struct device **out)
{
	struct address *address = calloc(1, sizeof(*address));

	*out = NULL;
	if (!address)
		return -ENOMEM;
	int status = parse(place->where, address);
	if (status != 0) {
		free(address);
		return status;
	}
	return stream_new(event, place, &tcp_kind, address, times, owner, out);
}
