/* SPDX-License-Identifier: MIT */
/*
 * How long until the call.
 *
 * The queue-length predictor of Ibrahim and Whitt (M&SOM 11, 2009) takes the
 * number ahead times the mean interval between completions. Here counters share
 * services and classes a policy, so it is made of work instead of heads.
 *
 * 1. Of each line, how many are called before the subject. Of those who wait
 *    the policy says who; where a class passes others over, so do some who are
 *    still to come. How many depends on the wait, which is therefore sought
 *    where what comes out is what was reckoned with.
 * 2. As many times the service's mean is the line's work. It is poured on the
 *    counters that call from the line, on top of what they have left with whom
 *    they have, and finds its level as water does: counters with less to do
 *    take more of it.
 * 3. The subject is called when the first of its counters is free. At the level
 *    of its line all of them are; until then each of the others still has
 *    somebody to be done with, whom the subject does not wait for.
 *
 * Means and arrivals are from estimate_notes.c. Who is still to come is
 * reckoned from the latest arrivals and, as these are few, from what an office
 * is built for; and the further ahead, the fewer, since a rush passes. (Ibrahim
 * and Whitt's paper of 2011 is on rates that change in the day.)
 *
 * There is no estimate while no counter for it is open, nor where something is
 * ahead of which nothing is known. A paused counter comes back: as staff go for
 * half an hour or an hour, and then press the same key.
 *
 * The range is one standard deviation to either side: of the work ahead, of
 * what is left at the counters, of those to come, of the means, and of what no
 * model sees: staff differ, and leave. The constants are from
 * tests/bench/simulate, so that four of five fall inside: docs/queue-rules.md.
 */
#include <math.h>
#include <string.h>

#include "queue/internal.h"
#include "queue/waiting.h"

#define MINUTE_MS (60 * 1000.0)
#define MAX_WAIT_MS (12 * 3600 * 1000.0) /* as good as never */

/* To come: as if it had also been seen, for so long, that they keep the
 * counters busy for such a part of the time; and never more than come in this.
 */
#define USUAL_MS (30 * MINUTE_MS)
#define USUAL_LOAD 0.8
#define HORIZON_MS (240 * MINUTE_MS)

/* A pause lasts so long; then so much longer; after this it was none. */
#define PAUSE_MS (30 * MINUTE_MS)
#define PAUSE_LEFT_MS (15 * MINUTE_MS)
#define PAUSE_MOST_MS (60 * MINUTE_MS)

/* (standard deviation / wait)^2 of what the model does not see: of the office,
 * of each counter, and of those to come where they double the wait. */
#define UNSEEN_OFFICE 0.02
#define UNSEEN_COUNTER 0.15
#define UNSEEN_COMING 0.2

/* Of a longer wait, what comes meanwhile and passes over; or it never ends. */
#define MOST_GROWTH 0.8

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static double smaller(double a, double b)
{
	return a < b ? a : b;
}

/* ---- one who waits, or is about to ---- */

/* A line, and who of it goes before the subject. */
struct line {
	uint32_t counters; /* that call from it */
	/* Those that call even its later ones before the subject, and those
	 * that may help them with that. */
	uint32_t later_counters;
	struct known one;              /* of them */
	double before[TICKET_CLASSES]; /* who wait and came before */
	double all[TICKET_CLASSES];    /* who wait, without the subject */
	double age_ms[TICKET_CLASSES]; /* how long the first has waited */
	double rate[TICKET_CLASSES];   /* to come, a millisecond */
	/* By the latest guess: */
	double heads[TICKET_CLASSES];
	double work_ms, later_work_ms;
	double share; /* of it that the subject's counters do */
};

struct subject {
	const struct queue *queue;
	int64_t now_ms;
	uint32_t slot; /* SLOT_NONE: comes now */
	int service, for_counter;
	enum ticket_class class;
	int64_t issued_ms;

