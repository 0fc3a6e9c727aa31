/* SPDX-License-Identifier: MIT */
/*
 * A doctored journal: the input is rows as lines of JSON, as kioskctl journal
 * export prints them. Each is read and applied to a queue as the replay of a
 * start does, and counted for the day's report. Where the first line is "#",
 * they are written to a journal.db, chain and all, and a kiosk starts upon it.
 *
 * Whatever they say: what does not fit is passed over and changes nothing; what
 * fits leaves a queue in which each ticket is in one place; and the office goes
 * on giving numbers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "journal/record.h"
#include "journal/report.h"
#include "queue/queue.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/office.h"
#include "tests/fuzz/rows.h"

#define TICKETS 300
#define ROWS_MOST 200

static struct config *config;
static struct queue *queue, *before;
static struct queue_rules rules = {
    .n_services = 2,
    .n_counters = 2,
    .counters = {{.services = {0, 1}, .n_services = 2},
		 {.services = {0}, .n_services = 1}},
    .priority_ratio = 2,
    .rates = {1, 4, 2},
    .recall_limit = 3,
    .max_tickets = TICKETS,
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_start();
	config = fuzz_office_config();
	FUZZ_CHECK(queue_new(&rules, &queue) == 0 &&
		       queue_new(&rules, &before) == 0,
		   "no queue");
	return 0;
}

/* ---- row by row ---- */

static void check_event(const struct queue_event *event)
{
	FUZZ_CHECK((int)event->kind >= 0 && (int)event->kind < QUEUE_KINDS,
		   "kind %d", (int)event->kind);
	FUZZ_CHECK(event->service >= QUEUE_NONE && event->service < 2,
		   "service %d", event->service);
	FUZZ_CHECK(event->counter >= QUEUE_NONE && event->counter < 2,
		   "counter %d", event->counter);
	FUZZ_CHECK(event->class >= QUEUE_NONE && event->class < TICKET_CLASSES,
		   "class %d", event->class);
	FUZZ_CHECK(memchr(event->day, 0, sizeof(event->day)), "no end");
}

/* What a row says of an event is what writing the event says again. */
static void check_again(const struct queue_event *event, const char *outcome)
{
	static char detail[JOURNAL_DETAIL_MAX];
	const struct record_extra extra = {.outcome = outcome,
					   .actor = "fuzz",
					   .journal_id = "0",
					   .boot_id = "0",
					   .button = "b",
					   .why = "stuck",
					   .from = "ok",
					   .to = "none"};
	struct journal_row row = {0};
	struct queue_event again;

	if (record_to_row(config, event, "2026-11-24", &extra, detail, &row) <
	    0)
		return;
	FUZZ_CHECK(record_from_row(config, &row, &again, NULL) == 0, "%s: %s",
		   row.kind, detail);
	FUZZ_CHECK(again.kind == event->kind &&
		       again.service == event->service &&
		       again.number == event->number &&
		       again.counter == event->counter,
		   "%s: %s", row.kind, detail);
}

static void check_queue(void)
{
	size_t waiting = 0, counted = 0;

	for (size_t i = 0; i < queue_tickets(queue); i++) {
		const struct queue_ticket *ticket = queue_ticket_at(queue, i);

		waiting += ticket->state == QUEUE_WAITING;
		FUZZ_CHECK(queue_find(queue, ticket->service, ticket->number) ==
			       ticket,
			   "%d/%u is not found", ticket->service,
			   ticket->number);
		if (ticket->state != QUEUE_AT_COUNTER ||
		    ticket->counter == QUEUE_NONE)
			continue;
		FUZZ_CHECK(queue_counter(queue, ticket->counter).serving ==
			       ticket,
			   "a counter knows nothing of its ticket");
	}
	for (int class = 0; class < TICKET_CLASSES; class ++)
		for (int i = 0; i < 2; i++)
			counted +=
			    queue_waiting(queue, i, (enum ticket_class) class) +
			    queue_waiting_for(queue, i,
					      (enum ticket_class) class);
	FUZZ_CHECK(waiting == counted, "%zu wait, %zu in line", waiting,
		   counted);
}

/* Who waits is called, each once. */
static void serve_all(int64_t now_ms)
{
	struct queue_command command = {.verb = QUEUE_CALL_NEXT,
					.service = QUEUE_NONE};
	struct queue_event events[QUEUE_MAX_EVENTS];
	enum queue_refusal why = QUEUE_OK;
	int64_t seq = INT64_MAX / 2;

	for (int turns = 0; turns < TICKETS; turns++) {
		int n;

		command.counter = turns & 1;
		n = queue_decide(queue, &command, now_ms, events, &why);
		FUZZ_CHECK(n <= QUEUE_MAX_EVENTS, "%d events", n);
		for (int i = 0; i < n; i++) {
			events[i].seq = seq++;
			FUZZ_CHECK(queue_apply(queue, &events[i]) == 0,
				   "decided, and does not apply");
		}
		if (n <= 0 && turns > 1)
			break;
	}
	check_queue();
}

