/* SPDX-License-Identifier: MIT */
/*
 * Invariant 2 against the real time, which only the test knows: random kiosks
 * live through random weeks, with power cuts, nights off, clocks that lag or
 * lead, and a network that comes when it likes. KIOSK_SEED repeats a run,
 * KIOSK_STEPS says how many things happen.
 */
#include "fixture.h"
#include "random.h"

#define SERVICES 3
#define NUMBERS 20000
#define WORLD_STEPS 300
#define DAY_BEGINS_MS (5 * HOUR_MS)

enum clock_kind { NO_BATTERY, BATTERY, LEADING, CLOCK_KINDS };

struct world {
	struct office office; /* now_ms is the wall clock */
	enum clock_kind kind;
	int64_t real_ms;
	bool set;                            /* by the network, in this boot */
	bool all_zero;                       /* no number yet in this boot */
	int64_t given_ms[SERVICES][NUMBERS]; /* really; 0: never */
	struct queue_event *log;
	size_t n_log, log_size;
};

static void note(struct world *world, const struct queue_event *event)
{
	if (world->n_log == world->log_size) {
		world->log_size = world->log_size ? 2 * world->log_size : 64;
		world->log =
		    realloc(world->log,
			    world->log_size * sizeof(struct queue_event));
		assert_non_null(world->log);
	}
	world->log[world->n_log++] = *event;
}

static void apply_and_note(struct world *world, struct queue_event *event)
{
	event->seq = ++world->office.seq;
	event->at_ms = world->office.now_ms;
	assert_int_equal(queue_apply(world->office.queue, event), 0);
	note(world, event);
}

static int act_and_note(struct world *world, struct queue_command command)
{
	int n = act(&world->office, command);

	for (int i = 0; i < n; i++)
		note(world, &world->office.events[i]);
	return n;
}

static void tell(struct world *world, enum queue_kind kind, int64_t step_ms)
{
	struct queue_event event = {.kind = kind,
				    .service = QUEUE_NONE,
				    .class = QUEUE_NONE,
				    .counter = QUEUE_NONE,
				    .step_ms = step_ms,
				    .booted = kind == QUEUE_CONFIG_LOADED};

	apply_and_note(world, &event);
}

/* What kioskd does where the clock is right and no step was seen. Whether the
 * day that comes must be opened as after one. */
static bool find_right(struct world *world)
{
	bool doubt = queue_in_doubt(world->office.queue);

	if (!queue_clock_is_set(world->office.queue))
		tell(world, QUEUE_CLOCK_SYNCED, 0);
	return doubt;
}

/* What kioskd does: an earlier day is believed after a step only. */
static void follow_day(struct world *world, bool stepped)
{
	time_t of_day = (time_t)((world->office.now_ms - DAY_BEGINS_MS) / 1000);
	struct queue_command command = {.verb = QUEUE_OPEN_DAY,
					.service = QUEUE_NONE,
					.counter = QUEUE_NONE,
					.stepped = stepped};
	struct tm tm;

	assert_non_null(gmtime_r(&of_day, &tm));
	assert_true(
	    strftime(command.day, sizeof(command.day), "%Y-%m-%d", &tm) > 0);
	if (strcmp(command.day, queue_day(world->office.queue)) < 0 &&
	    !stepped && !world->set)
		return;
	while (act_and_note(world, command) > 0)
		;
}

static void live(struct world *world, int64_t ms)
{
	world->real_ms += ms;
	world->office.now_ms += ms;
	follow_day(world, false);
}

/* The power is away for a while; then the clock tells what its kind tells. */
static void lose_power(struct world *world, struct rng *rng)
{
	int64_t off_ms = rng_below(rng, 3) ? rng_below(rng, 20 * 60) : 2;

	off_ms *= MINUTE_MS;
	world->real_ms += off_ms;
	if (world->kind == NO_BATTERY) /* saved at shutdown, or hourly */
		world->office.now_ms -=
		    rng_below(rng, 2) * rng_below(rng, 60) * MINUTE_MS;
	else
		world->office.now_ms += off_ms;
	if (world->kind == LEADING && rng_below(rng, 3) == 0)
		world->office.now_ms =
		    world->real_ms + rng_below(rng, 72) * HOUR_MS;
	world->set = false;
	/* Or the network is there before the kiosk: then no step is seen. */
	if (rng_below(rng, 4) == 0) {
		world->set = true;
		world->office.now_ms = world->real_ms;
	}
	tell(world, QUEUE_CONFIG_LOADED, 0);
	follow_day(world, world->set && find_right(world));
}

static void find_network(struct world *world)
{
	int64_t step_ms = world->real_ms - world->office.now_ms;

	world->set = true;
	if (step_ms == 0) {
		follow_day(world, find_right(world));
		return;
	}
	world->office.now_ms += step_ms;
	tell(world, QUEUE_CLOCK_STEPPED, step_ms);
	follow_day(world, true);
}

