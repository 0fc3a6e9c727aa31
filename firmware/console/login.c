/* SPDX-License-Identifier: MIT */
#include "console/login.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "console/body.h"
#include "console/guard.h"
#include "console/lockout.h"
#include "console/messages.h"
#include "console/pin_check.h"

#define COOKIE_SIZE 160
#define NAME_SIZE 64 /* longer than any user's */
#define SAY_EVERY_MS 60000
#define EXAMPLE "{\"user\":\"lan\",\"pin\":\"…\"}"

/* What IPv4 addresses begin with, as IPv6 has them. */
static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

struct login {
	sd_event *event;
	const struct config *config;
	struct access *access;
	struct lockout *lockout;
	struct pin_check *check;
	const char *decoy; /* what a PIN is held against for a name of nobody */
	/* Refusals, which are not all worth a line in the log. */
	unsigned wrong;
	int64_t said_ms; /* monotonic; 0: never */
};

/* A sign-in under way. */
struct attempt {
	struct login *login;
	struct http_request *request;
	struct lockout_try what; /* its name is name */
	char name[NAME_SIZE];
	char before[SECRET_TOKEN_SIZE]; /* of the session that it replaces */
	char pin[SECRET_PIN_HASH_SIZE]; /* the hash that is compared with */
	bool hopeless;                  /* no such user, or no such PIN */
	bool answered;
};

int login_take_people(struct login *login)
{
	const struct config *config = login->config;

	login->decoy = "";
	for (size_t i = config->n_users; i-- > 0;) {
		if (secret_pin_hash_fits(config->users[i].pin))
			login->decoy = config->users[i].pin;
	}
	/* Nobody signs in where there are no users: no thread for that. */
	if (config->n_users == 0 || login->check)
		return 0;
	return pin_check_new(login->event, &login->check);
}

int login_new(sd_event *event, const struct config *config,
	      struct access *access, struct login **out)
{
	struct login *login = calloc(1, sizeof(*login));
	int rc;

	*out = NULL;
	if (!login)
		return -ENOMEM;
	login->event = event;
	login->config = config;
	login->access = access;
	login->lockout = lockout_new();
	rc = login->lockout ? login_take_people(login) : -ENOMEM;
	if (rc < 0) {
		login_free(login);
		return rc;
	}
	*out = login;
	return 0;
}

void login_free(struct login *login)
{
	if (!login)
		return;
	pin_check_free(login->check);
	lockout_free(login->lockout);
	free(login);
}

/* ---- what a user may ---- */

static json_t *counters_of(const struct config *config,
			   const struct config_user *user)
{
	bool all = !user || user->role != CONFIG_ROLE_STAFF;
	size_t n = all ? config->n_counters : user->n_counters;
	json_t *list = json_array();

	for (size_t i = 0; list && i < n; i++) {
		size_t at = all ? i : user->counters[i];

		if (json_array_append_new(list, json_integer(
						    config->counters[at].id)) !=
		    0) {
			json_decref(list);
			list = NULL;
		}
	}
	return list;
}

/* user NULL: one who need not sign in, and may do all. */
static json_t *describe(const struct config *config,
			const struct config_user *user, int64_t ends_ms)
{
	static const char *const roles[] = {
	    [CONFIG_ROLE_STAFF] = "staff",
	    [CONFIG_ROLE_SUPERVISOR] = "supervisor",
	    [CONFIG_ROLE_ADMIN] = "admin",
	};
	json_t *ends =
	    user ? json_integer(clock_wall_ms() + ends_ms - clock_mono_ms())
		 : json_null();

	return json_pack("{s:s?, s:s, s:o, s:o, s:b}", "user",
			 user ? user->name : NULL, "role",
			 roles[user ? user->role : CONFIG_ROLE_ADMIN],
			 "counters", counters_of(config, user), "ends_at_ms",
			 ends, "open", access_is_open(config));
}

void login_me(struct login *login, struct http_request *request,
	      const struct visitor *visitor)
{
	reply_json(request, 200,
		   describe(login->config, visitor->user, visitor->ends_ms));
}

