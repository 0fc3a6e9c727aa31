/* SPDX-License-Identifier: MIT */
/* The rounds, upon a real journal and a central log of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal/chain.h"
#include "sync/batch.h"
#include "sync/seal.h"
#include "sync/sync.h"
#include "tests/unit/support/rows.h"

/* A central log that answers as it is told. */
static struct {
	struct central_head head;
	int hellos, appends, closes, forks;
	int64_t told_seq; /* of the last fork */
	size_t rows;      /* of the last batch */
	int64_t local_seq;
	int hello_status;
	int append_status;
	const char *says; /* with append_status; NULL: "it broke" */
	enum central_verdict verdict;
	const struct central_head *answer; /* NULL: the batch's end */
	int stop_after; /* write to stop_fd in that append; 0: never */
} fake;

static int stop_pipe[2];
static char dir[200];

static int fake_open(const char *url, int stop_fd, struct central **out,
		     struct central_problem *problem)
{
	static int something;

	(void)url;
	(void)stop_fd;
	(void)problem;
	*out = (struct central *)&something;
	return 0;
}

static void fake_close(struct central *central)
{
	(void)central;
	fake.closes++;
}

static int fake_hello(struct central *central, const char *kiosk,
		      const char *journal, int64_t local_seq,
		      struct central_head *head,
		      struct central_problem *problem)
{
	(void)central;
	assert_string_equal(kiosk, "k-01");
	assert_int_equal(strlen(journal), 32);
	fake.hellos++;
	fake.local_seq = local_seq;
	*head = fake.head;
	if (fake.hello_status < 0)
		snprintf(problem->text, sizeof(problem->text), "no answer");
	return fake.hello_status;
}

static int fake_append(struct central *central, const char *kiosk,
		       const char *journal, const struct central_head *from,
		       const struct journal_row *rows, size_t n_rows,
		       const struct central_seal *seal,
		       enum central_verdict *verdict, struct central_head *head,
		       struct central_problem *problem)
{
	struct central_head end;

	(void)central;
	assert_non_null(seal);
	central_head_set(&end, &rows[n_rows - 1]);
	assert_true(seal_holds(seal, kiosk, journal, &end));
	(void)kiosk;
	(void)journal;
	assert_true(central_head_equal(from, &fake.head));
	assert_in_range(n_rows, 1, BATCH_ROWS);
	fake.rows = n_rows;
	if (++fake.appends == fake.stop_after)
		assert_int_equal(write(stop_pipe[1], "", 1), 1);
	if (fake.append_status < 0) {
		snprintf(problem->text, sizeof(problem->text), "%s",
			 fake.says ? fake.says : "it broke");
		return fake.append_status;
	}
	*verdict = fake.verdict;
	if (fake.verdict == CENTRAL_DENIED)
		snprintf(problem->text, sizeof(problem->text), "not you");
	if (fake.answer)
		fake.head = *fake.answer;
	else if (fake.verdict == CENTRAL_TAKEN)
		central_head_set(&fake.head, &rows[n_rows - 1]);
	*head = fake.head;
	return 0;
}

static int fake_fork(struct central *central, const char *kiosk,
		     const char *journal, const struct central_head *ours,
		     struct central_problem *problem)
{
	(void)central;
	(void)kiosk;
	(void)journal;
	(void)problem;
	fake.forks++;
	fake.told_seq = ours->seq;
	return 0;
}

static const struct central_ops fake_ops = {
    .open = fake_open,
    .close = fake_close,
    .hello = fake_hello,
    .append = fake_append,
    .fork = fake_fork,
};

static int set_up(void **state)
{
	struct central_problem problem;
	struct sync *sync;

	memset(&fake, 0, sizeof(fake));
	rows_dir(dir, sizeof(dir));
	if (pipe(stop_pipe) < 0 || sync_new(&fake_ops, "fake:", "k-01", dir,
					    stop_pipe[0], &sync, &problem) < 0)
		return -1;
	*state = sync;
	return 0;
}

