/* SPDX-License-Identifier: MIT */
/*
 * Who is signed in. A session is a random token that the browser has and of
 * which only the hash is kept here. It ends after its time, when it is closed,
 * when its user's lines in the configuration change, and with the process.
 *
 * Pure but for the random bytes: time comes in as monotonic ms.
 */
#ifndef KIOSK_SESSION_H
#define KIOSK_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/config.h"
#include "base/secret.h"

/* The one that ends soonest makes room: of the user's own, then of all. */
#define SESSIONS_MAX 256
#define SESSIONS_A_USER 8

struct sessions;

struct session {
	uint64_t id; /* never 0, and never given again */
	size_t user; /* index */
	int64_t ends_ms;
};

struct sessions *sessions_new(int64_t lasts_ms); /* NULL: out of memory */
void sessions_free(struct sessions *sessions);

/* False: no random bytes. */
bool session_open(struct sessions *sessions, size_t user, int64_t now_ms,
		  char token[SECRET_TOKEN_SIZE])
    __attribute__((warn_unused_result));

/* False: there is none of that token, or it has ended. */
bool session_find(const struct sessions *sessions, const char *token,
		  int64_t now_ms, struct session *found);

/* How many of the user's go on. */
size_t sessions_count(const struct sessions *sessions, size_t user,
		      int64_t now_ms);

/* Whether the session of that id goes on. */
bool session_lives(const struct sessions *sessions, uint64_t id,
		   int64_t now_ms);

/*
 * The users of a configuration have other indices now: kept[user] for each of n
 * users, and whose session ends where that is CONFIG_NOBODY.
 */
void sessions_move(struct sessions *sessions, const size_t *kept, size_t n);

/* Nothing where there is none. */
void session_close(struct sessions *sessions, const char *token);

#endif
