/* SPDX-License-Identifier: MIT */
/* Commands, turns, failures and replay, upon a real journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/clock.h"
#include "journal/chain.h"
#include "journal/record.h"
#include "rig.h"

#define HOUR_MS (3600 * 1000LL)

/* Instead of the C library's: what the kernel thinks of the clock. */
static bool kernel_is_sure;

int adjtimex(struct timex *timex)
{
	timex->status = kernel_is_sure ? 0 : STA_UNSYNC;
	return kernel_is_sure ? TIME_OK : TIME_ERROR;
}

/* ---- turns ---- */

static void an_answer_comes_after_the_commit_and_never_from_inside(void **s)
{
	struct rig rig;
	uint8_t chain[JOURNAL_CHAIN_SIZE];
	int64_t before, after;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	assert_int_equal(journal_head(rig.journal, &before, chain), 0);
	submit(&rig, QUEUE_ISSUE, 0, 0, QUEUE_NONE, NULL);
	assert_int_equal(rig.answers, 0);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), 0), 0);
	settle(&rig);
	assert_int_equal(rig.answers, 1);
	assert_true(rig.told_before_answer);
	assert_int_equal(rig.last.result, KIOSK_DONE);
	assert_int_equal(rig.last.event.number, 1);
	assert_int_equal(journal_head(rig.journal, &after, chain), 0);
	assert_int_equal(after, before + 1);
	assert_int_equal(rig.last.event.seq, after);
	assert_int_equal(kiosk_seq(rig.kiosk), after);
	free_rig(&rig);
}

static void commands_of_one_turn_share_one_commit(void **s)
{
	struct rig rig;
	uint64_t commits;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	commits = kiosk_counts(rig.kiosk).commits;
	for (int i = 0; i < 64; i++)
		submit(&rig, QUEUE_ISSUE, i % 2, 0, QUEUE_NONE, NULL);
	settle(&rig);
	assert_int_equal(rig.answers, 64);
	assert_int_equal(kiosk_counts(rig.kiosk).commits, commits + 1);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), 0), 32);
	free_rig(&rig);
}

static void a_refusal_changes_nothing_and_says_why(void **s)
{
	struct rig rig;
	int64_t seq;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	seq = kiosk_seq(rig.kiosk);
	submit(&rig, QUEUE_RECALL, QUEUE_NONE, 0, 0, NULL);
	settle(&rig);
	assert_int_equal(rig.last.result, KIOSK_REFUSED);
	assert_int_equal(rig.last.why, QUEUE_NOBODY_AT_COUNTER);
	assert_int_equal(kiosk_seq(rig.kiosk), seq);
	free_rig(&rig);
}

static void a_turn_that_cannot_be_committed_never_happened(void **s)
{
	struct rlimit small, before;
	struct rig rig;
	struct stat st;
	char wal[128];
	int64_t seq;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	issue(&rig, 0, NULL);
	seq = kiosk_seq(rig.kiosk);
	snprintf(wal, sizeof(wal), "%s/journal.db-wal", rig.dir);
	assert_int_equal(stat(wal, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = (rlim_t)st.st_size;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);

	rig.told = rig.answers = 0;
	submit(&rig, QUEUE_ISSUE, 0, 0, QUEUE_NONE, "k");
	submit(&rig, QUEUE_CALL_NEXT, QUEUE_NONE, 0, 0, NULL);
	submit(&rig, QUEUE_RECALL, QUEUE_NONE, 0, 1, NULL);
	settle(&rig);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(rig.answers, 3);
	assert_int_equal(rig.last.result, KIOSK_UNAVAILABLE);
	assert_string_equal(kiosk_refused(&rig.last), "journal_unavailable");
	assert_int_equal(rig.told, 0);
	assert_int_equal(kiosk_seq(rig.kiosk), seq);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), 0), 1);
	assert_null(queue_counter(kiosk_queue(rig.kiosk), 0).serving);
	assert_false(kiosk_health(rig.kiosk)->journal_ok);

	/* The disk has room again: the same number comes, once. */
	issue(&rig, 0, "k");
	assert_int_equal(rig.last.result, KIOSK_DONE);
	assert_int_equal(rig.last.event.number, 2);
	assert_true(kiosk_health(rig.kiosk)->journal_ok);
	free_rig(&rig);
}

