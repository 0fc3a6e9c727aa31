/* SPDX-License-Identifier: MIT */
/*
 * The printer's room against a printer that misbehaves. No wait here is for the
 * machine to be quick: time limits end a test that hangs, no more.
 */
#include "printer/printer.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../support/bad_printer.h"
#include "base/clock.h"
#include "base/log.h"
#include "printer/device.h"

#define PATIENCE_MS 60000 /* before a test has hung */

static struct text office = {"Bộ phận Một cửa", "One-Stop Office"};
static struct text land = {"Đất đai", "Land"};
static const enum language languages[] = {LANGUAGE_VI, LANGUAGE_EN};

/* What is short here is waited for in vain, by a printer that is broken. */
static const struct printer_times quick = {
    .device = {.retry_first_ms = 5,
	       .retry_most_ms = 40,
	       .stall_ms = 400,
	       .lasting_ms = 0,
	       .answer_ms = 60,
	       .poll_ms = 40,
	       .job_ms = 20000},
    .wait_ms = 20000,
    .mend_ms = 20000,
};

struct outcome {
	int ends;
	enum printer_result result;
	bool copy;
	char why[200];
};

struct fixture {
	char directory[512], path[600];
	struct config_printer config;
	sd_event *event;
	struct bad_printer *bad;
	struct printer *printer;
	struct slip_fonts *fonts; /* of the test's own */
	struct outcome *outcomes; /* by tag */
	size_t n_slips, n_ended;
	enum printer_state state;
	unsigned seen; /* states, as bits */
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *tmp = getenv("TMPDIR");

	if (!f || sd_event_new(&f->event) < 0)
		return -1;
	(void)snprintf(f->directory, sizeof(f->directory),
		       "%s/kiosk-bad-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(f->directory))
		return -1;
	(void)snprintf(f->path, sizeof(f->path), "%s/lp0", f->directory);
	f->config = (struct config_printer){.width_dots = 384,
					    .cut = true,
					    .baud = 115200,
					    .dpi = 203,
					    .crop = true,
					    .status = true};
	*state = f;
	return slip_fonts_open("Noto Sans", &f->fonts, NULL);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	printer_free(f->printer);
	bad_printer_free(f->bad);
	slip_fonts_close(f->fonts);
	sd_event_unref(f->event);
	free(f->outcomes);
	free(f->config.device);
	int status = rmdir(f->directory);
	free(f);
	return status;
}

static void on_done(void *arg, const struct printer_end *end)
{
	struct fixture *f = arg;
	struct outcome *outcome = &f->outcomes[end->tag];

	assert_true(end->tag < f->n_slips);
	outcome->ends++;
	outcome->result = end->result;
	outcome->copy = end->copy;
	(void)snprintf(outcome->why, sizeof(outcome->why), "%s",
		       end->why ? end->why : "");
	f->n_ended++;
}

static void on_state(void *arg, enum printer_state state)
{
	struct fixture *f = arg;

	f->state = state;
	f->seen |= 1u << state;
}

static void start_timed(struct fixture *f, enum bad_kind kind,
			unsigned abilities, const struct printer_times *times)
{
	f->bad = bad_printer_new(f->event, kind,
				 kind == BAD_TCP ? "127.0.0.1:0" : f->path,
				 abilities);
	assert_non_null(f->bad);
	f->config.device = strdup(bad_printer_device(f->bad));
	assert_non_null(f->config.device);
	assert_int_equal(printer_new_timed(f->event, &f->config, "Noto Sans",
					   on_done, on_state, f, times,
					   &f->printer),
			 0);
	f->state = printer_state(f->printer);
}

static void start(struct fixture *f, enum bad_kind kind, unsigned abilities)
{
	start_timed(f, kind, abilities, &quick);
}

static void turn(struct fixture *f)
{
	assert_true(sd_event_run(f->event, 20000) >= 0);
}

#define run_until(f, condition)                                      \
	do {                                                         \
		int64_t run_end = clock_mono_ms() + PATIENCE_MS;     \
		while (!(condition)) {                               \
			if (clock_mono_ms() > run_end)               \
				fail_msg("in vain: %s", #condition); \
			turn(f);                                     \
		}                                                    \
	} while (0)

static struct slip slip_of(const char *code)
{
	return (struct slip){
	    .office = &office,
	    .service = &land,
	    .code = code,
	    .class = TICKET_NORMAL,
	    .ahead = 3,
	    .issued_at_ms = 1795482900000,
	    .languages = languages,
	    .n_languages = 2,
	};
}

static void code_of(size_t tag, char code[TICKET_CODE_SIZE])
{
	ticket_code(code, "A", (uint32_t)tag + 1);
}

/* Prints the next slip; its tag is its number less 1. */
static size_t print(struct fixture *f)
{
	char code[TICKET_CODE_SIZE];
	size_t tag = f->n_slips++;

	f->outcomes =
	    reallocarray(f->outcomes, f->n_slips, sizeof(*f->outcomes));
	assert_non_null(f->outcomes);
	f->outcomes[tag] = (struct outcome){0};
	code_of(tag, code);
	const struct slip slip = slip_of(code);
	printer_print(f->printer, &slip, tag);
	return tag;
}

/* How many whole slips of that kind came out. */
static size_t came_out(struct fixture *f, size_t tag, bool copy)
{
	char code[TICKET_CODE_SIZE];
	struct bitmap bitmap;

	code_of(tag, code);
	struct slip slip = slip_of(code);
	slip.copy = copy;
	const struct slip_form form = {.width_dots = 384, .dpi = 203};
	assert_int_equal(slip_draw(f->fonts, &slip, &form, &bitmap), 0);
	size_t n = bad_printer_count(f->bad, bad_printer_print_of(&bitmap));
	bitmap_free(&bitmap);
	return n;
}

static void assert_outcome(struct fixture *f, size_t tag,
			   enum printer_result result, const char *why)
{
	const struct outcome *outcome = &f->outcomes[tag];

	assert_int_equal(outcome->ends, 1);
	if (!strstr(outcome->why, why) || outcome->result != result)
		fail_msg("it ended as %d: \"%s\"", outcome->result,
			 outcome->why);
}

/* ---- status ---- */

static const enum bad_kind kinds[] = {BAD_PTY, BAD_TCP};

static void test_on_both(void **state,
			 void (*test)(struct fixture *f, enum bad_kind kind))
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		void *own = NULL;
		assert_int_equal(set_up(&own), 0);
		test(own, kinds[i]);
		assert_int_equal(tear_down(&own), 0);
	}
	(void)state;
}

