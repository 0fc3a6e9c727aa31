/* SPDX-License-Identifier: MIT */
/* One slip a ticket, upon a real journal and a printer that misbehaves. */
#include "slips.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../support/bad_printer.h"
#include "base/clock.h"

#define PATIENCE_MS 60000

struct rig {
	char dir[64];
	struct config *config;
	sd_event *event;
	struct bad_printer *bad;
	struct journal *journal;
	struct kiosk *kiosk;
	struct slips *slips;
	int answers;
	/* The journal's last row of a kind, and how many there are. */
	const char *kind;
	int rows;
	char detail[300], actor[64];
};

static void configure(struct rig *rig, const char *device)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/kiosk.conf", rig->dir);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file,
		"office = { kiosk = \"test\"; name = { vi = \"Xã\"; }; };\n"
		"services = ( { id = \"land\"; name = { vi = \"Đất\"; };\n"
		"  prefix = \"A\"; } );\n"
		"counters = ( { id = 1; name = { vi = \"Quầy 1\"; };\n"
		"  services = [ \"land\" ]; } );\n"
		"printer = { device = \"%s\"; width_dots = 384; };\n"
		"console = { listen = \"\"; };\n"
		"central = { url = \"\"; };\n",
		device);
	assert_int_equal(fclose(file), 0);
	config_free(rig->config);
	assert_int_equal(config_load(path, stderr, NULL, &rig->config), 0);
}

static void open_all(struct rig *rig)
{
	struct journal_problem problem;

	assert_int_equal(journal_open(rig->dir, clock_wall_ms(), &rig->journal,
				      &problem),
			 0);
	assert_int_equal(kiosk_new(rig->event, rig->config, rig->journal,
				   &rig->kiosk, &problem),
			 0);
	assert_int_equal(slips_new(rig->event, rig->config, rig->kiosk,
				   rig->journal, &rig->slips),
			 0);
}

/* As at the end of kioskd, or, killed, as at the end of the power. */
static void close_all(struct rig *rig, bool killed)
{
	if (!killed) {
		slips_stop(rig->slips);
		kiosk_stop(rig->kiosk);
	}
	slips_free(rig->slips);
	kiosk_free(rig->kiosk);
	journal_close(rig->journal);
	rig->slips = NULL;
	rig->kiosk = NULL;
	rig->journal = NULL;
}

