/* SPDX-License-Identifier: MIT */
#include "house.h"

#include <sys/resource.h>

#include "console/stream.h"

static struct reply reply;

struct follower {
	int fd;
	size_t length;
	char text[1 << 20]; /* the body so far, out of its chunks */
	char raw[1 << 20];
	size_t raw_length;
};

static struct follower *follow(struct house *house)
{
	static const char request[] =
	    "GET /v1/stream HTTP/1.1\r\nHost: k\r\n\r\n";
	struct follower *follower = calloc(1, sizeof(*follower));

	assert_non_null(follower);
	follower->fd = house_connect(house);
	client_send(house, follower->fd, request, sizeof(request) - 1);
	return follower;
}

static void part(struct follower *follower)
{
	close(follower->fd);
	free(follower);
}

static void unchunk(struct follower *follower)
{
	char *at = strstr(follower->raw, "\r\n\r\n");

	follower->length = 0;
	if (!at)
		return;
	at += 4;
	for (;;) {
		char *end;
		size_t size = strtoul(at, &end, 16);
		size_t left =
		    follower->raw_length - (size_t)(end - follower->raw);

		if (end == at || size == 0 || left < size + 4)
			break;
		memcpy(follower->text + follower->length, end + 2, size);
		follower->length += size;
		at = end + 2 + size + 2;
	}
	follower->text[follower->length] = '\0';
}

static void read_some(struct follower *follower)
{
	ssize_t n;

	while ((n = recv(follower->fd, follower->raw + follower->raw_length,
			 sizeof(follower->raw) - 1 - follower->raw_length,
			 MSG_DONTWAIT)) > 0)
		follower->raw_length += (size_t)n;
	follower->raw[follower->raw_length] = '\0';
	unchunk(follower);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, what)); at++)
		n++;
	return n;
}

/* Runs until the follower has had that many whole events. */
static void await_events(struct house *house, struct follower *follower,
			 size_t n)
{
	int64_t until_ms = clock_mono_ms() + ANSWER_MS;

	do {
		assert_true(sd_event_run(house->event, 1000) >= 0);
		read_some(follower);
	} while (count(follower->text, "}\n\n") < n &&
		 clock_mono_ms() < until_ms);
	assert_int_equal(count(follower->text, "}\n\n"), n);
}

/* The last whole event's JSON. */
static json_t *newest(const struct follower *follower)
{
	const char *data = follower->text, *next;
	json_error_t error;
	json_t *object;
	size_t length;

	while ((next = strstr(data + 1, "\ndata: ")))
		data = next;
	length = strcspn(data + 7, "\n");
	object = json_loadb(data + 7, length, JSON_REJECT_DUPLICATES, &error);
	if (!object)
		fail_msg("%s: %s", error.text, data);
	return object;
}

static void issue(struct house *house)
{
	assert_int_equal(ask(house, &reply, "POST", "/v1/tickets",
			     "{\"service\":\"land\"}"),
			 201);
}

static void test_state_comes_at_once(void **state)
{
	struct house *house = *state;
	struct follower *follower = follow(house);
	char wanted[64];

	await_events(house, follower, 1);
	(void)snprintf(wanted, sizeof(wanted),
		       "id: %lld\nevent: state\ndata: {",
		       (long long)kiosk_seq(house->kiosk));
	assert_memory_equal(follower->text, wanted, strlen(wanted));
	assert_non_null(strstr(follower->raw, "text/event-stream"));
	assert_non_null(strstr(follower->raw, "Cache-Control: no-store"));
	part(follower);
}

static void test_state_comes_after_each_change(void **state)
{
	struct house *house = *state;
	struct follower *follower = follow(house);
	json_t *object;

	await_events(house, follower, 1);
	issue(house);
	await_events(house, follower, 2);
	object = newest(follower);
	assert_int_equal(json_integer_value(json_object_get(object, "seq")),
			 kiosk_seq(house->kiosk));
	json_decref(object);
	issue(house);
	await_events(house, follower, 3);
	house_run(house, 20);
	read_some(follower);
	assert_int_equal(count(follower->text, "event: state"), 3);
	part(follower);
}

