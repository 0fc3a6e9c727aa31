/* SPDX-License-Identifier: MIT */
/*
 * How long until the call.
 *
 * The queue-length predictor of Ibrahim and Whitt (M&SOM 11, 2009) takes the
 * number ahead times the mean interval between completions. Here several
 * services share counters and several classes a policy, so it is made of work
 * instead of heads:
 *
 *	W = (A + R - (s - 1) r) / s
 *
 * s	the open counters that serve it
 * A	work ahead: for each line that these counters serve, how many of it will
 *	be called first (by the policy, those still to come included) times the
 *	service's mean, and of a line that other open counters serve as well
 *	only this share of counters
 * R	what the counters still have to do with whom they have, given for how
 *	long they had them
 * r	what each of the s - 1 others will still have to do when one is free
 *
 * A service's mean is that of its latest PACE_SIZE completions today: how long
 * each kept its counter busy, from the completion before it, or from the call
 * where the counter had been idle. So no-shows and the way to the counter
 *count. Before MIN_PACE of them it is the office's typical time; without that
 *there is no estimate. So it is where no counter for it is open.
 *
 * Those still to come who pass over are reckoned from the latest arrivals of
 * their class, upon the wait so found, a few times over. (Ibrahim and Whitt's
 * paper of 2011 is on rates that change in the day; looking back no further
 * than a few arrivals follows them.)
 *
 * The range is SPREAD standard deviations to either side: of the work ahead, of
 * what is left at the counters, of those to come, and of the mean itself, which
 * is known from a few only. SPREAD is from tests/bench/simulate, so that four
 * of five fall inside.
 */
#include <math.h>
#include <string.h>

#include "queue/internal.h"
#include "queue/waiting.h"

#define MIN_PACE 5
#define SPREAD 1.5
#define TYPICAL_CV2 0.6 /* variance / mean^2, where only typical_s is known */
#define GAP_MS                                                        \
	(3 * 60 * 1000LL) /* between two tickets, as part of the work \
			   */
#define LONGEST_MS (4 * 3600 * 1000LL) /* else somebody forgot to press */
#define ROUNDS 4
#define HALVINGS 6
#define MAX_WAIT_MS (12 * 3600 * 1000.0) /* as good as never */
#define MINUTE_MS (60 * 1000.0)

/* ---- what it learns from ---- */

void estimate_note_issued(struct queue *queue, const struct queue_event *event)
{
	struct arrivals *arrivals =
	    &queue->services[event->service].arrivals[event->class];

	arrivals->at_ms[arrivals->n++ % ARRIVALS_SIZE] = event->at_ms;
}

void estimate_note_called(struct counter *counter, int64_t now_ms)
{
	int64_t gap_ms;

	if (counter->busy_ms == 0 ||
	    __builtin_sub_overflow(now_ms, counter->busy_ms, &gap_ms) ||
	    gap_ms < 0 || gap_ms > GAP_MS)
		counter->busy_ms = now_ms;
}

void estimate_note_left(struct queue *queue, int counter, int service,
			bool done, int64_t now_ms)
{
	struct counter *at = &queue->counters[counter];
	struct pace *pace = &queue->services[service].pace;
	int64_t took_ms;

	if (done && at->busy_ms != 0 &&
	    !__builtin_sub_overflow(now_ms, at->busy_ms, &took_ms) &&
	    took_ms >= 0 && took_ms <= LONGEST_MS)
		pace->ms[pace->n++ % PACE_SIZE] = (uint32_t)took_ms;
	at->busy_ms = policy_anyone(queue, counter) ? now_ms : 0;
}

void estimate_note_rest(struct counter *counter)
{
	counter->busy_ms = 0;
}

static void move_ms(int64_t *ms, int64_t step_ms)
{
	if (__builtin_add_overflow(*ms, step_ms, ms))
		*ms = 0;
}

void estimate_note_stepped(struct queue *queue, int64_t step_ms)
{
	for (size_t i = 0; i < queue->rules.n_counters; i++) {
		if (queue->counters[i].busy_ms != 0)
			move_ms(&queue->counters[i].busy_ms, step_ms);
	}
	for (size_t i = 0; i < queue->rules.n_services; i++) {
		for (size_t c = 0; c < TICKET_CLASSES; c++) {
			struct arrivals *of = &queue->services[i].arrivals[c];

			for (size_t a = 0; a < ARRIVALS_SIZE; a++)
				move_ms(&of->at_ms[a], step_ms);
		}
	}
}

void estimate_forget(struct queue *queue)
{
	for (size_t i = 0; i < queue->rules.n_services; i++) {
		struct service *service = &queue->services[i];

		memset(&service->pace, 0, sizeof(service->pace));
		memset(service->arrivals, 0, sizeof(service->arrivals));
	}
}

