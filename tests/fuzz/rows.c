/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/rows.h"

#include <string.h>

#include "journal/chain.h"

static const char *text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool number(const json_t *object, const char *name, int64_t *value)
{
	const json_t *member = json_object_get(object, name);

	*value = json_integer_value(member);
	return json_is_integer(member);
}

void fuzz_row(const json_t *object, struct journal_row *row)
{
	*row = (struct journal_row){
	    .day = text(object, "day"),
	    .kind = text(object, "kind"),
	    .service = text(object, "service"),
	    .class = text(object, "class"),
	    .actor = text(object, "actor"),
	    .detail = text(object, "detail"),
	    .key = text(object, "key"),
	};
	(void)number(object, "seq", &row->seq);
	(void)number(object, "at_ms", &row->at_ms);
	row->has_number = number(object, "number", &row->number);
	row->has_counter = number(object, "counter", &row->counter);
}

bool fuzz_row_fits(const struct journal_row *row)
{
	const char *fields[] = {row->day,   row->kind,  row->service,
				row->class, row->actor, row->detail,
				row->key};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i] && strchr(fields[i], CHAIN_SEPARATOR))
			return false;
	return true;
}
