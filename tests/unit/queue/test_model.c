/* SPDX-License-Identifier: MIT */
/*
 * The queue and the plain model get the same random commands and must agree
 * after each: on events, refusals and all that can be seen. Then the events
 * are replayed into a fresh queue, which must agree as well. KIOSK_SEED repeats
 * a run, KIOSK_STEPS says how many commands there are.
 */
#include "fixture.h"
#include "model.h"
#include "random.h"

#define OFFICE_STEPS 4000 /* then another office */
#define WHOLE_EVERY 100   /* steps between looks at every ticket */

/* Told after a failure too. */
static uint64_t steps_done;

struct trial {
	struct rng rng;
	struct queue_rules rules;
	struct queue *queue, *spare;
	struct model model;
	struct queue_event *log;
	size_t n_log, log_size;
	unsigned int day; /* of the calendar, from 1 */
	uint64_t given[QUEUE_KINDS], refused[QUEUE_REFUSALS];
};

static uint32_t below(struct trial *trial, uint32_t n)
{
	return rng_below(&trial->rng, n);
}

/* ---- the office and the commands ---- */

static void make_rules(struct trial *trial)
{
	struct queue_rules *rules = &trial->rules;

	memset(rules, 0, sizeof(*rules));
	rules->n_services = 1 + below(trial, 5);
	rules->n_counters = 1 + below(trial, 4);
	rules->policy = below(trial, 4);
	if (rules->policy > QUEUE_ACCUMULATE)
		rules->policy = QUEUE_RATIO;
	for (size_t c = 0; c < TICKET_CLASSES; c++)
		rules->rates[c] = 1 + below(trial, 4);
	rules->restore_after = below(trial, 2) ? 0 : below(trial, 6);
	rules->recall_limit = below(trial, 4);
	rules->last_call = below(trial, 3);
	rules->priority_ratio = 1 + below(trial, 3);
	rules->max_tickets = 20 + below(trial, 300);
	for (size_t i = 0; i < rules->n_services; i++) {
		rules->services[i].daily_cap =
		    below(trial, 3) ? 0 : 5 + below(trial, 50);
		rules->services[i].typical_s =
		    below(trial, 2) ? 0 : 60 + below(trial, 1200);
	}
	for (size_t i = 0; i < rules->n_counters; i++) {
		size_t n = 1 + below(trial, (uint32_t)rules->n_services);
		uint32_t first = below(trial, 5);

		rules->counters[i].prefer = below(trial, 2);
		rules->counters[i].n_services = n;
		for (size_t s = 0; s < n; s++)
			rules->counters[i].services[s] =
			    (uint8_t)((first + s) % rules->n_services);
	}
}

static void pick_ticket(struct trial *trial, int *service, uint32_t *number)
{
	struct model *model = &trial->model;

	*service = (int)below(trial, (uint32_t)trial->rules.n_services + 1);
	*number = below(trial, 40);
	if (below(trial, 8) && model->n_tickets > 0) {
		const struct queue_ticket *ticket =
		    &model->tickets[below(trial, (uint32_t)model->n_tickets)]
			 .ticket;

		*service = ticket->service;
		*number = ticket->number;
	}
}

static void make_expectation(struct trial *trial, struct queue_command *command)
{
	struct queue_counter at = queue_counter(trial->queue, command->counter);

	command->expects = below(trial, 4) == 0;
	command->expect_service = QUEUE_NONE;
	if (at.serving && below(trial, 4)) {
		command->expect_service = at.serving->service;
		command->expect_number = at.serving->number;
	} else if (below(trial, 3) == 0) {
		pick_ticket(trial, &command->expect_service,
			    &command->expect_number);
	}
}

/* How often each verb comes, of 100. */
static const uint8_t shares[QUEUE_VERBS] = {
    [QUEUE_ISSUE] = 29, [QUEUE_CALL_NEXT] = 20, [QUEUE_CALL_TICKET] = 4,
    [QUEUE_RECALL] = 6, [QUEUE_FINISH] = 4,     [QUEUE_MISS] = 6,
    [QUEUE_RETURN] = 5, [QUEUE_OPEN] = 2,       [QUEUE_PAUSE] = 2,
    [QUEUE_CLOSE] = 2,  [QUEUE_RATE] = 5,       [QUEUE_RESTORE] = 5,
    [QUEUE_CANCEL] = 6, [QUEUE_OPEN_DAY] = 1,   [QUEUE_TRANSFER] = 3,
};

static struct queue_command make_command(struct trial *trial)
{
	struct queue_command command = {.service = QUEUE_NONE,
					.counter = QUEUE_NONE};
	uint32_t dice = below(trial, 100);
	unsigned int verb = 0;

