/* SPDX-License-Identifier: MIT */
/* Apart from central.c, so that who needs no engine links none. */
#include <stdio.h>
#include <string.h>

#include "sync/central.h"
#include "sync/central_url.h"

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

const struct central_ops *central_for(const char *url,
				      struct central_problem *problem)
{
	char shown[200];

	if (begins(url, "sqlite:"))
		return &central_sqlite;
	if (begins(url, "postgresql://") || begins(url, "postgres://"))
		return &central_postgres;
	central_url_mask(url, shown, sizeof(shown));
	snprintf(problem->text, sizeof(problem->text),
		 "central.url: \"%s\" is no central log: write "
		 "\"sqlite:/path/central.db\" or "
		 "\"postgresql://user@host/database\"",
		 shown);
	return NULL;
}
