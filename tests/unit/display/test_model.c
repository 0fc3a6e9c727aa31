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
#include <time.h>

#include "display/model.h"
#include "tests/unit/support/sample_state.h"

static const struct moment start = {SAMPLE_WALL_MS, 1000};
static struct model model;
static char problem[MODEL_PROBLEM_SIZE];

static int fresh_model(void **state)
{
	(void)state;
	model_init(&model, start);
	return 0;
}

static int take(const char *json)
{
	return model_take(&model, json, strlen(json), MODEL_FROM_STREAM,
			  problem);
}

static void take_sample(const struct sample_state *sample,
			enum model_source source)
{
	char *json = sample_state(sample);
	assert_int_equal(model_take(&model, json, strlen(json), source,
				    problem),
			 0);
	free(json);
}

static void reads_a_whole_state(void **state)
{
	(void)state;
	take_sample(&sample_morning, MODEL_FROM_STREAM);
	const struct model_state *s = &model.state;
	assert_true(model.has_state);
	assert_int_equal(s->seq, 100);
	assert_string_equal(s->office.en,
			    "Tan Tru Commune Public Service Centre");
	assert_int_equal(s->n_services, 5);
	assert_string_equal(s->services[1].prefix, "B");
	assert_string_equal(s->services[1].name.vi, "Hộ tịch – Chứng thực");
	assert_int_equal(s->services[1].waiting, 12);
	assert_true(s->services[1].open);
	assert_int_equal(s->n_counters, 4);
	assert_string_equal(s->counters[1].serving.ticket, "B031");
	assert_int_equal(s->counters[1].serving.class, TICKET_PRIORITY);
	assert_string_equal(s->counters[3].serving.ticket, "");
	assert_int_equal(s->counters[3].services, 3); /* the first two */
	assert_string_equal(s->counters[0].to_rate, "");
	assert_int_equal(s->n_calls, 8);
	assert_string_equal(s->calls[2].ticket, "C007");
	assert_int_equal(s->calls[2].counter, 3);
	assert_int_equal(s->n_notices, 1);
	assert_int_equal(s->printer, MODEL_PRINTER_OK);
}

#define LISTS "\"services\":[],\"counters\":[],\"calls\":[]"

static void refuses_what_it_cannot_read(void **state)
{
	static const struct {
		const char *name, *json, *problem;
	} rows[] = {
	    {"empty", "", "line"},
	    {"no JSON", "hello", "line 1"},
	    {"a list", "[]", ""},
	    {"an empty object", "{}", "seq: a number is expected"},
	    {"seq is text", "{\"seq\":\"7\"," LISTS "}", "seq: a number"},
	    {"no services", "{\"seq\":1,\"counters\":[],\"calls\":[]}",
	     "services: a list is expected"},
	    {"services is a number",
	     "{\"seq\":1,\"services\":1,\"counters\":[],\"calls\":[]}",
	     "services: a list is expected"},
	    {"a service is text",
	     "{\"seq\":1,\"services\":[\"x\"],\"counters\":[],\"calls\":[]}",
	     "services[0]: an object is expected"},
	    {"a service without id",
	     "{\"seq\":1,\"services\":[{\"prefix\":\"A\"}],\"counters\":[],"
	     "\"calls\":[]}",
	     "services[0].id: "},
	    {"the third prefix is too long",
	     "{\"seq\":1,\"services\":[{\"id\":\"a\",\"prefix\":\"A\"},{\"id\":"
	     "\"b\",\"prefix\":\"B\"},{\"id\":\"c\",\"prefix\":\"ABCD\"}],"
	     "\"counters\":[],\"calls\":[]}",
	     "services[2].prefix: "},
	    {"a counter 0",
	     "{\"seq\":1,\"services\":[],\"counters\":[{\"id\":0}],\"calls\":[]"
	     "}",
	     "counters[0].id: a number from 1 to 99"},
	    {"to rate no code",
	     "{\"seq\":1,\"services\":[],\"counters\":[{\"id\":1,\"to_rate\":{"
	     "\"ticket\":\"a\"}}],\"calls\":[]}",
	     "counters[0].ticket"},
	    {"serving no code",
	     "{\"seq\":1,\"services\":[],\"counters\":[{\"id\":1,\"serving\":{"
	     "\"ticket\":\"25\"}}],\"calls\":[]}",
	     "counters[0].ticket: a code such as A025"},
	    {"a call without counter",
	     "{\"seq\":1,\"services\":[],\"counters\":[],\"calls\":[{"
	     "\"ticket\":\"A001\"}]}",
	     "calls[0].counter: "},
	    {"an older call before a newer one",
	     "{\"seq\":1,\"services\":[],\"counters\":[],\"calls\":[{\"id\":5,"
	     "\"ticket\":\"A001\",\"counter\":1},{\"id\":6,\"ticket\":\"A002\","
	     "\"counter\":1}]}",
	     "calls[1].id: a smaller one"},
	    {"the same call twice",
	     "{\"seq\":1,\"services\":[],\"counters\":[],\"calls\":[{\"id\":5,"
	     "\"ticket\":\"A001\",\"counter\":1},{\"id\":5,\"ticket\":\"A001\","
	     "\"counter\":1}]}",
	     "calls[1].id: a smaller one"},
	    {"a code that is a story",
	     "{\"seq\":1,\"services\":[],\"counters\":[],\"calls\":[{"
	     "\"ticket\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"counter\":1}]}",
	     "calls[0].ticket: "},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		model_init(&model, start);
		problem[0] = '\0';
		if (take(rows[i].json) != -EINVAL || model.has_state ||
		    strncmp(problem, rows[i].problem,
			    strlen(rows[i].problem)) != 0)
			fail_msg("%s: \"%s\"", rows[i].name, problem);
	}
}

