/* SPDX-License-Identifier: MIT */
#include "sync/central.h"

#include <string.h>

#include "base/utf8.h"
#include "journal/chain.h"

/* A field with the separator in it could be read as two. */
static bool field_sound(const char *field)
{
	return !field || (!strchr(field, CHAIN_SEPARATOR) &&
			  utf8_valid(field, strlen(field)));
}

bool central_row_follows(const struct central_head *after,
			 const struct journal_row *row)
{
	uint8_t chain[JOURNAL_CHAIN_SIZE];

	if (row->seq != after->seq + 1)
		return false;
	if (!field_sound(row->day) || !field_sound(row->kind) ||
	    !field_sound(row->service) || !field_sound(row->class) ||
	    !field_sound(row->actor) || !field_sound(row->detail) ||
	    !field_sound(row->key))
		return false;
	chain_next(after->chain, row, chain);
	return memcmp(chain, row->chain, sizeof(chain)) == 0;
}

void central_head_set(struct central_head *head, const struct journal_row *row)
{
	head->seq = row->seq;
	memcpy(head->chain, row->chain, sizeof(head->chain));
}

bool central_head_equal(const struct central_head *a,
			const struct central_head *b)
{
	return a->seq == b->seq &&
	       memcmp(a->chain, b->chain, sizeof(a->chain)) == 0;
}
