/* SPDX-License-Identifier: MIT */
#include "slips.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/ticket.h"
#include "journal/record.h"
#include "printer/printer.h"

/*
 * A state that lasts less is not worth a row: each wears the card, and a
 * printer that is switched on goes through some.
 */
#define SETTLE_US (2 * 1000 * 1000ULL)

/* A slip that is on its way through the printer; the printer's tag. */
struct order {
	struct order *next;
	int service;
	uint32_t number;
	char code[TICKET_CODE_SIZE];
	char token[TICKET_TOKEN_SIZE];
	char actor[48];
};

/* The fates of a service's tickets, by number. */
struct row {
	uint8_t *fates;
	size_t n;
};

struct slips {
	const struct config *config;
	struct kiosk *kiosk;
	struct printer *printer;
	const struct ticket_key *key; /* NULL: no tokens */
	sd_event_source *settle;
	enum kiosk_printer journalled; /* the state that the journal knows */
	struct order *orders;
	struct row rows[CONFIG_MAX_SERVICES];
	int last_service; /* of the ticket that was issued last */
	uint32_t last_number;
};

/* ---- fates ---- */

const char *slips_fate_name(enum slip_fate fate)
{
	static const char *const names[SLIP_FATES] = {
	    [SLIP_WAITING] = "waiting",
	    [SLIP_PRINTED] = "printed",
	    [SLIP_SENT] = "sent",
	    [SLIP_FAILED] = "failed",
	    [SLIP_UNCONFIRMED] = "unconfirmed",
	};

	return names[fate];
}

static void set_fate(struct slips *slips, int service, uint32_t number,
		     enum slip_fate fate)
{
	struct row *row = &slips->rows[service];

	if (number >= row->n) {
		size_t n = (size_t)number + 64;
		uint8_t *fates = realloc(row->fates, n);

		if (!fates)
			return; /* then nothing is known of it */
		memset(fates + row->n, SLIP_NONE, n - row->n);
		row->fates = fates;
		row->n = n;
	}
	row->fates[number] = (uint8_t)fate;
}

enum slip_fate slips_fate(const struct slips *slips, int service,
			  uint32_t number)
{
	const struct row *row = &slips->rows[service];

	return number < row->n ? (enum slip_fate)row->fates[number] : SLIP_NONE;
}

size_t slips_count(const struct slips *slips, enum slip_fate fate)
{
	size_t count = 0;

	for (size_t i = 0; i < CONFIG_MAX_SERVICES; i++)
		for (size_t k = 0; k < slips->rows[i].n; k++)
			count += slips->rows[i].fates[k] == fate;
	return count;
}

/* A day has opened: only its tickets count, which are few or none yet. */
static void forget_other_days(struct slips *slips)
{
	const struct queue *queue = kiosk_queue(slips->kiosk);

	for (int s = 0; s < (int)slips->config->n_services; s++)
		for (size_t n = 0; n < slips->rows[s].n; n++)
			if (!queue_find(queue, s, (uint32_t)n))
				slips->rows[s].fates[n] = SLIP_NONE;
}

/* ---- printing ---- */

static void drop_order(struct slips *slips, struct order *order)
{
	struct order **at = &slips->orders;

	while (*at != order)
		at = &(*at)->next;
	*at = order->next;
	free(order);
}

static struct order *new_order(struct slips *slips, int service,
			       uint32_t number, const char *actor)
{
	struct order *order = calloc(1, sizeof(*order));

	if (!order)
		return NULL;
	order->service = service;
	order->number = number;
	(void)snprintf(order->actor, sizeof(order->actor), "%s", actor);
	order->next = slips->orders;
	slips->orders = order;
	return order;
}

static void set_token(const struct slips *slips, struct order *order)
{
	const struct queue_ticket *ticket =
	    queue_find(kiosk_queue(slips->kiosk), order->service,
		       order->number);

	if (slips->key && ticket)
		ticket_token(slips->key, order->code, ticket->seq,
			     order->token);
}

/* of: all but what is the configuration's. */
static int print(struct slips *slips, const struct slip *of, int service,
		 uint32_t number, const char *actor)
{
	const struct config *config = slips->config;
	struct order *order = new_order(slips, service, number, actor);

	if (!order)
		return -ENOMEM;
	ticket_code(order->code, config->services[service].prefix, number);
	set_token(slips, order);
	struct slip slip = *of;
	slip.office = &config->office.name;
	slip.service = &config->services[service].name;
	slip.code = order->code;
	slip.kiosk = config->office.kiosk;
	slip.service_id = config->services[service].id;
	slip.token = order->token;
	slip.languages = config->office.languages;
	slip.n_languages = config->office.n_languages;
	set_fate(slips, service, number, SLIP_WAITING);
	printer_print(slips->printer, &slip, (uintptr_t)order);
	return 0;
}

