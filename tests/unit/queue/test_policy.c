/* SPDX-License-Identifier: MIT */
#include "fixture.h"

/*
 * A row is a little play: "n0 p0 a1" issue a normal ticket for service 0, a
 * priority one for 0, an appointment for 1; "c0" calls the next at counter 0,
 * "t0" calls the newest ticket there; "w3" lets three minutes go by. What was
 * called is listed by order of issue: "2 1". Waiting counts 1 for normal, 4 for
 * priority, 2 for appointment.
 */
struct play {
	const char *name;
	enum queue_policy policy;
	uint32_t ratio;
	enum queue_prefer prefer; /* of counter 0, which serves 1, then 0 */
	const char *acts;
	const char *called;
};

static const struct play plays[] = {
    {"strict: priority, appointment, normal", QUEUE_STRICT, 1, QUEUE_OLDEST,
     "n0 n0 a0 a0 p0 p0 c0 c0 c0 c0 c0 c0", "5 6 3 4 1 2"},
    {"strict looks for the class in all services first", QUEUE_STRICT, 1,
     QUEUE_ORDER, "n1 p0 c0 c0", "2 1"},
    {"strict, order: the class's first service", QUEUE_STRICT, 1, QUEUE_ORDER,
     "p0 p1 c0 c0", "2 1"},
    {"strict, oldest: the class's first arrival", QUEUE_STRICT, 1, QUEUE_OLDEST,
     "p0 p1 c0 c0", "1 2"},
    {"strict: normal waits while others come", QUEUE_STRICT, 1, QUEUE_OLDEST,
     "n0 p0 c0 p0 c0 p0 c0 c0", "2 3 4 1"},

    {"ratio 1 alternates", QUEUE_RATIO, 1, QUEUE_OLDEST,
     "n0 n0 n0 p0 p0 p0 c0 c0 c0 c0 c0 c0", "4 1 5 2 6 3"},
    {"ratio 2: two to one", QUEUE_RATIO, 2, QUEUE_OLDEST,
     "n0 n0 n0 p0 p0 p0 p0 c0 c0 c0 c0 c0 c0 c0", "4 5 1 6 7 2 3"},
    {"ratio 3: three to one", QUEUE_RATIO, 3, QUEUE_OLDEST,
     "n0 n0 p0 p0 p0 p0 c0 c0 c0 c0 c0 c0", "3 4 5 1 6 2"},
    {"ratio: appointment and priority by arrival", QUEUE_RATIO, 9, QUEUE_OLDEST,
     "a0 p0 a0 p0 c0 c0 c0 c0", "1 2 3 4"},
    {"ratio: both kinds count as one", QUEUE_RATIO, 2, QUEUE_OLDEST,
     "n0 a0 p0 a0 c0 c0 c0 c0", "2 3 1 4"},
    {"ratio holds over all services of the counter", QUEUE_RATIO, 2,
     QUEUE_OLDEST, "n0 n1 p1 p0 p1 c0 c0 c0 c0 c0", "3 4 1 5 2"},
    {"ratio, order: the service first in the list", QUEUE_RATIO, 2, QUEUE_ORDER,
     "n0 n1 p0 p1 p0 c0 c0 c0 c0 c0", "4 3 2 5 1"},
    {"ratio, order: arrival within the service", QUEUE_RATIO, 9, QUEUE_ORDER,
     "a1 p1 a0 p0 c0 c0 c0 c0", "1 2 3 4"},
    {"ratio: a normal call clears the run", QUEUE_RATIO, 2, QUEUE_OLDEST,
     "n0 n0 p0 c0 c0 p0 p0 n0 c0 c0 c0 c0", "3 1 4 5 2 6"},
    {"ratio: calls that passed nobody over don't count", QUEUE_RATIO, 2,
     QUEUE_OLDEST, "p0 p0 p0 p0 c0 c0 c0 n0 p0 c0 c0 c0", "1 2 3 4 6 5"},
    {"ratio: nor do they clear the run", QUEUE_RATIO, 2, QUEUE_OLDEST,
     "p0 p0 n0 c0 t2 c0 n0 p0 p0 c0 c0", "1 3 2 5 4"},
    {"ratio: others' normal tickets are no concern", QUEUE_RATIO, 1,
     QUEUE_OLDEST, "n2 p0 p0 n0 c0 c0 c0", "2 4 3"},
    {"ratio: each counter has its own run", QUEUE_RATIO, 1, QUEUE_OLDEST,
     "n0 n0 p0 p0 c0 c2 c0 c2", "3 4 1 2"},
    {"ratio: a chosen ticket counts as called", QUEUE_RATIO, 1, QUEUE_OLDEST,
     "n0 p0 p0 t0 c0 c0", "3 1 2"},
    {"a chosen ticket may be anybody", QUEUE_STRICT, 1, QUEUE_OLDEST,
     "p0 n0 t0 c0", "2 1"},

    {"accumulate: four to one, so just before a quarter of the wait",
     QUEUE_ACCUMULATE, 1, QUEUE_OLDEST, "n0 w7 p0 w2 c0 c0", "1 2"},
    {"accumulate: and just after it", QUEUE_ACCUMULATE, 1, QUEUE_OLDEST,
     "n0 w6 p0 w3 c0 c0", "2 1"},
    {"accumulate: an equal credit goes by arrival", QUEUE_ACCUMULATE, 1,
     QUEUE_OLDEST, "n0 w6 p0 w2 c0 c0", "1 2"},
    {"accumulate: nothing earned yet, by arrival", QUEUE_ACCUMULATE, 1,
     QUEUE_OLDEST, "n0 a0 p0 c0 c0 c0", "1 2 3"},
    {"accumulate: appointments at their own rate", QUEUE_ACCUMULATE, 1,
     QUEUE_OLDEST, "n0 w2 a0 w1 p0 w2 c0 c0 c0", "3 2 1"},
    {"accumulate: a normal one's time comes, whoever else comes",
     QUEUE_ACCUMULATE, 1, QUEUE_OLDEST,
     "n0 p0 w1 c0 p0 w1 c0 p0 w1 c0 p0 w1 c0 p0 w1 c0 p0 w1 c0", "2 3 4 1 5 6"},
    {"accumulate, order: the class's first service", QUEUE_ACCUMULATE, 1,
     QUEUE_ORDER, "n0 w9 n1 w1 c0 c0", "2 1"},

    {"oldest over services", QUEUE_RATIO, 1, QUEUE_OLDEST, "n0 n1 n0 c0 c0 c0",
     "1 2 3"},
    {"order of services", QUEUE_RATIO, 1, QUEUE_ORDER, "n0 n1 n0 c0 c0 c0",
     "2 1 3"},
    {"a service not of the counter is left", QUEUE_RATIO, 1, QUEUE_OLDEST,
     "n2 n0 c0 c0", "2"},
};

