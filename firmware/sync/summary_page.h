/* SPDX-License-Identifier: MIT */
/*
 * The report that leaders look at: one HTML file, Vietnamese and English, no
 * script and nothing from elsewhere, that prints on A4.
 */
#ifndef KIOSK_SUMMARY_PAGE_H
#define KIOSK_SUMMARY_PAGE_H

#include <stdio.h>

#include "sync/summary_source.h"

/* Of what; each of the first three may be NULL: all. Days as 2026-11-24. */
struct summary_scope {
	const char *province, *commune, *kiosk;
	const char *from, *until;
};

/* A kiosk that was not heard of for so long is silent. */
#define SUMMARY_SILENT_MS (24 * 3600 * 1000LL)

/* 0 or a negative errno with problem; then what was written is not whole. */
int summary_page_write(struct summary_source *source,
		       const struct summary_scope *scope, FILE *to,
		       struct central_problem *problem)
    __attribute__((warn_unused_result));

#endif
