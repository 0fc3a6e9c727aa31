/* SPDX-License-Identifier: MIT */
#include "office.h"

struct queue office, was;
struct slot slot_0, slot_1, slot_2, slot_3, slot_4, slot_5, slot_6;
struct slot was_1, was_2, was_3, was_4, was_5, was_6;

/* The set that the slot waits in, + 1; 0: in none. */
static uint8_t in_set[TICKETS + 1];
static uint8_t was_in_set[TICKETS + 1];

int between(int low, int high)
{
	int n = nondet_int();

	assume(n >= low && n <= high);
	return n;
}

struct slot *slot_by_case(const struct queue *queue, uint32_t slot)
{
	(void)queue;
	check(slot <= TICKETS, "a slot that there is");
	return AT(slot);
}

/* ---- in place of waiting.c, which has a proof of its own ---- */

static size_t set_of(const struct queue_ticket *ticket)
{
	int line = ticket->for_counter == QUEUE_NONE
		       ? ticket->queue
		       : SERVICES + ticket->for_counter;

	return (size_t)line * TICKET_CLASSES + (size_t)ticket->class;
}

void waiting_insert(struct queue *queue, uint32_t slot)
{
	size_t set = set_of(&slot_by_case(queue, slot)->ticket);

	/* A set that was emptied at a stroke has nobody in it. */
	for (int s = 1; s <= TICKETS && queue->roots[set] == 0; s++)
		in_set[s] = in_set[s] == set + 1 ? 0 : in_set[s];
	check(in_set[slot] == 0 || queue->roots[in_set[slot] - 1] == 0,
	      "waits nowhere yet");
	in_set[slot] = (uint8_t)(set + 1);
	queue->roots[set]++;
}

void waiting_remove(struct queue *queue, uint32_t slot)
{
	size_t set = set_of(&slot_by_case(queue, slot)->ticket);

	check(queue->roots[set] > 0 && in_set[slot] == set + 1,
	      "waits where it is taken from");
	in_set[slot] = 0;
	queue->roots[set]--;
}

uint32_t waiting_first(const struct queue *queue, int line,
		       enum ticket_class class)
{
	size_t set = (size_t)line * TICKET_CLASSES + (size_t) class;
	uint32_t first = SLOT_NONE;

	check(set < SETS, "a set that there is");
	for (uint32_t s = 1; s <= TICKETS; s++) {
		bool here = queue->roots[set] != 0 && in_set[s] == set + 1;

		first =
		    here && (first == SLOT_NONE ||
			     AT(s)->place < slot_by_case(queue, first)->place)
			? s
			: first;
	}
	return first;
}

uint32_t waiting_count(const struct queue *queue, int line,
		       enum ticket_class class)
{
	size_t set = (size_t)line * TICKET_CLASSES + (size_t) class;

	check(set < SETS, "a set that there is");
	return queue->roots[set];
}

uint64_t waiting_place_after(const struct queue *queue, uint32_t slot,
			     uint32_t n)
{
	uint64_t place = nondet_u64();

	(void)n;
	assume(place >= waiting_place(slot) && place >> 32 <= queue->n_tickets);
	return place;
}

/* ---- in place of the index by number, which has a proof of its own ---- */

uint32_t queue_slot_of(const struct queue *queue, int service, uint32_t number)
{
	uint32_t found = SLOT_NONE;

	if (!queue_has_service(queue, service))
		return SLOT_NONE;
	for (uint32_t s = 1; s <= TICKETS; s++)
		found = s <= queue->n_tickets &&
				AT(s)->ticket.service == service &&
				AT(s)->ticket.number == number
			    ? s
			    : found;
	return found;
}

void queue_index_slot(struct queue *queue, uint32_t slot)
{
	check(slot >= 1 && slot <= queue->n_tickets, "a slot in use");
}

/* ---- in place of the estimate: it may say what its header allows ---- */

void estimate_note_issued(struct queue *queue, const struct queue_event *event)
{
	check(queue_has_service(queue, event->service), "of a service");
}

void estimate_note_called(struct counter *counter, int64_t now_ms)
{
	(void)now_ms;
	check(counter == &office.counters[0] ||
		  counter == &office.counters[1] ||
		  counter == &office.counters[2],
	      "a counter that there is");
}

void estimate_note_left(struct queue *queue, int counter, int service,
			bool done, int64_t now_ms)
{
	(void)done;
	(void)now_ms;
	check(queue_has_counter(queue, counter) &&
		  queue_has_service(queue, service),
	      "a counter and a service that there are");
}

