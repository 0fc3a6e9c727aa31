/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/journal_commands.h"
#include "tests/unit/support/rows.h"

static char dir[200];
static char out[65536], err[4096];

static int redirect(int fd, const char *name, int *saved)
{
	char path[PATH_MAX];
	int file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(file >= 0);
	*saved = dup(fd);
	assert_true(*saved >= 0);
	assert_int_equal(dup2(file, fd), fd);
	return file;
}

static void restore(int fd, int file, int saved, char *text, size_t size)
{
	ssize_t n;

	assert_int_equal(dup2(saved, fd), fd);
	close(saved);
	n = pread(file, text, size - 1, 0);
	assert_true(n >= 0);
	text[n] = '\0';
	close(file);
}

/* The exit status; what it wrote is in out and err. */
static int run_words(int (*command)(const struct ctl_command *),
		     struct ctl_command words)
{
	int out_file, err_file, saved_out, saved_err, status;

	fflush(stdout);
	out_file = redirect(1, "out", &saved_out);
	err_file = redirect(2, "err", &saved_err);
	words.state_dir = dir;
	status = command(&words);
	fflush(stdout);
	restore(1, out_file, saved_out, out, sizeof(out));
	restore(2, err_file, saved_err, err, sizeof(err));
	return status;
}

static int run(int (*command)(const struct ctl_command *), const char *file,
	       int64_t from_seq)
{
	return run_words(command, (struct ctl_command){.file = file,
						       .from_seq = from_seq});
}

static int set_up(void **state)
{
	(void)state;
	rows_dir(dir, sizeof(dir));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rows_dir_end(dir);
	return 0;
}

static void doctor(const char *sql)
{
	char path[PATH_MAX];
	char *done;

	snprintf(path, sizeof(path), "%s/journal.db", dir);
	done = rows_ask(path, sql);
	assert_non_null(done);
	free(done);
}

static void a_whole_journal_is_verified(void **state)
{
	char path[PATH_MAX];
	char *head, *id;

	(void)state;
	rows_journal(dir, 120);
	assert_int_equal(run(journal_command_verify, NULL, 1), 0);
	snprintf(path, sizeof(path), "%s/journal.db", dir);
	assert_non_null(strstr(out, path));
	assert_non_null(strstr(out, "journal.db: 120 rows hold; id "));
	head = rows_ask(path, "SELECT lower(hex(chain)) FROM events "
			      "WHERE seq = 120");
	assert_non_null(strstr(out, head));
	free(head);
	id = rows_ask(path, "SELECT json_extract(detail, '$.journal') FROM "
			    "events WHERE seq = 1");
	id[strcspn(id, "\n")] = '\0';
	assert_non_null(strstr(out, id));
	free(id);
	assert_int_equal(run(journal_command_verify, path, 1), 0);
}

static void the_first_bad_row_is_named(void **state)
{
	(void)state;
	rows_journal(dir, 120);
	doctor("UPDATE events SET number = 7 WHERE seq IN (77, 99)");
	assert_int_equal(run(journal_command_verify, NULL, 1), 1);
	assert_non_null(strstr(err, "row 77"));
	assert_string_equal(out, "");
	assert_ptr_equal(strchr(err, '\n'), err + strlen(err) - 1);
}

static void json_says_what_was_verified(void **state)
{
	const struct ctl_command words = {.json = true};
	json_t *object;

	(void)state;
	rows_journal(dir, 120);
	assert_int_equal(run_words(journal_command_verify, words), 0);
	object = json_loads(out, 0, NULL);
	assert_true(json_is_true(json_object_get(object, "ok")));
	assert_int_equal(json_integer_value(json_object_get(object, "rows")),
			 120);
	assert_int_equal(strlen(json_string_value(
			     json_object_get(object, "head"))),
			 64);
	json_decref(object);
	doctor("UPDATE events SET number = 7 WHERE seq = 77");
	assert_int_equal(run_words(journal_command_verify, words), 1);
	object = json_loads(out, 0, NULL);
	assert_true(json_is_false(json_object_get(object, "ok")));
	assert_non_null(
	    strstr(json_string_value(json_object_get(object, "problem")),
		   "row 77"));
	json_decref(object);
	assert_non_null(strstr(err, "row 77"));
}

static void a_missing_row_is_named(void **state)
{
	(void)state;
	rows_journal(dir, 120);
	doctor("DELETE FROM events WHERE seq = 50");
	assert_int_equal(run(journal_command_verify, NULL, 1), 1);
	assert_non_null(strstr(err, "50"));
}

static void a_missing_file_is_named(void **state)
{
	(void)state;
	assert_int_equal(run(journal_command_verify, NULL, 1), 1);
	assert_non_null(strstr(err, "journal.db"));
	assert_int_equal(run(journal_command_export, NULL, 1), 1);
	assert_non_null(strstr(err, "journal.db"));
}

