/* SPDX-License-Identifier: MIT */
/* An office in a directory of its own under bench->data, and its programs. */
#ifndef KIOSK_BENCH_OFFICE_H
#define KIOSK_BENCH_OFFICE_H

#include <stdbool.h>
#include <sys/types.h>

#include "bench.h"

struct office {
	char dir[160];
	char config[192];
	char socket[192];
	char journal[192];
	char central[192];
	char slips[192];
	pid_t kioskd; /* 0: not running */
};

/* An empty office. printing: slips go to files; else printer "none". */
void office_make(struct office *office, const struct bench *bench,
		 const char *name, bool printing);

/* Starts kioskd; returns when it is READY: the milliseconds from the fork. */
double office_start(struct office *office, const struct bench *bench);

/* SIGTERM, and waits. */
void office_stop(struct office *office);

/*
 * Starts bench->build/program with these arguments (NULL-terminated); its
 * output goes to log. wait_ready: returns when it told READY, *ready_ms (may be
 * NULL) after the fork.
 */
pid_t program_start(const struct bench *bench, const char *log,
		    const char *const *arguments, bool wait_ready,
		    double *ready_ms);
void program_stop(pid_t pid);

/* Runs program --version: the milliseconds from the fork to its end, and the
 * most memory that it had (may be NULL). What starting anything costs. */
double program_version(const struct bench *bench, const char *program,
		       long *max_rss_kb);

#endif
