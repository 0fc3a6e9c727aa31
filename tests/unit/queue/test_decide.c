/* SPDX-License-Identifier: MIT */
#include "fixture.h"

/* What a command leads to: the kinds of its events, or a refusal. */
struct outcome {
	int n;
	enum queue_kind kinds[QUEUE_MAX_EVENTS];
	enum queue_refusal why;
};
#define GIVES(n, ...)                      \
	{                                  \
		n, {__VA_ARGS__}, QUEUE_OK \
	}
#define REFUSED(why)             \
	{                        \
		-EPERM, {0}, why \
	}
#define NOTHING                  \
	{                        \
		0, {0}, QUEUE_OK \
	}

static bool matches(const char *name, struct office *office,
		    struct queue_command command, const struct outcome *want)
{
	struct queue *before;
	struct queue_rules rules = office_rules();
	bool good;
	int n;

	assert_int_equal(queue_new(&rules, &before), 0);
	queue_copy(before, office->queue);
	n = act(office, command);
	good = n == want->n && office->why == want->why;
	for (int i = 0; good && i < n; i++)
		good = office->events[i].kind == want->kinds[i];
	if (!good)
		print_error("%s: %d events, %s, first %s\n", name, n,
			    queue_refusal_name(office->why),
			    n > 0 ? queue_kind_name(office->events[0].kind)
				  : "none");
	if (n <= 0)
		assert_same_queue(before, office->queue);
	queue_free(before);
	return good;
}

/* ---- every state of a ticket, and every verb ---- */

