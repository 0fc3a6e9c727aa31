/* SPDX-License-Identifier: MIT */
#include "console/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/turn.h"

static void head(FILE *to, const char *name, const char *type, const char *help)
{
	fprintf(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void gauge(FILE *to, const char *name, const char *help, int64_t value)
{
	head(to, name, "gauge", help);
	fprintf(to, "%s %" PRId64 "\n", name, value);
}

static void counter(FILE *to, const char *name, const char *help,
		    uint64_t value)
{
	head(to, name, "counter", help);
	fprintf(to, "%s %" PRIu64 "\n", name, value);
}

static void seconds(FILE *to, const char *name, const char *help, int64_t us)
{
	head(to, name, "gauge", help);
	fprintf(to, "%s %" PRId64 ".%06" PRId64 "\n", name, us / 1000000,
		us % 1000000);
}

/* Ids need no escaping: configuration allows [a-z0-9_-] only. */
static void tickets(FILE *to, const struct kiosk *kiosk)
{
	const struct config *config = kiosk_config(kiosk);
	const struct queue *queue = kiosk_queue(kiosk);

	head(to, "kiosk_tickets_waiting", "gauge", "Tickets that wait now.");
	for (int s = 0; s < (int)config->n_services; s++) {
		for (int c = 0; c < TICKET_CLASSES; c++) {
			enum ticket_class class = (enum ticket_class)c;

			fprintf(to,
				"kiosk_tickets_waiting{service=\"%s\",class="
				"\"%s\"} %zu\n",
				config->services[s].id,
				ticket_class_name(class),
				queue_waiting(queue, s, class));
		}
	}
	gauge(to, "kiosk_tickets_issued_today",
	      "Tickets issued this business day.",
	      (int64_t)queue_tickets(queue));
}

static void counters(FILE *to, const struct kiosk *kiosk)
{
	static const enum queue_counter_state states[] = {
	    QUEUE_COUNTER_IS_OPEN,
	    QUEUE_COUNTER_IS_PAUSED,
	    QUEUE_COUNTER_IS_CLOSED,
	};
	const struct config *config = kiosk_config(kiosk);

	head(to, "kiosk_counters", "gauge", "Counters by state.");
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		size_t n = 0;

		for (int c = 0; c < (int)config->n_counters; c++)
			n += queue_counter(kiosk_queue(kiosk), c).state ==
			     states[i];
		fprintf(to, "kiosk_counters{state=\"%s\"} %zu\n",
			queue_counter_state_name(states[i]), n);
	}
}

static void journal(FILE *to, const struct kiosk *kiosk)
{
	struct kiosk_counts counts = kiosk_counts(kiosk);

	gauge(to, "kiosk_seq", "The journal's last row.", kiosk_seq(kiosk));
	counter(to, "kiosk_commands_total", "Commands since the start.",
		counts.commands);
	counter(to, "kiosk_refusals_total", "Commands that were refused.",
		counts.refusals);
	counter(to, "kiosk_events_total", "Events made durable.",
		counts.events);
	counter(to, "kiosk_commits_total", "Commits of the journal.",
		counts.commits);
	counter(to, "kiosk_commit_failures_total",
		"Commits that failed: nothing of them happened.",
		counts.commit_failures);
	seconds(to, "kiosk_commit_last_seconds", "How long the last took.",
		counts.last_commit_us);
	seconds(to, "kiosk_commit_worst_seconds",
		"How long the longest since the start took.",
		counts.worst_commit_us);
}

static void health(FILE *to, const struct kiosk *kiosk)
{
	const struct kiosk_health *now = kiosk_health(kiosk);

	gauge(to, "kiosk_journal_ok", "1: the journal takes events.",
	      now->journal_ok);
	gauge(to, "kiosk_printer_ok",
	      "1: slips can be printed (paper may be low).",
	      kiosk_printer_prints(now->printer));
	head(to, "kiosk_printer_state", "gauge",
	     "1: the printer is in that state.");
	for (int p = 0; p < KIOSK_PRINTERS; p++)
		fprintf(to, "kiosk_printer_state{state=\"%s\"} %d\n",
			kiosk_printer_name((enum kiosk_printer)p),
			now->printer == (enum kiosk_printer)p);
	gauge(to, "kiosk_clock_synced", "1: the clock is synchronised.",
	      now->clock_synced);
	gauge(to, "kiosk_central_ok",
	      "1: the central log has all, or is catching up.",
	      now->central == KIOSK_CENTRAL_OK ||
		  now->central == KIOSK_CENTRAL_BEHIND);
	gauge(to, "kiosk_central_synced_seq",
	      "The last row that the central log is known to hold.",
	      now->central_synced_seq);
}

static void turns(FILE *to)
{
	struct turn_longest longest = turn_longest();

	head(to, "kiosk_turn_longest_seconds", "gauge",
	     "How long the longest turn since the start held the event loop, "
	     "commits left out, and what it was about.");
	fprintf(to,
		"kiosk_turn_longest_seconds{what=\"%s\"} %" PRId64 ".%06" PRId64
		"\n",
		longest.held_by, longest.held_us / 1000000,
		longest.held_us % 1000000);
	head(to, "kiosk_turn_longest_cpu_seconds", "gauge",
	     "Likewise, by its time on a core.");
	fprintf(to,
		"kiosk_turn_longest_cpu_seconds{what=\"%s\"} %" PRId64
		".%06" PRId64 "\n",
		longest.cpu_by, longest.cpu_us / 1000000,
		longest.cpu_us % 1000000);
	counter(to, "kiosk_turns_late_total",
		"Turns that held the event loop for more than 50 ms, commits "
		"left out.",
		longest.late);
}

static void todays_slips(FILE *to, const struct slips *slips)
{
	head(to, "kiosk_slips_today", "gauge",
	     "Today's tickets by what became of their latest slip.");
	for (int f = SLIP_WAITING; f < SLIP_FATES; f++)
		fprintf(to, "kiosk_slips_today{fate=\"%s\"} %zu\n",
			slips_fate_name((enum slip_fate)f),
			slips_count(slips, (enum slip_fate)f));
}

char *metrics_text(const struct kiosk *kiosk, const struct slips *slips,
		   size_t streams, size_t connections, size_t *length)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, length);

	if (!to)
		return NULL;
	tickets(to, kiosk);
	counters(to, kiosk);
	journal(to, kiosk);
	health(to, kiosk);
	turns(to);
	if (slips)
		todays_slips(to, slips);
	gauge(to, "kiosk_streams", "Clients that follow the state.",
	      (int64_t)streams);
	gauge(to, "kiosk_connections", "Open HTTP connections.",
	      (int64_t)connections);
	if (ferror(to) || fclose(to) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
