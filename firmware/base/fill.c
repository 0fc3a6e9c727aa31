/* SPDX-License-Identifier: MIT */
#include "base/fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one whose name stands there, or NULL. */
static const struct fill *fill_at(const char *at, const struct fill *fills,
				  size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(at, fills[i].name, strlen(fills[i].name)) == 0)
			return &fills[i];
	return NULL;
}

char *fill_in(const char *pattern, const struct fill *fills, size_t n)
{
	char *text = NULL;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	if (to == NULL)
		return NULL;
	while (*pattern != '\0') {
		const struct fill *fill = fill_at(pattern, fills, n);

		if (fill != NULL) {
			fputs(fill->value != NULL ? fill->value : "", to);
			pattern += strlen(fill->name);
		} else {
			putc(*pattern++, to);
		}
	}
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
