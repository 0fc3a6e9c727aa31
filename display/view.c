/* SPDX-License-Identifier: MIT */
#include "display/view.h"

#include <string.h>

const struct view_kind *view_kind_of(const char *name)
{
	static const struct view_kind *const kinds[] = {&view_board,
							&view_touch};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	return NULL;
}
