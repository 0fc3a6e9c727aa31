/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "queue/internal.h"
#include "queue/waiting.h"

/* A decision in the making. */
struct decision {
	const struct queue *queue;
	const struct queue_command *command;
	int64_t now_ms;
	struct queue_event *events;
	int n;
	enum queue_refusal why;
};

/* What a verb makes of a ticket in a state; what is left out is refused as
 * QUEUE_WRONG_STATE. */
struct rule {
	bool allowed;
	enum queue_kind kind;
};

static const struct rule rules[QUEUE_TICKET_STATES][QUEUE_VERBS] = {
    [QUEUE_WAITING] =
	{
	    [QUEUE_CALL_NEXT] = {true, QUEUE_CALLED},
	    [QUEUE_CALL_TICKET] = {true, QUEUE_CALLED},
	    [QUEUE_CANCEL] = {true, QUEUE_CANCELLED},
	},
    [QUEUE_AT_COUNTER] =
	{
	    [QUEUE_RECALL] = {true, QUEUE_RECALLED},
	    [QUEUE_FINISH] = {true, QUEUE_FINISHED},
	    [QUEUE_MISS] = {true, QUEUE_NO_SHOW},
	    [QUEUE_RETURN] = {true, QUEUE_RETURNED},
	    [QUEUE_TRANSFER] = {true, QUEUE_TRANSFERRED},
	},
    [QUEUE_SERVED] =
	{
	    [QUEUE_RATE] = {true, QUEUE_RATED},
	},
    [QUEUE_MISSED] =
	{
	    [QUEUE_RESTORE] = {true, QUEUE_RESTORED},
	},
    [QUEUE_GONE] = {{0}},
    [QUEUE_STALE] = {{0}},
};

static int refuse(struct decision *decision, enum queue_refusal why)
{
	decision->why = why;
	return -EPERM;
}

static struct queue_event *add(struct decision *decision, enum queue_kind kind,
			       int counter)
{
	struct queue_event *event = &decision->events[decision->n++];

	memset(event, 0, sizeof(*event));
	event->kind = kind;
	event->at_ms = decision->now_ms;
	event->service = QUEUE_NONE;
	event->class = QUEUE_NONE;
	event->counter = counter;
	event->to_service = QUEUE_NONE;
	event->to_counter = QUEUE_NONE;
	return event;
}

static struct queue_event *add_of_ticket(struct decision *decision,
					 enum queue_kind kind, uint32_t slot,
					 int counter)
{
	const struct queue_ticket *ticket =
	    &slot_at(decision->queue, slot)->ticket;
	struct queue_event *event = add(decision, kind, counter);

	event->service = ticket->service;
	event->number = ticket->number;
	event->class = (int)ticket->class;
	return event;
}

/* The event that the table gives for the verb, or a refusal. */
static int act(struct decision *decision, uint32_t slot, int counter)
{
	enum queue_ticket_state state =
	    slot_at(decision->queue, slot)->ticket.state;
	const struct rule *rule = &rules[state][decision->command->verb];

	if (!rule->allowed)
		return refuse(decision, QUEUE_WRONG_STATE);
	add_of_ticket(decision, rule->kind, slot, counter);
	return 0;
}

/* ---- one function a verb, or for verbs that differ only in the table ---- */

/* An appointment that comes too early or too late queues as normal. */
static enum ticket_class class_on_time(const struct decision *decision)
{
	const struct queue_command *command = decision->command;
	int64_t early_ms, late_ms;

	if (command->class != TICKET_APPOINTMENT ||
	    (command->from_ms == 0 && command->until_ms == 0))
		return command->class;
	if (__builtin_sub_overflow(command->from_ms, decision->now_ms,
				   &early_ms) ||
	    __builtin_sub_overflow(decision->now_ms, command->until_ms,
				   &late_ms))
		return TICKET_NORMAL;
	return early_ms <= QUEUE_APPOINTMENT_MS &&
		       late_ms <= QUEUE_APPOINTMENT_MS
		   ? TICKET_APPOINTMENT
		   : TICKET_NORMAL;
}

