/* SPDX-License-Identifier: MIT */
#include "office.h"

static char detail[JOURNAL_DETAIL_MAX];

static void each_kind_has_its_detail(void **state)
{
	(void)state;
	for (size_t i = 0; i < OFFICE_KINDS; i++) {
		const struct office_kind *of = &office_kinds[i];
		const char *name = queue_kind_name(of->event.kind);
		struct journal_row row;

		assert_int_equal(record_to_row(&office, &of->event,
					       "2026-11-24", &of->extra, detail,
					       &row),
				 0);
		if (!row.detail != !of->detail ||
		    (row.detail && strcmp(row.detail, of->detail) != 0))
			fail_msg("%s: %s", name, row.detail);
		assert_string_equal(row.kind, name);
		assert_string_equal(row.day, "2026-11-24");
		assert_true(row.actor == of->extra.actor);
		assert_true(row.key == of->extra.key);
	}
}

static void every_kind_is_among_them(void **state)
{
	bool seen[QUEUE_KINDS] = {false};

	(void)state;
	for (size_t i = 0; i < OFFICE_KINDS; i++)
		seen[office_kinds[i].event.kind] = true;
	for (size_t i = 0; i < QUEUE_KINDS; i++)
		assert_true(seen[i]);
}

static void columns_hold_ids(void **state)
{
	struct queue_event event = {.kind = QUEUE_CALLED,
				    .at_ms = 1795651200000,
				    .service = 2,
				    .number = 31,
				    .class = TICKET_PRIORITY,
				    .counter = 1};
	struct journal_row row;

	(void)state;
	assert_int_equal(record_to_row(&office, &event, "2026-11-24", NULL,
				       detail, &row),
			 0);
	assert_int_equal(row.at_ms, 1795651200000);
	assert_string_equal(row.service, "notary");
	assert_true(row.has_number);
	assert_int_equal(row.number, 31);
	assert_string_equal(row.class, "priority");
	assert_true(row.has_counter);
	assert_int_equal(row.counter, 12);
	assert_null(row.actor);
	assert_null(row.key);
}

static void what_the_event_lacks_is_null(void **state)
{
	struct queue_event event = {.kind = QUEUE_CLOCK_STEPPED,
				    .service = QUEUE_NONE,
				    .class = QUEUE_NONE,
				    .counter = QUEUE_NONE};
	struct journal_row row;

	(void)state;
	assert_int_equal(record_to_row(&office, &event, "2026-11-24", NULL,
				       detail, &row),
			 0);
	assert_null(row.service);
	assert_false(row.has_number);
	assert_null(row.class);
	assert_false(row.has_counter);
}

static void detail_that_does_not_fit_is_refused(void **state)
{
	static char why[JOURNAL_DETAIL_MAX];
	struct queue_event event = {.kind = QUEUE_PRINT_FAILED,
				    .service = 0,
				    .number = 1,
				    .class = QUEUE_NONE,
				    .counter = QUEUE_NONE};
	struct record_extra extra = {.why = why};
	struct journal_row row;

	(void)state;
	memset(why, '\n', sizeof(why) / 2);
	assert_int_equal(record_to_row(&office, &event, "2026-11-24", &extra,
				       detail, &row),
			 -EMSGSIZE);
	why[sizeof(why) / 2 - 20] = '\0';
	assert_int_equal(record_to_row(&office, &event, "2026-11-24", &extra,
				       detail, &row),
			 0);
}

static void seeds_of_the_largest_office_fit(void **state)
{
	static struct config_service services[CONFIG_MAX_SERVICES];
	static char ids[CONFIG_MAX_SERVICES][33], prefixes[32][4];
	struct config config = {.services = services,
				.n_services = CONFIG_MAX_SERVICES};
	struct queue_event event = {.kind = QUEUE_DAY_OPENED,
				    .service = QUEUE_NONE,
				    .class = QUEUE_NONE,
				    .counter = QUEUE_NONE,
				    .day = "2026-11-24"};
	struct queue_event back;
	struct journal_row row;

	(void)state;
	for (size_t i = 0; i < CONFIG_MAX_SERVICES; i++) {
		memset(ids[i], 'a' + (int)(i % 26), 32);
		ids[i][0] = (char)('a' + i / 26);
		memset(prefixes[i], 'A' + (int)(i % 26), 3);
		prefixes[i][0] = (char)('A' + i / 26);
		services[i].id = ids[i];
		services[i].prefix = prefixes[i];
		event.seeds[i] = (struct queue_seed){
		    .last = TICKET_MAX_NUMBER,
		    .last_issued_ms = INT64_MAX,
		    .last_clock = QUEUE_CLOCK_RUNNING,
		    .before = TICKET_MAX_NUMBER,
		    .before_issued_ms = INT64_MAX,
		    .before_clock = QUEUE_CLOCK_RUNNING,
		};
	}
	assert_int_equal(record_to_row(&config, &event, event.day, NULL, detail,
				       &row),
			 0);
	assert_int_equal(record_from_row(&config, &row, &back, NULL), 0);
	for (size_t i = 0; i < CONFIG_MAX_SERVICES; i++) {
		assert_int_equal(back.seeds[i].last, TICKET_MAX_NUMBER);
		assert_int_equal(back.seeds[i].before, TICKET_MAX_NUMBER);
		assert_int_equal(back.seeds[i].before_clock,
				 QUEUE_CLOCK_RUNNING);
	}
}

static void transfer_to_another_office_is_refused(void **state)
{
	struct queue_event event = {.kind = QUEUE_TRANSFERRED,
				    .service = 0,
				    .number = 1,
				    .class = QUEUE_NONE,
				    .counter = 0,
				    .to_service = 3,
				    .to_counter = QUEUE_NONE};
	struct journal_row row;

	(void)state;
	assert_int_equal(record_to_row(&office, &event, "2026-11-24", NULL,
				       detail, &row),
			 -EINVAL);
	event.to_service = QUEUE_NONE;
	event.to_counter = 2;
	assert_int_equal(record_to_row(&office, &event, "2026-11-24", NULL,
				       detail, &row),
			 -EINVAL);
}

static void event_of_another_office_is_refused(void **state)
{
	struct queue_event event = {.kind = QUEUE_CALLED,
				    .service = 3,
				    .number = 1,
				    .class = QUEUE_NONE,
				    .counter = 0};
	struct journal_row row;

	(void)state;
	assert_int_equal(record_to_row(&office, &event, "2026-11-24", NULL,
				       detail, &row),
			 -EINVAL);
	event.service = 0;
	event.counter = 2;
	assert_int_equal(record_to_row(&office, &event, "2026-11-24", NULL,
				       detail, &row),
			 -EINVAL);
	event.counter = 0;
	event.class = TICKET_CLASSES;
	assert_int_equal(record_to_row(&office, &event, "2026-11-24", NULL,
				       detail, &row),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_kind_has_its_detail),
	    cmocka_unit_test(every_kind_is_among_them),
	    cmocka_unit_test(columns_hold_ids),
	    cmocka_unit_test(what_the_event_lacks_is_null),
	    cmocka_unit_test(detail_that_does_not_fit_is_refused),
	    cmocka_unit_test(seeds_of_the_largest_office_fit),
	    cmocka_unit_test(event_of_another_office_is_refused),
	    cmocka_unit_test(transfer_to_another_office_is_refused),
	};

	return cmocka_run_group_tests(tests, office_zone, NULL);
}
