/* SPDX-License-Identifier: MIT */
/* What is known of the numbers beside the journal, and what survives of it. */
#include "journal/numbers.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/ticket.h"

static char dir[PATH_MAX], file[PATH_MAX + sizeof("/" NUMBERS_FILE)];

static int set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(dir, sizeof(dir), "%s/kiosk-numbers-XXXXXX",
		 tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(dir))
		return -1;
	snprintf(file, sizeof(file), "%s/" NUMBERS_FILE, dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(file);
	return rmdir(dir);
}

/* Whether that number makes a new ceiling. */
static bool take(struct numbers *numbers, const char *code, int64_t number)
{
	char detail[64];
	struct journal_row row = {.kind = "issued",
				  .number = number,
				  .has_number = true,
				  .at_ms = 1795482900000 + number,
				  .detail = detail};

	snprintf(detail, sizeof(detail), "{\"ticket\":\"%s\",\"ahead\":0}",
		 code);
	return numbers_take(numbers, &row);
}

static void write_to(struct numbers *numbers, bool sync)
{
	struct numbers before;
	int fd;

	assert_int_equal(numbers_open(dir, &before, &fd), 0);
	assert_int_equal(numbers_write(numbers, fd, sync), 0);
	close(fd);
}

static void a_new_file_says_that_nothing_was_ever_written(void **state)
{
	struct numbers numbers;
	int fd;

	(void)state;
	assert_int_equal(numbers_read(dir, &numbers), -ENOENT);
	assert_int_equal(numbers_open(dir, &numbers, &fd), 0);
	close(fd);
	assert_int_equal(numbers.generation, 0);
	assert_int_equal(numbers.n, 0);
}

static void what_is_written_reads_back(void **state)
{
	struct numbers numbers = {.seq = 48211, .others = 10000}, back;

	(void)state;
	memset(numbers.journal, 'a', JOURNAL_ID_SIZE - 1);
	snprintf(numbers.boot, sizeof(numbers.boot), "a-boot");
	(void)take(&numbers, "A025", 25);
	(void)take(&numbers, "ĐKA025", 7); /* no prefix that there can be */
	(void)take(&numbers, "HT1201", 1201);
	write_to(&numbers, true);
	assert_int_equal(numbers_read(dir, &back), 0);
	assert_int_equal(back.generation, 1);
	assert_string_equal(back.journal, numbers.journal);
	assert_string_equal(back.boot, "a-boot");
	assert_int_equal(back.seq, 48211);
	assert_int_equal(back.others, 10000);
	assert_int_equal(back.at_ms, 1795482900000 + 1201);
	assert_int_equal(back.n, 2);
	assert_string_equal(back.of[1].prefix, "HT");
	assert_int_equal(back.of[1].last, 1201);
	assert_int_equal(back.of[1].ceiling, 1400);
	assert_int_equal(back.of[1].synced, 1400);
}

/* A commit in two hundred waits for the disk once more. */
static void a_ceiling_is_due_once_in_a_block(void **state)
{
	struct numbers numbers = {0};

	(void)state;
	for (int64_t number = 1; number <= 3 * NUMBERS_BLOCK; number++) {
		char code[16];

		snprintf(code, sizeof(code), "A%03d", (int)number);
		assert_int_equal(take(&numbers, code, number),
				 number % NUMBERS_BLOCK == 1);
		write_to(&numbers, number % NUMBERS_BLOCK == 1);
	}
}

static void a_ceiling_that_is_not_synced_stays_due(void **state)
{
	struct numbers numbers = {0};

	(void)state;
	assert_true(take(&numbers, "A001", 1));
	write_to(&numbers, false);
	assert_true(take(&numbers, "A002", 2));
	write_to(&numbers, true);
	assert_false(take(&numbers, "A003", 3));
}

static void a_new_day_begins_a_ceiling_of_its_own(void **state)
{
	struct numbers numbers = {0};

	(void)state;
	(void)take(&numbers, "A950", 950);
	write_to(&numbers, true);
	assert_int_equal(numbers.of[0].ceiling, 1000);
	assert_true(take(&numbers, "A001", 1));
	assert_int_equal(numbers.of[0].last, 1);
	assert_int_equal(numbers.of[0].ceiling, NUMBERS_BLOCK);
}

static void no_ceiling_is_beyond_the_last_number(void **state)
{
	struct numbers numbers = {0};

	(void)state;
	(void)take(&numbers, "A9999", TICKET_MAX_NUMBER);
	assert_int_equal(numbers.of[0].ceiling, TICKET_MAX_NUMBER);
}