static const struct outcome by_state[QUEUE_TICKET_STATES][QUEUE_VERBS] =
    {
	[QUEUE_WAITING] =
	    {
		[QUEUE_ISSUE] = GIVES(1, QUEUE_ISSUED),
		[QUEUE_CALL_NEXT] = GIVES(1, QUEUE_CALLED),
		[QUEUE_CALL_TICKET] = GIVES(1, QUEUE_CALLED),
		[QUEUE_RECALL] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_FINISH] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_MISS] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_RETURN] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_TRANSFER] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_OPEN] = NOTHING,
		[QUEUE_PAUSE] = GIVES(1, QUEUE_COUNTER_PAUSED),
		[QUEUE_CLOSE] = GIVES(1, QUEUE_COUNTER_CLOSED),
		[QUEUE_RATE] = REFUSED(QUEUE_NOTHING_TO_RATE),
		[QUEUE_RESTORE] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_CANCEL] = GIVES(1, QUEUE_CANCELLED),
		[QUEUE_OPEN_DAY] = GIVES(1, QUEUE_EXPIRED),
	    },
	[QUEUE_AT_COUNTER] =
	    {
		[QUEUE_ISSUE] = GIVES(1, QUEUE_ISSUED),
		[QUEUE_CALL_NEXT] = GIVES(1, QUEUE_FINISHED),
		[QUEUE_CALL_TICKET] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_RECALL] = GIVES(1, QUEUE_RECALLED),
		[QUEUE_FINISH] = GIVES(1, QUEUE_FINISHED),
		[QUEUE_MISS] = GIVES(1, QUEUE_NO_SHOW),
		[QUEUE_RETURN] = GIVES(1, QUEUE_RETURNED),
		[QUEUE_TRANSFER] = GIVES(1, QUEUE_TRANSFERRED),
		[QUEUE_OPEN] = NOTHING,
		[QUEUE_PAUSE] = GIVES(1, QUEUE_COUNTER_PAUSED),
		[QUEUE_CLOSE] = REFUSED(QUEUE_TICKET_AT_COUNTER),
		[QUEUE_RATE] = REFUSED(QUEUE_NOTHING_TO_RATE),
		[QUEUE_RESTORE] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_CANCEL] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_OPEN_DAY] = GIVES(1, QUEUE_EXPIRED),
	    },
	[QUEUE_SERVED] =
	    {
		[QUEUE_ISSUE] = GIVES(1, QUEUE_ISSUED),
		[QUEUE_CALL_NEXT] = NOTHING,
		[QUEUE_CALL_TICKET] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_RECALL] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_FINISH] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_MISS] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_RETURN] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_TRANSFER] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_OPEN] = NOTHING,
		[QUEUE_PAUSE] = GIVES(1, QUEUE_COUNTER_PAUSED),
		[QUEUE_CLOSE] = GIVES(1, QUEUE_COUNTER_CLOSED),
		[QUEUE_RATE] = GIVES(1, QUEUE_RATED),
		[QUEUE_RESTORE] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_CANCEL] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_OPEN_DAY] = GIVES(1, QUEUE_DAY_OPENED),
	    },
	[QUEUE_MISSED] =
	    {
		[QUEUE_ISSUE] = GIVES(1, QUEUE_ISSUED),
		[QUEUE_CALL_NEXT] = NOTHING,
		[QUEUE_CALL_TICKET] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_RECALL] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_FINISH] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_MISS] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_RETURN] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_TRANSFER] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_OPEN] = NOTHING,
		[QUEUE_PAUSE] = GIVES(1, QUEUE_COUNTER_PAUSED),
		[QUEUE_CLOSE] = GIVES(1, QUEUE_COUNTER_CLOSED),
		[QUEUE_RATE] = REFUSED(QUEUE_NOTHING_TO_RATE),
		[QUEUE_RESTORE] = GIVES(1, QUEUE_RESTORED),
		[QUEUE_CANCEL] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_OPEN_DAY] = GIVES(1, QUEUE_DAY_OPENED),
	    },
	[QUEUE_GONE] =
	    {
		[QUEUE_ISSUE] = GIVES(1, QUEUE_ISSUED),
		[QUEUE_CALL_NEXT] = NOTHING,
		[QUEUE_CALL_TICKET] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_RECALL] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_FINISH] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_MISS] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_RETURN] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_TRANSFER] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_OPEN] = NOTHING,
		[QUEUE_PAUSE] = GIVES(1, QUEUE_COUNTER_PAUSED),
		[QUEUE_CLOSE] = GIVES(1, QUEUE_COUNTER_CLOSED),
		[QUEUE_RATE] = REFUSED(QUEUE_NOTHING_TO_RATE),
		[QUEUE_RESTORE] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_CANCEL] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_OPEN_DAY] = GIVES(1, QUEUE_DAY_OPENED),
	    },
	[QUEUE_STALE] =
	    {
		[QUEUE_ISSUE] = GIVES(1, QUEUE_ISSUED),
		[QUEUE_CALL_NEXT] = NOTHING,
		[QUEUE_CALL_TICKET] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_RECALL] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_FINISH] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_MISS] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_RETURN] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_TRANSFER] = REFUSED(QUEUE_NOBODY_AT_COUNTER),
		[QUEUE_OPEN] = NOTHING,
		[QUEUE_PAUSE] = GIVES(1, QUEUE_COUNTER_PAUSED),
		[QUEUE_CLOSE] = GIVES(1, QUEUE_COUNTER_CLOSED),
		[QUEUE_RATE] = REFUSED(QUEUE_NOTHING_TO_RATE),
		[QUEUE_RESTORE] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_CANCEL] = REFUSED(QUEUE_WRONG_STATE),
		[QUEUE_OPEN_DAY] = GIVES(1, QUEUE_DAY_OPENED),
	    },
};

/* An office whose counter 0 is open and whose only ticket is in that state. */
static struct office office_with(enum queue_ticket_state state)
{
	struct office office = open_office();

	act(&office, on_counter(QUEUE_OPEN, 0));
	issue(&office, 0, TICKET_NORMAL);
	if (state == QUEUE_AT_COUNTER || state == QUEUE_SERVED ||
	    state == QUEUE_MISSED)
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	if (state == QUEUE_SERVED)
		act(&office, on_counter(QUEUE_FINISH, 0));
	if (state == QUEUE_MISSED)
		act(&office, on_counter(QUEUE_MISS, 0));
	if (state == QUEUE_GONE)
		act(&office, on_ticket(QUEUE_CANCEL, 0, 1));
	if (state == QUEUE_STALE)
		assert_int_equal(
		    apply_event(&office,
				(struct queue_event){.kind = QUEUE_EXPIRED,
						     .service = 0,
						     .number = 1,
						     .counter = QUEUE_NONE}),
		    0);
	assert_int_equal(state_of(&office, 0, 1), state);
	return office;
}

static struct queue_command aimed(enum queue_verb verb)
{
	struct queue_command command = on_counter(verb, 0);

