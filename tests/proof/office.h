/* SPDX-License-Identifier: MIT */
/*
 * An office within the proof's bounds: any state that keeps the queue's
 * invariants, and whether a state keeps them. docs/proof.md tells how the proof
 * goes.
 */
#ifndef KIOSK_PROOF_OFFICE_H
#define KIOSK_PROOF_OFFICE_H

#include "queue/internal.h"
#include "queue/waiting.h"

#define SERVICES QUEUE_MAX_SERVICES
#define COUNTERS QUEUE_MAX_COUNTERS
#ifndef TICKETS
#define TICKETS 6
#endif
#define LINES (SERVICES + COUNTERS)
#define SETS (LINES * TICKET_CLASSES)

#define assume(what) __CPROVER_assume(what)
#define check(what, why) __CPROVER_assert(what, why)
/* The last word of each proof. Found to fail: the proof comes so far, and what
 * it assumed can be. */
#define reached() check(false, "reached")

uint8_t nondet_u8(void);
uint32_t nondet_u32(void);
uint64_t nondet_u64(void);
int64_t nondet_i64(void);
int nondet_int(void);
bool nondet_bool(void);

/* Any number from low to high. */
int between(int low, int high);

extern struct queue office;
/* A slot is one of these; AT() is the one. */
extern struct slot slot_0, slot_1, slot_2, slot_3, slot_4, slot_5, slot_6;
#define AT(s)                 \
	((s) == 1   ? &slot_1 \
	 : (s) == 2 ? &slot_2 \
	 : (s) == 3 ? &slot_3 \
	 : (s) == 4 ? &slot_4 \
	 : (s) == 5 ? &slot_5 \
	 : (s) == 6 ? &slot_6 \
		    : &slot_0)

/* Makes the office any that is good. */
void office_any(void);

/* Whether it keeps invariants 3 to 5 as far as one state can show them. */
bool office_good(void);

/* Keeps the office as it is, to be compared with what comes of it. */
void office_remember(void);
extern struct queue was;
extern struct slot was_1, was_2, was_3, was_4, was_5, was_6;
#define WAS(s)               \
	((s) == 1   ? &was_1 \
	 : (s) == 2 ? &was_2 \
	 : (s) == 3 ? &was_3 \
	 : (s) == 4 ? &was_4 \
	 : (s) == 5 ? &was_5 \
		    : &was_6)

/* Whether the office is as it was; whether that ticket is, its mark apart. */
bool office_same(void);
bool ticket_same(uint32_t slot);
bool mark_same(const struct mark *a, const struct mark *b);

/* Any text where a day is meant; one that is a day, as far as its shape goes.
 */
void day_any(char day[QUEUE_DAY_SIZE], bool good);

/* Any event, as a doctored journal might have it. */
struct queue_event event_any(enum queue_kind kind);

#endif
