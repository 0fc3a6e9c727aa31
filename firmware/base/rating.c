/* SPDX-License-Identifier: MIT */
#include "base/rating.h"

#include <errno.h>
#include <string.h>

static const char *const names[RATING_REASONS] = {
    [RATING_WAIT] = "wait",         [RATING_ATTITUDE] = "attitude",
    [RATING_GUIDANCE] = "guidance", [RATING_PROCEDURE] = "procedure",
    [RATING_OTHER] = "other",
};

const char *rating_reason_name(enum rating_reason reason)
{
	return names[reason];
}

int rating_reason_from(const char *name)
{
	for (int i = 0; i < RATING_REASONS; i++) {
		if (strcmp(names[i], name) == 0)
			return i;
	}
	return -EINVAL;
}
