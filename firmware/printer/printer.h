/* SPDX-License-Identifier: MIT */
/*
 * The slip printer in the event loop: draws, encodes, queues and writes,
 * without ever blocking. A device that is missing or stuck costs the slips,
 * never the tickets; it is tried again with back-off.
 */
#ifndef KIOSK_PRINTER_H
#define KIOSK_PRINTER_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "base/config.h"
#include "printer/slip.h"

/* A crowd at the opening must not outrun a slow printer: half a day of the
 * largest office. */
#define PRINTER_MAX_JOBS 512

struct printer;

enum printer_state { PRINTER_OFF, PRINTER_READY, PRINTER_OFFLINE };

/*
 * A slip is out (printed: all its bytes were taken) or will not be; why is one
 * line, or NULL. tag is what printer_print() was given.
 */
typedef void printer_done_fn(void *arg, uint64_t tag, bool printed,
			     const char *why);
typedef void printer_state_fn(void *arg, enum printer_state state);

/*
 * config must outlive the printer. device "none": every printer_print() is
 * ignored. "file:DIR": CODE.escpos and CODE.png in DIR (made if missing).
 * Otherwise a character device or "tcp:HOST:PORT" (HOST is an address).
 * -ENOMEM; -EINVAL for a device that is none of these.
 */
int printer_new(sd_event *event, const struct config_printer *config,
		const char *font, printer_done_fn *on_done,
		printer_state_fn *on_state, void *arg, struct printer **out)
    __attribute__((warn_unused_result));

/*
 * Prints no more: tells on_done of each slip that is still owed, as one that
 * will not be. Only printer_free() may follow. NULL is fine.
 */
void printer_stop(struct printer *printer);

/* Jobs still queued are dropped; on_done is not called for them. */
void printer_free(struct printer *printer);

/*
 * Queues a slip; copies what it needs. on_done comes later, never from inside.
 * At most PRINTER_MAX_JOBS wait; one more fails at once (through on_done).
 */
void printer_print(struct printer *printer, const struct slip *slip,
		   uint64_t tag);

enum printer_state printer_state(const struct printer *printer);

#endif