static bool has_printer(const struct slips *slips)
{
	return printer_state(slips->printer) != PRINTER_OFF;
}

static void print_issued(struct slips *slips, const struct queue_event *event)
{
	struct slip slip = {
	    .class = (enum ticket_class)event->class,
	    .ahead = event->ahead,
	    .issued_at_ms = event->at_ms,
	    .wait_low_s = event->wait_low_s,
	    .wait_high_s = event->wait_high_s,
	    .last_call = event->last_call,
	};

	slips->last_service = event->service;
	slips->last_number = event->number;
	if (has_printer(slips) &&
	    print(slips, &slip, event->service, event->number, "printer") != 0)
		log_error("out of memory: a slip is not printed");
}

int slips_reprint(struct slips *slips, int service, uint32_t number,
		  const char *actor)
{
	const struct queue *queue = kiosk_queue(slips->kiosk);
	const struct queue_ticket *ticket = queue_find(queue, service, number);

	if (!ticket)
		return -ENOENT;
	if (!has_printer(slips))
		return -ENODEV;
	if (slips_fate(slips, service, number) == SLIP_WAITING)
		return 0;
	struct slip slip = {
	    .class = ticket->class,
	    .issued_at_ms = ticket->issued_at_ms,
	    .copy = true,
	};
	if (ticket->state == QUEUE_WAITING) {
		slip.ahead = (uint32_t)queue_ahead(queue, ticket);
		(void)kiosk_wait_of(slips->kiosk, ticket, clock_wall_ms(),
				    &slip.wait_low_s, &slip.wait_high_s);
	}
	return print(slips, &slip, service, number, actor);
}

int slips_print_test(struct slips *slips)
{
	struct order *order;

	if (!has_printer(slips))
		return -ENODEV;
	order = new_order(slips, QUEUE_NONE, 0, "");
	if (!order)
		return -ENOMEM;
	printer_print_test(slips->printer, (uintptr_t)order);
	return 0;
}

int slips_reprint_last(struct slips *slips, const char *actor)
{
	if (slips->last_service == QUEUE_NONE)
		return -ENOENT;
	return slips_reprint(slips, slips->last_service, slips->last_number,
			     actor);
}

static enum slip_fate fate_of(enum printer_result result)
{
	switch (result) {
	case PRINTER_PRINTED:
		return SLIP_PRINTED;
	case PRINTER_SENT:
		return SLIP_SENT;
	case PRINTER_FAILED:
		return SLIP_FAILED;
	}
	return SLIP_FAILED;
}

static void on_done(void *arg, const struct printer_end *end)
{
	struct slips *slips = arg;
	struct order *order = (struct order *)(uintptr_t)end->tag;
	const struct kiosk_print print = {
	    .service = order->service,
	    .number = order->number,
	    .printed = end->result != PRINTER_FAILED,
	    .confirmed = end->result == PRINTER_PRINTED,
	    .copy = end->copy,
	    .why = end->why,
	    .actor = order->actor,
	};

	if (order->service == QUEUE_NONE) {
		log_info("printer: the test sheet is %s%s%s",
			 slips_fate_name(fate_of(end->result)),
			 end->why ? ": " : "", end->why ? end->why : "");
	} else {
		set_fate(slips, order->service, order->number,
			 fate_of(end->result));
		kiosk_note_print(slips->kiosk, &print);
	}
	drop_order(slips, order);
}

/* ---- the printer's state ---- */

static enum kiosk_printer health_of(enum printer_state state)
{
	static const enum kiosk_printer health[PRINTER_STATES] = {
	    [PRINTER_OFF] = KIOSK_PRINTER_NONE,
	    [PRINTER_OK] = KIOSK_PRINTER_OK,
	    [PRINTER_UNKNOWN] = KIOSK_PRINTER_UNKNOWN,
	    [PRINTER_PAPER_LOW] = KIOSK_PRINTER_PAPER_LOW,
	    [PRINTER_PAPER_OUT] = KIOSK_PRINTER_PAPER_OUT,
	    [PRINTER_COVER_OPEN] = KIOSK_PRINTER_COVER_OPEN,
	    [PRINTER_CUTTER_ERROR] = KIOSK_PRINTER_CUTTER_ERROR,
	    [PRINTER_OVERHEATED] = KIOSK_PRINTER_OVERHEATED,
	    [PRINTER_OFFLINE] = KIOSK_PRINTER_OFFLINE,
	};

	return health[state];
}

