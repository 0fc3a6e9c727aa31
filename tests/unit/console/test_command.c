/* SPDX-License-Identifier: MIT */
/* The requests that change something, on a real kiosk. */
#include "house.h"

#include <signal.h>
#include <sys/resource.h>

static struct reply reply;

static void issue(struct house *house, const char *body)
{
	if (ask(house, &reply, "POST", "/v1/tickets", body) != 201)
		fail_msg("%d %s", reply.status, reply.bytes);
}

static void issue_land(struct house *house)
{
	issue(house, "{\"service\":\"land\"}");
}

static void call(struct house *house, const char *body, int status)
{
	if (ask(house, &reply, "POST", "/v1/counters/1/call", body) != status)
		fail_msg("%d %s", reply.status, reply.bytes);
}

/* ---- what commands answer ---- */

static void test_issue_gives_a_ticket(void **state)
{
	struct house *house = *state;

	issue_land(house);
	issue(house, "{\"service\":\"land\",\"class\":\"priority\"}");
	assert_text(&reply, "ticket", "A002");
	assert_text(&reply, "service", "land");
	assert_text(&reply, "class", "priority");
	assert_text(&reply, "wait_s", NULL);
	assert_int_equal(reply_int(&reply, "number"), 2);
	assert_int_equal(reply_int(&reply, "ahead"), 1);
	assert_true(reply_int(&reply, "issued_at_ms") > 1600000000000);
	assert_int_equal(reply_int(&reply, "seq"), kiosk_seq(house->kiosk));
	assert_non_null(strstr(reply.bytes, "Content-Type: application/json"));
	assert_non_null(strstr(reply.bytes, "Cache-Control: no-store"));
}

static void test_ticket_is_waiting_once_it_is_answered(void **state)
{
	struct house *house = *state;

	issue_land(house);
	assert_int_equal(ask(house, &reply, "GET", "/v1/tickets?state=waiting",
			     NULL),
			 200);
	assert_non_null(strstr(reply.body, "\"ticket\":\"A001\""));
	assert_int_equal(ask(house, &reply, "GET", "/v1/tickets?state=called",
			     NULL),
			 200);
	assert_string_equal(reply.body, "{\"tickets\":[]}");
}

static void test_call_gives_the_ticket(void **state)
{
	struct house *house = *state;

	issue_land(house);
	call(house, NULL, 200);
	assert_text(&reply, "ticket", "A001");
	assert_text(&reply, "service", "land");
	assert_text(&reply, "class", "normal");
	assert_text(&reply, "state", "called");
	assert_int_equal(reply_int(&reply, "number"), 1);
	assert_int_equal(reply_int(&reply, "counter"), 1);
	assert_int_equal(reply_int(&reply, "calls"), 1);
	assert_true(reply_int(&reply, "called_at_ms") >=
		    reply_int(&reply, "issued_at_ms"));
}

static void test_call_with_nobody_waiting_has_no_body(void **state)
{
	struct house *house = *state;

	issue_land(house);
	call(house, "{\"expect\":null}", 200);
	/* This one finishes A001, and still has nobody to call. */
	call(house, "{\"expect\":\"A001\"}", 204);
	assert_string_equal(reply.body, "");
	call(house, "{\"expect\":null}", 204);
}

static void test_call_takes_a_ticket_by_name(void **state)
{
	struct house *house = *state;

	issue_land(house);
	issue_land(house);
	call(house, "{\"expect\":null,\"ticket\":\"A002\"}", 200);
	assert_text(&reply, "ticket", "A002");
}

static void test_conflict_tells_who_is_served(void **state)
{
	struct house *house = *state;

	issue_land(house);
	issue_land(house);
	call(house, "{\"expect\":null}", 200);
	call(house, "{\"expect\":null}", 409);
	assert_refused(&reply, 409, "conflict");
	assert_text(&reply, "serving", "A001");
	assert_int_equal(ask(house, &reply, "POST", "/v1/counters/7/call",
			     "{\"expect\":\"A001\"}"),
			 409);
	assert_text(&reply, "serving", NULL);
}

