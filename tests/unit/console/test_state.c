/* SPDX-License-Identifier: MIT */
#include "house.h"

#include <time.h>

#include "console/state.h"

static struct reply reply;

static const json_t *dig(const json_t *from, const char *list, size_t index,
			 const char *key)
{
	return json_object_get(json_array_get(json_object_get(from, list),
					      index),
			       key);
}

static void ask_all(struct house *house, const char *const asks[][2], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (ask(house, &reply, "POST", asks[i][0], asks[i][1]) >= 400)
			fail_msg("%s: %s", asks[i][0], reply.body);
	}
}

static json_t *get_state(struct house *house)
{
	assert_int_equal(ask(house, &reply, "GET", "/v1/state", NULL), 200);
	return reply_object(&reply);
}

static void test_state_has_each_key_of_the_contract(void **state)
{
	struct house *house = *state;
	json_t *object = get_state(house);
	json_t *check;
	json_error_t error;
	static const char *const contract =
	    "{s:s, s:{s:s, s:s}, s:I, s:s, s:I, s:[{s:s, s:{s:s, s:s}, s:s, "
	    "s:b, s:i, s:{s:i, s:i, s:i}, s:n, s:n}, {}, {}], s:[{s:i, "
	    "s:{s:s}, "
	    "s:s, s:n}, {}], s:[], s:[], s:{s:s, s:s, s:{s:s, s:I, s:I, s:n}}}";
	const char *text;
	json_int_t number;
	int small;

	/* Types are checked, values are not. */
	if (json_unpack_ex(object, &error, 0, contract, "kiosk", &text,
			   "office", "vi", &text, "en", &text, "seq", &number,
			   "day", &text, "at_ms", &number, "services", "id",
			   &text, "name", "vi", &text, "en", &text, "prefix",
			   &text, "open", &small, "waiting", &small,
			   "waiting_by_class", "normal", &small, "priority",
			   &small, "appointment", &small, "last", "wait_s",
			   "counters", "id", &small, "name", "vi", &text,
			   "state", &text, "serving", "calls", "notices",
			   "health", "printer", &text, "clock", &text,
			   "central", "state", &text, "synced_seq", &number,
			   "lag", &number, "error") != 0)
		fail_msg("%s", error.text);
	check = json_object_get(object, "day");
	assert_string_equal(json_string_value(check),
			    queue_day(kiosk_queue(house->kiosk)));
	json_decref(object);
}

static void test_state_tells_who_waits_and_who_is_served(void **state)
{
	static const char *const asks[][2] = {
	    {"/v1/tickets", "{\"service\":\"land\"}"},
	    {"/v1/tickets", "{\"service\":\"land\",\"class\":\"priority\"}"},
	    {"/v1/tickets", "{\"service\":\"land\"}"},
	    {"/v1/counters/1/call", "{\"ticket\":\"A002\"}"},
	    {"/v1/counters/1/recall", NULL},
	    {"/v1/counters/7/pause", NULL},
	};
	struct house *house = *state;
	const json_t *serving, *call;
	json_t *object;

	ask_all(house, asks, sizeof(asks) / sizeof(asks[0]));
	object = get_state(house);
	assert_int_equal(json_integer_value(
			     dig(object, "services", 0, "waiting")),
			 2);
	assert_string_equal(json_string_value(
				dig(object, "services", 0, "last")),
			    "A003");
	serving = dig(object, "counters", 0, "serving");
	assert_string_equal(json_string_value(
				json_object_get(serving, "ticket")),
			    "A002");
	assert_string_equal(json_string_value(
				json_object_get(serving, "class")),
			    "priority");
	assert_int_equal(json_integer_value(json_object_get(serving, "calls")),
			 2);
	assert_string_equal(json_string_value(
				dig(object, "counters", 0, "state")),
			    "open");
	assert_string_equal(json_string_value(
				dig(object, "counters", 1, "state")),
			    "paused");
	call = json_array_get(json_object_get(object, "calls"), 0);
	assert_string_equal(json_string_value(json_object_get(call, "ticket")),
			    "A002");
	assert_int_equal(json_integer_value(json_object_get(call, "counter")),
			 1);
	assert_int_equal(json_integer_value(json_object_get(call, "calls")), 2);
	json_decref(object);
}

static void test_service_at_its_cap_is_not_open(void **state)
{
	static const char *const asks[][2] = {
	    {"/v1/tickets", "{\"service\":\"capped\"}"},
	};
	struct house *house = *state;
	json_t *object = get_state(house);

	assert_true(json_is_true(dig(object, "services", 2, "open")));
	json_decref(object);
	ask_all(house, asks, 1);
	object = get_state(house);
	assert_true(json_is_false(dig(object, "services", 2, "open")));
	json_decref(object);
}

static void test_tickets_are_listed_in_order_by_state(void **state)
{
	static const char *const asks[][2] = {
	    {"/v1/tickets", "{\"service\":\"land\"}"},
	    {"/v1/tickets", "{\"service\":\"civil\"}"},
	    {"/v1/tickets", "{\"service\":\"land\"}"},
	    {"/v1/counters/1/call", NULL},
	    {"/v1/counters/1/no-show", NULL},
	};
	struct house *house = *state;
	json_t *list;

	ask_all(house, asks, sizeof(asks) / sizeof(asks[0]));
	(void)ask(house, &reply, "GET", "/v1/tickets", NULL);
	list = reply_object(&reply);
	assert_int_equal(json_array_size(json_object_get(list, "tickets")), 3);
	assert_string_equal(json_string_value(
				dig(list, "tickets", 1, "ticket")),
			    "B001");
	json_decref(list);
	(void)ask(house, &reply, "GET", "/v1/tickets?state=no_show", NULL);
	list = reply_object(&reply);
	assert_int_equal(json_array_size(json_object_get(list, "tickets")), 1);
	assert_string_equal(json_string_value(
				dig(list, "tickets", 0, "ticket")),
			    "A001");
	assert_int_equal(json_integer_value(dig(list, "tickets", 0, "counter")),
			 1);
	json_decref(list);
	(void)ask(house, &reply, "GET", "/v1/tickets?state=lost", NULL);
	assert_refused(&reply, 422, "bad_state");
}