void estimate_note_rest(struct counter *counter)
{
	estimate_note_called(counter, 0);
}

void estimate_note_state(struct counter *counter, int64_t now_ms)
{
	estimate_note_called(counter, now_ms);
}

void estimate_note_stepped(struct queue *queue, int64_t step_ms)
{
	(void)queue;
	(void)step_ms;
}

void estimate_forget(struct queue *queue)
{
	(void)queue;
}

bool queue_wait(const struct queue *queue, int service, enum ticket_class class,
		int64_t now_ms, struct queue_wait *wait)
{
	bool told = nondet_bool();

	(void)class;
	(void)now_ms;
	check(queue_has_service(queue, service), "of a service");
	wait->low_s = told ? nondet_u32() : 0;
	wait->high_s = told ? nondet_u32() : 0;
	assume(wait->low_s <= wait->high_s);
	return told;
}

/* ---- any office ---- */

static void any_rules(void)
{
	struct queue_rules *rules = &office.rules;

	rules->n_services = SERVICES;
	rules->n_counters = COUNTERS;
	rules->policy = POLICY;
	rules->priority_ratio = nondet_u32();
	rules->restore_after = (uint32_t)between(0, QUEUE_MAX_RESTORE);
	rules->recall_limit = nondet_u32();
	rules->last_call = (enum queue_last_call)between(0, QUEUE_LAST_STOP);
	rules->max_tickets = TICKETS;
	assume(rules->priority_ratio >= 1);
	for (int i = 0; i < SERVICES; i++)
		rules->services[i].daily_cap = nondet_u32();
	for (int i = 0; i < TICKET_CLASSES; i++)
		rules->rates[i] = (uint32_t)between(1, 7);
	for (int c = 0; c < COUNTERS; c++) {
		rules->counters[c].n_services = (size_t)between(0, SERVICES);
		rules->counters[c].prefer =
		    nondet_bool() ? QUEUE_OLDEST : QUEUE_ORDER;
		for (int i = 0; i < SERVICES; i++)
			rules->counters[c].services[i] =
			    (uint8_t)between(0, SERVICES - 1);
	}
}

static struct mark any_mark(void)
{
	return (struct mark){
	    .number = (uint32_t)between(0, TICKET_MAX_NUMBER),
	    .clock = (enum queue_clock)between(0, QUEUE_CLOCKS - 1),
	    .issued_ms = nondet_i64(),
	};
}

static void any_ticket(uint32_t s)
{
	struct queue_ticket *ticket = &AT(s)->ticket;

	ticket->service = between(0, SERVICES - 1);
	ticket->number = (uint32_t)between(1, TICKET_MAX_NUMBER);
	ticket->queue = between(0, SERVICES - 1);
	ticket->for_counter = between(QUEUE_NONE, COUNTERS - 1);
	ticket->class = (enum ticket_class)between(0, TICKET_CLASSES - 1);
	ticket->state =
	    (enum queue_ticket_state)between(0, QUEUE_TICKET_STATES - 1);
	ticket->counter = between(QUEUE_NONE, COUNTERS - 1);
	ticket->calls = nondet_u32();
	ticket->recalls = nondet_u32();
	ticket->issued_at_ms = nondet_i64();
	ticket->called_at_ms = nondet_i64();
	ticket->seq = nondet_i64();
	AT(s)->mark = any_mark();
	AT(s)->place = nondet_u64();
	in_set[s] = (uint8_t)between(0, SETS);
}

void day_any(char day[QUEUE_DAY_SIZE], bool good)
{
	for (int i = 0; i < QUEUE_DAY_SIZE; i++)
		day[i] = (char)nondet_u8();
	if (!good)
		return;
	for (int i = 0; i < QUEUE_DAY_SIZE - 1; i++)
		assume(i == 4 || i == 7 ? day[i] == '-'
					: day[i] >= '0' && day[i] <= '9');
	day[QUEUE_DAY_SIZE - 1] = '\0';
}

