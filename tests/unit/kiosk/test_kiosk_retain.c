/* SPDX-License-Identifier: MIT */
/* When old rows go. The kiosk is told what day it is. */
#include "rig.h"

#include "kiosk_internal.h"

/* It was opened, then its day, then the kiosk started. */
#define OLD_ROWS 3
#define DAY_MS (24 * 60 * 60 * 1000LL)

/* A kiosk with an old day, which the central log has, and today's. */
static void make_old(struct rig *rig)
{
	struct kiosk_sent sent = {0};
	struct journal_row row = {
	    .at_ms = 1,
	    .day = "2020-01-01",
	    .kind = "day_opened",
	    .detail = "{\"carried\":false,\"seeds\":{}}",
	};

	make_rig(rig);
	rig->config->central.retain_days = 90;
	open_journal(rig);
	assert_int_equal(journal_append(rig->journal, &row), 0);
	assert_int_equal(journal_commit(rig->journal), 0);
	open_kiosk(rig);
	rig->kiosk->clock_right = true;
	memcpy(sent.journal, journal_id(rig->journal), sizeof(sent.journal));
	assert_int_equal(journal_head(rig->journal, &sent.seq, sent.chain), 0);
	kiosk_report_sent(rig->kiosk, &sent);
}

static int64_t pruned(const struct rig *rig)
{
	struct journal_anchor anchor;

	assert_int_equal(journal_anchor(rig->journal, &anchor), 0);
	return anchor.seq;
}

/* An hour later, when all is quiet, that many days from now. */
static void retain_after(const struct rig *rig, int days)
{
	kiosk_retain(rig->kiosk, rig->kiosk->at_ms + 3600000 + days * DAY_MS);
}

static void old_rows_go_after_so_many_days_at_the_central_log(void **state)
{
	struct rig rig;

	(void)state;
	make_old(&rig);
	retain_after(&rig, 0);
	retain_after(&rig, 89);
	assert_int_equal(pruned(&rig), 0);
	retain_after(&rig, 90);
	assert_int_equal(pruned(&rig), OLD_ROWS);
	/* And the kiosk starts with what is left. */
	close_kiosk(&rig);
	open_kiosk(&rig);
	issue(&rig, 0, NULL);
	assert_null(kiosk_refused(&rig.last));
	free_rig(&rig);
}

static void keep_all(struct rig *rig)
{
	rig->config->central.retain_days = 0;
}

static void doubt_the_clock(struct rig *rig)
{
	rig->kiosk->clock_right = false;
}

static void lose_the_central_log(struct rig *rig)
{
	kiosk_report_sent(rig->kiosk, NULL);
}

static void have_another_journal(struct rig *rig)
{
	struct kiosk_sent sent = rig->kiosk->sent;

	sent.journal[0] = sent.journal[0] == '0' ? '1' : '0';
	kiosk_report_sent(rig->kiosk, &sent);
}

static void have_another_row(struct rig *rig)
{
	rig->kiosk->sent.chain[7] ^= 1;
	rig->kiosk->sent_day[0] = '\0';
}

static void fall_back(struct rig *rig)
{
	rig->kiosk->sent.seq = 1;
}

static void have_a_journal_that_fails(struct rig *rig)
{
	rig->kiosk->health.journal_ok = false;
}

static void let_someone_wait(struct rig *rig)
{
	issue(rig, 0, NULL);
}

static void be_busy(struct rig *rig)
{
	rig->kiosk->at_ms += 3600000 + 90 * DAY_MS;
}

static void nothing_goes_otherwise(void **state)
{
	static const struct {
		const char *name;
		void (*happens)(struct rig *rig);
	} rows[] = {
	    {"all is to be kept", keep_all},
	    {"the clock may be wrong", doubt_the_clock},
	    {"the central log is not heard from", lose_the_central_log},
	    {"another journal is acknowledged", have_another_journal},
	    {"another row is acknowledged", have_another_row},
	    {"the central log went back", fall_back},
	    {"the journal takes nothing", have_a_journal_that_fails},
	    {"somebody waits", let_someone_wait},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig rig;

		make_old(&rig);
		retain_after(&rig, 0);
		rows[i].happens(&rig);
		retain_after(&rig, 90);
		if (pruned(&rig) != 0)
			fail_msg("%s", rows[i].name);
		free_rig(&rig);
	}
}

static void nothing_goes_while_there_is_something_to_do(void **state)
{
	struct rig rig;
	int64_t now_ms;

	(void)state;
	make_old(&rig);
	retain_after(&rig, 0);
	now_ms = rig.kiosk->at_ms + 3600000 + 90 * DAY_MS;
	be_busy(&rig);
	kiosk_retain(rig.kiosk, now_ms + 599000);
	assert_int_equal(pruned(&rig), 0);
	kiosk_retain(rig.kiosk, now_ms + 600000);
	assert_int_equal(pruned(&rig), OLD_ROWS);
	free_rig(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(old_rows_go_after_so_many_days_at_the_central_log),
	    cmocka_unit_test(nothing_goes_otherwise),
	    cmocka_unit_test(nothing_goes_while_there_is_something_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
