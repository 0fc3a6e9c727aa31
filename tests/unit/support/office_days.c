/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/office_days.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "journal/record.h"
#include "tests/unit/queue/random.h"

#define MINUTE_MS 60000LL
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_STARTS_MIN 300
#define OPENING_MS 1795480200000 /* 2026-11-24 07:30 in Vietnam */

static char *of_land[] = {"accepted", "supplement", "returned_result"};
static char *of_civil[] = {"done"};
static struct config_service services[] = {
    {.id = "land", .prefix = "A", .outcomes = of_land, .n_outcomes = 3},
    {.id = "civil", .prefix = "B", .outcomes = of_civil, .n_outcomes = 1},
    {.id = "notary", .prefix = "CD"},
};
#define SERVICES 3
static struct config_counter counters[] = {
    {.id = 1, .services = {0, 1}, .n_services = 2},
    {.id = 2, .services = {1, 2}, .n_services = 2},
    {.id = 12, .services = {2, 0, 1}, .n_services = 3},
};
#define COUNTERS 3
static const struct config config = {
    .services = services,
    .n_services = SERVICES,
    .counters = counters,
    .n_counters = COUNTERS,
};

struct maker {
	struct office_days *office;
	struct rng rng;
	struct queue *queue;
	int64_t now_ms; /* by the wall clock, as it is set */
	bool synced;
	unsigned oddities, steps; /* so far: each kind has its turn */
};

static void die(const char *what)
{
	fprintf(stderr, "office_days: %s\n", what);
	exit(99);
}

static void *must(void *memory)
{
	if (!memory)
		die("out of memory");
	return memory;
}

static bool one_in(struct maker *maker, uint32_t n)
{
	return rng_below(&maker->rng, n) == 0;
}

static void keep_day(struct office_days *office, const char *day)
{
	for (size_t i = 0; i < office->n_days; i++) {
		if (strcmp(office->days[i], day) == 0)
			return;
	}
	office->days = must(reallocarray(office->days, office->n_days + 1,
					 sizeof(office->days[0])));
	(void)snprintf(office->days[office->n_days++], 11, "%s", day);
}

static void keep_row(struct office_days *office, const struct journal_row *row)
{
	struct journal_row *kept;

	if (office->n == office->size) {
		office->size = office->size ? 2 * office->size : 1024;
		office->rows = must(reallocarray(office->rows, office->size,
						 sizeof(office->rows[0])));
	}
	kept = &office->rows[office->n++];
	*kept = *row;
	kept->seq = (int64_t)office->n;
	/* The other texts last as long as the program. */
	kept->day = must(strdup(row->day));
	if (row->detail)
		kept->detail = must(strdup(row->detail));
}

static void put(struct maker *maker, struct queue_event *event,
		const char *outcome)
{
	static const char boot[] = "b00t";
	const struct record_extra extra = {.actor = "test",
					   .outcome = outcome,
					   .boot_id = boot};
	char detail[JOURNAL_DETAIL_MAX];
	char today[CLOCK_DAY_LEN + 1];
	const char *day = queue_day(maker->queue);
	struct journal_row row;

	if (event->kind == QUEUE_DAY_OPENED) {
		day = event->day;
		keep_day(maker->office, day);
	} else if (!*day) {
		clock_business_day(event->at_ms, DAY_STARTS_MIN, today);
		day = today;
	}
	if (record_to_row(&config, event, day, &extra, detail, &row) != 0)
		die("a row cannot be written");
	keep_row(maker->office, &row);
	event->seq = (int64_t)maker->office->n;
	if (queue_apply(maker->queue, event) != 0)
		die("an event of the queue's own does not fit");
}

static struct queue_event machine_event(const struct maker *maker,
					enum queue_kind kind)
{
	return (struct queue_event){.kind = kind,
				    .at_ms = maker->now_ms,
				    .service = QUEUE_NONE,
				    .class = QUEUE_NONE,
				    .counter = QUEUE_NONE,
				    .to_service = QUEUE_NONE,
				    .to_counter = QUEUE_NONE};
}

static void load_config(struct maker *maker, bool booted)
{
	struct queue_event event = machine_event(maker, QUEUE_CONFIG_LOADED);

	event.booted = booted;
	put(maker, &event, NULL);
}

