/* SPDX-License-Identifier: MIT */
#include "bench.h"

#include <errno.h>
#include <getopt.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "table.h"

static const struct group {
	const char *name;
	void (*run)(const struct bench *bench);
} groups[] = {
    {"latency", bench_latency},   {"in-flight", bench_in_flight},
    {"stream", bench_stream},     {"console", bench_console},
    {"old-rows", bench_old_rows}, {"start", bench_start},
    {"house", bench_house},       {"slip", bench_slip},
    {"core", bench_core},         {"hall", bench_hall},
};
#define GROUPS (sizeof(groups) / sizeof(groups[0]))

static const char usage[] =
    "usage: bench [--quick] [--only GROUP] BUILD_DIR\n"
    "Measures the programs in BUILD_DIR; run from the repository's root.\n"
    "  --quick       a minute instead of five, and rougher figures\n"
    "  --only GROUP  latency, in-flight, stream, console, old-rows, start, "
    "house,\n"
    "                slip, core, hall\n";

size_t bench_count(const struct bench *bench, size_t full, size_t quick)
{
	return bench->quick ? quick : full;
}

size_t bench_warm_up(const struct bench *bench)
{
	return bench_count(bench, 1200, 0);
}

static const char *file_system(const char *path)
{
	static const struct {
		unsigned long magic;
		const char *name;
	} known[] = {
	    {0xef53, "ext4"},        {0x9123683e, "btrfs"},
	    {0x58465342, "xfs"},     {0xf2f52010, "f2fs"},
	    {0x794c7630, "overlay"}, {0x01021994, "tmpfs"},
	    {0x2fc12fc1, "zfs"},
	};
	struct statfs status;

	if (statfs(path, &status) != 0)
		die("%s: %s", path, strerror(errno));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if ((unsigned long)status.f_type == known[i].magic)
			return known[i].name;
	}
	return "another file system";
}

/* The value behind "model name" on a PC, behind "Model" on a Pi. */
static void processor(char *name, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256];

	snprintf(name, size, "unknown processor");
	while (file && fgets(line, sizeof(line), file)) {
		const char *colon = strchr(line, ':');

		if (!colon || (strncmp(line, "model name", 10) != 0 &&
			       strncmp(line, "Model", 5) != 0))
			continue;
		snprintf(name, size, "%s", colon + 2);
		name[strcspn(name, "\n")] = '\0';
		break;
	}
	if (file)
		fclose(file);
}

static void print_facts(const struct bench *bench)
{
	struct utsname system;
	double load = 0;
	char cpu[128];

	if (uname(&system) != 0)
		die("uname: %s", strerror(errno));
	processor(cpu, sizeof(cpu));
	printf("%s, %ld cores; %s %s %s; %s on %s; SQLite %s\n", cpu,
	       sysconf(_SC_NPROCESSORS_ONLN), system.sysname, system.release,
	       system.machine, bench->data, file_system(bench->data),
	       sqlite3_libversion());
	if (getloadavg(&load, 1) == 1 && load > 0.5)
		printf("the machine is not idle: load %.1f\n", load);
	if (strcmp(file_system(bench->data), "tmpfs") == 0)
		printf("tmpfs keeps nothing: what waits for the disk says "
		       "little here\n");
	if (bench->quick)
		printf("--quick: short runs, rough figures\n");
	printf("\n");
}

static int parse(int argc, char **argv, struct bench *bench,
		 const struct group **only)
{
	static const struct option known[] = {
	    {"quick", no_argument, NULL, 'q'},
	    {"only", required_argument, NULL, 'o'},
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 'q') {
			bench->quick = true;
		} else if (c == 'o') {
			*only = NULL;
			for (size_t i = 0; i < GROUPS; i++) {
				if (strcmp(groups[i].name, optarg) == 0)
					*only = &groups[i];
			}
			if (!*only)
				return 2;
		} else {
			return c == 'h' ? 0 : 2;
		}
	}
	if (optind + 1 != argc)
		return 2;
	bench->build = argv[optind];
	return -1;
}

int main(int argc, char **argv)
{
	struct bench bench = {0};
	const struct group *only = &groups[GROUPS];
	int status = parse(argc, argv, &bench, &only);
	char dir[120];

	if (status >= 0) {
		fputs(usage, status ? stderr : stdout);
		return status;
	}
	log_start("bench");
	if (clock_set_zone("Asia/Ho_Chi_Minh") != 0)
		die("no time zones here: install tzdata");
	if ((size_t)snprintf(dir, sizeof(dir), "%.100s/bench", bench.build) >=
	    100)
		die("%s: too long: a socket's path would not fit", dir);
	make_dir(dir);
	snprintf(bench.data, sizeof(bench.data), "%.110s/data", dir);
	snprintf(bench.cache, sizeof(bench.cache), "%.110s/old", dir);
	remove_tree(bench.data);
	make_dir(bench.data);

	print_facts(&bench);
	table_head();
	for (size_t i = 0; i < GROUPS; i++) {
		if (only == &groups[GROUPS] || only == &groups[i])
			groups[i].run(&bench);
	}
	table_foot();
	remove_tree(bench.data);
	return 0;
}
