/* SPDX-License-Identifier: MIT */
/* Keypads and scanners upon a real kiosk; their events are fed in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "journal/journal.h"
#include "panel/desk.h"
#include "tests/unit/panel/input.h"

#define LAND 0
#define CIVIL 1
#define KEYPAD 0
#define SCANNER 1

/* %s: where the devices would be. */
static const char config_text[] =
    "office = { kiosk = \"test\"; name = { vi = \"Xã\"; }; };\n"
    "services = (\n"
    "  { id = \"land\"; name = { vi = \"Đất\"; }; prefix = \"A\";\n"
    "    daily_cap = 3; },\n"
    "  { id = \"civil\"; name = { vi = \"Hộ tịch\"; }; prefix = \"B\"; }\n"
    ");\n"
    "counters = ( { id = 4; name = { vi = \"Quầy 4\"; };\n"
    "    services = [ \"land\", \"civil\" ]; } );\n"
    "keypads = ( { device = \"%s/pad\"; counter = 4; } );\n"
    "scanners = ( { device = \"%s/gun\"; accepts = (\n"
    "  { pattern = \"a[0-9]+\"; service = \"land\"; },\n"
    "  { pattern = \"b[0-9]+\"; service = \"civil\"; },\n"
    "  { pattern = \"d([0-9]{8})\"; service = \"civil\"; date = 1; }\n"
    "  ); } );\n"
    "console = { listen = \"\"; };\n"
    "central = { url = \"\"; };\n";

struct rig {
	char dir[64];
	struct config *config;
	sd_event *event;
	struct journal *journal;
	struct kiosk *kiosk;
	struct desk *desk;
	int64_t now_ms;
	bool no_paper;
	int refused, changes;
	int refused_service;
	char why[32];
};

static void on_refused(void *arg, int service, const char *why)
{
	struct rig *rig = arg;

	rig->refused++;
	rig->refused_service = service;
	snprintf(rig->why, sizeof(rig->why), "%s", why);
}

static bool may_issue(void *arg, const char **why)
{
	const struct rig *rig = arg;

	*why = "printer_out";
	return !rig->no_paper;
}

static void on_changed(void *arg)
{
	struct rig *rig = arg;

	rig->changes++;
}

static void load_config(struct rig *rig)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/kiosk.conf", rig->dir);
	file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, config_text, rig->dir, rig->dir);
	fclose(file);
	assert_int_equal(config_load(path, stderr, NULL, &rig->config), 0);
}

static void start(struct rig *rig)
{
	const char *tmp = getenv("TMPDIR");
	struct journal_problem problem;
	struct desk_hooks hooks = {.arg = rig,
				   .refused = on_refused,
				   .may_issue = may_issue,
				   .changed = on_changed};

	memset(rig, 0, sizeof(*rig));
	rig->now_ms = 1000000;
	snprintf(rig->dir, sizeof(rig->dir), "%.40s/kiosk-XXXXXX",
		 tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(rig->dir));
	load_config(rig);
	assert_int_equal(clock_set_zone("Asia/Ho_Chi_Minh"), 0);
	assert_true(sd_event_new(&rig->event) >= 0);
	assert_int_equal(journal_open(rig->dir, clock_wall_ms(), &rig->journal,
				      &problem),
			 0);
	assert_int_equal(kiosk_new(rig->event, rig->config, rig->journal,
				   &rig->kiosk, &problem),
			 0);
	assert_int_equal(desk_new(rig->event, rig->kiosk, rig->dir, &hooks,
				  &rig->desk),
			 0);
}