	uint32_t present; /* counters: at work, or on a pause */
	uint32_t mine;    /* those of them that may call it */
	double n_mine;
	double others_ms; /* what one of them has left at any time */

	/* First those of the services, then those of counters. */
	struct line lines[QUEUE_LINES];
	size_t n_services, n_lines;
	struct line *own;

	/* What each counter has to do before, and what of it is whose. */
	double fill_ms[QUEUE_MAX_COUNTERS];
	double part_ms[QUEUE_LINES][QUEUE_MAX_COUNTERS];
	double later_part_ms[QUEUE_MAX_SERVICES][QUEUE_MAX_COUNTERS];
	double level_ms, n_level; /* of its line; of its counters, at that */
	double growth; /* of the wait, by those to come: theirs / the rest */
};

static unsigned int first_of(uint32_t counters)
{
	return (unsigned int)__builtin_ctz(counters);
}

static double number_of(uint32_t counters)
{
	return __builtin_popcount(counters);
}

/* From then to now; as doubles, so that no clock can break it. */
static double since_ms(const struct subject *subject, int64_t then_ms)
{
	return (double)subject->now_ms - (double)then_ms;
}

/* How much longer the counter is away; negative: it does not come back. */
static double pause_left_ms(const struct subject *subject,
			    const struct counter *counter)
{
	double gone_ms;

	if (counter->state == QUEUE_COUNTER_IS_OPEN)
		return 0;
	gone_ms = since_ms(subject, counter->paused_ms);
	if (counter->paused_ms == 0 || gone_ms < 0 || gone_ms > PAUSE_MOST_MS)
		return -1;
	return larger(PAUSE_MS - gone_ms, PAUSE_LEFT_MS);
}

/* Of its counters that go by their lists: those further up come before it,
 * even later ones; those further down do not come into it. */
static void find_order(struct subject *subject)
{
	const struct queue *queue = subject->queue;

	for (uint32_t rest = subject->mine; rest != 0; rest &= rest - 1) {
		unsigned int c = first_of(rest);
		bool up = true;

		if (queue->rules.counters[c].prefer != QUEUE_ORDER)
			continue;
		for (size_t i = 0; i < queue->rules.counters[c].n_services;
		     i++) {
			unsigned int s = queue->rules.counters[c].services[i];

			if ((int)s == subject->service)
				up = false;
			else if (up)
				subject->lines[s].later_counters |= 1U << c;
			else
				subject->lines[s].counters &= ~(1U << c);
		}
	}
	for (size_t s = 0; s < subject->n_services; s++) {
		struct line *line = &subject->lines[s];

		if (line->later_counters != 0)
			line->later_counters |= line->counters & ~subject->mine;
	}
}

/* Who is at work. False where nobody is who may call the subject. */
static bool find_counters(struct subject *subject)
{
	const struct queue *queue = subject->queue;
	uint32_t open = 0;

	for (size_t s = 0; s < subject->n_services; s++) {
		subject->lines[s].counters = 0;
		subject->lines[s].later_counters = 0;
	}
	subject->present = 0;
	for (unsigned int c = 0; c < queue->rules.n_counters; c++) {
		uint32_t bit = 1U << c;

		subject->fill_ms[c] =
		    pause_left_ms(subject, &queue->counters[c]);
		if (subject->fill_ms[c] < 0)
			continue;
		subject->present |= bit;
		if (queue->counters[c].state == QUEUE_COUNTER_IS_OPEN)
			open |= bit;
		for (size_t i = 0; i < queue->rules.counters[c].n_services; i++)
			subject->lines[queue->rules.counters[c].services[i]]
			    .counters |= bit;
	}
	if (subject->for_counter == QUEUE_NONE) {
		subject->mine = subject->lines[subject->service].counters;
		find_order(subject);
	} else {
		subject->mine = subject->present & 1U << subject->for_counter;
	}
	subject->n_mine = number_of(subject->mine);
	return (subject->mine & open) != 0;
}

/* ---- what is known ---- */