	if (verb == QUEUE_ISSUE || verb == QUEUE_CALL_TICKET ||
	    verb == QUEUE_RESTORE || verb == QUEUE_CANCEL) {
		command.service = 0;
		command.number = 1;
	}
	command.to_service = 1;
	command.to_counter = QUEUE_NONE;
	command.stars = 4;
	memcpy(command.day, DAY_2, sizeof(command.day));
	return command;
}

static void every_verb_does_its_part_in_every_state(void **state)
{
	bool good = true;

	(void)state;
	for (unsigned int s = 0; s < QUEUE_TICKET_STATES; s++) {
		for (unsigned int v = 0; v < QUEUE_VERBS; v++) {
			struct office office = office_with(s);
			char name[64];

			snprintf(name, sizeof(name), "%s, verb %u",
				 queue_ticket_state_name(s), v);
			good &=
			    matches(name, &office, aimed(v), &by_state[s][v]);
			queue_free(office.queue);
		}
	}
	assert_true(good);
}

static void only_the_opening_is_taken_before_a_day_is_open(void **state)
{
	static const struct outcome refused = REFUSED(QUEUE_NO_DAY),
				    opened = GIVES(1, QUEUE_DAY_OPENED);
	struct queue_rules rules = office_rules();
	bool good = true;

	(void)state;
	for (unsigned int v = 0; v < QUEUE_VERBS; v++) {
		struct office office = office_of(&rules);

		good &= matches("no day", &office, aimed(v),
				v == QUEUE_OPEN_DAY ? &opened : &refused);
		queue_free(office.queue);
	}
	assert_true(good);
}

/* ---- calling ---- */

static void calling_orders_its_events(void **state)
{
	static const struct {
		const char *name;
		enum queue_counter_state counter;
		bool there, waits;
		struct outcome next, ticket;
	} rows[] = {
	    {"closed, nobody", QUEUE_COUNTER_IS_CLOSED, false, false,
	     GIVES(1, QUEUE_COUNTER_OPENED), REFUSED(QUEUE_UNKNOWN_TICKET)},
	    {"paused, nobody", QUEUE_COUNTER_IS_PAUSED, false, false,
	     GIVES(1, QUEUE_COUNTER_OPENED), REFUSED(QUEUE_UNKNOWN_TICKET)},
	    {"open, nobody", QUEUE_COUNTER_IS_OPEN, false, false, NOTHING,
	     REFUSED(QUEUE_UNKNOWN_TICKET)},
	    {"closed, one waits", QUEUE_COUNTER_IS_CLOSED, false, true,
	     GIVES(2, QUEUE_COUNTER_OPENED, QUEUE_CALLED),
	     GIVES(2, QUEUE_COUNTER_OPENED, QUEUE_CALLED)},
	    {"paused, one waits", QUEUE_COUNTER_IS_PAUSED, false, true,
	     GIVES(2, QUEUE_COUNTER_OPENED, QUEUE_CALLED),
	     GIVES(2, QUEUE_COUNTER_OPENED, QUEUE_CALLED)},
	    {"open, one waits", QUEUE_COUNTER_IS_OPEN, false, true,
	     GIVES(1, QUEUE_CALLED), GIVES(1, QUEUE_CALLED)},
	    {"open, one there", QUEUE_COUNTER_IS_OPEN, true, false,
	     GIVES(1, QUEUE_FINISHED), REFUSED(QUEUE_UNKNOWN_TICKET)},
	    {"paused, one there", QUEUE_COUNTER_IS_PAUSED, true, false,
	     GIVES(2, QUEUE_COUNTER_OPENED, QUEUE_FINISHED),
	     REFUSED(QUEUE_UNKNOWN_TICKET)},
	    {"open, one there, one waits", QUEUE_COUNTER_IS_OPEN, true, true,
	     GIVES(2, QUEUE_FINISHED, QUEUE_CALLED),
	     GIVES(2, QUEUE_FINISHED, QUEUE_CALLED)},
	    {"paused, one there, one waits", QUEUE_COUNTER_IS_PAUSED, true,
	     true, GIVES(3, QUEUE_COUNTER_OPENED, QUEUE_FINISHED, QUEUE_CALLED),
	     GIVES(3, QUEUE_COUNTER_OPENED, QUEUE_FINISHED, QUEUE_CALLED)},
	};
	bool good = true;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		size_t row = i / 2;
		bool next = i % 2 == 0;
		struct office office = open_office();

		if (rows[row].there) {
			issue(&office, 0, TICKET_NORMAL);
			act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		}
		if (rows[row].counter == QUEUE_COUNTER_IS_OPEN)
			act(&office, on_counter(QUEUE_OPEN, 0));
		if (rows[row].counter == QUEUE_COUNTER_IS_PAUSED)
			act(&office, on_counter(QUEUE_PAUSE, 0));
		if (rows[row].waits)
			issue(&office, 1, TICKET_NORMAL);
		good &= matches(rows[row].name, &office,
				next ? on_counter(QUEUE_CALL_NEXT, 0)
				     : call_ticket(0, 1, 1),
				next ? &rows[row].next : &rows[row].ticket);
		queue_free(office.queue);
	}
	assert_true(good);
}