static int on_settled(sd_event_source *source, uint64_t us, void *arg)
{
	struct slips *slips = arg;
	enum kiosk_printer now = health_of(printer_state(slips->printer));

	(void)source;
	(void)us;
	if (now != slips->journalled)
		kiosk_note_printer(slips->kiosk, slips->journalled, now);
	slips->journalled = now;
	return 0;
}

static void on_state(void *arg, enum printer_state state)
{
	struct slips *slips = arg;

	kiosk_report_printer(slips->kiosk, health_of(state));
	if (sd_event_source_set_time_relative(slips->settle, SETTLE_US) < 0 ||
	    sd_event_source_set_enabled(slips->settle, SD_EVENT_ONESHOT) < 0)
		log_warning("the printer's state is not journalled");
}

/* ---- start and stop ---- */

static void on_events(void *arg, const struct queue_event *events,
		      size_t n_events)
{
	struct slips *slips = arg;

	for (size_t i = 0; i < n_events; i++) {
		if (events[i].kind == QUEUE_DAY_OPENED)
			forget_other_days(slips);
		else if (events[i].kind == QUEUE_ISSUED)
			print_issued(slips, &events[i]);
	}
}

static int read_row(void *arg, const struct journal_row *row)
{
	struct slips *slips = arg;
	struct queue_event event;
	struct record_print print;

	if (record_print_from_row(row, &print) != 0 ||
	    record_from_row(slips->config, row, &event, NULL) != 0 ||
	    !queue_find(kiosk_queue(slips->kiosk), event.service, event.number))
		return 0;
	set_fate(slips, event.service, event.number,
		 !print.printed    ? SLIP_FAILED
		 : print.confirmed ? SLIP_PRINTED
				   : SLIP_SENT);
	return 0;
}

/* What the journal does not know, nobody does. */
static int learn(struct slips *slips, struct journal *journal)
{
	const struct queue *queue = kiosk_queue(slips->kiosk);
	int64_t start;
	int rc;

	for (size_t i = 0; i < queue_tickets(queue); i++) {
		const struct queue_ticket *ticket = queue_ticket_at(queue, i);

		set_fate(slips, ticket->service, ticket->number,
			 SLIP_UNCONFIRMED);
		slips->last_service = ticket->service;
		slips->last_number = ticket->number;
	}
	rc = journal_replay_start(journal, &start);
	if (rc == 0 && start > 0 && queue_tickets(queue) > 0)
		rc = journal_each(journal, start - 1, 0, read_row, slips);
	return rc;
}

static int add_timer(struct slips *slips, sd_event *event)
{
	int rc =
	    sd_event_add_time_relative(event, &slips->settle, CLOCK_BOOTTIME, 0,
				       0, on_settled, slips);

	if (rc >= 0)
		rc = sd_event_source_set_enabled(slips->settle, SD_EVENT_OFF);
	return rc < 0 ? rc : 0;
}

int slips_new(sd_event *event, const struct config *config, struct kiosk *kiosk,
	      struct journal *journal, struct slips **out)
{
	struct slips *slips = calloc(1, sizeof(*slips));
	int rc;

	*out = NULL;
	if (!slips)
		return -ENOMEM;
	slips->config = config;
	slips->kiosk = kiosk;
	slips->last_service = QUEUE_NONE;
	/* A printer that is well from the start is not worth a row. */
	slips->journalled = KIOSK_PRINTER_OK;
	rc = add_timer(slips, event);
	if (rc == 0)
		rc = printer_new(event, &config->printer, config->display.font,
				 on_done, on_state, slips, &slips->printer);
	if (rc == 0 && has_printer(slips))
		rc = learn(slips, journal);
	if (rc == 0)
		rc = kiosk_observe(kiosk, on_events, slips);
	if (rc != 0) {
		slips_free(slips);
		return rc;
	}
	if (has_printer(slips))
		on_state(slips, printer_state(slips->printer));
	if (slips_count(slips, SLIP_UNCONFIRMED) > 0)
		log_warning("%zu slips of today may be out or not: the journal "
			    "does not know; kioskctl reprint prints one anew",
			    slips_count(slips, SLIP_UNCONFIRMED));
	*out = slips;
	return 0;
}

void slips_set_key(struct slips *slips, const struct ticket_key *key)
{
	slips->key = key;
}

void slips_stop(struct slips *slips)
{
	if (slips)
		printer_stop(slips->printer);
}

void slips_free(struct slips *slips)
{
	if (!slips)
		return;
	printer_free(slips->printer);
	sd_event_source_disable_unref(slips->settle);
	while (slips->orders)
		drop_order(slips, slips->orders);
	for (size_t i = 0; i < CONFIG_MAX_SERVICES; i++)
		free(slips->rows[i].fates);
	free(slips);
}