static void well_then_confirmed(struct fixture *f, enum bad_kind kind)
{
	start(f, kind, BAD_ALL);
	run_until(f, f->state == PRINTER_OK);
	size_t tag = print(f);
	run_until(f, f->n_ended == 1);
	assert_outcome(f, tag, PRINTER_PRINTED, "");
	assert_int_equal(came_out(f, tag, false), 1);
	assert_int_equal(came_out(f, tag, true), 0);
}

static void a_slip_is_printed_when_the_printer_confirms_it(void **state)
{
	test_on_both(state, well_then_confirmed);
}

static void mute_then_unknown(struct fixture *f, enum bad_kind kind)
{
	start(f, kind, 0);
	run_until(f, f->state == PRINTER_UNKNOWN);
	size_t tag = print(f);
	run_until(f, f->n_ended == 1);
	assert_outcome(f, tag, PRINTER_SENT, "");
	run_until(f, came_out(f, tag, false) == 1);
	assert_false(f->seen & (1u << PRINTER_OK));
}

static void a_printer_that_never_answers_is_unknown_and_not_ok(void **state)
{
	test_on_both(state, mute_then_unknown);
}

static void answers_but_cannot_confirm(struct fixture *f, enum bad_kind kind)
{
	start(f, kind, BAD_ANSWERS);
	run_until(f, f->state == PRINTER_OK);
	size_t tag = print(f);
	run_until(f, f->n_ended == 1);
	assert_outcome(f, tag, PRINTER_SENT, "");
	run_until(f, came_out(f, tag, false) == 1);
}

static void where_it_cannot_confirm_a_slip_is_only_sent(void **state)
{
	test_on_both(state, answers_but_cannot_confirm);
}

