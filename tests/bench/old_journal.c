/* SPDX-License-Identifier: MIT */
#include "old_journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/config.h"
#include "client.h"
#include "journal/journal.h"
#include "journal/journal_schema.h"
#include "journal/record.h"

#define DAY_MS (24 * 3600 * 1000LL)
#define DAY_STARTS_MIN 300
#define TICKETS_A_DAY 600
#define BACKLOG 7 /* how many wait, most of the time */
#define TURN_ROWS 5000

struct writer {
	struct config *config;
	struct journal *journal;
	char day[CLOCK_DAY_LEN + 1];
	int64_t at_ms, step_ms;
	size_t rows, in_turn;
};

static void open_writer(struct writer *writer, const struct office *office,
			const char *dir)
{
	struct journal_problem problem;

	if (config_load(office->config, stderr, NULL, &writer->config) != 0)
		die("%s: not good", office->config);
	if (journal_open(dir, clock_wall_ms(), &writer->journal, &problem) != 0)
		die("%s", problem.text);
}

static void commit(struct writer *writer)
{
	if (journal_commit(writer->journal) != 0)
		die("%s", journal_fault(writer->journal));
	writer->in_turn = 0;
}

static void close_writer(struct writer *writer)
{
	commit(writer);
	journal_close(writer->journal);
	config_free(writer->config);
}

static void put(struct writer *writer, const struct queue_event *event,
		const struct record_extra *extra)
{
	char detail[JOURNAL_DETAIL_MAX];
	struct journal_row row;

	if (record_to_row(writer->config, event, writer->day, extra, detail,
			  &row) != 0 ||
	    journal_append(writer->journal, &row) != 0)
		die("a row does not go into the journal: %s",
		    journal_fault(writer->journal));
	writer->rows++;
	writer->at_ms += writer->step_ms;
	if (++writer->in_turn == TURN_ROWS)
		commit(writer);
}

/* The n-th ticket of the day, from 0. Staff's pages send keys, buttons none. */
static void put_ticket(struct writer *writer, enum queue_kind kind, size_t n)
{
	bool called = kind == QUEUE_CALLED || kind == QUEUE_FINISHED;
	size_t services = writer->config->n_services;
	struct queue_event event = {
	    .kind = kind,
	    .at_ms = writer->at_ms,
	    .service = (int)(n % services),
	    .number = (uint32_t)(n / services + 1),
	    .class = TICKET_NORMAL,
	    .counter =
		called ? (int)(n % writer->config->n_counters) : QUEUE_NONE,
	    .ahead = BACKLOG,
	};
	struct record_extra extra = {
	    .actor = called                  ? "web"
		     : kind == QUEUE_PRINTED ? "printer"
					     : "button:land",
	    .outcome = kind == QUEUE_FINISHED ? "accepted" : NULL,
	};
	char key[CLIENT_KEY_SIZE];

	if (called) {
		client_make_key(key);
		extra.key = key;
	}
	put(writer, &event, &extra);
}

static void open_day(struct writer *writer)
{
	struct queue_event event = {
	    .kind = QUEUE_DAY_OPENED,
	    .at_ms = writer->at_ms,
	    .service = QUEUE_NONE,
	    .class = QUEUE_NONE,
	    .counter = QUEUE_NONE,
	};
	struct record_extra extra = {.actor = "kioskd"};

	memcpy(event.day, writer->day, sizeof(event.day));
	put(writer, &event, &extra);
	event.kind = QUEUE_COUNTER_OPENED;
	extra.actor = "web";
	for (size_t i = 0; i < writer->config->n_counters; i++) {
		event.at_ms = writer->at_ms;
		event.counter = (int)i;
		put(writer, &event, &extra);
	}
}

/* Nobody is left waiting at its end. */
static void write_day(struct writer *writer, size_t tickets)
{
	clock_business_day(writer->at_ms, DAY_STARTS_MIN, writer->day);
	open_day(writer);
	for (size_t n = 0; n < tickets + BACKLOG; n++) {
		if (n < tickets) {
			put_ticket(writer, QUEUE_ISSUED, n);
			put_ticket(writer, QUEUE_PRINTED, n);
		}
		if (n >= BACKLOG) {
			put_ticket(writer, QUEUE_CALLED, n - BACKLOG);
			put_ticket(writer, QUEUE_FINISHED, n - BACKLOG);
		}
	}
}

static void make(const struct office *office, const char *dir, size_t rows)
{
	int64_t days = (int64_t)(rows / (4 * TICKETS_A_DAY)) + 2;
	struct writer writer = {.step_ms = 12000}; /* eight hours a day */
	int64_t opens_ms;

	fprintf(stderr, "bench: making a journal of %zu rows, once\n", rows);
	open_writer(&writer, office, dir);
	opens_ms =
	    clock_next_day_ms(clock_wall_ms() - days * DAY_MS, DAY_STARTS_MIN) +
	    3 * 3600 * 1000;
	while (writer.rows < rows) {
		writer.at_ms = opens_ms;
		write_day(&writer, TICKETS_A_DAY);
		opens_ms += DAY_MS;
	}
	close_writer(&writer);
}

size_t old_journal_rows(const struct bench *bench)
{
	return bench_count(bench, 1000000, 100000);
}

void old_journal_give(const struct bench *bench, struct office *office)
{
	size_t rows = old_journal_rows(bench);
	char dir[192], file[224], fresh[192], fresh_file[224];
	struct stat status;

	/* A newer schema has a name, and so a journal, of its own. */
	snprintf(dir, sizeof(dir), "%s-%zu-%d", bench->cache, rows,
		 SCHEMA_VERSION);
	snprintf(file, sizeof(file), "%s/journal.db", dir);
	snprintf(fresh, sizeof(fresh), "%s/old", bench->data);
	snprintf(fresh_file, sizeof(fresh_file), "%s/journal.db", fresh);
	if (stat(file, &status) != 0) {
		make_dir(fresh);
		make(office, fresh, rows);
		make_dir(dir);
		if (rename(fresh_file, file) != 0)
			die("%s: cannot be renamed", fresh_file);
		remove_tree(fresh);
	}
	copy_file(file, office->journal);
}

void old_journal_add_today(struct office *office, size_t tickets)
{
	struct writer writer = {.step_ms = 0};

	open_writer(&writer, office, office->dir);
	writer.at_ms = clock_wall_ms();
	write_day(&writer, tickets);
	close_writer(&writer);
}
