/* SPDX-License-Identifier: MIT */
/*
 * worker append|copy URL PREFIX FIRST N TICKETS CONNECTIONS [OWN-ROLES]
 *
 * Brings a day of kiosks PREFIX-FIRST … into a central log over so many
 * connections at a time: by the code of kiosk-sync, or by bare COPY into the
 * same table. With OWN-ROLES, URL has a %s for the kiosk's role and each kiosk
 * connects by itself. Prints the rows, the seconds, the longest that a kiosk
 * took and how often one was put off and came again.
 */
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "journal/chain.h"
#include "sync/batch.h"
#include "sync/central.h"
#include "tests/bench/fleet/office_day.h"

#define DAY_MS 1795480200000 /* 2026-11-24 07:30 in Vietnam */
#define DAYS 40              /* different ones; kiosks share them */

struct job {
	bool copy, own_roles;
	const char *url, *prefix;
	int first, n, connections;
};

/* Shared with the workers. */
struct sums {
	int64_t rows[256], longest_ms[256], refusals[256];
};

static struct office_day days[DAYS];
static char *copies[DAYS]; /* as lines of COPY, but for kiosk and journal */

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "fleet worker: %s\n", what);
	exit(1);
}

static void put_text(FILE *to, const char *text)
{
	fprintf(to, "%s\t", text ? text : "\\N");
}

static void put_number(FILE *to, bool has, int64_t number)
{
	if (has)
		fprintf(to, "%lld\t", (long long)number);
	else
		fputs("\\N\t", to);
}

/* No text of an office day holds a tab or a backslash. */
static char *copy_lines(const struct office_day *office)
{
	char hex[2 * JOURNAL_CHAIN_SIZE + 1], *text;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		die("out of memory");
	for (size_t i = 0; i < office->n; i++) {
		const struct journal_row *row = &office->rows[i];

		put_number(to, true, row->seq);
		put_number(to, true, row->at_ms);
		put_text(to, row->day);
		put_text(to, row->kind);
		put_text(to, row->service);
		put_number(to, row->has_number, row->number);
		put_text(to, row->class);
		put_number(to, row->has_counter, row->counter);
		put_text(to, row->actor);
		put_text(to, row->detail);
		put_text(to, row->key);
		chain_hex(row->chain, hex);
		fprintf(to, "\\\\x%s\t%lld\n", hex, (long long)clock_wall_ms());
	}
	if (fclose(to) != 0)
		die("out of memory");
	return text;
}

static void make_days(int tickets)
{
	for (int i = 0; i < DAYS; i++) {
		uint8_t chain[JOURNAL_CHAIN_SIZE] = {0};

		office_day_make(&days[i], (uint64_t)i + 1, DAY_MS, tickets);
		for (size_t r = 0; r < days[i].n; r++) {
			struct journal_row *row = &days[i].rows[r];

			row->seq = (int64_t)r + 1;
			chain_next(chain, row, row->chain);
			memcpy(chain, row->chain, sizeof(chain));
		}
		copies[i] = copy_lines(&days[i]);
	}
}

/* As many rows to a COPY, which is a commit, as kiosk-sync has to a batch. */
static const char *send_copy(PGconn *conn, const char *kiosk, const char *lines)
{
	PGresult *result = PQexec(conn, "COPY events FROM STDIN");
	char line[600];

	if (PQresultStatus(result) != PGRES_COPY_IN)
		die(PQerrorMessage(conn));
	PQclear(result);
	for (int i = 0; i < BATCH_ROWS && *lines; i++) {
		int length = (int)strcspn(lines, "\n") + 1;
		int n = snprintf(line, sizeof(line), "%s\tday\t%.*s", kiosk,
				 length, lines);

		if (PQputCopyData(conn, line, n) != 1)
			die(PQerrorMessage(conn));
		lines += length;
	}
	if (PQputCopyEnd(conn, NULL) != 1)
		die(PQerrorMessage(conn));
	result = PQgetResult(conn);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		die(PQerrorMessage(conn));
	PQclear(result);
	while ((result = PQgetResult(conn)))
		PQclear(result);
	return lines;
}

