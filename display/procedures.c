/* SPDX-License-Identifier: MIT */
#include "display/procedures.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"

#define PATH_SIZE 512

static void path_of(const char *folder, const char *service,
		    enum language language, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%s/%s%s.txt", folder, service,
		 language == LANGUAGE_EN ? ".en" : "");
}

bool procedures_has(const char *folder, const char *service)
{
	char path[PATH_SIZE];
	if (!folder || !*folder)
		return false;
	path_of(folder, service, LANGUAGE_VI, path);
	return access(path, R_OK) == 0;
}

/* A byte order mark is no text, and a page has no tabs. */
static void clean(char *text)
{
	size_t mark = strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	char *to = text;
	for (const char *from = text + mark; *from; from++) {
		unsigned char c = (unsigned char)*from;
		if (c != '\r')
			*to++ =
			    c == '\n' || (c >= 0x20 && c != 0x7F) ? *from : ' ';
	}
	*to = '\0';
}

/* NULL with errno set, or with *wrong. */
static char *read_whole(FILE *file, const char **wrong)
{
	char *text = malloc(PROCEDURES_MOST + 1);
	if (!text)
		return NULL;
	size_t n = fread(text, 1, PROCEDURES_MOST, file);
	text[n] = '\0';
	if (ferror(file))
		*wrong = "it cannot be read";
	else if (fgetc(file) != EOF)
		*wrong = "it is longer than 64 KiB: split it or shorten it";
	else if (!utf8_valid(text, n) || strlen(text) != n)
		*wrong = "it is not UTF-8: save it as UTF-8";
	if (*wrong) {
		free(text);
		return NULL;
	}
	clean(text);
	return text;
}

static char *read_one(const char *path, bool must)
{
	const char *wrong = NULL;
	FILE *file = fopen(path, "re");
	char *text = file ? read_whole(file, &wrong) : NULL;
	if (!text && (must || (errno != ENOENT && !file) || wrong))
		log_error("%s: %s", path, wrong ? wrong : strerror(errno));
	if (file)
		fclose(file);
	return text;
}

char *procedures_read(const char *folder, const char *service,
		      enum language language)
{
	char path[PATH_SIZE];
	char *text = NULL;
	if (!folder || !*folder)
		return NULL;
	if (language != LANGUAGE_VI) {
		path_of(folder, service, language, path);
		text = read_one(path, false);
	}
	if (!text) {
		path_of(folder, service, LANGUAGE_VI, path);
		text = read_one(path, true);
	}
	return text;
}
