/* SPDX-License-Identifier: MIT */
#include "panel/button.h"

#define NS_PER_MS 1000000LL
#define NS_PER_S 1000000000LL

/* ---- edges by the second ---- */

static bool has_many(const struct button *button)
{
	return button->edges > BUTTON_CHATTER_EDGES;
}

/* All through the second: a worn contact may bounce as often in one press. */
static bool was_busy(const struct button *button)
{
	return has_many(button) &&
	       button->raw_ns - button->second_ns >= NS_PER_S * 3 / 4;
}

/* Seconds are counted on only while they matter; else the next edge begins a
 * new one. */
static bool counts_on(const struct button *button)
{
	return button->chattering || button->busy > 0 || has_many(button);
}

static void begin_seconds(struct button *button, int64_t at_ns)
{
	button->second_ns = at_ns;
	button->edges = button->settles = button->last_settles = 0;
	button->busy = button->calm = 0;
}

static void end_second(struct button *button)
{
	if (was_busy(button)) {
		button->busy++;
		button->calm = 0;
	} else {
		button->busy = 0;
		button->calm++;
	}
	if (button->busy >= BUTTON_CHATTER_SECONDS)
		button->chattering = true;
	if (button->calm >= BUTTON_CHATTER_SECONDS)
		button->chattering = false;
	button->second_ns += NS_PER_S;
	button->last_settles = button->settles;
	button->edges = button->settles = 0;
}

/* Ends the seconds that are over. */
static void follow_seconds(struct button *button, int64_t now_ns)
{
	while (counts_on(button) && now_ns - button->second_ns >= NS_PER_S)
		end_second(button);
}

static void count_edge(struct button *button, int64_t at_ns)
{
	follow_seconds(button, at_ns);
	if (!counts_on(button) && at_ns - button->second_ns >= NS_PER_S)
		begin_seconds(button, at_ns);
	button->edges++;
}

/* No finger does that: it is on its way to be found chattering. */
static bool is_suspect(const struct button *button)
{
	return button->settles > BUTTON_CHATTER_EDGES ||
	       button->last_settles > BUTTON_CHATTER_EDGES;
}

/* ---- presses ---- */

static enum button_output act(struct button *button, enum button_output output,
			      int64_t pressed_ns, int64_t now_ns)
{
	button->acted = true;
	if (button->chattering || is_suspect(button))
		return BUTTON_NOTHING;
	if (button->ever_acted &&
	    pressed_ns - button->acted_ns < button->repeat_ms * NS_PER_MS) {
		button->hasty = true;
		button->hasty_until_ns =
		    pressed_ns + BUTTON_HASTY_MS * NS_PER_MS;
		return BUTTON_NOTHING;
	}
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
	button->settles++;
	button->stuck = false;
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

/* What passes with time alone. */
static void follow_faults(struct button *button, int64_t now_ns)
{
	follow_seconds(button, now_ns);
	if (button->hasty && now_ns >= button->hasty_until_ns)
		button->hasty = false;
	if (button->down && button->raw &&
	    now_ns - button->down_ns >= BUTTON_STUCK_MS * NS_PER_MS)
		button->stuck = true;
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
	follow_faults(button, at_ns);
	if (active != button->raw) {
		count_edge(button, at_ns);
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
	follow_faults(button, now_ns);
	if (active != button->raw) {
		count_edge(button, now_ns);
		button->raw = active;
		button->raw_ns = now_ns;
	}
	if (output == BUTTON_NOTHING && button->raw && button->down &&
	    !button->acted && held(button, now_ns))
		output = act(button, BUTTON_HOLD, button->down_ns, now_ns);
	return output;
}

static void sooner(int64_t *deadline_ns, bool wanted, int64_t at_ns)
{
	if (wanted && at_ns < *deadline_ns)
		*deadline_ns = at_ns;
}

int64_t button_deadline_ns(const struct button *button)
{
	bool level = button->down && button->raw;
	int64_t at_ns = INT64_MAX;

	sooner(&at_ns, button->raw != button->down,
	       button->raw_ns + button->debounce_ms * NS_PER_MS);
	sooner(&at_ns, level && button->has_hold && !button->acted,
	       button->down_ns + button->hold_ms * NS_PER_MS);
	sooner(&at_ns, level && !button->stuck,
	       button->down_ns + BUTTON_STUCK_MS * NS_PER_MS);
	sooner(&at_ns, counts_on(button), button->second_ns + NS_PER_S);
	sooner(&at_ns, button->hasty, button->hasty_until_ns);
	return at_ns;
}

/* ---- what is wrong ---- */

enum button_fault button_fault(const struct button *button)
{
	if (button->stuck)
		return BUTTON_STUCK;
	if (button->chattering)
		return BUTTON_CHATTERING;
	return button->hasty ? BUTTON_HASTY : BUTTON_FINE;
}

const char *button_fault_name(enum button_fault fault)
{
	switch (fault) {
	case BUTTON_FINE:
		return "ok";
	case BUTTON_HASTY:
		return "hasty";
	case BUTTON_CHATTERING:
		return "chattering";
	case BUTTON_STUCK:
		return "stuck";
	}
	return "ok";
}