/* ---- what is known of a service ---- */

struct known {
	bool any;
	double mean_ms, variance; /* of one ticket's work */
	double n;                 /* completions it is known from */
};

static size_t pace_length(const struct pace *pace)
{
	return pace->n < PACE_SIZE ? pace->n : PACE_SIZE;
}

static struct known look_up(const struct queue *queue, int service)
{
	const struct pace *pace = &queue->services[service].pace;
	double typical_ms = queue->rules.services[service].typical_s * 1000.0;
	size_t n = pace_length(pace);
	double sum = 0, squares = 0, mean;

	if (n < MIN_PACE)
		return (struct known){
		    .any = typical_ms > 0,
		    .mean_ms = typical_ms,
		    .variance = TYPICAL_CV2 * typical_ms * typical_ms,
		    .n = MIN_PACE,
		};
	for (size_t i = 0; i < n; i++)
		sum += pace->ms[i];
	mean = sum / (double)n;
	for (size_t i = 0; i < n; i++)
		squares += (pace->ms[i] - mean) * (pace->ms[i] - mean);
	return (struct known){
	    .any = true,
	    .mean_ms = mean,
	    .variance = squares / (double)(n - 1),
	    .n = (double)n,
	};
}

/* What is left of a ticket's work that has taken so long already. */
static double work_left(const struct queue *queue, int service,
			const struct known *known, double took_ms)
{
	const struct pace *pace = &queue->services[service].pace;
	size_t n = pace_length(pace), longer = 0;
	double left = 0;

	for (size_t i = 0; i < n; i++) {
		if (pace->ms[i] > took_ms) {
			left += pace->ms[i] - took_ms;
			longer++;
		}
	}
	if (n >= MIN_PACE && longer > 0)
		return left / (double)longer;
	if (n < MIN_PACE && took_ms < known->mean_ms)
		return known->mean_ms - took_ms / 2;
	return known->mean_ms / 2; /* an unusual case goes on */
}

/* ---- the work ahead ---- */

/* One who waits, or is about to. */
struct subject {
	const struct queue *queue;
	int64_t now_ms;
	uint32_t slot; /* SLOT_NONE: comes now */
	int service, for_counter;
	enum ticket_class class;
	int64_t issued_ms;

	bool counters[QUEUE_MAX_COUNTERS]; /* open, and may call it */
	double n_counters;
	double shares[QUEUE_MAX_SERVICES]; /* share_of(); 0: never mind it */
	bool unknown; /* a service ahead of which nothing is known */

	/* Of one class, over all lines, with their shares. */
	struct ahead {
		double heads, work, variance;
		double rate; /* heads to come, a millisecond */
		double mean; /* work of one of them */
	} ahead[TICKET_CLASSES], behind[TICKET_CLASSES];
	double left_ms;  /* work at its counters */
	double later_ms; /* and what one of them will have left later */
	double n_known;  /* completions, of the line's that count most */
};

static bool works(const struct queue *queue, int counter)
{
	return queue->counters[counter].state == QUEUE_COUNTER_IS_OPEN;
}

static bool lists(const struct queue *queue, int counter, int service)
{
	for (size_t i = 0; i < queue->rules.counters[counter].n_services; i++) {
		if (queue->rules.counters[counter].services[i] == service)
			return true;
	}
	return false;
}

/* Whether the counter, with both to call, looks at the line first or by
 * arrival: where it goes by its list, what stands further down waits. */
static bool comes_into_it(const struct subject *subject, int counter, int line)
{
	const struct queue *queue = subject->queue;

	if (queue->rules.counters[counter].prefer == QUEUE_OLDEST ||
	    subject->for_counter != QUEUE_NONE)
		return lists(queue, counter, line);
	for (size_t i = 0; i < queue->rules.counters[counter].n_services; i++) {
		if (queue->rules.counters[counter].services[i] == line)
			return true;
		if (queue->rules.counters[counter].services[i] ==
		    subject->service)
			break;
	}
	return false;
}

/* Which part of a service's line the subject's counters will call. */
static double share_of(const struct subject *subject, int line)
{
	double ours = 0, all = 0;

	for (int c = 0; c < (int)subject->queue->rules.n_counters; c++) {
		if (!works(subject->queue, c) ||
		    !lists(subject->queue, c, line))
			continue;
		all++;
		if (subject->counters[c] && comes_into_it(subject, c, line))
			ours++;
	}
	return all > 0 ? ours / all : 0;
}

