/* SPDX-License-Identifier: MIT */
/*
 * Compares PINs with their hashes on a thread of its own, since each takes some
 * tenths of a second by design and the event loop must not stand still for it.
 * The thread has nothing but copies of the two texts; its results come back
 * into the loop by an eventfd. One comparison at a time, so that a storm of
 * sign-ins takes one core's spare time and one hash's memory.
 */
#ifndef KIOSK_PIN_CHECK_H
#define KIOSK_PIN_CHECK_H

#include <stdbool.h>
#include <systemd/sd-event.h>

/* So many may wait: of those from elsewhere, and all in all. */
#define PIN_CHECK_STRANGERS 12
#define PIN_CHECK_MAX 20

struct pin_check;

typedef void pin_check_fn(void *arg, bool right);

/* event must outlive it. */
int pin_check_new(sd_event *event, struct pin_check **out)
    __attribute__((warn_unused_result));

/* Waits for the comparison under way, and drops the others unanswered. */
void pin_check_free(struct pin_check *check);

/* Whether one more may wait. */
bool pin_check_has_room(struct pin_check *check, bool first);

/*
 * Calls fn(arg, …) from the loop once it is known; never from inside. first:
 * it comes from this machine, and goes before those from elsewhere. Both
 * texts are copied. -EAGAIN: too many wait. -EINVAL: one is too long. -ENOMEM.
 */
int pin_check_submit(struct pin_check *check, const char *hash, const char *pin,
		     bool first, pin_check_fn *fn, void *arg)
    __attribute__((warn_unused_result));

/* Forget the answer: fn is not called for that arg. */
void pin_check_abandon(struct pin_check *check, const void *arg);

#endif