/* How long the first has waited, where by_credit() asks for it. */
static double age_ms(const struct subject *subject, int line,
		     unsigned int class)
{
	const struct queue *queue = subject->queue;
	uint32_t first;

	if (queue->rules.policy != QUEUE_ACCUMULATE ||
	    (subject->slot == SLOT_NONE &&
	     queue->rules.rates[subject->class] <= queue->rules.rates[class]))
		return 0;
	first = waiting_first(queue, line, class);
	return first == SLOT_NONE
		   ? 0
		   : since_ms(subject, slot_at(queue, first)->mark.issued_ms);
}

/* Who waits in the line (of queue/waiting.h). */
static void count(const struct subject *subject, int at, struct line *line)
{
	const struct queue *queue = subject->queue;
	bool waits = subject->slot != SLOT_NONE;

	line->share = number_of(line->counters & subject->mine) /
		      larger(number_of(line->counters), 1);
	for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
		bool with_it = waits && line == subject->own &&
			       c == (unsigned int)subject->class;
		uint32_t all = waiting_count(queue, at, c);

		line->before[c] =
		    waits ? waiting_before(queue, at, c, subject->slot) : all;
		line->all[c] = all - with_it;
		line->age_ms[c] = age_ms(subject, at, c);
	}
}

/* How many a millisecond come to the office. */
static double find_rate(const struct subject *subject)
{
	const struct arrivals *of = &subject->queue->arrivals;
	double n, ms, work_ms = 0, able;

	estimate_arrivals(subject->queue, subject->now_ms, &n, &ms);
	for (size_t s = 0; s < subject->n_services; s++)
		work_ms += of->service[s] * subject->lines[s].one.mean_ms;
	if (work_ms <= 0)
		return ms > 0 ? n / ms : 0;
	able = number_of(subject->present) * of->all / work_ms;
	/* More than the counters can do come for moments only. */
	return smaller((n + USUAL_LOAD * able * USUAL_MS) / (ms + USUAL_MS),
		       able);
}

static void find_rates(struct subject *subject)
{
	const struct arrivals *of = &subject->queue->arrivals;
	double each = of->all > 0 ? find_rate(subject) / of->all / of->all : 0;

	for (size_t s = 0; s < subject->n_services; s++) {
		for (unsigned int c = 0; c < TICKET_CLASSES; c++)
			subject->lines[s].rate[c] =
			    each * of->service[s] * of->class[c];
	}
}

/* Whether nothing is known of what is to be done in the line before. */
static bool is_dark(const struct line *line, const struct subject *subject)
{
	if (line->one.mean_ms > 0 || (line->counters & subject->mine) == 0)
		return false;
	for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
		/* Of its own class, who came later is no concern. */
		if (line->before[c] > 0 ||
		    (line->all[c] > 0 && c != (unsigned int)subject->class))
			return true;
	}
	return false;
}

static void add_line_of(struct subject *subject, unsigned int counter)
{
	struct line *line = &subject->lines[subject->n_lines++];

	/* Of what kind they are is not known, so as the subject's own. */
	*line = (struct line){
	    .counters = 1U << counter,
	    .one = subject->lines[subject->service].one,
	};
	if ((int)counter == subject->for_counter)
		subject->own = line;
	count(subject, waiting_line_of_counter((int)counter), line);
}

/* False where something ahead is not known. */
static bool find_lines(struct subject *subject)
{
	const struct queue *queue = subject->queue;

	subject->own = &subject->lines[subject->service];
	if (subject->for_counter != QUEUE_NONE)
		subject->own = NULL;
	subject->n_lines = subject->n_services;
	for (size_t s = 0; s < subject->n_services; s++) {
		subject->lines[s].one = estimate_known(queue, (int)s);
		count(subject, (int)s, &subject->lines[s]);
	}
	find_rates(subject);
	for (uint32_t rest = subject->present; rest != 0; rest &= rest - 1) {
		unsigned int c = first_of(rest);
		uint32_t waiting = 0;

		for (unsigned int k = 0; k < TICKET_CLASSES; k++)
			waiting +=
			    waiting_count(queue,
					  waiting_line_of_counter((int)c), k);
		if (waiting > 0)
			add_line_of(subject, c);
	}
	for (size_t i = 0; i < subject->n_lines; i++) {
		if (is_dark(&subject->lines[i], subject))
			return false;
	}
	return true;
}

