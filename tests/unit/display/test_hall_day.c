/* SPDX-License-Identifier: MIT */
/*
 * A day of a busy office, of four hours and 1,200 calls: a real queue decides,
 * a real journal keeps it, and the hall's stage, board and voice follow the
 * states. What was shown and what was spoken is then held against the journal.
 * Time is a number here, so the day takes as long as the machine needs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "display/board.h"
#include "display/speech.h"
#include "journal/record.h"
#include "tests/unit/queue/random.h"

#define OPENING_MS INT64_C(1795480200000) /* 2026-11-24 07:30 in Vietnam */
#define CALLS 1200
#define HOLD_MS 8000
#define COUNTERS 12
#define SERVICES 3
/* A counter calls every 144 s or so, so that all of them together do every 12:
 * 1,200 calls in four hours. */
#define CALL_LEAST_MS 60000
#define CALL_SPREAD_MS 168000

static struct config_service services[SERVICES] = {
    {.id = "land", .prefix = "A"},
    {.id = "civil", .prefix = "B"},
    {.id = "notary", .prefix = "CD"},
};
static struct config_counter counters[COUNTERS];
static const struct config config = {
    .services = services,
    .n_services = SERVICES,
    .counters = counters,
    .n_counters = COUNTERS,
};

/* What the hall saw or heard of a call: the log to be compared. */
struct told {
	int64_t id, from_ms, to_ms;
	char ticket[TICKET_CODE_SIZE];
	int counter;
	char text[SPEECH_TEXT_SIZE]; /* of those that were spoken */
};

struct log {
	struct told told[CALLS + 50];
	size_t n;
};

static struct {
	struct rng rng;
	struct queue *queue;
	struct journal *journal;
	char dir[200];
	int64_t now_ms; /* wall; mono is the same here */
	size_t calls;
	int64_t due_ms[COUNTERS]; /* when each counter acts next */
	uint32_t recalls[COUNTERS];
	/* the hall */
	struct model model;
	int64_t spoken_until_ms;
	bool speaking;
	struct log shown, spoken;
	char frame[TICKET_CODE_SIZE]; /* on the board now, and lit */
	size_t longest_queue;
	int64_t longest_wait_ms;
} day;

/* ---- the kiosk ---- */

static void keep(struct queue_event *event)
{
	const struct record_extra extra = {.actor = "test"};
	char detail[JOURNAL_DETAIL_MAX];
	struct journal_row row;
	assert_int_equal(record_to_row(&config, event, "2026-11-24", &extra,
				       detail, &row),
			 0);
	assert_int_equal(journal_append(day.journal, &row), 0);
	event->seq = row.seq;
	assert_int_equal(queue_apply(day.queue, event), 0);
	if (event->kind == QUEUE_CALLED || event->kind == QUEUE_RECALLED)
		day.calls++;
}

/* How many events it gave. */
static int act(struct queue_command command)
{
	struct queue_event events[QUEUE_MAX_EVENTS];
	enum queue_refusal why;
	int n = queue_decide(day.queue, &command, day.now_ms, events, &why);
	for (int i = 0; i < n; i++)
		keep(&events[i]);
	return n;
}

static int at_counter(enum queue_verb verb, int counter)
{
	return act((struct queue_command){.verb = verb,
					  .service = QUEUE_NONE,
					  .counter = counter});
}

static void issue(void)
{
	assert_int_equal(act((struct queue_command){.verb = QUEUE_ISSUE,
						    .service = (int)
							rng_below(&day.rng,
								  SERVICES),
						    .class =
							rng_below(&day.rng,
								  5) == 0
							    ? TICKET_PRIORITY
							    : TICKET_NORMAL,
						    .counter = QUEUE_NONE}),
			 1);
}

/* Calls the next, or the same one again who did not come. */
static void serve(int counter)
{
	bool there = queue_counter(day.queue, counter).serving != NULL;
	bool again =
	    there && day.recalls[counter] < 2 && rng_below(&day.rng, 8) == 0;
	while (!again && !queue_has_next(day.queue, counter))
		issue();
	if (there && day.recalls[counter] == 2)
		assert_int_equal(at_counter(QUEUE_MISS, counter), 1);
	if (again) {
		assert_int_equal(at_counter(QUEUE_RECALL, counter), 1);
		day.recalls[counter]++;
	} else {
		assert_true(at_counter(QUEUE_CALL_NEXT, counter) > 0);
		day.recalls[counter] = 0;
	}
	day.due_ms[counter] =
	    day.now_ms + CALL_LEAST_MS + rng_below(&day.rng, CALL_SPREAD_MS);
}

static void code_of(int service, uint32_t number, char out[TICKET_CODE_SIZE])
{
	ticket_code(out, services[service].prefix, number);
}

static json_t *serving(int counter)
{
	const struct queue_ticket *ticket =
	    queue_counter(day.queue, counter).serving;
	char code[TICKET_CODE_SIZE];
	if (!ticket)
		return json_null();
	code_of(ticket->service, ticket->number, code);
	return json_pack("{s:s, s:s}", "ticket", code, "class",
			 ticket_class_name(ticket->class));
}

