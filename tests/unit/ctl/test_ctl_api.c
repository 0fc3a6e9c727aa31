/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl_api.h"

static void a_command_becomes_its_route(void **state)
{
	static const struct {
		struct ctl_command command;
		const char *path, *body;
	} rows[] = {
	    {{.verb = CTL_ISSUE, .service = "land"},
	     "/v1/tickets",
	     "{\"service\":\"land\"}"},
	    {{.verb = CTL_ISSUE, .service = "đất \"x\"", .class = "priority"},
	     "/v1/tickets",
	     "{\"service\":\"đất \\\"x\\\"\",\"class\":\"priority\"}"},
	    {{.verb = CTL_CALL, .counter = 1}, "/v1/counters/1/call", "{}"},
	    {{.verb = CTL_CALL, .counter = 12, .code = "A031"},
	     "/v1/counters/12/call",
	     "{\"ticket\":\"A031\"}"},
	    {{.verb = CTL_RECALL, .counter = 2}, "/v1/counters/2/recall", "{}"},
	    {{.verb = CTL_FINISH, .counter = 2, .outcome = "accepted"},
	     "/v1/counters/2/finish",
	     "{\"outcome\":\"accepted\"}"},
	    {{.verb = CTL_NO_SHOW, .counter = 2},
	     "/v1/counters/2/no-show",
	     "{}"},
	    {{.verb = CTL_TRANSFER, .counter = 2, .service = "notary"},
	     "/v1/counters/2/transfer",
	     "{\"service\":\"notary\"}"},
	    {{.verb = CTL_RETURN, .counter = 2}, "/v1/counters/2/return", "{}"},
	    {{.verb = CTL_RESTORE, .code = "A012"},
	     "/v1/tickets/A012/restore",
	     "{}"},
	    {{.verb = CTL_CANCEL, .code = "A012"},
	     "/v1/tickets/A012/cancel",
	     "{}"},
	    {{.verb = CTL_OPEN, .counter = 3}, "/v1/counters/3/open", "{}"},
	    {{.verb = CTL_PAUSE, .counter = 3}, "/v1/counters/3/pause", "{}"},
	    {{.verb = CTL_CLOSE, .counter = 3}, "/v1/counters/3/close", "{}"},
	    {{.verb = CTL_STATE}, "/v1/state", NULL},
	    {{.verb = CTL_WAITING}, "/v1/tickets?state=waiting", NULL},
	    {{.verb = CTL_REPORT}, "/v1/report", NULL},
	    {{.verb = CTL_REPORT, .day = "2026-11-24"},
	     "/v1/report?day=2026-11-24",
	     NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char path[CTL_PATH_SIZE];
		char *body;

		assert_int_equal(ctl_api_request(&rows[i].command, path, &body),
				 0);
		assert_string_equal(path, rows[i].path);
		if (rows[i].body)
			assert_string_equal(body, rows[i].body);
		else
			assert_null(body);
		free(body);
	}
}

static void a_word_that_is_not_utf8_is_not_sent(void **state)
{
	const struct ctl_command command = {.verb = CTL_ISSUE,
					    .service = "\xff"};
	char path[CTL_PATH_SIZE];
	char *body;

	(void)state;
	assert_true(ctl_api_request(&command, path, &body) < 0);
	assert_null(body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_command_becomes_its_route),
	    cmocka_unit_test(a_word_that_is_not_utf8_is_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
