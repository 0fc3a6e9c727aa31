/* SPDX-License-Identifier: MIT */
/*
 * What a central log answers: the input is its answers, one after the other, to
 * a kiosk-sync that copies a small journal. The link to PostgreSQL is this
 * file's (pg_link.h), so that an answer is any result libpq can hold. A first
 * byte of 0xff makes the rest the text of central.json, as kioskd reads it.
 *
 * Whatever it answers: the round ends; what it could not take is said in one
 * line; central.json can be read; and so can the state that kioskd makes of it.
 */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "central_status.h"
#include "console/state.h"
#include "sync/pg_link.h"
#include "sync/sync.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/office.h"

#define TICKETS 6
#define STEPS_MOST 40
#define ROWS_MOST 64

static struct fuzz_office office;
static struct central_head heads[ROWS_MOST]; /* of the journal, by seq */
static int64_t last_seq;
static struct fuzz_input answers;
static struct sync *sync_made;
static struct central_status *follower;
/* What the last batch would make of the log. */
static struct central_head asked;

/* ---- the link ---- */

struct pg_link {
	int open;
};

int pg_link_new(const char *url, int stop_fd, struct pg_link **out,
		struct central_problem *problem)
{
	(void)url;
	(void)stop_fd;
	*out = calloc(1, sizeof(**out));
	if (!*out)
		(void)snprintf(problem->text, sizeof(problem->text), "memory");
	return *out ? 0 : -ENOMEM;
}

void pg_link_free(struct pg_link *link)
{
	free(link);
}

static PGresult *make(int fields)
{
	static const char *const names[] = {"a", "b", "c", "d"};
	PGresAttDesc columns[4];
	PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);

	memset(columns, 0, sizeof(columns));
	for (int i = 0; i < 4; i++) {
		columns[i].name = (char *)(uintptr_t)names[i];
		columns[i].format = 1;
		columns[i].typlen = -1;
	}
	FUZZ_CHECK(result && (fields == 0 ||
			      PQsetResultAttrs(result, fields, columns)),
		   "no memory");
	return result;
}

static void set(PGresult *result, int row, int field, const void *value,
		int length)
{
	FUZZ_CHECK(PQsetvalue(result, row, field, (char *)(uintptr_t)value,
			      length),
		   "no memory");
}

/* Any rows at all. */
static PGresult *answer_raw(void)
{
	int fields = fuzz_byte(&answers) % 5, rows = fuzz_byte(&answers) % 3;
	PGresult *result = make(fields);
	char value[64];

	for (int row = 0; row < rows; row++)
		for (int field = 0; field < fields; field++) {
			int length = fuzz_byte(&answers) % 64;

			for (int i = 0; i < length; i++)
				value[i] = (char)fuzz_byte(&answers);
			set(result, row, field, length == 63 ? NULL : value,
			    length == 63 ? -1 : length);
		}
	return result;
}

/* A head: the journal's own somewhere, what was asked for, or none of ours. */
static void make_head(struct central_head *head)
{
	uint8_t how = fuzz_byte(&answers);

	memset(head, 0, sizeof(*head));
	if (how < ROWS_MOST) {
		*head = heads[how % ((unsigned)last_seq + 1)];
	} else if (how < 0x80) {
		*head = asked;
	} else {
		head->seq = fuzz_number(&answers, 8);
		memset(head->chain, fuzz_byte(&answers), sizeof(head->chain));
	}
}

static PGresult *answer_head(bool verdict)
{
	static const char *const words[] = {"taken", "resume", "fork",
					    "bad_chain", ""};
	PGresult *result = make(verdict ? 3 : 2);
	struct central_head head;
	uint64_t big;
	char *text = NULL;

	if (verdict) {
		const char *word = words[fuzz_byte(&answers) % 5];

		if (!*word)
			word = text = fuzz_text(&answers);
		set(result, 0, 0, word, (int)strlen(word));
		free(text);
	}
	make_head(&head);
	big = htobe64((uint64_t)head.seq);
	set(result, 0, verdict, &big, sizeof(big));
	set(result, 0, verdict + 1, head.chain, sizeof(head.chain));
	return result;
}