static void test_changes_of_one_turn_come_as_one(void **state)
{
	static const char bytes[] =
	    "POST /v1/tickets HTTP/1.1\r\nHost: k\r\n" JSON
	    "Content-Length: 18\r\n\r\n{\"service\":\"land\"}";
	struct house *house = *state;
	struct follower *follower = follow(house);
	uint64_t commits;
	int fds[10];

	await_events(house, follower, 1);
	commits = kiosk_counts(house->kiosk).commits;
	for (int i = 0; i < 10; i++) {
		fds[i] = house_connect(house);
		assert_int_equal(send(fds[i], bytes, sizeof(bytes) - 1, 0),
				 sizeof(bytes) - 1);
	}
	for (int i = 0; i < 10; i++) {
		client_receive(house, fds[i], &reply, false);
		assert_int_equal(reply.status, 201);
		close(fds[i]);
	}
	house_run(house, 20);
	read_some(follower);
	commits = kiosk_counts(house->kiosk).commits - commits;
	assert_true(commits < 10);
	assert_int_equal(count(follower->text, "event: state"), 1 + commits);
	part(follower);
}

static void test_health_alone_is_news_too(void **state)
{
	struct house *house = *state;
	struct follower *follower = follow(house);
	json_t *object;

	await_events(house, follower, 1);
	kiosk_report_printer(house->kiosk, KIOSK_PRINTER_PAPER_OUT);
	await_events(house, follower, 2);
	object = newest(follower);
	assert_string_equal(json_string_value(
				json_object_get(json_object_get(object,
								"health"),
						"printer")),
			    "paper_out");
	assert_int_equal(json_integer_value(json_object_get(object, "seq")),
			 kiosk_seq(house->kiosk));
	json_decref(object);
	part(follower);
}

static void test_all_followers_get_it(void **state)
{
	struct house *house = *state;
	struct follower *followers[5];

	for (int i = 0; i < 5; i++)
		followers[i] = follow(house);
	for (int i = 0; i < 5; i++)
		await_events(house, followers[i], 1);
	issue(house);
	for (int i = 0; i < 5; i++) {
		await_events(house, followers[i], 2);
		part(followers[i]);
	}
}

/* It gets what the kernel held for it, and then the newest. */
static void test_slow_reader_skips_to_the_newest(void **state)
{
	struct house *house = *state;
	struct follower *follower = follow(house);
	json_t *object;
	size_t got;

	await_events(house, follower, 1);
	for (int i = 0; i < 400; i++) {
		kiosk_report_printer(house->kiosk, i % 2
						       ? KIOSK_PRINTER_OK
						       : KIOSK_PRINTER_OFFLINE);
		for (int turns = 0; turns < 4; turns++)
			assert_true(sd_event_run(house->event, 0) >= 0);
	}
	issue(house);
	for (int i = 0; i < 50; i++) {
		read_some(follower);
		house_run(house, 1);
	}
	got = count(follower->text, "}\n\n");
	if (got > 100)
		fail_msg("%d states were kept for it", (int)got);
	object = newest(follower);
	assert_int_equal(json_integer_value(json_object_get(object, "seq")),
			 kiosk_seq(house->kiosk));
	json_decref(object);
	part(follower);
}

