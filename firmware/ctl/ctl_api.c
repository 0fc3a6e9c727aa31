/* SPDX-License-Identifier: MIT */
#include "ctl/ctl_api.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "ctl/ctl_format.h"
#include "ctl/ctl_http.h"
#include "ctl/ctl_report.h"

/* The "*" stands for the counter or the ticket. */
struct route {
	const char *path;
	bool post;
};

static struct route route_of(enum ctl_verb verb)
{
	switch (verb) {
	case CTL_ISSUE:
		return (struct route){"/v1/tickets", true};
	case CTL_CALL:
		return (struct route){"/v1/counters/*/call", true};
	case CTL_RECALL:
		return (struct route){"/v1/counters/*/recall", true};
	case CTL_FINISH:
		return (struct route){"/v1/counters/*/finish", true};
	case CTL_NO_SHOW:
		return (struct route){"/v1/counters/*/no-show", true};
	case CTL_TRANSFER:
		return (struct route){"/v1/counters/*/transfer", true};
	case CTL_RETURN:
		return (struct route){"/v1/counters/*/return", true};
	case CTL_OPEN:
		return (struct route){"/v1/counters/*/open", true};
	case CTL_PAUSE:
		return (struct route){"/v1/counters/*/pause", true};
	case CTL_CLOSE:
		return (struct route){"/v1/counters/*/close", true};
	case CTL_RESTORE:
		return (struct route){"/v1/tickets/*/restore", true};
	case CTL_CANCEL:
		return (struct route){"/v1/tickets/*/cancel", true};
	case CTL_REPRINT:
		return (struct route){"/v1/tickets/*/reprint", true};
	case CTL_PRINTER_TEST:
		return (struct route){"/v1/printer/test", true};
	case CTL_WAITING:
		return (struct route){"/v1/tickets?state=waiting", false};
	case CTL_REPORT:
		return (struct route){"/v1/report", false};
	case CTL_STATE:
	case CTL_HELP:
	case CTL_VERSION:
	case CTL_JOURNAL_VERIFY:
	case CTL_JOURNAL_EXPORT:
	case CTL_JOURNAL_REBASE:
	case CTL_JOURNAL_CHECK:
	case CTL_JOURNAL_RECOVER:
	case CTL_CONFIG_CHECK:
	case CTL_PANEL_WATCH:
	case CTL_PIN:
	case CTL_TOKEN:
	case CTL_CERTIFICATE_NEW:
		break;
	}
	return (struct route){"/v1/state", false};
}

/* The path with its "*" filled in. */
static void fill_path(const char *path, const struct ctl_command *command,
		      char filled[CTL_PATH_SIZE])
{
	const char *star = strchr(path, '*');
	int before = star ? (int)(star - path) : (int)strlen(path);

	if (!star)
		snprintf(filled, CTL_PATH_SIZE, "%s%s%s", path,
			 command->day ? "?day=" : "",
			 command->day ? command->day : "");
	else if (command->counter)
		snprintf(filled, CTL_PATH_SIZE, "%.*s%d%s", before, path,
			 command->counter, star + 1);
	else
		snprintf(filled, CTL_PATH_SIZE, "%.*s%s%s", before, path,
			 command->code, star + 1);
}

int ctl_api_request(const struct ctl_command *command, char path[CTL_PATH_SIZE],
		    char **body)
{
	struct route route = route_of(command->verb);
	json_t *object;

	*body = NULL;
	fill_path(route.path, command, path);
	if (!route.post)
		return 0;
	/* With '*' a NULL is left out. */
	object =
	    json_pack("{s:s*, s:s*, s:s*, s:s*, s:s*}", "service",
		      command->service, "class", command->class, "window",
		      command->window, "outcome", command->outcome, "ticket",
		      command->verb == CTL_CALL ? command->code : NULL);
	if (object)
		*body = json_to_string(object);
	json_decref(object);
	return *body ? 0 : -ENOMEM;
}

static int print_json(const struct ctl_answer *answer)
{
	/* Nobody waits: HTTP has no body then. */
	puts(answer->length > 0 ? answer->body : "null");
	return answer->status < 400 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int refused(const struct ctl_answer *answer, const json_t *object)
{
	fputs("kioskctl: ", stderr);
	ctl_format_refusal(answer->status, object, stderr);
	putc('\n', stderr);
	return EXIT_FAILURE;
}

static int print_answer(const struct ctl_command *command,
			const struct ctl_answer *answer)
{
	struct json_problem problem;
	json_t *object = NULL;
	int status = EXIT_SUCCESS;

	if (answer->length > 0)
		object =
		    json_parse_object(answer->body, answer->length, &problem);
	if (command->json)
		status = print_json(answer);
	if (answer->status >= 400) {
		status = refused(answer, object);
	} else if (command->json) {
		/* printed as it came */
	} else if (answer->status == 204) {
		puts("nobody waits");
	} else if (!object) {
		fprintf(stderr,
			"kioskctl: the answer is no JSON (%s): see kioskd's "
			"log\n",
			answer->length ? problem.what : "it is empty");
		status = EXIT_FAILURE;
	} else if (command->verb == CTL_STATE) {
		ctl_format_state(object, stdout);
	} else if (command->verb == CTL_REPORT) {
		ctl_report_format(object, stdout);
	} else if (command->verb == CTL_WAITING) {
		ctl_format_tickets(object, clock_wall_ms(), stdout);
	} else {
		ctl_format_answer(object, stdout);
	}
	json_decref(object);
	return status;
}

int ctl_api_run(const struct ctl_command *command)
{
	char path[CTL_PATH_SIZE];
	struct ctl_request request = {.socket = command->socket, .path = path};
	struct ctl_answer answer;
	struct ctl_error error;
	char *body;
	int status;

	if (ctl_api_request(command, path, &body) < 0) {
		/* json_pack() takes UTF-8 only. */
		fputs("kioskctl: a word is not UTF-8, or memory ran out\n",
		      stderr);
		return EXIT_FAILURE;
	}
	request.body = body;
	if (ctl_http(&request, &answer, &error) < 0) {
		fprintf(stderr, "kioskctl: %s\n", error.text);
		free(body);
		return EXIT_FAILURE;
	}
	status = print_answer(command, &answer);
	ctl_answer_free(&answer);
	free(body);
	return status;
}
