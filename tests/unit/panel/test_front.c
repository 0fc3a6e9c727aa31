/* SPDX-License-Identifier: MIT */
/* The front upon a real kiosk and a fake chip. */
#include "fake_chip.h"

#include <dirent.h>
#include <systemd/sd-event.h>

#include "base/clock.h"
#include "journal/journal.h"
#include "panel/front.h"

#define LAND_LAMP 5
#define COUNTER_LAMP 6
#define FAULT_LAMP 7

static const char config_text[] =
    "office = { kiosk = \"test\"; name = { vi = \"Xã\"; }; };\n"
    "services = (\n"
    "  { id = \"land\"; name = { vi = \"Đất\"; }; prefix = \"A\";\n"
    "    daily_cap = 2; },\n"
    "  { id = \"civil\"; name = { vi = \"Hộ tịch\"; }; prefix = \"B\"; }\n"
    ");\n"
    "counters = ( { id = 1; name = { vi = \"Quầy 1\"; };\n"
    "    services = [ \"land\", \"civil\" ]; } );\n"
    "buttons = (\n"
    "  { id = \"land\"; chip = \"fake\"; line = 1; repeat_ms = 0;\n"
    "    press = \"issue land\"; },\n"
    "  { id = \"civil\"; chip = \"fake\"; line = 2; repeat_ms = 1500;\n"
    "    press = \"issue civil\"; },\n"
    "  { id = \"q1\"; chip = \"fake\"; line = 3; repeat_ms = 0;\n"
    "    press = \"call 1\"; },\n"
    "  { id = \"star\"; chip = \"fake\"; line = 4; repeat_ms = 0;\n"
    "    press = \"rate 1 2\"; } );\n"
    "lamps = (\n"
    "  { id = \"l\"; chip = \"fake\"; line = 5; shows = \"service land\"; },\n"
    "  { id = \"c\"; chip = \"fake\"; line = 6; shows = \"counter 1\"; },\n"
    "  { id = \"f\"; chip = \"fake\"; line = 7; shows = \"fault\"; } );\n"
    "console = { listen = \"\"; };\n"
    "central = { url = \"\"; };\n";

struct rig {
	char dir[64];
	struct config *config;
	sd_event *event;
	struct journal *journal;
	struct kiosk *kiosk;
	struct front *front;
};

static void load_config(struct rig *rig, const char *more)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/kiosk.conf", rig->dir);
	file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "%s%s", config_text, more);
	fclose(file);
	assert_int_equal(config_load(path, stderr, NULL, &rig->config), 0);
}

static void start_with(struct rig *rig, const char *more, bool chip)
{
	const char *tmp = getenv("TMPDIR");
	struct journal_problem problem;

	memset(rig, 0, sizeof(*rig));
	fake_start();
	fake.absent = !chip;
	snprintf(rig->dir, sizeof(rig->dir), "%.40s/kiosk-XXXXXX",
		 tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(rig->dir));
	load_config(rig, more);
	assert_int_equal(clock_set_zone("Asia/Ho_Chi_Minh"), 0);
	assert_true(sd_event_new(&rig->event) >= 0);
	assert_int_equal(journal_open(rig->dir, clock_wall_ms(), &rig->journal,
				      &problem),
			 0);
	assert_int_equal(kiosk_new(rig->event, rig->config, rig->journal,
				   &rig->kiosk, &problem),
			 0);
	assert_int_equal(front_new(rig->event, rig->kiosk, NULL, &fake_ops,
				   fake.dev, &rig->front),
			 0);
}

static void start(struct rig *rig, const char *more)
{
	start_with(rig, more, true);
}

static void stop(struct rig *rig)
{
	char path[400];
	struct dirent *entry;
	DIR *dir;

	kiosk_stop(rig->kiosk);
	front_free(rig->front);
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
	fake_stop();
}

static void settle(struct rig *rig)
{
	while (sd_event_run(rig->event, 0) > 0)
		;
}

static void press(struct rig *rig, unsigned line)
{
	edge(line, true);
	edge(line, false);
	settle(rig);
}

static uint32_t last(const struct rig *rig, int service)
{
	return queue_last(kiosk_queue(rig->kiosk), service);
}

/* Comes back once the lamp has changed twice by itself. */
static void it_blinks(struct rig *rig, unsigned line)
{
	bool lit = fake.lamps[line];

	for (int n = 0; n < 2;) {
		assert_true(sd_event_run(rig->event, 10000000) > 0);
		n += fake.lamps[line] != lit;
		lit = fake.lamps[line];
	}
}