static int set_up(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	const char *tmp = getenv("TMPDIR");
	char path[128];

	if (!rig || sd_event_new(&rig->event) < 0)
		return -1;
	snprintf(rig->dir, sizeof(rig->dir), "%s/kiosk-XXXXXX",
		 tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(rig->dir) || clock_set_zone("Asia/Ho_Chi_Minh") != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/lp0", rig->dir);
	rig->bad = bad_printer_new(rig->event, BAD_PTY, path, BAD_ALL);
	*state = rig;
	return rig->bad ? 0 : -1;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;
	struct dirent *entry;

	if (rig->kiosk)
		close_all(rig, false);
	bad_printer_free(rig->bad);
	sd_event_unref(rig->event);
	config_free(rig->config);
	DIR *dir = opendir(rig->dir);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	int status = rmdir(rig->dir);
	free(rig);
	return status;
}

static void start(struct rig *rig)
{
	configure(rig, bad_printer_device(rig->bad));
	open_all(rig);
}

#define run_until(rig, condition)                                            \
	do {                                                                 \
		int64_t run_end = clock_mono_ms() + PATIENCE_MS;             \
		while (!(condition)) {                                       \
			if (clock_mono_ms() > run_end)                       \
				fail_msg("in vain: %s", #condition);         \
			assert_true(sd_event_run((rig)->event, 20000) >= 0); \
		}                                                            \
	} while (0)

static enum kiosk_printer health(struct rig *rig)
{
	return kiosk_health(rig->kiosk)->printer;
}

static void on_answer(void *arg, const struct kiosk_answer *answer)
{
	struct rig *rig = arg;

	assert_int_equal(answer->result, KIOSK_DONE);
	rig->answers++;
}

static void issue(struct rig *rig)
{
	const struct kiosk_command command = {
	    .queue = {.verb = QUEUE_ISSUE,
		      .service = 0,
		      .class = TICKET_NORMAL,
		      .counter = QUEUE_NONE},
	    .actor = "test",
	};
	int answers = rig->answers;

	kiosk_submit(rig->kiosk, &command, on_answer, rig);
	run_until(rig, rig->answers > answers);
}

static int count_row(void *arg, const struct journal_row *row)
{
	struct rig *rig = arg;

	if (strcmp(row->kind, rig->kind) != 0)
		return 0;
	rig->rows++;
	snprintf(rig->detail, sizeof(rig->detail), "%s",
		 row->detail ? row->detail : "");
	snprintf(rig->actor, sizeof(rig->actor), "%s",
		 row->actor ? row->actor : "");
	return 0;
}

static int rows_of(struct rig *rig, const char *kind)
{
	rig->kind = kind;
	rig->rows = 0;
	assert_int_equal(journal_each(rig->journal, 0, 0, count_row, rig), 0);
	return rig->rows;
}

static size_t papers(struct rig *rig)
{
	const struct bad_paper *list;
	size_t whole = 0, n = bad_printer_papers(rig->bad, &list);

	for (size_t i = 0; i < n; i++)
		whole += list[i].whole;
	return whole;
}

static enum slip_fate fate(struct rig *rig)
{
	return slips_fate(rig->slips, 0, 1);
}

static void a_slip_is_journalled_once_the_printer_confirms_it(void **state)
{
	struct rig *rig = *state;

	start(rig);
	run_until(rig, health(rig) == KIOSK_PRINTER_OK);
	issue(rig);
	assert_int_equal(fate(rig), SLIP_WAITING);
	run_until(rig, rows_of(rig, "printed") == 1);
	assert_string_equal(rig->detail,
			    "{\"ticket\":\"A001\",\"confirmed\":true}");
	assert_string_equal(rig->actor, "printer");
	assert_int_equal(fate(rig), SLIP_PRINTED);
	assert_int_equal(papers(rig), 1);
}

static void what_was_not_confirmed_is_marked_so(void **state)
{
	struct rig *rig = *state;
	char path[128];

	bad_printer_free(rig->bad);
	snprintf(path, sizeof(path), "%s/lp0", rig->dir);
	rig->bad = bad_printer_new(rig->event, BAD_PTY, path, BAD_ANSWERS);
	assert_non_null(rig->bad);
	start(rig);
	run_until(rig, health(rig) == KIOSK_PRINTER_OK);
	issue(rig);
	run_until(rig, rows_of(rig, "printed") == 1);
	assert_string_equal(rig->detail,
			    "{\"ticket\":\"A001\",\"confirmed\":false}");
	assert_int_equal(fate(rig), SLIP_SENT);
}

static void
what_a_crash_left_open_is_unconfirmed_and_not_reprinted(void **state)
{
	struct rig *rig = *state;

	start(rig);
	run_until(rig, health(rig) == KIOSK_PRINTER_OK);
	bad_printer_set(rig->bad, BAD_COVER_OPEN, true);
	run_until(rig, health(rig) == KIOSK_PRINTER_COVER_OPEN);
	issue(rig);
	close_all(rig, true);
	bad_printer_set(rig->bad, BAD_COVER_OPEN, false);

	open_all(rig);
	assert_int_equal(fate(rig), SLIP_UNCONFIRMED);
	assert_int_equal(slips_count(rig->slips, SLIP_UNCONFIRMED), 1);
	assert_int_equal(queue_waiting(kiosk_queue(rig->kiosk), 0,
				       TICKET_NORMAL),
			 1);
	run_until(rig, health(rig) == KIOSK_PRINTER_OK);
	/* The next one's slip comes, and none of the first. */
	issue(rig);
	run_until(rig, rows_of(rig, "printed") == 1);
	assert_int_equal(papers(rig), 1);
	assert_int_equal(fate(rig), SLIP_UNCONFIRMED);

	/* Staff have it printed: a copy, and they are named. */
	assert_int_equal(slips_reprint(rig->slips, 0, 1, "socket"), 0);
	run_until(rig, rows_of(rig, "printed") == 2);
	assert_string_equal(rig->detail, "{\"ticket\":\"A001\",\"confirmed\":"
					 "true,\"copy\":true}");
	assert_string_equal(rig->actor, "socket");
	assert_int_equal(papers(rig), 2);
	assert_int_equal(fate(rig), SLIP_PRINTED);
}

static void an_orderly_end_says_what_it_owes(void **state)
{
	struct rig *rig = *state;

	start(rig);
	run_until(rig, health(rig) == KIOSK_PRINTER_OK);
	bad_printer_set(rig->bad, BAD_PAPER_OUT, true);
	run_until(rig, health(rig) == KIOSK_PRINTER_PAPER_OUT);
	issue(rig);
	close_all(rig, false);
	open_all(rig);
	assert_int_equal(fate(rig), SLIP_FAILED);
	assert_int_equal(rows_of(rig, "print_failed"), 1);
	assert_non_null(strstr(rig->detail, "kioskd was stopped"));
}

static void a_restart_knows_what_was_printed(void **state)
{
	struct rig *rig = *state;

	start(rig);
	run_until(rig, health(rig) == KIOSK_PRINTER_OK);
	issue(rig);
	run_until(rig, rows_of(rig, "printed") == 1);
	close_all(rig, true);
	open_all(rig);
	assert_int_equal(fate(rig), SLIP_PRINTED);
	assert_int_equal(slips_count(rig->slips, SLIP_UNCONFIRMED), 0);
}

static void a_fault_that_lasts_is_journalled_and_its_end_too(void **state)
{
	struct rig *rig = *state;

	start(rig);
	run_until(rig, health(rig) == KIOSK_PRINTER_OK);
	bad_printer_set(rig->bad, BAD_PAPER_OUT, true);
	run_until(rig, rows_of(rig, "printer_changed") == 1);
	assert_string_equal(rig->detail,
			    "{\"from\":\"ok\",\"to\":\"paper_out\"}");
	bad_printer_set(rig->bad, BAD_PAPER_OUT, false);
	run_until(rig, rows_of(rig, "printer_changed") == 2);
	assert_string_equal(rig->detail,
			    "{\"from\":\"paper_out\",\"to\":\"ok\"}");
}

static void a_reprint_needs_a_ticket_of_today_and_a_printer(void **state)
{
	struct rig *rig = *state;

	configure(rig, "none");
	open_all(rig);
	assert_int_equal(slips_reprint(rig->slips, 0, 1, "socket"), -ENOENT);
	assert_int_equal(slips_reprint_last(rig->slips, "socket"), -ENOENT);
	issue(rig);
	assert_int_equal(slips_reprint(rig->slips, 0, 1, "socket"), -ENODEV);
	assert_int_equal(slips_reprint_last(rig->slips, "socket"), -ENODEV);
	assert_int_equal(fate(rig), SLIP_NONE);
}

static void a_slip_that_waits_anyway_is_not_printed_twice(void **state)
{
	struct rig *rig = *state;

	start(rig);
	run_until(rig, health(rig) == KIOSK_PRINTER_OK);
	issue(rig);
	assert_int_equal(slips_reprint(rig->slips, 0, 1, "socket"), 0);
	run_until(rig, rows_of(rig, "printed") == 1);
	assert_null(strstr(rig->detail, "copy"));
	assert_int_equal(slips_reprint_last(rig->slips, "button:copy"), 0);
	run_until(rig, rows_of(rig, "printed") == 2);
	assert_non_null(strstr(rig->detail, "\"copy\":true"));
	assert_int_equal(papers(rig), 2);
}

#define with_rig(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_rig(a_slip_is_journalled_once_the_printer_confirms_it),
	    with_rig(what_was_not_confirmed_is_marked_so),
	    with_rig(what_a_crash_left_open_is_unconfirmed_and_not_reprinted),
	    with_rig(an_orderly_end_says_what_it_owes),
	    with_rig(a_restart_knows_what_was_printed),
	    with_rig(a_fault_that_lasts_is_journalled_and_its_end_too),
	    with_rig(a_reprint_needs_a_ticket_of_today_and_a_printer),
	    with_rig(a_slip_that_waits_anyway_is_not_printed_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
