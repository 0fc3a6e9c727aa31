/* SPDX-License-Identifier: MIT */
#include "console/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define ADDRESS_MAX 63

static bool is_port_or_end(const char *text)
{
	if (*text == '\0')
		return true;
	if (*text != ':')
		return false;
	return strspn(text + 1, "0123456789") == strlen(text + 1);
}

bool guard_host_is_loopback(const char *host)
{
	char name[ADDRESS_MAX + 1];
	struct in_addr address;
	size_t length;

	if (!host)
		return false;
	if (strncmp(host, "[::1]", 5) == 0)
		return is_port_or_end(host + 5);
	length = strcspn(host, ":");
	if (length > ADDRESS_MAX || !is_port_or_end(host + length))
		return false;
	memcpy(name, host, length);
	name[length] = '\0';
	if (strcasecmp(name, "localhost") == 0)
		return true;
	return inet_pton(AF_INET, name, &address) == 1 &&
	       ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET;
}

bool guard_origin_fits(const char *origin, const char *host)
{
	static const char scheme[] = "http://";

	if (!origin)
		return true;
	return host && strncasecmp(origin, scheme, strlen(scheme)) == 0 &&
	       strcasecmp(origin + strlen(scheme), host) == 0;
}