/* What the counters have left. False where that is not known. */
static bool find_left(struct subject *subject)
{
	const struct queue *queue = subject->queue;
	double busy = 0;

	subject->others_ms = 0;
	for (unsigned int c = 0; c < queue->rules.n_counters; c++) {
		const struct counter *at = &queue->counters[c];
		const struct line *of;
		double took_ms, usual_ms;

		if (at->serving == SLOT_NONE || subject->fill_ms[c] < 0)
			continue;
		of = &subject->lines[slot_at(queue, at->serving)->ticket.queue];
		if (of->one.mean_ms <= 0) {
			if (subject->mine & 1U << c)
				return false;
			continue;
		}
		took_ms = at->busy_ms == 0 ? 0 : since_ms(subject, at->busy_ms);
		/* What is left at any time (the renewal theory); nearly so
		 * whatever it took already, the times being as they are. */
		usual_ms =
		    (of->one.mean_ms + of->one.variance / of->one.mean_ms) / 2;
		subject->fill_ms[c] +=
		    larger(of->one.mean_ms - larger(took_ms, 0), usual_ms);
		if (subject->mine & 1U << c) {
			subject->others_ms += usual_ms;
			busy++;
		}
	}
	if (busy > 0)
		subject->others_ms /= busy;
	return true;
}

/* ---- who goes first, by the policy ---- */

/* Who of a class is called before the subject. */
struct reach {
	double part;      /* of those who wait and came before */
	double later;     /* of those who wait and came later */
	double coming_ms; /* and those who come in that time */
	/* Or else who has waited longer than that. */
	bool by_age;
	double longer_ms;
};

/* How many come in that time, in the time of the present rate. */
static double coming_ms(double ms)
{
	return ms / (1 + ms / HORIZON_MS);
}

/* All of a class that passes over, and a part of them. */
static struct reach all_of(double part, double ms)
{
	return (struct reach){.part = part,
			      .later = part,
			      .coming_ms = part * coming_ms(ms)};
}

static void reach_by_rank(const struct subject *subject, double wait_ms,
			  struct reach reach[TICKET_CLASSES])
{
	static const unsigned int rank[TICKET_CLASSES] = {
	    [TICKET_PRIORITY] = 0,
	    [TICKET_APPOINTMENT] = 1,
	    [TICKET_NORMAL] = 2,
	};

	for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
		if (rank[c] < rank[subject->class])
			reach[c] = all_of(1, wait_ms);
	}
}

/* Over the lines, as far as the subject's counters call from them. */
static double heads_waiting(const struct subject *subject, unsigned int class,
			    bool later)
{
	double heads = 0;

	for (size_t i = 0; i < subject->n_lines; i++) {
		const struct line *line = &subject->lines[i];

		heads += line->share *
			 (later ? line->all[class] : line->before[class]);
	}
	return heads;
}

static double rate_coming(const struct subject *subject, unsigned int class)
{
	double rate = 0;

	for (size_t s = 0; s < subject->n_services; s++)
		rate += subject->lines[s].share * subject->lines[s].rate[class];
	return rate;
}

/* A normal one: as many privileged ones as the ratio lets pass. */
static void reach_of_normal(const struct subject *subject, double wait_ms,
			    struct reach reach[TICKET_CLASSES])
{
	double ratio = subject->queue->rules.priority_ratio;
	double all = 0, most;
	struct reach part;

