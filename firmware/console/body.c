/* SPDX-License-Identifier: MIT */
#include "console/body.h"

#include <stdbool.h>
#include <stdio.h>
#include <strings.h>

#include "base/json.h"
#include "console/messages.h"

static bool is_json(const char *type)
{
	static const char json[] = "application/json";
	size_t length = sizeof(json) - 1;

	if (!type || strncasecmp(type, json, length) != 0)
		return false;
	return type[length] == '\0' || type[length] == ';' ||
	       type[length] == ' ';
}

static json_t *empty(struct http_request *request, const char *example)
{
	const char *args[] = {example};
	json_t *body;

	if (example) {
		refuse(request, REFUSE_EMPTY, args);
		return NULL;
	}
	body = json_object();
	if (!body)
		refuse(request, REFUSE_MEMORY, NULL);
	return body;
}

json_t *body_object(struct http_request *request, const char *example)
{
	struct json_problem problem;
	char line[16], column[16];
	const char *args[] = {line, column, problem.what};
	size_t length;
	const char *bytes = http_body(request, &length);
	json_t *body;

	if (http_body_overflow(request)) {
		refuse(request, REFUSE_TOO_LARGE, NULL);
		return NULL;
	}
	if (length == 0)
		return empty(request, example);
	if (!is_json(http_header(request, "Content-Type"))) {
		refuse(request, REFUSE_CONTENT_TYPE, NULL);
		return NULL;
	}
	body = json_parse_object(bytes, length, &problem);
	if (body)
		return body;
	(void)snprintf(line, sizeof(line), "%d", problem.line);
	(void)snprintf(column, sizeof(column), "%d", problem.column);
	refuse(request, REFUSE_BAD_JSON, args);
	return NULL;
}
