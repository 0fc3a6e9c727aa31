/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "queue/internal.h"
#include "queue/waiting.h"

/* ---- making and copying ---- */

static bool counters_fit(const struct queue_rules *rules)
{
	for (size_t c = 0; c < rules->n_counters; c++) {
		enum queue_prefer prefer = rules->counters[c].prefer;

		if (rules->counters[c].n_services > QUEUE_MAX_SERVICES ||
		    (prefer != QUEUE_OLDEST && prefer != QUEUE_ORDER))
			return false;
		for (size_t i = 0; i < rules->counters[c].n_services; i++) {
			if (rules->counters[c].services[i] >= rules->n_services)
				return false;
		}
	}
	return true;
}

static bool rates_fit(const struct queue_rules *rules)
{
	for (size_t c = 0; c < TICKET_CLASSES; c++) {
		if (rules->rates[c] < 1 || rules->rates[c] > QUEUE_MAX_RATE)
			return false;
	}
	return true;
}

static bool rules_fit(const struct queue_rules *rules)
{
	return rules->n_services >= 1 &&
	       rules->n_services <= QUEUE_MAX_SERVICES &&
	       rules->n_counters >= 1 &&
	       rules->n_counters <= QUEUE_MAX_COUNTERS &&
	       (rules->policy == QUEUE_RATIO || rules->policy == QUEUE_STRICT ||
		(rules->policy == QUEUE_ACCUMULATE && rates_fit(rules))) &&
	       rules->priority_ratio >= 1 &&
	       rules->restore_after <= QUEUE_MAX_RESTORE &&
	       (unsigned int)rules->last_call <= QUEUE_LAST_STOP &&
	       rules->max_tickets >= 1 &&
	       rules->max_tickets <= QUEUE_MAX_TICKETS && counters_fit(rules);
}

size_t queue_memory(const struct queue_rules *rules)
{
	if (!rules_fit(rules))
		return 0;
	return sizeof(struct queue) +
	       (rules->max_tickets + 1) * sizeof(struct slot) +
	       rules->max_tickets * sizeof(uint32_t);
}

int queue_new(const struct queue_rules *rules, struct queue **out)
{
	size_t size = queue_memory(rules);
	struct queue *queue;

	*out = NULL;
	if (size == 0)
		return -EINVAL;
	queue = calloc(1, size);
	if (!queue)
		return -ENOMEM;
	queue->rules = *rules;
	queue->slots = (struct slot *)(queue + 1);
	queue->buckets = (uint32_t *)(queue->slots + rules->max_tickets + 1);
	*out = queue;
	return 0;
}

void queue_free(struct queue *queue)
{
	free(queue);
}

void queue_copy(struct queue *to, const struct queue *from)
{
	struct slot *slots = to->slots;
	uint32_t *buckets = to->buckets;

	assert(to->rules.max_tickets == from->rules.max_tickets);
	*to = *from;
	to->slots = slots;
	to->buckets = buckets;
	memcpy(slots, from->slots,
	       (from->n_tickets + (size_t)1) * sizeof(slots[0]));
	memcpy(buckets, from->buckets,
	       from->rules.max_tickets * sizeof(buckets[0]));
}

void queue_clear_day(struct queue *queue)
{
	queue->n_tickets = 0;
	queue->expire_from = 0;
	queue->n_calls = 0;
	memset(queue->counters, 0, sizeof(queue->counters));
	memset(queue->roots, 0, sizeof(queue->roots));
	memset(queue->buckets, 0,
	       queue->rules.max_tickets * sizeof(queue->buckets[0]));
	for (size_t i = 0; i < queue->rules.n_services; i++)
		queue->services[i].issued = 0;
	estimate_forget(queue);
}

/* ---- tickets by service and number ---- */

static size_t bucket_of(const struct queue *queue, int service, uint32_t number)
{
	uint32_t key = number * QUEUE_MAX_SERVICES + (uint32_t)service;
	uint32_t hash = key * 0x9e3779b1U; /* Knuth's multiplicative hash */

	return (size_t)((uint64_t)hash * queue->rules.max_tickets >> 32);
}

uint32_t queue_slot_of(const struct queue *queue, int service, uint32_t number)
{
	uint32_t slot;

	if (!queue_has_service(queue, service))
		return SLOT_NONE;
	slot = queue->buckets[bucket_of(queue, service, number)];
	while (slot != SLOT_NONE &&
	       (slot_at(queue, slot)->ticket.service != service ||
		slot_at(queue, slot)->ticket.number != number))
		slot = slot_at(queue, slot)->chain;
	return slot;
}