static int tear_down(void **state)
{
	sync_free(*state);
	close(stop_pipe[0]);
	close(stop_pipe[1]);
	rows_dir_end(dir);
	return 0;
}

static void assert_fails(struct sync *sync, int status, const char *word)
{
	struct sync_status told = {0};
	int result = sync_round(sync, &told);

	if (result != status || !strstr(told.error, word))
		fail_msg("%d: %s", result, told.error);
	assert_string_equal(sync_state_name(&told), "error");
}

static void a_long_journal_goes_in_batches(void **state)
{
	struct sync_status told = {0};

	rows_journal(dir, 2 * BATCH_ROWS + 200);
	assert_int_equal(sync_round(*state, &told), 0);
	assert_int_equal(fake.appends, 3);
	assert_int_equal(fake.rows, 200);
	assert_int_equal(fake.local_seq, 2 * BATCH_ROWS + 200);
	assert_int_equal(told.synced_seq, 2 * BATCH_ROWS + 200);
	assert_int_equal(told.local_seq, 2 * BATCH_ROWS + 200);
	assert_string_equal(sync_state_name(&told), "ok");
}

static void each_round_asks_first_and_sends_what_is_new(void **state)
{
	struct sync_status told = {0};

	rows_journal(dir, 10);
	assert_int_equal(sync_round(*state, &told), 0);
	assert_int_equal(sync_round(*state, &told), 0);
	assert_int_equal(fake.hellos, 2);
	assert_int_equal(fake.appends, 1);
	rows_journal_more(dir, 5);
	assert_int_equal(sync_round(*state, &told), 0);
	assert_int_equal(fake.appends, 2);
	assert_int_equal(fake.rows, 5);
}

static void a_batch_of_long_rows_ends_at_a_mebibyte(void **state)
{
	struct sync_status told = {0};

	rows_journal_long(dir, 200);
	assert_int_equal(sync_round(*state, &told), 0);
	assert_int_equal(told.synced_seq, 201);
	assert_int_equal(fake.appends, 4);
}

/* What people are told is a line of UTF-8 in any case, and not left out. */
static void
what_a_server_says_in_another_code_is_told_as_far_as_it_goes(void **state)
{
	struct sync_status told = {0};

	rows_journal(dir, 3);
	fake.append_status = -EIO;
	fake.says = "st\xf6rung\x1b[31m \xe1\xba";
	assert_int_equal(sync_round(*state, &told), -EIO);
	assert_string_equal(told.error, "st?rung?[31m ??");
}

static void the_log_s_head_decides_where_to_go_on(void **state)
{
	struct sync_status told = {0};
	struct central_head later;

	rows_journal(dir, 20);
	assert_int_equal(sync_round(*state, &told), 0);
	later = fake.head;
	/* A fail-over to a standby that lacks the last rows. */
	memset(&fake.head, 0, sizeof(fake.head));
	assert_int_equal(sync_round(*state, &told), 0);
	assert_int_equal(fake.rows, 20);
	assert_true(central_head_equal(&fake.head, &later));
}

static void what_was_pruned_is_known_by_the_anchor(void **state)
{
	struct sync_status told = {0};

	rows_journal(dir, 20);
	assert_int_equal(sync_round(*state, &told), 0);
	rows_journal_more(dir, 5);
	rows_prune(dir, 20);
	assert_int_equal(sync_round(*state, &told), 0);
	assert_int_equal(fake.rows, 5);
	assert_int_equal(told.synced_seq, 25);
}

static void rows_that_nobody_has_any_more_are_named(void **state)
{
	struct sync_status told = {0};

	rows_journal(dir, 20);
	assert_int_equal(sync_round(*state, &told), 0);
	rows_prune(dir, 12);
	memset(&fake.head, 0, sizeof(fake.head));
	assert_fails(*state, -ENOENT, "rows 1 to 12 are missing");
	assert_int_equal(fake.forks, 0);
	assert_int_equal(fake.appends, 1);
}

