/* SPDX-License-Identifier: MIT */
/* Journal rows as lines of JSON, the way kioskctl journal export prints them.
 */
#ifndef KIOSK_TEST_FUZZ_ROWS_H
#define KIOSK_TEST_FUZZ_ROWS_H

#include <jansson.h>
#include <stdbool.h>

#include "journal/journal.h"

/* What of the object is a row; texts stay the object's. What is missing, or of
 * another type, is NULL. */
void fuzz_row(const json_t *object, struct journal_row *row);

/* Whether the journal could hold it: no field with the byte 0x1F in it. */
bool fuzz_row_fits(const struct journal_row *row);

#endif
