/* SPDX-License-Identifier: MIT */
/* Signing in and out over TCP, in a house whose configuration names users. */
#include "tests/unit/console/house.h"

#include <sodium.h>

#include "base/secret.h"
#include "console/lockout.h"

#define COOKIE_SIZE 200

static char cheap[SECRET_PIN_HASH_SIZE], dear[SECRET_PIN_HASH_SIZE];
static struct config_user users[] = {
    {.name = "lan",
     .pin = cheap,
     .role = CONFIG_ROLE_STAFF,
     .counters = {1},
     .n_counters = 1},
    {.name = "hoa", .pin = cheap, .role = CONFIG_ROLE_SUPERVISOR},
    {.name = "slow", .pin = dear, .role = CONFIG_ROLE_ADMIN},
};
static struct reply reply;

static int setup(void **state)
{
	struct house *house;

	if (sodium_init() < 0 ||
	    crypto_pwhash_str_alg(cheap, "1234", 4, 1, 8192,
				  crypto_pwhash_ALG_ARGON2ID13) != 0 ||
	    house_setup(state) != 0)
		return -1;
	house = *state;
	house->config.users = users;
	house->config.n_users = 3;
	house->config.console.session_minutes = 480;
	house_restart(house);
	return 0;
}

static int make_dear(void **state)
{
	(void)state;
	if (sodium_init() < 0)
		return -1;
	return crypto_pwhash_str_alg(dear, "1234", 4, 8, 32u << 20,
				     crypto_pwhash_ALG_ARGON2ID13);
}

/* Over TCP. cookie and body may be NULL. */
static int tcp_ask(struct house *house, const char *method, const char *path,
		   const char *cookie, const char *body)
{
	int fd = house_connect_tcp(house);
	char head[1024];
	int n = snprintf(head, sizeof(head),
			 "%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s%s"
			 "Content-Length: %zu\r\n" JSON "\r\n%s",
			 method, path, cookie ? "Cookie: " : "",
			 cookie ? cookie : "", cookie ? "\r\n" : "",
			 body ? strlen(body) : 0, body ? body : "");

	assert_true(n < (int)sizeof(head));
	client_send(house, fd, head, (size_t)n);
	client_receive(house, fd, &reply, false);
	close(fd);
	return reply.status;
}

static int sign_in(struct house *house, const char *name, const char *pin)
{
	char body[200];

	(void)snprintf(body, sizeof(body), "{\"user\":\"%s\",\"pin\":\"%s\"}",
		       name, pin);
	return tcp_ask(house, "POST", "/v1/login", NULL, body);
}

/* The reply's cookie as the browser sends it back. */
static void take_cookie(char cookie[COOKIE_SIZE])
{
	const char *at = strstr(reply.bytes, "Set-Cookie: ");
	size_t length;

	assert_non_null(at);
	at += strlen("Set-Cookie: ");
	length = strcspn(at, ";\r");
	assert_true(length < COOKIE_SIZE);
	memcpy(cookie, at, length);
	cookie[length] = '\0';
}

static void without_a_session_staff_s_routes_are_closed(void **state)
{
	assert_int_equal(tcp_ask(*state, "POST", "/v1/counters/7/call", NULL,
				 NULL),
			 401);
	assert_refused(&reply, 401, "not_signed_in");
	assert_non_null(strstr(reply.bytes, "WWW-Authenticate: "));
	assert_int_equal(tcp_ask(*state, "GET", "/v1/me", NULL, NULL), 401);
	assert_int_equal(tcp_ask(*state, "GET", "/v1/me", "kiosk_session=x",
				 NULL),
			 401);
}

