/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "kiosk.h"

static void tell_mended(const char *dir, const struct journal_mended *mended)
{
	if (mended->anew)
		log_error("%s/journal.db was beyond use: it is set aside as "
			  "%s, and a new one begins, behind the numbers that "
			  "were given out",
			  dir, mended->aside);
	for (size_t i = 0; i < mended->n; i++) {
		const struct journal_span *span = &mended->spans[i];

		if (span->state == JOURNAL_KEPT)
			log_error("%s/journal.db was damaged: rows %" PRId64
				  " to %" PRId64 " are kept, the old file is "
				  "set aside as %s",
				  dir, span->first_seq, span->last_seq,
				  mended->aside);
	}
}

/* What the replay says is why the journal is mended. */
static int mend_and_open(const char *dir, struct journal **journal,
			 struct journal_problem *problem)
{
	char why[sizeof(problem->text)];
	struct journal_mended mended;
	int rc;

	memcpy(why, problem->text, sizeof(why));
	rc = journal_mend(dir, clock_wall_ms(), why, &mended, problem);
	if (rc != 0)
		return rc;
	tell_mended(dir, &mended);
	return journal_open(dir, clock_wall_ms(), journal, problem);
}

int kiosk_open(sd_event *event, const struct config *config, const char *dir,
	       struct journal **journal, struct kiosk **kiosk,
	       struct journal_problem *problem)
{
	struct journal_mended mended;
	int rc;

	*kiosk = NULL;
	rc = journal_open_mending(dir, clock_wall_ms(), journal, &mended,
				  problem);
	if (mended.aside[0])
		tell_mended(dir, &mended);
	if (rc != 0)
		return rc;
	rc = kiosk_new(event, config, *journal, kiosk, problem);
	/* A page of today's that cannot be read is found only by replaying. */
	if (rc == -EBADMSG) {
		journal_close(*journal);
		*journal = NULL;
		rc = mend_and_open(dir, journal, problem);
		if (rc != 0)
			return rc;
		rc = kiosk_new(event, config, *journal, kiosk, problem);
	}
	if (rc != 0) {
		journal_close(*journal);
		*journal = NULL;
	}
	return rc;
}