/* What a commit that failed and yet got in looks like from the kiosk's side. */
static void slip_in(struct rig *rig)
{
	struct queue_event event = {.kind = QUEUE_ISSUED,
				    .at_ms = clock_wall_ms(),
				    .service = 0,
				    .number = 1,
				    .class = TICKET_NORMAL,
				    .counter = QUEUE_NONE};
	struct record_extra extra = {.actor = "ghost"};
	uint8_t chain[JOURNAL_CHAIN_SIZE];
	char detail[JOURNAL_DETAIL_MAX], path[128];
	struct journal_row row;
	sqlite3_stmt *insert;
	sqlite3 *db;

	assert_int_equal(record_to_row(rig->config, &event,
				       queue_day(kiosk_queue(rig->kiosk)),
				       &extra, detail, &row),
			 0);
	assert_int_equal(journal_head(rig->journal, &row.seq, chain), 0);
	row.seq++;
	chain_next(chain, &row, chain);
	snprintf(path, sizeof(path), "%s/journal.db", rig->dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db,
			       "INSERT INTO events(seq, at_ms, day, kind, "
			       "service, number, class, actor, detail, chain) "
			       "VALUES(?,?,?,'issued','land',1,'normal',"
			       "'ghost',?,?)",
			       -1, &insert, NULL),
	    SQLITE_OK);
	sqlite3_bind_int64(insert, 1, row.seq);
	sqlite3_bind_int64(insert, 2, row.at_ms);
	sqlite3_bind_text(insert, 3, row.day, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(insert, 4, row.detail, -1, SQLITE_TRANSIENT);
	sqlite3_bind_blob(insert, 5, chain, sizeof(chain), SQLITE_TRANSIENT);
	assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
	sqlite3_finalize(insert);
	sqlite3_close(db);
}

static void a_journal_that_holds_more_than_was_told_is_followed(void **s)
{
	struct rig rig;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	slip_in(&rig);
	/* The first try meets the row, the second finds what it is. */
	issue(&rig, 0, NULL);
	assert_int_equal(rig.last.result, KIOSK_UNAVAILABLE);
	issue(&rig, 0, NULL);
	assert_int_equal(rig.last.result, KIOSK_UNAVAILABLE);
	/* The number that got in is not given out a second time. */
	issue(&rig, 0, NULL);
	assert_int_equal(rig.last.result, KIOSK_DONE);
	assert_int_equal(rig.last.event.number, 2);
	assert_int_equal(queue_waiting(kiosk_queue(rig.kiosk), 0,
				       TICKET_NORMAL),
			 2);
	free_rig(&rig);
}

static void an_abandoned_command_is_done_but_not_answered(void **s)
{
	struct rig rig;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	submit(&rig, QUEUE_ISSUE, 0, 0, QUEUE_NONE, NULL);
	kiosk_abandon(rig.kiosk, &rig);
	settle(&rig);
	assert_int_equal(rig.answers, 0);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), 0), 1);
	free_rig(&rig);
}

static void an_unknown_outcome_finishes_nobody(void **s)
{
	struct kiosk_command command = {
	    .queue = {.verb = QUEUE_FINISH,
		      .service = QUEUE_NONE,
		      .counter = 0},
	    .actor = "test",
	    .outcome = "eaten",
	};
	struct rig rig;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	issue(&rig, 0, NULL);
	submit(&rig, QUEUE_CALL_NEXT, QUEUE_NONE, 0, 0, NULL);
	kiosk_submit(rig.kiosk, &command, on_answer, &rig);
	settle(&rig);
	assert_int_equal(rig.last.result, KIOSK_BAD_OUTCOME);
	assert_non_null(queue_counter(kiosk_queue(rig.kiosk), 0).serving);
	command.outcome = "accepted";
	kiosk_submit(rig.kiosk, &command, on_answer, &rig);
	settle(&rig);
	assert_int_equal(rig.last.result, KIOSK_DONE);
	free_rig(&rig);
}

