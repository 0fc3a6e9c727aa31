/* SPDX-License-Identifier: MIT */
/*
 * A whole kiosk in one process for the console's tests: a journal in a
 * temporary directory, the kiosk and the console on a Unix socket and on TCP,
 * and a client that speaks raw HTTP. All in one event loop, which runs while
 * the client waits.
 */
#ifndef KIOSK_TEST_CONSOLE_HOUSE_H
#define KIOSK_TEST_CONSOLE_HOUSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "console/console.h"
#include "journal/journal.h"
#include "kiosk.h"

#define MAYBE_UNUSED __attribute__((unused))
#define REPLY_MAX 262144
#define ANSWER_MS 5000

struct house {
	char dir[200], socket[256];
	sd_event *event;
	struct config config;
	struct config_service services[3];
	struct config_counter counters[2];
	struct journal *journal;
	struct kiosk *kiosk;
	struct console *console;
};

struct reply {
	int status;
	size_t length;
	char *body; /* points into bytes */
	char bytes[REPLY_MAX];
};

static char *outcomes_of_land[] = {"accepted", "supplement"};

static inline void house_configure(struct house *house)
{
	struct config *config = &house->config;

	*config = (struct config){
	    .path = "test.conf",
	    .office = {.kiosk = "test-01",
		       .name = {"UBND xã Tân Trụ", "Tan Tru"},
		       .timezone = "Asia/Ho_Chi_Minh",
		       .n_languages = 2},
	    .services = house->services,
	    .n_services = 3,
	    .counters = house->counters,
	    .n_counters = 2,
	    .queue = {.policy = CONFIG_POLICY_RATIO, .priority_ratio = 2},
	    .central = {.url = ""},
	};
}

static inline void house_furnish(struct house *house)
{
	house->services[0] = (struct config_service){
	    .id = "land",
	    .name = {"Đất đai", "Land"},
	    .prefix = "A",
	    .outcomes = outcomes_of_land,
	    .n_outcomes = 2,
	};
	house->services[1] =
	    (struct config_service){.id = "civil",
				    .name = {"Hộ tịch", "Civil"},
				    .prefix = "B"};
	house->services[2] = (struct config_service){.id = "capped",
						     .name = {"Ít", NULL},
						     .prefix = "C",
						     .daily_cap = 1};
	house->counters[0] = (struct config_counter){
	    .id = 1,
	    .name = {"Quầy 1", NULL},
	    .services = {0, 1, 2},
	    .n_services = 3,
	};
	house->counters[1] = (struct config_counter){
	    .id = 7,
	    .name = {"Quầy 2", NULL},
	    .services = {1},
	    .n_services = 1,
	};
}

static inline void house_open_console(struct house *house)
{
	struct console_problem problem;

	assert_int_equal(console_new(house->event, house->kiosk, house->journal,
				     &house->console),
			 0);
	if (console_listen_unix(house->console, house->socket, &problem) != 0)
		fail_msg("%s", problem.text);
	if (console_listen_tcp(house->console, "127.0.0.1:0", &problem) != 0)
		fail_msg("%s", problem.text);
}

static inline void house_open_kiosk(struct house *house)
{
	struct journal_problem problem;

	if (journal_open(house->dir, clock_wall_ms(), &house->journal,
			 &problem) != 0)
		fail_msg("%s", problem.text);
	if (kiosk_new(house->event, &house->config, house->journal,
		      &house->kiosk, &problem) != 0)
		fail_msg("%s", problem.text);
}

MAYBE_UNUSED static int house_setup(void **state)
{
	struct house *house = calloc(1, sizeof(*house));
	const char *tmp = getenv("TMPDIR");

	*state = house;
	if (!house || clock_set_zone("Asia/Ho_Chi_Minh") != 0)
		return -1;
	(void)snprintf(house->dir, sizeof(house->dir),
		       "%s/kiosk-console-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(house->dir))
		return -1;
	(void)snprintf(house->socket, sizeof(house->socket), "%s/kiosk.sock",
		       house->dir);
	house_configure(house);
	house_furnish(house);
	if (sd_event_new(&house->event) < 0)
		return -1;
	house_open_kiosk(house);
	house_open_console(house);
	return 0;
}

static inline void house_close(struct house *house)
{
	kiosk_stop(house->kiosk);
	console_free(house->console);
	kiosk_free(house->kiosk);
	journal_close(house->journal);
}

/* Stops and starts again, as a restart of kioskd does. */
MAYBE_UNUSED static void house_restart(struct house *house)
{
	house_close(house);
	house_open_kiosk(house);
	house_open_console(house);
}

MAYBE_UNUSED static int house_teardown(void **state)
{
	struct house *house = *state;
	struct dirent *entry;
	DIR *dir;

	house_close(house);
	sd_event_unref(house->event);
	dir = opendir(house->dir);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir)
		closedir(dir);
	(void)rmdir(house->dir);
	free(house);
	return 0;
}

/* Runs the loop for so long, or until nothing is left to do. */
MAYBE_UNUSED static void house_run(struct house *house, int ms)
{
	int64_t until_ms = clock_mono_ms() + ms;

	do
		assert_true(sd_event_run(house->event, 1000) >= 0);
	while (clock_mono_ms() < until_ms);
}

/* ---- the client ---- */

/* Not blocking: the server that makes room for it runs in this thread. */
MAYBE_UNUSED static int house_connect(struct house *house)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int64_t until_ms = clock_mono_ms() + ANSWER_MS;

	assert_true(fd >= 0);
	memcpy(address.sun_path, house->socket, strlen(house->socket));
	while (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		if (errno != EAGAIN || clock_mono_ms() > until_ms)
			fail_msg("%s: %s", house->socket, strerror(errno));
		assert_true(sd_event_run(house->event, 2000) >= 0);
	}
	return fd;
}