static void the_last_refused_press_is_known(void **state)
{
	(void)state;
	assert_int_equal(
	    take("{\"seq\":1,\"services\":[],\"counters\":[],\"calls\":[],"
		 "\"health\":{\"panel\":{\"refused\":{\"service\":\"land\","
		 "\"error\":\"printer_out\",\"at_ms\":77}}}}"),
	    0);
	assert_int_equal(model.state.refused.at_ms, 77);
	assert_string_equal(model.state.refused.service, "land");
	assert_int_equal(model.state.refused.why, MODEL_REFUSED_PAPER);
	assert_int_equal(take("{\"seq\":2,\"services\":[],\"counters\":[],"
			      "\"calls\":[],"
			      "\"health\":{\"panel\":{\"refused\":null}}}"),
			 0);
	assert_int_equal(model.state.refused.at_ms, 0);
}

static void what_is_only_for_show_may_be_missing(void **state)
{
	(void)state;
	assert_int_equal(
	    take("{\"seq\":1,\"services\":[{\"id\":\"land\",\"prefix\":\"A\","
		 "\"name\":7,\"waiting\":-3,\"open\":null}],\"counters\":[{"
		 "\"id\":1,\"state\":\"asleep\",\"serving\":null}],\"calls\":[{"
		 "\"ticket\":\"A001\",\"counter\":1,\"calls\":1e9}],"
		 "\"notices\":[{\"vi\":\"\"},{\"vi\":\"x\"},3],\"health\":[]}"),
	    0);
	assert_string_equal(model.state.services[0].name.vi, "land");
	assert_int_equal(model.state.services[0].waiting, 0);
	assert_true(model.state.services[0].open);
	assert_int_equal(model.state.counters[0].state, MODEL_OPEN);
	assert_int_equal(model.state.calls[0].calls, 1);
	assert_int_equal(model.state.n_notices, 1);
	assert_int_equal(model.state.printer, MODEL_PRINTER_NONE);
}

static void takes_no_more_than_it_has_room_for(void **state)
{
	(void)state;
	const struct sample_state crowd = {.seq = 1,
					   .n_services = 40,
					   .n_counters = 40,
					   .n_calls = 8,
					   .n_notices = 30,
					   .long_names = true};
	take_sample(&crowd, MODEL_FROM_STREAM);
	assert_int_equal(model.state.n_services, MODEL_MAX_SERVICES);
	assert_int_equal(model.state.n_counters, MODEL_MAX_COUNTERS);
	assert_int_equal(model.state.n_notices, MODEL_MAX_NOTICES);
}

static void a_bad_state_leaves_the_good_one_and_is_stale(void **state)
{
	(void)state;
	take_sample(&sample_morning, MODEL_FROM_STREAM);
	assert_false(model_stale(&model, start));
	assert_int_equal(take("{\"seq\":101}"), -EINVAL);
	assert_int_equal(model.state.seq, 100);
	assert_int_equal(model.state.n_calls, 8);
	assert_true(model_stale(&model, start));
	take_sample(&sample_morning, MODEL_FROM_STREAM);
	assert_false(model_stale(&model, start));
}

