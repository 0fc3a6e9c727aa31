/* SPDX-License-Identifier: MIT */
#include "console/lockout.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define RECORDS 1024
#define NAME_MAX_SIZE 64 /* of it that tells names apart */

enum kind {
	KIND_NONE,    /* a free record */
	KIND_ADDRESS, /* tries from an address, whatever the name */
	KIND_HERE,    /* tries of a name from this machine */
	KIND_AT_HOME, /* … from an address where it has signed in */
	KIND_ABROAD,  /* … from all others */
};

struct record {
	enum kind kind;
	bool known;   /* of a real user */
	uint64_t key; /* of the name, the address, or both */
	unsigned wrong;
	int64_t last_ms; /* what happened last here */
	int64_t until_ms;
};

struct lockout {
	/* Nobody outside can aim at a record. */
	unsigned char secret[crypto_shorthash_KEYBYTES];
	struct record records[RECORDS];
};

_Static_assert(crypto_shorthash_BYTES == sizeof(uint64_t), "SipHash");

struct lockout *lockout_new(void)
{
	struct lockout *lockout = calloc(1, sizeof(*lockout));

	if (lockout)
		crypto_shorthash_keygen(lockout->secret);
	return lockout;
}

void lockout_free(struct lockout *lockout)
{
	free(lockout);
}

/* Neighbours of one network prefix count as one: who has one of its addresses
 * has all of them. */
static uint64_t key_of(const struct lockout *lockout, enum kind kind,
		       const struct lockout_try *what)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	bool v4 = memcmp(what->address, mapped, sizeof(mapped)) == 0;
	unsigned char bytes[1 + 16 + NAME_MAX_SIZE] = {(unsigned char)kind};
	uint64_t key;

	if (kind == KIND_ADDRESS || kind == KIND_AT_HOME)
		memcpy(bytes + 1, what->address, v4 ? 16 : 8);
	if (kind != KIND_ADDRESS)
		memcpy(bytes + 17, what->name,
		       strnlen(what->name, NAME_MAX_SIZE));
	(void)crypto_shorthash((unsigned char *)&key, bytes, sizeof(bytes),
			       lockout->secret);
	return key;
}

static struct record *find(struct lockout *lockout, enum kind kind,
			   const struct lockout_try *what)
{
	uint64_t key = key_of(lockout, kind, what);

	for (size_t i = 0; i < RECORDS; i++) {
		struct record *record = &lockout->records[i];

		if (record->kind == kind && record->key == key)
			return record;
	}
	return NULL;
}

/* Whether a is to be forgotten rather than b. */
static bool less_worth(const struct record *a, const struct record *b)
{
	if ((a->kind == KIND_NONE) != (b->kind == KIND_NONE))
		return a->kind == KIND_NONE;
	if (a->known != b->known)
		return !a->known;
	return a->last_ms < b->last_ms;
}

static struct record *find_or_make(struct lockout *lockout, enum kind kind,
				   const struct lockout_try *what,
				   int64_t now_ms)
{
	struct record *record = find(lockout, kind, what);

	if (!record) {
		record = &lockout->records[0];
		for (size_t i = 1; i < RECORDS; i++) {
			if (less_worth(&lockout->records[i], record))
				record = &lockout->records[i];
		}
		*record = (struct record){
		    .kind = kind,
		    .known = kind != KIND_ADDRESS && what->known,
		    .key = key_of(lockout, kind, what),
		    .last_ms = now_ms,
		};
	} else if (now_ms - record->last_ms > LOCKOUT_FORGET_MS) {
		record->wrong = 0;
		record->until_ms = 0;
	}
	return record;
}

static int64_t pause_ms(unsigned wrong, int64_t first_ms, int64_t most_ms)
{
	int64_t pause = first_ms;

	if (wrong < LOCKOUT_FREE_TRIES)
		return 0;
	for (unsigned i = LOCKOUT_FREE_TRIES; i < wrong && pause < most_ms; i++)
		pause *= 2;
	return pause < most_ms ? pause : most_ms;
}

static void count(struct record *record, int64_t now_ms)
{
	bool address = record->kind == KIND_ADDRESS;

	record->wrong++;
	record->last_ms = now_ms;
	record->until_ms =
	    now_ms +
	    pause_ms(record->wrong,
		     address ? LOCKOUT_ADDRESS_FIRST_MS : LOCKOUT_NAME_FIRST_MS,
		     address ? LOCKOUT_ADDRESS_MOST_MS : LOCKOUT_NAME_MOST_MS);
}

static enum kind kind_of_name(struct lockout *lockout,
			      const struct lockout_try *what)
{
	if (what->here)
		return KIND_HERE;
	return find(lockout, KIND_AT_HOME, what) ? KIND_AT_HOME : KIND_ABROAD;
}

int64_t lockout_begin(struct lockout *lockout, const struct lockout_try *what,
		      int64_t now_ms)
{
	struct record *name, *address = NULL;
	int64_t until_ms;

	/* Made first, since making one may forget another. */
	if (!what->here)
		address = find_or_make(lockout, KIND_ADDRESS, what, now_ms);
	name = find_or_make(lockout, kind_of_name(lockout, what), what, now_ms);
	until_ms = name->until_ms;
	if (address && address->until_ms > until_ms)
		until_ms = address->until_ms;
	if (until_ms > now_ms)
		return until_ms - now_ms;
	count(name, now_ms);
	if (address && address->kind == KIND_ADDRESS)
		count(address, now_ms);
	return 0;
}

static void forgive(struct lockout *lockout, enum kind kind,
		    const struct lockout_try *what, int64_t now_ms)
{
	struct record *record = find(lockout, kind, what);

	if (!record)
		return;
	record->wrong = 0;
	record->until_ms = 0;
	record->last_ms = now_ms;
}

void lockout_right(struct lockout *lockout, const struct lockout_try *what,
		   int64_t now_ms)
{
	if (what->here) {
		forgive(lockout, KIND_HERE, what, now_ms);
		return;
	}
	(void)find_or_make(lockout, KIND_AT_HOME, what, now_ms);
	forgive(lockout, KIND_AT_HOME, what, now_ms);
	forgive(lockout, KIND_ADDRESS, what, now_ms);
}
