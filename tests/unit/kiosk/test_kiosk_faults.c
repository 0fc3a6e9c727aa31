/* SPDX-License-Identifier: MIT */
/*
 * A short day of the office upon a disk that fails: at each read, write, sync,
 * truncation, opening and deletion there is, one after the other, and with the
 * power going there. What had been answered is there afterwards, or that and
 * the one command that was under way; nothing else.
 */
#include "tests/unit/journal/faulty_vfs.h"

#include "rig.h"

static const struct step {
	enum queue_verb verb;
	int service, counter;
	const char *key;
} steps[] = {
    {QUEUE_ISSUE, 0, QUEUE_NONE, "k-1"},
    {QUEUE_ISSUE, 1, QUEUE_NONE, "k-2"},
    {QUEUE_CALL_NEXT, QUEUE_NONE, 0, "k-3"},
    {QUEUE_ISSUE, 0, QUEUE_NONE, "k-4"},
    {QUEUE_FINISH, QUEUE_NONE, 0, "k-5"},
    {QUEUE_CALL_NEXT, QUEUE_NONE, 0, "k-6"},
    {QUEUE_PAUSE, QUEUE_NONE, 1, "k-7"},
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* The office after so many steps, by a run without faults. */
static char expected[STEPS + 1][400];

static void describe(const struct rig *rig, char text[400])
{
	const struct queue *queue = kiosk_queue(rig->kiosk);
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < queue_tickets(queue); i++) {
		const struct queue_ticket *ticket = queue_ticket_at(queue, i);

		used += (size_t)snprintf(text + used, 400 - used,
					 "%d-%u %d at %d; ", ticket->service,
					 ticket->number, (int)ticket->state,
					 ticket->counter);
	}
	for (int i = 0; i < 2; i++)
		used += (size_t)snprintf(text + used, 400 - used,
					 "counter %d %d; last %u; ", i,
					 (int)queue_counter(queue, i).state,
					 queue_last(queue, i));
	assert_true(used < 400);
}

/* False: the disk did not let it start; nothing is left open. */
static bool start(struct rig *rig)
{
	struct journal_problem problem;
	int rc;

	rc = journal_open(rig->dir, clock_wall_ms(), &rig->journal, &problem);
	if (rc == 0)
		rc = kiosk_new(rig->event, rig->config, rig->journal,
			       &rig->kiosk, &problem);
	if (rc == 0)
		return true;
	/* A refusal says why. */
	assert_true(strlen(problem.text) > 10);
	journal_close(rig->journal);
	rig->journal = NULL;
	rig->kiosk = NULL;
	return false;
}

/* Whether it was answered as done. */
static bool take(struct rig *rig, const struct step *step)
{
	rig->answers = 0;
	submit(rig, step->verb, step->service, 0, step->counter, step->key);
	settle(rig);
	assert_int_equal(rig->answers, 1);
	if (rig->last.result == KIOSK_DONE)
		return true;
	assert_int_equal(rig->last.result, KIOSK_UNAVAILABLE);
	return false;
}

static void stop(struct rig *rig)
{
	if (rig->kiosk)
		close_kiosk(rig);
	else
		journal_close(rig->journal);
	rig->journal = NULL;
}

static void expect_state(const struct rig *rig, size_t acknowledged,
			 bool or_one_more, const char *where, int at)
{
	char text[400];

	describe(rig, text);
	if (strcmp(text, expected[acknowledged]) == 0 ||
	    (or_one_more && acknowledged < STEPS &&
	     strcmp(text, expected[acknowledged + 1]) == 0))
		return;
	fail_msg("%s, operation %d, %zu steps acknowledged: %s", where, at,
		 acknowledged, text);
}

static void verify(const struct rig *rig)
{
	char path[128];
	struct journal_problem problem;
	struct journal *journal;
	int64_t rows;

	snprintf(path, sizeof(path), "%s/journal.db", rig->dir);
	assert_int_equal(journal_open_reader(path, &journal, &problem), 0);
	if (journal_verify(journal, &rows, &problem) != 0)
		fail_msg("%s", problem.text);
	journal_close(journal);
}

static int note_expected(void **state)
{
	struct rig rig;

	(void)state;
	make_rig(&rig);
	assert_true(start(&rig));
	describe(&rig, expected[0]);
	for (size_t i = 0; i < STEPS; i++) {
		assert_true(take(&rig, &steps[i]));
		describe(&rig, expected[i + 1]);
		assert_string_not_equal(expected[i], expected[i + 1]);
	}
	free_rig(&rig);
	faulty_reset();
	return 0;
}