void queue_index_slot(struct queue *queue, uint32_t slot)
{
	const struct queue_ticket *ticket = &slot_at(queue, slot)->ticket;
	size_t bucket = bucket_of(queue, ticket->service, ticket->number);

	slot_at(queue, slot)->chain = queue->buckets[bucket];
	queue->buckets[bucket] = slot;
}

/* ---- looking ---- */

static const struct queue_ticket *ticket_in(const struct queue *queue,
					    uint32_t slot)
{
	return slot == SLOT_NONE ? NULL : &slot_at(queue, slot)->ticket;
}

const char *queue_day(const struct queue *queue)
{
	return queue->day;
}

uint32_t queue_last(const struct queue *queue, int service)
{
	if (!queue_has_service(queue, service) ||
	    queue->services[service].issued == 0)
		return 0;
	return queue->services[service].last.number;
}

int64_t queue_last_issued_ms(const struct queue *queue, int service)
{
	const struct service *of;

	if (!queue_has_service(queue, service))
		return 0;
	of = &queue->services[service];
	return of->last.number ? of->last.issued_ms : of->before.issued_ms;
}

size_t queue_waiting(const struct queue *queue, int service,
		     enum ticket_class class)
{
	if (!queue_has_service(queue, service) ||
	    (unsigned int)class >= TICKET_CLASSES)
		return 0;
	return waiting_count(queue, service, class);
}

size_t queue_waiting_for(const struct queue *queue, int counter,
			 enum ticket_class class)
{
	if (!queue_has_counter(queue, counter) ||
	    (unsigned int)class >= TICKET_CLASSES)
		return 0;
	return waiting_count(queue, waiting_line_of_counter(counter), class);
}

const struct queue_ticket *queue_find(const struct queue *queue, int service,
				      uint32_t number)
{
	return ticket_in(queue, queue_slot_of(queue, service, number));
}

struct queue_counter queue_counter(const struct queue *queue, int counter)
{
	struct queue_counter found = {.state = QUEUE_COUNTER_IS_CLOSED};

	if (queue_has_counter(queue, counter)) {
		found.state = queue->counters[counter].state;
		found.serving =
		    ticket_in(queue, queue->counters[counter].serving);
		found.rateable =
		    ticket_in(queue, queue->counters[counter].rateable);
		found.rateable_ms = queue->counters[counter].rateable_ms;
	}
	return found;
}

const struct queue_ticket *queue_next(const struct queue *queue, int counter,
				      int64_t now_ms)
{
	if (!queue_has_counter(queue, counter))
		return NULL;
	return ticket_in(queue, policy_choose(queue, counter, now_ms));
}

bool queue_has_next(const struct queue *queue, int counter)
{
	return queue_has_counter(queue, counter) &&
	       policy_anyone(queue, counter);
}

bool queue_suggests_no_show(const struct queue *queue, int counter)
{
	uint32_t limit = queue->rules.recall_limit;
	uint32_t slot = queue_has_counter(queue, counter)
			    ? queue->counters[counter].serving
			    : SLOT_NONE;

	return limit > 0 && slot != SLOT_NONE &&
	       slot_at(queue, slot)->ticket.recalls >= limit;
}

bool queue_clock_is_set(const struct queue *queue)
{
	return queue->clock_set;
}

size_t queue_ahead(const struct queue *queue, const struct queue_ticket *ticket)
{
	/* Looked up, since the caller may hold a copy. */
	uint32_t slot = queue_slot_of(queue, ticket->service, ticket->number);
	size_t ahead = 0;

	if (slot == SLOT_NONE)
		return 0;
	for (unsigned int c = 0; c < TICKET_CLASSES; c++)
		ahead += waiting_before(queue,
					waiting_line_of(
					    &slot_at(queue, slot)->ticket),
					c, slot);
	return ahead;
}

size_t queue_calls(const struct queue *queue,
		   struct queue_call calls[QUEUE_CALLS])
{
	memcpy(calls, queue->calls, queue->n_calls * sizeof(calls[0]));
	return queue->n_calls;
}

size_t queue_tickets(const struct queue *queue)
{
	return queue->n_tickets;
}

const struct queue_ticket *queue_ticket_at(const struct queue *queue,
					   size_t index)
{
	return index < queue->n_tickets
		   ? &slot_at(queue, (uint32_t)index + 1)->ticket
		   : NULL;
}
