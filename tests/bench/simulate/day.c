/* SPDX-License-Identifier: MIT */
#include "day.h"

#include <stdlib.h>

#include "random.h"

/* How the people and the office differ from day to day. */
#define STAFF_CV 0.12
#define DAY_CV 0.12
#define TYPICAL_CV 0.20
/* Within which a crowd has taken its slips. */
#define CROWD_MS (2 * MINUTE_MS)

static int by_time(const void *left, const void *right)
{
	const struct citizen *a = left, *b = right;

	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	return a->service != b->service ? (a->service < b->service ? -1 : 1)
					: 0;
}

/* Reception time as time of the day. */
static int64_t time_at(double held_ms)
{
	size_t i = 0;

	while (i + 1 < SESSIONS) {
		double length_ms =
		    (double)(sessions[i].until_ms - sessions[i].from_ms);

		if (held_ms < length_ms)
			break;
		held_ms -= length_ms;
		i++;
	}
	return sessions[i].from_ms + (int64_t)held_ms;
}

/* When one of them comes: by the profile, so that all together are a Poisson
 * process. Of a crowd each takes a slip as soon as it can. */
static int64_t time_of(struct chance *chance)
{
	double all = 0, at;
	size_t half = 0;

	for (size_t i = 0; i < SESSIONS; i++)
		all += crowd[i];
	for (size_t i = 0; i < HALF_HOURS; i++)
		all += profile[i];
	at = chance_unit(chance) * all;
	for (size_t i = 0; i < SESSIONS; i++) {
		if (at < crowd[i])
			return sessions[i].from_ms +
			       (int64_t)(chance_unit(chance) * CROWD_MS);
		at -= crowd[i];
	}
	while (half + 1 < HALF_HOURS && at >= profile[half])
		at -= profile[half++];
	return time_at(((double)half + at / profile[half]) * HOUR_MS / 2);
}

static int64_t steady_time(struct chance *chance)
{
	return time_at(chance_unit(chance) * HALF_HOURS * HOUR_MS / 2);
}

static void make_citizen(struct day *day, struct chance *chance,
			 const struct load *load, const double *factors,
			 struct citizen *citizen)
{
	double at = chance_unit(chance), class = chance_unit(chance);
	size_t s = 0;

	while (s + 1 < day->office->n_services &&
	       at >= day->office->services[s].share)
		at -= day->office->services[s++].share;
	citizen->service = (int)s;
	citizen->class = class < load->priority ? TICKET_PRIORITY
			 : class < load->priority + load->appointment
			     ? TICKET_APPOINTMENT
			     : TICKET_NORMAL;
	citizen->at_ms = load->steady ? steady_time(chance) : time_of(chance);
	citizen->work_ms =
	    SECOND_MS * factors[s] *
	    chance_log_normal(chance, day->office->services[s].mean_s,
			      day->office->services[s].cv);
	citizen->absent = chance_unit(chance) < NO_SHOWS;
	if (citizen->absent)
		citizen->work_ms =
		    NO_SHOW_S * SECOND_MS * (0.75 + chance_unit(chance) / 2);
}

static void send_away(struct day *day, size_t counter, double from_ms,
		      double minutes)
{
	struct away *away =
	    &day->counters[counter].away[day->counters[counter].n_away++];

	away->from_ms = (int64_t)from_ms;
	away->until_ms = (int64_t)(from_ms + minutes * MINUTE_MS);
}

/* One comes late, each takes a break in the morning and in the afternoon, and
 * of these one lasts an hour. */
static void make_changes(struct day *day, struct chance *chance)
{
	size_t n = day->office->n_counters;
	size_t late = (size_t)(chance_unit(chance) * (double)n);
	size_t gone = (size_t)(chance_unit(chance) * (double)n);

	for (size_t c = 0; c < n; c++) {
		if (c == late)
			send_away(day, c, 0, 8 * 60 + 30 * chance_unit(chance));
		send_away(day, c, (9 + 1.5 * chance_unit(chance)) * HOUR_MS,
			  10 + 15 * chance_unit(chance));
		if (c == gone)
			send_away(day, c, 14.5 * HOUR_MS, 60);
		else
			send_away(day, c,
				  (14.5 + chance_unit(chance)) * HOUR_MS,
				  10 + 15 * chance_unit(chance));
	}
}

static size_t how_many(struct chance *chance, double mean)
{
	double at = chance_exponential(chance, 1);
	size_t n = 0;

	while (at < mean) {
		at += chance_exponential(chance, 1);
		n++;
	}
	return n;
}

bool day_make(const struct office *office, const struct load *load,
	      uint64_t seed, struct day *day)
{
	struct chance chance = {.state = seed};
	double factors[QUEUE_MAX_SERVICES], mean, able_s = 0;

	*day = (struct day){.office = office};
	for (size_t s = 0; s < office->n_services; s++) {
		factors[s] = chance_log_normal(&chance, 1, DAY_CV);
		mean = office->services[s].mean_s;
		day->services[s].mean_s =
		    (1 - NO_SHOWS) * mean * factors[s] + NO_SHOWS * NO_SHOW_S;
		mean = chance_log_normal(&chance, mean, TYPICAL_CV);
		day->services[s].typical_s =
		    60 * (uint32_t)(mean / 60 < 1 ? 1 : mean / 60 + 0.5);
	}
	for (size_t c = 0; c < office->n_counters; c++)
		day->counters[c].slowness =
		    chance_log_normal(&chance, 1, STAFF_CV);
	if (load->changes)
		make_changes(day, &chance);
	for (size_t i = 0; i < SESSIONS; i++)
		able_s += (double)(sessions[i].until_ms - sessions[i].from_ms) /
			  SECOND_MS * (double)office->n_counters;
	day->n = how_many(&chance, load->work * able_s / office_mean_s(office));
	day->citizens = calloc(day->n + 1, sizeof(day->citizens[0]));
	if (!day->citizens)
		return false;
	for (size_t i = 0; i < day->n; i++)
		make_citizen(day, &chance, load, factors, &day->citizens[i]);
	qsort(day->citizens, day->n, sizeof(day->citizens[0]), by_time);
	return true;
}

void day_free(struct day *day)
{
	free(day->citizens);
	day->citizens = NULL;
}

double citizen_wait_s(const struct citizen *citizen)
{
	return (double)(reception_ms(citizen->called_ms) -
			reception_ms(citizen->at_ms)) /
	       SECOND_MS;
}