/* Whether it may not be served before reception ends. */
static bool is_too_late(const struct decision *decision,
			const struct queue_wait *wait)
{
	return decision->queue->rules.last_call != QUEUE_LAST_OFF &&
	       decision->command->left_ms > 0 &&
	       wait->high_s * 1000LL > decision->command->left_ms;
}

static int decide_issue(struct decision *decision)
{
	const struct queue *queue = decision->queue;
	int service = decision->command->service;
	enum ticket_class class = decision->command->class;
	const struct service *of;
	struct queue_event *event;
	struct queue_wait wait;
	bool told, late;
	uint32_t cap;

	if (!queue_has_service(queue, service) ||
	    (unsigned int)class >= TICKET_CLASSES)
		return refuse(decision, QUEUE_UNKNOWN_SERVICE);
	of = &queue->services[service];
	if (decision->command->closed)
		return refuse(decision, QUEUE_CLOSED);
	cap = queue->rules.services[service].daily_cap;
	if (cap > 0 && of->issued >= cap)
		return refuse(decision, QUEUE_CAP_REACHED);
	class = class_on_time(decision);
	told = queue_wait(queue, service, class, decision->now_ms, &wait);
	late = told && is_too_late(decision, &wait);
	if (late && queue->rules.last_call == QUEUE_LAST_STOP)
		return refuse(decision, QUEUE_TOO_LATE);
	if (queue->n_tickets >= queue->rules.max_tickets ||
	    of->last.number >= TICKET_MAX_NUMBER)
		return refuse(decision, QUEUE_FULL);
	event = add(decision, QUEUE_ISSUED, QUEUE_NONE);
	event->service = service;
	event->number = of->last.number + 1;
	event->class = (int)class;
	event->wait_low_s = wait.low_s;
	event->wait_high_s = wait.high_s;
	event->last_call = late;
	if (decision->command->class == TICKET_APPOINTMENT) {
		event->from_ms = decision->command->from_ms;
		event->until_ms = decision->command->until_ms;
	}
	for (unsigned int c = 0; c < TICKET_CLASSES; c++)
		event->ahead += waiting_count(queue, service, c);
	return 0;
}

/* What calling does to the counter before the new ticket comes. */
static void make_room(struct decision *decision)
{
	int counter = decision->command->counter;
	const struct counter *at = &decision->queue->counters[counter];

	if (at->state != QUEUE_COUNTER_IS_OPEN)
		add(decision, QUEUE_COUNTER_OPENED, counter);
	if (at->serving != SLOT_NONE)
		add_of_ticket(decision, QUEUE_FINISHED, at->serving, counter);
}

static int decide_call_next(struct decision *decision)
{
	int counter = decision->command->counter;
	uint32_t slot =
	    policy_choose(decision->queue, counter, decision->now_ms);

	make_room(decision);
	return slot == SLOT_NONE ? 0 : act(decision, slot, counter);
}

static bool serves(const struct queue *queue, int counter, int service)
{
	for (size_t i = 0; i < queue->rules.counters[counter].n_services; i++) {
		if (queue->rules.counters[counter].services[i] == service)
			return true;
	}
	return false;
}

/* Whether the counter may call the ticket. */
static bool calls(const struct queue *queue, int counter,
		  const struct queue_ticket *ticket)
{
	return ticket->for_counter == QUEUE_NONE
		   ? serves(queue, counter, ticket->queue)
		   : ticket->for_counter == counter;
}

/* The ticket that the command names, or a refusal. */
static int find(struct decision *decision, uint32_t *slot)
{
	const struct queue_command *command = decision->command;

	if (!queue_has_service(decision->queue, command->service))
		return refuse(decision, QUEUE_UNKNOWN_SERVICE);
	*slot =
	    queue_slot_of(decision->queue, command->service, command->number);
	if (*slot == SLOT_NONE)
		return refuse(decision, QUEUE_UNKNOWN_TICKET);
	return 0;
}

