/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "display/client.h"
#include "tests/unit/support/fake_kiosk.h"
#include "tests/unit/support/sample_state.h"

/* What a client told its listener, and a model that believes it. */
struct told {
	sd_event *event;
	struct fake_kiosk kiosk;
	struct client *client;
	struct model model;
	int states, bad_states, heard;
	bool got_state;
	char json[20000];
	bool answered;
	int answers;
	struct client_answer answer;
};

static struct moment now(void)
{
	return (struct moment){clock_wall_ms(), clock_mono_ms()};
}

static void on_state(void *arg, const char *json, size_t length,
		     enum model_source source)
{
	struct told *told = arg;
	char problem[MODEL_PROBLEM_SIZE];
	told->states++;
	told->got_state = true;
	assert_true(length < sizeof(told->json));
	memcpy(told->json, json, length);
	told->json[length] = '\0';
	if (model_take(&told->model, json, length, source, problem) < 0)
		told->bad_states++;
}

static void on_heard(void *arg)
{
	struct told *told = arg;
	told->heard++;
	model_heard(&told->model, now());
}

static void on_answer(void *arg, const struct client_answer *answer)
{
	struct told *told = arg;
	told->answered = true;
	told->answers++;
	told->answer = *answer;
}

static char *morning;

static struct told *setup(int probe_ms, int issue_ms)
{
	static const struct client_listener listener = {on_state, on_heard};
	struct told *told = calloc(1, sizeof(*told));
	assert_non_null(told);
	assert_true(sd_event_new(&told->event) >= 0);
	fake_kiosk_path(&told->kiosk);
	told->kiosk.state = morning;
	fake_kiosk_start(&told->kiosk, told->event);
	model_init(&told->model, now());
	const struct client_options options = {.socket = told->kiosk.path,
					       .probe_ms = probe_ms,
					       .issue_ms = issue_ms};
	assert_int_equal(client_new(told->event, &options, &listener, told,
				    &told->client),
			 0);
	return told;
}

static void teardown(struct told *told)
{
	client_free(told->client);
	fake_kiosk_remove(&told->kiosk);
	sd_event_unref(told->event);
	free(told);
}

static bool wait_state(struct told *told, int ms)
{
	told->got_state = false;
	return fake_kiosk_run(told->event, &told->got_state, ms);
}

static void hears_the_state_at_once(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	assert_true(wait_state(told, 2000));
	assert_string_equal(told->json, morning);
	assert_string_equal(client_trouble(told->client), "");
	assert_int_equal(told->bad_states, 0);
	teardown(told);
}

static void hears_each_change_however_it_is_cut(void **state)
{
	static const size_t pieces[] = {0, 1, 7, 100};
	(void)state;
	struct told *told = setup(0, 0);
	assert_true(wait_state(told, 2000));
	for (size_t i = 0; i < 4; i++) {
		fake_kiosk_push(&told->kiosk, pieces[i]);
		assert_true(wait_state(told, 2000));
		assert_string_equal(told->json, morning);
	}
	assert_int_equal(told->states, 5);
	assert_int_equal(told->bad_states, 0);
	teardown(told);
}

static void a_comment_is_a_sign_of_life(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	assert_true(wait_state(told, 2000));
	int heard = told->heard;
	fake_kiosk_push_raw(&told->kiosk, ":\n\n");
	(void)fake_kiosk_run(told->event, NULL, 200);
	assert_true(told->heard > heard);
	assert_int_equal(told->states, 1);
	teardown(told);
}

static void comes_back_after_the_kiosk_did(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	assert_true(wait_state(told, 2000));
	fake_kiosk_stop(&told->kiosk);
	assert_false(wait_state(told, 300));
	assert_non_null(strstr(client_trouble(told->client), ": "));
	fake_kiosk_start(&told->kiosk, told->event);
	assert_true(wait_state(told, 3000));
	assert_string_equal(client_trouble(told->client), "");
	teardown(told);
}

static void waits_longer_after_each_failure(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	fake_kiosk_stop(&told->kiosk);
	int64_t from = clock_mono_ms();
	/* Tries at 0, 250, 750 and 1750 ms: one listens after 1000 ms. */
	(void)fake_kiosk_run(told->event, NULL, 1000);
	assert_non_null(strstr(client_trouble(told->client), "No such file"));
	fake_kiosk_start(&told->kiosk, told->event);
	assert_true(wait_state(told, 5000));
	int64_t took = clock_mono_ms() - from;
	assert_in_range(took, 1600, 4000);
	teardown(told);
}

