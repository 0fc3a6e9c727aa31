/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sync/batch.h"
#include "tests/unit/support/rows.h"

static const struct central_head nothing;
static struct batch *batch;

static void rows_are_copied_and_the_end_is_the_last(void **state)
{
	struct journal_row rows[3] = {row_sample(0), row_sample(1),
				      row_sample(2)};
	char detail[] = "{\"a\":1}";

	(void)state;
	rows[1].detail = detail;
	rows_chain(rows, 3, 1, NULL);
	batch_start(batch, &nothing);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(batch_add(batch, &rows[i]), BATCH_ADDED);
	detail[0] = 'X';
	assert_int_equal(batch->n, 3);
	assert_string_equal(batch->rows[1].detail, "{\"a\":1}");
	assert_int_equal(batch->end.seq, 3);
	assert_memory_equal(batch->end.chain, rows[2].chain,
			    JOURNAL_CHAIN_SIZE);
}

static void a_row_that_does_not_follow_is_left_out(void **state)
{
	struct journal_row rows[2] = {row_sample(0), row_sample(1)};

	(void)state;
	rows_chain(rows, 2, 1, NULL);
	batch_start(batch, &nothing);
	assert_int_equal(batch_add(batch, &rows[1]), BATCH_BAD_ROW);
	rows[0].at_ms++;
	assert_int_equal(batch_add(batch, &rows[0]), BATCH_BAD_ROW);
	assert_int_equal(batch->n, 0);
	assert_int_equal(batch->end.seq, 0);
}

static void it_is_full_by_rows(void **state)
{
	struct central_head at = {0};

	(void)state;
	batch_start(batch, &nothing);
	for (int i = 0; i <= BATCH_ROWS; i++) {
		struct journal_row row = row_sample(i);

		rows_chain(&row, 1, at.seq + 1, at.chain);
		central_head_set(&at, &row);
		assert_int_equal(batch_add(batch, &row),
				 i < BATCH_ROWS ? BATCH_ADDED : BATCH_FULL);
	}
	assert_int_equal(batch->end.seq, BATCH_ROWS);
}

static void it_is_full_by_bytes_and_takes_the_row_once_emptied(void **state)
{
	char *detail = malloc(JOURNAL_DETAIL_MAX + 1);
	struct central_head at = {0};
	enum batch_result added;
	struct journal_row row;

	(void)state;
	assert_non_null(detail);
	memset(detail, 'x', JOURNAL_DETAIL_MAX);
	detail[JOURNAL_DETAIL_MAX] = '\0';
	batch_start(batch, &nothing);
	do {
		row = (struct journal_row){.detail = detail};
		rows_chain(&row, 1, at.seq + 1, at.chain);
		added = batch_add(batch, &row);
		if (added == BATCH_ADDED)
			central_head_set(&at, &row);
	} while (added == BATCH_ADDED);
	assert_int_equal(added, BATCH_FULL);
	assert_in_range(batch->n, 60, 64);
	assert_true(central_head_equal(&batch->end, &at));
	batch_start(batch, &at);
	assert_int_equal(batch_add(batch, &row), BATCH_ADDED);
	free(detail);
}

static int start(void **state)
{
	(void)state;
	batch = malloc(sizeof(*batch));
	return batch ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	free(batch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_are_copied_and_the_end_is_the_last),
	    cmocka_unit_test(a_row_that_does_not_follow_is_left_out),
	    cmocka_unit_test(it_is_full_by_rows),
	    cmocka_unit_test(
		it_is_full_by_bytes_and_takes_the_row_once_emptied),
	};

	return cmocka_run_group_tests(tests, start, end);
}
