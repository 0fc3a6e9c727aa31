/* SPDX-License-Identifier: MIT */
#include "sync/sync.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "sync/batch.h"
#include "sync/seal.h"

#define JOURNAL_FILE "journal.db"
/* Another sender of the same journal may overtake us now and then. */
#define RESUMES_MAX 5

struct sync {
	const struct central_ops *ops;
	char *url, *kiosk, *path;
	int stop_fd;
	struct journal *journal;
	struct central *central;
	struct central_head head; /* the central log's, as of this round */
	struct central_head local_head; /* the journal's, likewise */
	int resumes;
	struct batch *batch;
	bool signs;
	struct seal_key key;
};

__attribute__((format(printf, 3, 4))) static int
fail(struct sync_status *status, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(status->error, sizeof(status->error), format, args);
	va_end(args);
	/* A server's words may be anything; people, and JSON, get this text. */
	utf8_make_printable(status->error);
	return error;
}

int sync_new(const struct central_ops *ops, const char *url, const char *kiosk,
	     const char *state_dir, int stop_fd, struct sync **out,
	     struct central_problem *problem)
{
	struct sync *sync = calloc(1, sizeof(*sync));
	int status;

	*out = NULL;
	if (!sync)
		goto no_memory;
	sync->ops = ops;
	sync->stop_fd = stop_fd;
	sync->url = strdup(url);
	sync->kiosk = strdup(kiosk);
	sync->batch = malloc(sizeof(*sync->batch));
	if (asprintf(&sync->path, "%s/%s", state_dir, JOURNAL_FILE) < 0)
		sync->path = NULL;
	if (!sync->url || !sync->kiosk || !sync->batch || !sync->path)
		goto no_memory;
	/* Rows without a signature are better than none. */
	status = seal_key_load(state_dir, &sync->key, problem);
	sync->signs = status == 0;
	if (status < 0)
		log_warning("%s; the rows go unsigned", problem->text);
	/* A url that can never work is told at once. */
	status = ops->open(url, stop_fd, &sync->central, problem);
	if (status < 0) {
		sync_free(sync);
		return status;
	}
	*out = sync;
	return 0;

no_memory:
	sync_free(sync);
	snprintf(problem->text, sizeof(problem->text), "out of memory");
	return -ENOMEM;
}

void sync_free(struct sync *sync)
{
	if (!sync)
		return;
	sync_rest(sync);
	journal_close(sync->journal);
	seal_key_forget(&sync->key);
	free(sync->batch);
	free(sync->path);
	free(sync->kiosk);
	free(sync->url);
	free(sync);
}

void sync_doze(struct sync *sync)
{
	journal_close(sync->journal);
	sync->journal = NULL;
	malloc_trim(0);
}

void sync_rest(struct sync *sync)
{
	if (sync->central)
		sync->ops->close(sync->central);
	sync->central = NULL;
}

/* Opens the journal, anew each round: another file may have taken its place, or
 * a rebase have given it another identity. */
static int use_journal(struct sync *sync, struct sync_status *status)
{
	struct journal_problem problem = {0};
	int opened;

	journal_close(sync->journal);
	sync->journal = NULL;
	if (access(sync->path, F_OK) < 0) {
		int error = -errno;

		status->waiting = error == -ENOENT;
		if (status->waiting)
			return fail(status, error,
				    "%s: there is no journal yet: start kioskd",
				    sync->path);
		return fail(status, error, "%s: %s: let kiosk-sync read it",
			    sync->path, strerror(-error));
	}
	opened = journal_open_reader(sync->path, &sync->journal, &problem);
	if (opened < 0) {
		sync->journal = NULL;
		return fail(status, opened, "%s", problem.text);
	}
	return 0;
}

static int use_central(struct sync *sync, struct sync_status *status)
{
	struct central_problem problem = {0};
	int opened;

	if (sync->central)
		return 0;
	opened =
	    sync->ops->open(sync->url, sync->stop_fd, &sync->central, &problem);
	if (opened < 0) {
		sync->central = NULL;
		return fail(status, opened, "%s", problem.text);
	}
	return 0;
}

static int take_head(void *arg, const struct journal_row *row)
{
	central_head_set(arg, row);
	return 0;
}

