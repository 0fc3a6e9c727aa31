/* SPDX-License-Identifier: MIT */
/*
 * The console, whole: the input is what a client writes, byte by byte, to a
 * real office's real doors. The first byte chooses the door (bit 0: TCP) and
 * how the rest is cut into pieces. In the bytes that follow @S stands for the
 * cookie of an admin who is signed in and @T for the token of ticket A001.
 *
 * Whatever comes: each answer is one of HTTP, with a status of the API's, and
 * where it is JSON it is whole; a refusal says why in both languages; and what
 * was refused changed nothing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/json.h"
#include "base/ticket_token.h"
#include "console/console.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/office.h"

#define REQUEST_MAX 40000
#define ANSWER_MAX (512 * 1024)
#define TURNS 400
/* Then the office begins anew, so that an input is what fails, and not a day.
 */
#define LONG_DAY 2000

static struct fuzz_office office;
static struct console *console;
static struct ticket_key key;
static char socket_path[108], cookie[64], token[TICKET_TOKEN_SIZE];
static char request[REQUEST_MAX], answer[ANSWER_MAX + 1];
static unsigned inputs;

static int connect_socket(void)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(to.sun_path, socket_path, sizeof(to.sun_path));
	FUZZ_CHECK(fd >= 0 &&
		       connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0,
		   "%s: %s", socket_path, strerror(errno));
	return fd;
}

static int connect_tcp(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port =
				     htons((uint16_t)console_port(console)),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	const struct linger at_once = {.l_onoff = 1};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	FUZZ_CHECK(fd >= 0 &&
		       connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0,
		   "%s", strerror(errno));
	/* Else the ports are used up within the minute. */
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	return fd;
}

/* What there is of an answer, and 0 where no more comes. */
static size_t receive(int fd, size_t used)
{
	ssize_t n;

	while (used < ANSWER_MAX &&
	       (n = recv(fd, answer + used, ANSWER_MAX - used, MSG_DONTWAIT)) >
		   0)
		used += (size_t)n;
	return used;
}

static size_t exchange(int fd, const char *bytes, size_t length, size_t piece)
{
	size_t used = 0;

	for (size_t at = 0; at < length;) {
		size_t n = length - at < piece ? length - at : piece;
		ssize_t sent =
		    send(fd, bytes + at, n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno != EAGAIN)
			break;
		if (sent > 0)
			at += (size_t)sent;
		fuzz_office_run(&office, 20);
		used = receive(fd, used);
	}
	for (int i = 0; i < TURNS; i++) {
		used = receive(fd, used);
		if (sd_event_run(office.event, 0) <= 0)
			break;
	}
	used = receive(fd, used);
	answer[used] = '\0';
	return used;
}

static const char *header(const char *head, const char *end, const char *name)
{
	const char *at = strcasestr(head, name);

	return at && at < end ? at + strlen(name) : NULL;
}

static bool is_known(long status)
{
	static const int known[] = {100, 200, 201, 202, 204, 400, 401, 403,
				    404, 405, 409, 411, 413, 414, 415, 417,
				    422, 429, 431, 501, 503, 505};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i] == status)
			return true;
	return false;
}

static bool says(const json_t *message, const char *language)
{
	const char *text =
	    json_string_value(json_object_get(message, language));

	return text && *text;
}

static void check_json(long status, const char *body, size_t length)
{
	struct json_problem problem;
	json_t *object = json_parse_object(body, length, &problem);
	const json_t *message = json_object_get(object, "message");

	FUZZ_CHECK(object, "%s: %.*s", problem.what, (int)length, body);
	if (status >= 400 && json_object_get(object, "error"))
		FUZZ_CHECK(says(message, "vi") && says(message, "en"), "%.*s",
			   (int)length, body);
	json_decref(object);
}

/* Looks at one answer; returns its length, or 0 where it is not whole. */
static size_t check_answer(const char *head, size_t left, long *status)
{
	const char *end = memmem(head, left, "\r\n\r\n", 4);
	const char *type, *text;
	size_t length = 0, before;

	if (!end)
		return 0;
	FUZZ_CHECK(strncmp(head, "HTTP/1.", 7) == 0, "%.60s", head);
	*status = strtol(head + 9, NULL, 10);
	FUZZ_CHECK(is_known(*status), "%.60s", head);
	before = (size_t)(end - head) + 4;
	text = header(head, end, "\r\nContent-Length: ");
	if (text)
		length = strtoul(text, NULL, 10);
	if (!text || length > left - before)
		return 0;
	type = header(head, end, "\r\nContent-Type: ");
	if (type && strncmp(type, "application/json", 16) == 0 && length)
		check_json(*status, head + before, length);
	return before + length;
}

