/* SPDX-License-Identifier: MIT */
/*
 * simulate: how long people wait under each policy, and how well the estimate
 * tells it; the tables of docs/queue-rules.md. See setting.c for the offices
 * and the days.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hall.h"

#define POLICIES 3

static const char *const policies[POLICIES] = {
    [QUEUE_RATIO] = "ratio",
    [QUEUE_STRICT] = "strict",
    [QUEUE_ACCUMULATE] = "accumulate",
};

static const char usage[] =
    "usage: simulate [--seed N] [--days N] [--office NAME]\n"
    "Days of an office with the real queue: waits by policy, and how well "
    "they\n"
    "are told. The same seed (31) gives the same days (200 of each kind).\n";

struct options {
	uint64_t seed;
	size_t days;
	const char *office; /* NULL: all */
};

static struct tally *tally_at(struct tally *tallies, size_t office, size_t load,
			      size_t policy)
{
	return &tallies[(office * n_loads + load) * POLICIES + policy];
}

static bool is_wanted(const struct options *options, size_t office)
{
	return !options->office ||
	       strcmp(options->office, offices[office].name) == 0;
}

/* ---- figures; minutes, parts of a hundred ---- */

static double mean_wait(const struct errors *errors)
{
	return errors->wait_s / errors->n / 60;
}

static double error(const struct errors *errors)
{
	return errors->ours_s / errors->n / 60;
}

static double rule_error(const struct errors *errors)
{
	return errors->rule_s / errors->n / 60;
}

static double rule_exact_error(const struct errors *errors)
{
	return errors->rule_exact_s / errors->n / 60;
}

static double less_by(const struct errors *errors)
{
	return 100 * (1 - errors->ours_s / errors->rule_s);
}

static double inside(const struct errors *errors)
{
	return 100 * errors->inside / errors->n;
}

static double width(const struct errors *errors)
{
	return errors->width_s / errors->n / 60;
}

/* ---- waits ---- */

static void print_waits(struct tally *tallies, size_t office)
{
	printf("\n### Waits: %s\n\n", offices[office].name);
	printf("Minutes, mean / p95 / longest, and Jain's index.\n\n");
	printf("| load | policy | normal | | priority | | appointment | |\n");
	printf("|---|---|--:|--:|--:|--:|--:|--:|\n");
	for (size_t l = 0; l < n_loads; l++) {
		for (size_t p = 0; p < POLICIES; p++) {
			struct tally *of = tally_at(tallies, office, l, p);

			printf("| %s | %s |", loads[l].name, policies[p]);
			for (size_t c = 0; c < TICKET_CLASSES; c++) {
				struct waits *waits = &of->waits[c];

				printf(" %.0f / %.0f / %.0f | %.2f |",
				       waits->sum_s / (double)waits->n / 60,
				       waits_at(waits, 0.95) / 60,
				       waits_at(waits, 1) / 60,
				       waits->fair / waits->days);
			}
			printf("\n");
		}
	}
}

/* ---- estimates ---- */

/* What is told of errors, in the order of the columns. */
static const struct {
	const char *name;
	int decimals;
	const char *unit;
	double (*of)(const struct errors *errors);
} columns[] = {
    {"mean wait", 1, "", mean_wait},
    {"error", 1, "", error},
    {"the rule's", 1, "", rule_error},
    {"less by", 0, " %", less_by},
    {"the exact rule's", 1, "", rule_exact_error},
    {"inside", 0, " %", inside},
    {"width", 0, "", width},
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void print_head(const char *title, const char *const *names, size_t n)
{
	printf("\n### %s\n\n|", title);
	for (size_t i = 0; i < n; i++)
		printf(" %s |", names[i]);
	for (size_t i = 0; i < COLUMNS; i++)
		printf(" %s |", columns[i].name);
	printf("\n|");
	for (size_t i = 0; i < n; i++)
		printf("---|");
	for (size_t i = 0; i < COLUMNS; i++)
		printf("--:|");
	printf("\n");
}

/* A row's figures; n of them in a column. */
static void print_errors(const struct errors *errors, size_t n)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		for (size_t k = 0; k < n; k++) {
			fputs(k > 0 ? " / " : " ", stdout);
			printf("%.*f%s", columns[i].decimals,
			       columns[i].of(&errors[k]), columns[i].unit);
		}
		fputs(" |", stdout);
	}
	printf("\n");
}