static void rows_of_other_kinds_say_nothing_of_numbers(void **state)
{
	static const struct journal_row rows[] = {
	    {.kind = "called",
	     .number = 7,
	     .detail = "{\"ticket\":\"A007\",\"counter\":1}"},
	    {.kind = "issued", .number = 7},
	    {.kind = "issued", .number = 7, .detail = "{\"ahead\":0}"},
	    {.kind = "issued", .number = 7, .detail = "{\"ticket\":\"007\"}"},
	    {.kind = "issued", .detail = "{\"ticket\":\"A000\"}"},
	    {.kind = "issued",
	     .number = INT64_MAX,
	     .detail = "{\"ticket\":\"A000\"}"},
	};
	struct numbers numbers = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_false(numbers_take(&numbers, &rows[i]));
	assert_int_equal(numbers.n, 0);
}

static void a_new_boot_goes_on_behind_the_ceiling(void **state)
{
	struct numbers numbers = {.boot = "this"};

	(void)state;
	(void)take(&numbers, "A025", 25);
	assert_int_equal(numbers_floor(&numbers, 0, "this"), 25);
	assert_int_equal(numbers_floor(&numbers, 0, "another"), NUMBERS_BLOCK);
	/* Where no boot is known, none is the same. */
	numbers.boot[0] = '\0';
	assert_int_equal(numbers_floor(&numbers, 0, ""), NUMBERS_BLOCK);
}

static void damage(long at)
{
	FILE *f = fopen(file, "r+");
	int was;

	assert_non_null(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	was = fgetc(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_true(fputc(was ^ 1, f) != EOF);
	assert_int_equal(fclose(f), 0);
}

/* The second is written into slot 0, the first stands in slot 1. */
static void a_slot_that_is_torn_leaves_the_one_before(void **state)
{
	struct numbers numbers = {0}, back;

	(void)state;
	(void)take(&numbers, "A001", 1);
	write_to(&numbers, true);
	(void)take(&numbers, "A002", 2);
	write_to(&numbers, true);
	for (long at = 0; at < 60; at++) {
		damage(at);
		assert_int_equal(numbers_read(dir, &back), 0);
		assert_int_equal(back.generation, 1);
		assert_int_equal(back.of[0].last, 1);
		damage(at);
	}
	assert_int_equal(numbers_read(dir, &back), 0);
	assert_int_equal(back.of[0].last, 2);
	damage(20);
	damage(NUMBERS_SLOT + 20);
	assert_int_equal(numbers_read(dir, &back), 0);
	assert_int_equal(back.generation, 0);
}

static void a_file_cut_short_is_read_as_far_as_it_goes(void **state)
{
	struct numbers numbers = {0}, back;

	(void)state;
	(void)take(&numbers, "A001", 1);
	write_to(&numbers, true);
	(void)take(&numbers, "A002", 2);
	write_to(&numbers, true);
	assert_int_equal(truncate(file, NUMBERS_SLOT + 40), 0);
	assert_int_equal(numbers_read(dir, &back), 0);
	assert_int_equal(back.of[0].last, 2);
	assert_int_equal(truncate(file, 40), 0);
	assert_int_equal(numbers_read(dir, &back), 0);
	assert_int_equal(back.generation, 0);
}

static void all_prefixes_fit_and_one_more_is_refused(void **state)
{
	struct numbers numbers = {0}, back;

	(void)state;
	for (size_t i = 0; i <= NUMBERS_MAX; i++) {
		char code[16];

		snprintf(code, sizeof(code), "WWWWW%c%c9999",
			 (char)('A' + (int)(i / 26)),
			 (char)('A' + (int)(i % 26)));
		assert_int_equal(take(&numbers, code, TICKET_MAX_NUMBER),
				 i < NUMBERS_MAX);
	}
	write_to(&numbers, true);
	assert_int_equal(numbers_read(dir, &back), 0);
	assert_int_equal(back.n, NUMBERS_MAX);
	assert_int_equal(back.of[NUMBERS_MAX - 1].last, TICKET_MAX_NUMBER);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_new_file_says_that_nothing_was_ever_written),
	    TEST(what_is_written_reads_back),
	    TEST(a_ceiling_is_due_once_in_a_block),
	    TEST(a_ceiling_that_is_not_synced_stays_due),
	    TEST(a_new_day_begins_a_ceiling_of_its_own),
	    TEST(no_ceiling_is_beyond_the_last_number),
	    TEST(rows_of_other_kinds_say_nothing_of_numbers),
	    TEST(a_new_boot_goes_on_behind_the_ceiling),
	    TEST(a_slot_that_is_torn_leaves_the_one_before),
	    TEST(a_file_cut_short_is_read_as_far_as_it_goes),
	    TEST(all_prefixes_fit_and_one_more_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
