/* SPDX-License-Identifier: MIT */
#include "base/secret.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define MEMORY_MIN_KIB 8
#define MEMORY_MAX_KIB 65536
#define PASSES_MAX 16
#define LANES_MAX 16

static const char hash_prefix[] = "sha256:";
#define HASH_PREFIX (sizeof(hash_prefix) - 1)

_Static_assert(SECRET_PIN_HASH_SIZE >= crypto_pwhash_STRBYTES,
	       "room for a hash");
_Static_assert(SECRET_HASH_SIZE == crypto_hash_sha256_BYTES, "SHA-256");
_Static_assert(SECRET_HASH_TEXT_SIZE >= HASH_PREFIX + 2 * SECRET_HASH_SIZE + 1,
	       "room for a hash's text");

bool secret_pin_fits(const char *pin)
{
	size_t length = strlen(pin);

	for (const char *c = pin; *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	}
	return length >= SECRET_PIN_MIN && length <= SECRET_PIN_MAX;
}

int secret_pin_hash(const char *pin, char hash[SECRET_PIN_HASH_SIZE])
{
	if (sodium_init() < 0 ||
	    crypto_pwhash_str_alg(hash, pin, strlen(pin), SECRET_PIN_PASSES,
				  SECRET_PIN_MEMORY,
				  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return -ENOMEM;
	return 0;
}

/* Moves *at over key and a decimal number of low..high. */
static bool take_number(const char **at, const char *key, unsigned long low,
			unsigned long high)
{
	size_t length = strlen(key);
	unsigned long value;
	char *end;

	if (strncmp(*at, key, length) != 0)
		return false;
	*at += length;
	if (**at < '0' || **at > '9')
		return false;
	errno = 0;
	value = strtoul(*at, &end, 10);
	*at = end;
	return errno == 0 && value >= low && value <= high;
}

/* Moves *at over '$' and the Base64 of at least so many bytes. */
static bool take_base64(const char **at, size_t least)
{
	size_t length;

	if (**at != '$')
		return false;
	(*at)++;
	length = strspn(*at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789+/");
	*at += length;
	return length * 3 / 4 >= least;
}

bool secret_pin_hash_fits(const char *text)
{
	const char *at = text;

	return strlen(text) < SECRET_PIN_HASH_SIZE &&
	       take_number(&at, "$argon2id$v=", 19, 19) &&
	       take_number(&at, "$m=", MEMORY_MIN_KIB, MEMORY_MAX_KIB) &&
	       take_number(&at, ",t=", 1, PASSES_MAX) &&
	       take_number(&at, ",p=", 1, LANES_MAX) && take_base64(&at, 8) &&
	       take_base64(&at, 16) && *at == '\0';
}

bool secret_pin_matches(const char *hash, const char *pin)
{
	return secret_pin_hash_fits(hash) && sodium_init() >= 0 &&
	       crypto_pwhash_str_verify(hash, pin, strlen(pin)) == 0;
}

bool secret_token(char token[SECRET_TOKEN_SIZE])
{
	unsigned char random[32];
	ssize_t got;

	do {
		got = getrandom(random, sizeof(random), 0);
	} while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(random))
		return false;
	sodium_bin2base64(token, SECRET_TOKEN_SIZE, random, sizeof(random),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(random, sizeof(random));
	return true;
}

void secret_token_hash(const char *token, uint8_t hash[SECRET_HASH_SIZE])
{
	(void)crypto_hash_sha256(hash, (const unsigned char *)token,
				 strlen(token));
}

void secret_hash_text(const uint8_t hash[SECRET_HASH_SIZE],
		      char text[SECRET_HASH_TEXT_SIZE])
{
	memcpy(text, hash_prefix, HASH_PREFIX);
	sodium_bin2hex(text + HASH_PREFIX, SECRET_HASH_TEXT_SIZE - HASH_PREFIX,
		       hash, SECRET_HASH_SIZE);
}

bool secret_hash_parse(const char *text, uint8_t hash[SECRET_HASH_SIZE])
{
	size_t length;

	if (strncmp(text, hash_prefix, HASH_PREFIX) != 0 ||
	    strlen(text) != HASH_PREFIX + 2 * (size_t)SECRET_HASH_SIZE)
		return false;
	return sodium_hex2bin(hash, SECRET_HASH_SIZE, text + HASH_PREFIX,
			      2 * (size_t)SECRET_HASH_SIZE, NULL, &length,
			      NULL) == 0 &&
	       length == SECRET_HASH_SIZE;
}

bool secret_hash_same(const uint8_t a[SECRET_HASH_SIZE],
		      const uint8_t b[SECRET_HASH_SIZE])
{
	return sodium_memcmp(a, b, SECRET_HASH_SIZE) == 0;
}

void secret_wipe(void *bytes, size_t length)
{
	sodium_memzero(bytes, length);
}
