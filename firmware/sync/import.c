/* SPDX-License-Identifier: MIT */
#include "sync/import.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/batch.h"

struct import {
	const struct central_ops *ops;
	struct central *central;
	struct sealed *sealed;
	struct batch *batch;
	struct central_head from; /* what the batch continues */
	struct import_result *result;
	struct central_problem *problem;
};

static int fork_found(struct import *import, int64_t seq)
{
	const struct sealed_title *title = &import->result->title;

	snprintf(import->problem->text, sizeof(import->problem->text),
		 "fork: the central log holds another row %" PRId64
		 " of kiosk %s's journal %s: see docs/central-log.md",
		 seq, title->kiosk, title->journal);
	return -ESTALE;
}

static int act_on(struct import *import, enum central_verdict verdict)
{
	struct import_result *result = import->result;

	switch (verdict) {
	case CENTRAL_TAKEN:
		return 0;
	case CENTRAL_RESUME:
		snprintf(import->problem->text, sizeof(import->problem->text),
			 "somebody else brings the same journal in: try again");
		return -EAGAIN;
	case CENTRAL_FORK:
		return fork_found(import, result->head.seq);
	case CENTRAL_BAD_CHAIN:
		snprintf(import->problem->text, sizeof(import->problem->text),
			 "the central log refuses rows that hold here: this "
			 "kiosk-sync and the log are of different versions: "
			 "run kiosk-sync --install-central URL");
		return -EBADMSG;
	case CENTRAL_DENIED:
		return -EACCES;
	}
	return -EPROTO;
}

/* What is in the batch. seal: only with the file's end. */
static int send(struct import *import, const struct central_seal *seal)
{
	struct import_result *result = import->result;
	enum central_verdict verdict = CENTRAL_DENIED;
	struct central_head before = result->head;
	int status =
	    import->ops->append(import->central, result->title.kiosk,
				result->title.journal, &import->from,
				import->batch->rows, import->batch->n, seal,
				&verdict, &result->head, import->problem);

	if (status == 0)
		status = act_on(import, verdict);
	if (status < 0)
		return status;
	result->added += result->head.seq - before.seq;
	import->from = import->batch->end;
	batch_start(import->batch, &import->from);
	return 0;
}

static int add(struct import *import, const struct journal_row *row)
{
	enum batch_result added = batch_add(import->batch, row);
	int status;

	if (added == BATCH_FULL) {
		status = send(import, NULL);
		if (status < 0)
			return status;
		added = batch_add(import->batch, row);
	}
	if (added == BATCH_ADDED)
		return 0;
	snprintf(import->problem->text, sizeof(import->problem->text),
		 "row %" PRId64 " does not hold", row->seq);
	return -EBADMSG;
}

/*
 * Rows that the log has are passed over, but for the last of them where it has
 * all: whether that is the same the log then says.
 */
static int send_rows(struct import *import)
{
	const struct sealed_title *title = &import->result->title;
	const struct central_head *head = &import->result->head;
	int64_t skip_until =
	    head->seq < title->end.seq ? head->seq : title->end.seq - 1;
	struct central_head at = title->from;
	struct journal_row row;
	int status;

	for (;;) {
		if (at.seq == head->seq && at.seq == skip_until &&
		    !central_head_equal(&at, head)) {
			(void)import->ops->fork(import->central, title->kiosk,
						title->journal, &at,
						import->problem);
			return fork_found(import, head->seq);
		}
		if (at.seq >= skip_until)
			break;
		status = sealed_next(import->sealed, &row, import->problem);
		if (status <= 0)
			return status;
		central_head_set(&at, &row);
	}
	import->from = at;
	batch_start(import->batch, &at);
	while ((status = sealed_next(import->sealed, &row, import->problem)) >
	       0) {
		status = add(import, &row);
		if (status < 0)
			return status;
	}
	return status < 0 || import->batch->n == 0 ? status
						   : send(import, &title->seal);
}

static int bring_in(struct import *import)
{
	const struct sealed_title *title = &import->result->title;
	struct central_head *head = &import->result->head;
	int status =
	    import->ops->hello(import->central, title->kiosk, title->journal,
			       title->end.seq, head, import->problem);

	if (status < 0)
		return status;
	if (head->seq < title->from.seq) {
		snprintf(import->problem->text, sizeof(import->problem->text),
			 "the central log has kiosk %s's rows up to %" PRId64
			 " and the file begins behind %" PRId64
			 ": write one with kioskctl journal export --sealed "
			 "FILE --from %" PRId64,
			 title->kiosk, head->seq, title->from.seq,
			 head->seq + 1);
		return -ERANGE;
	}
	if (title->end.seq == title->from.seq)
		return 0;
	return send_rows(import);
}

int import_file(const struct central_ops *ops, const char *url, int stop_fd,
		const char *path, struct import_result *result,
		struct central_problem *problem)
{
	struct import import = {.ops = ops,
				.result = result,
				.problem = problem};
	int status;

	*result = (struct import_result){0};
	status = sealed_open(path, &import.sealed, problem);
	if (status < 0)
		return status;
	status = sealed_check(import.sealed, &result->title, problem);
	if (status < 0)
		goto close_sealed;
	import.batch = malloc(sizeof(*import.batch));
	if (!import.batch) {
		snprintf(problem->text, sizeof(problem->text), "out of memory");
		status = -ENOMEM;
		goto close_sealed;
	}
	status = ops->open(url, stop_fd, &import.central, problem);
	if (status == 0) {
		status = bring_in(&import);
		ops->close(import.central);
	}
	free(import.batch);

close_sealed:
	sealed_close(import.sealed);
	return status;
}
