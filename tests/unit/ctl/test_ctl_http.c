/* SPDX-License-Identifier: MIT */
/* Against a server of the test's own that answers badly when told to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl/ctl_http.h"
#include "tests/unit/support/rows.h"

static char dir[200], path[100], seen_path[PATH_MAX];
static struct ctl_answer answer;
static struct ctl_error error;

/* Reads a request to its end and adds it to the file of what was seen. */
static void read_request(int fd)
{
	char bytes[4096];
	size_t used = 0;
	FILE *seen = fopen(seen_path, "a");

	while (used < sizeof(bytes) - 1) {
		ssize_t n = read(fd, bytes + used, sizeof(bytes) - 1 - used);

		if (n <= 0)
			break;
		used += (size_t)n;
		bytes[used] = '\0';
		/* Bodies here are "{}". */
		if (strstr(bytes, "\r\n\r\n{}") ||
		    (strncmp(bytes, "GET", 3) == 0 &&
		     strstr(bytes, "\r\n\r\n")))
			break;
	}
	bytes[used] = '\0';
	if (seen) {
		fputs(bytes, seen);
		fclose(seen);
	}
}

/* One connection an answer; NULL ends. */
static void serve(int listener, const char *const answers[])
{
	for (size_t i = 0; answers[i]; i++) {
		int fd = accept(listener, NULL, NULL);
		size_t length = strlen(answers[i]);

		if (fd < 0)
			_exit(1);
		read_request(fd);
		if (write(fd, answers[i], length) != (ssize_t)length)
			_exit(1);
		close(fd);
	}
	_exit(0);
}

static pid_t start_server(const char *const answers[])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t pid;

	assert_true(listener >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(bind(listener, (struct sockaddr *)&address,
			      sizeof(address)),
			 0);
	assert_int_equal(listen(listener, 4), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(listener, answers);
	}
	close(listener);
	return pid;
}

static int set_up(void **state)
{
	(void)state;
	rows_dir(dir, sizeof(dir));
	snprintf(path, sizeof(path), "%.80s/sock", dir);
	snprintf(seen_path, sizeof(seen_path), "%s/seen", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ctl_answer_free(&answer);
	rows_dir_end(dir);
	return 0;
}

static int post(void)
{
	const struct ctl_request request = {.socket = path,
					    .path = "/v1/counters/1/call",
					    .body = "{}"};

	return ctl_http(&request, &answer, &error);
}

static char seen[8192];

static void read_seen(void)
{
	FILE *file = fopen(seen_path, "r");
	size_t n;

	assert_non_null(file);
	n = fread(seen, 1, sizeof(seen) - 1, file);
	seen[n] = '\0';
	fclose(file);
}

static const char good[] = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
			   "{\"a\":\"b\"}";

static void a_post_carries_json_and_a_key(void **state)
{
	const char *const answers[] = {good, NULL};
	pid_t pid = start_server(answers);

	(void)state;
	/* A proxy for the network is none for a socket. */
	setenv("http_proxy", "http://127.0.0.1:9", 1);
	if (post() < 0)
		fail_msg("%s", error.text);
	unsetenv("http_proxy");
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.body, "{\"a\":\"b\"}");
	waitpid(pid, NULL, 0);
	read_seen();
	assert_non_null(strstr(seen, "POST /v1/counters/1/call HTTP/1.1\r\n"));
	assert_non_null(strstr(seen, "Content-Type: application/json\r\n"));
	assert_non_null(strstr(seen, "Idempotency-Key: ctl-"));
}

static void a_get_has_no_key(void **state)
{
	const char *const answers[] = {good, NULL};
	const struct ctl_request request = {.socket = path,
					    .path = "/v1/state"};
	pid_t pid = start_server(answers);

	(void)state;
	assert_int_equal(ctl_http(&request, &answer, &error), 0);
	waitpid(pid, NULL, 0);
	read_seen();
	assert_non_null(strstr(seen, "GET /v1/state HTTP/1.1\r\n"));
	assert_null(strstr(seen, "Idempotency-Key"));
}