static void test_state_tells_who_may_be_rated(void **state)
{
	static const char *const asks[][2] = {
	    {"/v1/tickets", "{\"service\":\"land\"}"},
	    {"/v1/counters/1/call", NULL},
	    {"/v1/counters/1/finish", NULL},
	};
	struct house *house = *state;
	int64_t before_ms = clock_wall_ms();
	const json_t *rate;
	json_t *object;

	object = get_state(house);
	assert_true(json_is_null(dig(object, "counters", 0, "to_rate")));
	json_decref(object);
	ask_all(house, asks, sizeof(asks) / sizeof(asks[0]));
	object = get_state(house);
	rate = dig(object, "counters", 0, "to_rate");
	assert_string_equal(json_string_value(json_object_get(rate, "ticket")),
			    "A001");
	assert_in_range(json_integer_value(
			    json_object_get(rate, "finished_at_ms")),
			before_ms, clock_wall_ms());
	json_decref(object);
	(void)ask(house, &reply, "POST", "/v1/counters/1/rate",
		  "{\"stars\":5}");
	object = get_state(house);
	assert_true(json_is_null(dig(object, "counters", 0, "to_rate")));
	json_decref(object);
}

static void test_health_words(void **state)
{
	struct house *house = *state;
	const json_t *health, *central;
	json_t *object;

	kiosk_report_printer(house->kiosk, KIOSK_PRINTER_COVER_OPEN);
	kiosk_report_central(house->kiosk, KIOSK_CENTRAL_ERROR, 1,
			     "không kết nối được");
	object = get_state(house);
	health = json_object_get(object, "health");
	central = json_object_get(health, "central");
	assert_string_equal(json_string_value(
				json_object_get(health, "printer")),
			    "cover_open");
	assert_string_equal(json_string_value(
				json_object_get(central, "state")),
			    "error");
	assert_int_equal(json_integer_value(json_object_get(central, "lag")),
			 kiosk_seq(house->kiosk) - 1);
	assert_string_equal(json_string_value(
				json_object_get(central, "error")),
			    "không kết nối được");
	json_decref(object);
}

static void test_clock_of_the_state_is_now(void **state)
{
	struct house *house = *state;
	int64_t before_ms = clock_wall_ms();
	json_t *object;

	object = get_state(house);
	assert_in_range(json_integer_value(json_object_get(object, "at_ms")),
			before_ms - 300, clock_wall_ms());
	json_decref(object);
}

/* For a browser that is set to another zone. */
static void test_state_tells_how_far_the_wall_is_ahead(void **state)
{
	const char *before = getenv("TZ");
	char *kept = before ? strdup(before) : NULL;
	json_t *object;

	assert_int_equal(setenv("TZ", "ABC-7", 1), 0); /* POSIX: east of it */
	tzset();
	object = get_state(*state);
	assert_int_equal(json_integer_value(
			     json_object_get(object, "utc_offset_s")),
			 25200);
	json_decref(object);
	assert_int_equal(kept ? setenv("TZ", kept, 1) : unsetenv("TZ"), 0);
	tzset();
	free(kept);
}

/* Another day's answer to a repeated key knows nothing of today's A001. */
static void test_answer_from_another_day_mixes_nothing_up(void **state)
{
	struct house *house = *state;
	struct kiosk_answer answer = {
	    .result = KIOSK_DONE,
	    .repeated = true,
	    .event = {.kind = QUEUE_CALLED,
		      .seq = 5,
		      .at_ms = 1000,
		      .service = 0,
		      .number = 1,
		      .class = QUEUE_NONE,
		      .counter = 0},
	    .has_ticket = true,
	    .ticket = {.number = 1, .issued_at_ms = 2000, .calls = 9},
	};
	json_t *object = state_answer(house->kiosk, &answer);

	assert_string_equal(json_string_value(
				json_object_get(object, "ticket")),
			    "A001");
	assert_true(json_is_null(json_object_get(object, "issued_at_ms")));
	assert_true(json_is_null(json_object_get(object, "calls")));
	assert_int_equal(json_integer_value(
			     json_object_get(object, "called_at_ms")),
			 1000);
	json_decref(object);
}

int main(void)
{
#define AT_HOME(test) \
	cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)
	const struct CMUnitTest tests[] = {
	    AT_HOME(test_state_has_each_key_of_the_contract),
	    AT_HOME(test_state_tells_who_waits_and_who_is_served),
	    AT_HOME(test_service_at_its_cap_is_not_open),
	    AT_HOME(test_tickets_are_listed_in_order_by_state),
	    AT_HOME(test_state_tells_who_may_be_rated),
	    AT_HOME(test_health_words),
	    AT_HOME(test_clock_of_the_state_is_now),
	    AT_HOME(test_state_tells_how_far_the_wall_is_ahead),
	    AT_HOME(test_answer_from_another_day_mixes_nothing_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
