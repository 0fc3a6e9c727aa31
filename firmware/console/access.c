/* SPDX-License-Identifier: MIT */
#include "console/access.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "console/guard.h"

struct access {
	const struct config *config;
	struct sessions *sessions;
	uint8_t (*device_hashes)[SECRET_HASH_SIZE]; /* as config's devices */
};

/* False: out of memory; then no device is known. */
static bool hash_devices(struct access *access)
{
	const struct config *config = access->config;
	size_t n = config->n_devices;

	free(access->device_hashes);
	access->device_hashes =
	    calloc(n ? n : 1, sizeof(*access->device_hashes));
	if (!access->device_hashes)
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *token = config->devices[i].token;

		if (!secret_hash_parse(token, access->device_hashes[i]))
			secret_token_hash(token, access->device_hashes[i]);
	}
	return true;
}

struct access *access_new(const struct config *config)
{
	struct access *access = calloc(1, sizeof(*access));

	if (!access)
		return NULL;
	access->config = config;
	access->sessions =
	    sessions_new(config->console.session_minutes * 60000LL);
	if (!access->sessions || !hash_devices(access)) {
		access_free(access);
		return NULL;
	}
	return access;
}

void access_take_people(struct access *access, const size_t *kept, size_t n)
{
	sessions_move(access->sessions, kept, n);
	if (!hash_devices(access))
		log_error("out of memory: no device is let in");
}

void access_free(struct access *access)
{
	if (!access)
		return;
	sessions_free(access->sessions);
	free(access->device_hashes);
	free(access);
}

struct sessions *access_sessions(struct access *access)
{
	return access->sessions;
}

/* All are compared, whichever it is. */
static const struct config_device *
find_device(const struct access *access, const struct http_request *request)
{
	static const char scheme[] = "Bearer ";
	const char *value = http_header(request, "Authorization");
	const struct config_device *found = NULL;
	uint8_t hash[SECRET_HASH_SIZE];

	if (!value || strncasecmp(value, scheme, sizeof(scheme) - 1) != 0)
		return NULL;
	secret_token_hash(value + sizeof(scheme) - 1, hash);
	for (size_t i = 0;
	     access->device_hashes && i < access->config->n_devices; i++) {
		if (secret_hash_same(access->device_hashes[i], hash))
			found = &access->config->devices[i];
	}
	return found;
}

/* A name that a page of another site may have made up for this machine is not
 * taken for this machine's. */
static bool is_here(const struct http_request *request)
{
	const struct sockaddr *peer = http_peer(request);

	return peer && guard_peer_is_loopback(peer) &&
	       guard_host_is_loopback(http_header(request, "Host"));
}

void access_visitor(const struct access *access,
		    const struct http_request *request, int64_t now_ms,
		    struct visitor *visitor)
{
	const char *token = http_cookie(request, SESSION_COOKIE);
	struct session session;

	*visitor = (struct visitor){
	    .socket = http_door(request) == HTTP_DOOR_SOCKET,
	    .device = find_device(access, request),
	};
	visitor->here = !visitor->socket && is_here(request);
	if (token && session_find(access->sessions, token, now_ms, &session)) {
		visitor->user = &access->config->users[session.user];
		visitor->ends_ms = session.ends_ms;
		visitor->session = session.id;
	}
}

/* ---- pure ---- */

void access_actor(const struct visitor *visitor, char actor[ACCESS_ACTOR_SIZE])
{
	if (visitor->socket)
		(void)snprintf(actor, ACCESS_ACTOR_SIZE, "socket");
	else if (visitor->user)
		(void)snprintf(actor, ACCESS_ACTOR_SIZE, "web:%s",
			       visitor->user->name);
	else if (visitor->device)
		(void)snprintf(actor, ACCESS_ACTOR_SIZE, "device:%s",
			       visitor->device->name);
	else
		(void)snprintf(actor, ACCESS_ACTOR_SIZE, "web");
}

bool access_is_open(const struct config *config)
{
	return config->n_users == 0;
}

