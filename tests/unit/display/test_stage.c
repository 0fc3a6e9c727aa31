/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "display/stage.h"

#define HOLD 8000
#define AT 1000000 /* the kiosk's clock */

static struct stage stage;

static int fresh_stage(void **state)
{
	(void)state;
	memset(&stage, 0, sizeof(stage));
	return 0;
}

/* Call number id: ticket A<id> at a counter of its own. */
static struct model_call call_of(int id)
{
	struct model_call call = {.id = id,
				  .counter = id % 32 + 1,
				  .at_ms = AT,
				  .calls = 1};
	snprintf(call.ticket, sizeof(call.ticket), "A%03d", id % 1000);
	return call;
}

/* A state whose newest call is id. */
static void take(int id)
{
	struct model_call calls[8];
	size_t n = 0;
	for (int i = id; i > 0 && n < 8; i--)
		calls[n++] = call_of(i);
	stage_take(&stage, calls, n, AT);
}

static bool step(int64_t now_ms)
{
	return stage_step(&stage, HOLD, false, now_ms);
}

static void a_start_in_mid_day_is_right_at_once(void **state)
{
	(void)state;
	take(9);
	assert_true(stage.has);
	assert_string_equal(stage.now.ticket, "A009");
	assert_false(stage.fresh);
	assert_int_equal(stage.n_before, 7);
	assert_string_equal(stage.before[0].ticket, "A008");
	assert_int_equal(stage.n_queue, 0);
	assert_true(stage_next_ms(&stage) == INT64_MAX);
}

static void a_call_after_it_takes_the_stage_at_once(void **state)
{
	(void)state;
	take(9);
	take(10);
	assert_true(step(500));
	assert_string_equal(stage.now.ticket, "A010");
	assert_true(stage.fresh);
	assert_string_equal(stage.before[0].ticket, "A009");
}

static void those_that_come_meanwhile_queue_in_order(void **state)
{
	(void)state;
	take(1);
	take(2);
	assert_true(step(0));
	take(5);
	assert_false(step(1));
	assert_int_equal(stage.n_queue, 3);
	assert_string_equal(stage.now.ticket, "A002");
	assert_true(stage_next_ms(&stage) == HOLD);
	assert_false(step(HOLD - 1));
	assert_true(step(HOLD));
	assert_string_equal(stage.now.ticket, "A003");
	assert_false(step(HOLD + 1));
	assert_true(step(2 * HOLD));
	assert_true(step(3 * HOLD));
	assert_string_equal(stage.now.ticket, "A005");
	assert_string_equal(stage.before[0].ticket, "A004");
	assert_false(step(99 * HOLD));
}

static void the_voice_is_let_end(void **state)
{
	(void)state;
	take(1);
	take(2);
	assert_true(step(0));
	take(3);
	assert_false(stage_step(&stage, HOLD, true, 3 * HOLD));
	assert_true(stage_step(&stage, HOLD, false, 3 * HOLD + 1));
}

static void the_same_state_again_queues_nothing(void **state)
{
	(void)state;
	take(1);
	take(3);
	take(3);
	assert_int_equal(stage.n_queue, 2);
}

static void a_new_day_begins_anew(void **state)
{
	(void)state;
	take(9);
	take(12);
	stage_take(&stage, NULL, 0, AT);
	assert_false(stage.has);
	assert_int_equal(stage.n_queue, 0);
	/* And its first call is called out. */
	take(13);
	assert_true(step(0));
}

static void another_journal_begins_anew(void **state)
{
	(void)state;
	take(9);
	take(3);
	assert_string_equal(stage.now.ticket, "A003");
	assert_int_equal(stage.n_queue, 0);
	assert_false(step(0));
}

static void what_comes_late_is_not_called_out(void **state)
{
	struct model_call calls[3] = {call_of(12), call_of(11), call_of(10)};
	(void)state;
	take(9);
	calls[1].at_ms -= STAGE_LATE_MS + 1;
	calls[2].at_ms -= STAGE_LATE_MS + 1;
	stage_take(&stage, calls, 3, AT);
	assert_string_equal(stage.now.ticket, "A011");
	assert_false(stage.fresh);
	assert_true(step(0));
	assert_string_equal(stage.now.ticket, "A012");
	assert_string_equal(stage.before[0].ticket, "A011");
	assert_string_equal(stage.before[1].ticket, "A010");
}

static void a_full_queue_keeps_what_it_has(void **state)
{
	(void)state;
	take(1);
	for (int id = 2; id <= 2 + STAGE_QUEUE; id++)
		take(id);
	assert_int_equal(stage.n_queue, STAGE_QUEUE);
	assert_int_equal(stage.lost, 1);
	assert_string_equal(stage.queue[0].ticket, "A002");
}

/* 1,200 calls at random moments: each has the stage once, in order, for as
 * long as it must. */
static void a_day_skips_nobody(void **state)
{
	int64_t now = 0, since = 0;
	int called = 1, shown = 1;
	(void)state;
	srand(4);
	take(1);
	while (shown < 1200) {
		now += 1 + rand() % 4000;
		if (called < 1200 && rand() % 16 == 0)
			take(called += 1 + (called < 1195 ? rand() % 3 : 0));
		while (step(now)) {
			shown++;
			char code[TICKET_CODE_SIZE];
			snprintf(code, sizeof(code), "A%03d", shown % 1000);
			assert_string_equal(stage.now.ticket, code);
			assert_true(shown == 2 || now - since >= HOLD);
			since = now;
		}
		assert_int_equal(stage.lost, 0);
	}
	assert_int_equal(shown, called);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, fresh_stage)
	const struct CMUnitTest tests[] = {
	    TEST(a_start_in_mid_day_is_right_at_once),
	    TEST(a_call_after_it_takes_the_stage_at_once),
	    TEST(those_that_come_meanwhile_queue_in_order),
	    TEST(the_voice_is_let_end),
	    TEST(the_same_state_again_queues_nothing),
	    TEST(a_new_day_begins_anew),
	    TEST(another_journal_begins_anew),
	    TEST(what_comes_late_is_not_called_out),
	    TEST(a_full_queue_keeps_what_it_has),
	    TEST(a_day_skips_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
