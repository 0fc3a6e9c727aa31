/* SPDX-License-Identifier: MIT */
#include "sync/seal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/durable.h"
#include "journal/chain.h"

static_assert(sizeof(((struct seal_key *)0)->secret) ==
		  crypto_sign_SECRETKEYBYTES,
	      "Ed25519");

/* "ed25519 " and the seed's 64 hex digits. */
#define KEY_WORD "ed25519 "
#define KEY_MODE 0640
#define HEX_SIZE (2 * crypto_sign_SEEDBYTES + 1)

__attribute__((format(printf, 3, 4))) static int
refuse(struct central_problem *problem, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(problem->text, sizeof(problem->text), format, args);
	va_end(args);
	return error;
}

static bool parse(const char *text, struct seal_key *key)
{
	unsigned char seed[crypto_sign_SEEDBYTES];
	unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
	const char *end = NULL;
	size_t n = 0;
	bool good;

	if (strncmp(text, KEY_WORD, strlen(KEY_WORD)) != 0)
		return false;
	text += strlen(KEY_WORD);
	good = sodium_hex2bin(seed, sizeof(seed), text, strlen(text), NULL, &n,
			      &end) == 0 &&
	       n == sizeof(seed) && (*end == '\n' || *end == '\0');
	if (good)
		crypto_sign_seed_keypair(public_key, key->secret, seed);
	sodium_memzero(seed, sizeof(seed));
	return good;
}

/* -ENOENT without a problem: there is none. */
static int read_key(const char *path, struct seal_key *key,
		    struct central_problem *problem)
{
	char text[sizeof(KEY_WORD) + HEX_SIZE + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0)
		return refuse(problem, -errno,
			      "%s: %s: let this user read it, it signs the "
			      "journal",
			      path, strerror(errno));
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	if (n < 0 || !parse(text, key)) {
		sodium_memzero(text, sizeof(text));
		return refuse(problem, -EBADMSG,
			      "%s: holds no key: restore it from a backup, or "
			      "move it away (then the centre has to take the "
			      "new one)",
			      path);
	}
	sodium_memzero(text, sizeof(text));
	return 0;
}

static int fill(int fd, const char *line)
{
	size_t length = strlen(line);

	if (fchmod(fd, KEY_MODE) < 0)
		return -errno;
	if (write(fd, line, length) != (ssize_t)length)
		return -EIO;
	return fsync(fd) < 0 ? -errno : 0;
}

/* A technician's root makes it for the kiosk's user. */
static void give_to_owner(int fd, const char *state_dir)
{
	struct stat dir;

	if (geteuid() != 0 || stat(state_dir, &dir) < 0)
		return;
	if (fchown(fd, dir.st_uid, dir.st_gid) < 0)
		return; /* then root's programs alone sign */
}

/* Linked, not renamed, into place: of two who make one at once, one wins and
 * both use it. */
static int make_key(const char *state_dir, const char *path)
{
	unsigned char seed[crypto_sign_SEEDBYTES];
	char line[sizeof(KEY_WORD) + HEX_SIZE], hex[HEX_SIZE];
	char made[PATH_MAX];
	int fd, status;

	if (snprintf(made, sizeof(made), "%s.%d", path, (int)getpid()) >=
	    (int)sizeof(made))
		return -ENAMETOOLONG;
	fd = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	randombytes_buf(seed, sizeof(seed));
	sodium_bin2hex(hex, sizeof(hex), seed, sizeof(seed));
	snprintf(line, sizeof(line), KEY_WORD "%s\n", hex);
	status = fill(fd, line);
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(hex, sizeof(hex));
	sodium_memzero(line, sizeof(line));
	if (status == 0)
		give_to_owner(fd, state_dir);
	close(fd);
	if (status == 0 && link(made, path) < 0 && errno != EEXIST)
		status = -errno;
	unlink(made);
	return status == 0 ? durable_path(state_dir) : status;
}

int seal_key_load(const char *state_dir, struct seal_key *key,
		  struct central_problem *problem)
{
	char path[PATH_MAX];
	int status;

	if (sodium_init() < 0)
		return refuse(problem, -EIO, "libsodium cannot be used");
	if (snprintf(path, sizeof(path), "%s/" SEAL_KEY_FILE, state_dir) >=
	    (int)sizeof(path))
		return refuse(problem, -ENAMETOOLONG, "%.200s: too long",
			      state_dir);
	status = read_key(path, key, problem);
	if (status != -ENOENT)
		return status;
	status = make_key(state_dir, path);
	if (status < 0)
		return refuse(problem, status,
			      "%s: cannot be made: %s: let this user write the "
			      "directory",
			      path, strerror(-status));
	status = read_key(path, key, problem);
	return status == -ENOENT ? refuse(problem, status, "%s: is gone", path)
				 : status;
}

void seal_key_forget(struct seal_key *key)
{
	sodium_memzero(key, sizeof(*key));
}

/* The text that is signed; its length. A kiosk's name has at most 64 bytes and
 * a journal's 32; where they came from outside and are longer, no signature
 * holds. */
static size_t head_text(char *text, size_t size, const char *kiosk,
			const char *journal, const struct central_head *head)
{
	char hex[2 * JOURNAL_CHAIN_SIZE + 1];
	int n;

	chain_hex(head->chain, hex);
	n = snprintf(text, size, "kiosk-head-1 %s %s %" PRId64 " %s", kiosk,
		     journal, head->seq, hex);
	return n < 0 || (size_t)n >= size ? 0 : (size_t)n;
}

void seal_head(const struct seal_key *key, const char *kiosk,
	       const char *journal, const struct central_head *head,
	       struct central_seal *seal)
{
	char text[300];
	size_t n = head_text(text, sizeof(text), kiosk, journal, head);

	crypto_sign_ed25519_sk_to_pk(seal->public_key, key->secret);
	crypto_sign_detached(seal->signature, NULL, (unsigned char *)text, n,
			     key->secret);
}

bool seal_holds(const struct central_seal *seal, const char *kiosk,
		const char *journal, const struct central_head *head)
{
	char text[300];
	size_t n = head_text(text, sizeof(text), kiosk, journal, head);

	return n > 0 && crypto_sign_verify_detached(seal->signature,
						    (unsigned char *)text, n,
						    seal->public_key) == 0;
}