static void silence_is_probed_and_life_goes_on(void **state)
{
	(void)state;
	struct told *told = setup(200, 0);
	assert_true(wait_state(told, 2000));
	(void)fake_kiosk_run(told->event, NULL, 1500);
	assert_in_range(told->kiosk.probes, 3, 8);
	assert_false(model_stale(&told->model, now()));
	assert_int_equal(told->kiosk.streams, 1);
	teardown(told);
}

static void a_change_the_stream_swallowed_comes_by_probe(void **state)
{
	(void)state;
	struct told *told = setup(200, 0);
	assert_true(wait_state(told, 2000));
	struct sample_state later = sample_morning;
	later.seq = 101;
	char *json = sample_state(&later);
	told->kiosk.state = json; /* and nothing is pushed */
	(void)fake_kiosk_run(told->event, NULL, 1000);
	assert_int_equal(told->model.state.seq, 101);
	free(json);
	teardown(told);
}

/* The real times: this is what the hall sees. */
static void a_frozen_kiosk_is_stale_after_five_seconds(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	assert_true(wait_state(told, 2000));
	told->kiosk.frozen = true;
	struct moment last = told->model.heard;
	(void)fake_kiosk_run(told->event, NULL, 4000);
	assert_false(model_stale(&told->model, now()));
	assert_int_equal(told->kiosk.probes, 1);
	(void)fake_kiosk_run(told->event, NULL, 1100);
	assert_true(model_stale(&told->model, now()));
	assert_int_equal(told->model.heard.mono_ms, last.mono_ms);
	/* Thawed, it is heard again at once. */
	told->kiosk.frozen = false;
	fake_kiosk_push(&told->kiosk, 0);
	assert_true(wait_state(told, 1000));
	assert_false(model_stale(&told->model, now()));
	teardown(told);
}

static void what_is_no_event_stream_is_left(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	assert_true(wait_state(told, 2000));
	char piece[4097];
	memset(piece, 'x', sizeof(piece) - 1);
	piece[sizeof(piece) - 1] = '\0';
	for (int i = 0; i < 512; i++) /* one line of 2 MB */
		fake_kiosk_push_raw(&told->kiosk, piece);
	assert_true(wait_state(told, 3000));
	assert_int_equal(told->kiosk.streams, 2);
	teardown(told);
}

static void a_rating_is_given_with_its_reasons(void **state)
{
	struct told *told = setup(0, 0);
	const struct client_rating rating = {.counter = 3,
					     .ticket = "A025",
					     .stars = 2,
					     .reasons = 1 | 16};
	(void)state;
	told->kiosk.post_status = 200;
	told->kiosk.post_body = "{\"ticket\":\"A025\",\"counter\":3,"
				"\"stars\":2,\"seq\":9}";
	assert_int_equal(client_rate(told->client, &rating, on_answer, told),
			 0);
	assert_true(fake_kiosk_run(told->event, &told->answered, 5000));
	assert_int_equal(told->answer.result, CLIENT_ISSUED);
	assert_string_equal(told->kiosk.last_path, "/v1/counters/3/rate");
	assert_string_equal(told->kiosk.last_post,
			    "{\"ticket\":\"A025\",\"stars\":2,"
			    "\"reasons\":[\"wait\",\"other\"]}");
	teardown(told);
}

static void a_ticket_is_issued(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	told->kiosk.post_body =
	    "{\"ticket\":\"A032\",\"service\":\"land\",\"ahead\":7}";
	assert_int_equal(client_issue(told->client, "land", TICKET_NORMAL,
				      on_answer, told),
			 0);
	assert_false(told->answered); /* never from inside */
	assert_true(fake_kiosk_run(told->event, &told->answered, 2000));
	assert_int_equal(told->answer.result, CLIENT_ISSUED);
	assert_string_equal(told->answer.ticket, "A032");
	assert_int_equal(told->answer.ahead, 7);
	assert_string_equal(told->kiosk.last_post,
			    "{\"service\":\"land\",\"class\":\"normal\"}");
	teardown(told);
}

