/* SPDX-License-Identifier: MIT */
/* make-days DIR SEED DAYS TICKETS: a journal of so many days up to 2026-11-24
 * in DIR/journal.db, which must not be there. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/fleet/office_day.h"

#define LAST_DAY_MS 1795480200000 /* 2026-11-24 07:30 in Vietnam */
#define DAY_MS 86400000

static int add_day(struct journal *journal, uint64_t seed, int64_t day_ms,
		   int tickets)
{
	struct office_day office;
	int status = 0;

	office_day_make(&office, seed, day_ms, tickets);
	for (size_t i = 0; i < office.n && status == 0; i++)
		status = journal_append(journal, &office.rows[i]);
	if (status == 0)
		status = journal_commit(journal);
	office_day_free(&office);
	return status;
}

int main(int argc, char *argv[])
{
	struct journal_problem problem;
	struct journal *journal;
	long days, tickets, seed;

	if (argc != 5)
		return 2;
	seed = strtol(argv[2], NULL, 10);
	days = strtol(argv[3], NULL, 10);
	tickets = strtol(argv[4], NULL, 10);
	if (journal_open(argv[1], LAST_DAY_MS - days * DAY_MS, &journal,
			 &problem) != 0) {
		fprintf(stderr, "%s\n", problem.text);
		return 1;
	}
	for (long i = 0; i < days; i++)
		/* Some days more, some fewer. */
		if (add_day(journal, (uint64_t)(seed * 1000 + i),
			    LAST_DAY_MS - (days - 1 - i) * DAY_MS,
			    (int)(tickets * (70 + (seed + i * 37) % 61) /
				  100)) != 0)
			return 1;
	journal_close(journal);
	return 0;
}