MAYBE_UNUSED static int house_connect_tcp(struct house *house)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)console_port(
					  house->console)),
				      .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail_msg("%s", strerror(errno));
	return fd;
}

MAYBE_UNUSED static void client_send(struct house *house, int fd,
				     const char *bytes, size_t length)
{
	int64_t until_ms = clock_mono_ms() + ANSWER_MS;

	while (length > 0 && clock_mono_ms() < until_ms) {
		ssize_t n =
		    send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno != EAGAIN)
			return; /* the answer tells */
		if (n > 0) {
			bytes += n;
			length -= (size_t)n;
		}
		assert_true(sd_event_run(house->event, 0) >= 0);
	}
}

/* The length of a whole reply at bytes, or 0 while it is not whole. */
static inline size_t reply_size(const char *bytes, size_t length, bool head)
{
	const char *end = memmem(bytes, length, "\r\n\r\n", 4);
	const char *announced;
	size_t size;

	if (!end)
		return 0;
	size = (size_t)(end - bytes) + 4;
	announced = strcasestr(bytes, "\r\nContent-Length:");
	if (announced && announced < end && !head)
		size += strtoul(announced + 17, NULL, 10);
	return size <= length ? size : 0;
}

/* Waits for a reply. Status 0: the connection was closed without one; -1: none
 * came in time. What follows it stays unread. */
MAYBE_UNUSED static void client_receive(struct house *house, int fd,
					struct reply *reply, bool head)
{
	int64_t until_ms = clock_mono_ms() + ANSWER_MS;

	reply->status = -1;
	reply->length = 0;
	reply->body = reply->bytes;
	while (clock_mono_ms() < until_ms) {
		ssize_t n = recv(fd, reply->bytes, REPLY_MAX - 1,
				 MSG_DONTWAIT | MSG_PEEK);
		size_t size = 0;

		if (n == 0 || (n < 0 && errno != EAGAIN)) {
			reply->status = 0;
			return;
		}
		if (n > 0) {
			reply->bytes[n] = '\0';
			size = reply_size(reply->bytes, (size_t)n, head);
		}
		if (size > 0) {
			n = recv(fd, reply->bytes, size, 0);
			assert_int_equal(n, size);
			reply->bytes[size] = '\0';
			reply->body = strstr(reply->bytes, "\r\n\r\n") + 4;
			reply->length = size;
			reply->status = (int)strtol(reply->bytes + 9, NULL, 10);
			return;
		}
		assert_true(sd_event_run(house->event, 2000) >= 0);
	}
}

/* One request on a connection of its own. extra: header lines, each with its
 * \r\n, or "". */
MAYBE_UNUSED static void ask_with(struct house *house, struct reply *reply,
				  const char *method, const char *path,
				  const char *extra, const char *body,
				  size_t length)
{
	int fd = house_connect(house);
	char head[2048];
	int n =
	    snprintf(head, sizeof(head), "%s %s HTTP/1.1\r\nHost: kiosk\r\n%s",
		     method, path, extra);

	if (body)
		n += snprintf(head + n, sizeof(head) - (size_t)n,
			      "Content-Length: %zu\r\n", length);
	n += snprintf(head + n, sizeof(head) - (size_t)n, "\r\n");
	assert_true(n < (int)sizeof(head));
	client_send(house, fd, head, (size_t)n);
	if (body)
		client_send(house, fd, body, length);
	client_receive(house, fd, reply, strcmp(method, "HEAD") == 0);
	close(fd);
}

#define JSON "Content-Type: application/json\r\n"

/* body NULL: none. */
MAYBE_UNUSED static int ask(struct house *house, struct reply *reply,
			    const char *method, const char *path,
			    const char *body)
{
	ask_with(house, reply, method, path, body ? JSON : "", body,
		 body ? strlen(body) : 0);
	return reply->status;
}

/* The reply's JSON; the caller's. */
MAYBE_UNUSED static json_t *reply_object(const struct reply *reply)
{
	json_error_t error;
	json_t *object =
	    json_loads(reply->body, JSON_REJECT_DUPLICATES, &error);

	if (!object)
		fail_msg("%s: %s", error.text, reply->body);
	return object;
}

/* The text at a key of the reply, compared. NULL: null. */
MAYBE_UNUSED static void assert_text(const struct reply *reply, const char *key,
				     const char *wanted)
{
	json_t *object = reply_object(reply);
	const json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);

	if (!value || (wanted ? !text || strcmp(text, wanted) != 0
			      : !json_is_null(value)))
		fail_msg("%s is not %s in %s", key, wanted ? wanted : "null",
			 reply->body);
	json_decref(object);
}

MAYBE_UNUSED static json_int_t reply_int(const struct reply *reply,
					 const char *key)
{
	json_t *object = reply_object(reply);
	const json_t *value = json_object_get(object, key);
	json_int_t number = json_integer_value(value);

	if (!json_is_integer(value))
		fail_msg("%s is no integer in %s", key, reply->body);
	json_decref(object);
	return number;
}

/* A refusal: its status and code, and words in both languages. */
MAYBE_UNUSED static void assert_refused(const struct reply *reply, int status,
					const char *code)
{
	json_t *object, *message;

	if (reply->status != status)
		fail_msg("%d, not %d: %s", reply->status, status, reply->body);
	object = reply_object(reply);
	message = json_object_get(object, "message");
	if (strcmp(json_string_value(json_object_get(object, "error")), code) !=
	    0)
		fail_msg("not %s: %s", code, reply->body);
	assert_non_null(json_string_value(json_object_get(message, "vi")));
	assert_non_null(json_string_value(json_object_get(message, "en")));
	json_decref(object);
}

#endif
