/* SPDX-License-Identifier: MIT */
/* The journal and what is known beside it of the numbers (numbers.h). */
#include <string.h>
#include <unistd.h>

#include "journal/journal_internal.h"

static void write_numbers(struct journal *journal, struct numbers *numbers,
			  bool sync)
{
	int rc;

	memcpy(numbers->journal, journal->id, sizeof(numbers->journal));
	memcpy(numbers->boot, journal->boot, sizeof(numbers->boot));
	numbers->seq = journal->head.seq;
	rc = numbers_write(numbers, journal->numbers_fd, sync);
	/* The second net: without it the journal is as good as it was. Where
	 * the ceiling is not synced, the next number tries again. */
	(void)rc;
}

void journal_find_numbers(struct journal *journal, const char *dir)
{
	numbers_boot(journal->boot);
	if (numbers_open(dir, &journal->given, &journal->numbers_fd) != 0)
		return;
	journal->lacks = journal->given.generation > 0 &&
			 (strcmp(journal->given.journal, journal->id) != 0 ||
			  journal->given.seq > journal->head.seq);
	if (journal->given.generation == 0)
		write_numbers(journal, &journal->given, true);
}

void journal_foretell_numbers(struct journal *journal)
{
	if (journal->numbers_due && !journal->lacks && journal->numbers_fd >= 0)
		write_numbers(journal, &journal->taken, true);
}

void journal_note_numbers(struct journal *journal)
{
	journal->given = journal->taken;
	if (!journal->lacks && journal->numbers_fd >= 0)
		write_numbers(journal, &journal->given, false);
}

bool journal_lost(const struct journal *journal, struct journal_lost *lost)
{
	const struct numbers *given = &journal->given;

	*lost = (struct journal_lost){0};
	if (!journal->lacks)
		return false;
	memcpy(lost->journal, given->journal, sizeof(lost->journal));
	lost->same = strcmp(given->journal, journal->id) == 0;
	lost->seq = given->seq;
	lost->issued_at_ms = given->at_ms;
	lost->others = given->others;
	for (size_t i = 0; i < given->n && i < JOURNAL_FLOORS; i++) {
		struct journal_floor *floor = &lost->floors[lost->n++];

		memcpy(floor->prefix, given->of[i].prefix,
		       sizeof(floor->prefix));
		floor->last = numbers_floor(given, i, journal->boot);
	}
	return true;
}

void journal_settle(struct journal *journal)
{
	journal->lacks = false;
	journal->given.others = 0;
	if (journal->numbers_fd >= 0)
		write_numbers(journal, &journal->given, true);
}

bool journal_find_previous(const char *dir, struct journal_previous *previous)
{
	struct numbers numbers;

	*previous = (struct journal_previous){0};
	if (numbers_read(dir, &numbers) != 0)
		return false;
	if (numbers.generation == 0 || !numbers.journal[0])
		return false;
	memcpy(previous->id, numbers.journal, sizeof(previous->id));
	previous->seq = numbers.seq;
	return true;
}