void office_any(void)
{
	static uint32_t buckets[TICKETS]; /* cleared, and not looked at */

	office.buckets = buckets;
	any_rules();
	day_any(office.day, true);
	if (nondet_bool())
		office.day[0] = '\0';
	office.clock_set = nondet_bool();
	office.n_tickets = (uint32_t)between(0, TICKETS);
	office.expire_from = (uint32_t)between(0, TICKETS);
	for (int s = 0; s < SERVICES; s++) {
		office.services[s].last = any_mark();
		office.services[s].before = any_mark();
		office.services[s].issued = nondet_u32();
	}
	for (int c = 0; c < COUNTERS; c++) {
		struct counter *counter = &office.counters[c];

		counter->state = (enum queue_counter_state)between(0, 2);
		counter->serving = (uint32_t)between(0, TICKETS);
		counter->rateable = (uint32_t)between(0, TICKETS);
		counter->run = nondet_u32();
	}
	for (uint32_t s = 1; s <= TICKETS; s++)
		any_ticket(s);
	for (int line = 0; line < LINES; line++)
		for (int class = 0; class < TICKET_CLASSES; class ++)
			office.roots[line * TICKET_CLASSES + class] =
			    (uint32_t)between(0, TICKETS);
	assume(office_good());
}

/* ---- what is good ---- */
/* No && and || where both sides can be looked at: each would be a branch. */

/* Its number runs on in its service, and was given out after all before it. */
static bool number_good(uint32_t s)
{
	const struct queue_ticket *ticket = &AT(s)->ticket;
	bool good =
	    (ticket->number >= 1) & (ticket->number <= TICKET_MAX_NUMBER);

	for (int i = 0; i < SERVICES; i++)
		good &= (ticket->service != i) |
			(ticket->number <= office.services[i].last.number);
	for (uint32_t t = 1; t < s; t++)
		good &= (AT(t)->ticket.service != ticket->service) |
			(AT(t)->ticket.number < ticket->number);
	return good;
}

static bool ranges_good(uint32_t s)
{
	const struct queue_ticket *ticket = &AT(s)->ticket;

	return (ticket->service >= 0) & (ticket->service < SERVICES) &
	       (ticket->queue >= 0) & (ticket->queue < SERVICES) &
	       (ticket->for_counter >= QUEUE_NONE) &
	       (ticket->for_counter < COUNTERS) &
	       (ticket->counter >= QUEUE_NONE) & (ticket->counter < COUNTERS) &
	       ((unsigned int)ticket->class < TICKET_CLASSES) &
	       ((unsigned int)ticket->state < QUEUE_TICKET_STATES) &
	       ((unsigned int)AT(s)->mark.clock < QUEUE_CLOCKS) &
	       (AT(s)->mark.number == ticket->number) &
	       (AT(s)->place >= waiting_place(s)) &
	       (AT(s)->place >> 32 <= office.n_tickets);
}

/* It waits in the one line that it belongs to, or is at the one counter that
 * has it, or neither. */
static bool place_good(uint32_t s)
{
	const struct queue_ticket *ticket = &AT(s)->ticket;
	bool good = in_set[s] == (ticket->state == QUEUE_WAITING
				      ? (uint8_t)(set_of(ticket) + 1)
				      : 0);

	for (int c = 0; c < COUNTERS; c++)
		good &= (office.counters[c].serving == s) ==
			((ticket->state == QUEUE_AT_COUNTER) &
			 (ticket->counter == c));
	return good;
}

static bool counter_good(const struct counter *counter)
{
	bool good = (counter->serving <= office.n_tickets) &
		    (counter->rateable <= office.n_tickets) &
		    ((unsigned int)counter->state < 3) &
		    ((counter->state != QUEUE_COUNTER_IS_CLOSED) |
		     (counter->serving == SLOT_NONE)) &
		    (counter->run <= office.rules.priority_ratio);

	for (uint32_t s = 1; s <= TICKETS; s++)
		good &= (counter->rateable != s) |
			(AT(s)->ticket.state == QUEUE_SERVED);
	return good;
}

static bool set_good(int set)
{
	uint32_t n = 0;

	for (uint32_t s = 1; s <= TICKETS; s++)
		n += (s <= office.n_tickets) & (in_set[s] == set + 1);
	return office.roots[set] == n;
}

/* Each set and each service counts those that it has. */
static bool counts_good(void)
{
	bool good = true;

	for (int line = 0; line < LINES; line++)
		for (int class = 0; class < TICKET_CLASSES; class ++)
			good &= set_good(line * TICKET_CLASSES + class);
	for (int i = 0; i < SERVICES; i++) {
		uint32_t n = 0;

		for (uint32_t s = 1; s <= TICKETS; s++)
			n += (s <= office.n_tickets) &
			     (AT(s)->ticket.service == i);
		good &= office.services[i].issued == n;
	}
	return good;
}