/* As kiosk_time.c does before each command. */
static void follow_day(struct maker *maker, bool stepped)
{
	struct queue_command command = {.verb = QUEUE_OPEN_DAY,
					.service = QUEUE_NONE,
					.counter = QUEUE_NONE};
	struct queue_event events[QUEUE_MAX_EVENTS];
	enum queue_refusal why;
	char today[CLOCK_DAY_LEN + 1];
	int order, n;

	clock_business_day(maker->now_ms, DAY_STARTS_MIN, today);
	order = strcmp(today, queue_day(maker->queue));
	if (order < 0 && !stepped && !maker->synced)
		return;
	command.stepped = (stepped || order < 0) && *queue_day(maker->queue);
	memcpy(command.day, today, sizeof(command.day));
	while ((n = queue_decide(maker->queue, &command, maker->now_ms, events,
				 &why)) > 0) {
		for (int i = 0; i < n; i++)
			put(maker, &events[i], NULL);
	}
	if (order != 0)
		load_config(maker, false);
}

static void step_clock(struct maker *maker, int64_t step_ms)
{
	struct queue_event event;

	maker->now_ms += step_ms;
	event = machine_event(maker, QUEUE_CLOCK_STEPPED);
	event.step_ms = step_ms;
	put(maker, &event, NULL);
	follow_day(maker, true);
}

/* A Pi has no battery: its clock goes on from where it was stopped. */
static void cut_power(struct maker *maker)
{
	int64_t off_ms = rng_below(&maker->rng, 90) * MINUTE_MS;
	bool network = one_in(maker, 2);

	load_config(maker, true);
	maker->now_ms += rng_below(&maker->rng, 300) * 1000;
	if (network && off_ms > 0)
		step_clock(maker, off_ms);
}

static void set_clock(struct maker *maker)
{
	static const int64_t minutes[] = {26 * 60, 7,      -13 * 60,
					  -2 * 60, -11,    60,
					  24 * 60, 5 * 60, -26 * 60};
	size_t n = sizeof(minutes) / sizeof(minutes[0]);
	int64_t step_ms = minutes[maker->steps++ % n] * MINUTE_MS +
			  rng_below(&maker->rng, 1000) * 77;

	maker->now_ms += rng_below(&maker->rng, 60) * 1000;
	step_clock(maker, step_ms);
	if (!one_in(maker, 3)) /* it was wrong: set right again, soon */
		step_clock(maker, -step_ms - rng_below(&maker->rng, 3000));
}

static void go_home(struct maker *maker)
{
	maker->now_ms = clock_next_day_ms(maker->now_ms, DAY_STARTS_MIN) + 5;
	follow_day(maker, false);
	maker->now_ms += 2 * HOUR_MS + rng_below(&maker->rng, 3600) * 1000;
}

static void be_odd(struct maker *maker)
{
	switch (maker->oddities++ % 4) {
	case 0:
		set_clock(maker);
		break;
	case 1:
		cut_power(maker);
		break;
	case 2:
		go_home(maker);
		break;
	case 3:
		maker->synced = !maker->synced;
		break;
	}
}

static enum queue_verb choose_verb(struct maker *maker)
{
	static const struct {
		enum queue_verb verb;
		uint32_t weight;
	} verbs[] = {
	    {QUEUE_ISSUE, 30},  {QUEUE_CALL_NEXT, 30}, {QUEUE_CALL_TICKET, 3},
	    {QUEUE_RECALL, 6},  {QUEUE_FINISH, 10},    {QUEUE_MISS, 4},
	    {QUEUE_RETURN, 2},  {QUEUE_TRANSFER, 4},   {QUEUE_OPEN, 2},
	    {QUEUE_PAUSE, 1},   {QUEUE_CLOSE, 2},      {QUEUE_RATE, 12},
	    {QUEUE_RESTORE, 3}, {QUEUE_CANCEL, 2},
	};
	uint32_t at = rng_below(&maker->rng, 111);
	size_t i = 0;

	while (at >= verbs[i].weight)
		at -= verbs[i++].weight;
	return verbs[i].verb;
}

/* A ticket in that state, of the latest, or none. */
static void aim_at_ticket(struct maker *maker, struct queue_command *command,
			  enum queue_ticket_state state)
{
	size_t n = queue_tickets(maker->queue);
	size_t skip = rng_below(&maker->rng, 5);

	for (size_t i = n; i > 0; i--) {
		const struct queue_ticket *ticket =
		    queue_ticket_at(maker->queue, i - 1);

		if (ticket->state != state)
			continue;
		command->service = ticket->service;
		command->number = ticket->number;
		if (skip-- == 0)
			return;
	}
}

