/* SPDX-License-Identifier: MIT */
#include "ctl/mend_commands.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ctl/ctl_format.h"
#include "journal/journal_check.h"

static json_t *checked_json(const char *path,
			    const struct journal_checked *checked)
{
	json_t *findings = json_array();

	for (size_t i = 0; i < checked->n; i++) {
		const struct journal_finding *of = &checked->findings[i];

		if (json_array_append_new(findings,
					  json_pack("{s:s, s:b, s:s}", "what",
						    of->what, "ok", of->ok,
						    "text", of->text)) != 0) {
			json_decref(findings);
			return NULL;
		}
	}
	return json_pack("{s:s, s:b, s:o, s:I, s:I, s:I, s:o}", "file", path,
			 "ok", checked->ok, "journal",
			 checked->id[0] ? json_string(checked->id)
					: json_null(),
			 "rows", (json_int_t)checked->rows, "head_seq",
			 (json_int_t)checked->head_seq, "anchor_seq",
			 (json_int_t)checked->anchor_seq, "findings", findings);
}

int journal_command_check(const struct ctl_command *command)
{
	struct journal_checked checked;
	char path[PATH_MAX];
	int status;

	if (command->file)
		snprintf(path, PATH_MAX, "%s", command->file);
	else
		snprintf(path, PATH_MAX, "%s/journal.db", command->state_dir);
	journal_check(path, &checked);
	status = checked.ok ? EXIT_SUCCESS : EXIT_FAILURE;
	if (command->json)
		return ctl_format_json(checked_json(path, &checked), status);
	for (size_t i = 0; i < checked.n; i++) {
		const struct journal_finding *of = &checked.findings[i];

		if (of->ok)
			printf("ok     %-9s  %s\n", of->what, of->text);
		else
			printf("WRONG  %-9s  %s\n", of->what, of->text);
	}
	if (!checked.ok)
		fprintf(stderr, "kioskctl: %s: not in order: see above\n",
			path);
	return status;
}

static const char *state_word(const struct journal_span *span)
{
	switch (span->state) {
	case JOURNAL_KEPT:
		return "kept";
	case JOURNAL_LEFT:
		return "left";
	case JOURNAL_UNLINKED:
		return "unlinked";
	case JOURNAL_GONE:
		return "lost";
	}
	return "lost";
}

static const char *state_means(const struct journal_span *span)
{
	switch (span->state) {
	case JOURNAL_KEPT:
		return "in the journal";
	case JOURNAL_LEFT:
		return "hold, but only the old file has them: rows behind them "
		       "are lost";
	case JOURNAL_UNLINKED:
		return "readable, but nothing vouches for it: only the old "
		       "file has it";
	case JOURNAL_GONE:
		return "cannot be read: the central log may have them";
	}
	return "";
}

static json_t *spans_json(const struct journal_mended *mended)
{
	json_t *spans = json_array();

	for (size_t i = 0; i < mended->n; i++) {
		const struct journal_span *of = &mended->spans[i];

		if (json_array_append_new(spans,
					  json_pack("{s:s, s:I, s:I, s:s, s:s}",
						    "state", state_word(of),
						    "first_seq",
						    (json_int_t)of->first_seq,
						    "last_seq",
						    (json_int_t)of->last_seq,
						    "first_day", of->first_day,
						    "last_day",
						    of->last_day)) != 0) {
			json_decref(spans);
			return NULL;
		}
	}
	return spans;
}

static json_t *mended_json(const struct journal_mended *mended)
{
	bool done = mended->aside[0] != '\0';

	return json_pack("{s:b, s:o, s:b, s:s, s:I, s:o}", "mended", done,
			 "aside",
			 done ? json_string(mended->aside) : json_null(),
			 "anew", mended->anew, "previous", mended->old,
			 "unreadable_pages", (json_int_t)mended->unreadable,
			 "rows", spans_json(mended));
}

static void print_mended(const struct ctl_command *command,
			 const struct journal_mended *mended)
{
	const char *dir = command->state_dir;

	for (size_t i = 0; i < mended->n; i++) {
		const struct journal_span *of = &mended->spans[i];

		printf("rows %" PRId64 " to %" PRId64, of->first_seq,
		       of->last_seq);
		if (of->first_day[0])
			printf(" (%s to %s)", of->first_day, of->last_day);
		printf(": %s\n", state_means(of));
	}
	if (mended->unreadable > 0)
		printf("%" PRId64 " pages could not be read from the disk: "
		       "replace the card\n",
		       mended->unreadable);
	if (mended->anew)
		printf("%s/journal.db: nothing could be kept: a new journal; "
		       "numbers go on behind those that were given out\n",
		       dir);
	printf("%s/%s: the old journal, as it was\n", dir, mended->aside);
}

int journal_command_recover(const struct ctl_command *command)
{
	struct journal_problem problem = {0};
	struct journal_mended mended;

	if (journal_recover(command->state_dir, clock_wall_ms(), &mended,
			    &problem) < 0) {
		fprintf(stderr, "kioskctl: %s\n", problem.text);
		return EXIT_FAILURE;
	}
	if (command->json)
		return ctl_format_json(mended_json(&mended), EXIT_SUCCESS);
	if (mended.aside[0])
		print_mended(command, &mended);
	else
		printf("%s/journal.db: whole, nothing to recover\n",
		       command->state_dir);
	return EXIT_SUCCESS;
}
