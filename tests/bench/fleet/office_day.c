/* SPDX-License-Identifier: MIT */
#include "tests/bench/fleet/office_day.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/queue/random.h"

#define TEXT_SIZE 96
#define MINUTE_MS 60000
#define COUNTERS_MAX 32

static const char *const services[] = {"land", "civil", "notary", "social"};
static const char prefixes[] = "ABCD";

struct making {
	struct office_day *office;
	struct rng rng;
	int64_t day_ms;
	int64_t free_ms[COUNTERS_MAX];
	int n_counters;
	int numbers[4];
};

static void *need(void *memory)
{
	if (!memory) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
	return memory;
}

/* 0 to 1, neither end included. */
static double fraction(struct rng *rng)
{
	return (rng_below(rng, 1000000) + 0.5) / 1000001.0;
}

static int64_t exponential_ms(struct rng *rng, double mean_ms)
{
	return (int64_t)(-log(fraction(rng)) * mean_ms);
}

/* 07:30 to 11:15, the more the earlier, and 13:30 to 16:30. */
static int64_t arrival_ms(struct making *making)
{
	double at = fraction(&making->rng);

	if (rng_below(&making->rng, 100) < 62)
		return making->day_ms +
		       (int64_t)(pow(at, 1.6) * 225 * MINUTE_MS);
	return making->day_ms + 360 * MINUTE_MS +
	       (int64_t)(at * 180 * MINUTE_MS);
}

static struct journal_row *add(struct making *making, const char *kind,
			       int64_t at_ms)
{
	struct office_day *office = making->office;
	struct journal_row *row = &office->rows[office->n];
	char *text = office->texts + office->n * TEXT_SIZE;

	office->n++;
	text[0] = '\0';
	*row = (struct journal_row){.at_ms = at_ms,
				    .day = office->day,
				    .kind = kind,
				    .actor = "socket",
				    .detail = text};
	return row;
}

__attribute__((format(printf, 3, 4))) static void
detail(struct making *making, const struct journal_row *row, const char *format,
       ...)
{
	struct office_day *office = making->office;
	char *text = office->texts + (row - office->rows) * TEXT_SIZE;
	va_list args;

	va_start(args, format);
	vsnprintf(text, TEXT_SIZE, format, args);
	va_end(args);
}

struct ticket {
	int service, number;
	const char *class;
	int counter;
};

static void about(struct making *making, const struct ticket *ticket,
		  const char *kind, int64_t at_ms, const char *more)
{
	struct journal_row *row = add(making, kind, at_ms);

	row->service = services[ticket->service];
	row->number = ticket->number;
	row->has_number = true;
	row->class = ticket->class;
	row->counter = ticket->counter;
	row->has_counter = ticket->counter > 0;
	detail(making, row, "{\"ticket\":\"%c%03d\"%s}",
	       prefixes[ticket->service], ticket->number, more);
}

static int free_counter(const struct making *making)
{
	int best = 0;

	for (int i = 1; i < making->n_counters; i++)
		if (making->free_ms[i] < making->free_ms[best])
			best = i;
	return best;
}

static void rate(struct making *making, const struct ticket *ticket,
		 int64_t at_ms, int64_t wait_ms)
{
	uint32_t chance = rng_below(&making->rng, 100);
	int stars = chance < 55 ? 5 : chance < 82 ? 4 : chance < 93 ? 3 : 2;
	char more[24];

	if (wait_ms > 40 * MINUTE_MS && stars > 1)
		stars--;
	snprintf(more, sizeof(more), ",\"stars\":%d", stars);
	about(making, ticket, "rated", at_ms, more);
}

static void serve(struct making *making, int64_t at_ms)
{
	struct rng *rng = &making->rng;
	int service = (int)rng_below(rng, 10);
	struct ticket ticket = {.service = service < 5   ? 0
					   : service < 8 ? 1
					   : service < 9 ? 2
							 : 3,
				.class =
				    rng_below(rng, 10) ? "normal" : "priority"};
	int counter = free_counter(making);
	int64_t called_ms = at_ms + 4000, done_ms;

	if (making->free_ms[counter] + 5000 > called_ms)
		called_ms = making->free_ms[counter] + 5000;
	ticket.number = ++making->numbers[ticket.service];
	about(making, &ticket, "issued", at_ms, ",\"ahead\":3");
	about(making, &ticket, "printed", at_ms + 1500, ",\"confirmed\":true");
	ticket.counter = counter + 1;
	about(making, &ticket, "called", called_ms, "");
	if (rng_below(rng, 100) < 6) {
		done_ms = called_ms + 90000;
		about(making, &ticket, "no_show", done_ms, "");
	} else {
		static const char *const outcomes[] = {"accepted", "accepted",
						       "supplement",
						       "returned_result"};
		char more[40];

		done_ms = called_ms + 60000 + exponential_ms(rng, 200000);
		snprintf(more, sizeof(more), ",\"outcome\":\"%s\"",
			 outcomes[rng_below(rng, 4)]);
		about(making, &ticket, "finished", done_ms, more);
		if (rng_below(rng, 100) < 60)
			rate(making, &ticket, done_ms + 8000,
			     called_ms - at_ms);
	}
	making->free_ms[counter] = done_ms;
}

static int by_time(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

	return (one > other) - (one < other);
}

static int rows_by_time(const void *a, const void *b)
{
	const struct journal_row *one = a, *other = b;

	if (one->at_ms != other->at_ms)
		return one->at_ms < other->at_ms ? -1 : 1;
	return (one > other) - (one < other);
}

void office_day_make(struct office_day *office, uint64_t seed, int64_t day_ms,
		     int tickets)
{
	struct making making = {
	    .office = office,
	    .rng = {seed},
	    .day_ms = day_ms,
	    .n_counters = tickets / 80 + 1,
	};
	time_t day = (time_t)(day_ms / 1000 + 7 * 3600);
	size_t most = (size_t)tickets * 5 + 1;
	int64_t *arrivals = need(calloc((size_t)tickets, sizeof(*arrivals)));
	struct tm tm;

	office->n = 0;
	office->rows = need(calloc(most, sizeof(*office->rows)));
	office->texts = need(calloc(most, TEXT_SIZE));
	gmtime_r(&day, &tm);
	strftime(office->day, sizeof(office->day), "%Y-%m-%d", &tm);
	if (making.n_counters > COUNTERS_MAX)
		making.n_counters = COUNTERS_MAX;
	detail(&making, add(&making, "day_opened", day_ms - 150 * MINUTE_MS),
	       "{\"carried\":false,\"clock_set\":true,\"utc_offset_s\":25200,"
	       "\"seeds\":{}}");
	for (int i = 0; i < tickets; i++)
		arrivals[i] = arrival_ms(&making);
	qsort(arrivals, (size_t)tickets, sizeof(*arrivals), by_time);
	for (int i = 0; i < tickets; i++)
		serve(&making, arrivals[i]);
	free(arrivals);
	qsort(office->rows, office->n, sizeof(*office->rows), rows_by_time);
	for (size_t i = 0; i < office->n; i++)
		if (office->rows[i].detail[0] == '\0')
			office->rows[i].detail = NULL;
}

void office_day_free(struct office_day *office)
{
	free(office->rows);
	free(office->texts);
	*office = (struct office_day){0};
}
