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

/* As it says itself; with several faults at once, the one to mend first. */
enum printer_state {
	PRINTER_OFF, /* none is configured */
	PRINTER_OK,
	PRINTER_UNKNOWN, /* it is there, and never answers */
	PRINTER_PAPER_LOW,
	PRINTER_PAPER_OUT,
	PRINTER_COVER_OPEN,
	PRINTER_CUTTER_ERROR,
	PRINTER_OVERHEATED,
	PRINTER_OFFLINE /* not there, or it says so and not why */
};
#define PRINTER_STATES 9

enum printer_result {
	PRINTER_PRINTED, /* whole, and the printer has confirmed it */
	PRINTER_SENT,    /* all its bytes were taken; it cannot confirm */
	PRINTER_FAILED   /* not, or nobody knows: end.why says more */
};

struct printer_end {
	uint64_t tag; /* what printer_print() was given */
	enum printer_result result;
	bool copy;       /* it is marked as a copy */
	const char *why; /* one line, or NULL */
};

/* What became of a slip. */
typedef void printer_done_fn(void *arg, const struct printer_end *end);
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

/*
 * Queues the sheet of test_sheet.h, as printer_print() does a slip. Its file
 * is called TEST.
 */
void printer_print_test(struct printer *printer, uint64_t tag);

enum printer_state printer_state(const struct printer *printer);

#endif