static void the_right_pin_opens_a_session(void **state)
{
	char cookie[COOKIE_SIZE];

	assert_int_equal(sign_in(*state, "lan", "1234"), 200);
	assert_text(&reply, "user", "lan");
	assert_text(&reply, "role", "staff");
	assert_non_null(strstr(reply.body, "\"counters\":[7]"));
	assert_non_null(strstr(reply.bytes, "; Path=/; Max-Age=28800; "
					    "HttpOnly; SameSite=Strict\r\n"));
	take_cookie(cookie);
	assert_int_equal(tcp_ask(*state, "GET", "/v1/me", cookie, NULL), 200);
	assert_text(&reply, "user", "lan");
	assert_int_equal(tcp_ask(*state, "POST", "/v1/counters/7/open", cookie,
				 NULL),
			 200);
	assert_int_equal(tcp_ask(*state, "POST", "/v1/counters/1/open", cookie,
				 NULL),
			 403);
	assert_refused(&reply, 403, "forbidden");
}

static void the_journal_says_who_it_was(void **state)
{
	struct house *house = *state;
	char cookie[COOKIE_SIZE], path[300], *text = NULL;
	struct journal_problem problem;
	struct journal *journal;
	size_t size;
	FILE *to;

	assert_int_equal(sign_in(house, "lan", "1234"), 200);
	take_cookie(cookie);
	assert_int_equal(tcp_ask(house, "POST", "/v1/counters/7/open", cookie,
				 NULL),
			 200);
	(void)snprintf(path, sizeof(path), "%s/journal.db", house->dir);
	assert_int_equal(journal_open_reader(path, &journal, &problem), 0);
	to = open_memstream(&text, &size);
	assert_non_null(to);
	assert_int_equal(journal_export(journal, 0, to), 0);
	fclose(to);
	journal_close(journal);
	assert_non_null(strstr(text, "\"actor\":\"web:lan\""));
	free(text);
}

static void wrong_names_and_wrong_pins_are_refused_alike(void **state)
{
	static char first[REPLY_MAX];

	assert_int_equal(sign_in(*state, "lan", "1235"), 401);
	assert_refused(&reply, 401, "wrong_name_or_pin");
	assert_null(strstr(reply.bytes, "Set-Cookie"));
	memcpy(first, reply.body, strlen(reply.body) + 1);
	assert_int_equal(sign_in(*state, "nobody", "1234"), 401);
	assert_string_equal(reply.body, first);
	assert_int_equal(sign_in(*state, "", ""), 401);
	assert_string_equal(reply.body, first);
}

static void a_pin_longer_than_any_is_wrong(void **state)
{
	char pin[SECRET_PIN_MAX + 2];

	memset(pin, '1', sizeof(pin) - 1);
	pin[sizeof(pin) - 1] = '\0';
	assert_int_equal(sign_in(*state, "lan", pin), 401);
}

static void five_wrong_pins_lock_the_name_also_for_the_right_one(void **state)
{
	for (int i = 0; i < LOCKOUT_FREE_TRIES; i++)
		assert_int_equal(sign_in(*state, "lan", "0000"), 401);
	assert_int_equal(sign_in(*state, "lan", "1234"), 429);
	assert_refused(&reply, 429, "too_many_tries");
	assert_non_null(strstr(reply.bytes, "Retry-After: "));
	assert_in_range(reply_int(&reply, "retry_after_s"), 1, 30);
	/* Nobody else. */
	assert_int_equal(sign_in(*state, "hoa", "1234"), 200);
}

static void a_name_of_nobody_is_locked_too(void **state)
{
	for (int i = 0; i < LOCKOUT_FREE_TRIES; i++)
		assert_int_equal(sign_in(*state, "nobody", "0000"), 401);
	assert_int_equal(sign_in(*state, "nobody", "0000"), 429);
}

static void who_signed_in_stays_in_while_the_name_is_locked(void **state)
{
	char cookie[COOKIE_SIZE];

	assert_int_equal(sign_in(*state, "lan", "1234"), 200);
	take_cookie(cookie);
	for (int i = 0; i < LOCKOUT_FREE_TRIES; i++)
		assert_int_equal(sign_in(*state, "lan", "0000"), 401);
	assert_int_equal(tcp_ask(*state, "GET", "/v1/me", cookie, NULL), 200);
}

