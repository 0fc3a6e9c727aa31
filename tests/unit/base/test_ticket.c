/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>

#include "base/ticket.h"

static void pads_to_three_digits(void **state)
{
	static const struct {
		const char *prefix;
		uint32_t number;
		const char *code;
	} rows[] = {
	    {"A", 1, "A001"},     {"A", 25, "A025"},    {"A", 999, "A999"},
	    {"A", 1000, "A1000"}, {"ABC", 7, "ABC007"}, {"B", 99999, "B99999"},
	};
	char code[TICKET_CODE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ticket_code(code, rows[i].prefix, rows[i].number);
		assert_string_equal(code, rows[i].code);
	}
}

static void takes_its_own_codes_apart(void **state)
{
	static const char *const prefixes[] = {"A", "AB", "XYZ"};
	char code[TICKET_CODE_SIZE];
	uint32_t number;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (uint32_t n = 1; n <= TICKET_MAX_NUMBER; n++) {
			ticket_code(code, prefixes[i], n);
			assert_int_equal(ticket_code_parse(code, &number),
					 i + 1);
			assert_int_equal(number, n);
		}
	}
}

static void refuses_what_is_no_code(void **state)
{
	static const struct {
		const char *name, *code;
	} rows[] = {
	    {"empty", ""},
	    {"no prefix", "025"},
	    {"prefix only", "A"},
	    {"prefix too long", "ABCD025"},
	    {"lower case", "a025"},
	    {"too few digits", "A25"},
	    {"too many digits", "A123456"},
	    {"a zero too many", "A0025"},
	    {"zero", "A000"},
	    {"a letter behind", "A025B"},
	    {"a blank before", " A025"},
	    {"a blank behind", "A025 "},
	    {"a sign", "A+25"},
	    {"not ASCII", "Đ025"},
	};
	uint32_t number;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (ticket_code_parse(rows[i].code, &number) != -EINVAL)
			fail_msg("%s: taken", rows[i].name);
	}
}

static void names_its_classes_both_ways(void **state)
{
	(void)state;
	for (int i = 0; i < TICKET_CLASSES; i++)
		assert_int_equal(ticket_class_from(
				     ticket_class_name((enum ticket_class)i)),
				 i);
	assert_string_equal(ticket_class_name(TICKET_PRIORITY), "priority");
	assert_int_equal(ticket_class_from("Normal"), -EINVAL);
	assert_int_equal(ticket_class_from(""), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pads_to_three_digits),
	    cmocka_unit_test(takes_its_own_codes_apart),
	    cmocka_unit_test(refuses_what_is_no_code),
	    cmocka_unit_test(names_its_classes_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
