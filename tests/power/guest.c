/* SPDX-License-Identifier: MIT */
/*
 * The first process of the guest of `make test-power`. Its work is named by the
 * environment, which the kernel's command line gives it:
 *
 *	POWER_WORK    cut: start kioskd, tell the journal, then keep it busy
 *until the power fails; record: so much work, then a clean end; look: one disk
 *after the other, as the host says POWER_BIN     where kioskd is POWER_CONF
 *kiosk.conf POWER_FROM    rows after this one are told POWER_BOOT    the how
 *manieth boot of this disk POWER_AGAIN   keys whose answer was cut off, with
 *commas between them POWER_PRELOAD a library put under kioskd
 *
 * What is told: client.h, and
 *	up MS         at once, and how long it took
 *	ready MS      from kioskd's start until it answers
 *	rows N HEAD   the chain holds for so many rows; then "row JSON" for each
 *	              after POWER_FROM, and "rows told"
 *	broken WHY    the disk, the journal or kioskd are not what they must be
 *	seen SEQ CHAIN WHY, then looked
 *	              the last row of a disk's journal; WHY: none can be read
 *	done          the work is done
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "journal/chain.h"
#include "journal/journal.h"
#include "tests/power/client.h"
#include "tests/power/tell.h"

#define DISK "/dev/disk"
#define JOURNAL DISK "/journal.db"
#define CITIZENS 3
#define COUNTERS 2
#define READY_TRIES 15000 /* of 2 ms */

static const char *setting(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value && *value ? value : otherwise;
}

static int number(const char *name)
{
	return (int)strtol(setting(name, "0"), NULL, 10);
}

/* The first process must not end: the kernel would panic. */
static _Noreturn void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static _Noreturn void give_up(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
static _Noreturn void give_up(const char *format, ...)
{
	char why[800];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, sizeof(why), format, arguments);
	va_end(arguments);
	tell("broken %s", why);
	power_off();
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int mount_disk(void)
{
	return mount("/dev/ubda", DISK, "ext4", 0, NULL) == 0 ? 0 : -errno;
}

/* ---- kioskd ---- */

static pid_t spawn_kioskd(void)
{
	char program[512];
	const char *preload = getenv("POWER_PRELOAD");
	pid_t child = fork();

	if (child != 0)
		return child;
	if (preload && *preload)
		setenv("LD_PRELOAD", preload, 1);
	snprintf(program, sizeof(program), "%s/kioskd",
		 setting("POWER_BIN", "."));
	execl(program, "kioskd", "--config",
	      setting("POWER_CONF", "kiosk.conf"), "--state-dir", DISK,
	      "--runtime-dir", "/dev/kiosk", (char *)NULL);
	perror(program);
	_exit(127);
}

static pid_t start_kioskd(void)
{
	int64_t began = now_ms();
	pid_t kioskd = spawn_kioskd();
	int status;

	for (int tries = 0; tries < READY_TRIES; tries++) {
		if (client_healthy()) {
			tell("ready %" PRId64 " %" PRId64, now_ms() - began,
			     now_ms());
			return kioskd;
		}
		if (waitpid(kioskd, &status, WNOHANG) == kioskd)
			give_up("kioskd ended with status %d", status);
		usleep(2000);
	}
	give_up("kioskd does not answer");
}

static void stop_kioskd(pid_t kioskd, int how)
{
	int status = 0;

	kill(kioskd, how);
	if (waitpid(kioskd, &status, 0) != kioskd ||
	    (how == SIGTERM && status != 0))
		give_up("kioskd did not stop cleanly: status %d", status);
}

/* ---- the journal ---- */

static int tell_row(void *arg, const struct journal_row *row)
{
	char *line = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&line, &size);

	(void)arg;
	if (!memory || journal_export_row(memory, row) != 0 ||
	    fclose(memory) != 0)
		give_up("row %" PRId64 " cannot be told", row->seq);
	line[strcspn(line, "\n")] = '\0';
	tell("row %s", line);
	free(line);
	return 0;
}

/* The whole chain, by the code of kioskctl journal verify. */
static void tell_rows(int64_t from)
{
	struct journal_problem problem;
	uint8_t chain[JOURNAL_CHAIN_SIZE];
	char hex[2 * JOURNAL_CHAIN_SIZE + 1];
	struct journal *journal;
	int64_t rows, head;

	if (journal_open_reader(JOURNAL, &journal, &problem) != 0 ||
	    journal_verify(journal, &rows, &problem) != 0)
		give_up("%s", problem.text);
	if (journal_head(journal, &head, chain) != 0 || head != rows)
		give_up("%" PRId64 " rows, but the last is %" PRId64, rows,
			head);
	chain_hex(chain, hex);
	tell("rows %" PRId64 " %s", rows, hex);
	if (journal_each(journal, from, 0, tell_row, NULL) != 0)
		give_up("the rows cannot be read");
	tell("rows told");
	journal_close(journal);
}

/* ---- work ---- */