static void test_finish_tells_the_outcome(void **state)
{
	struct house *house = *state;

	issue_land(house);
	call(house, NULL, 200);
	assert_int_equal(ask(house, &reply, "POST", "/v1/counters/1/finish",
			     "{\"expect\":\"A001\",\"outcome\":\"accepted\"}"),
			 200);
	assert_text(&reply, "state", "served");
	assert_text(&reply, "outcome", "accepted");
}

static void test_unknown_outcome_is_refused_with_the_known(void **state)
{
	struct house *house = *state;

	issue_land(house);
	call(house, NULL, 200);
	(void)ask(house, &reply, "POST", "/v1/counters/1/finish",
		  "{\"outcome\":\"eaten\"}");
	assert_refused(&reply, 422, "bad_outcome");
	assert_non_null(strstr(reply.body, "accepted, supplement"));
}

static void test_recall_no_show_restore_return_cancel(void **state)
{
	static const struct {
		const char *path, *state;
	} steps[] = {
	    {"/v1/counters/1/recall", "called"},
	    {"/v1/counters/1/no-show", "no_show"},
	    {"/v1/tickets/A001/restore", "waiting"},
	    {"/v1/counters/1/call", "called"},
	    {"/v1/counters/1/return", "waiting"},
	    {"/v1/tickets/A001/cancel", "cancelled"},
	};
	struct house *house = *state;

	issue_land(house);
	call(house, NULL, 200);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (ask(house, &reply, "POST", steps[i].path, NULL) != 200)
			fail_msg("%s: %s", steps[i].path, reply.bytes);
		assert_text(&reply, "ticket", "A001");
		assert_text(&reply, "state", steps[i].state);
	}
}

static void test_transfer_tells_where_it_waits(void **state)
{
	struct house *house = *state;

	issue_land(house);
	call(house, NULL, 200);
	assert_int_equal(ask(house, &reply, "POST", "/v1/counters/1/transfer",
			     "{\"service\":\"civil\",\"expect\":\"A001\"}"),
			 200);
	assert_text(&reply, "ticket", "A001");
	assert_text(&reply, "service", "land");
	assert_text(&reply, "state", "waiting");
	assert_text(&reply, "to", "civil");
	(void)ask(house, &reply, "GET", "/v1/tickets?state=waiting", NULL);
	assert_non_null(strstr(reply.body, "\"to\":\"civil\""));
	/* Counter 7 serves civil only. */
	assert_int_equal(ask(house, &reply, "POST", "/v1/counters/7/call",
			     NULL),
			 200);
	assert_text(&reply, "ticket", "A001");
}

static void test_transfer_to_a_counter_binds_the_ticket(void **state)
{
	struct house *house = *state;

	issue_land(house);
	call(house, NULL, 200);
	assert_int_equal(ask(house, &reply, "POST", "/v1/counters/1/transfer",
			     "{\"counter\":7}"),
			 200);
	assert_text(&reply, "state", "waiting");
	assert_int_equal(reply_int(&reply, "to_counter"), 7);
	(void)ask(house, &reply, "GET", "/v1/tickets", NULL);
	assert_non_null(strstr(reply.body, "\"to_counter\":7"));
	(void)ask(house, &reply, "GET", "/v1/state", NULL);
	assert_non_null(strstr(reply.body, "\"serving\":null,\"waiting\":1"));
	call(house, NULL, 204);
	house_restart(house);
	call(house, NULL, 204);
	assert_int_equal(ask(house, &reply, "POST", "/v1/counters/7/call",
			     NULL),
			 200);
	assert_text(&reply, "ticket", "A001");
}