/* How many lines there are, and the seq of the first. */
static int count_lines(int64_t *first_seq)
{
	int lines = 0;

	for (char *line = out; *line; lines++) {
		char *end = strchr(line, '\n');
		json_t *row;

		assert_non_null(end);
		row = json_loadb(line, (size_t)(end - line), 0, NULL);
		assert_non_null(row);
		if (lines == 0)
			*first_seq =
			    json_integer_value(json_object_get(row, "seq"));
		assert_int_equal(strlen(json_string_value(
				     json_object_get(row, "chain"))),
				 64);
		json_decref(row);
		line = end + 1;
	}
	return lines;
}

static void an_export_is_json_lines(void **state)
{
	int64_t first_seq = 0;

	(void)state;
	rows_journal(dir, 20);
	assert_int_equal(run(journal_command_export, NULL, 1), 0);
	assert_int_equal(count_lines(&first_seq), 20);
	assert_int_equal(first_seq, 1);
}

static void an_export_begins_at_the_row_that_is_asked_for(void **state)
{
	int64_t first_seq = 0;

	(void)state;
	rows_journal(dir, 20);
	assert_int_equal(run(journal_command_export, NULL, 15), 0);
	assert_int_equal(count_lines(&first_seq), 6);
	assert_int_equal(first_seq, 15);
	assert_int_equal(run(journal_command_export, NULL, 21), 0);
	assert_string_equal(out, "");
}

static void what_was_pruned_is_told(void **state)
{
	int64_t first_seq = 0;

	(void)state;
	rows_journal(dir, 120);
	rows_prune(dir, 100);
	assert_int_equal(run(journal_command_verify, NULL, 1), 0);
	assert_non_null(strstr(out, "journal.db: 20 rows hold; id "));
	assert_non_null(strstr(out, "rows 1 to 100 (up to day "));
	assert_int_equal(run(journal_command_export, NULL, 1), 0);
	assert_int_equal(count_lines(&first_seq), 20);
	assert_int_equal(first_seq, 101);
	assert_non_null(strstr(err, "rows 1 to 100 were pruned"));
	assert_int_equal(run(journal_command_export, NULL, 101), 0);
	assert_string_equal(err, "");
}

static void write_config(const char *path, const char *prefix)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file,
		"office = { kiosk = \"k\"; name = { vi = \"Xã\"; }; };\n"
		"services = ( { id = \"a\"; name = { vi = \"A\"; }; prefix = "
		"\"A\"; },\n"
		"  { id = \"b\"; name = { vi = \"B\"; }; prefix = \"%s\"; } "
		");\n"
		"counters = ( { id = 1; name = { vi = \"Q\"; }; services = [ "
		"\"a\" ]; } );\n"
		"printer = { device = \"none\"; };\n",
		prefix);
	assert_int_equal(fclose(file), 0);
}

static void a_good_config_is_counted(void **state)
{
	char path[PATH_MAX];

	(void)state;
	snprintf(path, sizeof(path), "%s/k.conf", dir);
	write_config(path, "B");
	assert_int_equal(run(config_command_check, path, 1), 0);
	assert_non_null(strstr(out, "k.conf: good: 2 services, 1 counter"));
	assert_string_equal(err, "");
}

static void a_bad_config_is_named_by_line(void **state)
{
	char path[PATH_MAX];

	(void)state;
	snprintf(path, sizeof(path), "%s/k.conf", dir);
	write_config(path, "A");
	assert_int_equal(run(config_command_check, path, 1), 1);
	assert_non_null(strstr(err, "k.conf:3:"));
	snprintf(path, sizeof(path), "%s/none.conf", dir);
	assert_int_equal(run(config_command_check, path, 1), 1);
	assert_non_null(strstr(err, "none.conf"));
}

static int check_json(const struct ctl_command *words)
{
	struct ctl_command command = *words;

	command.json = true;
	return config_command_check(&command);
}

static void a_bad_config_is_told_in_json_too(void **state)
{
	json_t *answer;

	(void)state;
	assert_int_equal(run(check_json, "/nowhere/kiosk.conf", 1), 1);
	answer = json_loads(out, 0, NULL);
	assert_true(json_is_false(json_object_get(answer, "ok")));
	assert_int_equal(json_array_size(json_object_get(answer, "mistakes")),
			 1);
	json_decref(answer);
	assert_non_null(strstr(err, "/nowhere/kiosk.conf: "));
}

static void a_good_config_is_told_in_json(void **state)
{
	json_t *answer;

	(void)state;
	assert_int_equal(run(check_json, "firmware/system/kiosk.conf", 1), 0);
	answer = json_loads(out, 0, NULL);
	assert_true(json_is_true(json_object_get(answer, "ok")));
	json_decref(answer);
	assert_string_equal(err, "");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_whole_journal_is_verified),
	    TEST(the_first_bad_row_is_named),
	    TEST(json_says_what_was_verified),
	    TEST(a_missing_row_is_named),
	    TEST(a_missing_file_is_named),
	    TEST(an_export_is_json_lines),
	    TEST(an_export_begins_at_the_row_that_is_asked_for),
	    TEST(what_was_pruned_is_told),
	    TEST(a_good_config_is_counted),
	    TEST(a_bad_config_is_named_by_line),
	    TEST(a_bad_config_is_told_in_json_too),
	    TEST(a_good_config_is_told_in_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
