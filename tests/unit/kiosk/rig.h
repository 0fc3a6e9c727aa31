/* SPDX-License-Identifier: MIT */
/* A kiosk upon a real journal in a temporary directory, for its tests. */
#ifndef KIOSK_TEST_RIG_H
#define KIOSK_TEST_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "kiosk.h"

static const char config_text[] =
    "office = { kiosk = \"test\"; name = { vi = \"Xã\"; }; };\n"
    "services = (\n"
    "  { id = \"land\"; name = { vi = \"Đất\"; }; prefix = \"A\";\n"
    "    outcomes = [ \"accepted\" ]; },\n"
    "  { id = \"civil\"; name = { vi = \"Hộ tịch\"; }; prefix = \"B\"; }\n"
    ");\n"
    "counters = (\n"
    "  { id = 1; name = { vi = \"Quầy 1\"; };\n"
    "    services = [ \"land\", \"civil\" ]; },\n"
    "  { id = 7; name = { vi = \"Quầy 7\"; }; services = [ \"land\" ]; }\n"
    ");\n"
    "printer = { device = \"none\"; };\n"
    "console = { listen = \"\"; };\n"
    "central = { url = \"\"; };\n";

struct rig {
	char dir[64];
	struct config *config;
	sd_event *event;
	struct journal *journal;
	struct kiosk *kiosk;
	int answers, told;
	bool told_before_answer;
	struct kiosk_answer last;
};

static inline void on_answer(void *arg, const struct kiosk_answer *answer)
{
	struct rig *rig = arg;

	rig->answers++;
	rig->last = *answer;
	rig->told_before_answer = rig->told > 0;
}

static inline void on_events(void *arg, const struct queue_event *events,
			     size_t n_events)
{
	struct rig *rig = arg;

	(void)events;
	rig->told += (int)n_events;
}

static inline void open_journal(struct rig *rig)
{
	struct journal_problem problem;

	if (journal_open(rig->dir, clock_wall_ms(), &rig->journal, &problem))
		fail_msg("%s", problem.text);
}

static inline void open_kiosk(struct rig *rig)
{
	struct journal_problem problem;

	if (!rig->journal)
		open_journal(rig);
	if (kiosk_new(rig->event, rig->config, rig->journal, &rig->kiosk,
		      &problem))
		fail_msg("%s", problem.text);
	assert_int_equal(kiosk_observe(rig->kiosk, on_events, rig), 0);
	rig->told = rig->answers = 0;
}

static inline void close_kiosk(struct rig *rig)
{
	kiosk_stop(rig->kiosk);
	kiosk_free(rig->kiosk);
	journal_close(rig->journal);
	rig->kiosk = NULL;
	rig->journal = NULL;
}

static inline void load_config(struct rig *rig, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/kiosk.conf", rig->dir);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	config_free(rig->config);
	assert_int_equal(config_load(path, stderr, NULL, &rig->config), 0);
}

static inline void make_rig(struct rig *rig)
{
	const char *tmp = getenv("TMPDIR");

	memset(rig, 0, sizeof(*rig));
	snprintf(rig->dir, sizeof(rig->dir), "%s/kiosk-XXXXXX",
		 tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(rig->dir));
	load_config(rig, config_text);
	assert_int_equal(clock_set_zone("Asia/Ho_Chi_Minh"), 0);
	assert_true(sd_event_new(&rig->event) >= 0);
}

static inline void free_rig(struct rig *rig)
{
	char path[400];
	struct dirent *entry;
	DIR *dir;

	if (rig->kiosk)
		close_kiosk(rig);
	sd_event_unref(rig->event);
	config_free(rig->config);
	dir = opendir(rig->dir);
	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", rig->dir, entry->d_name);
		unlink(path);
	}
	closedir(dir);
	rmdir(rig->dir);
}

static inline void submit(struct rig *rig, enum queue_verb verb, int service,
			  uint32_t number, int counter, const char *key)
{
	struct kiosk_command command = {
	    .queue = {.verb = verb,
		      .service = service,
		      .number = number,
		      .counter = counter},
	    .actor = "test",
	    .key = key,
	};

	kiosk_submit(rig->kiosk, &command, on_answer, rig);
}

static inline void settle(struct rig *rig)
{
	while (sd_event_run(rig->event, 0) > 0)
		;
}

static inline void issue(struct rig *rig, int service, const char *key)
{
	submit(rig, QUEUE_ISSUE, service, 0, QUEUE_NONE, key);
	settle(rig);
}

#endif