static void another_head_where_the_anchor_is_is_a_fork(void **state)
{
	rows_journal(dir, 20);
	rows_prune(dir, 12);
	fake.head.seq = 12;
	memset(fake.head.chain, 9, sizeof(fake.head.chain));
	assert_fails(*state, -ESTALE, "fork");
}

static void resume_goes_on_from_where_the_log_stands(void **state)
{
	struct sync_status told = {0};
	struct central_head end;

	rows_journal(dir, 20);
	assert_int_equal(sync_round(*state, &told), 0);
	end = fake.head;
	memset(&fake.head, 0, sizeof(fake.head));
	fake.verdict = CENTRAL_RESUME;
	fake.answer = &end;
	assert_int_equal(sync_round(*state, &told), 0);
	assert_int_equal(told.synced_seq, 20);
}

static void resume_without_end_is_given_up(void **state)
{
	rows_journal(dir, 20);
	fake.verdict = CENTRAL_RESUME;
	assert_fails(*state, -EAGAIN, "another kiosk-sync");
	assert_in_range(fake.appends, 2, 10);
}

static void a_head_that_is_not_ours_is_a_fork(void **state)
{
	rows_journal(dir, 20);
	fake.head.seq = 7;
	memset(fake.head.chain, 9, sizeof(fake.head.chain));
	assert_fails(*state, -ESTALE, "fork");
	assert_int_equal(fake.appends, 0);
	assert_int_equal(fake.closes, 1);
	assert_int_equal(fake.forks, 1);
	assert_int_equal(fake.told_seq, 7);
}

static void a_log_that_has_more_than_we_is_a_fork(void **state)
{
	rows_journal(dir, 20);
	fake.head.seq = 21;
	assert_fails(*state, -ESTALE, "fork");
	assert_int_equal(fake.appends, 0);
	assert_int_equal(fake.forks, 1);
	assert_int_equal(fake.told_seq, 20);
}

static void a_head_below_zero_is_no_head(void **state)
{
	static const struct central_head none = {.seq = INT64_MIN};
	struct sync_status told = {0};

	rows_journal(dir, 20);
	fake.head = none;
	assert_fails(*state, -EPROTO, "rows begin at 1");
	memset(&fake.head, 0, sizeof(fake.head));
	fake.verdict = CENTRAL_RESUME;
	fake.answer = &none;
	assert_int_equal(sync_round(*state, &told), -EPROTO);
	assert_int_equal(told.synced_seq, 0);
	assert_int_equal(fake.forks, 0);
}

static void a_verdict_of_fork_is_told(void **state)
{
	rows_journal(dir, 20);
	fake.verdict = CENTRAL_FORK;
	assert_fails(*state, -ESTALE, "fork");
}

static void a_verdict_of_bad_chain_is_told(void **state)
{
	rows_journal(dir, 20);
	fake.verdict = CENTRAL_BAD_CHAIN;
	assert_fails(*state, -EBADMSG, "refuses the rows");
}

static void a_verdict_of_denied_is_told(void **state)
{
	rows_journal(dir, 20);
	fake.verdict = CENTRAL_DENIED;
	assert_fails(*state, -EACCES, "not you");
}

static void an_error_of_the_engine_is_told_and_mended(void **state)
{
	struct sync_status told = {0};

	rows_journal(dir, 20);
	fake.hello_status = -ECONNREFUSED;
	assert_fails(*state, -ECONNREFUSED, "no answer");
	fake.hello_status = 0;
	fake.append_status = -ENOSPC;
	assert_fails(*state, -ENOSPC, "it broke");
	fake.append_status = 0;
	assert_int_equal(sync_round(*state, &told), 0);
	assert_string_equal(told.error, "");
	assert_int_equal(told.synced_seq, 20);
}

