/* SPDX-License-Identifier: MIT */
/* A kiosk that only remembers what it was told stands in for the real one: the
 * linker takes ours before the library's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "central_status.h"

struct kiosk {
	int reports;
	enum kiosk_central state;
	int64_t seq;
	char error[200];
	struct kiosk_sent sent;
};

void kiosk_report_central(struct kiosk *kiosk, enum kiosk_central state,
			  int64_t synced_seq, const char *error)
{
	kiosk->reports++;
	kiosk->state = state;
	kiosk->seq = synced_seq;
	snprintf(kiosk->error, sizeof(kiosk->error), "%s", error ? error : "");
}

void kiosk_report_sent(struct kiosk *kiosk, const struct kiosk_sent *sent)
{
	kiosk->sent = sent ? *sent : (struct kiosk_sent){0};
}

struct rig {
	char dir[64];
	sd_event *event;
	struct kiosk kiosk;
	struct central_status *status;
};

static int every_s = 5;

static void write_status(const struct rig *rig, const char *text)
{
	char beside[128], path[128];
	FILE *file;

	snprintf(beside, sizeof(beside), "%s/beside", rig->dir);
	snprintf(path, sizeof(path), "%s/central.json", rig->dir);
	file = fopen(beside, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(rename(beside, path), 0);
}

static void start(struct rig *rig, const char *before)
{
	const char *tmp = getenv("TMPDIR");

	memset(rig, 0, sizeof(*rig));
	snprintf(rig->dir, sizeof(rig->dir), "%s/kiosk-XXXXXX",
		 tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(rig->dir));
	if (before)
		write_status(rig, before);
	assert_true(sd_event_new(&rig->event) >= 0);
	assert_int_equal(central_status_new(rig->event, &rig->kiosk, rig->dir,
					    every_s, &rig->status),
			 0);
}

static void settle(struct rig *rig)
{
	while (sd_event_run(rig->event, 0) > 0)
		;
}

static void stop(struct rig *rig)
{
	char path[128];

	central_status_free(rig->status);
	sd_event_unref(rig->event);
	snprintf(path, sizeof(path), "%s/central.json", rig->dir);
	unlink(path);
	rmdir(rig->dir);
}

static void no_file_says_nothing(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, NULL);
	settle(&rig);
	assert_int_equal(rig.kiosk.reports, 0);
	stop(&rig);
}

static void what_was_there_at_the_start_is_read(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, "{\"state\":\"ok\",\"synced_seq\":12,\"error\":null}");
	assert_int_equal(rig.kiosk.state, KIOSK_CENTRAL_OK);
	assert_int_equal(rig.kiosk.seq, 12);
	stop(&rig);
}

static void a_change_is_followed(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, NULL);
	write_status(&rig, "{\"state\":\"error\",\"synced_seq\":3,"
			   "\"error\":\"không nối được\"}");
	settle(&rig);
	assert_int_equal(rig.kiosk.state, KIOSK_CENTRAL_ERROR);
	assert_string_equal(rig.kiosk.error, "không nối được");
	stop(&rig);
}

/* What is computed of it would overflow. */
static void a_number_below_zero_is_not_taken(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, "{\"state\":\"ok\",\"synced_seq\":12,\"error\":null}");
	write_status(&rig, "{\"state\":\"error\","
			   "\"synced_seq\":-9223372036854775807}");
	settle(&rig);
	assert_int_equal(rig.kiosk.reports, 1);
	assert_int_equal(rig.kiosk.seq, 12);
	stop(&rig);
}

#define ID "0123456789abcdef0123456789abcdef"
#define CHAIN "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"

