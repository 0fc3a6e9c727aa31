/* SPDX-License-Identifier: MIT */
/* The panel upon a fake chip. */
#include "fake_chip.h"

#include "panel/panel_internal.h"

static struct config_button buttons[] = {
    {.id = "land",
     .chip = "fake",
     .line_offset = 1,
     .hold_ms = 1200,
     .repeat_ms = 0,
     .press = {.kind = CONFIG_ACTION_ISSUE}},
    {.id = "next",
     .chip = "fake",
     .line_offset = 2,
     .hold_ms = 300,
     .repeat_ms = 0,
     .press = {.kind = CONFIG_ACTION_CALL},
     .hold = {.kind = CONFIG_ACTION_RECALL}},
    {.id = "elsewhere",
     .chip = "not-there",
     .line_offset = 1,
     .press = {.kind = CONFIG_ACTION_ISSUE}},
};
static struct config_lamp lamps[] = {
    {.id = "l", .chip = "fake", .line_offset = 5},
    {.id = "far", .chip = "not-there", .line_offset = 5},
    {.id = "m", .chip = "fake", .line_offset = 6},
};

static struct {
	int actions, faults, changes;
	char last[64];
	enum button_fault last_fault;
} told;

static void on_action(void *arg, const struct config_button *button,
		      const struct config_action *action)
{
	(void)arg;
	told.actions++;
	snprintf(told.last, sizeof(told.last), "%s %s", button->id,
		 action == &button->hold ? "hold" : "press");
}

static void on_fault(void *arg, size_t button, enum button_fault fault)
{
	(void)arg;
	(void)button;
	told.faults++;
	told.last_fault = fault;
}

static void on_changed(void *arg)
{
	(void)arg;
	told.changes++;
}

static const struct panel_hooks hooks = {.action = on_action,
					 .fault = on_fault,
					 .changed = on_changed};

struct rig {
	sd_event *event;
	struct panel *panel;
};

static void start(struct rig *rig)
{
	fake_start();
	memset(&told, 0, sizeof(told));
	assert_true(sd_event_new(&rig->event) >= 0);
}

static void open_panel(struct rig *rig)
{
	assert_int_equal(panel_new(rig->event, &fake_ops, fake.dev, buttons, 3,
				   lamps, 3, &hooks, &rig->panel),
			 0);
}

static void stop(struct rig *rig)
{
	panel_free(rig->panel);
	sd_event_unref(rig->event);
	fake_stop();
}

/* Until there is nothing more to do within that time. */
static void settle(struct rig *rig, uint64_t usec)
{
	while (sd_event_run(rig->event, usec) > 0)
		;
}

/* Until the counter has that value; the loop's timers decide when. */
static void until(struct rig *rig, const int *counter, int value)
{
	while (*counter < value)
		assert_true(sd_event_run(rig->event, 10000000) > 0);
}

static void a_press_asks_for_the_buttons_action(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	edge(1, true);
	edge(1, false);
	settle(&rig, 0);
	assert_int_equal(told.actions, 1);
	assert_string_equal(told.last, "land press");
	stop(&rig);
}

static void keeping_it_down_asks_for_the_hold(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	edge(2, true);
	settle(&rig, 0);
	assert_int_equal(told.actions, 0);
	while (told.actions == 0)
		assert_true(sd_event_run(rig.event, 5000000) > 0);
	assert_string_equal(told.last, "next hold");
	edge(2, false);
	settle(&rig, 0);
	assert_int_equal(told.actions, 1);
	stop(&rig);
}

static void buttons_pressed_in_one_instant_each_act(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	edge(1, true);
	edge(2, true);
	edge(2, false);
	edge(1, false);
	settle(&rig, 0);
	assert_int_equal(told.actions, 2);
	stop(&rig);
}

static void a_chip_that_is_missing_costs_only_its_own_lines(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	assert_int_equal(panel_buttons_open(rig.panel), 2);
	assert_int_equal(panel_lamps_open(rig.panel), 2);
	panel_light(rig.panel, 1, LAMP_ON); /* nothing there, nothing happens */
	assert_int_equal(fake.sets, 2);     /* the others, dark at the start */
	stop(&rig);
}

