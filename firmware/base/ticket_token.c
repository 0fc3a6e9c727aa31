/* SPDX-License-Identifier: MIT */
#include "base/ticket_token.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/durable.h"

#define MAC_SIZE 16

static int read_key(int fd, struct ticket_key *key)
{
	char more;

	if (read(fd, key->bytes, sizeof(key->bytes)) !=
	    (ssize_t)sizeof(key->bytes))
		return -ENODATA;
	return read(fd, &more, 1) == 0 ? 0 : -ENODATA;
}

static int write_all(int fd, const struct ticket_key *key)
{
	if (write(fd, key->bytes, sizeof(key->bytes)) !=
	    (ssize_t)sizeof(key->bytes))
		return errno ? -errno : -EIO;
	return fsync(fd) < 0 ? -errno : 0;
}

/* Whole or not at all: half a key would refuse every later start. */
static int make_key(const char *directory, const char *path,
		    struct ticket_key *key)
{
	char fresh[PATH_MAX];
	int fd, rc;

	if (snprintf(fresh, sizeof(fresh), "%s.new", path) >=
	    (int)sizeof(fresh))
		return -ENAMETOOLONG;
	randombytes_buf(key->bytes, sizeof(key->bytes));
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	errno = 0;
	rc = write_all(fd, key);
	if (close(fd) < 0 && rc == 0)
		rc = -errno;
	if (rc == 0 && rename(fresh, path) < 0)
		rc = -errno;
	if (rc < 0) {
		(void)unlink(fresh);
		return rc;
	}
	return durable_path(directory);
}

int ticket_key_open(const char *state_dir, struct ticket_key *key)
{
	char path[PATH_MAX];
	int fd, rc;

	if (sodium_init() < 0)
		return -EIO;
	if (snprintf(path, sizeof(path), "%s/ticket.key", state_dir) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? make_key(state_dir, path, key)
				       : -errno;
	rc = read_key(fd, key);
	close(fd);
	return rc;
}

void ticket_token(const struct ticket_key *key, const char *code, int64_t seq,
		  char token[TICKET_TOKEN_SIZE])
{
	unsigned char mac[MAC_SIZE];
	char text[64];
	int length = snprintf(text, sizeof(text), "%s %" PRId64, code, seq);
	size_t at = strnlen(code, TICKET_CODE_SIZE - 1);

	(void)crypto_generichash(mac, sizeof(mac), (const unsigned char *)text,
				 (unsigned long long)length, key->bytes,
				 sizeof(key->bytes));
	memcpy(token, code, at);
	token[at++] = '-';
	sodium_bin2base64(token + at, TICKET_TOKEN_SIZE - at, mac, sizeof(mac),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool ticket_token_code(const char *token, char code[TICKET_CODE_SIZE])
{
	size_t length = strcspn(token, "-");
	uint32_t number;

	if (token[length] != '-' || length >= TICKET_CODE_SIZE)
		return false;
	memcpy(code, token, length);
	code[length] = '\0';
	return ticket_code_parse(code, &number) > 0;
}

bool ticket_token_fits(const struct ticket_key *key, const char *token,
		       const char *code, int64_t seq)
{
	char good[TICKET_TOKEN_SIZE];
	size_t length;

	ticket_token(key, code, seq, good);
	length = strlen(good);
	return strlen(token) == length &&
	       sodium_memcmp(token, good, length) == 0;
}
