/* SPDX-License-Identifier: MIT */
#include "console/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 511
#define SOCKET_MODE 0660

__attribute__((format(printf, 2, 3))) static void
tell(struct console_problem *problem, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(problem->text, sizeof(problem->text), format,
			arguments);
	va_end(arguments);
}

/* ---- the Unix socket ---- */

static int unix_address(const char *path, struct sockaddr_un *address,
			struct console_problem *problem)
{
	size_t length = strlen(path);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (length == 0 || length >= sizeof(address->sun_path)) {
		tell(problem,
		     "%s: a socket's path has 1 to %zu bytes: choose a "
		     "shorter --runtime-dir",
		     path, sizeof(address->sun_path) - 1);
		return -ENAMETOOLONG;
	}
	memcpy(address->sun_path, path, length);
	return 0;
}

/* 0: nobody listens there. -EADDRINUSE: somebody does, or it is no socket. */
static int clear_stale(const struct sockaddr_un *address,
		       struct console_problem *problem)
{
	const char *path = address->sun_path;
	struct stat status;
	int fd, error;

	if (lstat(path, &status) < 0)
		return 0;
	if (!S_ISSOCK(status.st_mode)) {
		tell(problem, "%s: is no socket: remove it", path);
		return -EADDRINUSE;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	error =
	    connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0
		? errno
		: 0;
	close(fd);
	if (error != ECONNREFUSED) {
		tell(problem,
		     "%s: another kioskd answers there: end it, or choose "
		     "another --runtime-dir",
		     path);
		return -EADDRINUSE;
	}
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

static int bind_unix(int fd, const struct sockaddr_un *address)
{
	if (bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0)
		return -errno;
	/* Nobody can connect before listen(), so the mode comes in time. */
	if (chmod(address->sun_path, SOCKET_MODE) < 0 ||
	    listen(fd, BACKLOG) < 0) {
		int error = -errno;

		unlink(address->sun_path);
		return error;
	}
	return 0;
}

int listen_unix(const char *path, int *out, struct console_problem *problem)
{
	struct sockaddr_un address;
	int fd, rc;

	*problem = (struct console_problem){0};
	rc = unix_address(path, &address, problem);
	if (rc == 0)
		rc = clear_stale(&address, problem);
	if (rc < 0)
		goto fail;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		rc = -errno;
		goto fail;
	}
	rc = bind_unix(fd, &address);
	if (rc < 0) {
		close(fd);
		goto fail;
	}
	*out = fd;
	return 0;

fail:
	if (!*problem->text)
		tell(problem, "%s: cannot listen there: %s", path,
		     strerror(-rc));
	return rc;
}

/* ---- TCP ---- */

struct tcp_address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} at;
	socklen_t length;
	bool loopback;
};

static bool parse_port(const char *text, in_port_t *port)
{
	char *end;
	long value;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || *end || value > 65535)
		return false;
	*port = htons((in_port_t)value);
	return true;
}

static bool parse_address(const char *listen, struct tcp_address *address)
{
	const char *colon = strrchr(listen, ':');
	char host[INET6_ADDRSTRLEN + 2];
	in_port_t port;
	size_t length;

	*address = (struct tcp_address){0};
	if (!colon || !parse_port(colon + 1, &port))
		return false;
	length = (size_t)(colon - listen);
	if (length >= sizeof(host))
		return false;
	memcpy(host, listen, length);
	host[length] = '\0';
	if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
		host[length - 1] = '\0';
		address->at.v6.sin6_family = AF_INET6;
		address->at.v6.sin6_port = port;
		address->length = sizeof(address->at.v6);
		if (inet_pton(AF_INET6, host + 1, &address->at.v6.sin6_addr) !=
		    1)
			return false;
		address->loopback =
		    IN6_IS_ADDR_LOOPBACK(&address->at.v6.sin6_addr);
		return true;
	}
	address->at.v4.sin_family = AF_INET;
	address->at.v4.sin_port = port;
	address->length = sizeof(address->at.v4);
	if (inet_pton(AF_INET,
		      strcmp(host, "localhost") == 0 ? "127.0.0.1" : host,
		      &address->at.v4.sin_addr) != 1)
		return false;
	address->loopback =
	    ntohl(address->at.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	return true;
}

static int check_tcp(const char *listen, bool tls, struct tcp_address *address,
		     struct console_problem *problem)
{
	if (!parse_address(listen, address)) {
		tell(problem,
		     "console.listen: \"%s\" is no ADDRESS:PORT: write it as "
		     "\"127.0.0.1:8080\" or \"[::1]:8080\"",
		     listen);
		return -EINVAL;
	}
	if (!address->loopback && !tls) {
		tell(problem,
		     "console.listen: \"%s\" can be reached from other "
		     "machines, which takes a certificate: make one with "
		     "kioskctl certificate new, or listen on 127.0.0.1",
		     listen);
		return -EACCES;
	}
	return 0;
}

static int bind_tcp(int fd, const struct tcp_address *address, int *port)
{
	struct tcp_address bound = {.length = sizeof(bound.at)};
	int one = 1;

	/* Not to wait a minute for the sockets of the last run to die. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(fd, &address->at.any, address->length) < 0 ||
	    listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, &bound.at.any, &bound.length) < 0)
		return -errno;
	/* The port lies at the same place in both. */
	*port = ntohs(bound.at.v4.sin_port);
	return 0;
}

int listen_tcp(const char *listen, bool tls, int *out, int *port,
	       struct console_problem *problem)
{
	struct tcp_address address;
	int fd, rc;

	*problem = (struct console_problem){0};
	rc = check_tcp(listen, tls, &address, problem);
	if (rc < 0)
		return rc;
	fd = socket(address.at.any.sa_family,
		    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	rc = fd < 0 ? -errno : bind_tcp(fd, &address, port);
	if (rc == 0) {
		*out = fd;
		return 0;
	}
	if (fd >= 0)
		close(fd);
	if (rc == -EADDRINUSE)
		tell(problem,
		     "console.listen: %s is taken by another program: end it, "
		     "or set another port",
		     listen);
	else if (rc == -EADDRNOTAVAIL)
		tell(problem,
		     "console.listen: %s is no address of this machine: write "
		     "one that ip addr shows, or 0.0.0.0 for all of them",
		     listen);
	else
		tell(problem,
		     "console.listen: cannot listen on %s: %s: write another "
		     "address or port, such as \"127.0.0.1:8080\"",
		     listen, strerror(-rc));
	return rc;
}