static void what_the_printer_did_is_noted_with_the_next_commit(void **s)
{
	struct rig rig;
	uint64_t commits;
	int64_t seq;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	issue(&rig, 0, NULL);
	commits = kiosk_counts(rig.kiosk).commits;
	seq = kiosk_seq(rig.kiosk);
	kiosk_note_print(rig.kiosk, &(struct kiosk_print){.number = 1,
							  .printed = true,
							  .confirmed = true});
	settle(&rig);
	assert_int_equal(kiosk_seq(rig.kiosk), seq);
	issue(&rig, 0, NULL);
	assert_int_equal(kiosk_seq(rig.kiosk), seq + 2);
	assert_int_equal(kiosk_counts(rig.kiosk).commits, commits + 1);
	/* and without one, by itself */
	kiosk_note_print(rig.kiosk,
			 &(struct kiosk_print){.number = 2, .why = "giấy hết"});
	while (kiosk_seq(rig.kiosk) == seq + 2)
		assert_true(sd_event_run(rig.event, 5000000) > 0);
	free_rig(&rig);
}

/* ---- keys ---- */

static void a_key_acts_once_in_one_turn_too(void **s)
{
	struct rig rig;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	submit(&rig, QUEUE_ISSUE, 0, 0, QUEUE_NONE, "same");
	submit(&rig, QUEUE_ISSUE, 0, 0, QUEUE_NONE, "same");
	settle(&rig);
	assert_int_equal(rig.answers, 2);
	assert_true(rig.last.repeated);
	assert_int_equal(rig.last.result, KIOSK_DONE);
	assert_int_equal(rig.last.event.number, 1);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), 0), 1);
	free_rig(&rig);
}

static void a_key_of_another_command_is_refused(void **s)
{
	struct rig rig;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	issue(&rig, 0, "mine");
	assert_null(kiosk_refused(&rig.last));
	issue(&rig, 1, "mine");
	assert_int_equal(rig.last.result, KIOSK_KEY_REUSED);
	assert_string_equal(kiosk_refused(&rig.last), "idempotency_key_reused");
	submit(&rig, QUEUE_CALL_NEXT, QUEUE_NONE, 0, 0, "mine");
	settle(&rig);
	assert_int_equal(rig.last.result, KIOSK_KEY_REUSED);
	assert_null(queue_counter(kiosk_queue(rig.kiosk), 0).serving);
	free_rig(&rig);
}

static void a_key_survives_a_restart(void **s)
{
	struct rig rig;
	int64_t seq;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	issue(&rig, 1, "kept");
	seq = rig.last.event.seq;
	close_kiosk(&rig);
	open_kiosk(&rig);
	issue(&rig, 1, "kept");
	assert_true(rig.last.repeated);
	assert_int_equal(rig.last.event.seq, seq);
	assert_int_equal(queue_last(kiosk_queue(rig.kiosk), 1), 1);
	free_rig(&rig);
}

/* ---- the day and the clock ---- */

static void add_row(struct rig *rig, struct queue_event event, const char *day,
		    const char *boot_id, int64_t offset_ms)
{
	struct record_extra extra = {.actor = "test",
				     .boot_id = boot_id,
				     .clock_offset_ms = offset_ms};
	char detail[JOURNAL_DETAIL_MAX];
	struct journal_row row;

	assert_int_equal(record_to_row(rig->config, &event, day, &extra, detail,
				       &row),
			 0);
	assert_int_equal(journal_append(rig->journal, &row), 0);
	assert_int_equal(journal_commit(rig->journal), 0);
}

/* A journal whose business day is that of at_ms, with land 1..n issued then. */
static void write_day(struct rig *rig, int64_t at_ms, int n,
		      const char *boot_id, int64_t offset_ms)
{
	struct queue_event event = {.kind = QUEUE_DAY_OPENED,
				    .at_ms = at_ms,
				    .service = QUEUE_NONE,
				    .class = QUEUE_NONE,
				    .counter = QUEUE_NONE};
	char day[CLOCK_DAY_LEN + 1];

	open_journal(rig);
	clock_business_day(at_ms, rig->config->office.day_starts_min, day);
	memcpy(event.day, day, sizeof(event.day));
	add_row(rig, event, day, NULL, 0);
	event.kind = QUEUE_CONFIG_LOADED;
	event.booted = true;
	add_row(rig, event, day, boot_id, offset_ms);
	event.kind = QUEUE_ISSUED;
	event.service = 0;
	event.class = TICKET_NORMAL;
	for (int i = 1; i <= n; i++) {
		event.number = (uint32_t)i;
		add_row(rig, event, day, NULL, 0);
	}
}