static void test_counter_opens_pauses_and_closes(void **state)
{
	static const struct {
		const char *path, *state;
	} steps[] = {
	    {"/v1/counters/7/open", "open"},
	    {"/v1/counters/7/open", "open"}, /* already */
	    {"/v1/counters/7/pause", "paused"},
	    {"/v1/counters/7/close", "closed"},
	    {"/v1/counters/7/close", "closed"},
	};
	struct house *house = *state;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		assert_int_equal(ask(house, &reply, "POST", steps[i].path, ""),
				 200);
		assert_text(&reply, "state", steps[i].state);
		assert_int_equal(reply_int(&reply, "counter"), 7);
		assert_int_equal(reply_int(&reply, "seq"),
				 kiosk_seq(house->kiosk));
	}
}

static void test_rate_tells_what_was_rated(void **state)
{
	struct house *house = *state;

	issue_land(house);
	call(house, NULL, 200);
	(void)ask(house, &reply, "POST", "/v1/counters/1/finish", NULL);
	assert_int_equal(ask(house, &reply, "POST", "/v1/counters/1/rate",
			     "{\"stars\":4}"),
			 200);
	assert_text(&reply, "ticket", "A001");
	assert_int_equal(reply_int(&reply, "stars"), 4);
	assert_int_equal(reply_int(&reply, "counter"), 1);
	(void)ask(house, &reply, "POST", "/v1/counters/1/rate",
		  "{\"stars\":4}");
	assert_refused(&reply, 409, "nothing_to_rate");
}

static int take_rating(void *arg, const struct journal_row *row)
{
	if (strcmp(row->kind, "rated") == 0)
		(void)snprintf(arg, 100, "%s", row->detail);
	return 0;
}

static void test_reasons_go_into_the_journal(void **state)
{
	struct house *house = *state;
	char detail[100] = "";

	issue_land(house);
	call(house, NULL, 200);
	(void)ask(house, &reply, "POST", "/v1/counters/1/finish", NULL);
	assert_int_equal(ask(house, &reply, "POST", "/v1/counters/1/rate",
			     "{\"stars\":2,\"ticket\":\"A001\","
			     "\"reasons\":[\"other\",\"wait\",\"wait\"]}"),
			 200);
	assert_int_equal(journal_each(house->journal, 0, 1000, take_rating,
				      detail),
			 0);
	assert_string_equal(detail, "{\"ticket\":\"A001\",\"stars\":2,"
				    "\"reasons\":[\"wait\",\"other\"]}");
}

/* ---- refusals of the queue ---- */

static const struct {
	const char *name, *path, *body;
	int status;
	const char *code;
} refusals[] = {
    {"nobody to recall", "/v1/counters/1/recall", NULL, 409,
     "no_ticket_at_counter"},
    {"nobody to finish", "/v1/counters/1/finish", NULL, 409,
     "no_ticket_at_counter"},
    {"nobody to transfer", "/v1/counters/1/transfer", "{\"service\":\"civil\"}",
     409, "no_ticket_at_counter"},
    {"transfer to where it is", "/v1/counters/7/transfer",
     "{\"service\":\"civil\"}", 409, "already_there"},
    {"transfer of another", "/v1/counters/7/transfer",
     "{\"service\":\"land\",\"expect\":\"A001\"}", 409, "conflict"},
    {"close with someone there", "/v1/counters/7/close", NULL, 409,
     "ticket_at_counter"},
    {"restore one who waits", "/v1/tickets/A001/restore", NULL, 409,
     "wrong_state"},
    {"cancel one who is called", "/v1/tickets/B001/cancel", NULL, 409,
     "wrong_state"},
    {"call one of another service", "/v1/counters/7/call",
     "{\"ticket\":\"A001\"}", 409, "not_served_here"},
    {"beyond the cap", "/v1/tickets", "{\"service\":\"capped\"}", 409,
     "cap_reached"},
    {"rate before anything", "/v1/counters/1/rate", "{\"stars\":1}", 409,
     "nothing_to_rate"},
    {"call one who is not", "/v1/counters/1/call", "{\"ticket\":\"A999\"}", 404,
     "unknown_ticket"},
    {"restore one who is not", "/v1/tickets/A999/restore", NULL, 404,
     "unknown_ticket"},
};

