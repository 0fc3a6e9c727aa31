/* SPDX-License-Identifier: MIT */
/*
 * Holds a central log to itself: each journal's rows without a gap, each chain
 * recomputed here, each head where the rows end, and each checkpoint signed by
 * the kiosk's key over the chain that the log has there. So whoever may read
 * the log can prove who wrote what.
 */
#ifndef KIOSK_AUDIT_H
#define KIOSK_AUDIT_H

#include <stdio.h>

#include "sync/summary_source.h"

struct audit_result {
	int64_t journals, rows, checkpoints, faults;
};

/*
 * A line to faults for each thing that does not hold (in a journal the first
 * row; behind it nothing can be told). 0 where the log could be read, whatever
 * was found; a negative errno with problem.
 */
int audit_run(struct summary_source *source, FILE *faults,
	      struct audit_result *result, struct central_problem *problem)
    __attribute__((warn_unused_result));

#endif
