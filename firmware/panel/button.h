/* SPDX-License-Identifier: MIT */
/*
 * One push button: edges in, press and hold out, and whether the button is to
 * be trusted. Pure; time comes in as monotonic nanoseconds (the kernel's edge
 * timestamps).
 *
 * A level counts once it has stood for debounce_ms, and then from when it
 * began; anything shorter is bounce or noise. (With debounce_ms 0, each edge
 * counts: the kernel has debounced already.) A button without a hold action
 * acts when it is pressed. One with a hold action acts on release, or, kept
 * down for hold_ms, does the hold instead. A press that begins sooner than
 * repeat_ms after the last action does nothing.
 *
 * Three things can be wrong with a button; each passes by itself:
 * - stuck: down for BUTTON_STUCK_MS. It has had its one action; it is fine
 *   again once it is let go.
 * - chattering: more than BUTTON_CHATTER_EDGES a second for
 *   BUTTON_CHATTER_SECONDS. It does nothing until it has been calmer for as
 *   long. (What the kernel filters out, nobody sees: such a button is still.)
 * - hasty: pressed again within repeat_ms. That is the citizen, not the
 *   button; it passes once nobody has been hasty for BUTTON_HASTY_MS.
 */
#ifndef KIOSK_BUTTON_H
#define KIOSK_BUTTON_H

#include <stdbool.h>
#include <stdint.h>

#define BUTTON_STUCK_MS 10000
#define BUTTON_CHATTER_EDGES 20
#define BUTTON_CHATTER_SECONDS 3
#define BUTTON_HASTY_MS 3000

enum button_output { BUTTON_NOTHING, BUTTON_PRESS, BUTTON_HOLD };

enum button_fault {
	BUTTON_FINE,
	BUTTON_HASTY,
	BUTTON_CHATTERING,
	BUTTON_STUCK
};

struct button {
	/* set by the owner; the rest begins as zero */
	int debounce_ms, hold_ms, repeat_ms;
	bool has_hold;
	/* the button's own */
	bool raw, down; /* the last edge's level; the settled one */
	bool acted;     /* this press has had its action */
	bool ever_acted;
	int64_t raw_ns, down_ns, acted_ns;
	bool stuck, chattering, hasty;
	int64_t hasty_until_ns;
	int64_t second_ns; /* edges are counted by the second from here … */
	unsigned edges;    /* … as they come … */
	unsigned settles, last_settles; /* … and settled, also the one before */
	unsigned busy, calm; /* seconds in a row above the limit, below it */
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

/* The worst that is wrong with it. */
enum button_fault button_fault(const struct button *button);

/* "ok", "hasty", "chattering", "stuck": for the journal and the API. */
const char *button_fault_name(enum button_fault fault);

#endif