static void assert_told(struct house *house, const char *path, const char *body,
			const char *vi, const char *en)
{
	(void)ask(house, &reply, "POST", path, body);
	assert_refused(&reply, 409, "wrong_state");
	assert_non_null(strstr(reply.body, vi));
	assert_non_null(strstr(reply.body, en));
}

static void test_wrong_state_says_what_became_of_the_ticket(void **state)
{
	struct house *house = *state;

	issue_land(house);
	assert_told(house, "/v1/tickets/A001/restore", NULL, "A001 đang chờ",
		    "A001 waits");
	call(house, NULL, 200);
	assert_told(house, "/v1/tickets/A001/cancel", NULL,
		    "A001 đang ở quầy 1", "A001 is at counter 1");
	(void)ask(house, &reply, "POST", "/v1/counters/1/finish", NULL);
	assert_told(house, "/v1/counters/1/call", "{\"ticket\":\"A001\"}",
		    "A001 đã xong", "A001 is done");
}

static void test_refusals_change_nothing(void **state)
{
	struct house *house = *state;
	int64_t seq;

	issue_land(house);
	issue(house, "{\"service\":\"civil\"}");
	issue(house, "{\"service\":\"capped\"}");
	assert_int_equal(ask(house, &reply, "POST", "/v1/counters/7/call",
			     NULL),
			 200);
	seq = kiosk_seq(house->kiosk);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		(void)ask(house, &reply, "POST", refusals[i].path,
			  refusals[i].body);
		print_message("# %s\n", refusals[i].name);
		assert_refused(&reply, refusals[i].status, refusals[i].code);
		assert_int_equal(kiosk_seq(house->kiosk), seq);
	}
}

/* ---- a journal that takes nothing ---- */

/* As a full disk: no file may be written to any more. */
static void fill_disk(bool full)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = full ? 0 : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	(void)signal(SIGXFSZ, full ? SIG_IGN : SIG_DFL);
}

static void test_nothing_happens_while_the_journal_takes_nothing(void **state)
{
	struct house *house = *state;
	int health;

	issue_land(house);
	fill_disk(true);
	(void)ask(house, &reply, "POST", "/v1/tickets",
		  "{\"service\":\"land\"}");
	health = ask(house, &reply, "GET", "/healthz", NULL);
	fill_disk(false);
	assert_int_equal(health, 503);
	assert_int_equal(queue_tickets(kiosk_queue(house->kiosk)), 1);
}

static void test_full_disk_is_a_refusal_and_passes(void **state)
{
	struct house *house = *state;

	fill_disk(true);
	(void)ask(house, &reply, "POST", "/v1/tickets",
		  "{\"service\":\"land\"}");
	fill_disk(false);
	assert_refused(&reply, 503, "journal_unavailable");
	issue_land(house);
	assert_text(&reply, "ticket", "A001");
	assert_int_equal(ask(house, &reply, "GET", "/healthz", NULL), 200);
}

/* ---- idempotency ---- */

#define KEYED(key) JSON "Idempotency-Key: " key "\r\n"

static void ask_keyed(struct house *house, const char *headers,
		      const char *path, const char *body)
{
	ask_with(house, &reply, "POST", path, headers, body, strlen(body));
}

static void test_repeated_key_acts_once(void **state)
{
	struct house *house = *state;
	char first[1000];

	ask_keyed(house, KEYED("k1"), "/v1/tickets", "{\"service\":\"land\"}");
	assert_int_equal(reply.status, 201);
	(void)snprintf(first, sizeof(first), "%s", reply.body);
	issue_land(house);
	ask_keyed(house, KEYED("k1"), "/v1/tickets", "{\"service\":\"land\"}");
	assert_int_equal(reply.status, 201);
	assert_string_equal(reply.body, first);
	issue_land(house);
	assert_text(&reply, "ticket", "A003");
}