static void a_changed_row_is_named_and_not_sent(void **state)
{
	/* Each before the one above it, so that it is the first bad one. */
	static const struct {
		const char *sql, *named;
	} rows[] = {
	    {"UPDATE events SET at_ms = at_ms + 1 WHERE seq = 8", "row 8 "},
	    {"DELETE FROM events WHERE seq = 6", "row 6 "},
	    {"UPDATE events SET detail = char(31) WHERE seq = 4", "row 4 "},
	    {"UPDATE events SET actor = CAST(x'c4' AS TEXT) WHERE seq = 1",
	     "row 1 "},
	};
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/journal.db", dir);
	rows_journal(dir, 10);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *done = rows_ask(path, rows[i].sql);

		assert_non_null(done);
		free(done);
		assert_fails(*state, -EBADMSG, rows[i].named);
	}
	assert_int_equal(fake.appends, 0);
}

/* The journal with what SQLite keeps beside it. */
static void move_journal(const char *from, const char *to)
{
	static const char *const ends[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < 3; i++) {
		char old_path[PATH_MAX], new_path[PATH_MAX];

		snprintf(old_path, sizeof(old_path), "%s/journal.db%s", from,
			 ends[i]);
		snprintf(new_path, sizeof(new_path), "%s/journal.db%s", to,
			 ends[i]);
		if (rename(old_path, new_path) < 0)
			assert_int_equal(errno, ENOENT);
	}
}

static void a_journal_that_was_replaced_is_opened_anew(void **state)
{
	struct sync_status told = {0};
	char other[200], gone[200];

	rows_dir(other, sizeof(other));
	rows_dir(gone, sizeof(gone));
	rows_journal(dir, 30);
	rows_journal(other, 12);
	assert_int_equal(sync_round(*state, &told), 0);
	move_journal(dir, gone);
	move_journal(other, dir);
	memset(&fake.head, 0, sizeof(fake.head));
	assert_int_equal(sync_round(*state, &told), 0);
	assert_int_equal(told.synced_seq, 12);
	rows_dir_end(other);
	rows_dir_end(gone);
}

static void a_journal_that_went_is_waited_for_again(void **state)
{
	struct sync_status told = {0};
	char gone[200];

	rows_dir(gone, sizeof(gone));
	rows_journal(dir, 30);
	assert_int_equal(sync_round(*state, &told), 0);
	move_journal(dir, gone);
	assert_fails(*state, -ENOENT, "no journal yet");
	memset(&fake.head, 0, sizeof(fake.head));
	rows_journal(dir, 12);
	assert_int_equal(sync_round(*state, &told), 0);
	assert_int_equal(told.synced_seq, 12);
	assert_false(told.waiting);
	rows_dir_end(gone);
}

static void a_missing_journal_is_waited_for(void **state)
{
	struct sync_status told = {0};

	assert_int_equal(sync_round(*state, &told), -ENOENT);
	assert_true(told.waiting);
	assert_int_equal(fake.hellos, 0);
}

static void a_journal_that_is_none_is_told(void **state)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/journal.db", dir);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("this is a text file, and not a short one at that\n", file);
	fclose(file);
	assert_fails(*state, -EBADMSG, "journal.db");
}

static void a_stop_is_heard_between_two_batches(void **state)
{
	struct sync_status told = {0};

	rows_journal(dir, 2 * BATCH_ROWS + 200);
	fake.stop_after = 1;
	assert_int_equal(sync_round(*state, &told), -ECANCELED);
	assert_int_equal(fake.appends, 1);
	assert_int_equal(told.synced_seq, BATCH_ROWS);
}

static void resting_gives_the_connection_up(void **state)
{
	struct sync_status told = {0};

	rows_journal(dir, 10);
	assert_int_equal(sync_round(*state, &told), 0);
	assert_int_equal(fake.closes, 0);
	sync_rest(*state);
	assert_int_equal(fake.closes, 1);
	assert_int_equal(sync_round(*state, &told), 0);
}

static void read_status(const struct sync_status *status, char text[1000])
{
	char path[PATH_MAX];
	FILE *file;

	assert_int_equal(sync_write_status(dir, status), 0);
	snprintf(path, sizeof(path), "%s/central.json", dir);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, 1000, file));
	fclose(file);
}