static void a_new_day_expires_who_waited_and_begins_at_one(void **s)
{
	struct rig rig;

	(void)s;
	make_rig(&rig);
	write_day(&rig, clock_wall_ms() - 48 * HOUR_MS, 5, "other-boot", 0);
	open_kiosk(&rig);
	assert_int_equal(queue_waiting(kiosk_queue(rig.kiosk), 0,
				       TICKET_NORMAL),
			 0);
	issue(&rig, 0, NULL);
	assert_int_equal(rig.last.event.number, 1);
	free_rig(&rig);
}

/* The network was there before the kiosk, so no step is seen. */
static void a_clock_found_right_takes_no_numbers_twice(void **s)
{
	struct rig rig;

	(void)s;
	make_rig(&rig);
	write_day(&rig, clock_wall_ms() - 48 * HOUR_MS, 5, "other-boot", 0);
	kernel_is_sure = true;
	open_kiosk(&rig);
	kernel_is_sure = false;
	assert_true(kiosk_health(rig.kiosk)->clock_synced);
	/* It may have been minutes ago, whatever that clock said. */
	assert_int_equal(queue_waiting(kiosk_queue(rig.kiosk), 0,
				       TICKET_NORMAL),
			 5);
	issue(&rig, 0, NULL);
	assert_int_equal(rig.last.event.number, 6);
	free_rig(&rig);
}

static void a_clock_found_right_is_an_event_once(void **s)
{
	struct rig rig;
	int64_t seq;

	(void)s;
	make_rig(&rig);
	kernel_is_sure = true;
	open_kiosk(&rig);
	assert_true(queue_clock_is_set(kiosk_queue(rig.kiosk)));
	issue(&rig, 0, NULL);
	seq = kiosk_seq(rig.kiosk);
	issue(&rig, 0, NULL);
	assert_int_equal(kiosk_seq(rig.kiosk), seq + 1);
	close_kiosk(&rig);
	open_kiosk(&rig); /* config_loaded alone */
	kernel_is_sure = false;
	assert_int_equal(kiosk_seq(rig.kiosk), seq + 2);
	free_rig(&rig);
}

static void a_clock_set_forward_keeps_who_waits_and_the_numbers(void **s)
{
	struct rig rig;
	char boot_id[64] = "";
	int64_t now_ms = clock_wall_ms();
	int64_t offset_ms = now_ms - clock_mono_ms();
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	(void)s;
	assert_non_null(file);
	assert_non_null(fgets(boot_id, sizeof(boot_id), file));
	fclose(file);
	boot_id[strcspn(boot_id, "\n")] = '\0';
	make_rig(&rig);
	/* In this boot, with the clock a day behind, five took numbers. */
	write_day(&rig, now_ms - 24 * HOUR_MS, 5, boot_id,
		  offset_ms - 24 * HOUR_MS);
	open_kiosk(&rig);
	assert_int_equal(queue_waiting(kiosk_queue(rig.kiosk), 0,
				       TICKET_NORMAL),
			 5);
	issue(&rig, 0, NULL);
	assert_int_equal(rig.last.event.number, 6);
	close_kiosk(&rig);
	/* and a restart does not see the step a second time */
	open_kiosk(&rig);
	assert_int_equal(queue_waiting(kiosk_queue(rig.kiosk), 0,
				       TICKET_NORMAL),
			 6);
	issue(&rig, 0, NULL);
	assert_int_equal(rig.last.event.number, 7);
	free_rig(&rig);
}

