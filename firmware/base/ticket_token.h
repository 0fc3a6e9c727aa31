/* SPDX-License-Identifier: MIT */
/*
 * What a slip's QR code may hold so that its bearer can look after the ticket:
 * "A031-" and 128 bits that nobody can guess, made of the ticket's code and the
 * journal row that issued it by keyed BLAKE2b. Nothing is kept but the key, a
 * file of the state directory; so tokens outlast a restart, and end with the
 * ticket's day.
 */
#ifndef KIOSK_TICKET_TOKEN_H
#define KIOSK_TICKET_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ticket.h"

#define TICKET_TOKEN_KEY_SIZE 32
#define TICKET_TOKEN_SIZE (TICKET_CODE_SIZE + 23) /* code, '-', 22, NUL */

struct ticket_key {
	unsigned char bytes[TICKET_TOKEN_KEY_SIZE];
};

/* Reads state_dir/ticket.key, or makes it (mode 0600). -ENODATA where the file
 * is none; else the errno of what failed. */
int ticket_key_open(const char *state_dir, struct ticket_key *key)
    __attribute__((warn_unused_result));

/* seq: of the row that issued it. */
void ticket_token(const struct ticket_key *key, const char *code, int64_t seq,
		  char token[TICKET_TOKEN_SIZE]);

/* The code that a token begins with; false: that is none. */
bool ticket_token_code(const char *token, char code[TICKET_CODE_SIZE]);

/* Whether it is that ticket's; takes as long whichever it is. */
bool ticket_token_fits(const struct ticket_key *key, const char *token,
		       const char *code, int64_t seq);

#endif
