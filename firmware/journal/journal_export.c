/* SPDX-License-Identifier: MIT */
/*
 * Rows as JSON lines. detail is written as a text, not as the object it holds:
 * the chain is over its bytes, and whoever reads the lines can check it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "journal/chain.h"
#include "journal/escape.h"
#include "journal/journal_internal.h"

static void write_text(FILE *to, const char *name, const char *text)
{
	char piece[ESCAPE_PIECE_MAX];

	if (!text) {
		fprintf(to, ",\"%s\":null", name);
		return;
	}
	fprintf(to, ",\"%s\":\"", name);
	while (*text) {
		size_t plain = escape_plain(text);

		if (plain > 0) {
			fwrite(text, 1, plain, to);
			text += plain;
		} else {
			plain = escape_next(&text, piece);
			fwrite(piece, 1, plain, to);
		}
	}
	putc('"', to);
}

static void write_integer(FILE *to, const char *name, bool present,
			  int64_t value)
{
	if (present)
		fprintf(to, ",\"%s\":%" PRId64, name, value);
	else
		fprintf(to, ",\"%s\":null", name);
}

int journal_export_row(FILE *to, const struct journal_row *row)
{
	char hex[2 * JOURNAL_CHAIN_SIZE + 1];

	chain_hex(row->chain, hex);
	errno = 0;
	fprintf(to, "{\"seq\":%" PRId64 ",\"at_ms\":%" PRId64, row->seq,
		row->at_ms);
	write_text(to, "day", row->day);
	write_text(to, "kind", row->kind);
	write_text(to, "service", row->service);
	write_integer(to, "number", row->has_number, row->number);
	write_text(to, "class", row->class);
	write_integer(to, "counter", row->has_counter, row->counter);
	write_text(to, "actor", row->actor);
	write_text(to, "detail", row->detail);
	write_text(to, "key", row->key);
	if (fprintf(to, ",\"chain\":\"%s\"}\n", hex) < 0 || ferror(to))
		return errno > 0 ? -errno : -EIO;
	return 0;
}

static int write_row(void *arg, const struct journal_row *row)
{
	return journal_export_row(arg, row);
}

int journal_export(struct journal *journal, int64_t after_seq, FILE *to)
{
	int rc = journal_each(journal, after_seq, 0, write_row, to);

	if (rc == 0 && fflush(to) != 0)
		rc = errno > 0 ? -errno : -EIO;
	return rc;
}