static void faults_come_and_go(struct fixture *f, enum bad_kind kind,
			       unsigned abilities)
{
	static const struct {
		enum bad_fault fault;
		enum printer_state state;
	} rows[] = {
	    {BAD_PAPER_OUT, PRINTER_PAPER_OUT},
	    {BAD_COVER_OPEN, PRINTER_COVER_OPEN},
	    {BAD_CUTTER, PRINTER_CUTTER_ERROR},
	    {BAD_HOT, PRINTER_OVERHEATED},
	};

	start(f, kind, abilities);
	run_until(f, f->state == PRINTER_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bad_printer_set(f->bad, rows[i].fault, true);
		run_until(f, f->state == rows[i].state);
		bad_printer_set(f->bad, rows[i].fault, false);
		run_until(f, f->state == PRINTER_OK);
	}
	bad_printer_set_paper_low(f->bad, true);
	run_until(f, f->state == PRINTER_PAPER_LOW);
	/* which does not keep it from printing */
	size_t tag = print(f);
	run_until(f, f->n_ended == 1);
	assert_int_equal(came_out(f, tag, false), 1);
	bad_printer_set_paper_low(f->bad, false);
	run_until(f, f->state == PRINTER_OK);
}

static void faults_by_asking(struct fixture *f, enum bad_kind kind)
{
	faults_come_and_go(f, kind, BAD_ANSWERS);
}

static void faults_by_being_told(struct fixture *f, enum bad_kind kind)
{
	faults_come_and_go(f, kind, BAD_ALL);
}

static void each_fault_is_found_by_asking_and_seen_to_go(void **state)
{
	test_on_both(state, faults_by_asking);
}

static void each_fault_is_told_and_seen_to_go(void **state)
{
	test_on_both(state, faults_by_being_told);
}

static void a_fault_is_told_without_being_asked_for(void **state)
{
	struct fixture *f = *state;
	struct printer_times seldom = quick;

	seldom.device.poll_ms = PATIENCE_MS * 2;
	start_timed(f, BAD_PTY, BAD_ALL, &seldom);
	run_until(f, f->state == PRINTER_OK);
	bad_printer_set(f->bad, BAD_COVER_OPEN, true);
	run_until(f, f->state == PRINTER_COVER_OPEN);
}

static void the_answer_to_the_question_before_is_not_taken(void **state)
{
	struct fixture *f = *state;

	start(f, BAD_PTY, BAD_ANSWERS);
	run_until(f, f->state == PRINTER_OK);
	/* One behind, and low on paper: asked 1, it tells of the paper. */
	bad_printer_set_paper_low(f->bad, true);
	bad_printer_set(f->bad, BAD_LAGS, true);
	f->seen = 0;
	run_until(f, f->state == PRINTER_PAPER_LOW);
	size_t asked = bad_printer_asked(f->bad);
	run_until(f, bad_printer_asked(f->bad) > asked + 40);
	assert_int_equal(f->seen &
			     ~(1u << PRINTER_UNKNOWN | 1u << PRINTER_PAPER_LOW),
			 0);
}

static void a_printer_that_falls_silent_becomes_unknown(void **state)
{
	struct fixture *f = *state;

	start(f, BAD_PTY, BAD_ALL);
	run_until(f, f->state == PRINTER_OK);
	bad_printer_set(f->bad, BAD_STALL, true);
	run_until(f, f->state == PRINTER_UNKNOWN);
	bad_printer_set(f->bad, BAD_STALL, false);
	run_until(f, f->state == PRINTER_OK);
}

static void without_status_it_is_not_asked_anything(void **state)
{
	struct fixture *f = *state;

	f->config.status = false;
	start(f, BAD_TCP, BAD_ALL);
	run_until(f, f->state == PRINTER_UNKNOWN);
	size_t tag = print(f);
	run_until(f, f->n_ended == 1);
	assert_outcome(f, tag, PRINTER_SENT, "");
	run_until(f, came_out(f, tag, false) == 1);
	assert_int_equal(bad_printer_asked(f->bad), 0);
}

/* ---- a slip in trouble ---- */

