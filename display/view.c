/* SPDX-License-Identifier: MIT */
#include "display/view.h"

#include <errno.h>
#include <string.h>

/* "3" to "99"; 0 where it is none. */
static int counter_number(const char *text)
{
	int number = 0;
	for (size_t i = 0; text[i]; i++) {
		if (i == 2 || text[i] < '0' || text[i] > '9')
			return 0;
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

int view_wish_from(const char *name, struct view_wish *out)
{
	static const struct view_kind *const kinds[] = {&view_board,
							&view_touch,
							&view_counter};
	*out = (struct view_wish){.kind = NULL};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t n = strlen(kinds[i]->name);
		if (strncmp(kinds[i]->name, name, n) != 0)
			continue;
		if (kinds[i]->of_counter && name[n] == ':')
			out->counter = counter_number(name + n + 1);
		if (kinds[i]->of_counter ? out->counter == 0 : name[n] != '\0')
			return -EINVAL;
		out->kind = kinds[i];
		return 0;
	}
	return -EINVAL;
}