static void tries_at_once_are_no_more_than_one_after_another(void **state)
{
	static const char request[] =
	    "POST /v1/login HTTP/1.1\r\nHost: localhost\r\n" JSON
	    "Content-Length: 30\r\n\r\n{\"user\":\"slow\",\"pin\":\"00000\"} ";
	struct house *house = *state;
	int fds[8], wrong = 0, locked = 0;

	for (size_t i = 0; i < 8; i++) {
		fds[i] = house_connect_tcp(house);
		client_send(house, fds[i], request, sizeof(request) - 1);
	}
	for (size_t i = 0; i < 8; i++) {
		client_receive(house, fds[i], &reply, false);
		wrong += reply.status == 401;
		locked += reply.status == 429;
		close(fds[i]);
	}
	assert_int_equal(wrong, LOCKOUT_FREE_TRIES);
	assert_int_equal(locked, 8 - LOCKOUT_FREE_TRIES);
}

/* Whether a ticket was given out while a sign-in was being computed. */
static bool issues_meanwhile(struct house *house)
{
	static const char request[] =
	    "POST /v1/login HTTP/1.1\r\nHost: localhost\r\n" JSON
	    "Content-Length: 29\r\n\r\n{\"user\":\"slow\",\"pin\":\"1234\"} ";
	int fd = house_connect_tcp(house);
	bool meanwhile;
	char byte;

	client_send(house, fd, request, sizeof(request) - 1);
	assert_int_equal(ask(house, &reply, "POST", "/v1/tickets",
			     "{\"service\":\"land\"}"),
			 201);
	meanwhile = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
	client_receive(house, fd, &reply, false);
	assert_int_equal(reply.status, 200);
	close(fd);
	return meanwhile;
}

static void tickets_are_issued_while_a_sign_in_is_computed(void **state)
{
	bool seen = false;

	/* This thread may be kept from running for longer than the other takes,
	 * but hardly each time. */
	for (int i = 0; i < 20 && !seen; i++)
		seen = issues_meanwhile(*state);
	assert_true(seen);
}

static void who_hangs_up_in_the_middle_does_no_harm(void **state)
{
	static const char request[] =
	    "POST /v1/login HTTP/1.1\r\nHost: localhost\r\n" JSON
	    "Content-Length: 29\r\n\r\n{\"user\":\"slow\",\"pin\":\"1234\"} ";
	int fd = house_connect_tcp(*state);

	client_send(*state, fd, request, sizeof(request) - 1);
	close(fd);
	assert_int_equal(sign_in(*state, "hoa", "1234"), 200);
}

static void signing_out_ends_the_session(void **state)
{
	char cookie[COOKIE_SIZE];

	assert_int_equal(sign_in(*state, "lan", "1234"), 200);
	take_cookie(cookie);
	assert_int_equal(tcp_ask(*state, "POST", "/v1/logout", cookie, NULL),
			 204);
	assert_non_null(strstr(reply.bytes, "kiosk_session=; Path=/; "
					    "Max-Age=0; "));
	assert_int_equal(tcp_ask(*state, "GET", "/v1/me", cookie, NULL), 401);
	assert_int_equal(tcp_ask(*state, "POST", "/v1/logout", NULL, NULL),
			 204);
}

static void signing_in_anew_ends_the_session_before(void **state)
{
	char before[COOKIE_SIZE], after[COOKIE_SIZE];

	assert_int_equal(sign_in(*state, "lan", "1234"), 200);
	take_cookie(before);
	assert_int_equal(tcp_ask(*state, "POST", "/v1/login", before,
				 "{\"user\":\"hoa\",\"pin\":\"1234\"}"),
			 200);
	take_cookie(after);
	assert_string_not_equal(before, after);
	assert_int_equal(tcp_ask(*state, "GET", "/v1/me", before, NULL), 401);
	assert_int_equal(tcp_ask(*state, "GET", "/v1/me", after, NULL), 200);
}