bool office_good(void)
{
	bool good = (office.n_tickets <= TICKETS) &
		    (office.expire_from <= office.n_tickets) &
		    ((office.day[0] != '\0') | (office.n_tickets == 0)) &
		    counts_good();

	for (uint32_t s = 1; s <= TICKETS; s++) {
		bool in_use = s <= office.n_tickets;
		/* A slot out of use may stand in a set that was emptied. */
		bool left_over =
		    in_set[s] == 0 || office.roots[in_set[s] - 1] == 0;

		good &= in_use ? ranges_good(s) & number_good(s) & place_good(s)
			       : left_over;
	}
	for (int c = 0; c < COUNTERS; c++)
		good &= counter_good(&office.counters[c]);
	for (int i = 0; i < SERVICES; i++)
		good &= (office.services[i].last.number <= TICKET_MAX_NUMBER) &
			(office.services[i].before.number <= TICKET_MAX_NUMBER);
	return good;
}

/* ---- what it was ---- */

void office_remember(void)
{
	was = office;
	was_1 = slot_1;
	was_2 = slot_2;
	was_3 = slot_3;
	was_4 = slot_4;
	was_5 = slot_5;
	was_6 = slot_6;
	for (int s = 1; s <= TICKETS; s++)
		was_in_set[s] = in_set[s];
}

bool mark_same(const struct mark *a, const struct mark *b)
{
	return (a->number == b->number) & (a->clock == b->clock) &
	       (a->issued_ms == b->issued_ms);
}

bool ticket_same(uint32_t s)
{
	const struct queue_ticket *a = &AT(s)->ticket, *b = &WAS(s)->ticket;

	return (a->service == b->service) & (a->number == b->number) &
	       (a->queue == b->queue) & (a->for_counter == b->for_counter) &
	       (a->class == b->class) & (a->state == b->state) &
	       (a->counter == b->counter) & (a->calls == b->calls) &
	       (a->recalls == b->recalls) &
	       (a->issued_at_ms == b->issued_at_ms) &
	       (a->called_at_ms == b->called_at_ms) & (a->seq == b->seq) &
	       (AT(s)->place == WAS(s)->place) & (in_set[s] == was_in_set[s]);
}

bool office_same(void)
{
	bool same = (office.n_tickets == was.n_tickets) &
		    (office.clock_set == was.clock_set) &
		    (office.expire_from == was.expire_from);

	for (int i = 0; i < QUEUE_DAY_SIZE; i++)
		same &= office.day[i] == was.day[i];
	for (uint32_t s = 1; s <= TICKETS; s++)
		same &= ticket_same(s) & mark_same(&AT(s)->mark, &WAS(s)->mark);
	for (int i = 0; i < SERVICES; i++) {
		const struct service *a = &office.services[i];
		const struct service *b = &was.services[i];

		same &= mark_same(&a->last, &b->last) &
			mark_same(&a->before, &b->before) &
			(a->issued == b->issued);
	}
	for (int c = 0; c < COUNTERS; c++) {
		const struct counter *a = &office.counters[c];
		const struct counter *b = &was.counters[c];

		same &= (a->state == b->state) & (a->serving == b->serving) &
			(a->rateable == b->rateable) & (a->run == b->run);
	}
	for (int line = 0; line < LINES; line++)
		for (int class = 0; class < TICKET_CLASSES; class ++) {
			int set = line * TICKET_CLASSES + class;

			same &= office.roots[set] == was.roots[set];
		}
	return same;
}

/* ---- any event ---- */

struct queue_event event_any(enum queue_kind kind)
{
	struct queue_event event = {
	    .kind = kind,
	    .seq = nondet_i64(),
	    .at_ms = nondet_i64(),
	    .service = nondet_int(),
	    .number = nondet_u32(),
	    .class = nondet_int(),
	    .counter = nondet_int(),
	    .to_service = nondet_int(),
	    .to_counter = nondet_int(),
	    .ahead = nondet_u32(),
	    .wait_low_s = nondet_u32(),
	    .wait_high_s = nondet_u32(),
	    .last_call = nondet_bool(),
	    .after = nondet_u32(),
	    .stars = nondet_u8(),
	    .step_ms = nondet_i64(),
	    .booted = nondet_bool(),
	    .carried = nondet_bool(),
	    .clock_set = nondet_bool(),
	};

	day_any(event.day, false);
	for (int i = 0; i < SERVICES; i++)
		event.seeds[i] = (struct queue_seed){
		    .last = nondet_u32(),
		    .last_issued_ms = nondet_i64(),
		    .last_clock = (enum queue_clock)nondet_u8(),
		    .before = nondet_u32(),
		    .before_issued_ms = nondet_i64(),
		    .before_clock = (enum queue_clock)nondet_u8(),
		};
	return event;
}