static void replay_gives_the_state_that_was(void **s)
{
	struct queue_call calls[QUEUE_CALLS], again[QUEUE_CALLS];
	struct rig rig;
	size_t n;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	for (int i = 0; i < 20; i++)
		issue(&rig, i % 2, NULL);
	for (int i = 0; i < 5; i++)
		submit(&rig, QUEUE_CALL_NEXT, QUEUE_NONE, 0, i % 2, NULL);
	submit(&rig, QUEUE_MISS, QUEUE_NONE, 0, 0, NULL);
	settle(&rig);
	memset(calls, 0, sizeof(calls));
	memset(again, 0, sizeof(again));
	n = queue_calls(kiosk_queue(rig.kiosk), calls);
	close_kiosk(&rig);
	open_kiosk(&rig);
	assert_int_equal(queue_calls(kiosk_queue(rig.kiosk), again), n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(calls[i].id, again[i].id);
		assert_int_equal(calls[i].number, again[i].number);
		assert_int_equal(calls[i].counter, again[i].counter);
	}
	assert_int_equal(queue_tickets(kiosk_queue(rig.kiosk)), 20);
	free_rig(&rig);
}

/* The configuration without counter 7. */
static void drop_counter(struct rig *rig)
{
	char text[sizeof(config_text)];
	char *from, *to;

	memcpy(text, config_text, sizeof(text));
	from = strstr(text, ",\n  { id = 7;");
	assert_non_null(from);
	to = strstr(from, "\n);");
	memmove(from, to, strlen(to) + 1);
	load_config(rig, text);
}

static void a_counter_that_is_gone_brings_nobody_back_but_whom_it_had(void **s)
{
	const struct queue *queue;
	struct rig rig;

	(void)s;
	make_rig(&rig);
	open_kiosk(&rig);
	for (int i = 0; i < 4; i++)
		issue(&rig, 0, NULL);
	for (int i = 0; i < 3; i++) /* 1 and 2 are served, 3 is there */
		submit(&rig, QUEUE_CALL_NEXT, QUEUE_NONE, 0, 1, NULL);
	settle(&rig);
	close_kiosk(&rig);
	drop_counter(&rig);
	for (int starts = 0; starts < 2; starts++) {
		open_kiosk(&rig);
		queue = kiosk_queue(rig.kiosk);
		assert_int_equal(queue_find(queue, 0, 1)->state, QUEUE_SERVED);
		assert_int_equal(queue_find(queue, 0, 2)->state, QUEUE_SERVED);
		assert_int_equal(queue_find(queue, 0, 3)->state, QUEUE_WAITING);
		assert_int_equal(queue_waiting(queue, 0, TICKET_NORMAL), 2);
		if (starts == 0)
			close_kiosk(&rig);
	}
	submit(&rig, QUEUE_CALL_NEXT, QUEUE_NONE, 0, 0, NULL);
	settle(&rig);
	assert_int_equal(rig.last.event.number, 3);
	free_rig(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		an_answer_comes_after_the_commit_and_never_from_inside),
	    cmocka_unit_test(commands_of_one_turn_share_one_commit),
	    cmocka_unit_test(a_refusal_changes_nothing_and_says_why),
	    cmocka_unit_test(a_turn_that_cannot_be_committed_never_happened),
	    cmocka_unit_test(
		a_journal_that_holds_more_than_was_told_is_followed),
	    cmocka_unit_test(an_abandoned_command_is_done_but_not_answered),
	    cmocka_unit_test(an_unknown_outcome_finishes_nobody),
	    cmocka_unit_test(
		what_the_printer_did_is_noted_with_the_next_commit),
	    cmocka_unit_test(a_key_acts_once_in_one_turn_too),
	    cmocka_unit_test(a_key_of_another_command_is_refused),
	    cmocka_unit_test(a_key_survives_a_restart),
	    cmocka_unit_test(a_new_day_expires_who_waited_and_begins_at_one),
	    cmocka_unit_test(a_clock_found_right_takes_no_numbers_twice),
	    cmocka_unit_test(a_clock_found_right_is_an_event_once),
	    cmocka_unit_test(
		a_clock_set_forward_keeps_who_waits_and_the_numbers),
	    cmocka_unit_test(replay_gives_the_state_that_was),
	    cmocka_unit_test(
		a_counter_that_is_gone_brings_nobody_back_but_whom_it_had),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