static void a_called_event_names_ticket_class_counter_and_time(void **state)
{
	struct office office = open_office();
	const struct queue_event *event = &office.events[1];

	(void)state;
	issue(&office, 1, TICKET_APPOINTMENT);
	office.now_ms += MINUTE_MS;
	assert_int_equal(act(&office, on_counter(QUEUE_CALL_NEXT, 1)), 2);
	assert_int_equal(event->kind, QUEUE_CALLED);
	assert_int_equal(event->service, 1);
	assert_int_equal(event->number, 1);
	assert_int_equal(event->class, TICKET_APPOINTMENT);
	assert_int_equal(event->counter, 1);
	assert_int_equal(event->at_ms, office.now_ms);
	assert_int_equal(office.events[0].service, QUEUE_NONE);
	assert_int_equal(office.events[0].class, QUEUE_NONE);
	queue_free(office.queue);
}

static void a_refused_call_of_a_ticket_leaves_the_one_there(void **state)
{
	static const struct {
		const char *name;
		int service;
		uint32_t number;
		struct outcome want;
	} rows[] = {
	    {"no such service", 3, 1, REFUSED(QUEUE_UNKNOWN_SERVICE)},
	    {"no service", QUEUE_NONE, 0, REFUSED(QUEUE_UNKNOWN_SERVICE)},
	    {"never issued", 0, 9, REFUSED(QUEUE_UNKNOWN_TICKET)},
	    {"number 0", 0, 0, REFUSED(QUEUE_UNKNOWN_TICKET)},
	    {"the one there", 0, 1, REFUSED(QUEUE_WRONG_STATE)},
	    {"cancelled", 0, 2, REFUSED(QUEUE_WRONG_STATE)},
	    {"of another counter", 2, 1, REFUSED(QUEUE_NOT_SERVED_HERE)},
	};
	bool good = true;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct office office = open_office();

		issue(&office, 0, TICKET_NORMAL);
		issue(&office, 0, TICKET_NORMAL);
		issue(&office, 2, TICKET_NORMAL);
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		act(&office, on_ticket(QUEUE_CANCEL, 0, 2));
		good &= matches(rows[i].name, &office,
				call_ticket(0, rows[i].service, rows[i].number),
				&rows[i].want);
		assert_int_equal(serving(&office, 0), 1);
		queue_free(office.queue);
	}
	assert_true(good);
}

/* ---- what is checked before ---- */