/* ---- out ---- */

static void make_cookie(char cookie[COOKIE_SIZE],
			const struct http_request *request, const char *token,
			int64_t lasts_s)
{
	(void)snprintf(cookie, COOKIE_SIZE,
		       SESSION_COOKIE
		       "=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s",
		       token, (long long)lasts_s,
		       http_secure(request) ? "; Secure" : "");
}

void login_out(struct login *login, struct http_request *request)
{
	const char *token = http_cookie(request, SESSION_COOKIE);
	char cookie[COOKIE_SIZE];
	const struct http_header header = {"Set-Cookie", cookie};

	if (token)
		session_close(access_sessions(login->access), token);
	make_cookie(cookie, request, "", 0);
	reply_nothing(request, &header);
}

/* ---- in ---- */

static void say_where(const struct attempt *attempt,
		      char where[INET6_ADDRSTRLEN])
{
	const uint8_t *address = attempt->what.address;
	bool v4 = memcmp(address, mapped, sizeof(mapped)) == 0;

	if (attempt->what.here ||
	    !inet_ntop(v4 ? AF_INET : AF_INET6,
		       v4 ? address + sizeof(mapped) : address, where,
		       INET6_ADDRSTRLEN))
		(void)snprintf(where, INET6_ADDRSTRLEN, "this machine");
}

/* Not the name: people type their PIN there. */
static void say_refused(struct login *login, const struct attempt *attempt,
			int64_t now_ms)
{
	char where[INET6_ADDRSTRLEN];

	login->wrong++;
	if (login->said_ms && now_ms - login->said_ms < SAY_EVERY_MS)
		return;
	say_where(attempt, where);
	log_warning("%u sign-ins refused, the last from %s", login->wrong,
		    where);
	login->wrong = 0;
	login->said_ms = now_ms;
}

/* The index of that name, or CONFIG_NOBODY. */
static size_t find_user(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_users; i++) {
		if (strcmp(config->users[i].name, name) == 0)
			return i;
	}
	return CONFIG_NOBODY;
}

static void let_in(struct attempt *attempt, size_t index, int64_t now_ms)
{
	struct login *login = attempt->login;
	struct sessions *sessions = access_sessions(login->access);
	const struct config *config = login->config;
	const struct config_user *user = &config->users[index];
	int64_t lasts_ms = config->console.session_minutes * 60000LL;
	char token[SECRET_TOKEN_SIZE], cookie[COOKIE_SIZE];
	char where[INET6_ADDRSTRLEN];
	const struct http_header header = {"Set-Cookie", cookie};

	lockout_right(login->lockout, &attempt->what, now_ms);
	session_close(sessions, attempt->before);
	if (!session_open(sessions, index, now_ms, token)) {
		refuse_for_now(attempt->request, REFUSE_BUSY, 1);
		return;
	}
	say_where(attempt, where);
	log_info("%s signed in from %s", user->name, where);
	make_cookie(cookie, attempt->request, token, lasts_ms / 1000);
	reply_json_with(attempt->request, 200,
			describe(config, user, now_ms + lasts_ms), &header);
	secret_wipe(token, sizeof(token));
	secret_wipe(cookie, sizeof(cookie));
}

static void on_compared(void *arg, bool right)
{
	struct attempt *attempt = arg;
	const struct config *config = attempt->login->config;
	int64_t now_ms = clock_mono_ms();
	size_t user;

	attempt->answered = true;
	/* Since it was asked, the PIN may have become another. */
	user = find_user(config, attempt->name);
	if (right && !attempt->hopeless && user != CONFIG_NOBODY &&
	    strcmp(config->users[user].pin, attempt->pin) == 0) {
		let_in(attempt, user, now_ms);
		return;
	}
	say_refused(attempt->login, attempt, now_ms);
	refuse(attempt->request, REFUSE_BAD_LOGIN, NULL);
}

static void on_end(void *arg)
{
	struct attempt *attempt = arg;

	if (!attempt->answered)
		pin_check_abandon(attempt->login->check, attempt);
	free(attempt);
}