static void the_status_file_tells_the_state(void **state)
{
	static const struct {
		struct sync_status status;
		const char *text;
	} rows[] = {
	    {{.off = true},
	     "{\"state\":\"off\",\"synced_seq\":0,\"error\":"
	     "null}\n"},
	    {{.synced_seq = 5, .local_seq = 5},
	     "{\"state\":\"ok\",\"synced_seq\":5,\"error\":null}\n"},
	    {{.synced_seq = 5, .local_seq = 6},
	     "{\"state\":\"behind\",\"synced_seq\":5,\"error\":null}\n"},
	    {{.synced_seq = 5, .local_seq = 5, .error = "đứt \"dây\""},
	     "{\"state\":\"error\",\"synced_seq\":5,\"error\":\"đứt "
	     "\\\"dây\\\"\"}\n"},
	};
	char text[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		read_status(&rows[i].status, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void the_status_file_tells_which_row_is_acknowledged(void **state)
{
	struct sync_status told = {0};
	char text[1000], chain[2 * JOURNAL_CHAIN_SIZE + 1];

	rows_journal(dir, 20);
	assert_int_equal(sync_round(*state, &told), 0);
	read_status(&told, text);
	chain_hex(fake.head.chain, chain);
	assert_non_null(strstr(text, chain));
	assert_non_null(strstr(text, told.journal));
	assert_int_equal(strlen(told.journal), 32);
	/* What an error leaves open is not acknowledged. */
	fake.hello_status = -ECONNREFUSED;
	assert_fails(*state, -ECONNREFUSED, "no answer");
	assert_int_equal(sync_round(*state, &told), -ECONNREFUSED);
	read_status(&told, text);
	assert_null(strstr(text, "synced_chain"));
}

static void a_status_that_is_not_utf8_is_still_told(void **state)
{
	const struct sync_status status = {.error = "\xff\xfe"};
	char text[1000];

	(void)state;
	read_status(&status, text);
	assert_non_null(strstr(text, "\"state\":\"error\""));
}

static void a_status_that_cannot_be_written_is_told(void **state)
{
	const struct sync_status status = {0};

	(void)state;
	assert_int_equal(sync_write_status("/nonexistent", &status), -ENOENT);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_long_journal_goes_in_batches),
	    TEST(each_round_asks_first_and_sends_what_is_new),
	    TEST(a_batch_of_long_rows_ends_at_a_mebibyte),
	    TEST(what_a_server_says_in_another_code_is_told_as_far_as_it_goes),
	    TEST(the_log_s_head_decides_where_to_go_on),
	    TEST(what_was_pruned_is_known_by_the_anchor),
	    TEST(rows_that_nobody_has_any_more_are_named),
	    TEST(another_head_where_the_anchor_is_is_a_fork),
	    TEST(resume_goes_on_from_where_the_log_stands),
	    TEST(resume_without_end_is_given_up),
	    TEST(a_head_that_is_not_ours_is_a_fork),
	    TEST(a_log_that_has_more_than_we_is_a_fork),
	    TEST(a_head_below_zero_is_no_head),
	    TEST(a_verdict_of_fork_is_told),
	    TEST(a_verdict_of_bad_chain_is_told),
	    TEST(a_verdict_of_denied_is_told),
	    TEST(an_error_of_the_engine_is_told_and_mended),
	    TEST(a_changed_row_is_named_and_not_sent),
	    TEST(a_journal_that_was_replaced_is_opened_anew),
	    TEST(a_journal_that_went_is_waited_for_again),
	    TEST(a_missing_journal_is_waited_for),
	    TEST(a_journal_that_is_none_is_told),
	    TEST(a_stop_is_heard_between_two_batches),
	    TEST(resting_gives_the_connection_up),
	    TEST(the_status_file_tells_the_state),
	    TEST(the_status_file_tells_which_row_is_acknowledged),
	    TEST(a_status_that_is_not_utf8_is_still_told),
	    TEST(a_status_that_cannot_be_written_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