/* Staff, and by TCP: only what is its own. */
static bool is_bound(const struct visitor *visitor)
{
	return !visitor->socket && visitor->user &&
	       visitor->user->role == CONFIG_ROLE_STAFF;
}

static bool has_counter(const struct config_user *user, int counter)
{
	for (size_t i = 0; counter >= 0 && i < user->n_counters; i++) {
		if (user->counters[i] == (size_t)counter)
			return true;
	}
	return false;
}

/* Whether one of the user's counters serves it. */
static bool has_service(const struct config *config,
			const struct config_user *user, int service)
{
	for (size_t i = 0; i < user->n_counters; i++) {
		const struct config_counter *counter =
		    &config->counters[user->counters[i]];

		for (size_t k = 0; k < counter->n_services; k++) {
			if ((int)counter->services[k] == service)
				return true;
		}
	}
	return false;
}

static enum access_answer look(const struct visitor *visitor)
{
	if (visitor->here || visitor->user)
		return ACCESS_GRANTED;
	if (!visitor->device)
		return ACCESS_TOKEN;
	return visitor->device->may_read ? ACCESS_GRANTED : ACCESS_DENIED;
}

static enum access_answer issue(const struct config *config,
				const struct visitor *visitor)
{
	if (visitor->device)
		return visitor->device->may_issue ? ACCESS_GRANTED
						  : ACCESS_DENIED;
	if (visitor->here && access_is_open(config) && config->n_devices == 0)
		return ACCESS_GRANTED;
	return visitor->user ? ACCESS_DENIED : ACCESS_TOKEN;
}

static enum access_answer staff(const struct config *config,
				const struct visitor *visitor)
{
	if (visitor->user || (visitor->here && access_is_open(config)))
		return ACCESS_GRANTED;
	return visitor->device ? ACCESS_DENIED : ACCESS_SIGN_IN;
}

enum access_answer access_decide(const struct config *config,
				 const struct visitor *visitor,
				 enum access_right wanted)
{
	enum access_answer answer;

	if (visitor->socket)
		return ACCESS_GRANTED;
	switch (wanted) {
	case ACCESS_ANYONE:
		return ACCESS_GRANTED;
	case ACCESS_LOOK:
		return look(visitor);
	case ACCESS_ISSUE:
		return issue(config, visitor);
	case ACCESS_RATE:
		if (visitor->device && visitor->device->may_issue)
			return ACCESS_GRANTED;
		return staff(config, visitor);
	case ACCESS_STAFF:
	case ACCESS_COUNTER:
	case ACCESS_TICKET:
		return staff(config, visitor);
	case ACCESS_ADMIN:
		answer = staff(config, visitor);
		if (answer == ACCESS_GRANTED && visitor->user &&
		    visitor->user->role != CONFIG_ROLE_ADMIN)
			return ACCESS_DENIED;
		return answer;
	case ACCESS_OFFICE:
		answer = staff(config, visitor);
		if (answer == ACCESS_GRANTED && is_bound(visitor))
			return ACCESS_DENIED;
		return answer;
	}
	return ACCESS_DENIED;
}

enum access_answer access_at_counter(const struct visitor *visitor,
				     enum access_right wanted, int counter)
{
	if (!is_bound(visitor) || (wanted == ACCESS_RATE && visitor->device &&
				   visitor->device->may_issue))
		return ACCESS_GRANTED;
	return has_counter(visitor->user, counter) ? ACCESS_GRANTED
						   : ACCESS_DENIED;
}

enum access_answer access_at_ticket(const struct config *config,
				    const struct visitor *visitor, int service,
				    const struct queue_ticket *ticket)
{
	const struct config_user *user = visitor->user;
	bool own;

	if (!is_bound(visitor))
		return ACCESS_GRANTED;
	if (!ticket)
		own = has_service(config, user, service);
	else if (ticket->for_counter != QUEUE_NONE)
		own = has_counter(user, ticket->for_counter) ||
		      has_counter(user, ticket->counter);
	else
		own = has_service(config, user, ticket->queue) ||
		      has_counter(user, ticket->counter);
	return own ? ACCESS_GRANTED : ACCESS_DENIED;
}
