/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "sync/seal.h"
#include "tests/unit/support/rows.h"

static char dir[200];
static struct central_problem problem;
static const struct central_head head = {.seq = 42, .chain = {1, 2, 3}};

static void the_key_is_made_once_and_not_for_all_to_read(void **state)
{
	struct seal_key first, second;
	char path[300];
	struct stat file;

	(void)state;
	assert_int_equal(seal_key_load(dir, &first, &problem), 0);
	assert_int_equal(seal_key_load(dir, &second, &problem), 0);
	assert_memory_equal(&first, &second, sizeof(first));
	snprintf(path, sizeof(path), "%s/" SEAL_KEY_FILE, dir);
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0640);
}

static void a_signature_holds_for_its_head_alone(void **state)
{
	struct central_head other = head;
	struct central_seal seal;
	struct seal_key key;

	(void)state;
	assert_int_equal(seal_key_load(dir, &key, &problem), 0);
	seal_head(&key, "k", "j", &head, &seal);
	assert_true(seal_holds(&seal, "k", "j", &head));
	assert_false(seal_holds(&seal, "k2", "j", &head));
	assert_false(seal_holds(&seal, "k", "j2", &head));
	other.seq++;
	assert_false(seal_holds(&seal, "k", "j", &other));
	other = head;
	other.chain[31] ^= 1;
	assert_false(seal_holds(&seal, "k", "j", &other));
	seal.signature[5] ^= 1;
	assert_false(seal_holds(&seal, "k", "j", &head));
}

static void a_name_of_any_length_is_no_overflow(void **state)
{
	struct central_seal seal;
	struct seal_key key;
	char name[1000];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(seal_key_load(dir, &key, &problem), 0);
	seal_head(&key, name, "j", &head, &seal);
	assert_false(seal_holds(&seal, name, "j", &head));
}

static void a_file_that_holds_no_key_is_told_and_left(void **state)
{
	struct seal_key key;
	char path[300];
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/" SEAL_KEY_FILE, dir);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("ed25519 0123", file);
	fclose(file);
	assert_int_equal(seal_key_load(dir, &key, &problem), -EBADMSG);
	assert_non_null(strstr(problem.text, path));
	assert_non_null(strstr(problem.text, "backup"));
}

static void a_directory_that_is_not_there_is_told(void **state)
{
	struct seal_key key;
	char path[300];

	(void)state;
	snprintf(path, sizeof(path), "%s/none", dir);
	assert_int_equal(seal_key_load(path, &key, &problem), -ENOENT);
	assert_non_null(strstr(problem.text, path));
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

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_key_is_made_once_and_not_for_all_to_read),
	    TEST(a_signature_holds_for_its_head_alone),
	    TEST(a_name_of_any_length_is_no_overflow),
	    TEST(a_file_that_holds_no_key_is_told_and_left),
	    TEST(a_directory_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
