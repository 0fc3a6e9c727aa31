/* SPDX-License-Identifier: MIT */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "journal/journal.h"
#include "kiosk.h"

struct inside {
	struct config *config;
	sd_event *event;
	struct journal *journal;
	struct kiosk *kiosk;
	bool answered;
};

/* What a kiosk logs goes where an office's kioskd logs; not into the table. */
static int log_to_office(const struct office *office)
{
	char path[192];
	int kept = dup(STDERR_FILENO), log;

	snprintf(path, sizeof(path), "%s/log", office->dir);
	log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (kept < 0 || log < 0 || dup2(log, STDERR_FILENO) < 0)
		die("%s: %s", path, strerror(errno));
	close(log);
	return kept;
}

struct inside *inside_open(const struct office *office)
{
	struct inside *inside = calloc(1, sizeof(*inside));
	struct journal_problem problem = {""};
	int kept = log_to_office(office), rc;

	if (!inside)
		die("out of memory");
	if (config_load(office->config, stderr, NULL, &inside->config) != 0 ||
	    sd_event_new(&inside->event) < 0)
		die("no kiosk in this process");
	rc = journal_open(office->dir, clock_wall_ms(), &inside->journal,
			  &problem);
	if (rc == 0)
		rc = kiosk_new(inside->event, inside->config, inside->journal,
			       &inside->kiosk, &problem);
	(void)dup2(kept, STDERR_FILENO);
	close(kept);
	if (rc != 0)
		die("%s", problem.text);
	return inside;
}

static void on_answer(void *arg, const struct kiosk_answer *answer)
{
	struct inside *inside = arg;

	if (answer->result != KIOSK_DONE)
		die("the kiosk in this process gives no ticket: %d",
		    (int)answer->result);
	inside->answered = true;
}

double inside_issue(struct inside *inside, const char *key)
{
	struct kiosk_command command = {
	    .queue = {.verb = QUEUE_ISSUE,
		      .service = 0,
		      .class = TICKET_NORMAL,
		      .counter = QUEUE_NONE},
	    .actor = "socket",
	    .key = key,
	};
	double begin = now_us();

	inside->answered = false;
	kiosk_submit(inside->kiosk, &command, on_answer, inside);
	while (!inside->answered) {
		if (sd_event_run(inside->event, UINT64_MAX) < 0)
			die("the event loop in this process ended");
	}
	return now_us() - begin;
}

void inside_close(struct inside *inside)
{
	kiosk_free(inside->kiosk);
	journal_close(inside->journal);
	sd_event_unref(inside->event);
	config_free(inside->config);
	free(inside);
}