static bool send_rows(struct central *central, const char *kiosk,
		      const struct office_day *office)
{
	struct central_problem problem = {0};
	enum central_verdict verdict;
	struct central_head head, from;

	if (central_postgres.hello(central, kiosk, "day", (int64_t)office->n,
				   &head, &problem) < 0)
		return false;
	while ((size_t)head.seq < office->n) {
		size_t left = office->n - (size_t)head.seq;

		from = head;
		if (central_postgres.append(central, kiosk, "day", &from,
					    office->rows + head.seq,
					    left < BATCH_ROWS ? left
							      : BATCH_ROWS,
					    NULL, &verdict, &head,
					    &problem) < 0)
			return false;
		if (verdict != CENTRAL_TAKEN)
			die("not taken");
	}
	return true;
}

/* kiosk-sync waits longer, but then it is not here to be measured. */
static void wait_a_little(int worker)
{
	const struct timespec pause = {.tv_nsec = 200000000 + worker * 3000000};

	nanosleep(&pause, NULL);
}

static struct central *open_central(const struct job *job, const char *kiosk)
{
	const char *at = job->own_roles ? strstr(job->url, "%s") : NULL;
	struct central_problem problem = {0};
	struct central *central;
	char url[400];

	if (at)
		snprintf(url, sizeof(url), "%.*s%s%s", (int)(at - job->url),
			 job->url, kiosk, at + 2);
	else
		snprintf(url, sizeof(url), "%s", job->url);
	if (central_postgres.open(url, -1, &central, &problem) < 0)
		die(problem.text);
	return central;
}

static void work(const struct job *job, int worker, struct sums *sums)
{
	struct central *central = NULL;
	PGconn *conn = NULL;

	if (job->copy) {
		conn = PQconnectdb(job->url);
		if (PQstatus(conn) != CONNECTION_OK)
			die(PQerrorMessage(conn));
	}
	for (int i = worker; i < job->n; i += job->connections) {
		int64_t began_ms = clock_mono_ms(), took_ms;
		const int day = i % DAYS;
		char kiosk[64];

		snprintf(kiosk, sizeof(kiosk), "%s-%d", job->prefix,
			 job->first + i);
		if (job->copy) {
			for (const char *at = copies[day]; *at;)
				at = send_copy(conn, kiosk, at);
		} else {
			if (!central)
				central = open_central(job, kiosk);
			while (!send_rows(central, kiosk, &days[day])) {
				if (++sums->refusals[worker] > 1000)
					die("never let in");
				wait_a_little(worker);
			}
		}
		if (job->own_roles) {
			central_postgres.close(central);
			central = NULL;
		}
		took_ms = clock_mono_ms() - began_ms;
		if (took_ms > sums->longest_ms[worker])
			sums->longest_ms[worker] = took_ms;
		sums->rows[worker] += (int64_t)days[day].n;
	}
	central_postgres.close(central);
	PQfinish(conn);
}

static int run(const struct job *job, struct sums *sums)
{
	int64_t rows = 0, longest_ms = 0, refusals = 0;
	int64_t began_ms = clock_mono_ms();
	int failed = 0, status;
	double took_s;

	for (int i = 0; i < job->connections; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (pid == 0) {
			work(job, i, sums);
			_exit(0);
		}
	}
	while (wait(&status) > 0)
		failed += status != 0;
	took_s = (double)(clock_mono_ms() - began_ms) / 1000;
	for (int i = 0; i < job->connections; i++) {
		rows += sums->rows[i];
		refusals += sums->refusals[i];
		if (sums->longest_ms[i] > longest_ms)
			longest_ms = sums->longest_ms[i];
	}
	printf("%lld %.3f %.3f %lld\n", (long long)rows, took_s,
	       (double)longest_ms / 1000, (long long)refusals);
	return failed ? 1 : 0;
}

int main(int argc, char *argv[])
{
	struct job job;
	struct sums *sums;

	if (argc != 8 && argc != 9)
		die("see the top of worker.c");
	job = (struct job){
	    .copy = strcmp(argv[1], "copy") == 0,
	    .url = argv[2],
	    .prefix = argv[3],
	    .first = (int)strtol(argv[4], NULL, 10),
	    .n = (int)strtol(argv[5], NULL, 10),
	    .connections = (int)strtol(argv[7], NULL, 10),
	    .own_roles = argc == 9,
	};
	if (job.connections < 1 || job.connections > 256)
		die("1 to 256 connections");
	sums = mmap(NULL, sizeof(*sums), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sums == MAP_FAILED)
		die("out of memory");
	make_days((int)strtol(argv[6], NULL, 10));
	return run(&job, sums);
}
