/* SPDX-License-Identifier: MIT */
#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

/* The number behind "name:". */
static long number_in(const char *path, const char *name)
{
	FILE *file = fopen(path, "re");
	size_t length = strlen(name);
	char line[256];
	long value = -1;

	if (!file)
		die("%s: %s", path, strerror(errno));
	while (value < 0 && fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, length) == 0 && line[length] == ':')
			value = strtol(line + length + 1, NULL, 10);
	}
	fclose(file);
	if (value < 0)
		die("%s: no %s", path, name);
	return value;
}

long proc_status(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	return number_in(path, name);
}

long proc_rollup(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	return number_in(path, name);
}

static double run_us_of(const char *task)
{
	char path[360], line[128] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/schedstat", task);
	file = fopen(path, "re");
	if (!file || !fgets(line, sizeof(line), file))
		die("%s: %s", path, strerror(errno));
	fclose(file);
	return (double)strtoull(line, NULL, 10) / 1e3;
}

static double sleeps_of(const char *task)
{
	char path[360];

	snprintf(path, sizeof(path), "%s/status", task);
	return (double)number_in(path, "voluntary_ctxt_switches");
}

static double over_threads(pid_t pid, double (*of)(const char *task))
{
	char dir[64], task[340];
	struct dirent *entry;
	double sum = 0;
	DIR *tasks;

	snprintf(dir, sizeof(dir), "/proc/%d/task", (int)pid);
	tasks = opendir(dir);
	if (!tasks)
		die("%s: %s", dir, strerror(errno));
	while ((entry = readdir(tasks)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(task, sizeof(task), "%s/%s", dir, entry->d_name);
		sum += of(task);
	}
	closedir(tasks);
	return sum;
}

double proc_run_us(pid_t pid)
{
	return over_threads(pid, run_us_of);
}

long proc_sleeps(pid_t pid)
{
	return (long)over_threads(pid, sleeps_of);
}
