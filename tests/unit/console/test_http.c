/* SPDX-License-Identifier: MIT */
/* How the server behaves to clients of all kinds. */
#include "house.h"

#include <sys/resource.h>

static struct reply reply;

#define ISSUE                                           \
	"POST /v1/tickets HTTP/1.1\r\nHost: k\r\n" JSON \
	"Content-Length: 18\r\n\r\n{\"service\":\"land\"}"

static size_t tickets_today(struct house *house)
{
	return queue_tickets(kiosk_queue(house->kiosk));
}

static void test_pipelined_requests_are_answered_in_order(void **state)
{
	struct house *house = *state;
	int fd = house_connect(house);
	static const char both[] =
	    ISSUE ISSUE "GET /v1/tickets HTTP/1.1\r\nHost: k\r\n\r\n";

	client_send(house, fd, both, sizeof(both) - 1);
	client_receive(house, fd, &reply, false);
	assert_int_equal(reply.status, 201);
	assert_text(&reply, "ticket", "A001");
	client_receive(house, fd, &reply, false);
	assert_int_equal(reply.status, 201);
	assert_text(&reply, "ticket", "A002");
	client_receive(house, fd, &reply, false);
	assert_int_equal(reply.status, 200);
	assert_non_null(strstr(reply.body, "A002"));
	close(fd);
}

static void test_dribbled_request_is_taken_and_holds_nobody_up(void **state)
{
	struct house *house = *state;
	int fd = house_connect(house);
	static const char bytes[] = ISSUE;

	for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
		client_send(house, fd, bytes + i, 1);
		house_run(house, 0);
		if (i % 20 == 0)
			assert_int_equal(ask(house, &reply, "GET", "/healthz",
					     NULL),
					 200);
	}
	client_receive(house, fd, &reply, false);
	assert_int_equal(reply.status, 201);
	close(fd);
}

static void test_head_is_get_without_the_body(void **state)
{
	static const char *const paths[] = {
	    "/v1/state", "/v1/tickets", "/v1/stream",
	    "/healthz",  "/metrics",    "/",
	};
	struct house *house = *state;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		ask_with(house, &reply, "HEAD", paths[i],
			 "Connection: close\r\n", NULL, 0);
		if (reply.status != 200 || *reply.body)
			fail_msg("%s: %s", paths[i], reply.bytes);
	}
}

static void test_wrong_methods_are_told_the_right_one(void **state)
{
	struct house *house = *state;

	(void)ask(house, &reply, "GET", "/v1/counters/1/call", NULL);
	assert_refused(&reply, 404, "not_found");
	assert_non_null(strstr(reply.body, "POST"));
	(void)ask(house, &reply, "DELETE", "/v1/tickets", NULL);
	assert_refused(&reply, 404, "not_found");
	assert_non_null(strstr(reply.body, "POST, GET"));
	(void)ask(house, &reply, "OPTIONS", "/v1/tickets", NULL);
	assert_refused(&reply, 404, "not_found");
}

static void test_garbage_gets_400_and_no_crash(void **state)
{
	static const char *const garbage[] = {
	    "\r\n\r\n\r\n\r\n",
	    "GET\r\n\r\n",
	    "GET /v1/state\r\n\r\n",
	    "GET /v1/state HTTP/9.9\r\nHost: k\r\n\r\n",
	    "GET /v1/state HTTP/1.1\r\n\r\n",
	    "POST /v1/tickets HTTP/1.1\r\nHost: k\r\nContent-Length: x\r\n\r\n",
	    "POST /v1/tickets HTTP/1.1\r\nHost: k\r\n"
	    "Content-Length: 99999999999999999999999\r\n\r\n",
	    "POST /v1/tickets HTTP/1.1\r\nHost: k\r\n"
	    "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
	    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n",
	};
	struct house *house = *state;

	for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
		int fd = house_connect(house);

		client_send(house, fd, garbage[i], strlen(garbage[i]));
		house_run(house, 10);
		shutdown(fd, SHUT_WR);
		client_receive(house, fd, &reply, false);
		if (reply.status != 0 && reply.status / 100 != 4 &&
		    reply.status != 505)
			fail_msg("%zu: %d", i, reply.status);
		close(fd);
	}
	assert_int_equal(ask(house, &reply, "GET", "/healthz", NULL), 200);
}

