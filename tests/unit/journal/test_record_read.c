/* SPDX-License-Identifier: MIT */
#include "office.h"

static bool same_seed(const struct queue_seed *a, const struct queue_seed *b)
{
	return a->last == b->last && a->last_issued_ms == b->last_issued_ms &&
	       a->last_clock == b->last_clock && a->before == b->before &&
	       a->before_issued_ms == b->before_issued_ms &&
	       a->before_clock == b->before_clock;
}

static void assert_same_event(const struct queue_event *a,
			      const struct queue_event *b)
{
	const char *name = queue_kind_name(a->kind);

	if (a->kind != b->kind || a->seq != b->seq || a->at_ms != b->at_ms ||
	    a->service != b->service || a->number != b->number ||
	    a->class != b->class || a->counter != b->counter ||
	    a->ahead != b->ahead || a->stars != b->stars ||
	    a->wait_low_s != b->wait_low_s ||
	    a->wait_high_s != b->wait_high_s || a->last_call != b->last_call ||
	    a->from_ms != b->from_ms || a->until_ms != b->until_ms ||
	    a->after != b->after || a->step_ms != b->step_ms ||
	    a->booted != b->booted || a->carried != b->carried ||
	    a->clock_set != b->clock_set || strcmp(a->day, b->day) != 0 ||
	    (a->kind == QUEUE_TRANSFERRED && (a->to_service != b->to_service ||
					      a->to_counter != b->to_counter)))
		fail_msg("%s differs", name);
	for (size_t i = 0; i < QUEUE_MAX_SERVICES; i++) {
		if (!same_seed(&a->seeds[i], &b->seeds[i]))
			fail_msg("%s: seed %zu differs", name, i);
	}
}

static void each_kind_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < OFFICE_KINDS; i++) {
		struct queue_event event = office_kinds[i].event, back;
		char detail[JOURNAL_DETAIL_MAX], outcome[64];
		struct journal_row row;

		event.at_ms = 1795651200000 + (int64_t)i;
		event.seq = 100 + (int64_t)i;
		assert_int_equal(record_to_row(&office, &event, "2026-11-24",
					       &office_kinds[i].extra, detail,
					       &row),
				 0);
		row.seq = event.seq;
		if (record_from_row(&office, &row, &back, outcome) != 0)
			fail_msg("%s: refused", row.kind);
		assert_same_event(&event, &back);
		assert_string_equal(outcome, office_kinds[i].extra.outcome
						 ? office_kinds[i].extra.outcome
						 : "");
	}
}

