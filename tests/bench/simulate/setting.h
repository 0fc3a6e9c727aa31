/* SPDX-License-Identifier: MIT */
/* The offices and days that are simulated: what is given, nothing of chance. */
#ifndef KIOSK_SIMULATE_SETTING_H
#define KIOSK_SIMULATE_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "queue/queue.h"

#define SECOND_MS 1000.0
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)

struct office {
	const char *name;
	size_t n_services;
	struct {
		double mean_s; /* at a counter */
		double cv;     /* standard deviation / mean */
		double share;  /* of those who come; 1 in all */
	} services[QUEUE_MAX_SERVICES];
	size_t n_counters;
	struct {
		size_t n_services;
		uint8_t services[3];
		enum queue_prefer prefer;
	} counters[QUEUE_MAX_COUNTERS];
};

struct load {
	const char *name;
	double work;  /* that comes in a day, over what counters can do in it */
	bool changes; /* staff come late and take breaks */
	bool steady;  /* as many come at any time, instead of profile[] */
	double priority, appointment; /* of those who come */
};

extern const struct office offices[];
extern const size_t n_offices;
extern const struct load loads[];
extern const size_t n_loads;

/* Reception, in ms since midnight. */
struct session {
	int64_t from_ms, until_ms;
};
#define SESSIONS 2
extern const struct session sessions[SESSIONS];

/* How long reception has been held by that time of the day. Those who hold a
 * number at its end are served. */
int64_t reception_ms(int64_t at_ms);

/* How many come in each half hour of the sessions, over the day's mean. */
#define HALF_HOURS 15
extern const double profile[HALF_HOURS];
/* Those who stand at the door when a session begins, in the same measure. */
extern const double crowd[SESSIONS];

struct queue_rules office_rules(const struct office *office,
				enum queue_policy policy);

/* Mean seconds at a counter of one who comes, no-shows among them. */
double office_mean_s(const struct office *office);

#define NO_SHOWS 0.05
#define NO_SHOW_S 60 /* until it is found out */

#endif
