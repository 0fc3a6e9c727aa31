/* SPDX-License-Identifier: MIT */
/*
 * A connection to PostgreSQL that waits no longer than it is told to, ends its
 * waits when the caller wants to stop, and says what is wrong in one line with
 * the mend, without the password. (One wait is not ours: libpq asks the DNS for
 * the host's address without a limit but the resolver's own.)
 */
#ifndef KIOSK_PG_LINK_H
#define KIOSK_PG_LINK_H

#include <libpq-fe.h>
#include <stdint.h>

#include "sync/central.h"

#define PG_CONNECT_MS 10000
#define PG_STATEMENT_MS 30000
#define PG_INSTALL_MS 120000

struct pg_link;

/*
 * To any host but this machine TLS is verify-full, with Debian's certificate
 * authorities, unless the url or libpq's environment says otherwise.
 *
 * url is checked, not connected to. stop_fd: see central.h.
 */
int pg_link_new(const char *url, int stop_fd, struct pg_link **out,
		struct central_problem *problem)
    __attribute__((warn_unused_result));
void pg_link_free(struct pg_link *link);

struct pg_params {
	int n;
	const Oid *types;
	const char *const *values; /* NULL: SQL NULL */
	const int *lengths;
	const int *formats; /* 0: text, 1: binary */
};

/*
 * Connects where there is no connection, runs sql and gives its (last) result
 * in binary, which the caller clears. params NULL: sql may be many statements,
 * which are one transaction. A negative errno with problem:
 * -ENOENT: the schema (or the database) is not there; -EACCES: not allowed;
 * -EILSEQ: a text is not UTF-8; -ECANCELED: stop_fd; others: the link broke or
 * the server could not. After an error of the link the next query connects
 * anew.
 */
int pg_link_query(struct pg_link *link, const char *sql,
		  const struct pg_params *params, int64_t limit_ms,
		  PGresult **result, struct central_problem *problem)
    __attribute__((warn_unused_result));

#endif
