/* SPDX-License-Identifier: MIT */
/*
 * Between the kiosk and the printer: one slip for each ticket that is issued,
 * and what became of it, in the journal and for the staff.
 *
 * After a start, tickets whose printing the journal knows nothing of are
 * unconfirmed: they are valid, a slip may be out or not, and none is printed
 * again by itself.
 */
#ifndef KIOSK_SLIPS_H
#define KIOSK_SLIPS_H

#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/config.h"
#include "base/ticket_token.h"
#include "journal/journal.h"
#include "kiosk.h"

struct slips;

/* What is known of a ticket's latest slip. */
enum slip_fate {
	SLIP_NONE,        /* there is no printer, or no such ticket today */
	SLIP_WAITING,     /* for the printer, or it is being printed */
	SLIP_PRINTED,     /* confirmed by the printer */
	SLIP_SENT,        /* to a printer that cannot confirm */
	SLIP_FAILED,      /* not printed, or nobody knows */
	SLIP_UNCONFIRMED, /* kioskd ended between issue and print */
};
#define SLIP_FATES 6

/*
 * Opens the printer, learns what became of today's slips, and observes the
 * kiosk. All but the journal must outlive it. -ENOMEM, -EINVAL for a printer
 * that can never be right, the journal's errors.
 */
int slips_new(sd_event *event, const struct config *config, struct kiosk *kiosk,
	      struct journal *journal, struct slips **out)
    __attribute__((warn_unused_result));

/* From then on a slip's QR code may hold its ticket's token. key must outlive
 * it. */
void slips_set_key(struct slips *slips, const struct ticket_key *key);

/* Prints no more, and notes what it still owed. Then only slips_free(). */
void slips_stop(struct slips *slips);
void slips_free(struct slips *slips);

enum slip_fate slips_fate(const struct slips *slips, int service,
			  uint32_t number);
/* "printed", "unconfirmed", …; NULL for SLIP_NONE. */
const char *slips_fate_name(enum slip_fate fate);

/* How many of today's slips came to that. */
size_t slips_count(const struct slips *slips, enum slip_fate fate);

/*
 * Prints a ticket's slip once more, marked as a copy. One that is waiting for
 * the printer anyway is not printed twice. 0, -ENOENT: no such ticket today,
 * -ENODEV: there is no printer, -ENOMEM.
 */
int slips_reprint(struct slips *slips, int service, uint32_t number,
		  const char *actor) __attribute__((warn_unused_result));

/* Prints a test sheet, which is in no journal. 0, -ENODEV, -ENOMEM. */
int slips_print_test(struct slips *slips) __attribute__((warn_unused_result));

/* The slip of the ticket that was issued last. Likewise. */
int slips_reprint_last(struct slips *slips, const char *actor)
    __attribute__((warn_unused_result));

#endif