static void expectation_is_checked_before_all_else(void **state)
{
	static const struct {
		const char *name;
		bool there;
		int service;
		uint32_t number;
		bool conflict;
	} rows[] = {
	    {"nobody, and nobody is", false, QUEUE_NONE, 0, false},
	    {"nobody, but one is", true, QUEUE_NONE, 0, true},
	    {"the one there", true, 0, 1, false},
	    {"another number", true, 0, 2, true},
	    {"another service", true, 1, 1, true},
	    {"one, but nobody is", false, 0, 1, true},
	    {"never issued, and nobody is", false, 0, 9, true},
	    {"no such service", true, 31, 1, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (unsigned int v = 0; v < QUEUE_VERBS; v++) {
			struct office office = open_office();
			struct queue_command command = aimed(v);
			bool counter = v != QUEUE_ISSUE && v != QUEUE_RESTORE &&
				       v != QUEUE_CANCEL && v != QUEUE_OPEN_DAY;

			issue(&office, 0, TICKET_NORMAL);
			issue(&office, 0, TICKET_NORMAL);
			if (rows[i].there)
				act(&office, on_counter(QUEUE_CALL_NEXT, 0));
			command.expects = true;
			command.expect_service = rows[i].service;
			command.expect_number = rows[i].number;
			command.stars = 9;
			act(&office, command);
			if ((office.why == QUEUE_CONFLICT) !=
			    (counter && rows[i].conflict))
				fail_msg("%s: verb %u: %s", rows[i].name, v,
					 queue_refusal_name(office.why));
			queue_free(office.queue);
		}
	}
}

static void an_unknown_counter_is_refused(void **state)
{
	static const int counters[] = {QUEUE_NONE, -2, 3, QUEUE_MAX_COUNTERS};
	static const struct outcome refused = REFUSED(QUEUE_UNKNOWN_COUNTER);
	static const enum queue_verb verbs[] =
	    {QUEUE_CALL_NEXT, QUEUE_CALL_TICKET, QUEUE_RECALL,  QUEUE_FINISH,
	     QUEUE_MISS,      QUEUE_RETURN,      QUEUE_OPEN,    QUEUE_PAUSE,
	     QUEUE_CLOSE,     QUEUE_RATE,        QUEUE_TRANSFER};
	struct office office = open_office();
	bool good = true;

	(void)state;
	for (size_t v = 0; v < sizeof(verbs) / sizeof(verbs[0]); v++) {
		for (size_t c = 0; c < sizeof(counters) / sizeof(int); c++) {
			struct queue_command command = aimed(verbs[v]);

			command.counter = counters[c];
			good &= matches("unknown counter", &office, command,
					&refused);
		}
	}
	assert_true(good);
	queue_free(office.queue);
}

/* ---- issuing ---- */

static void numbers_of_each_service_run_on_by_one(void **state)
{
	struct office office = open_office();

	(void)state;
	for (uint32_t n = 1; n <= 10; n++) {
		assert_int_equal(issue(&office, 0, n % TICKET_CLASSES), n);
		assert_int_equal(issue(&office, 2, TICKET_NORMAL), n);
		assert_int_equal(queue_last(office.queue, 0), n);
	}
	queue_free(office.queue);
}

static void ahead_counts_all_classes_of_the_service(void **state)
{
	struct office office = open_office();

	(void)state;
	issue(&office, 0, TICKET_NORMAL);
	issue(&office, 0, TICKET_PRIORITY);
	issue(&office, 1, TICKET_NORMAL);
	issue(&office, 0, TICKET_APPOINTMENT);
	assert_int_equal(office.events[0].ahead, 2);
	act(&office, on_ticket(QUEUE_CANCEL, 0, 1));
	issue(&office, 0, TICKET_PRIORITY);
	assert_int_equal(office.events[0].ahead, 2);
	queue_free(office.queue);
}

static void issuing_is_refused_where_it_must(void **state)
{
	struct queue_rules rules = office_rules();
	struct queue_command command = {.verb = QUEUE_ISSUE};
	struct office office;

	(void)state;
	rules.services[0].daily_cap = 2;
	rules.max_tickets = 4;
	office = open_office_of(&rules);
	command.service = 3;
	assert_int_equal(act(&office, command), -EPERM);
	assert_int_equal(office.why, QUEUE_UNKNOWN_SERVICE);
	issue(&office, 0, TICKET_NORMAL);
	issue(&office, 0, TICKET_NORMAL);
	act(&office, on_ticket(QUEUE_CANCEL, 0, 1));
	command.service = 0;
	assert_int_equal(act(&office, command), -EPERM);
	assert_int_equal(office.why, QUEUE_CAP_REACHED);
	issue(&office, 1, TICKET_NORMAL);
	issue(&office, 1, TICKET_NORMAL);
	command.service = 1;
	assert_int_equal(act(&office, command), -EPERM);
	assert_int_equal(office.why, QUEUE_FULL);
	queue_free(office.queue);
}

static void the_last_number_of_five_digits_is_the_last(void **state)
{
	struct office office = open_office();
	struct queue_command command = {.verb = QUEUE_ISSUE};

	(void)state;
	assert_int_equal(
	    apply_event(&office,
			(struct queue_event){.kind = QUEUE_ISSUED,
					     .number = TICKET_MAX_NUMBER - 1,
					     .counter = QUEUE_NONE}),
	    0);
	assert_int_equal(issue(&office, 0, TICKET_NORMAL), TICKET_MAX_NUMBER);
	assert_int_equal(act(&office, command), -EPERM);
	assert_int_equal(office.why, QUEUE_FULL);
	queue_free(office.queue);
}

/* ---- rating ---- */

static void rating_takes_the_last_finished_once(void **state)
{
	struct office office = open_office();
	struct queue_command rate = on_counter(QUEUE_RATE, 0);
	struct queue_command first = rate;

	(void)state;
	issue(&office, 0, TICKET_NORMAL);
	issue(&office, 0, TICKET_NORMAL);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	act(&office, on_counter(QUEUE_CALL_NEXT, 0)); /* finishes the first */
	act(&office, on_counter(QUEUE_MISS, 0));

	rate.stars = 5;
	first.stars = 5;
	first.service = 0;
	first.number = 2;
	assert_int_equal(act(&office, first), -EPERM); /* a no-show */
	assert_int_equal(office.why, QUEUE_NOTHING_TO_RATE);
	first.number = 1;
	assert_int_equal(act(&office, first), 1);
	assert_int_equal(office.events[0].number, 1);
	assert_int_equal(office.events[0].stars, 5);
	assert_int_equal(office.events[0].counter, 0);
	assert_int_equal(act(&office, rate), -EPERM);
	assert_int_equal(office.why, QUEUE_NOTHING_TO_RATE);
	queue_free(office.queue);
}

static void who_may_be_rated_is_told_until_it_is(void **state)
{
	struct office office = open_office();
	struct queue_command rate = on_counter(QUEUE_RATE, 0);
	struct queue_counter at;

	(void)state;
	rate.stars = 3;
	issue(&office, 0, TICKET_NORMAL);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	assert_null(queue_counter(office.queue, 0).rateable);
	office.now_ms += 90000;
	act(&office, on_counter(QUEUE_FINISH, 0));
	at = queue_counter(office.queue, 0);
	assert_non_null(at.rateable);
	assert_int_equal(at.rateable->number, 1);
	assert_int_equal(at.rateable_ms, office.now_ms);
	assert_int_equal(act(&office, rate), 1);
	assert_null(queue_counter(office.queue, 0).rateable);
	queue_free(office.queue);
}

static void only_one_to_five_stars_are_taken(void **state)
{
	static const uint8_t bad[] = {0, 6, 255};
	struct office office = office_with(QUEUE_SERVED);
	struct queue_command rate = on_counter(QUEUE_RATE, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(bad); i++) {
		rate.stars = bad[i];
		assert_int_equal(act(&office, rate), -EPERM);
		assert_int_equal(office.why, QUEUE_BAD_STARS);
	}
	rate.stars = 1;
	assert_int_equal(act(&office, rate), 1);
	queue_free(office.queue);
}

/* ---- back into the queue ---- */

static void returned_and_restored_keep_arrival_and_calls(void **state)
{
	static const enum queue_verb away[] = {QUEUE_RETURN, QUEUE_MISS};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct office office = open_office();

		issue(&office, 0, TICKET_NORMAL);
		issue(&office, 0, TICKET_NORMAL);
		act(&office, on_counter(QUEUE_CALL_NEXT, 0));
		act(&office, on_counter(QUEUE_RECALL, 0));
		act(&office, on_counter(away[i], 0));
		if (away[i] == QUEUE_MISS)
			act(&office, on_ticket(QUEUE_RESTORE, 0, 1));
		assert_int_equal(state_of(&office, 0, 1), QUEUE_WAITING);
		assert_int_equal(queue_next(office.queue, 0, office.now_ms)
				     ->number,
				 1);
		assert_int_equal(queue_find(office.queue, 0, 1)->calls, 2);
		act(&office, on_counter(QUEUE_CALL_NEXT, 2));
		assert_int_equal(serving(&office, 2), 1);
		assert_int_equal(queue_find(office.queue, 0, 1)->calls, 3);
		queue_free(office.queue);
	}
}

