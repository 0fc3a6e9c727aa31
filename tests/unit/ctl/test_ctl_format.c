/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl_format.h"

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

static char *text;
static size_t size;

static FILE *begin(void)
{
	FILE *to = open_memstream(&text, &size);

	assert_non_null(to);
	return to;
}

static void assert_written(FILE *to, const char *want)
{
	assert_int_equal(fclose(to), 0);
	assert_string_equal(text, want);
	free(text);
}

static json_t *parse(const char *json)
{
	json_t *object = json_loads(json, 0, NULL);

	assert_non_null(object);
	return object;
}

static void an_answer_is_one_line(void **state)
{
	static const struct {
		const char *json, *line;
	} rows[] = {
	    {"{\"ticket\":\"A032\",\"service\":\"land\",\"class\":\"normal\","
	     "\"number\":32,\"ahead\":7,\"wait_s\":null,\"seq\":9}",
	     "A032  land  normal  7 ahead\n"},
	    {"{\"ticket\":\"A025\",\"service\":\"land\",\"state\":\"called\","
	     "\"counter\":1,\"class\":\"normal\",\"calls\":1}",
	     "A025  land  normal  counter 1\n"},
	    {"{\"ticket\":\"A025\",\"service\":\"land\",\"state\":\"served\","
	     "\"counter\":1,\"class\":\"priority\",\"outcome\":\"accepted\"}",
	     "A025  land  priority  served  accepted\n"},
	    {"{\"ticket\":\"A025\",\"service\":\"land\",\"state\":\"waiting\","
	     "\"counter\":null}",
	     "A025  land  waiting\n"},
	    {"{\"counter\":2,\"state\":\"paused\",\"seq\":4}",
	     "counter 2  paused\n"},
	    {"{\"ticket\":7,\"counter\":\"x\"}", "done\n"},
	    {"{}", "done\n"},
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
		json_t *object = parse(rows[i].json);
		FILE *to = begin();

		ctl_format_answer(object, to);
		assert_written(to, rows[i].line);
		json_decref(object);
	}
}

static void a_refusal_is_one_line_in_both_languages(void **state)
{
	static const struct {
		const char *json, *line;
	} rows[] = {
	    {"{\"error\":\"conflict\",\"message\":{\"vi\":\"Quầy đang phục "
	     "vụ.\",\"en\":\"It is serving.\"},\"serving\":\"A026\"}",
	     "refused (conflict): Quầy đang phục vụ. / It is serving. (A026 "
	     "is there)"},
	    {"{\"error\":\"conflict\",\"message\":{\"vi\":\"Đã đổi.\"},"
	     "\"serving\":null}",
	     "refused (conflict): Đã đổi."},
	    {"{\"error\":\"x\"}", "refused (x)"},
	    {"{\"message\":7}", "refused (HTTP 503): see kioskd's log"},
	};
	FILE *to;

	(void)state;
	for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
		json_t *object = parse(rows[i].json);

		to = begin();
		ctl_format_refusal(503, object, to);
		assert_written(to, rows[i].line);
		json_decref(object);
	}
	to = begin();
	ctl_format_refusal(500, NULL, to);
	assert_written(to, "refused (HTTP 500): see kioskd's log");
}

static void those_who_wait_are_a_table(void **state)
{
	json_t *object = parse(
	    "{\"tickets\":[{\"ticket\":\"A001\",\"service\":\"land\","
	    "\"class\":\"normal\",\"state\":\"waiting\",\"issued_at_ms\":"
	    "1000000,\"counter\":null,\"calls\":0},{\"ticket\":\"B1000\","
	    "\"service\":\"civil\",\"class\":\"priority\",\"issued_at_ms\":"
	    "2000000,\"calls\":2}]}");
	FILE *to = begin();

	(void)state;
	ctl_format_tickets(object, 1000000 + 12 * 60000 + 59000, to);
	assert_written(to, "A001    land                 normal       12 min\n"
			   "B1000   civil                priority     0 min  "
			   "called "
			   "2x before\n");
	json_decref(object);
}

static void nobody_waits_is_said(void **state)
{
	json_t *object = parse("{\"tickets\":[]}");
	FILE *to = begin();

	(void)state;
	ctl_format_tickets(object, 0, to);
	assert_written(to, "nobody waits\n");
	json_decref(object);
}

static void the_state_is_a_page(void **state)
{
	json_t *object = parse(
	    "{\"kiosk\":\"k-01\",\"office\":{\"vi\":\"Xã\",\"en\":null},"
	    "\"seq\":12,\"day\":\"2026-11-24\",\"at_ms\":1,\"services\":["
	    "{\"id\":\"land\",\"open\":true,\"waiting\":7,"
	    "\"waiting_by_class\":{\"normal\":6,\"priority\":1},\"last\":"
	    "\"A031\"},{\"id\":\"civil\",\"open\":false,\"waiting\":0,"
	    "\"waiting_by_class\":{},\"last\":null}],\"counters\":[{\"id\":1,"
	    "\"state\":\"open\",\"serving\":{\"ticket\":\"A025\",\"service\":"
	    "\"land\",\"class\":\"normal\",\"called_at_ms\":1,\"calls\":2}},"
	    "{\"id\":12,\"state\":\"closed\",\"serving\":null}],\"health\":{"
	    "\"printer\":\"ok\",\"clock\":\"synced\",\"journal\":\"ok\","
	    "\"central\":{\"state\":\"error\",\"synced_seq\":2,\"lag\":10,"
	    "\"error\":\"no network\"}}}");
	FILE *to = begin();

	(void)state;
	ctl_format_state(object, to);
	assert_written(
	    to, "k-01  Xã  2026-11-24  seq 12\n"
		"\n"
		"service              open  last    waiting\n"
		"land                 yes   A031    7 (1 priority)\n"
		"civil                no    -       0\n"
		"\n"
		"counter 1            open    A025  land  normal  called "
		"2x\n"
		"counter 12           closed\n"
		"\n"
		"printer ok, clock synced, journal ok, central log error "
		"(10 rows behind): no network\n");
	json_decref(object);
}

static void a_state_of_other_shape_does_no_harm(void **state)
{
	static const char *const shapes[] =
	    {"{}", "{\"services\":7,\"counters\":{},\"health\":[]}",
	     "{\"services\":[null,3,{}],\"counters\":[{\"serving\":1}]}"};

	(void)state;
	for (size_t i = 0; i < N_ELEMENTS(shapes); i++) {
		json_t *object = parse(shapes[i]);
		FILE *to = begin();

		ctl_format_state(object, to);
		assert_int_equal(fclose(to), 0);
		assert_non_null(strstr(text, "central log -"));
		free(text);
		json_decref(object);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_answer_is_one_line),
	    cmocka_unit_test(a_refusal_is_one_line_in_both_languages),
	    cmocka_unit_test(those_who_wait_are_a_table),
	    cmocka_unit_test(nobody_waits_is_said),
	    cmocka_unit_test(the_state_is_a_page),
	    cmocka_unit_test(a_state_of_other_shape_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