static void give_out(struct world *world, int service)
{
	struct queue_command command = {.verb = QUEUE_ISSUE,
					.service = service,
					.counter = QUEUE_NONE};
	uint32_t number;
	int64_t given_ms;

	/* A clock ahead cannot be known for that before the network comes:
	 * there the rule only promises to take an early restart back. */
	if (world->kind == LEADING && world->office.now_ms > world->real_ms)
		return;
	if (act_and_note(world, command) != 1)
		return;
	number = world->office.events[0].number;
	assert_true(number < NUMBERS);
	given_ms = world->given_ms[service][number];
	if (given_ms != 0 && world->real_ms - given_ms < QUEUE_REUSE_MS)
		fail_msg("service %d, number %u: again after %" PRId64 " min",
			 service, number,
			 (int64_t)((world->real_ms - given_ms) / MINUTE_MS));
	world->given_ms[service][number] = world->real_ms;
}

static void happen(struct world *world, struct rng *rng)
{
	uint32_t dice = rng_below(rng, 100);
	int service = (int)rng_below(rng, SERVICES);

	if (dice < 40) {
		for (uint32_t n = 1 + rng_below(rng, 5); n > 0; n--)
			give_out(world, service);
	} else if (dice < 55) {
		live(world, rng_below(rng, 30) * MINUTE_MS);
	} else if (dice < 70) {
		live(world, rng_below(rng, 15 * 60) * MINUTE_MS);
	} else if (dice < 80) {
		lose_power(world, rng);
	} else if (dice < 90) {
		if (!world->set)
			find_network(world);
	} else {
		act_and_note(world, on_counter(QUEUE_CALL_NEXT, service));
	}
}

/* From the last day that did not carry on, as after a start. */
static void replay_and_compare(const struct world *world,
			       const struct queue_rules *rules)
{
	struct queue_command command = {.verb = QUEUE_OPEN_DAY,
					.day = "2999-01-01"};
	struct queue *again;
	size_t start = world->n_log;

	while (start > 0 && (world->log[start - 1].kind != QUEUE_DAY_OPENED ||
			     world->log[start - 1].carried))
		start--;
	assert_int_equal(queue_new(rules, &again), 0);
	for (size_t i = start ? start - 1 : 0; i < world->n_log; i++)
		assert_int_equal(queue_apply(again, &world->log[i]), 0);
	assert_same_queue(world->office.queue, again);
	/* What the seeds would say shows the clocks' state as well. */
	for (int hours = -30; hours <= 30; hours++) {
		struct queue_event a[QUEUE_MAX_EVENTS], b[QUEUE_MAX_EVENTS];
		int64_t now_ms = world->office.now_ms + hours * HOUR_MS;
		enum queue_refusal why;

		command.stepped = hours % 2 != 0;
		assert_int_equal(queue_decide(world->office.queue, &command,
					      now_ms, a, &why),
				 1);
		assert_int_equal(queue_decide(again, &command, now_ms, b, &why),
				 1);
		assert_memory_equal(&a[0], &b[0], sizeof(a[0]));
	}
	queue_free(again);
}

static void no_number_comes_again_within_twelve_real_hours(void **state)
{
	struct rng rng = {random_seed("day")};
	uint64_t steps = number_from_env("KIOSK_STEPS", 200000);
	struct world *world = calloc(1, sizeof(*world));
	struct queue_rules rules = office_rules();
	uint64_t numbers = 0, restarts = 0;

	(void)state;
	assert_non_null(world);
	rules.max_tickets = 2000;
	for (uint64_t done = 0; done < steps; done += WORLD_STEPS) {
		memset(world, 0, sizeof(*world));
		world->office = office_of(&rules);
		world->real_ms = world->office.now_ms;
		world->kind = rng_below(&rng, CLOCK_KINDS);
		tell(world, QUEUE_CONFIG_LOADED, 0);
		follow_day(world, false);
		for (int i = 0; i < WORLD_STEPS; i++)
			happen(world, &rng);
		replay_and_compare(world, &rules);
		for (size_t i = 0; i < world->n_log; i++) {
			numbers += world->log[i].kind == QUEUE_ISSUED;
			restarts += world->log[i].kind == QUEUE_ISSUED &&
				    world->log[i].number == 1;
		}
		queue_free(world->office.queue);
		free(world->log);
	}
	/* A rule that never began at 1 again would pass the above as well. */
	printf("# %" PRIu64 " numbers, %" PRIu64 " times from 1\n", numbers,
	       restarts);
	assert_true(restarts * 200 > numbers);
	free(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_number_comes_again_within_twelve_real_hours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
