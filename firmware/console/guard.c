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

bool guard_peer_is_loopback(const struct sockaddr *peer)
{
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;
	struct in_addr mapped;

	switch (peer->sa_family) {
	case AF_UNIX:
		return true;
	case AF_INET:
		memcpy(&v4, peer, sizeof(v4));
		return ntohl(v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	case AF_INET6:
		memcpy(&v6, peer, sizeof(v6));
		if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
			return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
		memcpy(&mapped, &v6.sin6_addr.s6_addr[12], sizeof(mapped));
		return ntohl(mapped.s_addr) >> 24 == IN_LOOPBACKNET;
	default:
		return false;
	}
}

void guard_address(const struct sockaddr *peer, uint8_t address[16])
{
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	memset(address, 0, 16);
	if (peer && peer->sa_family == AF_INET6) {
		memcpy(&v6, peer, sizeof(v6));
		memcpy(address, &v6.sin6_addr, 16);
		if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) &&
		    !IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr))
			memset(address + 8, 0, 8);
	} else if (peer && peer->sa_family == AF_INET) {
		memcpy(&v4, peer, sizeof(v4));
		address[10] = address[11] = 0xff;
		memcpy(address + 12, &v4.sin_addr, 4);
	}
}

bool guard_origin_fits(const char *origin, const char *host, bool tls)
{
	const char *scheme = tls ? "https://" : "http://";

	if (!origin)
		return true;
	return host && strncasecmp(origin, scheme, strlen(scheme)) == 0 &&
	       strcasecmp(origin + strlen(scheme), host) == 0;
}

bool guard_site_fits(const char *site)
{
	/* "none" is the user's own doing. */
	return !site || strcmp(site, "same-origin") == 0 ||
	       strcmp(site, "none") == 0;
}