/* Rows that say less, or other, than their kind needs. */
static const struct {
	const char *name;
	struct journal_row row;
} bad[] = {
    {"no kind", {.kind = NULL}},
    {"an unknown kind", {.kind = "sneezed"}},
    {"an unknown service",
     {.kind = "called",
      .service = "tax",
      .number = 1,
      .has_number = true,
      .counter = 1,
      .has_counter = true}},
    {"an unknown service of an unknown prefix",
     {.kind = "printed",
      .service = "tax",
      .number = 1,
      .has_number = true,
      .detail = "{\"ticket\":\"Z001\"}"}},
    {"an unknown counter",
     {.kind = "counter_opened", .counter = 3, .has_counter = true}},
    {"no counter", {.kind = "counter_opened"}},
    {"no number", {.kind = "expired", .service = "land"}},
    {"number 0",
     {.kind = "expired", .service = "land", .number = 0, .has_number = true}},
    {"a number too high",
     {.kind = "expired",
      .service = "land",
      .number = 100000,
      .has_number = true}},
    {"a number too high for 32 bits",
     {.kind = "expired",
      .service = "land",
      .number = 4294967297,
      .has_number = true}},
    {"no service", {.kind = "expired", .number = 1, .has_number = true}},
    {"an unknown class",
     {.kind = "issued",
      .service = "land",
      .number = 1,
      .has_number = true,
      .class = "royal",
      .detail = "{\"ticket\":\"A001\",\"ahead\":0}"}},
    {"issued without a class",
     {.kind = "issued",
      .service = "land",
      .number = 1,
      .has_number = true,
      .detail = "{\"ticket\":\"A001\",\"ahead\":0}"}},
    {"issued without a detail",
     {.kind = "issued",
      .service = "land",
      .number = 1,
      .has_number = true,
      .class = "normal"}},
    {"a detail that is no JSON",
     {.kind = "issued",
      .service = "land",
      .number = 1,
      .has_number = true,
      .class = "normal",
      .detail = "{\"ahead\":"}},
    {"ahead that is a text",
     {.kind = "issued",
      .service = "land",
      .number = 1,
      .has_number = true,
      .class = "normal",
      .detail = "{\"ahead\":\"7\"}"}},
    {"a wait that ends before it begins",
     {.kind = "issued",
      .service = "land",
      .has_number = true,
      .number = 1,
      .class = "normal",
      .detail = "{\"ahead\":0,\"wait_s\":[900,600]}"}},
    {"ahead below 0",
     {.kind = "issued",
      .service = "land",
      .number = 1,
      .has_number = true,
      .class = "normal",
      .detail = "{\"ahead\":-1}"}},
    {"a transfer without a detail",
     {.kind = "transferred",
      .service = "land",
      .number = 1,
      .has_number = true}},
    {"0 stars",
     {.kind = "rated",
      .counter = 1,
      .has_counter = true,
      .detail = "{\"stars\":0}"}},
    {"6 stars",
     {.kind = "rated",
      .counter = 1,
      .has_counter = true,
      .detail = "{\"stars\":6}"}},
    {"no step", {.kind = "clock_stepped", .detail = "{}"}},
    {"no seeds", {.kind = "day_opened", .day = "2026-11-24", .detail = "{}"}},
    {"seeds that are a list",
     {.kind = "day_opened", .day = "2026-11-24", .detail = "{\"seeds\":[]}"}},
    {"a seed without its number",
     {.kind = "day_opened",
      .day = "2026-11-24",
      .detail = "{\"seeds\":{\"land\":{\"prefix\":\"A\","
		"\"issued_at_ms\":1,\"clock\":\"set\"}}}"}},
    {"a seed too high",
     {.kind = "day_opened",
      .day = "2026-11-24",
      .detail = "{\"seeds\":{\"land\":{\"prefix\":\"A\",\"last\":100000,"
		"\"issued_at_ms\":1,\"clock\":\"set\"}}}"}},
    {"a seed of an unknown clock",
     {.kind = "day_opened",
      .day = "2026-11-24",
      .detail = "{\"seeds\":{\"land\":{\"prefix\":\"A\",\"last\":1,"
		"\"issued_at_ms\":1,\"clock\":\"sundial\"}}}"}},
    {"a seed without its prefix",
     {.kind = "day_opened",
      .day = "2026-11-24",
      .detail = "{\"seeds\":{\"land\":{\"last\":1,"
		"\"issued_at_ms\":1,\"clock\":\"set\"}}}"}},
    {"a before without its time",
     {.kind = "day_opened",
      .day = "2026-11-24",
      .detail = "{\"seeds\":{\"land\":{\"prefix\":\"A\",\"last\":1,"
		"\"issued_at_ms\":1,\"clock\":\"set\",\"before\":4}}}"}},
    {"no day", {.kind = "day_opened", .detail = "{\"seeds\":{}}"}},
    {"a day in words",
     {.kind = "day_opened", .day = "2026-Nov24", .detail = "{\"seeds\":{}}"}},
    {"a day too long",
     {.kind = "day_opened", .day = "2026-11-241", .detail = "{\"seeds\":{}}"}},
    {"an outcome too long",
     {.kind = "finished",
      .service = "land",
      .number = 1,
      .has_number = true,
      .detail = "{\"outcome\":\"0123456789012345678901234567890123456789"
		"012345678901234567890123\"}"}},
};

static void row_that_does_not_fit_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct queue_event event;
		char outcome[64];

		if (record_from_row(&office, &bad[i].row, &event, outcome) !=
		    -EINVAL)
			fail_msg("%s was taken", bad[i].name);
	}
}

static void read_day(const char *detail, struct queue_event *event)
{
	struct journal_row row = {.kind = "day_opened",
				  .day = "2026-11-24",
				  .detail = detail};

	assert_int_equal(record_from_row(&office, &row, event, NULL), 0);
}