static void print_by_office(struct tally *tallies,
			    const struct options *options)
{
	static const char *const names[] = {"office", "load"};

	print_head("Estimates: ratio / strict / accumulate", names, 2);
	for (size_t o = 0; o < n_offices; o++) {
		for (size_t l = 0; l < n_loads && is_wanted(options, o); l++) {
			struct errors errors[POLICIES];

			for (size_t p = 0; p < POLICIES; p++)
				errors[p] =
				    tally_errors(tally_at(tallies, o, l, p));
			printf("| %s | %s |", offices[o].name, loads[l].name);
			print_errors(errors, POLICIES);
		}
	}
}

static void print_summary(struct tally *tallies, const struct options *options)
{
	static const char *const names[] = {"who"};
	struct errors by_class[TICKET_CLASSES] = {{0}}, all = {0};
	struct errors changed = {0};
	double not_told = 0;

	for (size_t o = 0; o < n_offices; o++) {
		for (size_t i = 0; i < n_loads * POLICIES; i++) {
			struct tally *of = tally_at(tallies, o, 0, i);
			struct errors errors = tally_errors(of);

			if (!is_wanted(options, o))
				continue;
			for (size_t c = 0; c < TICKET_CLASSES; c++)
				errors_add(&by_class[c], &of->errors[c]);
			errors_add(&changed, &of->changed);
			errors_add(&all, &errors);
			not_told += of->not_told;
		}
	}
	print_head("Estimates, all together", names, 1);
	for (size_t c = 0; c < TICKET_CLASSES; c++) {
		printf("| %s |", ticket_class_name((enum ticket_class)c));
		print_errors(&by_class[c], 1);
	}
	printf("| staff came or went meanwhile |");
	print_errors(&changed, 1);
	printf("| all |");
	print_errors(&all, 1);
	printf("\n%.0f told; %.1f %% of those who had to wait were told "
	       "nothing, as no counter for them was open.\n",
	       all.n, 100 * not_told / (not_told + all.n));
}

/* ---- main ---- */

static int parse(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
	    {"seed", required_argument, NULL, 's'},
	    {"days", required_argument, NULL, 'd'},
	    {"office", required_argument, NULL, 'o'},
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	bool found = false;
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		char *end = NULL;

		if (c == 'h')
			return 0;
		if (c == 's')
			options->seed = strtoull(optarg, &end, 10);
		else if (c == 'd')
			options->days = strtoul(optarg, &end, 10);
		else if (c == 'o')
			options->office = optarg;
		else
			return 2;
		if (end && (end == optarg || *end != '\0'))
			return 2;
	}
	for (size_t o = 0; o < n_offices; o++)
		found |= is_wanted(options, o);
	return optind == argc && found && options->days > 0 ? -1 : 2;
}

int main(int argc, char **argv)
{
	struct options options = {.seed = 31, .days = 200};
	int status = parse(argc, argv, &options);
	struct tally *tallies;

	if (status >= 0) {
		fputs(usage, status ? stderr : stdout);
		return status;
	}
	tallies = calloc(n_offices * n_loads * POLICIES, sizeof(tallies[0]));
	for (size_t o = 0; o < n_offices; o++) {
		for (size_t l = 0; l < n_loads && is_wanted(&options, o); l++) {
			for (size_t p = 0; p < POLICIES; p++) {
				if (tallies &&
				    hall_run_days(&offices[o], &loads[l],
						  (enum queue_policy)p,
						  options.seed, options.days,
						  tally_at(tallies, o, l, p)))
					continue;
				fputs("simulate: out of memory\n", stderr);
				return 1;
			}
		}
	}
	printf("seed %" PRIu64 ", %zu days of each kind\n", options.seed,
	       options.days);
	for (size_t o = 0; o < n_offices; o++) {
		if (is_wanted(&options, o))
			print_waits(tallies, o);
	}
	print_by_office(tallies, &options);
	print_summary(tallies, &options);
	for (size_t i = 0; i < n_offices * n_loads * POLICIES; i++)
		tally_free(&tallies[i]);
	free(tallies);
	return 0;
}