/* Pruning goes by it: nothing by half, and nothing while there is an error. */
static void what_is_acknowledged_is_told_only_where_it_is_whole(void **state)
{
	static const struct {
		const char *text;
		int64_t seq;
	} rows[] = {
	    {"{\"state\":\"ok\",\"synced_seq\":12,\"journal\":\"" ID "\","
	     "\"synced_chain\":\"" CHAIN "\"}",
	     12},
	    {"{\"state\":\"behind\",\"synced_seq\":13,\"journal\":\"" ID "\","
	     "\"synced_chain\":\"" CHAIN "\"}",
	     13},
	    {"{\"state\":\"error\",\"synced_seq\":12,\"journal\":\"" ID "\","
	     "\"synced_chain\":\"" CHAIN "\"}",
	     0},
	    {"{\"state\":\"ok\",\"synced_seq\":12,\"journal\":\"" ID "\"}", 0},
	    {"{\"state\":\"ok\",\"synced_seq\":12,\"journal\":\"7\","
	     "\"synced_chain\":\"" CHAIN "\"}",
	     0},
	    {"{\"state\":\"ok\",\"synced_seq\":12,\"journal\":\"" ID "\","
	     "\"synced_chain\":\"" CHAIN "00\"}",
	     0},
	    {"{\"state\":\"ok\",\"synced_seq\":12,\"journal\":\"" ID "\","
	     "\"synced_chain\":\"0102\"}",
	     0},
	};
	struct rig rig;

	(void)state;
	start(&rig, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rig.kiosk.sent.seq = 99;
		write_status(&rig, rows[i].text);
		settle(&rig);
		assert_int_equal(rig.kiosk.sent.seq, rows[i].seq);
	}
	write_status(&rig, rows[0].text);
	settle(&rig);
	assert_string_equal(rig.kiosk.sent.journal, ID);
	assert_int_equal(rig.kiosk.sent.chain[31], 0x20);
	stop(&rig);
}

static void rubbish_is_passed_over(void **state)
{
	static const char *const rubbish[] = {
	    "",
	    "{",
	    "[]",
	    "{\"state\":\"merry\"}",
	    "7",
	    "\xff\xfe",
	    "{\"state\":7,\"synced_seq\":\"x\"}",
	};
	struct rig rig;

	(void)state;
	start(&rig, NULL);
	for (size_t i = 0; i < sizeof(rubbish) / sizeof(rubbish[0]); i++) {
		write_status(&rig, rubbish[i]);
		settle(&rig);
	}
	assert_int_equal(rig.kiosk.reports, 0);
	write_status(&rig, "{\"state\":\"behind\",\"synced_seq\":1}");
	settle(&rig);
	assert_int_equal(rig.kiosk.state, KIOSK_CENTRAL_BEHIND);
	stop(&rig);
}

/* every_s is as negative as it takes for a patience of nothing. */
static void silence_is_an_error_that_the_next_word_ends(void **state)
{
	struct rig rig;

	(void)state;
	every_s = -110;
	start(&rig, "{\"state\":\"ok\",\"synced_seq\":12,\"error\":null}");
	every_s = 5;
	while (rig.kiosk.state == KIOSK_CENTRAL_OK)
		assert_true(sd_event_run(rig.event, 5000000) > 0);
	assert_int_equal(rig.kiosk.state, KIOSK_CENTRAL_ERROR);
	assert_int_equal(rig.kiosk.seq, 12);
	assert_non_null(strstr(rig.kiosk.error, "kiosk-sync"));
	write_status(&rig, "{\"state\":\"ok\",\"synced_seq\":13}");
	while (rig.kiosk.seq != 13)
		assert_true(sd_event_run(rig.event, 5000000) > 0);
	assert_int_equal(rig.kiosk.state, KIOSK_CENTRAL_OK);
	stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_file_says_nothing),
	    cmocka_unit_test(what_was_there_at_the_start_is_read),
	    cmocka_unit_test(a_change_is_followed),
	    cmocka_unit_test(a_number_below_zero_is_not_taken),
	    cmocka_unit_test(
		what_is_acknowledged_is_told_only_where_it_is_whole),
	    cmocka_unit_test(rubbish_is_passed_over),
	    cmocka_unit_test(silence_is_an_error_that_the_next_word_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