static void a_probe_never_turns_the_stream_back(void **state)
{
	(void)state;
	struct sample_state old = sample_morning, new = sample_morning;
	old.seq = 99;
	old.n_calls = 7;
	new.seq = 101;
	new.n_calls = 6;
	take_sample(&sample_morning, MODEL_FROM_STREAM);
	take_sample(&old, MODEL_FROM_PROBE);
	assert_int_equal(model.state.n_calls, 8);
	take_sample(&new, MODEL_FROM_PROBE);
	assert_int_equal(model.state.n_calls, 6);
}

static void a_new_journal_may_begin_lower(void **state)
{
	(void)state;
	struct sample_state anew = sample_morning;
	anew.seq = 2;
	take_sample(&sample_morning, MODEL_FROM_STREAM);
	take_sample(&anew, MODEL_FROM_STREAM);
	assert_int_equal(model.state.seq, 2);
}

static void equal_states_have_equal_bytes(void **state)
{
	(void)state;
	static struct model_state first;
	struct sample_state other = sample_morning;
	other.long_names = true;
	take_sample(&sample_morning, MODEL_FROM_STREAM);
	memcpy(&first, &model.state, sizeof(first));
	take_sample(&other, MODEL_FROM_STREAM);
	assert_memory_not_equal(&first, &model.state, sizeof(first));
	take_sample(&sample_morning, MODEL_FROM_STREAM);
	assert_memory_equal(&first, &model.state, sizeof(first));
}

static void five_seconds_of_silence_are_stale(void **state)
{
	static const struct {
		int64_t after_ms;
		bool stale;
	} rows[] = {{0, false}, {4999, false}, {5000, true}, {3600000, true}};
	(void)state;
	take_sample(&sample_morning, MODEL_FROM_STREAM);
	for (size_t i = 0; i < 4; i++) {
		struct moment now = start;
		now.mono_ms += rows[i].after_ms;
		assert_int_equal(model_stale(&model, now), rows[i].stale);
	}
	assert_int_equal(model_stale_at_ms(&model, start), 6000);
	struct moment late = {start.wall_ms, 6000};
	assert_int_equal(model_stale_at_ms(&model, late), INT64_MAX);
	model_heard(&model, late);
	assert_false(model_stale(&model, late));
	assert_int_equal(model_stale_at_ms(&model, late), 11000);
}

static void a_jump_of_the_wall_clock_is_no_silence(void **state)
{
	(void)state;
	take_sample(&sample_morning, MODEL_FROM_STREAM);
	struct moment now = {start.wall_ms + 86400000, start.mono_ms + 1};
	assert_false(model_stale(&model, now));
}

static void copies_whole_characters_only(void **state)
{
	static const struct {
		const char *name, *from, *to;
		size_t size;
	} rows[] = {
	    {"fits", "abc", "abc", 4},
	    {"cut", "abcd", "abc", 4},
	    {"cut before a wide one", "abộ", "ab", 4},
	    {"a wide one that fits", "abộ", "abộ", 6},
	    {"control characters", "a\nb\tc\x7F", "a b c ", 8},
	    {"empty", "", "", 4},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char to[16];
		memset(to, 'x', sizeof(to));
		model_copy(to, rows[i].size, rows[i].from);
		if (strcmp(to, rows[i].to) != 0)
			fail_msg("%s: \"%s\"", rows[i].name, to);
		for (size_t k = strlen(to); k < rows[i].size; k++)
			assert_int_equal(to[k], 0);
	}
}

static void finds_what_belongs_to_a_ticket(void **state)
{
	(void)state;
	take_sample(&sample_morning, MODEL_FROM_STREAM);
	const struct model_state *s = &model.state;
	assert_string_equal(model_service_of(s, "B031")->prefix, "B");
	assert_null(model_service_of(s, "BB031"));
	assert_null(model_service_of(s, "nonsense"));
	assert_int_equal(model_serving_counter(s, "B031")->id, 2);
	assert_null(model_serving_counter(s, "B030"));
	assert_int_equal(model_counter(s, 4)->id, 4);
	assert_null(model_counter(s, 5));
}

static void knows_the_printers_words(void **state)
{
	static const struct {
		const char *word;
		enum model_printer printer;
	} rows[] = {
	    {"ok", MODEL_PRINTER_OK},
	    {"paper_low", MODEL_PRINTER_PAPER_LOW},
	    {"unknown", MODEL_PRINTER_UNKNOWN},
	    {"paper_out", MODEL_PRINTER_PAPER_OUT},
	    {"cover_open", MODEL_PRINTER_COVER_OPEN},
	    {"offline", MODEL_PRINTER_OFFLINE},
	    {"none", MODEL_PRINTER_NONE},
	    {"cutter_error", MODEL_PRINTER_FAULT},
	    {"overheated", MODEL_PRINTER_FAULT},
	    {"on fire", MODEL_PRINTER_FAULT},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample_state sample = sample_morning;
		sample.printer = rows[i].word;
		take_sample(&sample, MODEL_FROM_STREAM);
		if (model.state.printer != rows[i].printer)
			fail_msg("%s", rows[i].word);
	}
}

