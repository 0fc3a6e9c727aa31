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

static uint32_t earlier(uint32_t a, uint32_t b)
{
	if (a == SLOT_NONE || (b != SLOT_NONE && b < a))
		return b;
	return a;
}

/* The earliest arrival of those classes in the line. */
static uint32_t first_of(const struct queue *queue, int line,
			 unsigned int classes)
{
	uint32_t first = SLOT_NONE;

	for (unsigned int c = 0; c < TICKET_CLASSES; c++) {
		if (classes & CLASS(c))
			first = earlier(first, waiting_first(queue, line, c));
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

		choice = earlier(choice, first_of(queue, service, classes));
		if (choice != SLOT_NONE &&
		    queue->rules.counters[counter].prefer == QUEUE_ORDER)
			break;
	}
	return earlier(choice, first_of(queue, waiting_line_of_counter(counter),
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

uint32_t policy_choose(const struct queue *queue, int counter)
{
	switch (queue->rules.policy) {
	case QUEUE_RATIO:
		return choose_ratio(queue, counter);
	case QUEUE_STRICT:
		return choose_strict(queue, counter);
	}
	return SLOT_NONE;
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