static void test_repeated_key_acts_once_across_a_restart(void **state)
{
	struct house *house = *state;
	char first[1000];

	issue_land(house);
	issue_land(house);
	ask_keyed(house, KEYED("k2"), "/v1/counters/1/call",
		  "{\"expect\":null}");
	assert_int_equal(reply.status, 200);
	(void)snprintf(first, sizeof(first), "%s", reply.body);
	house_restart(house);
	ask_keyed(house, KEYED("k2"), "/v1/counters/1/call",
		  "{\"expect\":null}");
	assert_int_equal(reply.status, 200);
	assert_string_equal(reply.body, first);
}

static void test_repeated_transfer_acts_once(void **state)
{
	struct house *house = *state;
	char first[1000];

	issue_land(house);
	call(house, NULL, 200);
	ask_keyed(house, KEYED("t1"), "/v1/counters/1/transfer",
		  "{\"service\":\"civil\"}");
	assert_int_equal(reply.status, 200);
	(void)snprintf(first, sizeof(first), "%s", reply.body);
	ask_keyed(house, KEYED("t1"), "/v1/counters/1/transfer",
		  "{\"service\":\"civil\"}");
	assert_int_equal(reply.status, 200);
	assert_string_equal(reply.body, first);
	ask_keyed(house, KEYED("t1"), "/v1/counters/1/transfer",
		  "{\"counter\":7}");
	assert_refused(&reply, 422, "idempotency_key_reused");
}

static void test_key_of_another_command_is_refused(void **state)
{
	struct house *house = *state;

	ask_keyed(house, KEYED("k3"), "/v1/tickets", "{\"service\":\"land\"}");
	ask_keyed(house, KEYED("k3"), "/v1/tickets", "{\"service\":\"civil\"}");
	assert_refused(&reply, 422, "idempotency_key_reused");
	ask_keyed(house, KEYED("k3"), "/v1/counters/1/call", "");
	assert_refused(&reply, 422, "idempotency_key_reused");
}

static void test_bad_keys_are_refused(void **state)
{
	static const char *const keys[] = {
	    "Idempotency-Key:\r\n",
	    "Idempotency-Key: kh\xc3\xb3"
	    "a\r\n",
	    "Idempotency-Key: a\tb\r\n",
	    /* 65 characters */
	    "Idempotency-Key: 0123456789012345678901234567890123456789"
	    "0123456789012345678901234\r\n",
	};
	struct house *house = *state;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char headers[200];

		(void)snprintf(headers, sizeof(headers), JSON "%s", keys[i]);
		ask_keyed(house, headers, "/v1/tickets",
			  "{\"service\":\"land\"}");
		assert_refused(&reply, 400, "bad_idempotency_key");
	}
}

/* ---- bad input ---- */