static void test_headers_too_long_are_refused(void **state)
{
	struct house *house = *state;
	int fd = house_connect(house);
	size_t length = 40000;
	char *bytes = malloc(length);
	static const char head[] = "GET / HTTP/1.1\r\nHost: k\r\nX: ";

	assert_non_null(bytes);
	memset(bytes, 'x', length);
	memcpy(bytes, head, sizeof(head) - 1);
	client_send(house, fd, bytes, length);
	client_receive(house, fd, &reply, false);
	assert_true(reply.status == 431 || reply.status == 0);
	free(bytes);
	close(fd);
}

static void test_client_that_leaves_before_the_answer(void **state)
{
	struct house *house = *state;

	for (int i = 0; i < 20; i++) {
		int fd = house_connect(house);
		static const char bytes[] = ISSUE;

		/* Closed at another point of the way each time. */
		client_send(house, fd, bytes, sizeof(bytes) - 1);
		for (int turns = 0; turns < i % 5; turns++)
			assert_true(sd_event_run(house->event, 0) >= 0);
		close(fd);
	}
	house_run(house, 20);
	/* Who left before anything was read got nothing done. */
	assert_in_range(tickets_today(house), 15, 20);
	assert_int_equal(ask(house, &reply, "GET", "/healthz", NULL), 200);
}

static void test_stop_with_a_command_under_way_keeps_its_word(void **state)
{
	struct house *house = *state;
	int fd = house_connect(house);
	static const char bytes[] = ISSUE;

	client_send(house, fd, bytes, sizeof(bytes) - 1);
	while (kiosk_counts(house->kiosk).commands == 0)
		assert_true(sd_event_run(house->event, 0) >= 0);
	assert_int_equal(tickets_today(house), 0);
	house_restart(house);
	assert_int_equal(tickets_today(house), 1);
	close(fd);
}

static void test_many_commands_share_a_commit(void **state)
{
	struct house *house = *state;
	static const char bytes[] = ISSUE;
	uint64_t commits = kiosk_counts(house->kiosk).commits;
	int fds[64];

	for (int i = 0; i < 64; i++) {
		fds[i] = house_connect(house);
		assert_int_equal(send(fds[i], bytes, sizeof(bytes) - 1,
				      MSG_NOSIGNAL),
				 sizeof(bytes) - 1);
	}
	for (int i = 0; i < 64; i++) {
		client_receive(house, fds[i], &reply, false);
		assert_int_equal(reply.status, 201);
		close(fds[i]);
	}
	assert_int_equal(tickets_today(house), 64);
	commits = kiosk_counts(house->kiosk).commits - commits;
	if (commits > 16)
		fail_msg("64 commands took %d commits", (int)commits);
}

