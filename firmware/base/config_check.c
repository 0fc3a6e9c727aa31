/* SPDX-License-Identifier: MIT */
#include "base/config_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"

/* NULL where there is no memory for it. Cuts text up. */
static json_t *lines_of(char *text)
{
	json_t *list = json_array();
	char *rest = text, *line;

	while (list && rest && (line = strsep(&rest, "\n")) != NULL) {
		if (*line && json_array_append_new(list, json_string(line))) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

json_t *config_check(const char *path, bool *ok)
{
	char *said = NULL, *noted = NULL;
	size_t said_size, noted_size;
	FILE *errors = open_memstream(&said, &said_size);
	FILE *notes = open_memstream(&noted, &noted_size);
	struct config *fresh = NULL;
	bool written = errors && notes;
	json_t *answer = NULL;

	*ok = false;
	if (written)
		*ok = config_load(path, errors, notes, &fresh) == 0;
	if (errors && fclose(errors) != 0)
		written = false;
	if (notes && fclose(notes) != 0)
		written = false;
	if (written)
		answer = json_pack("{s:s, s:b, s:o, s:o}", "file", path, "ok",
				   (int)*ok, "mistakes", lines_of(said),
				   "notes", lines_of(noted));
	if (!answer)
		*ok = false;
	config_free(fresh);
	free(said);
	free(noted);
	return answer;
}
