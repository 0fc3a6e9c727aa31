/* SPDX-License-Identifier: MIT */
/*
 * What docs/queue-rules.md says of policies and estimates, on a few days of
 * tests/bench/simulate. The bounds leave room for so few days, and for another
 * machine's logarithm; the figures themselves are in the document.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/bench/simulate/hall.h"

#define SEED 3
#define DAYS 8
#define POLICIES 3

static struct tally *tallies; /* by office, load and policy */

static struct tally *tally_at(size_t office, size_t load,
			      enum queue_policy policy)
{
	return &tallies[(office * n_loads + load) * POLICIES + policy];
}

static int simulate(void **state)
{
	(void)state;
	tallies = calloc(n_offices * n_loads * POLICIES, sizeof(tallies[0]));
	if (!tallies)
		return -1;
	for (size_t o = 0; o < n_offices; o++) {
		for (size_t l = 0; l < n_loads; l++) {
			for (int p = 0; p < POLICIES; p++) {
				if (!hall_run_days(&offices[o], &loads[l],
						   (enum queue_policy)p, SEED,
						   DAYS,
						   tally_at(o, l,
							    (enum queue_policy)
								p)))
					return -1;
			}
		}
	}
	return 0;
}

static int forget(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_offices * n_loads * POLICIES; i++)
		tally_free(&tallies[i]);
	free(tallies);
	return 0;
}

static double mean_s(const struct tally *tally, enum ticket_class class)
{
	return tally->waits[class].sum_s / (double)tally->waits[class].n;
}

/* A bound for each office, load and policy, and one for all together. */
static void assert_each(const char *what,
			double (*figure)(const struct errors *errors),
			double least, double most, double least_all,
			double most_all)
{
	struct errors all = {0};
	bool good = true;

	for (size_t i = 0; i < n_offices * n_loads * POLICIES; i++) {
		struct errors errors = tally_errors(&tallies[i]);
		double is = figure(&errors);

		errors_add(&all, &errors);
		if (is >= least && is <= most)
			continue;
		print_error("%s, %s, policy %zu: %s %.2f\n",
			    offices[i / POLICIES / n_loads].name,
			    loads[i / POLICIES % n_loads].name, i % POLICIES,
			    what, is);
		good = false;
	}
	assert_true(good);
	if (figure(&all) < least_all || figure(&all) > most_all)
		fail_msg("all: %s %.2f", what, figure(&all));
}

static double against_rule(const struct errors *errors)
{
	return errors->ours_s / errors->rule_s;
}

static double against_exact_rule(const struct errors *errors)
{
	return errors->ours_s / errors->rule_exact_s;
}

static double inside(const struct errors *errors)
{
	return errors->inside / errors->n;
}

/* Of a normal distribution four fifths lie within 3.2 mean errors. */
static double width_in_errors(const struct errors *errors)
{
	return errors->width_s / errors->ours_s;
}

static void the_estimate_errs_by_a_fifth_less_than_the_rule(void **state)
{
	(void)state;
	assert_each("error / rule's", against_rule, 0, 1, 0, 0.5);
	assert_each("error / exact rule's", against_exact_rule, 0, 1.05, 0,
		    0.5);
}

static void four_waits_of_five_are_inside_the_range(void **state)
{
	(void)state;
	assert_each("inside", inside, 0.65, 0.95, 0.76, 0.88);
}

static void the_range_is_no_wider_than_its_errors_make_it(void **state)
{
	(void)state;
	assert_each("width / error", width_in_errors, 0, 6, 0, 4);
}

static void every_policy_serves_the_classes_in_its_order(void **state)
{
	(void)state;
	for (size_t o = 0; o < n_offices; o++) {
		struct tally *ratio = tally_at(o, 2, QUEUE_RATIO);
		struct tally *strict = tally_at(o, 2, QUEUE_STRICT);
		struct tally *credit = tally_at(o, 2, QUEUE_ACCUMULATE);

		assert_true(mean_s(strict, TICKET_PRIORITY) <
			    mean_s(strict, TICKET_APPOINTMENT));
		assert_true(mean_s(strict, TICKET_APPOINTMENT) <
			    mean_s(strict, TICKET_NORMAL));
		assert_true(mean_s(ratio, TICKET_PRIORITY) <
			    mean_s(ratio, TICKET_NORMAL));
		assert_true(mean_s(credit, TICKET_PRIORITY) <
			    mean_s(credit, TICKET_APPOINTMENT));
		assert_true(mean_s(credit, TICKET_APPOINTMENT) <
			    mean_s(credit, TICKET_NORMAL));
		/* The normal ones pay for it, most where it is strict. */
		assert_true(mean_s(credit, TICKET_NORMAL) <
			    mean_s(ratio, TICKET_NORMAL));
		assert_true(mean_s(credit, TICKET_NORMAL) <
			    mean_s(strict, TICKET_NORMAL));
	}
}

static void everybody_is_called(void **state)
{
	(void)state;
	for (size_t o = 0; o < n_offices; o++) {
		for (size_t l = 0; l < n_loads; l++) {
			struct day day;

			assert_true(
			    day_make(&offices[o], &loads[l], SEED, &day));
			assert_true(hall_run(&day, QUEUE_STRICT));
			for (size_t i = 0; i < day.n; i++)
				assert_true(day.citizens[i].called_ms >=
					    day.citizens[i].at_ms);
			day_free(&day);
		}
	}
}

static void a_seed_gives_the_same_days(void **state)
{
	struct tally again = {0};

	(void)state;
	assert_true(hall_run_days(&offices[0], &loads[3], QUEUE_RATIO, SEED,
				  DAYS, &again));
	for (size_t c = 0; c < TICKET_CLASSES; c++) {
		const struct waits *a = &again.waits[c];
		const struct waits *b = &tally_at(0, 3, QUEUE_RATIO)->waits[c];

		assert_int_equal(a->n, b->n);
		assert_memory_equal(a->s, b->s, a->n * sizeof(a->s[0]));
	}
	tally_free(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_estimate_errs_by_a_fifth_less_than_the_rule),
	    cmocka_unit_test(four_waits_of_five_are_inside_the_range),
	    cmocka_unit_test(the_range_is_no_wider_than_its_errors_make_it),
	    cmocka_unit_test(every_policy_serves_the_classes_in_its_order),
	    cmocka_unit_test(everybody_is_called),
	    cmocka_unit_test(a_seed_gives_the_same_days),
	};

	return cmocka_run_group_tests(tests, simulate, forget);
}