static struct attempt *new_attempt(struct login *login,
				   struct http_request *request,
				   const struct visitor *visitor,
				   const char *name)
{
	const char *before = http_cookie(request, SESSION_COOKIE);
	struct attempt *attempt = calloc(1, sizeof(*attempt));
	size_t user;

	if (!attempt)
		return NULL;
	attempt->login = login;
	attempt->request = request;
	(void)snprintf(attempt->name, sizeof(attempt->name), "%s", name);
	if (before && strlen(before) < sizeof(attempt->before))
		memcpy(attempt->before, before, strlen(before));
	attempt->what.name = attempt->name;
	attempt->what.here = visitor->socket || visitor->here;
	guard_address(http_peer(request), attempt->what.address);
	user = find_user(login->config, name);
	attempt->what.known = user != CONFIG_NOBODY;
	(void)snprintf(attempt->pin, sizeof(attempt->pin), "%s",
		       attempt->what.known ? login->config->users[user].pin
					   : login->decoy);
	return attempt;
}

/*
 * A name of nobody is compared too, and takes as long, so that the time tells
 * no more than the words do.
 */
static int begin(struct attempt *attempt, const char *pin)
{
	struct login *login = attempt->login;
	bool known = attempt->what.known;

	attempt->hopeless = !known || strlen(pin) > SECRET_PIN_MAX;
	return pin_check_submit(login->check, attempt->pin,
				attempt->hopeless ? "" : pin,
				attempt->what.here, on_compared, attempt);
}

static void try_pin(struct attempt *attempt, const char *pin)
{
	struct login *login = attempt->login;
	struct http_request *request = attempt->request;
	int64_t wait_ms;

	/* Looked at first: who finds no room has not tried. */
	if (!pin_check_has_room(login->check, attempt->what.here)) {
		free(attempt);
		refuse_for_now(request, REFUSE_BUSY, 1);
		return;
	}
	wait_ms =
	    lockout_begin(login->lockout, &attempt->what, clock_mono_ms());
	if (wait_ms > 0) {
		free(attempt);
		refuse_for_now(request, REFUSE_LOCKED, (wait_ms + 999) / 1000);
		return;
	}
	if (begin(attempt, pin) < 0) {
		free(attempt);
		refuse_for_now(request, REFUSE_BUSY, 1);
		return;
	}
	http_at_end(request, on_end, attempt);
}

/* False: refused. */
static bool check_fields(struct http_request *request, json_t *body)
{
	static const char *const names[] = {"user", "pin"};
	const char *args[] = {NULL, "chuỗi", "a string"};
	const char *name;
	json_t *value;

	json_object_foreach(body, name, value)
	{
		args[0] = name;
		if (strcmp(name, names[0]) != 0 &&
		    strcmp(name, names[1]) != 0) {
			args[1] = "user, pin";
			refuse(request, REFUSE_UNKNOWN_FIELD, args);
			return false;
		}
		if (!json_is_string(value)) {
			refuse(request, REFUSE_WRONG_TYPE, args);
			return false;
		}
	}
	for (size_t i = 0; i < 2; i++) {
		args[0] = names[i];
		if (!json_object_get(body, names[i])) {
			refuse(request, REFUSE_MISSING_FIELD, args);
			return false;
		}
	}
	return true;
}

void login_in(struct login *login, struct http_request *request,
	      const struct visitor *visitor)
{
	struct attempt *attempt;
	json_t *body;

	if (login->config->n_users == 0) {
		refuse(request, REFUSE_NO_USERS, NULL);
		return;
	}
	body = body_object(request, EXAMPLE);
	if (!body)
		return;
	if (check_fields(request, body)) {
		attempt = new_attempt(login, request, visitor,
				      json_string_value(
					  json_object_get(body, "user")));
		if (attempt)
			try_pin(attempt, json_string_value(
					     json_object_get(body, "pin")));
		else
			refuse(request, REFUSE_MEMORY, NULL);
	}
	json_decref(body);
}