static void a_line_that_is_busy_costs_only_itself(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	fake.busy_line = 1;
	open_panel(&rig);
	assert_int_equal(panel_buttons_open(rig.panel), 1);
	edge(2, true);
	edge(2, false);
	settle(&rig, 0);
	assert_string_equal(told.last, "next press");
	stop(&rig);
}

static void a_lamp_is_set_only_when_it_changes(void **state)
{
	struct rig rig;
	int before;

	(void)state;
	start(&rig);
	open_panel(&rig);
	before = fake.sets;
	panel_light(rig.panel, 0, LAMP_ON);
	panel_light(rig.panel, 0, LAMP_ON);
	assert_int_equal(fake.sets, before + 1);
	assert_true(fake.lamps[5]);
	panel_light(rig.panel, 0, LAMP_OFF);
	assert_false(fake.lamps[5]);
	stop(&rig);
}

static void lamps_go_dark_at_the_end(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	panel_light(rig.panel, 0, LAMP_ON);
	stop(&rig);
	assert_false(fake.lamps[5]);
	assert_false(fake.opened);
}

static void a_lamp_that_fails_is_put_out_of_use(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	fake.refuse_set = 1;
	panel_light(rig.panel, 0, LAMP_ON);
	assert_int_equal(panel_lamps_open(rig.panel), 1);
	stop(&rig);
}

static void a_lamp_that_failed_is_set_once_its_chip_answers(void **state)
{
	struct panel_fault faults[4];
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	fake.refuse_set = 1;
	panel_light(rig.panel, 0, LAMP_ON);
	until(&rig, &told.changes, 1);
	assert_int_equal(panel_faults(rig.panel, faults, 4), 2);
	assert_string_equal(faults[1].what, "lamp");
	assert_string_equal(faults[1].id, "l");
	assert_string_equal(faults[1].fault, "unusable");
	fake.refuse_set = 0;
	until(&rig, &told.changes, 2);
	assert_true(fake.lamps[5]);
	assert_int_equal(panel_faults(rig.panel, faults, 4), 1);
	assert_int_equal(panel_lamps_open(rig.panel), 2);
	stop(&rig);
}

static void a_lamp_whose_chip_fails_at_the_start_is_set_later(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	fake.refuse_set = 1;
	open_panel(&rig);
	assert_int_equal(panel_lamps_open(rig.panel), 0);
	panel_light(rig.panel, 0, LAMP_ON);
	fake.refuse_set = 0;
	until(&rig, &fake.sets, 2);
	assert_true(fake.lamps[5]);
	assert_int_equal(panel_lamps_open(rig.panel), 2);
	stop(&rig);
}

static void a_level_that_cannot_be_read_costs_no_button(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	fake.refuse_get = 1;
	open_panel(&rig);
	assert_int_equal(panel_buttons_open(rig.panel), 2);
	edge(1, true);
	edge(1, false);
	settle(&rig, 0);
	assert_int_equal(told.actions, 1);
	stop(&rig);
}

/* The kernel's room for edges is full, and the last, a release, is dropped. */
static void the_press_after_a_burst_that_lost_its_end_counts(void **state)
{
	struct rig rig;
	int before;

	(void)state;
	start(&rig);
	open_panel(&rig);
	for (int i = 0; i <= PANEL_BURST; i++)
		edge(1, i % 2 == 0);
	fake.levels[1] = 0;
	settle(&rig, 0);
	before = told.actions;
	edge(1, true);
	settle(&rig, 0);
	assert_int_equal(told.actions, before + 1);
	stop(&rig);
}

static void a_chip_that_vanishes_is_let_go(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	fake.gone = true;
	edge(1, true);
	settle(&rig, 0);
	assert_int_equal(told.actions, 0);
	assert_int_equal(panel_buttons_open(rig.panel), 0);
	assert_false(fake.opened);
	assert_int_equal(told.changes, 1);
	stop(&rig);
}