	while (dice >= shares[verb])
		dice -= shares[verb++];
	command.verb = verb;
	command.counter = (int)below(trial, (uint32_t)trial->rules.n_counters +
						(below(trial, 50) == 0));
	make_expectation(trial, &command);
	if (verb == QUEUE_ISSUE) {
		command.service =
		    (int)below(trial, (uint32_t)trial->rules.n_services +
					  (below(trial, 50) == 0));
		command.class = below(trial, 3) ? TICKET_NORMAL
						: below(trial, TICKET_CLASSES);
		command.closed = below(trial, 20) == 0;
		command.left_ms =
		    below(trial, 2) ? 0 : below(trial, 8 * 60) * MINUTE_MS;
		if (below(trial, 2)) {
			command.from_ms =
			    trial->model.now_ms +
			    ((int)below(trial, 60) - 30) * MINUTE_MS;
			command.until_ms =
			    command.from_ms + below(trial, 30) * MINUTE_MS;
		}
	} else if (verb == QUEUE_CALL_TICKET || verb == QUEUE_RESTORE ||
		   verb == QUEUE_CANCEL ||
		   (verb == QUEUE_RATE && below(trial, 2))) {
		pick_ticket(trial, &command.service, &command.number);
	}
	if (verb == QUEUE_TRANSFER) {
		bool service = below(trial, 2);

		command.to_service =
		    service ? (int)below(trial,
					 (uint32_t)trial->rules.n_services + 1)
			    : QUEUE_NONE;
		command.to_counter =
		    service ? QUEUE_NONE
			    : (int)below(trial,
					 (uint32_t)trial->rules.n_counters + 1);
	}
	if (verb == QUEUE_RATE)
		command.stars = (uint8_t)below(trial, 7);
	if (verb == QUEUE_OPEN_DAY) {
		uint32_t change = below(trial, 8);

		if (change > 0)
			trial->day += change == 1 ? UINT32_MAX : 1;
		command.stepped = below(trial, 2);
	}
	snprintf(command.day, sizeof(command.day), "2024-%02u-%02u",
		 trial->day / 28 % 100, trial->day % 28 + 1);
	return command;
}

/* ---- what both do ---- */

static void note(struct trial *trial, const struct queue_event *event)
{
	if (trial->n_log == trial->log_size) {
		trial->log_size = trial->log_size ? 2 * trial->log_size : 1024;
		trial->log =
		    realloc(trial->log,
			    trial->log_size * sizeof(struct queue_event));
		assert_non_null(trial->log);
	}
	trial->log[trial->n_log++] = *event;
	trial->given[event->kind]++;
}

static void compare_event(const struct queue_event *got,
			  const struct queue_event *want)
{
	assert_string_equal(queue_kind_name(got->kind),
			    queue_kind_name(want->kind));
	assert_int_equal(got->at_ms, want->at_ms);
	assert_int_equal(got->service, want->service);
	assert_int_equal(got->number, want->number);
	assert_int_equal(got->class, want->class);
	assert_int_equal(got->counter, want->counter);
	if (got->kind == QUEUE_TRANSFERRED) {
		assert_int_equal(got->to_service, want->to_service);
		assert_int_equal(got->to_counter, want->to_counter);
	}
	assert_int_equal(got->ahead, want->ahead);
	assert_int_equal(got->wait_low_s, want->wait_low_s);
	assert_int_equal(got->wait_high_s, want->wait_high_s);
	assert_int_equal(got->last_call, want->last_call);
	assert_int_equal(got->from_ms, want->from_ms);
	assert_int_equal(got->until_ms, want->until_ms);
	assert_int_equal(got->after, want->after);
	assert_int_equal(got->stars, want->stars);
	assert_int_equal(got->carried, want->carried);
	assert_int_equal(got->clock_set, want->clock_set);
	assert_string_equal(got->day, want->day);
	for (size_t i = 0; i < QUEUE_MAX_SERVICES; i++) {
		const struct queue_seed *a = &got->seeds[i];
		const struct queue_seed *b = &want->seeds[i];

		assert_int_equal(a->last, b->last);
		assert_int_equal(a->before, b->before);
		if (a->last > 0) {
			assert_int_equal(a->last_issued_ms, b->last_issued_ms);
			assert_int_equal(a->last_clock, b->last_clock);
		}
		if (a->before > 0) {
			assert_int_equal(a->before_issued_ms,
					 b->before_issued_ms);
			assert_int_equal(a->before_clock, b->before_clock);
		}
	}
}

