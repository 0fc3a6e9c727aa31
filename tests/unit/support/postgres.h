/* SPDX-License-Identifier: MIT */
/*
 * A real PostgreSQL server of the test's own: in a directory of its own, on
 * loopback and a Unix socket, as a user that is not root, gone with the test.
 */
#ifndef KIOSK_TEST_POSTGRES_H
#define KIOSK_TEST_POSTGRES_H

#include <stddef.h>

struct postgres;

/* Makes and starts it; NULL after it told on stderr what failed. */
struct postgres *postgres_start(void);
/* Stops it and removes all of it. */
void postgres_end(struct postgres *server);

/* Stops at once, as kill -9 would leave it; 0 or -1. */
int postgres_down(struct postgres *server);
/* Starts it again after that; 0 or -1. */
int postgres_up(struct postgres *server);

/* The url of a database for the server's own superuser, by Unix socket. */
void postgres_url(const struct postgres *server, const char *database,
		  char *url, size_t size);
/* The url for TCP, where passwords are asked for. */
void postgres_tcp_url(const struct postgres *server, const char *user,
		      const char *password, const char *database, char *url,
		      size_t size);

/*
 * Runs sql in that database. The rows as lines, columns by '|', NULL as \N;
 * the caller frees it. NULL after it told on stderr what failed.
 */
char *postgres_ask(const struct postgres *server, const char *database,
		   const char *sql);

/* Runs sql by that url; the SQLSTATE of its error, or "". */
void postgres_try(const char *url, const char *sql, char sqlstate[6]);

/*
 * Runs first, then second in the same session; 0 where second's only value is
 * want, else -1.
 */
int postgres_try_many(const char *url, const char *first, const char *second,
		      const char *want);

#endif