static const struct {
	const char *name, *path, *body;
	int status;
	const char *code;
} bodies[] = {
    {"empty where one is needed", "/v1/tickets", "", 400, "bad_request"},
    {"empty rating", "/v1/counters/1/rate", "", 400, "bad_request"},
    {"no JSON", "/v1/tickets", "service=land", 400, "bad_request"},
    {"blank", "/v1/tickets", "   ", 400, "bad_request"},
    {"cut off", "/v1/tickets", "{\"service\":\"la", 400, "bad_request"},
    {"a tail", "/v1/tickets", "{\"service\":\"land\"} x", 400, "bad_request"},
    {"an array", "/v1/tickets", "[\"land\"]", 400, "bad_request"},
    {"duplicate key", "/v1/tickets",
     "{\"service\":\"land\",\"service\":\"civil\"}", 400, "bad_request"},
    {"not UTF-8", "/v1/tickets", "{\"service\":\"\xff\"}", 400, "bad_request"},
    {"overlong UTF-8", "/v1/tickets", "{\"service\":\"\xc0\xaf\"}", 400,
     "bad_request"},
    {"half a surrogate", "/v1/tickets", "{\"service\":\"\\ud800\"}", 400,
     "bad_request"},
    {"U+0000", "/v1/tickets", "{\"service\":\"land\\u0000\"}", 400,
     "bad_request"},
    {"a number for a string", "/v1/tickets", "{\"service\":5}", 422,
     "wrong_type"},
    {"null for a string", "/v1/tickets", "{\"service\":null}", 422,
     "wrong_type"},
    {"an object for a string", "/v1/tickets", "{\"service\":{}}", 422,
     "wrong_type"},
    {"class by number", "/v1/tickets", "{\"service\":\"land\",\"class\":1}",
     422, "wrong_type"},
    {"a number for a ticket", "/v1/counters/1/call", "{\"expect\":25}", 422,
     "wrong_type"},
    {"null for a ticket to call", "/v1/counters/1/call", "{\"ticket\":null}",
     422, "wrong_type"},
    {"half a star", "/v1/counters/1/rate", "{\"stars\":4.5}", 422,
     "wrong_type"},
    {"stars in words", "/v1/counters/1/rate", "{\"stars\":\"5\"}", 422,
     "wrong_type"},
    {"no star", "/v1/counters/1/rate", "{\"stars\":0}", 422, "bad_stars"},
    {"six stars", "/v1/counters/1/rate", "{\"stars\":6}", 422, "bad_stars"},
    {"257 stars", "/v1/counters/1/rate", "{\"stars\":257}", 422, "bad_stars"},
    {"a reason of nobody's", "/v1/counters/1/rate",
     "{\"stars\":1,\"reasons\":[\"weather\"]}", 422, "bad_reason"},
    {"one reason, not a list", "/v1/counters/1/rate",
     "{\"stars\":1,\"reasons\":\"wait\"}", 422, "wrong_type"},
    {"a reason by number", "/v1/counters/1/rate",
     "{\"stars\":1,\"reasons\":[1]}", 422, "wrong_type"},
    {"reasons for four stars", "/v1/counters/1/rate",
     "{\"stars\":4,\"reasons\":[\"wait\"]}", 422, "no_reasons"},
    {"no service", "/v1/tickets", "{}", 422, "missing_field"},
    {"no stars", "/v1/counters/1/rate", "{\"ticket\":\"A001\"}", 422,
     "missing_field"},
    {"unknown field", "/v1/tickets", "{\"service\":\"land\",\"x\":1}", 422,
     "unknown_field"},
    {"a field of another route", "/v1/counters/1/call", "{\"stars\":5}", 422,
     "unknown_field"},
    {"a field where none is taken", "/v1/tickets/A001/cancel",
     "{\"expect\":null}", 422, "unknown_field"},
    {"unknown class", "/v1/tickets",
     "{\"service\":\"land\",\"class\":\"royal\"}", 422, "bad_class"},
    {"unknown service", "/v1/tickets", "{\"service\":\"lnd\"}", 404,
     "unknown_service"},
    {"empty service", "/v1/tickets", "{\"service\":\"\"}", 404,
     "unknown_service"},
    {"no code", "/v1/counters/1/call", "{\"ticket\":\"a1\"}", 404,
     "unknown_ticket"},
    {"a ticket with the prefix of no service", "/v1/counters/1/call",
     "{\"ticket\":\"Z001\"}", 404, "unknown_ticket"},
    {"expect with the prefix of no service", "/v1/counters/1/call",
     "{\"expect\":\"Z001\"}", 409, "conflict"},
    {"expect that is no code", "/v1/counters/1/recall", "{\"expect\":\"A 25\"}",
     409, "conflict"},
    {"unknown counter", "/v1/counters/2/call", "", 404, "unknown_counter"},
    {"counter with a zero", "/v1/counters/01/call", "", 404, "unknown_counter"},
    {"counter by name", "/v1/counters/one/call", "", 404, "unknown_counter"},
    {"no counter", "/v1/counters//call", "", 404, "unknown_counter"},
    {"a long counter",
     "/v1/counters/11111111111111111111111111111111111111111111111111/call", "",
     404, "unknown_counter"},
    {"a bad ticket in the path", "/v1/tickets/25/restore", "", 404,
     "unknown_ticket"},
    {"escapes in the path", "/v1/tickets/%ff%fe/restore", "", 404,
     "unknown_ticket"},
    {"transfer to nowhere", "/v1/counters/1/transfer", "", 422, "bad_target"},
    {"transfer to two places", "/v1/counters/1/transfer",
     "{\"service\":\"civil\",\"counter\":7}", 422, "bad_target"},
    {"transfer to an unknown service", "/v1/counters/1/transfer",
     "{\"service\":\"tax\"}", 404, "unknown_service"},
    {"transfer to an unknown counter", "/v1/counters/1/transfer",
     "{\"counter\":2}", 404, "unknown_counter"},
    {"transfer to a counter's name", "/v1/counters/1/transfer",
     "{\"counter\":\"7\"}", 422, "wrong_type"},
    {"a sign-in where there are no users", "/v1/login", "", 401, "no_users"},
    {"a longer path", "/v1/counters/1/call/x", "", 404, "not_found"},
    {"only reading there", "/v1/state", "", 404, "not_found"},
};

