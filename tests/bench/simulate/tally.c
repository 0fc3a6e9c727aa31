/* SPDX-License-Identifier: MIT */
#include "tally.h"

#include <math.h>
#include <stdlib.h>

static bool add_wait(struct waits *waits, double wait_s)
{
	if (waits->n == waits->size) {
		size_t size = waits->size ? 2 * waits->size : 1024;
		double *s = reallocarray(waits->s, size, sizeof(s[0]));

		if (!s)
			return false;
		waits->s = s;
		waits->size = size;
	}
	waits->s[waits->n++] = wait_s;
	waits->sum_s += wait_s;
	return true;
}

static struct errors errors_of(const struct citizen *citizen, double wait_s)
{
	double middle_s = (citizen->low_s + citizen->high_s) / 2;

	return (struct errors){
	    .n = 1,
	    .wait_s = wait_s,
	    .ours_s = fabs(middle_s - wait_s),
	    .rule_s = fabs(citizen->rule_s - wait_s),
	    .rule_exact_s = fabs(citizen->rule_exact_s - wait_s),
	    .inside = wait_s >= citizen->low_s && wait_s <= citizen->high_s,
	    .width_s = citizen->high_s - citizen->low_s,
	};
}

void errors_add(struct errors *to, const struct errors *more)
{
	to->n += more->n;
	to->wait_s += more->wait_s;
	to->ours_s += more->ours_s;
	to->rule_s += more->rule_s;
	to->rule_exact_s += more->rule_exact_s;
	to->inside += more->inside;
	to->width_s += more->width_s;
}

struct errors tally_errors(const struct tally *tally)
{
	struct errors all = {0};

	for (size_t c = 0; c < TICKET_CLASSES; c++)
		errors_add(&all, &tally->errors[c]);
	return all;
}

/* (sum of the waits)^2 / (n x sum of their squares): 1 where all in the class
 * wait as long, 1/n where one of n waits for all (Jain, Chiu and Hawe, 1984).
 */
static void add_fairness(struct tally *tally, const struct day *day)
{
	struct {
		double n, sum, squares;
	} of[TICKET_CLASSES] = {{0}};

	for (size_t i = 0; i < day->n; i++) {
		const struct citizen *citizen = &day->citizens[i];
		double wait_s = citizen_wait_s(citizen);

		of[citizen->class].n++;
		of[citizen->class].sum += wait_s;
		of[citizen->class].squares += wait_s * wait_s;
	}
	for (size_t c = 0; c < TICKET_CLASSES; c++) {
		if (of[c].squares <= 0)
			continue;
		tally->waits[c].days++;
		tally->waits[c].fair +=
		    of[c].sum * of[c].sum / (of[c].n * of[c].squares);
	}
}

bool tally_add(struct tally *tally, const struct day *day)
{
	for (size_t i = 0; i < day->n; i++) {
		const struct citizen *citizen = &day->citizens[i];
		double wait_s = citizen_wait_s(citizen);
		struct errors errors;

		if (!add_wait(&tally->waits[citizen->class], wait_s))
			return false;
		if (citizen->at_once)
			continue;
		if (!citizen->told) {
			tally->not_told++;
			continue;
		}
		errors = errors_of(citizen, wait_s);
		errors_add(&tally->errors[citizen->class], &errors);
		if (citizen->met_change)
			errors_add(&tally->changed, &errors);
	}
	add_fairness(tally, day);
	return true;
}

static int compare(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

void tally_end(struct tally *tally)
{
	for (size_t c = 0; c < TICKET_CLASSES; c++) {
		if (tally->waits[c].n > 0)
			qsort(tally->waits[c].s, tally->waits[c].n,
			      sizeof(tally->waits[c].s[0]), compare);
	}
}

void tally_free(struct tally *tally)
{
	for (size_t c = 0; c < TICKET_CLASSES; c++)
		free(tally->waits[c].s);
	*tally = (struct tally){0};
}

double waits_at(const struct waits *waits, double share)
{
	size_t index = (size_t)(share * (double)waits->n);

	if (waits->n == 0)
		return 0;
	return waits->s[index < waits->n ? index : waits->n - 1];
}
