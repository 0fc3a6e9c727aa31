/* SPDX-License-Identifier: MIT */
/*
 * Random days of an office as journal rows: the real queue decides and applies,
 * record.c writes. With all that a journal may hold: transfers, returns,
 * recalls, no-shows that come back, ratings, power cuts, a clock that is set
 * within a day or into another one, and days that carry an earlier one on.
 */
#ifndef KIOSK_TEST_OFFICE_DAYS_H
#define KIOSK_TEST_OFFICE_DAYS_H

#include <stddef.h>
#include <stdint.h>

#include "journal/journal.h"

struct office_days {
	struct journal_row *rows; /* seq from 1, no chain */
	size_t n, size;
	char (*days)[11]; /* that were opened, each once */
	size_t n_days;
};

/*
 * At least n_rows rows. wild: how often, of 1000 commands, the machine or its
 * clock does something odd. Sets the process's zone to Vietnam's. Dies where it
 * cannot.
 */
void office_days_make(struct office_days *office, uint64_t seed, size_t n_rows,
		      unsigned wild);
void office_days_free(struct office_days *office);

#endif
