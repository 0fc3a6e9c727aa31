/* SPDX-License-Identifier: MIT */
/* A small office for the queue's tests: three services, three counters. */
#ifndef KIOSK_TEST_QUEUE_FIXTURE_H
#define KIOSK_TEST_QUEUE_FIXTURE_H

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "queue/queue.h"

#define MINUTE_MS (60 * 1000LL)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
/* Midnight of DAY_1, were the office in Greenwich. */
#define MIDNIGHT_MS (20000 * DAY_MS)
#define DAY_0 "2024-10-03"
#define DAY_1 "2024-10-04"
#define DAY_2 "2024-10-05"
#define DAY_3 "2024-10-06"

struct office {
	struct queue *queue;
	int64_t now_ms, seq;
	/* Of the latest command: */
	struct queue_event events[QUEUE_MAX_EVENTS];
	enum queue_refusal why;
};

/* Counter 0 serves 0 and 1, counter 1 serves 1 and 2, counter 2 serves all. */
static inline struct queue_rules office_rules(void)
{
	return (struct queue_rules){
	    .n_services = 3,
	    .n_counters = 3,
	    .counters = {{.services = {0, 1}, .n_services = 2},
			 {.services = {1, 2}, .n_services = 2},
			 {.services = {0, 1, 2}, .n_services = 3}},
	    .policy = QUEUE_RATIO,
	    .priority_ratio = 2,
	    .rates = {1, 4, 2},
	    .max_tickets = 100,
	};
}

static inline struct office office_of(const struct queue_rules *rules)
{
	struct office office = {.now_ms = MIDNIGHT_MS + 8 * HOUR_MS};

	assert_int_equal(queue_new(rules, &office.queue), 0);
	return office;
}

static inline int apply_event(struct office *office, struct queue_event event)
{
	event.seq = ++office->seq;
	event.at_ms = office->now_ms;
	return queue_apply(office->queue, &event);
}

/* As queue_decide(), and applies what was decided. */
static inline int act(struct office *office, struct queue_command command)
{
	int n = queue_decide(office->queue, &command, office->now_ms,
			     office->events, &office->why);

	for (int i = 0; i < n; i++) {
		assert_int_equal(office->events[i].seq, 0);
		office->events[i].seq = ++office->seq;
		assert_int_equal(queue_apply(office->queue, &office->events[i]),
				 0);
	}
	return n;
}

static inline struct queue_command on_counter(enum queue_verb verb, int counter)
{
	return (struct queue_command){.verb = verb,
				      .service = QUEUE_NONE,
				      .counter = counter};
}

static inline struct queue_command transfer(int counter, int to_service,
					    int to_counter)
{
	return (struct queue_command){.verb = QUEUE_TRANSFER,
				      .service = QUEUE_NONE,
				      .counter = counter,
				      .to_service = to_service,
				      .to_counter = to_counter};
}

static inline struct queue_command on_ticket(enum queue_verb verb, int service,
					     uint32_t number)
{
	return (struct queue_command){.verb = verb,
				      .service = service,
				      .number = number,
				      .counter = QUEUE_NONE};
}

static inline struct queue_command call_ticket(int counter, int service,
					       uint32_t number)
{
	return (struct queue_command){.verb = QUEUE_CALL_TICKET,
				      .service = service,
				      .number = number,
				      .counter = counter};
}

static inline uint32_t issue(struct office *office, int service,
			     enum ticket_class class)
{
	struct queue_command command = {.verb = QUEUE_ISSUE,
					.service = service,
					.class = class,
					.counter = QUEUE_NONE};

	assert_int_equal(act(office, command), 1);
	return office->events[0].number;
}

static inline void open_day(struct office *office, const char *day,
			    bool stepped)
{
	struct queue_command command = {.verb = QUEUE_OPEN_DAY,
					.service = QUEUE_NONE,
					.counter = QUEUE_NONE,
					.stepped = stepped};
	int n;

	snprintf(command.day, sizeof(command.day), "%s", day);
	while ((n = act(office, command)) > 0)
		assert_int_equal(n, 1);
	assert_int_equal(n, 0);
	assert_string_equal(queue_day(office->queue), day);
}

/* An office at eight in the morning, with the day open. */
static inline struct office open_office_of(const struct queue_rules *rules)
{
	struct office office = office_of(rules);

	open_day(&office, DAY_1, false);
	return office;
}

static inline struct office open_office(void)
{
	struct queue_rules rules = office_rules();

	return open_office_of(&rules);
}

static inline void booted(struct office *office)
{
	assert_int_equal(
	    apply_event(office,
			(struct queue_event){.kind = QUEUE_CONFIG_LOADED,
					     .service = QUEUE_NONE,
					     .class = QUEUE_NONE,
					     .counter = QUEUE_NONE,
					     .booted = true}),
	    0);
}

static inline void synced(struct office *office)
{
	assert_int_equal(
	    apply_event(office, (struct queue_event){.kind = QUEUE_CLOCK_SYNCED,
						     .service = QUEUE_NONE,
						     .class = QUEUE_NONE,
						     .counter = QUEUE_NONE}),
	    0);
}

