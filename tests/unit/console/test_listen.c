/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/listen.h"

static char dir[200], path[256];

static int make_dir(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	(void)snprintf(dir, sizeof(dir), "%s/kiosk-listen-XXXXXX",
		       tmp ? tmp : "/tmp");
	if (!mkdtemp(dir))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/kiosk.sock", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

static void test_socket_is_for_owner_and_group(void **state)
{
	struct console_problem problem;
	struct stat status;
	int fd;

	(void)state;
	assert_int_equal(listen_unix(path, &fd, &problem), 0);
	assert_int_equal(stat(path, &status), 0);
	assert_true(S_ISSOCK(status.st_mode));
	assert_int_equal(status.st_mode & 0777, 0660);
	close(fd);
}

static void test_dead_socket_is_replaced(void **state)
{
	struct console_problem problem;
	int fd;

	(void)state;
	assert_int_equal(listen_unix(path, &fd, &problem), 0);
	close(fd); /* as a kill leaves it */
	assert_int_equal(listen_unix(path, &fd, &problem), 0);
	close(fd);
}

static void test_live_socket_is_left_alone(void **state)
{
	struct console_problem problem;
	int first, second;

	(void)state;
	assert_int_equal(listen_unix(path, &first, &problem), 0);
	assert_int_equal(listen_unix(path, &second, &problem), -EADDRINUSE);
	assert_non_null(strstr(problem.text, "another kioskd"));
	assert_int_equal(access(path, F_OK), 0);
	close(first);
}

static void test_file_in_the_way_is_left_alone(void **state)
{
	struct console_problem problem;
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(listen_unix(path, &fd, &problem), -EADDRINUSE);
	assert_non_null(strstr(problem.text, "no socket"));
	assert_int_equal(access(path, F_OK), 0);
}

static void test_path_too_long_is_named(void **state)
{
	struct console_problem problem;
	char long_path[200];
	int fd;

	(void)state;
	memset(long_path, 'a', sizeof(long_path) - 1);
	long_path[0] = '/';
	long_path[sizeof(long_path) - 1] = '\0';
	assert_int_equal(listen_unix(long_path, &fd, &problem), -ENAMETOOLONG);
	assert_non_null(strstr(problem.text, "--runtime-dir"));
}

static void test_missing_directory_is_named(void **state)
{
	struct console_problem problem;
	int fd;

	(void)state;
	assert_int_equal(listen_unix("/nonexistent/kiosk.sock", &fd, &problem),
			 -ENOENT);
	assert_non_null(strstr(problem.text, "/nonexistent/kiosk.sock"));
}

static const struct {
	const char *name, *listen;
	int wanted;
} addresses[] = {
    {"IPv4", "127.0.0.1:0", 0},
    {"all of 127/8", "127.0.0.2:0", 0},
    {"localhost", "localhost:0", 0},
    {"all interfaces", "0.0.0.0:8080", -EACCES},
    {"the LAN", "192.168.1.5:8080", -EACCES},
    {"IPv6, all interfaces", "[::]:8080", -EACCES},
    {"no port", "127.0.0.1", -EINVAL},
    {"an empty port", "127.0.0.1:", -EINVAL},
    {"a port too high", "127.0.0.1:65536", -EINVAL},
    {"a negative port", "127.0.0.1:-1", -EINVAL},
    {"a port with a tail", "127.0.0.1:80x", -EINVAL},
    {"a name", "kiosk:8080", -EINVAL},
    {"only a port", ":8080", -EINVAL},
    {"empty", "", -EINVAL},
    {"IPv6 without brackets", "::1:8080", -EINVAL},
    {"no IPv6", "[::g]:8080", -EINVAL},
};

static void test_tcp_takes_loopback_addresses_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		struct console_problem problem;
		int fd = -1, port = 0;
		int rc = listen_tcp(addresses[i].listen, false, &fd, &port,
				    &problem);

		if (rc != addresses[i].wanted)
			fail_msg("%s: %d", addresses[i].name, rc);
		if (rc == 0 && port == 0)
			fail_msg("%s: no port", addresses[i].name);
		if (rc != 0 && !strstr(problem.text, addresses[i].listen))
			fail_msg("%s: %s", addresses[i].name, problem.text);
		if (rc == 0)
			close(fd);
	}
}

static void test_tls_opens_other_addresses(void **state)
{
	struct console_problem problem;
	int fd, port;

	(void)state;
	assert_int_equal(listen_tcp("0.0.0.0:0", true, &fd, &port, &problem),
			 0);
	close(fd);
	assert_int_equal(listen_tcp("kiosk:1", true, &fd, &port, &problem),
			 -EINVAL);
}

static void test_port_taken_is_named(void **state)
{
	struct console_problem problem;
	char again[32];
	int first, second, port;

	(void)state;
	assert_int_equal(listen_tcp("127.0.0.1:0", false, &first, &port,
				    &problem),
			 0);
	(void)snprintf(again, sizeof(again), "127.0.0.1:%d", port);
	assert_int_equal(listen_tcp(again, false, &second, &port, &problem),
			 -EADDRINUSE);
	assert_non_null(strstr(problem.text, again));
	assert_non_null(strstr(problem.text, "taken"));
	close(first);
}

static void test_address_of_another_machine_is_named_with_the_mend(void **state)
{
	struct console_problem problem;
	int fd, port;

	(void)state;
	/* RFC 5737: nobody's. */
	assert_int_equal(listen_tcp("203.0.113.9:0", true, &fd, &port,
				    &problem),
			 -EADDRNOTAVAIL);
	assert_non_null(strstr(problem.text, "203.0.113.9:0"));
	assert_non_null(strstr(problem.text, "0.0.0.0 for all"));
}

int main(void)
{
#define WITH_DIR(test) \
	cmocka_unit_test_setup_teardown(test, make_dir, remove_dir)
	const struct CMUnitTest tests[] = {
	    WITH_DIR(test_socket_is_for_owner_and_group),
	    WITH_DIR(test_dead_socket_is_replaced),
	    WITH_DIR(test_live_socket_is_left_alone),
	    WITH_DIR(test_file_in_the_way_is_left_alone),
	    cmocka_unit_test(test_path_too_long_is_named),
	    cmocka_unit_test(test_missing_directory_is_named),
	    cmocka_unit_test(test_tcp_takes_loopback_addresses_only),
	    cmocka_unit_test(test_tls_opens_other_addresses),
	    cmocka_unit_test(test_port_taken_is_named),
	    cmocka_unit_test(
		test_address_of_another_machine_is_named_with_the_mend),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
