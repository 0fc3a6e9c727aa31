/* SPDX-License-Identifier: MIT */
/*
 * Questions to a central log of either engine, in the SQL that both take (and
 * encode(bytes, 'hex'), which is made where it is missing); answers as text.
 * Reads only.
 */
#ifndef KIOSK_SUMMARY_SOURCE_H
#define KIOSK_SUMMARY_SOURCE_H

#include "sync/central.h"

struct summary_source;

/*
 * Opens it and brings the server's rollups up to date, where this role may
 * (kiosk_reader); works those of an SQLite file out for the days from..until.
 * from NULL: no rollups are wanted. 0 or a negative errno with problem.
 */
int summary_source_open(const char *url, const char *from, const char *until,
			struct summary_source **out,
			struct central_problem *problem)
    __attribute__((warn_unused_result));
void summary_source_close(struct summary_source *source);

/* values: a text or NULL a column. Anything but 0 ends it and is returned. */
typedef int summary_row_fn(void *arg, const char *const *values, int n);

/* Calls fn for each row. 0 or a negative errno with problem. */
int summary_source_each(struct summary_source *source, const char *sql,
			summary_row_fn *fn, void *arg,
			struct central_problem *problem)
    __attribute__((warn_unused_result));

/*
 * text as a literal, quotes included, malloc()ed; NULL when out of memory.
 * (Both engines: a quote is doubled and nothing else means anything.)
 */
char *summary_literal(const char *text);

#endif