int pg_link_query(struct pg_link *link, const char *sql,
		  const struct pg_params *params, int64_t limit_ms,
		  PGresult **result, struct central_problem *problem)
{
	static const int errors[] = {-ENOENT, -EACCES, -EILSEQ, -ECANCELED,
				     -EIO};
	bool appends = strstr(sql, "kiosk_append") != NULL;

	(void)link;
	(void)limit_ms;
	FUZZ_CHECK(params && params->n <= 18, "no parameters");
	switch (fuzz_byte(&answers) & 3) {
	case 0:
		*result = answer_raw();
		return 0;
	case 1:
		*result = NULL;
		(void)snprintf(problem->text, sizeof(problem->text),
			       "the central log: no");
		return errors[fuzz_byte(&answers) % 5];
	default:
		*result = answer_head(appends);
		return 0;
	}
}

/* ---- the office ---- */

static int note_row(void *arg, const struct journal_row *row)
{
	(void)arg;
	FUZZ_CHECK(row->seq < ROWS_MOST, "too many rows");
	central_head_set(&heads[row->seq], row);
	last_seq = row->seq;
	return 0;
}

/* The office writes rows of its own accord, too: when the clock is set. */
static void note_rows(void)
{
	FUZZ_CHECK(journal_each(office.journal, last_seq, 0, note_row, NULL) ==
		       0,
		   "no rows");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const struct kiosk_command issue = {.queue = {.verb = QUEUE_ISSUE,
						      .counter = QUEUE_NONE},
					    .actor = "fuzz"};
	struct central_problem problem;

	(void)argc;
	(void)argv;
	fuzz_start();
	fuzz_office_open(&office);
	for (int i = 0; i < TICKETS; i++) {
		kiosk_submit(office.kiosk, &issue, NULL, NULL);
		fuzz_office_run(&office, 20);
	}
	note_rows();
	FUZZ_CHECK(sync_new(&central_postgres, "postgresql://h/d", "test-01",
			    fuzz_directory(), -1, &sync_made, &problem) == 0,
		   "%s", problem.text);
	FUZZ_CHECK(central_status_new(office.event, office.kiosk,
				      fuzz_directory(), 30, &follower) >= 0,
		   "no watch");
	return 0;
}

/* ---- what becomes of it ---- */

static void check_state(void)
{
	struct json_problem problem;
	json_t *object = state_board(office.kiosk, 1795545489811);
	char *text = object ? json_to_string(object) : NULL;

	FUZZ_CHECK(text, "no state of it");
	json_decref(object);
	object = json_parse_object(text, strlen(text), &problem);
	FUZZ_CHECK(object, "%s: %s", problem.what, text);
	json_decref(object);
	free(text);
}

/* kioskd follows the file. */
static void read_status(void)
{
	fuzz_office_run(&office, 20);
	check_state();
}

static void write_text(const void *bytes, size_t size)
{
	char path[300], new_path[300];
	FILE *to;

	(void)snprintf(path, sizeof(path), "%s/%s", fuzz_directory(),
		       SYNC_STATUS_FILE);
	(void)snprintf(new_path, sizeof(new_path), "%s/new", fuzz_directory());
	to = fopen(new_path, "we");
	FUZZ_CHECK(to && (size == 0 || fwrite(bytes, size, 1, to) == 1) &&
		       fclose(to) == 0 && rename(new_path, path) == 0,
		   "%s", path);
}

static void check_said(const struct sync_status *status, int result)
{
	FUZZ_CHECK(result >= 0 || *status->error, "%d without a word", result);
	FUZZ_CHECK(fuzz_is_line(status->error), "%s", status->error);
	FUZZ_CHECK(status->local_seq == last_seq, "%lld",
		   (long long)status->local_seq);
	FUZZ_CHECK(*sync_state_name(status), "no name");
}

static void go_a_round(void)
{
	struct sync_status status = {0};
	int result;

	note_rows();
	result = sync_begin(sync_made, &status);
	check_said(&status, result);
	for (int i = 0; result == 0 || result == 1; i++) {
		FUZZ_CHECK(i < STEPS_MOST, "it never ends");
		asked = heads[last_seq];
		result = sync_step(sync_made, &status);
		check_said(&status, result);
		if (result == 0)
			break;
	}
	if (result == 0)
		FUZZ_CHECK(status.synced_seq == last_seq,
			   "done at %lld of %lld", (long long)status.synced_seq,
			   (long long)last_seq);
	FUZZ_CHECK(sync_write_status(fuzz_directory(), &status) == 0,
		   "not written: %s", status.error);
	read_status();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0 && data[0] == 0xff) {
		write_text(data + 1, size - 1);
		read_status();
		return 0;
	}
	answers = (struct fuzz_input){data, size};
	go_a_round();
	return 0;
}