static int decide_call_ticket(struct decision *decision)
{
	const struct queue *queue = decision->queue;
	int counter = decision->command->counter;
	uint32_t slot;
	int rc;

	rc = find(decision, &slot);
	if (rc != 0)
		return rc;
	if (!rules[slot_at(queue, slot)->ticket.state][QUEUE_CALL_TICKET]
		 .allowed)
		return refuse(decision, QUEUE_WRONG_STATE);
	if (!calls(queue, counter, &slot_at(queue, slot)->ticket))
		return refuse(decision, QUEUE_NOT_SERVED_HERE);
	make_room(decision);
	return act(decision, slot, counter);
}

/* Recall, finish, no-show, return. */
static int decide_at_counter(struct decision *decision)
{
	int counter = decision->command->counter;
	uint32_t slot = decision->queue->counters[counter].serving;

	if (slot == SLOT_NONE)
		return refuse(decision, QUEUE_NOBODY_AT_COUNTER);
	return act(decision, slot, counter);
}

/* Whether anyone would ever call from that service's line. */
static bool served_somewhere(const struct queue *queue, int service)
{
	for (int c = 0; c < (int)queue->rules.n_counters; c++) {
		if (serves(queue, c, service))
			return true;
	}
	return false;
}

/* Why the ticket cannot go there, or QUEUE_OK. */
static enum queue_refusal check_target(const struct decision *decision,
				       const struct queue_ticket *ticket)
{
	const struct queue *queue = decision->queue;
	const struct queue_command *command = decision->command;

	if (command->to_counter != QUEUE_NONE) {
		if (!queue_has_counter(queue, command->to_counter))
			return QUEUE_UNKNOWN_COUNTER;
		return command->to_counter == command->counter
			   ? QUEUE_ALREADY_THERE
			   : QUEUE_OK;
	}
	if (!queue_has_service(queue, command->to_service))
		return QUEUE_UNKNOWN_SERVICE;
	if (ticket->for_counter == QUEUE_NONE &&
	    ticket->queue == command->to_service)
		return QUEUE_ALREADY_THERE;
	return served_somewhere(queue, command->to_service) ? QUEUE_OK
							    : QUEUE_NOT_SERVED;
}

static int decide_transfer(struct decision *decision)
{
	const struct queue_command *command = decision->command;
	uint32_t slot = decision->queue->counters[command->counter].serving;
	enum queue_refusal why;
	int rc = decide_at_counter(decision);

	if (rc != 0)
		return rc;
	why = check_target(decision, &slot_at(decision->queue, slot)->ticket);
	if (why != QUEUE_OK)
		return refuse(decision, why);
	decision->events[0].to_counter = command->to_counter;
	if (command->to_counter == QUEUE_NONE)
		decision->events[0].to_service = command->to_service;
	return 0;
}

/* Restore, cancel. */
static int decide_of_ticket(struct decision *decision)
{
	uint32_t slot;
	int rc = find(decision, &slot);

	if (rc == 0)
		rc = act(decision, slot, QUEUE_NONE);
	if (rc == 0 && decision->command->verb == QUEUE_RESTORE)
		decision->events[0].after =
		    decision->queue->rules.restore_after;
	return rc;
}

static int decide_rate(struct decision *decision)
{
	const struct queue_command *command = decision->command;
	uint32_t slot = decision->queue->counters[command->counter].rateable;
	int rc;

	if (command->stars < 1 || command->stars > 5)
		return refuse(decision, QUEUE_BAD_STARS);
	if (slot == SLOT_NONE ||
	    (command->service != QUEUE_NONE &&
	     slot != queue_slot_of(decision->queue, command->service,
				   command->number)))
		return refuse(decision, QUEUE_NOTHING_TO_RATE);
	rc = act(decision, slot, command->counter);
	if (rc == 0)
		decision->events[0].stars = command->stars;
	return rc;
}

