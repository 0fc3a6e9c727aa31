/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config_check.h"
#include "tests/unit/base/config_file.h"

static const char *line(const json_t *answer, const char *list, size_t i)
{
	return json_string_value(
	    json_array_get(json_object_get(answer, list), i));
}

static void a_good_file_has_no_mistakes(void **state)
{
	bool ok = false;
	json_t *answer;

	(void)state;
	config_file_write(GOOD_CONFIG, strlen(GOOD_CONFIG));
	answer = config_check(config_file_path(), &ok);
	assert_true(ok);
	assert_true(json_is_true(json_object_get(answer, "ok")));
	assert_string_equal(json_string_value(json_object_get(answer, "file")),
			    config_file_path());
	assert_null(line(answer, "mistakes", 0));
	for (size_t i = 0;
	     i < json_array_size(json_object_get(answer, "notes")); i++)
		assert_non_null(
		    strstr(line(answer, "notes", i), "/kiosk.conf:"));
	assert_non_null(line(answer, "notes", 0));
	json_decref(answer);
}

static void each_mistake_is_a_line(void **state)
{
	static const char bad[] = SMALL_CONFIG "queue = { policy = \"x\";\n"
					       "priority_ratio = 0; };\n";
	bool ok = true;
	json_t *answer;

	(void)state;
	config_file_write(bad, strlen(bad));
	answer = config_check(config_file_path(), &ok);
	assert_false(ok);
	assert_true(json_is_false(json_object_get(answer, "ok")));
	assert_non_null(
	    strstr(line(answer, "mistakes", 0), ":4: queue.policy"));
	assert_non_null(strstr(line(answer, "mistakes", 1), ":5: "));
	assert_null(line(answer, "mistakes", 2));
	json_decref(answer);
}

static void a_file_that_is_not_there_is_a_mistake(void **state)
{
	bool ok = true;
	json_t *answer = config_check("/nowhere/kiosk.conf", &ok);

	(void)state;
	assert_false(ok);
	assert_non_null(
	    strstr(line(answer, "mistakes", 0), "/nowhere/kiosk.conf"));
	json_decref(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_file_has_no_mistakes),
	    cmocka_unit_test(each_mistake_is_a_line),
	    cmocka_unit_test(a_file_that_is_not_there_is_a_mistake),
	};

	return cmocka_run_group_tests(tests, config_file_make,
				      config_file_remove);
}
