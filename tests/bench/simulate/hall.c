/* SPDX-License-Identifier: MIT */
#include "hall.h"

#include <stdio.h>
#include <stdlib.h>

#include "random.h"

#define NEVER INT64_MAX
#define RECALL_MS (25 * 1000)
#define RULE_LEAST 5 /* completions, before it goes by their mean */

struct post {
	bool open;
	struct citizen *at;
	int64_t recall_ms, done_ms; /* NEVER: not */
};

struct hall {
	struct day *day;
	struct queue *queue;
	int64_t now_ms, seq;
	size_t n_come;
	struct post posts[QUEUE_MAX_COUNTERS];
	/* By service and number: whose ticket it is. */
	struct citizen **tickets[QUEUE_MAX_SERVICES];
	/* For the common rule: of today's tickets, at the counter. */
	struct {
		double n, sum_s;
	} done[QUEUE_MAX_SERVICES];
};

/* ---- the common rule ---- */

static double open_counters(const struct hall *hall, int service)
{
	const struct office *office = hall->day->office;
	double n = 0;

	for (size_t c = 0; c < office->n_counters; c++) {
		for (size_t i = 0; i < office->counters[c].n_services; i++)
			n += hall->posts[c].open &&
			     office->counters[c].services[i] == service;
	}
	return n;
}

/* People ahead x mean service / open counters, as a kiosk would tell it. */
static void tell_by_rule(const struct hall *hall, uint32_t ahead,
			 struct citizen *citizen)
{
	int s = citizen->service;
	double counters = open_counters(hall, s);
	double mean_s = hall->done[s].n >= RULE_LEAST
			    ? hall->done[s].sum_s / hall->done[s].n
			    : hall->day->services[s].typical_s;

	if (counters < 1)
		return;
	citizen->rule_s = ahead * mean_s / counters;
	citizen->rule_exact_s =
	    ahead * hall->day->services[s].mean_s / counters;
}

/* ---- what happens ---- */

static void note_issued(struct hall *hall, const struct queue_event *event)
{
	struct citizen *citizen = &hall->day->citizens[hall->n_come - 1];
	const struct office *office = hall->day->office;

	hall->tickets[event->service][event->number] = citizen;
	citizen->told = event->wait_high_s > 0;
	citizen->low_s = event->wait_low_s;
	citizen->high_s = event->wait_high_s;
	tell_by_rule(hall, event->ahead, citizen);
	for (size_t c = 0; c < office->n_counters; c++) {
		for (size_t i = 0; i < office->counters[c].n_services; i++)
			citizen->at_once |=
			    hall->posts[c].open && !hall->posts[c].at &&
			    office->counters[c].services[i] == event->service;
	}
}

static void note_called(struct hall *hall, const struct queue_event *event)
{
	struct post *post = &hall->posts[event->counter];
	struct citizen *citizen = hall->tickets[event->service][event->number];
	double slowness = hall->day->counters[event->counter].slowness;

	citizen->called_ms = hall->now_ms;
	post->at = citizen;
	post->recall_ms = citizen->absent ? hall->now_ms + RECALL_MS : NEVER;
	post->done_ms =
	    hall->now_ms +
	    (int64_t)(citizen->work_ms * (citizen->absent ? 1 : slowness));
}

static void note_left(struct hall *hall, const struct queue_event *event)
{
	struct post *post = &hall->posts[event->counter];

	hall->done[event->service].n++;
	hall->done[event->service].sum_s +=
	    (double)(hall->now_ms - post->at->called_ms) / SECOND_MS;
	post->at = NULL;
	post->recall_ms = NEVER;
	post->done_ms = NEVER;
}

/* What those who wait were told was for other counters. */
static void note_change(struct hall *hall)
{
	for (size_t i = 0; i < hall->n_come; i++) {
		struct citizen *citizen = &hall->day->citizens[i];

		citizen->met_change |= citizen->called_ms == 0;
	}
}