/* What the central log answered becomes what we go by. */
static int adopt_head(struct sync *sync, const struct central_head *head,
		      struct sync_status *status)
{
	if (head->seq < 0)
		return fail(status, -EPROTO,
			    "the central log says that its last row of this "
			    "journal is %" PRId64
			    ", and rows begin at 1: run kiosk-sync "
			    "--install-central URL",
			    head->seq);
	sync->head = *head;
	status->synced_seq = head->seq;
	return 0;
}

static int fork_found(struct sync_status *status, int64_t seq)
{
	return fail(status, -ESTALE,
		    "fork: the central log holds another row %" PRId64
		    " for this journal: the card was cloned, an old copy "
		    "restored or the journal changed; nothing is sent; see "
		    "kioskctl journal rebase",
		    seq);
}

/* The central log shall show it too; whether that works changes nothing. */
static void tell_fork(struct sync *sync, const struct central_head *ours)
{
	struct central_problem problem = {0};

	if (sync->ops->fork(sync->central, sync->kiosk,
			    journal_id(sync->journal), ours, &problem) < 0)
		log_warning("the fork could not be told: %s", problem.text);
}

/* Our row at the central log's head; the last of those that were pruned is
 * known by the anchor. */
static int read_ours(struct sync *sync, struct central_head *ours,
		     struct sync_status *status)
{
	struct journal_anchor anchor;
	int64_t seq = sync->head.seq;
	int walked = journal_anchor(sync->journal, &anchor);

	*ours = (struct central_head){0};
	if (walked == 0 && seq < anchor.seq)
		return fail(status, -ENOENT,
			    "rows %" PRId64 " to %" PRId64
			    " are missing at the central log, which had them, "
			    "and are pruned here: restore its backup; or see "
			    "kioskctl journal rebase",
			    seq + 1, anchor.seq);
	if (walked == 0 && anchor.seq > 0 && seq == anchor.seq) {
		ours->seq = seq;
		memcpy(ours->chain, anchor.chain, sizeof(ours->chain));
	} else if (walked == 0 && seq > 0) {
		walked =
		    journal_each(sync->journal, seq - 1, 1, take_head, ours);
	}
	if (walked < 0)
		return fail(status, walked, "%s: cannot be read: %s",
			    sync->path, strerror(-walked));
	return 0;
}

static void note_head(struct sync *sync, struct sync_status *status)
{
	status->synced_seq = sync->head.seq;
	snprintf(status->journal, sizeof(status->journal), "%s",
		 journal_id(sync->journal));
	memcpy(status->synced_chain, sync->head.chain,
	       sizeof(status->synced_chain));
}

/* Whether this journal has the central log's head in it. */
static int check_head(struct sync *sync, struct sync_status *status)
{
	struct central_head ours;
	int result = read_ours(sync, &ours, status);

	if (result < 0)
		return result;
	if (sync->head.seq > status->local_seq) {
		tell_fork(sync, &sync->local_head);
		return fail(status, -ESTALE,
			    "fork: the central log has rows up to %" PRId64
			    " of this journal, which ends at %" PRId64
			    ": an old copy was restored; nothing is sent; see "
			    "kioskctl journal rebase",
			    sync->head.seq, status->local_seq);
	}
	if (!central_head_equal(&ours, &sync->head)) {
		tell_fork(sync, &ours);
		return fork_found(status, sync->head.seq);
	}
	note_head(sync, status);
	return 0;
}

static int learn_local_head(struct sync *sync, struct sync_status *status)
{
	struct central_head *local = &sync->local_head;
	int result = journal_head(sync->journal, &local->seq, local->chain);

	if (result < 0)
		return fail(status, result, "%s: cannot be read: %s",
			    sync->path, strerror(-result));
	status->local_seq = local->seq;
	return 0;
}

static int learn_heads(struct sync *sync, struct sync_status *status)
{
	struct central_problem problem = {0};
	struct central_head head;
	int result = learn_local_head(sync, status);

	if (result < 0)
		return result;
	result = sync->ops->hello(sync->central, sync->kiosk,
				  journal_id(sync->journal), status->local_seq,
				  &head, &problem);
	if (result < 0)
		return fail(status, result, "%s", problem.text);
	result = adopt_head(sync, &head, status);
	return result < 0 ? result : check_head(sync, status);
}

