/* SPDX-License-Identifier: MIT */
#include "house.h"

#include <poll.h>
#include <sqlite3.h>

#include "base/json.h"
#include "console/report_api.h"

#define MANY 1200 /* tickets: more than are read at one turn of the loop */

static struct reply reply;

static void ask_all(struct house *house, const char *const asks[][2], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (ask(house, &reply, "POST", asks[i][0], asks[i][1]) >= 400)
			fail_msg("%s: %s", asks[i][0], reply.body);
	}
}

static json_t *get_report(struct house *house, const char *path)
{
	if (ask(house, &reply, "GET", path, NULL) != 200)
		fail_msg("%s: %s", path, reply.body);
	return reply_object(&reply);
}

static const json_t *part(const json_t *report, const char *list, size_t i)
{
	return json_array_get(json_object_get(report, list), i);
}

static json_int_t count(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value))
		fail_msg("%s is no integer", key);
	return json_integer_value(value);
}

static void test_open_day_has_each_key_of_the_contract(void **state)
{
	static const char *const asks[][2] = {
	    {"/v1/tickets", "{\"service\":\"land\"}"},
	    {"/v1/tickets", "{\"service\":\"land\"}"},
	    {"/v1/counters/1/call", NULL},
	    {"/v1/counters/1/finish", "{\"outcome\":\"accepted\"}"},
	    {"/v1/counters/1/rate", "{\"stars\":4}"},
	};
	static const char *const contract =
	    "{s:s, s:{s:s}, s:s, s:b, s:I, s:{s:i, s:i, s:i, s:i, s:i, s:i, "
	    "s:i, s:{s:i, s:i, s:i}, s:{s:i, s:i, s:i}, s:{s:i, s:F, s:[i, i, "
	    "i, i, i]}, s:{s:i}, s:i, s:{s:i, s:I, s:s}}, s:[{s:s, s:{s:s}, "
	    "s:i, s:{s:i}}], s:[{s:i, s:i, s:i, s:i}], s:[{s:i, s:{s:s}, "
	    "s:i}, {s:n, s:n, s:i}], s:[{s:s, s:i}]}";
	struct house *house = *state;
	json_error_t error;
	json_int_t big;
	const char *text;
	json_t *report;
	int n[5], small;
	double mean;

	ask_all(house, asks, sizeof(asks) / sizeof(asks[0]));
	report = get_report(house, "/v1/report");
	/* Types are checked; the values that a minute does not change, below.
	 */
	if (json_unpack_ex(report, &error, 0, contract, "kiosk", &text,
			   "office", "vi", &text, "day", &text, "known", &small,
			   "seq", &big, "totals", "issued", &small, "called",
			   &small, "served", &small, "no_show", &small,
			   "cancelled", &small, "expired", &small, "open",
			   &small, "wait_s", "p50", &small, "p90", &small,
			   "max", &small, "service_s", "p50", &small, "p90",
			   &small, "max", &small, "ratings", "count", &small,
			   "mean", &mean, "stars", &n[0], &n[1], &n[2], &n[3],
			   &n[4], "outcomes", "accepted", &small,
			   "counters_open", &small, "longest_queue", "waiting",
			   &small, "at_ms", &big, "at", &text, "services",
			   "service", &text, "name", "vi", &text, "issued",
			   &small, "outcomes", "accepted", &small, "hours",
			   "hour", &small, "issued", &small, "counters_open",
			   &small, "longest_queue", &small, "counters",
			   "counter", &small, "name", "vi", &text, "served",
			   &small, "counter", "name", "open", &small, "classes",
			   "class", &text, "issued", &small) != 0)
		fail_msg("%s: %s", error.text, reply.body);
	assert_int_equal(n[3], 1);
	assert_true(mean > 3.99 && mean < 4.01);
	assert_string_equal(json_string_value(json_object_get(report, "day")),
			    queue_day(kiosk_queue(house->kiosk)));
	assert_int_equal(count(report, "seq"), kiosk_seq(house->kiosk));
	assert_int_equal(count(json_object_get(report, "totals"), "issued"), 2);
	assert_int_equal(count(part(report, "counters", 0), "served"), 1);
	assert_int_equal(count(part(report, "counters", 1), "open"), 1);
	json_decref(report);
}

static void test_what_is_no_day_is_refused(void **state)
{
	static const char *const paths[] = {
	    "/v1/report?day=",
	    "/v1/report?day",
	    "/v1/report?day=yesterday",
	    "/v1/report?day=2026-02-30",
	    "/v1/report?day=2026-11-24%27",
	    "/v1/report?day=%ff",
	};
	struct house *house = *state;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		(void)ask(house, &reply, "GET", paths[i], NULL);
		assert_refused(&reply, 422, "bad_day");
	}
	(void)ask(house, &reply, "POST", "/v1/report", "{}");
	assert_refused(&reply, 404, "not_found");
}