static void act_both(struct trial *trial, const struct queue_command *command)
{
	struct model *model = &trial->model;
	int64_t seq = model->seq;
	enum queue_refusal want, why;
	struct queue_event events[QUEUE_MAX_EVENTS];
	int done = 0, n;

	model->oracle = trial->queue;
	want = model_act(model, command);
	do {
		n = queue_decide(trial->queue, command, model->now_ms, events,
				 &why);
		assert_string_equal(queue_refusal_name(why),
				    queue_refusal_name(want));
		assert_int_equal(n < 0, want != QUEUE_OK);
		for (int i = 0; i < n; i++) {
			assert_true(done < model->n_events);
			compare_event(&events[i], &model->events[done++]);
			events[i].seq = ++seq;
			assert_int_equal(queue_apply(trial->queue, &events[i]),
					 0);
			note(trial, &events[i]);
		}
	} while (n > 0 && command->verb == QUEUE_OPEN_DAY);
	assert_int_equal(done, model->n_events);
	trial->refused[why]++;
}

/* What comes from outside the queue: time, boots, steps, journal rows. */
static void happen(struct trial *trial)
{
	struct model *model = &trial->model;
	struct queue_event event = {.service = QUEUE_NONE,
				    .class = QUEUE_NONE,
				    .counter = QUEUE_NONE};
	uint32_t dice = below(trial, 100);

	model->now_ms += below(trial, 2 * 60 * 1000);
	if (dice < 2)
		model->now_ms += below(trial, 16 * 60) * MINUTE_MS;
	if (dice < 95)
		return;
	if (dice < 96) {
		event.kind = QUEUE_CLOCK_STEPPED;
		event.step_ms =
		    ((int)below(trial, 61) - 30) * (int)below(trial, 3600000);
		model->now_ms += event.step_ms;
		model_step(model, event.step_ms);
	} else if (dice < 97 && below(trial, 2)) {
		event.kind = QUEUE_CLOCK_SYNCED;
		model_sync(model);
	} else if (dice < 97) {
		event.kind = QUEUE_CONFIG_LOADED;
		event.booted = true;
		model_boot(model);
	} else if (dice < 98 && below(trial, 4) == 0) {
		event.kind = QUEUE_NUMBERS_RAISED;
		event.service =
		    (int)below(trial, (uint32_t)model->rules.n_services);
		event.number = model->services[event.service].last.number +
			       below(trial, 3);
		model_raise(model, event.service, event.number);
	} else {
		static const enum queue_kind idle[] = {QUEUE_PRINTED,
						       QUEUE_PRINT_FAILED,
						       QUEUE_PRINTER_CHANGED,
						       QUEUE_CONFIG_LOADED,
						       QUEUE_BUTTON_FAULT,
						       QUEUE_BUTTON_OK};

		event.kind = idle[below(trial, 6)];
	}
	event.at_ms = model->now_ms;
	event.seq = ++model->seq;
	assert_int_equal(queue_apply(trial->queue, &event), 0);
	note(trial, &event);
}

/* A turn that fails falls back to a copy; here it happens now and then. */
static void swap_for_copy(struct trial *trial)
{
	struct queue *copied = trial->queue;

	queue_copy(trial->spare, copied);
	trial->queue = trial->spare;
	trial->spare = copied;
}

/* ---- what both show ---- */

static void compare_ticket(struct trial *trial, const struct queue *queue,
			   size_t i)
{
	struct model *model = &trial->model;
	const struct queue_ticket *want = &model->tickets[i].ticket;
	const struct queue_ticket *got = queue_ticket_at(queue, i);

	assert_same_ticket(got, want);
	assert_ptr_equal(queue_find(queue, want->service, want->number), got);
	assert_int_equal(queue_ahead(queue, got),
			 model_before(model, &model->tickets[i]));
}

static void compare_service(struct trial *trial, const struct queue *queue,
			    int service)
{
	struct model *model = &trial->model;
	const struct model_service *of = &model->services[service];

	assert_int_equal(queue_last(queue, service),
			 of->today > 0 ? of->last.number : 0);
	for (unsigned int c = 0; c < TICKET_CLASSES; c++)
		assert_int_equal(queue_waiting(queue, service, c),
				 model_waiting(model, service, QUEUE_NONE,
					       (int)c, model->n_tickets));
}

static void compare_counter(struct trial *trial, const struct queue *queue,
			    int counter)
{
	struct model_ticket *serving = model_serving(&trial->model, counter);
	struct model_ticket *next = model_next(&trial->model, counter);
	struct queue_counter at = queue_counter(queue, counter);

	assert_int_equal(at.state, trial->model.counters[counter].state);
	assert_same_ticket(at.serving, serving ? &serving->ticket : NULL);
	assert_same_ticket(queue_next(queue, counter, trial->model.now_ms),
			   next ? &next->ticket : NULL);
	assert_int_equal(queue_has_next(queue, counter), next != NULL);
	assert_int_equal(queue_suggests_no_show(queue, counter),
			 serving && trial->rules.recall_limit > 0 &&
			     serving->ticket.recalls >=
				 trial->rules.recall_limit);
	for (unsigned int c = 0; c < TICKET_CLASSES; c++)
		assert_int_equal(queue_waiting_for(queue, counter, c),
				 model_waiting(&trial->model, QUEUE_NONE,
					       counter, (int)c,
					       trial->model.n_tickets));
}

