/* SPDX-License-Identifier: MIT */
/*
 * Who may try a PIN now. Five wrong ones lock a name for a while that doubles
 * with each further one, and make an address wait between its tries.
 *
 * So that a stranger on the network cannot lock staff out by typing their names
 * wrongly, each name is counted apart for: this machine; each address from
 * which it has signed in before; and all other addresses together. This machine
 * is never made to wait as an address.
 *
 * A name is counted whether there is such a user or not, so that being locked
 * tells nothing. A try counts as a wrong one from when it begins, so that many
 * at once get no more tries than one after another.
 *
 * Pure: time comes in as monotonic ms. Fixed memory, which forgets what is
 * longest ago when it is full; what belongs to a real user it forgets last.
 */
#ifndef KIOSK_LOCKOUT_H
#define KIOSK_LOCKOUT_H

#include <stdbool.h>
#include <stdint.h>

#define LOCKOUT_FREE_TRIES 5
#define LOCKOUT_NAME_FIRST_MS (30 * 1000LL)
#define LOCKOUT_NAME_MOST_MS (15 * 60 * 1000LL)
#define LOCKOUT_ADDRESS_FIRST_MS 1000LL
#define LOCKOUT_ADDRESS_MOST_MS (60 * 1000LL)
/* Wrong tries count for so long after the last of them. */
#define LOCKOUT_FORGET_MS (60 * 60 * 1000LL)

struct lockout;

struct lockout_try {
	const char *name;
	bool known; /* there is such a user */
	bool here;  /* from this machine; then the address is not looked at */
	uint8_t address[16]; /* IPv6, or IPv4 mapped into it */
};

struct lockout *lockout_new(void); /* NULL: out of memory */
void lockout_free(struct lockout *lockout);

/* 0: the try may begin, and has been counted. Else so many ms are to pass
 * first, and nothing was counted. */
int64_t lockout_begin(struct lockout *lockout, const struct lockout_try *what,
		      int64_t now_ms) __attribute__((warn_unused_result));

/* Its PIN was right: what was counted there is forgotten. */
void lockout_right(struct lockout *lockout, const struct lockout_try *what,
		   int64_t now_ms);

#endif