/* As much of /v1/state as the hall looks at. */
static char *state(void)
{
	struct queue_call calls[QUEUE_CALLS];
	size_t n = queue_calls(day.queue, calls);
	int64_t seq = n ? calls[0].id : 0;
	json_t *root =
	    json_pack("{s:I, s:I, s:[], s:[], s:[]}", "seq", (json_int_t)seq,
		      "at_ms", (json_int_t)day.now_ms, "services", "counters",
		      "calls");
	for (int i = 0; i < COUNTERS; i++)
		json_array_append_new(json_object_get(root, "counters"),
				      json_pack("{s:i, s:s, s:o}", "id", i + 1,
						"state", "open", "serving",
						serving(i)));
	for (size_t i = 0; i < n; i++) {
		char code[TICKET_CODE_SIZE];
		code_of(calls[i].service, calls[i].number, code);
		json_array_append_new(json_object_get(root, "calls"),
				      json_pack("{s:I, s:s, s:i, s:I, s:i}",
						"id", (json_int_t)calls[i].id,
						"ticket", code, "counter",
						calls[i].counter + 1, "at_ms",
						(json_int_t)calls[i].at_ms,
						"calls", (int)calls[i].calls));
	}
	char *text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	assert_non_null(text);
	return text;
}

/* ---- the hall ---- */

static struct moment now(void)
{
	return (struct moment){day.now_ms, day.now_ms};
}

static void note(struct log *log, const struct model_call *call,
		 int64_t until_ms, const char *text)
{
	assert_true(log->n < sizeof(log->told) / sizeof(log->told[0]));
	struct told *told = &log->told[log->n++];
	told->id = call->id;
	told->from_ms = day.now_ms;
	told->to_ms = until_ms;
	told->counter = call->counter;
	memcpy(told->ticket, call->ticket, sizeof(told->ticket));
	snprintf(told->text, sizeof(told->text), "%s", text);
}

/* A chime, and then 350 ms a piece: as long as espeak-ng takes, about. */
static void speak(const struct model_call *call)
{
	static const struct speech_manner manner = {.digits = true};
	struct speech speech;
	char text[SPEECH_TEXT_SIZE];
	speech_make(&speech, LANGUAGE_VI,
		    "Mời số {ticket} đến quầy số {counter}", call->ticket,
		    (unsigned)call->counter, &manner);
	speech_text(&speech, text);
	day.speaking = true;
	day.spoken_until_ms = day.now_ms + 1200 + 350 * (int64_t)speech.n +
			      rng_below(&day.rng, 4000);
	note(&day.spoken, call, day.spoken_until_ms, text);
}

/* As app.c looks: the stage, then what the board shows. */
static void look(void)
{
	static struct board_view view;
	struct stage *stage = &day.model.stage;
	if (day.speaking && day.now_ms >= day.spoken_until_ms)
		day.speaking = false;
	bool changed = stage_step(stage, HOLD_MS, day.speaking, day.now_ms);
	if (changed) {
		if (day.shown.n > 0)
			day.shown.told[day.shown.n - 1].to_ms = day.now_ms;
		note(&day.shown, &stage->now, INT64_MAX, "");
		if (day.now_ms - stage->now.at_ms > day.longest_wait_ms)
			day.longest_wait_ms = day.now_ms - stage->now.at_ms;
		speak(&stage->now);
	}
	if (stage->n_queue > day.longest_queue)
		day.longest_queue = stage->n_queue;
	board_compose(&day.model, now(), &(struct board_room){8, 14, 0}, &view);
	if (day.shown.n == 0)
		return;
	/* The picture, and not only the stage behind it. */
	const struct told *told = &day.shown.told[day.shown.n - 1];
	assert_string_equal(view.stage.code, told->ticket);
	assert_int_equal(view.stage.counter_id, told->counter);
	assert_int_equal(view.lit, day.now_ms < told->from_ms + HOLD_MS);
	assert_int_equal(view.n_more + (stage->n_queue < BOARD_ROWS
					    ? stage->n_queue
					    : BOARD_ROWS),
			 stage->n_queue);
}