static void a_slip_waits_while_the_cover_is_open(void **state)
{
	struct fixture *f = *state;

	start(f, BAD_PTY, BAD_ALL);
	run_until(f, f->state == PRINTER_OK);
	bad_printer_set(f->bad, BAD_COVER_OPEN, true);
	run_until(f, f->state == PRINTER_COVER_OPEN);
	size_t tag = print(f);
	size_t asked = bad_printer_asked(f->bad);
	run_until(f, bad_printer_asked(f->bad) > asked + 20);
	assert_int_equal(f->n_ended, 0);
	bad_printer_set(f->bad, BAD_COVER_OPEN, false);
	run_until(f, f->n_ended == 1);
	assert_outcome(f, tag, PRINTER_PRINTED, "");
	assert_false(f->outcomes[tag].copy);
	assert_int_equal(came_out(f, tag, false), 1);
}

static void out_of_paper_in_mid_slip(struct fixture *f, enum bad_kind kind)
{
	start(f, kind, BAD_ALL);
	run_until(f, f->state == PRINTER_OK);
	bad_printer_fault(f->bad, BAD_PAPER_OUT, 9000, 50);
	size_t first = print(f), second = print(f);
	run_until(f, f->n_ended == 2);
	assert_true(f->seen & (1u << PRINTER_PAPER_OUT));
	assert_outcome(f, first, PRINTER_PRINTED, "");
	assert_true(f->outcomes[first].copy);
	assert_int_equal(came_out(f, first, false), 0);
	assert_int_equal(came_out(f, first, true), 1);
	assert_outcome(f, second, PRINTER_PRINTED, "");
	assert_int_equal(came_out(f, second, false), 1);
}

static void paper_out_in_mid_slip_prints_a_copy_on_the_new_paper(void **state)
{
	test_on_both(state, out_of_paper_in_mid_slip);
}

static void paper_out_in_mid_slip_can_be_left_to_staff(void **state)
{
	struct fixture *f = *state;

	f->config.paper_out = CONFIG_PAPER_OUT_STAFF;
	start(f, BAD_PTY, BAD_ALL);
	run_until(f, f->state == PRINTER_OK);
	bad_printer_fault(f->bad, BAD_PAPER_OUT, 9000, 50);
	size_t first = print(f), second = print(f);
	run_until(f, f->n_ended == 2);
	assert_outcome(f, first, PRINTER_FAILED, "out of paper in mid-slip");
	assert_int_equal(came_out(f, first, false), 0);
	assert_int_equal(came_out(f, first, true), 0);
	assert_outcome(f, second, PRINTER_PRINTED, "");
	assert_int_equal(came_out(f, second, false), 1);
}

static void lost_bytes(struct fixture *f, enum bad_kind kind)
{
	start(f, kind, BAD_ALL);
	run_until(f, f->state == PRINTER_OK);
	bad_printer_fault(f->bad, BAD_DROPS, 9000, 0);
	size_t first = print(f), second = print(f);
	run_until(f, f->n_ended == 2);
	assert_outcome(f, first, PRINTER_FAILED, "did not confirm");
	assert_int_equal(came_out(f, first, false), 0);
	assert_outcome(f, second, PRINTER_PRINTED, "");
	assert_int_equal(came_out(f, second, false), 1);
}

static void lost_bytes_are_noticed_and_spoil_no_other_slip(void **state)
{
	test_on_both(state, lost_bytes);
}

static void cut_off_in_mid_slip(struct fixture *f, enum bad_kind kind)
{
	start(f, kind, BAD_ALL);
	run_until(f, f->state == PRINTER_OK);
	bad_printer_fault(f->bad, BAD_HANGS_UP, 9000, 50);
	size_t first = print(f), second = print(f);
	run_until(f, f->n_ended == 2);
	assert_outcome(f, first, PRINTER_FAILED, "in mid-slip");
	assert_int_equal(came_out(f, first, false), 0);
	assert_outcome(f, second, PRINTER_PRINTED, "");
	assert_int_equal(came_out(f, second, false), 1);
}

static void a_cable_pulled_in_mid_slip_spoils_that_slip_only(void **state)
{
	test_on_both(state, cut_off_in_mid_slip);
}

/*
 * What is asked next must not be taken for the picture's height, which would
 * then be thousands of rows: the next slips among them.
 */
