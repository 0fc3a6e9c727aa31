/* SPDX-License-Identifier: MIT */
/*
 * The SQLite central log, between its two files: central_sqlite_open.c opens it
 * and makes its schema, central_sqlite.c answers.
 */
#ifndef KIOSK_CENTRAL_SQLITE_INTERNAL_H
#define KIOSK_CENTRAL_SQLITE_INTERNAL_H

#include <sqlite3.h>
#include <sys/types.h>

#include "sync/central.h"

enum statement {
	STATEMENT_HEAD,
	STATEMENT_MAKE_HEAD,
	STATEMENT_CONTACT,
	STATEMENT_CHAIN_AT,
	STATEMENT_ADD,
	STATEMENT_SET_HEAD,
	STATEMENT_KNOW_KIOSK,
	STATEMENT_FAULT,
	STATEMENT_PUBLIC_KEY,
	STATEMENT_SET_PUBLIC_KEY,
	STATEMENT_CHECKPOINT,
	STATEMENTS
};

struct central {
	char *path;
	sqlite3 *db; /* NULL until first used */
	dev_t device;
	ino_t inode;
	sqlite3_stmt *statements[STATEMENTS];
};

/* Opens the file where it is not open, or where another took its place. */
int central_sqlite_use(struct central *central, struct central_problem *problem)
    __attribute__((warn_unused_result));
void central_sqlite_close(struct central *central);

/* What SQLite met, as an errno and in words with the mend. */
int central_sqlite_failed(struct central *central,
			  struct central_problem *problem);
int central_sqlite_run(struct central *central, const char *sql,
		       struct central_problem *problem)
    __attribute__((warn_unused_result));
/* Commits, or undoes all when status < 0 or the commit fails. */
int central_sqlite_finish(struct central *central, int status,
			  struct central_problem *problem)
    __attribute__((warn_unused_result));

#endif