/* How many a millisecond have come lately. */
static double rate_of(const struct subject *subject, int service,
		      unsigned int class)
{
	const struct arrivals *of =
	    &subject->queue->services[service].arrivals[class];
	size_t n = of->n < ARRIVALS_SIZE ? of->n : ARRIVALS_SIZE;
	int64_t since_ms;

	if (n < 2)
		return 0;
	if (__builtin_sub_overflow(subject->now_ms,
				   of->at_ms[of->n < ARRIVALS_SIZE
						 ? 0
						 : of->n % ARRIVALS_SIZE],
				   &since_ms) ||
	    since_ms < (int64_t)MINUTE_MS)
		since_ms = (int64_t)MINUTE_MS;
	return (double)(n - 1) / (double)since_ms;
}

static void add_line(struct subject *subject, int line, double share,
		     const struct known *known, unsigned int class, double rate)
{
	const struct queue *queue = subject->queue;
	double all = waiting_count(queue, line, class);
	double before = subject->slot == SLOT_NONE
			    ? all
			    : waiting_before(queue, line, class, subject->slot);
	struct ahead *ahead = &subject->ahead[class];
	struct ahead *behind = &subject->behind[class];
	double after = all - before;

	/* The subject itself is not behind itself. */
	if (subject->slot != SLOT_NONE && after > 0 &&
	    class == (unsigned int)subject->class &&
	    line == waiting_line_of(&queue->slots[subject->slot].ticket))
		after--;
	if (all > 0 && !known->any) {
		/* Of its own class, who came later is no concern. */
		subject->unknown |=
		    before > 0 ||
		    (after > 0 && class != (unsigned int)subject->class);
		return;
	}
	ahead->heads += share * before;
	ahead->work += share * before * known->mean_ms;
	ahead->variance += share * before * known->variance;
	behind->heads += share * after;
	behind->work += share * after * known->mean_ms;
	behind->variance += share * after * known->variance;
	ahead->mean += share * rate * known->mean_ms;
	ahead->rate += share * rate;
}

static void find_counters(struct subject *subject)
{
	const struct queue *queue = subject->queue;

	for (int c = 0; c < (int)queue->rules.n_counters; c++) {
		subject->counters[c] =
		    works(queue, c) && (subject->for_counter == QUEUE_NONE
					    ? lists(queue, c, subject->service)
					    : subject->for_counter == c);
		subject->n_counters += subject->counters[c];
	}
}

static void find_work(struct subject *subject)
{
	const struct queue *queue = subject->queue;
	double most = -1;

	for (int s = 0; s < (int)queue->rules.n_services; s++) {
		double share = share_of(subject, s);
		struct known known;

		subject->shares[s] = share;
		if (share <= 0)
			continue;
		known = look_up(queue, s);
		for (unsigned int c = 0; c < TICKET_CLASSES; c++)
			add_line(subject, s, share, &known, c,
				 known.any ? rate_of(subject, s, c) : 0);
		if (known.any && share > most) {
			most = share;
			subject->n_known = known.n;
		}
	}
	/* Whoever was sent to one of the counters takes that one's time; of
	 * what kind is not known, so as the subject's own. */
	for (int c = 0; c < (int)queue->rules.n_counters; c++) {
		struct known known = look_up(queue, subject->service);

		if (!subject->counters[c])
			continue;
		for (unsigned int class = 0; class < TICKET_CLASSES; class ++)
			add_line(subject, waiting_line_of_counter(c), 1, &known,
				 class, 0);
	}
	for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
		if (subject->ahead[c].rate > 0)
			subject->ahead[c].mean /= subject->ahead[c].rate;
	}
}

/* ---- who goes first, by the policy ---- */

struct sum {
	double heads, work, variance;
};

static void add_some(struct sum *sum, const struct ahead *of, double heads)
{
	double part = of->heads > 0 ? heads / of->heads : 0;

	if (part > 1)
		part = 1;
	sum->heads += part * of->heads;
	sum->work += part * of->work;
	sum->variance += part * of->variance;
}

static void add_coming(struct sum *sum, const struct ahead *of, double heads)
{
	sum->heads += heads;
	sum->work += heads * of->mean;
	/* Whether they come is chance as well. */
	sum->variance += 2 * heads * of->mean * of->mean;
}

/* All who wait of a class that goes first, and those to come meanwhile. */
static void add_whole_class(const struct subject *subject, unsigned int class,
			    double wait_ms, struct sum *sum)
{
	add_some(sum, &subject->ahead[class], subject->ahead[class].heads);
	add_some(sum, &subject->behind[class], subject->behind[class].heads);
	add_coming(sum, &subject->ahead[class],
		   subject->ahead[class].rate * wait_ms);
}

