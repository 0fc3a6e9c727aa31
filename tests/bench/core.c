/* SPDX-License-Identifier: MIT */
/*
 * A command in the queue's core: decided and applied. The largest office, five
 * services and ten counters, with so many waiting all the time. The floor is a
 * bsearch() among as many and a copy of the event.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "queue/queue.h"
#include "stats.h"
#include "table.h"

#define SERVICES 5
#define COUNTERS 10
#define POLICIES 3
#define START_MS 1795000000000LL

enum act { ISSUE, CALL, RECALL, FINISH, TRANSFER, ACTS };

static const char *const acts[ACTS] = {
    [ISSUE] = "issue", /* with its estimate */
    [CALL] = "call next", [RECALL] = "recall",
    [FINISH] = "finish",  [TRANSFER] = "transfer",
};

static const char *const policies[POLICIES] = {
    [QUEUE_RATIO] = "ratio",
    [QUEUE_STRICT] = "strict",
    [QUEUE_ACCUMULATE] = "accumulate",
};

struct core {
	struct queue *queue;
	int64_t now_ms, seq;
	unsigned random;
	int64_t *found; /* where the floor looks */
	size_t n_found;
	struct samples took[ACTS], floor; /* us */
};

static struct queue_rules rules_of(enum queue_policy policy, size_t tickets)
{
	static const uint8_t serve[COUNTERS][3] = {{0},       {0, 2},    {2, 0},
						   {2, 0, 4}, {1},       {1, 3},
						   {3, 1},    {1, 3, 4}, {4, 1},
						   {3, 2}};
	static const size_t n[COUNTERS] = {1, 2, 2, 3, 1, 2, 2, 3, 2, 2};
	struct queue_rules rules = {
	    .n_services = SERVICES,
	    .n_counters = COUNTERS,
	    .policy = policy,
	    .priority_ratio = 2,
	    .rates = {[TICKET_NORMAL] = 1,
		      [TICKET_PRIORITY] = 4,
		      [TICKET_APPOINTMENT] = 2},
	    .max_tickets = tickets,
	};

	for (size_t s = 0; s < SERVICES; s++)
		rules.services[s].typical_s = 300;
	for (size_t c = 0; c < COUNTERS; c++) {
		rules.counters[c].n_services = n[c];
		memcpy(rules.counters[c].services, serve[c], sizeof(serve[c]));
	}
	return rules;
}

static unsigned below(struct core *core, unsigned n)
{
	core->random = core->random * 1103515245U + 12345U;
	return (core->random >> 16) % n;
}

/* Microseconds. */
static double act(struct core *core, const struct queue_command *command)
{
	struct queue_event events[QUEUE_MAX_EVENTS];
	enum queue_refusal why;
	double begin = now_us();
	int n = queue_decide(core->queue, command, core->now_ms, events, &why);

	if (n < 0)
		die("the core refuses: %s", queue_refusal_name(why));
	for (int i = 0; i < n; i++) {
		events[i].seq = ++core->seq;
		if (queue_apply(core->queue, &events[i]) != 0)
			die("the core takes no %s",
			    queue_kind_name(events[i].kind));
	}
	return now_us() - begin;
}

static double issue(struct core *core)
{
	unsigned of_20 = below(core, 20);

	core->now_ms += 2000;
	return act(core, &(struct queue_command){
			     .verb = QUEUE_ISSUE,
			     .service = (int)below(core, SERVICES),
			     .class = of_20 < 3   ? TICKET_PRIORITY
				      : of_20 < 5 ? TICKET_APPOINTMENT
						  : TICKET_NORMAL,
			     .counter = QUEUE_NONE,
			 });
}

static double act_at(struct core *core, enum queue_verb verb, int counter)
{
	core->now_ms += 1000;
	return act(core, &(struct queue_command){.verb = verb,
						 .service = QUEUE_NONE,
						 .counter = counter});
}

/* To a service where whom the counter has does not come from. */
static double transfer(struct core *core, int counter)
{
	const struct queue_ticket *at =
	    queue_counter(core->queue, counter).serving;

	return act(core, &(struct queue_command){
			     .verb = QUEUE_TRANSFER,
			     .service = QUEUE_NONE,
			     .counter = counter,
			     .to_service = (at->queue + 1) % SERVICES,
			     .to_counter = QUEUE_NONE,
			 });
}

