/* SPDX-License-Identifier: MIT */
#include "sync/batch.h"

#include <string.h>

void batch_start(struct batch *batch, const struct central_head *from)
{
	batch->n = 0;
	batch->used = 0;
	batch->end = *from;
}

/* Copies text into the batch. false: it does not fit. */
static bool keep(struct batch *batch, const char **text)
{
	size_t length;

	if (!*text)
		return true;
	length = strlen(*text) + 1;
	if (length > sizeof(batch->texts) - batch->used)
		return false;
	*text = memcpy(batch->texts + batch->used, *text, length);
	batch->used += length;
	return true;
}

static bool keep_texts(struct batch *batch, struct journal_row *row)
{
	return keep(batch, &row->day) && keep(batch, &row->kind) &&
	       keep(batch, &row->service) && keep(batch, &row->class) &&
	       keep(batch, &row->actor) && keep(batch, &row->detail) &&
	       keep(batch, &row->key);
}

enum batch_result batch_add(struct batch *batch, const struct journal_row *row)
{
	struct journal_row copy = *row;
	size_t used = batch->used;

	if (!central_row_follows(&batch->end, row))
		return BATCH_BAD_ROW;
	if (batch->n == BATCH_ROWS)
		return BATCH_FULL;
	if (!keep_texts(batch, &copy)) {
		batch->used = used;
		/* No row that the journal's writer makes is that long. */
		return batch->n == 0 ? BATCH_BAD_ROW : BATCH_FULL;
	}
	batch->rows[batch->n++] = copy;
	central_head_set(&batch->end, row);
	return BATCH_ADDED;
}