static void a_chip_whose_descriptors_hang_up_is_let_go(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	fake.gone = fake.hung_up = true;
	close(fake.pipes[1][1]);
	fake.pipes[1][1] = 0;
	settle(&rig, 0);
	assert_int_equal(panel_buttons_open(rig.panel), 0);
	stop(&rig);
}

static void a_chip_that_comes_later_is_taken(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	fake.absent = true;
	open_panel(&rig);
	assert_int_equal(panel_buttons_open(rig.panel), 0);
	panel_light(rig.panel, 0, LAMP_ON);
	fake.absent = false;
	fake_node(true);
	until(&rig, &told.changes, 1);
	assert_int_equal(panel_buttons_open(rig.panel), 2);
	assert_true(fake.lamps[5]); /* as it should be by now */
	edge(1, true);
	settle(&rig, 0);
	assert_int_equal(told.actions, 1);
	stop(&rig);
}

static void a_chip_that_vanishes_without_a_word_is_noticed(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	fake_node(true);
	open_panel(&rig);
	fake.gone = fake.absent = true; /* its descriptors stay silent */
	fake_node(false);
	until(&rig, &told.changes, 1);
	assert_int_equal(panel_buttons_open(rig.panel), 0);
	stop(&rig);
}

static void back_while_pressed_it_waits_to_be_let_go(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	fake_node(true);
	open_panel(&rig);
	edge(1, true);
	settle(&rig, 0);
	assert_int_equal(told.actions, 1);
	fake.gone = fake.absent = true;
	fake_node(false);
	until(&rig, &told.changes, 1);
	fake.gone = fake.absent = false;
	fake_node(true);
	until(&rig, &told.changes, 2);
	assert_int_equal(fake.opens, 2);
	edge(1, false);
	settle(&rig, 0);
	assert_int_equal(told.actions, 1);
	edge(1, true);
	settle(&rig, 0);
	assert_int_equal(told.actions, 2);
	stop(&rig);
}

/* Long ago by the kernel's stamps, and told only now. */
static void a_stuck_button_is_told_and_told_to_be_fine_again(void **state)
{
	int64_t now_ns = mono_ns();
	struct panel_fault faults[4];
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	edge_at(1, true, now_ns - 11000 * MS);
	until(&rig, &told.faults, 1);
	assert_int_equal(told.last_fault, BUTTON_STUCK);
	assert_int_equal(panel_button_fault(rig.panel, 0), BUTTON_STUCK);
	assert_int_equal(panel_faults(rig.panel, faults, 4), 2);
	assert_string_equal(faults[0].id, "not-there");
	assert_string_equal(faults[0].fault, "missing");
	assert_string_equal(faults[1].id, "land");
	assert_string_equal(faults[1].fault, "stuck");
	assert_true(faults[1].lasting);
	edge(1, false);
	until(&rig, &told.faults, 2);
	assert_int_equal(told.last_fault, BUTTON_FINE);
	assert_int_equal(told.actions, 1);
	stop(&rig);
}

static void a_line_that_cannot_be_had_is_a_fault(void **state)
{
	struct panel_fault faults[4];
	struct rig rig;

	(void)state;
	start(&rig);
	fake.busy_line = 2;
	open_panel(&rig);
	assert_int_equal(panel_faults(rig.panel, faults, 4), 2);
	assert_string_equal(faults[1].what, "button");
	assert_string_equal(faults[1].id, "next");
	assert_string_equal(faults[1].fault, "unusable");
	stop(&rig);
}

/* But not while a button of that chip is down, whose press would be lost. */
static void a_line_that_is_let_go_is_taken(void **state)
{
	struct panel_fault faults[4];
	struct rig rig;

	(void)state;
	start(&rig);
	fake.busy_line = 2;
	open_panel(&rig);
	panel_light(rig.panel, 0, LAMP_ON);
	edge(1, true);
	settle(&rig, 0);
	assert_int_equal(told.actions, 1);
	fake.busy_line = LINES;
	/* Its time comes, and passes: at the latest with another's. */
	settle(&rig, PANEL_RETRY_MS * 1500ULL);
	assert_int_equal(fake.opens, 1);
	edge(1, false);
	until(&rig, &told.changes, 1);
	assert_int_equal(fake.opens, 2);
	assert_int_equal(panel_faults(rig.panel, faults, 4), 1);
	assert_string_equal(faults[0].what, "chip"); /* the one elsewhere */
	assert_true(fake.lamps[5]);
	edge(2, true);
	edge(2, false);
	until(&rig, &told.actions, 2);
	assert_string_equal(told.last, "next press");
	stop(&rig);
}

