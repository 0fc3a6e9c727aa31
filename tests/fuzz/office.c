/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/office.h"

#include <string.h>

#include "base/clock.h"
#include "tests/fuzz/fuzz.h"

/* lan's PIN is "2468", of the lowest cost that is taken. */
const char fuzz_office_text[] =
    "office = { kiosk = \"test-01\"; name = { vi = \"Xã\"; en = \"C\"; }; };\n"
    "services = (\n"
    "  { id = \"land\"; name = { vi = \"Đất đai\"; en = \"Land\"; };\n"
    "    prefix = \"A\"; outcomes = [ \"accepted\", \"supplement\" ]; },\n"
    "  { id = \"civil\"; name = { vi = \"Hộ tịch\"; }; prefix = \"B\";\n"
    "    daily_cap = 3; }\n"
    ");\n"
    "counters = (\n"
    "  { id = 1; name = { vi = \"Quầy 1\"; };\n"
    "    services = [ \"land\", \"civil\" ]; },\n"
    "  { id = 7; name = { vi = \"Quầy 7\"; }; services = [ \"land\" ]; }\n"
    ");\n"
    "keypads = ( { device = \"/dev/input/none\"; counter = 1; } );\n"
    "scanners = ( { device = \"/dev/input/none2\"; accepts = (\n"
    "  { pattern = \"[0-9]{4}\"; service = \"land\"; },\n"
    "  { pattern = \"H[0-9A-Z-]+\"; service = \"civil\"; } ); } );\n"
    "printer = { device = \"none\"; };\n"
    "console = { listen = \"127.0.0.1:8080\"; };\n"
    "users = (\n"
    "  { name = \"lan\"; role = \"admin\"; pin = "
    "\"$argon2id$v=19$m=8,t=1,p=1$5y8InIc13k7WPdRxn+kRoQ"
    "$cm2Z/zv1XS+g1bfbxZJeLn0aPdeVJB2lsggl9oz/BfU\"; },\n"
    "  { name = \"ba\"; role = \"staff\"; counters = [ 7 ]; pin = "
    "\"$argon2id$v=19$m=8,t=1,p=1$5y8InIc13k7WPdRxn+kRoQ"
    "$cm2Z/zv1XS+g1bfbxZJeLn0aPdeVJB2lsggl9oz/BfU\"; }\n"
    ");\n"
    "devices = ( { name = \"d\"; may = [ \"read\", \"issue\" ]; token = "
    "\"dddddddddddddddddddddddddddddddddddddddddddd\"; } );\n"
    "central = { url = \"\"; };\n";

struct config *fuzz_office_config(void)
{
	const char *path =
	    fuzz_file(fuzz_office_text, strlen(fuzz_office_text));
	struct config *config;

	FUZZ_CHECK(config_load(path, stderr, NULL, &config) == 0, "%s", path);
	return config;
}

static void on_events(void *arg, const struct queue_event *events,
		      size_t n_events)
{
	struct fuzz_office *office = arg;

	for (size_t i = 0; i < n_events; i++)
		office->changes += events[i].service != QUEUE_NONE ||
				   events[i].counter != QUEUE_NONE;
}

void fuzz_office_open(struct fuzz_office *office)
{
	fuzz_clear_directory();
	fuzz_office_open_again(office);
}

void fuzz_office_open_again(struct fuzz_office *office)
{
	struct journal_problem problem;

	FUZZ_CHECK(fuzz_office_try(office, &problem) == 0, "%s", problem.text);
}

int fuzz_office_try(struct fuzz_office *office, struct journal_problem *problem)
{
	int rc;

	*office = (struct fuzz_office){.config = fuzz_office_config()};
	FUZZ_CHECK(sd_event_new(&office->event) >= 0, "no loop");
	rc = kiosk_open(office->event, office->config, fuzz_directory(),
			&office->journal, &office->kiosk, problem);
	if (rc == 0)
		FUZZ_CHECK(kiosk_observe(office->kiosk, on_events, office) == 0,
			   "no room");
	else
		fuzz_office_close(office);
	return rc;
}

void fuzz_office_close(struct fuzz_office *office)
{
	if (office->kiosk)
		kiosk_stop(office->kiosk);
	kiosk_free(office->kiosk);
	journal_close(office->journal);
	sd_event_unref(office->event);
	config_free(office->config);
}

void fuzz_office_run(const struct fuzz_office *office, int turns)
{
	while (turns-- > 0 && sd_event_run(office->event, 0) > 0)
		;
}

static void check_counter(const struct queue *queue, int i,
			  const struct queue_ticket *seen[])
{
	const struct queue_ticket *ticket = queue_counter(queue, i).serving;

	seen[i] = ticket;
	if (!ticket)
		return;
	FUZZ_CHECK(ticket->state == QUEUE_AT_COUNTER && ticket->counter == i,
		   "counter %d", i);
	for (int k = 0; k < i; k++)
		FUZZ_CHECK(seen[k] != ticket, "a ticket at two counters");
}

void fuzz_office_check(const struct fuzz_office *office)
{
	const struct queue *queue = kiosk_queue(office->kiosk);
	const struct queue_ticket *seen[QUEUE_MAX_COUNTERS];

	for (size_t i = 0; i < office->config->n_counters; i++)
		check_counter(queue, (int)i, seen);
	FUZZ_CHECK(kiosk_health(office->kiosk)->journal_ok, "%s",
		   journal_fault(office->journal));
}

void fuzz_office_check_numbers(const struct fuzz_office *office)
{
	const struct queue *queue = kiosk_queue(office->kiosk);

	for (size_t i = 0; i < office->config->n_services; i++) {
		bool ended = false;

		/* Not from 1 where a day began within 12 hours of these. */
		for (uint32_t n = queue_last(queue, (int)i); n > 0; n--) {
			bool there = queue_find(queue, (int)i, n);

			FUZZ_CHECK(!there || !ended,
				   "a gap above number %u of service %zu", n,
				   i);
			ended |= !there;
		}
	}
}