static void a_slip_cut_off_in_a_head_spoils_that_slip_only(void **state)
{
	static const uint8_t head[] = {0x1d, 'v', '0', 0, 30, 0, 26};

	for (size_t n = 1; n <= sizeof(head); n++) {
		void *own = NULL;
		assert_int_equal(set_up(&own), 0);
		struct fixture *f = own;
		start(f, BAD_TCP, BAD_ALL);
		run_until(f, f->state == PRINTER_OK);
		bad_printer_fault(f->bad, BAD_COVER_OPEN, 9000, 50);
		bad_printer_leave(f->bad, head, n);
		size_t first = print(f), second = print(f);
		run_until(f, f->n_ended == 2);
		assert_outcome(f, first, PRINTER_PRINTED, "");
		assert_true(f->outcomes[first].copy);
		assert_int_equal(came_out(f, first, true), 1);
		assert_outcome(f, second, PRINTER_PRINTED, "");
		assert_int_equal(came_out(f, second, false), 1);
		assert_int_equal(tear_down(&own), 0);
	}
	(void)state;
}

static void hot_in_mid_slip(struct fixture *f, enum bad_kind kind)
{
	start(f, kind, BAD_ALL);
	run_until(f, f->state == PRINTER_OK);
	/* longer than a printer may stand still without a reason */
	bad_printer_fault(f->bad, BAD_HOT, 9000, 900);
	size_t tag = print(f);
	run_until(f, f->n_ended == 1);
	assert_true(f->seen & (1u << PRINTER_OVERHEATED));
	assert_outcome(f, tag, PRINTER_PRINTED, "");
	assert_int_equal(came_out(f, tag, false), 1);
}

static void a_head_that_cools_down_goes_on_with_its_slip(void **state)
{
	test_on_both(state, hot_in_mid_slip);
}

static void rubbish(struct fixture *f, enum bad_kind kind)
{
	start(f, kind, BAD_ALL);
	run_until(f, f->state == PRINTER_OK);
	bad_printer_fault(f->bad, BAD_RUBBISH, 9000, 0);
	size_t tag = print(f);
	run_until(f, f->n_ended == 1);
	assert_outcome(f, tag, PRINTER_FAILED, "do not add up");
}

static void rubbish_is_no_confirmation(void **state)
{
	test_on_both(state, rubbish);
}

static void slow(struct fixture *f, enum bad_kind kind)
{
	start(f, kind, BAD_ALL);
	run_until(f, f->state == PRINTER_OK);
	bad_printer_set(f->bad, BAD_SLOW, true);
	size_t tag = print(f);
	run_until(f, f->n_ended == 1);
	assert_outcome(f, tag, PRINTER_PRINTED, "");
	assert_int_equal(came_out(f, tag, false), 1);
	bad_printer_set(f->bad, BAD_SLOW, false);
}

static void a_printer_slower_than_its_line_prints_all_the_same(void **state)
{
	test_on_both(state, slow);
}

/* ---- many ---- */

struct luck {
	uint64_t state;
};