/* A blink of either kind would never leave the loop so long in peace. */
static void it_is_steady(struct rig *rig)
{
	int turns = 0;

	while (sd_event_run(rig->event, 700000) > 0)
		assert_true(++turns < 50);
}

static void a_press_is_a_ticket_and_the_lamps_follow(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, "");
	assert_true(fake.lamps[LAND_LAMP]);
	assert_false(fake.lamps[COUNTER_LAMP]);
	press(&rig, 1);
	assert_int_equal(last(&rig, 0), 1);
	assert_true(fake.lamps[COUNTER_LAMP]);
	press(&rig, 3);
	assert_false(fake.lamps[COUNTER_LAMP]);
	assert_non_null(queue_counter(kiosk_queue(rig.kiosk), 0).serving);
	stop(&rig);
}

static void buttons_pressed_in_one_instant_each_get_a_number(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, "");
	edge(1, true);
	edge(2, true);
	settle(&rig);
	assert_int_equal(last(&rig, 0), 1);
	assert_int_equal(last(&rig, 1), 1);
	stop(&rig);
}

static void
once_the_cap_is_reached_the_lamp_is_dark_and_a_press_blinks(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, "");
	press(&rig, 1);
	press(&rig, 1);
	assert_int_equal(last(&rig, 0), 2);
	assert_false(fake.lamps[LAND_LAMP]);
	press(&rig, 1);
	assert_int_equal(last(&rig, 0), 2);
	assert_string_equal(kiosk_health(rig.kiosk)->panel.refused_why,
			    "cap_reached");
	it_blinks(&rig, LAND_LAMP);
	it_is_steady(&rig); /* once its time is over */
	assert_false(fake.lamps[LAND_LAMP]);
	stop(&rig);
}

static void without_paper_a_press_is_refused(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, "printer = { device = \"file:/nowhere\"; };");
	kiosk_report_printer(rig.kiosk, KIOSK_PRINTER_PAPER_OUT);
	assert_false(fake.lamps[LAND_LAMP]);
	assert_true(fake.lamps[FAULT_LAMP]);
	press(&rig, 1);
	assert_int_equal(last(&rig, 0), 0);
	assert_string_equal(kiosk_health(rig.kiosk)->panel.refused_why,
			    "printer_out");
	assert_int_equal(kiosk_health(rig.kiosk)->panel.refused_service, 0);
	kiosk_report_printer(rig.kiosk, KIOSK_PRINTER_OK);
	press(&rig, 1);
	assert_int_equal(last(&rig, 0), 1);
	stop(&rig);
}

static void without_paper_a_press_issues_where_that_is_configured(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, "printer = { device = \"file:/nowhere\"; "
		    "when_out = \"issue\"; };");
	kiosk_report_printer(rig.kiosk, KIOSK_PRINTER_PAPER_OUT);
	assert_true(fake.lamps[LAND_LAMP]);
	press(&rig, 1);
	assert_int_equal(last(&rig, 0), 1);
	stop(&rig);
}

static void staff_may_call_while_there_is_no_paper(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, "printer = { device = \"file:/nowhere\"; };");
	press(&rig, 1);
	kiosk_report_printer(rig.kiosk, KIOSK_PRINTER_PAPER_OUT);
	press(&rig, 3);
	assert_non_null(queue_counter(kiosk_queue(rig.kiosk), 0).serving);
	stop(&rig);
}

static void while_a_slip_is_printed_the_lamp_blinks(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, "printer = { device = \"file:/nowhere\"; };");
	kiosk_report_printer(rig.kiosk, KIOSK_PRINTER_OK);
	press(&rig, 1);
	it_blinks(&rig, LAND_LAMP);
	kiosk_note_print(rig.kiosk, &(struct kiosk_print){.number = 1,
							  .printed = true,
							  .actor = "printer"});
	it_is_steady(&rig);
	assert_true(fake.lamps[LAND_LAMP]);
	stop(&rig);
}

struct rows {
	const char *kind, *detail;
	int n;
};

static int count_row(void *arg, const struct journal_row *row)
{
	struct rows *rows = arg;

	rows->n += strcmp(row->kind, rows->kind) == 0 && row->detail &&
		   strcmp(row->detail, rows->detail) == 0;
	return 0;
}

