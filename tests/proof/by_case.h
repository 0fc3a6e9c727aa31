/* SPDX-License-Identifier: MIT */
/*
 * Read before each of the queue's own sources when they are compiled for the
 * proof. What it changes is how memory is reached, never a rule:
 * - a slot is one of a few variables and not a place in a block, so that the
 *   solver sees a choice among seven where it would see an array;
 * - memset, memcpy and memmove go element by element, whose types are known,
 *   where CBMC's own go byte by byte.
 * BREAK_... breaks one rule on purpose: the proof must then fail.
 */
#ifndef KIOSK_PROOF_BY_CASE_H
#define KIOSK_PROOF_BY_CASE_H

#include <string.h>

#include "queue/internal.h"

struct slot *slot_by_case(const struct queue *queue, uint32_t slot);
#define slot_at slot_by_case

#include "queue/waiting.h"

#define memset(to, zero, size)                                         \
	do {                                                           \
		for (size_t i_ = 0; i_ < (size) / sizeof(*(to)); i_++) \
			(to)[i_] = (__typeof__(*(to))){zero};          \
	} while (0)
#define memcpy(to, from, size)                                         \
	do {                                                           \
		for (size_t i_ = 0; i_ < (size) / sizeof(*(to)); i_++) \
			(to)[i_] = (from)[i_];                         \
	} while (0)
/* Of the board's calls. The size is not divided: that is hard on a solver. */
#define memmove(to, from, size)                                \
	do {                                                   \
		for (size_t i_ = QUEUE_CALLS; i_ > 0; i_--) {  \
			if (i_ * sizeof(*(to)) <= (size))      \
				(to)[i_ - 1] = (from)[i_ - 1]; \
		}                                              \
	} while (0)

#ifdef BREAK_LEAVES_ITS_LINE
#define waiting_remove(queue, slot) ((void)0)
#endif
#ifdef BREAK_CALLS_SOMEONE
#define policy_choose(queue, counter, now_ms) SLOT_NONE
#endif
#ifdef BREAK_COUNTS_THE_RUN
#define policy_note_call(queue, counter, class) ((void)0)
#endif
#ifdef BREAK_KEEPS_THE_MARK
#define day_mark(queue, number, now_ms) ((struct mark){0})
#endif

#endif
