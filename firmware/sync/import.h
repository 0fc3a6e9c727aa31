/* SPDX-License-Identifier: MIT */
/* Brings a sealed export (sealed.h) into a central log: the same append, the
 * same checks. */
#ifndef KIOSK_IMPORT_H
#define KIOSK_IMPORT_H

#include "sync/central.h"
#include "sync/sealed.h"

struct import_result {
	struct sealed_title title; /* whose rows */
	int64_t added;
	struct central_head head; /* where the central log stands now */
};

/*
 * The whole file is checked before anything is sent. 0, also when the log had
 * all of it; -EBADMSG: the file does not hold; -ERANGE: the log lacks rows
 * before the file's first; -ESTALE: a fork, which the log notes; -EACCES: this
 * role may not bring that kiosk's rows. May be repeated after any of them.
 */
int import_file(const struct central_ops *ops, const char *url, int stop_fd,
		const char *path, struct import_result *result,
		struct central_problem *problem)
    __attribute__((warn_unused_result));

#endif
