/* SPDX-License-Identifier: MIT */
#include "printer/escpos_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void each_answer_is_read_by_its_bits(void **state)
{
	static const struct {
		const char *name;
		enum status_question question;
		uint8_t answer;
		unsigned faults;
	} rows[] = {
	    {"all is well", ASK_STATE, 0x12, 0},
	    {"the drawer is none of our business", ASK_STATE, 0x16, 0},
	    {"offline", ASK_STATE, 0x1a, FAULT_OFFLINE},
	    {"the feed button is held down", ASK_STATE, 0x52, 0},
	    {"cover", ASK_OFFLINE_CAUSE, 0x16, FAULT_COVER_OPEN},
	    {"paper ran out", ASK_OFFLINE_CAUSE, 0x32, FAULT_PAPER_OUT},
	    {"both", ASK_OFFLINE_CAUSE, 0x36,
	     FAULT_COVER_OPEN | FAULT_PAPER_OUT},
	    {"an error, and which is asked next", ASK_OFFLINE_CAUSE, 0x52, 0},
	    {"cutter", ASK_ERROR_CAUSE, 0x1a, FAULT_CUTTER},
	    {"hot", ASK_ERROR_CAUSE, 0x52, FAULT_HOT},
	    {"unrecoverable", ASK_ERROR_CAUSE, 0x32, FAULT_OFFLINE},
	    {"recoverable", ASK_ERROR_CAUSE, 0x16, FAULT_OFFLINE},
	    {"enough paper", ASK_PAPER, 0x12, 0},
	    {"low", ASK_PAPER, 0x1e, FAULT_PAPER_LOW},
	    {"low, by one of two sensors", ASK_PAPER, 0x16, FAULT_PAPER_LOW},
	    {"out", ASK_PAPER, 0x72, FAULT_PAPER_OUT},
	    {"low and out", ASK_PAPER, 0x7e, FAULT_PAPER_LOW | FAULT_PAPER_OUT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (escpos_answer_faults(rows[i].question, rows[i].answer) !=
		    rows[i].faults)
			fail_msg("%s", rows[i].name);
}

/* What a row of bytes is heard as, one by one. */
static void hear(const char *name, const uint8_t *bytes, size_t n,
		 const enum heard *want, struct escpos_ear *ear)
{
	*ear = (struct escpos_ear){0};
	for (size_t i = 0; i < n; i++) {
		enum heard heard = escpos_hear(ear, bytes[i]);
		if (heard != want[i])
			fail_msg("%s: byte %zu is heard as %d", name, i,
				 (int)heard);
	}
}

static void the_fixed_bits_tell_what_kind_of_answer_it_is(void **state)
{
	static const struct {
		const char *name;
		uint8_t bytes[6];
		enum heard want[6];
		size_t n;
		unsigned faults;
	} rows[] = {
	    {"an answer", {0x12}, {HEARD_ANSWER}, 1, 0},
	    {"with all it can tell", {0x7e}, {HEARD_ANSWER}, 1, 0},
	    {"in turn", {0x00}, {HEARD_IN_TURN}, 1, 0},
	    {"in turn, low and out", {0x0f}, {HEARD_IN_TURN}, 1, 0},
	    {"in turn, reserved bits", {0x6c}, {HEARD_IN_TURN}, 1, 0},
	    {"stop and go", {0x13, 0x11}, {HEARD_NOTHING, HEARD_NOTHING}, 2, 0},
	    {"noise",
	     {0xff, 0x80, 0x90},
	     {HEARD_RUBBISH, HEARD_RUBBISH, HEARD_RUBBISH},
	     3,
	     0},
	    {"unasked: well",
	     {0x10, 0x00, 0x00, 0x0f},
	     {HEARD_NOTHING, HEARD_NOTHING, HEARD_NOTHING, HEARD_UNASKED},
	     4,
	     0},
	    {"unasked: cover",
	     {0x38, 0x00, 0x00, 0x00},
	     {HEARD_NOTHING, HEARD_NOTHING, HEARD_NOTHING, HEARD_UNASKED},
	     4,
	     FAULT_OFFLINE | FAULT_COVER_OPEN},
	    {"unasked: low and out",
	     {0x18, 0x00, 0x0f, 0x00},
	     {HEARD_NOTHING, HEARD_NOTHING, HEARD_NOTHING, HEARD_UNASKED},
	     4,
	     FAULT_OFFLINE | FAULT_PAPER_LOW | FAULT_PAPER_OUT},
	    {"unasked: cutter and hot",
	     {0x18, 0x48, 0x00, 0x00},
	     {HEARD_NOTHING, HEARD_NOTHING, HEARD_NOTHING, HEARD_UNASKED},
	     4,
	     FAULT_OFFLINE | FAULT_CUTTER | FAULT_HOT},
	    {"an answer within a status",
	     {0x10, 0x00, 0x12, 0x00, 0x00},
	     {HEARD_NOTHING, HEARD_NOTHING, HEARD_ANSWER, HEARD_NOTHING,
	      HEARD_UNASKED},
	     5,
	     0},
	    {"in turn behind a status",
	     {0x10, 0x00, 0x00, 0x00, 0x00},
	     {HEARD_NOTHING, HEARD_NOTHING, HEARD_NOTHING, HEARD_UNASKED,
	      HEARD_IN_TURN},
	     5,
	     0},
	    {"a status cut short by another",
	     {0x10, 0x00, 0x18, 0x00, 0x0c, 0x00},
	     {HEARD_NOTHING, HEARD_NOTHING, HEARD_RUBBISH, HEARD_NOTHING,
	      HEARD_NOTHING, HEARD_UNASKED},
	     6,
	     FAULT_OFFLINE | FAULT_PAPER_OUT},
	    {"noise in a status ends it",
	     {0x10, 0xff, 0x00},
	     {HEARD_NOTHING, HEARD_RUBBISH, HEARD_IN_TURN},
	     3,
	     0},
	};
	struct escpos_ear ear;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		hear(rows[i].name, rows[i].bytes, rows[i].n, rows[i].want,
		     &ear);
		if (ear.faults != rows[i].faults)
			fail_msg("%s: faults %x", rows[i].name, ear.faults);
	}
}

static void every_byte_is_something(void **state)
{
	(void)state;
	for (unsigned first = 0; first < 256; first++) {
		for (unsigned second = 0; second < 256; second++) {
			struct escpos_ear ear = {0};
			(void)escpos_hear(&ear, (uint8_t)first);
			enum heard heard = escpos_hear(&ear, (uint8_t)second);
			assert_in_range(heard, HEARD_NOTHING, HEARD_RUBBISH);
			assert_in_range(ear.n, 0, 3);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_answer_is_read_by_its_bits),
	    cmocka_unit_test(the_fixed_bits_tell_what_kind_of_answer_it_is),
	    cmocka_unit_test(every_byte_is_something),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