static void test_too_many_streams_are_refused_until_some_go(void **state)
{
	static const char request[] =
	    "GET /v1/stream HTTP/1.1\r\nHost: k\r\n\r\n";
	struct house *house = *state;
	int fds[STREAMS_MAX];
	char left[40];

	for (int i = 0; i < STREAMS_MAX; i++) {
		fds[i] = house_connect(house);
		client_send(house, fds[i], request, sizeof(request) - 1);
		house_run(house, 0);
	}
	house_run(house, 20);
	(void)ask(house, &reply, "GET", "/v1/stream", NULL);
	assert_refused(&reply, 429, "too_many_streams");
	/* Nothing was written to them since, and yet they are found gone. */
	close(fds[3]);
	close(fds[100]);
	fds[3] = house_connect(house);
	client_send(house, fds[3], request, sizeof(request) - 1);
	house_run(house, 20);
	assert_true(recv(fds[3], reply.bytes, REPLY_MAX, MSG_DONTWAIT) > 0);
	assert_memory_equal(reply.bytes, "HTTP/1.1 200", 12);
	assert_int_equal(ask(house, &reply, "GET", "/metrics", NULL), 200);
	(void)snprintf(left, sizeof(left), "\nkiosk_streams %d\n",
		       STREAMS_MAX - 1);
	assert_non_null(strstr(reply.body, left));
	for (int i = 0; i < STREAMS_MAX; i++) {
		if (i != 100)
			close(fds[i]);
	}
	house_run(house, 20);
}

static void test_follower_that_left_is_forgotten_at_the_next_push(void **state)
{
	struct house *house = *state;

	for (int i = 0; i < 3; i++) {
		struct follower *follower = follow(house);

		await_events(house, follower, 1);
		part(follower);
	}
	issue(house);
	house_run(house, 20);
	issue(house); /* a first write into a closed socket may still work */
	house_run(house, 20);
	assert_int_equal(ask(house, &reply, "GET", "/metrics", NULL), 200);
	assert_non_null(strstr(reply.body, "\nkiosk_streams 0\n"));
}

/* ---- comments: streams of their own, with a shorter silence ---- */

struct small {
	struct board *board;
	struct streams *streams;
	struct http *http;
};

static void open_stream(void *arg, struct http_request *request)
{
	streams_open(((struct small *)arg)->streams, request, 0);
}

static void test_silence_is_broken_by_comments(void **state)
{
	struct house *house = *state;
	struct small small;
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct follower *follower = calloc(1, sizeof(*follower));
	static const char request[] = "GET / HTTP/1.1\r\nHost: k\r\n\r\n";

	assert_non_null(follower);
	small.board = board_new(house->kiosk);
	assert_int_equal(streams_new(house->event, small.board, NULL, 50,
				     &small.streams),
			 0);
	assert_int_equal(http_new(house->event, open_stream, &small,
				  &small.http),
			 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length),
			 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(http_serve(small.http, HTTP_DOOR_TCP, fd, false), 0);
	follower->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(follower->fd, (struct sockaddr *)&address,
				 sizeof(address)),
			 0);
	client_send(house, follower->fd, request, sizeof(request) - 1);
	await_events(house, follower, 1);
	house_run(house, 180);
	read_some(follower);
	assert_in_range(count(follower->text, "\n\n: \n\n: \n\n"), 1, 4);
	assert_int_equal(count(follower->text, "event: state"), 1);
	part(follower);
	http_free(small.http);
	streams_free(small.streams);
	board_free(small.board);
}

int main(void)
{
#define AT_HOME(test) \
	cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)
	const struct CMUnitTest tests[] = {
	    AT_HOME(test_state_comes_at_once),
	    AT_HOME(test_state_comes_after_each_change),
	    AT_HOME(test_changes_of_one_turn_come_as_one),
	    AT_HOME(test_health_alone_is_news_too),
	    AT_HOME(test_all_followers_get_it),
	    AT_HOME(test_slow_reader_skips_to_the_newest),
	    AT_HOME(test_too_many_streams_are_refused_until_some_go),
	    AT_HOME(test_follower_that_left_is_forgotten_at_the_next_push),
	    AT_HOME(test_silence_is_broken_by_comments),
	};
	struct rlimit limit;

	/* Both ends of each stream are here. */
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
