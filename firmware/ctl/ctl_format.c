/* SPDX-License-Identifier: MIT */
#include "ctl/ctl_format.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

#define MINUTE_MS 60000

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "-";
}

static int64_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static bool has_text(const json_t *object, const char *key)
{
	return json_is_string(json_object_get(object, key));
}

static bool has_number(const json_t *object, const char *key)
{
	return json_is_integer(json_object_get(object, key));
}

/* ", 10 to 15 min", where the kiosk can tell. */
static void format_wait(const json_t *object, FILE *to)
{
	const json_t *wait = json_object_get(object, "wait_s");

	if (json_is_object(wait))
		fprintf(to, ", %" PRId64 " to %" PRId64 " min",
			number(wait, "low") / 60, number(wait, "high") / 60);
}

/* Where the ticket is: at a counter, in the queue, or through. */
static void format_place(const json_t *ticket, FILE *to)
{
	const char *state = text(ticket, "state");

	if (has_number(ticket, "ahead"))
		fprintf(to, "  %" PRId64 " ahead", number(ticket, "ahead"));
	else if (strcmp(state, "called") == 0 && has_number(ticket, "counter"))
		fprintf(to, "  counter %" PRId64, number(ticket, "counter"));
	else
		fprintf(to, "  %s", state);
	if (has_text(ticket, "to"))
		fprintf(to, " for %s", text(ticket, "to"));
	if (has_text(ticket, "outcome"))
		fprintf(to, "  %s", text(ticket, "outcome"));
	format_wait(ticket, to);
	if (json_is_true(json_object_get(ticket, "last_call")))
		fputs(", may not be served before closing", to);
}

void ctl_format_answer(const json_t *answer, FILE *to)
{
	if (has_text(answer, "printer")) {
		fprintf(to, "on its way to the printer (%s)\n",
			text(answer, "printer"));
	} else if (has_text(answer, "slip") && !has_text(answer, "service")) {
		fprintf(to, "%s  slip %s\n", text(answer, "ticket"),
			text(answer, "slip"));
	} else if (has_text(answer, "ticket")) {
		fprintf(to, "%s  %s", text(answer, "ticket"),
			text(answer, "service"));
		if (has_text(answer, "class"))
			fprintf(to, "  %s", text(answer, "class"));
		format_place(answer, to);
		putc('\n', to);
	} else if (has_number(answer, "counter")) {
		fprintf(to, "counter %" PRId64 "  %s\n",
			number(answer, "counter"), text(answer, "state"));
	} else {
		fputs("done\n", to);
	}
}

static void format_service(const json_t *service, FILE *to)
{
	const json_t *opens = json_object_get(service, "opens");
	const json_t *by_class = json_object_get(service, "waiting_by_class");
	int64_t priority = number(by_class, "priority");

	fprintf(to, "%-20s %-5s %-7s %" PRId64, text(service, "id"),
		json_is_true(json_object_get(service, "open")) ? "yes" : "no",
		text(service, "last"), number(service, "waiting"));
	if (priority > 0)
		fprintf(to, " (%" PRId64 " priority)", priority);
	format_wait(service, to);
	if (has_text(service, "why"))
		fprintf(to, "  %s", text(service, "why"));
	if (has_text(opens, "en"))
		fprintf(to, ", opens at %s", text(opens, "en"));
	putc('\n', to);
}

static void format_counter(const json_t *counter, FILE *to)
{
	const json_t *serving = json_object_get(counter, "serving");

	fprintf(to, "counter %-12" PRId64 " ", number(counter, "id"));
	if (json_is_object(serving))
		fprintf(to, "%-7s %s  %s  %s  called %" PRId64 "x%s\n",
			text(counter, "state"), text(serving, "ticket"),
			text(serving, "service"), text(serving, "class"),
			number(serving, "calls"),
			json_is_true(
			    json_object_get(serving, "suggest_no_show"))
			    ? ", nobody answers: no-show?"
			    : "");
	else
		fprintf(to, "%s\n", text(counter, "state"));
}

