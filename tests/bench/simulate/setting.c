/* SPDX-License-Identifier: MIT */
#include "setting.h"

enum { LAND, CIVIL, BUSINESS, NOTARY, SOCIAL };

const struct office
    offices[] =
	{
	    {
		.name = "commune",
		.n_services = 5,
		.services =
		    {
			[LAND] = {.mean_s = 720, .cv = 0.9, .share = 0.22},
			[CIVIL] = {.mean_s = 360, .cv = 0.7, .share = 0.30},
			[BUSINESS] = {.mean_s = 540, .cv = 0.8, .share = 0.13},
			[NOTARY] = {.mean_s = 300, .cv = 0.6, .share = 0.22},
			[SOCIAL] = {.mean_s = 480, .cv = 1.0, .share = 0.13},
		    },
		.n_counters = 4,
		.counters =
		    {
			{2, {LAND, BUSINESS}, QUEUE_OLDEST},
			{2, {LAND, SOCIAL}, QUEUE_OLDEST},
			{2, {CIVIL, NOTARY}, QUEUE_OLDEST},
			{3, {CIVIL, NOTARY, SOCIAL}, QUEUE_OLDEST},
		    },
	    },
	    {
		.name = "city",
		.n_services = 5,
		.services =
		    {
			[LAND] = {.mean_s = 330, .cv = 0.9, .share = 0.22},
			[CIVIL] = {.mean_s = 170, .cv = 0.7, .share = 0.30},
			[BUSINESS] = {.mean_s = 240, .cv = 0.8, .share = 0.13},
			[NOTARY] = {.mean_s = 140, .cv = 0.6, .share = 0.22},
			[SOCIAL] = {.mean_s = 220, .cv = 1.0, .share = 0.13},
		    },
		.n_counters = 10,
		.counters =
		    {
			{1, {LAND}, QUEUE_OLDEST},
			{2, {LAND, BUSINESS}, QUEUE_OLDEST},
			{2, {BUSINESS, LAND}, QUEUE_ORDER},
			{3, {BUSINESS, LAND, SOCIAL}, QUEUE_OLDEST},
			{1, {CIVIL}, QUEUE_OLDEST},
			{2, {CIVIL, NOTARY}, QUEUE_OLDEST},
			{2, {NOTARY, CIVIL}, QUEUE_ORDER},
			{3, {CIVIL, NOTARY, SOCIAL}, QUEUE_OLDEST},
			{2, {SOCIAL, CIVIL}, QUEUE_OLDEST},
			{2, {NOTARY, BUSINESS}, QUEUE_OLDEST},
		    },
	    },
	    {
		.name = "separate",
		.n_services = 5,
		.services =
		    {
			[LAND] = {.mean_s = 720, .cv = 0.9, .share = 0.22},
			[CIVIL] = {.mean_s = 360, .cv = 0.7, .share = 0.30},
			[BUSINESS] = {.mean_s = 540, .cv = 0.8, .share = 0.16},
			[NOTARY] = {.mean_s = 300, .cv = 0.6, .share = 0.17},
			[SOCIAL] = {.mean_s = 480, .cv = 1.0, .share = 0.15},
		    },
		.n_counters = 7,
		.counters =
		    {
			{1, {LAND}, QUEUE_OLDEST},
			{1, {LAND}, QUEUE_OLDEST},
			{1, {CIVIL}, QUEUE_OLDEST},
			{1, {CIVIL}, QUEUE_OLDEST},
			{1, {BUSINESS}, QUEUE_OLDEST},
			{1, {NOTARY}, QUEUE_OLDEST},
			{1, {SOCIAL}, QUEUE_OLDEST},
		    },
	    },
};
const size_t n_offices = sizeof(offices) / sizeof(offices[0]);

#define USUAL .priority = 0.15, .appointment = 0.10

const struct load loads[] = {
    {.name = "easy", .work = 0.65, USUAL},
    {.name = "busy", .work = 0.90, USUAL},
    {.name = "overloaded", .work = 1.10, USUAL},
    {.name = "breaks", .work = 0.90, USUAL, .changes = true},
    {.name = "steady", .work = 0.90, USUAL, .steady = true},
    {.name = "privileged", .work = 1.10, .priority = 0.45, .appointment = 0.20},
};
const size_t n_loads = sizeof(loads) / sizeof(loads[0]);

const struct session sessions[SESSIONS] = {
    {(int64_t)(7.5 * HOUR_MS), (int64_t)(11.5 * HOUR_MS)},
    {(int64_t)(13.5 * HOUR_MS), (int64_t)(17 * HOUR_MS)},
};

/* With the crowds it makes 1 on average; the peak, from half past eight, is an
 * hour of twice that. */
const double profile[HALF_HOURS] = {
    0.8, 1.2, 2.0, 2.0, 1.1, 0.8, 0.5, 0.4, 0.7, 1.0, 1.1, 0.7, 0.4, 0.3, 0.2,
};
const double crowd[SESSIONS] = {1.2, 0.6};

int64_t reception_ms(int64_t at_ms)
{
	int64_t held_ms = 0;

	for (size_t i = 0; i < SESSIONS; i++) {
		bool last = i + 1 == SESSIONS;
		int64_t until_ms = !last && at_ms > sessions[i].until_ms
				       ? sessions[i].until_ms
				       : at_ms;

		if (until_ms > sessions[i].from_ms)
			held_ms += until_ms - sessions[i].from_ms;
	}
	return held_ms;
}

struct queue_rules office_rules(const struct office *office,
				enum queue_policy policy)
{
	struct queue_rules rules = {
	    .n_services = office->n_services,
	    .n_counters = office->n_counters,
	    .policy = policy,
	    .priority_ratio = 2,
	    .rates = {[TICKET_NORMAL] = 1,
		      [TICKET_PRIORITY] = 4,
		      [TICKET_APPOINTMENT] = 2},
	    .max_tickets = 5000,
	};

	for (size_t c = 0; c < office->n_counters; c++) {
		rules.counters[c].n_services = office->counters[c].n_services;
		rules.counters[c].prefer = office->counters[c].prefer;
		for (size_t i = 0; i < office->counters[c].n_services; i++)
			rules.counters[c].services[i] =
			    office->counters[c].services[i];
	}
	return rules;
}

double office_mean_s(const struct office *office)
{
	double sum = 0;

	for (size_t s = 0; s < office->n_services; s++)
		sum += office->services[s].share * office->services[s].mean_s;
	return (1 - NO_SHOWS) * sum + NO_SHOWS * NO_SHOW_S;
}