static void reads_the_wait_and_why_there_is_none(void **state)
{
	struct sample_state sample = sample_morning;
	(void)state;
	sample.waits = sample.last_service_closed = true;
	take_sample(&sample, MODEL_FROM_STREAM);
	const struct model_service *services = model.state.services;
	assert_int_equal(services[0].wait.low_s, 600);
	assert_int_equal(services[0].wait.high_s, 900);
	assert_false(services[0].last_call);
	assert_int_equal(services[2].wait.high_s, 0);
	assert_true(services[2].last_call);
	assert_int_equal(services[3].why, MODEL_WHY_CAP);
	assert_int_equal(services[4].why, MODEL_WHY_HOURS);
	assert_string_equal(services[4].opens.en, "13:30");
}

static void a_range_that_is_none_is_no_wait(void **state)
{
	static const char *const rows[] = {
	    "null",
	    "7",
	    "{}",
	    "{\"low\":600}",
	    "{\"high\":600}",
	    "{\"low\":900,\"high\":600}",
	    "{\"low\":0,\"high\":0}",
	    "{\"low\":-5,\"high\":-1}",
	    "{\"low\":\"600\",\"high\":900}",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char json[300];
		snprintf(json, sizeof(json),
			 "{\"seq\":1,\"services\":[{\"id\":\"a\",\"prefix\":"
			 "\"A\",\"wait_s\":%s}],\"counters\":[],\"calls\":[]}",
			 rows[i]);
		assert_int_equal(take(json), 0);
		if (model.state.services[0].wait.high_s != 0)
			fail_msg("%s", rows[i]);
	}
}

static void survives_a_state_cut_anywhere(void **state)
{
	(void)state;
	char *json = sample_state(&sample_morning);
	size_t n = strlen(json);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(model_take(&model, json, i, MODEL_FROM_STREAM,
					    problem),
				 -EINVAL);
	free(json);
}

/* KIOSK_TEST_SEED takes a seed back. */
static void survives_random_damage(void **state)
{
	(void)state;
	const char *given = getenv("KIOSK_TEST_SEED");
	unsigned seed =
	    given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
	print_message("# seed %u\n", seed);
	char *json = sample_state(&sample_morning);
	size_t n = strlen(json);
	char *bad = malloc(n);
	assert_non_null(bad);
	static const char alphabet[] = "{}[]\",:0123456789-eE.tnx\\u\xE1\xBB\n";
	int taken = 0;
	for (int round = 0; round < 3000; round++) {
		memcpy(bad, json, n);
		int hits = 1 + rand_r(&seed) % 4;
		for (int i = 0; i < hits; i++)
			bad[(size_t)rand_r(&seed) % n] =
			    alphabet[(size_t)rand_r(&seed) %
				     (sizeof(alphabet) - 1)];
		int r = model_take(&model, bad, n, MODEL_FROM_STREAM, problem);
		assert_true(r == 0 || (r == -EINVAL && problem[0]));
		taken += r == 0;
	}
	assert_true(taken > 0); /* else the damage is too great to test much */
	free(bad);
	free(json);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, fresh_model)
	const struct CMUnitTest tests[] = {
	    TEST(reads_a_whole_state),
	    TEST(refuses_what_it_cannot_read),
	    TEST(the_last_refused_press_is_known),
	    TEST(what_is_only_for_show_may_be_missing),
	    TEST(takes_no_more_than_it_has_room_for),
	    TEST(a_bad_state_leaves_the_good_one_and_is_stale),
	    TEST(a_probe_never_turns_the_stream_back),
	    TEST(a_new_journal_may_begin_lower),
	    TEST(equal_states_have_equal_bytes),
	    TEST(five_seconds_of_silence_are_stale),
	    TEST(a_jump_of_the_wall_clock_is_no_silence),
	    TEST(copies_whole_characters_only),
	    TEST(finds_what_belongs_to_a_ticket),
	    TEST(knows_the_printers_words),
	    TEST(reads_the_wait_and_why_there_is_none),
	    TEST(a_range_that_is_none_is_no_wait),
	    TEST(survives_a_state_cut_anywhere),
	    TEST(survives_random_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
