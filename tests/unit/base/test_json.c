/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

struct row {
	const char *name;
	const char *bytes;
	size_t length;
	const char *says; /* part of what is said */
	int line;         /* 0: any */
};

#define ROW(name, bytes, says, line)                       \
	{                                                  \
		name, bytes, sizeof(bytes) - 1, says, line \
	}

static void refuses_and_says_why(void **state)
{
	static const struct row rows[] = {
	    ROW("empty", "", "nothing there", 0),
	    ROW("blanks", " \n ", "", 0),
	    ROW("an array", "[1]", "object", 1),
	    ROW("a string", "\"x\"", "", 1),
	    ROW("cut", "{\"a\":1,\n", "", 2),
	    ROW("something behind", "{} {}", "", 1),
	    ROW("duplicate key", "{\"a\":1,\n\"a\":2}", "duplicate", 2),
	    ROW("duplicate key below", "{\"x\":{\"a\":1,\"a\":1}}", "duplicate",
		1),
	    ROW("duplicate key by escape", "{\"a\":1,\"\\u0061\":2}",
		"duplicate", 1),
	    ROW("bad UTF-8", "{\"a\":\"\xff\"}", "UTF-8", 1),
	    ROW("overlong UTF-8", "{\"a\":\"\xc0\xaf\"}", "UTF-8", 1),
	    ROW("U+0000", "{\"a\":\"x\\u0000y\"}", "u0000", 1),
	    ROW("U+0000 in a key", "{\"x\\u0000y\":1}", "", 1),
	    ROW("a raw NUL", "{\"a\":\"x\0y\"}", "", 1),
	    ROW("a NUL behind", "{}\0", "", 1),
	    ROW("lone surrogate", "{\"a\":\"\\ud800\"}", "", 1),
	    ROW("a raw line break", "{\"a\":\"x\ny\"}", "", 0),
	    ROW("trailing comma", "{\"a\":1,}", "", 1),
	    ROW("single quotes", "{'a':1}", "", 1),
	    ROW("NaN", "{\"a\":NaN}", "", 1),
	    ROW("too large", "{\"a\":99999999999999999999}", "", 1),
	};
	struct json_problem problem;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *value =
		    json_parse_object(rows[i].bytes, rows[i].length, &problem);

		if (value != NULL)
			fail_msg("%s: taken", rows[i].name);
		if (problem.what[0] == '\0' ||
		    strstr(problem.what, rows[i].says) == NULL)
			fail_msg("%s: said \"%s\"", rows[i].name, problem.what);
		if (rows[i].line != 0 && problem.line != rows[i].line)
			fail_msg("%s: line %d", rows[i].name, problem.line);
		for (const char *c = problem.what; *c != '\0'; c++)
			assert_in_range((unsigned char)*c, 0x20, 0xff);
	}
}

/* depth objects in one another. */
static void nest(char *out, size_t depth)
{
	size_t n = 0;

	for (size_t i = 1; i < depth; i++) {
		memcpy(out + n, "{\"a\":", 5);
		n += 5;
	}
	memcpy(out + n, "{}", 2);
	n += 2;
	memset(out + n, '}', depth - 1);
	out[n + depth - 1] = '\0';
}

static void bounds_the_depth(void **state)
{
	struct json_problem problem;
	char text[256];
	json_t *value;

	(void)state;
	nest(text, 16);
	value = json_parse_object(text, strlen(text), &problem);
	assert_non_null(value);
	json_decref(value);
	nest(text, 17);
	assert_null(json_parse_object(text, strlen(text), &problem));
	assert_non_null(strstr(problem.what, "16"));
	assert_int_equal(problem.column, 16 * 5 + 1);
}

static void bears_a_million_brackets(void **state)
{
	const size_t length = 1000000;
	struct json_problem problem;
	char *text = malloc(length);

	(void)state;
	assert_non_null(text);
	memset(text, '[', length);
	assert_null(json_parse_object(text, length, &problem));
	free(text);
}

static void does_not_count_brackets_in_strings(void **state)
{
	static const char text[] = "{\"a\":\"[[[[[[[[[[\\\"[[[[[[[[[[\"}";
	struct json_problem problem;
	json_t *value = json_parse_object(text, sizeof(text) - 1, &problem);

	(void)state;
	assert_non_null(value);
	json_decref(value);
}

static void takes_an_object(void **state)
{
	static const char text[] = "{\"ticket\":\"Đ\",\"n\":3}";
	struct json_problem problem;
	json_t *value = json_parse_object(text, sizeof(text) - 1, &problem);

	(void)state;
	assert_non_null(value);
	assert_string_equal(json_string_value(json_object_get(value, "ticket")),
			    "Đ");
	assert_int_equal(json_integer_value(json_object_get(value, "n")), 3);
	json_decref(value);
}

static void assert_text(const struct text *text, const char *expected)
{
	json_t *value = json_from_text(text);
	char *string = json_to_string(value);

	assert_string_equal(string, expected);
	free(string);
	json_decref(value);
}

static void writes_a_text_in_its_languages(void **state)
{
	char vi[] = "Đất đai", en[] = "Land \"A\"";

	(void)state;
	assert_text(&(struct text){vi, en},
		    "{\"vi\":\"Đất đai\",\"en\":\"Land \\\"A\\\"\"}");
	assert_text(&(struct text){vi, NULL}, "{\"vi\":\"Đất đai\"}");
}

static void writes_a_real_as_short_as_it_was(void **state)
{
	json_t *value = json_pack("[f, f, f]", 4.01, 4.25, 5.0);
	char *string = json_to_string(value);

	(void)state;
	assert_string_equal(string, "[4.01,4.25,5.0]");
	free(string);
	json_decref(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refuses_and_says_why),
	    cmocka_unit_test(bounds_the_depth),
	    cmocka_unit_test(bears_a_million_brackets),
	    cmocka_unit_test(does_not_count_brackets_in_strings),
	    cmocka_unit_test(takes_an_object),
	    cmocka_unit_test(writes_a_text_in_its_languages),
	    cmocka_unit_test(writes_a_real_as_short_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
