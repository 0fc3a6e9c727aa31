/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "display/touch.h"

/* A finger on a tile at a time; -1 is the ground. */
struct act {
	int64_t at_ms;
	enum touch_event event;
	int64_t finger;
	int target;
};

#define DOWN(at, finger, target)               \
	{                                      \
		at, TOUCH_DOWN, finger, target \
	}
#define MOVE(at, finger, target)               \
	{                                      \
		at, TOUCH_MOVE, finger, target \
	}
#define UP(at, finger, target)               \
	{                                    \
		at, TOUCH_UP, finger, target \
	}
#define LOST(at, finger)                   \
	{                                  \
		at, TOUCH_LOST, finger, -1 \
	}
#define TIME(at)                                    \
	{                                           \
		at, TOUCH_TIME, TOUCH_NO_FINGER, -1 \
	}
#define BLIND(at)                                    \
	{                                            \
		at, TOUCH_BLIND, TOUCH_NO_FINGER, -1 \
	}
#define ANSWER(at)                                    \
	{                                             \
		at, TOUCH_ANSWER, TOUCH_NO_FINGER, -1 \
	}
#define END                          \
	{                            \
		-1, TOUCH_TIME, 0, 0 \
	}

/* What is asked for, in order, as "3 5 "; the kiosk is asked each time. */
static const struct {
	const char *name;
	struct act acts[12];
	const char *asked;
	enum touch_state ends_in;
} rows[] = {
    {"a press and a release",
     {DOWN(0, 1, 3), UP(100, 1, 3), END},
     "3 ",
     TOUCH_ASKING},
    {"a press alone", {DOWN(0, 1, 3), END}, "", TOUCH_PRESSED},
    {"a release alone", {UP(0, 1, 3), END}, "", TOUCH_TILES},
    {"on the ground", {DOWN(0, 1, -1), UP(100, 1, -1), END}, "", TOUCH_TILES},
    {"from the ground onto a tile",
     {DOWN(0, 1, -1), MOVE(50, 1, 3), UP(100, 1, 3), END},
     "",
     TOUCH_TILES},
    {"slides off and is lifted there",
     {DOWN(0, 1, 3), MOVE(50, 1, -1), UP(100, 1, -1), END},
     "",
     TOUCH_TILES},
    {"slides to another tile",
     {DOWN(0, 1, 3), MOVE(50, 1, 4), UP(100, 1, 4), END},
     "",
     TOUCH_TILES},
    {"slides off and comes back",
     {DOWN(0, 1, 3), MOVE(50, 1, -1), MOVE(80, 1, 3), UP(100, 1, 3), END},
     "3 ",
     TOUCH_ASKING},
    {"tries again at once after sliding off",
     {DOWN(0, 1, 3), UP(100, 1, -1), DOWN(150, 1, 3), UP(200, 1, 3), END},
     "3 ",
     TOUCH_ASKING},
    {"a long press",
     {DOWN(0, 1, 3), TIME(3000), UP(4000, 1, 3), END},
     "3 ",
     TOUCH_ASKING},
    {"a leaning elbow",
     {DOWN(0, 1, 3), TIME(6000), UP(9000, 1, 3), END},
     "",
     TOUCH_TILES},
    {"two fingers on one tile",
     {DOWN(0, 1, 3), DOWN(20, 2, 3), UP(100, 2, 3), UP(120, 1, 3), END},
     "3 ",
     TOUCH_ASKING},
    {"two fingers on two tiles",
     {DOWN(0, 1, 3), DOWN(20, 2, 4), UP(100, 2, 4), UP(120, 1, 3), END},
     "3 ",
     TOUCH_ASKING},
    {"two fingers, the first lifted first",
     {DOWN(0, 1, 3), DOWN(20, 2, 4), UP(100, 1, 3), UP(120, 2, 4), END},
     "3 ",
     TOUCH_ASKING},
    {"a flat hand",
     {DOWN(0, 1, 3), DOWN(5, 2, 4), DOWN(9, 3, 5), DOWN(12, 4, 5),
      UP(100, 2, 4), UP(110, 3, 5), UP(120, 1, -1), UP(130, 4, 5), END},
     "",
     TOUCH_TILES},
    {"a double tap while the answer is awaited",
     {DOWN(0, 1, 3), UP(80, 1, 3), DOWN(160, 1, 3), UP(240, 1, 3), ANSWER(900),
      END},
     "3 ",
     TOUCH_RESULT},
    {"a double tap with the answer in between",
     {DOWN(0, 1, 3), UP(80, 1, 3), ANSWER(82), DOWN(160, 1, 3), UP(240, 1, 3),
      END},
     "3 ",
     TOUCH_RESULT},
    {"the second tap is down when the answer comes",
     {DOWN(0, 1, 3), UP(80, 1, 3), DOWN(160, 1, 3), ANSWER(200), UP(1500, 1, 3),
      END},
     "3 ",
     TOUCH_RESULT},
    {"a touch of the result goes back",
     {DOWN(0, 1, 3), UP(80, 1, 3), ANSWER(90), DOWN(3000, 1, 3), UP(3100, 1, 3),
      END},
     "3 ",
     TOUCH_TILES},
    {"a double tap on the result makes no ticket",
     {DOWN(0, 1, 3), UP(80, 1, 3), ANSWER(90), DOWN(3000, 1, 3), UP(3100, 1, 3),
      DOWN(3200, 1, 3), UP(3300, 1, 3), END},
     "3 ",
     TOUCH_TILES},
    {"the next citizen may press soon",
     {DOWN(0, 1, 3), UP(80, 1, 3), ANSWER(90), DOWN(3000, 1, 3), UP(3100, 1, 3),
      DOWN(4000, 1, 5), UP(4100, 1, 5), END},
     "3 5 ",
     TOUCH_ASKING},
    {"the result goes by itself",
     {DOWN(0, 1, 3), UP(80, 1, 3), ANSWER(100), TIME(10099), TIME(10100), END},
     "3 ",
     TOUCH_TILES},
    {"the result stays until then",
     {DOWN(0, 1, 3), UP(80, 1, 3), ANSWER(100), TIME(10099), END},
     "3 ",
     TOUCH_RESULT},
    {"the system takes the finger",
     {DOWN(0, 1, 3), LOST(50, 1), UP(100, 1, 3), END},
     "",
     TOUCH_TILES},
    {"the system takes another finger",
     {DOWN(0, 1, 3), LOST(50, 2), UP(100, 1, 3), END},
     "3 ",
     TOUCH_ASKING},
    {"contact is lost under the finger",
     {DOWN(0, 1, 3), BLIND(50), UP(100, 1, 3), END},
     "",
     TOUCH_TILES},
    {"contact is lost while a result is read",
     {DOWN(0, 1, 3), UP(80, 1, 3), ANSWER(90), BLIND(2000), END},
     "3 ",
     TOUCH_RESULT},
    {"nothing but an answer ends the asking",
     {DOWN(0, 1, 3), UP(80, 1, 3), TIME(60000), BLIND(60001), LOST(60002, 1),
      MOVE(60003, 1, 4), END},
     "3 ",
     TOUCH_ASKING},
};

