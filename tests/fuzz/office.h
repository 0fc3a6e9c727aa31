/* SPDX-License-Identifier: MIT */
/* A whole small office in the fuzz target's own process: configuration,
 * journal, kiosk and event loop. */
#ifndef KIOSK_TEST_FUZZ_OFFICE_H
#define KIOSK_TEST_FUZZ_OFFICE_H

#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/config.h"
#include "journal/journal.h"
#include "kiosk.h"

struct fuzz_office {
	sd_event *event;
	struct config *config;
	struct journal *journal;
	struct kiosk *kiosk;
	uint64_t changes; /* events about a ticket or a counter */
};

/* Two services and two counters (1 and 7), users and devices, a keypad and a
 * scanner. */
extern const char fuzz_office_text[];

/* The configuration alone; the caller's. */
struct config *fuzz_office_config(void);

/* Begins with an empty journal in fuzz_directory(). */
void fuzz_office_open(struct fuzz_office *office);
/* Upon the journal that lies there. */
void fuzz_office_open_again(struct fuzz_office *office);
/* Likewise; 0, or why not. */
int fuzz_office_try(struct fuzz_office *office,
		    struct journal_problem *problem);
void fuzz_office_close(struct fuzz_office *office);

/* Runs the loop until nothing is due, or for so many turns. */
void fuzz_office_run(const struct fuzz_office *office, int turns);

/* What must hold of any office at any time. */
void fuzz_office_check(const struct fuzz_office *office);
/* And of one whose journal nobody doctored: numbers run on by one. */
void fuzz_office_check_numbers(const struct fuzz_office *office);

#endif
