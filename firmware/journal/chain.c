/* SPDX-License-Identifier: MIT */
#include "journal/chain.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static_assert(JOURNAL_CHAIN_SIZE == crypto_hash_sha256_BYTES,
	      "the chain is SHA-256");

static void add_text(crypto_hash_sha256_state *state, const char *text)
{
	if (text)
		crypto_hash_sha256_update(state, (const unsigned char *)text,
					  strlen(text));
}

static void add_integer(crypto_hash_sha256_state *state, bool present,
			int64_t value)
{
	char digits[24];

	if (!present)
		return;
	snprintf(digits, sizeof(digits), "%" PRId64, value);
	add_text(state, digits);
}

static void add_separator(crypto_hash_sha256_state *state)
{
	static const unsigned char separator = CHAIN_SEPARATOR;

	crypto_hash_sha256_update(state, &separator, 1);
}

void chain_next(const uint8_t previous[JOURNAL_CHAIN_SIZE],
		const struct journal_row *row, uint8_t next[JOURNAL_CHAIN_SIZE])
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, previous, JOURNAL_CHAIN_SIZE);
	add_integer(&state, true, row->seq);
	add_separator(&state);
	add_integer(&state, true, row->at_ms);
	add_separator(&state);
	add_text(&state, row->day);
	add_separator(&state);
	add_text(&state, row->kind);
	add_separator(&state);
	add_text(&state, row->service);
	add_separator(&state);
	add_integer(&state, row->has_number, row->number);
	add_separator(&state);
	add_text(&state, row->class);
	add_separator(&state);
	add_integer(&state, row->has_counter, row->counter);
	add_separator(&state);
	add_text(&state, row->actor);
	add_separator(&state);
	add_text(&state, row->detail);
	add_separator(&state);
	add_text(&state, row->key);
	crypto_hash_sha256_final(&state, next);
}

void chain_hex(const uint8_t chain[JOURNAL_CHAIN_SIZE],
	       char hex[2 * JOURNAL_CHAIN_SIZE + 1])
{
	sodium_bin2hex(hex, 2 * JOURNAL_CHAIN_SIZE + 1, chain,
		       JOURNAL_CHAIN_SIZE);
}