static void a_lost_answer_is_asked_for_with_the_same_key(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	told->kiosk.posts_to_drop = 2;
	told->kiosk.post_body = "{\"ticket\":\"A032\",\"ahead\":0}";
	assert_int_equal(client_issue(told->client, "land", TICKET_NORMAL,
				      on_answer, told),
			 0);
	assert_true(fake_kiosk_run(told->event, &told->answered, 4000));
	assert_int_equal(told->answer.result, CLIENT_ISSUED);
	assert_int_equal(told->kiosk.posts, 3);
	assert_string_equal(told->kiosk.first_key, told->kiosk.last_key);
	teardown(told);
}

static void each_ticket_has_a_key_of_its_own(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	told->kiosk.post_body = "{\"ticket\":\"A032\",\"ahead\":0}";
	for (int i = 0; i < 2; i++) {
		told->answered = false;
		assert_int_equal(client_issue(told->client, "land",
					      TICKET_NORMAL, on_answer, told),
				 0);
		assert_true(fake_kiosk_run(told->event, &told->answered, 2000));
	}
	assert_string_not_equal(told->kiosk.first_key, told->kiosk.last_key);
	teardown(told);
}

static void a_ticket_survives_a_restart_of_the_kiosk(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	assert_true(wait_state(told, 2000));
	fake_kiosk_stop(&told->kiosk);
	told->kiosk.post_body = "{\"ticket\":\"A032\",\"ahead\":0}";
	assert_int_equal(client_issue(told->client, "land", TICKET_NORMAL,
				      on_answer, told),
			 0);
	assert_false(fake_kiosk_run(told->event, &told->answered, 600));
	fake_kiosk_start(&told->kiosk, told->event);
	assert_true(fake_kiosk_run(told->event, &told->answered, 3000));
	assert_int_equal(told->answer.result, CLIENT_ISSUED);
	teardown(told);
}

static void no_answer_is_said_in_time(void **state)
{
	(void)state;
	struct told *told = setup(0, 900);
	told->kiosk.frozen = true;
	int64_t from = clock_mono_ms();
	assert_int_equal(client_issue(told->client, "land", TICKET_NORMAL,
				      on_answer, told),
			 0);
	assert_true(fake_kiosk_run(told->event, &told->answered, 4000));
	assert_int_equal(told->answer.result, CLIENT_NO_ANSWER);
	assert_in_range(clock_mono_ms() - from, 800, 2000);
	(void)fake_kiosk_run(told->event, NULL, 500);
	assert_int_equal(told->answers, 1);
	teardown(told);
}

static void a_refusal_has_its_message(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	told->kiosk.post_status = 503;
	told->kiosk.post_body = "{\"error\":\"journal_unavailable\",\"message\""
				":{\"vi\":\"Chưa cấp số.\",\"en\":\"None.\"}}";
	assert_int_equal(client_issue(told->client, "land", TICKET_NORMAL,
				      on_answer, told),
			 0);
	assert_true(fake_kiosk_run(told->event, &told->answered, 2000));
	assert_int_equal(told->answer.result, CLIENT_REFUSED);
	assert_string_equal(told->answer.message.vi, "Chưa cấp số.");
	assert_string_equal(told->answer.message.en, "None.");
	assert_int_equal(told->kiosk.posts, 1); /* a refusal is an answer */
	teardown(told);
}

static void the_abandoned_are_not_called(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	told->kiosk.post_body = "{\"ticket\":\"A032\",\"ahead\":0}";
	assert_int_equal(client_issue(told->client, "land", TICKET_NORMAL,
				      on_answer, told),
			 0);
	client_abandon(told->client, told);
	(void)fake_kiosk_run(told->event, NULL, 300);
	assert_int_equal(told->answers, 0);
	teardown(told);
}

static void at_most_four_at_once(void **state)
{
	(void)state;
	struct told *told = setup(0, 0);
	told->kiosk.frozen = true;
	for (int i = 0; i < 4; i++)
		assert_int_equal(client_issue(told->client, "land",
					      TICKET_NORMAL, on_answer, told),
				 0);
	assert_int_equal(client_issue(told->client, "land", TICKET_NORMAL,
				      on_answer, told),
			 -EBUSY);
	teardown(told); /* with all of them under way */
}

