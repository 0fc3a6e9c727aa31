/* SPDX-License-Identifier: MIT */
/* What a number would be worth: the calendar and the queue together. */
#include "rig.h"

/* Tuesday 2026-11-24, midnight in Vietnam. */
#define MIDNIGHT_MS 1795453200000LL
#define AT(hour, minute) (MIDNIGHT_MS + ((hour)*60 + (minute)) * 60000LL)

/* Six wait for land at one counter, ten minutes each: an hour's work. The hours
 * come afterwards, so that the test runs at any time of day. */
static void make_busy(struct rig *rig, const char *hours,
		      enum config_last_call last_call)
{
	make_rig(rig);
	rig->config->services[0].typical_minutes = 10;
	rig->config->queue.last_call = last_call;
	open_kiosk(rig);
	submit(rig, QUEUE_OPEN, QUEUE_NONE, 0, 0, NULL);
	for (int i = 0; i < 6; i++)
		issue(rig, 0, NULL);
	assert_int_equal(hours_read(hours, &rig->config->services[0].hours,
				    NULL),
			 0);
}

static struct kiosk_offer ask(const struct rig *rig, int64_t now_ms)
{
	struct kiosk_offer offer;

	kiosk_offer(rig->kiosk, 0, TICKET_NORMAL, now_ms, &offer);
	return offer;
}

static const struct {
	const char *name, *hours;
	int64_t now_ms;
	enum config_last_call last_call;
	bool open;
	enum queue_refusal why;
	int64_t opens_ms;
	int about_min; /* the wait holds this; 0: not told */
	bool last;
} cases[] = {
    {"early enough", "07:30-11:30, 13:30-17:00", AT(8, 0),
     CONFIG_LAST_CALL_WARN, true, QUEUE_OK, 0, 60, false},
    {"lunch comes on top", "07:30-11:30, 13:30-17:00", AT(11, 0),
     CONFIG_LAST_CALL_WARN, true, QUEUE_OK, 0, 180, false},
    {"closed for lunch", "07:30-11:30, 13:30-17:00", AT(12, 0),
     CONFIG_LAST_CALL_WARN, false, QUEUE_CLOSED, AT(13, 30), 0, false},
    {"half an hour is left", "07:30-11:30, 13:30-17:00", AT(16, 30),
     CONFIG_LAST_CALL_WARN, true, QUEUE_OK, 0, 60, true},
    {"and the office stops there", "07:30-11:30, 13:30-17:00", AT(16, 30),
     CONFIG_LAST_CALL_STOP, false, QUEUE_TOO_LATE, 0, 0, false},
    {"or does not care", "07:30-11:30, 13:30-17:00", AT(16, 30),
     CONFIG_LAST_CALL_OFF, true, QUEUE_OK, 0, 60, false},
    {"closed until the day after", "07:30-11:30, 13:30-17:00", AT(17, 0),
     CONFIG_LAST_CALL_WARN, false, QUEUE_CLOSED, AT(31, 30), 0, false},
    {"no reception on a Tuesday", "Mon 08:00-11:00", AT(9, 0),
     CONFIG_LAST_CALL_WARN, false, QUEUE_CLOSED, AT(6 * 24 + 8, 0), 0, false},
};

static void the_calendar_and_the_queue_say_it_together(void **state)
{
	bool good = true;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t about_s = (uint32_t)cases[i].about_min * 60;
		struct kiosk_offer offer;
		struct rig rig;

		make_busy(&rig, cases[i].hours, cases[i].last_call);
		offer = ask(&rig, cases[i].now_ms);
		if (offer.open != cases[i].open || offer.why != cases[i].why ||
		    offer.hours.opens_ms != cases[i].opens_ms ||
		    offer.last_call != cases[i].last ||
		    offer.wait_low_s > about_s || offer.wait_high_s < about_s ||
		    (about_s == 0 && offer.wait_high_s != 0)) {
			print_error("%s: open %d, %s, %u..%u min\n",
				    cases[i].name, offer.open,
				    queue_refusal_name(offer.why),
				    offer.wait_low_s / 60,
				    offer.wait_high_s / 60);
			good = false;
		}
		free_rig(&rig);
	}
	assert_true(good);
}

static void a_closed_day_is_closed_at_any_hour(void **state)
{
	struct rig rig;

	(void)state;
	make_busy(&rig, "00:00-24:00", CONFIG_LAST_CALL_WARN);
	assert_true(ask(&rig, AT(9, 0)).open);
	assert_int_equal(hours_close(&rig.config->office.closed,
				     "2026-11-24..2026-11-25", NULL),
			 0);
	assert_false(ask(&rig, AT(9, 0)).open);
	assert_int_equal(ask(&rig, AT(9, 0)).hours.opens_ms, AT(48, 0));
	free_rig(&rig);
}

static void who_waits_is_told_with_the_break_as_well(void **state)
{
	const struct queue_ticket *last;
	uint32_t low_s, high_s;
	struct rig rig;

	(void)state;
	make_busy(&rig, "07:30-11:30, 13:30-17:00", CONFIG_LAST_CALL_WARN);
	last = queue_find(kiosk_queue(rig.kiosk), 0, 6);
	assert_true(kiosk_wait_of(rig.kiosk, last, AT(11, 0), &low_s, &high_s));
	assert_in_range(170 * 60, low_s, high_s);
	assert_true(kiosk_wait_of(rig.kiosk, last, AT(8, 0), &low_s, &high_s));
	assert_in_range(50 * 60, low_s, high_s);
	free_rig(&rig);
}

static void a_command_heeds_the_hour_it_comes_at(void **state)
{
	struct rig rig;
	char today[8] = "";
	time_t now = time(NULL);
	struct tm tm;

	(void)state;
	make_rig(&rig);
	open_kiosk(&rig);
	/* Open on all weekdays but today's and tomorrow's: closed now. */
	assert_non_null(localtime_r(&now, &tm));
	tm.tm_mday += 3;
	assert_true(mktime(&tm) > 0);
	assert_true(strftime(today, sizeof(today), "%u", &tm) > 0);
	rig.config->services[0].hours.days[today[0] - '1'] =
	    (struct hours_day){.sessions = {{480, 660}}, .n = 1};
	issue(&rig, 0, NULL);
	assert_int_equal(rig.last.result, KIOSK_REFUSED);
	assert_int_equal(rig.last.why, QUEUE_CLOSED);
	issue(&rig, 1, NULL);
	assert_int_equal(rig.last.result, KIOSK_DONE);
	free_rig(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_calendar_and_the_queue_say_it_together),
	    cmocka_unit_test(a_closed_day_is_closed_at_any_hour),
	    cmocka_unit_test(who_waits_is_told_with_the_break_as_well),
	    cmocka_unit_test(a_command_heeds_the_hour_it_comes_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
