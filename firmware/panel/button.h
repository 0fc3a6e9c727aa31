/* SPDX-License-Identifier: MIT */
/*
 * One push button: edges in, press and hold out. Pure; time comes in as
 * monotonic nanoseconds (the kernel's edge timestamps).
 *
 * A level counts once it has stood for debounce_ms, and then from when it
 * began; anything shorter is bounce or noise. (With debounce_ms 0, each edge
 * counts: the kernel has debounced already.) A button without a hold action
 * acts when it is pressed. One with a hold action acts on release, or, kept
 * down for hold_ms, does the hold instead. A press that begins sooner than
 * repeat_ms after the last action does nothing.
 */
#ifndef KIOSK_BUTTON_H
#define KIOSK_BUTTON_H

#include <stdbool.h>
#include <stdint.h>

enum button_output { BUTTON_NOTHING, BUTTON_PRESS, BUTTON_HOLD };

struct button {
	/* set by the owner; the rest begins as zero */
	int debounce_ms, hold_ms, repeat_ms;
	bool has_hold;
	/* the button's own */
	bool raw, down; /* the last edge's level; the settled one */
	bool acted;     /* this press has had its action */
	bool ever_acted;
	int64_t raw_ns, down_ns, acted_ns;
};

/* Down already when the kiosk starts: no press until it is let go. */
void button_start_down(struct button *button, int64_t now_ns);

/* An edge to active (pressed) or inactive. */
enum button_output button_edge(struct button *button, bool active,
			       int64_t at_ns);

/*
 * To be called at button_deadline_ns(), with the line's level then, which
 * stands for an edge that was lost.
 */
enum button_output button_tick(struct button *button, bool active,
			       int64_t now_ns);

/* When button_tick() is wanted next; INT64_MAX: not at all. */
int64_t button_deadline_ns(const struct button *button);

#endif