static int compare(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static double floor_once(struct core *core)
{
	static struct queue_event from, to;
	int64_t key = below(core, (unsigned)core->n_found);
	double begin = now_us();

	if (!bsearch(&key, core->found, core->n_found, sizeof(key), compare))
		die("what is there is not found");
	memcpy(&to, &from, sizeof(to));
	__asm__ volatile("" : : "r"(&to) : "memory");
	return now_us() - begin;
}

/* One of each; as many wait afterwards as before. */
static void round_at(struct core *core, int counter)
{
	samples_add(&core->took[ISSUE], issue(core));
	samples_add(&core->took[CALL], act_at(core, QUEUE_CALL_NEXT, counter));
	samples_add(&core->took[RECALL], act_at(core, QUEUE_RECALL, counter));
	samples_add(&core->took[FINISH], act_at(core, QUEUE_FINISH, counter));
	samples_add(&core->took[CALL], act_at(core, QUEUE_CALL_NEXT, counter));
	samples_add(&core->took[TRANSFER], transfer(core, counter));
	samples_add(&core->floor, floor_once(core));
}

static void measure(struct core *core, enum queue_policy policy, size_t waiting,
		    size_t rounds)
{
	struct queue_rules rules = rules_of(policy, waiting + rounds + 1);

	*core =
	    (struct core){.now_ms = START_MS, .random = 1, .n_found = waiting};
	core->found = calloc(waiting, sizeof(core->found[0]));
	if (!core->found || queue_new(&rules, &core->queue) != 0)
		die("out of memory");
	for (size_t i = 0; i < waiting; i++)
		core->found[i] = (int64_t)i;
	act(core, &(struct queue_command){.verb = QUEUE_OPEN_DAY,
					  .service = QUEUE_NONE,
					  .counter = QUEUE_NONE,
					  .day = "2026-11-24"});
	for (int c = 0; c < COUNTERS; c++)
		act_at(core, QUEUE_OPEN, c);
	for (size_t i = 0; i < waiting; i++)
		issue(core);
	for (size_t i = 0; i < rounds; i++)
		round_at(core, (int)(i % COUNTERS));
	queue_free(core->queue);
	free(core->found);
}

static void forget(struct core *core)
{
	for (size_t a = 0; a < ACTS; a++)
		samples_free(&core->took[a]);
	samples_free(&core->floor);
}

static void report_memory(size_t tickets)
{
	struct queue_rules rules = rules_of(QUEUE_RATIO, tickets);
	char what[64];

	snprintf(what, sizeof(what), "core: memory, %zu tickets a day",
		 tickets);
	table_add(
	    &(struct figure){.what = what,
			     .unit = "kB",
			     .measured = (double)queue_memory(&rules) / 1e3});
}

static void report_commands(size_t rounds)
{
	for (size_t p = 0; p < POLICIES; p++) {
		struct core core;

		measure(&core, (enum queue_policy)p, 1200, rounds);
		for (size_t a = 0; a < ACTS; a++) {
			char what[64];

			snprintf(what, sizeof(what),
				 "core: %s, 1200 waiting, %s, p50", acts[a],
				 policies[p]);
			table_add(&(struct figure){
			    .what = what,
			    .unit = "us",
			    .measured = samples_at(&core.took[a], 0.5),
			    .floor = samples_at(&core.floor, 0.5),
			    .kind = AIM_MOST,
			    .aim = 2,
			});
		}
		forget(&core);
	}
}

/* Both sizes in turns, so that the machine's noise hits both. */
static void report_growth(size_t rounds)
{
	static const size_t sizes[2] = {100, 100000};
	struct samples took[ACTS][2] = {{{0}}};

	for (size_t turn = 0; turn < 2 * POLICIES; turn++) {
		for (size_t i = 0; i < 2; i++) {
			struct core core;

			measure(&core, (enum queue_policy)(turn % POLICIES),
				sizes[i], rounds / 2);
			for (size_t a = 0; a < ACTS; a++) {
				for (size_t k = 0; k < core.took[a].n; k++)
					samples_add(&took[a][i],
						    core.took[a].values[k]);
			}
			forget(&core);
		}
	}
	for (size_t a = 0; a < ACTS; a++) {
		char what[64];

		snprintf(what, sizeof(what),
			 "core: %s, 100000 waiting (floor: 100), p50", acts[a]);
		table_add(&(struct figure){
		    .what = what,
		    .unit = "us",
		    .measured = samples_at(&took[a][1], 0.5),
		    .floor = samples_at(&took[a][0], 0.5),
		    .kind = AIM_RATIO_MOST,
		    .aim = 2.5, /* log 100000 / log 100 */
		});
		samples_free(&took[a][0]);
		samples_free(&took[a][1]);
	}
}

void bench_core(const struct bench *bench)
{
	size_t rounds = bench_count(bench, 20000, 5000);

	report_commands(rounds);
	report_growth(rounds);
	report_memory(1200);
	report_memory(10000);
	report_memory(100000);
}