static void each_touch_makes_at_most_its_ticket(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct touch touch;
		char asked[40] = "";
		touch_init(&touch, 0);
		for (const struct act *act = rows[i].acts; act->at_ms >= 0;
		     act++) {
			/* Times count from one second, past every quiet. */
			int64_t now = act->at_ms + 1000;
			struct touch_input in = {act->event, act->finger,
						 act->target};
			int target = touch_step(&touch, &in, now);
			if (target == TOUCH_NOTHING)
				continue;
			size_t n = strlen(asked);
			snprintf(asked + n, sizeof(asked) - n, "%d ", target);
			touch_asked(&touch, now);
		}
		if (strcmp(asked, rows[i].asked) != 0 ||
		    touch.state != rows[i].ends_in)
			fail_msg("%s: asked for \"%s\", ends in %d",
				 rows[i].name, asked, (int)touch.state);
	}
}

static void it_says_when_time_will_matter(void **state)
{
	(void)state;
	struct touch touch;
	touch_init(&touch, 1000);
	assert_int_equal(touch_next_ms(&touch), INT64_MAX);
	struct touch_input in = {TOUCH_DOWN, 1, 3};
	(void)touch_step(&touch, &in, 2000);
	assert_int_equal(touch_next_ms(&touch), 2000 + TOUCH_LEAN_MS);
	touch_asked(&touch, 3000);
	assert_int_equal(touch_next_ms(&touch), INT64_MAX);
	in.event = TOUCH_ANSWER;
	(void)touch_step(&touch, &in, 4000);
	assert_int_equal(touch_next_ms(&touch), 4000 + TOUCH_RESULT_MS);
}

/*
 * Whatever happens: nothing is asked for that no finger went down and up on,
 * and never twice without an answer in between. KIOSK_TEST_SEED takes a seed
 * back.
 */
static void random_hands_never_get_two_tickets(void **state)
{
	(void)state;
	const char *given = getenv("KIOSK_TEST_SEED");
	unsigned seed =
	    given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
	print_message("# seed %u\n", seed);
	struct touch touch;
	touch_init(&touch, 0);
	int64_t now = 1000;
	bool awaiting = false;
	int downs = 0, tickets = 0;
	for (int i = 0; i < 200000; i++) {
		now += rand_r(&seed) % 400;
		struct touch_input in = {
		    .event = (enum touch_event)(rand_r(&seed) % TOUCH_EVENTS),
		    .finger = rand_r(&seed) % 3,
		    .target = rand_r(&seed) % 4 - 1,
		};
		if (in.event == TOUCH_ANSWER) {
			if (!awaiting)
				continue;
			awaiting = false;
		}
		downs += in.event == TOUCH_DOWN;
		int target = touch_step(&touch, &in, now);
		if (target == TOUCH_NOTHING)
			continue;
		assert_false(awaiting);
		assert_int_equal(in.event, TOUCH_UP);
		assert_int_equal(target, in.target);
		touch_asked(&touch, now);
		awaiting = true;
		tickets++;
	}
	assert_true(tickets > 100); /* else it tested little */
	assert_true(tickets < downs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_touch_makes_at_most_its_ticket),
	    cmocka_unit_test(it_says_when_time_will_matter),
	    cmocka_unit_test(random_hands_never_get_two_tickets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
