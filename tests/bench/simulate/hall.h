/* SPDX-License-Identifier: MIT */
/*
 * The hall: lets a day's citizens come to the real queue, and its counters call
 * them. Staff call the next as soon as they are done with one, and when someone
 * comes while they are idle. In the gap between the sessions nobody is called;
 * after the last session those who wait are served.
 */
#ifndef KIOSK_SIMULATE_HALL_H
#define KIOSK_SIMULATE_HALL_H

#include "day.h"
#include "tally.h"

/* Fills in what became of the citizens. False where there is no memory; where
 * the queue refuses something, the simulation is wrong, and the program ends.
 */
bool hall_run(struct day *day, enum queue_policy policy);

/* Runs so many days of the office and load; the same ones for each policy.
 * Ends with tally_end(). */
bool hall_run_days(const struct office *office, const struct load *load,
		   enum queue_policy policy, uint64_t seed, size_t days,
		   struct tally *tally);

#endif
