/* SPDX-License-Identifier: MIT */
/*
 * The kiosk's front: what buttons, keypads and scanners ask of the kiosk, and
 * what lamps show of it. Knows the kiosk and the panel, which know nothing of
 * one another. Owns the panel and the desk; an observer of the kiosk.
 */
#ifndef KIOSK_FRONT_H
#define KIOSK_FRONT_H

#include <stddef.h>
#include <systemd/sd-event.h>

#include "kiosk.h"
#include "panel/gpio.h"
#include "slips.h"

/* A press that got no number blinks so long. */
#define FRONT_REFUSED_MS 3000

struct front;

/*
 * event, kiosk (whose configuration says what there is) and slips (NULL: no
 * button reprints) must outlive the front. dev: "/dev". 0 also where no device
 * is there yet; -ENOMEM and the like.
 */
int front_new(sd_event *event, struct kiosk *kiosk, struct slips *slips,
	      const struct gpio_ops *ops, const char *dev, struct front **out)
    __attribute__((warn_unused_result));

/* After kiosk_stop(). Lamps go dark. NULL is fine. */
void front_free(struct front *front);

/* How many are in use. */
size_t front_buttons(const struct front *front);
size_t front_lamps(const struct front *front);
size_t front_keypads(const struct front *front); /* and scanners */

#endif
