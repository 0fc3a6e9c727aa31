/* SPDX-License-Identifier: MIT */
/*
 * PINs, tokens and their hashes, by libsodium. A PIN is short, so its hash is
 * Argon2id, which is slow on purpose; a token is 256 random bits, so SHA-256
 * does. Nothing here logs.
 */
#ifndef KIOSK_SECRET_H
#define KIOSK_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECRET_PIN_MIN 4 /* bytes */
#define SECRET_PIN_MAX 64
#define SECRET_PIN_HASH_SIZE 128 /* "$argon2id$…" and a NUL */
#define SECRET_TOKEN_SIZE 44     /* 43 of A-Z a-z 0-9 - _, and a NUL */
#define SECRET_HASH_SIZE 32      /* of a token */
#define SECRET_HASH_TEXT_SIZE 72 /* "sha256:", 64 hex digits, and a NUL */

/*
 * What a hash costs: OWASP's Password Storage Cheat Sheet, Argon2id with
 * m = 9216 KiB, t = 4, p = 1.
 */
#define SECRET_PIN_MEMORY (9216u * 1024u)
#define SECRET_PIN_PASSES 4u

/* SECRET_PIN_MIN to SECRET_PIN_MAX bytes, none of them a control character. */
bool secret_pin_fits(const char *pin);

/* Takes SECRET_PIN_MEMORY and some tenths of a second. -ENOMEM. */
int secret_pin_hash(const char *pin, char hash[SECRET_PIN_HASH_SIZE])
    __attribute__((warn_unused_result));

/*
 * Whether text is the whole of an Argon2id hash that costs no more than 64 MiB
 * and 16 passes, so that a sign-in cannot take all of a Pi.
 */
bool secret_pin_hash_fits(const char *text);

/* As slow as secret_pin_hash(). False too for what is no fitting hash. */
bool secret_pin_matches(const char *hash, const char *pin);

/* A new random token. False: the kernel has no random bytes. */
bool secret_token(char token[SECRET_TOKEN_SIZE])
    __attribute__((warn_unused_result));

void secret_token_hash(const char *token, uint8_t hash[SECRET_HASH_SIZE]);

/* As the configuration has it. */
void secret_hash_text(const uint8_t hash[SECRET_HASH_SIZE],
		      char text[SECRET_HASH_TEXT_SIZE]);
/* False where text is none. */
bool secret_hash_parse(const char *text, uint8_t hash[SECRET_HASH_SIZE]);

/* Takes as long where they differ as where they are the same. */
bool secret_hash_same(const uint8_t a[SECRET_HASH_SIZE],
		      const uint8_t b[SECRET_HASH_SIZE]);

/* Overwrites; the compiler does not leave it out. */
void secret_wipe(void *bytes, size_t length);

#endif
