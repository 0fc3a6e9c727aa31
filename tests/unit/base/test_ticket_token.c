/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ticket_token.h"

static char directory[200], path[240];

static int make(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	(void)snprintf(directory, sizeof(directory), "%s/kiosk-token-XXXXXX",
		       base ? base : "/tmp");
	if (!mkdtemp(directory))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/ticket.key", directory);
	return 0;
}

static int clean(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(directory);
}

static void the_key_is_made_once_and_for_its_owner_alone(void **state)
{
	struct ticket_key first, second;
	struct stat status;

	(void)state;
	assert_int_equal(ticket_key_open(directory, &first), 0);
	assert_int_equal(ticket_key_open(directory, &second), 0);
	assert_memory_equal(&first, &second, sizeof(first));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void a_file_that_is_no_key_is_refused(void **state)
{
	struct ticket_key key;
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	(void)state;
	assert_int_equal(write(fd, "short", 5), 5);
	close(fd);
	assert_int_equal(ticket_key_open(directory, &key), -ENODATA);
	assert_int_equal(ticket_key_open("/nowhere", &key), -ENOENT);
}

static void a_token_is_of_one_ticket_of_one_day(void **state)
{
	struct ticket_key key, other;
	char token[TICKET_TOKEN_SIZE], code[TICKET_CODE_SIZE];

	(void)state;
	memset(&key, 1, sizeof(key));
	memset(&other, 2, sizeof(other));
	ticket_token(&key, "A031", 1234, token);
	assert_int_equal(strlen(token), strlen("A031-") + 22);
	assert_true(ticket_token_code(token, code));
	assert_string_equal(code, "A031");
	assert_true(ticket_token_fits(&key, token, "A031", 1234));
	assert_false(ticket_token_fits(&key, token, "A031", 1235));
	assert_false(ticket_token_fits(&key, token, "A032", 1234));
	assert_false(ticket_token_fits(&other, token, "A031", 1234));
	token[strlen(token) - 1] ^= 1;
	assert_false(ticket_token_fits(&key, token, "A031", 1234));
}

static void what_is_no_token_has_no_code(void **state)
{
	static const char *const texts[] = {
	    "",
	    "-",
	    "A031",
	    "a031-x",
	    "A-x",
	    "-A031",
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ-x",
	    "A000-x",
	    "../x-y",
	};
	char code[TICKET_CODE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (ticket_token_code(texts[i], code))
			fail_msg("\"%s\" has the code %s", texts[i], code);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, clean)
	const struct CMUnitTest tests[] = {
	    TEST(the_key_is_made_once_and_for_its_owner_alone),
	    TEST(a_file_that_is_no_key_is_refused),
	    cmocka_unit_test(a_token_is_of_one_ticket_of_one_day),
	    cmocka_unit_test(what_is_no_token_has_no_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
