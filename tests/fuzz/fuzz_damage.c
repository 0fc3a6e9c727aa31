/* SPDX-License-Identifier: MIT */
/*
 * A journal that something has happened to: the input says which bytes of
 * journal.db, its -wal and the file "numbers" are other ones, which of them is
 * cut short and which is gone. An office starts upon that as kioskd does.
 *
 * Whatever happened: the start ends, with a journal or with one line why not.
 * With one, the next number is not one that was given out, as long as the
 * numbers beside the journal are as they were. And what `kioskctl journal
 * recover` leaves is a journal that holds from its first row to its last.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/office.h"

#define TICKETS 24
#define LAND 0

enum { DB, WAL, NUMBERS, FILES };
static const char *const names[FILES] = {"journal.db", "journal.db-wal",
					 "numbers"};

struct file {
	uint8_t *bytes;
	size_t size;
	bool there;
};
/* As an office left them that was cut off, and what becomes of them. */
static struct file whole[FILES], damaged[FILES];

static void path_of(int file, char path[300])
{
	(void)snprintf(path, 300, "%s/%s", fuzz_directory(), names[file]);
}

static void take_file(int file)
{
	struct file *to = &whole[file];
	char path[300];
	struct stat status;
	FILE *from;

	path_of(file, path);
	from = fopen(path, "re");
	FUZZ_CHECK(from && fstat(fileno(from), &status) == 0 &&
		       status.st_size > 0,
		   "%s", path);
	to->size = (size_t)status.st_size;
	to->there = true;
	to->bytes = malloc(to->size);
	damaged[file].bytes = malloc(to->size);
	FUZZ_CHECK(to->bytes && damaged[file].bytes &&
		       fread(to->bytes, to->size, 1, from) == 1,
		   "%s", path);
	fclose(from);
}

static void issue(struct fuzz_office *office)
{
	const struct kiosk_command command = {.queue = {.verb = QUEUE_ISSUE,
							.service = LAND,
							.counter = QUEUE_NONE},
					      .actor = "fuzz"};

	kiosk_submit(office->kiosk, &command, NULL, NULL);
	fuzz_office_run(office, 20);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct fuzz_office office;

	(void)argc;
	(void)argv;
	fuzz_start();
	fuzz_office_open(&office);
	for (int i = 0; i < TICKETS / 2; i++)
		issue(&office);
	/* What is so far goes into the file, and the rest into the -wal. */
	fuzz_office_close(&office);
	fuzz_office_open_again(&office);
	for (int i = 0; i < TICKETS / 2; i++)
		issue(&office);
	FUZZ_CHECK(queue_last(kiosk_queue(office.kiosk), LAND) == TICKETS, "%u",
		   queue_last(kiosk_queue(office.kiosk), LAND));
	for (int i = 0; i < FILES; i++)
		take_file(i);
	fuzz_office_close(&office);
	return 0;
}

/* ---- the damage ---- */

static void damage(struct fuzz_input *input)
{
	uint8_t how = fuzz_byte(input);
	struct file *file = &damaged[how % FILES];
	size_t at = (size_t)fuzz_number(input, 3), n;

	if (file->size == 0)
		return;
	at %= file->size;
	switch (how >> 5) {
	case 0:
		file->there = false;
		return;
	case 1:
		file->size = at;
		return;
	case 2:
		n = (size_t)fuzz_number(input, 2);
		if (n > file->size - at)
			n = file->size - at;
		memset(file->bytes + at, fuzz_byte(input), n);
		return;
	default:
		n = fuzz_byte(input) % 32u;
		for (size_t i = 0; i < n && at + i < file->size; i++)
			file->bytes[at + i] = fuzz_byte(input);
	}
}

static void lay_out(void)
{
	char path[300];

	fuzz_clear_directory();
	for (int i = 0; i < FILES; i++) {
		FILE *to;

		if (!damaged[i].there)
			continue;
		path_of(i, path);
		to = fopen(path, "we");
		FUZZ_CHECK(to &&
			       (damaged[i].size == 0 ||
				fwrite(damaged[i].bytes, damaged[i].size, 1,
				       to) == 1) &&
			       fclose(to) == 0,
			   "%s", path);
	}
}

static bool is_whole(int i)
{
	return damaged[i].there && damaged[i].size == whole[i].size &&
	       memcmp(damaged[i].bytes, whole[i].bytes, whole[i].size) == 0;
}

/* ---- the start ---- */

static void check_said(int rc, const struct journal_problem *problem)
{
	/* A patch may make it one of a newer schema, which is left alone. */
	FUZZ_CHECK(rc == -EPROTO, "%d: %s", rc, problem->text);
	FUZZ_CHECK(*problem->text && fuzz_is_line(problem->text), "%s",
		   problem->text);
}

/* Starts, and gives a number. */
static bool start(void)
{
	struct journal_problem problem = {0};
	struct fuzz_office office;
	const struct queue *queue;
	uint32_t last;
	int rc = fuzz_office_try(&office, &problem);

	if (rc < 0) {
		check_said(rc, &problem);
		return false;
	}
	queue = kiosk_queue(office.kiosk);
	last = queue_last(queue, LAND);
	issue(&office);
	fuzz_office_check(&office);
	FUZZ_CHECK(queue_last(queue, LAND) > last || last == TICKET_MAX_NUMBER,
		   "no number behind %u", last);
	FUZZ_CHECK(!is_whole(NUMBERS) || queue_last(queue, LAND) > TICKETS,
		   "%u is given out again", queue_last(queue, LAND));
	fuzz_office_close(&office);
	return true;
}

static void recover(void)
{
	struct journal_problem problem = {0};
	struct journal_mended mended;
	struct journal *journal;
	int64_t rows;
	int rc = journal_recover(fuzz_directory(), clock_wall_ms(), &mended,
				 &problem);

	FUZZ_CHECK(rc == 0, "%d: %s", rc, problem.text);
	FUZZ_CHECK(journal_open(fuzz_directory(), clock_wall_ms(), &journal,
				&problem) == 0,
		   "%s", problem.text);
	FUZZ_CHECK(journal_verify(journal, &rows, &problem) == 0, "%s",
		   problem.text);
	journal_close(journal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};

	for (int i = 0; i < FILES; i++) {
		damaged[i].size = whole[i].size;
		damaged[i].there = true;
		memcpy(damaged[i].bytes, whole[i].bytes, whole[i].size);
	}
	while (input.left > 0)
		damage(&input);
	lay_out();
	if (start())
		recover();
	return 0;
}