/* They are let in, the idlest are sent away, and others are served. */
static void test_a_thousand_idle_connections_do_not_hurt(void **state)
{
	struct house *house = *state;
	struct rlimit limit;
	static int fds[1000];
	int n = 0;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	if (limit.rlim_cur < 2048) {
		limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	while (n < 1000) {
		fds[n] = house_connect(house);
		n++;
		assert_true(sd_event_run(house->event, 0) >= 0);
	}
	for (int i = 0; i < 5; i++) {
		int64_t begun_ms = clock_mono_ms();

		assert_int_equal(ask(house, &reply, "POST", "/v1/tickets",
				     "{\"service\":\"land\"}"),
				 201);
		if (clock_mono_ms() - begun_ms > 1000)
			fail_msg("a ticket took more than a second");
	}
	while (n > 0)
		close(fds[--n]);
	house_run(house, 20);
}

/* ---- the loopback door ---- */

static int ask_tcp(struct house *house, const char *request)
{
	int fd = house_connect_tcp(house);

	client_send(house, fd, request, strlen(request));
	client_receive(house, fd, &reply, false);
	close(fd);
	return reply.status;
}

static void test_tcp_answers_loopback_names_only(void **state)
{
	struct house *house = *state;

	assert_int_equal(ask_tcp(house, "GET /v1/state HTTP/1.1\r\n"
					"Host: 127.0.0.1:8080\r\n\r\n"),
			 200);
	(void)ask_tcp(house, "GET /v1/state HTTP/1.1\r\n"
			     "Host: evil.example\r\n\r\n");
	assert_refused(&reply, 403, "forbidden");
	(void)ask_tcp(house, "GET / HTTP/1.0\r\n\r\n");
	assert_refused(&reply, 403, "forbidden");
}

static void test_tcp_takes_no_commands_from_other_sites(void **state)
{
	struct house *house = *state;

	(void)ask_tcp(house, "POST /v1/counters/1/open HTTP/1.1\r\n"
			     "Host: localhost:1\r\n"
			     "Origin: http://evil.example\r\n\r\n");
	assert_refused(&reply, 403, "forbidden");
	assert_int_equal(queue_counter(kiosk_queue(house->kiosk), 0).state,
			 QUEUE_COUNTER_IS_CLOSED);
	assert_int_equal(ask_tcp(house, "POST /v1/counters/1/open HTTP/1.1\r\n"
					"Host: localhost:1\r\n"
					"Origin: http://localhost:1\r\n\r\n"),
			 200);
}

/* ---- pages and numbers ---- */

static void test_page_comes_with_a_strict_policy(void **state)
{
	static const struct {
		const char *path, *type;
	} files[] = {
	    {"/", "text/html; charset=utf-8"},
	    {"/app.js", "text/javascript; charset=utf-8"},
	    {"/common.js", "text/javascript; charset=utf-8"},
	    {"/sign-in.js", "text/javascript; charset=utf-8"},
	    {"/style.css", "text/css; charset=utf-8"},
	    {"/icon.svg", "image/svg+xml"},
	};
	struct house *house = *state;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		assert_int_equal(ask(house, &reply, "GET", files[i].path, NULL),
				 200);
		assert_non_null(strstr(reply.bytes, files[i].type));
		assert_non_null(strstr(reply.bytes, "script-src 'self'"));
		assert_non_null(strstr(reply.bytes, "nosniff"));
		assert_null(strstr(reply.body, "style=\""));
		assert_true(reply.length > 300);
	}
	(void)ask(house, &reply, "GET", "/../etc/passwd", NULL);
	assert_refused(&reply, 404, "not_found");
}

static void test_metrics_name_each_series_once(void **state)
{
	struct house *house = *state;

	(void)ask(house, &reply, "POST", "/v1/tickets",
		  "{\"service\":\"land\",\"class\":\"priority\"}");
	assert_int_equal(ask(house, &reply, "GET", "/metrics", NULL), 200);
	assert_non_null(strstr(reply.body,
			       "kiosk_tickets_waiting{service=\"land\",class="
			       "\"priority\"} 1\n"));
	assert_non_null(strstr(reply.body, "kiosk_tickets_issued_today 1\n"));
	assert_non_null(
	    strstr(reply.body, "kiosk_counters{state=\"closed\"} 2\n"));
	assert_non_null(strstr(reply.body, "\nkiosk_journal_ok 1\n"));
	assert_non_null(strstr(reply.body, "# TYPE kiosk_commits_total "
					   "counter\n"));
}

static void test_health_is_well(void **state)
{
	struct house *house = *state;
	json_t *health;

	assert_int_equal(ask(house, &reply, "GET", "/healthz", NULL), 200);
	health = reply_object(&reply);
	assert_true(json_is_true(json_object_get(health, "ok")));
	json_decref(health);
	assert_text(&reply, "kiosk", "test-01");
}

int main(void)
{
#define AT_HOME(test) \
	cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)
	const struct CMUnitTest tests[] = {
	    AT_HOME(test_pipelined_requests_are_answered_in_order),
	    AT_HOME(test_dribbled_request_is_taken_and_holds_nobody_up),
	    AT_HOME(test_head_is_get_without_the_body),
	    AT_HOME(test_wrong_methods_are_told_the_right_one),
	    AT_HOME(test_garbage_gets_400_and_no_crash),
	    AT_HOME(test_headers_too_long_are_refused),
	    AT_HOME(test_client_that_leaves_before_the_answer),
	    AT_HOME(test_stop_with_a_command_under_way_keeps_its_word),
	    AT_HOME(test_many_commands_share_a_commit),
	    AT_HOME(test_a_thousand_idle_connections_do_not_hurt),
	    AT_HOME(test_tcp_answers_loopback_names_only),
	    AT_HOME(test_tcp_takes_no_commands_from_other_sites),
	    AT_HOME(test_page_comes_with_a_strict_policy),
	    AT_HOME(test_metrics_name_each_series_once),
	    AT_HOME(test_health_is_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