static void act(struct hall *hall, struct queue_command command)
{
	struct queue_event events[QUEUE_MAX_EVENTS];
	enum queue_refusal why;
	int n = queue_decide(hall->queue, &command, hall->now_ms, events, &why);

	if (n < 0) {
		fprintf(stderr, "refused: %s\n", queue_refusal_name(why));
		exit(1);
	}
	for (int i = 0; i < n; i++) {
		events[i].seq = ++hall->seq;
		if (queue_apply(hall->queue, &events[i]) != 0) {
			fprintf(stderr, "does not fit: %s\n",
				queue_kind_name(events[i].kind));
			exit(1);
		}
		if (events[i].kind == QUEUE_ISSUED)
			note_issued(hall, &events[i]);
		else if (events[i].kind == QUEUE_CALLED)
			note_called(hall, &events[i]);
		else if (events[i].kind == QUEUE_FINISHED ||
			 events[i].kind == QUEUE_NO_SHOW)
			note_left(hall, &events[i]);
	}
}

static void act_at(struct hall *hall, enum queue_verb verb, int counter)
{
	act(hall, (struct queue_command){.verb = verb,
					 .service = QUEUE_NONE,
					 .counter = counter});
}

static void come(struct hall *hall)
{
	struct citizen *citizen = &hall->day->citizens[hall->n_come++];

	act(hall, (struct queue_command){.verb = QUEUE_ISSUE,
					 .service = citizen->service,
					 .class = citizen->class,
					 .counter = QUEUE_NONE});
}

/* ---- staff ---- */

static bool in_reception(int64_t at_ms)
{
	for (size_t i = 0; i < SESSIONS; i++) {
		if (at_ms >= sessions[i].from_ms &&
		    (at_ms < sessions[i].until_ms || i + 1 == SESSIONS))
			return true;
	}
	return false;
}

/* So that what comes and goes now does so without the others. */
static bool in_session(int64_t at_ms)
{
	for (size_t i = 0; i < SESSIONS; i++) {
		if (at_ms > sessions[i].from_ms && at_ms < sessions[i].until_ms)
			return true;
	}
	return false;
}

/* Whether the counter is to be at work now. */
static bool on_duty(const struct hall *hall, size_t counter)
{
	for (size_t i = 0; i < hall->day->counters[counter].n_away; i++) {
		const struct away *away = &hall->day->counters[counter].away[i];

		if (hall->now_ms >= away->from_ms &&
		    hall->now_ms < away->until_ms)
			return false;
	}
	return in_reception(hall->now_ms);
}

/* What the counter does now, after whatever happened. */
static void attend(struct hall *hall, size_t c)
{
	struct post *post = &hall->posts[c];
	int counter = (int)c;
	bool duty = on_duty(hall, c);

	if (post->at && post->recall_ms <= hall->now_ms) {
		act_at(hall, QUEUE_RECALL, counter);
		post->recall_ms = NEVER;
	}
	if (post->at && post->done_ms <= hall->now_ms) {
		if (post->at->absent)
			act_at(hall, QUEUE_MISS, counter);
		else if (!duty || !queue_has_next(hall->queue, counter))
			act_at(hall, QUEUE_FINISH, counter);
		else
			act_at(hall, QUEUE_CALL_NEXT, counter);
	}
	if (!post->at && post->open != duty) {
		act_at(hall, duty ? QUEUE_OPEN : QUEUE_PAUSE, counter);
		post->open = duty;
		if (in_session(hall->now_ms))
			note_change(hall);
	}
	if (!post->at && duty && queue_has_next(hall->queue, counter))
		act_at(hall, QUEUE_CALL_NEXT, counter);
}

/* ---- time ---- */

static void sooner(int64_t *at_ms, int64_t than_ms, int64_t now_ms)
{
	if (than_ms > now_ms && than_ms < *at_ms)
		*at_ms = than_ms;
}

