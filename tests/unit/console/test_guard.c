/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "console/guard.h"

static const struct {
	const char *name, *host;
	bool wanted;
} hosts[] = {
    {"localhost", "localhost", true},
    {"localhost with a port", "localhost:8080", true},
    {"capitals", "LocalHost:1", true},
    {"IPv4", "127.0.0.1", true},
    {"IPv4 with a port", "127.0.0.1:8080", true},
    {"all of 127/8", "127.255.3.4:80", true},
    {"IPv6", "[::1]", true},
    {"IPv6 with a port", "[::1]:8080", true},
    {"none", NULL, false},
    {"empty", "", false},
    {"only a port", ":8080", false},
    {"another name", "kiosk.example", false},
    {"a name that begins like it", "localhost.example", false},
    {"a name that begins like an address", "127.0.0.1.example", false},
    {"a name that ends like it", "evil-localhost", false},
    {"another address", "10.0.0.1:8080", false},
    {"any address", "0.0.0.0", false},
    {"IPv6 without brackets", "::1", false},
    {"another IPv6", "[::2]:8080", false},
    {"IPv6 with a tail", "[::1]x", false},
    {"no number for a port", "localhost:x", false},
    {"user and host", "localhost:80@evil.example", false},
    {"shortened IPv4", "127.1", false},
    {"a long name",
     "127.0.0."
     "1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     false},
};

static void test_only_loopback_names_are_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		if (guard_host_is_loopback(hosts[i].host) != hosts[i].wanted)
			fail_msg("%s", hosts[i].name);
	}
}

static const struct {
	const char *name, *origin, *host;
	bool wanted;
	bool tls;
} origins[] = {
    {"no browser", NULL, "127.0.0.1:8080", true, false},
    {"our page", "http://127.0.0.1:8080", "127.0.0.1:8080", true, false},
    {"our page in capitals", "HTTP://LOCALHOST", "localhost", true, false},
    {"another site", "http://evil.example", "127.0.0.1:8080", false, false},
    {"another port", "http://127.0.0.1:9", "127.0.0.1:8080", false, false},
    {"another scheme", "https://127.0.0.1:8080", "127.0.0.1:8080", false,
     false},
    {"a name for the address", "http://localhost:8080", "127.0.0.1:8080", false,
     false},
    {"a sandboxed page", "null", "127.0.0.1:8080", false, false},
    {"empty", "", "127.0.0.1:8080", false, false},
    {"no host", "http://127.0.0.1", NULL, false, false},
    {"our page by TLS", "https://kiosk.local:8443", "kiosk.local:8443", true,
     true},
    {"a plain page to TLS", "http://kiosk.local:8443", "kiosk.local:8443",
     false, true},
};

static void test_only_our_own_pages_send_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
		if (guard_origin_fits(origins[i].origin, origins[i].host,
				      origins[i].tls) != origins[i].wanted)
			fail_msg("%s", origins[i].name);
	}
}

static void test_only_our_own_site_sends_commands(void **state)
{
	(void)state;
	assert_true(guard_site_fits(NULL));
	assert_true(guard_site_fits("same-origin"));
	assert_true(guard_site_fits("none"));
	assert_false(guard_site_fits("same-site"));
	assert_false(guard_site_fits("cross-site"));
	assert_false(guard_site_fits(""));
}

static const struct {
	const char *name;
	int family;
	const char *address;
	bool wanted;
} peers[] = {
    {"IPv4 here", AF_INET, "127.0.0.1", true},
    {"all of 127/8", AF_INET, "127.9.9.9", true},
    {"IPv4 elsewhere", AF_INET, "192.168.1.2", false},
    {"IPv6 here", AF_INET6, "::1", true},
    {"IPv6 elsewhere", AF_INET6, "fe80::1", false},
    {"IPv4 here by IPv6", AF_INET6, "::ffff:127.0.0.1", true},
    {"IPv4 elsewhere by IPv6", AF_INET6, "::ffff:10.0.0.1", false},
    {"an IPv6 address that ends alike", AF_INET6, "2001::7f00:1", false},
    {"the Unix socket", AF_UNIX, NULL, true},
    {"another kind", AF_PACKET, NULL, false},
};

static void test_only_this_machine_s_addresses_are_here(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
		union {
			struct sockaddr any;
			struct sockaddr_in v4;
			struct sockaddr_in6 v6;
		} peer = {.any.sa_family = (sa_family_t)peers[i].family};

		if (peers[i].address)
			assert_int_equal(inet_pton(peers[i].family,
						   peers[i].address,
						   peers[i].family == AF_INET
						       ? (void *)&peer.v4
							     .sin_addr
						       : (void *)&peer.v6
							     .sin6_addr),
					 1);
		if (guard_peer_is_loopback(&peer.any) != peers[i].wanted)
			fail_msg("%s", peers[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_only_loopback_names_are_hosts),
	    cmocka_unit_test(test_only_our_own_pages_send_commands),
	    cmocka_unit_test(test_only_our_own_site_sends_commands),
	    cmocka_unit_test(test_only_this_machine_s_addresses_are_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