static void send_state(void)
{
	char problem[MODEL_PROBLEM_SIZE];
	char *json = state();
	model_heard(&day.model, now());
	assert_int_equal(model_take(&day.model, json, strlen(json),
				    MODEL_FROM_STREAM, problem),
			 0);
	free(json);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t next_ms(void)
{
	int64_t next = day.speaking ? day.spoken_until_ms
				    : stage_next_ms(&day.model.stage);
	/* While it speaks, its end is what the stage waits for. */
	if (day.speaking && day.now_ms < day.model.stage.hold_until_ms)
		next = earlier(next, day.model.stage.hold_until_ms);
	for (int i = 0; i < COUNTERS && day.calls < CALLS; i++)
		next = earlier(next, day.due_ms[i]);
	return next;
}

static void live(void)
{
	send_state(); /* the display has been there since the morning */
	for (;;) {
		int64_t next = next_ms();
		if (next == INT64_MAX)
			break;
		if (next > day.now_ms)
			day.now_ms = next;
		bool news = false;
		for (int i = 0; i < COUNTERS && day.calls < CALLS; i++)
			if (day.due_ms[i] <= day.now_ms) {
				serve(i);
				news = true;
			}
		if (news)
			send_state();
		look();
	}
	day.shown.told[day.shown.n - 1].to_ms = day.now_ms + HOLD_MS;
	assert_int_equal(journal_commit(day.journal), 0);
}

/* ---- the journal against it ---- */

static int compare(void *arg, const struct journal_row *row)
{
	size_t *n = arg;
	static const struct speech_manner manner = {.digits = true};
	struct speech speech;
	char text[SPEECH_TEXT_SIZE], code[TICKET_CODE_SIZE];
	if (strcmp(row->kind, "called") != 0 &&
	    strcmp(row->kind, "recalled") != 0)
		return 0;
	const struct told *shown = &day.shown.told[*n];
	const struct told *spoken = &day.spoken.told[*n];
	(*n)++;
	for (int i = 0; i < SERVICES; i++)
		if (strcmp(services[i].id, row->service) == 0)
			code_of(i, (uint32_t)row->number, code);
	assert_int_equal(shown->id, row->seq);
	assert_string_equal(shown->ticket, code);
	assert_int_equal(shown->counter, row->counter);
	assert_true(shown->from_ms >= row->at_ms);
	assert_true(shown->to_ms - shown->from_ms >= HOLD_MS);
	speech_make(&speech, LANGUAGE_VI,
		    "Mời số {ticket} đến quầy số {counter}", code,
		    (unsigned)row->counter, &manner);
	speech_text(&speech, text);
	assert_int_equal(spoken->id, row->seq);
	assert_string_equal(spoken->text, text);
	assert_int_equal(spoken->from_ms, shown->from_ms);
	/* It is over before another one has the stage. */
	assert_true(spoken->to_ms <= shown->to_ms);
	if (*n > 1)
		assert_true(spoken->from_ms >= spoken[-1].to_ms);
	return 0;
}

static void each_call_is_shown_and_spoken_once_at_its_counter(void **state_)
{
	size_t n = 0;
	(void)state_;
	live();
	assert_int_equal(day.calls, CALLS);
	assert_int_equal(day.shown.n, CALLS);
	assert_int_equal(day.spoken.n, CALLS);
	assert_int_equal(day.model.stage.lost, 0);
	assert_int_equal(journal_each(day.journal, 0, 0, compare, &n), 0);
	assert_int_equal(n, CALLS);
	double hours = (double)(day.now_ms - OPENING_MS) / 3600000;
	print_message("%.1f h; the longest queue for the stage %zu, the "
		      "longest "
		      "way from the button to it %.0f s\n",
		      hours, day.longest_queue,
		      (double)day.longest_wait_ms / 1000);
	assert_true(hours > 3.5 && hours < 4.5);
}

/* ---- the morning ---- */

static void open_day(void)
{
	struct queue_command open = {.verb = QUEUE_OPEN_DAY,
				     .service = QUEUE_NONE,
				     .counter = QUEUE_NONE,
				     .day = "2026-11-24"};
	while (act(open) > 0)
		;
	for (int i = 0; i < COUNTERS; i++)
		day.due_ms[i] =
		    day.now_ms + rng_below(&day.rng, CALL_SPREAD_MS);
}

static int morning(void **state_)
{
	const char *tmp = getenv("TMPDIR");
	struct journal_problem problem;
	struct queue_rules rules = {
	    .n_services = SERVICES,
	    .n_counters = COUNTERS,
	    .policy = QUEUE_RATIO,
	    .priority_ratio = 2,
	    .rates = {1, 4, 2},
	    .max_tickets = 4 * CALLS,
	};
	(void)state_;
	day.rng.state = random_seed("each_call_is_shown_and_spoken");
	for (int i = 0; i < COUNTERS; i++) {
		counters[i].id = i + 1;
		rules.counters[i].n_services = SERVICES;
		for (uint8_t s = 0; s < SERVICES; s++)
			rules.counters[i].services[s] = s;
	}
	day.now_ms = OPENING_MS;
	model_init(&day.model, now());
	snprintf(day.dir, sizeof(day.dir), "%s/kiosk-day-XXXXXX",
		 tmp ? tmp : "/tmp");
	if (!mkdtemp(day.dir) || clock_set_zone("Asia/Ho_Chi_Minh") < 0 ||
	    queue_new(&rules, &day.queue) < 0 ||
	    journal_open(day.dir, day.now_ms, &day.journal, &problem) < 0)
		return -1;
	open_day();
	return journal_commit(day.journal);
}

static int evening(void **state_)
{
	(void)state_;
	journal_close(day.journal);
	queue_free(day.queue);
	DIR *dir = opendir(day.dir);
	for (struct dirent *entry; dir && (entry = readdir(dir));)
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	return rmdir(day.dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_call_is_shown_and_spoken_once_at_its_counter),
	};
	return cmocka_run_group_tests(tests, morning, evening);
}