	for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
		if (c != TICKET_NORMAL)
			all += heads_waiting(subject, c, true) +
			       coming_ms(wait_ms) * rate_coming(subject, c);
	}
	/* Each counter keeps its own account. */
	most = ratio *
	       (heads_waiting(subject, TICKET_NORMAL, false) + subject->n_mine);
	part = all_of(all > most ? most / all : 1, wait_ms);
	reach[TICKET_PRIORITY] = reach[TICKET_APPOINTMENT] = part;
}

/* A privileged one: the others by arrival, and the normal ones between. */
static void reach_of_privileged(const struct subject *subject,
				struct reach reach[TICKET_CLASSES])
{
	double ratio = subject->queue->rules.priority_ratio;
	double all = heads_waiting(subject, TICKET_NORMAL, true), most;

	reach[TICKET_PRIORITY] = reach[TICKET_APPOINTMENT] =
	    (struct reach){.part = 1};
	most = (heads_waiting(subject, TICKET_PRIORITY, false) +
		heads_waiting(subject, TICKET_APPOINTMENT, false)) /
	       ratio;
	reach[TICKET_NORMAL] = all_of(all > most ? most / all : 1, 0);
}

/* Of a class with a rate of its own, who has waited longer than this when the
 * subject is called went before. */
static void reach_by_credit(const struct subject *subject, double wait_ms,
			    struct reach reach[TICKET_CLASSES])
{
	const uint32_t *rates = subject->queue->rules.rates;
	double waited_ms = larger(since_ms(subject, subject->issued_ms), 0);

	for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
		double ratio = (double)rates[subject->class] / rates[c];
		double longer_ms = (waited_ms + wait_ms) * ratio - wait_ms;

		if (c == (unsigned int)subject->class)
			continue;
		if (longer_ms > 0 || ratio > 1)
			reach[c] = (struct reach){.by_age = true,
						  .longer_ms = longer_ms};
		else
			reach[c] = all_of(1, -longer_ms);
	}
}

static double heads_of(const struct line *line, unsigned int class,
		       const struct reach *reach)
{
	/* They came one by one: that is near enough, and needs no search. */
	if (reach->by_age)
		return reach->longer_ms < line->age_ms[class]
			   ? line->all[class] *
				 (1 - reach->longer_ms / line->age_ms[class])
			   : 0;
	return reach->part * line->before[class] +
	       reach->later * (line->all[class] - line->before[class]) +
	       reach->coming_ms * line->rate[class];
}

/* Those of the line, by then, who are not before the subject by the policy. */
static double later_heads(const struct line *line, double heads, double wait_ms)
{
	double all = 0;

	for (unsigned int c = 0; c < TICKET_CLASSES; c++)
		all += line->all[c] + line->rate[c] * coming_ms(wait_ms);
	return larger(all - heads, 0);
}

/* The work of each line before the subject, were wait_ms its wait. */
static void find_work(struct subject *subject, double wait_ms)
{
	struct reach reach[TICKET_CLASSES] = {{0}};

	reach[subject->class].part = 1;
	switch (subject->queue->rules.policy) {
	case QUEUE_RATIO:
		if (subject->class == TICKET_NORMAL)
			reach_of_normal(subject, wait_ms, reach);
		else
			reach_of_privileged(subject, reach);
		break;
	case QUEUE_STRICT:
		reach_by_rank(subject, wait_ms, reach);
		break;
	case QUEUE_ACCUMULATE:
		reach_by_credit(subject, wait_ms, reach);
		break;
	}
	for (size_t i = 0; i < subject->n_lines; i++) {
		struct line *line = &subject->lines[i];
		double heads = 0;

		for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
			line->heads[c] = heads_of(line, c, &reach[c]);
			heads += line->heads[c];
		}
		line->work_ms = heads * line->one.mean_ms;
		if (line->later_counters != 0)
			line->later_work_ms =
			    later_heads(line, heads, wait_ms) *
			    line->one.mean_ms;
	}
}

/* ---- how counters share it ---- */

/* Pours the work on the counters, instead of what of it was there before, and
 * gives the level. part_ms: how much went where. */