static inline void stepped(struct office *office, int64_t step_ms)
{
	office->now_ms += step_ms;
	assert_int_equal(
	    apply_event(office,
			(struct queue_event){.kind = QUEUE_CLOCK_STEPPED,
					     .service = QUEUE_NONE,
					     .class = QUEUE_NONE,
					     .counter = QUEUE_NONE,
					     .step_ms = step_ms}),
	    0);
}

static inline enum queue_ticket_state state_of(const struct office *office,
					       int service, uint32_t number)
{
	const struct queue_ticket *ticket =
	    queue_find(office->queue, service, number);

	assert_non_null(ticket);
	return ticket->state;
}

/* The number at the counter, or 0. */
static inline uint32_t serving(const struct office *office, int counter)
{
	struct queue_counter at = queue_counter(office->queue, counter);

	return at.serving ? at.serving->number : 0;
}

static inline void assert_same_ticket(const struct queue_ticket *a,
				      const struct queue_ticket *b)
{
	assert_int_equal(!a, !b);
	if (!a || !b)
		return;
	assert_int_equal(a->service, b->service);
	assert_int_equal(a->number, b->number);
	assert_int_equal(a->queue, b->queue);
	assert_int_equal(a->for_counter, b->for_counter);
	assert_int_equal(a->class, b->class);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->counter, b->counter);
	assert_int_equal(a->calls, b->calls);
	assert_int_equal(a->recalls, b->recalls);
	assert_int_equal(a->issued_at_ms, b->issued_at_ms);
	assert_int_equal(a->called_at_ms, b->called_at_ms);
	assert_int_equal(a->seq, b->seq);
}

static inline void assert_same_calls(const struct queue_call *a,
				     const struct queue_call *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(a[i].id, b[i].id);
		assert_int_equal(a[i].service, b[i].service);
		assert_int_equal(a[i].number, b[i].number);
		assert_int_equal(a[i].class, b[i].class);
		assert_int_equal(a[i].counter, b[i].counter);
		assert_int_equal(a[i].at_ms, b[i].at_ms);
		assert_int_equal(a[i].calls, b[i].calls);
	}
}

static inline void assert_same_wait(const struct queue *a,
				    const struct queue *b,
				    const struct queue_ticket *ticket,
				    int64_t now_ms)
{
	struct queue_wait wait_a, wait_b;

	assert_int_equal(queue_wait_of(a, ticket, now_ms, &wait_a),
			 queue_wait_of(b, ticket, now_ms, &wait_b));
	assert_int_equal(wait_a.low_s, wait_b.low_s);
	assert_int_equal(wait_a.high_s, wait_b.high_s);
}

/* Equal in all that can be seen. */
static inline void assert_same_queue(const struct queue *a,
				     const struct queue *b)
{
	struct queue_call calls_a[QUEUE_CALLS], calls_b[QUEUE_CALLS];
	size_t n_calls = queue_calls(a, calls_a);
	int64_t now_ms = MIDNIGHT_MS + 12 * HOUR_MS;

	assert_string_equal(queue_day(a), queue_day(b));
	assert_int_equal(queue_tickets(a), queue_tickets(b));
	for (size_t i = 0; i < queue_tickets(a); i++) {
		const struct queue_ticket *ticket = queue_ticket_at(a, i);

		assert_same_ticket(ticket, queue_ticket_at(b, i));
		assert_ptr_equal(queue_find(a, ticket->service, ticket->number),
				 ticket);
		assert_int_equal(queue_ahead(a, ticket),
				 queue_ahead(b, ticket));
		assert_same_wait(a, b, ticket, now_ms);
	}
	for (int s = 0; s < QUEUE_MAX_SERVICES; s++) {
		assert_int_equal(queue_last(a, s), queue_last(b, s));
		assert_int_equal(queue_last_issued_ms(a, s),
				 queue_last_issued_ms(b, s));
		for (unsigned int c = 0; c < TICKET_CLASSES; c++)
			assert_int_equal(queue_waiting(a, s, c),
					 queue_waiting(b, s, c));
	}
	for (int c = 0; c < QUEUE_MAX_COUNTERS; c++) {
		struct queue_counter at_a = queue_counter(a, c);
		struct queue_counter at_b = queue_counter(b, c);

		assert_int_equal(at_a.state, at_b.state);
		assert_same_ticket(at_a.serving, at_b.serving);
		for (unsigned int k = 0; k < TICKET_CLASSES; k++)
			assert_int_equal(queue_waiting_for(a, c, k),
					 queue_waiting_for(b, c, k));
		assert_same_ticket(queue_next(a, c, now_ms),
				   queue_next(b, c, now_ms));
		assert_int_equal(queue_suggests_no_show(a, c),
				 queue_suggests_no_show(b, c));
	}
	assert_int_equal(queue_calls(b, calls_b), n_calls);
	assert_same_calls(calls_a, calls_b, n_calls);
}

#endif