static void a_restart_with_another_pin_ends_all_sessions(void **state)
{
	char cookie[COOKIE_SIZE];

	assert_int_equal(sign_in(*state, "lan", "1234"), 200);
	take_cookie(cookie);
	assert_int_equal(crypto_pwhash_str_alg(cheap, "4321", 4, 1, 8192,
					       crypto_pwhash_ALG_ARGON2ID13),
			 0);
	house_restart(*state);
	assert_int_equal(tcp_ask(*state, "GET", "/v1/me", cookie, NULL), 401);
	assert_int_equal(sign_in(*state, "lan", "1234"), 401);
	assert_int_equal(sign_in(*state, "lan", "4321"), 200);
}

static const struct {
	const char *name, *body, *code;
	int status;
} bodies[] = {
    {"none", NULL, "bad_request", 400},
    {"no JSON", "user=lan", "bad_request", 400},
    {"a list", "[]", "bad_request", 400},
    {"no PIN", "{\"user\":\"lan\"}", "missing_field", 422},
    {"no user", "{\"pin\":\"1234\"}", "missing_field", 422},
    {"a number", "{\"user\":\"lan\",\"pin\":1234}", "wrong_type", 422},
    {"a null", "{\"user\":null,\"pin\":\"1234\"}", "wrong_type", 422},
    {"a field more", "{\"user\":\"lan\",\"pin\":\"1234\",\"role\":\"admin\"}",
     "unknown_field", 422},
    {"a key twice", "{\"user\":\"a\",\"user\":\"lan\",\"pin\":\"1234\"}",
     "bad_request", 400},
};

static void bodies_that_are_no_sign_in_are_refused(void **state)
{
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		tcp_ask(*state, "POST", "/v1/login", NULL, bodies[i].body);
		if (reply.status != bodies[i].status)
			fail_msg("%s: %d", bodies[i].name, reply.status);
		assert_refused(&reply, bodies[i].status, bodies[i].code);
	}
	/* None of these was a try. */
	assert_int_equal(sign_in(*state, "lan", "1234"), 200);
}

static void the_socket_needs_no_session(void **state)
{
	assert_int_equal(ask(*state, &reply, "GET", "/v1/me", NULL), 200);
	assert_text(&reply, "user", NULL);
	assert_text(&reply, "role", "admin");
	assert_non_null(strstr(reply.body, "\"counters\":[1,7]"));
	assert_int_equal(ask(*state, &reply, "POST", "/v1/counters/1/open",
			     NULL),
			 200);
}

static void without_users_this_machine_needs_no_session(void **state)
{
	struct house *house = *state;

	house->config.n_users = 0;
	house_restart(house);
	assert_int_equal(tcp_ask(house, "GET", "/v1/me", NULL, NULL), 200);
	assert_text(&reply, "user", NULL);
	assert_non_null(strstr(reply.body, "\"open\":true"));
	assert_int_equal(tcp_ask(house, "POST", "/v1/counters/1/open", NULL,
				 NULL),
			 200);
	assert_int_equal(sign_in(house, "lan", "1234"), 401);
	assert_refused(&reply, 401, "no_users");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, house_teardown)
	    TEST(without_a_session_staff_s_routes_are_closed),
	    TEST(the_right_pin_opens_a_session),
	    TEST(the_journal_says_who_it_was),
	    TEST(wrong_names_and_wrong_pins_are_refused_alike),
	    TEST(a_pin_longer_than_any_is_wrong),
	    TEST(five_wrong_pins_lock_the_name_also_for_the_right_one),
	    TEST(a_name_of_nobody_is_locked_too),
	    TEST(who_signed_in_stays_in_while_the_name_is_locked),
	    TEST(tries_at_once_are_no_more_than_one_after_another),
	    TEST(tickets_are_issued_while_a_sign_in_is_computed),
	    TEST(who_hangs_up_in_the_middle_does_no_harm),
	    TEST(signing_out_ends_the_session),
	    TEST(signing_in_anew_ends_the_session_before),
	    TEST(a_restart_with_another_pin_ends_all_sessions),
	    TEST(bodies_that_are_no_sign_in_are_refused),
	    TEST(the_socket_needs_no_session),
	    TEST(without_users_this_machine_needs_no_session),
	};

	return cmocka_run_group_tests(tests, make_dear, NULL);
}