static uint32_t below(struct luck *luck, uint32_t n)
{
	luck->state ^= luck->state << 13;
	luck->state ^= luck->state >> 7;
	luck->state ^= luck->state << 17;
	return (uint32_t)(luck->state >> 32) % n;
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

struct tally {
	size_t printed, copies, sent, failed;
};

/* Each slip whose printing was acknowledged came out whole, and once. */
static void judge(struct fixture *f, size_t tag, struct tally *tally)
{
	const struct outcome *outcome = &f->outcomes[tag];
	size_t first = came_out(f, tag, false), copy = came_out(f, tag, true);

	if (outcome->ends != 1 || first > 1 || copy > 1)
		fail_msg("slip %zu: told %d times, came out %zu times and %zu "
			 "times as a copy",
			 tag, outcome->ends, first, copy);
	switch (outcome->result) {
	case PRINTER_PRINTED:
		tally->printed++;
		tally->copies += outcome->copy;
		if (outcome->copy ? copy != 1 : first != 1 || copy != 0)
			fail_msg("slip %zu is printed, and came out %zu times "
				 "and %zu times as a copy",
				 tag, first, copy);
		return;
	case PRINTER_SENT:
		tally->sent++;
		return;
	case PRINTER_FAILED:
		tally->failed++;
		if (!*outcome->why)
			fail_msg("slip %zu failed, and why is not said", tag);
		return;
	}
}

/* 1 to 4 slips, with a fault somewhere in them or none. */
static bool print_some(struct fixture *f, struct luck *luck, size_t most)
{
	bool fault = below(luck, 4) == 0;
	size_t n = 1 + below(luck, most < 4 ? (uint32_t)most : 4);

	if (fault)
		bad_printer_fault(f->bad,
				  (enum bad_fault)(1 +
						   below(luck, BAD_FAULTS - 1)),
				  below(luck, (uint32_t)n * 22000),
				  10 + (int)below(luck, 90));
	for (size_t i = 0; i < n; i++)
		(void)print(f);
	run_until(f, f->n_ended == f->n_slips);
	return fault;
}

static void many(struct fixture *f, enum bad_kind kind)
{
	uint64_t seed = number_from("KIOSK_SEED", (uint64_t)clock_wall_ms());
	size_t slips = (size_t)number_from("KIOSK_SLIPS", 500);
	struct luck luck = {seed * 2654435761u + 88172645463325252u};
	struct tally tally = {0};

	/* Else a busy machine is taken for a printer that never answers, and a
	 * slip for one that nobody confirms. */
	struct printer_times times = quick;
	times.device.answer_ms = 1000;

	print_message("%s: KIOSK_SEED=%" PRIu64 " KIOSK_SLIPS=%zu\n",
		      kind == BAD_TCP ? "tcp" : "pty", seed, slips);
	start_timed(f, kind, BAD_ALL, &times);
	run_until(f, f->state == PRINTER_OK);
	while (f->n_slips < slips) {
		size_t before = f->n_slips;
		bool trouble = print_some(f, &luck, slips - before);
		/* With nothing in its way, a slip comes out. */
		for (size_t i = before; !trouble && i < f->n_slips; i++)
			assert_outcome(f, i, PRINTER_PRINTED, "");
		bad_printer_fault(f->bad, BAD_NOTHING, 0, 0);
		run_until(f, !bad_printer_troubled(f->bad) &&
				 f->state == PRINTER_OK);
	}
	for (size_t i = 0; i < f->n_slips; i++)
		judge(f, i, &tally);
	print_message("printed %zu, of them %zu as copies; sent %zu; not %zu\n",
		      tally.printed, tally.copies, tally.sent, tally.failed);
	assert_true(tally.printed > slips / 2);
}

static void under_random_faults_what_is_acknowledged_is_out_once(void **state)
{
	test_on_both(state, many);
}

#define with_fixture(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_slip_is_printed_when_the_printer_confirms_it),
	    cmocka_unit_test(
		a_printer_that_never_answers_is_unknown_and_not_ok),
	    cmocka_unit_test(where_it_cannot_confirm_a_slip_is_only_sent),
	    cmocka_unit_test(each_fault_is_found_by_asking_and_seen_to_go),
	    cmocka_unit_test(each_fault_is_told_and_seen_to_go),
	    with_fixture(a_fault_is_told_without_being_asked_for),
	    with_fixture(the_answer_to_the_question_before_is_not_taken),
	    with_fixture(a_printer_that_falls_silent_becomes_unknown),
	    with_fixture(without_status_it_is_not_asked_anything),
	    with_fixture(a_slip_waits_while_the_cover_is_open),
	    cmocka_unit_test(
		paper_out_in_mid_slip_prints_a_copy_on_the_new_paper),
	    with_fixture(paper_out_in_mid_slip_can_be_left_to_staff),
	    cmocka_unit_test(lost_bytes_are_noticed_and_spoil_no_other_slip),
	    cmocka_unit_test(a_cable_pulled_in_mid_slip_spoils_that_slip_only),
	    cmocka_unit_test(a_slip_cut_off_in_a_head_spoils_that_slip_only),
	    cmocka_unit_test(a_head_that_cools_down_goes_on_with_its_slip),
	    cmocka_unit_test(rubbish_is_no_confirmation),
	    cmocka_unit_test(
		a_printer_slower_than_its_line_prints_all_the_same),
	    cmocka_unit_test(
		under_random_faults_what_is_acknowledged_is_out_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
