/* SPDX-License-Identifier: MIT */
/*
 * The touch panel's manners: which touches make a ticket. Pure: it is told
 * what happened, when, and what lay under the finger.
 *
 * A press acts when the finger that made it is lifted on the same tile. One
 * finger counts at a time; others are not there. While an answer is awaited no
 * press counts, and for a moment after each change of the screen none does
 * either, so that the second tap of a double tap falls into nothing.
 */
#ifndef KIOSK_TOUCH_H
#define KIOSK_TOUCH_H

#include <stdbool.h>
#include <stdint.h>

#define TOUCH_RESULT_MS 10000 /* how long a result stays */
#define TOUCH_QUIET_MS 700    /* after a change of the screen */
#define TOUCH_LEAN_MS 6000    /* who holds longer leans, or has gone */

enum touch_state {
	TOUCH_TILES,   /* choose */
	TOUCH_PRESSED, /* a finger is on a tile */
	TOUCH_ASKING,  /* the kiosk was asked for a ticket */
	TOUCH_RESULT   /* the ticket, or why there is none */
};
#define TOUCH_STATES 4

enum touch_event {
	TOUCH_DOWN,
	TOUCH_MOVE,
	TOUCH_UP,
	TOUCH_LOST,   /* the system took the finger away */
	TOUCH_TIME,   /* time passed */
	TOUCH_ANSWER, /* the kiosk answered, or never will */
	TOUCH_BLIND   /* contact with the kiosk is lost */
};
#define TOUCH_EVENTS 7

#define TOUCH_NOTHING (-1) /* no target: ground, or a tile out of use */
#define TOUCH_NO_FINGER INT64_MIN

struct touch {
	enum touch_state state;
	int64_t since_ms;       /* of the state */
	int64_t quiet_until_ms; /* no press counts before */
	int64_t finger;         /* the one that counts */
	int target;             /* what it pressed */
	bool inside;            /* it is on it now */
};

struct touch_input {
	enum touch_event event;
	int64_t finger; /* of DOWN, MOVE, UP, LOST */
	int target;     /* under the finger, or TOUCH_NOTHING */
};

void touch_init(struct touch *touch, int64_t now_ms);

/*
 * The target that was pressed and let go, to act upon now; else
 * TOUCH_NOTHING. What acting means is the caller's: for a ticket it asks the
 * kiosk and then calls touch_asked().
 */
int touch_step(struct touch *touch, const struct touch_input *input,
	       int64_t now_ms);

/* Nobody is choosing with a finger, and there is something to be told. */
bool touch_tell(struct touch *touch, int64_t now_ms);

/* The kiosk has been asked: nothing counts until TOUCH_ANSWER. */
void touch_asked(struct touch *touch, int64_t now_ms);

/* When TOUCH_TIME will change something; INT64_MAX: never. */
int64_t touch_next_ms(const struct touch *touch);

#endif