static void open_house(void)
{
	struct console_problem problem;

	fuzz_office_open(&office);
	FUZZ_CHECK(ticket_key_open(fuzz_directory(), &key) == 0, "no key");
	FUZZ_CHECK(console_new(office.event, office.kiosk, office.journal,
			       &console) == 0,
		   "no console");
	console_set_key(console, &key);
	(void)snprintf(socket_path, sizeof(socket_path), "%s/s",
		       fuzz_directory());
	FUZZ_CHECK(console_listen_unix(console, socket_path, &problem) == 0 &&
		       console_listen_tcp(console, "127.0.0.1:0", &problem) ==
			   0,
		   "%s", problem.text);
}

static void close_house(void)
{
	kiosk_stop(office.kiosk);
	console_free(console);
	fuzz_office_close(&office);
}

/* Signs in over TCP, for which a thread compares the PIN. */
static void sign_in(void)
{
	static const char login[] =
	    "POST /v1/login HTTP/1.1\r\nHost: localhost\r\n"
	    "Content-Type: application/json\r\nContent-Length: 27\r\n\r\n"
	    "{\"user\":\"lan\",\"pin\":\"2468\"}";
	int fd = connect_tcp();
	size_t used = exchange(fd, login, strlen(login), REQUEST_MAX);
	const char *set;

	for (int i = 0; i < 1000 && used == 0; i++) {
		(void)sd_event_run(office.event, 10000);
		used = receive(fd, used);
	}
	answer[used] = '\0';
	set = strstr(answer, "kiosk_session=");
	FUZZ_CHECK(set, "%s", answer);
	(void)snprintf(cookie, sizeof(cookie), "%.*s", (int)strcspn(set, ";"),
		       set);
	close(fd);
}

/* Two tickets, one of them at a counter. */
static void furnish(void)
{
	static const char issue[] =
	    "POST /v1/tickets HTTP/1.1\r\nHost: k\r\n"
	    "Content-Type: application/json\r\nContent-Length: 18\r\n\r\n"
	    "{\"service\":\"land\"}";
	static const char call[] =
	    "POST /v1/counters/1/call HTTP/1.1\r\nHost: k\r\n"
	    "Content-Length: 0\r\n\r\n";
	int fd = connect_socket();
	long status;

	for (int i = 0; i < 2; i++) {
		(void)exchange(fd, issue, strlen(issue), REQUEST_MAX);
		FUZZ_CHECK(check_answer(answer, strlen(answer), &status) &&
			       status == 201,
			   "%s", answer);
	}
	(void)exchange(fd, call, strlen(call), REQUEST_MAX);
	FUZZ_CHECK(strstr(answer, "A001"), "%s", answer);
	close(fd);
	ticket_token(&key, "A001",
		     queue_find(kiosk_queue(office.kiosk), 0, 1)->seq, token);
	sign_in();
	office.changes = 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_start();
	open_house();
	furnish();
	return 0;
}

/* The request, with @S and @T replaced. */
static size_t fill(const uint8_t *from, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < size && used < REQUEST_MAX - 100; i++) {
		const char *value = NULL;

		if (from[i] == '@' && i + 1 < size && from[i + 1] == 'S')
			value = cookie;
		else if (from[i] == '@' && i + 1 < size && from[i + 1] == 'T')
			value = token;
		if (value) {
			used =
			    (size_t)(stpcpy(request + used, value) - request);
			i++;
		} else {
			request[used++] = (char)from[i];
		}
	}
	return used;
}

/* Whether anything but refusals came, or may have come. */
static bool check_answers(size_t used, bool bodies)
{
	bool done = used == 0 || !bodies;
	size_t at = 0;

	while (bodies && at < used) {
		long status = 0;
		size_t n = check_answer(answer + at, used - at, &status);

		done |= n == 0 || status < 400;
		if (n == 0)
			break;
		at += n;
	}
	return done;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	uint8_t how = fuzz_byte(&input);
	size_t piece = how & 2 ? 1 + (size_t)(how >> 2) * 8 : REQUEST_MAX;
	size_t length = fill(input.at, input.left);
	/* Only who asked can tell that an answer to HEAD is whole. */
	bool bodies = !memmem(request, length, "HEAD ", 5);
	uint64_t before;
	int fd;

	if (inputs++ == LONG_DAY) {
		close_house();
		open_house();
		furnish();
		inputs = 1;
	}
	before = office.changes;
	fd = how & 1 ? connect_tcp() : connect_socket();
	fuzz_office_run(&office, 20);
	if (!check_answers(exchange(fd, request, length, piece), bodies))
		FUZZ_CHECK(office.changes == before, "%s", answer);
	close(fd);
	fuzz_office_run(&office, 20);
	fuzz_office_check(&office);
	fuzz_office_check_numbers(&office);
	return 0;
}