static int64_t next_ms(const struct hall *hall)
{
	const struct day *day = hall->day;
	int64_t at_ms = NEVER;

	if (hall->n_come < day->n)
		at_ms = day->citizens[hall->n_come].at_ms;
	for (size_t i = 0; i < SESSIONS; i++) {
		sooner(&at_ms, sessions[i].from_ms, hall->now_ms);
		sooner(&at_ms, sessions[i].until_ms, hall->now_ms);
	}
	for (size_t c = 0; c < day->office->n_counters; c++) {
		sooner(&at_ms, hall->posts[c].recall_ms, hall->now_ms);
		sooner(&at_ms, hall->posts[c].done_ms, hall->now_ms);
		for (size_t i = 0; i < day->counters[c].n_away; i++) {
			const struct away *away = &day->counters[c].away[i];

			sooner(&at_ms, away->from_ms, hall->now_ms);
			sooner(&at_ms, away->until_ms, hall->now_ms);
		}
	}
	return at_ms;
}

static void open_day(struct hall *hall)
{
	act(hall, (struct queue_command){.verb = QUEUE_OPEN_DAY,
					 .service = QUEUE_NONE,
					 .counter = QUEUE_NONE,
					 .day = "2026-11-24"});
}

static void run(struct hall *hall)
{
	size_t n_counters = hall->day->office->n_counters;
	int64_t at_ms;

	hall->now_ms = 1;
	open_day(hall);
	while ((at_ms = next_ms(hall)) != NEVER) {
		hall->now_ms = at_ms;
		for (size_t c = 0; c < n_counters; c++)
			attend(hall, c);
		while (hall->n_come < hall->day->n &&
		       hall->day->citizens[hall->n_come].at_ms <= at_ms) {
			come(hall);
			for (size_t c = 0; c < n_counters; c++)
				attend(hall, c);
		}
	}
}

bool hall_run(struct day *day, enum queue_policy policy)
{
	struct queue_rules rules = office_rules(day->office, policy);
	struct hall hall = {.day = day};
	bool good;

	for (size_t s = 0; s < rules.n_services; s++)
		rules.services[s].typical_s = day->services[s].typical_s;
	for (size_t c = 0; c < rules.n_counters; c++) {
		hall.posts[c].recall_ms = NEVER;
		hall.posts[c].done_ms = NEVER;
	}
	good = queue_new(&rules, &hall.queue) == 0;
	for (size_t s = 0; s < rules.n_services; s++) {
		hall.tickets[s] = calloc(day->n + 1, sizeof(struct citizen *));
		good = good && hall.tickets[s];
	}
	for (size_t i = 0; i < day->n; i++) {
		day->citizens[i].called_ms = 0;
		day->citizens[i].told = false;
		day->citizens[i].at_once = false;
		day->citizens[i].met_change = false;
	}
	if (good)
		run(&hall);
	for (size_t s = 0; s < rules.n_services; s++)
		free(hall.tickets[s]);
	queue_free(hall.queue);
	return good;
}

/* The seeds of two days differ by more than their numbers do. */
static uint64_t seed_of(const struct office *office, const struct load *load,
			uint64_t seed, size_t day)
{
	struct chance chance = {.state = seed};

	chance.state = chance_next(&chance) + (uint64_t)(office - offices);
	chance.state = chance_next(&chance) + (uint64_t)(load - loads);
	chance.state = chance_next(&chance) + day;
	return chance_next(&chance);
}

bool hall_run_days(const struct office *office, const struct load *load,
		   enum queue_policy policy, uint64_t seed, size_t days,
		   struct tally *tally)
{
	bool good = true;

	for (size_t i = 0; i < days && good; i++) {
		struct day day;

		good = day_make(office, load, seed_of(office, load, seed, i),
				&day) &&
		       hall_run(&day, policy) && tally_add(tally, &day);
		day_free(&day);
	}
	tally_end(tally);
	return good;
}