static void test_bad_bodies_and_paths_are_refused(void **state)
{
	struct house *house = *state;
	int64_t seq = kiosk_seq(house->kiosk);

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		print_message("# %s\n", bodies[i].name);
		(void)ask(house, &reply, "POST", bodies[i].path,
			  bodies[i].body);
		assert_refused(&reply, bodies[i].status, bodies[i].code);
	}
	assert_int_equal(kiosk_seq(house->kiosk), seq);
}

static void test_bad_json_is_named_by_line_and_column(void **state)
{
	struct house *house = *state;

	(void)ask(house, &reply, "POST", "/v1/tickets",
		  "{\n  \"service\": land\n}");
	assert_refused(&reply, 400, "bad_request");
	assert_non_null(strstr(reply.body, "line 2, column 1"));
	assert_non_null(strstr(reply.body, "dòng 2, cột 1"));
}

static void test_wrong_type_is_told_in_both_languages(void **state)
{
	struct house *house = *state;

	(void)ask(house, &reply, "POST", "/v1/counters/1/rate",
		  "{\"stars\":\"5\"}");
	assert_refused(&reply, 422, "wrong_type");
	assert_non_null(
	    strstr(reply.body, "Mục \\\"stars\\\" phải là số nguyên"));
	assert_non_null(strstr(reply.body, "The field \\\"stars\\\" must be an "
					   "integer"));
}

static void test_deep_json_is_refused(void **state)
{
	struct house *house = *state;
	char body[8001];

	memset(body, '[', 8000);
	memcpy(body, "{\"a\":", 5);
	body[8000] = '\0';
	(void)ask(house, &reply, "POST", "/v1/tickets", body);
	assert_refused(&reply, 400, "bad_request");
	assert_non_null(strstr(reply.body, "deep"));
}

static void test_other_content_types_are_refused(void **state)
{
	static const char body[] = "{\"service\":\"land\"}";
	struct house *house = *state;

	ask_with(house, &reply, "POST", "/v1/tickets", "", body, strlen(body));
	assert_refused(&reply, 415, "wrong_content_type");
	ask_with(house, &reply, "POST", "/v1/tickets",
		 "Content-Type: text/plain\r\n", body, strlen(body));
	assert_refused(&reply, 415, "wrong_content_type");
	ask_with(house, &reply, "POST", "/v1/tickets",
		 "Content-Type: application/json; charset=utf-8\r\n", body,
		 strlen(body));
	assert_int_equal(reply.status, 201);
}

static void send_big(struct house *house, size_t length)
{
	char *body = malloc(length);

	assert_non_null(body);
	memset(body, ' ', length);
	memcpy(body, "{\"service\":\"land\"}", 18);
	ask_with(house, &reply, "POST", "/v1/tickets", JSON, body, length);
	free(body);
}