static void test_day_that_is_not_there_is_said(void **state)
{
	static const char *const lists[] = {"services", "hours", "counters",
					    "classes"};
	struct house *house = *state;
	json_t *report = get_report(house, "/v1/report?day=2019-01-01");
	const json_t *totals = json_object_get(report, "totals");

	assert_true(json_is_false(json_object_get(report, "known")));
	assert_int_equal(count(totals, "issued"), 0);
	assert_true(json_is_null(json_object_get(totals, "wait_s")));
	assert_true(json_is_null(
	    json_object_get(json_object_get(totals, "longest_queue"),
			    "at_ms")));
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		assert_int_equal(json_array_size(
				     json_object_get(report, lists[i])),
				 0);
	json_decref(report);
}

static void change_journal(const struct house *house, const char *sql)
{
	char path[256];
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s/journal.db", house->dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void assert_day_is(struct house *house, const char *path, bool known,
			  bool kept)
{
	json_t *report = get_report(house, path);

	assert_int_equal(json_is_true(json_object_get(report, "known")), known);
	assert_int_equal(json_is_true(json_object_get(report, "kept")), kept);
	json_decref(report);
}

static void test_day_that_was_pruned_is_said(void **state)
{
	struct house *house = *state;

	assert_day_is(house, "/v1/report", true, true);
	change_journal(house, "INSERT INTO meta VALUES "
			      "('anchor_day', '2019-01-02'),"
			      "('anchor_seq', 1),"
			      "('anchor_chain', zeroblob(32))");
	assert_day_is(house, "/v1/report?day=2019-01-01", false, false);
	assert_day_is(house, "/v1/report?day=2019-01-02", false, false);
	assert_day_is(house, "/v1/report?day=2019-01-03", false, true);
	assert_day_is(house, "/v1/report", true, true);
	/* Whole or none of it, where some rows of the day are left. */
	change_journal(house, "UPDATE meta SET value = '2999-01-01' "
			      "WHERE name = 'anchor_day'");
	assert_day_is(house, "/v1/report", false, false);
}

/* ---- a long day ---- */

static void issue_many(struct house *house)
{
	struct kiosk_command command = {
	    .queue = {.verb = QUEUE_ISSUE,
		      .service = 0,
		      .class = TICKET_NORMAL,
		      .counter = QUEUE_NONE},
	    .actor = "test",
	};
	size_t want = queue_tickets(kiosk_queue(house->kiosk)) + MANY;

	for (int i = 0; i < MANY; i++)
		kiosk_submit(house->kiosk, &command, NULL, NULL);
	while (queue_tickets(kiosk_queue(house->kiosk)) < want)
		house_run(house, 1);
}

static int begin_report(struct house *house)
{
	static const char request[] =
	    "GET /v1/report HTTP/1.1\r\nHost: k\r\n\r\n";
	int fd = house_connect(house);

	client_send(house, fd, request, strlen(request));
	return fd;
}

static bool is_answered(int fd)
{
	struct pollfd at = {.fd = fd, .events = POLLIN};

	return poll(&at, 1, 0) == 1;
}

static void
test_long_day_holds_up_nobody_and_is_as_it_was_asked_for(void **state)
{
	struct house *house = *state;
	const json_t *totals;
	int64_t seq;
	json_t *report;
	int fd;

	issue_many(house);
	seq = kiosk_seq(house->kiosk);
	fd = begin_report(house);
	/* Comes in, changes the day and is answered while the rows are read. */
	assert_int_equal(ask(house, &reply, "POST", "/v1/tickets",
			     "{\"service\":\"civil\"}"),
			 201);
	assert_false(is_answered(fd));
	client_receive(house, fd, &reply, false);
	assert_int_equal(reply.status, 200);
	report = reply_object(&reply);
	totals = json_object_get(report, "totals");
	assert_int_equal(count(totals, "issued"), MANY);
	assert_int_equal(count(json_object_get(totals, "longest_queue"),
			       "waiting"),
			 MANY);
	assert_int_equal(count(report, "seq"), seq);
	json_decref(report);
	close(fd);
}

static void test_client_that_goes_is_no_harm(void **state)
{
	struct house *house = *state;

	issue_many(house);
	for (int i = 0; i < 3; i++) {
		int fd = begin_report(house);

		close(fd);
	}
	house_run(house, 20);
	json_decref(get_report(house, "/v1/report"));
	/* And one that is still being read when the console goes. */
	(void)begin_report(house);
}