/* Open, pause, close. */
static int decide_counter(struct decision *decision)
{
	static const struct {
		enum queue_counter_state to;
		enum queue_kind kind;
	} moves[QUEUE_VERBS] = {
	    [QUEUE_OPEN] = {QUEUE_COUNTER_IS_OPEN, QUEUE_COUNTER_OPENED},
	    [QUEUE_PAUSE] = {QUEUE_COUNTER_IS_PAUSED, QUEUE_COUNTER_PAUSED},
	    [QUEUE_CLOSE] = {QUEUE_COUNTER_IS_CLOSED, QUEUE_COUNTER_CLOSED},
	};
	enum queue_verb verb = decision->command->verb;
	int counter = decision->command->counter;
	const struct counter *at = &decision->queue->counters[counter];

	if (at->state == moves[verb].to)
		return 0;
	if (moves[verb].to == QUEUE_COUNTER_IS_CLOSED &&
	    at->serving != SLOT_NONE)
		return refuse(decision, QUEUE_TICKET_AT_COUNTER);
	add(decision, moves[verb].kind, counter);
	return 0;
}

/* ---- the way in ---- */

static const struct {
	int (*decide)(struct decision *decision);
	bool at_counter;
} verbs[QUEUE_VERBS] = {
    [QUEUE_ISSUE] = {decide_issue, false},
    [QUEUE_CALL_NEXT] = {decide_call_next, true},
    [QUEUE_CALL_TICKET] = {decide_call_ticket, true},
    [QUEUE_RECALL] = {decide_at_counter, true},
    [QUEUE_FINISH] = {decide_at_counter, true},
    [QUEUE_MISS] = {decide_at_counter, true},
    [QUEUE_RETURN] = {decide_at_counter, true},
    [QUEUE_TRANSFER] = {decide_transfer, true},
    [QUEUE_OPEN] = {decide_counter, true},
    [QUEUE_PAUSE] = {decide_counter, true},
    [QUEUE_CLOSE] = {decide_counter, true},
    [QUEUE_RATE] = {decide_rate, true},
    [QUEUE_RESTORE] = {decide_of_ticket, false},
    [QUEUE_CANCEL] = {decide_of_ticket, false},
    [QUEUE_OPEN_DAY] = {NULL, false}, /* day.c */
};

/* Whether the counter is known and has whom the caller believes to be there:
 * looked at before all else, so that a late key press cannot act on the
 * ticket after the one it meant. */
static int check_counter(struct decision *decision)
{
	const struct queue_command *command = decision->command;
	uint32_t expected = SLOT_NONE, serving;

	if (!queue_has_counter(decision->queue, command->counter))
		return refuse(decision, QUEUE_UNKNOWN_COUNTER);
	if (!command->expects)
		return 0;
	serving = decision->queue->counters[command->counter].serving;
	if (command->expect_service == QUEUE_NONE)
		return serving == SLOT_NONE ? 0
					    : refuse(decision, QUEUE_CONFLICT);
	expected = queue_slot_of(decision->queue, command->expect_service,
				 command->expect_number);
	if (expected == SLOT_NONE || expected != serving)
		return refuse(decision, QUEUE_CONFLICT);
	return 0;
}

int queue_decide(const struct queue *queue, const struct queue_command *command,
		 int64_t now_ms, struct queue_event events[QUEUE_MAX_EVENTS],
		 enum queue_refusal *why)
{
	struct decision decision = {.queue = queue,
				    .command = command,
				    .now_ms = now_ms,
				    .events = events,
				    .why = QUEUE_OK};
	int rc = 0;

	if (command->verb == QUEUE_OPEN_DAY)
		return day_decide(queue, command, now_ms, events, why);
	if (queue->day[0] == '\0')
		rc = refuse(&decision, QUEUE_NO_DAY);
	else if (verbs[command->verb].at_counter)
		rc = check_counter(&decision);
	if (rc == 0)
		rc = verbs[command->verb].decide(&decision);
	*why = decision.why;
	return rc == 0 ? decision.n : rc;
}