/* How many such rows the journal has once it has taken what is noted. */
static int rows(struct rig *rig, const char *kind, const char *detail)
{
	struct rows rows = {kind, detail, 0};

	it_is_steady(rig);
	assert_int_equal(journal_each(rig->journal, 0, INT64_MAX, count_row,
				      &rows),
			 0);
	return rows.n;
}

static void a_hasty_citizen_gets_one_number_and_is_told(void **state)
{
	const struct kiosk_panel *panel;
	struct rig rig;

	(void)state;
	start(&rig, "");
	panel = &kiosk_health(rig.kiosk)->panel;
	press(&rig, 2);
	press(&rig, 2);
	assert_int_equal(last(&rig, 1), 1);
	assert_string_equal(panel->refused_why, "too_soon");
	assert_int_equal(panel->n_faults, 1);
	assert_string_equal(panel->faults[0].fault, "hasty");
	assert_false(panel->fault);
	assert_false(fake.lamps[FAULT_LAMP]);
	stop(&rig);
}

static void a_stuck_button_is_in_the_health_until_it_is_let_go(void **state)
{
	int64_t now_ns = mono_ns();
	const struct kiosk_panel *panel;
	struct rig rig;

	(void)state;
	start(&rig, "");
	panel = &kiosk_health(rig.kiosk)->panel;
	assert_true(panel->used);
	edge_at(1, true, now_ns - 11000 * MS);
	while (!panel->fault)
		assert_true(sd_event_run(rig.event, 10000000) > 0);
	assert_string_equal(panel->faults[0].what, "button");
	assert_string_equal(panel->faults[0].id, "land");
	assert_string_equal(panel->faults[0].fault, "stuck");
	assert_true(fake.lamps[FAULT_LAMP]);
	edge(1, false);
	settle(&rig);
	assert_false(panel->fault);
	assert_int_equal(panel->n_faults, 0);
	assert_false(fake.lamps[FAULT_LAMP]);
	assert_int_equal(last(&rig, 0), 1);
	assert_int_equal(rows(&rig, "button_fault",
			      "{\"button\":\"land\",\"fault\":\"stuck\"}"),
			 1);
	assert_int_equal(rows(&rig, "button_ok", "{\"button\":\"land\"}"), 1);
	stop(&rig);
}

static void a_chip_that_is_missing_is_in_the_health_until_it_comes(void **state)
{
	const struct kiosk_panel *panel;
	struct rig rig;

	(void)state;
	start_with(&rig, "", false);
	panel = &kiosk_health(rig.kiosk)->panel;
	assert_true(panel->fault);
	assert_string_equal(panel->faults[0].what, "chip");
	assert_string_equal(panel->faults[0].id, "fake");
	assert_string_equal(panel->faults[0].fault, "missing");
	fake.absent = false;
	fake_node(true);
	while (panel->fault)
		assert_true(sd_event_run(rig.event, 10000000) > 0);
	assert_true(fake.lamps[LAND_LAMP]);
	assert_int_equal(front_buttons(rig.front), 4);
	assert_int_equal(front_lamps(rig.front), 3);
	stop(&rig);
}

static void a_star_button_rates_whom_the_counter_finished(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, "");
	press(&rig, 1);
	press(&rig, 3); /* calls it */
	press(&rig, 4); /* too early */
	assert_int_equal(rows(&rig, "rated",
			      "{\"ticket\":\"A001\",\"stars\":2}"),
			 0);
	press(&rig, 3); /* finishes it */
	press(&rig, 4);
	press(&rig, 4); /* once only */
	assert_int_equal(rows(&rig, "rated",
			      "{\"ticket\":\"A001\",\"stars\":2}"),
			 1);
	stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_press_is_a_ticket_and_the_lamps_follow),
	    cmocka_unit_test(a_star_button_rates_whom_the_counter_finished),
	    cmocka_unit_test(buttons_pressed_in_one_instant_each_get_a_number),
	    cmocka_unit_test(
		once_the_cap_is_reached_the_lamp_is_dark_and_a_press_blinks),
	    cmocka_unit_test(without_paper_a_press_is_refused),
	    cmocka_unit_test(
		without_paper_a_press_issues_where_that_is_configured),
	    cmocka_unit_test(staff_may_call_while_there_is_no_paper),
	    cmocka_unit_test(while_a_slip_is_printed_the_lamp_blinks),
	    cmocka_unit_test(a_hasty_citizen_gets_one_number_and_is_told),
	    cmocka_unit_test(
		a_stuck_button_is_in_the_health_until_it_is_let_go),
	    cmocka_unit_test(
		a_chip_that_is_missing_is_in_the_health_until_it_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