static void replay(const struct journal_row *row, struct day_report *report)
{
	struct queue_event event;
	struct record_print print;
	struct record_boot boot;
	char outcome[64];

	if (record_print_from_row(row, &print) == 0)
		FUZZ_CHECK(row->kind, "of no kind");
	if (record_boot_from_row(row, &boot) == 0)
		FUZZ_CHECK(memchr(boot.boot_id, 0, sizeof(boot.boot_id)),
			   "no end");
	(void)journal_begins_run(row->detail);
	FUZZ_CHECK(day_report_add(report, row) == 0, "no memory");
	if (record_from_row(config, row, &event, outcome) < 0)
		return;
	check_event(&event);
	check_again(&event, *outcome ? outcome : NULL);
	queue_copy(before, queue);
	if (queue_apply(queue, &event) < 0) {
		FUZZ_CHECK(queue_tickets(queue) == queue_tickets(before) &&
			       strcmp(queue_day(queue), queue_day(before)) == 0,
			   "refused, and applied");
		return;
	}
	check_queue();
}

static void check_report(struct day_report *report)
{
	const struct report_result *result;
	const struct report_part *day;

	FUZZ_CHECK(day_report_finish(report, &result) == 0, "no memory");
	FUZZ_CHECK(result->by[REPORT_DAY].n == 1, "no day");
	day = &result->by[REPORT_DAY].parts[0];
	FUZZ_CHECK(day->issued == day->served + day->no_show + day->cancelled +
				      day->expired + day->open,
		   "%u issued", day->issued);
	FUZZ_CHECK(day->wait.p50_s <= day->wait.p90_s &&
		       day->wait.p90_s <= day->wait.max_s,
		   "waits");
}

/* ---- a whole start ---- */

static void start_upon(json_t *const objects[], size_t n)
{
	struct kiosk_command issue = {.queue = {.verb = QUEUE_ISSUE,
						.counter = QUEUE_NONE},
				      .actor = "fuzz"};
	struct journal_problem problem;
	struct journal *journal;
	struct fuzz_office office;
	uint64_t before_changes;

	fuzz_clear_directory();
	FUZZ_CHECK(journal_open(fuzz_directory(), clock_wall_ms(), &journal,
				&problem) == 0,
		   "%s", problem.text);
	for (size_t i = 0; i < n; i++) {
		struct journal_row row;

		fuzz_row(objects[i], &row);
		if (!row.kind || !row.day)
			continue;
		if (journal_append(journal, &row) < 0 ||
		    journal_commit(journal) < 0)
			journal_rollback(journal);
	}
	journal_close(journal);
	fuzz_office_open_again(&office);
	before_changes = office.changes;
	kiosk_submit(office.kiosk, &issue, NULL, NULL);
	fuzz_office_run(&office, 50);
	fuzz_office_check(&office);
	/* A doctored row may have used up all numbers of a service. */
	FUZZ_CHECK(office.changes > before_changes ||
		       queue_last(kiosk_queue(office.kiosk), 0) >=
			   TICKET_MAX_NUMBER,
		   "no number is given out any more");
	fuzz_office_close(&office);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	json_t *objects[ROWS_MOST];
	struct day_report *report;
	size_t n = 0;
	bool starts = size > 1 && data[0] == '#' && data[1] == '\n';

	while (at < end && n < ROWS_MOST) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct json_problem problem;

		objects[n] =
		    json_parse_object(at, (size_t)((stop ? stop : end) - at),
				      &problem);
		n += objects[n] != NULL;
		at = stop ? stop + 1 : end;
	}
	if (starts) {
		start_upon(objects, n);
	} else {
		int64_t now_ms = 1795545489811;

		FUZZ_CHECK(day_report_new("2026-11-24", &report) == 0,
			   "no memory");
		queue_free(queue);
		FUZZ_CHECK(queue_new(&rules, &queue) == 0, "no memory");
		for (size_t i = 0; i < n; i++) {
			struct journal_row row;

			fuzz_row(objects[i], &row);
			now_ms = row.at_ms;
			replay(&row, report);
		}
		check_report(report);
		day_report_free(report);
		serve_all(now_ms);
	}
	for (size_t i = 0; i < n; i++)
		json_decref(objects[i]);
	return 0;
}
