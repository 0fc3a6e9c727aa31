/* SPDX-License-Identifier: MIT */
/*
 * The kiosk's own key (Ed25519) and what it signs. It lies in
 * state_dir/kiosk.key, is made by whoever needs it first (kiosk-sync, or
 * kioskctl journal export --sealed) and never leaves the kiosk; its public half
 * goes to the central log with the first batch.
 *
 * A head is signed as the text
 *	kiosk-head-1 <kiosk> <journal> <seq> <chain, 64 hex digits>
 * without an end of line. The chain of a row depends upon all rows before it,
 * so one signature says who wrote all of them.
 */
#ifndef KIOSK_SEAL_H
#define KIOSK_SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "sync/central.h"

#define SEAL_KEY_FILE "kiosk.key"

struct seal_key {
	uint8_t secret[64]; /* libsodium's: the seed and the public key */
};

/*
 * Reads state_dir/kiosk.key; makes it, readable by the directory's owner and
 * group, where there is none. 0 or a negative errno with problem; -EBADMSG: the
 * file holds no key.
 */
int seal_key_load(const char *state_dir, struct seal_key *key,
		  struct central_problem *problem)
    __attribute__((warn_unused_result));

/* Overwrites it. */
void seal_key_forget(struct seal_key *key);

void seal_head(const struct seal_key *key, const char *kiosk,
	       const char *journal, const struct central_head *head,
	       struct central_seal *seal);

/* Whether seal is its key's signature of that head. */
bool seal_holds(const struct central_seal *seal, const char *kiosk,
		const char *journal, const struct central_head *head);

#endif
