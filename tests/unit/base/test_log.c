/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

/* stderr goes into a pipe while a test runs; what() gives what came. */
static int real_stderr = -1, readable = -1;
static char line[8192];

static int catch_stderr(void **state)
{
	int ends[2];

	(void)state;
	unsetenv("JOURNAL_STREAM");
	if (pipe(ends) < 0)
		return -1;
	real_stderr = dup(STDERR_FILENO);
	if (real_stderr < 0 || dup2(ends[1], STDERR_FILENO) < 0)
		return -1;
	close(ends[1]);
	readable = ends[0];
	log_start("tester");
	return 0;
}

static int give_stderr_back(void **state)
{
	(void)state;
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	close(readable);
	unsetenv("JOURNAL_STREAM");
	return 0;
}

/* One read() takes what one write() has put in. */
static const char *what(void)
{
	ssize_t n = read(readable, line, sizeof(line) - 1);

	line[n > 0 ? n : 0] = '\0';
	return line;
}

static void starts_with_the_program(void **state)
{
	(void)state;
	log_warning("printer %s", "offline");
	assert_string_equal(what(), "tester: printer offline\n");
}

static void starts_with_the_priority_under_systemd(void **state)
{
	char stream[64];
	struct stat st;

	(void)state;
	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	(void)snprintf(stream, sizeof(stream), "%llu:%llu",
		       (unsigned long long)st.st_dev,
		       (unsigned long long)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_start("tester");
	log_error("a");
	assert_string_equal(what(), "<3>a\n");
	log_warning("b");
	assert_string_equal(what(), "<4>b\n");
	log_info("c");
	assert_string_equal(what(), "<6>c\n");
}

static void has_no_priority_where_stderr_was_redirected(void **state)
{
	(void)state;
	setenv("JOURNAL_STREAM", "1:2", 1);
	log_start("tester");
	log_info("x");
	assert_string_equal(what(), "tester: x\n");
}

static void keeps_a_message_on_one_line(void **state)
{
	(void)state;
	log_info("a\nb\r\x1b[31mc\xff\n");
	assert_string_equal(what(), "tester: a?b??[31mc?\n");
}

static void cuts_a_long_line_between_characters(void **state)
{
	char text[6001];
	size_t length;

	(void)state;
	for (int shift = 0; shift < 3; shift++) {
		memset(text, 'x', sizeof(text));
		for (size_t i = (size_t)shift; i + 3 < sizeof(text); i += 3)
			memcpy(text + i, "ầ", 3);
		text[sizeof(text) - 1] = '\0';
		log_info("%s", text);
		length = strlen(what());
		assert_in_range(length, 2000, 2100);
		assert_string_equal(line + length - 7, "ầ…\n");
		assert_null(strchr(line, '?'));
	}
}

static void keeps_errno(void **state)
{
	(void)state;
	errno = ENOSPC;
	log_info("%m");
	assert_int_equal(errno, ENOSPC);
	assert_string_equal(what(), "tester: No space left on device\n");
}

static void the_last_lines_are_kept(void **state)
{
	(void)state;
	assert_null(log_kept(0));
	log_keep();
	log_warning("first %d", 1);
	(void)what();
	assert_string_equal(log_kept(0)->text, "first 1");
	assert_int_equal(log_kept(0)->priority, 4);
	assert_null(log_kept(1));
	for (int i = 0; i < LOG_KEPT + 5; i++) {
		log_info("line %d", i);
		(void)what();
	}
	assert_string_equal(log_kept(0)->text, "line 5");
	assert_string_equal(log_kept(LOG_KEPT - 1)->text, "line 204");
	assert_null(log_kept(LOG_KEPT));
}

int main(void)
{
#define CAUGHT(test) \
	cmocka_unit_test_setup_teardown(test, catch_stderr, give_stderr_back)
	const struct CMUnitTest tests[] = {
	    CAUGHT(starts_with_the_program),
	    CAUGHT(starts_with_the_priority_under_systemd),
	    CAUGHT(has_no_priority_where_stderr_was_redirected),
	    CAUGHT(keeps_a_message_on_one_line),
	    CAUGHT(cuts_a_long_line_between_characters),
	    CAUGHT(keeps_errno),
	    CAUGHT(the_last_lines_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