static void format_health(const json_t *health, FILE *to)
{
	const json_t *central = json_object_get(health, "central"), *fault;
	size_t i;

	fprintf(to, "printer %s, clock %s", text(health, "printer"),
		text(health, "clock"));
	if (has_text(health, "journal"))
		fprintf(to, ", journal %s", text(health, "journal"));
	fprintf(to, ", central log %s", text(central, "state"));
	if (number(central, "lag") > 0)
		fprintf(to, " (%" PRId64 " rows behind)",
			number(central, "lag"));
	if (has_text(central, "error"))
		fprintf(to, ": %s", text(central, "error"));
	putc('\n', to);
	json_array_foreach(json_object_get(health, "journal_faults"), i, fault)
	{
		fprintf(to, "journal: %s",
			text(json_object_get(fault, "message"), "en"));
		if (has_text(fault, "file"))
			fprintf(to, " (%s)", text(fault, "file"));
		putc('\n', to);
	}
}

void ctl_format_state(const json_t *state, FILE *to)
{
	const json_t *each;
	size_t i;

	fprintf(to, "%s  %s  %s  seq %" PRId64 "\n\n", text(state, "kiosk"),
		text(json_object_get(state, "office"), "vi"),
		text(state, "day"), number(state, "seq"));
	fprintf(to, "%-20s %-5s %-7s %s\n", "service", "open", "last",
		"waiting");
	json_array_foreach(json_object_get(state, "services"), i, each)
	{
		format_service(each, to);
	}
	putc('\n', to);
	json_array_foreach(json_object_get(state, "counters"), i, each)
	{
		format_counter(each, to);
	}
	putc('\n', to);
	format_health(json_object_get(state, "health"), to);
}

void ctl_format_tickets(const json_t *answer, int64_t now_ms, FILE *to)
{
	const json_t *tickets = json_object_get(answer, "tickets");
	const json_t *ticket;
	size_t i;

	if (json_array_size(tickets) == 0)
		fputs("nobody waits\n", to);
	json_array_foreach(tickets, i, ticket)
	{
		int64_t waited_ms = now_ms - number(ticket, "issued_at_ms");

		fprintf(to, "%-7s %-20s %-12s %" PRId64 " min",
			text(ticket, "ticket"), text(ticket, "service"),
			text(ticket, "class"),
			waited_ms > 0 ? waited_ms / MINUTE_MS : 0);
		format_wait(ticket, to);
		if (number(ticket, "calls") > 0)
			fprintf(to, "  called %" PRId64 "x before",
				number(ticket, "calls"));
		if (strcmp(text(ticket, "slip"), "failed") == 0 ||
		    strcmp(text(ticket, "slip"), "unconfirmed") == 0)
			fprintf(to, "  print %s", text(ticket, "slip"));
		putc('\n', to);
	}
}

void ctl_format_refusal(long status, const json_t *answer, FILE *to)
{
	const json_t *message = json_object_get(answer, "message");

	if (!has_text(answer, "error")) {
		fprintf(to, "refused (HTTP %ld): see kioskd's log", status);
		return;
	}
	fprintf(to, "refused (%s)", text(answer, "error"));
	if (has_text(message, "vi"))
		fprintf(to, ": %s", text(message, "vi"));
	if (has_text(message, "en"))
		fprintf(to, " / %s", text(message, "en"));
	if (has_text(answer, "serving"))
		fprintf(to, " (%s is there)", text(answer, "serving"));
}

int ctl_format_json(json_t *object, int status)
{
	char *text = object ? json_to_string(object) : NULL;

	json_decref(object);
	if (!text) {
		fputs("kioskctl: out of memory\n", stderr);
		return EXIT_FAILURE;
	}
	puts(text);
	free(text);
	return status;
}
