/* SPDX-License-Identifier: MIT */
/* The contract's words. */
#include <errno.h>
#include <string.h>

#include "queue/queue.h"

static const char *const kinds[QUEUE_KINDS] = {
    [QUEUE_JOURNAL_OPENED] = "journal_opened",
    [QUEUE_DAY_OPENED] = "day_opened",
    [QUEUE_ISSUED] = "issued",
    [QUEUE_CALLED] = "called",
    [QUEUE_RECALLED] = "recalled",
    [QUEUE_FINISHED] = "finished",
    [QUEUE_NO_SHOW] = "no_show",
    [QUEUE_TRANSFERRED] = "transferred",
    [QUEUE_RETURNED] = "returned",
    [QUEUE_RESTORED] = "restored",
    [QUEUE_CANCELLED] = "cancelled",
    [QUEUE_EXPIRED] = "expired",
    [QUEUE_COUNTER_OPENED] = "counter_opened",
    [QUEUE_COUNTER_PAUSED] = "counter_paused",
    [QUEUE_COUNTER_CLOSED] = "counter_closed",
    [QUEUE_RATED] = "rated",
    [QUEUE_PRINTED] = "printed",
    [QUEUE_PRINT_FAILED] = "print_failed",
    [QUEUE_CONFIG_LOADED] = "config_loaded",
    [QUEUE_CLOCK_STEPPED] = "clock_stepped",
    [QUEUE_CLOCK_SYNCED] = "clock_synced",
    [QUEUE_PRINTER_CHANGED] = "printer_changed",
    [QUEUE_BUTTON_FAULT] = "button_fault",
    [QUEUE_BUTTON_OK] = "button_ok",
    [QUEUE_NUMBERS_RAISED] = "numbers_raised",
};

static const char *const ticket_states[QUEUE_TICKET_STATES] = {
    [QUEUE_WAITING] = "waiting", [QUEUE_AT_COUNTER] = "called",
    [QUEUE_SERVED] = "served",   [QUEUE_MISSED] = "no_show",
    [QUEUE_GONE] = "cancelled",  [QUEUE_STALE] = "expired",
};

static const char *const counter_states[] = {
    [QUEUE_COUNTER_IS_CLOSED] = "closed",
    [QUEUE_COUNTER_IS_OPEN] = "open",
    [QUEUE_COUNTER_IS_PAUSED] = "paused",
};
#define COUNTER_STATES (sizeof(counter_states) / sizeof(counter_states[0]))

static const char *const refusals[QUEUE_REFUSALS] = {
    [QUEUE_OK] = "ok",
    [QUEUE_UNKNOWN_SERVICE] = "unknown_service",
    [QUEUE_UNKNOWN_COUNTER] = "unknown_counter",
    [QUEUE_UNKNOWN_TICKET] = "unknown_ticket",
    [QUEUE_CONFLICT] = "conflict",
    [QUEUE_NOBODY_AT_COUNTER] = "no_ticket_at_counter",
    [QUEUE_TICKET_AT_COUNTER] = "ticket_at_counter",
    [QUEUE_WRONG_STATE] = "wrong_state",
    [QUEUE_NOT_SERVED_HERE] = "not_served_here",
    [QUEUE_CAP_REACHED] = "cap_reached",
    [QUEUE_FULL] = "queue_full",
    [QUEUE_NO_DAY] = "no_day",
    [QUEUE_NOTHING_TO_RATE] = "nothing_to_rate",
    [QUEUE_BAD_STARS] = "bad_stars",
    [QUEUE_ALREADY_THERE] = "already_there",
    [QUEUE_NOT_SERVED] = "not_served",
    [QUEUE_CLOSED] = "service_closed",
    [QUEUE_TOO_LATE] = "last_call",
};

static const char *const clocks[QUEUE_CLOCKS] = {
    [QUEUE_CLOCK_DOUBTED] = "doubted",
    [QUEUE_CLOCK_TRUSTED] = "trusted",
    [QUEUE_CLOCK_RUNNING] = "running",
    [QUEUE_CLOCK_SET] = "set",
};

static const char *name_of(const char *const names[], size_t n,
			   unsigned int value)
{
	return value < n ? names[value] : "?";
}

static int value_of(const char *const names[], size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(names[i], name) == 0)
			return (int)i;
	}
	return -EINVAL;
}

const char *queue_kind_name(enum queue_kind kind)
{
	return name_of(kinds, QUEUE_KINDS, kind);
}

int queue_kind_from(const char *name)
{
	return value_of(kinds, QUEUE_KINDS, name);
}

const char *queue_ticket_state_name(enum queue_ticket_state state)
{
	return name_of(ticket_states, QUEUE_TICKET_STATES, state);
}

const char *queue_counter_state_name(enum queue_counter_state state)
{
	return name_of(counter_states, COUNTER_STATES, state);
}

const char *queue_refusal_name(enum queue_refusal why)
{
	return name_of(refusals, QUEUE_REFUSALS, why);
}

const char *queue_clock_name(enum queue_clock clock)
{
	return name_of(clocks, QUEUE_CLOCKS, clock);
}

int queue_clock_from(const char *name)
{
	return value_of(clocks, QUEUE_CLOCKS, name);
}