static void reads_any_answer(void **state)
{
	static const struct {
		const char *name;
		long status;
		const char *body;
		enum client_result result;
		const char *ticket;
		int ahead;
	} rows[] = {
	    {"a ticket", 201, "{\"ticket\":\"A001\",\"ahead\":0}",
	     CLIENT_ISSUED, "A001", 0},
	    {"a repeated one", 200, "{\"ticket\":\"A001\",\"ahead\":3}",
	     CLIENT_ISSUED, "A001", 3},
	    {"not how many", 201, "{\"ticket\":\"A001\"}", CLIENT_ISSUED,
	     "A001", -1},
	    {"too many", 201, "{\"ticket\":\"A001\",\"ahead\":1e300}",
	     CLIENT_ISSUED, "A001", -1},
	    {"less than none", 201, "{\"ticket\":\"A001\",\"ahead\":-5}",
	     CLIENT_ISSUED, "A001", -1},
	    {"no body", 201, "", CLIENT_NO_ANSWER, "", -1},
	    {"no code", 201, "{\"ticket\":\"25\"}", CLIENT_NO_ANSWER, "", -1},
	    {"a long code", 201,
	     "{\"ticket\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
	     CLIENT_NO_ANSWER, "", -1},
	    {"no JSON", 201, "<html>", CLIENT_NO_ANSWER, "", -1},
	    {"a refusal without words", 429, "", CLIENT_REFUSED, "", -1},
	    {"a refusal of another kind", 500, "[1]", CLIENT_REFUSED, "", -1},
	    {"a refusal with a ticket", 409, "{\"ticket\":\"A001\"}",
	     CLIENT_REFUSED, "", -1},
	    {"a message that is a number", 409, "{\"message\":7}",
	     CLIENT_REFUSED, "", -1},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct client_answer answer;
		client_read_answer(rows[i].status, rows[i].body,
				   strlen(rows[i].body), &answer);
		if (answer.result != rows[i].result ||
		    strcmp(answer.ticket, rows[i].ticket) != 0 ||
		    answer.ahead != rows[i].ahead)
			fail_msg("%s: %d \"%s\" %d", rows[i].name,
				 (int)answer.result, answer.ticket,
				 answer.ahead);
	}
}

static void an_answer_says_how_long_and_whether_in_time(void **state)
{
	static const char late[] =
	    "{\"ticket\":\"A032\",\"ahead\":7,\"wait_s\":{\"low\":600,"
	    "\"high\":900},\"last_call\":true}";
	static const char silent[] = "{\"ticket\":\"A032\",\"wait_s\":null}";
	struct client_answer answer;
	(void)state;
	client_read_answer(201, late, strlen(late), &answer);
	assert_int_equal(answer.wait.low_s, 600);
	assert_int_equal(answer.wait.high_s, 900);
	assert_true(answer.last_call);
	client_read_answer(201, silent, strlen(silent), &answer);
	assert_int_equal(answer.wait.high_s, 0);
	assert_false(answer.last_call);
}

static int make_morning(void **state)
{
	(void)state;
	morning = sample_state(&sample_morning);
	return morning ? 0 : -1;
}

static int free_morning(void **state)
{
	(void)state;
	free(morning);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hears_the_state_at_once),
	    cmocka_unit_test(hears_each_change_however_it_is_cut),
	    cmocka_unit_test(a_comment_is_a_sign_of_life),
	    cmocka_unit_test(comes_back_after_the_kiosk_did),
	    cmocka_unit_test(waits_longer_after_each_failure),
	    cmocka_unit_test(silence_is_probed_and_life_goes_on),
	    cmocka_unit_test(a_change_the_stream_swallowed_comes_by_probe),
	    cmocka_unit_test(a_frozen_kiosk_is_stale_after_five_seconds),
	    cmocka_unit_test(what_is_no_event_stream_is_left),
	    cmocka_unit_test(a_rating_is_given_with_its_reasons),
	    cmocka_unit_test(a_ticket_is_issued),
	    cmocka_unit_test(an_answer_says_how_long_and_whether_in_time),
	    cmocka_unit_test(a_lost_answer_is_asked_for_with_the_same_key),
	    cmocka_unit_test(each_ticket_has_a_key_of_its_own),
	    cmocka_unit_test(a_ticket_survives_a_restart_of_the_kiosk),
	    cmocka_unit_test(no_answer_is_said_in_time),
	    cmocka_unit_test(a_refusal_has_its_message),
	    cmocka_unit_test(the_abandoned_are_not_called),
	    cmocka_unit_test(at_most_four_at_once),
	    cmocka_unit_test(reads_any_answer),
	};
	return cmocka_run_group_tests(tests, make_morning, free_morning);
}