static void sum_strict(const struct subject *subject, double wait_ms,
		       struct sum *sum)
{
	static const unsigned int rank[TICKET_CLASSES] = {
	    [TICKET_PRIORITY] = 0,
	    [TICKET_APPOINTMENT] = 1,
	    [TICKET_NORMAL] = 2,
	};

	for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
		if (rank[c] < rank[subject->class])
			add_whole_class(subject, c, wait_ms, sum);
	}
}

/* At most `most` of what is in the sum. */
static void limit(struct sum *sum, double most)
{
	double part = sum->heads > most ? most / sum->heads : 1;

	sum->heads *= part;
	sum->work *= part;
	sum->variance *= part;
}

static void add(struct sum *sum, const struct sum *more)
{
	sum->heads += more->heads;
	sum->work += more->work;
	sum->variance += more->variance;
}

static void sum_ratio(const struct subject *subject, double wait_ms,
		      struct sum *sum)
{
	const struct ahead *ahead = subject->ahead, *behind = subject->behind;
	double ratio = subject->queue->rules.priority_ratio;
	struct sum others = {0};

	if (subject->class == TICKET_NORMAL) {
		add_whole_class(subject, TICKET_PRIORITY, wait_ms, &others);
		add_whole_class(subject, TICKET_APPOINTMENT, wait_ms, &others);
		/* Each counter keeps its own account. */
		limit(&others, ratio * (ahead[TICKET_NORMAL].heads +
					subject->n_counters));
	} else {
		unsigned int peer = subject->class == TICKET_PRIORITY
					? TICKET_APPOINTMENT
					: TICKET_PRIORITY;
		double privileged;

		add_some(sum, &ahead[peer], ahead[peer].heads);
		privileged = ahead[subject->class].heads + ahead[peer].heads;
		add_some(&others, &ahead[TICKET_NORMAL],
			 ahead[TICKET_NORMAL].heads);
		add_some(&others, &behind[TICKET_NORMAL],
			 behind[TICKET_NORMAL].heads);
		limit(&others, privileged / ratio);
	}
	add(sum, &others);
}

/* Of a class of its own rate, who has waited longer than this goes first. */
static void add_by_credit(const struct subject *subject, unsigned int class,
			  double wait_ms, struct sum *sum)
{
	const struct queue_rules *rules = &subject->queue->rules;
	double ratio =
	    (double)rules->rates[subject->class] / rules->rates[class];
	double waited_ms =
	    (double)(subject->now_ms - subject->issued_ms) + wait_ms;
	double longer_ms = waited_ms * ratio - wait_ms;
	double heads = 0;

	if (longer_ms <= 0) {
		add_whole_class(subject, class, 0, sum);
		add_coming(sum, &subject->ahead[class],
			   subject->ahead[class].rate * -longer_ms);
		return;
	}
	if (longer_ms > MAX_WAIT_MS)
		return;
	for (int s = 0; s < (int)subject->queue->rules.n_services; s++) {
		double share = subject->shares[s];

		if (share > 0)
			heads += share * waiting_since(subject->queue, s, class,
						       subject->now_ms -
							   (int64_t)longer_ms);
	}
	if (heads > subject->ahead[class].heads) {
		add_some(sum, &subject->behind[class],
			 heads - subject->ahead[class].heads);
		heads = subject->ahead[class].heads;
	}
	add_some(sum, &subject->ahead[class], heads);
}

static struct sum sum_ahead(const struct subject *subject, double wait_ms)
{
	struct sum sum = {0};

	add_some(&sum, &subject->ahead[subject->class],
		 subject->ahead[subject->class].heads);
	switch (subject->queue->rules.policy) {
	case QUEUE_RATIO:
		sum_ratio(subject, wait_ms, &sum);
		break;
	case QUEUE_STRICT:
		sum_strict(subject, wait_ms, &sum);
		break;
	case QUEUE_ACCUMULATE:
		for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
			if (c != (unsigned int)subject->class)
				add_by_credit(subject, c, wait_ms, &sum);
		}
		break;
	}
	return sum;
}

/* ---- the wait ---- */

static void find_left(struct subject *subject)
{
	const struct queue *queue = subject->queue;
	double busy = 0;

	for (int c = 0; c < (int)queue->rules.n_counters; c++) {
		const struct counter *at = &queue->counters[c];
		struct known known;
		double took_ms;
		int service;

		if (!subject->counters[c] || at->serving == SLOT_NONE)
			continue;
		service = queue->slots[at->serving].ticket.queue;
		known = look_up(queue, service);
		if (!known.any) {
			subject->unknown = true;
			return;
		}
		took_ms = at->busy_ms == 0
			      ? 0
			      : (double)(subject->now_ms - at->busy_ms);
		subject->left_ms += work_left(queue, service, &known,
					      took_ms > 0 ? took_ms : 0);
		subject->later_ms +=
		    (known.mean_ms + known.variance / (known.mean_ms + 1)) / 2;
		busy++;
	}
	if (busy > 0)
		subject->later_ms /= busy;
}