static double pour(double work_ms, uint32_t counters, double *fill_ms,
		   double *part_ms)
{
	double sum_ms = work_ms, n = 0, level_ms;
	uint32_t below = counters, above;

	for (uint32_t rest = counters; rest != 0; rest &= rest - 1) {
		unsigned int c = first_of(rest);

		fill_ms[c] -= part_ms[c];
		part_ms[c] = 0;
		sum_ms += fill_ms[c];
		n++;
	}
	/* Those above the level get nothing, and are no part of it. One stays,
	 * as not all can be above their mean but by rounding. */
	do {
		level_ms = sum_ms / n;
		above = 0;
		for (uint32_t rest = below; rest != 0 && n > 1;
		     rest &= rest - 1) {
			unsigned int c = first_of(rest);

			if (fill_ms[c] <= level_ms)
				continue;
			above |= 1U << c;
			sum_ms -= fill_ms[c];
			n--;
		}
		below &= ~above;
	} while (above != 0);
	for (; below != 0; below &= below - 1) {
		unsigned int c = first_of(below);

		part_ms[c] = level_ms - fill_ms[c];
		fill_ms[c] = level_ms;
	}
	return level_ms;
}

static double pour_all(struct subject *subject)
{
	double *fill_ms = subject->fill_ms;

	for (size_t i = 0; i < subject->n_lines; i++) {
		struct line *line = &subject->lines[i];

		if (line != subject->own && line->counters != 0)
			pour(line->work_ms, line->counters, fill_ms,
			     subject->part_ms[i]);
		if (line->later_counters != 0)
			pour(line->later_work_ms, line->later_counters, fill_ms,
			     subject->later_part_ms[i]);
	}
	return pour(subject->own->work_ms, subject->own->counters, fill_ms,
		    subject->part_ms[subject->own - subject->lines]);
}

static void pour_nothing(struct subject *subject)
{
	size_t size =
	    subject->queue->rules.n_counters * sizeof(subject->part_ms[0][0]);

	for (size_t i = 0; i < subject->n_lines; i++)
		memset(subject->part_ms[i], 0, size);
	for (size_t s = 0; s < subject->n_services; s++)
		memset(subject->later_part_ms[s], 0, size);
}

static void find_shares(struct subject *subject)
{
	double n = 0;

	for (uint32_t rest = subject->mine; rest != 0; rest &= rest - 1)
		n += subject->fill_ms[first_of(rest)] <= subject->level_ms + 1;
	subject->n_level = larger(n, 1);
	for (size_t i = 0; i < subject->n_lines; i++) {
		struct line *line = &subject->lines[i];
		uint32_t rest = line->counters & subject->mine;
		double mine_ms = 0;

		if (rest == 0 || line->work_ms <= 0)
			continue;
		for (; rest != 0; rest &= rest - 1)
			mine_ms += subject->part_ms[i][first_of(rest)];
		line->share = mine_ms / line->work_ms;
	}
}

/* The wait, were wait_ms what those who pass over reckon with. */
static double wait_given(struct subject *subject, double wait_ms)
{
	double others;

	find_work(subject, wait_ms);
	subject->level_ms = pour_all(subject);
	find_shares(subject);
	others = (subject->n_level - 1) / subject->n_level;
	return larger(subject->level_ms - others * subject->others_ms, 0);
}

/* Whether who is before it depends on how long it waits. */
static bool wait_matters(const struct subject *subject)
{
	switch (subject->queue->rules.policy) {
	case QUEUE_RATIO:
		return subject->class == TICKET_NORMAL;
	case QUEUE_STRICT:
		return subject->class != TICKET_PRIORITY;
	case QUEUE_ACCUMULATE:
		break;
	}
	return true;
}

/* Where the wait is what was reckoned with. It grows with it where others come
 * and pass over, and shrinks where the subject itself passes over others. */
