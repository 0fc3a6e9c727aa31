/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "journal/record.h"

int record_boot_from_row(const struct journal_row *row,
			 struct record_boot *boot)
{
	struct json_problem problem;
	const char *boot_id;
	json_t *detail;

	*boot = (struct record_boot){0};
	if (!row->kind || strcmp(row->kind, "config_loaded") != 0 ||
	    !row->detail)
		return -EINVAL;
	detail = json_parse_object(row->detail, strlen(row->detail), &problem);
	if (!detail)
		return -EINVAL;
	boot_id = json_string_value(json_object_get(detail, "boot"));
	snprintf(boot->boot_id, sizeof(boot->boot_id), "%s",
		 boot_id ? boot_id : "");
	boot->clock_offset_ms =
	    json_integer_value(json_object_get(detail, "offset_ms"));
	json_decref(detail);
	return 0;
}
