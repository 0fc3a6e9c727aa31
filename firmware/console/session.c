/* SPDX-License-Identifier: MIT */
#include "console/session.h"

#include <stdlib.h>
#include <string.h>

struct slot {
	struct session session; /* ends_ms 0: free */
	uint8_t hash[SECRET_HASH_SIZE];
};

struct sessions {
	int64_t lasts_ms;
	uint64_t last_id;
	struct slot slots[SESSIONS_MAX];
};

struct sessions *sessions_new(int64_t lasts_ms)
{
	struct sessions *sessions = calloc(1, sizeof(*sessions));

	if (sessions)
		sessions->lasts_ms = lasts_ms;
	return sessions;
}

void sessions_free(struct sessions *sessions)
{
	free(sessions);
}

/* The index of the token's slot, or -1. All are compared, whatever is found. */
static int find_slot(const struct sessions *sessions, const char *token)
{
	uint8_t hash[SECRET_HASH_SIZE];
	int found = -1;

	secret_token_hash(token, hash);
	for (int i = 0; i < SESSIONS_MAX; i++) {
		const struct slot *slot = &sessions->slots[i];

		if (secret_hash_same(slot->hash, hash) &&
		    slot->session.ends_ms != 0)
			found = i;
	}
	return found;
}

static struct slot *make_room(struct sessions *sessions, size_t user,
			      int64_t now_ms)
{
	struct slot *soonest = &sessions->slots[0], *own = NULL;
	size_t n_own = 0;

	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct slot *slot = &sessions->slots[i];

		if (slot->session.ends_ms <= now_ms)
			slot->session.ends_ms = 0;
		if (slot->session.ends_ms < soonest->session.ends_ms)
			soonest = slot;
		if (slot->session.ends_ms == 0 || slot->session.user != user)
			continue;
		n_own++;
		if (!own || slot->session.ends_ms < own->session.ends_ms)
			own = slot;
	}
	return n_own >= SESSIONS_A_USER ? own : soonest;
}

bool session_open(struct sessions *sessions, size_t user, int64_t now_ms,
		  char token[SECRET_TOKEN_SIZE])
{
	struct slot *slot;

	if (!secret_token(token))
		return false;
	slot = make_room(sessions, user, now_ms);
	slot->session = (struct session){
	    .id = ++sessions->last_id,
	    .user = user,
	    .ends_ms = now_ms + sessions->lasts_ms,
	};
	secret_token_hash(token, slot->hash);
	return true;
}

bool session_find(const struct sessions *sessions, const char *token,
		  int64_t now_ms, struct session *found)
{
	int at = find_slot(sessions, token);

	if (at < 0 || sessions->slots[at].session.ends_ms <= now_ms)
		return false;
	*found = sessions->slots[at].session;
	return true;
}

size_t sessions_count(const struct sessions *sessions, size_t user,
		      int64_t now_ms)
{
	size_t n = 0;

	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		const struct session *session = &sessions->slots[i].session;

		n += session->user == user && session->ends_ms > now_ms;
	}
	return n;
}

bool session_lives(const struct sessions *sessions, uint64_t id, int64_t now_ms)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		const struct session *session = &sessions->slots[i].session;

		if (session->id == id)
			return session->ends_ms > now_ms;
	}
	return false;
}

void sessions_move(struct sessions *sessions, const size_t *kept, size_t n)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct slot *slot = &sessions->slots[i];
		size_t user = slot->session.user;

		if (slot->session.ends_ms == 0)
			continue;
		if (user < n && kept[user] != CONFIG_NOBODY)
			slot->session.user = kept[user];
		else
			*slot = (struct slot){0};
	}
}

void session_close(struct sessions *sessions, const char *token)
{
	int at = find_slot(sessions, token);

	if (at >= 0)
		sessions->slots[at] = (struct slot){0};
}