static void test_16_kib_are_taken_and_no_more(void **state)
{
	struct house *house = *state;

	send_big(house, 16384);
	assert_int_equal(reply.status, 201);
	send_big(house, 16385);
	assert_refused(&reply, 413, "body_too_large");
	assert_non_null(strstr(reply.bytes, "Connection: close"));
	send_big(house, 10 << 20);
	assert_refused(&reply, 413, "body_too_large");
}

/* n chunks of 4 KiB, and no end yet. */
static int send_chunks(struct house *house, int n)
{
	char chunk[4096 + 8];
	int fd = house_connect(house);
	static const char head[] =
	    "POST /v1/tickets HTTP/1.1\r\nHost: k\r\n" JSON
	    "Transfer-Encoding: chunked\r\n\r\n";

	memcpy(chunk, "1000\r\n", 6);
	memset(chunk + 6, 'x', 4096);
	memcpy(chunk + 6 + 4096, "\r\n", 2);
	client_send(house, fd, head, strlen(head));
	for (int i = 0; i < n; i++)
		client_send(house, fd, chunk, 6 + 4096 + 2);
	return fd;
}

static void test_megabytes_in_chunks_are_told_that_they_are_many(void **state)
{
	struct house *house = *state;
	int fd = send_chunks(house, 1024);

	client_send(house, fd, "0\r\n\r\n", 5);
	client_receive(house, fd, &reply, false);
	assert_refused(&reply, 413, "body_too_large");
	close(fd);
}

static void test_endless_chunks_are_cut_off(void **state)
{
	struct house *house = *state;
	int fd = send_chunks(house, 2100);

	client_receive(house, fd, &reply, false);
	assert_int_equal(reply.status, 0);
	close(fd);
}

int main(void)
{
#define AT_HOME(test) \
	cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)
	const struct CMUnitTest tests[] = {
	    AT_HOME(test_issue_gives_a_ticket),
	    AT_HOME(test_ticket_is_waiting_once_it_is_answered),
	    AT_HOME(test_call_gives_the_ticket),
	    AT_HOME(test_call_with_nobody_waiting_has_no_body),
	    AT_HOME(test_call_takes_a_ticket_by_name),
	    AT_HOME(test_conflict_tells_who_is_served),
	    AT_HOME(test_finish_tells_the_outcome),
	    AT_HOME(test_unknown_outcome_is_refused_with_the_known),
	    AT_HOME(test_recall_no_show_restore_return_cancel),
	    AT_HOME(test_transfer_tells_where_it_waits),
	    AT_HOME(test_transfer_to_a_counter_binds_the_ticket),
	    AT_HOME(test_counter_opens_pauses_and_closes),
	    AT_HOME(test_rate_tells_what_was_rated),
	    AT_HOME(test_reasons_go_into_the_journal),
	    AT_HOME(test_wrong_state_says_what_became_of_the_ticket),
	    AT_HOME(test_refusals_change_nothing),
	    AT_HOME(test_nothing_happens_while_the_journal_takes_nothing),
	    AT_HOME(test_full_disk_is_a_refusal_and_passes),
	    AT_HOME(test_repeated_key_acts_once),
	    AT_HOME(test_repeated_key_acts_once_across_a_restart),
	    AT_HOME(test_repeated_transfer_acts_once),
	    AT_HOME(test_key_of_another_command_is_refused),
	    AT_HOME(test_bad_keys_are_refused),
	    AT_HOME(test_bad_bodies_and_paths_are_refused),
	    AT_HOME(test_bad_json_is_named_by_line_and_column),
	    AT_HOME(test_wrong_type_is_told_in_both_languages),
	    AT_HOME(test_deep_json_is_refused),
	    AT_HOME(test_other_content_types_are_refused),
	    AT_HOME(test_16_kib_are_taken_and_no_more),
	    AT_HOME(test_megabytes_in_chunks_are_told_that_they_are_many),
	    AT_HOME(test_endless_chunks_are_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