static void set_range(const struct subject *subject, const struct sum *sum,
		      double wait_ms, struct queue_wait *wait)
{
	double later_ms = subject->later_ms;
	double s = subject->n_counters;
	double mean = sum->heads > 0 ? sum->work / sum->heads : later_ms;
	double one =
	    sum->heads > 0 ? sum->variance / sum->heads : later_ms * later_ms;
	double cv2 = mean > 0 ? one / (mean * mean) : 0;
	double variance =
	    (sum->variance + s * later_ms * later_ms) / (s * s) +
	    (subject->n_known > 0 ? wait_ms * wait_ms * cv2 / subject->n_known
				  : 0);
	double spread = SPREAD * sqrt(variance);
	double low = floor((wait_ms - spread) / MINUTE_MS);
	double high = ceil((wait_ms + spread) / MINUTE_MS);

	wait->low_s = low > 0 ? (uint32_t)low * 60 : 0;
	wait->high_s = high > 1 ? (uint32_t)high * 60 : 60;
}

/* The wait, were wait_ms what those who pass over reckon with. */
static double wait_given(const struct subject *subject, double wait_ms,
			 struct sum *sum)
{
	double work_ms;

	*sum = sum_ahead(subject, wait_ms);
	work_ms = sum->work + subject->left_ms -
		  (subject->n_counters - 1) * subject->later_ms;
	return work_ms > 0 ? work_ms / subject->n_counters : 0;
}

/* Where the wait is what was reckoned with. It grows with it where others come
 * and pass over, and shrinks where the subject itself passes over others. */
static double solve(const struct subject *subject, struct sum *sum)
{
	double least_ms, most_ms = wait_given(subject, 0, sum), wait_ms;

	least_ms = wait_given(subject, most_ms, sum);
	if (least_ms >= most_ms) {
		wait_ms = least_ms;
		for (int i = 2; i < ROUNDS && wait_ms <= MAX_WAIT_MS; i++)
			wait_ms = wait_given(subject, wait_ms, sum);
		return wait_ms;
	}
	for (int i = 0; i < HALVINGS; i++) {
		double middle_ms = (least_ms + most_ms) / 2;

		if (wait_given(subject, middle_ms, sum) > middle_ms)
			least_ms = middle_ms;
		else
			most_ms = middle_ms;
	}
	return (least_ms + most_ms) / 2;
}

static bool estimate(struct subject *subject, struct queue_wait *wait)
{
	double wait_ms;
	struct sum sum;

	*wait = (struct queue_wait){0};
	find_counters(subject);
	if (subject->n_counters < 1)
		return false;
	find_work(subject);
	find_left(subject);
	if (subject->unknown)
		return false;
	wait_ms = solve(subject, &sum);
	if (wait_ms > MAX_WAIT_MS)
		return false;
	set_range(subject, &sum, wait_ms, wait);
	return true;
}

bool queue_wait(const struct queue *queue, int service, enum ticket_class class,
		int64_t now_ms, struct queue_wait *wait)
{
	struct subject subject = {
	    .queue = queue,
	    .now_ms = now_ms,
	    .service = service,
	    .for_counter = QUEUE_NONE,
	    .class = class,
	    .issued_ms = now_ms,
	};

	*wait = (struct queue_wait){0};
	if (!queue_has_service(queue, service) ||
	    (unsigned int)class >= TICKET_CLASSES)
		return false;
	return estimate(&subject, wait);
}

bool queue_wait_of(const struct queue *queue, const struct queue_ticket *ticket,
		   int64_t now_ms, struct queue_wait *wait)
{
	uint32_t slot = queue_slot_of(queue, ticket->service, ticket->number);
	struct subject subject = {.queue = queue, .now_ms = now_ms};
	const struct slot *of = &queue->slots[slot];

	*wait = (struct queue_wait){0};
	if (slot == SLOT_NONE || of->ticket.state != QUEUE_WAITING)
		return false;
	subject.slot = slot;
	subject.service = of->ticket.queue;
	subject.for_counter = of->ticket.for_counter;
	subject.class = of->ticket.class;
	subject.issued_ms = of->mark.issued_ms;
	return estimate(&subject, wait);
}