static void a_line_that_only_seems_free_is_tried_once(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	fake.busy_line = 2;
	fake.busy_freed = true;
	open_panel(&rig);
	until(&rig, &told.changes, 1);
	assert_int_equal(fake.opens, 2);
	assert_int_equal(sd_event_run(rig.event, PANEL_RETRY_MS * 2500ULL), 0);
	assert_int_equal(fake.opens, 2);
	stop(&rig);
}

static void a_blinking_lamp_changes_by_itself_until_told_otherwise(void **state)
{
	struct rig rig;
	int before;

	(void)state;
	start(&rig);
	open_panel(&rig);
	panel_light(rig.panel, 0, LAMP_FAST);
	before = fake.sets;
	until(&rig, &fake.sets, before + 4);
	panel_light(rig.panel, 0, LAMP_OFF);
	assert_false(fake.lamps[5]);
	/* Nothing is due any more: the loop finds nothing to do. */
	assert_int_equal(sd_event_run(rig.event, 300000), 0);
	stop(&rig);
}

static void lamps_that_blink_alike_blink_together(void **state)
{
	struct rig rig;
	int before;

	(void)state;
	start(&rig);
	open_panel(&rig);
	panel_light(rig.panel, 0, LAMP_SLOW);
	panel_light(rig.panel, 2, LAMP_SLOW);
	before = fake.sets;
	until(&rig, &fake.sets, before + 2);
	assert_int_equal(fake.lamps[5], fake.lamps[6]);
	stop(&rig);
}

static void an_idle_panel_wakes_for_nothing(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	open_panel(&rig);
	panel_light(rig.panel, 0, LAMP_ON);
	settle(&rig, 0);
	assert_int_equal(sd_event_run(rig.event, 300000), 0);
	stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_press_asks_for_the_buttons_action),
	    cmocka_unit_test(keeping_it_down_asks_for_the_hold),
	    cmocka_unit_test(buttons_pressed_in_one_instant_each_act),
	    cmocka_unit_test(a_chip_that_is_missing_costs_only_its_own_lines),
	    cmocka_unit_test(a_line_that_is_busy_costs_only_itself),
	    cmocka_unit_test(a_lamp_is_set_only_when_it_changes),
	    cmocka_unit_test(lamps_go_dark_at_the_end),
	    cmocka_unit_test(a_lamp_that_fails_is_put_out_of_use),
	    cmocka_unit_test(a_lamp_that_failed_is_set_once_its_chip_answers),
	    cmocka_unit_test(a_lamp_whose_chip_fails_at_the_start_is_set_later),
	    cmocka_unit_test(a_level_that_cannot_be_read_costs_no_button),
	    cmocka_unit_test(the_press_after_a_burst_that_lost_its_end_counts),
	    cmocka_unit_test(a_chip_that_vanishes_is_let_go),
	    cmocka_unit_test(a_chip_whose_descriptors_hang_up_is_let_go),
	    cmocka_unit_test(a_chip_that_comes_later_is_taken),
	    cmocka_unit_test(a_chip_that_vanishes_without_a_word_is_noticed),
	    cmocka_unit_test(back_while_pressed_it_waits_to_be_let_go),
	    cmocka_unit_test(a_stuck_button_is_told_and_told_to_be_fine_again),
	    cmocka_unit_test(a_line_that_cannot_be_had_is_a_fault),
	    cmocka_unit_test(a_line_that_is_let_go_is_taken),
	    cmocka_unit_test(a_line_that_only_seems_free_is_tried_once),
	    cmocka_unit_test(
		a_blinking_lamp_changes_by_itself_until_told_otherwise),
	    cmocka_unit_test(lamps_that_blink_alike_blink_together),
	    cmocka_unit_test(an_idle_panel_wakes_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