static void stop(struct rig *rig)
{
	char path[400];
	struct dirent *entry;
	DIR *dir;

	kiosk_stop(rig->kiosk);
	desk_free(rig->desk);
	kiosk_free(rig->kiosk);
	journal_close(rig->journal);
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

static void settle(struct rig *rig)
{
	while (sd_event_run(rig->event, 0) > 0)
		;
}

static void type(struct rig *rig, size_t device, uint16_t code)
{
	struct input_event down =
	    input_event(EV_KEY, code, KEY_DOWN_VALUE, rig->now_ms);
	struct input_event up =
	    input_event(EV_KEY, code, KEY_UP_VALUE, rig->now_ms + 5);

	desk_feed(rig->desk, device, &down);
	desk_feed(rig->desk, device, &up);
	rig->now_ms += 10;
	settle(rig);
}

static void scan(struct rig *rig, uint16_t letter, uint16_t digit)
{
	type(rig, SCANNER, letter);
	type(rig, SCANNER, digit);
	type(rig, SCANNER, KEY_ENTER);
}

static void issue(struct rig *rig, int service)
{
	struct kiosk_command command = {
	    .queue = {.verb = QUEUE_ISSUE,
		      .service = service,
		      .counter = QUEUE_NONE},
	    .actor = "test",
	};

	kiosk_submit(rig->kiosk, &command, NULL, NULL);
	settle(rig);
}

static struct queue_counter counter(const struct rig *rig)
{
	return queue_counter(kiosk_queue(rig->kiosk), 0);
}

static void staff_call_recall_and_finish_by_keys(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	issue(&rig, LAND);
	issue(&rig, LAND);
	type(&rig, KEYPAD, KEY_KPENTER);
	assert_int_equal(counter(&rig).serving->number, 1);
	type(&rig, KEYPAD, KEY_KPPLUS);
	assert_int_equal(counter(&rig).serving->calls, 2);
	type(&rig, KEYPAD, KEY_KPMINUS);
	assert_null(counter(&rig).serving);
	assert_int_equal(queue_find(kiosk_queue(rig.kiosk), LAND, 1)->state,
			 QUEUE_MISSED);
	type(&rig, KEYPAD, KEY_KPENTER);
	type(&rig, KEYPAD, KEY_KPASTERISK);
	assert_int_equal(queue_find(kiosk_queue(rig.kiosk), LAND, 2)->state,
			 QUEUE_SERVED);
	stop(&rig);
}

static void pause_and_open_share_a_key(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	type(&rig, KEYPAD, KEY_KPSLASH);
	assert_int_equal(counter(&rig).state, QUEUE_COUNTER_IS_OPEN);
	type(&rig, KEYPAD, KEY_KPSLASH);
	assert_int_equal(counter(&rig).state, QUEUE_COUNTER_IS_PAUSED);
	type(&rig, KEYPAD, KEY_KPSLASH);
	assert_int_equal(counter(&rig).state, QUEUE_COUNTER_IS_OPEN);
	stop(&rig);
}

static void a_number_is_of_the_service_where_it_waits(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	issue(&rig, LAND);
	issue(&rig, CIVIL);
	issue(&rig, CIVIL);
	type(&rig, KEYPAD, KEY_KPENTER); /* A001 */
	type(&rig, KEYPAD, KEY_KP1);
	type(&rig, KEYPAD, KEY_KPENTER);
	assert_int_equal(counter(&rig).serving->service, CIVIL);
	assert_int_equal(counter(&rig).serving->number, 1);
	type(&rig, KEYPAD, KEY_KP2);
	type(&rig, KEYPAD, KEY_KPENTER);
	assert_int_equal(counter(&rig).serving->number, 2);
	stop(&rig);
}

static void a_number_that_nobody_has_changes_nothing(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	issue(&rig, LAND);
	type(&rig, KEYPAD, KEY_KP9);
	type(&rig, KEYPAD, KEY_KPENTER);
	assert_null(counter(&rig).serving);
	assert_int_equal(rig.refused, 0); /* no citizen waits for a light */
	stop(&rig);
}

static void a_scanned_slip_gets_an_appointments_number(void **state)
{
	const struct queue_ticket *ticket;
	struct rig rig;

	(void)state;
	start(&rig);
	scan(&rig, KEY_B, KEY_7);
	ticket = queue_find(kiosk_queue(rig.kiosk), CIVIL, 1);
	assert_non_null(ticket);
	assert_int_equal(ticket->class, TICKET_APPOINTMENT);
	stop(&rig);
}

/* Of so many days from now; digit for digit, as the scanner types it. */
static void scan_date(struct rig *rig, int days)
{
	static const uint16_t keys[] = {KEY_0, KEY_1, KEY_2, KEY_3, KEY_4,
					KEY_5, KEY_6, KEY_7, KEY_8, KEY_9};
	int64_t date = clock_date(clock_wall_ms()) + days;
	time_t second = (time_t)(date * 86400);
	struct tm tm;
	char text[16];

	assert_non_null(gmtime_r(&second, &tm));
	assert_int_equal(strftime(text, sizeof(text), "%Y%m%d", &tm), 8);
	type(rig, SCANNER, KEY_D);
	for (size_t i = 0; i < 8; i++)
		type(rig, SCANNER, keys[text[i] - '0']);
	type(rig, SCANNER, KEY_ENTER);
}

/* At midnight too: a quarter of an hour is allowed for. */
static void a_scanned_slip_of_another_day_gets_a_normal_number(void **state)
{
	const struct queue *queue;
	struct rig rig;

	(void)state;
	start(&rig);
	queue = kiosk_queue(rig.kiosk);
	scan_date(&rig, 0);
	scan_date(&rig, 2);
	scan_date(&rig, -2);
	assert_int_equal(queue_last(queue, CIVIL), 3);
	assert_int_equal(queue_find(queue, CIVIL, 1)->class,
			 TICKET_APPOINTMENT);
	assert_int_equal(queue_find(queue, CIVIL, 2)->class, TICKET_NORMAL);
	assert_int_equal(queue_find(queue, CIVIL, 3)->class, TICKET_NORMAL);
	stop(&rig);
}

static void a_code_whose_date_is_none_gets_none(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	type(&rig, SCANNER, KEY_D);
	for (int i = 0; i < 8; i++)
		type(&rig, SCANNER, KEY_9);
	type(&rig, SCANNER, KEY_ENTER);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), CIVIL), 0);
	stop(&rig);
}