static void compare_calls(struct trial *trial, const struct queue *queue)
{
	struct queue_call want[QUEUE_CALLS], got[QUEUE_CALLS];
	size_t n = 0;

	for (size_t i = trial->model.n_calls; i > 0; i--) {
		if (trial->model.calls[i - 1].shown)
			want[n++] = trial->model.calls[i - 1].call;
	}
	assert_int_equal(queue_calls(queue, got), n);
	assert_same_calls(got, want, n);
}

static void compare(struct trial *trial, const struct queue *queue, bool whole)
{
	struct model *model = &trial->model;

	assert_string_equal(queue_day(queue), model->day);
	assert_int_equal(queue_tickets(queue), model->n_tickets);
	for (size_t i = 0; i < model->n_tickets; i++) {
		if (whole || below(trial, 64) == 0)
			compare_ticket(trial, queue, i);
	}
	for (size_t i = 0; i < trial->rules.n_services; i++)
		compare_service(trial, queue, (int)i);
	for (size_t i = 0; i < trial->rules.n_counters; i++)
		compare_counter(trial, queue, (int)i);
	compare_calls(trial, queue);
}

/* From the journal's begin, and from the last day that did not carry on. */
static void compare_replays(struct trial *trial)
{
	size_t last = trial->n_log;

	while (last > 0 && (trial->log[last - 1].kind != QUEUE_DAY_OPENED ||
			    trial->log[last - 1].carried))
		last--;
	for (int i = 0; i < 2; i++) {
		struct queue *again;

		assert_int_equal(queue_new(&trial->rules, &again), 0);
		for (size_t e = i == 0 || last == 0 ? 0 : last - 1;
		     e < trial->n_log; e++)
			assert_int_equal(queue_apply(again, &trial->log[e]), 0);
		assert_same_queue(trial->queue, again);
		compare(trial, again, true);
		queue_free(again);
	}
}

static void run_office(struct trial *trial, uint64_t steps)
{
	make_rules(trial);
	memset(&trial->model, 0, sizeof(trial->model));
	trial->model.rules = trial->rules;
	trial->model.now_ms = MIDNIGHT_MS + 8 * HOUR_MS;
	trial->day = 30;
	trial->n_log = 0;
	assert_int_equal(queue_new(&trial->rules, &trial->queue), 0);
	assert_int_equal(queue_new(&trial->rules, &trial->spare), 0);
	for (uint64_t i = 0; i < steps; i++) {
		struct queue_command command = make_command(trial);

		steps_done++;
		happen(trial);
		act_both(trial, &command);
		if (below(trial, 500) == 0)
			swap_for_copy(trial);
		compare(trial, trial->queue, i % WHOLE_EVERY == 0);
	}
	compare(trial, trial->queue, true);
	compare_replays(trial);
	queue_free(trial->queue);
	queue_free(trial->spare);
}

/* A trial in which something never came up has not tried it. */
static void check_coverage(const struct trial *trial, uint64_t steps)
{
	for (unsigned int i = 0; i < QUEUE_KINDS; i++)
		printf("# %" PRIu64 " %s\n", trial->given[i],
		       queue_kind_name(i));
	for (unsigned int i = 0; i < QUEUE_REFUSALS; i++)
		printf("# %" PRIu64 " %s\n", trial->refused[i],
		       queue_refusal_name(i));
	for (unsigned int i = 0; i < QUEUE_KINDS; i++) {
		if (steps >= 100000 && i != QUEUE_JOURNAL_OPENED)
			assert_true(trial->given[i] > 0);
	}
	for (unsigned int i = 0; i < QUEUE_REFUSALS; i++) {
		if (steps >= 100000)
			assert_true(trial->refused[i] > 0);
	}
}

static void the_queue_agrees_with_the_model(void **state)
{
	struct trial *trial = calloc(1, sizeof(*trial));
	uint64_t steps = number_from_env("KIOSK_STEPS", 1000000);

	(void)state;
	assert_non_null(trial);
	trial->rng.state = random_seed("model");
	for (uint64_t done = 0; done < steps; done += OFFICE_STEPS)
		run_office(trial, steps - done < OFFICE_STEPS ? steps - done
							      : OFFICE_STEPS);
	check_coverage(trial, steps);
	free(trial->log);
	free(trial);
}

static int tell_steps(void **state)
{
	(void)state;
	printf("# %" PRIu64 " steps\n", steps_done);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(the_queue_agrees_with_the_model,
				      tell_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