static void a_paused_counter_can_still_end_its_ticket(void **state)
{
	static const enum queue_verb verbs[] = {QUEUE_RECALL, QUEUE_FINISH,
						QUEUE_MISS, QUEUE_RETURN};

	(void)state;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		struct office office = office_with(QUEUE_AT_COUNTER);

		act(&office, on_counter(QUEUE_PAUSE, 0));
		assert_int_equal(act(&office, on_counter(verbs[i], 0)), 1);
		assert_int_equal(queue_counter(office.queue, 0).state,
				 QUEUE_COUNTER_IS_PAUSED);
		queue_free(office.queue);
	}
}

static void a_counter_moves_between_all_its_states(void **state)
{
	static const enum queue_verb verbs[] = {QUEUE_CLOSE, QUEUE_OPEN,
						QUEUE_PAUSE};
	static const enum queue_kind kinds[] = {QUEUE_COUNTER_CLOSED,
						QUEUE_COUNTER_OPENED,
						QUEUE_COUNTER_PAUSED};

	(void)state;
	for (unsigned int from = 0; from < 3; from++) {
		for (unsigned int to = 0; to < 3; to++) {
			struct office office = open_office();

			act(&office, on_counter(verbs[from], 1));
			assert_int_equal(queue_counter(office.queue, 1).state,
					 from);
			assert_int_equal(act(&office, on_counter(verbs[to], 1)),
					 from != to);
			if (from != to)
				assert_int_equal(office.events[0].kind,
						 kinds[to]);
			assert_int_equal(queue_counter(office.queue, 1).state,
					 to);
			queue_free(office.queue);
		}
	}
}