static double solve(struct subject *subject)
{
	double first_ms, more_ms, slope, wait_ms;

	subject->growth = 0;
	pour_nothing(subject);
	first_ms = wait_given(subject, 0);
	if (first_ms <= 0)
		return 0;
	more_ms = wait_given(subject, first_ms) - first_ms;
	if (!wait_matters(subject))
		return first_ms + more_ms;
	/* On a straight line through the two. */
	slope = smaller(more_ms / first_ms, MOST_GROWTH);
	wait_ms = first_ms / (1 - slope);
	if (slope < 0)
		return (wait_ms + wait_given(subject, wait_ms)) / 2;
	subject->growth = slope / (1 - slope);
	return wait_given(subject, wait_ms);
}

static void set_range(const struct subject *subject, double wait_ms,
		      struct queue_wait *wait)
{
	double n = subject->n_level, others_ms = subject->others_ms;
	double variance = others_ms * others_ms, work_ms = 0, off2 = 0;
	double spread_ms = 0, above_ms, low, high;

	for (size_t i = 0; i < subject->n_lines; i++) {
		const struct line *line = &subject->lines[i];
		double heads = 0;

		for (unsigned int c = 0; c < TICKET_CLASSES; c++)
			heads += line->share * line->heads[c];
		variance += heads * line->one.variance;
		work_ms += heads * line->one.mean_ms;
		off2 += heads * line->one.mean_ms * line->one.off2;
	}
	off2 = UNSEEN_OFFICE + UNSEEN_COUNTER / subject->n_mine +
	       UNSEEN_COMING * subject->growth * subject->growth +
	       (work_ms > 0 ? off2 / work_ms : 0);
	if (subject->level_ms > 0) /* else a counter is free */
		spread_ms = sqrt(variance / (n * n) + wait_ms * wait_ms * off2);
	/* A short wait has its shorter ones inside anyway. */
	above_ms = (smaller(wait_ms, spread_ms) + spread_ms) / 2;
	low = floor((wait_ms - spread_ms) / MINUTE_MS + 0.5);
	high = floor((wait_ms + above_ms) / MINUTE_MS + 0.5);
	wait->low_s = low > 0 ? (uint32_t)low * 60 : 0;
	wait->high_s = high > 1 ? (uint32_t)high * 60 : 60;
}

static bool estimate(struct subject *subject, struct queue_wait *wait)
{
	double wait_ms;

	subject->n_services = subject->queue->rules.n_services;
	if (!find_counters(subject) || !find_lines(subject) ||
	    !find_left(subject))
		return false;
	wait_ms = solve(subject);
	if (!(wait_ms <= MAX_WAIT_MS))
		return false;
	set_range(subject, wait_ms, wait);
	return true;
}

bool queue_wait(const struct queue *queue, int service, enum ticket_class class,
		int64_t now_ms, struct queue_wait *wait)
{
	struct subject subject; /* large, and filled as far as needed */

	*wait = (struct queue_wait){0};
	if (!queue_has_service(queue, service) ||
	    (unsigned int)class >= TICKET_CLASSES)
		return false;
	subject.queue = queue;
	subject.now_ms = now_ms;
	subject.slot = SLOT_NONE;
	subject.service = service;
	subject.for_counter = QUEUE_NONE;
	subject.class = class;
	subject.issued_ms = now_ms;
	return estimate(&subject, wait);
}

bool queue_wait_of(const struct queue *queue, const struct queue_ticket *ticket,
		   int64_t now_ms, struct queue_wait *wait)
{
	uint32_t slot = queue_slot_of(queue, ticket->service, ticket->number);
	const struct slot *of = slot_at(queue, slot);
	struct subject subject;

	*wait = (struct queue_wait){0};
	if (slot == SLOT_NONE || of->ticket.state != QUEUE_WAITING)
		return false;
	subject.queue = queue;
	subject.now_ms = now_ms;
	subject.slot = slot;
	subject.service = of->ticket.queue;
	subject.for_counter = of->ticket.for_counter;
	subject.class = of->ticket.class;
	subject.issued_ms = of->mark.issued_ms;
	return estimate(&subject, wait);
}