/* Until the power goes. How many steps were acknowledged. */
static size_t live(struct rig *rig)
{
	size_t done = 0;

	if (start(rig)) {
		while (done < STEPS && take(rig, &steps[done]))
			done++;
	}
	stop(rig);
	return done;
}

/* The power goes at operation number at. False: there are fewer. lost (NULL:
 * that is a failure): whether something acknowledged was missing. */
static bool cut_at(int at, unsigned luck, bool *lost)
{
	struct scratch where;
	struct rig rig;
	size_t acknowledged;
	bool hit;

	make_rig(&rig);
	snprintf(where.file, sizeof(where.file), "%s/journal.db", rig.dir);
	faulty_arm(FAULTY_CUT, at);
	acknowledged = live(&rig);
	hit = faulty.hit;
	faulty_cut(&where, luck + (unsigned)at * FAULTY_LUCKS);
	faulty.lies = false;
	if (lost) {
		char text[400] = "";

		*lost = !start(&rig);
		if (!*lost) {
			describe(&rig, text);
			*lost = strcmp(text, expected[acknowledged]) != 0;
		}
	} else {
		assert_true(start(&rig));
		expect_state(&rig, acknowledged, true, "power cut", at);
		/* And on it goes: what was cut off is done once. */
		for (size_t i = acknowledged; i < STEPS; i++)
			assert_true(take(&rig, &steps[i]));
		expect_state(&rig, STEPS, false, "after the cut", at);
	}
	stop(&rig);
	if (!lost)
		verify(&rig);
	free_rig(&rig);
	faulty_reset();
	return hit;
}

static int cut_everywhere(void)
{
	int at = 0;
	bool more = true;

	while (more) {
		at++;
		for (unsigned luck = 0; luck < FAULTY_LUCKS; luck++)
			more = cut_at(at, luck, NULL);
	}
	return at;
}

static void power_cut_anywhere_keeps_what_was_answered(void **state)
{
	int n;

	(void)state;
	faulty.by_sector = false;
	n = cut_everywhere();
	printf("# %d operations, each cut %u ways\n", n - 1, FAULTY_LUCKS);
	assert_true(n > 60);
}

static void write_torn_between_sectors_does_no_harm(void **state)
{
	(void)state;
	faulty.by_sector = true;
	assert_true(cut_everywhere() > 60);
	faulty.by_sector = false;
}

/* One operation fails; kioskd lives on. */
static bool fail_once(int at)
{
	struct rig rig;
	bool hit, refused = false;

	make_rig(&rig);
	faulty_arm(FAULTY_ONCE, at);
	if (!start(&rig)) {
		assert_true(faulty.hit);
		refused = true;
		assert_true(start(&rig));
	}
	for (size_t i = 0; i < STEPS; i++) {
		if (take(&rig, &steps[i]))
			continue;
		assert_true(faulty.hit && !refused);
		refused = true;
		assert_string_equal(kiosk_refused(&rig.last),
				    "journal_unavailable");
		expect_state(&rig, i, false, "refused", at);
		assert_false(kiosk_health(rig.kiosk)->journal_ok);
		/* Without a restart. */
		assert_true(take(&rig, &steps[i]));
		assert_true(kiosk_health(rig.kiosk)->journal_ok);
	}
	hit = faulty.hit;
	expect_state(&rig, STEPS, false, "at the end", at);
	faulty_arm(FAULTY_OFF, 0);
	stop(&rig);
	verify(&rig);
	assert_true(start(&rig));
	expect_state(&rig, STEPS, false, "after a restart", at);
	free_rig(&rig);
	faulty_reset();
	return hit;
}

static void operation_that_fails_refuses_one_command_at_most(void **state)
{
	int at = 1;

	(void)state;
	faulty.reads = true;
	while (fail_once(at))
		at++;
	faulty.reads = false;
	printf("# %d operations, reads among them\n", at - 1);
	assert_true(at > 100);
}

/* The test must be able to see a loss: a disk that syncs only in name. */
static void disk_that_lies_is_found_out(void **state)
{
	int found = 0, at = 1;
	bool lost, more = true;

	(void)state;
	for (; more; at++) {
		faulty.lies = true;
		more = cut_at(at, FAULTY_NONE_KEPT, &lost);
		found += lost;
	}
	printf("# a loss was seen at %d of %d\n", found, at - 1);
	assert_true(found > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(power_cut_anywhere_keeps_what_was_answered),
	    cmocka_unit_test(write_torn_between_sectors_does_no_harm),
	    cmocka_unit_test(operation_that_fails_refuses_one_command_at_most),
	    cmocka_unit_test(disk_that_lies_is_found_out),
	};

	faulty_start();
	return cmocka_run_group_tests(tests, note_expected, NULL);
}
