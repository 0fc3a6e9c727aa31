/* SPDX-License-Identifier: MIT */
#include "sync/central_url.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SECRETS_MAX 4
#define SECRET_SIZE 256
#define STARS "***"

/* A part of a url: [begin, end). */
struct span {
	const char *begin;
	const char *end;
};

static const char *after_scheme(const char *url)
{
	const char *scheme = strstr(url, "://");

	return scheme ? scheme + 3 : url;
}

/*
 * The user's password: from the first ':' behind the scheme to the last '@'.
 * An '@' in the query counts only if there is none before it, since "?host="
 * and the like hold none, but a password with a bare '?' in it does.
 */
static bool user_password(const char *url, struct span *password)
{
	const char *begin = after_scheme(url);
	const char *query = strchr(begin, '?');
	const char *end = query ? memrchr(begin, '@', (size_t)(query - begin))
				: strrchr(begin, '@');
	const char *colon;

	if (!end)
		end = strrchr(begin, '@');
	if (!end)
		return false;
	colon = memchr(begin, ':', (size_t)(end - begin));
	if (!colon)
		return false;
	*password = (struct span){colon + 1, end};
	return true;
}

/* The value of the next password= or sslpassword= at or behind from. */
static bool query_password(const char *from, struct span *password)
{
	static const char *const names[] = {"password=", "sslpassword="};

	for (const char *at = from; *at; at++) {
		if (*at != '?' && *at != '&')
			continue;
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			size_t length = strlen(names[i]);

			if (strncasecmp(at + 1, names[i], length) != 0)
				continue;
			password->begin = at + 1 + length;
			password->end =
			    password->begin + strcspn(password->begin, "&");
			return true;
		}
	}
	return false;
}

static size_t passwords(const char *url, struct span found[SECRETS_MAX])
{
	const char *from = after_scheme(url);
	size_t n = 0;

	if (user_password(url, &found[n]))
		from = found[n++].end;
	while (n < SECRETS_MAX && query_password(from, &found[n]))
		from = found[n++].end;
	return n;
}

static void put(char *to, size_t size, size_t *used, const char *bytes,
		size_t n)
{
	size_t room = size - 1 - *used;

	if (n > room)
		n = room;
	memcpy(to + *used, bytes, n);
	*used += n;
	to[*used] = '\0';
}

void central_url_mask(const char *url, char *shown, size_t size)
{
	struct span found[SECRETS_MAX];
	size_t n = passwords(url, found);
	const char *from = url;
	size_t used = 0;

	shown[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		put(shown, size, &used, from, (size_t)(found[i].begin - from));
		put(shown, size, &used, STARS, strlen(STARS));
		from = found[i].end;
	}
	/* More passwords than we count: hide the rest as a whole. */
	if (n == SECRETS_MAX)
		put(shown, size, &used, STARS, strlen(STARS));
	else
		put(shown, size, &used, from, strlen(from));
}

bool central_url_clear(const char *url)
{
	const char *begin = after_scheme(url);
	size_t authority = strcspn(begin, "/?");
	const char *first = memchr(begin, '@', authority);

	return !strchr(first ? first + 1 : begin, '@');
}

static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

static void decode(const struct span *from, char to[SECRET_SIZE])
{
	size_t used = 0;

	for (const char *at = from->begin;
	     at < from->end && used < SECRET_SIZE - 1; at++) {
		if (*at == '%' && from->end - at > 2 && hex_value(at[1]) >= 0 &&
		    hex_value(at[2]) >= 0) {
			to[used++] = (char)(uint8_t)(hex_value(at[1]) * 16 +
						     hex_value(at[2]));
			at += 2;
		} else {
			to[used++] = *at;
		}
	}
	to[used] = '\0';
}

/* How many bytes at text are one of the secrets; 0: none. */
static size_t secret_at(const char *text, const struct span *found, size_t n,
			char decoded[][SECRET_SIZE])
{
	size_t longest = 0;

	for (size_t i = 0; i < n; i++) {
		size_t raw = (size_t)(found[i].end - found[i].begin);
		size_t plain = strlen(decoded[i]);

		if (raw > longest && strncmp(text, found[i].begin, raw) == 0)
			longest = raw;
		if (plain > longest && strncmp(text, decoded[i], plain) == 0)
			longest = plain;
	}
	return longest;
}

void central_url_scrub(const char *url, const char *text, char *line,
		       size_t size)
{
	struct span found[SECRETS_MAX];
	char decoded[SECRETS_MAX][SECRET_SIZE];
	size_t n = passwords(url, found);
	size_t used = 0;

	for (size_t i = 0; i < n; i++)
		decode(&found[i], decoded[i]);
	line[0] = '\0';
	while (*text && *text != '\n' && used + 1 < size) {
		size_t secret = secret_at(text, found, n, decoded);

		if (secret > 0) {
			put(line, size, &used, STARS, strlen(STARS));
			text += secret;
		} else {
			put(line, size, &used, text++, 1);
		}
	}
}