/* ---- transfer ---- */

/* 0-1 is at counter 0; 1-1 came before it, 1-2 after it. */
static struct office office_to_transfer(void)
{
	struct office office = open_office();

	issue(&office, 1, TICKET_NORMAL);
	issue(&office, 0, TICKET_NORMAL);
	issue(&office, 1, TICKET_NORMAL);
	act(&office, call_ticket(0, 0, 1));
	return office;
}

static void a_transferred_ticket_goes_before_those_who_came_later(void **state)
{
	struct office office = office_to_transfer();
	const struct queue_ticket *ticket = queue_find(office.queue, 0, 1);
	int64_t issued_at_ms = ticket->issued_at_ms;
	struct queue_call calls[QUEUE_CALLS];

	(void)state;
	office.now_ms += MINUTE_MS;
	assert_int_equal(act(&office, transfer(0, 1, QUEUE_NONE)), 1);
	assert_int_equal(office.events[0].service, 0);
	assert_int_equal(office.events[0].counter, 0);
	assert_int_equal(office.events[0].to_service, 1);
	assert_int_equal(office.events[0].to_counter, QUEUE_NONE);
	assert_int_equal(serving(&office, 0), 0);
	assert_int_equal(ticket->state, QUEUE_WAITING);
	assert_int_equal(ticket->service, 0);
	assert_int_equal(ticket->queue, 1);
	assert_int_equal(ticket->issued_at_ms, issued_at_ms);
	assert_int_equal(queue_calls(office.queue, calls), 0);
	assert_int_equal(queue_waiting(office.queue, 0, TICKET_NORMAL), 0);
	assert_int_equal(queue_waiting(office.queue, 1, TICKET_NORMAL), 3);
	assert_int_equal(queue_ahead(office.queue, ticket), 1);
	act(&office, on_counter(QUEUE_CALL_NEXT, 1));
	assert_int_equal(queue_counter(office.queue, 1).serving->service, 1);
	act(&office, on_counter(QUEUE_CALL_NEXT, 1));
	assert_ptr_equal(queue_counter(office.queue, 1).serving, ticket);
	queue_free(office.queue);
}