static void seeds_of_services_that_are_gone_are_passed_over(void **state)
{
	struct queue_event event;

	(void)state;
	read_day("{\"carried\":false,\"seeds\":{\"tax\":{\"prefix\":\"Z\","
		 "\"last\":9,\"issued_at_ms\":5,\"clock\":\"set\"}}}",
		 &event);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(event.seeds[i].last, 0);
}

static void service_with_a_new_id_keeps_its_prefixs_numbers(void **state)
{
	struct queue_event event;

	(void)state;
	read_day("{\"seeds\":{\"old-land\":{\"prefix\":\"A\",\"last\":31,"
		 "\"issued_at_ms\":5,\"clock\":\"set\"},\"older\":{\"prefix\":"
		 "\"A\",\"last\":8,\"issued_at_ms\":7,\"clock\":\"running\","
		 "\"before\":60,\"before_issued_at_ms\":3,\"before_clock\":"
		 "\"trusted\"}}}",
		 &event);
	assert_int_equal(event.seeds[0].last, 31);
	assert_int_equal(event.seeds[0].last_issued_ms, 7);
	assert_int_equal(event.seeds[0].last_clock, QUEUE_CLOCK_RUNNING);
	assert_int_equal(event.seeds[0].before, 60);
	assert_int_equal(event.seeds[0].before_issued_ms, 3);
	assert_int_equal(event.seeds[0].before_clock, QUEUE_CLOCK_TRUSTED);
}

static void swapped_prefixes_give_no_code_twice(void **state)
{
	struct queue_event event;

	(void)state;
	/* land had B and civil had A when this was written. */
	read_day("{\"seeds\":{\"land\":{\"prefix\":\"B\",\"last\":31,"
		 "\"issued_at_ms\":5,\"clock\":\"set\"},\"civil\":{\"prefix\":"
		 "\"A\",\"last\":50,\"issued_at_ms\":4,\"clock\":\"set\"}}}",
		 &event);
	assert_int_equal(event.seeds[0].last, 50);
	assert_int_equal(event.seeds[1].last, 50);
}

static void ticket_of_a_service_with_a_new_id_is_known_by_its_code(void **state)
{
	struct journal_row row = {.kind = "called",
				  .service = "old-notary",
				  .number = 7,
				  .has_number = true,
				  .counter = 12,
				  .has_counter = true,
				  .detail = "{\"ticket\":\"CD007\"}"};
	struct queue_event event;

	(void)state;
	assert_int_equal(record_from_row(&office, &row, &event, NULL), 0);
	assert_int_equal(event.service, 2);
	assert_int_equal(event.number, 7);
	assert_int_equal(event.counter, 1);
}

static void transfer_to_what_is_gone_is_one_to_nowhere(void **state)
{
	static const char *const details[] = {
	    "{\"ticket\":\"A001\",\"to_service\":\"tax\"}",
	    "{\"ticket\":\"A001\",\"to_counter\":3}",
	    "{\"ticket\":\"A001\"}",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct journal_row row = {.kind = "transferred",
					  .service = "land",
					  .number = 1,
					  .has_number = true,
					  .counter = 1,
					  .has_counter = true,
					  .detail = details[i]};
		struct queue_event event;

		assert_int_equal(record_from_row(&office, &row, &event, NULL),
				 0);
		assert_int_equal(event.counter, 0);
		assert_int_equal(event.to_service, QUEUE_NONE);
		assert_int_equal(event.to_counter, QUEUE_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_kind_comes_back),
	    cmocka_unit_test(row_that_does_not_fit_is_refused),
	    cmocka_unit_test(transfer_to_what_is_gone_is_one_to_nowhere),
	    cmocka_unit_test(seeds_of_services_that_are_gone_are_passed_over),
	    cmocka_unit_test(service_with_a_new_id_keeps_its_prefixs_numbers),
	    cmocka_unit_test(swapped_prefixes_give_no_code_twice),
	    cmocka_unit_test(
		ticket_of_a_service_with_a_new_id_is_known_by_its_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
