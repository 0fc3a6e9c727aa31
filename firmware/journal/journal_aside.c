/* SPDX-License-Identifier: MIT */
#include "journal/journal_aside.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "journal/journal.h"

#define ASIDE "journal-aside-"

static bool is_free(const char *dir, const char *name)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (snprintf(path, sizeof(path), "%s/%s%s", dir, name,
			     suffixes[i]) >= (int)sizeof(path) ||
		    access(path, F_OK) == 0)
			return false;
	}
	return true;
}

int aside_name(const char *dir, int64_t now_ms, char name[ASIDE_SIZE])
{
	time_t seconds = (time_t)(now_ms / 1000);
	char date[32];
	struct tm local;

	if (!localtime_r(&seconds, &local) ||
	    strftime(date, sizeof(date), "%Y%m%d-%H%M%S", &local) == 0)
		return -EINVAL;
	for (int i = 1; i < 100; i++) {
		if (i == 1)
			snprintf(name, ASIDE_SIZE, ASIDE "%s.db", date);
		else
			snprintf(name, ASIDE_SIZE, ASIDE "%s-%d.db", date, i);
		if (is_free(dir, name))
			return 0;
	}
	return -EEXIST;
}

int aside_move(const char *dir, const char *file, const char *suffix,
	       const char *name, bool keep)
{
	char from[PATH_MAX], to[PATH_MAX];

	if (snprintf(from, sizeof(from), "%s%s", file, suffix) >=
		(int)sizeof(from) ||
	    snprintf(to, sizeof(to), "%s/%s%s", dir, name, suffix) >=
		(int)sizeof(to))
		return -ENAMETOOLONG;
	if (keep && link(from, to) == 0)
		return 0;
	if (rename(from, to) != 0 && errno != ENOENT)
		return -errno;
	return 0;
}

/* The length of the name up to its .db; 0: it is none of these. */
static int length_of(const char *name)
{
	const char *end = strstr(name, ".db");

	return end && end - name < ASIDE_SIZE - 4 &&
		       strncmp(name, ASIDE, strlen(ASIDE)) == 0
		   ? (int)(end - name)
		   : 0;
}

uint32_t aside_count(const char *dir)
{
	DIR *listing = opendir(dir);
	const struct dirent *entry;
	uint32_t n = 0;

	/* cppcheck-suppress readdirCalled */
	while (listing && (entry = readdir(listing)) != NULL) {
		int length = length_of(entry->d_name);

		n += length > 0 && strcmp(entry->d_name + length, ".db") == 0;
	}
	if (listing)
		closedir(listing);
	return n;
}

/* Later names sort later. */
bool journal_find_aside(const char *dir, char name[ASIDE_SIZE])
{
	DIR *listing = opendir(dir);
	const struct dirent *entry;

	name[0] = '\0';
	/* cppcheck-suppress readdirCalled */
	while (listing && (entry = readdir(listing)) != NULL) {
		int length = length_of(entry->d_name);

		if (length > 0 &&
		    strncmp(entry->d_name, name, (size_t)length) > 0)
			snprintf(name, ASIDE_SIZE, "%.*s.db", length,
				 entry->d_name);
	}
	if (listing)
		closedir(listing);
	return name[0] != '\0';
}