static void test_journal_that_cannot_be_read_is_told(void **state)
{
	struct house *house = *state;
	char file[300];
	sqlite3 *db;

	snprintf(file, sizeof(file), "%s/journal.db", house->dir);
	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "ALTER TABLE events RENAME TO gone",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	(void)ask(house, &reply, "GET", "/v1/report", NULL);
	assert_refused(&reply, 503, "journal_unavailable");
	assert_int_equal(sqlite3_exec(db, "ALTER TABLE gone RENAME TO events",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	json_decref(get_report(house, "/v1/report"));
}

static void test_door_is_the_other_routes(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "evil.example"};
	struct house *house = *state;

	for (int i = 0; i < 2; i++) {
		int fd = house_connect_tcp(house);
		char request[200];

		snprintf(request, sizeof(request),
			 "GET /v1/report HTTP/1.1\r\nHost: %s\r\n\r\n",
			 hosts[i]);
		client_send(house, fd, request, strlen(request));
		client_receive(house, fd, &reply, false);
		close(fd);
		assert_int_equal(reply.status, i == 0 ? 200 : 403);
	}
}

/* ---- the object ---- */

static void test_ids_of_another_configuration_are_told(void **state)
{
	/* As report.c gives them: by id, and who has none last. */
	struct report_part services[] = {
	    {.name = "civil", .issued = 1},
	    {.name = "gone", .issued = 2},
	    {.name = "land", .issued = 3},
	};
	struct report_part counters[] = {
	    {.number = 1, .has_number = true},
	    {.number = 99, .has_number = true},
	    {.issued = 6},
	};
	struct report_part day = {.issued = 6};
	struct report_outcome outcomes[] = {{"civil", "accepted", 1},
					    {"land", "accepted", 2}};
	const struct report_result result = {
	    .by = {[REPORT_DAY] = {&day, 1},
		   [REPORT_BY_SERVICE] = {services, 3},
		   [REPORT_BY_COUNTER] = {counters, 3}},
	    .outcomes = outcomes,
	    .n_outcomes = 2,
	};
	static const char *const order[] = {"land", "civil", "gone"};
	struct house *house = *state;
	json_t *report =
	    report_api_json(&house->config, "2026-11-24", true, &result);

	for (size_t i = 0; i < 3; i++)
		assert_string_equal(json_string_value(
					json_object_get(part(report, "services",
							     i),
							"service")),
				    order[i]);
	assert_true(
	    json_is_null(json_object_get(part(report, "services", 2), "name")));
	assert_true(json_is_object(
	    json_object_get(part(report, "counters", 0), "name")));
	assert_true(
	    json_is_null(json_object_get(part(report, "counters", 1), "name")));
	assert_int_equal(count(part(report, "counters", 1), "counter"), 99);
	assert_true(json_is_null(
	    json_object_get(part(report, "counters", 2), "counter")));
	assert_int_equal(count(json_object_get(json_object_get(report,
							       "totals"),
					       "outcomes"),
			       "accepted"),
			 3);
	json_decref(report);
}

static void test_mean_is_rounded_half_up(void **state)
{
	static const struct {
		uint32_t stars[5];
		const char *mean;
	} rows[] = {
	    {{0, 0, 0, 0, 3}, "\"mean\":5.0,"},
	    {{1, 0, 0, 0, 1}, "\"mean\":3.0,"},
	    {{0, 0, 0, 7, 1}, "\"mean\":4.13,"},   /* 4.125 */
	    {{0, 0, 0, 199, 1}, "\"mean\":4.01,"}, /* 4.005 */
	    {{0, 0, 2, 1, 0}, "\"mean\":3.33,"},
	    {{0, 0, 0, 0, 0}, "\"mean\":null,"},
	};
	struct house *house = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct report_part day = {0};
		const struct report_result result = {
		    .by = {[REPORT_DAY] = {&day, 1}}};
		json_t *report;
		char *text;

		memcpy(day.stars, rows[i].stars, sizeof(day.stars));
		report = report_api_json(&house->config, "2026-11-24", true,
					 &result);
		text = json_to_string(report);
		if (!strstr(text, rows[i].mean))
			fail_msg("%s not in %s", rows[i].mean, text);
		free(text);
		json_decref(report);
	}
}

int main(void)
{
#define AT_HOME(test) \
	cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)
	const struct CMUnitTest tests[] = {
	    AT_HOME(test_open_day_has_each_key_of_the_contract),
	    AT_HOME(test_what_is_no_day_is_refused),
	    AT_HOME(test_day_that_is_not_there_is_said),
	    AT_HOME(test_day_that_was_pruned_is_said),
	    AT_HOME(test_long_day_holds_up_nobody_and_is_as_it_was_asked_for),
	    AT_HOME(test_client_that_goes_is_no_harm),
	    AT_HOME(test_journal_that_cannot_be_read_is_told),
	    AT_HOME(test_door_is_the_other_routes),
	    AT_HOME(test_ids_of_another_configuration_are_told),
	    AT_HOME(test_mean_is_rounded_half_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