static void a_slip_scanned_twice_gets_one_number(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	scan(&rig, KEY_A, KEY_7);
	scan(&rig, KEY_A, KEY_7);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), LAND), 1);
	assert_string_equal(rig.why, "already_used");
	scan(&rig, KEY_A, KEY_8);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), LAND), 2);
	stop(&rig);
}

static void a_code_of_no_pattern_gets_none(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	scan(&rig, KEY_C, KEY_7);
	type(&rig, SCANNER, KEY_X); /* "xa7" holds a code, and is none */
	scan(&rig, KEY_A, KEY_7);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), LAND), 0);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), CIVIL), 0);
	stop(&rig);
}

static void without_paper_a_scanned_slip_is_refused(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	rig.no_paper = true;
	scan(&rig, KEY_A, KEY_7);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), LAND), 0);
	assert_string_equal(rig.why, "printer_out");
	assert_int_equal(rig.refused_service, LAND);
	rig.no_paper = false;
	scan(&rig, KEY_A, KEY_7);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), LAND), 1);
	stop(&rig);
}

static void devices_that_are_missing_are_told(void **state)
{
	struct kiosk_panel_fault faults[3];
	struct rig rig;

	(void)state;
	start(&rig);
	assert_int_equal(desk_faults(rig.desk, faults, 1, 3), 3);
	assert_string_equal(faults[1].what, "keypad");
	assert_string_equal(faults[1].fault, "missing");
	assert_string_equal(faults[2].what, "scanner");
	assert_int_equal(desk_devices(rig.desk), 0);
	stop(&rig);
}

static void a_file_in_a_devices_place_is_told_as_unusable(void **state)
{
	struct kiosk_panel_fault faults[2];
	struct rig rig;
	char path[80];
	int fd;

	(void)state;
	start(&rig);
	snprintf(path, sizeof(path), "%s/pad", rig.dir);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	while (rig.changes == 0)
		assert_true(sd_event_run(rig.event, 10000000) > 0);
	assert_int_equal(desk_faults(rig.desk, faults, 0, 2), 2);
	assert_string_equal(faults[0].fault, "unusable");
	stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(staff_call_recall_and_finish_by_keys),
	    cmocka_unit_test(pause_and_open_share_a_key),
	    cmocka_unit_test(a_number_is_of_the_service_where_it_waits),
	    cmocka_unit_test(a_number_that_nobody_has_changes_nothing),
	    cmocka_unit_test(a_scanned_slip_gets_an_appointments_number),
	    cmocka_unit_test(
		a_scanned_slip_of_another_day_gets_a_normal_number),
	    cmocka_unit_test(a_code_whose_date_is_none_gets_none),
	    cmocka_unit_test(a_slip_scanned_twice_gets_one_number),
	    cmocka_unit_test(a_code_of_no_pattern_gets_none),
	    cmocka_unit_test(without_paper_a_scanned_slip_is_refused),
	    cmocka_unit_test(devices_that_are_missing_are_told),
	    cmocka_unit_test(a_file_in_a_devices_place_is_told_as_unusable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
