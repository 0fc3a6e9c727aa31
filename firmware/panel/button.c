/* SPDX-License-Identifier: MIT */
#include "panel/button.h"

#define NS_PER_MS 1000000LL

static enum button_output act(struct button *button, enum button_output output,
			      int64_t pressed_ns, int64_t now_ns)
{
	button->acted = true;
	if (button->ever_acted &&
	    pressed_ns - button->acted_ns < button->repeat_ms * NS_PER_MS)
		return BUTTON_NOTHING;
	button->ever_acted = true;
	button->acted_ns = now_ns;
	return output;
}

static bool held(const struct button *button, int64_t now_ns)
{
	return button->has_hold &&
	       now_ns - button->down_ns >= button->hold_ms * NS_PER_MS;
}

/* The raw level has stood long enough: it becomes the settled one. */
static enum button_output settle(struct button *button)
{
	button->down = button->raw;
	if (button->down) {
		button->down_ns = button->raw_ns;
		button->acted = false;
		if (button->has_hold)
			return BUTTON_NOTHING;
		return act(button, BUTTON_PRESS, button->down_ns,
			   button->down_ns);
	}
	if (button->acted)
		return BUTTON_NOTHING;
	return act(button,
		   held(button, button->raw_ns) ? BUTTON_HOLD : BUTTON_PRESS,
		   button->down_ns, button->raw_ns);
}

static bool settles(const struct button *button, int64_t now_ns)
{
	return button->raw != button->down &&
	       now_ns - button->raw_ns >= button->debounce_ms * NS_PER_MS;
}

void button_start_down(struct button *button, int64_t now_ns)
{
	button->raw = button->down = button->acted = true;
	button->raw_ns = button->down_ns = now_ns;
}

enum button_output button_edge(struct button *button, bool active,
			       int64_t at_ns)
{
	enum button_output output = BUTTON_NOTHING;

	/* A level that stood long enough before this edge counts, even when
	 * the loop was too busy to be asked in time. */
	if (settles(button, at_ns))
		output = settle(button);
	if (active != button->raw) {
		button->raw = active;
		button->raw_ns = at_ns;
	}
	if (output == BUTTON_NOTHING && settles(button, at_ns))
		output = settle(button);
	return output;
}

enum button_output button_tick(struct button *button, bool active,
			       int64_t now_ns)
{
	enum button_output output = BUTTON_NOTHING;

	if (settles(button, now_ns))
		output = settle(button);
	if (active != button->raw) {
		button->raw = active;
		button->raw_ns = now_ns;
	}
	if (output == BUTTON_NOTHING && button->raw && button->down &&
	    !button->acted && held(button, now_ns))
		output = act(button, BUTTON_HOLD, button->down_ns, now_ns);
	return output;
}

int64_t button_deadline_ns(const struct button *button)
{
	if (button->raw != button->down)
		return button->raw_ns + button->debounce_ms * NS_PER_MS;
	if (button->down && button->has_hold && !button->acted)
		return button->down_ns + button->hold_ms * NS_PER_MS;
	return INT64_MAX;
}
