/* SPDX-License-Identifier: MIT */
/*
 * What the estimate learns from the events of the day: how long each service
 * keeps a counter, and how people come. Sums that fade, so that an event costs
 * the same at any time and the latest ones count most.
 *
 * A service's mean begins at the office's typical time. That weighs as much
 * against the completions as its own usual error and their spread make it
 * (Bühlmann's credibility, 1967): where all take the same, a few of them
 * overrule it.
 */
#include <string.h>

#include "queue/internal.h"
#include "queue/waiting.h"

#define MIN_DONE 5               /* where there is no typical time */
#define PACE_KEPT (1 - 1 / 64.0) /* of a completion's weight, at the next */
#define LONGEST_MS (4 * 3600 * 1000LL) /* else somebody forgot to press */
/* Between two tickets, as part of the work. */
#define GAP_MS (3 * 60 * 1000LL)

/* (standard deviation / mean)^2, before there are completions, and as from how
 * many; (error / typical_s)^2. */
#define TYPICAL_CV2 0.6
#define TYPICAL_CV2_N 4
#define TYPICAL_OFF2 0.06

#define ARRIVALS_KEPT (1 - 1 / 40.0)
/* A longer gap, such as lunch, teaches no more. */
#define LULL_MS (10 * 60 * 1000LL)

/* ---- people come ---- */

static double gap_of(int64_t gap_ms)
{
	return (double)(gap_ms < LULL_MS ? gap_ms : LULL_MS);
}

void estimate_note_issued(struct queue *queue, const struct queue_event *event)
{
	struct arrivals *of = &queue->arrivals;
	int64_t gap_ms;

	if (of->last_ms != 0 &&
	    !__builtin_sub_overflow(event->at_ms, of->last_ms, &gap_ms) &&
	    gap_ms >= 0) {
		of->n = of->n * ARRIVALS_KEPT + 1;
		of->ms = of->ms * ARRIVALS_KEPT + gap_of(gap_ms);
	}
	of->last_ms = event->at_ms;
	of->all++;
	of->service[event->service]++;
	of->class[event->class]++;
}

void estimate_arrivals(const struct queue *queue, int64_t now_ms, double *n,
		       double *ms)
{
	const struct arrivals *of = &queue->arrivals;
	int64_t since_ms;

	*n = of->n;
	*ms = of->ms;
	if (of->last_ms != 0 &&
	    !__builtin_sub_overflow(now_ms, of->last_ms, &since_ms) &&
	    since_ms > 0)
		*ms += gap_of(since_ms);
}

/* ---- counters work ---- */

void estimate_note_called(struct counter *counter, int64_t now_ms)
{
	int64_t gap_ms;

	if (counter->busy_ms == 0 ||
	    __builtin_sub_overflow(now_ms, counter->busy_ms, &gap_ms) ||
	    gap_ms < 0 || gap_ms > GAP_MS)
		counter->busy_ms = now_ms;
}

static struct known conclude(const struct pace *pace, double typical_ms)
{
	double mean_ms = pace->ms / pace->n, weight = 0, cv2 = TYPICAL_CV2;
	double variance = pace->ms2 / pace->n - mean_ms * mean_ms;

	if (variance < 0) /* by rounding */
		variance = 0;
	if (mean_ms > 0)
		cv2 = (pace->n * variance / (mean_ms * mean_ms) +
		       TYPICAL_CV2_N * TYPICAL_CV2) /
		      (pace->n + TYPICAL_CV2_N);
	if (typical_ms > 0)
		weight = cv2 / TYPICAL_OFF2;
	mean_ms = (weight * typical_ms + pace->ms) / (weight + pace->n);
	return (struct known){
	    .mean_ms = mean_ms,
	    .variance = cv2 * mean_ms * mean_ms,
	    .off2 = cv2 / (weight + pace->n),
	};
}

void estimate_note_left(struct queue *queue, int counter, int service,
			bool done, int64_t now_ms)
{
	struct counter *at = &queue->counters[counter];
	struct pace *pace = &queue->services[service].pace;
	int64_t took_ms;

	if (done && at->busy_ms != 0 &&
	    !__builtin_sub_overflow(now_ms, at->busy_ms, &took_ms) &&
	    took_ms >= 0 && took_ms <= LONGEST_MS) {
		double ms = (double)took_ms;

		pace->done++;
		pace->n = pace->n * PACE_KEPT + 1;
		pace->ms = pace->ms * PACE_KEPT + ms;
		pace->ms2 = pace->ms2 * PACE_KEPT + ms * ms;
		pace->known =
		    conclude(pace,
			     queue->rules.services[service].typical_s * 1e3);
	}
	at->busy_ms = policy_anyone(queue, counter) ? now_ms : 0;
}

struct known estimate_known(const struct queue *queue, int service)
{
	const struct pace *pace = &queue->services[service].pace;
	double typical_ms = queue->rules.services[service].typical_s * 1e3;

	if (pace->done >= MIN_DONE || (pace->done > 0 && typical_ms > 0))
		return pace->known;
	return (struct known){
	    .mean_ms = typical_ms,
	    .variance = TYPICAL_CV2 * typical_ms * typical_ms,
	    .off2 = TYPICAL_OFF2,
	};
}

void estimate_note_rest(struct counter *counter)
{
	counter->busy_ms = 0;
}

void estimate_note_state(struct counter *counter, int64_t now_ms)
{
	counter->paused_ms =
	    counter->state == QUEUE_COUNTER_IS_PAUSED ? now_ms : 0;
}

/* ---- the clock and the day ---- */

static void move_ms(int64_t *ms, int64_t step_ms)
{
	if (*ms != 0 && __builtin_add_overflow(*ms, step_ms, ms))
		*ms = 0;
}

void estimate_note_stepped(struct queue *queue, int64_t step_ms)
{
	for (size_t i = 0; i < queue->rules.n_counters; i++) {
		move_ms(&queue->counters[i].busy_ms, step_ms);
		move_ms(&queue->counters[i].paused_ms, step_ms);
	}
	move_ms(&queue->arrivals.last_ms, step_ms);
}

void estimate_forget(struct queue *queue)
{
	for (size_t i = 0; i < queue->rules.n_services; i++)
		queue->services[i].pace = (struct pace){0};
	memset(&queue->arrivals, 0, sizeof(queue->arrivals));
}