static void only_its_counter_calls_a_ticket_transferred_to_it(void **state)
{
	struct office office = office_to_transfer();
	const struct queue_ticket *ticket = queue_find(office.queue, 0, 1);

	(void)state;
	/* Counter 1 does not serve 0-1's service. */
	assert_int_equal(act(&office, transfer(0, QUEUE_NONE, 1)), 1);
	assert_int_equal(ticket->for_counter, 1);
	assert_int_equal(queue_waiting(office.queue, 0, TICKET_NORMAL), 0);
	assert_int_equal(queue_waiting_for(office.queue, 1, TICKET_NORMAL), 1);
	assert_int_equal(queue_ahead(office.queue, ticket), 0);
	assert_int_equal(act(&office, call_ticket(2, 0, 1)), -EPERM);
	assert_int_equal(office.why, QUEUE_NOT_SERVED_HERE);
	act(&office, on_counter(QUEUE_CALL_NEXT, 2));
	act(&office, on_counter(QUEUE_CALL_NEXT, 1));
	assert_ptr_equal(queue_counter(office.queue, 1).serving, ticket);
	/* Returned, it still is that counter's; transferred on, no more. */
	act(&office, on_counter(QUEUE_RETURN, 1));
	assert_ptr_equal(queue_next(office.queue, 1, office.now_ms), ticket);
	act(&office, call_ticket(1, 0, 1));
	assert_int_equal(act(&office, transfer(1, 0, QUEUE_NONE)), 1);
	assert_int_equal(ticket->for_counter, QUEUE_NONE);
	assert_ptr_equal(queue_next(office.queue, 0, office.now_ms), ticket);
	queue_free(office.queue);
}

static void a_transfer_is_refused_where_it_must(void **state)
{
	static const struct {
		const char *name;
		int to_service, to_counter;
		enum queue_refusal why;
	} rows[] = {
	    {"nowhere", QUEUE_NONE, QUEUE_NONE, QUEUE_UNKNOWN_SERVICE},
	    {"unknown service", 3, QUEUE_NONE, QUEUE_UNKNOWN_SERVICE},
	    {"unknown counter", QUEUE_NONE, 3, QUEUE_UNKNOWN_COUNTER},
	    {"its own service", 0, QUEUE_NONE, QUEUE_ALREADY_THERE},
	    {"its own counter", QUEUE_NONE, 0, QUEUE_ALREADY_THERE},
	    {"no counter serves it", 2, QUEUE_NONE, QUEUE_NOT_SERVED},
	};
	struct queue_rules rules = office_rules();
	struct office office;

	(void)state;
	rules.counters[1].n_services = 1;
	rules.counters[2].n_services = 2;
	office = open_office_of(&rules);
	issue(&office, 0, TICKET_NORMAL);
	act(&office, on_counter(QUEUE_CALL_NEXT, 0));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (act(&office, transfer(0, rows[i].to_service,
					  rows[i].to_counter)) != -EPERM ||
		    office.why != rows[i].why)
			fail_msg("%s: %s", rows[i].name,
				 queue_refusal_name(office.why));
		assert_int_equal(serving(&office, 0), 1);
	}
	queue_free(office.queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_verb_does_its_part_in_every_state),
	    cmocka_unit_test(only_the_opening_is_taken_before_a_day_is_open),
	    cmocka_unit_test(calling_orders_its_events),
	    cmocka_unit_test(
		a_called_event_names_ticket_class_counter_and_time),
	    cmocka_unit_test(a_refused_call_of_a_ticket_leaves_the_one_there),
	    cmocka_unit_test(expectation_is_checked_before_all_else),
	    cmocka_unit_test(an_unknown_counter_is_refused),
	    cmocka_unit_test(numbers_of_each_service_run_on_by_one),
	    cmocka_unit_test(ahead_counts_all_classes_of_the_service),
	    cmocka_unit_test(issuing_is_refused_where_it_must),
	    cmocka_unit_test(the_last_number_of_five_digits_is_the_last),
	    cmocka_unit_test(rating_takes_the_last_finished_once),
	    cmocka_unit_test(who_may_be_rated_is_told_until_it_is),
	    cmocka_unit_test(only_one_to_five_stars_are_taken),
	    cmocka_unit_test(returned_and_restored_keep_arrival_and_calls),
	    cmocka_unit_test(a_paused_counter_can_still_end_its_ticket),
	    cmocka_unit_test(a_counter_moves_between_all_its_states),
	    cmocka_unit_test(
		a_transferred_ticket_goes_before_those_who_came_later),
	    cmocka_unit_test(only_its_counter_calls_a_ticket_transferred_to_it),
	    cmocka_unit_test(a_transfer_is_refused_where_it_must),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