static void ask_again(void)
{
	char keys[1024];
	char *key = keys, *end;
	int fd = client_connect();

	snprintf(keys, sizeof(keys), "%s", setting("POWER_AGAIN", ""));
	for (; *key; key = end) {
		end = key + strcspn(key, ",");
		if (*end)
			*end++ = '\0';
		if (!client_ask(fd, key))
			give_up("no answer to a key asked again: %s", key);
	}
	close(fd);
}

/* How many clients that have an end. */
static int open_office(int boot, int limit)
{
	int pause_ms = number("POWER_PAUSE");

	(void)client_screen();
	if (pause_ms > 0) {
		(void)client_citizen(boot, 1, limit, pause_ms);
		return 1;
	}
	for (int who = 1; who <= CITIZENS; who++)
		(void)client_citizen(boot, who, limit, 0);
	for (int who = 1; who <= COUNTERS; who++)
		(void)client_counter(boot, who, (limit + 1) / 2);
	return CITIZENS + COUNTERS;
}

static void work_until_cut(void)
{
	(void)start_kioskd();
	tell_rows(number("POWER_FROM"));
	ask_again();
	(void)open_office(number("POWER_BOOT"), 0);
	while (wait(NULL) > 0)
		;
	give_up("kioskd or all its clients are gone");
}

/* One run of kioskd, ended by a signal once all have been served. */
static void work_for(int boot, int limit, int how)
{
	pid_t kioskd = start_kioskd();
	int busy = open_office(boot, limit);

	while (busy-- > 0) {
		if (wait(NULL) == kioskd)
			give_up("kioskd ended");
	}
	stop_kioskd(kioskd, how);
	while (wait(NULL) > 0) /* the screen */
		;
}

/* A new journal, a kill, a recovery, a clean stop, a start after that. */
static void work_and_record(void)
{
	int tickets = number("POWER_TICKETS");

	work_for(1, tickets / 2 + 1, SIGKILL);
	work_for(2, tickets / 3 + 1, SIGTERM);
	work_for(3, tickets / 6 + 1, SIGTERM);
	tell_rows(0);
	if (umount(DISK) != 0)
		give_up("umount: %s", strerror(errno));
}

/* ---- one disk after the other ---- */

/* Tells "seen SEQ CHAIN" of the last row or, with 0 and -, what is wrong. As a
 * reader: who may write moves all of the WAL when it closes the journal, which
 * takes longer than all the rest. */
static bool look_at_journal(void)
{
	struct journal_problem problem;
	uint8_t chain[JOURNAL_CHAIN_SIZE];
	char hex[2 * JOURNAL_CHAIN_SIZE + 1];
	struct journal *journal;
	int64_t rows = 0, head = 0;
	int rc;

	/* Cut before there was one; kioskd makes it. */
	if (access(JOURNAL, F_OK) != 0) {
		tell("seen 0 -");
		return true;
	}
	rc = journal_open_reader(JOURNAL, &journal, &problem);
	if (rc == 0) {
		rc = journal_verify(journal, &rows, &problem);
		if (rc == 0)
			rc = journal_head(journal, &head, chain);
		journal_close(journal);
	}
	if (rc != 0 || head != rows) {
		tell("seen 0 - %s (%" PRId64 " rows, the last is %" PRId64 ")",
		     rc != 0 ? problem.text : "", rows, head);
		return false;
	}
	chain_hex(chain, hex);
	tell("seen %" PRId64 " %s", rows, hex);
	return true;
}

static void start_and_ask(void)
{
	pid_t kioskd = start_kioskd();
	int fd = client_connect();

	if (!client_ask(fd, "i.land.0.0.0") || !client_ask(fd, "i.civil.0.0.0"))
		give_up("kioskd gives nothing");
	close(fd);
	stop_kioskd(kioskd, SIGKILL);
}

/* "look": at the journal; "start": and let kioskd go on with it. */
static void look(const char *order)
{
	if (mount_disk() != 0) {
		tell("seen 0 - cannot be mounted: %s", strerror(errno));
		tell("looked");
		return;
	}
	if (look_at_journal() && strcmp(order, "start") == 0)
		start_and_ask();
	if (umount(DISK) != 0)
		give_up("umount: %s", strerror(errno));
	tell("looked");
}

static void look_at_all(void)
{
	char order[32];

	while (tell_hear(order, sizeof(order)) && strcmp(order, "end") != 0)
		look(order);
}

int main(void)
{
	const char *work = setting("POWER_WORK", "");

	if (getpid() != 1) {
		fprintf(stderr, "power guest: for tests/power only\n");
		return 2;
	}
	/* The kernel has mounted /dev, a file system of the guest's own. */
	if (tell_open() != 0 || mkdir(DISK, 0755) != 0 ||
	    mkdir("/dev/kiosk", 0755) != 0 ||
	    mount("proc", "/proc", "proc", 0, NULL) != 0) {
		perror("power guest");
		power_off();
	}
	tell("up %" PRId64, now_ms());
	if (strcmp(work, "look") == 0) {
		look_at_all();
	} else {
		if (mount_disk() != 0)
			give_up("the disk cannot be mounted: %s",
				strerror(errno));
		if (strcmp(work, "cut") == 0)
			work_until_cut();
		work_and_record();
	}
	tell("done");
	power_off();
}
