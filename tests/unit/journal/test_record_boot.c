/* SPDX-License-Identifier: MIT */
#include "office.h"

static void boot_comes_back(void **state)
{
	struct queue_event event = {.kind = QUEUE_CONFIG_LOADED,
				    .service = QUEUE_NONE,
				    .class = QUEUE_NONE,
				    .counter = QUEUE_NONE};
	struct record_extra extra = {
	    .boot_id = "8f4b2a1c-0000-4000-8000-00c0ffee0000",
	    .clock_offset_ms = -1795651200000,
	};
	char detail[JOURNAL_DETAIL_MAX];
	struct journal_row row;
	struct record_boot boot;

	(void)state;
	assert_int_equal(record_to_row(&office, &event, "2026-11-24", &extra,
				       detail, &row),
			 0);
	assert_int_equal(record_boot_from_row(&row, &boot), 0);
	assert_string_equal(boot.boot_id, extra.boot_id);
	assert_int_equal(boot.clock_offset_ms, extra.clock_offset_ms);
}

static void other_rows_are_refused(void **state)
{
	static const struct journal_row rows[] = {
	    {.kind = NULL},
	    {.kind = "issued", .detail = "{\"boot\":\"x\"}"},
	    {.kind = "config_loaded"},
	    {.kind = "config_loaded", .detail = "{\"boot\":"},
	};
	struct record_boot boot;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(record_boot_from_row(&rows[i], &boot),
				 -EINVAL);
}

static void boot_id_that_is_no_text_is_none(void **state)
{
	struct journal_row row = {.kind = "config_loaded",
				  .detail = "{\"boot\":7}"};
	struct record_boot boot;

	(void)state;
	assert_int_equal(record_boot_from_row(&row, &boot), 0);
	assert_string_equal(boot.boot_id, "");
	assert_int_equal(boot.clock_offset_ms, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(boot_comes_back),
	    cmocka_unit_test(other_rows_are_refused),
	    cmocka_unit_test(boot_id_that_is_no_text_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
