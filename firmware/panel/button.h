/* SPDX-License-Identifier: MIT */
/*
 * One push button: edges in, press and hold out. Pure; time comes in as
 * monotonic nanoseconds (the kernel's edge timestamps).
 *
 * A button without a hold action acts on its leading edge. One with a hold
 * action acts on release, or, kept down for hold_ms, does the hold instead.
 * Edges closer than debounce_ms to the last accepted one are bounce. A second
 * press sooner than repeat_ms after the last action does nothing.
 */
#ifndef KIOSK_BUTTON_H
#define KIOSK_BUTTON_H

#include <stdbool.h>
#include <stdint.h>

enum button_output { BUTTON_NOTHING, BUTTON_PRESS, BUTTON_HOLD };

struct button {
	/* set by the owner */
	int debounce_ms, hold_ms, repeat_ms;
	bool has_hold;
	/* the button's own */
	bool down, acted, ever_acted;
	int64_t edge_ns, down_ns, acted_ns;
};

/* An edge to active (pressed) or inactive. */
enum button_output button_edge(struct button *button, bool active,
			       int64_t at_ns);

/*
 * To be called at button_deadline_ns(), with the line's level then, which
 * settles a bounce whose last edge was swallowed.
 */
enum button_output button_tick(struct button *button, bool active,
			       int64_t now_ns);

/* When button_tick() is wanted next; INT64_MAX: not at all. */
int64_t button_deadline_ns(const struct button *button);

#endif
