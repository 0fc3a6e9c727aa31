/* SPDX-License-Identifier: MIT */
#include "display/touch.h"

#include <stddef.h>

static void enter(struct touch *touch, enum touch_state state, int64_t now_ms)
{
	touch->state = state;
	touch->since_ms = now_ms;
	touch->finger = TOUCH_NO_FINGER;
	touch->inside = false;
}

void touch_init(struct touch *touch, int64_t now_ms)
{
	*touch = (struct touch){.target = TOUCH_NOTHING};
	enter(touch, TOUCH_TILES, now_ms);
}

void touch_asked(struct touch *touch, int64_t now_ms)
{
	enter(touch, TOUCH_ASKING, now_ms);
}

bool touch_tell(struct touch *touch, int64_t now_ms)
{
	if (touch->state != TOUCH_TILES)
		return false;
	enter(touch, TOUCH_RESULT, now_ms);
	touch->quiet_until_ms = now_ms + TOUCH_QUIET_MS;
	return true;
}

static void back_to_tiles(struct touch *touch, int64_t now_ms)
{
	enter(touch, TOUCH_TILES, now_ms);
	touch->target = TOUCH_NOTHING;
	touch->quiet_until_ms = now_ms + TOUCH_QUIET_MS;
}

/* ---- what each event does in each state; NULL: nothing ---- */

typedef int touch_action(struct touch *touch, const struct touch_input *input,
			 int64_t now_ms);

static int press(struct touch *touch, const struct touch_input *input,
		 int64_t now_ms)
{
	if (input->target == TOUCH_NOTHING || now_ms < touch->quiet_until_ms)
		return TOUCH_NOTHING;
	enter(touch, TOUCH_PRESSED, now_ms);
	touch->finger = input->finger;
	touch->target = input->target;
	touch->inside = true;
	return TOUCH_NOTHING;
}

static int slide(struct touch *touch, const struct touch_input *input,
		 int64_t now_ms)
{
	(void)now_ms;
	if (input->finger == touch->finger)
		touch->inside = input->target == touch->target;
	return TOUCH_NOTHING;
}

static int release(struct touch *touch, const struct touch_input *input,
		   int64_t now_ms)
{
	if (input->finger != touch->finger)
		return TOUCH_NOTHING;
	int target =
	    input->target == touch->target ? touch->target : TOUCH_NOTHING;
	back_to_tiles(touch, now_ms);
	if (target == TOUCH_NOTHING)
		touch->quiet_until_ms = now_ms; /* try again at once */
	return target;
}

static int give_up(struct touch *touch, const struct touch_input *input,
		   int64_t now_ms)
{
	if (input->event == TOUCH_LOST && input->finger != touch->finger)
		return TOUCH_NOTHING;
	if (input->event == TOUCH_TIME &&
	    now_ms - touch->since_ms < TOUCH_LEAN_MS)
		return TOUCH_NOTHING;
	back_to_tiles(touch, now_ms);
	return TOUCH_NOTHING;
}

static int show(struct touch *touch, const struct touch_input *input,
		int64_t now_ms)
{
	(void)input;
	enter(touch, TOUCH_RESULT, now_ms);
	touch->quiet_until_ms = now_ms + TOUCH_QUIET_MS;
	return TOUCH_NOTHING;
}

/* Anywhere will do, so a touch of a result needs no target. */
static int begin_dismiss(struct touch *touch, const struct touch_input *input,
			 int64_t now_ms)
{
	if (now_ms >= touch->quiet_until_ms && touch->finger == TOUCH_NO_FINGER)
		touch->finger = input->finger;
	return TOUCH_NOTHING;
}

static int dismiss(struct touch *touch, const struct touch_input *input,
		   int64_t now_ms)
{
	if (input->finger == touch->finger)
		back_to_tiles(touch, now_ms);
	return TOUCH_NOTHING;
}

static int forget_finger(struct touch *touch, const struct touch_input *input,
			 int64_t now_ms)
{
	(void)now_ms;
	if (input->finger == touch->finger)
		touch->finger = TOUCH_NO_FINGER;
	return TOUCH_NOTHING;
}

static int time_out(struct touch *touch, const struct touch_input *input,
		    int64_t now_ms)
{
	(void)input;
	if (now_ms - touch->since_ms >= TOUCH_RESULT_MS)
		back_to_tiles(touch, now_ms);
	return TOUCH_NOTHING;
}

static touch_action *const actions[TOUCH_STATES][TOUCH_EVENTS] = {
    [TOUCH_TILES] =
	{
	    [TOUCH_DOWN] = press,
	},
    [TOUCH_PRESSED] =
	{
	    [TOUCH_MOVE] = slide,
	    [TOUCH_UP] = release,
	    [TOUCH_LOST] = give_up,
	    [TOUCH_TIME] = give_up,
	    [TOUCH_BLIND] = give_up,
	},
    [TOUCH_ASKING] =
	{
	    [TOUCH_ANSWER] = show,
	},
    [TOUCH_RESULT] =
	{
	    [TOUCH_DOWN] = begin_dismiss,
	    [TOUCH_UP] = dismiss,
	    [TOUCH_LOST] = forget_finger,
	    [TOUCH_TIME] = time_out,
	},
};

int touch_step(struct touch *touch, const struct touch_input *input,
	       int64_t now_ms)
{
	touch_action *action = actions[touch->state][input->event];
	return action ? action(touch, input, now_ms) : TOUCH_NOTHING;
}

int64_t touch_next_ms(const struct touch *touch)
{
	switch (touch->state) {
	case TOUCH_TILES:
	case TOUCH_ASKING:
		break;
	case TOUCH_PRESSED:
		return touch->since_ms + TOUCH_LEAN_MS;
	case TOUCH_RESULT:
		return touch->since_ms + TOUCH_RESULT_MS;
	}
	return INT64_MAX;
}
