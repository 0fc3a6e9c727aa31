/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "display/sse.h"

/* Each event as "type|id|data;". */
static char seen[1000];

static void see(void *arg, const struct sse_event *event)
{
	(void)arg;
	size_t n = strlen(seen);
	assert_int_equal(event->length, strlen(event->data));
	snprintf(seen + n, sizeof(seen) - n, "%s|%s|%s;", event->type,
		 event->id, event->data);
}

static const struct {
	const char *name, *bytes, *events;
} rows[] = {
    {"nothing", "", ""},
    {"one event", "id: 7\nevent: state\ndata: {}\n\n", "state|7|{};"},
    {"no space after the colon", "event:state\ndata:x\n\n", "state||x;"},
    {"only one space goes", "data:  x\n\n", "message|| x;"},
    {"no type", "data: x\n\n", "message||x;"},
    {"the type is for one event", "event: a\ndata: 1\n\ndata: 2\n\n",
     "a||1;message||2;"},
    {"the id stays", "id: 1\ndata: a\n\ndata: b\n\n",
     "message|1|a;message|1|b;"},
    {"lines are joined", "data: a\ndata: b\ndata\n\n", "message||a\nb\n;"},
    {"an empty data line counts", "data:\n\n", "message||;"},
    {"no data, no event", "event: state\nid: 3\n\ndata: x\n\n", "message|3|x;"},
    {"comments", ": hello\n\n:\n:data: no\ndata: x\n\n", "message||x;"},
    {"unknown fields", "retry: 100\nfoo: bar\ndata: x\n\n", "message||x;"},
    {"CR LF", "event: s\r\ndata: x\r\n\r\n", "s||x;"},
    {"CR", "event: s\rdata: x\r\r", "s||x;"},
    {"mixed line ends", "data: a\r\ndata: b\rdata: c\n\r\n",
     "message||a\nb\nc;"},
    {"byte order mark",
     "\xEF\xBB\xBF"
     "data: x\n\n",
     "message||x;"},
    {"a mark later is a name",
     "data: x\n\n\xEF\xBB\xBF"
     "data: y\n\n",
     "message||x;"},
    {"an unfinished event is none", "data: x\n", ""},
    {"a colon in the data", "data: a: b\n\n", "message||a: b;"},
    {"Vietnamese", "data: Đất đai – Quầy ộ\n\n", "message||Đất đai – Quầy ộ;"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void check(size_t row, const char *how)
{
	if (strcmp(seen, rows[row].events) != 0)
		fail_msg("%s, %s: \"%s\" instead of \"%s\"", rows[row].name,
			 how, seen, rows[row].events);
	seen[0] = '\0';
}

static void reads_whole_streams(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct sse *sse = sse_new(1000, see, NULL);
		assert_int_equal(sse_feed(sse, rows[i].bytes,
					  strlen(rows[i].bytes)),
				 0);
		check(i, "whole");
		sse_free(sse);
	}
}

static void reads_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct sse *sse = sse_new(1000, see, NULL);
		for (const char *c = rows[i].bytes; *c; c++)
			assert_int_equal(sse_feed(sse, c, 1), 0);
		check(i, "byte by byte");
		sse_free(sse);
	}
}

static void reads_any_two_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		size_t n = strlen(rows[i].bytes);
		for (size_t cut = 0; cut <= n; cut++) {
			struct sse *sse = sse_new(1000, see, NULL);
			assert_int_equal(sse_feed(sse, rows[i].bytes, cut), 0);
			assert_int_equal(sse_feed(sse, rows[i].bytes + cut,
						  n - cut),
					 0);
			check(i, "in two pieces");
			sse_free(sse);
		}
	}
}

static void refuses_a_line_that_never_ends(void **state)
{
	(void)state;
	struct sse *sse = sse_new(100, see, NULL);
	int r = 0;
	for (int i = 0; i < 101 && r == 0; i++)
		r = sse_feed(sse, "x", 1);
	assert_int_equal(r, -EMSGSIZE);
	sse_free(sse);
}

static void refuses_an_event_that_never_ends(void **state)
{
	(void)state;
	struct sse *sse = sse_new(100, see, NULL);
	int r = 0, lines = 0;
	for (; lines < 100 && r == 0; lines++)
		r = sse_feed(sse, "data: 12345\n", 12);
	assert_int_equal(r, -EMSGSIZE);
	assert_in_range(lines, 16, 18); /* 5 bytes and a line end each */
	assert_string_equal(seen, "");
	sse_free(sse);
}

static void takes_an_event_of_just_the_size(void **state)
{
	(void)state;
	struct sse *sse = sse_new(16, see, NULL);
	assert_int_equal(sse_feed(sse, "data: 1234567890\n\n", 18), 0);
	assert_string_equal(seen, "message||1234567890;");
	seen[0] = '\0';
	sse_free(sse);
}

static void a_reset_forgets_what_was_half_there(void **state)
{
	(void)state;
	struct sse *sse = sse_new(1000, see, NULL);
	assert_int_equal(sse_feed(sse, "id: 9\nevent: a\ndata: x\nda", 25), 0);
	sse_reset(sse);
	assert_int_equal(sse_feed(sse, "data: y\n\n", 9), 0);
	assert_string_equal(seen, "message||y;");
	seen[0] = '\0';
	sse_free(sse);
}

static void a_nul_in_an_id_is_no_id(void **state)
{
	(void)state;
	struct sse *sse = sse_new(1000, see, NULL);
	assert_int_equal(sse_feed(sse, "id: a\0b\ndata: x\n\n", 17), 0);
	assert_string_equal(seen, "message||x;");
	seen[0] = '\0';
	sse_free(sse);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_whole_streams),
	    cmocka_unit_test(reads_byte_by_byte),
	    cmocka_unit_test(reads_any_two_pieces),
	    cmocka_unit_test(refuses_a_line_that_never_ends),
	    cmocka_unit_test(refuses_an_event_that_never_ends),
	    cmocka_unit_test(takes_an_event_of_just_the_size),
	    cmocka_unit_test(a_reset_forgets_what_was_half_there),
	    cmocka_unit_test(a_nul_in_an_id_is_no_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