/* The ticket issued as the n-th has seq n: nothing else is counted here. */
static void perform(const struct play *play, char called[], size_t size)
{
	struct queue_rules rules = office_rules();
	struct office office;
	size_t length = 0;
	int n = 0;

	rules.policy = play->policy;
	rules.priority_ratio = play->ratio;
	rules.counters[0].prefer = play->prefer;
	rules.counters[0].services[0] = 1;
	rules.counters[0].services[1] = 0;
	office = open_office_of(&rules);
	called[0] = '\0';
	for (const char *act_at = play->acts; *act_at;
	     act_at += act_at[2] ? 3 : 2) {
		int where = act_at[1] - '0';
		struct queue_command command =
		    on_counter(QUEUE_CALL_NEXT, where);
		const struct queue_ticket *ticket;

		if (act_at[0] == 'w') {
			office.now_ms += where * MINUTE_MS;
			continue;
		}
		if (strchr("npa", act_at[0])) {
			issue(&office, where,
			      act_at[0] == 'n'   ? TICKET_NORMAL
			      : act_at[0] == 'p' ? TICKET_PRIORITY
						 : TICKET_APPOINTMENT);
			n++;
			continue;
		}
		if (act_at[0] == 't') {
			ticket = queue_ticket_at(office.queue, (size_t)n - 1);
			command =
			    call_ticket(where, ticket->service, ticket->number);
		} else {
			ticket = queue_next(office.queue, where, office.now_ms);
		}
		act(&office, command);
		assert_ptr_equal(queue_counter(office.queue, where).serving,
				 ticket);
		for (int i = 0; ticket && i < n; i++) {
			if (queue_ticket_at(office.queue, (size_t)i) == ticket)
				length +=
				    (size_t)snprintf(called + length,
						     size - length, "%s%d",
						     length ? " " : "", i + 1);
		}
	}
	queue_free(office.queue);
}

static void whom_a_counter_calls_next(void **state)
{
	bool good = true;

	(void)state;
	for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++) {
		char called[200];

		perform(&plays[i], called, sizeof(called));
		if (strcmp(called, plays[i].called) != 0) {
			print_error("%s: called %s, not %s\n", plays[i].name,
				    called, plays[i].called);
			good = false;
		}
	}
	assert_true(good);
}

/* Both classes always wait, and two counters call by turns. */
static void the_ratio_is_exact_while_both_wait(void **state)
{
	(void)state;
	for (uint32_t ratio = 1; ratio <= 5; ratio++) {
		struct queue_rules rules = office_rules();
		struct office office;
		uint32_t privileged[3] = {0};

		rules.priority_ratio = ratio;
		rules.max_tickets = 1000;
		office = open_office_of(&rules);
		for (int i = 0; i < 3; i++) {
			issue(&office, 0, TICKET_NORMAL);
			issue(&office, 0, TICKET_APPOINTMENT);
		}
		for (uint32_t i = 0; i < 120; i++) {
			int counter = i % 2 ? 0 : 2;
			const struct queue_ticket *next =
			    queue_next(office.queue, counter, office.now_ms);

			act(&office, on_counter(QUEUE_CALL_NEXT, counter));
			issue(&office, 0, next->class);
			if (next->class != TICKET_NORMAL) {
				privileged[counter]++;
				continue;
			}
			assert_int_equal(privileged[counter], ratio);
			privileged[counter] = 0;
		}
		queue_free(office.queue);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whom_a_counter_calls_next),
	    cmocka_unit_test(the_ratio_is_exact_while_both_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
