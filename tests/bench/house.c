/* SPDX-License-Identifier: MIT */
/*
 * The whole house on one machine: kioskd that has given out 1,000 tickets and
 * printed them to files, a board of 1920x1080 that follows it, and kiosk-sync
 * that has copied it all. What memory they hold; what they do while nothing
 * happens.
 */
#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "office.h"
#include "proc.h"
#include "table.h"

#define WAIT_S 60
#define BLOCK 50 /* at most 64 slips wait for the printer */
#define PROGRAMS 3

struct house {
	struct office office;
	pid_t pids[PROGRAMS];
};

static const struct {
	const char *name;
	double rss_aim_mb;
} programs[PROGRAMS] = {{"kioskd", 16},
			{"kiosk-sync", 12},
			{"kiosk-display", 80}};

static size_t count_slips(const struct office *office)
{
	DIR *dir = opendir(office->slips);
	struct dirent *entry;
	size_t n = 0;

	if (!dir)
		die("%s: %s", office->slips, strerror(errno));
	while ((entry = readdir(dir)) != NULL)
		n += strstr(entry->d_name, ".escpos") != NULL;
	closedir(dir);
	return n;
}

static long long last_seq(const char *file)
{
	sqlite3_stmt *statement = NULL;
	long long seq = -1;
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(file, &db, SQLITE_OPEN_READONLY, NULL) ==
		SQLITE_OK &&
	    sqlite3_prepare_v2(db, "SELECT max(seq) FROM events", -1,
			       &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		seq = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return seq;
}

static void await_slips(const struct office *office, size_t tickets)
{
	for (int i = 0; count_slips(office) < tickets; i++) {
		if (i == WAIT_S * 100)
			die("the slips do not come: see %s/log", office->dir);
		sleep_ms(10);
	}
}

static void await_copy(const struct office *office)
{
	for (int i = 0; last_seq(office->central) < last_seq(office->journal);
	     i++) {
		if (i == WAIT_S * 10)
			die("the central log does not fill: see %s/sync.log",
			    office->dir);
		sleep_ms(100);
	}
}

static void open_house(const struct bench *bench, struct house *house)
{
	struct office *office = &house->office;
	size_t tickets = bench_count(bench, 1000, 100);
	const char *const board[] = {"kiosk-display",
				     "--config",
				     office->config,
				     "--socket",
				     office->socket,
				     "--view",
				     "board",
				     "--size",
				     "1920x1080",
				     "--mute",
				     NULL};
	const char *const sync[] = {"kiosk-sync",  "--config",  office->config,
				    "--state-dir", office->dir, NULL};
	static struct client client;
	char log[192];

	office_make(office, bench, "house", true);
	office_start(office, bench);
	house->pids[0] = office->kioskd;
	/* A window in memory, as large as the real one. */
	setenv("SDL_VIDEODRIVER", "dummy", 0);
	snprintf(log, sizeof(log), "%s/board.log", office->dir);
	house->pids[2] = program_start(bench, log, board, true, NULL);

	client_open(&client, office->socket);
	for (size_t i = 1; i <= tickets; i++) {
		(void)client_issue(&client, NULL);
		if (i % BLOCK == 0 || i == tickets)
			await_slips(office, i);
	}
	client_close(&client);
	sleep_ms(1000); /* that they were printed goes to the journal, too */
	snprintf(log, sizeof(log), "%s/sync.log", office->dir);
	house->pids[1] = program_start(bench, log, sync, true, NULL);
	await_copy(office);
	sleep_ms(3000);
}

static void report_memory(const struct bench *bench, const struct house *house,
			  size_t i)
{
	char what[80];
	pid_t pid = house->pids[i];
	long bare_kb;

	(void)program_version(bench, programs[i].name, &bare_kb);
	snprintf(what, sizeof(what), "%s, resident", programs[i].name);
	table_add(&(struct figure){
	    .what = what,
	    .unit = "MB",
	    .measured = (double)proc_status(pid, "VmRSS") / 1024,
	    .floor = (double)bare_kb / 1024,
	    .kind = AIM_MOST,
	    .aim = programs[i].rss_aim_mb,
	});
	table_add(&(struct figure){
	    .what = "  its own (RssAnon)",
	    .unit = "MB",
	    .measured = (double)proc_status(pid, "RssAnon") / 1024,
	});
	table_add(&(struct figure){
	    .what = "  its share of what is shared (Pss)",
	    .unit = "MB",
	    .measured = (double)proc_rollup(pid, "Pss") / 1024,
	});
}

struct idle {
	double run_us, sleeps;
};

static void report_idle(const struct bench *bench, const struct house *house)
{
	double seconds = (double)bench_count(bench, 30, 5);
	struct idle before[PROGRAMS], all = {0};
	char what[80];
	double begin;

	for (size_t i = 0; i < PROGRAMS; i++) {
		before[i].run_us = proc_run_us(house->pids[i]);
		before[i].sleeps = (double)proc_sleeps(house->pids[i]);
	}
	begin = now_us();
	sleep_ms((long)seconds * 1000);
	seconds = (now_us() - begin) / 1e6;
	for (size_t i = 0; i < PROGRAMS; i++) {
		pid_t pid = house->pids[i];
		double run_us = proc_run_us(pid) - before[i].run_us;
		double sleeps = (double)proc_sleeps(pid) - before[i].sleeps;

		all.run_us += run_us;
		all.sleeps += sleeps;
		snprintf(what, sizeof(what), "%s, idle, wake-ups",
			 programs[i].name);
		table_add(&(struct figure){.what = what,
					   .unit = "/s",
					   .measured = sleeps / seconds});
		table_add(&(struct figure){.what = "  time on a core",
					   .unit = "%",
					   .measured = run_us / seconds / 1e4});
	}
	table_add(&(struct figure){
	    .what = "all three, idle, wake-ups",
	    .unit = "/s",
	    .measured = all.sleeps / seconds,
	    .kind = AIM_MOST,
	    .aim = 3,
	});
	table_add(&(struct figure){
	    .what = "  time on a core",
	    .unit = "%",
	    .measured = all.run_us / seconds / 1e4,
	    .kind = AIM_MOST,
	    .aim = 0.3,
	});
}

void bench_house(const struct bench *bench)
{
	struct house house;

	open_house(bench, &house);
	for (size_t i = 0; i < PROGRAMS; i++)
		report_memory(bench, &house, i);
	report_idle(bench, &house);
	program_stop(house.pids[2]);
	program_stop(house.pids[1]);
	office_stop(&house.office);
}
