/* SPDX-License-Identifier: MIT */
/*
 * Whom a counter calls next. First the policy says which classes have their
 * turn, looking at all services of the counter and at those who were
 * transferred to it; then the counter's preference says who of these it is.
 * One who was transferred to the counter stands against whom the preference
 * gives by arrival, so that "order" cannot keep them waiting for good.
 *
 * QUEUE_STRICT: priority, then appointment, then normal. Under overload a
 * normal ticket may wait for good.
 *
 * QUEUE_ACCUMULATE: the accumulating priority queue of Stanford, Taylor and
 * Ziedins (Queueing Systems 77, 2014, after Kleinrock 1964). Waiting counts at
 * the class's rate, and who has most credit goes first. A ticket with the rate
 * b that waited for w is passed over by none that waited less than w b / b',
 * whatever its rate b', so none starves.
 *
 * QUEUE_RATIO: priority and appointment are one privileged stream in which the
 * earlier arrival goes first. While privileged and normal tickets both wait,
 * priority_ratio privileged calls alternate with one normal call. Each counter
 * keeps an account, its run: how many privileged calls passed a normal ticket
 * over since it last called a normal one.
 *	- a privileged call while a normal ticket waited: run + 1;
 *	- a normal call: run = 0;
 *	- a privileged call while no normal ticket waited passed nobody over and
 *	  leaves the run as it was. Were it to clear the run, a counter whose
 *	  normal tickets come singly, and are now and then taken by a
 *	  neighbour, would start its account anew each time and might never
 *	  call one itself.
 * So at most priority_ratio calls of a counter pass over a normal ticket that
 * waits for it, and neither class starves. The account follows from the called
 * events alone, whoever chose the ticket, so a replay arrives at the same.
 */
#include "queue/internal.h"
#include "queue/waiting.h"

#define CLASS(class) (1U << (class))
#define PRIVILEGED (CLASS(TICKET_PRIORITY) | CLASS(TICKET_APPOINTMENT))

static uint32_t earlier(const struct queue *queue, uint32_t a, uint32_t b)
{
	if (a == SLOT_NONE)
		return b;
	return b != SLOT_NONE && waiting_stands_before(queue, b, a) ? b : a;
}

/* The earliest arrival of those classes in the line. */
static uint32_t first_of(const struct queue *queue, int line,
			 unsigned int classes)
{
	uint32_t first = SLOT_NONE;

	for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
		if (classes & CLASS(c))
			first = earlier(queue, first,
					waiting_first(queue, line, c));
	}
	return first;
}

/* The counter's choice among those classes. */
static uint32_t prefer(const struct queue *queue, int counter,
		       unsigned int classes)
{
	uint32_t choice = SLOT_NONE;

	for (size_t i = 0; i < queue->rules.counters[counter].n_services; i++) {
		int service = queue->rules.counters[counter].services[i];

		choice =
		    earlier(queue, choice, first_of(queue, service, classes));
		if (choice != SLOT_NONE &&
		    queue->rules.counters[counter].prefer == QUEUE_ORDER)
			break;
	}
	return earlier(queue, choice,
		       first_of(queue, waiting_line_of_counter(counter),
				classes));
}

static uint32_t choose_strict(const struct queue *queue, int counter)
{
	static const enum ticket_class order[TICKET_CLASSES] =
	    {TICKET_PRIORITY, TICKET_APPOINTMENT, TICKET_NORMAL};
	uint32_t choice = SLOT_NONE;

	for (size_t i = 0; i < TICKET_CLASSES && choice == SLOT_NONE; i++)
		choice = prefer(queue, counter, CLASS(order[i]));
	return choice;
}

static uint32_t choose_ratio(const struct queue *queue, int counter)
{
	uint32_t privileged = prefer(queue, counter, PRIVILEGED);
	uint32_t normal = prefer(queue, counter, CLASS(TICKET_NORMAL));

	if (privileged == SLOT_NONE)
		return normal;
	if (normal == SLOT_NONE)
		return privileged;
	return queue->counters[counter].run < queue->rules.priority_ratio
		   ? privileged
		   : normal;
}

/* What the slot's ticket has earned by waiting. */
static uint64_t credit(const struct queue *queue, uint32_t slot, int64_t now_ms)
{
	const struct slot *of = slot_at(queue, slot);
	int64_t waited_ms;

	if (__builtin_sub_overflow(now_ms, of->mark.issued_ms, &waited_ms) ||
	    waited_ms < 0)
		waited_ms = now_ms < of->mark.issued_ms ? 0 : INT64_MAX;
	if (waited_ms > INT64_MAX / QUEUE_MAX_RATE)
		waited_ms = INT64_MAX / QUEUE_MAX_RATE;
	return (uint64_t)waited_ms * queue->rules.rates[of->ticket.class];
}

static uint32_t choose_accumulate(const struct queue *queue, int counter,
				  int64_t now_ms)
{
	uint32_t choice = SLOT_NONE;
	uint64_t most = 0;

	for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
		uint32_t slot = prefer(queue, counter, CLASS(c));
		uint64_t has =
		    slot == SLOT_NONE ? 0 : credit(queue, slot, now_ms);

		if (slot == SLOT_NONE || has < most)
			continue;
		choice = has > most ? slot : earlier(queue, choice, slot);
		most = has;
	}
	return choice;
}

uint32_t policy_choose(const struct queue *queue, int counter, int64_t now_ms)
{
	switch (queue->rules.policy) {
	case QUEUE_RATIO:
		return choose_ratio(queue, counter);
	case QUEUE_STRICT:
		return choose_strict(queue, counter);
	case QUEUE_ACCUMULATE:
		return choose_accumulate(queue, counter, now_ms);
	}
	return SLOT_NONE;
}

bool policy_anyone(const struct queue *queue, int counter)
{
	return prefer(queue, counter, PRIVILEGED | CLASS(TICKET_NORMAL)) !=
	       SLOT_NONE;
}

void policy_note_call(struct queue *queue, int counter, enum ticket_class class)
{
	struct counter *at = &queue->counters[counter];

	if (class == TICKET_NORMAL)
		at->run = 0;
	else if (at->run < queue->rules.priority_ratio &&
		 prefer(queue, counter, CLASS(TICKET_NORMAL)) != SLOT_NONE)
		at->run++;
}