/* The key's line of the request at from. */
static void key_of(const char *from, char key[60])
{
	const char *at = strstr(from, "Idempotency-Key: ");

	assert_non_null(at);
	snprintf(key, 60, "%.*s", (int)strcspn(at, "\r"), at);
}

static void assert_sent_twice_with_one_key(void)
{
	char first[60], second[60];
	const char *again;

	read_seen();
	key_of(seen, first);
	again = strstr(seen + 1, "POST");
	assert_non_null(again);
	assert_null(strstr(again + 1, "POST"));
	key_of(again, second);
	assert_string_equal(first, second);
	assert_true(strlen(first) > 40);
}

static void a_connection_that_breaks_is_tried_again_with_its_key(void **state)
{
	static const char *const breaks[] =
	    {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *const answers[] = {breaks[i], good, NULL};
		pid_t pid = start_server(answers);

		if (post() < 0)
			fail_msg("%s", error.text);
		assert_string_equal(answer.body, "{\"a\":\"b\"}");
		ctl_answer_free(&answer);
		waitpid(pid, NULL, 0);
		assert_sent_twice_with_one_key();
		unlink(path);
		unlink(seen_path);
	}
}

static void a_connection_that_breaks_twice_is_an_error(void **state)
{
	const char *const answers[] = {"", "", good, NULL};
	pid_t pid = start_server(answers);

	(void)state;
	assert_int_equal(post(), -1);
	assert_non_null(strstr(error.text, path));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_sent_twice_with_one_key();
}

static void each_command_has_a_key_of_its_own(void **state)
{
	const char *const answers[] = {good, good, NULL};
	char first[60], second[60];
	pid_t pid = start_server(answers);

	(void)state;
	assert_int_equal(post(), 0);
	ctl_answer_free(&answer);
	assert_int_equal(post(), 0);
	waitpid(pid, NULL, 0);
	read_seen();
	key_of(seen, first);
	key_of(strstr(seen + 1, "POST"), second);
	assert_string_not_equal(first, second);
}

static void an_answer_without_a_body_is_empty(void **state)
{
	const char *const answers[] = {"HTTP/1.1 204 No Content\r\n\r\n", NULL};
	pid_t pid = start_server(answers);

	(void)state;
	assert_int_equal(post(), 0);
	assert_int_equal(answer.status, 204);
	assert_string_equal(answer.body, "");
	waitpid(pid, NULL, 0);
}

static void a_missing_socket_is_told(void **state)
{
	(void)state;
	assert_int_equal(post(), -1);
	assert_non_null(strstr(error.text, path));
	assert_non_null(strstr(error.text, "No such file"));
	assert_non_null(strstr(error.text, "--socket"));
}

static void a_dead_socket_is_told(void **state)
{
	const char *const answers[] = {NULL};
	pid_t pid = start_server(answers);

	(void)state;
	waitpid(pid, NULL, 0);
	assert_int_equal(post(), -1);
	assert_non_null(strstr(error.text, "refused"));
}

static void a_path_too_long_for_a_socket_is_told(void **state)
{
	char longest[200];
	const struct ctl_request request = {.socket = longest,
					    .path = "/v1/state"};

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(ctl_http(&request, &answer, &error), -1);
	assert_non_null(strstr(error.text, "107"));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_post_carries_json_and_a_key),
	    TEST(a_get_has_no_key),
	    TEST(a_connection_that_breaks_is_tried_again_with_its_key),
	    TEST(a_connection_that_breaks_twice_is_an_error),
	    TEST(each_command_has_a_key_of_its_own),
	    TEST(an_answer_without_a_body_is_empty),
	    TEST(a_missing_socket_is_told),
	    TEST(a_dead_socket_is_told),
	    TEST(a_path_too_long_for_a_socket_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