int sync_begin(struct sync *sync, struct sync_status *status)
{
	int result;

	status->off = false;
	status->waiting = false;
	status->error[0] = '\0';
	status->journal[0] = '\0';
	sync->resumes = 0;
	result = use_journal(sync, status);
	if (result == 0)
		result = use_central(sync, status);
	if (result == 0)
		result = learn_heads(sync, status);
	if (result < 0)
		sync_rest(sync);
	return result;
}

/* What take_row() ends the walk with. */
enum { FULL = 1, BAD_ROW = 2 };

static int take_row(void *arg, const struct journal_row *row)
{
	switch (batch_add(arg, row)) {
	case BATCH_ADDED:
		break;
	case BATCH_FULL:
		return FULL;
	case BATCH_BAD_ROW:
		return BAD_ROW;
	}
	return 0;
}

static int read_batch(struct sync *sync, struct sync_status *status)
{
	struct batch *batch = sync->batch;
	int walked;

	batch_start(batch, &sync->head);
	walked = journal_each(sync->journal, sync->head.seq, BATCH_ROWS,
			      take_row, batch);
	if (walked < 0)
		return fail(status, walked, "%s: cannot be read: %s",
			    sync->path, strerror(-walked));
	if (walked == BAD_ROW)
		return fail(status, -EBADMSG,
			    "%s: row %" PRId64
			    " does not hold: it was changed or damaged; see "
			    "kioskctl journal verify; nothing is sent",
			    JOURNAL_FILE, batch->end.seq + 1);
	return 0;
}

static int act_on(struct sync *sync, enum central_verdict verdict,
		  const struct central_head *head,
		  const struct central_problem *problem,
		  struct sync_status *status)
{
	int result;

	switch (verdict) {
	case CENTRAL_TAKEN:
	case CENTRAL_RESUME:
		result = adopt_head(sync, head, status);
		if (result < 0)
			return result;
		if (central_head_equal(head, &sync->batch->end)) {
			note_head(sync, status);
			return 1;
		}
		/* Somebody else sends the same journal. */
		if (++sync->resumes > RESUMES_MAX)
			return fail(status, -EAGAIN,
				    "another kiosk-sync sends the same "
				    "journal: stop one of them");
		result = learn_local_head(sync, status);
		if (result == 0)
			result = check_head(sync, status);
		return result < 0 ? result : 1;
	case CENTRAL_FORK:
		return fork_found(status, head->seq);
	case CENTRAL_BAD_CHAIN:
		return fail(status, -EBADMSG,
			    "the central log refuses the rows from %" PRId64
			    " on, which hold here: this kiosk-sync and the "
			    "central log are of different versions: run "
			    "kiosk-sync --install-central URL",
			    sync->head.seq + 1);
	case CENTRAL_DENIED:
		return fail(status, -EACCES, "%s", problem->text);
	}
	return fail(status, -EPROTO, "unknown verdict %d", (int)verdict);
}

int sync_step(struct sync *sync, struct sync_status *status)
{
	struct central_problem problem = {0};
	enum central_verdict verdict = CENTRAL_DENIED;
	struct central_head head;
	struct central_seal seal;
	int result = read_batch(sync, status);

	if (result == 0 && sync->batch->n == 0)
		return 0;
	if (result < 0)
		goto give_up;
	if (sync->batch->end.seq > status->local_seq)
		status->local_seq = sync->batch->end.seq;
	if (sync->signs)
		seal_head(&sync->key, sync->kiosk, journal_id(sync->journal),
			  &sync->batch->end, &seal);
	result = sync->ops->append(sync->central, sync->kiosk,
				   journal_id(sync->journal), &sync->head,
				   sync->batch->rows, sync->batch->n,
				   sync->signs ? &seal : NULL, &verdict, &head,
				   &problem);
	if (result < 0)
		result = fail(status, result, "%s", problem.text);
	else
		result = act_on(sync, verdict, &head, &problem, status);
	if (result >= 0)
		return result;

give_up:
	sync_rest(sync);
	return result;
}

static bool stop_wanted(const struct sync *sync)
{
	struct pollfd fd = {.fd = sync->stop_fd, .events = POLLIN};

	return poll(&fd, 1, 0) > 0;
}

int sync_round(struct sync *sync, struct sync_status *status)
{
	int result = sync_begin(sync, status);

	if (result < 0)
		return result;
	do {
		if (stop_wanted(sync))
			return fail(status, -ECANCELED, "stopped");
		result = sync_step(sync, status);
	} while (result > 0);
	return result;
}
