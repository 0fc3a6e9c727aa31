/* SPDX-License-Identifier: MIT */
/* make-rows DIR N: N more rows in DIR/journal.db, which is made if need be. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/support/rows.h"

int main(int argc, char *argv[])
{
	char path[PATH_MAX];
	long n;

	if (argc != 3)
		return 2;
	n = strtol(argv[2], NULL, 10);
	snprintf(path, sizeof(path), "%s/journal.db", argv[1]);
	if (access(path, F_OK) == 0)
		rows_journal_more(argv[1], n);
	else
		rows_journal(argv[1], n);
	return 0;
}