static void aim(struct maker *maker, struct queue_command *command)
{
	switch (command->verb) {
	case QUEUE_ISSUE:
		command->counter = QUEUE_NONE;
		command->service = (int)rng_below(&maker->rng, SERVICES);
		command->class = rng_below(&maker->rng, TICKET_CLASSES);
		return;
	case QUEUE_TRANSFER:
		command->to_service = (int)rng_below(&maker->rng, SERVICES);
		if (one_in(maker, 3))
			command->to_counter =
			    (int)rng_below(&maker->rng, COUNTERS);
		return;
	case QUEUE_RATE:
		command->stars = (uint8_t)(rng_below(&maker->rng, 5) + 1);
		return;
	case QUEUE_RESTORE:
		command->counter = QUEUE_NONE;
		aim_at_ticket(maker, command, QUEUE_MISSED);
		return;
	case QUEUE_CANCEL:
		command->counter = QUEUE_NONE;
		aim_at_ticket(maker, command, QUEUE_WAITING);
		return;
	case QUEUE_CALL_TICKET:
		aim_at_ticket(maker, command, QUEUE_WAITING);
		return;
	case QUEUE_CALL_NEXT:
	case QUEUE_RECALL:
	case QUEUE_FINISH:
	case QUEUE_MISS:
	case QUEUE_RETURN:
	case QUEUE_OPEN:
	case QUEUE_PAUSE:
	case QUEUE_CLOSE:
	case QUEUE_OPEN_DAY:
		return;
	}
}

static const char *choose_outcome(struct maker *maker,
				  const struct queue_event *event)
{
	const struct config_service *service;

	if (event->kind != QUEUE_FINISHED || one_in(maker, 4))
		return NULL;
	service = &services[event->service];
	return service->n_outcomes
		   ? service->outcomes[rng_below(&maker->rng,
						 (uint32_t)service->n_outcomes)]
		   : NULL;
}

static void print(struct maker *maker, const struct queue_event *issued)
{
	struct queue_event event = machine_event(maker, QUEUE_PRINTED);

	event.service = issued->service;
	event.number = issued->number;
	put(maker, &event, NULL);
}

static void serve(struct maker *maker)
{
	struct queue_command command = {
	    .verb = choose_verb(maker),
	    .service = QUEUE_NONE,
	    .counter = (int)rng_below(&maker->rng, COUNTERS),
	    .to_service = QUEUE_NONE,
	    .to_counter = QUEUE_NONE,
	};
	struct queue_event events[QUEUE_MAX_EVENTS];
	enum queue_refusal why;
	int n;

	aim(maker, &command);
	n = queue_decide(maker->queue, &command, maker->now_ms, events, &why);
	for (int i = 0; i < n; i++)
		put(maker, &events[i], choose_outcome(maker, &events[i]));
	if (n > 0 && command.verb == QUEUE_ISSUE)
		print(maker, &events[0]);
}

static struct queue_rules make_rules(void)
{
	struct queue_rules rules = {
	    .n_services = SERVICES,
	    .n_counters = COUNTERS,
	    .policy = QUEUE_RATIO,
	    .priority_ratio = 2,
	    .max_tickets = 100000,
	};

	for (size_t c = 0; c < COUNTERS; c++) {
		rules.counters[c].n_services = counters[c].n_services;
		for (size_t s = 0; s < counters[c].n_services; s++)
			rules.counters[c].services[s] =
			    (uint8_t)counters[c].services[s];
	}
	return rules;
}

void office_days_make(struct office_days *office, uint64_t seed, size_t n_rows,
		      unsigned wild)
{
	struct queue_rules rules = make_rules();
	struct maker maker = {.office = office,
			      .rng = {seed},
			      .now_ms = OPENING_MS};

	*office = (struct office_days){0};
	if (clock_set_zone("Asia/Ho_Chi_Minh") != 0)
		die("no time zones here: install tzdata");
	if (queue_new(&rules, &maker.queue) != 0)
		die("out of memory");
	load_config(&maker, true);
	follow_day(&maker, false);
	while (office->n < n_rows) {
		maker.now_ms += rng_below(&maker.rng, 40000);
		follow_day(&maker, false);
		if (rng_below(&maker.rng, 1000) < wild)
			be_odd(&maker);
		else
			serve(&maker);
	}
	queue_free(maker.queue);
}

void office_days_free(struct office_days *office)
{
	for (size_t i = 0; i < office->n; i++) {
		free((char *)office->rows[i].day);
		free((char *)office->rows[i].detail);
	}
	free(office->rows);
	free(office->days);
	*office = (struct office_days){0};
}
